/* SPDX-License-Identifier: PostgreSQL */
/*
 * uri.c: the grammar of RFC 3986, as far as telling a URI from other text.
 */
#include "compat.h"

#include <arpa/inet.h>

#include "hasura/uri.h"

/* Kinds of characters, as bits; a set is one or more of them. */
#define LETTER (1 << 0)
#define DIGIT (1 << 1)
#define HEX (1 << 2)			/* digits among them */
#define MARK (1 << 3)
#define SUB_DELIM (1 << 4)
#define PLUS (1 << 5)			/* also a SUB_DELIM; the next two are also MARK */
#define MINUS (1 << 6)
#define DOT (1 << 7)
#define COLON (1 << 8)
#define AT (1 << 9)
#define SLASH (1 << 10)
#define QUESTION (1 << 11)
#define HASH (1 << 12)
#define BRACKET (1 << 13)		/* the closing one */
#define VERSION (1 << 14)		/* "v" */

/* RFC 3986 2.3 */
#define UNRESERVED (LETTER | DIGIT | MARK)

static const uint16_t kinds[256] = {
	['A'...'F'] = LETTER | HEX,['G'...'U'] = LETTER,['V'] = LETTER | VERSION,
	['W'...'Z'] = LETTER,['a'...'f'] = LETTER | HEX,['g'...'u'] = LETTER,
	['v'] = LETTER | VERSION,['w'...'z'] = LETTER,['0'...'9'] = DIGIT | HEX,
	['-'] = MARK | MINUS,['.'] = MARK | DOT,['_'] = MARK,['~'] = MARK,
	['!'] = SUB_DELIM,['$'] = SUB_DELIM,['&'] = SUB_DELIM,['\''] = SUB_DELIM,['('] = SUB_DELIM,
	[')'] = SUB_DELIM,['*'] = SUB_DELIM,['+'] = SUB_DELIM | PLUS,[','] = SUB_DELIM,
	[';'] = SUB_DELIM,['='] = SUB_DELIM,
	[':'] = COLON,['@'] = AT,['/'] = SLASH,['?'] = QUESTION,['#'] = HASH,[']'] = BRACKET,
};

static inline bool
is_one_of(char c, int set)
{
	return (kinds[(unsigned char) c] & set) != 0;
}

/* Whether all is made of the set's characters and percent-encoded bytes. */
static bool
consists_of(Slice text, int set)
{
	for (size_t i = 0; i < text.len; i++)
	{
		if (text.data[i] == '%')
		{
			if (text.len - i < 3 || !is_one_of(text.data[i + 1], HEX) ||
				!is_one_of(text.data[i + 2], HEX))
				return false;
			i += 2;
		}
		else if (!is_one_of(text.data[i], set))
			return false;
	}
	return true;
}

/* Cuts off the bytes before the first of the stop characters, or all. */
static Slice
take_until(Slice *rest, int stops)
{
	size_t		len = 0;
	Slice		taken;

	while (len < rest->len && !is_one_of(rest->data[len], stops))
		len++;
	taken = slice_make(rest->data, len);
	*rest = slice_skip(*rest, len);
	return taken;
}

/* Scheme and colon (RFC 3986 3.1). */
static bool
take_scheme(Slice *rest)
{
	Slice		scheme = take_until(rest, COLON);

	if (rest->len == 0 || scheme.len == 0 || !is_one_of(scheme.data[0], LETTER))
		return false;
	for (size_t i = 0; i < scheme.len; i++)
	{
		if (!is_one_of(scheme.data[i], LETTER | DIGIT | PLUS | MINUS | DOT))
			return false;
	}
	*rest = slice_skip(*rest, 1);
	return true;
}

/* An IPv6 address or a future kind, in brackets (RFC 3986 3.2.2). */
static bool
is_ip_literal(Slice inside)
{
	char		text[INET6_ADDRSTRLEN];
	struct in6_addr address;

	/* the one part of a URI in which nothing is percent-encoded */
	if (inside.len == 0 || memchr(inside.data, '%', inside.len) != NULL ||
		memchr(inside.data, '\0', inside.len) != NULL)
		return false;
	if (is_one_of(inside.data[0], VERSION))
	{
		Slice		rest = slice_skip(inside, 1);
		Slice		version = take_until(&rest, DOT);

		return version.len > 0 && rest.len > 1 &&
			consists_of(version, HEX) &&
			consists_of(slice_skip(rest, 1), UNRESERVED | SUB_DELIM | COLON);
	}
	if (inside.len >= sizeof(text))
		return false;
	memcpy(text, inside.data, inside.len);
	text[inside.len] = '\0';
	return inet_pton(AF_INET6, text, &address) == 1;
}

