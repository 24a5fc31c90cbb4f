/* SPDX-License-Identifier: PostgreSQL */
/*
 * condition.c: from the JSON of an expression to a tree.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "utils/lsyscache.h"

#include "permissions/condition.h"
#include "permissions/condition_value.h"
#include "permissions/relationship.h"

/* Where a key stands. */
typedef struct Scope
{
	const ConditionContext *context;
	Table	   *table;
	bool		in_set;			/* within a computed field that returns rows */
} Scope;

static Condition *compile(const Scope *scope, const JsonNode *json, const char *path);

static Condition *
make_condition(ConditionKind kind)
{
	Condition  *condition = palloc0(sizeof(Condition));

	condition->kind = kind;
	return condition;
}

Condition  *
condition_combine(ConditionKind kind, List *operands)
{
	Condition  *condition;

	if (list_length(operands) == 1)
		return linitial(operands);
	condition = make_condition(kind);
	condition->operands = operands;
	return condition;
}

static Condition *
refuse(const Scope *scope, Reason reason, const char *path, const char *what)
{
	findings_add(scope->context->findings, reason, "\"%s\" %s.", path, what);
	return NULL;
}

static const char *
member_path(const char *path, const JsonNode *member)
{
	return psprintf("%s.%.*s", path, (int) member->name.len, member->name.data);
}

/* ---- comparisons ---- */

static Condition *compile_operators(const Scope *scope, const Operand *left, const JsonNode *json,
									const char *path);

/* What a comparison is about, as long as it is being read. */
typedef struct Comparison
{
	const Operand *left;
	const OperatorRow *row;
	const JsonNode *json;		/* the right side */
	const char *path;
} Comparison;

static Operand
column_operand(const Column *column)
{
	Operand		operand = {
		.column = column,
		.type = getBaseType(column->type),
		.may_be_null = !column->not_null,
	};

	return operand;
}

static Condition *
make_comparison(const Comparison *comparison, List *values)
{
	Condition  *condition = make_condition(CONDITION_COMPARISON);

	condition->operator = comparison->row;
	condition->left = *comparison->left;
	condition->values = values;
	return condition;
}

/* "c" and ["c"] are of the current table, ["$", "c"] of the root. */
static const JsonNode *
compared_column(const JsonNode *json, bool *of_root)
{
	const JsonNode *first = json->first;

	*of_root = false;
	if (json->kind == JSON_KIND_STRING)
		return json;
	if (json->kind != JSON_KIND_ARRAY || json->count < 1 || json->count > 2)
		return NULL;
	if (json->count == 1)
		return first->kind == JSON_KIND_STRING ? first : NULL;
	*of_root = first->kind == JSON_KIND_STRING && slice_equals_cstring(first->text, "$");
	return *of_root && first->next->kind == JSON_KIND_STRING ? first->next : NULL;
}

static Condition *
compile_column_comparison(const Scope *scope, const Comparison *comparison)
{
	bool		of_root;
	const JsonNode *name = compared_column(comparison->json, &of_root);
	const Table *table = of_root ? scope->context->root : scope->table;
	const Column *column;
	Value	   *value;

	if (name == NULL)
		return refuse(scope, REASON_BAD_VALUE, comparison->path,
					  "names no column of the table or of the root");
	if (of_root && scope->in_set)
		return refuse(scope, REASON_BAD_VALUE, comparison->path,
					  "refers to the root inside a computed field that returns rows");
	column = table_column(table, name->text);
	if (column == NULL)
		return refuse(scope, REASON_UNKNOWN_COLUMN, comparison->path,
					  psprintf("names a column that %s does not have", table->label));
	value = palloc0(sizeof(Value));
	value->kind = VALUE_OPERAND;
	value->operand = column_operand(column);
	value->operand.of_root = of_root;
	if (value->operand.type != comparison->left->type)
		return refuse(scope, REASON_OPERATOR_TYPE, comparison->path,
					  "compares columns of different types");
	return make_comparison(comparison, list_make1(value));
}

/* The types that _cast knows, by their names in the metadata. */
static Oid
cast_type(const Operand *left, Slice name)
{
	TypeClass	class = type_class(left->type);

	if (class == TYPE_IS_JSONB)
		return slice_equals_cstring(name, "text") ? TEXTOID : InvalidOid;
	if (slice_equals_cstring(name, class == TYPE_IS_GEOMETRY ? "geography" : "geometry"))
		return type_of_extension(left->type, class == TYPE_IS_GEOMETRY ? "geography" : "geometry");
	return InvalidOid;
}

