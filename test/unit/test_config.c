/* SPDX-License-Identifier: PostgreSQL */
/*
 * test_config.c: Hasura's configuration is understood as Hasura does, refused
 * in Hasura's words, and never shows its key.
 */
#include "compat.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "check.h"
#include "envelope.h"
#include "hasura/config.h"
#include "hasura/numeric_date.h"
#include "json/write.h"
#include "sample.h"

#define SECRET "0123456789-the-secret-0123456789"

/* A configuration that is good so far, and what is added to it. */
#define GOOD "\"type\":\"HS256\",\"key\":\"" SECRET "\""
#define GOOD_AND(more) "{" GOOD "," more "}"

#define DEFAULT_NAMESPACE "https://hasura.io/jwt/claims"

static HasuraConfigs *configs;
static HasuraConfig *config;
static Rejection rejection;

/* The text goes before the configuration is used: the sanitizer sees a use of it. */
static bool
parse_slice(Slice text)
{
	Slice		copy = sample_exact(text);
	bool		accepted;

	memset(&rejection, 0, sizeof(rejection));
	accepted = hasura_configs_parse(copy, &configs, &rejection);
	config = configs->count > 0 ? configs->items[0] : NULL;
	free((char *) copy.data);
	if (accepted && (config == NULL || config->key_count == 0 || config->type == NULL))
		sample_bail_out("a good configuration has a key and a type");
	return accepted;
}

static bool
parse(const char *text)
{
	return parse_slice(slice_cstring(text));
}

static void
parse_good(const char *text)
{
	if (!CHECK(parse(text), "accepted: %s", text))
	{
		printf("# %s\n", rejection.message);
		sample_bail_out("a configuration is refused");
	}
}

static void
forget(void)
{
	if (configs != NULL)
		hasura_configs_free(configs);
	configs = NULL;
	config = NULL;
}

static void
check_refused(Slice text, const char *message, const char *what)
{
	bool		refused = !parse_slice(text);

	if (!CHECK(refused && strcmp(rejection.message, message) == 0, "refused: %s", what))
		printf("# got \"%s\", wanted \"%s\"\n", refused ? rejection.message : "(accepted)", message);
	CHECK(refused && rejection.code == REJECT_BAD_CONFIG, "as a bad configuration");
	CHECK(refused && (strstr(rejection.message, "the-secret") == NULL) &&
		  (rejection.hint == NULL || strstr(rejection.hint, "the-secret") == NULL) &&
		  (rejection.detail == NULL || strstr(rejection.detail, "the-secret") == NULL),
		  "without its key");
	forget();
}

/* A configuration, Hasura's words for it, and what it is. */
typedef struct Case
{
	const char *text;
	const char *message;
	const char *name;
} Case;

static void
check_all(const Case *cases, int count)
{
	for (int i = 0; i < count; i++)
		check_refused(slice_cstring(cases[i].text), cases[i].message, cases[i].name);
}

#define CHECK_ALL(cases) check_all((cases), COUNT_OF(cases))

/* A configuration with a type, and a key of any bytes. */
static Slice
with_key(const char *type, Slice key)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "{\"type\":\"%s\",\"key\":", type);
	json_append_string(&text, key);
	appendStringInfoChar(&text, '}');
	return slice_make(text.data, text.len);
}

/* ---- what is understood ---- */

static void
test_defaults(void)
{
	parse_good("{" GOOD "}");
	CHECK(config->type == sample_algorithm("HS256"), "the type is known");
	CHECK(config->keys[0].key->kind == JOSE_KEY_SECRET && config->keys[0].key->bits == 256, "and the key");
	CHECK(slice_equals_cstring(config->keys[0].key->secret, SECRET), "whose bytes are those of the text");
	CHECK(slice_equals_cstring(config->claims_namespace, DEFAULT_NAMESPACE), "Hasura's namespace");
	CHECK(config->claims_format == CLAIMS_FORMAT_JSON, "Hasura's format");
	CHECK(!config->has_issuer && !config->has_audience, "no issuer and no audience");
	CHECK(config->allowed_skew == 0, "and no skew");
	forget();
}

