/* SPDX-License-Identifier: PostgreSQL */
/*
 * claims.h: Hasura's claims in a payload, and the session they give
 * (HASURA-JWT section 3).
 */
#ifndef HERM_HASURA_CLAIMS_H
#define HERM_HASURA_CLAIMS_H

#include "hasura/config.h"
#include "hasura/variables.h"

typedef struct HasuraClaims
{
	const HasuraConfig *config;
	const JsonNode *mapped_set; /* the claims that a claims_map's paths see; NULL without one */
	SessionVariables variables; /* at first as claimed, in the end the session's */
	const JsonNode *allowed_roles;	/* an array of non-empty strings */
	Slice		default_role;
	Slice		role;			/* the selected one */
} HasuraClaims;

/* Finds the claims where the configuration says (HASURA-JWT 3.2, 3.4). */
extern bool hasura_claims_locate(const JsonNode *payload, const HasuraConfig *config,
								 HasuraClaims *claims, Rejection *rejection) HASURA_VERDICT;

/* Presence and type of the two claims that are mandatory (HASURA-JWT 3.2). */
extern bool hasura_claims_read_allowed_roles(HasuraClaims *claims,
											 Rejection *rejection) HASURA_VERDICT;
extern bool hasura_claims_read_default_role(HasuraClaims *claims,
											Rejection *rejection) HASURA_VERDICT;

/* Selects the requested role, or the default one if that is empty (HASURA-JWT 3.3). */
extern bool hasura_claims_select_role(HasuraClaims *claims, Slice requested,
									  Rejection *rejection) HASURA_VERDICT;

/* Turns what is left into session variables: all must be strings (HASURA-JWT 3.7, 3.8). */
extern bool hasura_claims_finish(HasuraClaims *claims, Rejection *rejection) HASURA_VERDICT;

#endif							/* HERM_HASURA_CLAIMS_H */
