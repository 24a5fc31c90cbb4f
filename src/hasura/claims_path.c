/* SPDX-License-Identifier: PostgreSQL */
/*
 * claims_path.c: parsing and following Hasura's claim paths.
 */
#include "compat.h"

#include <limits.h>

#include "hasura/claims_path.h"
#include "json/write.h"

/* What is left to parse. */
typedef struct PathReader
{
	const char *next;
	const char *end;
} PathReader;

static bool
at(const PathReader *reader, char c)
{
	return reader->next < reader->end && *reader->next == c;
}

static bool
skip(PathReader *reader, char c)
{
	if (!at(reader, c))
		return false;
	reader->next++;
	return true;
}

/* A letter; what is not ASCII counts as one, as almost all of it does for Hasura. */
static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* name := ( letter | "_" ) ( letter | digit | "_" | "-" )* */
static bool
read_name(PathReader *reader, ClaimsPathElement *element)
{
	const char *start = reader->next;

	if (start == reader->end || !(is_letter(*start) || *start == '_'))
		return false;
	while (reader->next < reader->end &&
		   (is_letter(*reader->next) || is_digit(*reader->next) ||
			*reader->next == '_' || *reader->next == '-'))
		reader->next++;
	element->name = slice_make(start, reader->next - start);
	return true;
}

static bool
read_index(PathReader *reader, ClaimsPathElement *element)
{
	int			index = 0;

	if (reader->next == reader->end || !is_digit(*reader->next))
		return false;
	for (; reader->next < reader->end && is_digit(*reader->next); reader->next++)
		index = index > (INT_MAX - 9) / 10 ? INT_MAX : index * 10 + (*reader->next - '0');
	element->is_index = true;
	element->index = index;
	return true;
}

/* Lets the JSON parser read what stands between quotes, with its own escapes. */
static bool
unescape(StringInfo quoted, Slice *text)
{
	JsonDocument document;

	if (json_parse(slice_make(quoted->data, quoted->len), &document) != JSON_OK)
		return false;
	*text = document.root->text;
	return true;
}

/* "string" or 'string'; in the latter \' is a quote and an inner " stands for itself. */
static bool
read_quoted(PathReader *reader, ClaimsPathElement *element)
{
	char		quote = reader->next < reader->end ? *reader->next : '\0';
	StringInfoData json;

	if (quote != '"' && quote != '\'')
		return false;
	reader->next++;
	initStringInfo(&json);
	appendStringInfoChar(&json, '"');
	while (reader->next < reader->end && *reader->next != quote)
	{
		bool		escaped = skip(reader, '\\');

		if (reader->next == reader->end)
			return false;
		if (escaped ? *reader->next != '\'' : *reader->next == '"')
			appendStringInfoChar(&json, '\\');
		appendStringInfoChar(&json, *reader->next++);
	}
	appendStringInfoChar(&json, '"');
	return skip(reader, quote) && unescape(&json, &element->name);
}

/* element := [ "." ] name | [ "." ] "[" ( digits | string ) "]" */
static bool
read_element(PathReader *reader, ClaimsPathElement *element)
{
	memset(element, 0, sizeof(*element));
	(void) skip(reader, '.');
	if (!skip(reader, '['))
		return read_name(reader, element);
	return (read_index(reader, element) || read_quoted(reader, element)) && skip(reader, ']');
}

bool
claims_path_parse(Slice text, ClaimsPath *path)
{
	PathReader	reader = {text.data, text.data + text.len};

	/* an element takes one byte at least */
	path->elements = palloc((text.len + 1) * sizeof(ClaimsPathElement));
	path->count = 0;
	if (text.len == 0)
		return false;
	(void) skip(&reader, '$');
	while (reader.next < reader.end)
	{
		if (!read_element(&reader, &path->elements[path->count++]))
			return false;
	}
	return true;
}

static const JsonNode *
find_element(const ClaimsPathElement *element, const JsonNode *node)
{
	int			i = 0;

	if (element->is_index ? node->kind != JSON_KIND_ARRAY : node->kind != JSON_KIND_OBJECT)
		return NULL;
	json_foreach(child, node)
	{
		if (element->is_index ? i++ == element->index : slice_equals(child->name, element->name))
			return child;
	}
	return NULL;
}

const JsonNode *
claims_path_find(const ClaimsPath *path, const JsonNode *root)
{
	const JsonNode *node = root;

	for (int i = 0; i < path->count && node != NULL; i++)
		node = find_element(&path->elements[i], node);
	return node;
}

static bool
is_plain_name(Slice name)
{
	if (name.len == 0 || is_digit(name.data[0]) || name.data[0] == '-')
		return false;
	for (size_t i = 0; i < name.len; i++)
	{
		char		c = name.data[i];

		if ((c & 0x80) != 0 || !(is_letter(c) || is_digit(c) || c == '_' || c == '-'))
			return false;
	}
	return true;
}

const char *
claims_path_text(const ClaimsPath *path)
{
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfoChar(&out, '$');
	for (int i = 0; i < path->count; i++)
	{
		const ClaimsPathElement *element = &path->elements[i];

		if (element->is_index)
			appendStringInfo(&out, "[%d]", element->index);
		else if (is_plain_name(element->name))
		{
			appendStringInfoChar(&out, '.');
			appendBinaryStringInfo(&out, element->name.data, (int) element->name.len);
		}
		else
		{
			appendStringInfoChar(&out, '[');
			json_append_string(&out, element->name);
			appendStringInfoChar(&out, ']');
		}
	}
	return out.data;
}
