/* SPDX-License-Identifier: PostgreSQL */
/*
 * config_key_set.c: a set of JSON Web Keys (RFC 7517 section 5, HASURA-JWT 1.7).
 */
#include "compat.h"

#include "hasura/config_read.h"

/* RFC 7517 4.2 and 4.3. */
static const char *const uses[] = {"sig", "enc"};
static const char *const operations[] = {
	"sign", "verify", "encrypt", "decrypt", "wrapKey", "unwrapKey", "deriveKey", "deriveBits",
};

static bool
is_listed(Slice text, const char *const *list, int count)
{
	for (int i = 0; i < count; i++)
	{
		if (slice_equals_cstring(text, list[i]))
			return true;
	}
	return false;
}

/* Reads "use": false if it is not one of the standard's. */
static bool
read_use(const JsonNode *jwk, HasuraKey *key)
{
	const JsonNode *use = json_member(jwk, "use");

	if (use == NULL)
		return true;
	if (use->kind != JSON_KIND_STRING || !is_listed(use->text, uses, COUNT_OF(uses)))
		return false;
	key->is_for_other_use = key->is_for_other_use || !slice_equals_cstring(use->text, "sig");
	return true;
}

/* Reads "key_ops": false if one of them is not the standard's. */
static bool
read_operations(const JsonNode *jwk, HasuraKey *key)
{
	const JsonNode *key_ops = json_member(jwk, "key_ops");
	bool		may_verify = false;

	if (key_ops == NULL)
		return true;
	if (key_ops->kind != JSON_KIND_ARRAY)
		return false;
	json_foreach(operation, key_ops)
	{
		if (operation->kind != JSON_KIND_STRING ||
			!is_listed(operation->text, operations, COUNT_OF(operations)))
			return false;
		may_verify = may_verify || slice_equals_cstring(operation->text, "verify");
	}
	key->is_for_other_use = key->is_for_other_use || !may_verify;
	return true;
}

/* Reads "alg": false if it is not a name that JOSE knows. */
static bool
read_algorithm(const JsonNode *jwk, HasuraKey *key)
{
	const JsonNode *alg = json_member(jwk, "alg");

	if (alg == NULL)
		return true;
	if (alg->kind != JSON_KIND_STRING)
		return false;
	key->algorithm = jose_algorithm_find(alg->text);
	if (key->algorithm != NULL)
		return key->algorithm->family != JOSE_FAMILY_NONE;
	key->is_for_other_use = true;
	return jose_algorithm_encrypts(alg->text);
}

static bool
read_kid(const JsonNode *jwk, HasuraKey *key)
{
	const JsonNode *kid = json_member(jwk, "kid");

	if (kid == NULL)
		return true;
	key->kid = kid->text;
	return kid->kind == JSON_KIND_STRING;
}

/*
 * Hasura's latest releases take numbers in any base64, and integers with zeros
 * in front, as some providers give them: this spells them as RFC 7518 demands.
 */
static Slice
canonical_number(Slice text, bool is_integer)
{
	Slice		bytes;

	if (!base64_decode_leniently(text, &bytes))
		return text;
	while (is_integer && bytes.len > 1 && bytes.data[0] == '\0')
		bytes = slice_skip(bytes, 1);
	return base64url_encode(bytes);
}

static const JsonNode *
canonical_jwk(const JsonNode *jwk)
{
	static const struct
	{
		const char *name;
		bool		is_integer;
	}			numbers[] = {{"n", true}, {"e", true}, {"x", false}, {"y", false}, {"k", false}};
	JsonNode   *canonical = palloc0(sizeof(JsonNode));

	canonical->kind = JSON_KIND_OBJECT;
	json_foreach(member, jwk)
	{
		JsonNode   *copy = json_append_copy(canonical, member, member->name);

		for (int i = 0; i < COUNT_OF(numbers) && copy->kind == JSON_KIND_STRING; i++)
		{
			if (slice_equals_cstring(copy->name, numbers[i].name))
				copy->text = canonical_number(copy->text, numbers[i].is_integer);
		}
	}
	return canonical;
}

