/* SPDX-License-Identifier: PostgreSQL */
/*
 * claims_path.h: the small path language in which configurations say where a
 * claim is (HASURA-JWT 3.5).  Not RFC 9535: it names at most one value.
 */
#ifndef HERM_HASURA_CLAIMS_PATH_H
#define HERM_HASURA_CLAIMS_PATH_H

#include "lib/stringinfo.h"

#include "json/json.h"

typedef struct ClaimsPathElement
{
	bool		is_index;
	int			index;			/* of an array; a larger number finds nothing */
	Slice		name;			/* of a member otherwise */
} ClaimsPathElement;

typedef struct ClaimsPath
{
	ClaimsPathElement *elements;
	int			count;			/* 0: the root */
} ClaimsPath;

/* Parses a path into palloc'd elements; false if it is none. */
extern bool claims_path_parse(Slice text, ClaimsPath *path)
			__attribute__((warn_unused_result));

/* The value at the path, a null included; NULL if there is none. */
extern const JsonNode *claims_path_find(const ClaimsPath *path, const JsonNode *root);

/* The path in Hasura's canonical spelling, palloc'd. */
extern const char *claims_path_text(const ClaimsPath *path);

#endif							/* HERM_HASURA_CLAIMS_PATH_H */
