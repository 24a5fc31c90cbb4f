/* SPDX-License-Identifier: PostgreSQL */
/*
 * plan_tables.c: row security, policies, preset triggers and grants of a table.
 */
#include "compat.h"

#include "utils/acl.h"
#include "utils/builtins.h"

#include "json/write.h"
#include "permissions/condition_sql.h"
#include "permissions/grants.h"
#include "permissions/name.h"
#include "permissions/plan.h"
#include "permissions/raise.h"

/* ---- row security ---- */

/* Whether an earlier apply has turned row security on, or forced it. */
static bool
was_done_by_us(const PermissionPlan *plan, const Table *table, const char *what)
{
	ListCell   *cell;

	foreach(cell, plan->model->tagged)
	{
		const Tagged *tagged = lfirst(cell);

		if (tagged->relation == table->oid && tagged_is_of(tagged, plan->model->source->name) &&
			json_member(tagged->tag, what) != NULL)
			return true;
	}
	return false;
}

/* Whether it is forced once the plan has run. */
static bool
is_forced(const PermissionPlan *plan, const Table *table)
{
	return plan->model->options.force_rls ||
		(table->forces_row_security && !was_done_by_us(plan, table, "rls_forced"));
}

void
plan_row_security(PermissionPlan *plan, const Table *table)
{
	char	   *object = psprintf("table %s", table->label);

	plan_step(plan, object, NULL, psprintf("ALTER TABLE %s ENABLE ROW LEVEL SECURITY", table->label),
			  !table->has_row_security);
	if (is_forced(plan, table))
		plan_step(plan, object, NULL, psprintf("ALTER TABLE %s FORCE ROW LEVEL SECURITY", table->label),
				  !table->forces_row_security);
	else if (table->forces_row_security)
		plan_step(plan, object, NULL,
				  psprintf("ALTER TABLE %s NO FORCE ROW LEVEL SECURITY", table->label), true);
}

/* ---- policies ---- */

static char *
check_sql(const PermissionPlan *plan, const Rule *rule)
{
	char	   *sql;

	if (rule->check == NULL || condition_is_true(rule->check))
		return plan_guard(rule);
	sql = condition_sql(rule->check, rule->table, plan->model->helper_schema);
	return plan->model->options.null_passes ?
		psprintf("%s AND ((%s) IS NOT FALSE)", plan_guard(rule), sql) :
		psprintf("%s AND %s", plan_guard(rule), sql);
}

static char *
policy_statement(const PermissionPlan *plan, const Rule *rule, const char *name)
{
	static const char *const words[] = {
		[OPERATION_SELECT] = "SELECT",
		[OPERATION_INSERT] = "INSERT",
		[OPERATION_UPDATE] = "UPDATE",
		[OPERATION_DELETE] = "DELETE",
	};
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfo(&sql, "CREATE POLICY %s ON %s AS PERMISSIVE FOR %s TO %s", name,
					 rule->table->label, words[rule->operation],
					 model_role(plan->model, rule)->label);
	if (rule->operation != OPERATION_INSERT)
		appendStringInfo(&sql, " USING (%s)", plan_filter(plan, rule));
	if (rule->operation == OPERATION_INSERT || rule->operation == OPERATION_UPDATE)
		appendStringInfo(&sql, " WITH CHECK (%s)", check_sql(plan, rule));
	return sql.data;
}

static Planned *
policy_object(PermissionPlan *plan, const Table *table, const char *name, char *statement, TagFields tag)
{
	Planned		object = {
		.object = psprintf("policy %s on %s", name, table->label),
		.role = tag.role,
		.statements = list_make1(statement),
		.tag = tag,
	};

	Planned    *planned;

	object.tag.source = plan->model->source->name;
	object.tag.table = table->label;
	object.tag.rls_enabled = !table->has_row_security || was_done_by_us(plan, table, "rls_enabled");
	object.tag.rls_forced = plan->model->options.force_rls &&
		(!table->forces_row_security || was_done_by_us(plan, table, "rls_forced"));
	planned = plan_object(plan, &object);
	if (planned->tagged != NULL)
		planned->before = psprintf("DROP POLICY %s ON %s", name, table->label);
	return planned;
}

static Planned *
rule_policy(PermissionPlan *plan, const Rule *rule)
{
	const char *name = psprintf("herm_jwt_%s_%s", operation_text(rule->operation), rule->role);
	TagFields	tag = {
		.role = rule->role,
		.operation = operation_text(rule->operation),
		.permission = rule->body,
		.variables = rule->variables,
	};

	name = pstrdup(quote_identifier(name_bounded(name)));
	return policy_object(plan, rule->table, name, policy_statement(plan, rule, name), tag);
}

/* Those who see everything; else only they who are above row security do. */
static Planned *
exempt_policy(PermissionPlan *plan, const Table *table)
{
	TagFields	tag = {0};
	StringInfoData roles;
	ListCell   *cell;

	initStringInfo(&roles);
	foreach(cell, plan->model->options.exempt_roles)
	{
		if (!OidIsValid(get_role_oid(lfirst(cell), true /* missing is ok */ )))
			raise_bad_option("exempt_roles", psprintf("Role \"%s\" does not exist.",
													  (char *) lfirst(cell)));
		appendStringInfo(&roles, "%s%s", roles.len > 0 ? ", " : "", quote_identifier(lfirst(cell)));
	}
	return policy_object(plan, table, "herm_jwt_exempt",
						 psprintf("CREATE POLICY herm_jwt_exempt ON %s AS PERMISSIVE FOR ALL TO %s "
								  "USING (true) WITH CHECK (true)", table->label, roles.data), tag);
}

