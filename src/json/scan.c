/* SPDX-License-Identifier: PostgreSQL */
/*
 * scan.c: one pass over JSON text before the server's parser reads it.
 */
#include "compat.h"

#include <limits.h>

#include "mb/pg_wchar.h"

#include "json/scan.h"

/* A position in the text, and the copy that grows beside it. */
typedef struct Scan
{
	const char *next;
	const char *end;
	char	   *out;
} Scan;

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* The value of "\uXXXX" at text, or -1 if there is none before end. */
static int
escape_value(const char *text, const char *end)
{
	int			value = 0;

	if (end - text < 6 || text[0] != '\\' || text[1] != 'u')
		return -1;
	for (int i = 2; i < 6; i++)
	{
		int			digit = hex_digit(text[i]);

		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

static void
copy_bytes(Scan *scan, int count)
{
	memcpy(scan->out, scan->next, count);
	scan->out += count;
	scan->next += count;
}

/*
 * Copies the escape at scan->next.  Escapes in ASCII, and those that are
 * malformed, stay as they are for the parser to judge; so do lone surrogates,
 * which it refuses before it converts anything.
 */
static void
copy_escape(Scan *scan)
{
	int			value = escape_value(scan->next, scan->end);
	int			consumed = 6;
	pg_wchar	point;

	if (value < 0x80)
	{
		/* never past the end: a lone backslash may be the last byte */
		copy_bytes(scan, Min(2, scan->end - scan->next));
		return;
	}
	point = (pg_wchar) value;
	if (is_utf16_surrogate_first(point))
	{
		int			second = escape_value(scan->next + 6, scan->end);

		if (second < 0 || !is_utf16_surrogate_second((pg_wchar) second))
		{
			copy_bytes(scan, 2);
			return;
		}
		point = surrogate_pair_to_codepoint(point, (pg_wchar) second);
		consumed = 12;
	}
	else if (is_utf16_surrogate_second(point))
	{
		copy_bytes(scan, 2);
		return;
	}
	unicode_to_utf8(point, (unsigned char *) scan->out);
	scan->out += pg_utf_mblen((unsigned char *) scan->out);
	scan->next += consumed;
}

/* Copies a string, from its opening quote to behind its closing one. */
static void
copy_string(Scan *scan)
{
	copy_bytes(scan, 1);
	while (scan->next < scan->end && *scan->next != '"')
	{
		if (*scan->next == '\\')
			copy_escape(scan);
		else
			copy_bytes(scan, 1);
	}
	if (scan->next < scan->end)
		copy_bytes(scan, 1);
}

JsonStatus
json_scan(Slice text, Slice *prepared)
{
	Scan		scan;
	int			depth = 0;
	char	   *copy;

	if (text.len >= INT_MAX / 2)
		return JSON_TOO_LONG;
	if (pg_encoding_verifymbstr(PG_UTF8, text.data, (int) text.len) != (int) text.len)
		return JSON_NOT_UTF8;

	/* an escape is never shorter than the character that it spells */
	copy = palloc(text.len + 1);
	scan.next = text.data;
	scan.end = text.data + text.len;
	scan.out = copy;
	while (scan.next < scan.end)
	{
		char		c = *scan.next;

		if (c == '"')
		{
			copy_string(&scan);
			continue;
		}
		if ((c == '{' || c == '[') && ++depth > JSON_MAX_DEPTH)
			return JSON_TOO_DEEP;
		if (c == '}' || c == ']')
			depth--;
		copy_bytes(&scan, 1);
	}
	*scan.out = '\0';
	*prepared = slice_make(copy, scan.out - copy);
	return JSON_OK;
}
