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
#include "hasura/claims_path.h"
#include "hasura/rejection.h"

typedef enum ClaimsFormat
{
	CLAIMS_FORMAT_JSON,
	CLAIMS_FORMAT_STRINGIFIED_JSON,
} ClaimsFormat;

/* A session variable, and where a claims_map takes it from (HASURA-JWT 3.6). */
typedef struct ClaimsMapEntry
{
	Slice		name;			/* in lower case */
	bool		has_path;
	ClaimsPath	path;
	const JsonNode *otherwise;	/* without a path: the literal; else the default, if any */
} ClaimsMapEntry;

/* A key, and what a key set says of it. */
typedef struct HasuraKey
{
	JoseKey    *key;
	const JoseAlgorithm *algorithm; /* the one it is for, or NULL */
	Slice		kid;			/* data is NULL without one */
	bool		is_for_other_use;	/* than verifying; counts in strict mode only */
	bool		is_private;		/* its private half stood beside it */
} HasuraKey;

typedef struct HasuraConfig
{
	const JoseAlgorithm *type;	/* NULL with a key set */
	HasuraKey  *keys;
	int			key_count;
	bool		is_key_set;		/* from jwks or jwk_url, so that a kid may choose */
	Slice		jwk_url;		/* empty without one; its keys come from elsewhere */
	int			key_place;		/* where, for who looks them up */
	unsigned char fingerprint[JOSE_FINGERPRINT_SIZE];	/* of its text and its key set's */
	const char *key_trouble;	/* why there are none from there; NULL: nobody has looked */
	Slice		claims_namespace;
	bool		has_namespace_path; /* then the namespace does not count */
	ClaimsPath	namespace_path;
	ClaimsFormat claims_format;
	ClaimsMapEntry *map;		/* NULL without a claims_map; else nothing above counts */
	int			map_count;
	bool		has_issuer;
	Slice		issuer;
	bool		has_audience;
	Slice	   *audiences;
	int			audience_count;
	int64_t		allowed_skew;	/* microseconds, never negative */
	const char *header_type;	/* NULL: Authorization, as without "header" */
	Slice		header_name;
	const char **ignored;		/* printable names of members that nothing reads, the first ones */
	int			ignored_count;	/* how many there are: of all */
} HasuraConfig;

/* How many of the ignored members have their names kept. */
#define HASURA_CONFIG_IGNORED_MAX 20

/* One configuration, or several among which a token's issuer chooses (HASURA-JWT 1.8). */
typedef struct HasuraConfigs
{
	HasuraConfig **items;
	int			count;			/* at least 1 */
	uint64_t	store_generation;	/* for the room of keys: when it took those of jwk_urls */
} HasuraConfigs;

/* Larger texts are no configuration. */
#define HASURA_CONFIG_MAX_SIZE (1024 * 1024)

/*
 * Parses and checks an object or array of them, keys included, by the rules that
 * need no setting.  *configs is palloc'd in every case; hasura_configs_free()
 * frees what OpenSSL holds.  A refusal is REJECT_BAD_CONFIG with Hasura's text
 * (HASURA-JWT 1.4), and never shows a key.
 */
extern bool hasura_configs_parse(Slice text, HasuraConfigs **configs,
								 Rejection *rejection) HASURA_VERDICT;

/* Applies strict mode (docs/settings.md, strict): to their keys and salts. */
extern bool hasura_configs_make_strict(HasuraConfigs *configs,
									   Rejection *rejection) HASURA_VERDICT;

/* How many keys a set may have. */
#define HASURA_KEY_SET_MAX 256

/*
 * Reads what came from a jwk_url into the configuration, which has no keys yet.  In strict mode
 * keys that it refuses are left out.  False if no key is left: then key_trouble says why, in
 * words, and what the configuration holds must be freed all the same.
 */
extern bool hasura_key_set_parse(Slice text, bool strict, HasuraConfig *config);

/* Whether one of its keys has that kid. */
extern bool hasura_config_has_kid(const HasuraConfig *config, Slice kid);

/* Whether who can read them can also sign tokens. */
extern bool hasura_configs_can_sign(const HasuraConfigs *configs);

/* Whether a jwk_url of theirs holds a user name or password. */
extern bool hasura_configs_name_user(const HasuraConfigs *configs);

/*
 * Appends them as understood, as one JSON object or an array, in which keys are
 * described instead of shown.
 */
extern void hasura_configs_describe(const HasuraConfigs *configs, StringInfo out);

/* The values of claims_format, as Hasura spells them. */
extern const char *hasura_claims_format_name(ClaimsFormat format);

/* Frees what OpenSSL holds, and wipes secrets; the structs go with their memory context. */
extern void hasura_config_free(HasuraConfig *config);
extern void hasura_configs_free(HasuraConfigs *configs);

#endif							/* HERM_HASURA_CONFIG_H */