static void
test_everything(void)
{
	parse_good(" {\"allowed_skew\": 60 , \"audience\": [\"a\", \"b\"],\n\"issuer\": \"https://i/\","
			   "\"claims_format\": \"stringified_json\", \"claims_namespace\": \"ns\"," GOOD "} ");
	CHECK(slice_equals_cstring(config->claims_namespace, "ns"), "the namespace is set");
	CHECK(config->claims_format == CLAIMS_FORMAT_STRINGIFIED_JSON, "the format is set");
	CHECK(config->has_issuer && slice_equals_cstring(config->issuer, "https://i/"), "the issuer");
	CHECK(config->has_audience && config->audience_count == 2, "the audiences");
	CHECK(config->allowed_skew == 60 * MICROSECONDS, "and the skew");
	forget();
	parse_good(GOOD_AND("\"claims_format\":\"json\",\"claims_namespace\":\"\",\"issuer\":\"\""));
	CHECK(config->claims_namespace.len == 0, "an empty namespace is one");
	CHECK(config->has_issuer && config->issuer.len == 0, "and so is an empty issuer");
	forget();
}

/* aeson's ".:?": null is absent. */
static void
test_nulls(void)
{
	parse_good(GOOD_AND("\"claims_namespace\":null,\"claims_format\":null,\"issuer\":null,"
						"\"audience\":null,\"allowed_skew\":null,\"claims_namespace_path\":null,"
						"\"claims_map\":null,\"header\":null,\"jwk_url\":null,\"jwks\":null"));
	CHECK(slice_equals_cstring(config->claims_namespace, DEFAULT_NAMESPACE) &&
		  config->claims_format == CLAIMS_FORMAT_JSON && !config->has_issuer &&
		  !config->has_audience && config->allowed_skew == 0, "nulls leave the defaults");
	forget();
	check_refused(slice_cstring("{\"type\":\"HS256\",\"key\":null}"),
				  "key and jwk_url both cannot be empty", "a key that is null");
}

static void
test_unknown(void)
{
	parse_good(GOOD_AND("\"Issuer\":5,\"aud\":[],\"KEY\":{},\"x\":[null,{\"key\":1}],\"\":true,"
						"\"allowed_skew_\":\"x\",\"claims_namespace \":7"));
	CHECK(!config->has_issuer && !config->has_audience, "unknown members are ignored, in any case");
	forget();
}

static void
test_audience(void)
{
	parse_good(GOOD_AND("\"audience\":\"app\""));
	CHECK(config->has_audience && config->audience_count == 1 &&
		  slice_equals_cstring(config->audiences[0], "app"), "one audience");
	forget();
	parse_good(GOOD_AND("\"audience\":[\"app\"]"));
	CHECK(config->has_audience && config->audience_count == 1 &&
		  slice_equals_cstring(config->audiences[0], "app"), "one in an array");
	forget();
	parse_good(GOOD_AND("\"audience\":[\"app\",\"https://api/\",\"\",\"app\"]"));
	CHECK(config->audience_count == 4 && slice_equals_cstring(config->audiences[1], "https://api/")
		  && config->audiences[2].len == 0, "several, in their order");
	forget();
	parse_good(GOOD_AND("\"audience\":[]"));
	CHECK(config->has_audience && config->audience_count == 0, "none at all is a configured one");
	forget();
}

/* HASURA-JWT 1.1: fractions count, the sign does not. */
static void
test_skew(void)
{
	static const struct
	{
		const char *text;
		int64_t		wanted;
	}			skews[] = {
		{"0", 0}, {"-0", 0}, {"60", 60000000}, {"-60", 60000000}, {"0.5", 500000},
		{"-0.5", 500000}, {"-0.000001", 1}, {"1.5e1", 15000000}, {"-1.5e1", 15000000},
		{"1e999", NUMERIC_DATE_MAX}, {"-1e999", NUMERIC_DATE_MAX}, {"100e-2", 1000000},
	};

	for (int i = 0; i < COUNT_OF(skews); i++)
	{
		parse_good(psprintf("{" GOOD ",\"allowed_skew\":%s}", skews[i].text));
		CHECK(config->allowed_skew == skews[i].wanted, "a skew of %s", skews[i].text);
		forget();
	}
}

/* The type chooses how the key is read, and each type has its own way. */
static void
test_types(void)
{
	static const char *const pem_types[] = {
		"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "ES256K",
		"EdDSA", "Ed25519", "Ed448",
	};

	for (int i = 0; i < COUNT_OF(pem_types); i++)
	{
		for (int k = 0; k < sample_kind_count; k++)
		{
			if (sample_kinds[k] == JOSE_KEY_SECRET)
				continue;
			CHECK(parse_slice(with_key(pem_types[i],
									   sample_public_pem(sample_key(sample_kinds[k])->pkey))) &&
				  config->type == sample_algorithm(pem_types[i]) &&
				  config->keys[0].key->kind == sample_kinds[k], "%s takes a key of kind %s", pem_types[i],
				  jose_key_kind_name(sample_kinds[k]));
			forget();
		}
		check_refused(with_key(pem_types[i], slice_cstring(SECRET)),
					  "Invalid JWK: Could not decode PEM: No pem found No pem found",
					  psprintf("a secret as %s", pem_types[i]));
	}
	CHECK(strcmp(hasura_claims_format_name(CLAIMS_FORMAT_JSON), "json") == 0 &&
		  strcmp(hasura_claims_format_name(CLAIMS_FORMAT_STRINGIFIED_JSON), "stringified_json") == 0,
		  "the formats have names");
}

