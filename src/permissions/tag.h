/* SPDX-License-Identifier: PostgreSQL */
/*
 * tag.h: the comment by which an object made from Hasura's permissions is known.
 *
 * Whoever owns an object may write its comment, so a tag is a claim: it says what
 * an object was made from, not that it still is as it was made.
 */
#ifndef HERM_PERMISSIONS_TAG_H
#define HERM_PERMISSIONS_TAG_H

#include "json/json.h"

/* What a tag begins with; a JSON object follows. */
#define TAG_PREFIX "herm_jwt "

/* Texts are palloc'd, and NULL where the tag has none. */
typedef struct Tag
{
	const char *role;			/* of Hasura */
	const char *operation;		/* select, insert, update or delete */
	const char *table;			/* schema.name */
	const JsonNode *variables;	/* names that the guard requires, all strings */
} Tag;

/* Reads an object's tag; false: it has none that can be read, so it is not ours. */
extern bool tag_read(Oid object, Oid catalog, Tag *tag) __attribute__((warn_unused_result));

#endif							/* HERM_PERMISSIONS_TAG_H */
