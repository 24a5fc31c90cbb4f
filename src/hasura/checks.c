/* SPDX-License-Identifier: PostgreSQL */
/*
 * checks.c: what a token must pass, in Hasura's order.  verification_run()
 * stops at the first refusal, verification_walk() reports each.
 */
#include "compat.h"

#include "hasura/checks.h"
#include "hasura/checks_explain.h"
#include "hasura/numeric_date.h"

#define BEARER "Bearer "

bool
reject_token_size(size_t max_token_size, Rejection *rejection)
{
	reject(rejection, REJECT_TOKEN_TOO_LARGE, "the token is larger than %zu bytes",
		   max_token_size);
	rejection->hint = "The limit is the setting herm_jwt.max_token_size.";
	return false;
}

/* The token without its one "Bearer ", if it has it. */
static Slice
without_scheme(Slice text)
{
	return slice_starts_with(text, BEARER) ? slice_skip(text, strlen(BEARER)) : text;
}

bool
check_token_size(Slice text, size_t max_token_size, Rejection *rejection)
{
	return without_scheme(text).len <= max_token_size ||
		reject_token_size(max_token_size, rejection);
}

static bool
check_size(Verification *v, Rejection *rejection)
{
	v->bearer = without_scheme(v->text);
	return check_token_size(v->text, v->rules.max_token_size, rejection);
}

static bool
check_config(Verification *v, Rejection *rejection)
{
	if (v->configs != NULL)
	{
		v->config = v->configs->items[0];	/* until the issuer has chosen */
		return true;
	}
	*rejection = *v->no_config;
	return false;
}

static bool
has_white_space(Slice text)
{
	for (size_t i = 0; i < text.len; i++)
	{
		char		c = text.data[i];

		if (c == ' ' || (c >= '\t' && c <= '\r'))
			return true;
	}
	return false;
}

/* "Bearer " once and exactly, or no scheme at all; no white space (docs/hasura.md). */
static bool
check_authorization(Verification *v, Rejection *rejection)
{
	if (v->text.len == 0)
	{
		reject(rejection, REJECT_INVALID_HEADERS,
			   "Missing 'Authorization' or 'Cookie' header in JWT authentication mode");
		rejection->hint = "The token is null or empty.";
		return false;
	}
	if (v->bearer.len == 0 || has_white_space(v->bearer))
	{
		reject(rejection, REJECT_INVALID_HEADERS, "Malformed Authorization header");
		rejection->hint = "Pass the token alone, or behind \"Bearer\" and one space; no other white "
			"space, and no line break at its end.";
		return false;
	}
	v->split = jose_token_split(v->bearer, &v->token);
	return true;
}

static bool
reject_issuer(Verification *v, const JsonNode *iss, Rejection *rejection)
{
	reject(rejection, REJECT_INVALID_JWT, "Could not verify JWT: JWTNotInIssuer");
	rejection->hint = explain_issuer(v, iss);
	return false;
}

/* The issuer by the token's own word, before anything is verified; NULL without one. */
static const JsonNode *
peek_issuer(Verification *v)
{
	/* the second part is all that is needed, however many there are */
	if (jose_token_read_payload(&v->token) != JOSE_OK)
		return NULL;
	return registered_claims_peek_issuer(v->token.untrusted_payload.root);
}

/* A configuration matches unless both it and the token have an issuer, and not the same. */
static bool
matches_issuer(const HasuraConfig *config, const JsonNode *iss)
{
	return !config->has_issuer || iss == NULL || slice_equals(config->issuer, iss->text);
}

/* Chooses the configuration (HASURA-JWT 1.8); of several that match, none. */
static bool
check_issuer(Verification *v, Rejection *rejection)
{
	const HasuraConfigs *configs = v->configs;
	const JsonNode *iss = NULL;
	int			matching = 0;

	if (configs->count > 1 || v->config->has_issuer)
		iss = peek_issuer(v);
	for (int i = 0; i < configs->count; i++)
	{
		if (!matches_issuer(configs->items[i], iss))
			continue;
		v->config = configs->items[i];
		matching++;
	}
	if (matching == 1)
		return true;
	if (matching == 0)
		return reject_issuer(v, iss, rejection);
	reject(rejection, REJECT_INVALID_HEADERS, "Could not verify JWT: Multiple JWTs found");
	rejection->hint = "More than one configuration of the array fits the token: give each of them "
		"an issuer of its own, and every token its iss.";
	return false;
}

