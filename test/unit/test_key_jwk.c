/* SPDX-License-Identifier: PostgreSQL */
/*
 * test_key_jwk.c: which JSON Web Keys give a key, and which are refused why.
 */
#include "compat.h"

#include <openssl/evp.h>

#include "check.h"
#include "sample.h"
#include "vector.h"

static JoseStatus
read_jwk(const JsonNode *jwk, JoseKeyHalf half, JoseKey **key)
{
	JoseStatus	status = jose_key_from_jwk(jwk, half, key);

	if ((status == JOSE_OK) != (*key != NULL))
		sample_bail_out("there is a key if and only if the status is good");
	return status;
}

static void
check_jwk(const JsonNode *jwk, JoseKeyHalf half, JoseStatus wanted, const char *name)
{
	JoseKey    *key;

	CHECK_JOSE(read_jwk(jwk, half, &key), wanted, "%s, %s half", name,
			   half == JOSE_PUBLIC_HALF ? "public" : "private");
	check_no_openssl_error(name);
	if (key != NULL)
		jose_key_free(key);
}

static const JsonNode *
jwk_of(const char *vector)
{
	return vector_read(vector).jwk;
}

/* A JWK of an example with one member changed, and what that makes of it. */
typedef struct Change
{
	const char *vector;
	const char *member;
	const char *json;			/* NULL: left out */
	JoseStatus	as_public;
	JoseStatus	as_private;
} Change;

#define RSA "rfc7515-a2"
#define P256 "rfc7515-a3"
#define P521 "rfc7515-a4"
#define ED25519 "rfc8037-a4"
#define OCT "rfc7515-a1"

#define ONE_32 "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE\""
#define ZERO_32 "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\""
#define ONES_32 "\"__________________________________________8\""

