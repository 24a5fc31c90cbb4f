/* SPDX-License-Identifier: PostgreSQL */
/*
 * plan_objects.c: roles, schemas, wrappers of computed fields, helper views and
 * role views.
 */
#include "compat.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_default_acl.h"
#include "catalog/pg_namespace.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/syscache.h"

#include "permissions/condition_sql.h"
#include "permissions/helper.h"
#include "permissions/plan.h"
#include "permissions/name.h"
#include "permissions/query.h"
#include "permissions/raise.h"

static char *
quoted_role(Oid role)
{
	return pstrdup(quote_identifier(GetUserNameFromId(role, false /* must exist */ )));
}

static bool
role_is_used(const PermissionPlan *plan, const Role *role)
{
	ListCell   *cell;

	foreach(cell, plan->model->rules)
	{
		const Rule *rule = lfirst(cell);

		if (rule_is_made(rule) && strcmp(rule->role, role->name) == 0)
			return true;
	}
	return false;
}

/* ---- roles ---- */

/* A member that inherits would add up what all its roles may do. */
static Oid
member_oid(const char *name)
{
	HeapTuple	tuple = SearchSysCache1(AUTHNAME, CStringGetDatum(name));
	Oid			oid;
	bool		inherits;

	if (!HeapTupleIsValid(tuple))
		raise_bad_option("grant_to", psprintf("Role \"%s\" does not exist.", name));
	oid = ((Form_pg_authid) GETSTRUCT(tuple))->oid;
	inherits = ((Form_pg_authid) GETSTRUCT(tuple))->rolinherit;
	ReleaseSysCache(tuple);
	if (inherits && !MEMBERSHIP_HAS_OPTIONS)
		raise_bad_option_hint("grant_to",
							  psprintf("Role \"%s\" has INHERIT, and would have the rights of "
									   "all its roles at once.", name),
							  psprintf("ALTER ROLE %s NOINHERIT.", quote_identifier(name)));
	return oid;
}

static bool
is_direct_member(Oid member, Oid role)
{
	return OidIsValid(role) &&
		SearchSysCacheExists2(AUTHMEMROLEMEM, ObjectIdGetDatum(role), ObjectIdGetDatum(member));
}

void
plan_memberships(PermissionPlan *plan)
{
	ListCell   *cell;
	ListCell   *inner;

	foreach(cell, plan->model->options.grant_to)
	{
		Oid			member = member_oid(lfirst(cell));

		foreach(inner, plan->model->roles)
		{
			const Role *role = lfirst(inner);

			if (role_is_used(plan, role))
				plan_step(plan, psprintf("role %s", role->label), role->name,
						  psprintf("GRANT %s TO %s" MEMBERSHIP_OPTIONS, role->label,
								   quote_identifier(lfirst(cell))),
						  !is_direct_member(member, role->oid));
		}
	}
}

/* A role that is there already is used as it is: it was found harmless. */
List	   *
plan_roles(PermissionPlan *plan)
{
	List	   *planned = NIL;
	ListCell   *cell;

	foreach(cell, plan->model->roles)
	{
		const Role *role = lfirst(cell);
		Planned		object = {
			.object = psprintf("role %s", role->label),
			.role = role->name,
			.statements = list_make1(psprintf("CREATE ROLE %s NOLOGIN NOINHERIT", role->label)),
			.tag = {.role = role->name},
		};

		if (!OidIsValid(role->oid) && role_is_used(plan, role))
			planned = lappend(planned, plan_object(plan, &object));
	}
	return planned;
}

/* ---- what others have ---- */

/* Who gets something of what is made now, by default privileges; NULL: nobody. */
static char *
find_default_grantees(char kind)
{
	char	   *sql = psprintf("SELECT string_agg(DISTINCT coalesce(quote_ident(r.rolname), 'PUBLIC'), ', ')"
							   " FROM pg_catalog.pg_default_acl d, aclexplode(d.defaclacl) a"
							   " LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee"
							   " WHERE d.defaclrole = ANY ($1) AND d.defaclobjtype = '%c'"
							   " AND a.grantee <> d.defaclrole", kind);
	List	   *rows = query_rows(sql, list_make1_oid(GetUserId()), NIL);

	return ((QueryRow *) linitial(rows))->values[0];
}

/* A view of ours is read by those whom it is granted to, and written by nobody. */
static char *
revoke_view(const char *name)
{
	char	   *grantees = find_default_grantees(DEFACLOBJ_RELATION);

	return grantees == NULL ? NULL : psprintf("REVOKE ALL ON %s FROM %s", name, grantees);
}

/* ---- schemas ---- */

/*
 * The owner of a schema could read every helper view in it; and one that somebody else
 * made has other things in it, for which USAGE and a tag of ours are not meant.
 */
