/* SPDX-License-Identifier: PostgreSQL */
/*
 * test_schedule.c: when a URL is asked next, and until when its set is used.
 */
#include "compat.h"

#include "check.h"
#include "keys/lifetime.h"
#include "keys/schedule.h"

#define SECOND INT64_C(1000000)
#define DAY (24 * 3600 * SECOND)

/* Some time of the server's clock, and a cooldown. */
#define NOW (INT64_C(800000000) * SECOND)
#define COOLDOWN 30

/* The ends and the middle of what chance() may give. */
#define LOWEST 0.0
#define MIDDLE 0.5
#define HIGHEST 0.999999

static FetchTimes
succeed(int64_t lifetime, int cooldown, double chance)
{
	FetchTimes	times = {.failures = 7};

	schedule_success(&times, NOW, lifetime, cooldown, chance);
	return times;
}

/* ---- success ---- */

/* What a lifetime becomes: the seconds to expiry, and to the next fetch at chance's ends. */
typedef struct SuccessCase
{
	const char *name;
	int64_t		lifetime;
	int			expires;
	int			earliest;
	int			latest;
} SuccessCase;

static const SuccessCase successes[] = {
	{"nothing said: an hour", LIFETIME_UNKNOWN, 3600, 2880, 3240},
	{"an hour", 3600, 3600, 2880, 3240},
	{"an hour and a second", 3601, 3601, 2880, 3241},
	{"not to be kept: the cooldown", 0, 30, 30, 30},
	{"a second", 1, 30, 30, 30},
	{"below the cooldown", 29, 30, 30, 30},
	{"as long as the cooldown", 30, 30, 30, 30},
	{"above it, but not nine tenths of it", 33, 33, 30, 30},
	{"above it with nine tenths", 35, 35, 30, 32},
	{"above it with eight tenths", 40, 40, 32, 36},
	{"below a day", 86399, 86399, 69119, 77760},
	{"a day", 86400, 86400, 69120, 77760},
	{"above a day", 86401, 86400, 69120, 77760},
	{"as long as any answer", LIFETIME_SAID_MAX, 86400, 69120, 77760},
	{"as long as a number can be", INT64_MAX, 86400, 69120, 77760},
};

static bool
is_between(int64_t time, int64_t earliest, int64_t latest)
{
	return time >= NOW + earliest * SECOND && time <= NOW + latest * SECOND;
}

static void
test_success(void)
{
	for (int i = 0; i < COUNT_OF(successes); i++)
	{
		const SuccessCase *c = &successes[i];
		FetchTimes	low = succeed(c->lifetime, COOLDOWN, LOWEST);
		FetchTimes	high = succeed(c->lifetime, COOLDOWN, HIGHEST);

		CHECK(low.expires_at == NOW + c->expires * SECOND && high.expires_at == low.expires_at,
			  "%s: when it expires", c->name);
		CHECK(is_between(low.next_fetch_at, c->earliest, c->earliest + 1), "%s: not before that",
			  c->name);
		CHECK(is_between(high.next_fetch_at, c->latest - 1, c->latest), "%s: not after that",
			  c->name);
		CHECK(low.fetched_at == NOW && low.refetch_from == NOW + COOLDOWN * SECOND &&
			  low.failures == 0,
			  "%s: and all failures are forgotten", c->name);
	}
}

/* To the microsecond. */
static void
test_jitter(void)
{
	CHECK(succeed(3600, COOLDOWN, LOWEST).next_fetch_at == NOW + 2880 * SECOND,
		  "the first moment is at 80 %%");
	CHECK(succeed(3600, COOLDOWN, MIDDLE).next_fetch_at == NOW + 3060 * SECOND,
		  "the middle is at 85 %%");
	CHECK(succeed(3600, COOLDOWN, HIGHEST).next_fetch_at < NOW + 3240 * SECOND &&
		  succeed(3600, COOLDOWN, HIGHEST).next_fetch_at > NOW + 3239 * SECOND,
		  "the last one is before 90 %%");
}