/* ---- what is refused (HASURA-JWT 1.4) ---- */

static const Case not_objects[] = {
	{"5", "parsing JWTConfig failed, expected Object, but encountered Number", "a number"},
	{"\"x\"", "parsing JWTConfig failed, expected Object, but encountered String", "a string"},
	{"null", "parsing JWTConfig failed, expected Object, but encountered Null", "null"},
	{"true", "parsing JWTConfig failed, expected Object, but encountered Boolean", "a boolean"},
	{"[]", "the array of configurations is empty", "an empty array"},
	{"[5]", "Error in $[0]: parsing JWTConfig failed, expected Object, but encountered Number",
	"an array of numbers"},
	{"[{" GOOD "},{}]", "Error in $[1]: key and jwk_url both cannot be empty",
	"an array whose second is bad"},
};

static const Case not_json[] = {
	{"", "JWT configuration is not valid JSON", "an empty text"},
	{" ", "JWT configuration is not valid JSON", "a space"},
	{"{" GOOD, "JWT configuration is not valid JSON", "half an object"},
	{"{" GOOD "}}", "JWT configuration is not valid JSON", "an object and a bit"},
	{"{" GOOD ",}", "JWT configuration is not valid JSON", "a comma too many"},
	{"{'type':'HS256'}", "JWT configuration is not valid JSON", "single quotes"},
	{"-----BEGIN PUBLIC KEY-----", "JWT configuration is not valid JSON", "a key alone"},
	{SECRET, "JWT configuration is not valid JSON", "a secret alone"},
	{"{\"key\":\"\xff\"}", "JWT configuration is not valid UTF-8", "another encoding"},
	{"{\"key\":\"\\u0000" SECRET "\"}", "JWT configuration contains the character \\u0000",
	"a zero"},
	{GOOD_AND("\"issuer\":\"a\",\"issuer\":\"a\""), "duplicate member \"issuer\"", "a duplicate"},
	{GOOD_AND("\"key\":\"" SECRET "\""), "duplicate member \"key\"", "two keys"},
	{GOOD_AND("\"x\":{\"y\":1,\"\\u0079\":2}"), "duplicate member \"y\"",
	"a duplicate inside, in another spelling"},
};

static const Case no_key[] = {
	{"{}", "key and jwk_url both cannot be empty", "neither key nor URL"},
	{"{\"type\":\"HS256\"}", "key and jwk_url both cannot be empty", "a type alone"},
	{"{\"type\":\"nonsense\"}", "key and jwk_url both cannot be empty", "an odd type alone"},
	{"{\"Key\":\"" SECRET "\"}", "key and jwk_url both cannot be empty", "a key in another case"},
	{"{\"key\":\"" SECRET "\"}", "key \"type\" not found", "a key without a type"},
};

/* HASURA-JWT 1.1: the type is looked at only when there is a key. */
static const Case type_without_key[] = {
	{"{\"type\":5}", "key and jwk_url both cannot be empty", "a type that is a number, alone"},
	{"{\"type\":{}}", "key and jwk_url both cannot be empty", "a type that is an object, alone"},
};

