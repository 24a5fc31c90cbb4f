/* SPDX-License-Identifier: PostgreSQL */
/*
 * condition_read.c: what can be said of a condition by looking at its tree.
 */
#include "compat.h"

#include "permissions/condition.h"
#include "permissions/condition_sql.h"

bool
condition_is_true(const Condition *condition)
{
	return condition->kind == CONDITION_AND && condition->operands == NIL;
}

/* ---- walks ---- */

static List *
add_name(List *names, char *name)
{
	ListCell   *cell;

	foreach(cell, names)
	{
		if (strcmp(lfirst(cell), name) == 0)
			return names;
	}
	return lappend(names, name);
}

List	   *
condition_variables(const Condition *condition, List *names)
{
	ListCell   *cell;

	check_stack_depth();
	foreach(cell, condition->values)
	{
		const Value *value = lfirst(cell);

		if (value->kind == VALUE_VARIABLE)
			names = add_name(names, value->text);
	}
	foreach(cell, condition->operands)
		names = condition_variables(lfirst(cell), names);
	return names;
}

List	   *
condition_targets(const Condition *condition, List *tables)
{
	ListCell   *cell;

	check_stack_depth();
	if (condition->kind == CONDITION_EXISTS)
		tables = list_append_unique_ptr(tables, condition->target);
	foreach(cell, condition->operands)
		tables = condition_targets(lfirst(cell), tables);
	return tables;
}

List	   *
condition_fields(const Condition *condition, List *fields)
{
	ListCell   *cell;

	check_stack_depth();
	if (condition->kind == CONDITION_COMPARISON && condition->left.field != NULL)
		fields = list_append_unique_ptr(fields, unconstify(Field *, condition->left.field));
	if (condition->set != NULL)
		fields = list_append_unique_ptr(fields, unconstify(Field *, condition->set));
	foreach(cell, condition->operands)
		fields = condition_fields(lfirst(cell), fields);
	return fields;
}

/* ---- helper views ---- */

/* What a walk needs of the row in scope: whose it is, and whether it is a helper view's. */
typedef struct MarkScope
{
	Table	   *table;
	bool		of_view;
} MarkScope;

static void
mark_column(const MarkScope *scope, const Column *column)
{
	if (scope->of_view)
		scope->table->helper_columns = bms_add_member(scope->table->helper_columns,
													  table_position(scope->table, column));
}

static void
mark_operand(const MarkScope *scope, const Operand *operand)
{
	if (operand->of_root)
		return;
	if (operand->column != NULL)
		mark_column(scope, operand->column);
	else if (scope->of_view)
		scope->table->helper_fields = list_append_unique_ptr(scope->table->helper_fields,
															 unconstify(Field *, operand->field));
}

static void mark(const Condition *condition, const MarkScope *scope);

static void
mark_exists(const Condition *condition, const MarkScope *scope)
{
	MarkScope	inner = {.table = condition->target,.of_view = condition->set == NULL};
	ListCell   *cell;

	if (condition->set == NULL)
		condition->target->has_helper = true;
	else if (scope->of_view)
		scope->table->helper_has_row = true;
	foreach(cell, condition->join)
	{
		const JoinPair *pair = lfirst(cell);

		mark_column(scope, pair->outer);
		mark_column(&inner, pair->inner);
	}
	mark(linitial(condition->operands), &inner);
}

static void
mark(const Condition *condition, const MarkScope *scope)
{
	ListCell   *cell;

	check_stack_depth();
	if (condition->kind == CONDITION_EXISTS)
	{
		mark_exists(condition, scope);
		return;
	}
	if (condition->kind == CONDITION_COMPARISON)
		mark_operand(scope, &condition->left);
	foreach(cell, condition->values)
	{
		const Value *value = lfirst(cell);

		if (value->kind == VALUE_OPERAND)
			mark_operand(scope, &value->operand);
	}
	foreach(cell, condition->operands)
		mark(lfirst(cell), scope);
}

void
condition_mark_helpers(const Condition *condition, Table *root)
{
	MarkScope	scope = {.table = root};

	mark(condition, &scope);
}

/* ---- columns of the root ---- */

/* The function of a computed field is given the row, and may read all of it. */
static Bitmapset *
add_row(Bitmapset *columns, const Table *root)
{
	return bms_add_range(columns, 0, root->column_count - 1);
}