/* Whatever the cooldown: never a storm, never later than the set is good. */
static void
test_bounds(void)
{
	static const int cooldowns[] = {1, 2, 30, 60, 3599, 3600};
	static const int64_t lifetimes[] = {
		LIFETIME_UNKNOWN, 0, 1, 2, 29, 30, 37, 38, 3600, 4000, 86400, 86401, LIFETIME_SAID_MAX,
		INT64_MAX,
	};
	static const double chances[] = {LOWEST, MIDDLE, HIGHEST};
	int			wrong = 0;

	for (int i = 0; i < COUNT_OF(cooldowns) * COUNT_OF(lifetimes) * COUNT_OF(chances); i++)
	{
		int			cooldown = cooldowns[i % COUNT_OF(cooldowns)];
		int64_t		lifetime = lifetimes[i / COUNT_OF(cooldowns) % COUNT_OF(lifetimes)];
		FetchTimes	times = succeed(lifetime, cooldown,
									chances[i / COUNT_OF(cooldowns) / COUNT_OF(lifetimes)]);

		wrong += times.next_fetch_at < NOW + cooldown * SECOND ||
			times.next_fetch_at > times.expires_at ||
			times.expires_at < NOW + cooldown * SECOND || times.expires_at > NOW + DAY ||
			times.refetch_from != NOW + cooldown * SECOND;
	}
	CHECK(wrong == 0, "the next fetch is between the cooldown and expiry, and that within a day");
}

/* ---- failure ---- */

/* The delays to the cap, in seconds. */
static const int delays[] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300};

/* The time to the next fetch after that many failures before. */
static int64_t
delay_after(int failures, double chance)
{
	FetchTimes	times = {.failures = failures};

	schedule_failure(&times, NOW, COOLDOWN, chance);
	return times.next_fetch_at - NOW;
}

static void
test_delays(void)
{
	for (int i = 0; i < COUNT_OF(delays); i++)
	{
		int64_t		delay = delays[i] * SECOND;

		CHECK(delay_after(i, LOWEST) == delay * 3 / 4, "failure %d: at least 0.75 times %d s",
			  i + 1, delays[i]);
		CHECK(delay_after(i, MIDDLE) == delay, "failure %d: %d s in the middle", i + 1, delays[i]);
		CHECK(delay_after(i, HIGHEST) < delay * 5 / 4 &&
			  delay_after(i, HIGHEST) > delay * 5 / 4 - SECOND / 1000,
			  "failure %d: below 1.25 times %d s", i + 1, delays[i]);
	}
}

/* Days without the provider: no power of two comes back as a short or negative delay. */
static void
test_many_failures(void)
{
	FetchTimes	times = {.failures = 0};
	int			wrong = 0;

	for (int i = 0; i < 10000; i++)
	{
		schedule_failure(&times, NOW, COOLDOWN, i % 2 == 0 ? LOWEST : HIGHEST);
		wrong += i >= 9 && !is_between(times.next_fetch_at, 225, 375);
	}
	CHECK(wrong == 0 && times.failures == 10000,
		  "ten thousand failures later it is still five minutes");
	CHECK(delay_after(INT_MAX - 1, MIDDLE) == 300 * SECOND, "and after as many as can be counted");
}

static void
test_failure(void)
{
	FetchTimes	times = succeed(3600, COOLDOWN, MIDDLE);
	int64_t		later = NOW + 3060 * SECOND;

	schedule_failure(&times, later, COOLDOWN, MIDDLE);
	CHECK(times.fetched_at == NOW && times.expires_at == NOW + 3600 * SECOND,
		  "a failure leaves the set's times");
	CHECK(times.failures == 1 && times.next_fetch_at == later + SECOND,
		  "and is repeated after a second");
	CHECK(times.refetch_from == later + COOLDOWN * SECOND, "but not for an unknown key");
	schedule_success(&times, later + SECOND, 3600, COOLDOWN, MIDDLE);
	schedule_failure(&times, later + 2 * SECOND, COOLDOWN, MIDDLE);
	CHECK(times.failures == 1 && times.next_fetch_at == later + 3 * SECOND,
		  "after a success it begins anew");
}

/* ---- what is due ---- */

static void
test_due(void)
{
	FetchTimes	fresh = {.failures = 0};
	FetchTimes	times = succeed(3600, COOLDOWN, MIDDLE);

	CHECK(schedule_is_due(&fresh, NOW) && schedule_may_refetch(&fresh, NOW, COOLDOWN),
		  "a new URL is due at once");
	CHECK(!schedule_is_due(&times, times.next_fetch_at - 1), "a fetch is not due before its time");
	CHECK(schedule_is_due(&times, times.next_fetch_at), "but then");
	CHECK(schedule_is_due(&times, NOW + 1000 * DAY), "and long after it");
	CHECK(!schedule_may_refetch(&times, NOW, COOLDOWN), "an unknown key asks for nothing at once");
	CHECK(!schedule_may_refetch(&times, times.refetch_from - 1, COOLDOWN),
		  "nor before the cooldown is over");
	CHECK(schedule_may_refetch(&times, times.refetch_from, COOLDOWN), "but then");
}

