/* SPDX-License-Identifier: PostgreSQL */
/*
 * config.c: parsing Hasura's JWT configuration, with Hasura's words for what
 * is wrong with it (HASURA-JWT 1.1 to 1.4).
 */
#include "compat.h"

#include "hasura/config.h"
#include "hasura/numeric_date.h"
#include "hasura/uri.h"
#include "json/write.h"

#define DEFAULT_NAMESPACE "https://hasura.io/jwt/claims"
#define STRICT_RSA_BITS 2048

static const char *const formats[] = {
	[CLAIMS_FORMAT_JSON] = "json",
	[CLAIMS_FORMAT_STRINGIFIED_JSON] = "stringified_json",
};

/* Members that Hasura knows and this version does not. */
static const char *const unsupported[] = {
	"claims_namespace_path", "claims_map", "header", "jwk_url", "jwks",
};

const char *
hasura_claims_format_name(ClaimsFormat format)
{
	return formats[format];
}

/* The place of an error as aeson writes it: names with other than letters in brackets. */
static const char *
path_of(const char *member)
{
	for (const char *p = member; *p != '\0'; p++)
	{
		if (*p == '_')
			return psprintf("$['%s']", member);
	}
	return psprintf("$.%s", member);
}

static bool
reject_type(Rejection *rejection, const char *member, const char *parsing,
			const JsonNode *found)
{
	const char *expected = strcmp(parsing, "NominalDiffTime") == 0 ? "Number" : "String";

	return reject(rejection, REJECT_BAD_CONFIG,
				  "Error in %s: parsing %s failed, expected %s, but encountered %s",
				  path_of(member), parsing, expected, json_kind_name(found->kind));
}

/* Reads an optional string; *text is left as it is if there is none. */
static bool
read_text(const JsonNode *object, const char *name, Slice *text, Rejection *rejection)
{
	const JsonNode *member = json_optional_member(object, name);

	if (member == NULL)
		return true;
	if (member->kind != JSON_KIND_STRING)
		return reject_type(rejection, name, "Text", member);
	*text = member->text;
	return true;
}

static bool
read_string_or_uri(const JsonNode *node, const char *name, Slice *text, Rejection *rejection)
{
	if (node->kind != JSON_KIND_STRING)
		return reject_type(rejection, name, "StringOrURI", node);
	if (!string_or_uri_is_valid(node->text))
		return reject(rejection, REJECT_BAD_CONFIG,
					  "Error in %s: failed to parse StringOrURI", path_of(name));
	*text = node->text;
	return true;
}

static bool
read_namespace(const JsonNode *object, HasuraConfig *config, Rejection *rejection)
{
	config->claims_namespace = slice_cstring(DEFAULT_NAMESPACE);
	return read_text(object, "claims_namespace", &config->claims_namespace, rejection);
}

static bool
read_format(const JsonNode *object, HasuraConfig *config, Rejection *rejection)
{
	Slice		text = slice_cstring(formats[CLAIMS_FORMAT_JSON]);

	if (!read_text(object, "claims_format", &text, rejection))
		return false;
	for (int i = 0; i < COUNT_OF(formats); i++)
	{
		if (slice_equals_cstring(text, formats[i]))
		{
			config->claims_format = i;
			return true;
		}
	}
	return reject(rejection, REJECT_BAD_CONFIG,
				  "Error in %s: parsing JWTClaimsFormat failed, expected one of the tags "
				  "[\"json\",\"stringified_json\"]", path_of("claims_format"));
}

static bool
read_issuer(const JsonNode *object, HasuraConfig *config, Rejection *rejection)
{
	const JsonNode *issuer = json_optional_member(object, "issuer");

	if (issuer == NULL)
		return true;
	config->has_issuer = true;
	return read_string_or_uri(issuer, "issuer", &config->issuer, rejection);
}

/* A string, or an array of strings, which may be empty. */
static bool
read_audience(const JsonNode *object, HasuraConfig *config, Rejection *rejection)
{
	const JsonNode *audience = json_optional_member(object, "audience");

	if (audience == NULL)
		return true;
	config->has_audience = true;
	if (audience->kind != JSON_KIND_ARRAY)
	{
		config->audiences = palloc(sizeof(Slice));
		config->audience_count = 1;
		return read_string_or_uri(audience, "audience", config->audiences, rejection);
	}
	config->audiences = palloc(Max(audience->count, 1) * sizeof(Slice));
	json_foreach(element, audience)
	{
		if (!read_string_or_uri(element, "audience",
								&config->audiences[config->audience_count++], rejection))
			return false;
	}
	return true;
}

/* Seconds; the sign does not count (HASURA-JWT 1.1). */
static bool
read_allowed_skew(const JsonNode *object, HasuraConfig *config, Rejection *rejection)
{
	const JsonNode *skew = json_optional_member(object, "allowed_skew");
	Slice		number;

	if (skew == NULL)
		return true;
	if (skew->kind != JSON_KIND_NUMBER)
		return reject_type(rejection, "allowed_skew", "NominalDiffTime", skew);
	number = skew->text;
	if (number.data[0] == '-')
		number = slice_skip(number, 1);
	config->allowed_skew = numeric_date_parse(number);
	return true;
}

static bool
reject_unsupported(const JsonNode *object, Rejection *rejection)
{
	for (int i = 0; i < COUNT_OF(unsupported); i++)
	{
		if (json_optional_member(object, unsupported[i]) != NULL)
			return reject(rejection, REJECT_BAD_CONFIG, "%s is not supported yet", unsupported[i]);
	}
	return true;
}

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

