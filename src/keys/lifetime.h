/* SPDX-License-Identifier: PostgreSQL */
/*
 * lifetime.h: how long a key set is good, by the headers that came with it
 * (HASURA-JWT 1.7; RFC 9111 sections 4.2 and 5).
 */
#ifndef HERM_KEYS_LIFETIME_H
#define HERM_KEYS_LIFETIME_H

#include <stdint.h>

#include "json/slice.h"

/* The headers of an answer that speak of its age; data is NULL without one. */
typedef struct FreshnessHeaders
{
	Slice		cache_control;
	Slice		expires;
	Slice		age;
} FreshnessHeaders;

#define LIFETIME_UNKNOWN (-1)

/* No answer is good for longer than these seconds, whatever it says. */
#define LIFETIME_SAID_MAX (INT64_C(366) * 24 * 3600)

/*
 * The seconds from now on that the answer is good for, 0 if it is to be asked for
 * anew each time, or LIFETIME_UNKNOWN.  now is in seconds since 1970.
 */
extern int64_t lifetime_said(const FreshnessHeaders *headers, int64_t now);

#endif							/* HERM_KEYS_LIFETIME_H */
