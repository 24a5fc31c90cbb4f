/* SPDX-License-Identifier: PostgreSQL */
/*
 * contexts.h: included before all else when the library is built for `script/test memory`.
 *
 * A checker knows malloc and free, but a memory context cuts its chunks from large blocks, and a
 * deleted context of an ordinary size waits on a list to be used again.  With sizes like these,
 * chunks of more than 128 bytes come from malloc and go to free each by itself, and so does all
 * of a context that is deleted.
 */
#ifndef TEST_MEMORY_CONTEXTS_H
#define TEST_MEMORY_CONTEXTS_H

#include "postgres.h"

#include "utils/memutils.h"

#undef ALLOCSET_DEFAULT_SIZES
#undef ALLOCSET_SMALL_SIZES
#define ALLOCSET_DEFAULT_SIZES 1024, 1024, 1024
#define ALLOCSET_SMALL_SIZES ALLOCSET_DEFAULT_SIZES

#endif