static const Case wrong_types[] = {
	{"{\"type\":\"HS256\",\"key\":5}",
	"Error in $.key: parsing Text failed, expected String, but encountered Number", "a key"},
	{"{\"type\":\"HS256\",\"key\":{\"kty\":\"oct\"}}",
	"Error in $.key: parsing Text failed, expected String, but encountered Object", "a JWK"},
	{"{\"type\":[],\"key\":\"" SECRET "\"}",
	"Error in $.type: parsing Text failed, expected String, but encountered Array", "a type"},
	{GOOD_AND("\"claims_namespace\":1"),
		"Error in $['claims_namespace']: parsing Text failed, expected String, but encountered Number",
	"a namespace"},
	{GOOD_AND("\"claims_format\":true"),
		"Error in $['claims_format']: parsing Text failed, expected String, but encountered Boolean",
	"a format"},
	{GOOD_AND("\"claims_format\":\"JSON\""),
		"Error in $['claims_format']: parsing JWTClaimsFormat failed, expected one of the tags "
	"[\"json\",\"stringified_json\"]", "an unknown format"},
	{GOOD_AND("\"issuer\":[\"a\"]"),
		"Error in $.issuer: parsing StringOrURI failed, expected String, but encountered Array",
	"an issuer"},
	{GOOD_AND("\"issuer\":\"a b:c\""), "Error in $.issuer: failed to parse StringOrURI",
	"an issuer that is no URI"},
	{GOOD_AND("\"audience\":7"),
		"Error in $.audience: parsing StringOrURI failed, expected String, but encountered Number",
	"an audience"},
	{GOOD_AND("\"audience\":{\"a\":1}"),
		"Error in $.audience: parsing StringOrURI failed, expected String, but encountered Object",
	"an audience that is an object"},
	{GOOD_AND("\"audience\":[\"a\",null]"),
		"Error in $.audience: parsing StringOrURI failed, expected String, but encountered Null",
	"an audience among others"},
	{GOOD_AND("\"audience\":[[\"a\"]]"),
		"Error in $.audience: parsing StringOrURI failed, expected String, but encountered Array",
	"an array of arrays"},
	{GOOD_AND("\"audience\":\"a:\xc3\xa4\""), "Error in $.audience: failed to parse StringOrURI",
	"an audience that is no URI"},
	{GOOD_AND("\"audience\":[\"a\",\"b c:d\"]"), "Error in $.audience: failed to parse StringOrURI",
	"one of them that is no URI"},
	{GOOD_AND("\"allowed_skew\":\"60\""),
		"Error in $['allowed_skew']: parsing NominalDiffTime failed, expected Number, "
	"but encountered String", "a skew"},
};

static const Case other_members[] = {
	{GOOD_AND("\"claims_namespace_path\":\"$.\""),
		"invalid JSON path claims_namespace_path error: $.. Accept letters, digits, underscore (_) "
		"or hyphen (-) only. Use quotes enclosed in bracket ([\"...\"]) if there is any special "
	"character", "a path"},
	{GOOD_AND("\"claims_namespace_path\":\"$\",\"claims_namespace\":\"a\""),
	"claims_namespace and claims_namespace_path both cannot be set", "two places for claims"},
	{GOOD_AND("\"claims_map\":{}"), "x-hasura-allowed-roles is expected but not found", "a map"},
	{GOOD_AND("\"header\":{\"type\":\"x\"}"),
		"Error in $.header: expected 'type' is 'Authorization' or 'Cookie' or 'CustomHeader'",
	"a header"},
	{GOOD_AND("\"jwk_url\":\"https://a/\""), "key, jwk_url both cannot be present", "a key and a URL"},
	{GOOD_AND("\"jwks\":{\"keys\":[]}"), "key, jwks both cannot be present", "a key and a key set"},
	{"{\"jwks\":{\"keys\":[]},\"jwk_url\":\"https://a/\"}", "jwk_url, jwks both cannot be present",
	"a key set and a URL"},
	{"{\"jwk_url\":\"a\"}", "Error in $['jwk_url']: failed to parse URI", "a URL that is none"},
	{"{\"jwks\":{}}", "Error in $.jwks: key \"keys\" not found", "a key set without keys"},
};

/* docs/hasura.md: only what looks like a type is shown. */
static const Case odd_types[] = {
	{"{\"key\":\"x\",\"type\":\"hs256\"}", "Invalid JWK: Key type: hs256 is not supported", "lower case"},
	{"{\"key\":\"x\",\"type\":\"none\"}", "Invalid JWK: Key type: none is not supported", "none"},
	{"{\"key\":\"x\",\"type\":\"None\"}", "Invalid JWK: Key type: None is not supported", "None"},
	{"{\"key\":\"x\",\"type\":\"HS257\"}", "Invalid JWK: Key type: HS257 is not supported", "HS257"},
	{"{\"key\":\"x\",\"type\":\"ES256K1\"}", "Invalid JWK: Key type: ES256K1 is not supported",
	"ES256K1"},
	{"{\"key\":\"x\",\"type\":\"\"}", "Invalid JWK: Key type:  is not supported", "no type"},
	{"{\"key\":\"x\",\"type\":\"RSA-OAEP-256-abc\"}",
	"Invalid JWK: Key type: RSA-OAEP-256-abc is not supported", "sixteen characters"},
	{"{\"key\":\"x\",\"type\":\"RSA-OAEP-256-abcd\"}",
	"Invalid JWK: Key type: <hidden> is not supported", "seventeen"},
	{"{\"key\":\"HS256\",\"type\":\"" SECRET "\"}",
	"Invalid JWK: Key type: <hidden> is not supported", "key and type exchanged"},
	{"{\"key\":\"x\",\"type\":\"HS256 \"}", "Invalid JWK: Key type: <hidden> is not supported",
	"a space"},
	{"{\"key\":\"x\",\"type\":\"p4$$w_rd\"}", "Invalid JWK: Key type: <hidden> is not supported",
	"other signs"},
	{"{\"key\":\"x\",\"type\":\"H\xc3\x9c\"}", "Invalid JWK: Key type: <hidden> is not supported",
	"a letter beyond ASCII"},
};

