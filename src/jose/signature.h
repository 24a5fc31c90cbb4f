/* SPDX-License-Identifier: PostgreSQL */
/*
 * signature.h: the only door from an unverified token to a verified one.
 */
#ifndef HERM_JOSE_SIGNATURE_H
#define HERM_JOSE_SIGNATURE_H

#include "jose/key.h"
#include "jose/token.h"

typedef struct JoseMemory JoseMemory;	/* memory.h, like the next */
typedef struct JoseTag JoseTag;

/* What the issuer has signed; made by jose_signature_verify() and nobody else. */
typedef struct VerifiedToken
{
	const JsonNode *header;
	const JsonNode *payload;
} VerifiedToken;

/*
 * Checks the signature of a token whose three parts are decoded and whose
 * payload is read.  The algorithm is the header's, the key must suit it
 * (HASURA-JWT 1.5): JOSE_OK, JOSE_UNSECURED, JOSE_WRONG_KEY, JOSE_BAD_SIGNATURE
 * or JOSE_CRYPTO_UNAVAILABLE.  *verified points into the token's tree.
 */
extern JoseStatus jose_signature_verify(UnverifiedToken *token, JoseKey *key,
										VerifiedToken *verified) JOSE_VERDICT;

/*
 * The digest that the token's algorithm signs, made once for all keys that are
 * tried; empty for an algorithm without one, such as EdDSA.
 */
extern JoseStatus jose_signature_digest(UnverifiedToken *token, Slice *digest) JOSE_VERDICT;

/*
 * Takes a token as verified whose tag the memory recalls: its signature was found
 * good before, with keys and rules of the same fingerprint (memory.h).
 */
extern JoseStatus jose_signature_recall(const UnverifiedToken *token, const JoseMemory *memory,
										const JoseTag *tag, VerifiedToken *verified) JOSE_VERDICT;

/*
 * Judges a signature that nobody made, for what OpenSSL prepares and keeps on that
 * occasion: a process that starts others does it for all.
 */
extern void jose_signature_prepare(JoseKey *key, const JoseAlgorithm *algorithm);

typedef struct JoseSigning
{
	const JoseAlgorithm *algorithm;
	Slice		kid;			/* empty for none */
	Slice		payload;
} JoseSigning;

/* Makes a compact JWS with typ "JWT" (RFC 7515 section 5.1), palloc'd. */
extern JoseStatus jose_signature_sign(const JoseSigning *signing, JoseKey *key,
									  Slice *token) JOSE_VERDICT;

#endif							/* HERM_JOSE_SIGNATURE_H */
