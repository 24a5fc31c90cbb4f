/* SPDX-License-Identifier: PostgreSQL */
/*
 * checks_judge.h: the judges of the table in checks.c, one for each step.
 *
 * Each takes what the steps before it have found, adds what it finds itself,
 * and says yes, or why not.  Only src/hasura/checks*.c include it.
 */
#ifndef HERM_HASURA_CHECKS_JUDGE_H
#define HERM_HASURA_CHECKS_JUDGE_H

#include "hasura/checks.h"

/* checks_token.c: from bytes to a verified token */
extern bool check_size(Verification *v, Rejection *rejection) HASURA_VERDICT;
extern bool check_config(Verification *v, Rejection *rejection) HASURA_VERDICT;
extern bool check_authorization(Verification *v, Rejection *rejection) HASURA_VERDICT;
extern bool check_issuer(Verification *v, Rejection *rejection) HASURA_VERDICT;
extern bool check_parts(Verification *v, Rejection *rejection) HASURA_VERDICT;
extern bool check_encoding(Verification *v, Rejection *rejection) HASURA_VERDICT;
extern bool check_header(Verification *v, Rejection *rejection) HASURA_VERDICT;
extern bool check_claims(Verification *v, Rejection *rejection) HASURA_VERDICT;
extern bool check_algorithm(Verification *v, Rejection *rejection) HASURA_VERDICT;
extern bool check_key(Verification *v, Rejection *rejection) HASURA_VERDICT;
extern bool check_signature(Verification *v, Rejection *rejection) HASURA_VERDICT;

/* checks_claims.c: what the token says, and for whom */
extern bool check_exp(Verification *v, Rejection *rejection) HASURA_VERDICT;
extern bool check_iat(Verification *v, Rejection *rejection) HASURA_VERDICT;
extern bool check_nbf(Verification *v, Rejection *rejection) HASURA_VERDICT;
extern bool check_iss(Verification *v, Rejection *rejection) HASURA_VERDICT;
extern bool check_aud(Verification *v, Rejection *rejection) HASURA_VERDICT;
extern bool check_hasura_claims(Verification *v, Rejection *rejection) HASURA_VERDICT;
extern bool check_allowed_roles(Verification *v, Rejection *rejection) HASURA_VERDICT;
extern bool check_default_role(Verification *v, Rejection *rejection) HASURA_VERDICT;
extern bool check_role(Verification *v, Rejection *rejection) HASURA_VERDICT;
extern bool check_variables(Verification *v, Rejection *rejection) HASURA_VERDICT;

/* Refusals that more than one step knows; they return false. */
extern bool reject_issuer(Verification *v, const JsonNode *iss, Rejection *rejection);
extern bool reject_strict(Rejection *rejection, const char *reason);

#endif							/* HERM_HASURA_CHECKS_JUDGE_H */
