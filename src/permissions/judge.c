/* SPDX-License-Identifier: PostgreSQL */
/*
 * judge.c: what is found of rules when they stand side by side, and beside what
 * else the catalogs hold (docs/permissions.md, "The review").
 */
#include "compat.h"

#include "catalog/pg_class.h"
#include "utils/acl.h"
#include "utils/builtins.h"

#include "permissions/model.h"
#include "permissions/name.h"
#include "permissions/query.h"

/* What others have done since apply: a check says so itself, and ours is wanted all the same. */
static bool
is_drift(const Model *model, Reason reason)
{
	return model->for_check && (reason == REASON_ROLE_UNSAFE || reason == REASON_FOREIGN_POLICY);
}

/* ---- what refuses a rule ---- */

static bool
may_manage(const Table *table)
{
	return superuser() || OWNS_RELATION(table->oid, GetUserId());
}

/* The rule's own, and those that its expressions enter. */
static List *
tables_of(const Rule *rule)
{
	List	   *tables = list_make1(rule->table);
	ListCell   *cell;

	foreach(cell, rule_conditions(rule))
		tables = condition_targets(lfirst(cell), tables);
	return tables;
}

static void
judge_owner(Rule *rule)
{
	ListCell   *cell;

	foreach(cell, tables_of(rule))
	{
		const Table *table = lfirst(cell);

		if (OidIsValid(table->oid) && !may_manage(table))
			findings_add(&rule->findings, REASON_NOT_OWNER, "%s is owned by somebody else.",
						 table->label);
	}
}

static void
judge_role(const Model *model, Rule *rule)
{
	const Role *role = model_role(model, rule);

	for (int reason = 0; reason < REASON_COUNT; reason++)
	{
		if (role->findings.sentences[reason] != NULL && !is_drift(model, reason))
			findings_add(&rule->findings, reason, "%s", role->findings.sentences[reason]);
	}
}

static void
judge_kind(const Model *model, Rule *rule)
{
	bool		is_table = table_can_have_policies(rule->table);

	if (OidIsValid(rule->table->oid) && !is_table && rule->operation != OPERATION_SELECT)
		findings_add(&rule->findings, REASON_NOT_A_TABLE,
					 "%s is no table, so that nothing can guard what is written to it.",
					 rule->table->label);
	if (!rule_needs_view(rule) || !OidIsValid(rule->table->oid))
		return;
	if (model->options.role_views)
	{
		findings_add(&rule->findings, REASON_ROLE_VIEW, "It is read through the view %s.",
					 table_qualified(model_role(model, rule)->database_name,
									 name_of_role_view(rule->table->schema, rule->table->name)));
		return;
	}
	findings_add(&rule->findings, REASON_NO_ROLE_VIEW,
				 "Option \"view_schema\" is \"none\", so what only a view can show is left out.");
	if (!is_table)
		findings_add(&rule->findings, REASON_NOT_A_TABLE, "%s is no table and cannot have policies.",
					 rule->table->label);
	rule->fields = NIL;
	rule->cells = NIL;
}

/* Through a view of ours one with security_invoker would still ask for the rights of the role. */
static void
judge_invoker_views(Rule *rule)
{
	ListCell   *cell;

	foreach(cell, tables_of(rule))
	{
		const Table *table = lfirst(cell);

		if (table->is_invoker_view)
			findings_add(&rule->findings, REASON_NOT_A_TABLE,
						 "%s is a view with security_invoker, which shows what the role may read by itself.",
						 table->label);
	}
}

static char *
view_name(const Rule *rule)
{
	return name_of_role_view(rule->table->schema, rule->table->name);
}

/* A role view that a rule needs. */
typedef struct NeededView
{
	Rule	   *rule;
	char	   *name;
} NeededView;

static int
compare_views(const ListCell *a, const ListCell *b)
{
	const NeededView *first = lfirst(a);
	const NeededView *second = lfirst(b);
	int			order = strcmp(first->rule->role, second->rule->role);

	return order != 0 ? order : strcmp(first->name, second->name);
}

