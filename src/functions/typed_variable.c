/* SPDX-License-Identifier: PostgreSQL */
/*
 * typed_variable.c: reads session variables by the input functions of types, and
 * remembers a few small values from statement to statement.
 */
#include "compat.h"

#include "catalog/pg_proc.h"
#include "utils/datum.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "functions/typed_variable.h"

/* What one statement after the other asks for: more than the policies of a table do. */
#define REMEMBERED 8
#define NAME_MAX_SIZE 48

typedef struct Remembered
{
	uint64_t	generation;		/* 0: none */
	Oid			type;
	uint32_t	catalogs;		/* another count than now: the type may read otherwise */
	SiteValue	value;
	size_t		name_len;
	char		name[NAME_MAX_SIZE];
	union
	{
		char		bytes[CALL_SITE_SMALL];
		int64_t		force_alignment;
	}			room;			/* of a value by reference */
} Remembered;

static Remembered remembered[REMEMBERED];

/* Moves when the definition of any type or function has changed. */
static uint32_t catalogs;

static void
count_change(UNUSED Datum argument, UNUSED int cache, UNUSED uint32 hash)
{
	catalogs++;
}

static void
watch_catalogs(void)
{
	static bool is_watching;

	if (is_watching)
		return;
	CacheRegisterSyscacheCallback(TYPEOID, count_change, (Datum) 0);
	CacheRegisterSyscacheCallback(PROCOID, count_change, (Datum) 0);
	is_watching = true;
}

static TypeReader *
make_reader(Oid type, MemoryContext context)
{
	TypeReader *reader = MemoryContextAllocZero(context, sizeof(TypeReader));
	Oid			input;

	watch_catalogs();
	reader->catalogs = catalogs;
	reader->type = type;
	getTypeInputInfo(type, &input, &reader->parameter);
	get_typlenbyval(type, &reader->length, &reader->by_value);
	fmgr_info_cxt(input, &reader->input, context);
	reader->is_constant = func_volatile(input) == PROVOLATILE_IMMUTABLE;
	return reader;
}

const TypeReader *
typed_variable_reader(FunctionCallInfo fcinfo, CallSite *site)
{
	Oid			type;

	if (site->reader != NULL)
		return site->reader;
	type = get_fn_expr_argtype(fcinfo->flinfo, 1);
	if (!OidIsValid(type))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("could not determine the type of the session variable")));
	site->reader = make_reader(type, site->memory);
	return site->reader;
}

bool
typed_variable_recall(const TypedVariable *variable, SiteValue *value)
{
	for (int i = 0; i < REMEMBERED; i++)
	{
		const Remembered *r = &remembered[i];

		if (r->generation == variable->generation && r->type == variable->type &&
			r->catalogs == catalogs &&
			slice_equals(slice_make(r->name, r->name_len), variable->name))
		{
			*value = r->value;
			return true;
		}
	}
	return false;
}

/* A small value, in place of the oldest. */
static void
remember(const TypedVariable *variable, const TypeReader *reader, const SiteValue *value)
{
	static int	next;
	Remembered *r = &remembered[next];
	Size		size = value->by_value ? 0 : datumGetSize(value->datum, false, value->length);

	if (size > sizeof(r->room) || variable->name.len > NAME_MAX_SIZE)
		return;
	r->generation = variable->generation;
	r->type = variable->type;
	r->catalogs = reader->catalogs;
	r->value = *value;
	if (!value->by_value)
		r->value.datum = PointerGetDatum(memcpy(r->room.bytes, DatumGetPointer(value->datum),
												size));
	r->name_len = variable->name.len;
	memcpy(r->name, variable->name.data, variable->name.len);
	next = (next + 1) % REMEMBERED;
}

SiteValue
typed_variable_read(const TypedVariable *variable, const TypeReader *reader, Slice text)
{
	SiteValue	value = {.by_value = reader->by_value,.length = reader->length};
	FmgrInfo   *input = unconstify(FmgrInfo *, &reader->input);

	value.datum = InputFunctionCall(input, pnstrdup(text.data, text.len), reader->parameter,
									-1 /* no type modifier */ );
	if (value.length == -1)		/* whatever form it has, its bytes stand in one piece */
		value.datum = PointerGetDatum(PG_DETOAST_DATUM_PACKED(value.datum));
	if (reader->is_constant)
		remember(variable, reader, &value);
	return value;
}
