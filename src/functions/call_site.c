/* SPDX-License-Identifier: PostgreSQL */
/*
 * call_site.c: values kept at the place that asks for them.
 */
#include "compat.h"

#include "nodes/primnodes.h"
#include "utils/datum.h"
#include "utils/memutils.h"

#include "functions/call_site.h"

/*
 * Whether the first argument, if there is one, is written in the query.  A parameter
 * will not do: PL/pgSQL evaluates one expression again and again with other values.
 */
static bool
has_one_name(const FmgrInfo *flinfo)
{
	const FuncExpr *call = (const FuncExpr *) flinfo->fn_expr;

	if (flinfo->fn_nargs == 0)
		return true;
	return call != NULL && IsA(call, FuncExpr) && IsA(linitial(call->args), Const);
}

CallSite   *
call_site(FunctionCallInfo fcinfo)
{
	CallSite   *site = fcinfo->flinfo->fn_extra;

	if (site == NULL)
	{
		site = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(CallSite));
		site->memory = fcinfo->flinfo->fn_mcxt;
		site->has_one_name = has_one_name(fcinfo->flinfo);
		fcinfo->flinfo->fn_extra = site;
	}
	return site;
}

/* Room for so many bytes, in place of what there was; no more than one piece of memory. */
static char *
room_for(CallSite *site, size_t size)
{
	if (size <= CALL_SITE_SMALL)
		return site->small.bytes;
	if (size > site->room_size)
	{
		if (site->room != NULL)
			pfree(site->room);
		site->room = NULL;
		site->room_size = 0;
		site->room = MemoryContextAlloc(site->memory, size);
		site->room_size = size;
	}
	return site->room;
}

/* Copies of value and name, in one piece. */
static void
copy_both(CallSite *site, const SiteValue *value, Slice name)
{
	size_t		value_size = value->by_value || value->is_null ? 0 :
	datumGetSize(value->datum, false, value->length);
	size_t		name_size = site->has_one_name ? 0 : name.len;
	char	   *room = room_for(site, value_size + name_size);

	site->value = value->datum;
	if (value_size > 0)
		site->value = PointerGetDatum(memcpy(room, DatumGetPointer(value->datum), value_size));
	if (!site->has_one_name)
		site->name = slice_make(memcpy(room + value_size, name.data, name_size), name_size);
}

void
call_site_keep(CallSite *site, uint64_t generation, Slice name, const SiteValue *value)
{
	site->generation = 0;
	site->fresh = 0;
	copy_both(site, value, name);
	site->is_null = value->is_null;
	site->generation = generation;
	if (site->has_one_name)
		site->fresh = generation;
}
