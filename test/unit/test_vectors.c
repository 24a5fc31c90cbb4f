/* SPDX-License-Identifier: PostgreSQL */
/*
 * test_vectors.c: the examples of RFC 7515, 7520 and 8037, and one for each
 * other algorithm, are verified, and refused when anything in them changes.
 */
#include "compat.h"

#include "check.h"
#include "sample.h"
#include "vector.h"

typedef struct Example
{
	const char *name;
	const char *algorithm;
	JoseKeyKind kind;
	bool		is_json;		/* whether its payload is JSON */
} Example;

static const Example examples[] = {
	{"rfc7515-a1", "HS256", JOSE_KEY_SECRET, true},
	{"rfc7515-a2", "RS256", JOSE_KEY_RSA, true},
	{"rfc7515-a3", "ES256", JOSE_KEY_P256, true},
	{"rfc7515-a4", "ES512", JOSE_KEY_P521, false},
	{"rfc7520-4-1", "RS256", JOSE_KEY_RSA, false},
	{"rfc7520-4-2", "PS384", JOSE_KEY_RSA, false},
	{"rfc7520-4-3", "ES512", JOSE_KEY_P521, false},
	{"rfc7520-4-4", "HS256", JOSE_KEY_SECRET, false},
	{"rfc8037-a4", "EdDSA", JOSE_KEY_ED25519, false},
	/* made with OpenSSL, for what has no published example */
	{"es256k", "ES256K", JOSE_KEY_SECP256K1, true},
	{"hs384", "HS384", JOSE_KEY_SECRET, true},
	{"hs512", "HS512", JOSE_KEY_SECRET, true},
	{"rs384", "RS384", JOSE_KEY_RSA, true},
	{"rs512", "RS512", JOSE_KEY_RSA, true},
	{"ps256", "PS256", JOSE_KEY_RSA, true},
	{"ps512", "PS512", JOSE_KEY_RSA, true},
	{"es384", "ES384", JOSE_KEY_P384, true},
	{"ed25519", "Ed25519", JOSE_KEY_ED25519, true},
	{"ed448", "Ed448", JOSE_KEY_ED448, true},
	{"ed448-eddsa", "EdDSA", JOSE_KEY_ED448, true},
};

/* Verifies whatever the payload is: some examples sign plain text. */
static JoseStatus
verify(Slice bytes, JoseKey *key, VerifiedToken *verified)
{
	UnverifiedToken token;
	JoseStatus	status = jose_token_split(sample_exact(bytes), &token);

	memset(verified, 0, sizeof(*verified));
	if (status == JOSE_OK)
		status = jose_token_decode(&token);
	if (status == JOSE_OK)
		status = jose_signature_verify(&token, key, verified);
	return status;
}

static JoseKey *
read_key(const Example *example, const Vector *vector, JoseKeyHalf half)
{
	JoseKey    *key;

	if (!CHECK_JOSE(jose_key_from_jwk(vector->jwk, half, &key), JOSE_OK, "%s: its %s key is read",
					example->name, half == JOSE_PUBLIC_HALF ? "public" : "private"))
		sample_bail_out("without a key there is no example");
	CHECK(key->kind == example->kind, "%s: the key is of its kind", example->name);
	return key;
}

static void
check_token(const Example *example, const Vector *vector, JoseKey *key)
{
	UnverifiedToken token;
	VerifiedToken verified;

	CHECK_JOSE(verify(vector->token, key, &verified), JOSE_OK, "%s: its token is verified",
			   example->name);
	CHECK(verified.header != NULL && slice_equals_cstring(json_member(verified.header, "alg")->text,
														  example->algorithm),
		  "%s: the verified header names %s", example->name, example->algorithm);
	CHECK((verified.payload != NULL) == example->is_json,
		  "%s: there is a verified payload if it is JSON", example->name);
	CHECK(jose_token_parse(vector->token, SAMPLE_LIMIT, &token) ==
		  (example->is_json ? JOSE_OK : JOSE_PAYLOAD_NOT_JSON),
		  "%s: parsing tells whether the payload is JSON", example->name);
	CHECK(slice_equals(token.payload, vector->payload), "%s: the payload is its own",
		  example->name);
	check_no_openssl_error(example->name);
}

static int
count_verified(Slice token, size_t from, size_t to, size_t step, JoseKey *key)
{
	VerifiedToken verified;
	int			count = 0;

	for (size_t bit = from * 8; bit < to * 8; bit += step)
		count += verify(sample_flip(token, bit), key, &verified) == JOSE_OK ||
			verified.header != NULL;
	return count;
}

/* RSA and P-521 are slow under the sanitizers, so only some of their bits are tried. */
static void
check_changes(const Example *example, const Vector *vector, JoseKey *key)
{
	size_t		len = vector->token.len;
	size_t		step = key->kind == JOSE_KEY_RSA || key->kind == JOSE_KEY_P521 ? 7 : 1;
	Slice		signature = sample_signature(vector->token);
	VerifiedToken verified;
	int			accepted = 0;

	CHECK(count_verified(vector->token, 0, len, step, key) == 0,
		  "%s: changed in a single bit it is refused", example->name);
	for (size_t bit = 0; bit < signature.len * 8; bit += step)
		accepted += verify(sample_resign(vector->token, sample_flip(signature, bit)), key,
						   &verified) != JOSE_BAD_SIGNATURE;
	CHECK(accepted == 0, "%s: so is any change of the signature's bytes", example->name);
	CHECK_JOSE(verify(vector->token, key, &verified), JOSE_OK,
			   "%s: refusals leave the key as it was", example->name);
}

/* The published private key makes a signature that the public key accepts. */
static void
check_signing(const Example *example, const Vector *vector, JoseKey *public_key)
{
	JoseKey    *key = read_key(example, vector, JOSE_PRIVATE_HALF);
	const JoseAlgorithm *algorithm = sample_algorithm(example->algorithm);

	CHECK_JOSE(sample_verify(sample_token(algorithm, key), public_key), JOSE_OK,
			   "%s: its private key signs what its public key accepts", example->name);
	jose_key_free(key);
}

int
main(void)
{
	for (int i = 0; i < COUNT_OF(examples); i++)
	{
		const Example *example = &examples[i];
		Vector		vector = vector_read(example->name);
		JoseKey    *key = read_key(example, &vector, JOSE_PUBLIC_HALF);

		check_token(example, &vector, key);
		check_changes(example, &vector, key);
		if (json_member(vector.jwk, "d") != NULL)
			check_signing(example, &vector, key);
		jose_key_free(key);
	}
	return check_done();
}
