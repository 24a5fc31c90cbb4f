/* SPDX-License-Identifier: PostgreSQL */
/*
 * rule.c: reads the body of a permission.
 */
#include "compat.h"

#include "utils/lsyscache.h"

#include "permissions/rule.h"
#include "permissions/value.h"

/* What is being read. */
typedef struct Reader
{
	const Source *source;
	Rule	   *rule;
} Reader;

typedef bool (*MemberReader) (const Reader *reader, const JsonNode *json, const char *path);

static bool read_columns(const Reader *reader, const JsonNode *json, const char *path);
static bool read_filter(const Reader *reader, const JsonNode *json, const char *path);
static bool read_check(const Reader *reader, const JsonNode *json, const char *path);
static bool read_fields(const Reader *reader, const JsonNode *json, const char *path);
static bool read_limit(const Reader *reader, const JsonNode *json, const char *path);
static bool read_boolean(const Reader *reader, const JsonNode *json, const char *path);
static bool read_root_fields(const Reader *reader, const JsonNode *json, const char *path);
static bool read_presets(const Reader *reader, const JsonNode *json, const char *path);
static bool read_backend_only(const Reader *reader, const JsonNode *json, const char *path);
static bool read_validate_input(const Reader *reader, const JsonNode *json, const char *path);

#define BIT(operation) (1u << (operation))
#define SELECT BIT(OPERATION_SELECT)
#define INSERT BIT(OPERATION_INSERT)
#define UPDATE BIT(OPERATION_UPDATE)
#define DELETE BIT(OPERATION_DELETE)

/* Presets are read before columns, which are without them. */
static const struct
{
	const char *name;
	unsigned	allowed;		/* bits by operation */
	unsigned	required;
	MemberReader read;
}			members[] = {
	{"set", INSERT | UPDATE, 0, read_presets},
	{"columns", SELECT | INSERT | UPDATE, SELECT | UPDATE, read_columns},
	{"filter", SELECT | UPDATE | DELETE, SELECT | UPDATE | DELETE, read_filter},
	{"check", INSERT | UPDATE, INSERT, read_check},
	{"computed_fields", SELECT, 0, read_fields},
	{"limit", SELECT, 0, read_limit},
	{"allow_aggregations", SELECT, 0, read_boolean},
	{"query_root_fields", SELECT, 0, read_root_fields},
	{"subscription_root_fields", SELECT, 0, read_root_fields},
	{"backend_only", INSERT | UPDATE | DELETE, 0, read_backend_only},
	{"validate_input", INSERT | UPDATE | DELETE, 0, read_validate_input},
};

static bool
refuse(const Reader *reader, Reason reason, const char *path, const char *what)
{
	return findings_add(&reader->rule->findings, reason, "\"%s\" %s.", path, what);
}

/* ---- members ---- */

static bool
read_boolean(const Reader *reader, const JsonNode *json, const char *path)
{
	return json->kind == JSON_KIND_BOOLEAN ||
		refuse(reader, REASON_BAD_PERMISSION, path, "is neither true nor false");
}

static bool
read_backend_only(const Reader *reader, const JsonNode *json, const char *path)
{
	if (!read_boolean(reader, json, path))
		return false;
	return !json->truth ||
		refuse(reader, REASON_BACKEND_ONLY, path,
			   "asks for the admin secret beside the role, which no token is");
}

static bool
read_validate_input(const Reader *reader, const JsonNode *json, const char *path)
{
	if (json->kind != JSON_KIND_OBJECT)
		return refuse(reader, REASON_BAD_PERMISSION, path, "is not an object");
	return refuse(reader, REASON_VALIDATE_INPUT, path, "is a webhook, which SQL would go past");
}

static bool
read_limit(const Reader *reader, const JsonNode *json, const char *path)
{
	if (json->kind != JSON_KIND_NUMBER ||
		strspn(metadata_string(json), "0123456789") != json->text.len)
		return refuse(reader, REASON_BAD_PERMISSION, path, "is no whole number from 0 on");
	findings_add(&reader->rule->findings, REASON_LIMIT,
				 "\"%s\" is not enforced: a policy has no LIMIT.", path);
	return true;
}

/* Whether a list of root fields, or its absence, offers "select". */
static bool
offers_select(const JsonNode *list)
{
	if (list == NULL)
		return true;
	json_foreach(field, list)
	{
		if (field->kind == JSON_KIND_STRING && slice_equals_cstring(field->text, "select"))
			return true;
	}
	return false;
}