static void
check_schema(const PermissionPlan *plan, const char *name, const char *object)
{
	HeapTuple	tuple = SearchSysCache1(NAMESPACENAME, CStringGetDatum(name));
	Oid			owner;

	if (!HeapTupleIsValid(tuple))
		return;
	owner = ((Form_pg_namespace) GETSTRUCT(tuple))->nspowner;
	ReleaseSysCache(tuple);
	if (owner != GetUserId() && !(superuser() && superuser_arg(owner)))
		raise_not_allowed(psprintf("schema \"%s\" is owned by somebody else", name),
						  "Its owner could read what is made there. Drop or rename it, or apply "
						  "permissions as its owner.");
	if (tagged_find(plan->model->tagged, object) == NULL)
		raise_not_allowed(psprintf("schema \"%s\" was not made by apply_permissions()", name),
						  "Views are made in a schema of that name. Drop or rename it.");
}

/*
 * Who has more of a schema than he should: of the helper schema anything at all, of
 * a role's own more than USAGE; NULL: nobody.
 */
static char *
find_intruders(const char *name, const Role *role)
{
	char	   *sql = psprintf("SELECT string_agg(DISTINCT coalesce(quote_ident(r.rolname), 'PUBLIC'), ', ')"
							   " FROM pg_catalog.pg_namespace n, aclexplode(n.nspacl) a"
							   " LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee"
							   " WHERE n.nspname = %s AND a.grantee <> n.nspowner AND (%s OR (a.grantee = ANY ($1)"
							   " AND (a.privilege_type <> 'USAGE' OR a.is_grantable)))",
							   quote_literal_cstr(name), role == NULL ? "true" : "false");
	List	   *rows = query_rows(sql, role == NULL ? NIL : list_make1_oid(role->oid), NIL);

	return ((QueryRow *) linitial(rows))->values[0];
}

static Planned *
schema_object(PermissionPlan *plan, const char *name, const Role *role)
{
	const char *label = pstrdup(quote_identifier(name));
	Planned		object = {
		.object = psprintf("schema %s", label),
		.role = role != NULL ? role->name : NULL,
		.statements = list_make1(psprintf("CREATE SCHEMA IF NOT EXISTS %s", label)),
		.tag = {
			.source = plan->model->source->name,
			.role = role != NULL ? role->name : NULL,
			.options = role != NULL ? NULL : plan->model->options_json,
			.resource_version = role != NULL ? NULL : plan->model->source->resource_version,
		},
	};

	bool		is_there = OidIsValid(get_namespace_oid(name, true /* missing is ok */ ));
	char	   *intruders = is_there ? find_intruders(name, role) :
	find_default_grantees(DEFACLOBJ_NAMESPACE);
	Planned    *planned;

	check_schema(plan, name, object.object);
	if (intruders != NULL)
		object.revoke = psprintf("REVOKE ALL ON SCHEMA %s FROM %s", label, intruders);
	if (role != NULL)
		object.statements = lappend(object.statements,
									psprintf("GRANT USAGE ON SCHEMA %s TO %s", label, role->label));
	planned = plan_object(plan, &object);
	planned->is_current = planned->is_current && intruders == NULL;
	return planned;
}

/* ---- wrappers and helper views ---- */

static Planned *
wrapper_object(PermissionPlan *plan, const Field *field)
{
	const char *schema = plan->model->helper_schema;
	char	   *signature = field_signature(field, schema);
	Planned		object = {
		.object = psprintf("function %s", signature),
		.statements = list_make2(field_definition(field, schema),
								 psprintf("ALTER FUNCTION %s OWNER TO %s", signature,
										  quoted_role(field->table->owner))),
		.tag = {.source = plan->model->source->name,.table = field->table->label},
	};

	return plan_object(plan, &object);
}

/* Whether it has been planned for another computed field, of the same function. */
static bool
has_wrapper(const PermissionPlan *plan, const Field *field)
{
	const char *definition = field_definition(field, plan->model->helper_schema);
	ListCell   *cell;

	foreach(cell, plan->planned)
	{
		if (strcmp(linitial(((Planned *) lfirst(cell))->statements), definition) == 0)
			return true;
	}
	return false;
}

static Planned *
helper_object(PermissionPlan *plan, const Table *table)
{
	const char *schema = plan->model->helper_schema;
	char	   *name = helper_name(table, schema);
	Planned		object = {
		.object = psprintf("view %s", name),
		.statements = list_make3(helper_definition(table, schema),
								 psprintf("ALTER VIEW %s OWNER TO %s", name, quoted_role(table->owner)),
								 psprintf("GRANT SELECT ON %s TO PUBLIC", name)),
		.revoke = revoke_view(name),
		.tag = {.source = plan->model->source->name,.table = table->label},
	};

	return plan_object(plan, &object);
}

static bool
is_anything_made(const Model *model)
{
	ListCell   *cell;

	foreach(cell, model->rules)
	{
		if (rule_is_made(lfirst(cell)))
			return true;
	}
	return false;
}

