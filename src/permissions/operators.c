/* SPDX-License-Identifier: PostgreSQL */
/*
 * operators.c: the table of operators.
 */
#include "compat.h"

#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_operator.h"
#include "nodes/makefuncs.h"
#include "parser/parse_oper.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "permissions/operators.h"

#define BIT(class) (1u << (class))
#define STRING BIT(TYPE_IS_STRING)
#define JSONB BIT(TYPE_IS_JSONB)
#define ARRAY BIT(TYPE_IS_ARRAY)
#define LTREE BIT(TYPE_IS_LTREE)
#define GEOMETRY BIT(TYPE_IS_GEOMETRY)
#define GEOGRAPHY BIT(TYPE_IS_GEOGRAPHY)
#define ALL_BUT_JSON (~BIT(TYPE_IS_JSON))

static const OperatorRow operators[] = {
	/* name, classes, form, symbol, keyword, right side, type of the right side */
	{"eq", ALL_BUT_JSON, FORM_BINARY, "=", NULL, RIGHT_SAME_OR_NULL, NULL},
	{"ne", ALL_BUT_JSON, FORM_BINARY, "<>", NULL, RIGHT_SAME_OR_NULL, NULL},
	{"neq", ALL_BUT_JSON, FORM_BINARY, "<>", NULL, RIGHT_SAME_OR_NULL, NULL},
	{"gt", ALL_BUT_JSON, FORM_BINARY, ">", NULL, RIGHT_SAME, NULL},
	{"lt", ALL_BUT_JSON, FORM_BINARY, "<", NULL, RIGHT_SAME, NULL},
	{"gte", ALL_BUT_JSON, FORM_BINARY, ">=", NULL, RIGHT_SAME, NULL},
	{"lte", ALL_BUT_JSON, FORM_BINARY, "<=", NULL, RIGHT_SAME, NULL},
	{"in", ALL_BUT_JSON, FORM_ANY, "=", NULL, RIGHT_LIST, NULL},
	{"nin", ALL_BUT_JSON, FORM_NOT_ANY, "=", NULL, RIGHT_LIST, NULL},
	{"is_null", ALL_BUT_JSON, FORM_IS_NULL, NULL, NULL, RIGHT_BOOLEAN, NULL},

	{"like", STRING, FORM_BINARY, "~~", "LIKE", RIGHT_SAME, NULL},
	{"nlike", STRING, FORM_BINARY, "!~~", "NOT LIKE", RIGHT_SAME, NULL},
	{"ilike", STRING, FORM_BINARY, "~~*", "ILIKE", RIGHT_SAME, NULL},
	{"nilike", STRING, FORM_BINARY, "!~~*", "NOT ILIKE", RIGHT_SAME, NULL},
	{"similar", STRING, FORM_SIMILAR, "~", "SIMILAR TO", RIGHT_SAME, NULL},
	{"nsimilar", STRING, FORM_SIMILAR, "!~", "NOT SIMILAR TO", RIGHT_SAME, NULL},
	{"regex", STRING, FORM_BINARY, "~", NULL, RIGHT_SAME, NULL},
	{"iregex", STRING, FORM_BINARY, "~*", NULL, RIGHT_SAME, NULL},
	{"nregex", STRING, FORM_BINARY, "!~", NULL, RIGHT_SAME, NULL},
	{"niregex", STRING, FORM_BINARY, "!~*", NULL, RIGHT_SAME, NULL},

	{"contains", JSONB | ARRAY, FORM_BINARY, "@>", NULL, RIGHT_SAME, NULL},
	{"contained_in", JSONB | ARRAY, FORM_BINARY, "<@", NULL, RIGHT_SAME, NULL},
	{"has_key", JSONB, FORM_BINARY, "?", NULL, RIGHT_TEXT, NULL},
	{"has_keys_any", JSONB, FORM_BINARY, "?|", NULL, RIGHT_TEXT_ARRAY, NULL},
	{"has_keys_all", JSONB, FORM_BINARY, "?&", NULL, RIGHT_TEXT_ARRAY, NULL},
	{"jsonb_path_exists", JSONB, FORM_BINARY, "@?", NULL, RIGHT_JSONPATH, NULL},
	{"jsonb_path_match", JSONB, FORM_BINARY, "@@", NULL, RIGHT_JSONPATH, NULL},

	{"ancestor", LTREE, FORM_BINARY, "@>", NULL, RIGHT_SAME, NULL},
	{"descendant", LTREE, FORM_BINARY, "<@", NULL, RIGHT_SAME, NULL},
	{"ancestor_any", LTREE, FORM_BINARY, "@>", NULL, RIGHT_EXTENSION_ARRAY, "ltree"},
	{"descendant_any", LTREE, FORM_BINARY, "<@", NULL, RIGHT_EXTENSION_ARRAY, "ltree"},
	{"matches", LTREE, FORM_BINARY, "~", NULL, RIGHT_EXTENSION_TYPE, "lquery"},
	{"matches_any", LTREE, FORM_BINARY, "?", NULL, RIGHT_EXTENSION_ARRAY, "lquery"},
	{"matches_fulltext", LTREE, FORM_BINARY, "@", NULL, RIGHT_EXTENSION_TYPE, "ltxtquery"},

	{"st_contains", GEOMETRY, FORM_FUNCTION, "st_contains", NULL, RIGHT_SAME, NULL},
	{"st_crosses", GEOMETRY, FORM_FUNCTION, "st_crosses", NULL, RIGHT_SAME, NULL},
	{"st_equals", GEOMETRY, FORM_FUNCTION, "st_equals", NULL, RIGHT_SAME, NULL},
	{"st_overlaps", GEOMETRY, FORM_FUNCTION, "st_overlaps", NULL, RIGHT_SAME, NULL},
	{"st_touches", GEOMETRY, FORM_FUNCTION, "st_touches", NULL, RIGHT_SAME, NULL},
	{"st_within", GEOMETRY, FORM_FUNCTION, "st_within", NULL, RIGHT_SAME, NULL},
	{"st_3d_intersects", GEOMETRY, FORM_FUNCTION, "st_3dintersects", NULL, RIGHT_SAME, NULL},
	{"st_intersects", GEOMETRY | GEOGRAPHY, FORM_FUNCTION, "st_intersects", NULL, RIGHT_SAME, NULL},
	{"st_d_within", GEOMETRY, FORM_FUNCTION, "st_dwithin", NULL, RIGHT_DISTANCE, NULL},
	{"st_d_within", GEOGRAPHY, FORM_FUNCTION, "st_dwithin", NULL, RIGHT_DISTANCE_SPHEROID, NULL},
	{"st_3d_d_within", GEOMETRY, FORM_FUNCTION, "st_3ddwithin", NULL, RIGHT_DISTANCE, NULL},

	{"cast", JSONB | GEOMETRY | GEOGRAPHY, FORM_CAST, NULL, NULL, RIGHT_OPERATORS, NULL},

	{"ceq", ALL_BUT_JSON, FORM_BINARY, "=", NULL, RIGHT_COLUMN, NULL},
	{"cne", ALL_BUT_JSON, FORM_BINARY, "<>", NULL, RIGHT_COLUMN, NULL},
	{"cneq", ALL_BUT_JSON, FORM_BINARY, "<>", NULL, RIGHT_COLUMN, NULL},
	{"cgt", ALL_BUT_JSON, FORM_BINARY, ">", NULL, RIGHT_COLUMN, NULL},
	{"clt", ALL_BUT_JSON, FORM_BINARY, "<", NULL, RIGHT_COLUMN, NULL},
	{"cgte", ALL_BUT_JSON, FORM_BINARY, ">=", NULL, RIGHT_COLUMN, NULL},
	{"clte", ALL_BUT_JSON, FORM_BINARY, "<=", NULL, RIGHT_COLUMN, NULL},
};

