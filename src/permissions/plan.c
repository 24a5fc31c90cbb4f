/* SPDX-License-Identifier: PostgreSQL */
/*
 * plan.c: puts the script together.
 */
#include "compat.h"

#include "utils/builtins.h"

#include "permissions/condition_sql.h"
#include "permissions/name.h"
#include "permissions/plan.h"
#include "permissions/raise.h"

/* ---- objects ---- */

static char *
digest_of(const List *statements)
{
	StringInfoData all;
	ListCell   *cell;

	initStringInfo(&all);
	foreach(cell, statements)
		appendStringInfo(&all, "%s;\n", (char *) lfirst(cell));
	return name_digest(all.data);
}

Planned    *
plan_object(PermissionPlan *plan, const Planned *object)
{
	Planned    *planned = palloc(sizeof(Planned));

	*planned = *object;
	planned->emitted = digest_of(planned->statements);
	planned->tagged = tagged_find(plan->model->tagged, planned->object);

	/* of roles there is one for all sources */
	if (planned->tagged != NULL && planned->tag.source != NULL &&
		!tagged_is_of(planned->tagged, planned->tag.source))
		planned->tagged = NULL;
	if (planned->tagged != NULL)
	{
		planned->tagged->is_wanted = true;
		planned->is_current = tagged_is_current(planned->tagged, planned->emitted);
	}
	plan->planned = lappend(plan->planned, planned);
	return planned;
}

void
plan_step(PermissionPlan *plan, const char *object, const char *role, char *statement, bool is_needed)
{
	Step	   *step = palloc(sizeof(Step));

	step->object = object;
	step->role = role;
	step->statement = statement;
	step->is_needed = is_needed;
	plan->steps = lappend(plan->steps, step);
}

/* A tag also changes where the object does not: another wording of the same permission. */
void
plan_emit(PermissionPlan *plan, const Planned *planned)
{
	const Tagged *tagged = planned->tagged;
	bool		is_current = planned->is_current && !tagged->must_go;
	char	   *comment = tag_write(&planned->tag, planned->emitted,
									is_current ? tagged_member(tagged, "catalog") : NULL);
	ListCell   *cell;

	if ((tagged == NULL || !tagged->must_go) && planned->before != NULL)
		plan_step(plan, planned->object, planned->role, planned->before, !is_current);
	foreach(cell, planned->statements)
	{
		plan_step(plan, planned->object, planned->role, lfirst(cell), !is_current);
		if (foreach_current_index(cell) == 0 && planned->revoke != NULL)
			plan_step(plan, planned->object, planned->role, planned->revoke, !is_current);
	}
	plan_step(plan, planned->object, planned->role,
			  psprintf("COMMENT ON %s IS %s", planned->object, quote_literal_cstr(comment)),
			  !is_current || strcmp(comment, tagged->comment) != 0);
}

static void
emit_all(PermissionPlan *plan, const List *planned)
{
	ListCell   *cell;

	foreach(cell, planned)
		plan_emit(plan, lfirst(cell));
}

/* ---- conditions ---- */

char	   *
plan_guard(const Rule *rule)
{
	StringInfoData guard;
	ListCell   *cell;

	initStringInfo(&guard);
	appendStringInfo(&guard, "(SELECT herm_jwt.role() = %s", quote_literal_cstr(rule->role));
	foreach(cell, rule->variables)
		appendStringInfo(&guard, " AND %s IS NOT NULL", variable_sql(lfirst(cell)));
	appendStringInfoChar(&guard, ')');
	return guard.data;
}

char	   *
plan_filter(const PermissionPlan *plan, const Rule *rule)
{
	if (condition_is_true(rule->filter))
		return plan_guard(rule);
	return psprintf("%s AND %s", plan_guard(rule),
					condition_sql(rule->filter, rule->table, plan->model->helper_schema));
}

/* ---- the script ---- */

static bool
has_rule(const Table *table)
{
	ListCell   *cell;

	foreach(cell, table->rules)
	{
		if (rule_is_made(lfirst(cell)))
			return true;
	}
	return false;
}

static int
compare_labels(const ListCell *a, const ListCell *b)
{
	return strcmp(((const Table *) lfirst(a))->label, ((const Table *) lfirst(b))->label);
}

/* In an order that depends on names alone: so two that apply at once lock in the same one. */
static void
find_secured(PermissionPlan *plan)
{
	ListCell   *cell;

	foreach(cell, plan->model->source->tables)
	{
		Table	   *table = lfirst(cell);

		if (OidIsValid(table->oid) && table_can_have_policies(table) && has_rule(table))
			plan->secured = lappend(plan->secured, table);
	}
	list_sort(plan->secured, compare_labels);
}

static bool
needs_completion(const PermissionPlan *plan)
{
	ListCell   *cell;

	foreach(cell, plan->steps)
	{
		if (((Step *) lfirst(cell))->is_needed)
			return true;
	}
	return false;
}

static int
compare_objects(const ListCell *a, const ListCell *b)
{
	return strcmp(((const Planned *) lfirst(a))->object, ((const Planned *) lfirst(b))->object);
}

/* Whoever chooses a long name can make the cut ones meet: then one view would stand for two tables. */
static void
check_names(const PermissionPlan *plan)
{
	List	   *sorted = list_copy(plan->planned);
	const char *previous = "";
	ListCell   *cell;

	list_sort(sorted, compare_objects);
	foreach(cell, sorted)
	{
		const Planned *planned = lfirst(cell);

		if (strcmp(planned->object, previous) == 0)
			raise_same_name(planned->object);
		previous = planned->object;
	}
}

/* Every object is known before the first is written: what goes depends on what changes. */
PermissionPlan *
plan_make(const Model *model)
{
	PermissionPlan *plan = palloc0(sizeof(PermissionPlan));
	List	   *roles;
	List	   *helpers;
	List	   *policies = NIL;
	List	   *owners;
	List	   *views;
	ListCell   *cell;

	plan->model = model;
	find_secured(plan);
	roles = plan_roles(plan);
	helpers = plan_helpers(plan);
	foreach(cell, plan->secured)
		policies = lappend(policies, plan_policies(plan, lfirst(cell)));
	owners = plan_owner_policies(plan);
	views = plan_role_views(plan);
	check_names(plan);

	plan_step(plan, "script", NULL, pstrdup("SET LOCAL search_path = pg_catalog, pg_temp"), false);
	plan_drops(plan);
	emit_all(plan, roles);
	plan_memberships(plan);
	emit_all(plan, helpers);
	emit_all(plan, owners);
	/* row security comes after the policies: with it, each policy costs reading all before it */
	foreach(cell, plan->secured)
	{
		emit_all(plan, list_nth(policies, foreach_current_index(cell)));
		plan_row_security(plan, lfirst(cell));
	}
	foreach(cell, model->source->tables)
		plan_grants(plan, lfirst(cell));
	foreach(cell, model->former_tables)
		plan_grants(plan, lfirst(cell));
	plan_usage(plan);
	emit_all(plan, views);
	plan_step(plan, "script", NULL, tagged_completion(), needs_completion(plan));
	return plan;
}
