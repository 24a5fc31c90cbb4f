/* SPDX-License-Identifier: PostgreSQL */
/*
 * plan_drop.c: what carries the source's tag and is no longer wanted, or stands
 * on something that changes.
 */
#include "compat.h"

#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_trigger.h"
#include "utils/lsyscache.h"

#include "permissions/plan.h"
#include "permissions/query.h"
#include "permissions/raise.h"

/* From what nothing stands on to what much does. */
static const struct
{
	Oid			class;
	bool		of_role;		/* of views: those of roles stand on the helpers */
}			drop_order[] = {
	{PolicyRelationId, false},
	{TriggerRelationId, false},
	{RelationRelationId, true},
	{RelationRelationId, false},
	{ProcedureRelationId, false},
	{NamespaceRelationId, false},
};

static int
rank_of(const Tagged *tagged)
{
	bool		of_role = tagged->class == RelationRelationId && tagged_member(tagged, "role") != NULL;

	for (int rank = 0; rank < COUNT_OF(drop_order); rank++)
	{
		if (drop_order[rank].class == tagged->class && drop_order[rank].of_role == of_role)
			return rank;
	}
	return COUNT_OF(drop_order);
}

int
plan_compare_drops(const ListCell *a, const ListCell *b)
{
	const Tagged *first = lfirst(a);
	const Tagged *second = lfirst(b);
	int			order = rank_of(first) - rank_of(second);

	return order != 0 ? order : strcmp(first->object, second->object);
}

char	   *
plan_drop_statement(const Tagged *tagged)
{
	return psprintf("DROP %s", tagged->object);
}

static bool
is_unwanted(const PermissionPlan *plan, const Tagged *tagged)
{
	return !tagged->is_wanted && tagged_is_of(tagged, plan->model->source->name);
}

/* ---- what stands on what changes ---- */

static Tagged *
find_by_oid(const List *tagged, Oid class, Oid oid)
{
	ListCell   *cell;

	foreach(cell, tagged)
	{
		Tagged	   *found = lfirst(cell);

		if (found->class == class && found->oid == oid)
			return found;
	}
	return NULL;
}

/* Marks what stands directly on objects, and gives the oids of those marked now. */
static List *
mark_dependents(const List *tagged, const List *oids)
{
	List	   *marked = NIL;
	ListCell   *cell;

	foreach(cell, query_rows("SELECT DISTINCT CASE WHEN r.oid IS NULL THEN d.classid ELSE 'pg_class'::regclass::oid END,"
							 " coalesce(r.ev_class, d.objid)"
							 " FROM pg_catalog.pg_depend d LEFT JOIN pg_catalog.pg_rewrite r"
							 " ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid"
							 " WHERE d.refobjid = ANY ($1) AND d.refclassid IN ('pg_class'::regclass, 'pg_proc'::regclass)",
							 oids, NIL))
	{
		const QueryRow *row = lfirst(cell);
		Tagged	   *found = find_by_oid(tagged, query_oid(row, 0), query_oid(row, 1));

		if (found == NULL || found->must_go)
			continue;
		found->must_go = true;
		marked = lappend_oid(marked, found->oid);
	}
	return marked;
}

static bool
can_be_stood_on(const Tagged *tagged)
{
	return tagged->class == RelationRelationId || tagged->class == ProcedureRelationId;
}

/*
 * Views and functions are made anew when they change, as their columns and types may.  What
 * stands on them, or on those that are no longer wanted, goes first.
 */
static void
mark_going(const PermissionPlan *plan)
{
	List	   *going = NIL;
	ListCell   *cell;

	foreach(cell, plan->planned)
	{
		const Planned *planned = lfirst(cell);

		if (planned->tagged != NULL && !planned->is_current)
			planned->tagged->must_go = can_be_stood_on(planned->tagged);
	}
	foreach(cell, plan->model->tagged)
	{
		Tagged	   *tagged = lfirst(cell);

		if (!tagged->must_go && !(is_unwanted(plan, tagged) && can_be_stood_on(tagged)))
			continue;
		tagged->must_go = true;
		going = lappend_oid(going, tagged->oid);
	}
	while (going != NIL)
		going = mark_dependents(plan->model->tagged, going);
}

/* ---- row security ---- */

static bool
is_secured(const PermissionPlan *plan, Oid relation)
{
	ListCell   *cell;

	foreach(cell, plan->secured)
	{
		if (((Table *) lfirst(cell))->oid == relation)
			return true;
	}
	return false;
}

/* Of the tables of policies, those that others have policies on, which would count for nothing. */
static List *
find_guarded(const List *gone)
{
	List	   *relations = NIL;
	List	   *policies = NIL;
	List	   *guarded = NIL;
	ListCell   *cell;

	foreach(cell, gone)
	{
		const Tagged *tagged = lfirst(cell);

		if (tagged->class != PolicyRelationId)
			continue;
		relations = lappend_oid(relations, tagged->relation);
		policies = lappend_oid(policies, tagged->oid);
	}
	foreach(cell, query_rows("SELECT DISTINCT p.polrelid FROM pg_catalog.pg_policy p"
							 " WHERE p.polrelid = ANY ($1) AND p.oid <> ALL ($2)", relations, policies))
		guarded = lappend_oid(guarded, query_oid(lfirst(cell), 0));
	return guarded;
}

List	   *
plan_release_statements(const List *gone)
{
	List	   *guarded = find_guarded(gone);
	List	   *done = NIL;
	List	   *statements = NIL;
	ListCell   *cell;

	foreach(cell, gone)
	{
		const Tagged *tagged = lfirst(cell);
		char	   *label;

		if (tagged->class != PolicyRelationId || list_member_oid(done, tagged->relation))
			continue;
		done = lappend_oid(done, tagged->relation);
		label = table_qualified(get_namespace_name(get_rel_namespace(tagged->relation)),
								get_rel_name(tagged->relation));
		if (json_member(tagged->tag, "rls_forced") != NULL)
			statements = lappend(statements,
								 psprintf("ALTER TABLE %s NO FORCE ROW LEVEL SECURITY", label));
		if (json_member(tagged->tag, "rls_enabled") == NULL)
			continue;
		if (list_member_oid(guarded, tagged->relation))
			notice(psprintf("row security of %s stays enabled", label),
				   "There are policies on it that were not made for this source.");
		else
			statements = lappend(statements,
								 psprintf("ALTER TABLE %s DISABLE ROW LEVEL SECURITY", label));
	}
	return statements;
}

/* A table that nobody has a permission on any more is as it was before apply. */
static void
plan_release(PermissionPlan *plan, const List *gone)
{
	List	   *left = NIL;
	ListCell   *cell;

	foreach(cell, gone)
	{
		const Tagged *tagged = lfirst(cell);

		if (tagged->class == PolicyRelationId && !is_secured(plan, tagged->relation))
			left = lappend(left, lfirst(cell));
	}
	foreach(cell, plan_release_statements(left))
		plan_step(plan, "row security", NULL, lfirst(cell), true);
}

void
plan_drops(PermissionPlan *plan)
{
	List	   *gone = NIL;
	ListCell   *cell;

	mark_going(plan);
	foreach(cell, plan->model->tagged)
	{
		Tagged	   *tagged = lfirst(cell);

		if (is_unwanted(plan, tagged) || tagged->must_go)
			gone = lappend(gone, tagged);
	}
	list_sort(gone, plan_compare_drops);
	foreach(cell, gone)
	{
		const Tagged *tagged = lfirst(cell);

		plan_step(plan, tagged->object, tagged_member(tagged, "role"), plan_drop_statement(tagged), true);
	}
	plan_release(plan, gone);
}
