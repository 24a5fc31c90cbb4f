/* SPDX-License-Identifier: PostgreSQL */
/*
 * test_lifetime.c: how long a key set is good, by Cache-Control, Expires and Age.
 */
#include "compat.h"

#include <time.h>

#include "check.h"
#include "keys/lifetime.h"
#include "sample.h"

#define UNKNOWN LIFETIME_UNKNOWN
#define LONGEST LIFETIME_SAID_MAX

/* The example of RFC 9110 5.6.7, in seconds since 1970, and a minute later. */
#define NOW INT64_C(784111777)
#define NOW_DATE "Sun, 06 Nov 1994 08:49:37 GMT"
#define IN_A_MINUTE "Sun, 06 Nov 1994 08:50:37 GMT"

static Slice
header(const char *text)
{
	return text == NULL ? slice_make(NULL, 0) : sample_exact(slice_cstring(text));
}

static int64_t
said(Slice cache_control, Slice expires, Slice age)
{
	FreshnessHeaders headers = {cache_control, expires, age};

	return lifetime_said(&headers, NOW);
}

/* A header that is not there is NULL. */
typedef struct LifetimeCase
{
	const char *rule;
	const char *cache_control;
	const char *expires;
	const char *age;
	int64_t		wanted;
} LifetimeCase;

static void
check_all(const LifetimeCase *cases, int count)
{
	for (int i = 0; i < count; i++)
	{
		const LifetimeCase *c = &cases[i];
		int64_t		found = said(header(c->cache_control), header(c->expires), header(c->age));

		if (!CHECK(found == c->wanted, "%s: Cache-Control \"%s\", Expires \"%s\", Age \"%s\"",
				   c->rule,
				   c->cache_control ? c->cache_control : "(none)", c->expires ? c->expires :
				   "(none)",
				   c->age ? c->age : "(none)"))
			printf("# got %lld, wanted %lld\n", (long long) found, (long long) c->wanted);
	}
}

#define CHECK_ALL(cases) check_all((cases), COUNT_OF(cases))

/* ---- HASURA-JWT 1.7 ---- */

static const LifetimeCase worked_examples[] = {
	{"HASURA-JWT 1.7, example 1", "max-age=10, no-cache", IN_A_MINUTE, NULL, 0},
	{"HASURA-JWT 1.7, example 2", "must-revalidate", IN_A_MINUTE, NULL, 0},
	{"HASURA-JWT 1.7, example 3", "max-age=10, must-revalidate", IN_A_MINUTE, NULL, 10},
	{"HASURA-JWT 1.7, example 4", "public", IN_A_MINUTE, NULL, 60},
	{"HASURA-JWT 1.7, example 5", "max-age=lolbroken", IN_A_MINUTE, NULL, UNKNOWN},
};

