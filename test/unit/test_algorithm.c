/* SPDX-License-Identifier: PostgreSQL */
/*
 * test_algorithm.c: the table of algorithms against what the RFCs say.
 */
#include "compat.h"

#include <openssl/evp.h>

#include "check.h"
#include "jose/algorithm.h"
#include "sample.h"

typedef struct Expected
{
	const char *name;
	JoseFamily	family;
	int			key_kinds;
	int			digest_size;
	int			signature_size;
} Expected;

#define EDWARDS (JOSE_KEY_ED25519 | JOSE_KEY_ED448)

/* RFC 7518 section 3.1, RFC 8037 section 3.1, RFC 8812 section 3.2, RFC 9864 section 2.2. */
static const Expected expected[] = {
	{"none", JOSE_FAMILY_NONE, 0, 0, 0},
	{"HS256", JOSE_FAMILY_HMAC, JOSE_KEY_SECRET, 32, 32},
	{"HS384", JOSE_FAMILY_HMAC, JOSE_KEY_SECRET, 48, 48},
	{"HS512", JOSE_FAMILY_HMAC, JOSE_KEY_SECRET, 64, 64},
	{"RS256", JOSE_FAMILY_RSA_PKCS1, JOSE_KEY_RSA, 32, 0},
	{"RS384", JOSE_FAMILY_RSA_PKCS1, JOSE_KEY_RSA, 48, 0},
	{"RS512", JOSE_FAMILY_RSA_PKCS1, JOSE_KEY_RSA, 64, 0},
	{"PS256", JOSE_FAMILY_RSA_PSS, JOSE_KEY_RSA, 32, 0},
	{"PS384", JOSE_FAMILY_RSA_PSS, JOSE_KEY_RSA, 48, 0},
	{"PS512", JOSE_FAMILY_RSA_PSS, JOSE_KEY_RSA, 64, 0},
	{"ES256", JOSE_FAMILY_ECDSA, JOSE_KEY_P256, 32, 64},
	{"ES384", JOSE_FAMILY_ECDSA, JOSE_KEY_P384, 48, 96},
	{"ES512", JOSE_FAMILY_ECDSA, JOSE_KEY_P521, 64, 132},
	{"ES256K", JOSE_FAMILY_ECDSA, JOSE_KEY_SECP256K1, 32, 64},
	{"EdDSA", JOSE_FAMILY_EDDSA, EDWARDS, 0, 0},
	{"Ed25519", JOSE_FAMILY_EDDSA, JOSE_KEY_ED25519, 0, 64},
	{"Ed448", JOSE_FAMILY_EDDSA, JOSE_KEY_ED448, 0, 114},
};

static void
test_row(const Expected *row)
{
	Slice		name = sample_exact(slice_cstring(row->name));
	const JoseAlgorithm *algorithm = jose_algorithm_find(name);

	if (!CHECK(algorithm != NULL, "%s is known", row->name))
		return;
	CHECK(strcmp(jose_algorithm_name(algorithm), row->name) == 0, "%s has its name", row->name);
	CHECK(algorithm->family == row->family, "%s is of its family", row->name);
	CHECK(algorithm->key_kinds == row->key_kinds, "%s takes its kinds of key only", row->name);
	CHECK(algorithm->digest_size == row->digest_size, "%s has the size of its hash", row->name);
	CHECK(algorithm->signature_size == row->signature_size, "%s has its signature's size",
		  row->name);
}

static void
test_digest(const Expected *row)
{
	const JoseAlgorithm *algorithm = sample_algorithm(row->name);
	const EVP_MD *digest = jose_algorithm_digest(algorithm);

	if (row->digest_size == 0)
		CHECK(digest == NULL, "%s has no digest of its own", row->name);
	else
		CHECK(digest != NULL && EVP_MD_get_size(digest) == row->digest_size,
			  "%s uses a digest of %d bytes", row->name, row->digest_size);
	CHECK(jose_algorithm_digest(algorithm) == digest, "%s keeps its digest", row->name);
}

static void
test_walk(void)
{
	int			mistaken = 0;

	CHECK(JOSE_ALGORITHM_COUNT == COUNT_OF(expected), "the table holds all algorithms, no more");
	for (int i = 0; i < JOSE_ALGORITHM_COUNT; i++)
	{
		const JoseAlgorithm *algorithm = jose_algorithm_at(i);

		mistaken += jose_algorithm_index(algorithm) != i;
		mistaken += jose_algorithm_find(algorithm->name) != algorithm;
		mistaken += algorithm->name.len != strlen(jose_algorithm_name(algorithm));
	}
	CHECK(mistaken == 0, "each place holds an algorithm of its own");
	CHECK(jose_algorithm_at(JOSE_ALGORITHM_COUNT) == NULL, "behind the last there is none");
}

static void
test_unknown(void)
{
	static const char *const names[] = {
		"", "None", "NONE", "nOnE", "none ", " none", "hs256", "Hs256", "HS256 ", "HS2566", "HS25",
		"HS", "H", "HS1", "HS224", "RS1", "rs256", "PS1", "ES256k", "ES384K", "ES224", "eddsa",
		"EDDSA", "ED25519", "ed25519", "Ed25519ph", "Ed448ph", "X25519", "dir", "A128KW",
		"RSA-OAEP", "SHA256", "HMAC", "RS256,none", "\xc7\xb9S256",
	};

	for (int i = 0; i < COUNT_OF(names); i++)
		CHECK(jose_algorithm_find(sample_exact(slice_cstring(names[i]))) == NULL,
			  "\"%s\" is no algorithm", names[i]);
	CHECK(jose_algorithm_find(slice_make("HS256\0", 6)) == NULL, "a NUL behind a name counts");
	CHECK(jose_algorithm_find(slice_make(NULL, 0)) == NULL, "no name is no algorithm");
}

int
main(void)
{
	for (int i = 0; i < COUNT_OF(expected); i++)
	{
		test_row(&expected[i]);
		test_digest(&expected[i]);
	}
	test_walk();
	test_unknown();
	return check_done();
}
