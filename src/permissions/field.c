/* SPDX-License-Identifier: PostgreSQL */
/*
 * field.c: finds the function of a computed field, and wraps it.
 */
#include "compat.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "permissions/field.h"
#include "permissions/name.h"
#include "permissions/type.h"

/* A function's input arguments. */
typedef struct Arguments
{
	int			count;
	Oid		   *types;
	char	  **names;			/* NULL: none has a name */
} Arguments;

static bool
refuse(Field *field, const char *why)
{
	field->why_not = psprintf("Computed field \"%s\" of %s %s.", field->name, field->table->label,
							  why);
	return false;
}

/* The one function of that name; the tuple is copied. */
static HeapTuple
find_function(Field *field)
{
	Oid			schema = get_namespace_oid(field->function_schema, true /* missing is ok */ );
	CatCList   *list = SearchSysCacheList1(PROCNAMEARGSNSP,
										   CStringGetDatum(field->function_name));
	HeapTuple	found = NULL;
	int			count = 0;

	for (int i = 0; i < list->n_members; i++)
	{
		HeapTuple	tuple = &list->members[i]->tuple;

		if (((Form_pg_proc) GETSTRUCT(tuple))->pronamespace != schema)
			continue;
		count++;
		found = heap_copytuple(tuple);
	}
	ReleaseSysCacheList(list);
	if (count == 0)
		refuse(field, "has a function that is not there");
	if (count > 1)
		refuse(field, "has a function of a name that several have");
	return count == 1 ? found : NULL;
}

static Arguments
read_arguments(HeapTuple tuple)
{
	Arguments	arguments = {0};
	Oid		   *types;
	char	   *modes;
	int			count = get_func_arg_info(tuple, &types, &arguments.names, &modes);

	arguments.types = types;
	for (int i = 0; i < count; i++)
	{
		bool		is_input = modes == NULL || modes[i] == PROARGMODE_IN || modes[i] == PROARGMODE_INOUT;

		if (!is_input)
			continue;
		arguments.types[arguments.count] = types[i];
		if (arguments.names != NULL)
			arguments.names[arguments.count] = arguments.names[i];
		arguments.count++;
	}
	return arguments;
}

/* The position of the argument that a definition names; fallback without a name; -1: no such one. */
static int
argument_position(const Arguments *arguments, const JsonNode *name, int fallback)
{
	if (name == NULL)
		return fallback;
	for (int i = 0; arguments->names != NULL && i < arguments->count; i++)
	{
		if (name->kind == JSON_KIND_STRING && arguments->names[i] != NULL &&
			slice_equals_cstring(name->text, arguments->names[i]))
			return i;
	}
	return -1;
}

static bool
match_arguments(Field *field, const JsonNode *definition, const Arguments *arguments)
{
	const JsonNode *table_name = json_optional_member(definition, "table_argument");
	const JsonNode *session_name = json_optional_member(definition, "session_argument");
	int			session = argument_position(arguments, session_name, -1);
	int			table = argument_position(arguments, table_name, 0);

	if (session_name != NULL && session < 0)
		return refuse(field, "names a session argument that its function does not have");
	if (arguments->count != (session_name != NULL ? 2 : 1))
		return refuse(field, "has a function with other arguments than the row and the session");
	if (table < 0 || table == session || arguments->types[table] != field->table->row_type)
		return refuse(field, "has a function that does not take a row of the table there");
	if (session >= 0 && arguments->types[session] != JSONOID &&
		arguments->types[session] != JSONBOID)
		return refuse(field, "has a session argument that is neither json nor jsonb");
	field->session_type = session >= 0 ? arguments->types[session] : InvalidOid;
	field->session_is_first = session == 0;
	return true;
}