/* Each without Expires and with one that must not count. */
static const LifetimeCase rules[] = {
	{"HASURA-JWT 1.7 (1), the first of two", "max-age=10, s-maxage=20", IN_A_MINUTE, NULL, 10},
	{"HASURA-JWT 1.7 (1), the first of two", "s-maxage=20, max-age=10", IN_A_MINUTE, NULL, 20},
	{"HASURA-JWT 1.7 (1), the first of two", "max-age=10,max-age=20", NULL, NULL, 10},
	{"HASURA-JWT 1.7 (1), with a value", "max-age, s-maxage=20", IN_A_MINUTE, NULL, 20},
	{"HASURA-JWT 1.7 (1), with a value", "s-maxage, max-age=10", IN_A_MINUTE, NULL, 10},
	{"HASURA-JWT 1.7 (1), with a value", "max-age, s-maxage", IN_A_MINUTE, NULL, 60},
	{"HASURA-JWT 1.7 (1), no number", "max-age=x", NULL, NULL, UNKNOWN},
	{"HASURA-JWT 1.7 (1), no number", "max-age=-1", IN_A_MINUTE, NULL, UNKNOWN},
	{"HASURA-JWT 1.7 (1), no number", "max-age=+1", IN_A_MINUTE, NULL, UNKNOWN},
	{"HASURA-JWT 1.7 (1), no number", "max-age=.5", IN_A_MINUTE, NULL, UNKNOWN},
	{"HASURA-JWT 1.7 (1), no number", "max-age=\"\"", IN_A_MINUTE, NULL, UNKNOWN},
	{"HASURA-JWT 1.7 (1), no number", "max-age=\" 10\"", IN_A_MINUTE, NULL, UNKNOWN},
	{"HASURA-JWT 1.7 (1), no number", "max-age=\"\\10\"", IN_A_MINUTE, NULL, UNKNOWN},
	{"HASURA-JWT 1.7 (1), no number in the first", "max-age=x, s-maxage=20", IN_A_MINUTE, NULL,
	UNKNOWN},
	{"HASURA-JWT 1.7 (1), no number in the second", "max-age=10, s-maxage=x", IN_A_MINUTE, NULL,
	10},
	{"HASURA-JWT 1.7 (1), no number before (a)", "max-age=x, must-revalidate", IN_A_MINUTE, NULL,
	UNKNOWN},
	{"HASURA-JWT 1.7 (1), no number before (b)", "no-cache, max-age=x", IN_A_MINUTE, NULL, UNKNOWN},
	{"HASURA-JWT 1.7 (1), leading digits", "max-age=10s", IN_A_MINUTE, NULL, 10},
	{"HASURA-JWT 1.7 (1), leading digits", "max-age=10.9", NULL, NULL, 10},
	{"HASURA-JWT 1.7 (1), leading digits", "max-age=1e3", NULL, NULL, 1},
	{"HASURA-JWT 1.7 (1), leading digits", "max-age=0x10", IN_A_MINUTE, NULL, 0},
	{"HASURA-JWT 1.7 (1), leading digits", "max-age=\"10 20\"", NULL, NULL, 10},
	{"HASURA-JWT 1.7 (1), leading digits", "max-age=\"10\"", NULL, NULL, 10},
	{"HASURA-JWT 1.7 (1a)", "must-revalidate", NULL, NULL, 0},
	{"HASURA-JWT 1.7 (1a)", "must-revalidate, max-age=10", NULL, NULL, 10},
	{"HASURA-JWT 1.7 (1a)", "must-revalidate, s-maxage=20", IN_A_MINUTE, NULL, 20},
	{"HASURA-JWT 1.7 (1a), with max-age without a value", "must-revalidate, max-age", IN_A_MINUTE,
	NULL, 0},
	{"HASURA-JWT 1.7 (1a) before (b)", "no-cache, max-age=10, must-revalidate", NULL, NULL, 10},
	{"HASURA-JWT 1.7 (1a) before (b)", "no-store, must-revalidate", IN_A_MINUTE, NULL, 0},
	{"HASURA-JWT 1.7 (1b)", "no-cache", IN_A_MINUTE, NULL, 0},
	{"HASURA-JWT 1.7 (1b)", "no-store", IN_A_MINUTE, NULL, 0},
	{"HASURA-JWT 1.7 (1b)", "max-age=10, no-store", NULL, NULL, 0},
	{"HASURA-JWT 1.7 (1b)", "no-cache, max-age=10", NULL, NULL, 0},
	{"HASURA-JWT 1.7 (1b), with a value", "no-cache=\"Set-Cookie\"", IN_A_MINUTE, NULL, 60},
	{"HASURA-JWT 1.7 (1b), with a value", "no-cache=\"Set-Cookie\", max-age=10", NULL, NULL, 10},
	{"HASURA-JWT 1.7 (1b), with a value", "no-store=1", NULL, NULL, UNKNOWN},
	{"HASURA-JWT 1.7 (1c)", "max-age=10", IN_A_MINUTE, NULL, 10},
	{"HASURA-JWT 1.7 (1c)", "s-maxage=20", IN_A_MINUTE, NULL, 20},
	{"HASURA-JWT 1.7 (1c)", "max-age=0", IN_A_MINUTE, NULL, 0},
	{"HASURA-JWT 1.7 (1c)", "public, max-age=3600, immutable, foo=\"a, no-cache\"", NULL, NULL,
	3600},
	{"HASURA-JWT 1.7 (1d)", "public", NULL, NULL, UNKNOWN},
	{"HASURA-JWT 1.7 (1d)", "private, stale-if-error=86400", IN_A_MINUTE, NULL, 60},
	{"HASURA-JWT 1.7 (1d)", "proxy-revalidate, no-transform", IN_A_MINUTE, NULL, 60},
	{"HASURA-JWT 1.7 (1), lower case", "Max-Age=10", IN_A_MINUTE, NULL, 60},
	{"HASURA-JWT 1.7 (1), lower case", "S-MAXAGE=10", NULL, NULL, UNKNOWN},
	{"HASURA-JWT 1.7 (1), lower case", "NO-CACHE, No-Store", IN_A_MINUTE, NULL, 60},
	{"HASURA-JWT 1.7 (1), lower case", "Must-Revalidate, max-age=10, no-cache", NULL, NULL, 0},
	{"HASURA-JWT 1.7 (1), must-revalidate=123", "must-revalidate=123", IN_A_MINUTE, NULL, 60},
	{"HASURA-JWT 1.7 (1), must-revalidate=123", "must-revalidate=123, no-cache, max-age=10", NULL,
	NULL, 0},
	{"HASURA-JWT 1.7 (1), other names", "max-ages=10, xmax-age=10, max-ag=10", IN_A_MINUTE, NULL,
	60},
	{"HASURA-JWT 1.7 (1), other names", "no-caches, no-stor, must-revalidat", IN_A_MINUTE, NULL,
	60},
	{"HASURA-JWT 1.7 (2)", NULL, IN_A_MINUTE, NULL, 60},
	{"HASURA-JWT 1.7 (2), now", NULL, NOW_DATE, NULL, 0},
	{"HASURA-JWT 1.7 (2), over", NULL, "Sun, 06 Nov 1994 08:49:36 GMT", NULL, 0},
	{"HASURA-JWT 1.7 (2), bad", NULL, "0", NULL, UNKNOWN},
	{"HASURA-JWT 1.7 (2), bad", NULL, "-1", NULL, UNKNOWN},
	{"HASURA-JWT 1.7 (2), bad", "public", "tomorrow", NULL, UNKNOWN},
	{"HASURA-JWT 1.7 (3)", NULL, NULL, NULL, UNKNOWN},
	{"HASURA-JWT 1.7 (3)", NULL, NULL, "10", UNKNOWN},
};

