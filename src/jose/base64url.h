/* SPDX-License-Identifier: PostgreSQL */
/*
 * base64url.h: strict base64url without padding (RFC 4648 section 5, RFC 7515 section 2).
 */
#ifndef HERM_JOSE_BASE64URL_H
#define HERM_JOSE_BASE64URL_H

#include "json/slice.h"

/*
 * Decodes into a palloc'd buffer, with a zero behind its last byte.  False for
 * padding, characters outside the alphabet, an impossible length or unused
 * bits that are set: exactly one text stands for each string of bytes.
 */
extern bool base64url_decode(Slice text, Slice *bytes)
			__attribute__((warn_unused_result));

/*
 * The same for base64 of any kind: both alphabets, padding, white space and any
 * unused bits are taken.  For keys that are written carelessly, and for seeing
 * what should not be there; never for a token.
 */
extern bool base64_decode_leniently(Slice text, Slice *bytes)
			__attribute__((warn_unused_result));

/* Encodes into a palloc'd, zero-terminated text. */
extern Slice base64url_encode(Slice bytes);

#endif							/* HERM_JOSE_BASE64URL_H */
