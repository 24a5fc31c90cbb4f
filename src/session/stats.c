/* SPDX-License-Identifier: PostgreSQL */
/*
 * stats.c: counters in shared memory, without a lock.
 */
#include "compat.h"

#include "keys/shared_memory.h"
#include "session/stats.h"

static SessionStats *stats;

static void
make_stats(void *area)
{
	SessionStats *made = area;

	pg_atomic_init_u64(&made->verified, 0);
	pg_atomic_init_u64(&made->cache_hits, 0);
	pg_atomic_init_u64(&made->shared_hits, 0);
	for (int step = 0; step < CHECK_STEP_COUNT; step++)
		pg_atomic_init_u64(&made->refused[step], 0);
}

void
stats_request(void)
{
	static const SharedArea area = {
		.name = "herm_jwt stats",
		.size = sizeof(SessionStats),
		.address = (void **) &stats,
		.make = make_stats,
	};

	shared_memory_request(&area);
}

SessionStats *
stats_shared(void)
{
	return stats;
}

static inline void
count(pg_atomic_uint64 * counter)
{
	pg_atomic_fetch_add_u64(counter, 1);
}

void
stats_count_verified(void)
{
	if (stats != NULL)
		count(&stats->verified);
}

void
stats_count_cache_hit(void)
{
	if (stats != NULL)
		count(&stats->cache_hits);
}

void
stats_count_shared_hit(void)
{
	if (stats != NULL)
		count(&stats->shared_hits);
}

void
stats_count_refused(CheckStep step)
{
	if (stats != NULL)
		count(&stats->refused[step]);
}