/* HASURA-JWT 1.7 (1): bad syntax is unknown and does not fall back to Expires; RFC 9111 5.2. */
static const LifetimeCase syntax[] = {
	{"RFC 9111 5.2, white space", " max-age=10 ", IN_A_MINUTE, NULL, 10},
	{"RFC 9111 5.2, white space", "\tpublic \t,\t max-age=10\t", IN_A_MINUTE, NULL, 10},
	{"RFC 9110 5.6.1, empty elements", ",, public,,max-age=10, ,", IN_A_MINUTE, NULL, 10},
	{"RFC 9110 5.6.1, empty elements", "", IN_A_MINUTE, NULL, 60},
	{"RFC 9110 5.6.1, empty elements", " , ,", IN_A_MINUTE, NULL, 60},
	{"RFC 9110 5.6.4, quoted comma", "a=\"b,c\", max-age=10", IN_A_MINUTE, NULL, 10},
	{"RFC 9110 5.6.4, quoted quote", "a=\"b\\\"\", max-age=10", IN_A_MINUTE, NULL, 10},
	{"RFC 9110 5.6.4, quoted backslash", "a=\"b\\\\\", max-age=10", IN_A_MINUTE, NULL, 10},
	{"RFC 9110 5.6.4, quoted nothing", "a=\"\", max-age=10", IN_A_MINUTE, NULL, 10},
	{"HASURA-JWT 1.7 (1), bad syntax", "=10", IN_A_MINUTE, NULL, UNKNOWN},
	{"HASURA-JWT 1.7 (1), bad syntax", "max-age=", IN_A_MINUTE, NULL, UNKNOWN},
	{"HASURA-JWT 1.7 (1), bad syntax", "public=, max-age=10", IN_A_MINUTE, NULL, UNKNOWN},
	{"HASURA-JWT 1.7 (1), bad syntax", "max-age =10", IN_A_MINUTE, NULL, UNKNOWN},
	{"HASURA-JWT 1.7 (1), bad syntax", "max-age= 10", IN_A_MINUTE, NULL, UNKNOWN},
	{"HASURA-JWT 1.7 (1), bad syntax", "max-age=10 public", IN_A_MINUTE, NULL, UNKNOWN},
	{"HASURA-JWT 1.7 (1), bad syntax", "max-age=10; public", IN_A_MINUTE, NULL, UNKNOWN},
	{"HASURA-JWT 1.7 (1), bad syntax", "max-age=10, \"public\"", IN_A_MINUTE, NULL, UNKNOWN},
	{"HASURA-JWT 1.7 (1), bad syntax", "max-age==10", IN_A_MINUTE, NULL, UNKNOWN},
	{"HASURA-JWT 1.7 (1), bad syntax", "max-age=10=20", IN_A_MINUTE, NULL, UNKNOWN},
	{"HASURA-JWT 1.7 (1), bad syntax", "max-age=\"10", IN_A_MINUTE, NULL, UNKNOWN},
	{"HASURA-JWT 1.7 (1), bad syntax", "max-age=10, a=\"\\\"", IN_A_MINUTE, NULL, UNKNOWN},
	{"HASURA-JWT 1.7 (1), bad syntax", "max-age=10, a=\"\\", IN_A_MINUTE, NULL, UNKNOWN},
	{"HASURA-JWT 1.7 (1), bad syntax", "max-age=\"10\"20", IN_A_MINUTE, NULL, UNKNOWN},
	{"HASURA-JWT 1.7 (1), bad syntax", "max-age=10\"20\"", IN_A_MINUTE, NULL, UNKNOWN},
	{"HASURA-JWT 1.7 (1), bad syntax", "no-cache, must-revalidate, {", IN_A_MINUTE, NULL, UNKNOWN},
};

