/* SPDX-License-Identifier: PostgreSQL */
/*
 * presets.c: presets as what an INSERT or UPDATE would assign to its columns.
 *
 * Each value is the expression that the server makes of a literal in such a
 * statement: the type's input function, its length, the checks of its domain.
 */
#include "compat.h"

#include "access/htup_details.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "parser/parse_func.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "permissions/presets.h"
#include "permissions/type.h"
#include "permissions/value.h"

#define HINT_APPLY_AGAIN \
	"The table has changed since then: call herm_jwt.apply_permissions() again."

struct Presets
{
	ExprContext *context;		/* for the checks of domains */
	int			count;
	int		   *attributes;
	ExprState **expressions;
	Datum	   *values;			/* of one row; room for the next two is made once */
	bool	   *nulls;
};

/* ---- the argument ---- */

static bool
reject_argument(Rejection *rejection, const char *detail)
{
	reject(rejection, REJECT_BAD_PRESETS, "the argument of the preset trigger cannot be read");
	rejection->detail = detail;
	return false;
}

bool
presets_parse(Slice argument, const JsonNode **roles, Rejection *rejection)
{
	JsonDocument document;
	JsonStatus	status = json_parse(argument, &document);

	if (status != JSON_OK)
		return reject_argument(rejection, psprintf("The argument %s.", json_status_text(status)));
	if (document.root->kind != JSON_KIND_OBJECT)
		return reject_argument(rejection, "The argument is not an object of roles.");
	json_foreach(role, document.root)
	{
		if (role->kind != JSON_KIND_OBJECT)
			return reject_argument(rejection,
								   psprintf("The member \"%s\" is not an object of columns.",
											printable(role->name)));
	}
	*roles = document.root;
	return true;
}

const JsonNode *
presets_of_role(const JsonNode *roles, Slice role)
{
	json_foreach(member, roles)
	{
		if (role.len > 0 && slice_equals(member->name, role))
			return member;
	}
	return NULL;
}

/* ---- columns and values ---- */

static Form_pg_attribute
find_column(TupleDesc descriptor, Slice name)
{
	for (int i = 0; i < descriptor->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(descriptor, i);

		if (!column->attisdropped && slice_equals_cstring(name, NameStr(column->attname)))
			return column;
	}
	return NULL;
}

/* A statement that names such a column is refused as well, unless it says DEFAULT. */
static bool
is_generated(Form_pg_attribute column)
{
	return column->attgenerated != '\0' || column->attidentity == ATTRIBUTE_IDENTITY_ALWAYS;
}

static bool
reject_column(Rejection *rejection, const JsonNode *preset, Form_pg_attribute column,
			  Relation relation)
{
	const char *name = printable(preset->name);
	const char *table = RelationGetRelationName(relation);

	if (column == NULL)
		reject(rejection, REJECT_NO_COLUMN,
			   "preset column \"%s\" of relation \"%s\" does not exist", name, table);
	else
		reject(rejection, REJECT_GENERATED_COLUMN,
			   "preset column \"%s\" of relation \"%s\" is generated", name, table);
	rejection->hint = HINT_APPLY_AGAIN;
	return false;
}

/* The text of a preset for the input function; *text is NULL for NULL. */
static bool
preset_text(const JsonNode *preset, Form_pg_attribute column,
			const SessionVariables *variables, const char **text, Rejection *rejection)
{
	const JsonNode *variable;
	char	   *name;

	*text = NULL;
	if (preset->kind == JSON_KIND_NULL)
		return true;
	if (value_is_variable(preset, &name))
	{
		variable = session_variables_find(variables, slice_cstring(name));
		if (variable == NULL)
			return reject_missing_variable(slice_cstring(name), rejection);
		*text = pnstrdup(variable->text.data, variable->text.len);
		return true;
	}
	*text = value_text(preset, getBaseType(column->atttypid));
	if (*text != NULL)
		return true;
	reject(rejection, REJECT_WRONG_KIND,
		   "preset of column \"%s\" is a JSON %s, which type %s does not take",
		   printable(preset->name), json_kind_name(preset->kind),
		   format_type_be(column->atttypid));
	rejection->hint = HINT_APPLY_AGAIN;
	return false;
}

