/* SPDX-License-Identifier: PostgreSQL */
/*
 * fuzz.h: what a fuzzing harness is made of.  Each fuzz_*.c defines the two
 * functions below; driver.c calls them for libFuzzer.
 *
 * Memory: palloc() is arena.c's, which frees everything after each input, so
 * that a use after free, a read behind a buffer and a leak of OpenSSL's show.
 */
#ifndef HERM_FUZZ_H
#define HERM_FUZZ_H

#include "jose/jose.h"

/* Once, before the first input; what it pallocs stays. */
extern void fuzz_prepare(void);

/* One input, which is as long as its buffer. */
extern void fuzz_one(Slice input);

/* Ends the program with the rule that was broken. */
#define FUZZ_REQUIRE(condition, rule) \
	((condition) ? (void) 0 : fuzz_fail(__FILE__, __LINE__, (rule)))

extern void fuzz_fail(const char *file, int line, const char *rule)
			__attribute__((noreturn));

/* The part of a text before its first line break, which is cut off with it. */
extern Slice fuzz_take_line(Slice *rest);

/*
 * A token that an input stands for: the input itself or, if it is three lines
 * that begin with a brace, header, payload and signature before base64url.
 */
extern Slice fuzz_token(Slice input);

/* The bytes in a block of their own size, so that a read behind them shows. */
extern Slice fuzz_exact(Slice bytes);

/* Whether the bytes are UTF-8 without a zero, as every string out of JSON is. */
extern bool fuzz_is_text(Slice bytes);

/* A published example of test/vectors. */
typedef struct FuzzVector
{
	const JsonNode *jwk;
	JoseKey    *key;			/* the public half, or the secret */
	Slice		token;
} FuzzVector;

#define FUZZ_VECTOR_MAX 64

/* Reads all of test/vectors; gives their number. */
extern int	fuzz_vectors_read(FuzzVector *vectors);

/* arena.c: frees what has been palloc'd since the start or the last call; or keeps it. */
extern void arena_free(void);
extern void arena_keep(void);

#endif							/* HERM_FUZZ_H */