static bool
check_parts(Verification *v, Rejection *rejection)
{
	if (v->split == JOSE_OK)
		return true;
	reject(rejection, REJECT_INVALID_JWT,
		   "Could not verify JWT: JWSError (CompactDecodeError Invalid number of parts: "
		   "Expected 3 parts; got %d)", v->token.part_count);
	rejection->hint = explain_part_count(v);
	return false;
}

static bool
reject_encoding(Rejection *rejection, const char *what)
{
	return reject(rejection, REJECT_INVALID_JWT,
				  "Could not verify JWT: JWSError (JSONDecodeError %s)", haskell_string(what));
}

static bool
check_encoding(Verification *v, Rejection *rejection)
{
	JoseStatus	status = jose_token_decode_parts(&v->token);

	return status == JOSE_OK || reject_encoding(rejection, jose_status_text(status));
}

/* A JSON error and, of a duplicate, its name. */
static const char *
json_error(JsonStatus status, const JsonDocument *document)
{
	if (status == JSON_DUPLICATE_MEMBER)
		return psprintf("Error in $: duplicate member '%s'",
						printable(document->duplicate));
	return psprintf("Error in $: the text %s", json_status_text(status));
}

static bool
check_header(Verification *v, Rejection *rejection)
{
	JoseStatus	status = jose_token_read_header(&v->token);

	switch (status)
	{
		case JOSE_OK:
			return true;
		case JOSE_HEADER_NOT_JSON:
			return reject_encoding(rejection, json_error(v->token.header_json,
														 &v->token.untrusted_header));
		case JOSE_BAD_HEADER_PARAMETER:
			return reject_encoding(rejection, psprintf("Error in $.%s: %s", v->token.bad_parameter,
													   jose_status_text(status)));
		default:
			return reject_encoding(rejection, psprintf("Error in $: %s",
													   jose_status_text(status)));
	}
}

/* Before the signature, as Hasura does (HASURA-JWT 2.2). */
static bool
check_claims(Verification *v, Rejection *rejection)
{
	if (jose_token_read_payload(&v->token) != JOSE_OK)
		return reject_payload(rejection, json_error(v->token.payload_json,
													&v->token.untrusted_payload));
	return registered_claims_read(v->token.untrusted_payload.root, &v->registered, rejection);
}

static bool
check_algorithm(Verification *v, Rejection *rejection)
{
	if (v->token.untrusted_algorithm->family != JOSE_FAMILY_NONE)
		return true;
	return reject(rejection, REJECT_INVALID_JWT, "Could not verify JWT: JWSError JWSNoSignatures");
}

static bool
check_key(Verification *v, Rejection *rejection)
{
	if (v->config->jwk_url.len > 0)
	{
		reject(rejection, REJECT_NO_WORKER, "the keys of a jwk_url are not fetched yet");
		rejection->hint = "Use \"jwks\" with a copy of the provider's keys.";
		return false;
	}
	if (v->config->key_count > 0)
		return true;
	return reject(rejection, REJECT_INVALID_JWT, "Could not verify JWT: JWSError NoUsableKeys");
}

static bool
reject_strict(Rejection *rejection, const char *reason)
{
	reject(rejection, REJECT_INVALID_JWT, "Could not verify JWT: strict: %s", reason);
	rejection->hint = "The setting herm_jwt.strict asks for it, by RFC 8725.";
	return false;
}