/* ---- how old is too old ---- */

static void
test_stale(void)
{
	FetchTimes	times = succeed(3600, COOLDOWN, MIDDLE);
	FetchTimes	never = {.failures = 3};

	CHECK(!schedule_is_stale(&times, times.expires_at, 60), "an expired set is used for a while");
	CHECK(!schedule_is_stale(&times, times.expires_at + 60 * SECOND - 1, 60),
		  "to the last microsecond");
	CHECK(schedule_is_stale(&times, times.expires_at + 60 * SECOND, 60), "and no longer");
	CHECK(!schedule_is_stale(&times, times.expires_at - 1, 1),
		  "a set that has not expired is used");
	CHECK(!schedule_is_stale(&times, NOW + 100000 * DAY, 0), "0 uses it for ever");
	CHECK(!schedule_is_stale(&times, NOW + 1000 * DAY, INT_MAX), "as do many years");
	CHECK(schedule_is_stale(&times, NOW + 100000 * DAY, INT_MAX), "if not quite");
	CHECK(!schedule_is_stale(&never, NOW, 60), "where nothing has come, nothing is old");
}

/* ---- a clock that is put back ---- */

static void
test_clock(void)
{
	FetchTimes	times = succeed(86400, COOLDOWN, MIDDLE);
	int64_t		year_before = NOW - 365 * DAY;

	CHECK(!schedule_is_due(&times, times.next_fetch_at - DAY), "a fetch may be a day away");
	CHECK(schedule_is_due(&times, times.next_fetch_at - DAY - 1),
		  "and no more, or the clock was put back");
	CHECK(schedule_is_due(&times, year_before), "as far as it likes");
	CHECK(!schedule_may_refetch(&times, NOW, COOLDOWN),
		  "an unknown key may have to wait for the cooldown");
	CHECK(schedule_may_refetch(&times, NOW - 1, COOLDOWN),
		  "and no longer, or the clock was put back");
	CHECK(schedule_may_refetch(&times, NOW, COOLDOWN - 1), "or the cooldown made shorter");
	CHECK(!schedule_is_stale(&times, year_before, 60), "what is of tomorrow is not too old");

	schedule_failure(&times, year_before, COOLDOWN, MIDDLE);
	CHECK(times.fetched_at == year_before && times.expires_at == year_before + DAY,
		  "a failure then brings the set's times down");
	CHECK(!schedule_is_due(&times, year_before) && schedule_is_due(&times, year_before + SECOND),
		  "and is repeated after a second");
	schedule_failure(&times, year_before + 3600 * SECOND, COOLDOWN, MIDDLE);
	CHECK(times.expires_at == year_before + DAY, "but once");
	CHECK(schedule_is_stale(&times, year_before + DAY + 60 * SECOND, 60),
		  "so that the set does become too old");
}

static void
test_correct(void)
{
	FetchTimes	good = succeed(86400, COOLDOWN, MIDDLE);
	FetchTimes	times = good;
	FetchTimes	extreme = {.failures = 0};

	schedule_correct(&times, NOW);
	CHECK(times.fetched_at == good.fetched_at && times.expires_at == good.expires_at,
		  "possible times stay");
	schedule_correct(&times, NOW - 1);
	CHECK(times.fetched_at == NOW - 1 && times.expires_at == NOW - 1 + DAY,
		  "impossible ones come down");
	extreme.fetched_at = extreme.expires_at = INT64_MAX;
	schedule_correct(&extreme, NOW);
	CHECK(extreme.fetched_at == NOW && extreme.expires_at == NOW + DAY, "from any height");
	extreme.fetched_at = extreme.expires_at = INT64_MIN;
	schedule_correct(&extreme, NOW);
	CHECK(schedule_is_stale(&extreme, NOW, INT_MAX), "very old ones are too old");
}

int
main(void)
{
	test_success();
	test_jitter();
	test_bounds();
	test_delays();
	test_many_failures();
	test_failure();
	test_due();
	test_stale();
	test_clock();
	test_correct();
	return check_done();
}
