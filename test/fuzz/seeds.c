/* SPDX-License-Identifier: PostgreSQL */
/*
 * seeds.c: writes what the harnesses start from, made of test/vectors and a few
 * literals, into a folder for each harness.
 *
 *		seeds FOLDER
 */
#include "compat.h"

#include <stdio.h>
#include <sys/stat.h>

#include <openssl/pem.h>
#include <openssl/x509.h>

#include "lib/stringinfo.h"

#include "fuzz.h"
#include "json/write.h"
#include "keys/store_text.h"

static const char *const paths[] = {
	"$", "$.a.b", "a[0].b", "$['a'][\"b\"]", "$.a[0]['c d']", "$['it\\'s \"x\"']",
	"$[\"\\u00e9\"]", "$['']",
};

static const char *const headers[] = {
	"{\"alg\":\"none\"}", "{\"alg\":\"HS256\",\"crit\":[\"exp\"],\"exp\":1}",
	"{\"alg\":\"RS256\",\"b64\":false}",
	"{\"alg\":\"ES256\",\"jwk\":{},\"x5c\":[],\"jku\":\"a\"}", "{\"alg\":\"HS256\",\"alg\":\"none\"}",
};

#define HASURA_CLAIMS \
	"\"https://hasura.io/jwt/claims\":{\"x-hasura-allowed-roles\":[\"user\",\"editor\"]," \
	"\"x-hasura-default-role\":\"user\",\"x-hasura-user-id\":\"1\",\"x-hasura-org\":7}"
#define STRINGIFIED_CLAIMS \
	"\"https://hasura.io/jwt/claims\":\"{\\\"x-hasura-allowed-roles\\\":[\\\"editor\\\"]," \
	"\\\"x-hasura-default-role\\\":\\\"editor\\\"}\""
/* More than json.c compares each with each. */
#define MANY_MEMBERS \
	"\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1," \
	"\"j\":1,\"k\":1,\"l\":1,\"m\":1,\"n\":1,\"o\":1,\"p\":1,\"q\":1,\"r\":1"
#define ROLES "{\"x-hasura-allowed-roles\":[\"user\"],\"x-hasura-default-role\":\"user\"}"
#define CLAIMS_MAP \
	"\"claims_map\":{\"x-hasura-allowed-roles\":{\"path\":\"$.r\",\"default\":[\"user\"]}," \
	"\"x-hasura-default-role\":\"user\",\"X-Hasura-Org\":{\"path\":\"$.o[0]\"}}"

static const char *const payloads[] = {
	"{\"iss\":\"joe\",\"aud\":[\"a\"],\"exp\":1300819380,\"nbf\":1.5e9,\"iat\":0," HASURA_CLAIMS "}",
	"{\"aud\":\"a\"," STRINGIFIED_CLAIMS "}",
	"{\"iss\":\"joe\",\"a\":[{\"b\":" ROLES "}]}",
	"{\"iss\":\"https://a/\",\"aud\":\"a\",\"sub\":\"1\",\"exp\":1300819380,\"roles\":[\"user\"]}",
	"{" MANY_MEMBERS "}",
	"{\"iss\":7,\"exp\":null,\"aud\":[],\"jti\":\"\\ud83d\\ude00\"}",
};

static const char *const members[] = {
	"", ",\"issuer\":\"https://a/\",\"audience\":[\"a\",\"b\"],\"allowed_skew\":-1.5e2",
	",\"claims_namespace\":\"n\",\"claims_format\":\"stringified_json\"",
	",\"claims_namespace_path\":\"$.a['b']\"", ",\"header\":{\"type\":\"Cookie\",\"name\":\"t\"}",
	",\"header\":{\"type\":\"Authorization\"}", "," CLAIMS_MAP,
};

/* Cache-Control, Expires and Age, a line each, as fuzz_lifetime.c takes them. */
static const char *const lifetimes[] = {
	"public, max-age=3600, immutable\n-\n40", "max-age=10, no-cache\n-\n-",
	"must-revalidate, s-maxage=\"20\"",
	"no-store,max-age=x\nSun, 06 Nov 1994 08:49:37 GMT\n-", "-\nTue, 29 Feb 2028 23:59:60 GMT\n-",
	",a=\"\\\"\" ,",
};

static const char *const replies[] = {
	"status 200\netag \"5f2c\"\ncache-control max-age=3600\ncontent-type a/b\nlength 2\n\n{}",
	"status 304\nlast-modified Sun, 06 Nov 1994 08:49:37 GMT\nexpires 0\nage 7\nlength 0\n\n",
	"status 503\nlength 0\n\n", "error timed out\n", "status 200\nlength 1048576\n\n",
};

#define SECRET "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
#define ED25519 "\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo\""

