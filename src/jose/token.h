/* SPDX-License-Identifier: PostgreSQL */
/*
 * token.h: a compact JWS, split and decoded, before anybody believes it
 * (RFC 7515 sections 3.1, 4.1 and 5.2).
 */
#ifndef HERM_JOSE_TOKEN_H
#define HERM_JOSE_TOKEN_H

#include "json/json.h"
#include "jose/algorithm.h"
#include "jose/status.h"

/* The longest digest of an algorithm. */
#define JOSE_DIGEST_MAX 64

/*
 * Everything in it is only what the token says of itself.  The slices of the
 * encoded parts point into the caller's bytes, which must outlive it.
 */
typedef struct UnverifiedToken
{
	int			part_count;		/* number of dots plus one */
	Slice		encoded_header;
	Slice		encoded_payload;
	Slice		encoded_signature;
	Slice		signing_input;	/* header, dot and payload as received */

	Slice		header;			/* the decoded bytes */
	Slice		signature;
	Slice		payload;

	JsonStatus	header_json;
	JsonDocument untrusted_header;
	const char *bad_parameter;	/* with JOSE_BAD_HEADER_PARAMETER: its name */
	const JoseAlgorithm *untrusted_algorithm;
	Slice		untrusted_kid;	/* data is NULL without one */

	int			digest_size;	/* of the next, which is the signing input's; 0: not made */
	unsigned char digest[JOSE_DIGEST_MAX];

	bool		payload_read;	/* whether the next three are set */
	JoseStatus	payload_status;
	JsonStatus	payload_json;
	JsonDocument untrusted_payload;
} UnverifiedToken;

/*
 * Counts the parts and finds them: JOSE_OK or JOSE_NOT_THREE_PARTS.  The first
 * two of any number of parts are set in either case.
 */
extern JoseStatus jose_token_split(Slice bytes, UnverifiedToken *token) JOSE_VERDICT;

/* Decodes the three parts of a split token from base64url. */
extern JoseStatus jose_token_decode_parts(UnverifiedToken *token) JOSE_VERDICT;

/* Reads the header of a decoded token (RFC 7515 4.1). */
extern JoseStatus jose_token_read_header(UnverifiedToken *token) JOSE_VERDICT;

/* The two above in one. */
extern JoseStatus jose_token_decode(UnverifiedToken *token) JOSE_VERDICT;

/* Reads the payload as JSON, once; later calls give the first one's verdict. */
extern JoseStatus jose_token_read_payload(UnverifiedToken *token) JOSE_VERDICT;

/* Splits, decodes and reads a token of at most max_size bytes. */
extern JoseStatus jose_token_parse(Slice bytes, size_t max_size,
								   UnverifiedToken *token) JOSE_VERDICT;

#endif							/* HERM_JOSE_TOKEN_H */