static Bitmapset *
add_operand(Bitmapset *columns, const Operand *operand, const Table *root, bool at_root)
{
	if (!(at_root || operand->of_root))
		return columns;
	if (operand->column == NULL)
		return add_row(columns, root);
	return bms_add_member(columns, table_position(root, operand->column));
}

static Bitmapset *
root_columns(const Condition *condition, const Table *root, bool at_root)
{
	Bitmapset  *columns = NULL;
	ListCell   *cell;

	check_stack_depth();
	if (condition->kind == CONDITION_COMPARISON)
		columns = add_operand(columns, &condition->left, root, at_root);
	foreach(cell, condition->values)
	{
		const Value *value = lfirst(cell);

		if (value->kind == VALUE_OPERAND)
			columns = add_operand(columns, &value->operand, root, at_root);
	}
	if (condition->set != NULL && at_root)
		columns = add_row(columns, root);
	foreach(cell, condition->join)
	{
		const JoinPair *pair = lfirst(cell);

		if (at_root)
			columns = bms_add_member(columns, table_position(root, pair->outer));
	}
	foreach(cell, condition->operands)
		columns = bms_join(columns, root_columns(lfirst(cell), root,
												 at_root && condition->kind != CONDITION_EXISTS));
	return columns;
}

Bitmapset  *
condition_root_columns(const Condition *condition, const Table *root)
{
	return root_columns(condition, root, true);
}

/* ---- NULL ---- */

static bool
has_null(const Value *value)
{
	return value->kind == VALUE_NULL || (value->kind == VALUE_LIST &&
										 list_member_ptr(value->texts, NULL)) ||
		(value->kind == VALUE_OPERAND && value->operand.may_be_null);
}

/* A list that a session variable holds, which may have NULLs in it. */
static bool
is_list_of_session(const Condition *comparison)
{
	return comparison->operator->right == RIGHT_LIST &&
		((Value *) linitial(comparison->values))->kind == VALUE_VARIABLE;
}

bool
condition_may_be_null(const Condition *condition)
{
	ListCell   *cell;

	if (condition->kind == CONDITION_EXISTS)
		return false;
	if (condition->kind == CONDITION_COMPARISON)
	{
		if (condition->operator->form == FORM_IS_NULL)
			return false;
		if (condition->left.may_be_null || is_list_of_session(condition))
			return true;
	}
	foreach(cell, condition->values)
	{
		if (has_null(lfirst(cell)))
			return true;
	}
	foreach(cell, condition->operands)
	{
		if (condition_may_be_null(lfirst(cell)))
			return true;
	}
	return false;
}

/* ---- comparing ---- */

List	   *
condition_conjuncts(Condition *condition)
{
	List	   *conjuncts = NIL;
	ListCell   *cell;

	if (condition->kind != CONDITION_AND)
		return list_make1(condition);
	foreach(cell, condition->operands)
		conjuncts = list_concat(conjuncts, condition_conjuncts(lfirst(cell)));
	return conjuncts;
}

/* The text of a conjunct by itself; a shorthand is an equality like others here. */
static const char *
conjunct_text(Condition *conjunct, const Table *root)
{
	if (conjunct->text == NULL)
		conjunct->text = condition_sql(conjunct, root, "");
	return conjunct->text;
}

static bool
is_implied(List *given, Condition *wanted, const Table *root)
{
	ListCell   *cell;

	check_stack_depth();
	foreach(cell, given)
	{
		if (strcmp(conjunct_text(lfirst(cell), root), conjunct_text(wanted, root)) == 0)
			return true;
	}
	if (wanted->kind != CONDITION_OR)
		return false;
	foreach(cell, wanted->operands)
	{
		List	   *parts = condition_conjuncts(lfirst(cell));
		ListCell   *part;
		bool		all = true;

		foreach(part, parts)
			all = all && is_implied(given, lfirst(part), root);
		if (all)
			return true;
	}
	return false;
}

bool
condition_implies(Condition *given, Condition *wanted, const Table *root)
{
	List	   *parts = condition_conjuncts(given);
	ListCell   *cell;

	foreach(cell, condition_conjuncts(wanted))
	{
		if (!is_implied(parts, lfirst(cell), root))
			return false;
	}
	return true;
}

bool
condition_equals(const Condition *a, const Condition *b, const Table *root)
{
	return strcmp(condition_as_set(a, root), condition_as_set(b, root)) == 0;
}