/* RFC 9111 4.2.3: what a cache on the way has kept is that much older; Hasura does not look. */
static const LifetimeCase ages[] = {
	{"RFC 9111 4.2.3", "max-age=100", NULL, "0", 100},
	{"RFC 9111 4.2.3", "max-age=100", NULL, "40", 60},
	{"RFC 9111 4.2.3", "max-age=100", NULL, "99", 1},
	{"RFC 9111 4.2.3", "max-age=100", NULL, "100", 0},
	{"RFC 9111 4.2.3", "max-age=100", NULL, "101", 0},
	{"RFC 9111 4.2.3", "s-maxage=100", NULL, "40", 60},
	{"RFC 9111 4.2.3", "max-age=100, must-revalidate", NULL, "40", 60},
	{"RFC 9111 4.2.3", "must-revalidate", NULL, "40", 0},
	{"RFC 9111 4.2.3", "no-cache", NULL, "40", 0},
	{"RFC 9111 4.2.3", "max-age=x", NULL, "40", UNKNOWN},
	{"RFC 9111 4.2.3, Expires is a time of day", NULL, IN_A_MINUTE, "40", 60},
	{"RFC 9111 4.2.3, Expires is a time of day", "public", IN_A_MINUTE, "4000", 60},
	{"RFC 9111 5.1, no number", "max-age=100", NULL, "", 100},
	{"RFC 9111 5.1, no number", "max-age=100", NULL, "-40", 100},
	{"RFC 9111 5.1, no number", "max-age=100", NULL, "x", 100},
	{"RFC 9111 5.1, the first number", "max-age=100", NULL, "40, 50", 60},
	{"RFC 9111 5.1, huge", "max-age=100", NULL, "2147483648", 0},
	{"RFC 9111 5.1, huge", "max-age=100", NULL, "18446744073709551616", 0},
	{"RFC 9111 5.1, huge", "max-age=100", NULL, "9223372036854775807", 0},
	{"RFC 9111 5.1, huge", "max-age=9223372036854775807", NULL, "9223372036854775807", 0},
};

