/* SPDX-License-Identifier: PostgreSQL */
/*
 * call_site.c: values kept at the place that asks for them.
 */
#include "compat.h"

#include "utils/memutils.h"

#include "functions/call_site.h"

CallSite   *
call_site(FunctionCallInfo fcinfo)
{
	CallSite   *site = fcinfo->flinfo->fn_extra;

	if (site == NULL)
	{
		site = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(CallSite));
		site->context = AllocSetContextCreate(fcinfo->flinfo->fn_mcxt, "herm_jwt call site",
											  ALLOCSET_SMALL_SIZES);
		site->has_one_name = PG_NARGS() == 0 || get_fn_expr_arg_stable(fcinfo->flinfo, 0);
		fcinfo->flinfo->fn_extra = site;
	}
	return site;
}

void
call_site_renew(CallSite *site)
{
	site->generation = 0;
	MemoryContextReset(site->context);
}

static Slice
copy_name(const CallSite *site, Slice name)
{
	char	   *copy = MemoryContextAlloc(site->context, name.len + 1);

	memcpy(copy, name.data, name.len);
	return slice_make(copy, name.len);
}

void
call_site_keep(CallSite *site, uint64_t generation, Slice name, Datum value)
{
	site->name = copy_name(site, name);
	site->is_null = false;
	site->value = value;
	site->generation = generation;
}

void
call_site_keep_null(CallSite *site, uint64_t generation, Slice name)
{
	call_site_keep(site, generation, name, (Datum) 0);
	site->is_null = true;
}