static bool
read_jwk(const JsonNode *jwk, HasuraKey *key)
{
	memset(key, 0, sizeof(*key));
	key->is_private = json_member(jwk, "d") != NULL;
	return jwk->kind == JSON_KIND_OBJECT && read_kid(jwk, key) && read_algorithm(jwk, key) && read_use(jwk, key) &&
		read_operations(jwk, key) &&
		jose_key_from_jwk(canonical_jwk(jwk), JOSE_PUBLIC_HALF, &key->key) == JOSE_OK;
}

/* What cannot be used is left out, key by key (DESIGN 5, difference 4). */
static void
read_keys(const JsonNode *keys, HasuraConfig *config)
{
	config->keys = palloc0((keys->count + 1) * sizeof(HasuraKey));
	json_foreach(jwk, keys)
	{
		if (read_jwk(jwk, &config->keys[config->key_count]))
			config->key_count++;
	}
}

bool
config_read_key_set(const JsonNode *set, HasuraConfig *config, Rejection *rejection)
{
	const JsonNode *keys = json_member(set, "keys");

	config->is_key_set = true;
	if (set->kind != JSON_KIND_OBJECT)
		return reject(rejection, REJECT_BAD_CONFIG, "Error in $.jwks: parsing JWKSet failed, "
					  "expected Object, but encountered %s", json_kind_name(set->kind));
	if (keys == NULL)
		return reject(rejection, REJECT_BAD_CONFIG, "Error in $.jwks: key \"keys\" not found");
	if (keys->kind != JSON_KIND_ARRAY)
		return reject(rejection, REJECT_BAD_CONFIG, "Error in $.jwks.keys: parsing [] failed, "
					  "expected Array, but encountered %s", json_kind_name(keys->kind));
	if (keys->count > HASURA_KEY_SET_MAX)
		return reject(rejection, REJECT_BAD_CONFIG, "Error in $.jwks.keys: more than %d keys",
					  HASURA_KEY_SET_MAX);
	read_keys(keys, config);
	return true;
}

/* ---- what came from a URL ---- */

static bool
no_key(HasuraConfig *config, const char *trouble)
{
	config->key_trouble = trouble;
	return false;
}

static bool
add_to_fingerprint(Slice text, HasuraConfig *config)
{
	Slice		before = slice_make((const char *) config->fingerprint, JOSE_FINGERPRINT_SIZE);

	return jose_fingerprint(before, text, config->fingerprint) == JOSE_OK;
}

bool
hasura_key_set_parse(Slice text, bool strict, HasuraConfig *config)
{
	JsonDocument document;
	JsonStatus	status = json_parse(text, &document);
	const JsonNode *keys;

	if (status != JSON_OK)
		return no_key(config, psprintf("the answer %s", json_status_text(status)));
	keys = json_member(document.root, "keys");
	if (keys == NULL || keys->kind != JSON_KIND_ARRAY)
		return no_key(config, "the answer is no key set: it has no array \"keys\"");
	if (keys->count > HASURA_KEY_SET_MAX)
		return no_key(config, psprintf("the key set has more than %d keys", HASURA_KEY_SET_MAX));
	if (!add_to_fingerprint(text, config))
		return no_key(config, "OpenSSL offers no digest");
	read_keys(keys, config);
	if (config->key_count == 0)
		return no_key(config, "the key set has no key that can be used");
	if (strict)
		config_leave_out_weak_keys(config);
	return config->key_count > 0 ||
		no_key(config, "the key set has no key that strict mode allows");
}

bool
hasura_config_has_kid(const HasuraConfig *config, Slice kid)
{
	for (int i = 0; i < config->key_count; i++)
	{
		if (config->keys[i].kid.data != NULL && slice_equals(config->keys[i].kid, kid))
			return true;
	}
	return false;
}
