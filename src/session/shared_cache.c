/* SPDX-License-Identifier: PostgreSQL */
/*
 * shared_cache.c: a table of tags in buckets, each with a spinlock of its own.
 *
 * In a bucket the rule is SIEVE: a tag that was asked for since the hand last
 * passed stays, the first other one leaves.
 */
#include "compat.h"

#include "storage/spin.h"

#include "keys/shared_memory.h"
#include "session/shared_cache.h"
#include "settings.h"

/* With these a bucket has the size of two cache lines. */
#define WAYS 7

typedef struct Bucket
{
	slock_t		mutex;
	uint8_t		hand;
	uint8_t		asked_for;		/* a bit a way, since the hand last passed */
	JoseTag		ways[WAYS];		/* all zero: none */
} Bucket;

typedef struct SharedCache
{
	unsigned char secret[JOSE_MEMORY_SECRET_SIZE];
	uint32_t	bucket_count;
	Bucket		buckets[FLEXIBLE_ARRAY_MEMBER];
} SharedCache;

static SharedCache *cache;

static uint32_t
bucket_count(void)
{
	return (settings.shared_cache_size + WAYS - 1) / WAYS;
}

/* Makes a tag of nothing, so that processes find ready what OpenSSL keeps for the next. */
static void
prepare_tags(void)
{
	const JoseMemory *memory = shared_cache();
	UnverifiedToken nothing = {
		.untrusted_algorithm = jose_algorithm_at(0),
		.signing_input = slice_make("", 0),
		.signature = slice_make("", 0),
	};
	JoseTag		ignored;

	/* who can make none cannot make any other, and remembers nothing */
	if (memory == NULL ||
		jose_memory_tag(memory, nothing.signature, &nothing, &ignored) != JOSE_OK)
		cache->bucket_count = 0;
}

static void
make_cache(void *area)
{
	SharedCache *made = area;

	/* without a secret nothing is remembered */
	if (!pg_strong_random(made->secret, sizeof(made->secret)))
		return;
	made->bucket_count = bucket_count();
	for (uint32_t i = 0; i < made->bucket_count; i++)
		SpinLockInit(&made->buckets[i].mutex);
	cache = made;
	prepare_tags();
}

void
shared_cache_request(void)
{
	static SharedArea area = {
		.name = "herm_jwt shared cache",
		.address = (void **) &cache,
		.make = make_cache,
	};

	if (settings.shared_cache_size == 0)
		return;
	area.size = offsetof(SharedCache, buckets) + bucket_count() * sizeof(Bucket);
	shared_memory_request(&area);
}

static Bucket *
bucket_of(const JoseTag *tag)
{
	return &cache->buckets[tag->words[0] % cache->bucket_count];
}

/* The way of a tag, or WAYS. */
static int
find_way(const Bucket *bucket, const JoseTag *tag)
{
	int			way = 0;

	while (way < WAYS && memcmp(&bucket->ways[way], tag, sizeof(*tag)) != 0)
		way++;
	return way;
}

static bool
recall(const JoseTag *tag)
{
	Bucket	   *bucket = bucket_of(tag);
	int			way;

	SpinLockAcquire(&bucket->mutex);
	way = find_way(bucket, tag);
	if (way < WAYS)
		bucket->asked_for |= 1 << way;
	SpinLockRelease(&bucket->mutex);
	return way < WAYS;
}

static void
advance(Bucket *bucket)
{
	bucket->hand = (bucket->hand + 1) % WAYS;
}

static void
remember(const JoseTag *tag)
{
	Bucket	   *bucket = bucket_of(tag);

	SpinLockAcquire(&bucket->mutex);
	if (find_way(bucket, tag) == WAYS)
	{
		while ((bucket->asked_for & (1 << bucket->hand)) != 0)
		{
			bucket->asked_for &= ~(1 << bucket->hand);
			advance(bucket);
		}
		bucket->ways[bucket->hand] = *tag;
		advance(bucket);
	}
	SpinLockRelease(&bucket->mutex);
}

const JoseMemory *
shared_cache(void)
{
	static JoseMemory memory = {.recall = recall,.remember = remember};

	if (cache == NULL || cache->bucket_count == 0)
		return NULL;
	memory.secret = cache->secret;
	return &memory;
}