static List *
needed_views(const Model *model)
{
	List	   *views = NIL;
	ListCell   *cell;

	foreach(cell, model->rules)
	{
		NeededView *view;

		if (!rule_needs_view(lfirst(cell)))
			continue;
		view = palloc(sizeof(NeededView));
		view->rule = lfirst(cell);
		view->name = view_name(view->rule);
		views = lappend(views, view);
	}
	return views;
}

static void
refuse_view(const NeededView *view, const NeededView *other)
{
	if (view->rule->table != other->rule->table)
		findings_add(&view->rule->findings, REASON_VIEW_NAME,
					 "Its view would have the name of that of %s.", other->rule->table->label);
}

/* Sorted, so that those of one name are neighbours. */
static void
judge_view_names(const Model *model)
{
	List	   *views = needed_views(model);

	list_sort(views, compare_views);
	for (int i = 1; i < list_length(views); i++)
	{
		const ListCell *last = list_nth_cell(views, i - 1);
		const ListCell *next = list_nth_cell(views, i);

		if (compare_views(last, next) != 0)
			continue;
		refuse_view(lfirst(last), lfirst(next));
		refuse_view(lfirst(next), lfirst(last));
	}
}

/* ---- policies of others ---- */

static void
note_foreign_policy(const Model *model, const QueryRow *row)
{
	const Table *table = source_table_of(model->source, query_oid(row, 0));
	ListCell   *cell;

	foreach(cell, table->rules)
		findings_add(&((Rule *) lfirst(cell))->findings, REASON_FOREIGN_POLICY,
					 "There is a permissive %s that would be added to ours.", row->values[1]);
}

static void
judge_foreign_policies(const Model *model)
{
	ListCell   *cell;

	foreach(cell, model_foreign_policies(model))
		note_foreign_policy(model, lfirst(cell));
}

static bool
has_event_trigger(const Table *table, Operation operation)
{
	const JsonNode *list = json_optional_member(table->node, "event_triggers");

	if (list == NULL)
		return false;
	json_foreach(trigger, list)
	{
		if (json_optional_member(json_member(trigger, "definition"),
								 operation_text(operation)) != NULL)
			return true;
	}
	return false;
}

/* ---- what makes a rule stricter ---- */

static void
judge_null(const Model *model, Rule *rule)
{
	if (rule->check != NULL && !model->options.null_passes && condition_may_be_null(rule->check))
		findings_add(&rule->findings, REASON_NULL_CHECK,
					 "The check may be NULL; that fails here and passes in Hasura.");
}

/* A check that passes where it is NULL lets rows through that a filter hides. */
static bool
check_implies(const Model *model, Condition *check, Condition *wanted, const Table *table)
{
	return condition_implies(check, wanted, table) &&
		!(model->options.null_passes && condition_may_be_null(wanted));
}

static bool
has_name(const List *names, const char *name)
{
	ListCell   *cell;

	foreach(cell, names)
	{
		if (strcmp(lfirst(cell), name) == 0)
			return true;
	}
	return false;
}

/* Whether a session that passes the guard of a rule may fail that of the role's select rule. */
static bool
may_lack_variable(const Rule *rule, const Rule *select)
{
	ListCell   *cell;

	foreach(cell, select->variables)
	{
		if (!has_name(rule->variables, lfirst(cell)))
			return true;
	}
	return false;
}

/* Whether a row that an update wrote may have left the select filter by it. */
static bool
may_leave(const Model *model, const Rule *update, Condition *wanted)
{
	Bitmapset  *written = bms_copy(update->columns);
	Condition  *check = update->check != NULL ? update->check : condition_combine(CONDITION_AND, NIL);
	ListCell   *cell;

	if (update->presets != NULL)
		json_foreach(preset, update->presets)
			written = bms_add_member(written, table_position(update->table,
															 table_column(update->table, preset->name)));
	foreach(cell, condition_conjuncts(wanted))
	{
		Condition  *part = lfirst(cell);

		if (bms_overlap(condition_root_columns(part, update->table), written) &&
			!check_implies(model, check, part, update->table))
			return true;
	}
	return false;
}

