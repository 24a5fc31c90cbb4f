/* SPDX-License-Identifier: PostgreSQL */
/*
 * settings.c: every setting, one table.
 *
 * What may be stored where is decided here, by the source that the server
 * gives to a check hook; what a bad value does is decided there, too.
 */
#include "compat.h"

#include <limits.h>

#include "access/parallel.h"
#include "miscadmin.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/varlena.h"

#include "settings.h"

#define HIDDEN "<hidden>"

Settings	settings;

/*
 * True while the server takes over values that it has kept for us since before
 * the library was loaded: they are in force already, so none may be refused.
 */
static bool being_defined;

/* ---- the token ---- */

static bool
check_token(char **newval, UNUSED void **extra, GucSource source)
{
	if (**newval == '\0' || source == PGC_S_CLIENT || source == PGC_S_SESSION ||
		source == PGC_S_INTERACTIVE || source == PGC_S_OVERRIDE)
		return true;

	/* our own message: the server's would show the value */
	GUC_check_errmsg("parameter \"%s\" cannot be stored", SETTING_TOKEN);
	GUC_check_errdetail("A token belongs to a session; settings of databases, roles and "
						"functions can be read by everybody.");
	GUC_check_errhint("Call herm_jwt.authenticate($1) in the transaction.");
	return false;
}

static const char *
show_token(void)
{
	return settings.token[0] == '\0' ? "" : HIDDEN;
}

/* ---- the configuration ---- */

/*
 * Whether a value from that source is kept, or logged, where other users can
 * read it.  What a superuser SETs lives in the own session only.
 */
static bool
is_stored(GucSource source)
{
	return source != PGC_S_SESSION && source != PGC_S_INTERACTIVE && source != PGC_S_OVERRIDE;
}

/*
 * Whether a bad value from that source is accepted for now: refusing it would
 * quietly leave another, perhaps an older key in force.  Keys are compiled at
 * first use, and then it is refused for what it is.
 */
static bool
is_judged_at_first_use(GucSource source)
{
	if (being_defined || InitializingParallelWorker)
		return true;
	return source < PGC_S_FILE || source == PGC_S_ARGV ||
		(source >= PGC_S_GLOBAL && source <= PGC_S_CLIENT);
}

/* What would stand where other users can read it, in words; NULL: nothing secret. */
static const char *
secret_of(const HasuraConfigs *configs)
{
	if (hasura_configs_can_sign(configs))
		return "A configuration with a symmetric or private key would stand where other users "
			"can read it.";
	if (hasura_configs_name_user(configs))
		return "A configuration with a user name or password in its jwk_url would stand where "
			"other users can read it.";
	return NULL;
}

bool
settings_judge_jwt_secret(Slice text, bool stored, HasuraConfigs **configs, Rejection *rejection)
{
	bool		accepted = hasura_configs_parse(text, configs, rejection);

	if (!accepted)
		rejection->detail = psprintf("%s.", rejection->message);
	else if (stored && secret_of(*configs) != NULL)
	{
		accepted = reject(rejection, REJECT_BAD_CONFIG, "%s", "");
		rejection->detail = secret_of(*configs);
		rejection->hint = "Put it into the file that herm_jwt.jwt_secret_file names, or into the "
			"server's environment variable HASURA_GRAPHQL_JWT_SECRET.";
	}
	if (!accepted)
		rejection->message = "invalid value for parameter \"" SETTING_JWT_SECRET "\"";
	return accepted;
}

/* Judges a value in a context of its own, and hands a refusal to the server. */
static bool
judge_now(const char *value, bool stored)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "herm_jwt check",
												  ALLOCSET_SMALL_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	HasuraConfigs *configs;
	Rejection	rejection;
	bool		accepted = settings_judge_jwt_secret(slice_cstring(value), stored, &configs,
													 &rejection);

	if (!accepted)
	{
		GUC_check_errmsg("%s", rejection.message);
		GUC_check_errdetail("%s", rejection.detail);
		if (rejection.hint != NULL)
			GUC_check_errhint("%s", rejection.hint);
	}
	if (configs != NULL)
		hasura_configs_free(configs);
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
	return accepted;
}

static bool
check_jwt_secret(char **newval, void **extra, GucSource source)
{
	bool		stored = is_stored(source);

	if (**newval != '\0' && !is_judged_at_first_use(source) && !judge_now(*newval, stored))
		return false;
	*extra = GUC_EXTRA_ALLOCATE(sizeof(bool));
	if (*extra == NULL)
		return false;
	memcpy(*extra, &stored, sizeof(bool));
	return true;
}

/* A reload assigns what is in the files again, whether it has changed or not. */
static void
assign_jwt_secret(const char *newval, void *extra)
{
	bool		stored = *(bool *) extra;

	if (settings.jwt_secret != NULL && strcmp(settings.jwt_secret, newval) == 0 &&
		settings.jwt_secret_is_stored == stored)
		return;
	settings.jwt_secret_is_stored = stored;
	settings.generation++;
	settings.key_generation++;
}

static const char *
show_jwt_secret(void)
{
	return settings.jwt_secret[0] == '\0' ? "" : HIDDEN;
}