/* RFC 8725 3.1: the algorithm is the key's, or another name of it (docs/settings.md, strict). */
static bool
is_algorithm_of(const HasuraKey *key, const JoseAlgorithm *algorithm)
{
	if (key->algorithm == NULL)
		return jose_key_suits(key->key, algorithm);
	if (algorithm->family == JOSE_FAMILY_EDDSA && key->algorithm->family == JOSE_FAMILY_EDDSA)
		return (algorithm->key_kinds & key->algorithm->key_kinds) != 0;
	return algorithm == key->algorithm;
}

/* Strict mode: what the token's kid and the key's own members allow. */
static bool
is_meant(const Verification *v, const HasuraKey *key)
{
	if (key->is_for_other_use)
		return false;
	return !v->config->is_key_set || v->token.untrusted_kid.data == NULL ||
		(key->kid.data != NULL && slice_equals(key->kid, v->token.untrusted_kid));
}

/* Whether strict mode lets a key judge; what it refuses is remembered for the message. */
static bool
may_judge(const Verification *v, const HasuraKey *key, const char **reason)
{
	if (!v->rules.strict)
		return true;
	if (!is_meant(v, key))
		return false;
	*reason = v->config->is_key_set ? "alg is not the key's" : "alg is not the configured type";
	return is_algorithm_of(key, v->token.untrusted_algorithm);
}

/* Every key is tried, whatever the header says of keys (HASURA-JWT 1.7), except in strict mode. */
static bool
check_signature(Verification *v, Rejection *rejection)
{
	const char *reason = "kid names no key of the set that may verify";
	int			tried = 0;

	for (int i = 0; i < v->config->key_count; i++)
	{
		const HasuraKey *key = &v->config->keys[i];

		if (!may_judge(v, key, &reason))
			continue;
		if (jose_signature_verify(&v->token, key->key, &v->verified) == JOSE_OK)
			return true;
		tried++;
	}
	if (tried == 0)
		return reject_strict(rejection, reason);

	/* a key of the wrong kind reads like a wrong signature (HASURA-JWT 1.5) */
	reject(rejection, REJECT_INVALID_JWT, "Could not verify JWT: JWSError JWSInvalidSignature");
	rejection->hint = "Compare the configured key with the issuer's.";
	return false;
}

static bool
check_exp(Verification *v, Rejection *rejection)
{
	const RegisteredClaims *claims = &v->registered;

	if (!claims->has_exp)
		return !v->rules.strict || reject_strict(rejection, "exp is missing");
	if (v->rules.now < claims->exp + v->config->allowed_skew)
		return true;
	reject(rejection, REJECT_INVALID_JWT, "Could not verify JWT: JWTExpired");
	rejection->hint = "Get a new token from the issuer and authenticate with it.";
	return false;
}

static bool
check_iat(Verification *v, Rejection *rejection)
{
	const RegisteredClaims *claims = &v->registered;

	if (!claims->has_iat || claims->iat <= v->rules.now + v->config->allowed_skew)
		return true;
	return reject(rejection, REJECT_INVALID_JWT, "Could not verify JWT: JWTIssuedAtFuture");
}

static bool
check_nbf(Verification *v, Rejection *rejection)
{
	const RegisteredClaims *claims = &v->registered;

	if (!claims->has_nbf || v->rules.now >= claims->nbf - v->config->allowed_skew)
		return true;
	return reject(rejection, REJECT_INVALID_JWT, "Could not verify JWT: JWTNotYetValid");
}

static bool
check_iss(Verification *v, Rejection *rejection)
{
	const JsonNode *iss = v->registered.iss;

	if (!v->config->has_issuer)
		return true;
	if (iss == NULL)
		return !v->rules.strict || reject_strict(rejection, "iss is missing");
	return slice_equals(iss->text, v->config->issuer) || reject_issuer(v, iss, rejection);
}

/* Without a configured audience every one will do, but there must be one (HASURA-JWT 2.4). */
static bool
accepts_audience(const HasuraConfig *config, Slice audience)
{
	for (int i = 0; i < config->audience_count; i++)
	{
		if (slice_equals(config->audiences[i], audience))
			return true;
	}
	return !config->has_audience;
}

