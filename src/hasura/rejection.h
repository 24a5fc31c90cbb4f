/* SPDX-License-Identifier: PostgreSQL */
/*
 * rejection.h: why something is refused, as a value that can be raised,
 * reported or kept quiet about.
 */
#ifndef HERM_HASURA_REJECTION_H
#define HERM_HASURA_REJECTION_H

#include "json/slice.h"

/* Every kind of refusal, and Hasura's code for it where it has one (HASURA-JWT 2.1). */
#define REJECTION_CODES(X) \
	X(REJECT_INVALID_JWT,          "invalid-jwt") \
	X(REJECT_INVALID_CLAIMS,       "jwt-invalid-claims") \
	X(REJECT_MISSING_ROLE_CLAIMS,  "jwt-missing-role-claims") \
	X(REJECT_INVALID_HEADERS,      "invalid-headers") \
	X(REJECT_ACCESS_DENIED,        "access-denied") \
	X(REJECT_NOT_FOUND,            "not-found") \
	X(REJECT_TOKEN_TOO_LARGE,      NULL) \
	X(REJECT_BAD_CONFIG,           NULL) \
	X(REJECT_NOT_CONFIGURED,       NULL) \
	X(REJECT_NO_WORKER,            NULL) \
	X(REJECT_FOREIGN_URL,          NULL) \
	X(REJECT_TOO_MANY_URLS,        NULL) \
	X(REJECT_BAD_HASURA_USER,      NULL) \
	X(REJECT_BAD_ENCODING,         NULL) \
	X(REJECT_BAD_PRESETS,          NULL) \
	X(REJECT_NO_COLUMN,            NULL) \
	X(REJECT_GENERATED_COLUMN,     NULL) \
	X(REJECT_WRONG_KIND,           NULL)

typedef enum RejectionCode
{
#define X(code, hasura) code,
	REJECTION_CODES(X)
#undef X
} RejectionCode;

typedef struct Rejection
{
	RejectionCode code;
	const char *message;		/* palloc'd or a literal, like the next two */
	const char *detail;			/* NULL: Hasura's code, if it has one */
	const char *hint;			/* NULL: none */
} Rejection;

/* Put behind whatever judges: true means accepted, false that *rejection says why not. */
#define HASURA_VERDICT __attribute__((warn_unused_result))

/* Fills in the rejection, without detail and hint; always returns false. */
extern bool reject(Rejection *rejection, RejectionCode code, const char *format,...)
			__attribute__((format(printf, 3, 4)));

/* Hasura's code as it goes over the wire, or NULL. */
extern const char *rejection_hasura_code(RejectionCode code);

/*
 * The one helper that prints text from outside: at most PRINTABLE_MAX bytes, cut
 * between characters, what is no printable UTF-8 as "?"; palloc'd.  The other form cuts
 * nothing, for texts that are bounded otherwise.
 */
extern const char *printable(Slice text);
extern const char *printable_whole(Slice text);

/* How much of a foreign text a message shows (docs/hasura.md). */
#define PRINTABLE_MAX 64

/*
 * A name where a careless caller may have put a secret: shown only if it looks
 * like the name of an algorithm (docs/hasura.md); palloc'd or a literal.
 */
extern const char *printable_name(Slice text);

/*
 * A text of printable characters in quotes, as Haskell's "show" writes it
 * (HASURA-JWT 2.2); palloc'd.
 */
extern const char *haskell_string(const char *text);

#endif							/* HERM_HASURA_REJECTION_H */
