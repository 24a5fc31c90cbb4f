/* SPDX-License-Identifier: PostgreSQL */
/*
 * test_release.c: what OpenSSL allocates for a key goes when the key goes, and
 * nothing is left of keys that are refused.
 */
#include "compat.h"

#include <stdlib.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "check.h"
#include "sample.h"
#include "vector.h"

/* Caches inside OpenSSL fill up in the first rounds. */
#define ROUNDS_TO_SETTLE 3

static long live_blocks;

static void *
count_malloc(size_t size, UNUSED const char *file, UNUSED int line)
{
	void	   *block = malloc(size);

	live_blocks += block != NULL;
	return block;
}

static void *
count_realloc(void *block, size_t size, UNUSED const char *file, UNUSED int line)
{
	if (block == NULL)
		live_blocks++;
	if (block != NULL && size == 0)
		live_blocks--;
	return realloc(block, size);
}

static void
count_free(void *block, UNUSED const char *file, UNUSED int line)
{
	live_blocks -= block != NULL;
	free(block);
}

/* What is done in each round; the argument is a sample made before. */
typedef void (*Work) (Slice sample);

static void
check_balance(Work work, Slice sample, const char *name)
{
	long		before;

	for (int i = 0; i < ROUNDS_TO_SETTLE; i++)
		work(sample);
	before = live_blocks;
	work(sample);
	CHECK(live_blocks == before, "nothing is left of %s", name);
	if (live_blocks != before)
		printf("# %ld blocks more\n", live_blocks - before);
}

static void
read_public(Slice pem)
{
	JoseKey    *key;

	if (jose_key_from_pem(pem, &key) == JOSE_OK)
		jose_key_free(key);
}

static void
read_private(Slice pem)
{
	JoseKey    *key;

	if (jose_key_from_private_pem(pem, &key) == JOSE_OK)
		jose_key_free(key);
}

static void
read_jwk(Slice text)
{
	const JsonNode *jwk = vector_json(text);
	JoseKey    *key;

	for (int half = JOSE_PUBLIC_HALF; half <= JOSE_PRIVATE_HALF; half++)
	{
		if (jose_key_from_jwk(jwk, (JoseKeyHalf) half, &key) == JOSE_OK)
			jose_key_free(key);
	}
}

static void
look_public(Slice text)
{
	if (jose_key_looks_public(text) && text.len == 0)
		sample_bail_out("no text looks public");
}

/* Signs and verifies, well and badly, with a key of its own. */
static void
use_key(Slice pem)
{
	JoseKey    *key;

	if (jose_key_from_private_pem(pem, &key) != JOSE_OK)
		sample_bail_out("a private key is refused");
	for (int i = 0; i < JOSE_ALGORITHM_COUNT; i++)
	{
		const JoseAlgorithm *algorithm = jose_algorithm_at(i);
		Slice		token;

		if ((algorithm->key_kinds & key->kind) == 0)
			continue;
		token = sample_token(algorithm, key);
		if (sample_verify(token, key) != JOSE_OK ||
			sample_verify(sample_resign(token, slice_cstring("bad")), key) == JOSE_OK)
			sample_bail_out("a token is judged wrong");
	}
	jose_key_free(key);
}

static void
use_secret(Slice secret)
{
	JoseKey    *key;

	if (jose_key_from_secret(secret, sample_algorithm("HS512"), &key) != JOSE_OK)
		sample_bail_out("a secret is refused");
	if (sample_verify(sample_token(sample_algorithm("HS384"), key), key) != JOSE_OK)
		sample_bail_out("a token is judged wrong");
	jose_key_free(key);
}

static void
test_pem(void)
{
	for (int i = 0; i < sample_kind_count; i++)
	{
		const char *name = jose_key_kind_name(sample_kinds[i]);
		EVP_PKEY   *pkey = sample_key(sample_kinds[i])->pkey;

		if (pkey == NULL)
			continue;
		check_balance(read_public, sample_public_pem(pkey), psprintf("a public %s key", name));
		check_balance(read_public, sample_private_pem(pkey), psprintf("a refused %s key", name));
		check_balance(read_private, sample_private_pem(pkey), psprintf("a private %s key", name));
		check_balance(read_private, sample_public_pem(pkey), psprintf("half a %s key", name));
		check_balance(use_key, sample_private_pem(pkey), psprintf("using a %s key", name));
		check_balance(look_public, sample_base64(sample_public_der(pkey)),
					  psprintf("looking at a %s key", name));
	}
	check_balance(read_public, slice_cstring("no PEM"), "a text without PEM");
	check_balance(read_public, sample_pem("X", slice_cstring("garbage")), "garbage");
	check_balance(read_public,
				  sample_pem("X", sample_join(sample_public_der(sample_key(JOSE_KEY_RSA)->pkey),
											  slice_cstring("x"))), "a key with garbage behind");
	check_balance(read_public, sample_public_pem(EVP_PKEY_Q_keygen(NULL, NULL, "X25519")),
				  "a kind that is not supported");
	check_balance(read_public, sample_public_pem(EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-224")),
				  "a curve that is not supported");
	check_balance(use_secret, sample_repeat("s", 64), "using a secret");
}

#define EC_X "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
#define EC_Y "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
#define ONE "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE"

#define RSA_JWK "{\"kty\":\"RSA\",\"n\":\"AQAB\""
#define EC_JWK "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" EC_X "\""
#define OKP_JWK "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" ONE "\""
#define RSA_PARTS "\"d\":\"Aw\",\"p\":\"Aw\",\"q\":\"Aw\",\"dp\":\"Aw\",\"dq\":\"Aw\",\"qi\":\"Aw\""

static const char *const jwks[][2] = {
	{RSA_JWK ",\"e\":\"AQAB\"}", "a small RSA JWK"},
	{RSA_JWK ",\"e\":\"\"}", "an RSA JWK with a bad number"},
	{RSA_JWK ",\"e\":\"Aw\"," RSA_PARTS "}", "an RSA JWK whose parts disagree"},
	{EC_JWK ",\"y\":\"" EC_Y "\",\"d\":\"" ONE "\"}", "an EC JWK whose parts disagree"},
	{EC_JWK ",\"y\":\"" EC_X "\"}", "an EC JWK off its curve"},
	{EC_JWK "}", "an EC JWK that is not whole"},
	{OKP_JWK ",\"d\":\"" ONE "\"}", "an OKP JWK whose parts disagree"},
	{"{\"kty\":\"oct\",\"k\":\"AQAB\"}", "a short secret"},
};

static void
test_jwk(void)
{
	for (int i = 0; i < COUNT_OF(jwks); i++)
		check_balance(read_jwk, slice_cstring(jwks[i][0]), jwks[i][1]);
}

int
main(void)
{
	if (CRYPTO_set_mem_functions(count_malloc, count_realloc, count_free) != 1)
		sample_bail_out("OpenSSL lets nobody count");
	test_pem();
	test_jwk();
	return check_done();
}
