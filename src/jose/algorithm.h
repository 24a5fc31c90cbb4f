/* SPDX-License-Identifier: PostgreSQL */
/*
 * algorithm.h: the one table of signature algorithms (RFC 7518 section 3,
 * RFC 8037, RFC 8812, RFC 9864).  No other file names an algorithm.
 */
#ifndef HERM_JOSE_ALGORITHM_H
#define HERM_JOSE_ALGORITHM_H

#include <openssl/types.h>

#include "json/slice.h"

#define JOSE_ALGORITHM_COUNT 17

typedef enum JoseFamily
{
	JOSE_FAMILY_NONE,			/* "none": known, so that it can be refused by name */
	JOSE_FAMILY_HMAC,
	JOSE_FAMILY_RSA_PKCS1,
	JOSE_FAMILY_RSA_PSS,
	JOSE_FAMILY_ECDSA,
	JOSE_FAMILY_EDDSA,
} JoseFamily;

/* Kinds of key material, as bits: an algorithm accepts one or more. */
typedef enum JoseKeyKind
{
	JOSE_KEY_SECRET = 1 << 0,
	JOSE_KEY_RSA = 1 << 1,
	JOSE_KEY_P256 = 1 << 2,
	JOSE_KEY_P384 = 1 << 3,
	JOSE_KEY_P521 = 1 << 4,
	JOSE_KEY_SECP256K1 = 1 << 5,
	JOSE_KEY_ED25519 = 1 << 6,
	JOSE_KEY_ED448 = 1 << 7,
} JoseKeyKind;

typedef struct JoseAlgorithm
{
	Slice		name;			/* as in the header's "alg" */
	JoseFamily	family;
	int			key_kinds;		/* JoseKeyKind bits that it accepts */
	const char *digest;			/* OpenSSL's name; NULL where the family has its own */
	int			digest_size;	/* bytes; least length of a secret (RFC 7518 3.2) */
	int			signature_size; /* bytes; 0 where the key decides */
} JoseAlgorithm;

/* The algorithm of exactly that name, or NULL. */
extern const JoseAlgorithm *jose_algorithm_find(Slice name);

/*
 * The MAC that makes tags (memory.h), by OpenSSL's name: 128 bits of SipHash-2-4,
 * made for short texts.  HMAC is as sound and takes twice its time.
 */
#define JOSE_TAG_MAC "SIPHASH"

/* The algorithm whose digest makes fingerprints (memory.h). */
extern const JoseAlgorithm *jose_algorithm_for_fingerprints(void);

/* Whether it is a name of RFC 7518 section 4.1, for encrypting keys. */
extern bool jose_algorithm_encrypts(Slice name);

/* The name as a C string. */
extern const char *jose_algorithm_name(const JoseAlgorithm *algorithm);

/* Its place in the table, below JOSE_ALGORITHM_COUNT. */
extern int	jose_algorithm_index(const JoseAlgorithm *algorithm);

/* Its digest, fetched once a process; NULL if OpenSSL does not offer it. */
extern const EVP_MD *jose_algorithm_digest(const JoseAlgorithm *algorithm);

/* Walks the table: the algorithm at a place, or NULL behind the last. */
extern const JoseAlgorithm *jose_algorithm_at(int index);

#endif							/* HERM_JOSE_ALGORITHM_H */
