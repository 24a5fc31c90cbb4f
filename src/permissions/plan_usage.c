/* SPDX-License-Identifier: PostgreSQL */
/*
 * plan_usage.c: what goes with the grants of tables: schemas and sequences.
 */
#include "compat.h"

#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "utils/builtins.h"

#include "permissions/grants.h"
#include "permissions/plan.h"
#include "permissions/query.h"

/* One thing that roles need USAGE of. */
typedef struct Usable
{
	Oid			class;
	Oid			oid;
	char	   *object;			/* "schema s", "sequence s.q" */
} Usable;

static bool
role_has_rule(const Role *role, const Table *table, bool insert_only)
{
	for (Operation operation = 0; operation < OPERATION_COUNT; operation++)
	{
		if ((operation == OPERATION_INSERT || !insert_only) &&
			model_rule(table, role->name, operation) != NULL)
			return true;
	}
	return false;
}

static bool
role_needs(const Role *role, const List *tables, bool insert_only)
{
	ListCell   *cell;

	foreach(cell, tables)
	{
		if (role_has_rule(role, lfirst(cell), insert_only))
			return true;
	}
	return false;
}

/* Whether another source, or another owner's table, gives a role something in a schema. */
static bool
is_used_elsewhere(const PermissionPlan *plan, const Usable *usable, const Role *role)
{
	ListCell   *cell;

	if (usable->class != NamespaceRelationId)
		return false;
	foreach(cell, query_rows("SELECT format('policy %I on %I.%I', p.polname, n.nspname, c.relname)"
							 " FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid"
							 " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
							 " WHERE n.oid = ANY ($1) AND p.polroles && $2",
							 list_make1_oid(usable->oid), list_make1_oid(role->oid)))
	{
		const Tagged *tagged = tagged_find(plan->model->tagged, ((QueryRow *) lfirst(cell))->values[0]);

		if (tagged == NULL || !tagged_is_of(tagged, plan->model->source->name))
			return true;
	}
	return false;
}

static void
plan_revoke_usage(PermissionPlan *plan, const Usable *usable, const Role *role)
{
	if (!is_used_elsewhere(plan, usable, role))
		plan_step(plan, usable->object, role->name,
				  psprintf("REVOKE USAGE ON %s FROM %s", usable->object, role->label), true);
}

/* tables: those for whose sake a role needs it. */
static void
plan_usage_of(PermissionPlan *plan, const Usable *usable, const List *tables)
{
	bool		insert_only = usable->class == RelationRelationId;
	ListCell   *cell;

	foreach(cell, plan->model->roles)
	{
		const Role *role = lfirst(cell);
		bool		has = OidIsValid(role->oid) &&
		grants_has_usage(usable->class, usable->oid, role->oid);

		if (role_needs(role, tables, insert_only))
			plan_step(plan, usable->object, role->name,
					  psprintf("GRANT USAGE ON %s TO %s", usable->object, role->label), !has);
		else if (has)
			plan_revoke_usage(plan, usable, role);
	}
	foreach(cell, plan->model->former_roles)
	{
		const Role *role = lfirst(cell);

		if (grants_has_usage(usable->class, usable->oid, role->oid))
			plan_revoke_usage(plan, usable, role);
	}
}

static List *
tables_now_and_then(const PermissionPlan *plan)
{
	return list_concat_copy(plan->model->source->tables, plan->model->former_tables);
}

static List *
secured_in(const PermissionPlan *plan, const char *schema)
{
	List	   *tables = NIL;
	ListCell   *cell;

	foreach(cell, plan->secured)
	{
		Table	   *table = lfirst(cell);

		if (strcmp(table->schema, schema) == 0)
			tables = lappend(tables, table);
	}
	return tables;
}

static void
plan_schema_usage(PermissionPlan *plan)
{
	List	   *done = NIL;
	ListCell   *cell;

	foreach(cell, tables_now_and_then(plan))
	{
		const Table *table = lfirst(cell);
		Usable		schema = {
			.class = NamespaceRelationId,
			.oid = get_namespace_oid(table->schema, true /* missing is ok */ ),
			.object = psprintf("schema %s", quote_identifier(table->schema)),
		};

		if (!OidIsValid(schema.oid) || list_member_oid(done, schema.oid))
			continue;
		done = lappend_oid(done, schema.oid);
		plan_usage_of(plan, &schema, secured_in(plan, table->schema));
	}
}

/* Tables may share a sequence: their rows stand one after the other. */
static bool
next_is_of(const List *rows, const ListCell *cell, Oid sequence)
{
	const ListCell *next = lnext(rows, cell);

	return next != NULL && query_oid(lfirst(next), 1) == sequence;
}

/* Defaults take their values with the rights of who inserts; those of identity columns do not. */
static void
plan_sequence_usage(PermissionPlan *plan)
{
	List	   *oids = NIL;
	List	   *tables = NIL;
	List	   *rows;
	ListCell   *cell;

	foreach(cell, tables_now_and_then(plan))
		oids = lappend_oid(oids, ((Table *) lfirst(cell))->oid);
	rows = query_rows("SELECT DISTINCT a.adrelid, s.oid, format('sequence %I.%I', n.nspname, s.relname) AS object"
					  " FROM pg_catalog.pg_attrdef a JOIN pg_catalog.pg_depend d"
					  " ON d.classid = 'pg_attrdef'::regclass AND d.objid = a.oid AND d.refclassid = 'pg_class'::regclass"
					  " JOIN pg_catalog.pg_class s ON s.oid = d.refobjid AND s.relkind = 'S'"
					  " JOIN pg_catalog.pg_namespace n ON n.oid = s.relnamespace"
					  " WHERE a.adrelid = ANY ($1) ORDER BY object, a.adrelid", oids, NIL);
	foreach(cell, rows)
	{
		const QueryRow *row = lfirst(cell);
		Table	   *table = source_table_of(plan->model->source, query_oid(row, 0));
		Usable		sequence = {
			.class = RelationRelationId,
			.oid = query_oid(row, 1),
			.object = row->values[2],
		};

		if (table != NULL)
			tables = lappend(tables, table);
		if (next_is_of(rows, cell, sequence.oid))
			continue;
		plan_usage_of(plan, &sequence, tables);
		tables = NIL;
	}
}

void
plan_usage(PermissionPlan *plan)
{
	plan_schema_usage(plan);
	plan_sequence_usage(plan);
}
