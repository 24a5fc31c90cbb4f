/* SPDX-License-Identifier: PostgreSQL */
/*
 * store_text.h: key sets as the text of the file that keeps them: one line with a
 * checksum, then a JSON array.
 *
 * In:    key sets and their times; or a text, whole or damaged.
 * Out:   a text; or key sets, which nobody has judged yet.
 * Never: reads or writes a file; gives a set of a text whose checksum is wrong.
 *
 *		store_text_begin(&out);
 *		store_text_append(&out, &source, text);
 *		store_text_end(&out);
 */
#ifndef HERM_KEYS_STORE_TEXT_H
#define HERM_KEYS_STORE_TEXT_H

#include "lib/stringinfo.h"

#include "keys/store.h"

/* To be called for an empty out, for each set, and in the end. */
extern void store_text_begin(StringInfo out);
extern void store_text_append(StringInfo out, const KeySource *source, Slice text);
extern void store_text_end(StringInfo out);

/* Takes one set: its URL, validators, times and number of keys; the rest of kept is zero. */
typedef void (*StoreTextTaker) (const KeySource *kept, Slice text);

/*
 * Gives all sets of a text to take, and returns NULL; or in words what is wrong with it:
 * then take may have got those that stand before the one that is.
 */
extern const char *store_text_read(Slice text, StoreTextTaker take);

#endif							/* HERM_KEYS_STORE_TEXT_H */