static bool
check_aud(Verification *v, Rejection *rejection)
{
	const JsonNode *aud = v->registered.aud;

	if (aud == NULL)
		return !v->rules.strict || !v->config->has_audience ||
			reject_strict(rejection, "aud is missing");
	if (aud->kind == JSON_KIND_STRING && accepts_audience(v->config, aud->text))
		return true;
	json_foreach(element, aud)
	{
		if (accepts_audience(v->config, element->text))
			return true;
	}
	reject(rejection, REJECT_INVALID_JWT, "Could not verify JWT: JWTNotInAudience");
	rejection->hint = explain_audience(v);
	return false;
}

static bool
check_hasura_claims(Verification *v, Rejection *rejection)
{
	return hasura_claims_locate(v->token.untrusted_payload.root, v->config, &v->claims, rejection);
}

static bool
check_allowed_roles(Verification *v, Rejection *rejection)
{
	return hasura_claims_read_allowed_roles(&v->claims, rejection);
}

static bool
check_default_role(Verification *v, Rejection *rejection)
{
	return hasura_claims_read_default_role(&v->claims, rejection);
}

static bool
check_role(Verification *v, Rejection *rejection)
{
	return hasura_claims_select_role(&v->claims, v->requested_role, rejection);
}

static bool
check_variables(Verification *v, Rejection *rejection)
{
	return hasura_claims_finish(&v->claims, rejection);
}

#define NEEDS(step) (1u << (step))
#define NEEDS_TOKEN (NEEDS(CHECK_SIZE) | NEEDS(CHECK_AUTHORIZATION))
#define NEEDS_CLAIMS (NEEDS(CHECK_CONFIG) | NEEDS(CHECK_CLAIMS))

typedef struct Check
{
	bool		(*judge) (Verification *v, Rejection *rejection);
	Explanation explain;		/* what was found, when accepted */
	Explanation explain_refusal;	/* what was found beside the message */
	unsigned int needs;			/* steps without which it cannot judge */
} Check;

/* The place in the table is the step: the order is that of CHECK_STEPS. */
static const Check checks[] = {
	[CHECK_SIZE] = {check_size, explain_size, NULL, 0},
	[CHECK_CONFIG] = {check_config, explain_config, NULL, 0},
	[CHECK_AUTHORIZATION] = {check_authorization, NULL, NULL, NEEDS(CHECK_SIZE)},
	[CHECK_ISSUER] = {check_issuer, NULL, NULL, NEEDS_TOKEN | NEEDS(CHECK_CONFIG)},
	[CHECK_PARTS] = {check_parts, NULL, NULL, NEEDS_TOKEN},
	[CHECK_ENCODING] = {check_encoding, NULL, NULL, NEEDS(CHECK_PARTS)},
	[CHECK_HEADER] = {check_header, explain_header, explain_header, NEEDS(CHECK_ENCODING)},
	[CHECK_CLAIMS] = {check_claims, explain_payload, explain_payload, NEEDS(CHECK_ENCODING)},
	[CHECK_ALGORITHM] = {check_algorithm, explain_algorithm, NULL, NEEDS(CHECK_HEADER)},
	[CHECK_KEY] = {check_key, explain_key, NULL, NEEDS(CHECK_CONFIG)},
	[CHECK_SIGNATURE] = {check_signature, NULL, explain_bad_signature,
	NEEDS(CHECK_KEY) | NEEDS(CHECK_ALGORITHM) | NEEDS(CHECK_CLAIMS)},
	[CHECK_EXP] = {check_exp, explain_exp, explain_exp, NEEDS_CLAIMS},
	[CHECK_IAT] = {check_iat, explain_iat, explain_iat, NEEDS_CLAIMS},
	[CHECK_NBF] = {check_nbf, explain_nbf, explain_nbf, NEEDS_CLAIMS},
	[CHECK_ISS] = {check_iss, explain_iss, NULL, NEEDS_CLAIMS},
	[CHECK_AUD] = {check_aud, explain_aud, NULL, NEEDS_CLAIMS},
	[CHECK_HASURA_CLAIMS] = {check_hasura_claims, explain_names, NULL, NEEDS_CLAIMS},
	[CHECK_ALLOWED_ROLES] = {check_allowed_roles, explain_allowed_roles, NULL,
	NEEDS(CHECK_HASURA_CLAIMS)},
	[CHECK_DEFAULT_ROLE] = {check_default_role, explain_default_role, NULL,
	NEEDS(CHECK_HASURA_CLAIMS)},
	[CHECK_ROLE] = {check_role, explain_role, NULL,
	NEEDS(CHECK_ALLOWED_ROLES) | NEEDS(CHECK_DEFAULT_ROLE)},
	[CHECK_VARIABLES] = {check_variables, explain_variables, NULL, NEEDS(CHECK_ROLE)},
};

