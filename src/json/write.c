/* SPDX-License-Identifier: PostgreSQL */
/*
 * write.c: writing JSON strings.
 */
#include "compat.h"

#include "json/write.h"

void
json_append_string(StringInfo out, Slice text)
{
	appendStringInfoChar(out, '"');
	for (size_t i = 0; i < text.len; i++)
	{
		unsigned char c = text.data[i];

		if (c < 0x20)
			appendStringInfo(out, "\\u%04x", c);
		else
		{
			if (c == '"' || c == '\\')
				appendStringInfoChar(out, '\\');
			appendStringInfoChar(out, c);
		}
	}
	appendStringInfoChar(out, '"');
}

static void
append_children(StringInfo out, const JsonNode *node)
{
	json_foreach(child, node)
	{
		if (child != node->first)
			appendStringInfoChar(out, ',');
		if (node->kind == JSON_KIND_OBJECT)
		{
			json_append_string(out, child->name);
			appendStringInfoChar(out, ':');
		}
		json_append_node(out, child);
	}
}

/* As deep as the parser allows (JSON_MAX_DEPTH). */
void
json_append_node(StringInfo out, const JsonNode *node)
{
	switch (node->kind)
	{
		case JSON_KIND_NULL:
			appendStringInfoString(out, "null");
			break;
		case JSON_KIND_BOOLEAN:
			appendStringInfoString(out, node->truth ? "true" : "false");
			break;
		case JSON_KIND_NUMBER:
			appendBinaryStringInfo(out, node->text.data, (int) node->text.len);
			break;
		case JSON_KIND_STRING:
			json_append_string(out, node->text);
			break;
		case JSON_KIND_ARRAY:
		case JSON_KIND_OBJECT:
			appendStringInfoChar(out, node->kind == JSON_KIND_ARRAY ? '[' : '{');
			append_children(out, node);
			appendStringInfoChar(out, node->kind == JSON_KIND_ARRAY ? ']' : '}');
			break;
	}
}
