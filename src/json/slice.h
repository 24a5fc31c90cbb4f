/* SPDX-License-Identifier: PostgreSQL */
/*
 * slice.h: bytes and how many there are, together.
 *
 * Whatever comes from outside travels as a Slice; nothing of it needs a
 * terminating zero, and nobody calls strlen() on it.
 */
#ifndef HERM_JSON_SLICE_H
#define HERM_JSON_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

typedef struct Slice
{
	const char *data;
	size_t		len;
} Slice;

/* A Slice over a string literal, usable in a constant table. */
#define SLICE_LITERAL(text) {(text), sizeof(text) - 1}

static inline Slice
slice_make(const char *data, size_t len)
{
	Slice		slice = {data, len};

	return slice;
}

/* Only for text that the program itself wrote. */
static inline Slice
slice_cstring(const char *text)
{
	return slice_make(text, strlen(text));
}

/* The first byte decides for most names, without a call. */
static inline bool
slice_equals(Slice a, Slice b)
{
	return a.len == b.len &&
		(a.len == 0 || (a.data[0] == b.data[0] && memcmp(a.data, b.data, a.len) == 0));
}

static inline bool
slice_equals_cstring(Slice slice, const char *text)
{
	return slice_equals(slice, slice_cstring(text));
}

static inline bool
slice_starts_with(Slice slice, const char *prefix)
{
	size_t		len = strlen(prefix);

	return slice.len >= len && memcmp(slice.data, prefix, len) == 0;
}

/* The rest of a slice after its first bytes; skip must not exceed its length. */
static inline Slice
slice_skip(Slice slice, size_t skip)
{
	return slice_make(slice.data + skip, slice.len - skip);
}

#endif							/* HERM_JSON_SLICE_H */
