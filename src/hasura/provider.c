/* SPDX-License-Identifier: PostgreSQL */
/*
 * provider.c: templates of configurations, and what may be put into them.
 *
 * No claim that end users may edit is in any of them (docs/providers.md).
 */
#include "compat.h"

#include "hasura/provider.h"

/* A host's letters are lower case, as issuers write them: "iss" is compared to the byte. */
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

/* ---- pieces of a domain ---- */

static bool
is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

/* Whether all of it, and that is something, is in the set. */
static bool
consists_of(Slice text, const char *set)
{
	for (size_t i = 0; i < text.len; i++)
	{
		if (!is_one_of(text.data[i], set))
			return false;
	}
	return text.len > 0;
}

/* Takes the bytes before the first of the stops, or all; the stop stays. */
static Slice
take_until(Slice *rest, const char *stops)
{
	Slice		taken = *rest;

	for (taken.len = 0; taken.len < rest->len; taken.len++)
	{
		if (is_one_of(rest->data[taken.len], stops))
			break;
	}
	*rest = slice_skip(*rest, taken.len);
	return taken;
}

static bool
take_character(Slice *rest, char c)
{
	if (rest->len == 0 || rest->data[0] != c)
		return false;
	*rest = slice_skip(*rest, 1);
	return true;
}

static bool
is_name(Slice name, const char *set)
{
	return consists_of(name, set) && name.data[0] != '-' && name.data[name.len - 1] != '-';
}

/* Labels between dots (RFC 1123 section 2.1); gives their number, 0 if it is no host. */
static int
count_labels(Slice host)
{
	int			labels = 0;

	do
	{
		Slice		label = take_until(&host, ".");

		if (!is_name(label, LOWER DIGITS "-") || label.len > 63)
			return 0;
		labels++;
	} while (take_character(&host, '.'));
	return labels;
}

static bool
is_port(Slice port)
{
	int			number = 0;

	if (!consists_of(port, DIGITS) || port.len > 5 || port.data[0] == '0')
		return false;
	for (size_t i = 0; i < port.len; i++)
		number = number * 10 + (port.data[i] - '0');
	return number <= 65535;
}

/* A host with at least so many labels, and perhaps a port. */
static bool
take_host(Slice *rest, int min_labels)
{
	return count_labels(take_until(rest, ":/")) >= min_labels &&
		(!take_character(rest, ':') || is_port(take_until(rest, "/")));
}

/* A slash and a segment of a path, which leads neither here nor up. */
static bool
take_segment(Slice *rest, Slice *segment)
{
	if (!take_character(rest, '/'))
		return false;
	*segment = take_until(rest, "/");
	return consists_of(*segment, LOWER UPPER DIGITS "._~-") &&
		!slice_equals_cstring(*segment, ".") && !slice_equals_cstring(*segment, "..");
}

/* ---- what a domain may be ---- */

static bool
fits_host(Slice domain)
{
	return take_host(&domain, 2) && domain.len == 0;
}

/* herm.okta.com/oauth2/default */
static bool
fits_authorization_server(Slice domain)
{
	Slice		oauth2,
				server;

	return take_host(&domain, 2) && take_segment(&domain, &oauth2) &&
		slice_equals_cstring(oauth2, "oauth2") && take_segment(&domain, &server) &&
		domain.len == 0;
}

/* login.herm.app/realms/herm; keycloak:8443/auth/realms/herm */
static bool
fits_realm(Slice domain)
{
	Slice		segment = {NULL, 0};
	bool		is_after_realms = false;

	if (!take_host(&domain, 1))
		return false;
	while (domain.len > 0)
	{
		is_after_realms = slice_equals_cstring(segment, "realms");
		if (!take_segment(&domain, &segment))
			return false;
	}
	return is_after_realms;
}

/* herm-social */
static bool
fits_project(Slice domain)
{
	return domain.len >= 6 && domain.len <= 30 && is_name(domain, LOWER DIGITS "-") &&
		is_one_of(domain.data[0], LOWER);
}

/* eu-central-1_AbCdEf123 */
static bool
fits_user_pool(Slice domain)
{
	return domain.len <= 55 && is_name(take_until(&domain, "_"), LOWER DIGITS "-") &&
		take_character(&domain, '_') && consists_of(domain, LOWER UPPER DIGITS);
}