/* ---- the rest ---- */

/* What goes to the fetching program as one line. */
static bool
check_line(char **newval, UNUSED void **extra, UNUSED GucSource source)
{
	if (strpbrk(*newval, "\r\n") == NULL)
		return true;
	GUC_check_errmsg("the value of this parameter must not contain a line break");
	return false;
}

static bool
check_trusted_roles(char **newval, UNUSED void **extra, UNUSED GucSource source)
{
	char	   *copy = pstrdup(*newval);
	List	   *names = NIL;
	bool		accepted = SplitGUCList(copy, ',', &names);

	if (!accepted)
	{
		GUC_check_errmsg("invalid list of names for parameter \"%s\"", SETTING_TRUSTED_ROLES);
		GUC_check_errhint("Separate names by commas; put a name with other than lower-case letters, "
						  "digits and underscores in double quotes.");
	}
	list_free(names);
	pfree(copy);
	return accepted;
}

static void
assign_text(UNUSED const char *newval, UNUSED void *extra)
{
	settings.generation++;
}

static void
assign_number(UNUSED int newval, UNUSED void *extra)
{
	settings.generation++;
}

static void
assign_key_text(UNUSED const char *newval, UNUSED void *extra)
{
	settings.generation++;
	settings.key_generation++;
}

static void
assign_key_switch(UNUSED bool newval, UNUSED void *extra)
{
	settings.generation++;
	settings.key_generation++;
}

/* The server logs the values of a configuration file that have changed. */
static bool
check_proxy(char **newval, void **extra, GucSource source)
{
	if (!check_line(newval, extra, source))
		return false;
	if (strchr(*newval, '@') == NULL)
		return true;
	GUC_check_errmsg("invalid value for parameter \"%s\"", SETTING_HTTP_PROXY);
	GUC_check_errdetail("A user name or password would stand where other users can read it.");
	GUC_check_errhint("Set it to \"environment\" and the proxy in the server's environment.");
	return false;
}

/* ---- the table ---- */

#define SECRET_FLAGS (GUC_NO_SHOW_ALL | GUC_NOT_IN_SAMPLE)

typedef struct TextSetting
{
	const char *name;
	const char *summary;
	const char *explanation;
	char	  **value;
	const char *initial;
	GucContext	context;
	int			flags;
	GucStringCheckHook check;
	GucStringAssignHook assign;
	GucShowHook show;
} TextSetting;

static const TextSetting text_settings[] = {
	{
		SETTING_TOKEN,
		"The JSON Web Token of the session.",
		"Safe for anybody to set: only what the issuer has signed gives a session. "
		"Usually set by herm_jwt.authenticate() for one transaction.",
		&settings.token, "", PGC_USERSET, SECRET_FLAGS | GUC_DISALLOW_IN_FILE,
		check_token, assign_text, show_token
	},
	{
		SETTING_ROLE,
		"The requested role, as in Hasura's X-Hasura-Role header.",
		"Must be one of the token's allowed roles; when empty, the token's default role is taken.",
		&settings.role, "", PGC_USERSET, 0, NULL, assign_text, NULL
	},
	{
		SETTING_JWT_SECRET,
		"Hasura's JWT configuration, as in HASURA_GRAPHQL_JWT_SECRET.",
		"For public keys. When empty, the file and then the server's environment are asked.",
		&settings.jwt_secret, "", PGC_SUSET, SECRET_FLAGS | GUC_SUPERUSER_ONLY,
		check_jwt_secret, assign_jwt_secret, show_jwt_secret
	},
	{
		SETTING_JWT_SECRET_FILE,
		"File with Hasura's JWT configuration.",
		"Relative to the data directory; others may neither read nor write it. Read again by "
		"every process after a reload.",
		&settings.jwt_secret_file, "", PGC_SIGHUP, GUC_SUPERUSER_ONLY, NULL, assign_key_text, NULL
	},
	{
		"herm_jwt.unauthorized_role",
		"The role of sessions without a token, as HASURA_GRAPHQL_UNAUTHORIZED_ROLE.",
		"When empty, such sessions have no role.",
		&settings.unauthorized_role, "", PGC_SUSET, 0, NULL, assign_text, NULL
	},
	{
		SETTING_TRUSTED_ROLES,
		"Database roles whose hasura.user is believed, beside superusers.",
		"List the role with which Hasura connects, and nobody who could be an attacker.",
		&settings.trusted_roles, "", PGC_SUSET, GUC_LIST_INPUT, check_trusted_roles, assign_text,
		NULL
	},
	{
		"herm_jwt.database_role_prefix",
		"What stands before a Hasura role's name in the name of its database role.",
		"For herm_jwt.authenticate(..., set_role => true).",
		&settings.database_role_prefix, "hasura_", PGC_SUSET, 0, NULL, assign_text, NULL
	},
	{
		"herm_jwt.ca_file",
		"File with the certificates of the authorities that a jwk_url's server is trusted by.",
		"In PEM, relative to the data directory. When empty, the system's are taken.",
		&settings.ca_file, "", PGC_SIGHUP, 0, check_line, NULL, NULL
	},
	{
		SETTING_HTTP_PROXY,
		"Proxy for fetching a jwk_url.",
		"A URL, or \"environment\" for the server's http_proxy, https_proxy and no_proxy. When "
		"empty, none is used, whatever the environment says.",
		&settings.http_proxy, "", PGC_SIGHUP, GUC_SUPERUSER_ONLY, check_proxy, NULL, NULL
	},
};