static const char *const key_sets[] = {
	"{\"keys\":[]}", "{\"keys\":[{},null,{\"kty\":\"AKP\",\"kid\":\"a\"}]}",
	"<!DOCTYPE html>",
	"{\"keys\":[{\"kty\":\"oct\",\"k\":\"" SECRET "\",\"kid\":\"a\"},{\"kty\":\"OKP\"," ED25519
	",\"kid\":\"a\",\"use\":\"sig\",\"key_ops\":[\"verify\"],\"alg\":\"EdDSA\"}]}",
};

static const char *folder;

static void
write_seed(const char *harness, const char *name, int number, Slice bytes)
{
	const char *path = psprintf("%s/%s", folder, harness);
	FILE	   *file;

	(void) mkdir(path, 0777);
	file = fopen(psprintf("%s/%s-%d", path, name, number), "wb");
	FUZZ_REQUIRE(file != NULL && fwrite(bytes.data, 1, bytes.len, file) == bytes.len,
				 "a seed can be written");
	fclose(file);
}

static void
write_literals(const char *harness, const char *name, const char *const *texts, int count)
{
	for (int i = 0; i < count; i++)
		write_seed(harness, name, i, slice_cstring(texts[i]));
}

static void
write_token(Slice token, int number)
{
	UnverifiedToken parts;

	write_seed("fuzz_token", "token", number, token);
	write_seed("fuzz_checks", "token", number, token);
	if (jose_token_split(token, &parts) != JOSE_OK ||
		jose_token_decode_parts(&parts) != JOSE_OK)
		return;
	write_seed("fuzz_json", "payload", number, parts.payload);
	write_seed("fuzz_token", "parts", number,
			   slice_cstring(psprintf("%s\n%s\n%.*s", parts.header.data, parts.payload.data,
									  (int) parts.signature.len, parts.signature.data)));
	write_seed("fuzz_base64url", "header", number, parts.encoded_header);
	write_seed("fuzz_base64url", "signature", number, parts.encoded_signature);
}

static void
append_json(StringInfo out, const JsonNode *node)
{
	appendStringInfoChar(out, '{');
	json_foreach(member, node)
	{
		appendStringInfoString(out, member == node->first ? "" : ",");
		json_append_string(out, member->name);
		appendStringInfoChar(out, ':');
		json_append_string(out, member->text);
	}
	appendStringInfoChar(out, '}');
}

static Slice
take_bio(BIO *bio)
{
	char	   *data;
	long		len = BIO_get_mem_data(bio, &data);
	char	   *copy = palloc(len + 1);

	memcpy(copy, data, len);
	BIO_free(bio);
	return slice_make(copy, len);
}

static Slice
public_pem(EVP_PKEY *pkey)
{
	BIO		   *bio = BIO_new(BIO_s_mem());

	FUZZ_REQUIRE(PEM_write_bio_PUBKEY(bio, pkey) == 1, "a public key can be written");
	return take_bio(bio);
}

/* The key in each envelope that the readers know. */
static void
write_private(EVP_PKEY *pkey, int number)
{
	BIO		   *bio = BIO_new(BIO_s_mem());
	unsigned char *der = NULL;
	int			len;

	FUZZ_REQUIRE(PEM_write_bio_PKCS8PrivateKey(bio, pkey, NULL, NULL, 0, NULL, NULL) == 1,
				 "a private key can be written");
	write_seed("fuzz_pem", "private", number, take_bio(bio));
	len = i2d_PrivateKey(pkey, &der);
	FUZZ_REQUIRE(len > 0, "a private key can be written in DER");
	write_seed("fuzz_pem", "private-der", number, slice_make((char *) der, len));
}

static void
write_certificate(EVP_PKEY *pkey, EVP_PKEY *signer, int number)
{
	bool		edwards = EVP_PKEY_is_a(signer, "ED25519");
	X509	   *x509 = X509_new();
	unsigned char *der = NULL;
	int			len;

	X509_set_pubkey(x509, pkey);
	X509_gmtime_adj(X509_getm_notBefore(x509), 0);
	X509_gmtime_adj(X509_getm_notAfter(x509), 1);
	FUZZ_REQUIRE(X509_sign(x509, signer, edwards ? NULL : EVP_sha256()) > 0, "a certificate is made");
	len = i2d_X509(x509, &der);
	write_seed("fuzz_pem", "certificate-der", number, slice_make((char *) der, len));
	X509_free(x509);
}

static void
write_config(const char *type, Slice key, int number)
{
	for (int i = 0; i < COUNT_OF(members); i++)
	{
		StringInfoData config;

		initStringInfo(&config);
		appendStringInfo(&config, "{\"type\":\"%s\",\"key\":", type);
		json_append_string(&config, key);
		appendStringInfo(&config, "%s}", members[i]);
		write_seed("fuzz_config", type, number * 100 + i, slice_make(config.data, config.len));
	}
}

