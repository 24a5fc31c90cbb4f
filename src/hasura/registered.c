/* SPDX-License-Identifier: PostgreSQL */
/*
 * registered.c: reading the registered claims.
 */
#include "compat.h"

#include "hasura/numeric_date.h"
#include "hasura/registered.h"
#include "hasura/uri.h"

typedef bool (*ClaimReader) (const char *name, const JsonNode *value,
							 RegisteredClaims *claims, Rejection *rejection);

bool
reject_payload(Rejection *rejection, const char *what)
{
	return reject(rejection, REJECT_INVALID_JWT,
				  "Could not verify JWT: JWTClaimsSetDecodeError %s", haskell_string(what));
}

static bool
reject_type(Rejection *rejection, const char *name, const char *type, const JsonNode *value)
{
	const char *expected = strcmp(type, "NumericDate") == 0 ? "Number" : "String";

	return reject_payload(rejection,
						  psprintf("Error in $.%s: parsing %s failed, expected %s, but encountered %s",
								   name, type, expected, json_kind_name(value->kind)));
}

static bool
read_string_or_uri(const char *name, const JsonNode *value, Rejection *rejection)
{
	if (value->kind != JSON_KIND_STRING)
		return reject_type(rejection, name, "StringOrURI", value);
	if (!string_or_uri_is_valid(value->text))
		return reject_payload(rejection,
							  psprintf("Error in $.%s: failed to parse StringOrURI", name));
	return true;
}

static bool
read_iss(const char *name, const JsonNode *value, RegisteredClaims *claims, Rejection *rejection)
{
	claims->iss = value;
	return read_string_or_uri(name, value, rejection);
}

static bool
read_sub(const char *name, const JsonNode *value, UNUSED RegisteredClaims *claims,
		 Rejection *rejection)
{
	return read_string_or_uri(name, value, rejection);
}

static bool
read_aud(const char *name, const JsonNode *value, RegisteredClaims *claims, Rejection *rejection)
{
	claims->aud = value;
	if (value->kind != JSON_KIND_ARRAY)
		return read_string_or_uri(name, value, rejection);
	json_foreach(element, value)
	{
		if (!read_string_or_uri(name, element, rejection))
			return false;
	}
	return true;
}

static bool
read_date(const char *name, const JsonNode *value, int64_t *microseconds, Rejection *rejection)
{
	if (value->kind != JSON_KIND_NUMBER)
		return reject_type(rejection, name, "NumericDate", value);
	*microseconds = numeric_date_parse(value->text);
	return true;
}

static bool
read_exp(const char *name, const JsonNode *value, RegisteredClaims *claims, Rejection *rejection)
{
	claims->has_exp = true;
	return read_date(name, value, &claims->exp, rejection);
}

static bool
read_nbf(const char *name, const JsonNode *value, RegisteredClaims *claims, Rejection *rejection)
{
	claims->has_nbf = true;
	return read_date(name, value, &claims->nbf, rejection);
}

static bool
read_iat(const char *name, const JsonNode *value, RegisteredClaims *claims, Rejection *rejection)
{
	claims->has_iat = true;
	return read_date(name, value, &claims->iat, rejection);
}

static bool
read_jti(const char *name, const JsonNode *value, UNUSED RegisteredClaims *claims,
		 Rejection *rejection)
{
	return value->kind == JSON_KIND_STRING || reject_type(rejection, name, "Text", value);
}

/* In the order in which Hasura's library decodes them. */
static const struct
{
	Slice		name;
	ClaimReader read;
}			registered[] = {
	{SLICE_LITERAL("iss"), read_iss},
	{SLICE_LITERAL("sub"), read_sub},
	{SLICE_LITERAL("aud"), read_aud},
	{SLICE_LITERAL("exp"), read_exp},
	{SLICE_LITERAL("nbf"), read_nbf},
	{SLICE_LITERAL("iat"), read_iat},
	{SLICE_LITERAL("jti"), read_jti},
};

bool
registered_claims_read(const JsonNode *payload, RegisteredClaims *claims, Rejection *rejection)
{
	memset(claims, 0, sizeof(*claims));
	if (payload->kind != JSON_KIND_OBJECT)
		return reject_payload(rejection,
							  psprintf("Error in $: parsing JWT Claims Set failed, "
									   "expected Object, but encountered %s",
									   json_kind_name(payload->kind)));
	for (int i = 0; i < COUNT_OF(registered); i++)
	{
		const JsonNode *value = json_find_optional(payload, registered[i].name);

		if (value != NULL &&
			!registered[i].read(registered[i].name.data, value, claims, rejection))
			return false;
	}
	return true;
}

const JsonNode *
registered_claims_peek_issuer(const JsonNode *payload)
{
	const JsonNode *iss = json_optional_member(payload, "iss");

	if (iss == NULL || iss->kind != JSON_KIND_STRING || !string_or_uri_is_valid(iss->text))
		return NULL;
	return iss;
}

bool
registered_claims_include(Slice name)
{
	for (int i = 0; i < COUNT_OF(registered); i++)
	{
		if (slice_equals(name, registered[i].name))
			return true;
	}
	return false;
}

bool
registered_claims_look_like_id_token(const JsonNode *payload)
{
	return json_member(payload, "nonce") != NULL || json_member(payload, "at_hash") != NULL ||
		json_member(payload, "c_hash") != NULL;
}

const JsonNode *
registered_claims_leave_out(const JsonNode *payload)
{
	JsonNode   *rest = palloc0(sizeof(JsonNode));

	rest->kind = JSON_KIND_OBJECT;
	json_foreach(member, payload)
	{
		if (!registered_claims_include(member->name))
			(void) json_append_copy(rest, member, member->name);
	}
	return rest;
}

/* As Hasura's library writes URIs: a password in them becomes three dots. */
static void
mask_password(JsonNode *claim)
{
	if (claim->kind == JSON_KIND_STRING)
		claim->text = uri_with_masked_password(claim->text);
}

static void
append_audiences(JsonNode *set, const JsonNode *aud)
{
	JsonNode   *list = json_append_copy(set, aud, aud->name);

	list->first = list->last = NULL;
	list->count = 0;
	json_foreach(audience, aud)
		mask_password(json_append_copy(list, audience, audience->name));
}

/* A null claim is an absent one, and an audience of one is written as a string. */
static void
append_registered(JsonNode *set, const JsonNode *claim)
{
	if (claim->kind == JSON_KIND_NULL)
		return;
	if (claim->kind != JSON_KIND_ARRAY)
		mask_password(json_append_copy(set, claim, claim->name));
	else if (claim->count == 1)
		mask_password(json_append_copy(set, claim->first, claim->name));
	else
		append_audiences(set, claim);
}

const JsonNode *
registered_claims_rewrite(const JsonNode *payload)
{
	JsonNode   *set = palloc0(sizeof(JsonNode));

	set->kind = JSON_KIND_OBJECT;
	json_foreach(member, payload)
	{
		if (registered_claims_include(member->name))
			append_registered(set, member);
		else
			(void) json_append_copy(set, member, member->name);
	}
	return set;
}
