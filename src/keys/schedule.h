/* SPDX-License-Identifier: PostgreSQL */
/*
 * schedule.h: when a URL is asked for its key set, and until when the set is used.
 *
 * In:    the time, what became of the last fetch, limits, chance.
 * Out:   the times that follow.
 * Never: reads a clock or a setting.
 * Rules: docs/operations.md, "When keys are fetched".
 *
 * All times are in microseconds of one clock; 0 means never.
 */
#ifndef HERM_KEYS_SCHEDULE_H
#define HERM_KEYS_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct FetchTimes
{
	int64_t		fetched_at;		/* when the URL last confirmed the set in use */
	int64_t		expires_at;		/* until when that is good, by its headers and our bounds */
	int64_t		next_fetch_at;
	int64_t		refetch_from;	/* before that, an unknown key asks for nothing */
	int			failures;		/* since the last good answer */
} FetchTimes;

/* A set whose headers say nothing is good for an hour; none for more than a day. */
#define SCHEDULE_DEFAULT_LIFETIME 3600
#define SCHEDULE_MAX_LIFETIME (24 * 3600)

/* Between failed fetches pass 1 s, 2 s, 4 s ... up to five minutes. */
#define SCHEDULE_MAX_DELAY 300

/*
 * A good answer has come.  lifetime is lifetime_said(), cooldown in seconds the least
 * time between two fetches, chance a number from 0 to below 1.
 */
extern void schedule_success(FetchTimes *times, int64_t now, int64_t lifetime, int cooldown,
							 double chance);

/* A fetch has failed. */
extern void schedule_failure(FetchTimes *times, int64_t now, int cooldown, double chance);

/*
 * Whether it is time for the next fetch, or for one that an unknown key asks for.  The
 * clock may have been put back: then neither is later than if all had begun now.
 */
extern bool schedule_is_due(const FetchTimes *times, int64_t now);
extern bool schedule_may_refetch(const FetchTimes *times, int64_t now, int cooldown);

/* Whether the set has become too old to be used; stale_after in seconds, 0: it never does. */
extern bool schedule_is_stale(const FetchTimes *times, int64_t now, int stale_after);

/* Brings the times of the set in use down to what is possible now, whatever clock they are of. */
extern void schedule_correct(FetchTimes *times, int64_t now);

#endif							/* HERM_KEYS_SCHEDULE_H */
