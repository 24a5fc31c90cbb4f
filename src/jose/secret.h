/* SPDX-License-Identifier: PostgreSQL */
/*
 * secret.h: the one helper that compares secrets and the one that wipes them.
 */
#ifndef HERM_JOSE_SECRET_H
#define HERM_JOSE_SECRET_H

#include "json/slice.h"

/* Whether both hold the same bytes; takes equally long wherever they differ. */
extern bool jose_secret_equals(Slice a, Slice b);

/* Overwrites the bytes in a way that the compiler cannot leave out. */
extern void jose_secret_wipe(void *data, size_t len);

#endif							/* HERM_JOSE_SECRET_H */