static const LifetimeCase extremes[] = {
	{"at most a leap year", "max-age=31622399", NULL, NULL, LONGEST - 1},
	{"at most a leap year", "max-age=31622400", NULL, NULL, LONGEST},
	{"at most a leap year", "max-age=31622401", NULL, NULL, LONGEST},
	{"at most a leap year", "max-age=2147483648", NULL, NULL, LONGEST},
	{"at most a leap year", "max-age=4294967296", NULL, NULL, LONGEST},
	{"at most a leap year", "max-age=9223372036854775807", NULL, NULL, LONGEST},
	{"at most a leap year", "max-age=9223372036854775808", NULL, NULL, LONGEST},
	{"at most a leap year", "max-age=18446744073709551616", NULL, NULL, LONGEST},
	{"at most a leap year", "max-age=18446744073709551626, must-revalidate", NULL, "1",
	LONGEST - 1},
	{"zeros in front", "max-age=00000000000000000000000000010", NULL, NULL, 10},
	{"at most a leap year", NULL, "Tue, 07 Nov 1995 08:49:36 GMT", NULL, LONGEST - 1},
	{"at most a leap year", NULL, "Tue, 07 Nov 1995 08:49:37 GMT", NULL, LONGEST},
	{"at most a leap year", NULL, "Tue, 07 Nov 1995 08:49:38 GMT", NULL, LONGEST},
	{"the year 9999", NULL, "Fri, 31 Dec 9999 23:59:59 GMT", NULL, LONGEST},
	{"the year 0000", NULL, "Sat, 01 Jan 0000 00:00:00 GMT", NULL, 0},
	{"the year 0000 was a leap year", NULL, "Tue, 29 Feb 0000 00:00:00 GMT", NULL, 0},
	{"the year 0001", NULL, "Mon, 01 Jan 0001 00:00:00 GMT", NULL, 0},
	{"1970", NULL, "Thu, 01 Jan 1970 00:00:00 GMT", NULL, 0},
	{"2038", NULL, "Tue, 19 Jan 2038 03:14:08 GMT", NULL, LONGEST},
};

/* ---- Expires ---- */

