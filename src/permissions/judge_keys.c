/* SPDX-License-Identifier: PostgreSQL */
/*
 * judge_keys.c: keys that a role must read in SQL and need not read in Hasura
 * (docs/permissions.md, "Join keys", "Statements that are stricter").
 */
#include "compat.h"

#include "utils/builtins.h"

#include "permissions/model.h"
#include "permissions/query.h"
#include "permissions/relationship.h"

/* ---- keys of relationships ---- */

static bool
shows(const Rule *rule, const Column *column)
{
	return rule->all_columns ||
		bms_is_member(table_position(rule->table, column), rule->columns);
}

/* A key of which only some cells show is never granted: that would show them all. */
static void
note_key(const Model *model, Rule *rule, const Column *column, StringInfo missing)
{
	int			position = table_position(rule->table, column);

	if (shows(rule, column))
		return;
	if (model->options.join_keys && !bms_is_member(position, rule->nulled))
		rule->key_columns = bms_add_member(rule->key_columns, position);
	else
		appendStringInfo(missing, "%s%s.%s", missing->len > 0 ? ", " : "", rule->table->label,
						 quote_identifier(column->name));
}

static void
judge_relationship(const Model *model, Rule *rule, Slice name, StringInfo missing)
{
	Findings	unused = {0};
	ConditionContext context = {
		.source = model->source,
		.root = rule->table,
		.findings = &unused,
	};
	Table	   *target;
	Rule	   *other;
	List	   *join;
	ListCell   *cell;

	if (!relationship_resolve(&context, rule->table, name, &target, &join))
		return;
	other = model_rule(target, rule->role, OPERATION_SELECT);
	if (other == NULL)
		return;
	foreach(cell, join)
	{
		const JoinPair *pair = lfirst(cell);

		note_key(model, rule, pair->outer, missing);
		note_key(model, other, pair->inner, missing);
	}
}

static void
judge_join_keys(const Model *model, Rule *rule)
{
	static const char *const lists[] = {"object_relationships", "array_relationships"};
	StringInfoData missing;

	initStringInfo(&missing);
	for (int i = 0; i < COUNT_OF(lists); i++)
	{
		const JsonNode *list = json_optional_member(rule->table->node, lists[i]);

		if (list == NULL)
			continue;
		json_foreach(relationship, list)
		{
			const JsonNode *name = json_member(relationship, "name");

			if (name != NULL && name->kind == JSON_KIND_STRING)
				judge_relationship(model, rule, name->text, &missing);
		}
	}
	if (missing.len > 0)
		findings_add(&rule->findings, REASON_JOIN_KEY,
					 "Keys of relationships are not granted: %s.", missing.data);
}

/* ---- keys of conflicts ---- */

static bool
may_read(const Table *table, const char *role, const Column *column)
{
	const Rule *select = model_rule(table, role, OPERATION_SELECT);

	return select != NULL && (shows(select, column) ||
							  bms_is_member(table_position(table, column), select->key_columns));
}

/* ON CONFLICT reads the columns of the constraint that it names. */
static void
note_conflict_key(const Model *model, const QueryRow *row)
{
	const Table *table = source_table_of(model->source, query_oid(row, 0));
	const Column *column = table_column(table, slice_cstring(row->values[1]));
	ListCell   *cell;

	foreach(cell, table->rules)
	{
		Rule	   *rule = lfirst(cell);

		if (rule->operation == OPERATION_INSERT && rule_is_made(rule) &&
			model_rule(table, rule->role, OPERATION_UPDATE) != NULL &&
			!may_read(table, rule->role, column))
			findings_add(&rule->findings, REASON_UPSERT,
						 "ON CONFLICT DO UPDATE reads %s, which the role may not select.",
						 quote_identifier(column->name));
	}
}

static void
judge_conflict_keys(const Model *model, const List *tables)
{
	ListCell   *cell;

	foreach(cell, query_rows("SELECT DISTINCT c.conrelid, a.attname, a.attnum FROM pg_catalog.pg_constraint c"
							 " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)"
							 " WHERE c.conrelid = ANY ($1) AND c.contype IN ('p', 'u')"
							 " ORDER BY c.conrelid, a.attnum", tables, NIL))
		note_conflict_key(model, lfirst(cell));
}

void
judge_keys(const Model *model, const List *tables)
{
	ListCell   *cell;

	foreach(cell, model->rules)
	{
		Rule	   *rule = lfirst(cell);

		if (rule_is_made(rule) && rule->operation == OPERATION_SELECT)
			judge_join_keys(model, rule);
	}
	judge_conflict_keys(model, tables);
}
