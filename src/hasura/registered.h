/* SPDX-License-Identifier: PostgreSQL */
/*
 * registered.h: the seven registered claims of a JWT (RFC 7519 section 4.1).
 */
#ifndef HERM_HASURA_REGISTERED_H
#define HERM_HASURA_REGISTERED_H

#include <stdint.h>

#include "json/json.h"
#include "hasura/rejection.h"

typedef struct RegisteredClaims
{
	const JsonNode *iss;		/* each NULL if absent or null */
	const JsonNode *aud;		/* a string or an array of strings */
	bool		has_exp;
	bool		has_iat;
	bool		has_nbf;
	int64_t		exp;			/* microseconds since 1970 */
	int64_t		iat;
	int64_t		nbf;
} RegisteredClaims;

/*
 * Checks that a payload is an object whose registered claims have their types
 * (HASURA-JWT 2.2 step 7), and reads those that later steps compare.
 */
extern bool registered_claims_read(const JsonNode *payload, RegisteredClaims *claims,
								   Rejection *rejection) HASURA_VERDICT;

/* The issuer of a payload that may be anything; NULL if none can be read. */
extern const JsonNode *registered_claims_peek_issuer(const JsonNode *payload);

/* Whether a claim is one of the seven. */
extern bool registered_claims_include(Slice name);

/* Whether a payload has claims of an ID token, which is for clients (OpenID Connect Core 2). */
extern bool registered_claims_look_like_id_token(const JsonNode *payload);

/*
 * A payload as claim paths see it (HASURA-JWT 3.4), palloc'd on top of the
 * payload's own nodes: for namespaces without the registered claims, for a
 * claims_map with them as Hasura's library writes them again.
 */
extern const JsonNode *registered_claims_leave_out(const JsonNode *payload);
extern const JsonNode *registered_claims_rewrite(const JsonNode *payload);

/* A decoding error of the payload, in the words of Hasura's library. */
extern bool reject_payload(Rejection *rejection, const char *what);

#endif							/* HERM_HASURA_REGISTERED_H */
