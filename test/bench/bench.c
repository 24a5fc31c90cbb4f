/* SPDX-License-Identifier: PostgreSQL */
/*
 * bench.c: what the SQL of this folder cannot time by itself (bench.sql declares
 * and explains each function).
 */
#include "bench.h"

#include <time.h>

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(bench_set_tokens);
PG_FUNCTION_INFO_V1(bench_sessions);
PG_FUNCTION_INFO_V1(bench_calls);
PG_FUNCTION_INFO_V1(bench_statement_clock);
PG_FUNCTION_INFO_V1(bench_hits);
PG_FUNCTION_INFO_V1(bench_statement);
PG_FUNCTION_INFO_V1(bench_statements);
PG_FUNCTION_INFO_V1(bench_elapsed);
PG_FUNCTION_INFO_V1(bench_first);
PG_FUNCTION_INFO_V1(bench_cpu);

/* ---- the clock and the loop ---- */

static double
cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return now.tv_sec * 1e9 + now.tv_nsec;
}

static Loop
make_loop(Datum *tokens, int count, void *state)
{
	Loop		loop = {
		.tokens = tokens,
		.count = count,
		.state = state,
		.scratch = AllocSetContextCreate(CurrentMemoryContext, "bench", ALLOCSET_DEFAULT_SIZES),
	};

	if (count < 1)
		elog(ERROR, "a loop needs a step");
	return loop;
}

Loop
loop_over_tokens(FunctionCallInfo fcinfo, int argument, void *state)
{
	Datum	   *tokens;
	int			count;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(argument), TEXTOID, -1, false, TYPALIGN_INT,
					  &tokens, NULL, &count);
	return make_loop(tokens, count, state);
}

Loop
loop_of_count(FunctionCallInfo fcinfo, int argument, void *state)
{
	return make_loop(NULL, PG_GETARG_INT32(argument), state);
}

double
loop_run(const Loop *loop, LoopStep step)
{
	MemoryContext caller = MemoryContextSwitchTo(loop->scratch);
	double		start = cpu_ns();
	double		end;

	for (int i = 0; i < loop->count; i++)
	{
		step(loop, i);
		MemoryContextReset(loop->scratch);
	}
	end = cpu_ns();
	MemoryContextSwitchTo(caller);
	return (end - start) / loop->count;
}

/* ---- the session ---- */

static void
set_token(const char *token)
{
	(void) set_config_option("herm_jwt.token", token, PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_LOCAL, true, 0, false);
}

/*
 * Lets the statement's start move on by a microsecond, as if another one had
 * begun.  The server forbids it to others than parallel workers, by an assertion.
 */
static void
begin_next_statement(void)
{
#ifdef USE_ASSERT_CHECKING
	elog(ERROR, "a server with assertions is not worth measuring");
#endif
	SetParallelStartTimestamps(GetCurrentTransactionStartTimestamp(),
							   GetCurrentStatementStartTimestamp() + 1);
}

static FmgrInfo *
function_argument(FunctionCallInfo fcinfo, int argument)
{
	FmgrInfo   *function = palloc(sizeof(FmgrInfo));

	fmgr_info(PG_GETARG_OID(argument), function);
	return function;
}

static const NullableDatum none = {.isnull = true};

static void
call(FmgrInfo *function, NullableDatum first, int nargs)
{
	LOCAL_FCINFO(fcinfo, 2);

	InitFunctionCallInfoData(*fcinfo, function, nargs, InvalidOid, NULL, NULL);
	fcinfo->args[0] = first;
	fcinfo->args[1] = none;
	(void) FunctionCallInvoke(fcinfo);
	if (fcinfo->isnull)
		elog(ERROR, "a measured function gave NULL");
}

static char **
token_strings(const Loop *loop)
{
	char	  **strings = palloc(loop->count * sizeof(char *));

	for (int i = 0; i < loop->count; i++)
		strings[i] = TextDatumGetCString(loop->tokens[i]);
	return strings;
}

typedef struct Access
{
	char	  **tokens;
	FmgrInfo   *accessor;
} Access;

static void
step_set(const Loop *loop, int i)
{
	const Access *access = loop->state;

	begin_next_statement();
	set_token(access->tokens[i]);
}

static void
step_session(const Loop *loop, int i)
{
	const Access *access = loop->state;

	begin_next_statement();
	set_token(access->tokens[i]);
	call(access->accessor, none, 0);
}

