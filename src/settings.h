/* SPDX-License-Identifier: PostgreSQL */
/*
 * settings.h: the settings of herm_jwt, their values and when they changed.
 *
 * In:    what configuration files, ALTER ... SET, SET and the client say.
 * Out:   the values; two counters that move whenever one of them changes.
 * Never: shows a token or a key; stores a symmetric key where others read it.
 * Rules: SECURITY.md ("nothing shows a secret") and docs/settings.md.
 */
#ifndef HERM_SETTINGS_H
#define HERM_SETTINGS_H

#include "hasura/config.h"

typedef struct Settings
{
	char	   *token;
	char	   *role;
	char	   *jwt_secret;
	char	   *jwt_secret_file;
	char	   *unauthorized_role;
	char	   *trusted_roles;
	bool		strict;
	char	   *database_role_prefix;
	int			max_token_size;
	int			token_cache_size;
	int			shared_cache_size;

	/* fetching key sets */
	int			jwks_stale_after;	/* seconds; 0: never */
	int			jwks_cooldown;	/* seconds */
	int			jwks_timeout;	/* milliseconds, like the next */
	int			jwks_wait;
	int			max_jwks_urls;
	char	   *ca_file;
	char	   *http_proxy;
	bool		allow_insecure_jwk_url;

	/* whether jwt_secret stands where the server stores or logs it */
	bool		jwt_secret_is_stored;

	uint64_t	generation;		/* moves with every setting */
	uint64_t	key_generation; /* moves with those that decide about keys */
} Settings;

/* Read-only for everybody but settings.c and the server's own machinery. */
extern Settings settings;

/* Registers the settings and reserves their prefix; called once, by _PG_init. */
extern void settings_define(void);

/*
 * Judges a value of herm_jwt.jwt_secret.  A stored one may not hold a symmetric
 * key (SECURITY.md).  Otherwise as hasura_configs_parse(), but a refusal's message
 * names the parameter and its detail is Hasura's text (docs/errors.md).
 */
extern bool settings_judge_jwt_secret(Slice text, bool stored, HasuraConfigs **configs,
									  Rejection *rejection) HASURA_VERDICT;

/* As many URLs as the server can hold (keys/store.h). */
#define KEY_URLS_MAX 64

#define SETTING_TOKEN "herm_jwt.token"
#define SETTING_ROLE "herm_jwt.role"
#define SETTING_JWT_SECRET "herm_jwt.jwt_secret"
#define SETTING_TRUSTED_ROLES "herm_jwt.trusted_roles"
#define SETTING_HTTP_PROXY "herm_jwt.http_proxy"
#define SETTING_JWT_SECRET_FILE "herm_jwt.jwt_secret_file"

#endif							/* HERM_SETTINGS_H */
