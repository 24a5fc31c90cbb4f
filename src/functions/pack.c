/* SPDX-License-Identifier: PostgreSQL */
/*
 * pack.c: building and reading SQL values.
 */
#include "compat.h"

#include "access/detoast.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "functions/pack.h"
#include "functions/report.h"
#include "settings.h"

#define ARGUMENT_MAX_SIZE (1024 * 1024 + VARHDRSZ)

Datum
pack_text(Slice text)
{
	return PointerGetDatum(cstring_to_text_with_len(text.data, (int) text.len));
}

static JsonbValue
string_value(Slice text)
{
	JsonbValue	value = {.type = jbvString};

	value.val.string.val = unconstify(char *, text.data);
	value.val.string.len = (int) text.len;
	return value;
}

static JsonbValue
scalar_value(const JsonNode *node)
{
	JsonbValue	value = {.type = jbvNull};

	if (node->kind == JSON_KIND_STRING)
		return string_value(node->text);
	if (node->kind == JSON_KIND_BOOLEAN)
	{
		value.type = jbvBool;
		value.val.boolean = node->truth;
	}
	if (node->kind == JSON_KIND_NUMBER)
	{
		char	   *text = pnstrdup(node->text.data, node->text.len);

		value.type = jbvNumeric;
		value.val.numeric = DatumGetNumeric(DirectFunctionCall3(numeric_in,
																CStringGetDatum(text),
																ObjectIdGetDatum(InvalidOid),
																Int32GetDatum(-1)));
	}
	return value;
}

static void
push_name(JsonbParseState **state, Slice name)
{
	JsonbValue	key = string_value(name);

	pushJsonbValue(state, WJB_KEY, &key);
}

static JsonbValue *push_node(JsonbParseState **state, const JsonNode *node,
							 JsonbIteratorToken as);

/* json_parse() has bounded the depth of the tree, and so of the recursion. */
static JsonbValue *
push_children(JsonbParseState **state, const JsonNode *node)
{
	bool		is_object = node->kind == JSON_KIND_OBJECT;

	pushJsonbValue(state, is_object ? WJB_BEGIN_OBJECT : WJB_BEGIN_ARRAY, NULL);
	json_foreach(child, node)
	{
		if (is_object)
			push_name(state, child->name);
		(void) push_node(state, child, is_object ? WJB_VALUE : WJB_ELEM);
	}
	return pushJsonbValue(state, is_object ? WJB_END_OBJECT : WJB_END_ARRAY, NULL);
}

static JsonbValue *
push_node(JsonbParseState **state, const JsonNode *node, JsonbIteratorToken as)
{
	JsonbValue	value;

	if (node->kind == JSON_KIND_OBJECT || node->kind == JSON_KIND_ARRAY)
		return push_children(state, node);
	value = scalar_value(node);
	return pushJsonbValue(state, as, &value);
}

Datum
pack_json(const JsonNode *node)
{
	JsonbParseState *state = NULL;
	JsonbValue	scalar;

	if (node->kind == JSON_KIND_OBJECT || node->kind == JSON_KIND_ARRAY)
		return JsonbPGetDatum(JsonbValueToJsonb(push_children(&state, node)));
	scalar = scalar_value(node);
	return JsonbPGetDatum(JsonbValueToJsonb(&scalar));
}

Datum
pack_variables(const SessionVariables *variables)
{
	JsonbParseState *state = NULL;

	pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	for (int i = 0; i < variables->count; i++)
	{
		push_name(&state, variables->items[i].name);
		(void) push_node(&state, variables->items[i].value, WJB_VALUE);
	}
	return JsonbPGetDatum(JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL)));
}

Datum
pack_text_array(const JsonNode *strings)
{
	Datum	   *elements = palloc((strings->count + 1) * sizeof(Datum));
	int			n = 0;

	json_foreach(string, strings)
		elements[n++] = pack_text(string->text);
	return PointerGetDatum(construct_array(elements, n, TEXTOID, -1, false, TYPALIGN_INT));
}

/* By the stored size, before the value is decompressed or copied. */
static void
check_argument_size(Datum value)
{
	if (toast_raw_datum_size(value) > ARGUMENT_MAX_SIZE)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("an argument is larger than 1 MB")));
}

Jsonb	   *
unpack_jsonb(FunctionCallInfo fcinfo, int argument)
{
	check_argument_size(PG_GETARG_DATUM(argument));
	return PG_GETARG_JSONB_P(argument);
}

Slice
unpack_json(Jsonb *value)
{
	return slice_cstring(JsonbToCString(NULL, &value->root, VARSIZE(value)));
}

static Slice
slice_of(text * value)
{
	return slice_make(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
}

/* What may be looked at of a token: the limit leaves "Bearer " out. */
static Size
largest_token(void)
{
	return settings.max_token_size + strlen("Bearer ");
}

static bool
is_too_large(Datum token)
{
	return toast_raw_datum_size(token) > largest_token() + VARHDRSZ;
}

Slice
unpack_token(Datum value)
{
	Rejection	rejection;

	if (is_too_large(value))
	{
		reject_token_size(settings.max_token_size, &rejection);
		raise_rejection(&rejection);
	}
	return slice_of(DatumGetTextPP(value));
}

Slice
unpack_token_start(Datum value)
{
	if (is_too_large(value))
		return slice_of(DatumGetTextPSlice(value, 0, (int32) largest_token() + 1));
	return slice_of(DatumGetTextPP(value));
}

Slice
unpack_text(FunctionCallInfo fcinfo, int argument)
{
	if (PG_ARGISNULL(argument))
		return slice_make("", 0);
	check_argument_size(PG_GETARG_DATUM(argument));
	return slice_of(PG_GETARG_TEXT_PP(argument));
}
