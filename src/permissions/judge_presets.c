/* SPDX-License-Identifier: PostgreSQL */
/*
 * judge_presets.c: where a trigger cannot do what Hasura's presets do in the
 * statement itself (docs/permissions.md, "Presets").
 */
#include "compat.h"

#include "utils/builtins.h"

#include "permissions/model.h"
#include "permissions/query.h"

static bool
writes(const Rule *rule, const Column *column)
{
	return bms_is_member(table_position(rule->table, column), rule->columns) ||
		(rule->presets != NULL && json_member(rule->presets, column->name) != NULL);
}

/* ---- partitions ---- */

/* The row is routed before any trigger of its partition sees it. */
static void
judge_preset_key(Rule *rule, const Column *column)
{
	if (rule->presets != NULL && json_member(rule->presets, column->name) != NULL)
		findings_add(&rule->findings, REASON_PRESET_REACH,
					 "Column %s decides about the partition, before a trigger can set it.",
					 quote_identifier(column->name));
}

/* A row that moves is inserted anew, and would get the presets of an insert. */
static void
judge_moving_update(Rule *rule, const Column *column)
{
	const Rule *insert = rule_find(rule->table, rule->role, OPERATION_INSERT);

	if (rule->operation == OPERATION_UPDATE && insert != NULL && insert->presets != NULL &&
		writes(rule, column))
		findings_add(&rule->findings, REASON_PRESET_REACH,
					 "An update of %s may move the row to another partition, with the presets of an insert.",
					 quote_identifier(column->name));
}

static void
judge_key_column(const Table *table, const Column *column)
{
	ListCell   *cell;

	foreach(cell, table->rules)
	{
		judge_preset_key(lfirst(cell), column);
		judge_moving_update(lfirst(cell), column);
	}
}

/* An expression in a key may read any column. */
static void
judge_key(const Table *table, const char *name)
{
	if (name != NULL)
		judge_key_column(table, table_column(table, slice_cstring(name)));
	for (int i = 0; name == NULL && i < table->column_count; i++)
		judge_key_column(table, &table->columns[i]);
}

/* The keys of the table and of partitions that are partitioned themselves. */
static void
judge_partitions(const Model *model, const List *tables)
{
	ListCell   *cell;

	foreach(cell, query_rows("SELECT DISTINCT t.oid, a.attname"
							 " FROM unnest($1) t (oid) JOIN pg_catalog.pg_class c ON c.oid = t.oid AND c.relkind = 'p'"
							 " CROSS JOIN LATERAL pg_partition_tree(t.oid) p"
							 " JOIN pg_catalog.pg_partitioned_table k ON k.partrelid = p.relid"
							 " CROSS JOIN LATERAL unnest(k.partattrs) n (number)"
							 " LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = k.partrelid AND a.attnum = n.number"
							 " ORDER BY 1, 2", tables, NIL))
	{
		const QueryRow *row = lfirst(cell);

		judge_key(source_table_of(model->source, query_oid(row, 0)), row->values[1]);
	}
}

/* ---- inheritance ---- */

/* An update of the parent does not fire the parent's triggers for rows of its children. */
static void
judge_children(const Model *model, const List *tables)
{
	ListCell   *cell;
	ListCell   *inner;

	foreach(cell, query_rows("SELECT DISTINCT i.inhparent FROM pg_catalog.pg_inherits i"
							 " JOIN pg_catalog.pg_class c ON c.oid = i.inhparent AND c.relkind = 'r'"
							 " WHERE i.inhparent = ANY ($1)", tables, NIL))
	{
		const Table *table = source_table_of(model->source, query_oid(lfirst(cell), 0));

		foreach(inner, table->rules)
		{
			Rule	   *rule = lfirst(inner);

			if (rule->operation == OPERATION_UPDATE && rule->presets != NULL)
				findings_add(&rule->findings, REASON_PRESET_REACH,
							 "Tables inherit from %s, and its trigger does not see their rows.",
							 table->label);
		}
	}
}

/* ---- triggers of others ---- */

static void
note_early_trigger(const Model *model, const QueryRow *row)
{
	const Table *table = source_table_of(model->source, query_oid(row, 0));
	Operation	operation = strcmp(row->values[2], "insert") == 0 ? OPERATION_INSERT : OPERATION_UPDATE;
	ListCell   *cell;

	foreach(cell, table->rules)
	{
		Rule	   *rule = lfirst(cell);

		if (rule->operation == operation && rule->presets != NULL)
			findings_add(&rule->findings, REASON_TRIGGER_ORDER,
						 "%s runs before presets are set.", row->values[1]);
	}
}

/* Row triggers that come before ours in the order of names. */
static void
judge_early_triggers(const Model *model, const List *tables)
{
	ListCell   *cell;

	foreach(cell, query_rows("SELECT t.tgrelid, format('Trigger %I on %I.%I', t.tgname, n.nspname, c.relname), e.name"
							 " FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid"
							 " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
							 " JOIN (VALUES ('insert', 4), ('update', 16)) e (name, bit) ON t.tgtype & e.bit <> 0"
							 " WHERE t.tgrelid = ANY ($1) AND NOT t.tgisinternal AND t.tgtype & 3 = 3"
							 " AND t.tgname < '!herm_jwt_' || e.name COLLATE \"C\" ORDER BY t.tgname",
							 tables, NIL))
		note_early_trigger(model, lfirst(cell));
}

void
judge_presets(const Model *model, const List *tables)
{
	judge_partitions(model, tables);
	judge_children(model, tables);
	judge_early_triggers(model, tables);
}