bool
operators_name(Slice key, Slice *name)
{
	if (key.len < 2 || (key.data[0] != '_' && key.data[0] != '$'))
		return false;
	*name = slice_skip(key, 1);
	return true;
}

const OperatorRow *
operators_find(Slice name, TypeClass class, bool *known)
{
	*known = false;
	for (int i = 0; i < COUNT_OF(operators); i++)
	{
		if (!slice_equals_cstring(name, operators[i].name))
			continue;
		*known = true;
		if ((operators[i].classes & BIT(class)) != 0)
			return &operators[i];
	}
	return NULL;
}

/* An extension's operator, in the extension's schema, for exactly these types. */
static char *
sql_in_extension(const char *symbol, Oid schema, Oid left, Oid right)
{
	char	   *schema_name = get_namespace_name(schema);
	Oid			found = OpernameGetOprid(list_make2(makeString(schema_name),
													makeString(pstrdup(symbol))), left, right);

	/* others may make operators in that schema, too */
	if (!OidIsValid(found) || !OidIsValid(getExtensionOfObject(OperatorRelationId, found)))
		return NULL;
	return psprintf("OPERATOR(%s.%s)", quote_identifier(schema_name), symbol);
}

static bool
server_has(const char *symbol, Oid left, Oid right)
{
	Operator	found = oper(NULL, list_make2(makeString("pg_catalog"), makeString(pstrdup(symbol))),
							 left, right, true /* no error */ , -1);

	if (found == NULL)
		return false;
	ReleaseSysCache(found);
	return true;
}

char	   *
operators_sql(const OperatorRow *row, Oid left, Oid right)
{
	Oid			schema = type_extension_schema(left);
	char	   *sql = NULL;

	if (OidIsValid(schema))
		sql = sql_in_extension(row->symbol, schema, left, right);
	if (sql == NULL && server_has(row->symbol, left, right))
		sql = pstrdup(row->keyword != NULL ? row->keyword : row->symbol);
	return sql;
}

char	   *
operators_equality(Oid left, Oid right)
{
	static const OperatorRow equality = {.symbol = "="};

	return operators_sql(&equality, getBaseType(left), getBaseType(right));
}
