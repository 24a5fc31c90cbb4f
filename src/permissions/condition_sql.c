/* SPDX-License-Identifier: PostgreSQL */
/*
 * condition_sql.c: from the tree of an expression to SQL.
 *
 * Assumptions: the text is run with search_path = pg_catalog, pg_temp; the root
 * is in scope under its own name; whatever is entered, is entered by its helper
 * view or wrapper.  Aliases of inner rows are _1, _2, ... in the order of the text.
 */
#include "compat.h"

#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "permissions/condition.h"
#include "permissions/condition_sql.h"
#include "permissions/helper.h"

typedef struct Writer
{
	StringInfo	out;
	const Table *root;
	const char *helper_schema;
	int			aliases;		/* given so far */
	bool		as_set;			/* for comparing: operands of AND and OR sorted, shorthand marked */
} Writer;

/* The row in scope. */
typedef struct Row
{
	const char *alias;
	bool		of_view;		/* a helper view's, not the table's own */
} Row;

static void put(Writer *writer, const Condition *condition, const Row *row);

/* ---- values ---- */

char	   *
variable_sql(const char *name)
{
	return psprintf("herm_jwt.require_session_variable(%s)", quote_literal_cstr(name));
}

/* A function of the type's extension. */
static char *
extension_function(Oid type, const char *name)
{
	return table_qualified(get_namespace_name(type_extension_schema(type)), name);
}

static char *
typed(const char *text, Oid type)
{
	if (!type_is_spatial(type))
		return psprintf("%s::%s", text, type_name(type));
	return psprintf("%s(%s::text)::%s", extension_function(type, "st_geomfromgeojson"), text,
					type_name(type));
}

static void
put_list(Writer *writer, const Value *list)
{
	ListCell   *cell;

	if (list->texts == NIL)
	{
		appendStringInfo(writer->out, "'{}'::%s", type_name(get_array_type(list->type)));
		return;
	}
	appendStringInfoString(writer->out, "ARRAY[");
	foreach(cell, list->texts)
	{
		const char *text = lfirst(cell);

		if (foreach_current_index(cell) > 0)
			appendStringInfoString(writer->out, ", ");
		if (text == NULL)
			appendStringInfoString(writer->out, "NULL");
		else
			appendStringInfoString(writer->out, type_is_spatial(list->type) ?
								   typed(quote_literal_cstr(text), list->type) :
								   quote_literal_cstr(text));
	}
	appendStringInfo(writer->out, "]::%s", type_name(get_array_type(list->type)));
}

/* The row as a whole, for a wrapper. */
static const char *
whole_row(const Row *row)
{
	return psprintf("%s.%s", row->alias, row->of_view ? quote_identifier(HELPER_ROW) : "*");
}

static void
put_operand(Writer *writer, const Operand *operand, const Row *row)
{
	const char *alias = operand->of_root ? writer->root->alias : row->alias;
	bool		is_cast = OidIsValid(operand->cast_to);

	appendStringInfoString(writer->out, is_cast ? "(" : "");
	if (operand->column != NULL)
		appendStringInfo(writer->out, "%s.%s", alias, quote_identifier(operand->column->name));
	else if (row->of_view)
		appendStringInfo(writer->out, "%s.%s", alias, quote_identifier(operand->field->name));
	else
		field_append_call(writer->out, operand->field, writer->helper_schema, whole_row(row));
	if (is_cast)
		appendStringInfo(writer->out, ")::%s", type_name(operand->cast_to));
}

static void
put_value(Writer *writer, const Value *value, const Row *row)
{
	switch (value->kind)
	{
		case VALUE_LITERAL:
			appendStringInfoString(writer->out, typed(quote_literal_cstr(value->text), value->type));
			break;
		case VALUE_VARIABLE:
			appendStringInfo(writer->out, "(SELECT %s)", typed(variable_sql(value->text), value->type));
			break;
		case VALUE_NOW:
			appendStringInfoString(writer->out, "now()");
			break;
		case VALUE_LIST:
			put_list(writer, value);
			break;
		case VALUE_OPERAND:
			put_operand(writer, &value->operand, row);
			break;
		case VALUE_NULL:
		case VALUE_BOOLEAN:
			break;				/* part of their operator */
	}
}