/* The key last: HASURA-JWT 1.4, order of evaluation. */
static bool
read_key(const JsonNode *object, HasuraConfig *config, Rejection *rejection)
{
	Slice		key = {NULL, 0};
	Slice		type = {NULL, 0};
	JoseStatus	status;

	if (!read_text(object, "key", &key, rejection))
		return false;
	if (key.data == NULL)
		return reject(rejection, REJECT_BAD_CONFIG, "key and jwk_url both cannot be empty");
	if (!read_text(object, "type", &type, rejection))
		return false;
	if (type.data == NULL)
		return reject(rejection, REJECT_BAD_CONFIG, "key \"type\" not found");

	config->type = jose_algorithm_find(type);
	if (config->type == NULL || config->type->family == JOSE_FAMILY_NONE)
		return reject_key_type(type, rejection);
	if (config->type->family == JOSE_FAMILY_HMAC)
	{
		status = jose_key_from_secret(key, config->type, &config->key);
		return status == JOSE_OK || reject_secret(status, config->type, rejection);
	}
	status = jose_key_from_pem(key, &config->key);
	return status == JOSE_OK || reject_pem(status, rejection);
}

static bool
read_object(const JsonNode *object, HasuraConfig *config, Rejection *rejection)
{
	return read_namespace(object, config, rejection) &&
		read_format(object, config, rejection) &&
		read_issuer(object, config, rejection) &&
		read_audience(object, config, rejection) &&
		read_allowed_skew(object, config, rejection) &&
		reject_unsupported(object, rejection) &&
		read_key(object, config, rejection);
}

static bool
reject_json(JsonStatus status, const JsonDocument *document, Rejection *rejection)
{
	if (status == JSON_DUPLICATE_MEMBER)
		return reject(rejection, REJECT_BAD_CONFIG, "duplicate member \"%s\"",
					  printable(document->duplicate));
	reject(rejection, REJECT_BAD_CONFIG, "JWT configuration %s", json_status_text(status));
	rejection->hint = "In JSON a key's line breaks are written \\n; postgresql.conf wants that "
		"backslash doubled.";
	return false;
}

bool
hasura_config_parse(Slice text, HasuraConfig **config, Rejection *rejection)
{
	JsonDocument document;
	JsonStatus	status;

	*config = NULL;
	if (text.len > HASURA_CONFIG_MAX_SIZE)
		return reject(rejection, REJECT_BAD_CONFIG, "JWT configuration is larger than 1 MB");
	status = json_parse(text, &document);
	if (status != JSON_OK)
		return reject_json(status, &document, rejection);
	if (document.root->kind == JSON_KIND_ARRAY)
		return reject(rejection, REJECT_BAD_CONFIG,
					  "an array of configurations is not supported yet");
	if (document.root->kind != JSON_KIND_OBJECT)
		return reject(rejection, REJECT_BAD_CONFIG,
					  "parsing JWTConfig failed, expected Object, but encountered %s",
					  json_kind_name(document.root->kind));

	*config = palloc0(sizeof(HasuraConfig));
	return read_object(document.root, *config, rejection);
}

bool
hasura_config_make_strict(HasuraConfig *config, Rejection *rejection)
{
	JoseKey    *key = config->key;

	key->pss_salt_is_digest = true;
	if (key->kind == JOSE_KEY_RSA && key->bits < STRICT_RSA_BITS)
		return reject(rejection, REJECT_BAD_CONFIG,
					  "strict: the RSA key has %d bits, less than %d", key->bits, STRICT_RSA_BITS);
	if (jose_key_has_weak_exponent(key))
		return reject(rejection, REJECT_BAD_CONFIG,
					  "strict: the RSA key's exponent is even or below 3");
	return true;
}

static void
describe_text(StringInfo out, const char *name, Slice text)
{
	appendStringInfo(out, ", \"%s\": ", name);
	json_append_string(out, text);
}

static void
describe_audiences(StringInfo out, const HasuraConfig *config)
{
	appendStringInfoString(out, ", \"audience\": [");
	for (int i = 0; i < config->audience_count; i++)
	{
		appendStringInfoString(out, i > 0 ? ", " : "");
		json_append_string(out, config->audiences[i]);
	}
	appendStringInfoChar(out, ']');
}

void
hasura_config_describe(const HasuraConfig *config, StringInfo out)
{
	appendStringInfo(out, "{\"type\": \"%s\", \"key\": {\"kind\": \"%s\", \"bits\": %d}",
					 jose_algorithm_name(config->type), jose_key_kind_name(config->key->kind),
					 config->key->bits);
	describe_text(out, "claims_namespace", config->claims_namespace);
	describe_text(out, "claims_format", slice_cstring(formats[config->claims_format]));
	if (config->has_issuer)
		describe_text(out, "issuer", config->issuer);
	if (config->has_audience)
		describe_audiences(out, config);
	appendStringInfo(out, ", \"allowed_skew\": %lld",
					 (long long) (config->allowed_skew / MICROSECONDS));
	if (config->allowed_skew % MICROSECONDS != 0)
		appendStringInfo(out, ".%06lld", (long long) (config->allowed_skew % MICROSECONDS));
	appendStringInfoChar(out, '}');
}

bool
hasura_config_is_symmetric(const HasuraConfig *config)
{
	return config->key->kind == JOSE_KEY_SECRET;
}

void
hasura_config_free(HasuraConfig *config)
{
	if (config->key != NULL)
		jose_key_free(config->key);
}