/* What reads with the owner's rights reads nothing without it where row security is forced. */
static Planned *
owner_policy(PermissionPlan *plan, const Table *table)
{
	TagFields	tag = {0};

	return policy_object(plan, table, "herm_jwt_owner",
						 psprintf("CREATE POLICY herm_jwt_owner ON %s AS PERMISSIVE FOR SELECT TO %s "
								  "USING (true)", table->label,
								  quote_identifier(GetUserNameFromId(table->owner, false))), tag);
}

/* Whether a role view, a helper view or the wrapper of a computed field reads it. */
static bool
is_read_as_owner(const PermissionPlan *plan, const Table *table)
{
	ListCell   *cell;

	foreach(cell, table->rules)
	{
		const Rule *rule = lfirst(cell);

		if (rule_is_made(rule) && rule_needs_view(rule))
			return true;
	}
	foreach(cell, plan->model->wrappers)
	{
		const Field *field = lfirst(cell);

		if (field->table == table || field->rows_of == table)
			return true;
	}
	return table->has_helper;
}

static bool
will_be_forced(const PermissionPlan *plan, const Table *table)
{
	if (list_member_ptr(plan->secured, table))
		return is_forced(plan, table);
	return table->has_row_security && table->forces_row_security;
}

List	   *
plan_owner_policies(PermissionPlan *plan)
{
	List	   *planned = NIL;
	ListCell   *cell;

	foreach(cell, plan->model->source->tables)
	{
		const Table *table = lfirst(cell);

		if (OidIsValid(table->oid) && will_be_forced(plan, table) && is_read_as_owner(plan, table))
			planned = lappend(planned, owner_policy(plan, table));
	}
	return planned;
}

/* ---- presets ---- */

/* {"role": {"column": value}}, of all roles that have presets. */
static char *
presets_of(const Table *table, Operation operation)
{
	StringInfoData json;
	ListCell   *cell;

	initStringInfo(&json);
	foreach(cell, table->rules)
	{
		const Rule *rule = lfirst(cell);

		if (!rule_is_made(rule) || rule->operation != operation || rule->presets == NULL)
			continue;
		appendStringInfoString(&json, json.len == 0 ? "{" : ", ");
		json_append_string(&json, slice_cstring(rule->role));
		appendStringInfoString(&json, ": ");
		json_append_node(&json, rule->presets);
	}
	if (json.len == 0)
		return NULL;
	appendStringInfoChar(&json, '}');
	return json.data;
}

static Planned *
preset_trigger(PermissionPlan *plan, const Table *table, Operation operation, const char *presets)
{
	const char *word = operation == OPERATION_INSERT ? "INSERT" : "UPDATE";
	const char *name = psprintf("\"!herm_jwt_%s\"", operation_text(operation));
	Planned		object = {
		.object = psprintf("trigger %s on %s", name, table->label),
		.statements = list_make1(psprintf("CREATE OR REPLACE TRIGGER %s BEFORE %s ON %s FOR EACH ROW "
										  "EXECUTE FUNCTION herm_jwt.apply_presets(%s)", name, word,
										  table->label, quote_literal_cstr(presets))),
		.tag = {
			.source = plan->model->source->name,
			.operation = operation_text(operation),
			.table = table->label,
		},
	};

	return plan_object(plan, &object);
}

List	   *
plan_policies(PermissionPlan *plan, Table *table)
{
	static const Operation with_presets[] = {OPERATION_INSERT, OPERATION_UPDATE};
	List	   *planned = NIL;
	ListCell   *cell;

	foreach(cell, table->rules)
	{
		if (rule_is_made(lfirst(cell)))
			planned = lappend(planned, rule_policy(plan, lfirst(cell)));
	}
	if (plan->model->options.exempt_roles != NIL)
		planned = lappend(planned, exempt_policy(plan, table));
	for (int i = 0; i < COUNT_OF(with_presets); i++)
	{
		char	   *presets = presets_of(table, with_presets[i]);

		if (presets != NULL)
			planned = lappend(planned, preset_trigger(plan, table, with_presets[i], presets));
	}
	return planned;
}

/* ---- grants ---- */

/* What an owner has of his own table is nobody's gift; his role was refused. */
static void
append_roles(StringInfo list, const List *roles, const Table *table)
{
	ListCell   *cell;

	foreach(cell, roles)
	{
		const Role *role = lfirst(cell);

		if (OidIsValid(role->oid) && role->oid != table->owner)
			appendStringInfo(list, "%s%s", list->len > 0 ? ", " : "", role->label);
	}
}

/* A table that is tracked no more is its owner's again, but for what was given to our roles. */
static char *
revoke_from(const PermissionPlan *plan, const Table *table)
{
	StringInfoData roles;

	initStringInfo(&roles);
	appendStringInfoString(&roles, table->is_former ? "" : "PUBLIC");
	append_roles(&roles, plan->model->roles, table);
	append_roles(&roles, plan->model->former_roles, table);
	return roles.data;
}

void
plan_grants(PermissionPlan *plan, const Table *table)
{
	char	   *object = psprintf("table %s", table->label);
	ListCell   *cell;
	bool		is_needed;

	if (!OidIsValid(table->oid) || !(superuser() || OWNS_RELATION(table->oid, GetUserId())))
		return;
	is_needed = !grants_are_current(plan->model, table);
	plan_step(plan, object, NULL,
			  psprintf("REVOKE ALL ON %s FROM %s", table->label, revoke_from(plan, table)), is_needed);
	foreach(cell, plan->model->roles)
	{
		const Role *role = lfirst(cell);
		ListCell   *statement;

		foreach(statement, grants_statements(table, role))
			plan_step(plan, object, role->name, lfirst(statement), is_needed);
	}
}
