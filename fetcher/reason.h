/* SPDX-License-Identifier: PostgreSQL */
/*
 * reason.h: why there is no answer, as one line for people.
 */
#ifndef HERM_FETCHER_REASON_H
#define HERM_FETCHER_REASON_H

#include <stdbool.h>

typedef struct Reason
{
	char		text[256];
} Reason;

/*
 * Writes the reason, cut where it gets too long, with a question mark in the place of each byte
 * that is not printable ASCII.  Gives false, so that one can return it.  Nobody may pass it an
 * address (it may hold a password), or a text of the server that is not needed.
 */
extern bool reason_set(Reason *reason, const char *format,...)
			__attribute__((format(printf, 2, 3)));

#endif							/* HERM_FETCHER_REASON_H */