/* The file that keeps a set, and what stands behind its first line. */
static void
write_kept(Slice set, int number)
{
	KeySource	source = {
		.url = "https://a/b",
		.etag = "\"5f2c\"",
		.key_count = 1,
		.times.fetched_at = INT64_C(700000000000000),
		.times.expires_at = INT64_C(700000003600000),
	};
	StringInfoData out;
	Slice		text;
	Slice		rest;

	initStringInfo(&out);
	store_text_begin(&out);
	store_text_append(&out, &source, set);
	store_text_append(&out, &source, slice_cstring("{}"));
	store_text_end(&out);
	text = rest = slice_make(out.data, out.len);
	(void) fuzz_take_line(&rest);
	write_seed("fuzz_store_text", "file", number, text);
	write_seed("fuzz_store_text", "json", number, rest);
}

/* Texts as long as there is room for, one longer, and empty ones. */
static void
write_kept_limits(void)
{
	static const int lengths[][2] = {
		{KEY_SOURCE_URL_MAX, KEY_SOURCE_VALIDATOR_MAX},
		{KEY_SOURCE_URL_MAX, KEY_SOURCE_VALIDATOR_MAX + 1},
		{KEY_SOURCE_URL_MAX + 1, 0},
		{0, 0},
	};
	char		letters[KEY_SOURCE_URL_MAX + 2];

	memset(letters, 'a', sizeof(letters));
	for (int i = 0; i < COUNT_OF(lengths); i++)
	{
		const char *json = psprintf("[{\"keys\":1,\"url\":\"%.*s\",\"etag\":\"%.*s\","
									"\"last_modified\":\"\",\"fetched_at\":1,\"expires_at\":1,"
									"\"set\":\"\"}]",
									lengths[i][0], letters, lengths[i][1], letters);

		write_seed("fuzz_store_text", "limit", i, slice_cstring(json));
	}
}

static void
write_key_set(Slice jwk, int number)
{
	char	   *one = psprintf("{\"jwks\":{\"keys\":[%s]},\"issuer\":\"a\"}", jwk.data);
	char	   *two = psprintf("[%s,{\"jwk_url\":\"https://a/b\",\"issuer\":\"b\"}]", one);
	char	   *remote = psprintf("{\"keys\":[%s]}", jwk.data);

	write_seed("fuzz_key_set", "set", number, slice_cstring(remote));
	write_kept(slice_cstring(remote), number);
	write_seed("fuzz_config", "set", number, slice_cstring(one));
	write_seed("fuzz_config", "array", number, slice_cstring(two));
}

static void
write_key(const FuzzVector *vector, int number)
{
	StringInfoData jwk;
	JoseKey    *private;
	unsigned char *der = NULL;
	int			len;

	initStringInfo(&jwk);
	append_json(&jwk, vector->jwk);
	write_seed("fuzz_jwk", "jwk", number, slice_make(jwk.data, jwk.len));
	write_key_set(slice_make(jwk.data, jwk.len), number);
	if (vector->key->pkey == NULL)
	{
		write_config("HS256", slice_cstring("0123456789abcdef0123456789abcdef"), number);
		return;
	}
	write_seed("fuzz_pem", "public", number, public_pem(vector->key->pkey));
	write_config("RS256", public_pem(vector->key->pkey), number);
	len = i2d_PUBKEY(vector->key->pkey, &der);
	write_seed("fuzz_pem", "public-der", number, slice_make((char *) der, len));
	if (jose_key_from_jwk(vector->jwk, JOSE_PRIVATE_HALF, &private) != JOSE_OK)
		return;
	write_private(private->pkey, number);
	write_certificate(vector->key->pkey, private->pkey, number);
}

int
main(int argc, char **argv)
{
	FuzzVector	vectors[FUZZ_VECTOR_MAX];
	int			count = fuzz_vectors_read(vectors);

	FUZZ_REQUIRE(argc == 2 && count > 0, "usage: seeds FOLDER");
	folder = argv[1];
	for (int i = 0; i < count; i++)
	{
		write_token(vectors[i].token, i);
		write_key(&vectors[i], i);
	}
	write_kept_limits();
	write_literals("fuzz_path", "path", paths, COUNT_OF(paths));
	write_literals("fuzz_token", "header", headers, COUNT_OF(headers));
	write_literals("fuzz_checks", "payload", payloads, COUNT_OF(payloads));
	write_literals("fuzz_lifetime", "headers", lifetimes, COUNT_OF(lifetimes));
	write_literals("fuzz_answer", "reply", replies, COUNT_OF(replies));
	write_literals("fuzz_key_set", "literal", key_sets, COUNT_OF(key_sets));
	return 0;
}
