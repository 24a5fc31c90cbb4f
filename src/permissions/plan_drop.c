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

/* Views and functions are made anew when they change: their columns and types may. */
static void
mark_changed(const PermissionPlan *plan)
{
	List	   *changed = NIL;
	ListCell   *cell;

	foreach(cell, plan->planned)
	{
		const Planned *planned = lfirst(cell);
		Tagged	   *tagged = planned->tagged;

		if (tagged == NULL || planned->is_current ||
			(tagged->class != RelationRelationId && tagged->class != ProcedureRelationId))
			continue;
		tagged->must_go = true;
		changed = lappend_oid(changed, tagged->oid);
	}
	while (changed != NIL)
		changed = mark_dependents(plan->model->tagged, changed);
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

/* A table that nobody has a permission on any more is as it was before apply. */
static void
plan_release(PermissionPlan *plan, const List *gone)
{
	List	   *done = NIL;
	ListCell   *cell;

	foreach(cell, gone)
	{
		const Tagged *tagged = lfirst(cell);
		char	   *label;

		if (tagged->class != PolicyRelationId || list_member_oid(done, tagged->relation) ||
			json_member(tagged->tag, "rls_enabled") == NULL || is_secured(plan, tagged->relation))
			continue;
		done = lappend_oid(done, tagged->relation);
		label = table_qualified(get_namespace_name(get_rel_namespace(tagged->relation)),
								get_rel_name(tagged->relation));
		plan_step(plan, psprintf("table %s", label), NULL,
				  psprintf("ALTER TABLE %s DISABLE ROW LEVEL SECURITY", label), true);
	}
}

void
plan_drops(PermissionPlan *plan)
{
	List	   *gone = NIL;
	ListCell   *cell;

	mark_changed(plan);
	foreach(cell, plan->model->tagged)
	{
		Tagged	   *tagged = lfirst(cell);
		bool		is_unwanted = !tagged->is_wanted && tagged_is_of(tagged, plan->model->source->name);

		if (is_unwanted || tagged->must_go)
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