/* The cast outside keeps ANY from reading a sub-select as a list of rows. */
static void
put_array(Writer *writer, const Value *value, const Row *row)
{
	put_value(writer, value, row);
	if (value->kind == VALUE_VARIABLE)
		appendStringInfo(writer->out, "::%s", type_name(value->type));
}

/* ---- comparisons ---- */

/* Equality with null is NULL, or true where both are (docs/permissions.md, "NULL"). */
static void
put_null_comparison(Writer *writer, const Condition *condition, const Row *row)
{
	if (!condition->left.may_be_null)
	{
		appendStringInfoString(writer->out, "NULL::boolean");
		return;
	}
	put_operand(writer, &condition->left, row);
	appendStringInfo(writer->out, " IS %sNULL OR NULL",
					 strcmp(condition->operator->symbol, "=") == 0 ? "" : "NOT ");
}

static Oid
right_type(const Value *value)
{
	return value->kind == VALUE_OPERAND ? value->operand.type : value->type;
}

static void
put_function(Writer *writer, const Condition *condition, const Row *row)
{
	ListCell   *cell;

	appendStringInfo(writer->out, "%s(", extension_function(condition->left.type,
															condition->operator->symbol));
	put_operand(writer, &condition->left, row);
	foreach(cell, condition->values)
	{
		appendStringInfoString(writer->out, ", ");
		put_value(writer, lfirst(cell), row);
	}
	appendStringInfoChar(writer->out, ')');
}

static void
put_binary(Writer *writer, const Condition *condition, const Row *row)
{
	const Value *value = linitial(condition->values);
	const char *operator = operators_sql(condition->operator, condition->left.type,
										 right_type(value));

	put_operand(writer, &condition->left, row);
	appendStringInfo(writer->out, " %s ", operator);
	put_value(writer, value, row);
}

/* The operators have one element on each side; the list's type is that of its elements. */
static void
put_any(Writer *writer, const Condition *condition, const Row *row)
{
	Oid			left = condition->left.type;

	put_operand(writer, &condition->left, row);
	appendStringInfo(writer->out, " %s ANY (", operators_sql(condition->operator, left, left));
	put_array(writer, linitial(condition->values), row);
	appendStringInfoChar(writer->out, ')');
}

/* SIMILAR TO is the server's own; an extension's type has the regular expression behind it. */
static void
put_similar(Writer *writer, const Condition *condition, const Row *row)
{
	const Value *value = linitial(condition->values);
	Oid			left = condition->left.type;
	bool		is_extension = OidIsValid(type_extension_schema(left));

	put_operand(writer, &condition->left, row);
	appendStringInfo(writer->out, " %s ", operators_sql(condition->operator, left, left));
	if (is_extension)
		appendStringInfoString(writer->out, "(similar_to_escape((");
	put_value(writer, value, row);
	if (is_extension)
		appendStringInfo(writer->out, ")::text)::%s)", type_name(left));
}

static void
put_comparison(Writer *writer, const Condition *condition, const Row *row)
{
	const Value *value = linitial(condition->values);

	appendStringInfoString(writer->out, writer->as_set && condition->is_shorthand ?
						   "shorthand (" : "(");
	if (value->kind == VALUE_NULL)
		put_null_comparison(writer, condition, row);
	else
		switch (condition->operator->form)
		{
			case FORM_BINARY:
				put_binary(writer, condition, row);
				break;
			case FORM_NOT_ANY:
				appendStringInfoString(writer->out, "NOT (");
				put_any(writer, condition, row);
				appendStringInfoChar(writer->out, ')');
				break;
			case FORM_ANY:
				put_any(writer, condition, row);
				break;
			case FORM_IS_NULL:
				put_operand(writer, &condition->left, row);
				appendStringInfoString(writer->out, value->truth ? " IS NULL" : " IS NOT NULL");
				break;
			case FORM_SIMILAR:
				put_similar(writer, condition, row);
				break;
			case FORM_FUNCTION:
				put_function(writer, condition, row);
				break;
			case FORM_CAST:
				break;			/* its operators stand for it */
		}
	appendStringInfoChar(writer->out, ')');
}

/* ---- conditions ---- */

static int
compare_texts(const ListCell *a, const ListCell *b)
{
	return strcmp(lfirst(a), lfirst(b));
}

static char *
operand_text(Writer *writer, const Condition *condition, const Row *row)
{
	StringInfoData text;
	StringInfo	out = writer->out;

	initStringInfo(&text);
	writer->out = &text;
	put(writer, condition, row);
	writer->out = out;
	return text.data;
}

