/* SPDX-License-Identifier: PostgreSQL */
/*
 * config_key.c: the keys of a configuration: type and key, jwks or jwk_url
 * (HASURA-JWT 1.3, 1.4, 1.7).
 */
#include "compat.h"

#include "hasura/config_read.h"
#include "hasura/uri.h"

#define STRICT_RSA_BITS 2048

/* ---- type and key ---- */

static bool
reject_key_type(Slice type, Rejection *rejection)
{
	reject(rejection, REJECT_BAD_CONFIG, "Invalid JWK: Key type: %s is not supported",
		   printable_name(type));
	rejection->hint = "The types are names of algorithms, such as HS256, RS256 or Ed25519.";
	return false;
}

static bool
reject_secret(JoseStatus status, const JoseAlgorithm *type, Rejection *rejection)
{
	if (status == JOSE_SECRET_LOOKS_PUBLIC)
	{
		reject(rejection, REJECT_BAD_CONFIG,
			   "Invalid JWK: symmetric key looks like a public key or certificate");
		rejection->hint = "Choose the \"type\" that belongs to the key, such as that of the "
			"\"alg\" in the token's header.";
		return false;
	}
	return reject(rejection, REJECT_BAD_CONFIG,
				  "Invalid JWK: Key size too small; should be atleast %d characters",
				  type->digest_size);
}

/* HASURA-JWT 1.4: the loader's error and that of its last resort, joined by a space. */
static bool
reject_pem(JoseStatus status, Rejection *rejection)
{
	static const struct
	{
		JoseStatus	status;
		const char *text;
	}			texts[] = {
		{JOSE_NO_PEM, "No pem found No pem found"},
		{JOSE_KEY_NOT_SUPPORTED, "This key type is not supported"},
		{JOSE_CURVE_NOT_SUPPORTED, "Error getting EC parameters from the public key"},
		{JOSE_CERTIFICATE_KEY_NOT_SUPPORTED,
		"Could not decode RSA, EdDSA or EC public key from x509 cert"},
	};
	const char *text = "Could not decode public key Could not decode x509 cert";

	for (int i = 0; i < COUNT_OF(texts); i++)
	{
		if (texts[i].status == status)
			text = texts[i].text;
	}
	reject(rejection, REJECT_BAD_CONFIG, "Invalid JWK: Could not decode PEM: %s", text);
	rejection->hint = "\"key\" is the PEM text of a public key or certificate, with \\n for "
		"each line break.";
	return false;
}

static JoseStatus
parse_key(Slice text, const JoseAlgorithm *type, JoseKey **key)
{
	if (type->family == JOSE_FAMILY_HMAC)
		return jose_key_from_secret(text, type, key);
	return jose_key_from_pem(text, key);
}

static bool
read_single_key(const JsonNode *object, HasuraConfig *config, Rejection *rejection)
{
	Slice		text = {NULL, 0};
	Slice		type = {NULL, 0};
	JoseStatus	status;

	if (!config_read_text(object, "key", &text, rejection) ||
		!config_read_text(object, "type", &type, rejection))
		return false;
	if (type.data == NULL)
		return reject(rejection, REJECT_BAD_CONFIG, "key \"type\" not found");
	config->type = jose_algorithm_find(type);
	if (config->type == NULL || config->type->family == JOSE_FAMILY_NONE)
		return reject_key_type(type, rejection);

	config->keys = palloc0(sizeof(HasuraKey));
	config->keys->algorithm = config->type;
	status = parse_key(text, config->type, &config->keys->key);
	if (status == JOSE_OK)
		config->key_count = 1;
	else if (config->type->family == JOSE_FAMILY_HMAC)
		return reject_secret(status, config->type, rejection);
	return status == JOSE_OK || reject_pem(status, rejection);
}

/* ---- jwk_url ---- */

/*
 * RFC 9110 4.2: such a URL has a host.  Others take what has one slash or three for
 * one that has two, and might find a password where we see none.
 */
static bool
has_host_if_http(Slice url)
{
	static const char *const schemes[] = {"http:", "https:"};

	for (int i = 0; i < COUNT_OF(schemes); i++)
	{
		size_t		len = strlen(schemes[i]);

		if (url.len > len && pg_strncasecmp(url.data, schemes[i], len) == 0)
		{
			Slice		rest = slice_skip(url, len);

			return slice_starts_with(rest, "//") && rest.len > 2 && rest.data[2] != '/';
		}
	}
	return true;
}

