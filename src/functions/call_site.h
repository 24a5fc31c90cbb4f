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

/* A value of SQL, and what is to be known of its type to copy it. */
typedef struct SiteValue
{
	Datum		datum;			/* 0 for NULL */
	bool		is_null;
	bool		by_value;
	int16_t		length;			/* as in pg_type.typlen */
} SiteValue;

/* Values up to this size need no memory of their own: a uuid, a number, a short word. */
#define CALL_SITE_SMALL 32

typedef struct CallSite
{
	uint64_t	fresh;			/* the next, if the query asks for one name only; else 0 */
	uint64_t	generation;		/* of the session that the value is of; 0: none yet */
	Datum		value;
	bool		is_null;
	bool		has_one_name;	/* the query asks for the same one at each call */
	Slice		name;			/* of the session variable asked for; kept if it may change */
	MemoryContext memory;		/* where the next two are */
	struct TypeReader *reader;	/* of a typed variable, when it was needed */
	char	   *room;			/* for a value that is not small, and for the name */
	size_t		room_size;
	union
	{
		char		bytes[CALL_SITE_SMALL];
		int64_t		force_alignment;
	}			small;
} CallSite;

/* The site of this call, made at the first one. */
extern CallSite *call_site(FunctionCallInfo fcinfo);

/*
 * The site of this call, if it holds the value that is wanted, as far as that can be
 * said without looking at name or session: in a policy, for all rows but the first.
 * Otherwise NULL.
 */
static inline const CallSite *
call_site_fresh(FunctionCallInfo fcinfo)
{
	/* the one call comes first, so that nothing is kept across it */
	int64_t		statement = session_statement();
	const CallSite *site = fcinfo->flinfo->fn_extra;

	return site != NULL && session_is_current(site->fresh, statement) ? site : NULL;
}

/* Whether it holds the value of that variable (or none) for that session. */
static inline bool
call_site_holds(const CallSite *site, const Session *session, Slice name)
{
	return site->generation == session->generation &&
		(site->has_one_name || slice_equals(site->name, name));
}

/* Takes a copy of a value in place of the one it has; an error leaves it empty. */
extern void call_site_keep(CallSite *site, uint64_t generation, Slice name,
						   const SiteValue *value);

#endif							/* HERM_FUNCTIONS_CALL_SITE_H */
