/* SPDX-License-Identifier: PostgreSQL */
/*
 * checks_explain.h: what the checks found, in words for a person.
 *
 * For inspect() and for hints; nothing here judges, and nothing shows a
 * signature or a key.
 */
#ifndef HERM_HASURA_CHECKS_EXPLAIN_H
#define HERM_HASURA_CHECKS_EXPLAIN_H

#include "hasura/checks.h"

/* Appends what one step found. */
typedef void (*Explanation) (const Verification *v, StringInfo detail);

extern void explain_size(const Verification *v, StringInfo detail);
extern void explain_config(const Verification *v, StringInfo detail);
extern void explain_header(const Verification *v, StringInfo detail);
extern void explain_payload(const Verification *v, StringInfo detail);
extern void explain_algorithm(const Verification *v, StringInfo detail);
extern void explain_key(const Verification *v, StringInfo detail);
extern void explain_bad_signature(const Verification *v, StringInfo detail);
extern void explain_exp(const Verification *v, StringInfo detail);
extern void explain_iat(const Verification *v, StringInfo detail);
extern void explain_nbf(const Verification *v, StringInfo detail);
extern void explain_iss(const Verification *v, StringInfo detail);
extern void explain_aud(const Verification *v, StringInfo detail);
extern void explain_names(const Verification *v, StringInfo detail);
extern void explain_allowed_roles(const Verification *v, StringInfo detail);
extern void explain_default_role(const Verification *v, StringInfo detail);
extern void explain_role(const Verification *v, StringInfo detail);
extern void explain_variables(const Verification *v, StringInfo detail);

/* Hints: palloc'd sentences. */
extern const char *explain_issuer(const Verification *v, const JsonNode *iss);
extern const char *explain_audience(const Verification *v);
extern const char *explain_part_count(const Verification *v);

#endif							/* HERM_HASURA_CHECKS_EXPLAIN_H */
