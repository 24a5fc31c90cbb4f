/* SPDX-License-Identifier: PostgreSQL */
/*
 * json.c: the events of the server's JSON parser, gathered into a tree.
 */
#include "compat.h"

#include "common/jsonapi.h"
#include "mb/pg_wchar.h"

#include "json/json.h"
#include "json/scan.h"

/* Up to here a quadratic search for duplicates beats sorting. */
#define FEW_MEMBERS 16

typedef struct Builder
{
	JsonNode   *open[JSON_MAX_DEPTH + 1];	/* open[0] holds the root */
	int			depth;
	Slice		name;			/* of the member whose value comes next */
	JsonStatus	status;			/* the first error that a callback met */
	Slice		duplicate;
} Builder;

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

static const JsonNode *
find_member(const JsonNode *object, Slice name)
{
	json_foreach(member, object)
	{
		if (slice_equals(member->name, name))
			return member;
	}
	return NULL;
}

const JsonNode *
json_member(const JsonNode *object, const char *name)
{
	if (object == NULL || object->kind != JSON_KIND_OBJECT)
		return NULL;
	return find_member(object, slice_cstring(name));
}

const JsonNode *
json_optional_member(const JsonNode *object, const char *name)
{
	const JsonNode *member = json_member(object, name);

	return member != NULL && member->kind == JSON_KIND_NULL ? NULL : member;
}

static bool
children_equal(const JsonNode *a, const JsonNode *b)
{
	const JsonNode *other = b->first;

	json_foreach(child, a)
	{
		if (a->kind == JSON_KIND_OBJECT)
			other = find_member(b, child->name);
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

static void
append_child(JsonNode *parent, JsonNode *child)
{
	if (parent->last != NULL)
		parent->last->next = child;
	else
		parent->first = child;
	parent->last = child;
	parent->count++;
}

JsonNode   *
json_append_copy(JsonNode *object, const JsonNode *node, Slice name)
{
	JsonNode   *copy = palloc(sizeof(JsonNode));

	*copy = *node;
	copy->name = name;
	copy->next = NULL;
	append_child(object, copy);
	return copy;
}

static JsonNode *
add_node(Builder *builder, JsonKind kind)
{
	JsonNode   *parent = builder->open[builder->depth];
	JsonNode   *node = palloc0(sizeof(JsonNode));

	node->kind = kind;
	node->name = builder->name;
	builder->name = slice_make(NULL, 0);
	append_child(parent, node);
	return node;
}

static void
open_node(Builder *builder, JsonKind kind)
{
	JsonNode   *node = add_node(builder, kind);

	/* json_scan() has bounded the depth; this guards the array itself */
	if (builder->depth < JSON_MAX_DEPTH)
		builder->open[++builder->depth] = node;
	else
		builder->status = JSON_TOO_DEEP;
}

static void
fail_duplicate(Builder *builder, const JsonNode *member)
{
	if (builder->status == JSON_OK)
	{
		builder->status = JSON_DUPLICATE_MEMBER;
		builder->duplicate = member->name;
	}
}

static int
compare_names(const void *a, const void *b)
{
	Slice		left = (*(const JsonNode *const *) a)->name;
	Slice		right = (*(const JsonNode *const *) b)->name;
	int			order = memcmp(left.data, right.data, Min(left.len, right.len));

	if (order != 0)
		return order;
	return left.len < right.len ? -1 : left.len > right.len;
}

static void
find_duplicate_among_many(Builder *builder, const JsonNode *object)
{
	const JsonNode **sorted = palloc(object->count * sizeof(JsonNode *));
	int			n = 0;

	json_foreach(member, object)
		sorted[n++] = member;
	qsort(sorted, n, sizeof(JsonNode *), compare_names);
	for (int i = 1; i < n; i++)
	{
		if (slice_equals(sorted[i - 1]->name, sorted[i]->name))
			fail_duplicate(builder, sorted[i]);
	}
	pfree(sorted);
}

static void
find_duplicate(Builder *builder, const JsonNode *object)
{
	if (object->count > FEW_MEMBERS)
	{
		find_duplicate_among_many(builder, object);
		return;
	}
	json_foreach(member, object)
	{
		for (const JsonNode *other = member->next; other != NULL; other = other->next)
		{
			if (slice_equals(member->name, other->name))
				fail_duplicate(builder, member);
		}
	}
}

static JSON_CALLBACK_RESULT
on_object_start(void *state)
{
	open_node(state, JSON_KIND_OBJECT);
	JSON_CALLBACK_RETURN;
}

static JSON_CALLBACK_RESULT
on_object_end(void *state)
{
	Builder    *builder = state;

	find_duplicate(builder, builder->open[builder->depth]);
	builder->depth--;
	JSON_CALLBACK_RETURN;
}

static JSON_CALLBACK_RESULT
on_array_start(void *state)
{
	open_node(state, JSON_KIND_ARRAY);
	JSON_CALLBACK_RETURN;
}

static JSON_CALLBACK_RESULT
on_array_end(void *state)
{
	((Builder *) state)->depth--;
	JSON_CALLBACK_RETURN;
}

static JSON_CALLBACK_RESULT
on_member(void *state, char *name, UNUSED bool isnull)
{
	/* the parser's own copy, free of NUL: a raw or escaped one is an error */
	((Builder *) state)->name = slice_cstring(name);
	JSON_CALLBACK_RETURN;
}

static JSON_CALLBACK_RESULT
on_scalar(void *state, char *token, JsonTokenType type)
{
	static const JsonKind kinds[] = {
		[JSON_TOKEN_STRING] = JSON_KIND_STRING,
		[JSON_TOKEN_NUMBER] = JSON_KIND_NUMBER,
		[JSON_TOKEN_TRUE] = JSON_KIND_BOOLEAN,
		[JSON_TOKEN_FALSE] = JSON_KIND_BOOLEAN,
		[JSON_TOKEN_NULL] = JSON_KIND_NULL,
	};
	JsonNode   *node = add_node(state, kinds[type]);

	node->text = slice_cstring(token);	/* likewise */
	node->truth = type == JSON_TOKEN_TRUE;
	JSON_CALLBACK_RETURN;
}

static JsonStatus
status_of_parser(JsonParseErrorType result)
{
	switch (result)
	{
		case JSON_SUCCESS:
			return JSON_OK;
		case JSON_UNICODE_CODE_POINT_ZERO:
			return JSON_HAS_NUL;
		default:
			return JSON_NOT_VALID;
	}
}

JsonStatus
json_parse(Slice text, JsonDocument *document)
{
	JsonNode	holder = {.kind = JSON_KIND_ARRAY};
	Builder		builder = {.open = {&holder}};
	JsonSemAction actions = {
		.semstate = &builder,
		.object_start = on_object_start,
		.object_end = on_object_end,
		.array_start = on_array_start,
		.array_end = on_array_end,
		.object_field_start = on_member,
		.scalar = on_scalar,
	};
	Slice		prepared;
	JsonStatus	status;
	JsonLexContext *lexer;

	memset(document, 0, sizeof(*document));
	status = json_scan(text, &prepared);
	if (status != JSON_OK)
		return status;

	lexer = JSON_LEX_CONTEXT(unconstify(char *, prepared.data), (int) prepared.len);
	status = status_of_parser(pg_parse_json(lexer, &actions));
	if (status == JSON_OK)
		status = builder.status;
	if (status == JSON_OK)
		document->root = holder.first;
	document->duplicate = builder.duplicate;
	return status;
}
