/* SPDX-License-Identifier: PostgreSQL */
/*
 * jose.h: signed tokens in compact form (JWS), from bytes to verdict.
 *
 * In:    the token's bytes, a key.    Out: a JoseStatus and, if good, a VerifiedToken.
 * Never: reads a clock, a setting or a catalog; logs; keeps a pointer to its
 *        input's secrets; follows a key that the token itself brings along.
 * Rules: RFC 7515 section 5.2, RFC 7517, RFC 7518, RFC 8037, RFC 8725, RFC 9864.
 *
 *		UnverifiedToken token;
 *		VerifiedToken verified;
 *		JoseStatus	status = jose_token_parse(bytes, limit, &token);
 *
 *		if (status == JOSE_OK)
 *			status = jose_signature_verify(&token, key, &verified);
 *
 * What is palloc'd lives in the current memory context; what OpenSSL allocates
 * belongs to a JoseKey and goes with jose_key_free().
 */
#ifndef HERM_JOSE_JOSE_H
#define HERM_JOSE_JOSE_H

#include "jose/algorithm.h"
#include "jose/base64url.h"
#include "jose/key.h"
#include "jose/memory.h"
#include "jose/secret.h"
#include "jose/signature.h"
#include "jose/status.h"
#include "jose/token.h"

#endif							/* HERM_JOSE_JOSE_H */
