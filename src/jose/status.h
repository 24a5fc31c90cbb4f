/* SPDX-License-Identifier: PostgreSQL */
/*
 * status.h: every way in which a token or a key can fail, and what it means,
 * once.  The enum and the texts both grow from this list.
 */
#ifndef HERM_JOSE_STATUS_H
#define HERM_JOSE_STATUS_H

#define JOSE_STATUSES(X) \
	X(JOSE_OK,                     "good") \
	X(JOSE_TOKEN_TOO_LARGE,        "the token is larger than the limit") \
	X(JOSE_NOT_THREE_PARTS,        "the token does not have three parts") \
	X(JOSE_HEADER_NOT_BASE64URL,   "the header is not canonical base64url") \
	X(JOSE_PAYLOAD_NOT_BASE64URL,  "the payload is not canonical base64url") \
	X(JOSE_SIGNATURE_NOT_BASE64URL, "the signature is not canonical base64url") \
	X(JOSE_HEADER_NOT_JSON,        "the header is not acceptable JSON") \
	X(JOSE_HEADER_NOT_OBJECT,      "the header is not a JSON object") \
	X(JOSE_NO_ALGORITHM,           "the header names no algorithm") \
	X(JOSE_UNKNOWN_ALGORITHM,      "the header names an unknown algorithm") \
	X(JOSE_BAD_HEADER_PARAMETER,   "a header parameter has the wrong type") \
	X(JOSE_CRITICAL_EXTENSION,     "the header demands an extension that is not understood") \
	X(JOSE_PAYLOAD_NOT_JSON,       "the payload is not acceptable JSON") \
	X(JOSE_UNSECURED,              "the token is not signed") \
	X(JOSE_WRONG_KEY,              "the key is not of the kind that the algorithm needs") \
	X(JOSE_BAD_SIGNATURE,          "the signature does not match the key") \
	X(JOSE_SECRET_TOO_SHORT,       "the symmetric key is shorter than the hash value") \
	X(JOSE_SECRET_LOOKS_PUBLIC,    "the symmetric key looks like a public key or certificate") \
	X(JOSE_NO_PEM,                 "no PEM block was found") \
	X(JOSE_PEM_NOT_A_KEY,          "the PEM block holds no public key that can be decoded") \
	X(JOSE_KEY_NOT_SUPPORTED,      "the key is of a kind that is not supported") \
	X(JOSE_CURVE_NOT_SUPPORTED,    "the key's elliptic curve is not supported") \
	X(JOSE_CERTIFICATE_KEY_NOT_SUPPORTED, "the certificate's key is of a kind that is not supported") \
	X(JOSE_NOT_A_PRIVATE_KEY,      "the key is not a private key that can be decoded") \
	X(JOSE_CANNOT_SIGN,            "the key is too small for the algorithm, or has no private part") \
	X(JOSE_BAD_JWK,                "the JSON Web Key is not well-formed") \
	X(JOSE_KEY_PARTS_DISAGREE,     "the private and the public part of the key do not belong together") \
	X(JOSE_CRYPTO_UNAVAILABLE,     "the cryptographic library does not offer the algorithm")

typedef enum JoseStatus
{
#define X(status, text) status,
	JOSE_STATUSES(X)
#undef X
} JoseStatus;

/* What a status means, in English, without a full stop. */
extern const char *jose_status_text(JoseStatus status);

/* Put behind whatever judges: its verdict cannot be dropped unread. */
#define JOSE_VERDICT __attribute__((warn_unused_result))

#endif							/* HERM_JOSE_STATUS_H */
