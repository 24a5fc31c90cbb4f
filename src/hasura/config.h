/* SPDX-License-Identifier: PostgreSQL */
/*
 * config.h: Hasura's JWT configuration, as in HASURA_GRAPHQL_JWT_SECRET
 * (HASURA-JWT section 1).
 */
#ifndef HERM_HASURA_CONFIG_H
#define HERM_HASURA_CONFIG_H

#include <stdint.h>

#include "lib/stringinfo.h"

#include "jose/jose.h"
#include "hasura/rejection.h"

typedef enum ClaimsFormat
{
	CLAIMS_FORMAT_JSON,
	CLAIMS_FORMAT_STRINGIFIED_JSON,
} ClaimsFormat;

typedef struct HasuraConfig
{
	const JoseAlgorithm *type;
	JoseKey    *key;
	Slice		claims_namespace;
	ClaimsFormat claims_format;
	bool		has_issuer;
	Slice		issuer;
	bool		has_audience;
	Slice	   *audiences;
	int			audience_count;
	int64_t		allowed_skew;	/* microseconds, never negative */
} HasuraConfig;

/* Larger texts are no configuration. */
#define HASURA_CONFIG_MAX_SIZE (1024 * 1024)

/*
 * Parses and checks a configuration, key included, by the rules that need no
 * setting.  *config is palloc'd; hasura_config_free() frees what OpenSSL holds.
 * A refusal is REJECT_BAD_CONFIG with Hasura's text (HASURA-JWT 1.4), and never
 * shows a key.
 */
extern bool hasura_config_parse(Slice text, HasuraConfig **config,
								Rejection *rejection) HASURA_VERDICT;

/* Applies strict mode to a parsed configuration (docs/settings.md, strict): its keys, its salts. */
extern bool hasura_config_make_strict(HasuraConfig *config, Rejection *rejection) HASURA_VERDICT;

/* Whether who can read the configuration can also sign tokens. */
extern bool hasura_config_is_symmetric(const HasuraConfig *config);

/*
 * Appends the configuration as understood, as a JSON object in which the key is
 * described instead of shown.
 */
extern void hasura_config_describe(const HasuraConfig *config, StringInfo out);

/* The values of claims_format, as Hasura spells them. */
extern const char *hasura_claims_format_name(ClaimsFormat format);

extern void hasura_config_free(HasuraConfig *config);

#endif							/* HERM_HASURA_CONFIG_H */
