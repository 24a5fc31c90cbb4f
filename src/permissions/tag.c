/* SPDX-License-Identifier: PostgreSQL */
/*
 * tag.c: reads tags, which may be any text, and writes them.
 */
#include "compat.h"

#include "commands/comment.h"
#include "lib/stringinfo.h"

#include "json/write.h"
#include "permissions/tag.h"

/* A member that is a string or not there; false: it is something else. */
static bool
read_string(const JsonNode *object, const char *name, const char **text)
{
	const JsonNode *member = json_optional_member(object, name);

	*text = NULL;
	if (member == NULL)
		return true;
	if (member->kind != JSON_KIND_STRING)
		return false;
	*text = pnstrdup(member->text.data, member->text.len);
	return true;
}

static bool
read_strings(const JsonNode *object, const char *name, const JsonNode **strings)
{
	*strings = json_optional_member(object, name);
	if (*strings == NULL)
		return true;
	if ((*strings)->kind != JSON_KIND_ARRAY)
		return false;
	json_foreach(string, *strings)
	{
		if (string->kind != JSON_KIND_STRING)
			return false;
	}
	return true;
}

bool
tag_read(Oid object, Oid catalog, Tag *tag)
{
	const char *comment = GetComment(object, catalog, 0 /* not a column's */ );
	JsonDocument document;

	if (comment == NULL || strncmp(comment, TAG_PREFIX, strlen(TAG_PREFIX)) != 0)
		return false;
	if (json_parse(slice_cstring(comment + strlen(TAG_PREFIX)), &document) != JSON_OK)
		return false;
	return document.root->kind == JSON_KIND_OBJECT &&
		read_string(document.root, "role", &tag->role) &&
		read_string(document.root, "operation", &tag->operation) &&
		read_string(document.root, "table", &tag->table) &&
		read_strings(document.root, "variables", &tag->variables);
}

/* ---- writing ---- */

static void
put_name(StringInfo out, const char *name)
{
	appendStringInfoString(out, out->data[out->len - 1] == '{' ? "" : ", ");
	json_append_string(out, slice_cstring(name));
	appendStringInfoString(out, ": ");
}

static void
put_string(StringInfo out, const char *name, const char *value)
{
	if (value == NULL)
		return;
	put_name(out, name);
	json_append_string(out, slice_cstring(value));
}

static void
put_node(StringInfo out, const char *name, const JsonNode *node)
{
	if (node == NULL)
		return;
	put_name(out, name);
	json_append_node(out, node);
}

static void
put_true(StringInfo out, const char *name, bool is_true)
{
	if (!is_true)
		return;
	put_name(out, name);
	appendStringInfoString(out, "true");
}

static void
put_variables(StringInfo out, const List *variables)
{
	ListCell   *cell;

	put_name(out, "variables");
	appendStringInfoChar(out, '[');
	foreach(cell, variables)
	{
		if (foreach_current_index(cell) > 0)
			appendStringInfoString(out, ", ");
		json_append_string(out, slice_cstring(lfirst(cell)));
	}
	appendStringInfoChar(out, ']');
}

/* "emitted" and "catalog" come last: the completion adds the one behind the other. */
char	   *
tag_write(const TagFields *fields, const char *emitted, const char *catalog)
{
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfoString(&out, TAG_PREFIX "{");
	put_string(&out, "source", fields->source);
	put_string(&out, "role", fields->role);
	put_string(&out, "operation", fields->operation);
	put_string(&out, "table", fields->table);
	put_node(&out, "permission", fields->permission);
	if (fields->role != NULL && fields->operation != NULL)
		put_variables(&out, fields->variables);
	put_true(&out, "rls_enabled", fields->rls_enabled);
	put_true(&out, "rls_forced", fields->rls_forced);
	put_node(&out, "options", fields->options);
	if (fields->resource_version != NULL)
	{
		put_name(&out, "resource_version");
		appendStringInfoString(&out, fields->resource_version);
	}
	put_string(&out, "emitted", emitted);
	put_string(&out, "catalog", catalog);
	appendStringInfoChar(&out, '}');
	return out.data;
}