/* Host and, behind a colon, port. */
static bool
is_host_and_port(Slice text)
{
	if (text.len > 0 && text.data[0] == '[')
	{
		Slice		rest = slice_skip(text, 1);
		Slice		inside = take_until(&rest, BRACKET);

		if (rest.len == 0 || !is_ip_literal(inside))
			return false;
		text = slice_skip(rest, 1);
	}
	else if (!consists_of(take_until(&text, COLON), UNRESERVED | SUB_DELIM))
		return false;

	if (text.len == 0)
		return true;
	return text.data[0] == ':' && memchr(text.data, '%', text.len) == NULL &&
		consists_of(slice_skip(text, 1), DIGIT);
}

/* User information, host and port (RFC 3986 3.2). */
static bool
is_authority(Slice text)
{
	Slice		rest = text;
	Slice		user = take_until(&rest, AT);

	if (rest.len == 0)
		return is_host_and_port(text);
	return consists_of(user, UNRESERVED | SUB_DELIM | COLON) &&
		is_host_and_port(slice_skip(rest, 1));
}

bool
uri_is_absolute(Slice text)
{
	Slice		rest = text;

	if (!take_scheme(&rest))
		return false;

	/* most have nothing else, and wherever it stands it is right */
	if (consists_of(rest, UNRESERVED | SLASH))
		return true;
	if (slice_starts_with(rest, "//"))
	{
		rest = slice_skip(rest, 2);
		if (!is_authority(take_until(&rest, SLASH | QUESTION | HASH)))
			return false;
	}
	if (!consists_of(take_until(&rest, QUESTION | HASH), UNRESERVED | SUB_DELIM | COLON | AT | SLASH))
		return false;
	if (rest.len > 0 && rest.data[0] == '?')
	{
		rest = slice_skip(rest, 1);
		if (!consists_of(take_until(&rest, HASH), UNRESERVED | SUB_DELIM | COLON | AT | SLASH | QUESTION))
			return false;
	}
	return rest.len == 0 || consists_of(slice_skip(rest, 1), UNRESERVED | SUB_DELIM | COLON | AT | SLASH | QUESTION);
}

bool
string_or_uri_is_valid(Slice text)
{
	if (text.len == 0 || memchr(text.data, ':', text.len) == NULL)
		return true;
	return uri_is_absolute(text);
}

/* The bytes before an absolute URI's "@", from behind the "//"; empty without any. */
static Slice
find_user(Slice uri)
{
	Slice		rest = uri;
	Slice		authority;
	Slice		user;

	if (!take_scheme(&rest) || !slice_starts_with(rest, "//"))
		return slice_make(uri.data, 0);
	rest = slice_skip(rest, 2);
	authority = take_until(&rest, SLASH | QUESTION | HASH);
	rest = authority;
	user = take_until(&rest, AT);
	return rest.len > 0 ? user : slice_make(uri.data, 0);
}

/* A text in which some bytes of its own give way to others; palloc'd. */
static Slice
replace(Slice text, Slice part, const char *by)
{
	size_t		before = part.data - text.data;
	size_t		len = strlen(by);
	Slice		after = slice_skip(text, before + part.len);
	char	   *result = palloc(before + len + after.len + 1);

	memcpy(result, text.data, before);
	memcpy(result + before, by, len);
	memcpy(result + before + len, after.data, after.len);
	result[before + len + after.len] = '\0';
	return slice_make(result, before + len + after.len);
}

Slice
uri_without_user(Slice uri)
{
	Slice		user = find_user(uri);

	if (user.len == 0)
		return uri;
	user.len++;					/* the "@" as well */
	return replace(uri, user, "");
}

Slice
uri_with_masked_password(Slice text)
{
	Slice		rest;

	if (text.len == 0 || memchr(text.data, ':', text.len) == NULL)
		return text;
	rest = find_user(text);
	(void) take_until(&rest, COLON);
	return rest.len > 1 ? replace(text, rest, ":...") : text;
}
