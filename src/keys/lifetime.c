/* SPDX-License-Identifier: PostgreSQL */
/*
 * lifetime.c: reading Cache-Control, Expires and Age by Hasura's rules.
 */
#include "compat.h"

#include <time.h>

#include "keys/lifetime.h"

/* What of a Cache-Control header counts. */
typedef struct CacheControl
{
	bool		is_malformed;
	bool		has_max_age;	/* max-age or s-maxage, whichever comes first */
	int64_t		max_age;		/* LIFETIME_UNKNOWN if it is no number */
	bool		must_revalidate;
	bool		no_cache;		/* or no-store */
} CacheControl;

/* ---- small readers: each takes from the front of a slice what it is named for ---- */

static void
skip_one(Slice *text)
{
	*text = slice_skip(*text, 1);
}

static bool
starts_with_any(Slice text, const char *characters)
{
	return text.len > 0 && text.data[0] != '\0' && strchr(characters, text.data[0]) != NULL;
}

static void
skip_any(Slice *text, const char *characters)
{
	while (starts_with_any(*text, characters))
		skip_one(text);
}

static bool
is_token_character(unsigned char c)
{
	return c > ' ' && c < 0x7F && strchr("\"(),/:;<=>?@[\\]{}", c) == NULL;
}

static Slice
take_token(Slice *text)
{
	Slice		start = *text;

	while (text->len > 0 && is_token_character(text->data[0]))
		skip_one(text);
	return slice_make(start.data, start.len - text->len);
}

/* A quoted string's inside, as written; false if it does not end. */
static bool
take_quoted(Slice *text, Slice *inside)
{
	Slice		start;

	skip_one(text);
	start = *text;
	while (text->len > 0 && text->data[0] != '"')
	{
		if (text->data[0] == '\\')
			skip_one(text);
		if (text->len > 0)
			skip_one(text);
	}
	*inside = slice_make(start.data, start.len - text->len);
	if (text->len == 0)
		return false;
	skip_one(text);
	return true;
}

/* The digits in front; what follows them does not count (HASURA-JWT 1.7). */
static int64_t
leading_number(Slice text)
{
	int64_t		number = 0;

	if (text.len == 0 || text.data[0] < '0' || text.data[0] > '9')
		return LIFETIME_UNKNOWN;
	for (size_t i = 0; i < text.len && text.data[i] >= '0' && text.data[i] <= '9'; i++)
		number = Min(number * 10 + (text.data[i] - '0'), LIFETIME_SAID_MAX);
	return number;
}

/* ---- Cache-Control ---- */

static void
note_directive(CacheControl *control, Slice name, const Slice *value)
{
	bool		is_age = slice_equals_cstring(name, "max-age") ||
	slice_equals_cstring(name, "s-maxage");

	if (value != NULL)
	{
		if (!is_age || control->has_max_age)
			return;
		control->has_max_age = true;
		control->max_age = leading_number(*value);
	}
	else if (slice_equals_cstring(name, "must-revalidate"))
		control->must_revalidate = true;
	else if (slice_equals_cstring(name, "no-cache") || slice_equals_cstring(name, "no-store"))
		control->no_cache = true;
}

static bool
take_directive(Slice *text, CacheControl *control)
{
	Slice		name = take_token(text);
	Slice		value;

	if (name.len == 0)
		return false;
	if (!starts_with_any(*text, "="))
	{
		note_directive(control, name, NULL);
		return true;
	}
	skip_one(text);
	if (starts_with_any(*text, "\""))
	{
		if (!take_quoted(text, &value))
			return false;
	}
	else
	{
		value = take_token(text);
		if (value.len == 0)
			return false;
	}
	note_directive(control, name, &value);
	return true;
}

static CacheControl
read_cache_control(Slice text)
{
	CacheControl control = {0};

	skip_any(&text, " \t,");
	while (text.len > 0 && !control.is_malformed)
	{
		control.is_malformed = !take_directive(&text, &control);
		skip_any(&text, " \t");
		if (text.len > 0 && text.data[0] != ',')
			control.is_malformed = true;
		skip_any(&text, " \t,");
	}
	return control;
}

