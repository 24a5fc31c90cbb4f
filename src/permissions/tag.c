/* SPDX-License-Identifier: PostgreSQL */
/*
 * tag.c: reading tags, which may be any text.
 */
#include "compat.h"

#include "commands/comment.h"

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
