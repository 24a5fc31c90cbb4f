/* SPDX-License-Identifier: PostgreSQL */
/*
 * apply.c: runs what of a plan is not there yet.
 */
#include "compat.h"

#include "utils/acl.h"
#include "utils/builtins.h"

#include "permissions/permissions.h"
#include "permissions/query.h"
#include "permissions/raise.h"

/* Who may manage no table at all is told so; who may manage some gets a review of the others. */
static void
check_caller(const Model *model)
{
	ListCell   *cell;

	if (superuser())
		return;
	foreach(cell, model->source->tables)
	{
		const Table *table = lfirst(cell);

		if (OidIsValid(table->oid) && OWNS_RELATION(table->oid, GetUserId()))
			return;
	}
	raise_not_allowed("permission denied to apply permissions",
					  "Only superusers and owners of tracked tables may.");
}

/* ---- who else sees less ---- */

static List *
newly_secured(const PermissionPlan *plan)
{
	List	   *oids = NIL;
	ListCell   *cell;

	foreach(cell, plan->secured)
	{
		const Table *table = lfirst(cell);

		if (!table->has_row_security)
			oids = lappend_oid(oids, table->oid);
	}
	return oids;
}

/* Those that are meant to see less, or everything. */
static List *
known_roles(const PermissionPlan *plan)
{
	List	   *oids = model_role_oids(plan->model);
	ListCell   *cell;

	foreach(cell, plan->model->options.exempt_roles)
		oids = lappend_oid(oids, get_role_oid(lfirst(cell), true));
	return oids;
}

/* Roles with grants of their own on tables that get row security now. */
static void
notice_hidden(const PermissionPlan *plan)
{
	List	   *rows = query_rows("SELECT string_agg(DISTINCT quote_ident(r.rolname), ', ')"
								  " FROM pg_catalog.pg_class c CROSS JOIN LATERAL (SELECT x.grantee FROM aclexplode(c.relacl) x"
								  "  UNION SELECT x.grantee FROM pg_catalog.pg_attribute l, aclexplode(l.attacl) x"
								  "  WHERE l.attrelid = c.oid) a"
								  " JOIN pg_catalog.pg_roles r ON r.oid = a.grantee"
								  " WHERE c.oid = ANY ($1) AND a.grantee <> c.relowner AND r.oid <> ALL ($2)"
								  " AND NOT r.rolsuper AND NOT r.rolbypassrls",
								  newly_secured(plan), known_roles(plan));
	const char *names = ((QueryRow *) linitial(rows))->values[0];

	if (names != NULL)
		notice("row security now hides rows from other roles as well",
			   psprintf("They have grants of their own: %s. Option \"exempt_roles\" lets them see "
						"everything.", names));
}

/* ---- running ---- */

/* Says which step failed, and what helps where a lock was not to be had. */
static void
explain_error(void *argument)
{
	const Step *const *step = argument;

	errcontext("applying permissions to %s", (*step)->object);
	if (geterrcode() == ERRCODE_LOCK_NOT_AVAILABLE)
		errhint("Try again, with a longer lock_timeout or when nothing else uses the table.");
}

/* The last step reads definitions, and leaves settings behind. */
static void
run_last(const Step *step)
{
	int			level = tagged_settings_begin();

	query_run(step->statement);
	tagged_settings_end(level);
}

static void
run(const PermissionPlan *plan)
{
	const Step *step = NULL;
	ErrorContextCallback callback = {
		.previous = error_context_stack,
		.callback = explain_error,
		.arg = &step,
	};
	ListCell   *cell;

	error_context_stack = &callback;
	foreach(cell, plan->steps)
	{
		step = lfirst(cell);
		CHECK_FOR_INTERRUPTS();
		if (!step->is_needed)
			continue;
		if (step == llast(plan->steps))
			run_last(step);
		else
			query_run(step->statement);
	}
	error_context_stack = callback.previous;
}

Model	   *
permissions_apply(const Request *request)
{
	Model	   *model;
	PermissionPlan *plan;

	query_lock();
	model = model_make(request);
	check_caller(model);
	plan = plan_make(model);
	notice_hidden(plan);
	run(plan);
	return model;
}