Datum
bench_set_tokens(PG_FUNCTION_ARGS)
{
	Access		access = {NULL};
	Loop		loop = loop_over_tokens(fcinfo, 0, &access);

	access.tokens = token_strings(&loop);
	PG_RETURN_FLOAT8(loop_run(&loop, step_set));
}

Datum
bench_sessions(PG_FUNCTION_ARGS)
{
	Access		access = {.accessor = function_argument(fcinfo, 1)};
	Loop		loop = loop_over_tokens(fcinfo, 0, &access);

	access.tokens = token_strings(&loop);
	PG_RETURN_FLOAT8(loop_run(&loop, step_session));
}

static void
step_clock(const Loop *loop, int i)
{
	(void) loop;
	(void) i;
	begin_next_statement();
}

Datum
bench_statement_clock(PG_FUNCTION_ARGS)
{
	Loop		loop = loop_of_count(fcinfo, 0, NULL);

	PG_RETURN_FLOAT8(loop_run(&loop, step_clock));
}

static void
step_hit(const Loop *loop, int i)
{
	(void) i;
	begin_next_statement();
	call(loop->state, none, 0);
}

Datum
bench_hits(PG_FUNCTION_ARGS)
{
	Loop		loop = loop_of_count(fcinfo, 0, function_argument(fcinfo, 1));

	PG_RETURN_FLOAT8(loop_run(&loop, step_hit));
}

Datum
bench_first(PG_FUNCTION_ARGS)
{
	char	   *token = text_to_cstring(PG_GETARG_TEXT_PP(0));
	double		start = cpu_ns();

	set_token(token);
	(void) OidFunctionCall0(PG_GETARG_OID(1));
	PG_RETURN_FLOAT8(cpu_ns() - start);
}

/* ---- functions of a token, and statements ---- */

static void
step_call(const Loop *loop, int i)
{
	NullableDatum token = {.value = loop->tokens[i]};

	call(loop->state, token, 2);
}

Datum
bench_calls(PG_FUNCTION_ARGS)
{
	Loop		loop = loop_over_tokens(fcinfo, 0, function_argument(fcinfo, 1));

	PG_RETURN_FLOAT8(loop_run(&loop, step_call));
}

static SPIPlanPtr
prepare(const char *statement, int nargs)
{
	Oid			types[] = {TEXTOID};
	SPIPlanPtr	plan = SPI_prepare_cursor(statement, nargs, types, CURSOR_OPT_PARALLEL_OK);

	if (plan == NULL)
		elog(ERROR, "could not prepare: %s", statement);
	return plan;
}

static void
execute(SPIPlanPtr plan, Datum *values)
{
	begin_next_statement();
	if (SPI_execute_plan(plan, values, NULL, true /* read only */ , 0) != SPI_OK_SELECT)
		elog(ERROR, "a measured statement failed");
	SPI_freetuptable(SPI_tuptable);
}

static void
step_statement(const Loop *loop, int i)
{
	execute(loop->state, loop->tokens == NULL ? NULL : &loop->tokens[i]);
}

/* The first execution, which plans, is not timed. */
static double
run_statement(Loop *loop, const char *statement)
{
	double		ns;

	SPI_connect();
	loop->state = prepare(statement, loop->tokens == NULL ? 0 : 1);
	execute(loop->state, loop->tokens);
	ns = loop_run(loop, step_statement);
	SPI_finish();
	return ns;
}

Datum
bench_statement(PG_FUNCTION_ARGS)
{
	Loop		loop = loop_of_count(fcinfo, 1, NULL);

	PG_RETURN_FLOAT8(run_statement(&loop, text_to_cstring(PG_GETARG_TEXT_PP(0))));
}

Datum
bench_statements(PG_FUNCTION_ARGS)
{
	Loop		loop = loop_over_tokens(fcinfo, 1, NULL);

	PG_RETURN_FLOAT8(run_statement(&loop, text_to_cstring(PG_GETARG_TEXT_PP(0))));
}

Datum
bench_elapsed(PG_FUNCTION_ARGS)
{
	SPIPlanPtr	plan;
	TimestampTz start;
	TimestampTz end;

	SPI_connect();
	plan = prepare(text_to_cstring(PG_GETARG_TEXT_PP(0)), 0);
	execute(plan, NULL);
	start = GetCurrentTimestamp();
	execute(plan, NULL);
	end = GetCurrentTimestamp();
	SPI_finish();
	PG_RETURN_FLOAT8((end - start) * 1000.0);
}

Datum
bench_cpu(PG_FUNCTION_ARGS)
{
	(void) fcinfo;
	PG_RETURN_FLOAT8(cpu_ns());
}
