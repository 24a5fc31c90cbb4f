/* SPDX-License-Identifier: PostgreSQL */
/*
 * checks_explain.c: the words of inspect() and of the checks' hints.
 */
#include "compat.h"

#include <time.h>

#include "hasura/checks_explain.h"
#include "hasura/numeric_date.h"

/* A compact JWE has five parts (RFC 7516 section 7.1). */
#define ENCRYPTED_PARTS 5

/* How many keys a message lists. */
#define LISTED_MAX 20

/* Appends the strings of an array, or one string, quoted. */
static void
append_strings(StringInfo out, const JsonNode *node)
{
	const char *separator = "";

	if (node->kind == JSON_KIND_STRING)
	{
		appendStringInfo(out, "\"%s\"", printable(node->text));
		return;
	}
	json_foreach(element, node)
	{
		appendStringInfo(out, "%s\"%s\"", separator, printable(element->text));
		separator = ", ";
	}
	if (node->count == 0)
		appendStringInfoString(out, "none");
}

static void
append_audiences(StringInfo out, const HasuraConfig *config)
{
	for (int i = 0; i < config->audience_count; i++)
		appendStringInfo(out, "%s\"%s\"", i > 0 ? ", " : "", printable(config->audiences[i]));
	if (config->audience_count == 0)
		appendStringInfoString(out, "none");
}

void
explain_size(const Verification *v, StringInfo detail)
{
	appendStringInfo(detail, "%zu of at most %zu bytes", v->bearer.len, v->rules.max_token_size);
}

void
explain_config(const Verification *v, StringInfo detail)
{
	hasura_configs_describe(v->configs, detail);
	if (v->rules.strict)
		appendStringInfoString(detail, ", judged by the rules of strict mode");
}

void
explain_header(const Verification *v, StringInfo detail)
{
	appendStringInfoString(detail, printable_whole(v->token.header));
}

void
explain_payload(const Verification *v, StringInfo detail)
{
	appendStringInfoString(detail, printable_whole(v->token.payload));
}

void
explain_algorithm(const Verification *v, StringInfo detail)
{
	appendStringInfoString(detail, jose_algorithm_name(v->token.untrusted_algorithm));
}

static void
append_key(StringInfo out, const HasuraKey *key)
{
	appendStringInfo(out, "%s, %d bits", jose_key_kind_name(key->key->kind), key->key->bits);
	if (key->kid.data != NULL)
		appendStringInfo(out, ", kid \"%s\"", printable(key->kid));
}

static void
append_keys(StringInfo out, const HasuraConfig *config)
{
	for (int i = 0; i < config->key_count && i < LISTED_MAX; i++)
	{
		appendStringInfoString(out, i > 0 ? "; " : "");
		append_key(out, &config->keys[i]);
	}
	if (config->key_count > LISTED_MAX)
		appendStringInfoString(out, "; ...");
}

void
explain_key(const Verification *v, StringInfo detail)
{
	append_keys(detail, v->config);
}

static bool
some_key_suits(const HasuraConfig *config, const JoseAlgorithm *algorithm)
{
	for (int i = 0; i < config->key_count; i++)
	{
		if (jose_key_suits(config->keys[i].key, algorithm))
			return true;
	}
	return false;
}

void
explain_bad_signature(const Verification *v, StringInfo detail)
{
	const JoseAlgorithm *algorithm = v->token.untrusted_algorithm;

	if (some_key_suits(v->config, algorithm))
		appendStringInfoString(detail, "The token was signed with another key, or has been changed "
							   "since. The rows below judge what it claims, unverified.");
	else
		appendStringInfo(detail, "No configured key fits the token's algorithm %s.",
						 jose_algorithm_name(algorithm));
	appendStringInfoString(detail, " Keys: ");
	append_keys(detail, v->config);
	if (v->token.untrusted_kid.data != NULL)
		appendStringInfo(detail, ". The token's kid: \"%s\"", printable(v->token.untrusted_kid));
}

