/* SPDX-License-Identifier: PostgreSQL */
/*
 * cache.c: a small table of verified tokens; the least recently used one leaves.
 */
#include "compat.h"

#include "common/hashfn.h"
#include "utils/memutils.h"

#include "session/cache.h"
#include "settings.h"

#define BUCKETS 256				/* a power of two */

/* The end of a token is its signature: no other part is as good a hash.  One round of it. */
#define HASHED_BYTES 12

/* 24 bytes in base64url: more than anybody guesses. */
#define SECRET_BYTES 32

/* Bytes; an entry of an ordinary token takes a quarter of it.  Larger ones are not kept. */
#define ENTRY_MAX (64 * 1024)

static dlist_head buckets[BUCKETS];
static dlist_head by_use = DLIST_STATIC_INIT(by_use);
static int	count;

static uint32_t
hash_of(Slice token, Slice role)
{
	size_t		len = Min(token.len, HASHED_BYTES);
	uint32_t	hash = hash_bytes((const unsigned char *) token.data + token.len - len, (int) len);

	if (role.len > 0)
		hash = hash_combine(hash, hash_bytes((const unsigned char *) role.data, (int) role.len));
	return hash;
}

/*
 * All bytes count.  The last ones, which belong to the signature, are compared
 * in constant time: who learned all others from the time that this takes would
 * still not have the token.
 */
static bool
is_same_token(Slice a, Slice b)
{
	size_t		secret = Min(a.len, SECRET_BYTES);
	size_t		rest = a.len - secret;

	return a.len == b.len && memcmp(a.data, b.data, rest) == 0 &&
		jose_secret_equals(slice_skip(a, rest), slice_skip(b, rest));
}

CachedToken *
token_cache_find(Slice token, Slice role)
{
	uint32_t	hash;
	dlist_iter	iter;

	if (count == 0 || settings.token_cache_size == 0)
		return NULL;
	hash = hash_of(token, role);
	dlist_foreach(iter, &buckets[hash % BUCKETS])
	{
		CachedToken *entry = dlist_container(CachedToken, by_hash, iter.cur);

		if (entry->hash == hash && is_same_token(entry->token, token) &&
			slice_equals(entry->role, role))
		{
			dlist_move_head(&by_use, &entry->by_use);
			entry->references++;
			return entry;
		}
	}
	return NULL;
}

void
token_cache_release(CachedToken *entry)
{
	if (--entry->references > 0)
		return;
	jose_secret_wipe(unconstify(char *, entry->token.data), entry->token.len);
	MemoryContextDelete(entry->context);
}

static void
forget(CachedToken *entry)
{
	dlist_delete(&entry->by_use);
	dlist_delete(&entry->by_hash);
	count--;
	token_cache_release(entry);
}

void
token_cache_add(CachedToken *entry)
{
	if (settings.token_cache_size > 0 &&
		MemoryContextMemAllocated(entry->context, true /* children as well */ ) <= ENTRY_MAX)
	{
		entry->hash = hash_of(entry->token, entry->role);
		dlist_push_head(&buckets[entry->hash % BUCKETS], &entry->by_hash);
		dlist_push_head(&by_use, &entry->by_use);
		entry->references++;
		count++;
	}
	while (count > settings.token_cache_size)
		forget(dlist_tail_element(CachedToken, by_use, &by_use));
}

void
token_cache_clear(void)
{
	while (count > 0)
		forget(dlist_tail_element(CachedToken, by_use, &by_use));
}
