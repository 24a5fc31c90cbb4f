/* SPDX-License-Identifier: PostgreSQL */
/*
 * answer.h: what the program herm_jwt_fetch has replied, from bytes to an answer.
 *
 * In:    the bytes of a reply, whole, cut off or made up.
 * Out:   the answer's status, headers and body, or what went wrong, in words.
 * Never: believes a length; passes on what is not printable, the body aside.
 * Rules: fetcher/herm_jwt_fetch.c has the protocol.
 */
#ifndef HERM_KEYS_ANSWER_H
#define HERM_KEYS_ANSWER_H

#include "keys/lifetime.h"

#define FETCH_PROGRAM "herm_jwt_fetch"

#define FETCH_MAX_BODY (1024 * 1024)

typedef struct FetchAnswer
{
	int			status;			/* of HTTP */
	FreshnessHeaders freshness;
	Slice		etag;			/* empty without one, like the next two */
	Slice		last_modified;
	Slice		content_type;
	Slice		body;
} FetchAnswer;

/*
 * Reads all that the program has written: true and the answer, which points into
 * the reply, or false and one line of printable words.  A header that is not
 * printable ASCII counts as absent.
 */
extern bool answer_read(Slice reply, FetchAnswer *answer, const char **error)
			__attribute__((warn_unused_result));

#endif							/* HERM_KEYS_ANSWER_H */