typedef struct NumberSetting
{
	const char *name;
	const char *summary;
	const char *explanation;
	int		   *value;
	int			initial;
	int			min;
	int			max;
	GucContext	context;
	int			flags;
} NumberSetting;

static const NumberSetting number_settings[] = {
	{
		"herm_jwt.max_token_size",
		"Larger tokens are refused before anything is done with them.",
		"In bytes, without \"Bearer \".",
		&settings.max_token_size, 16 * 1024, 256, 1024 * 1024, PGC_SUSET, GUC_UNIT_BYTE
	},
	{
		"herm_jwt.token_cache_size",
		"Number of verified tokens that a session remembers.",
		"A remembered token costs no public-key operation; its times are judged in every "
		"statement all the same. 0 remembers none.",
		&settings.token_cache_size, 128, 0, 65536, PGC_SUSET, 0
	},
	{
		"herm_jwt.shared_cache_size",
		"Number of tokens that the server remembers to be signed well.",
		"A session that gets such a token checks everything but the signature. Needs "
		"shared_preload_libraries. 0 remembers none.",
		&settings.shared_cache_size, 4096, 0, 1024 * 1024, PGC_POSTMASTER, 0
	},
	{
		"herm_jwt.jwks_stale_after",
		"How long keys of a jwk_url are used after they have expired, when they cannot be fetched.",
		"0 uses them for ever, as Hasura does.",
		&settings.jwks_stale_after, 24 * 3600, 0, INT_MAX, PGC_SIGHUP, GUC_UNIT_S
	},
	{
		"herm_jwt.jwks_cooldown",
		"The least time between two fetches of a jwk_url, unless one has failed.",
		"So often may a token with an unknown key cause a fetch, and so long is a key set good that "
		"says it may not be kept.",
		&settings.jwks_cooldown, 30, 1, 3600, PGC_SIGHUP, GUC_UNIT_S
	},
	{
		"herm_jwt.jwks_timeout",
		"How long the fetch of a jwk_url may take.",
		"Other fetches go on meanwhile.",
		&settings.jwks_timeout, 10 * 1000, 100, 300 * 1000, PGC_SIGHUP, GUC_UNIT_MS
	},
	{
		"herm_jwt.jwks_wait",
		"How long a session waits for the first keys of a jwk_url, or for newer ones.",
		"It waits only when a fetch is under way, and can be interrupted.",
		&settings.jwks_wait, 1000, 0, 10 * 1000, PGC_USERSET, GUC_UNIT_MS
	},
	{
		"herm_jwt.max_jwks_urls",
		"How many different jwk_urls the configurations of a server may name.",
		"Those of all databases together.",
		&settings.max_jwks_urls, 16, 1, KEY_URLS_MAX, PGC_SIGHUP, 0
	},
};

static void
define_texts(void)
{
	for (int i = 0; i < COUNT_OF(text_settings); i++)
	{
		const TextSetting *s = &text_settings[i];

		DefineCustomStringVariable(s->name, s->summary, s->explanation, s->value, s->initial,
								   s->context, s->flags, s->check, s->assign, s->show);
	}
}

static void
define_numbers(void)
{
	for (int i = 0; i < COUNT_OF(number_settings); i++)
	{
		const NumberSetting *s = &number_settings[i];

		/* the server defines such a setting at its start, or never */
		if (s->context == PGC_POSTMASTER && !process_shared_preload_libraries_in_progress)
			continue;

		DefineCustomIntVariable(s->name, s->summary, s->explanation, s->value, s->initial,
								s->min, s->max, s->context, s->flags, NULL, assign_number, NULL);
	}
}

static void
define_switches(void)
{
	DefineCustomBoolVariable("herm_jwt.strict",
							 "Judges tokens and keys by RFC 8725 instead of by Hasura's rules.",
							 "Requires the configured algorithm, exp, a configured iss and aud, "
							 "and RSA keys of at least 2048 bits.",
							 &settings.strict, false, PGC_SUSET, 0, NULL, assign_key_switch, NULL);
	DefineCustomBoolVariable("herm_jwt.allow_insecure_jwk_url",
							 "Allows a jwk_url with http to other machines.",
							 "Who stands between can then sign tokens that are believed.",
							 &settings.allow_insecure_jwk_url, false, PGC_SIGHUP, 0, NULL, NULL,
							 NULL);
}

void
settings_define(void)
{
	being_defined = true;
	PG_TRY();
	{
		define_texts();
		define_numbers();
		define_switches();
	}
	PG_FINALLY();
	{
		being_defined = false;
	}
	PG_END_TRY();
	MarkGUCPrefixReserved("herm_jwt");
}
