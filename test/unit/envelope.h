/* SPDX-License-Identifier: PostgreSQL */
/*
 * envelope.h: keys in the other formats in which people keep them, and keys
 * of kinds that are not supported; all made at run time by OpenSSL.
 */
#ifndef HERM_TEST_ENVELOPE_H
#define HERM_TEST_ENVELOPE_H

#include <openssl/types.h>

#include "json/slice.h"

/* A certificate in DER that expired long ago; its signer need not be its key. */
extern Slice envelope_certificate(EVP_PKEY *pkey, EVP_PKEY *signer);

/* A certificate request in PEM. */
extern Slice envelope_request(EVP_PKEY *pkey);

/* A public RSA key in DER as PKCS#1 has it. */
extern Slice envelope_pkcs1(EVP_PKEY *pkey);

/* A private key in DER: PKCS#1 or SEC1. */
extern Slice envelope_private(EVP_PKEY *pkey);

/* The same in PEM, encrypted if there is a pass phrase. */
extern Slice envelope_traditional(EVP_PKEY *pkey, const char *pass_phrase);

/* An encrypted private key in PEM: PKCS#8. */
extern Slice envelope_encrypted(EVP_PKEY *pkey);

/* A new key on any curve, which is named ("named_curve") or spelled out ("explicit"). */
extern EVP_PKEY *envelope_curve(const char *curve, const char *encoding);

/* A new key of a type that OpenSSL knows without parameters. */
extern EVP_PKEY *envelope_type(const char *type);

extern EVP_PKEY *envelope_dsa(void);

#endif							/* HERM_TEST_ENVELOPE_H */
