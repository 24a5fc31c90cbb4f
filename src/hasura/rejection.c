/* SPDX-License-Identifier: PostgreSQL */
/*
 * rejection.c: building refusals, and showing foreign text in them.
 */
#include "compat.h"

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"

#include "hasura/rejection.h"

/* Longer than any name of an algorithm. */
#define NAME_MAX_BYTES 16

bool
reject(Rejection *rejection, RejectionCode code, const char *format,...)
{
	StringInfoData message;

	initStringInfo(&message);
	for (;;)
	{
		va_list		args;
		int			needed;

		va_start(args, format);
		needed = appendStringInfoVA(&message, format, args);
		va_end(args);
		if (needed == 0)
			break;
		enlargeStringInfo(&message, needed);
	}
	memset(rejection, 0, sizeof(*rejection));
	rejection->code = code;
	rejection->message = message.data;
	return false;
}

const char *
rejection_hasura_code(RejectionCode code)
{
	static const char *const names[] = {
#define X(code, hasura) hasura,
		REJECTION_CODES(X)
#undef X
	};

	return names[code];
}

/* What terminals may obey instead of showing it. */
static bool
is_control(pg_wchar point)
{
	return point < 0x20 || (point >= 0x7F && point < 0xA0);
}

/* The bytes of the character at a place, and whether it can be shown; 1 and no if it is none. */
static size_t
character_width(Slice text, size_t place, bool *can_be_shown)
{
	const unsigned char *start = (const unsigned char *) text.data + place;
	size_t		width = pg_utf_mblen(start);

	*can_be_shown = false;
	if (place + width > text.len || !pg_utf8_islegal(start, (int) width))
		return 1;
	*can_be_shown = !is_control(utf8_to_unicode(start));
	return width;
}

static const char *
print_up_to(Slice text, size_t max)
{
	StringInfoData out;
	size_t		i = 0;

	initStringInfo(&out);
	while (i < text.len)
	{
		bool		can_be_shown;
		size_t		width = character_width(text, i, &can_be_shown);

		if (i + width > max)
			break;
		if (can_be_shown)
			appendBinaryStringInfo(&out, text.data + i, (int) width);
		else
			appendStringInfoChar(&out, '?');
		i += width;
	}
	if (i < text.len)
		appendStringInfoString(&out, "...");
	return out.data;
}

const char *
printable(Slice text)
{
	return print_up_to(text, PRINTABLE_MAX);
}

const char *
printable_whole(Slice text)
{
	return print_up_to(text, text.len);
}

const char *
printable_name(Slice text)
{
	bool		plain = text.len <= NAME_MAX_BYTES;

	for (size_t i = 0; i < text.len && plain; i++)
	{
		char		c = text.data[i];

		plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
			(c >= '0' && c <= '9') || c == '-';
	}
	return plain ? printable(text) : "<hidden>";
}

const char *
haskell_string(const char *text)
{
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfoChar(&out, '"');
	for (const unsigned char *p = (const unsigned char *) text; *p != '\0';)
	{
		if (*p < 0x80)
		{
			if (*p == '"' || *p == '\\')
				appendStringInfoChar(&out, '\\');
			appendStringInfoChar(&out, *p++);
			continue;
		}
		/* "\1234" and a digit would run together: Haskell parts them with "\&" */
		appendStringInfo(&out, "\\%u", (unsigned int) utf8_to_unicode(p));
		p += pg_utf_mblen(p);
		if (*p >= '0' && *p <= '9')
			appendStringInfoString(&out, "\\&");
	}
	appendStringInfoChar(&out, '"');
	return out.data;
}
