/* SPDX-License-Identifier: PostgreSQL */
/*
 * cache.h: verified tokens that this backend remembers.
 *
 * An entry is found by all bytes of its token and its requested role.  It says
 * that the signature was good and what the token holds; its times are judged
 * anew whenever it is used.  A refusal is never remembered.
 */
#ifndef HERM_SESSION_CACHE_H
#define HERM_SESSION_CACHE_H

#include "lib/ilist.h"

#include "session/session.h"

typedef struct CachedToken
{
	Session		session;
	Verification verification;
	MemoryContext context;		/* holds the entry and all that it points to */
	Slice		token;
	Slice		role;
	uint32_t	hash;
	int			references;		/* the cache's own and one for each user */
	dlist_node	by_use;			/* most recently used first */
	dlist_node	by_hash;
} CachedToken;

/* The entry for a token and role, with a reference for the caller; or NULL. */
extern CachedToken *token_cache_find(Slice token, Slice role);

/*
 * Takes a new entry, whose token, role, context and single reference, the
 * caller's, are set; the least recently used ones give way.
 */
extern void token_cache_add(CachedToken *entry);

/* Gives a reference back; the last one frees the entry. */
extern void token_cache_release(CachedToken *entry);

/* Forgets all entries: the keys have changed. */
extern void token_cache_clear(void);

#endif							/* HERM_SESSION_CACHE_H */