/* HASURA-JWT 1.7 (2): "%a, %d %b %Y %T GMT" and nothing else. */
static const LifetimeCase dates[] = {
	{"the weekday is not compared", NULL, "Mon, 06 Nov 1994 08:50:37 GMT", NULL, 60},
	{"a leap second", NULL, "Sun, 06 Nov 1994 08:49:60 GMT", NULL, 23},
	{"no such second", NULL, "Sun, 06 Nov 1994 08:50:61 GMT", NULL, UNKNOWN},
	{"no such second", NULL, "Sun, 06 Nov 1994 08:50:99 GMT", NULL, UNKNOWN},
	{"no such minute", NULL, "Sun, 06 Nov 1994 08:60:37 GMT", NULL, UNKNOWN},
	{"no such hour", NULL, "Sun, 06 Nov 1994 24:00:00 GMT", NULL, UNKNOWN},
	{"no such hour", NULL, "Sun, 06 Nov 1994 99:50:37 GMT", NULL, UNKNOWN},
	{"the last second of a day", NULL, "Sun, 06 Nov 1994 23:59:59 GMT", NULL, 54622},
	{"no such day", NULL, "Sun, 00 Nov 1994 08:50:37 GMT", NULL, UNKNOWN},
	{"no such day", NULL, "Sun, 31 Nov 1994 08:50:37 GMT", NULL, UNKNOWN},
	{"no such day", NULL, "Sun, 32 Dec 1994 08:50:37 GMT", NULL, UNKNOWN},
	{"no such day", NULL, "Sun, 99 Dec 1994 08:50:37 GMT", NULL, UNKNOWN},
	{"no such leap day", NULL, "Wed, 29 Feb 1995 08:50:37 GMT", NULL, UNKNOWN},
	{"no such leap day", NULL, "Mon, 29 Feb 2100 08:50:37 GMT", NULL, UNKNOWN},
	{"no such leap day", NULL, "Thu, 29 Feb 1900 08:50:37 GMT", NULL, UNKNOWN},
	{"a leap day", NULL, "Thu, 29 Feb 1996 08:50:37 GMT", NULL, LONGEST},
	{"a leap day", NULL, "Tue, 29 Feb 2000 08:50:37 GMT", NULL, LONGEST},
	{"nothing", NULL, "", NULL, UNKNOWN},
	{"another form, RFC 850", NULL, "Sunday, 06-Nov-94 08:50:37 GMT", NULL, UNKNOWN},
	{"another form, asctime", NULL, "Sun Nov  6 08:50:37 1994", NULL, UNKNOWN},
	{"another form, ISO 8601", NULL, "1994-11-06T08:50:37Z", NULL, UNKNOWN},
	{"one digit", NULL, "Sun, 6 Nov 1994 08:50:37 GMT", NULL, UNKNOWN},
	{"one digit", NULL, "Sun,  6 Nov 1994 08:50:37 GMT", NULL, UNKNOWN},
	{"two digits of a year", NULL, "Sun, 06 Nov 94 08:50:37 GMT", NULL, UNKNOWN},
	{"five digits of a year", NULL, "Sun, 06 Nov 11994 08:50:37 GMT", NULL, UNKNOWN},
	{"a negative year", NULL, "Sun, 06 Nov -994 08:50:37 GMT", NULL, UNKNOWN},
	{"another zone", NULL, "Sun, 06 Nov 1994 08:50:37 UTC", NULL, UNKNOWN},
	{"another zone", NULL, "Sun, 06 Nov 1994 08:50:37 +0000", NULL, UNKNOWN},
	{"no zone", NULL, "Sun, 06 Nov 1994 08:50:37", NULL, UNKNOWN},
	{"two dates", NULL, IN_A_MINUTE ", " IN_A_MINUTE, NULL, UNKNOWN},
	{"another month", NULL, "Sun, 06 Nev 1994 08:50:37 GMT", NULL, UNKNOWN},
	{"another weekday", NULL, "Son, 06 Nov 1994 08:50:37 GMT", NULL, UNKNOWN},
	{"other case", NULL, "SUN, 06 NOV 1994 08:50:37 GMT", NULL, UNKNOWN},
};

/* Every day of nine years, written by the C library: so all months, leap days and weekdays. */
static void
test_calendar(void)
{
	int			mistakes = 0;

	for (time_t day = INT64_C(1640995200); day < INT64_C(1924992000); day += 24 * 3600)
	{
		FreshnessHeaders headers = {.age = {NULL, 0}};
		time_t		time = day + day / (24 * 3600) * 7919 % (24 * 3600);
		char		text[64];

		strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", gmtime(&time));
		headers.expires = slice_cstring(text);
		if (lifetime_said(&headers, time - 1000) != 1000 && mistakes++ < 5)
			printf("# %s\n", text);
	}
	CHECK(mistakes == 0, "every day from 2022 to 2030 is read as it was written");
}

/* ---- headers cut off, and any bytes ---- */

static void
check_prefixes(const char *text, const int *wanted, int count)
{
	int			mistakes = 0;

	if (count != (int) strlen(text) + 1)
		sample_bail_out("there is no result for each prefix");
	for (int len = 0; len < count; len++)
	{
		int64_t		found = said(sample_exact(slice_make(text, len)), header(IN_A_MINUTE),
								 header(NULL));

		if (found != wanted[len])
		{
			mistakes++;
			printf("# \"%.*s\": got %lld, wanted %d\n", len, text, (long long) found, wanted[len]);
		}
	}
	CHECK(mistakes == 0, "every beginning of \"%s\"", text);
}

#define CHECK_PREFIXES(text, ...) \
	check_prefixes((text), (const int[]) {__VA_ARGS__}, \
				   (int) (sizeof((const int[]) {__VA_ARGS__}) / sizeof(int)))