/* A GUID; not the one that stands for everybody who has a personal account. */
static bool
fits_tenant(Slice domain)
{
	static const size_t lengths[] = {8, 4, 4, 4, 12};

	if (slice_equals_cstring(domain, "9188040d-6c67-4c5b-b112-36a304b66dad"))
		return false;
	for (int i = 0; i < COUNT_OF(lengths); i++)
	{
		Slice		group;

		if (i > 0 && !take_character(&domain, '-'))
			return false;
		group = take_until(&domain, "-");
		if (group.len != lengths[i] || !consists_of(group, DIGITS "abcdef"))
			return false;
	}
	return domain.len == 0;
}

/* ---- the templates ---- */

typedef struct Provider
{
	const char *name;
	bool		(*fits) (Slice domain);
	const char *domain;			/* in words */
	const char *example;
	const char *usual_path;		/* of a domain that is a host alone, or NULL */

	/* JSON with ' for "; <domain> is the domain, <region> what stands before its "_" */
	const char *config;
} Provider;

static const Provider providers[] = {
	{
		"auth0", fits_host,
		"the tenant's host or custom domain", "herm.eu.auth0.com", NULL,
		"{'jwk_url': 'https://<domain>/.well-known/jwks.json',"
		" 'issuer': 'https://<domain>/'}"
	},
	{
		"firebase", fits_project,
		"the project's ID", "herm-social", NULL,
		"{'jwk_url': 'https://www.googleapis.com/service_accounts/v1/jwk/"
		"securetoken@system.gserviceaccount.com',"
		" 'issuer': 'https://securetoken.google.com/<domain>',"
		" 'audience': '<domain>'}"
	},
	{
		"cognito", fits_user_pool,
		"the user pool's ID", "eu-central-1_AbCdEf123", NULL,
		"{'jwk_url': 'https://cognito-idp.<region>.amazonaws.com/<domain>/.well-known/jwks.json',"
		" 'issuer': 'https://cognito-idp.<region>.amazonaws.com/<domain>',"
		" 'claims_format': 'stringified_json'}"
	},
	{
		"keycloak", fits_realm,
		"the host and the path of the realm", "login.herm.app/realms/herm", NULL,
		"{'jwk_url': 'https://<domain>/protocol/openid-connect/certs',"
		" 'issuer': 'https://<domain>',"
		" 'claims_map': {"
		"'x-hasura-allowed-roles': {'path': '$.realm_access.roles'},"
		" 'x-hasura-default-role': 'user',"
		" 'x-hasura-user-id': {'path': '$.sub'}}}"
	},
	{
		"okta", fits_authorization_server,
		"the host, and the path of the authorization server if it is not the default one",
		"herm.okta.com/oauth2/default", "/oauth2/default",
		"{'jwk_url': 'https://<domain>/v1/keys',"
		" 'issuer': 'https://<domain>',"
		" 'claims_map': {"
		"'x-hasura-allowed-roles': {'path': '$.groups'},"
		" 'x-hasura-default-role': 'user',"
		" 'x-hasura-user-id': {'path': '$.uid'}}}"
	},
	{
		"azure", fits_tenant,
		"the tenant's ID (\"common\", \"organizations\" and \"consumers\" would let in "
		"every tenant)",
		"0f3c5a7e-9b1d-4e2f-8a6c-5d7e9f1b3a2c", NULL,
		"{'jwk_url': 'https://login.microsoftonline.com/<domain>/discovery/v2.0/keys',"
		" 'issuer': 'https://login.microsoftonline.com/<domain>/v2.0',"
		" 'claims_map': {"
		"'x-hasura-allowed-roles': {'path': '$.roles'},"
		" 'x-hasura-default-role': 'user',"
		" 'x-hasura-user-id': {'path': '$.oid'}}}"
	},
	{
		"clerk", fits_host,
		"the host of the Frontend API", "clerk.herm.app", NULL,
		"{'jwk_url': 'https://<domain>/.well-known/jwks.json',"
		" 'issuer': 'https://<domain>'}"
	},
	{
		"supabase", fits_host,
		"the project's host", "abcdefghijklmnopqrst.supabase.co", NULL,
		"{'jwk_url': 'https://<domain>/auth/v1/.well-known/jwks.json',"
		" 'issuer': 'https://<domain>/auth/v1',"
		" 'audience': 'authenticated',"
		" 'claims_map': {"
		"'x-hasura-allowed-roles': {'path': '$.app_metadata.roles', 'default': ['user']},"
		" 'x-hasura-default-role': {'path': '$.app_metadata.default_role', 'default': 'user'},"
		" 'x-hasura-user-id': {'path': '$.sub'}}}"
	},
	{
		/* no issuer: it is "hasura-auth" or the service's URL, depending on the release */
		"nhost", fits_host,
		"the host of the Auth service", "abcdefghijklmnopqrst.auth.eu-central-1.nhost.run", NULL,
		"{'jwk_url': 'https://<domain>/v1/.well-known/jwks.json'}"
	},
};