/* A literal as it stands in a statement; of geometry and geography GeoJSON. */
static Node *
literal(const char *text, Oid type)
{
	Oid			schema = type_extension_schema(type);
	Oid			argument = TEXTOID;
	Oid			function;
	List	   *name;
	Const	   *geojson;

	if (text == NULL || !type_is_spatial(type))
		return (Node *) makeConst(UNKNOWNOID, -1, InvalidOid, -2,
								  text == NULL ? (Datum) 0 : CStringGetDatum(text),
								  text == NULL, false);

	/* as Hasura; it takes the coordinates for those of WGS 84, the input function for any */
	name = list_make2(makeString(get_namespace_name(schema)), makeString("st_geomfromgeojson"));
	function = LookupFuncName(name, 1, &argument, false);
	geojson = makeConst(TEXTOID, -1, DEFAULT_COLLATION_OID, -1, CStringGetTextDatum(text),
						false, false);
	return (Node *) makeFuncExpr(function, get_func_rettype(function), list_make1(geojson),
								 InvalidOid, DEFAULT_COLLATION_OID, COERCE_EXPLICIT_CALL);
}

static void
name_column(void *name)
{
	errcontext("preset of column \"%s\"", (const char *) name);
}

/* The literal assigned to the column. */
static ExprState *
compile_value(const char *text, Form_pg_attribute column)
{
	ErrorContextCallback context = {error_context_stack, name_column, NameStr(column->attname)};
	Node	   *value;
	ExprState  *expression;

	error_context_stack = &context;
	value = literal(text, column->atttypid);
	value = coerce_to_target_type(NULL, value, exprType(value), column->atttypid,
								  column->atttypmod, COERCION_ASSIGNMENT,
								  COERCE_IMPLICIT_CAST, -1);
	expression = ExecInitExpr(expression_planner((Expr *) value), NULL);
	error_context_stack = context.previous;
	return expression;
}

static bool
add_preset(Presets *presets, const JsonNode *preset, Relation relation,
		   const SessionVariables *variables, Rejection *rejection)
{
	Form_pg_attribute column = find_column(RelationGetDescr(relation), preset->name);
	const char *text;

	if (column == NULL || is_generated(column))
		return reject_column(rejection, preset, column, relation);
	if (!preset_text(preset, column, variables, &text, rejection))
		return false;
	presets->attributes[presets->count] = column->attnum;
	presets->expressions[presets->count] = compile_value(text, column);
	presets->count++;
	return true;
}

bool
presets_compile(const JsonNode *columns, Relation relation, const SessionVariables *variables,
				Presets **presets, Rejection *rejection)
{
	Presets    *made = palloc0(sizeof(Presets));

	made->context = CreateStandaloneExprContext();
	made->attributes = palloc(columns->count * sizeof(int));
	made->expressions = palloc(columns->count * sizeof(ExprState *));
	made->values = palloc(columns->count * sizeof(Datum));
	made->nulls = palloc(columns->count * sizeof(bool));
	json_foreach(preset, columns)
	{
		if (!add_preset(made, preset, relation, variables, rejection))
			return false;
	}
	*presets = made;
	return true;
}

HeapTuple
presets_apply(const Presets *presets, Relation relation, HeapTuple row)
{
	ResetExprContext(presets->context);
	for (int i = 0; i < presets->count; i++)
		presets->values[i] = ExecEvalExprSwitchContext(presets->expressions[i],
													   presets->context, &presets->nulls[i]);
	return heap_modify_tuple_by_cols(row, RelationGetDescr(relation), presets->count,
									 presets->attributes, presets->values, presets->nulls);
}