static bool
read_result(Field *field, const Source *source, Form_pg_proc function)
{
	field->type = function->prorettype;
	if (function->prokind != PROKIND_FUNCTION || function->provolatile == PROVOLATILE_VOLATILE)
		return refuse(field, "has a function that is not STABLE or IMMUTABLE");
	if (!function->proretset)
	{
		if (get_typtype(field->type) == TYPTYPE_PSEUDO)
			return refuse(field, "has a function without a type of its own");
		return true;
	}
	field->rows_of = source_table_of(source, get_typ_typrelid(field->type));
	if (field->rows_of == NULL)
		return refuse(field, "returns rows of a table that is not tracked");
	return true;
}

/* The function is run with the rights of the table's owner: who may change it must have them. */
static bool
check_owner(Field *field, Form_pg_proc function)
{
	if (has_privs_of_role(function->proowner, field->table->owner))
		return true;
	return refuse(field, "has a function of somebody who has not the rights of the table's owner");
}

static void
resolve(Field *field, const Source *source, const JsonNode *definition)
{
	const JsonNode *function = json_member(definition, "function");
	HeapTuple	tuple;
	Arguments	arguments;

	if (function == NULL ||
		!metadata_table_name(function, &field->function_schema, &field->function_name))
	{
		refuse(field, "has no function");
		return;
	}
	field->wrapper = name_joined(field->function_schema, field->function_name);
	tuple = find_function(field);
	if (tuple == NULL || !check_owner(field, (Form_pg_proc) GETSTRUCT(tuple)))
		return;
	arguments = read_arguments(tuple);
	if (match_arguments(field, definition, &arguments))
		read_result(field, source, (Form_pg_proc) GETSTRUCT(tuple));
}

const Field *
field_find(const Source *source, Table *table, Slice name)
{
	const JsonNode *list = json_optional_member(table->node, "computed_fields");
	ListCell   *cell;

	foreach(cell, table->fields)
	{
		Field	   *field = lfirst(cell);

		if (slice_equals_cstring(name, field->name))
			return field;
	}
	if (list == NULL)
		return NULL;
	json_foreach(element, list)
	{
		const JsonNode *name_node = json_member(element, "name");
		Field	   *field;

		if (name_node == NULL || name_node->kind != JSON_KIND_STRING ||
			!slice_equals(name_node->text, name))
			continue;
		field = palloc0(sizeof(Field));
		field->name = metadata_string(name_node);
		field->table = table;
		resolve(field, source, json_member(element, "definition"));
		table->fields = lappend(table->fields, field);
		return field;
	}
	return NULL;
}

/* ---- the wrapper ---- */

char	   *
field_signature(const Field *field, const char *helper_schema)
{
	return psprintf("%s(%s%s%s)", table_qualified(helper_schema, field->wrapper),
					field->table->label, OidIsValid(field->session_type) ? ", " : "",
					OidIsValid(field->session_type) ? type_name(field->session_type) : "");
}

static const char *
arguments_of_function(const Field *field)
{
	if (!OidIsValid(field->session_type))
		return "$1";
	return field->session_is_first ? "$2, $1" : "$1, $2";
}

/*
 * The body is no text but is bound to the function: another one that takes its name, as
 * the owner of its schema can arrange, is not run with the rights of the table's owner.
 */
char	   *
field_definition(const Field *field, const char *helper_schema)
{
	return psprintf("CREATE OR REPLACE FUNCTION %s RETURNS %s%s LANGUAGE sql STABLE "
					"SECURITY DEFINER SET search_path = pg_catalog, %s, pg_temp RETURN %s(%s)",
					field_signature(field, helper_schema), field->rows_of != NULL ? "SETOF " : "",
					type_name(field->type), quote_identifier(field->function_schema),
					table_qualified(field->function_schema, field->function_name),
					arguments_of_function(field));
}

void
field_append_call(StringInfo out, const Field *field, const char *helper_schema, const char *row)
{
	appendStringInfo(out, "%s(%s", table_qualified(helper_schema, field->wrapper), row);
	if (field->session_type == JSONBOID)
		appendStringInfoString(out, ", (SELECT herm_jwt.session())");
	else if (OidIsValid(field->session_type))
		appendStringInfoString(out, ", (SELECT herm_jwt.session()::json)");
	appendStringInfoChar(out, ')');
}