static const Change changes[] = {
	{RSA, "kty", NULL, JOSE_BAD_JWK, JOSE_BAD_JWK},
	{RSA, "kty", "1", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{RSA, "kty", "null", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{RSA, "kty", "[\"RSA\"]", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{RSA, "kty", "\"\"", JOSE_KEY_NOT_SUPPORTED, JOSE_KEY_NOT_SUPPORTED},
	{RSA, "kty", "\"rsa\"", JOSE_KEY_NOT_SUPPORTED, JOSE_KEY_NOT_SUPPORTED},
	{RSA, "kty", "\"RSA \"", JOSE_KEY_NOT_SUPPORTED, JOSE_KEY_NOT_SUPPORTED},
	{RSA, "kty", "\"AKP\"", JOSE_KEY_NOT_SUPPORTED, JOSE_KEY_NOT_SUPPORTED},
	{RSA, "kty", "\"EC\"", JOSE_CURVE_NOT_SUPPORTED, JOSE_CURVE_NOT_SUPPORTED},
	{RSA, "kty", "\"OKP\"", JOSE_CURVE_NOT_SUPPORTED, JOSE_CURVE_NOT_SUPPORTED},
	{RSA, "kty", "\"oct\"", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{RSA, "n", NULL, JOSE_BAD_JWK, JOSE_BAD_JWK},
	{RSA, "n", "\"\"", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{RSA, "n", "1", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{RSA, "n", "null", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{RSA, "n", "\"AAAB\"", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{RSA, "n", "\"AQAB=\"", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{RSA, "n", "\"AQ+B\"", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{RSA, "n", "\"AQABA\"", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{RSA, "n", "\"AQABAB\"", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{RSA, "n", "\" AQAB\"", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{RSA, "e", NULL, JOSE_BAD_JWK, JOSE_BAD_JWK},
	{RSA, "e", "\"\"", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{RSA, "e", "65537", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{RSA, "e", "\"AA\"", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{RSA, "e", "\"AAEAAQ\"", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{RSA, "e", "\"AQAB==\"", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{RSA, "d", NULL, JOSE_OK, JOSE_BAD_JWK},
	{RSA, "d", "1", JOSE_OK, JOSE_BAD_JWK},
	{RSA, "d", "\"AQAB\"", JOSE_OK, JOSE_KEY_PARTS_DISAGREE},
	{RSA, "p", NULL, JOSE_OK, JOSE_BAD_JWK},
	{RSA, "p", "\"AQAB\"", JOSE_OK, JOSE_KEY_PARTS_DISAGREE},
	{RSA, "q", "\"AQAB\"", JOSE_OK, JOSE_KEY_PARTS_DISAGREE},
	{RSA, "dp", "\"AQAB\"", JOSE_OK, JOSE_KEY_PARTS_DISAGREE},
	{RSA, "dq", "\"AQAB\"", JOSE_OK, JOSE_KEY_PARTS_DISAGREE},
	{RSA, "qi", "\"AQAB\"", JOSE_OK, JOSE_KEY_PARTS_DISAGREE},
	{RSA, "qi", "\"=\"", JOSE_OK, JOSE_BAD_JWK},
	{RSA, "e", "\"Aw\"", JOSE_OK, JOSE_KEY_PARTS_DISAGREE},
	{RSA, "use", "\"enc\"", JOSE_OK, JOSE_OK},
	{RSA, "alg", "7", JOSE_OK, JOSE_OK},
	{RSA, "x", "\"not base64!\"", JOSE_OK, JOSE_OK},

	{P256, "crv", NULL, JOSE_CURVE_NOT_SUPPORTED, JOSE_CURVE_NOT_SUPPORTED},
	{P256, "crv", "256", JOSE_CURVE_NOT_SUPPORTED, JOSE_CURVE_NOT_SUPPORTED},
	{P256, "crv", "\"\"", JOSE_CURVE_NOT_SUPPORTED, JOSE_CURVE_NOT_SUPPORTED},
	{P256, "crv", "\"p-256\"", JOSE_CURVE_NOT_SUPPORTED, JOSE_CURVE_NOT_SUPPORTED},
	{P256, "crv", "\"P-224\"", JOSE_CURVE_NOT_SUPPORTED, JOSE_CURVE_NOT_SUPPORTED},
	{P256, "crv", "\"prime256v1\"", JOSE_CURVE_NOT_SUPPORTED, JOSE_CURVE_NOT_SUPPORTED},
	{P256, "crv", "\"brainpoolP256r1\"", JOSE_CURVE_NOT_SUPPORTED, JOSE_CURVE_NOT_SUPPORTED},
	{P256, "crv", "\"Ed25519\"", JOSE_CURVE_NOT_SUPPORTED, JOSE_CURVE_NOT_SUPPORTED},
	{P256, "crv", "\"P-384\"", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{P256, "crv", "\"P-521\"", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{P256, "crv", "\"secp256k1\"", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{P256, "x", NULL, JOSE_BAD_JWK, JOSE_BAD_JWK},
	{P256, "y", NULL, JOSE_BAD_JWK, JOSE_BAD_JWK},
	{P256, "x", "\"\"", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{P256, "y", "1", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{P256, "x", ONE_32, JOSE_BAD_JWK, JOSE_BAD_JWK},
	{P256, "y", ZERO_32, JOSE_BAD_JWK, JOSE_BAD_JWK},
	{P256, "x", ONES_32, JOSE_BAD_JWK, JOSE_BAD_JWK},
	{P256, "x", "\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU=\"", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{P256, "x", "\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEV\"", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{P256, "x", "\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVA\"", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{P256, "y", "\"AMfxRM0bvZt-hyzf7bnuufSzaV1uqQskrYpGIyiFiOWt\"", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{P256, "d", NULL, JOSE_OK, JOSE_BAD_JWK},
	{P256, "d", "\"\"", JOSE_OK, JOSE_BAD_JWK},
	{P256, "d", "\"AQAB\"", JOSE_OK, JOSE_BAD_JWK},
	{P256, "d", ONE_32, JOSE_OK, JOSE_KEY_PARTS_DISAGREE},
	{P521, "crv", "\"P-256\"", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{P521, "x", ONE_32, JOSE_BAD_JWK, JOSE_BAD_JWK},
	{"es256k", "crv", "\"P-256\"", JOSE_BAD_JWK, JOSE_BAD_JWK},

	{ED25519, "crv", NULL, JOSE_CURVE_NOT_SUPPORTED, JOSE_CURVE_NOT_SUPPORTED},
	{ED25519, "crv", "\"X25519\"", JOSE_CURVE_NOT_SUPPORTED, JOSE_CURVE_NOT_SUPPORTED},
	{ED25519, "crv", "\"X448\"", JOSE_CURVE_NOT_SUPPORTED, JOSE_CURVE_NOT_SUPPORTED},
	{ED25519, "crv", "\"ED25519\"", JOSE_CURVE_NOT_SUPPORTED, JOSE_CURVE_NOT_SUPPORTED},
	{ED25519, "crv", "\"P-256\"", JOSE_CURVE_NOT_SUPPORTED, JOSE_CURVE_NOT_SUPPORTED},
	{ED25519, "crv", "\"Ed448\"", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{ED25519, "x", NULL, JOSE_BAD_JWK, JOSE_BAD_JWK},
	{ED25519, "x", "\"\"", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{ED25519, "x", "\"AQAB\"", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{ED25519, "x", "\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURp\"", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{ED25519, "x", ONE_32, JOSE_OK, JOSE_KEY_PARTS_DISAGREE},
	{ED25519, "d", NULL, JOSE_OK, JOSE_BAD_JWK},
	{ED25519, "d", "\"AQAB\"", JOSE_OK, JOSE_BAD_JWK},
	{ED25519, "d", ONE_32, JOSE_OK, JOSE_KEY_PARTS_DISAGREE},

	{OCT, "k", NULL, JOSE_BAD_JWK, JOSE_BAD_JWK},
	{OCT, "k", "1", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{OCT, "k", "\"a b\"", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{OCT, "k", "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{OCT, "k", "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB\"", JOSE_BAD_JWK, JOSE_BAD_JWK},
	{OCT, "k", "\"\"", JOSE_SECRET_TOO_SHORT, JOSE_SECRET_TOO_SHORT},
	{OCT, "k", "\"AQAB\"", JOSE_SECRET_TOO_SHORT, JOSE_SECRET_TOO_SHORT},
	{OCT, "k", ZERO_32, JOSE_OK, JOSE_OK},
	{OCT, "kty", "\"OCT\"", JOSE_KEY_NOT_SUPPORTED, JOSE_KEY_NOT_SUPPORTED},
	{OCT, "crv", "\"P-256\"", JOSE_OK, JOSE_OK},
};

static void
test_changes(void)
{
	for (int i = 0; i < COUNT_OF(changes); i++)
	{
		const Change *row = &changes[i];
		const JsonNode *jwk = vector_jwk_with(jwk_of(row->vector), row->member, row->json);
		const char *name = row->json == NULL
		? psprintf("%s without %s", row->vector, row->member)
		: psprintf("%s with %s %s", row->vector, row->member, row->json);

		check_jwk(jwk, JOSE_PUBLIC_HALF, row->as_public, name);
		if (json_member(jwk_of(row->vector), "d") != NULL || strcmp(row->vector, OCT) == 0)
			check_jwk(jwk, JOSE_PRIVATE_HALF, row->as_private, name);
	}
}

static Slice
decoded(const JsonNode *jwk, const char *member)
{
	Slice		bytes;

	if (!base64url_decode(json_member(jwk, member)->text, &bytes))
		sample_bail_out("a member of an example is not base64url");
	return bytes;
}

/* A JWK's member with a zero byte in front, or without its last byte. */
static const char *
resized(const JsonNode *jwk, const char *member, int by)
{
	Slice		bytes = decoded(jwk, member);

	if (by > 0)
		bytes = sample_join(slice_make("\0", 1), bytes);
	else
		bytes.len--;
	return psprintf("\"%s\"", base64url_encode(bytes).data);
}

/* Both coordinates in a row are the same bytes then, but neither is itself. */
static void
test_shifted_coordinates(void)
{
	const JsonNode *jwk = jwk_of(P256);
	Slice		both = sample_join(decoded(jwk, "x"), decoded(jwk, "y"));

	for (size_t cut = 31; cut <= 33; cut++)
	{
		Slice		x = base64url_encode(slice_make(both.data, cut));
		Slice		y = base64url_encode(slice_skip(both, cut));
		const JsonNode *shifted = vector_jwk_with(jwk, "x", psprintf("\"%s\"", x.data));

		shifted = vector_jwk_with(shifted, "y", psprintf("\"%s\"", y.data));
		check_jwk(shifted, JOSE_PUBLIC_HALF, cut == 32 ? JOSE_OK : JOSE_BAD_JWK,
				  psprintf("coordinates of %d and %d bytes", (int) cut, 64 - (int) cut));
	}
}

/* RFC 7518 sections 6.2.1 and 6.3.1: no byte too many, and none too few. */
static void
test_sizes(void)
{
	static const char *const members[][2] = {
		{RSA, "n"}, {RSA, "e"}, {P256, "x"}, {P256, "y"}, {P521, "x"}, {P521, "y"},
		{"es256k", "x"}, {"es256k", "y"}, {ED25519, "x"}, {"ed448", "x"},
	};

	for (int i = 0; i < COUNT_OF(members); i++)
	{
		const JsonNode *jwk = jwk_of(members[i][0]);
		const char *member = members[i][1];

		check_jwk(vector_jwk_with(jwk, member, resized(jwk, member, 1)), JOSE_PUBLIC_HALF,
				  JOSE_BAD_JWK, psprintf("%s with a zero before %s", members[i][0], member));
		if (strcmp(members[i][0], RSA) != 0)
			check_jwk(vector_jwk_with(jwk, member, resized(jwk, member, -1)), JOSE_PUBLIC_HALF,
					  JOSE_BAD_JWK, psprintf("%s with a byte less of %s", members[i][0], member));
	}
	check_jwk(vector_jwk_with(jwk_of(RSA), "d", resized(jwk_of(RSA), "d", 1)), JOSE_PRIVATE_HALF,
			  JOSE_BAD_JWK, "an RSA key with a zero before d");
	check_jwk(vector_jwk_with(jwk_of(P256), "d", resized(jwk_of(P256), "d", 1)), JOSE_PRIVATE_HALF,
			  JOSE_BAD_JWK, "an EC key with a zero before d");
}

static void
test_not_objects(void)
{
	static const char *const texts[] = {
		"null", "[]", "\"RSA\"", "1", "{}", "[{\"kty\":\"RSA\"}]",
	};

	for (int i = 0; i < COUNT_OF(texts); i++)
		check_jwk(vector_json(slice_cstring(texts[i])), JOSE_PUBLIC_HALF, JOSE_BAD_JWK, texts[i]);
}

static const JsonNode *
oct(Slice secret)
{
	return vector_json(sample_text("{\"kty\":\"oct\",\"k\":\"%s\"}",
								   base64url_encode(secret).data));
}

static void
test_oct(void)
{
	EVP_PKEY   *rsa = sample_key(JOSE_KEY_RSA)->pkey;
	JoseKey    *key;

	check_jwk(oct(sample_repeat("x", 31)), JOSE_PUBLIC_HALF, JOSE_SECRET_TOO_SHORT, "31 bytes");
	check_jwk(oct(sample_repeat("x", 32)), JOSE_PUBLIC_HALF, JOSE_OK, "32 bytes");
	check_jwk(oct(sample_public_pem(rsa)), JOSE_PUBLIC_HALF, JOSE_SECRET_LOOKS_PUBLIC,
			  "a secret that is a public key in PEM");
	check_jwk(oct(sample_public_der(rsa)), JOSE_PUBLIC_HALF, JOSE_SECRET_LOOKS_PUBLIC,
			  "a secret that is a public key in DER");
	check_jwk(oct(sample_base64(sample_public_der(rsa))), JOSE_PUBLIC_HALF,
			  JOSE_SECRET_LOOKS_PUBLIC, "a secret that is the base64 of a public key");
	check_jwk(oct(slice_cstring("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAB me")), JOSE_PUBLIC_HALF,
			  JOSE_SECRET_LOOKS_PUBLIC, "a secret that is an SSH key");
	check_jwk(oct(slice_cstring("{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}")),
			  JOSE_PUBLIC_HALF, JOSE_SECRET_LOOKS_PUBLIC, "a secret that is a JWK");
	if (read_jwk(oct(sample_repeat("x", 40)), JOSE_PUBLIC_HALF, &key) != JOSE_OK)
		sample_bail_out("a secret is refused");
	CHECK(jose_key_suits(key, sample_algorithm("HS256")), "40 bytes suit HS256");
	CHECK(!jose_key_suits(key, sample_algorithm("HS384")), "40 bytes do not suit HS384");
	CHECK(key->bits == 320, "40 bytes are 320 bits");
	jose_key_free(key);
}

static void
test_properties(void)
{
	static const char *const vectors[] = {RSA, P256, P521, "es256k"};
	static const int bits[] = {2048, 256, 521, 256};

	for (int i = 0; i < COUNT_OF(vectors); i++)
	{
		JoseKey    *key;

		if (read_jwk(jwk_of(vectors[i]), JOSE_PUBLIC_HALF, &key) != JOSE_OK)
			sample_bail_out("an example is refused");
		CHECK(key->bits == bits[i], "the key of %s has %d bits", vectors[i], bits[i]);
		CHECK(!jose_key_has_weak_exponent(key), "the key of %s has no weak exponent", vectors[i]);
		jose_key_free(key);
	}
}

static void
test_exponents(void)
{
	static const struct
	{
		const char *e;
		bool		weak;
	}			rows[] = {
		{"\"AQ\"", true}, {"\"Ag\"", true}, {"\"Aw\"", false}, {"\"BA\"", true}, {"\"EQ\"", false},
		{"\"AQAA\"", true}, {"\"AQAB\"", false},
	};

	for (int i = 0; i < COUNT_OF(rows); i++)
	{
		JoseKey    *key;
		JoseStatus	status = read_jwk(vector_jwk_with(jwk_of(RSA), "e", rows[i].e),
									  JOSE_PUBLIC_HALF, &key);

		/* a key that is refused at once is as good as one that is called weak */
		CHECK(status == JOSE_OK ? jose_key_has_weak_exponent(key) == rows[i].weak : rows[i].weak,
			  "the exponent %s is judged", rows[i].e);
		if (key != NULL)
			jose_key_free(key);
		check_no_openssl_error("exponents");
	}
}

/* With an exponent of one the signature is the padded hash: anybody can make it. */
static void
test_odd_numbers(void)
{
	static const char *const numbers[] = {"\"AQ\"", "\"Ag\"", "\"Aw\"", "\"_w\"", "\"AQAB\""};
	Slice		token = vector_read(RSA).token;

	for (int i = 0; i < COUNT_OF(numbers); i++)
	{
		JoseKey    *key;
		JoseStatus	status = read_jwk(vector_jwk_with(jwk_of(RSA), "n", numbers[i]),
									  JOSE_PUBLIC_HALF, &key);

		CHECK(status == JOSE_BAD_JWK || sample_verify(token, key) == JOSE_BAD_SIGNATURE,
			  "with the modulus %s no token is verified", numbers[i]);
		check_no_openssl_error("odd numbers");
		if (key != NULL)
			jose_key_free(key);
	}
}

int
main(void)
{
	test_changes();
	test_sizes();
	test_shifted_coordinates();
	test_not_objects();
	test_oct();
	test_properties();
	test_exponents();
	test_odd_numbers();
	return check_done();
}