static void
judge_select_filter(const Model *model, Rule *rule)
{
	const Rule *select = model_rule(rule->table, rule->role, OPERATION_SELECT);

	if (select == NULL)
		return;
	if (!condition_implies(rule->filter, select->filter, rule->table))
		findings_add(&rule->findings, REASON_SELECT_FILTER,
					 "Rows outside the role's select filter are not found by statements that read a column.");
	else if (may_lack_variable(rule, select))
		findings_add(&rule->findings, REASON_SELECT_FILTER,
					 "Statements that read a column need session variables of the role's select filter as well.");
	else if (rule->operation == OPERATION_UPDATE && may_leave(model, rule, select->filter))
		findings_add(&rule->findings, REASON_SELECT_FILTER,
					 "A row that would leave the role's select filter is refused if the statement reads a column.");
}

static void
judge_insert(const Model *model, Rule *rule)
{
	const Rule *select = model_rule(rule->table, rule->role, OPERATION_SELECT);
	const Rule *update = model_rule(rule->table, rule->role, OPERATION_UPDATE);

	if (select != NULL && !check_implies(model, rule->check, select->filter, rule->table))
		findings_add(&rule->findings, REASON_RETURNING,
					 "RETURNING fails for a row that the role may not select.");
	else if (select != NULL && may_lack_variable(rule, select))
		findings_add(&rule->findings, REASON_RETURNING,
					 "RETURNING needs session variables of the role's select filter as well.");
	if (update != NULL && !(condition_is_true(rule->check) && condition_is_true(update->filter)))
		findings_add(&rule->findings, REASON_UPSERT,
					 "ON CONFLICT DO UPDATE fails where Hasura skips a row or does not look at the check.");
}

/* Who has no column cannot start a statement; in Hasura an insert needs none. */
static void
judge_columns(Rule *rule)
{
	if (!bms_is_empty(rule->columns))
		return;
	if (rule->operation == OPERATION_INSERT)
		findings_add(&rule->findings, REASON_PRESET_ONLY,
					 "It is of no column, and SQL lets nobody insert who has none.");
	else if (rule->operation == OPERATION_UPDATE && rule->presets != NULL)
		findings_add(&rule->findings, REASON_PRESET_ONLY,
					 "It sets presets only, and SQL has no update of no column.");
}

static void
judge_mutation(const Model *model, Rule *rule)
{
	if (rule->operation == OPERATION_INSERT)
		judge_insert(model, rule);
	else
		judge_select_filter(model, rule);
	judge_null(model, rule);
	judge_columns(rule);
	if (has_event_trigger(rule->table, rule->operation))
		findings_add(&rule->findings, REASON_EVENT_TRIGGER,
					 "Hasura's event trigger writes with the rights of the role, and fails.");
}

/* ---- all together ---- */

static void
settle(const Model *model, Rule *rule)
{
	rule->outcome = findings_outcome(&rule->findings);
	if (rule->outcome == OUTCOME_PARTIAL && model->options.refuse_partial)
		rule->outcome = OUTCOME_REFUSED;
}

static void
settle_all(const Model *model)
{
	ListCell   *cell;

	foreach(cell, model->rules)
		settle(model, lfirst(cell));
}

/* Who is refused is settled first: what is stricter depends on what else a role may do. */
void
judge_rules(Model *model)
{
	ListCell   *cell;

	foreach(cell, model->rules)
	{
		judge_role(model, lfirst(cell));
		judge_owner(lfirst(cell));
		judge_kind(model, lfirst(cell));
		judge_invoker_views(lfirst(cell));
	}
	judge_view_names(model);
	if (!is_drift(model, REASON_FOREIGN_POLICY))
		judge_foreign_policies(model);
	judge_presets(model, model_table_oids(model));
	settle_all(model);
	foreach(cell, model->rules)
	{
		Rule	   *rule = lfirst(cell);

		if (rule_is_made(rule) && rule->operation != OPERATION_SELECT)
			judge_mutation(model, rule);
	}
	judge_keys(model, model_table_oids(model));
	settle_all(model);
}
