/* SPDX-License-Identifier: PostgreSQL */
/*
 * config_read.h: the readers that together parse a configuration, one a
 * subject.  Only src/hasura/config*.c include it.
 */
#ifndef HERM_HASURA_CONFIG_READ_H
#define HERM_HASURA_CONFIG_READ_H

#include "hasura/config.h"

/* Where the claims are: claims_namespace, claims_namespace_path, claims_format, claims_map. */
extern bool config_read_claims(const JsonNode *object, HasuraConfig *config,
							   Rejection *rejection) HASURA_VERDICT;

/* The keys: type and key, jwks or jwk_url. */
extern bool config_read_keys(const JsonNode *object, HasuraConfig *config,
							 Rejection *rejection) HASURA_VERDICT;

/* The key set of "jwks". */
extern bool config_read_key_set(const JsonNode *set, HasuraConfig *config,
								Rejection *rejection) HASURA_VERDICT;

/* Leaves out the keys that strict mode refuses, alone or beside an earlier one, and secrets. */
extern void config_leave_out_weak_keys(HasuraConfig *config);

/* The members that nothing reads: Hasura ignores them, a person may want to know. */
extern void config_read_ignored(const JsonNode *object, HasuraConfig *config);

/* An optional string; *text is left as it is if there is none. */
extern bool config_read_text(const JsonNode *object, const char *name, Slice *text,
							 Rejection *rejection) HASURA_VERDICT;

/* A member of the wrong type, in the words of Hasura's parser. */
extern bool config_reject_type(Rejection *rejection, const char *member, const char *parsing,
							   const JsonNode *found);

/* The place of an error as Hasura's parser writes it, palloc'd. */
extern const char *config_path(const char *member);

#endif							/* HERM_HASURA_CONFIG_READ_H */