StaticAssertDecl(lengthof(checks) == CHECK_STEP_COUNT, "every step has its check");

static bool
run_check(Verification *v, CheckStep step, Rejection *rejection)
{
	bool		accepted = checks[step].judge(v, rejection);

	if (accepted)
		v->passed |= NEEDS(step);
	else
		v->passed &= ~NEEDS(step);
	return accepted;
}

bool
verification_run(Verification *v, CheckStep last, Rejection *rejection)
{
	for (CheckStep step = 0; step <= last; step++)
	{
		if (!run_check(v, step, rejection))
			return false;
	}

	/* whatever becomes of the table: nothing passes that nobody has signed */
	return last < CHECK_SIGNATURE || v->verified.payload != NULL ||
		reject(rejection, REJECT_INVALID_JWT, "Could not verify JWT: JWSError JWSInvalidSignature");
}

bool
verification_decode(Verification *v, Rejection *rejection)
{
	if (!check_size(v, rejection) || !check_authorization(v, rejection) ||
		!check_parts(v, rejection) || !check_encoding(v, rejection))
		return false;

	/* a header that would be refused may still be shown */
	if (jose_token_read_header(&v->token) == JOSE_HEADER_NOT_JSON)
		return check_header(v, rejection);
	return jose_token_read_payload(&v->token) == JOSE_OK || check_claims(v, rejection);
}

bool
verification_judge_times(Verification *v, int64_t now, Rejection *rejection)
{
	v->rules.now = now;
	return check_exp(v, rejection) && check_iat(v, rejection) && check_nbf(v, rejection);
}

static void
report_accepted(const Verification *v, CheckStep step, CheckReporter report, void *state)
{
	StringInfoData detail;

	initStringInfo(&detail);
	if (checks[step].explain != NULL)
		checks[step].explain(v, &detail);
	report(state, step, CHECK_OK, detail.data);
}

/* The message, then hint and findings in sentences of their own. */
static const char *
describe_refusal(const Verification *v, CheckStep step, const Rejection *rejection)
{
	StringInfoData detail;

	initStringInfo(&detail);
	appendStringInfoString(&detail, rejection->message);
	if (rejection->detail != NULL)
		appendStringInfo(&detail, " (%s)", rejection->detail);
	if (rejection->hint != NULL)
		appendStringInfo(&detail, ". %s", rejection->hint);
	if (checks[step].explain_refusal != NULL)
	{
		appendStringInfoString(&detail, rejection->hint != NULL ? " " : ". ");
		checks[step].explain_refusal(v, &detail);
	}
	return detail.data;
}

void
verification_walk(Verification *v, CheckReporter report, void *state)
{
	for (CheckStep step = 0; step < CHECK_STEP_COUNT; step++)
	{
		Rejection	rejection;

		if ((checks[step].needs & ~v->passed) != 0)
			report(state, step, CHECK_SKIPPED, "a check that this one builds on did not pass");
		else if (run_check(v, step, &rejection))
			report_accepted(v, step, report, state);
		else
			report(state, step, CHECK_FAILED, describe_refusal(v, step, &rejection));
	}
}

const char *
check_step_name(CheckStep step)
{
	static const char *const names[] = {
#define X(step, name, rule) name,
		CHECK_STEPS(X)
#undef X
	};

	return names[step];
}
