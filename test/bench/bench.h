/* SPDX-License-Identifier: PostgreSQL */
/*
 * bench.h: loops over tokens, timed by the processor time of this process.
 *
 * A loop's time is that of all its steps together, divided by their number: the
 * clock is read twice a loop.
 */
#ifndef HERM_BENCH_H
#define HERM_BENCH_H

#include "postgres.h"

#include "fmgr.h"

typedef struct Loop
{
	Datum	   *tokens;			/* text; NULL if the steps need none */
	int			count;
	void	   *state;			/* of the steps */
	MemoryContext scratch;		/* emptied after each step, as an executor does a row's */
} Loop;

typedef void (*LoopStep) (const Loop *loop, int i);

/* A loop over the tokens of an argument, text[]. */
extern Loop loop_over_tokens(FunctionCallInfo fcinfo, int argument, void *state);

/* A loop of a number of steps, given as an argument, integer. */
extern Loop loop_of_count(FunctionCallInfo fcinfo, int argument, void *state);

/* Nanoseconds of processor time a step. */
extern double loop_run(const Loop *loop, LoopStep step);

#endif							/* HERM_BENCH_H */
