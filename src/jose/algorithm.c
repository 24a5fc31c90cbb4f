/* SPDX-License-Identifier: PostgreSQL */
/*
 * algorithm.c: the table of algorithms, and their digests.
 */
#include "compat.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include "jose/algorithm.h"

#define EDWARDS (JOSE_KEY_ED25519 | JOSE_KEY_ED448)

static const JoseAlgorithm algorithms[] = {
	/* name                     family                 key kinds         digest   size  signature */
	{SLICE_LITERAL("none"), JOSE_FAMILY_NONE, 0, NULL, 0, 0},
	{SLICE_LITERAL("HS256"), JOSE_FAMILY_HMAC, JOSE_KEY_SECRET, "SHA256", 32, 32},
	{SLICE_LITERAL("HS384"), JOSE_FAMILY_HMAC, JOSE_KEY_SECRET, "SHA384", 48, 48},
	{SLICE_LITERAL("HS512"), JOSE_FAMILY_HMAC, JOSE_KEY_SECRET, "SHA512", 64, 64},
	{SLICE_LITERAL("RS256"), JOSE_FAMILY_RSA_PKCS1, JOSE_KEY_RSA, "SHA256", 32, 0},
	{SLICE_LITERAL("RS384"), JOSE_FAMILY_RSA_PKCS1, JOSE_KEY_RSA, "SHA384", 48, 0},
	{SLICE_LITERAL("RS512"), JOSE_FAMILY_RSA_PKCS1, JOSE_KEY_RSA, "SHA512", 64, 0},
	{SLICE_LITERAL("PS256"), JOSE_FAMILY_RSA_PSS, JOSE_KEY_RSA, "SHA256", 32, 0},
	{SLICE_LITERAL("PS384"), JOSE_FAMILY_RSA_PSS, JOSE_KEY_RSA, "SHA384", 48, 0},
	{SLICE_LITERAL("PS512"), JOSE_FAMILY_RSA_PSS, JOSE_KEY_RSA, "SHA512", 64, 0},
	{SLICE_LITERAL("ES256"), JOSE_FAMILY_ECDSA, JOSE_KEY_P256, "SHA256", 32, 64},
	{SLICE_LITERAL("ES384"), JOSE_FAMILY_ECDSA, JOSE_KEY_P384, "SHA384", 48, 96},
	{SLICE_LITERAL("ES512"), JOSE_FAMILY_ECDSA, JOSE_KEY_P521, "SHA512", 64, 132},
	{SLICE_LITERAL("ES256K"), JOSE_FAMILY_ECDSA, JOSE_KEY_SECP256K1, "SHA256", 32, 64},
	{SLICE_LITERAL("EdDSA"), JOSE_FAMILY_EDDSA, EDWARDS, NULL, 0, 0},
	{SLICE_LITERAL("Ed25519"), JOSE_FAMILY_EDDSA, JOSE_KEY_ED25519, NULL, 0, 64},
	{SLICE_LITERAL("Ed448"), JOSE_FAMILY_EDDSA, JOSE_KEY_ED448, NULL, 0, 114},
};

/* RFC 7518 4.1: keys may be for these, and are then none of ours. */
static const char *const encryption_algorithms[] = {
	"RSA1_5", "RSA-OAEP", "RSA-OAEP-256", "A128KW", "A192KW", "A256KW", "dir", "ECDH-ES",
	"ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW", "A128GCMKW", "A192GCMKW", "A256GCMKW",
	"PBES2-HS256+A128KW", "PBES2-HS384+A192KW", "PBES2-HS512+A256KW",
};

StaticAssertDecl(lengthof(algorithms) == JOSE_ALGORITHM_COUNT,
				 "JOSE_ALGORITHM_COUNT counts the table");

const JoseAlgorithm *
jose_algorithm_find(Slice name)
{
	for (int i = 0; i < JOSE_ALGORITHM_COUNT; i++)
	{
		if (slice_equals(algorithms[i].name, name))
			return &algorithms[i];
	}
	return NULL;
}

bool
jose_algorithm_encrypts(Slice name)
{
	for (int i = 0; i < COUNT_OF(encryption_algorithms); i++)
	{
		if (slice_equals_cstring(name, encryption_algorithms[i]))
			return true;
	}
	return false;
}

const JoseAlgorithm *
jose_algorithm_at(int index)
{
	return index < JOSE_ALGORITHM_COUNT ? &algorithms[index] : NULL;
}

const JoseAlgorithm *
jose_algorithm_for_fingerprints(void)
{
	static const JoseAlgorithm *chosen;

	if (chosen == NULL)
		chosen = jose_algorithm_find(slice_cstring("HS256"));
	return chosen;
}

const char *
jose_algorithm_name(const JoseAlgorithm *algorithm)
{
	return algorithm->name.data;	/* a literal, so it ends with a zero */
}

int
jose_algorithm_index(const JoseAlgorithm *algorithm)
{
	return (int) (algorithm - algorithms);
}

const EVP_MD *
jose_algorithm_digest(const JoseAlgorithm *algorithm)
{
	static EVP_MD *digests[JOSE_ALGORITHM_COUNT];
	EVP_MD	  **digest = &digests[jose_algorithm_index(algorithm)];

	if (*digest == NULL && algorithm->digest != NULL)
	{
		*digest = EVP_MD_fetch(NULL, algorithm->digest, NULL);
		if (*digest == NULL)
			ERR_clear_error();
	}
	return *digest;
}
