/* SPDX-License-Identifier: PostgreSQL */
/*
 * call_site.h: what an accessor remembers between calls from the same place of
 * a query, so that in a policy it costs no more than a constant.
 *
 * A value given to SQL is never session memory: a second authenticate() in the
 * same statement frees that, while the value is still in use.  It is a copy
 * that lives at the call site until the site meets another session or name.
 */
#ifndef HERM_FUNCTIONS_CALL_SITE_H
#define HERM_FUNCTIONS_CALL_SITE_H

#include "fmgr.h"

#include "session/session.h"

typedef struct CallSite
{
	uint64_t	generation;		/* of the session that the value is of; 0: none yet */
	Slice		name;			/* of the session variable asked for, if any */
	bool		has_one_name;	/* the query asks for the same one at each call */
	bool		is_null;
	Datum		value;
	MemoryContext context;		/* holds name and value; emptied when they are renewed */
	Oid			type;			/* of a typed variable; the next two read it */
	Oid			type_parameter;
	FmgrInfo	input;
	bool		is_constant;	/* whether its result depends on the text alone */
} CallSite;

/* The site of this call, made at the first one. */
extern CallSite *call_site(FunctionCallInfo fcinfo);

/*
 * Whether it holds the value that this call wants, as far as that can be said
 * without looking at name or session: in a policy, for all rows but the first.
 */
static inline bool
call_site_is_fresh(const CallSite *site)
{
	return site != NULL && site->has_one_name && site->generation != 0 &&
		session_is_current(site->generation);
}

/* Whether it holds the value of that variable (or none) for that session. */
static inline bool
call_site_holds(const CallSite *site, const Session *session, Slice name)
{
	return site->generation == session->generation && slice_equals(site->name, name);
}

/*
 * Empties it for a new value.  The caller computes that in site->context, and
 * calls call_site_keep() when it has it: an error leaves the site empty.
 */
extern void call_site_renew(CallSite *site);
extern void call_site_keep(CallSite *site, uint64_t generation, Slice name, Datum value);
extern void call_site_keep_null(CallSite *site, uint64_t generation, Slice name);

#endif							/* HERM_FUNCTIONS_CALL_SITE_H */
