/* SPDX-License-Identifier: PostgreSQL */
/*
 * shared_memory.h: asking the server for an area of its shared memory, with a
 * lock.  There is one only if the library was preloaded.
 */
#ifndef HERM_KEYS_SHARED_MEMORY_H
#define HERM_KEYS_SHARED_MEMORY_H

#include "storage/lwlock.h"

typedef struct SharedArea
{
	const char *name;
	Size		size;
	void	  **address;		/* where to put where it is; NULL until then */
	LWLock	  **lock;			/* likewise its lock; NULL: it needs none */
	void		(*make) (void *area);	/* fills in a new one, which is all zero */
} SharedArea;

/* At most this many may be asked for. */
#define SHARED_AREAS_MAX 4

/* To be called while the library is preloaded; the area's description must stay. */
extern void shared_memory_request(const SharedArea *area);

#endif							/* HERM_KEYS_SHARED_MEMORY_H */
