/* SPDX-License-Identifier: PostgreSQL */
/*
 * stats.h: how many tokens were verified, found in a cache, or refused, and at
 * which step; counted by all backends since the server's start.
 *
 * Without preloading there is no place for them, and nothing is counted.
 */
#ifndef HERM_SESSION_STATS_H
#define HERM_SESSION_STATS_H

#include "port/atomics.h"

#include "hasura/checks.h"

typedef struct SessionStats
{
	pg_atomic_uint64 verified;	/* by a signature */
	pg_atomic_uint64 cache_hits;	/* remembered by the backend itself */
	pg_atomic_uint64 shared_hits;	/* found good by another one */
	pg_atomic_uint64 refused[CHECK_STEP_COUNT];
} SessionStats;

/* Asks the server for the shared memory; while the library is preloaded. */
extern void stats_request(void);

/* NULL if nothing is counted. */
extern SessionStats *stats_shared(void);

extern void stats_count_verified(void);
extern void stats_count_cache_hit(void);
extern void stats_count_shared_hit(void);
extern void stats_count_refused(CheckStep step);

#endif							/* HERM_SESSION_STATS_H */