static bool
read_root_fields(const Reader *reader, const JsonNode *json, const char *path)
{
	const JsonNode *body = reader->rule->body;

	if (json->kind != JSON_KIND_ARRAY)
		return refuse(reader, REASON_BAD_PERMISSION, path, "is not a list");
	if (offers_select(json_optional_member(body, "query_root_fields")) ||
		offers_select(json_optional_member(body, "subscription_root_fields")))
		return true;
	return refuse(reader, REASON_ROOT_FIELDS, path,
				  "offers rows by their key or through relationships only, which SQL cannot say");
}

static bool
is_preset(const Rule *rule, const Column *column)
{
	return rule->presets != NULL && json_member(rule->presets, column->name) != NULL;
}

static void
add_column(Rule *rule, const Column *column)
{
	if (!is_preset(rule, column))
		rule->columns = bms_add_member(rule->columns, table_position(rule->table, column));
}

static void
add_all_columns(Rule *rule)
{
	rule->all_columns = rule->operation == OPERATION_SELECT;
	for (int i = 0; i < rule->table->column_count; i++)
	{
		const Column *column = &rule->table->columns[i];

		if (rule->all_columns || column->is_writable)
			add_column(rule, column);
	}
}

static bool
read_columns(const Reader *reader, const JsonNode *json, const char *path)
{
	Rule	   *rule = reader->rule;

	if (json->kind == JSON_KIND_STRING && slice_equals_cstring(json->text, "*"))
	{
		add_all_columns(rule);
		return true;
	}
	if (json->kind != JSON_KIND_ARRAY)
		return refuse(reader, REASON_BAD_PERMISSION, path, "is neither a list nor \"*\"");
	json_foreach(name, json)
	{
		const Column *column = NULL;

		if (name->kind != JSON_KIND_STRING)
			return refuse(reader, REASON_BAD_PERMISSION, path, "has a member that is no string");
		column = table_column(rule->table, name->text);
		if (column == NULL)
			return refuse(reader, REASON_UNKNOWN_COLUMN, path,
						  psprintf("names a column that %s does not have: \"%s\"",
								   rule->table->label, metadata_string(name)));
		add_column(rule, column);
	}
	return true;
}

static bool
read_fields(const Reader *reader, const JsonNode *json, const char *path)
{
	Rule	   *rule = reader->rule;

	if (json->kind != JSON_KIND_ARRAY)
		return refuse(reader, REASON_BAD_PERMISSION, path, "is not a list");
	json_foreach(name, json)
	{
		const Field *field = name->kind != JSON_KIND_STRING ? NULL :
		field_find(reader->source, rule->table, name->text);

		if (field == NULL)
			return refuse(reader, REASON_COMPUTED_FIELD, path, "names a computed field that is not there");
		if (field->why_not != NULL)
			return findings_add(&rule->findings, REASON_COMPUTED_FIELD, "%s", field->why_not);
		if (field->rows_of != NULL)
			continue;			/* its rows have permissions of their own */
		rule->fields = list_append_unique_ptr(rule->fields, unconstify(Field *, field));
	}
	return true;
}

static bool
read_preset(const Reader *reader, const JsonNode *json, const char *path)
{
	const Column *column = table_column(reader->rule->table, json->name);
	Oid			type;
	char	   *text;

	if (column == NULL)
		return refuse(reader, REASON_UNKNOWN_COLUMN, path,
					  psprintf("is a column that %s does not have", reader->rule->table->label));
	if (!column->is_writable)
		return refuse(reader, REASON_BAD_VALUE, path, "is a column that the server alone sets");
	if (json->kind == JSON_KIND_NULL || value_is_variable(json, &text))
		return true;
	type = getBaseType(column->type);
	text = value_text(json, type);

	/* whoever writes a row runs the check of a domain, and whoever applies does not */
	return (text != NULL && (type_has_domain(type) || value_is_valid(text, type))) ||
		refuse(reader, REASON_BAD_VALUE, path, psprintf("is no %s", type_name(type)));
}

static bool
read_presets(const Reader *reader, const JsonNode *json, const char *path)
{
	if (json->kind != JSON_KIND_OBJECT)
		return refuse(reader, REASON_BAD_PERMISSION, path, "is not an object");
	json_foreach(member, json)
	{
		const char *member_path = psprintf("%s.%.*s", path, (int) member->name.len,
										   member->name.data);

		if (!read_preset(reader, member, member_path))
			return false;
	}
	reader->rule->presets = json->count > 0 ? json : NULL;
	return true;
}

