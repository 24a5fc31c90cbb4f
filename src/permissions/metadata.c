/* SPDX-License-Identifier: PostgreSQL */
/*
 * metadata.c: finds tables, permissions and roles of a source in the document.
 */
#include "compat.h"

#include "utils/hsearch.h"

#include "json/write.h"
#include "permissions/metadata.h"
#include "permissions/raise.h"

static const char *const kinds_of_postgres[] = {"postgres", "pg", "citus", "alloy"};

static const char *const permission_lists[] = {
	[OPERATION_SELECT] = "select_permissions",
	[OPERATION_INSERT] = "insert_permissions",
	[OPERATION_UPDATE] = "update_permissions",
	[OPERATION_DELETE] = "delete_permissions",
};

const char *
operation_text(Operation operation)
{
	static const char *const texts[] = {
#define X(operation, text) text,
		OPERATIONS(X)
#undef X
	};

	return texts[operation];
}

char	   *
metadata_string(const JsonNode *node)
{
	return pnstrdup(node->text.data, node->text.len);
}

static const JsonNode empty_list = {.kind = JSON_KIND_ARRAY};

/* A member that must be a list if it is there; without it, an empty one. */
static const JsonNode *
list_of(const JsonNode *object, const char *path, const char *name)
{
	const JsonNode *list = json_optional_member(object, name);

	if (list == NULL)
		return &empty_list;
	if (list->kind != JSON_KIND_ARRAY)
		raise_bad_metadata(psprintf("%s.%s", path, name), "is not a list");
	return list;
}

static const char *
element_path(const char *path, const char *list, int index)
{
	return psprintf("%s.%s[%d]", path, list, index);
}

static char *
string_member(const JsonNode *object, const char *path, const char *name)
{
	const JsonNode *string = json_member(object, name);

	if (string == NULL || string->kind != JSON_KIND_STRING || string->text.len == 0)
		raise_bad_metadata(psprintf("%s.%s", path, name), "is not a string with characters in it");
	return metadata_string(string);
}

/* ---- tables ---- */

bool
metadata_table_name(const JsonNode *node, char **schema, char **name)
{
	const JsonNode *schema_node = json_optional_member(node, "schema");
	const JsonNode *name_node = node->kind == JSON_KIND_STRING ? node : json_member(node, "name");

	if (name_node == NULL || name_node->kind != JSON_KIND_STRING ||
		(schema_node != NULL && schema_node->kind != JSON_KIND_STRING))
		return false;
	*schema = schema_node != NULL ? metadata_string(schema_node) : pstrdup("public");
	*name = metadata_string(name_node);
	return true;
}

/* Entries of the two indices; keys come first. */
typedef struct LabelEntry
{
	char		label[2 * (NAMEDATALEN * 2 + 2) + 2];
	Table	   *table;
} LabelEntry;

typedef struct OidEntry
{
	Oid			oid;
	Table	   *table;
} OidEntry;

static HTAB *
make_index(const char *name, Size key, Size entry, int kind)
{
	HASHCTL		control = {
		.keysize = key,
		.entrysize = entry,
		.hcxt = CurrentMemoryContext,
	};

	return hash_create(name, 256, &control, HASH_ELEM | HASH_CONTEXT | kind);
}

static bool
index_table(Source *source, Table *table)
{
	bool		known;
	LabelEntry *by_label;
	OidEntry   *by_oid;

	if (strlen(table->label) >= sizeof(by_label->label))
		return true;			/* no table has such a name */
	by_label = hash_search(source->by_label, table->label, HASH_ENTER, &known);
	if (known)
		return false;
	by_label->table = table;
	if (!OidIsValid(table->oid))
		return true;
	by_oid = hash_search(source->by_oid, &table->oid, HASH_ENTER, NULL);
	by_oid->table = table;
	return true;
}

