/* SPDX-License-Identifier: PostgreSQL */
/*
 * schedule.c: when to fetch next.
 */
#include "compat.h"

#include "hasura/numeric_date.h"
#include "keys/lifetime.h"
#include "keys/schedule.h"

/* Ahead of expiry, and not all servers of a provider's customers in the same second. */
#define EARLIEST 0.8
#define LATEST 0.9

static int64_t
share_of(int64_t span, double from, double to, double chance)
{
	return (int64_t) (span * (from + (to - from) * chance));
}

void
schedule_success(FetchTimes *times, int64_t now, int64_t lifetime, int cooldown, double chance)
{
	int64_t		least = cooldown * MICROSECONDS;

	if (lifetime == LIFETIME_UNKNOWN)
		lifetime = SCHEDULE_DEFAULT_LIFETIME;
	lifetime = Min(lifetime, SCHEDULE_MAX_LIFETIME) * MICROSECONDS;
	lifetime = Max(lifetime, least);
	times->fetched_at = now;
	times->expires_at = now + lifetime;
	times->next_fetch_at = now + Max(share_of(lifetime, EARLIEST, LATEST, chance), least);
	times->refetch_from = now + least;
	times->failures = 0;
}

void
schedule_failure(FetchTimes *times, int64_t now, int cooldown, double chance)
{
	int64_t		delay = SCHEDULE_MAX_DELAY;

	schedule_correct(times, now);
	if (times->failures < 30)
		delay = Min(INT64_C(1) << times->failures, SCHEDULE_MAX_DELAY);
	times->failures++;
	times->next_fetch_at = now + share_of(delay * MICROSECONDS, 0.75, 1.25, chance);
	times->refetch_from = now + cooldown * MICROSECONDS;
}

/* A time that lies further ahead than it can was set by a clock that has been put back. */
static bool
has_come(int64_t time, int64_t now, int64_t furthest)
{
	return now >= time || time - now > furthest * MICROSECONDS;
}

bool
schedule_is_due(const FetchTimes *times, int64_t now)
{
	return has_come(times->next_fetch_at, now, SCHEDULE_MAX_LIFETIME);
}

bool
schedule_may_refetch(const FetchTimes *times, int64_t now, int cooldown)
{
	return has_come(times->refetch_from, now, cooldown);
}

bool
schedule_is_stale(const FetchTimes *times, int64_t now, int stale_after)
{
	return stale_after > 0 && times->fetched_at != 0 &&
		now >= times->expires_at + stale_after * MICROSECONDS;
}

void
schedule_correct(FetchTimes *times, int64_t now)
{
	times->fetched_at = Min(times->fetched_at, now);
	times->expires_at = Min(times->expires_at, now + SCHEDULE_MAX_LIFETIME * MICROSECONDS);
}
