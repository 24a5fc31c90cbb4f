/* SPDX-License-Identifier: PostgreSQL */
/*
 * head.h: the few fields of an answer's head that matter, from its lines (RFC 9110, RFC 9112).
 */
#ifndef HERM_FETCHER_HEAD_H
#define HERM_FETCHER_HEAD_H

#include <stdbool.h>
#include <stddef.h>

/* Of one exchange, interim answers, a proxy's answer and trailers included. */
#define HEAD_SIZE_MAX (64 * 1024)
#define HEAD_LINES_MAX 256

/* Longer values count as unusable. */
#define HEAD_VALUE_MAX 2048

/*
 * name, several: whether values of several lines are joined (else they are unusable), shown:
 * whether the answer tells it.
 */
#define HEAD_FIELDS(X) \
	X(HEAD_ETAG,              "etag",              false, true) \
	X(HEAD_LAST_MODIFIED,     "last-modified",     false, true) \
	X(HEAD_CACHE_CONTROL,     "cache-control",     true,  true) \
	X(HEAD_EXPIRES,           "expires",           false, true) \
	X(HEAD_AGE,               "age",               false, true) \
	X(HEAD_CONTENT_TYPE,      "content-type",      false, true) \
	X(HEAD_CONTENT_LENGTH,    "content-length",    false, false) \
	X(HEAD_CONTENT_ENCODING,  "content-encoding",  true,  false) \
	X(HEAD_TRANSFER_ENCODING, "transfer-encoding", true,  false) \
	X(HEAD_LOCATION,          "location",          false, false)

typedef enum HeadName
{
#define X(name, text, several, shown) name,
	HEAD_FIELDS(X)
#undef X
	HEAD_FIELD_COUNT
} HeadName;

typedef enum HeadState
{
	HEAD_ABSENT,
	HEAD_GIVEN,
	HEAD_UNUSABLE,				/* not printable ASCII, too long, folded, or given twice */
} HeadState;

typedef struct HeadField
{
	HeadState	state;
	size_t		length;
	char		value[HEAD_VALUE_MAX + 1];	/* printable ASCII, if given */
} HeadField;

typedef struct Head
{
	HeadField	fields[HEAD_FIELD_COUNT];
	HeadField  *last;			/* which a folded line would go on with */
	bool		open;			/* between a status line and the empty line */
	bool		closed;			/* the body has begun: trailers count for nothing */
	size_t		size;
	int			lines;
} Head;

typedef enum HeadVerdict
{
	HEAD_MORE,
	HEAD_END,					/* that was the empty line behind a head */
	HEAD_TOO_LARGE,
	HEAD_TOO_MANY_LINES,
} HeadVerdict;

/* Takes a line as it came; a status line begins anew. */
extern HeadVerdict head_take(Head *head, const char *line, size_t length)
			__attribute__((warn_unused_result));

/* Whether the field is there, with another value than this one. */
extern bool head_differs(const Head *head, HeadName name, const char *value);

/* Whether the field announces more bytes than that; no field, no announcement. */
extern bool head_announces_more(const Head *head, long size);

extern const char *head_field_text(HeadName name);
extern bool head_field_shown(HeadName name);

#endif							/* HERM_FETCHER_HEAD_H */
