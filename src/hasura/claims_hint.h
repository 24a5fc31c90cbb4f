/* SPDX-License-Identifier: PostgreSQL */
/*
 * claims_hint.h: what a person can do about Hasura's claims that are not where,
 * or not as, the configuration says.
 *
 * Sentences, palloc'd or literals; of a token they show names, never values.
 */
#ifndef HERM_HASURA_CLAIMS_HINT_H
#define HERM_HASURA_CLAIMS_HINT_H

#include "json/json.h"
#include "hasura/config.h"

/* About a payload without anything at claims_namespace or claims_namespace_path. */
extern const char *claims_hint_missing(const JsonNode *payload, const HasuraConfig *config);

/* About a value of another form than claims_format says; NULL if no format would help. */
extern const char *claims_hint_format(const JsonNode *value, const HasuraConfig *config);

/* About a path of a claims_map that finds nothing in the claims that it sees. */
extern const char *claims_hint_unmapped(const ClaimsMapEntry *entry, const JsonNode *set);

#endif							/* HERM_HASURA_CLAIMS_HINT_H */
