/* SPDX-License-Identifier: PostgreSQL */
/*
 * checks_token.c: the judges of a token's form and signature.
 */
#include "compat.h"

#include "hasura/checks_explain.h"
#include "hasura/checks_judge.h"

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

bool
check_size(Verification *v, Rejection *rejection)
{
	v->bearer = without_scheme(v->text);
	return check_token_size(v->text, v->rules.max_token_size, rejection);
}

bool
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
	static const char white_space[] = " \t\n\v\f\r";

	for (const char *c = white_space; *c != '\0'; c++)
	{
		if (memchr(text.data, *c, text.len) != NULL)
			return true;
	}
	return false;
}

/* "Bearer " once and exactly, or no scheme at all; no white space (docs/hasura.md). */
bool
check_authorization(Verification *v, Rejection *rejection)
{
	if (v->text.len == 0)
	{
		reject(rejection, REJECT_INVALID_HEADERS,
			   "Missing 'Authorization' or 'Cookie' header in JWT authentication mode");
		rejection->hint = "The token is null or empty.";
		return false;
	}
	v->split = jose_token_split(v->bearer, &v->token);
	v->decoded = v->split == JOSE_OK ? jose_token_decode_parts(&v->token) : v->split;

	/* what can be decoded has none, and need not be searched for it */
	if (v->bearer.len > 0 && (v->decoded == JOSE_OK || !has_white_space(v->bearer)))
		return true;
	reject(rejection, REJECT_INVALID_HEADERS, "Malformed Authorization header");
	rejection->hint = "Pass the token alone, or behind \"Bearer\" and one space; no other white "
		"space, and no line break at its end.";
	return false;
}

bool
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
bool
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

bool
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

bool
check_encoding(Verification *v, Rejection *rejection)
{
	return v->decoded == JOSE_OK || reject_encoding(rejection, jose_status_text(v->decoded));
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

bool
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
bool
check_claims(Verification *v, Rejection *rejection)
{
	if (jose_token_read_payload(&v->token) != JOSE_OK)
		return reject_payload(rejection, json_error(v->token.payload_json,
													&v->token.untrusted_payload));
	return registered_claims_read(v->token.untrusted_payload.root, &v->registered, rejection);
}

bool
check_algorithm(Verification *v, Rejection *rejection)
{
	if (v->token.untrusted_algorithm->family != JOSE_FAMILY_NONE)
		return true;
	return reject(rejection, REJECT_INVALID_JWT, "Could not verify JWT: JWSError JWSNoSignatures");
}

bool
check_key(Verification *v, Rejection *rejection)
{
	if (v->config->key_count > 0)
		return true;
	reject(rejection, REJECT_INVALID_JWT, "Could not verify JWT: JWSError NoUsableKeys");
	if (v->config->key_trouble != NULL)
		rejection->hint = psprintf("There are no keys of the jwk_url: %s.", v->config->key_trouble);
	return false;
}

bool
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
judge_signature(Verification *v, Rejection *rejection)
{
	const char *reason = "kid names no key of the set that may verify";
	int			tried = 0;

	for (int i = 0; i < v->config->key_count; i++)
	{
		const HasuraKey *key = &v->config->keys[i];

		if (!may_judge(v, key, &reason))
			continue;
		CHECK_FOR_INTERRUPTS(); /* a set may have many keys */
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

/* The tag of the token; a MAC of its own is as fast as looking for another. */
static bool
make_tag(Verification *v, JoseTag *tag)
{
	char		judged_by[JOSE_FINGERPRINT_SIZE + 1];

	if (v->memory == NULL || v->token.untrusted_algorithm->family == JOSE_FAMILY_HMAC)
		return false;
	memcpy(judged_by, v->config->fingerprint, JOSE_FINGERPRINT_SIZE);
	judged_by[JOSE_FINGERPRINT_SIZE] = v->rules.strict;
	return jose_memory_tag(v->memory, slice_make(judged_by, sizeof(judged_by)), &v->token,
						   tag) == JOSE_OK;
}

bool
check_signature(Verification *v, Rejection *rejection)
{
	JoseTag		tag;
	bool		has_tag = make_tag(v, &tag);

	v->was_recalled = has_tag &&
		jose_signature_recall(&v->token, v->memory, &tag, &v->verified) == JOSE_OK;
	if (v->was_recalled)
		return true;
	if (!judge_signature(v, rejection))
		return false;
	if (has_tag)
		v->memory->remember(&tag);
	return true;
}
