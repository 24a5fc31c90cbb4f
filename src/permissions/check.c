/* SPDX-License-Identifier: PostgreSQL */
/*
 * check.c: how the catalogs differ from what the metadata asks for.
 */
#include "compat.h"

#include "catalog/namespace.h"
#include "utils/builtins.h"

#include "permissions/grants.h"
#include "permissions/permissions.h"
#include "permissions/query.h"

#define MISSING "missing"
#define CHANGED "changed"
#define UNEXPECTED "unexpected"

/* What the checks share. */
typedef struct Checker
{
	const Model *model;
	const PermissionPlan *plan;
	List	   *tables;			/* oids of the tracked tables */
	List	   *roles;			/* oids of the database roles */
	List	   *drifts;
} Checker;

static void
add(Checker *checker, const char *object, const char *difference, const char *detail)
{
	Drift	   *drift = palloc(sizeof(Drift));

	drift->object = object;
	drift->difference = difference;
	drift->detail = detail;
	checker->drifts = lappend(checker->drifts, drift);
}

/* Each row of a query is an object and a detail. */
static void
add_rows(Checker *checker, const char *difference, const char *sql)
{
	ListCell   *cell;

	foreach(cell, query_rows(sql, checker->tables, checker->roles))
	{
		const QueryRow *row = lfirst(cell);

		add(checker, row->values[0], difference, row->values[1]);
	}
}

/* ---- roles ---- */

static void
check_roles(Checker *checker)
{
	ListCell   *cell;

	foreach(cell, checker->model->roles)
	{
		const Role *role = lfirst(cell);

		if (role->findings.sentences[REASON_ROLE_UNSAFE] != NULL)
			add(checker, psprintf("role %s", role->label), CHANGED,
				role->findings.sentences[REASON_ROLE_UNSAFE]);
	}
	add_rows(checker, UNEXPECTED,
			 "SELECT format('role %I', r.rolname), format('It is a member of %I.', g.rolname)"
			 " FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles r ON r.oid = m.member"
			 " JOIN pg_catalog.pg_roles g ON g.oid = m.roleid WHERE m.member = ANY ($2) ORDER BY 1, 2");
}

/* ---- what is made ---- */

static const char *
what_changed(const Planned *planned)
{
	const char *was_emitted = tagged_member(planned->tagged, "emitted");

	if (was_emitted == NULL || strcmp(was_emitted, planned->emitted) != 0)
		return "The metadata asks for another definition than the one it was made with.";
	return "It was altered since it was made.";
}

static void
check_objects(Checker *checker)
{
	ListCell   *cell;

	foreach(cell, checker->plan->planned)
	{
		const Planned *planned = lfirst(cell);

		if (planned->tagged == NULL)
			add(checker, planned->object, MISSING, "It was never made, or dropped.");
		else if (!planned->is_current)
			add(checker, planned->object, CHANGED, what_changed(planned));
	}
	foreach(cell, checker->model->tagged)
	{
		const Tagged *tagged = lfirst(cell);

		if (!tagged->is_wanted && tagged_is_of(tagged, checker->model->source->name))
			add(checker, tagged->object, UNEXPECTED,
				"The metadata does not ask for it any more, or what asks for it is refused.");
	}
}

/* ---- tables ---- */

static void
check_row_security(Checker *checker)
{
	ListCell   *cell;

	foreach(cell, checker->plan->secured)
	{
		const Table *table = lfirst(cell);

		if (!table->has_row_security)
			add(checker, psprintf("table %s", table->label), CHANGED, "Row security is disabled.");
		else if (checker->model->options.force_rls && !table->forces_row_security)
			add(checker, psprintf("table %s", table->label), CHANGED, "Row security is not forced.");
	}
}

static void
check_grants_of(Checker *checker, const Table *table, const char *who, Oid role,
				const Grants *wanted)
{
	char	   *object = psprintf("table %s", table->label);
	Grants		actual = {0};

	if (OidIsValid(role) || strcmp(who, "PUBLIC") == 0)
		grants_actual(table, role, &actual);
	if (grants_exceed(wanted, &actual))
		add(checker, object, CHANGED, psprintf("%s lacks a privilege.", who));
	if (grants_exceed(&actual, wanted))
		add(checker, object, UNEXPECTED, psprintf("%s has a privilege that no permission gives.", who));
}

static void
check_grants(Checker *checker)
{
	static const Grants none;
	ListCell   *cell;
	ListCell   *inner;

	foreach(cell, checker->model->source->tables)
	{
		const Table *table = lfirst(cell);

		if (!OidIsValid(table->oid))
			continue;
		check_grants_of(checker, table, "PUBLIC", InvalidOid, &none);
		foreach(inner, checker->model->roles)
		{
			const Role *role = lfirst(inner);
			Grants		wanted;

			if (role->oid == table->owner)
				continue;
			grants_wanted(table, role->name, &wanted);
			check_grants_of(checker, table, role->label, role->oid, &wanted);
		}
	}
}