static bool
read_url(const JsonNode *object, HasuraConfig *config, Rejection *rejection)
{
	config->is_key_set = true;
	if (!config_read_text(object, "jwk_url", &config->jwk_url, rejection))
		return false;
	return (uri_is_absolute(config->jwk_url) && has_host_if_http(config->jwk_url)) ||
		reject(rejection, REJECT_BAD_CONFIG, "Error in $['jwk_url']: failed to parse URI");
}

/* ---- exactly one of them ---- */

bool
config_read_keys(const JsonNode *object, HasuraConfig *config, Rejection *rejection)
{
	const JsonNode *key = json_optional_member(object, "key");
	const JsonNode *jwk_url = json_optional_member(object, "jwk_url");
	const JsonNode *jwks = json_optional_member(object, "jwks");

	if (key != NULL && jwk_url != NULL)
		return reject(rejection, REJECT_BAD_CONFIG, "key, jwk_url both cannot be present");
	if (jwks != NULL && (key != NULL || jwk_url != NULL))
		return reject(rejection, REJECT_BAD_CONFIG, "%s, jwks both cannot be present",
					  key != NULL ? "key" : "jwk_url");
	if (key != NULL)
		return read_single_key(object, config, rejection);
	if (jwk_url != NULL)
		return read_url(object, config, rejection);
	if (jwks != NULL)
		return config_read_key_set(jwks, config, rejection);
	reject(rejection, REJECT_BAD_CONFIG, "key and jwk_url both cannot be empty");
	if (config->ignored_count > 0)
		rejection->hint = psprintf("Nothing reads the member \"%s\".", config->ignored[0]);
	return false;
}

/* ---- strict mode ---- */

static bool
check_strict_key(HasuraKey *key, Rejection *rejection)
{
	key->key->pss_salt_is_digest = true;
	if (key->key->kind == JOSE_KEY_RSA && key->key->bits < STRICT_RSA_BITS)
		return reject(rejection, REJECT_BAD_CONFIG, "strict: an RSA key has %d bits, less than %d",
					  key->key->bits, STRICT_RSA_BITS);
	if (jose_key_has_weak_exponent(key->key))
		return reject(rejection, REJECT_BAD_CONFIG,
					  "strict: the exponent of an RSA key is even or below 3");
	return true;
}

/* RFC 8725 3.1, 3.5: one kid, one key; no set in which a public key could be a secret. */
static bool
check_strict_pair(const HasuraKey *a, const HasuraKey *b, Rejection *rejection)
{
	if ((a->key->kind == JOSE_KEY_SECRET) != (b->key->kind == JOSE_KEY_SECRET))
		return reject(rejection, REJECT_BAD_CONFIG,
					  "strict: the key set mixes symmetric and public keys");
	if (a->kid.data != NULL && b->kid.data != NULL && slice_equals(a->kid, b->kid))
		return reject(rejection, REJECT_BAD_CONFIG, "strict: the key set has the kid \"%s\" twice",
					  printable(a->kid));
	return true;
}

static bool
make_strict(HasuraConfig *config, Rejection *rejection)
{
	for (int i = 0; i < config->key_count; i++)
	{
		if (!check_strict_key(&config->keys[i], rejection))
			return false;
		for (int k = 0; k < i; k++)
		{
			if (!check_strict_pair(&config->keys[k], &config->keys[i], rejection))
				return false;
		}
	}
	return true;
}

/* Whether a key may stand behind those that are kept. */
static bool
may_stay(const HasuraConfig *config, int kept, HasuraKey *key)
{
	Rejection	ignored;

	if (key->key->kind == JOSE_KEY_SECRET || !check_strict_key(key, &ignored))
		return false;
	for (int i = 0; i < kept; i++)
	{
		if (!check_strict_pair(&config->keys[i], key, &ignored))
			return false;
	}
	return true;
}

void
config_leave_out_weak_keys(HasuraConfig *config)
{
	int			kept = 0;

	for (int i = 0; i < config->key_count; i++)
	{
		HasuraKey	key = config->keys[i];

		if (may_stay(config, kept, &key))
			config->keys[kept++] = key;
		else
			jose_key_free(key.key);
	}
	config->key_count = kept;
}

bool
hasura_configs_make_strict(HasuraConfigs *configs, Rejection *rejection)
{
	for (int i = 0; i < configs->count; i++)
	{
		if (!make_strict(configs->items[i], rejection))
			return false;
	}
	return true;
}
