/* SPDX-License-Identifier: PostgreSQL */
/*
 * json.c: looking at a tree of JSON values.
 */
#include "compat.h"

#include "json/json.h"

const char *
json_status_text(JsonStatus status)
{
	static const char *const texts[] = {
#define X(status, text) text,
		JSON_STATUSES(X)
#undef X
	};

	return texts[status];
}

const char *
json_kind_name(JsonKind kind)
{
	static const char *const names[] = {
		[JSON_KIND_NULL] = "Null",
		[JSON_KIND_BOOLEAN] = "Boolean",
		[JSON_KIND_NUMBER] = "Number",
		[JSON_KIND_STRING] = "String",
		[JSON_KIND_ARRAY] = "Array",
		[JSON_KIND_OBJECT] = "Object",
	};

	return names[kind];
}

const JsonNode *
json_find(const JsonNode *object, Slice name)
{
	if (object == NULL || object->kind != JSON_KIND_OBJECT)
		return NULL;
	json_foreach(member, object)
	{
		if (slice_equals(member->name, name))
			return member;
	}
	return NULL;
}

const JsonNode *
json_find_optional(const JsonNode *object, Slice name)
{
	const JsonNode *member = json_find(object, name);

	return member != NULL && member->kind == JSON_KIND_NULL ? NULL : member;
}

static bool
children_equal(const JsonNode *a, const JsonNode *b)
{
	const JsonNode *other = b->first;

	json_foreach(child, a)
	{
		if (a->kind == JSON_KIND_OBJECT)
			other = json_find(b, child->name);
		if (other == NULL || !json_equals(child, other))
			return false;
		other = other->next;
	}
	return true;
}

bool
json_equals(const JsonNode *a, const JsonNode *b)
{
	return a->kind == b->kind && a->truth == b->truth && a->count == b->count &&
		slice_equals(a->text, b->text) && children_equal(a, b);
}

JsonNode   *
json_append_copy(JsonNode *object, const JsonNode *node, Slice name)
{
	JsonNode   *copy = palloc(sizeof(JsonNode));

	*copy = *node;
	copy->name = name;
	copy->next = NULL;
	json_append(object, copy);
	return copy;
}
