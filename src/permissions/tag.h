/* SPDX-License-Identifier: PostgreSQL */
/*
 * tag.h: the comment by which an object made from Hasura's permissions is known.
 *
 * Whoever owns an object may write its comment, so a tag is a claim: it says what
 * an object was made from, not that it still is as it was made.  For that it has two
 * digests: "emitted" of the statements that made the object, and "catalog" of its
 * definition as the server showed it then.
 */
#ifndef HERM_PERMISSIONS_TAG_H
#define HERM_PERMISSIONS_TAG_H

#include "nodes/pg_list.h"

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

/* What a tag says, beside the digests. */
typedef struct TagFields
{
	const char *source;			/* NULL: not said, as the next ones */
	const char *role;
	const char *operation;
	const char *table;
	const JsonNode *permission;
	const List *variables;		/* of char * */
	bool		rls_enabled;	/* apply has turned row security on */
	bool		rls_forced;		/* apply has forced it */
	const JsonNode *options;	/* of the helper schema, as the next */
	const char *resource_version;	/* JSON text */
} TagFields;

/* Reads an object's tag; false: it has none that can be read, so it is not ours. */
extern bool tag_read(Oid object, Oid catalog, Tag *tag) __attribute__((warn_unused_result));

/* The comment for an object; catalog NULL: not known yet. */
extern char *tag_write(const TagFields *fields, const char *emitted, const char *catalog);

#endif							/* HERM_PERMISSIONS_TAG_H */