static bool
read_condition(const Reader *reader, const JsonNode *json, const char *path, Condition **condition)
{
	ConditionContext context = {
		.source = reader->source,
		.root = reader->rule->table,
		.findings = &reader->rule->findings,
	};

	*condition = condition_compile(&context, json, path);
	return *condition != NULL;
}

static bool
read_filter(const Reader *reader, const JsonNode *json, const char *path)
{
	return read_condition(reader, json, path, &reader->rule->filter);
}

static bool
read_check(const Reader *reader, const JsonNode *json, const char *path)
{
	return read_condition(reader, json, path, &reader->rule->check);
}

/* ---- the body ---- */

static bool
is_known(Slice name, Operation operation)
{
	for (int i = 0; i < COUNT_OF(members); i++)
	{
		if (slice_equals_cstring(name, members[i].name))
			return (members[i].allowed & BIT(operation)) != 0;
	}
	return false;
}

static void
read_body(const Reader *reader)
{
	Rule	   *rule = reader->rule;

	json_foreach(member, rule->body)
	{
		if (!is_known(member->name, rule->operation))
			refuse(reader, REASON_UNKNOWN_KEY,
				   psprintf("%s.permission.%.*s", rule->path, (int) member->name.len,
							member->name.data),
				   psprintf("is no member of a permission to %s", operation_text(rule->operation)));
	}
	for (int i = 0; i < COUNT_OF(members); i++)
	{
		const JsonNode *member = json_optional_member(rule->body, members[i].name);
		const char *path = psprintf("%s.permission.%s", rule->path, members[i].name);

		if ((members[i].allowed & BIT(rule->operation)) == 0)
			continue;
		if (member != NULL)
			members[i].read(reader, member, path);
		else if ((members[i].required & BIT(rule->operation)) != 0)
			refuse(reader, REASON_BAD_PERMISSION, path, "is missing");
	}

	/* without a list an insert is of all columns */
	if (rule->operation == OPERATION_INSERT && json_optional_member(rule->body, "columns") == NULL)
		add_all_columns(rule);
}

Rule	   *
rule_read(const Source *source, const Declaration *declaration)
{
	Rule	   *rule = palloc0(sizeof(Rule));
	Reader		reader = {.source = source,.rule = rule};

	rule->table = declaration->table;
	rule->operation = declaration->operation;
	rule->role = declaration->role;
	rule->path = declaration->path;
	rule->body = declaration->body;
	if (!OidIsValid(rule->table->oid))
		findings_add(&rule->findings, REASON_UNKNOWN_TABLE, "There is no table %s.",
					 rule->table->label);
	else if (rule->body == NULL || rule->body->kind != JSON_KIND_OBJECT)
		refuse(&reader, REASON_BAD_PERMISSION, psprintf("%s.permission", rule->path),
			   "is not an object");
	else
		read_body(&reader);
	return rule;
}

Rule	   *
rule_find(const Table *table, const char *role, Operation operation)
{
	ListCell   *cell;

	foreach(cell, table->rules)
	{
		Rule	   *rule = lfirst(cell);

		if (rule->operation == operation && strcmp(rule->role, role) == 0)
			return rule;
	}
	return NULL;
}

static int
compare_names(const ListCell *a, const ListCell *b)
{
	return strcmp(lfirst(a), lfirst(b));
}

List	   *
rule_conditions(const Rule *rule)
{
	List	   *conditions = NIL;
	ListCell   *cell;

	if (rule->filter != NULL)
		conditions = lappend(conditions, rule->filter);
	if (rule->check != NULL)
		conditions = lappend(conditions, rule->check);
	foreach(cell, rule->cells)
		conditions = lappend(conditions, ((Cell *) lfirst(cell))->condition);
	return conditions;
}

void
rule_collect_variables(Rule *rule)
{
	ListCell   *cell;

	foreach(cell, rule_conditions(rule))
		rule->variables = condition_variables(lfirst(cell), rule->variables);
	list_sort(rule->variables, compare_names);
}

bool
rule_needs_view(const Rule *rule)
{
	return rule->operation == OPERATION_SELECT &&
		(rule->fields != NIL || rule->cells != NIL || !table_can_have_policies(rule->table));
}