/* A time in UTC and its distance from now, as far as a calendar goes. */
static void
append_date(StringInfo out, int64_t microseconds, int64_t now)
{
	time_t		seconds = microseconds / MICROSECONDS;
	long long	distance = (microseconds - now) / MICROSECONDS;
	struct tm	parts;
	char		text[64];

	if (microseconds >= NUMERIC_DATE_MAX || microseconds <= -NUMERIC_DATE_MAX ||
		gmtime_r(&seconds, &parts) == NULL ||
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", &parts) == 0)
	{
		appendStringInfoString(out, microseconds > 0 ? "in the far future" : "in the far past");
		return;
	}
	appendStringInfoString(out, text);
	if (distance >= 0)
		appendStringInfo(out, ", %lld s from now", distance);
	else
		appendStringInfo(out, ", %lld s ago", -distance);
}

static void
explain_date(const Verification *v, bool present, int64_t date, StringInfo detail)
{
	if (!present)
	{
		appendStringInfoString(detail, "not in the token");
		return;
	}
	append_date(detail, date, v->rules.now);
	if (v->config->allowed_skew > 0)
		appendStringInfo(detail, ", allowed_skew %lld s",
						 (long long) (v->config->allowed_skew / MICROSECONDS));
}

void
explain_exp(const Verification *v, StringInfo detail)
{
	explain_date(v, v->registered.has_exp, v->registered.exp, detail);
}

void
explain_iat(const Verification *v, StringInfo detail)
{
	explain_date(v, v->registered.has_iat, v->registered.iat, detail);
}

void
explain_nbf(const Verification *v, StringInfo detail)
{
	explain_date(v, v->registered.has_nbf, v->registered.nbf, detail);
}

static void
explain_match(const JsonNode *claim, bool configured, StringInfo detail)
{
	if (claim == NULL)
		appendStringInfoString(detail, "not in the token");
	else
		append_strings(detail, claim);
	if (!configured)
		appendStringInfoString(detail, ", none configured");
	else if (claim == NULL)
		appendStringInfoString(detail, ", so not compared");
}

void
explain_iss(const Verification *v, StringInfo detail)
{
	explain_match(v->registered.iss, v->config->has_issuer, detail);
}

void
explain_aud(const Verification *v, StringInfo detail)
{
	explain_match(v->registered.aud, v->config->has_audience, detail);
}

void
explain_names(const Verification *v, StringInfo detail)
{
	const SessionVariables *variables = &v->claims.variables;

	for (int i = 0; i < variables->count; i++)
		appendStringInfo(detail, "%s%s", i > 0 ? ", " : "", printable(variables->items[i].name));
}

void
explain_allowed_roles(const Verification *v, StringInfo detail)
{
	append_strings(detail, v->claims.allowed_roles);
}

void
explain_default_role(const Verification *v, StringInfo detail)
{
	appendStringInfo(detail, "\"%s\"", printable(v->claims.default_role));
}

void
explain_role(const Verification *v, StringInfo detail)
{
	appendStringInfo(detail, "\"%s\", %s", printable(v->claims.role),
					 v->requested_role.len > 0 ? "as requested" : "by default");
}

void
explain_variables(const Verification *v, StringInfo detail)
{
	const SessionVariables *variables = &v->claims.variables;

	for (int i = 0; i < variables->count; i++)
		appendStringInfo(detail, "%s%s = \"%s\"", i > 0 ? ", " : "",
						 printable(variables->items[i].name), printable(variables->items[i].value->text));
}

static bool
differs_by_slash(Slice a, Slice b)
{
	Slice		longer = a.len > b.len ? a : b;
	Slice		shorter = a.len > b.len ? b : a;

	return longer.len == shorter.len + 1 && longer.data[shorter.len] == '/' &&
		slice_equals(slice_make(longer.data, shorter.len), shorter);
}

const char *
explain_issuer(const Verification *v, const JsonNode *iss)
{
	StringInfoData hint;

	initStringInfo(&hint);
	appendStringInfo(&hint, "The token's issuer is \"%s\", the configured one is ",
					 printable(iss->text));
	for (int i = 0; i < v->configs->count && i < LISTED_MAX; i++)
	{
		Slice		configured = v->configs->items[i]->issuer;

		appendStringInfo(&hint, "%s\"%s\"%s", i > 0 ? " or " : "", printable(configured),
						 differs_by_slash(configured, iss->text) ?
						 ", which differs by the slash at the end" : "");
	}
	appendStringInfoChar(&hint, '.');
	return hint.data;
}

const char *
explain_audience(const Verification *v)
{
	StringInfoData hint;

	initStringInfo(&hint);
	appendStringInfoString(&hint, "The configured audience is ");
	append_audiences(&hint, v->config);
	appendStringInfoString(&hint, ", the token's is ");
	append_strings(&hint, v->registered.aud);
	appendStringInfoChar(&hint, '.');
	if (registered_claims_look_like_id_token(v->token.untrusted_payload.root))
		appendStringInfoString(&hint, " It looks like an ID token: send the access token.");
	return hint.data;
}

const char *
explain_part_count(const Verification *v)
{
	if (v->token.part_count == ENCRYPTED_PARTS)
		return "Five parts make an encrypted token (JWE): let the issuer give a signed one (JWS).";
	if (v->token.part_count == 1)
		return "A token without dots is opaque to all but its issuer: ask the issuer for a JWT "
			"(with Auth0, by naming an audience).";
	return NULL;
}