/* Length counts bytes, though the message says characters (HASURA-JWT 1.3). */
static void
test_secrets(void)
{
	static const char *const types[] = {"HS256", "HS384", "HS512"};
	static const int sizes[] = {32, 48, 64};

	for (int i = 0; i < COUNT_OF(types); i++)
	{
		const char *message = psprintf("Invalid JWK: Key size too small; should be atleast "
									   "%d characters", sizes[i]);

		check_refused(with_key(types[i], slice_cstring("")), message, "an empty secret");
		check_refused(with_key(types[i], sample_repeat("x", sizes[i] - 1)), message,
					  psprintf("%s with a byte too few", types[i]));
		CHECK(parse_slice(with_key(types[i], sample_repeat("x", sizes[i]))),
			  "%s with just enough bytes is accepted", types[i]);
		CHECK(hasura_configs_can_sign(configs), "and whoever reads it can sign");
		forget();
		CHECK(parse_slice(with_key(types[i], sample_repeat("\xc3\xbc", sizes[i] / 2))),
			  "%s with half as many characters of two bytes is accepted", types[i]);
		forget();
	}
	CHECK(parse_slice(with_key("HS256", slice_cstring("  MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2==\n"))) &&
		  config->keys[0].key->secret.len == 41, "a secret is neither trimmed nor decoded");
	forget();
}

/* docs/hasura.md. */
static void
test_public_secrets(void)
{
	EVP_PKEY   *pkey = sample_key(JOSE_KEY_P256)->pkey;
	Slice		secrets[] = {
		sample_public_pem(pkey), sample_private_pem(pkey), sample_base64(sample_public_der(pkey)),
		slice_cstring("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1hbm5hbm5hbm5hbm5hbm5hbm5hbm5hbm5h a@b"),
		slice_cstring("{\"kty\":\"oct\",\"k\":\"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE\"}"),
	};

	for (int i = 0; i < COUNT_OF(secrets); i++)
	{
		check_refused(with_key("HS256", secrets[i]),
					  "Invalid JWK: symmetric key looks like a public key or certificate",
					  psprintf("a secret that is none (%d)", i));
		CHECK(rejection.hint != NULL, "with a hint");
	}
}

static void
test_pems(void)
{
	EVP_PKEY   *pkey = sample_key(JOSE_KEY_RSA)->pkey;
	EVP_PKEY   *dsa = envelope_dsa();
	EVP_PKEY   *odd_curve = envelope_curve("brainpoolP256r1", "named_curve");
	EVP_PKEY   *exchange = envelope_type("X25519");
	Slice		garbage = sample_join(sample_public_der(pkey), slice_cstring("x"));

	check_refused(with_key("RS256", slice_cstring("")),
				  "Invalid JWK: Could not decode PEM: No pem found No pem found", "no PEM");
	CHECK(rejection.hint != NULL, "with a hint");
	check_refused(with_key("RS256", sample_private_pem(pkey)),
				  "Invalid JWK: Could not decode PEM: Could not decode public key "
				  "Could not decode x509 cert", "a private key");
	check_refused(with_key("RS256", sample_pem("PUBLIC KEY", garbage)),
				  "Invalid JWK: Could not decode PEM: Could not decode public key "
				  "Could not decode x509 cert", "garbage behind a key");
	check_refused(with_key("RS256", sample_public_pem(dsa)),
				  "Invalid JWK: Could not decode PEM: This key type is not supported", "a DSA key");
	check_refused(with_key("EdDSA", sample_public_pem(exchange)),
				  "Invalid JWK: Could not decode PEM: This key type is not supported", "an X25519 key");
	check_refused(with_key("ES256", sample_public_pem(odd_curve)),
				  "Invalid JWK: Could not decode PEM: Error getting EC parameters from the public key",
				  "another curve");
	check_refused(with_key("RS256", sample_pem("CERTIFICATE", envelope_certificate(dsa, pkey))),
				  "Invalid JWK: Could not decode PEM: Could not decode RSA, EdDSA or EC public key "
				  "from x509 cert", "a certificate of another kind");
	CHECK(parse_slice(with_key("RS256", sample_pem("CERTIFICATE", envelope_certificate(pkey, pkey)))),
		  "a certificate is accepted, however old");
	CHECK(!hasura_configs_can_sign(configs), "and who reads it cannot sign");
	forget();
	EVP_PKEY_free(dsa);
	EVP_PKEY_free(odd_curve);
	EVP_PKEY_free(exchange);
	check_no_openssl_error("after keys of all kinds");
}