/* The operands' texts in an order of their own. */
static void
put_sorted(Writer *writer, const Condition *condition, const Row *row, const char *between)
{
	List	   *texts = NIL;
	ListCell   *cell;

	foreach(cell, condition->operands)
		texts = lappend(texts, operand_text(writer, lfirst(cell), row));
	list_sort(texts, compare_texts);
	foreach(cell, texts)
		appendStringInfo(writer->out, "%s%s", foreach_current_index(cell) == 0 ? "" : between,
						 (char *) lfirst(cell));
}

static void
put_in_order(Writer *writer, const Condition *condition, const Row *row, const char *between)
{
	ListCell   *cell;

	foreach(cell, condition->operands)
	{
		appendStringInfoString(writer->out, foreach_current_index(cell) == 0 ? "" : between);
		put(writer, lfirst(cell), row);
	}
}

static void
put_operands(Writer *writer, const Condition *condition, const Row *row)
{
	bool		is_and = condition->kind == CONDITION_AND;
	const char *between = is_and ? " AND " : " OR ";

	if (condition->operands == NIL)
	{
		appendStringInfoString(writer->out, is_and ? "true" : "false");
		return;
	}
	appendStringInfoChar(writer->out, '(');
	if (writer->as_set)
		put_sorted(writer, condition, row, between);
	else
		put_in_order(writer, condition, row, between);
	appendStringInfoChar(writer->out, ')');
}

static char *
next_alias(Writer *writer)
{
	char	   *alias;

	do
		alias = psprintf("_%d", ++writer->aliases);
	while (strcmp(alias, writer->root->name) == 0);
	return alias;
}

static void
put_exists(Writer *writer, const Condition *condition, const Row *row)
{
	Row			inner = {
		.alias = next_alias(writer),
		.of_view = condition->set == NULL,
	};
	const Condition *where = linitial(condition->operands);
	const char *between = " WHERE ";
	ListCell   *cell;

	appendStringInfoString(writer->out, "EXISTS (SELECT 1 FROM ");
	if (condition->set != NULL)
		field_append_call(writer->out, condition->set, writer->helper_schema, whole_row(row));
	else
		appendStringInfoString(writer->out, helper_name(condition->target, writer->helper_schema));
	appendStringInfo(writer->out, " AS %s", inner.alias);
	foreach(cell, condition->join)
	{
		const JoinPair *pair = lfirst(cell);

		appendStringInfo(writer->out, "%s%s.%s %s %s.%s", between, inner.alias,
						 quote_identifier(pair->inner->name),
						 operators_equality(pair->inner->type, pair->outer->type), row->alias,
						 quote_identifier(pair->outer->name));
		between = " AND ";
	}
	if (!condition_is_true(where))
	{
		appendStringInfoString(writer->out, between);
		put(writer, where, &inner);
	}
	appendStringInfoChar(writer->out, ')');
}

static void
put(Writer *writer, const Condition *condition, const Row *row)
{
	/* what is inherited from role to role goes deeper than any one expression */
	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	switch (condition->kind)
	{
		case CONDITION_AND:
		case CONDITION_OR:
			put_operands(writer, condition, row);
			break;
		case CONDITION_NOT:
			appendStringInfoString(writer->out, "NOT (");
			put(writer, linitial(condition->operands), row);
			appendStringInfoChar(writer->out, ')');
			break;
		case CONDITION_EXISTS:
			put_exists(writer, condition, row);
			break;
		case CONDITION_COMPARISON:
			put_comparison(writer, condition, row);
			break;
	}
}

static char *
write_condition(const Condition *condition, const Table *root, const char *helper_schema,
				bool as_set)
{
	StringInfoData out;
	Writer		writer = {
		.out = &out,
		.root = root,
		.helper_schema = helper_schema,
		.as_set = as_set,
	};
	Row			row = {.alias = root->alias};

	initStringInfo(&out);
	put(&writer, condition, &row);
	return out.data;
}

char	   *
condition_sql(const Condition *condition, const Table *root, const char *helper_schema)
{
	return write_condition(condition, root, helper_schema, false);
}

char	   *
condition_as_set(const Condition *condition, const Table *root)
{
	return write_condition(condition, root, "", true);
}
