/* SPDX-License-Identifier: PostgreSQL */
/*
 * key.h: a key for verifying or signing, from a secret, PEM text or a JWK
 * (RFC 7517, RFC 7518 section 6, RFC 8037 section 2).
 */
#ifndef HERM_JOSE_KEY_H
#define HERM_JOSE_KEY_H

#include <openssl/types.h>

#include "json/json.h"
#include "jose/algorithm.h"
#include "jose/status.h"

/* What a key that is read will be used for, and so which half it must hold. */
typedef enum JoseKeyHalf
{
	JOSE_PUBLIC_HALF,
	JOSE_PRIVATE_HALF,
} JoseKeyHalf;

/* OpenSSL's state for one algorithm, ready to judge; see signature.c. */
typedef struct JoseOperation
{
	EVP_MAC_CTX *mac;
	EVP_PKEY_CTX *verify;
} JoseOperation;

typedef struct JoseKey
{
	JoseKeyKind kind;
	EVP_PKEY   *pkey;			/* NULL for a secret */
	Slice		secret;			/* JOSE_KEY_SECRET only; palloc'd, wiped when freed */
	int			bits;			/* size of the modulus, curve or secret */
	bool		pss_salt_is_digest; /* refuse other salt lengths (strict mode) */
	EVP_MD_CTX *edwards;		/* kept for EdDSA, which has no reusable state */
	JoseOperation operations[JOSE_ALGORITHM_COUNT];
} JoseKey;

/*
 * Each reader gives a palloc'd key in *key, whose OpenSSL objects the caller
 * frees with jose_key_free(); with any other status than JOSE_OK, none.
 */

/* The bytes as they are, for an HMAC; at least as long as its hash value. */
extern JoseStatus jose_key_from_secret(Slice secret, const JoseAlgorithm *algorithm,
									   JoseKey **key) JOSE_VERDICT;

/*
 * A public key from the first PEM block, whatever its label: PKCS#1, SPKI or an
 * X.509 certificate, whose dates and issuer are not looked at (HASURA-JWT 1.3).
 */
extern JoseStatus jose_key_from_pem(Slice pem, JoseKey **key) JOSE_VERDICT;

/* A private key in PEM: PKCS#8, PKCS#1 or SEC1, not encrypted. */
extern JoseStatus jose_key_from_private_pem(Slice pem, JoseKey **key) JOSE_VERDICT;

/* A JWK; the wanted half of "oct" is its secret.  Members without use are ignored. */
extern JoseStatus jose_key_from_jwk(const JsonNode *jwk, JoseKeyHalf half,
									JoseKey **key) JOSE_VERDICT;

/* Takes over an OpenSSL key, which is freed if it is refused. */
extern JoseStatus jose_key_adopt(EVP_PKEY *pkey, JoseKey **key) JOSE_VERDICT;

/* Whether text that is to be a secret is a key or certificate that others know. */
extern bool jose_key_looks_public(Slice text);

/* Whether the key's material suits the algorithm. */
extern bool jose_key_suits(const JoseKey *key, const JoseAlgorithm *algorithm);

/* The kind of key in words, such as "RSA" or "P-256". */
extern const char *jose_key_kind_name(JoseKeyKind kind);

/* Its "kty" as a JWK (RFC 7517 section 4.1). */
extern const char *jose_key_type_name(JoseKeyKind kind);

/* Whether an RSA key's public exponent is even or below three; no for others. */
extern bool jose_key_has_weak_exponent(const JoseKey *key);

/* Frees OpenSSL's objects and wipes a secret; the struct goes with its context. */
extern void jose_key_free(JoseKey *key);

#endif							/* HERM_JOSE_KEY_H */
