/* SPDX-License-Identifier: PostgreSQL */
/*
 * presets.c: the trigger function behind Hasura's column presets (docs/reference.md).
 */
#include "compat.h"

#include "catalog/partition.h"
#include "commands/trigger.h"
#include "fmgr.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/rls.h"

#include "functions/report.h"
#include "functions/statement_session.h"
#include "permissions/presets.h"

HERM_SQL_FUNCTION(herm_jwt_apply_presets);

/* What is found out once for a statement and table, or partition of it. */
typedef struct TriggerSite
{
	bool		is_active;		/* row-level security is, for the user */
	StatementSession *statement;	/* NULL: the next two are not known either */
	const JsonNode *roles;		/* the argument */
	Presets    *presets;		/* of the statement's role; NULL: none, or not needed yet */
} TriggerSite;

/* ---- how it is called ---- */

static void
refuse_call(const char *how)
{
	ereport(ERROR,
			(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
			 errmsg("function \"apply_presets\" %s", how)));
}

static TriggerData *
check_call(FunctionCallInfo fcinfo)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo))
		refuse_call("was not called by trigger manager");
	if (!TRIGGER_FIRED_BEFORE(trigger->tg_event) || !TRIGGER_FIRED_FOR_ROW(trigger->tg_event))
		refuse_call("must be fired BEFORE ROW");
	if (!TRIGGER_FIRED_BY_INSERT(trigger->tg_event) &&
		!TRIGGER_FIRED_BY_UPDATE(trigger->tg_event))
		refuse_call("must be fired for INSERT or UPDATE");
	if (trigger->tg_trigger->tgnargs != 1)
		refuse_call("needs exactly one argument");
	return trigger;
}

static HeapTuple
new_row(const TriggerData *trigger)
{
	return TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ? trigger->tg_newtuple :
		trigger->tg_trigtuple;
}

/* ---- for whom ---- */

/*
 * Rows of a partition are judged by the policies of the table that the statement
 * names, which is the partition itself or one above it.
 */
static bool
rls_is_active(Relation relation)
{
	Oid			table = RelationGetRelid(relation);
	List	   *tables = relation->rd_rel->relispartition ? get_partition_ancestors(table) : NIL;
	ListCell   *cell;

	tables = lcons_oid(table, tables);
	foreach(cell, tables)
	{
		/* whatever row_security says: with "off" the statement has been refused already */
		if (check_enable_rls(lfirst_oid(cell), InvalidOid, true) == RLS_ENABLED)
			return true;
	}
	return false;
}

/* The site of this call, made for the first row. */
static TriggerSite *
trigger_site(FmgrInfo *flinfo, Relation relation)
{
	TriggerSite *site = flinfo->fn_extra;

	if (site == NULL)
	{
		site = MemoryContextAllocZero(flinfo->fn_mcxt, sizeof(TriggerSite));
		site->is_active = rls_is_active(relation);
		flinfo->fn_extra = site;
	}
	return site;
}

static bool
has_presets(const TriggerSite *site, Slice role)
{
	return presets_of_role(site->roles, role) != NULL;
}

static void
read_argument(FmgrInfo *flinfo, TriggerSite *site, const char *argument)
{
	MemoryContext caller = MemoryContextSwitchTo(flinfo->fn_mcxt);
	Rejection	rejection;

	if (!presets_parse(slice_cstring(argument), &site->roles, &rejection))
		raise_rejection(&rejection);
	MemoryContextSwitchTo(caller);
}

/* Looks at the session for each row: refused, or no longer the statement's, it raises. */
static void
check_session(FmgrInfo *flinfo, TriggerSite *site, const char *argument)
{
	const Session *session = session_or_raise();

	if (site->statement == NULL)
	{
		read_argument(flinfo, site, argument);
		site->statement = statement_session(flinfo, session);
	}
	if (statement_session_fits(site->statement, session))
		return;
	if (has_presets(site, statement_session_role(site->statement)) ||
		(session != NULL && has_presets(site, session->role)))
		raise_session_changed();
}

/* The presets of the statement's role; NULL: it has none. */
static const Presets *
presets_of_statement(FmgrInfo *flinfo, TriggerSite *site, Relation relation)
{
	const JsonNode *columns = presets_of_role(site->roles,
											  statement_session_role(site->statement));
	MemoryContext caller;
	Rejection	rejection;

	if (site->presets != NULL || columns == NULL)
		return site->presets;
	caller = MemoryContextSwitchTo(flinfo->fn_mcxt);
	if (!presets_compile(columns, relation, statement_session_variables(site->statement),
						 &site->presets, &rejection))
		raise_rejection(&rejection);
	MemoryContextSwitchTo(caller);
	return site->presets;
}

Datum
herm_jwt_apply_presets(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = check_call(fcinfo);
	TriggerSite *site = trigger_site(fcinfo->flinfo, trigger->tg_relation);
	const Presets *presets;

	if (!site->is_active)
		PG_RETURN_POINTER(new_row(trigger));
	check_session(fcinfo->flinfo, site, trigger->tg_trigger->tgargs[0]);
	presets = presets_of_statement(fcinfo->flinfo, site, trigger->tg_relation);
	if (presets == NULL)
		PG_RETURN_POINTER(new_row(trigger));
	PG_RETURN_POINTER(presets_apply(presets, trigger->tg_relation, new_row(trigger)));
}