/* HASURA-JWT 1.4: type errors of the optional members win, then the rest, then the key. */
static const Case orders[] = {
	{"{\"claims_namespace\":1}",
		"Error in $['claims_namespace']: parsing Text failed, expected String, but encountered Number",
	"a wrong namespace before a missing key"},
	{"{\"allowed_skew\":\"\",\"key\":\"x\",\"type\":\"bad\"}",
		"Error in $['allowed_skew']: parsing NominalDiffTime failed, expected Number, "
	"but encountered String", "a wrong skew before a bad key"},
	{"{\"issuer\":1,\"claims_namespace_path\":\"$\"}",
		"Error in $.issuer: parsing StringOrURI failed, expected String, but encountered Number",
	"a wrong issuer before a missing key"},
	{"{\"jwk_url\":\"https://a/\",\"allowed_skew\":\"\"}",
		"Error in $['allowed_skew']: parsing NominalDiffTime failed, expected Number, "
	"but encountered String", "a wrong skew before a URL"},
	{"{\"audience\":1,\"key\":\"x\"}",
		"Error in $.audience: parsing StringOrURI failed, expected String, but encountered Number",
	"a wrong audience before a missing type"},
	{"{\"key\":\"short\",\"type\":\"HS256\",\"issuer\":\"a b:\"}",
	"Error in $.issuer: failed to parse StringOrURI", "a wrong issuer before a short secret"},
	{"{\"header\":1}",
		"Error in $.header: parsing JWTHeader failed, expected Object, but encountered Number",
	"a wrong header before a missing key"},
	{"{\"key\":5,\"type\":\"bad\"}",
		"Error in $.key: parsing Text failed, expected String, but encountered Number",
	"a wrong key before an unknown type"},
	{"{\"key\":\"short\",\"type\":\"bad\"}", "Invalid JWK: Key type: bad is not supported",
	"an unknown type before a short secret"},
	{"{\"issuer\":1,\"issuer\":1}", "duplicate member \"issuer\"", "a duplicate before all else"},
};

static void
test_limits(void)
{
	Slice		good = slice_cstring("{" GOOD "}");
	Slice		padding = sample_repeat(" ", HASURA_CONFIG_MAX_SIZE - (int) good.len);

	CHECK(parse_slice(sample_join(good, padding)), "a configuration of a megabyte is accepted");
	forget();
	check_refused(sample_join(sample_join(good, padding), slice_cstring(" ")),
				  "JWT configuration is larger than 1 MB", "a byte more");
	check_refused(sample_join(slice_cstring("{\"x\":"), sample_repeat("[", 100)),
				  "JWT configuration is nested too deeply", "a hundred and one levels");
	check_refused(slice_make(NULL, 0), "JWT configuration is not valid JSON", "no bytes at all");
	check_refused(slice_make("{" GOOD "}\0", sizeof("{" GOOD "}")),
				  "JWT configuration is not valid UTF-8", "a zero behind it");
}

/* ---- how it is described ---- */

static const JsonNode *
described(void)
{
	StringInfoData out;
	JsonDocument document;

	initStringInfo(&out);
	hasura_configs_describe(configs, &out);
	if (json_parse(slice_make(out.data, out.len), &document) != JSON_OK)
		sample_bail_out("a description is not JSON");
	CHECK(strstr(out.data, "the-secret") == NULL && strstr(out.data, "BEGIN") == NULL,
		  "a description shows no key");
	return document.root;
}

static bool
describes(const JsonNode *object, const char *name, const char *text)
{
	const JsonNode *member = json_member(object, name);

	return text == NULL ? member == NULL :
		member != NULL && slice_equals_cstring(member->text, text);
}

