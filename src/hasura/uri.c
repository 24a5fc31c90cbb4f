/* SPDX-License-Identifier: PostgreSQL */
/*
 * uri.c: the grammar of RFC 3986, as far as telling a URI from other text.
 */
#include "compat.h"

#include <arpa/inet.h>

#include "hasura/uri.h"

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"
#define UNRESERVED LETTERS DIGITS "-._~"
#define SUB_DELIMS "!$&'()*+,;="

static bool
is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

/* Whether all is made of the set's characters and percent-encoded bytes. */
static bool
consists_of(Slice text, const char *set)
{
	for (size_t i = 0; i < text.len; i++)
	{
		if (text.data[i] == '%')
		{
			if (text.len - i < 3 || !is_one_of(text.data[i + 1], DIGITS "ABCDEFabcdef") ||
				!is_one_of(text.data[i + 2], DIGITS "ABCDEFabcdef"))
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
take_until(Slice *rest, const char *stops)
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
	Slice		scheme = take_until(rest, ":");

	if (rest->len == 0 || scheme.len == 0 || !is_one_of(scheme.data[0], LETTERS))
		return false;
	for (size_t i = 0; i < scheme.len; i++)
	{
		if (!is_one_of(scheme.data[i], LETTERS DIGITS "+-."))
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
	if (is_one_of(inside.data[0], "vV"))
	{
		Slice		rest = slice_skip(inside, 1);
		Slice		version = take_until(&rest, ".");

		return version.len > 0 && rest.len > 1 &&
			consists_of(version, DIGITS "ABCDEFabcdef") &&
			consists_of(slice_skip(rest, 1), UNRESERVED SUB_DELIMS ":");
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
		Slice		inside = take_until(&rest, "]");

		if (rest.len == 0 || !is_ip_literal(inside))
			return false;
		text = slice_skip(rest, 1);
	}
	else if (!consists_of(take_until(&text, ":"), UNRESERVED SUB_DELIMS))
		return false;

	if (text.len == 0)
		return true;
	return text.data[0] == ':' && memchr(text.data, '%', text.len) == NULL &&
		consists_of(slice_skip(text, 1), DIGITS);
}

/* User information, host and port (RFC 3986 3.2). */
static bool
is_authority(Slice text)
{
	Slice		rest = text;
	Slice		user = take_until(&rest, "@");

	if (rest.len == 0)
		return is_host_and_port(text);
	return consists_of(user, UNRESERVED SUB_DELIMS ":") &&
		is_host_and_port(slice_skip(rest, 1));
}

bool
uri_is_absolute(Slice text)
{
	Slice		rest = text;

	if (!take_scheme(&rest))
		return false;
	if (slice_starts_with(rest, "//"))
	{
		rest = slice_skip(rest, 2);
		if (!is_authority(take_until(&rest, "/?#")))
			return false;
	}
	if (!consists_of(take_until(&rest, "?#"), UNRESERVED SUB_DELIMS ":@/"))
		return false;
	if (rest.len > 0 && rest.data[0] == '?')
	{
		rest = slice_skip(rest, 1);
		if (!consists_of(take_until(&rest, "#"), UNRESERVED SUB_DELIMS ":@/?"))
			return false;
	}
	return rest.len == 0 || consists_of(slice_skip(rest, 1), UNRESERVED SUB_DELIMS ":@/?");
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
	authority = take_until(&rest, "/?#");
	rest = authority;
	user = take_until(&rest, "@");
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
	(void) take_until(&rest, ":");
	return rest.len > 1 ? replace(text, rest, ":...") : text;
}
