/* SPDX-License-Identifier: PostgreSQL */
/*
 * value.c: from JSON to the text that a type's input function reads.
 */
#include "compat.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

#include "json/write.h"
#include "permissions/type.h"
#include "permissions/value.h"

#define VARIABLE_PREFIX "x-hasura-"

/* What each kind of JSON may stand for, beside strings, which may for all. */
static bool
takes_scalars(TypeClass class)
{
	return class != TYPE_IS_ARRAY && class != TYPE_IS_OPAQUE &&
		class != TYPE_IS_GEOMETRY && class != TYPE_IS_GEOGRAPHY && class != TYPE_IS_LTREE;
}

bool
value_is_variable(const JsonNode *value, char **name)
{
	if (value->kind != JSON_KIND_STRING)
		return false;
	*name = pnstrdup(value->text.data, value->text.len);
	for (char *c = *name; *c != '\0'; c++)
		*c = pg_ascii_tolower((unsigned char) *c);
	if (strcmp(*name, "req_user_id") == 0)
		*name = pstrdup(VARIABLE_PREFIX "user-id");
	return strncmp(*name, VARIABLE_PREFIX, strlen(VARIABLE_PREFIX)) == 0;
}

/* ---- arrays ---- */

static void
append_quoted(StringInfo out, const char *text)
{
	appendStringInfoChar(out, '"');
	for (; *text != '\0'; text++)
	{
		if (*text == '"' || *text == '\\')
			appendStringInfoChar(out, '\\');
		appendStringInfoChar(out, *text);
	}
	appendStringInfoChar(out, '"');
}

static bool append_array(StringInfo out, const JsonNode *array, Oid element);

/* Whether an array among the elements is one more dimension, not an element. */
static bool
is_dimension(const JsonNode *value, Oid element)
{
	TypeClass	class = type_class(element);

	return value->kind == JSON_KIND_ARRAY && class != TYPE_IS_JSON && class != TYPE_IS_JSONB &&
		class != TYPE_IS_ARRAY; /* a domain over arrays may be an element */
}

static bool
append_element(StringInfo out, const JsonNode *value, Oid element)
{
	const char *text;

	if (is_dimension(value, element))
		return append_array(out, value, element);
	if (value->kind == JSON_KIND_NULL)
	{
		appendStringInfoString(out, "NULL");
		return true;
	}
	text = value_text(value, element);
	if (text != NULL)
		append_quoted(out, text);
	return text != NULL;
}

static bool
append_array(StringInfo out, const JsonNode *array, Oid element)
{
	appendStringInfoChar(out, '{');
	json_foreach(value, array)
	{
		if (value != array->first)
			appendStringInfoChar(out, type_delimiter(element));
		if (!append_element(out, value, element))
			return false;
	}
	appendStringInfoChar(out, '}');
	return true;
}

/* ---- all values ---- */

static char *
json_text(const JsonNode *value)
{
	StringInfoData out;

	initStringInfo(&out);
	json_append_node(&out, value);
	return out.data;
}

static char *
array_text(const JsonNode *value, Oid type)
{
	StringInfoData out;

	initStringInfo(&out);
	return append_array(&out, value, getBaseType(get_element_type(type))) ? out.data : NULL;
}

char	   *
value_text(const JsonNode *value, Oid type)
{
	TypeClass	class = type_class(type);

	if (class == TYPE_IS_JSONB)
		return json_text(value);
	switch (value->kind)
	{
		case JSON_KIND_STRING:
			return type_is_spatial(type) ? NULL : pnstrdup(value->text.data, value->text.len);
		case JSON_KIND_NUMBER:
		case JSON_KIND_BOOLEAN:
			return takes_scalars(class) ? json_text(value) : NULL;
		case JSON_KIND_ARRAY:
			if (class == TYPE_IS_ARRAY)
				return array_text(value, type);
			return class == TYPE_IS_JSON ? json_text(value) : NULL;
		case JSON_KIND_OBJECT:
			return class == TYPE_IS_JSON || type_is_spatial(type) ? json_text(value) : NULL;
		default:
			return NULL;
	}
}

/* ---- trying a text ---- */

/* Errors that say nothing of the text: they go on to the caller. */
static bool
is_about_server(int sqlstate)
{
	int			category = ERRCODE_TO_CATEGORY(sqlstate);

	return category == ERRCODE_TO_CATEGORY(ERRCODE_QUERY_CANCELED) ||
		category == ERRCODE_TO_CATEGORY(ERRCODE_OUT_OF_MEMORY);
}

/* GeoJSON is read as geometry, also for geography. */
static void
read_text(const char *text, Oid type)
{
	Oid			input;
	Oid			parameter;

	getTypeInputInfo(type_is_spatial(type) ? type_of_extension(type, "geometry") : type, &input,
					 &parameter);
	(void) OidInputFunctionCall(input, pstrdup(text), parameter, -1 /* no type modifier */ );
}

bool
value_is_valid(const char *text, Oid type)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ErrorData  *volatile error = NULL;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		read_text(text, type);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	if (error != NULL && is_about_server(error->sqlerrcode))
		ReThrowError(error);
	return error == NULL;
}

/* ---- times that move ---- */

/* Whether values of a type are times, or have times in them. */
static bool
has_times(Oid type)
{
	Oid			element = get_element_type(type);
	char		category;
	bool		preferred;

	get_type_category_preferred(OidIsValid(element) ? getBaseType(element) : type, &category,
								&preferred);
	return category == TYPCATEGORY_DATETIME || category == TYPCATEGORY_RANGE ||
		category == TYPCATEGORY_COMPOSITE;
}

bool
value_is_moving(const char *text, Oid type)
{
	static const char *const words[] = {"now", "today", "tomorrow", "yesterday"};
	const char *letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	size_t		length;

	if (!has_times(type))
		return false;
	for (text += strcspn(text, letters); *text != '\0'; text += strcspn(text, letters))
	{
		length = strspn(text, letters);
		for (int i = 0; i < COUNT_OF(words); i++)
		{
			if (length == strlen(words[i]) && pg_strncasecmp(text, words[i], length) == 0)
				return true;
		}
		text += length;
	}
	return false;
}

bool
value_is_now(const JsonNode *value, Oid type)
{
	const char *text;

	if (value->kind != JSON_KIND_STRING || type != TIMESTAMPTZOID)
		return false;
	text = pnstrdup(value->text.data, value->text.len);
	return pg_strcasecmp(text, "now") == 0 || pg_strcasecmp(text, "now()") == 0;
}