static void
test_description(void)
{
	const JsonNode *object;

	parse_good("{" GOOD "}");
	object = described();
	CHECK(describes(object, "type", "HS256"), "the type is described");
	CHECK(describes(json_member(object, "keys")->first, "bits", "256") &&
		  describes(json_member(object, "keys")->first, "kind", jose_key_kind_name(JOSE_KEY_SECRET)) &&
		  json_member(object, "keys")->first->count == 3, "of the key its kind and size");
	CHECK(describes(object, "claims_namespace", DEFAULT_NAMESPACE), "the namespace");
	CHECK(describes(object, "claims_format", "json"), "the format");
	CHECK(describes(object, "allowed_skew", "0"), "the skew");
	CHECK(describes(object, "issuer", NULL) && describes(object, "audience", NULL),
		  "issuer and audience only if there are any");
	forget();
	parse_good(GOOD_AND("\"issuer\":\"\\\"i\\\"\\n\\\\\",\"audience\":[\"a\\t\",\"b\"],"
						"\"claims_format\":\"stringified_json\",\"allowed_skew\":-60.25,"
						"\"claims_namespace\":\"J\xc3\xbc\""));
	object = described();
	CHECK(describes(object, "issuer", "\"i\"\n\\"), "an issuer survives its description");
	CHECK(json_member(object, "audience")->count == 2 &&
		  slice_equals_cstring(json_member(object, "audience")->first->text, "a\t"),
		  "and so do audiences");
	CHECK(describes(object, "claims_format", "stringified_json") &&
		  describes(object, "claims_namespace", "J\xc3\xbc"), "format and namespace");
	CHECK(describes(object, "allowed_skew", "60.250000"), "the skew as it counts");
	forget();
	parse_good(GOOD_AND("\"audience\":[]"));
	object = json_member(described(), "audience");
	CHECK(object != NULL && object->kind == JSON_KIND_ARRAY, "an empty audience is one");
	forget();
	CHECK(parse_slice(with_key("RS512", sample_public_pem(sample_key(JOSE_KEY_RSA)->pkey))),
		  "a public key is accepted");
	CHECK(describes(json_member(described(), "keys")->first, "bits", "2048"), "and described by its size");
	forget();
}

/* ---- strict mode (docs/settings.md, strict) ---- */