bool
hasura_provider_example(int number, Slice *provider, Slice *domain)
{
	if (number < 0 || number >= COUNT_OF(providers))
		return false;
	*provider = slice_cstring(providers[number].name);
	*domain = slice_cstring(providers[number].example);
	return true;
}

/* ---- refusals ---- */

static bool
reject_provider(Slice name, Rejection *rejection)
{
	StringInfoData hint;

	reject(rejection, REJECT_BAD_CONFIG, "unknown provider \"%s\"", printable(name));
	initStringInfo(&hint);
	appendStringInfoString(&hint, "The providers are ");
	for (int i = 0; i < COUNT_OF(providers); i++)
		appendStringInfo(&hint, "%s\"%s\"", i > 0 ? ", " : "", providers[i].name);
	appendStringInfoString(&hint, ", in lower case.");
	rejection->hint = hint.data;
	return false;
}

static bool
is_pasted_url(Slice domain)
{
	return slice_starts_with(domain, "https://") || slice_starts_with(domain, "http://") ||
		(domain.len > 0 && domain.data[domain.len - 1] == '/');
}

static bool
reject_domain(const Provider *provider, Slice domain, Rejection *rejection)
{
	reject(rejection, REJECT_BAD_CONFIG, "invalid domain \"%s\" for provider \"%s\"",
		   printable(domain), provider->name);
	rejection->hint = psprintf("Give %s, such as \"%s\"%s.", provider->domain, provider->example,
							   is_pasted_url(domain) ?
							   ", without https:// and without a slash at the end" : "");
	return false;
}

/* ---- a template filled in ---- */

/* Nothing in a domain that fits needs escaping in JSON. */
static void
append_template(StringInfo out, const char *template, Slice domain)
{
	Slice		rest = slice_cstring(template);
	Slice		after = domain;
	Slice		region = take_until(&after, "_");

	while (rest.len > 0)
	{
		Slice		text = take_until(&rest, "'<");

		appendBinaryStringInfo(out, text.data, (int) text.len);
		if (take_character(&rest, '\''))
			appendStringInfoChar(out, '"');
		else if (take_character(&rest, '<'))
		{
			Slice		value = slice_starts_with(rest, "region") ? region : domain;

			appendBinaryStringInfo(out, value.data, (int) value.len);
			(void) take_until(&rest, ">");
			(void) take_character(&rest, '>');
		}
	}
}

static const Provider *
find_provider(Slice name)
{
	for (int i = 0; i < COUNT_OF(providers); i++)
	{
		if (slice_equals_cstring(name, providers[i].name))
			return &providers[i];
	}
	return NULL;
}

/* The domain, with its usual path if it has none. */
static Slice
complete_domain(const Provider *provider, Slice domain)
{
	if (provider->usual_path == NULL || !fits_host(domain))
		return domain;
	return slice_cstring(psprintf("%.*s%s", (int) domain.len, domain.data, provider->usual_path));
}

bool
hasura_provider_config(Slice name, Slice domain, StringInfo out, Rejection *rejection)
{
	const Provider *provider = find_provider(name);
	Slice		complete;

	if (provider == NULL)
		return reject_provider(name, rejection);
	if (domain.len > PROVIDER_DOMAIN_MAX)
		return reject(rejection, REJECT_BAD_CONFIG, "the domain is longer than %d bytes",
					  PROVIDER_DOMAIN_MAX);
	complete = complete_domain(provider, domain);
	if (!provider->fits(complete))
		return reject_domain(provider, domain, rejection);
	append_template(out, provider->config, complete);
	return true;
}