static Condition *
compile_cast(const Scope *scope, const Comparison *comparison)
{
	List	   *operands = NIL;

	if (comparison->json->kind != JSON_KIND_OBJECT)
		return refuse(scope, REASON_BAD_VALUE, comparison->path, "is not an object");
	json_foreach(member, comparison->json)
	{
		const char *path = member_path(comparison->path, member);
		Operand		left = *comparison->left;
		Condition  *condition;

		left.cast_to = left.type = cast_type(comparison->left, member->name);
		if (!OidIsValid(left.type))
			return refuse(scope, REASON_OPERATOR_TYPE, path, "is a cast that there is not");
		if (member->kind != JSON_KIND_OBJECT)
			return refuse(scope, REASON_BAD_VALUE, path, "is not an object of operators");
		condition = compile_operators(scope, &left, member, path);
		if (condition == NULL)
			return NULL;
		operands = lappend(operands, condition);
	}
	return condition_combine(CONDITION_AND, operands);
}

/* Whether the server has the operator for these types. */
static bool
check_operator(const Scope *scope, const Comparison *comparison)
{
	Oid			left = comparison->left->type;
	Oid			right = condition_right_type(comparison->row, left);

	if (comparison->row->symbol == NULL || comparison->row->form == FORM_FUNCTION)
		return true;
	if (OidIsValid(right) && operators_sql(comparison->row, left, right) != NULL)
		return true;
	refuse(scope, REASON_OPERATOR_TYPE, comparison->path,
		   psprintf("is an operator that type %s does not have", type_name(left)));
	return false;
}

static Condition *
compile_operator(const Scope *scope, const Operand *left, const JsonNode *json, const char *path)
{
	bool		known = false;
	Slice		name;
	List	   *values = NIL;
	Comparison	comparison = {.left = left,.json = json,.path = path};

	if (operators_name(json->name, &name))
		comparison.row = operators_find(name, type_class(left->type), &known);
	if (!known)
		return refuse(scope, REASON_UNKNOWN_OPERATOR, path, "is not an operator of Hasura's");
	if (comparison.row == NULL)
		return refuse(scope, REASON_OPERATOR_TYPE, path,
					  psprintf("is an operator that is not for type %s", type_name(left->type)));
	if (comparison.row->form == FORM_CAST)
		return compile_cast(scope, &comparison);
	if (!check_operator(scope, &comparison))
		return NULL;
	if (comparison.row->right == RIGHT_COLUMN)
		return compile_column_comparison(scope, &comparison);
	if (!condition_values(comparison.row, left->type, json, path, scope->context->findings, &values))
		return NULL;
	return make_comparison(&comparison, values);
}

/* A value without an operator: equality, and with null as for a column that may be NULL. */
static Condition *
compile_shorthand(const Scope *scope, const Operand *left, const JsonNode *json, const char *path)
{
	Condition  *condition;
	JsonNode	operation = *json;
	Operand		operand = *left;

	operation.name = slice_cstring("_eq");
	if (json->kind == JSON_KIND_NULL)
		operand.may_be_null = true;
	condition = compile_operator(scope, &operand, &operation, path);
	if (condition != NULL)
		condition->is_shorthand = true;
	return condition;
}

static Condition *
compile_operators(const Scope *scope, const Operand *left, const JsonNode *json, const char *path)
{
	List	   *operands = NIL;

	if (type_class(left->type) == TYPE_IS_JSON && !(json->kind == JSON_KIND_OBJECT && json->count == 0))
		return refuse(scope, REASON_OPERATOR_TYPE, path, "is of type json, which has no operators");
	if (json->kind != JSON_KIND_OBJECT)
		return compile_shorthand(scope, left, json, path);
	json_foreach(member, json)
	{
		Condition  *condition = compile_operator(scope, left, member, member_path(path, member));

		if (condition == NULL)
			return NULL;
		operands = lappend(operands, condition);
	}
	return condition_combine(CONDITION_AND, operands);
}

/* ---- rows of other tables ---- */

static Condition *
compile_rows(const Scope *scope, Condition *exists, const JsonNode *json, const char *path)
{
	Scope		inner = {
		.context = scope->context,
		.table = exists->target,
		.in_set = scope->in_set || exists->set != NULL,
	};
	Condition  *where = compile(&inner, json, path);

	if (where == NULL)
		return NULL;
	exists->operands = list_make1(where);
	return exists;
}

static Condition *
compile_relationship(const Scope *scope, const JsonNode *json, const char *path)
{
	Condition  *exists = make_condition(CONDITION_EXISTS);

	if (!relationship_resolve(scope->context, scope->table, json->name, &exists->target,
							  &exists->join))
		return NULL;
	return compile_rows(scope, exists, json, path);
}

