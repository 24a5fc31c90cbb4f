/* SPDX-License-Identifier: PostgreSQL */
/*
 * fuzz_lifetime.c: Cache-Control, Expires and Age, a line each; "-" stands for none.
 */
#include "compat.h"

#include "keys/lifetime.h"
#include "keys/schedule.h"

#include "fuzz.h"

#define NOW INT64_C(784111777)
#define COOLDOWN 30
#define SECOND INT64_C(1000000)

void
fuzz_prepare(void)
{
}

static Slice
take_header(Slice *rest)
{
	Slice		line = fuzz_take_line(rest);

	return slice_equals_cstring(line, "-") ? slice_make(NULL, 0) : fuzz_exact(line);
}

static int64_t
said(Slice cache_control, Slice expires, Slice age)
{
	FreshnessHeaders headers = {cache_control, expires, age};
	int64_t		lifetime = lifetime_said(&headers, NOW);

	FUZZ_REQUIRE(lifetime == LIFETIME_UNKNOWN || (lifetime >= 0 && lifetime <= LIFETIME_SAID_MAX),
				 "a lifetime is unknown, or within its limits");
	return lifetime;
}

/* The header with something before and behind it. */
static Slice
around(const char *before, Slice header, const char *behind)
{
	size_t		len = strlen(before);
	char	   *text = palloc(len + header.len + strlen(behind));

	memcpy(text, before, len);
	if (header.len > 0)
		memcpy(text + len, header.data, header.len);
	memcpy(text + len + header.len, behind, strlen(behind));
	return slice_make(text, len + header.len + strlen(behind));
}

static bool
contains(Slice text, const char *word)
{
	for (; text.len > 0; text = slice_skip(text, 1))
	{
		if (slice_starts_with(text, word))
			return true;
	}
	return false;
}

static void
require_directives(Slice cache_control, Slice expires, Slice age, int64_t lifetime)
{
	int64_t		kept_out = said(around("no-cache, ", cache_control, ""), expires, age);

	FUZZ_REQUIRE(said(around("", cache_control, ","), expires, age) == lifetime &&
				 said(around(" , ", cache_control, "\t"), expires, age) == lifetime,
				 "empty elements do not count");
	FUZZ_REQUIRE(kept_out <= 0 || contains(cache_control, "must-revalidate"),
				 "what may not be kept is good for no time");
	FUZZ_REQUIRE((kept_out == LIFETIME_UNKNOWN) <= (lifetime == LIFETIME_UNKNOWN),
				 "a directive more makes nothing malformed");
}

/* Whatever was said: no storm, and no rest of a week. */
static void
require_schedule(int64_t lifetime, double chance)
{
	FetchTimes	times = {0};

	schedule_success(&times, NOW * SECOND, lifetime, COOLDOWN, chance);
	FUZZ_REQUIRE(times.next_fetch_at >= (NOW + COOLDOWN) * SECOND &&
				 times.next_fetch_at <= times.expires_at &&
				 times.expires_at <= (NOW + SCHEDULE_MAX_LIFETIME) * SECOND,
				 "a fetch comes after the cooldown and within a day");
}

void
fuzz_one(Slice input)
{
	Slice		rest = input;
	Slice		cache_control = take_header(&rest);
	Slice		expires = take_header(&rest);
	Slice		age = take_header(&rest);
	Slice		none = {NULL, 0};
	int64_t		lifetime = said(cache_control, expires, age);

	FUZZ_REQUIRE(lifetime <= said(cache_control, expires, none), "an age makes nothing younger");
	FUZZ_REQUIRE((lifetime == LIFETIME_UNKNOWN) == (said(cache_control, expires,
														 none) == LIFETIME_UNKNOWN),
				 "an age makes nothing unknown");
	if (cache_control.data != NULL)
		require_directives(cache_control, expires, age, lifetime);
	require_schedule(lifetime, input.len % 10 / 10.0);
}