Table	   *
source_table(const Source *source, const JsonNode *node)
{
	char	   *schema;
	char	   *name;
	char	   *label;
	LabelEntry *entry;

	if (!metadata_table_name(node, &schema, &name))
		return NULL;
	label = table_qualified(schema, name);
	if (strlen(label) >= sizeof(entry->label))
		return NULL;
	entry = hash_search(source->by_label, label, HASH_FIND, NULL);
	return entry == NULL ? NULL : entry->table;
}

Table	   *
source_table_of(const Source *source, Oid oid)
{
	OidEntry   *entry = hash_search(source->by_oid, &oid, HASH_FIND, NULL);

	return entry == NULL ? NULL : entry->table;
}

static void
read_declarations(Source *source, Table *table, Operation operation)
{
	const char *list_name = permission_lists[operation];
	int			index = 0;

	json_foreach(element, list_of(table->node, table->path, list_name))
	{
		Declaration *declaration = palloc0(sizeof(Declaration));
		const char *path = element_path(table->path, list_name, index++);

		declaration->table = table;
		declaration->operation = operation;
		declaration->role = string_member(element, path, "role");
		declaration->body = json_member(element, "permission");
		declaration->path = path;
		source->declarations = lappend(source->declarations, declaration);
	}
}

static void
read_table(Source *source, const JsonNode *node, const char *path)
{
	const JsonNode *name_node = json_member(node, "table");
	char	   *schema;
	char	   *name;
	Table	   *table;

	if (name_node == NULL || !metadata_table_name(name_node, &schema, &name))
		raise_bad_metadata(psprintf("%s.table", path), "is not the name of a table");
	table = table_make(schema, name);
	table->node = node;
	table->path = path;
	if (!index_table(source, table))
		raise_bad_metadata(psprintf("%s.table", path), "is there twice");
	source->tables = lappend(source->tables, table);
	list_of(node, path, "object_relationships");
	list_of(node, path, "array_relationships");
	list_of(node, path, "computed_fields");
	list_of(node, path, "event_triggers");
	for (Operation operation = 0; operation < OPERATION_COUNT; operation++)
		read_declarations(source, table, operation);
}

static void
read_tables(Source *source, const JsonNode *tables, const char *path)
{
	int			index = 0;

	json_foreach(table, tables)
		read_table(source, table, element_path(path, "tables", index++));
}

/* ---- roles ---- */

/* The same of what else the document holds, where a member of another kind is nothing to us. */
static const JsonNode *
list_elsewhere(const JsonNode *object, const char *name)
{
	const JsonNode *list = json_optional_member(object, name);

	return list != NULL && list->kind == JSON_KIND_ARRAY ? list : &empty_list;
}

static void
note_roles(Source *source, const JsonNode *object, const char *list_name)
{
	json_foreach(permission, list_elsewhere(object, list_name))
	{
		const JsonNode *role = json_member(permission, "role");

		if (role != NULL && role->kind == JSON_KIND_STRING)
			source->all_roles = lappend(source->all_roles, metadata_string(role));
	}
}

/* Who has a permission anywhere is a role, and may be a parent. */
static void
read_all_roles(Source *source, const JsonNode *document)
{
	json_foreach(other, list_elsewhere(document, "sources"))
	{
		json_foreach(table, list_elsewhere(other, "tables"))
		{
			for (Operation operation = 0; operation < OPERATION_COUNT; operation++)
				note_roles(source, table, permission_lists[operation]);
		}
	}
	json_foreach(action, list_elsewhere(document, "actions"))
		note_roles(source, action, "permissions");
	json_foreach(remote, list_elsewhere(document, "remote_schemas"))
		note_roles(source, remote, "permissions");
}

static void
read_inherited_role(Source *source, const JsonNode *node, const char *path)
{
	InheritedRole *role = palloc0(sizeof(InheritedRole));
	int			index = 0;

	role->name = string_member(node, path, "role_name");
	role->path = path;
	json_foreach(parent, list_of(node, path, "role_set"))
	{
		const char *parent_path = element_path(path, "role_set", index++);

		if (parent->kind != JSON_KIND_STRING)
			raise_bad_metadata(parent_path, "is not a string");
		role->parents = lappend(role->parents, metadata_string(parent));
	}
	source->inherited_roles = lappend(source->inherited_roles, role);
}

