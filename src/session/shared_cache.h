/* SPDX-License-Identifier: PostgreSQL */
/*
 * shared_cache.h: signatures that some backend of the server has found good.
 *
 * It holds tags (jose/memory.h), never a token or anything that could be read
 * from one; a hit replaces the signature check only.  Its secret is made anew at
 * each start of the server.
 */
#ifndef HERM_SESSION_SHARED_CACHE_H
#define HERM_SESSION_SHARED_CACHE_H

#include "jose/memory.h"

/* Asks the server for the shared memory; while the library is preloaded. */
extern void shared_cache_request(void);

/* The memory for a Verification; NULL without preloading or with size 0. */
extern const JoseMemory *shared_cache(void);

#endif							/* HERM_SESSION_SHARED_CACHE_H */