/* Half a header says what its whole directives say; half a directive is another one, or none. */
static void
test_prefixes(void)
{
	CHECK_PREFIXES("max-age=12, no-cache",
				   60, 60, 60, 60, 60, 60, 60, 60, UNKNOWN, 1, 12, 12, 12, 12, 12, 12, 12, 12, 12,
				   12, 0);
	CHECK_PREFIXES("a=\"\\\"\",s-maxage=\"12\"",
				   60, 60, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, 60, 60, 60, 60, 60, 60, 60, 60, 60,
				   60,
				   UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, 12);
	CHECK_PREFIXES("must-revalidate=1",
				   60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 0, UNKNOWN, 60);
}

/* A date that lacks or gains a byte, or has a wrong one, is none. */
static void
test_broken_dates(void)
{
	static const char date[] = IN_A_MINUTE;
	size_t		len = strlen(date);
	int			accepted = 0;

	for (size_t i = 0; i < len; i++)
	{
		Slice		changed = sample_exact(slice_cstring(date));
		Slice		lacking = sample_join(slice_make(date, i), slice_cstring(date + i + 1));

		((char *) changed.data)[i] = 'x';
		accepted += said(header(NULL), sample_exact(slice_make(date, i)), header(NULL)) != UNKNOWN;
		accepted += said(header(NULL), changed, header(NULL)) != UNKNOWN;
		accepted += said(header(NULL), lacking, header(NULL)) != UNKNOWN;
	}
	CHECK(accepted == 0, "a date with a byte missing or wrong is unknown");
	CHECK(said(header(NULL), header(IN_A_MINUTE " "), header(NULL)) == UNKNOWN, "or one too many");
	CHECK(said(header(NULL), header(" " IN_A_MINUTE), header(NULL)) == UNKNOWN, "or one before it");
	CHECK(said(header(NULL), slice_make(date, len + 1), header(NULL)) == UNKNOWN,
		  "or a zero behind it");
}

/* RFC 9110 5.6.2: of 256 bytes 77 make up a token, and three more stand between two. */
static void
test_bytes(void)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	static const char others[] = "!#$%&'*+-.^_`|~0123456789 \t,";
	int			mistakes = 0;

	for (int c = 0; c < 256; c++)
	{
		char		text[] = "x, max-age=10";
		bool		good = memchr(letters, c, sizeof(letters) - 1) != NULL ||
		memchr(others, c, sizeof(others) - 1) != NULL;
		int64_t		wanted = good ? 10 : UNKNOWN;

		text[0] = (char) c;
		if (said(slice_make(text, sizeof(text) - 1), header(IN_A_MINUTE), header(NULL)) != wanted)
		{
			mistakes++;
			printf("# byte %d is %s\n", c, good ? "refused" : "accepted");
		}
	}
	CHECK(mistakes == 0, "only the characters of a token make one");
}

/* Length alone hurts nobody. */
static void
test_length(void)
{
	Slice		nines = sample_repeat("9", 100000);
	Slice		commas = sample_repeat(",", 100000);
	Slice		many = sample_repeat("a=\"b\",", 100000);

	CHECK(said(sample_join(slice_cstring("max-age="), nines), header(NULL),
			   header(NULL)) == LONGEST,
		  "a hundred thousand digits are very long");
	CHECK(said(header("max-age=10"), header(NULL), nines) == 0, "or very old");
	CHECK(said(sample_join(commas, slice_cstring("max-age=10")), header(NULL), header(NULL)) == 10,
		  "a hundred thousand commas do not count");
	CHECK(said(sample_join(many, slice_cstring("max-age=10")), header(NULL), header(NULL)) == 10,
		  "nor do other directives");
	CHECK(said(sample_join(slice_cstring("a=\""), nines), header(IN_A_MINUTE),
			   header(NULL)) == UNKNOWN,
		  "a string without an end ends");
}

int
main(void)
{
	CHECK_ALL(worked_examples);
	CHECK_ALL(rules);
	CHECK_ALL(syntax);
	CHECK_ALL(ages);
	CHECK_ALL(extremes);
	CHECK_ALL(dates);
	test_calendar();
	test_prefixes();
	test_broken_dates();
	test_bytes();
	test_length();
	return check_done();
}