/* The helper schema is there also where it is empty: its tag keeps the options. */
List	   *
plan_helpers(PermissionPlan *plan)
{
	List	   *planned = NIL;
	ListCell   *cell;

	if (!is_anything_made(plan->model))
		return NIL;
	planned = lappend(planned, schema_object(plan, plan->model->helper_schema, NULL));
	foreach(cell, plan->model->wrappers)
	{
		if (!has_wrapper(plan, lfirst(cell)))
			planned = lappend(planned, wrapper_object(plan, lfirst(cell)));
	}
	foreach(cell, plan->model->source->tables)
	{
		const Table *table = lfirst(cell);

		if (table->has_helper)
			planned = lappend(planned, helper_object(plan, table));
	}
	return planned;
}

/* ---- role views ---- */

static void
put_item(StringInfo items, const char *expression, const Condition *condition, const char *name,
		 const PermissionPlan *plan, const Table *table)
{
	appendStringInfoString(items, items->len > 0 ? ", " : "");
	if (condition == NULL)
		appendStringInfo(items, "%s AS %s", expression, quote_identifier(name));
	else
		appendStringInfo(items, "CASE WHEN %s THEN %s END AS %s",
						 condition_sql(condition, table, plan->model->helper_schema), expression,
						 quote_identifier(name));
}

static const Cell *
find_cell(const Rule *rule, const Column *column, const Field *field)
{
	ListCell   *cell;

	foreach(cell, rule->cells)
	{
		const Cell *found = lfirst(cell);

		if (found->column == column && found->field == field)
			return found;
	}
	return NULL;
}

static void
put_columns(StringInfo items, const PermissionPlan *plan, const Rule *rule)
{
	for (int i = 0; i < rule->table->column_count; i++)
	{
		const Column *column = &rule->table->columns[i];
		const Cell *shown = find_cell(rule, column, NULL);
		char	   *expression = psprintf("%s.%s", rule->table->alias,
										  pstrdup(quote_identifier(column->name)));

		if (shown != NULL)
			put_item(items, expression, shown->condition, column->name, plan, rule->table);
		else if (bms_is_member(i, rule->columns) || bms_is_member(i, rule->key_columns))
			put_item(items, expression, NULL, column->name, plan, rule->table);
	}
}

static void
put_field(StringInfo items, const PermissionPlan *plan, const Rule *rule, const Field *field)
{
	const Cell *shown = find_cell(rule, NULL, field);
	StringInfoData call;

	initStringInfo(&call);
	field_append_call(&call, field, plan->model->helper_schema,
					  psprintf("%s.*", rule->table->alias));
	put_item(items, call.data, shown != NULL ? shown->condition : NULL, field->name, plan,
			 rule->table);
}

static void
put_fields(StringInfo items, const PermissionPlan *plan, const Rule *rule)
{
	ListCell   *cell;

	foreach(cell, rule->fields)
		put_field(items, plan, rule, lfirst(cell));
	foreach(cell, rule->cells)
	{
		const Cell *shown = lfirst(cell);

		if (shown->field != NULL)
			put_field(items, plan, rule, shown->field);
	}
}

static Planned *
view_object(PermissionPlan *plan, const Rule *rule)
{
	const Role *role = model_role(plan->model, rule);
	char	   *name = table_qualified(role->database_name, name_of_role_view(rule->table->schema, rule->table->name));
	StringInfoData items;
	Planned		object = {
		.object = psprintf("view %s", name),
		.role = rule->role,
		.revoke = revoke_view(name),
		.tag = {
			.source = plan->model->source->name,
			.role = rule->role,
			.operation = operation_text(rule->operation),
			.table = rule->table->label,
			.permission = rule->body,
			.variables = rule->variables,
		},
	};

	initStringInfo(&items);
	put_columns(&items, plan, rule);
	put_fields(&items, plan, rule);
	object.statements =
		list_make3(psprintf("CREATE OR REPLACE VIEW %s WITH (security_barrier) AS SELECT %s FROM %s WHERE %s",
							name, items.data, rule->table->label, plan_filter(plan, rule)),
				   psprintf("ALTER VIEW %s OWNER TO %s", name, quoted_role(rule->table->owner)),
				   psprintf("GRANT SELECT ON %s TO %s", name, role->label));
	return plan_object(plan, &object);
}

List	   *
plan_role_views(PermissionPlan *plan)
{
	List	   *planned = NIL;
	List	   *roles = NIL;
	ListCell   *cell;

	foreach(cell, plan->model->rules)
	{
		const Rule *rule = lfirst(cell);
		Role	   *role = unconstify(Role *, model_role(plan->model, rule));

		if (!rule_is_made(rule) || !rule_needs_view(rule))
			continue;
		if (!list_member_ptr(roles, role))
			planned = lappend(planned, schema_object(plan, role->database_name, role));
		roles = list_append_unique_ptr(roles, role);
		planned = lappend(planned, view_object(plan, rule));
	}
	return planned;
}
