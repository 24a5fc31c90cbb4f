/* SPDX-License-Identifier: PostgreSQL */
/*
 * json.h: hostile JSON text, read into a small tree.
 *
 * In:    bytes.    Out: a JsonStatus and, if good, a tree of JsonNode.
 * Never: raises an error because of the text; returns a document with a
 *        duplicate member, a NUL character or more than JSON_MAX_DEPTH levels.
 * Rules: RFC 8259; docs/hasura.md (duplicates, NUL, depth).
 *
 *		JsonDocument document;
 *
 *		if (json_parse(text, &document) == JSON_OK)
 *			name = json_member(document.root, "name");
 *
 * The tree is palloc'd in the current memory context and lives as long as it.
 */
#ifndef HERM_JSON_JSON_H
#define HERM_JSON_JSON_H

#include "json/slice.h"

#define JSON_MAX_DEPTH 100

/* Every way to fail, and what it means, once. */
#define JSON_STATUSES(X) \
	X(JSON_OK,               "is valid JSON") \
	X(JSON_NOT_VALID,        "is not valid JSON") \
	X(JSON_NOT_UTF8,         "is not valid UTF-8") \
	X(JSON_TOO_DEEP,         "is nested too deeply") \
	X(JSON_TOO_LONG,         "is too long") \
	X(JSON_HAS_NUL,          "contains the character \\u0000") \
	X(JSON_DUPLICATE_MEMBER, "has a member twice")

typedef enum JsonStatus
{
#define X(status, text) status,
	JSON_STATUSES(X)
#undef X
} JsonStatus;

typedef enum JsonKind
{
	JSON_KIND_NULL,
	JSON_KIND_BOOLEAN,
	JSON_KIND_NUMBER,
	JSON_KIND_STRING,
	JSON_KIND_ARRAY,
	JSON_KIND_OBJECT,
} JsonKind;

typedef struct JsonNode
{
	JsonKind	kind;
	bool		truth;			/* of a boolean */
	int			count;			/* children of an array or object */
	Slice		name;			/* as a member of an object, unescaped */
	Slice		text;			/* string: unescaped; number: as written */
	struct JsonNode *first;		/* children, in document order */
	struct JsonNode *last;
	struct JsonNode *next;		/* sibling */
} JsonNode;

typedef struct JsonDocument
{
	const JsonNode *root;		/* NULL unless the status is JSON_OK */
	Slice		duplicate;		/* with JSON_DUPLICATE_MEMBER: its name */
} JsonDocument;

/*
 * Parses the whole text, of which the tree keeps a copy; *document is set in
 * every case.
 */
extern JsonStatus json_parse(Slice text, JsonDocument *document)
			__attribute__((warn_unused_result));

/*
 * The same without a copy: for a text that lives as long as the tree, which
 * points into it, and has a zero byte behind its last one.
 */
extern JsonStatus json_parse_kept(Slice text, JsonDocument *document)
			__attribute__((warn_unused_result));

/* What a status says of a text, as the rest of an English sentence. */
extern const char *json_status_text(JsonStatus status);

/* A kind's name as Hasura's parser spells it: Null, Boolean, Number, ... */
extern const char *json_kind_name(JsonKind kind);

/* The member of that exact name; NULL if absent or if object is no object. */
extern const JsonNode *json_find(const JsonNode *object, Slice name);

/* The same, but a member that is null counts as absent (aeson's ".:?"). */
extern const JsonNode *json_find_optional(const JsonNode *object, Slice name);

/* Both by a name that the program itself wrote. */
static inline const JsonNode *
json_member(const JsonNode *object, const char *name)
{
	return json_find(object, slice_cstring(name));
}

static inline const JsonNode *
json_optional_member(const JsonNode *object, const char *name)
{
	return json_find_optional(object, slice_cstring(name));
}

/* Whether two values are the same; the order of members does not count, spellings of numbers do. */
extern bool json_equals(const JsonNode *a, const JsonNode *b);

/* Adds a node, which has no parent yet, as the last child. */
static inline void
json_append(JsonNode *parent, JsonNode *child)
{
	if (parent->last != NULL)
		parent->last->next = child;
	else
		parent->first = child;
	parent->last = child;
	parent->count++;
}

/* Adds a shallow copy of a node, palloc'd, as the last member of that name; gives the copy. */
extern JsonNode *json_append_copy(JsonNode *object, const JsonNode *node, Slice name);

/* Walks the children of an array or object. */
#define json_foreach(child, parent) \
	for (const JsonNode *child = (parent)->first; child != NULL; child = child->next)

#endif							/* HERM_JSON_JSON_H */
