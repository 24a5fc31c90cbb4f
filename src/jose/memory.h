/* SPDX-License-Identifier: PostgreSQL */
/*
 * memory.h: signatures that were found good before, perhaps by another process.
 *
 * A good signature is remembered by a tag: a MAC, under a secret of the server's,
 * over all that its verdict depends on and the whole token.  Nobody without the
 * secret can make a tag, nothing of the token can be read off it, and a token
 * that differs in one bit has another.
 */
#ifndef HERM_JOSE_MEMORY_H
#define HERM_JOSE_MEMORY_H

#include <stdint.h>

#include "jose/signature.h"

#define JOSE_MEMORY_SECRET_SIZE 16
#define JOSE_FINGERPRINT_SIZE 32

struct JoseTag
{
	uint64_t	words[2];
};

/* Where tags are kept. */
struct JoseMemory
{
	const unsigned char *secret;	/* JOSE_MEMORY_SECRET_SIZE bytes */
	bool		(*recall) (const JoseTag *tag);
	void		(*remember) (const JoseTag *tag);
};

/* The digest of two texts, one after the other; the first is often a former fingerprint. */
extern JoseStatus jose_fingerprint(Slice first, Slice second,
								   unsigned char fingerprint[JOSE_FINGERPRINT_SIZE]) JOSE_VERDICT;

/*
 * The tag of a token that is judged by the keys and rules of a fingerprint.  It
 * covers all bytes of the token: its digest, or the text that is signed, and the
 * signature.  The fingerprint's length must always be the same.
 */
extern JoseStatus jose_memory_tag(const JoseMemory *memory, Slice fingerprint,
								  UnverifiedToken *token, JoseTag *tag) JOSE_VERDICT;

#endif							/* HERM_JOSE_MEMORY_H */
