/* SPDX-License-Identifier: PostgreSQL */
/*
 * numeric_date.h: NumericDate (RFC 7519 section 2), exact to the microsecond.
 */
#ifndef HERM_HASURA_NUMERIC_DATE_H
#define HERM_HASURA_NUMERIC_DATE_H

#include <stdint.h>

#include "json/slice.h"

/* Microseconds; far from the limits of int64, so that a skew can be added. */
#define NUMERIC_DATE_MAX INT64_C(1000000000000000000)

#define MICROSECONDS INT64_C(1000000)

/*
 * The microseconds of a number of seconds in JSON's notation, rounded up, and
 * held within NUMERIC_DATE_MAX of zero.  Rounding up keeps every comparison
 * with a clock of whole microseconds exact: for such a clock, "now < x" and
 * "x <= now" have the same answer for x and for the next whole microsecond.
 */
extern int64_t numeric_date_parse(Slice number);

#endif							/* HERM_HASURA_NUMERIC_DATE_H */
