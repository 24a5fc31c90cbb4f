/* SPDX-License-Identifier: PostgreSQL */
/*
 * sample.h: keys and tokens for the tests, made at run time by OpenSSL.
 *
 * Whatever cannot be made ends the program without a plan, which is a failure:
 * no test may pass because its sample was missing.
 */
#ifndef HERM_TEST_SAMPLE_H
#define HERM_TEST_SAMPLE_H

#include "jose/jose.h"

/* Room for every sample token; no test is about the limit unless it says so. */
#define SAMPLE_LIMIT 65536

#define SAMPLE_PAYLOAD "{\"sub\":\"ann\"}"

/* Every kind of key, for loops. */
extern const JoseKeyKind sample_kinds[];
extern const int sample_kind_count;

extern void sample_bail_out(const char *reason) __attribute__((noreturn));

/* A copy without a byte beyond it, so that the sanitizer sees a read too far. */
extern Slice sample_exact(Slice bytes);

/* The same of formatted text. */
extern Slice sample_text(const char *format,...) __attribute__((format(printf, 1, 2)));

/* The same of a text that is repeated. */
extern Slice sample_repeat(const char *text, int times);

/* So many bytes of value zero. */
extern Slice sample_zeros(size_t len);

extern Slice sample_join(Slice a, Slice b);

/* The bytes with one bit of them changed. */
extern Slice sample_flip(Slice bytes, size_t bit);

/* A new key pair of a kind; the caller owns it. */
extern EVP_PKEY *sample_pkey(JoseKeyKind kind);

/* A key pair of each kind, or the secret; always the same one. */
extern JoseKey *sample_key(JoseKeyKind kind);

/* Another of the same kind. */
extern JoseKey *sample_other_key(JoseKeyKind kind);

/* Only the public half of sample_key(); of a secret, the secret. */
extern JoseKey *sample_public_key(JoseKeyKind kind);

extern Slice sample_public_pem(EVP_PKEY *pkey);
extern Slice sample_private_pem(EVP_PKEY *pkey);

/* A PEM block of any label around any bytes. */
extern Slice sample_pem(const char *label, Slice der);

extern Slice sample_public_der(EVP_PKEY *pkey);

/* Like base64url_encode(), but the other alphabet, with padding. */
extern Slice sample_base64(Slice bytes);

extern const JoseAlgorithm *sample_algorithm(const char *name);

/* A token of three parts out of decoded ones, whatever they are. */
extern Slice sample_compact(Slice header, Slice payload, Slice signature);

/* A token signed by jose itself. */
extern Slice sample_token(const JoseAlgorithm *algorithm, JoseKey *key);

/* Parses and verifies. */
extern JoseStatus sample_verify(Slice token, JoseKey *key);

/* The decoded signature of a token. */
extern Slice sample_signature(Slice token);

/* The same token with another signature. */
extern Slice sample_resign(Slice token, Slice signature);

#endif							/* HERM_TEST_SAMPLE_H */