/* ---- Expires ---- */

static bool
take_number(Slice *text, size_t digits, int *number)
{
	if (text->len < digits)
		return false;
	*number = 0;
	for (size_t i = 0; i < digits; i++)
	{
		char		c = text->data[i];

		if (c < '0' || c > '9')
			return false;
		*number = *number * 10 + (c - '0');
	}
	*text = slice_skip(*text, digits);
	return true;
}

static bool
take_literal(Slice *text, const char *literal)
{
	if (!slice_starts_with(*text, literal))
		return false;
	*text = slice_skip(*text, strlen(literal));
	return true;
}

static bool
take_name(Slice *text, const char *const *names, int count, int *place)
{
	for (*place = 0; *place < count; (*place)++)
	{
		if (take_literal(text, names[*place]))
			return true;
	}
	return false;
}

/* RFC 9110 5.6.7: a leap second is possible at any minute's end, the 30th of February is not. */
static bool
can_be(const struct tm *parts)
{
	struct tm	day = {
		.tm_year = parts->tm_year,
		.tm_mon = parts->tm_mon,
		.tm_mday = parts->tm_mday,
	};

	(void) timegm(&day);		/* moves a day that the month lacks to another month */
	return day.tm_mday == parts->tm_mday && parts->tm_hour <= 23 && parts->tm_min <= 59 &&
		parts->tm_sec <= 60;
}

/* "Sun, 06 Nov 1994 08:49:37 GMT", the one form that counts (HASURA-JWT 1.7). */
static bool
read_date(Slice text, int64_t *seconds)
{
	static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
	static const char *const months[] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
	};
	struct tm	parts = {0};

	if (!take_name(&text, days, lengthof(days), &parts.tm_wday) || !take_literal(&text, ", ") ||
		!take_number(&text, 2, &parts.tm_mday) || !take_literal(&text, " ") ||
		!take_name(&text, months, lengthof(months), &parts.tm_mon) || !take_literal(&text, " ") ||
		!take_number(&text, 4, &parts.tm_year) || !take_literal(&text, " ") ||
		!take_number(&text, 2, &parts.tm_hour) || !take_literal(&text, ":") ||
		!take_number(&text, 2, &parts.tm_min) || !take_literal(&text, ":") ||
		!take_number(&text, 2, &parts.tm_sec) || !take_literal(&text, " GMT") || text.len > 0)
		return false;
	parts.tm_year -= 1900;
	if (!can_be(&parts))
		return false;
	*seconds = timegm(&parts);
	return true;
}

/* ---- together ---- */

/* RFC 9111 4.2: what a cache on the way has kept for a while is that much older. */
static int64_t
without_age(int64_t lifetime, Slice age)
{
	int64_t		passed = age.data != NULL ? leading_number(age) : 0;

	if (passed == LIFETIME_UNKNOWN)
		passed = 0;
	return Max(lifetime - passed, 0);
}

int64_t
lifetime_said(const FreshnessHeaders *headers, int64_t now)
{
	int64_t		expires;

	if (headers->cache_control.data != NULL)
	{
		CacheControl control = read_cache_control(headers->cache_control);

		if (control.is_malformed || (control.has_max_age && control.max_age == LIFETIME_UNKNOWN))
			return LIFETIME_UNKNOWN;
		if (control.must_revalidate && control.has_max_age)
			return without_age(control.max_age, headers->age);
		if (control.must_revalidate || control.no_cache)
			return 0;
		if (control.has_max_age)
			return without_age(control.max_age, headers->age);
	}
	if (headers->expires.data == NULL || !read_date(headers->expires, &expires))
		return LIFETIME_UNKNOWN;
	return Min(Max(expires - now, 0), LIFETIME_SAID_MAX);
}