/* A public RSA key of any numbers, as PEM. */
static Slice
rsa_pem(int bits, unsigned int exponent)
{
	OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	EVP_PKEY   *pkey = NULL;
	BIGNUM	   *n = BN_new();
	BIGNUM	   *e = BN_new();
	OSSL_PARAM *parameters;
	Slice		pem;

	if (BN_rand(n, bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ODD) != 1 || BN_set_word(e, exponent) != 1)
		sample_bail_out("OpenSSL makes no number");
	OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n);
	OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e);
	parameters = OSSL_PARAM_BLD_to_param(builder);
	if (EVP_PKEY_fromdata_init(context) != 1 ||
		EVP_PKEY_fromdata(context, &pkey, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
		sample_bail_out("OpenSSL makes no key of these numbers");
	pem = sample_public_pem(pkey);
	EVP_PKEY_free(pkey);
	OSSL_PARAM_free(parameters);
	EVP_PKEY_CTX_free(context);
	OSSL_PARAM_BLD_free(builder);
	BN_free(n);
	BN_free(e);
	return pem;
}

/* NULL: accepted. */
static void
check_strict(Slice text, const char *message, const char *what)
{
	bool		accepted;

	if (!CHECK(parse_slice(text), "%s is a good configuration", what))
		return;
	accepted = hasura_configs_make_strict(configs, &rejection);
	CHECK(accepted == (message == NULL), "%s in strict mode: %s",
		  message == NULL ? "accepted" : "refused", what);
	if (!accepted && message != NULL)
		CHECK(strcmp(rejection.message, message) == 0 && rejection.code == REJECT_BAD_CONFIG,
			  "as %s", message);
	CHECK(!accepted || config->keys[0].key->pss_salt_is_digest, "salts are judged strictly");
	forget();
}

static void
test_strict(void)
{
	static const char weak[] = "strict: the exponent of an RSA key is even or below 3";

	check_strict(with_key("RS256", rsa_pem(2047, 65537)),
				 "strict: an RSA key has 2047 bits, less than 2048", "RSA with 2047 bits");
	check_strict(with_key("ES256", rsa_pem(1024, 65537)),
				 "strict: an RSA key has 1024 bits, less than 2048", "RSA under another type");
	check_strict(with_key("RS256", rsa_pem(2048, 65537)), NULL, "RSA with 2048 bits");
	check_strict(with_key("RS256", rsa_pem(2048, 3)), NULL, "RSA with exponent 3");
	check_strict(with_key("PS256", rsa_pem(2048, 1)), weak, "RSA with exponent 1");
	check_strict(with_key("RS256", rsa_pem(2048, 2)), weak, "RSA with exponent 2");
	check_strict(with_key("RS256", rsa_pem(2048, 65536)), weak, "RSA with an even exponent");
	for (int i = 0; i < sample_kind_count; i++)
	{
		if (sample_kinds[i] != JOSE_KEY_SECRET && sample_kinds[i] != JOSE_KEY_RSA)
			check_strict(with_key("EdDSA", sample_public_pem(sample_key(sample_kinds[i])->pkey)), NULL,
						 psprintf("a key of kind %s", jose_key_kind_name(sample_kinds[i])));
	}
	check_strict(slice_cstring("{" GOOD "}"), NULL, "a secret");
	parse_good("{" GOOD "}");
	CHECK(!config->keys[0].key->pss_salt_is_digest, "without strict mode salts are not");
	forget();
}

/* What was refused half-way can be freed. */
static void
test_free(void)
{
	HasuraConfigs empty = {.count = 0};

	hasura_configs_free(&empty);
	CHECK(!parse("{\"issuer\":1}"), "a configuration is refused before its key is read");
	forget();
	CHECK(!parse("not JSON") && config == NULL, "and another before there is one");
	check_no_openssl_error("at the end");
}

/* ---- what is ignored (HASURA-JWT 1.1) ---- */

/* The names of ignored members as described, each with a space behind it. */
static const char *
ignored(void)
{
	const JsonNode *list = json_member(described(), "ignored");
	StringInfoData out;

	if (list == NULL)
		return "(none)";
	initStringInfo(&out);
	json_foreach(name, list)
		appendStringInfo(&out, "%.*s ", (int) name->text.len, name->text.data);
	return out.data;
}

static void
check_ignored(const char *text, const char *wanted)
{
	parse_good(text);
	if (!CHECK(strcmp(ignored(), wanted) == 0, "ignored: %s", wanted))
		printf("# got \"%s\"\n", ignored());
	forget();
}

static void
test_ignored(void)
{
	StringInfoData many;

	check_ignored("{" GOOD "}", "(none)");
	check_ignored(GOOD_AND("\"claims_namespace\":\"a\",\"claims_namespace_path\":null,\"claims_format\":"
						   "\"json\",\"audience\":\"a\",\"issuer\":\"a\",\"allowed_skew\":1,"
						   "\"jwk_url\":null,\"jwks\":null,\"claims_map\":null,"
						   "\"header\":{\"type\":\"Cookie\",\"name\":\"a\"}"), "(none)");
	check_ignored(GOOD_AND("\"claims_namspace\":\"the-secret\",\"\":{\"a\":[]},\"Issuer\":null"),
				  "claims_namspace  Issuer ");
	check_ignored(GOOD_AND("\"a\\u001b[31m\\n\":1"), "a?[31m? ");
	check_ignored(GOOD_AND("\"0123456789012345678901234567890123456789012345678901234567890123456789\":1"),
				  "0123456789012345678901234567890123456789012345678901234567890123... ");
	check_ignored(GOOD_AND("\"header\":{\"type\":\"Cookie\",\"name\":\"a\",\"nam\":\"b\"}"),
				  "header.nam ");
	check_ignored(GOOD_AND("\"claims_map\":{\"x-hasura-allowed-roles\":[\"a\"],"
						   "\"x-hasura-default-role\":{\"path\":\"$.a\",\"defualt\":\"a\"},"
						   "\"X-Hasura-A\":{\"path\":\"$.a\",\"default\":\"a\"}}"),
				  "claims_map.x-hasura-default-role.defualt ");
	initStringInfo(&many);
	appendStringInfoString(&many, "{" GOOD);
	for (int i = 0; i < HASURA_CONFIG_IGNORED_MAX + 5; i++)
		appendStringInfo(&many, ",\"%d\":1", i);
	appendStringInfoChar(&many, '}');
	check_ignored(many.data, "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 ... ");
}

int
main(void)
{
	test_defaults();
	test_everything();
	test_nulls();
	test_unknown();
	test_audience();
	test_skew();
	test_types();
	CHECK_ALL(not_objects);
	CHECK_ALL(not_json);
	CHECK_ALL(no_key);
	CHECK_ALL(type_without_key);
	CHECK_ALL(wrong_types);
	CHECK_ALL(other_members);
	CHECK_ALL(odd_types);
	CHECK_ALL(orders);
	test_secrets();
	test_public_secrets();
	test_pems();
	test_limits();
	test_description();
	test_strict();
	test_free();
	test_ignored();
	return check_done();
}