/* Schemas, sequences and memberships: their steps say whether they are needed. */
static void
check_usage(Checker *checker)
{
	ListCell   *cell;

	foreach(cell, checker->plan->steps)
	{
		const Step *step = lfirst(cell);

		if (!step->is_needed)
			continue;
		if (strncmp(step->statement, "GRANT USAGE ON ", strlen("GRANT USAGE ON ")) == 0 &&
			tagged_find(checker->model->tagged, step->object) == NULL)
			add(checker, step->object, CHANGED, psprintf("Role \"%s\" lacks USAGE.", step->role));
		else if (strncmp(step->statement, "REVOKE USAGE ON ", strlen("REVOKE USAGE ON ")) == 0)
			add(checker, step->object, UNEXPECTED, psprintf("Role \"%s\" has USAGE.", step->role));
	}
}

/* ---- what others have made ---- */

static void
check_foreign_policies(Checker *checker)
{
	ListCell   *cell;

	foreach(cell, model_foreign_policies(checker->model))
		add(checker, ((QueryRow *) lfirst(cell))->values[1], UNEXPECTED,
			"It is permissive, and was not made by apply.");
}

static void
check_helper_schema(Checker *checker)
{
	char	   *sql = psprintf("SELECT format('schema %%I', n.nspname),"
							   " format('%%s may use it.', coalesce(quote_ident(r.rolname), 'PUBLIC'))"
							   " FROM pg_catalog.pg_namespace n, aclexplode(n.nspacl) a"
							   " LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee"
							   " WHERE n.nspname = %s AND a.grantee <> n.nspowner"
							   " AND a.privilege_type = 'USAGE' ORDER BY 2",
							   quote_literal_cstr(checker->model->helper_schema));

	add_rows(checker, UNEXPECTED, sql);
}

/* The tables with all that is below them: what is read there directly has no policies of ours. */
#define TREE \
	"WITH RECURSIVE tree (oid, top) AS (SELECT c.oid, c.oid FROM pg_catalog.pg_class c WHERE c.oid = ANY ($1)" \
	" UNION SELECT i.inhrelid, t.top FROM pg_catalog.pg_inherits i JOIN tree t ON t.oid = i.inhparent)"

/* What PUBLIC or a role of ours may do with a relation r, on columns as well. */
#define GRANTEES \
	" CROSS JOIN LATERAL (SELECT x.grantee FROM aclexplode(r.relacl) x UNION SELECT x.grantee" \
	"  FROM pg_catalog.pg_attribute l, aclexplode(l.attacl) x WHERE l.attrelid = r.oid) a" \
	" LEFT JOIN pg_catalog.pg_roles g ON g.oid = a.grantee" \
	" WHERE (a.grantee = 0 OR a.grantee = ANY ($2))"

static void
check_children(Checker *checker)
{
	add_rows(checker, UNEXPECTED,
			 TREE " SELECT DISTINCT format('table %I.%I', n.nspname, r.relname),"
			 " format('It is below %s, whose policies it does not have, and %s may use it.', t.top::regclass,"
			 " coalesce(quote_ident(g.rolname), 'PUBLIC'))"
			 " FROM tree t JOIN pg_catalog.pg_class r ON r.oid = t.oid"
			 " JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace"
			 GRANTEES " AND r.oid <> ALL ($1) ORDER BY 1, 2");
}

/*
 * Such a view shows what its owner sees, whatever the policies say.  It may read a
 * table by way of other views.
 */
static void
check_owner_run_views(Checker *checker)
{
	ListCell   *cell;

	foreach(cell, query_rows(TREE ", reader (oid, relation) AS (SELECT t.oid, t.oid FROM tree t"
							 " UNION SELECT w.ev_class, v.relation FROM reader v"
							 " JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = v.oid"
							 " AND d.classid = 'pg_rewrite'::regclass"
							 " JOIN pg_catalog.pg_rewrite w ON w.oid = d.objid AND w.ev_class <> v.oid)"
							 " SELECT DISTINCT format('view %I.%I', n.nspname, r.relname),"
							 " format('It reads %s with the rights of its owner, and %s may use it.', v.relation::regclass,"
							 " coalesce(quote_ident(g.rolname), 'PUBLIC'))"
							 " FROM reader v JOIN pg_catalog.pg_class r ON r.oid = v.oid"
							 " JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace"
							 GRANTEES " AND r.relkind IN ('v', 'm') AND v.relation <> r.oid"
							 " AND NOT coalesce((SELECT o.option_value::bool FROM pg_options_to_table(r.reloptions) o"
							 "  WHERE o.option_name = 'security_invoker'), false) ORDER BY 1, 2",
							 checker->tables, checker->roles))
	{
		const QueryRow *row = lfirst(cell);

		if (tagged_find(checker->model->tagged, row->values[0]) == NULL)
			add(checker, row->values[0], UNEXPECTED, row->values[1]);
	}
}

List	   *
permissions_check(const Request *request)
{
	Checker		checker = {.model = model_make(request)};

	checker.plan = plan_make(checker.model);
	checker.tables = model_table_oids(checker.model);
	checker.roles = model_role_oids(checker.model);
	check_roles(&checker);
	check_objects(&checker);
	check_row_security(&checker);
	check_grants(&checker);
	check_usage(&checker);
	check_foreign_policies(&checker);
	check_helper_schema(&checker);
	check_children(&checker);
	check_owner_run_views(&checker);
	return checker.drifts;
}
