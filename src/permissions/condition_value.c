/* SPDX-License-Identifier: PostgreSQL */
/*
 * condition_value.c: reads and tries the right side of an operator
 * (docs/permissions.md, "Values").
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "utils/lsyscache.h"

#include "permissions/condition_value.h"
#include "permissions/value.h"

typedef struct Reader
{
	const char *path;
	Findings   *findings;
} Reader;

static bool
refuse(const Reader *reader, const char *what)
{
	return findings_add(reader->findings, REASON_BAD_VALUE, "\"%s\" %s.", reader->path, what);
}

static Oid
extension_type(Oid left, const char *name, bool as_array)
{
	Oid			type = type_of_extension(left, name);

	return as_array && OidIsValid(type) ? get_array_type(type) : type;
}

Oid
condition_right_type(const OperatorRow *row, Oid left)
{
	switch (row->right)
	{
		case RIGHT_TEXT:
			return TEXTOID;
		case RIGHT_TEXT_ARRAY:
			return TEXTARRAYOID;
		case RIGHT_JSONPATH:
			return JSONPATHOID;
		case RIGHT_EXTENSION_TYPE:
			return extension_type(left, row->right_type, false);
		case RIGHT_EXTENSION_ARRAY:
			return extension_type(left, row->right_type, true);
		default:
			return left;
	}
}

static Value *
make_value(ValueKind kind, Oid type, char *text)
{
	Value	   *value = palloc0(sizeof(Value));

	value->kind = kind;
	value->type = type;
	value->text = text;
	return value;
}

/* A text that the type's input function has taken. */
static bool
read_literal(const Reader *reader, const JsonNode *json, Oid type, char **text)
{
	*text = value_text(json, type);
	if (*text == NULL)
		return refuse(reader, psprintf("is JSON of a kind that no %s is written as", type_name(type)));
	if (type_has_domain(type))
		return refuse(reader, psprintf("would be read as %s, which runs the check of a domain",
									   type_name(type)));
	if (!value_is_valid(*text, type))
		return refuse(reader, psprintf("is no %s", type_name(type)));
	if (value_is_moving(*text, type))
		return refuse(reader, "is a time that moves, and a policy would keep it as it is today");
	return true;
}

static bool
read_scalar(const Reader *reader, const JsonNode *json, Oid type, List **values)
{
	char	   *text;

	if (json->kind == JSON_KIND_NULL)
		return refuse(reader, "is null, which this operator does not take");
	if (value_is_variable(json, &text))
		*values = lappend(*values, make_value(VALUE_VARIABLE, type, text));
	else if (value_is_now(json, type))
		*values = lappend(*values, make_value(VALUE_NOW, type, NULL));
	else if (!read_literal(reader, json, type, &text))
		return false;
	else
		*values = lappend(*values, make_value(VALUE_LITERAL, type, text));
	return true;
}

/* Inside a list a session variable is literal text, as in Hasura. */
static bool
read_elements(const Reader *reader, const JsonNode *json, Oid type, Value *list)
{
	json_foreach(element, json)
	{
		char	   *text = NULL;

		if (element->kind != JSON_KIND_NULL && !read_literal(reader, element, type, &text))
			return false;
		list->texts = lappend(list->texts, text);
	}
	return true;
}

static bool
read_list(const Reader *reader, const JsonNode *json, Oid type, List **values)
{
	Oid			array = get_array_type(type);
	Value	   *list = make_value(VALUE_LIST, type, NULL);
	char	   *name;

	if (!OidIsValid(array))
		return findings_add(reader->findings, REASON_OPERATOR_TYPE,
							"\"%s\" needs an array of %s, and there is no such type.", reader->path,
							type_name(type));
	if (value_is_variable(json, &name))
	{
		*values = lappend(*values, make_value(VALUE_VARIABLE, array, name));
		return true;
	}
	if (json->kind != JSON_KIND_ARRAY)
		return refuse(reader, "is neither a list nor a session variable");
	*values = lappend(*values, list);
	return read_elements(reader, json, type, list);
}

static bool
read_boolean(const Reader *reader, const JsonNode *json, List **values)
{
	Value	   *value = make_value(VALUE_BOOLEAN, BOOLOID, NULL);

	if (json->kind != JSON_KIND_BOOLEAN)
		return refuse(reader, "is neither true nor false");
	value->truth = json->truth;
	*values = lappend(*values, value);
	return true;
}

/* {distance, from} and, for geography, use_spheroid: in the order of the function's arguments. */
static bool
read_distance(const Reader *reader, const JsonNode *json, Oid left, bool spheroid, List **values)
{
	const struct
	{
		const char *name;
		Oid			type;
	}			members[] = {{"from", left}, {"distance", FLOAT8OID}, {"use_spheroid", BOOLOID}};
	int			count = spheroid ? 3 : 2;

	if (json->kind != JSON_KIND_OBJECT || json->count != count)
		return refuse(reader, spheroid ? "is no object of distance, from and use_spheroid" :
					  "is no object of distance and from");
	for (int i = 0; i < count; i++)
	{
		const JsonNode *member = json_member(json, members[i].name);

		if (member == NULL)
			return refuse(reader, psprintf("lacks \"%s\"", members[i].name));
		if (!read_scalar(reader, member, members[i].type, values))
			return false;
	}
	return true;
}

/* Where a list of texts is wanted, PostgreSQL would take one of more dimensions as well. */
static bool
read_flat_array(const Reader *reader, const JsonNode *json, Oid type, List **values)
{
	json_foreach(element, json)
	{
		if (element->kind == JSON_KIND_ARRAY)
			return refuse(reader, "has a list in the list");
	}
	return read_scalar(reader, json, type, values);
}

bool
condition_values(const OperatorRow *row, Oid left, const JsonNode *json, const char *path,
				 Findings *findings, List **values)
{
	Reader		reader = {.path = path,.findings = findings};

	switch (row->right)
	{
		case RIGHT_SAME_OR_NULL:
			if (json->kind == JSON_KIND_NULL)
			{
				*values = lappend(*values, make_value(VALUE_NULL, left, NULL));
				return true;
			}
			return read_scalar(&reader, json, left, values);
		case RIGHT_LIST:
			return read_list(&reader, json, left, values);
		case RIGHT_BOOLEAN:
			return read_boolean(&reader, json, values);
		case RIGHT_DISTANCE:
		case RIGHT_DISTANCE_SPHEROID:
			return read_distance(&reader, json, left, row->right == RIGHT_DISTANCE_SPHEROID, values);
		case RIGHT_TEXT_ARRAY:
		case RIGHT_EXTENSION_ARRAY:
			return read_flat_array(&reader, json, condition_right_type(row, left), values);
		default:
			return read_scalar(&reader, json, condition_right_type(row, left), values);
	}
}