/* The member of _exists of that name, which may begin with "_" or "$". */
static const JsonNode *
exists_member(const JsonNode *json, const char *name)
{
	json_foreach(member, json)
	{
		Slice		member_name;

		if (operators_name(member->name, &member_name) && slice_equals_cstring(member_name, name))
			return member;
	}
	return NULL;
}

static Condition *
compile_exists(const Scope *scope, const JsonNode *json, const char *path)
{
	Condition  *exists = make_condition(CONDITION_EXISTS);
	const JsonNode *table = exists_member(json, "table");
	const JsonNode *where = exists_member(json, "where");

	if (json->kind != JSON_KIND_OBJECT || table == NULL || where == NULL || json->count != 2)
		return refuse(scope, REASON_BAD_VALUE, path, "is no object of _table and _where");
	exists->target = source_table(scope->context->source, table);
	if (exists->target == NULL || !OidIsValid(exists->target->oid))
		return refuse(scope, REASON_UNKNOWN_TABLE, path, "names a table that is not tracked or not there");
	return compile_rows(scope, exists, where, member_path(path, where));
}

static Condition *
compile_field(const Scope *scope, const Field *field, const JsonNode *json, const char *path)
{
	Operand		left = {.field = field,.may_be_null = true};
	Condition  *exists;

	if (field->why_not != NULL)
	{
		findings_add(scope->context->findings, REASON_COMPUTED_FIELD, "%s", field->why_not);
		return NULL;
	}
	if (field->rows_of == NULL)
	{
		left.type = getBaseType(field->type);
		return compile_operators(scope, &left, json, path);
	}
	exists = make_condition(CONDITION_EXISTS);
	exists->target = field->rows_of;
	exists->set = field;
	return compile_rows(scope, exists, json, path);
}

/* ---- expressions ---- */

static Condition *
compile_list(const Scope *scope, ConditionKind kind, const JsonNode *json, const char *path)
{
	Condition  *condition = make_condition(kind);
	int			index = 0;

	if (json->kind != JSON_KIND_ARRAY)
		return refuse(scope, REASON_BAD_VALUE, path, "is not a list");
	json_foreach(element, json)
	{
		Condition  *operand = compile(scope, element, psprintf("%s[%d]", path, index++));

		if (operand == NULL)
			return NULL;
		condition->operands = lappend(condition->operands, operand);
	}
	return condition;
}

static Condition *
compile_not(const Scope *scope, const JsonNode *json, const char *path)
{
	Condition  *operand = compile(scope, json, path);
	Condition  *condition;

	if (operand == NULL)
		return NULL;
	condition = make_condition(CONDITION_NOT);
	condition->operands = list_make1(operand);
	return condition;
}

static Condition *
compile_key(const Scope *scope, const JsonNode *json, const char *path)
{
	Slice		name = {NULL, 0};
	const Column *column;
	const Field *field;
	Operand		left;

	(void) operators_name(json->name, &name);
	if (slice_equals_cstring(name, "and"))
		return compile_list(scope, CONDITION_AND, json, path);
	if (slice_equals_cstring(name, "or"))
		return compile_list(scope, CONDITION_OR, json, path);
	if (slice_equals_cstring(name, "not"))
		return compile_not(scope, json, path);
	if (slice_equals_cstring(name, "exists"))
		return compile_exists(scope, json, path);
	column = table_column(scope->table, json->name);
	if (column != NULL)
	{
		left = column_operand(column);
		return compile_operators(scope, &left, json, path);
	}
	if (relationship_is_there(scope->table, json->name))
		return compile_relationship(scope, json, path);
	field = field_find(scope->context->source, scope->table, json->name);
	if (field != NULL)
		return compile_field(scope, field, json, path);
	return refuse(scope, REASON_UNKNOWN_KEY, path,
				  psprintf("is no column, relationship or computed field of %s", scope->table->label));
}

static Condition *
compile(const Scope *scope, const JsonNode *json, const char *path)
{
	List	   *operands = NIL;

	check_stack_depth();
	if (json->kind != JSON_KIND_OBJECT)
		return refuse(scope, REASON_BAD_VALUE, path, "is not an object");
	json_foreach(member, json)
	{
		Condition  *operand = compile_key(scope, member, member_path(path, member));

		if (operand == NULL)
			return NULL;
		operands = lappend(operands, operand);
	}
	return condition_combine(CONDITION_AND, operands);
}

Condition  *
condition_compile(const ConditionContext *context, const JsonNode *json, const char *path)
{
	Scope		scope = {.context = context,.table = context->root};

	return compile(&scope, json, path);
}