static void
read_inherited_roles(Source *source, const JsonNode *roles)
{
	int			index = 0;

	json_foreach(role, roles)
		read_inherited_role(source, role, element_path("metadata", "inherited_roles", index++));
}

/* ---- the document ---- */

static void
append_name(StringInfo names, const char *name)
{
	appendStringInfo(names, "%s\"%s\"", names->len == 0 ? "" : ", ", name);
}

static const JsonNode *
find_source(const JsonNode *sources, const char *wanted, const char **found_path)
{
	const JsonNode *found = NULL;
	StringInfoData names;
	int			index = 0;

	initStringInfo(&names);
	json_foreach(source, sources)
	{
		const char *path = element_path("metadata", "sources", index++);
		char	   *name = string_member(source, path, "name");

		append_name(&names, name);
		if (strcmp(name, wanted) != 0)
			continue;
		if (found != NULL)
			raise_bad_metadata(path, "has the name of another source");
		found = source;
		*found_path = path;
	}
	if (found == NULL)
		raise_bad_source(wanted, names.len == 0 ? "The metadata has no sources." :
						 psprintf("The metadata has the sources %s.", names.data));
	return found;
}

static void
check_kind(const JsonNode *source, const char *name, const char *path)
{
	char	   *kind = string_member(source, path, "kind");

	for (int i = 0; i < COUNT_OF(kinds_of_postgres); i++)
	{
		if (strcmp(kind, kinds_of_postgres[i]) == 0)
			return;
	}
	raise_bad_source(name, psprintf("It is of kind \"%s\", not of PostgreSQL.", kind));
}

/* The document itself, out of the wrapper that an export puts around it. */
static const JsonNode *
unwrap(const JsonNode *root, Source *source)
{
	const JsonNode *inner = json_optional_member(root, "metadata");
	const JsonNode *version = json_optional_member(root, "resource_version");
	StringInfoData text;

	if (root->kind != JSON_KIND_OBJECT)
		raise_bad_metadata("metadata", "is not an object");
	if (inner == NULL)
		return root;
	if (inner->kind != JSON_KIND_OBJECT)
		raise_bad_metadata("metadata", "is not an object");
	if (version != NULL)
	{
		initStringInfo(&text);
		json_append_node(&text, version);
		source->resource_version = text.data;
	}
	return inner;
}

static void
check_version(const JsonNode *document)
{
	const JsonNode *version = json_member(document, "version");

	if (version == NULL || version->kind != JSON_KIND_NUMBER ||
		!slice_equals_cstring(version->text, "3"))
		raise_other_version();
}

static const JsonNode *
parse(Slice text)
{
	JsonDocument document;
	JsonStatus	status = json_parse(text, &document);

	if (status != JSON_OK)
		raise_bad_metadata("metadata", json_status_text(status));
	return document.root;
}

Source	   *
metadata_read(Slice text, const char *name)
{
	Source	   *source = palloc0(sizeof(Source));
	const JsonNode *document = unwrap(parse(text), source);
	const JsonNode *node;
	const char *path = NULL;

	source->name = pstrdup(name);
	source->by_label = make_index("herm_jwt tables by name", sizeof(((LabelEntry *) 0)->label),
								  sizeof(LabelEntry), HASH_STRINGS);
	source->by_oid = make_index("herm_jwt tables by oid", sizeof(Oid), sizeof(OidEntry), HASH_BLOBS);
	check_version(document);
	node = find_source(list_of(document, "metadata", "sources"), name, &path);
	check_kind(node, name, path);
	read_tables(source, list_of(node, path, "tables"), path);
	read_all_roles(source, document);
	read_inherited_roles(source, list_of(document, "metadata", "inherited_roles"));
	return source;
}
