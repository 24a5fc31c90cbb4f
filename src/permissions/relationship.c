/* SPDX-License-Identifier: PostgreSQL */
/*
 * relationship.c: resolves relationships, by foreign key or as configured
 * (docs/permissions.md, "Relationships").
 */
#include "compat.h"

#include "permissions/relationship.h"

/* What is being resolved, for the sentences. */
typedef struct Search
{
	const ConditionContext *context;
	const Table *table;
	const char *name;
} Search;

static const JsonNode *
find_named(const JsonNode *list, Slice name)
{
	if (list == NULL || list->kind != JSON_KIND_ARRAY)
		return NULL;
	json_foreach(element, list)
	{
		const JsonNode *element_name = json_member(element, "name");

		if (element_name != NULL && element_name->kind == JSON_KIND_STRING &&
			slice_equals(element_name->text, name))
			return element;
	}
	return NULL;
}

static const JsonNode *
find_relationship(const Table *table, Slice name)
{
	const JsonNode *found = find_named(json_member(table->node, "object_relationships"), name);

	return found != NULL ? found : find_named(json_member(table->node, "array_relationships"), name);
}

static bool
is_remote(const Table *table, Slice name)
{
	return find_named(json_member(table->node, "remote_relationships"), name) != NULL;
}

bool
relationship_is_there(const Table *table, Slice name)
{
	return find_relationship(table, name) != NULL || is_remote(table, name);
}

static bool
refuse(const Search *search, Reason reason, const char *what)
{
	return findings_add(search->context->findings, reason, "Relationship \"%s\" of %s %s.",
						search->name, search->table->label, what);
}

/* A table of the document that must be tracked and in the catalog. */
static Table *
find_target(const Search *search, const JsonNode *node)
{
	Table	   *target = node == NULL ? NULL : source_table(search->context->source, node);

	if (target == NULL)
		refuse(search, REASON_UNKNOWN_TABLE, "leads to a table that is not tracked");
	else if (!OidIsValid(target->oid))
	{
		refuse(search, REASON_UNKNOWN_TABLE, psprintf("leads to %s, which is not there",
													  target->label));
		target = NULL;
	}
	return target;
}

static const Column *
find_column(const Search *search, const Table *table, Slice name)
{
	const Column *column = table_column(table, name);

	if (column == NULL)
		refuse(search, REASON_UNKNOWN_COLUMN,
			   psprintf("names a column that %s does not have: \"%.*s\"", table->label,
						(int) name.len, name.data));
	return column;
}

/* ---- foreign keys ---- */

/* The attribute numbers of the columns that are named: one, or a list. */
static bool
read_columns(const Search *search, const Table *table, const JsonNode *json, Bitmapset **numbers)
{
	const JsonNode *first = json != NULL && json->kind == JSON_KIND_ARRAY ? json->first : json;

	*numbers = NULL;
	for (const JsonNode *name = first; name != NULL; name = name == json ? NULL : name->next)
	{
		const Column *column;

		if (name->kind != JSON_KIND_STRING)
			return refuse(search, REASON_RELATIONSHIP, "has columns that are no strings");
		column = find_column(search, table, name->text);
		if (column == NULL)
			return false;
		*numbers = bms_add_member(*numbers, column->number);
	}
	return *numbers != NULL || refuse(search, REASON_RELATIONSHIP, "has no columns");
}

static bool
is_over(const ForeignKey *key, const Bitmapset *numbers)
{
	for (int i = 0; i < key->count; i++)
	{
		if (!bms_is_member(key->columns[i], numbers))
			return false;
	}
	return key->count == bms_num_members(numbers);
}

static bool
same_columns(const ForeignKey *a, const ForeignKey *b)
{
	return a->target == b->target && a->count == b->count &&
		memcmp(a->target_columns, b->target_columns, a->count * sizeof(int16)) == 0 &&
		memcmp(a->columns, b->columns, a->count * sizeof(int16)) == 0;
}

/* The one foreign key of a table over exactly these columns, to that target if it is given. */
static const ForeignKey *
find_key(const Search *search, const Table *table, const Bitmapset *numbers, Oid target)
{
	const ForeignKey *found = NULL;
	ListCell   *cell;

	foreach(cell, table->foreign_keys)
	{
		const ForeignKey *key = lfirst(cell);

		if (!is_over(key, numbers) || (OidIsValid(target) && key->target != target))
			continue;
		if (found != NULL && !same_columns(found, key))
		{
			refuse(search, REASON_RELATIONSHIP, "has columns with more than one foreign key");
			return NULL;
		}
		found = key;
	}
	if (found == NULL)
		refuse(search, REASON_RELATIONSHIP, "has columns without a foreign key");
	return found;
}

static const Column *
column_by_number(const Table *table, int number)
{
	for (int i = 0; i < table->column_count; i++)
	{
		if (table->columns[i].number == number)
			return &table->columns[i];
	}
	return NULL;
}

static List *
add_pair(List *join, const Column *outer, const Column *inner)
{
	JoinPair   *pair = palloc(sizeof(JoinPair));

	pair->outer = outer;
	pair->inner = inner;
	return lappend(join, pair);
}

/* The foreign key stands on this table. */
static bool
resolve_own_key(const Search *search, const JsonNode *columns, Table **target, List **join)
{
	const Table *table = search->table;
	const ForeignKey *key;
	Bitmapset  *numbers;

	if (!read_columns(search, table, columns, &numbers))
		return false;
	key = find_key(search, table, numbers, InvalidOid);
	if (key == NULL)
		return false;
	*target = source_table_of(search->context->source, key->target);
	if (*target == NULL)
		return refuse(search, REASON_UNKNOWN_TABLE, "leads to a table that is not tracked");
	for (int i = 0; i < key->count; i++)
		*join = add_pair(*join, column_by_number(table, key->columns[i]),
						 column_by_number(*target, key->target_columns[i]));
	return true;
}

/* The foreign key stands on the other table and points here. */
static bool
resolve_foreign_key(const Search *search, const JsonNode *json, Table **target, List **join)
{
	const JsonNode *columns = json_optional_member(json, "columns");
	const ForeignKey *key;
	Bitmapset  *numbers;

	*target = find_target(search, json_member(json, "table"));
	if (*target == NULL)
		return false;
	if (columns == NULL)
		columns = json_optional_member(json, "column");
	if (!read_columns(search, *target, columns, &numbers))
		return false;
	key = find_key(search, *target, numbers, search->table->oid);
	if (key == NULL)
		return false;
	for (int i = 0; i < key->count; i++)
		*join = add_pair(*join, column_by_number(search->table, key->target_columns[i]),
						 column_by_number(*target, key->columns[i]));
	return true;
}

/* ---- as configured ---- */

static bool
resolve_mapping(const Search *search, const JsonNode *json, Table **target, List **join)
{
	const JsonNode *mapping = json_member(json, "column_mapping");

	if (json_member(json, "source") != NULL)
		return refuse(search, REASON_REMOTE_RELATIONSHIP, "leads to another source");
	*target = find_target(search, json_member(json, "remote_table"));
	if (*target == NULL)
		return false;
	if (mapping == NULL || mapping->kind != JSON_KIND_OBJECT || mapping->count == 0)
		return refuse(search, REASON_RELATIONSHIP, "has no column_mapping");
	json_foreach(remote, mapping)
	{
		const Column *outer = find_column(search, search->table, remote->name);
		const Column *inner;

		if (remote->kind != JSON_KIND_STRING)
			return refuse(search, REASON_RELATIONSHIP, "has columns that are no strings");
		inner = find_column(search, *target, remote->text);
		if (outer == NULL || inner == NULL)
			return false;
		*join = add_pair(*join, outer, inner);
	}
	return true;
}

/* A join that the server cannot make would end the whole call. */
static bool
check_join(const Search *search, const List *join)
{
	ListCell   *cell;

	foreach(cell, join)
	{
		const JoinPair *pair = lfirst(cell);

		if (operators_equality(pair->inner->type, pair->outer->type) == NULL)
			return refuse(search, REASON_RELATIONSHIP,
						  psprintf("joins \"%s\" and \"%s\", whose types have no equality",
								   pair->outer->name, pair->inner->name));
	}
	return true;
}

static bool
resolve(const Search *search, const JsonNode *key, const JsonNode *mapping, Table **target, List **join)
{
	if (mapping != NULL)
		return resolve_mapping(search, mapping, target, join);
	return key->kind == JSON_KIND_OBJECT ? resolve_foreign_key(search, key, target, join) :
		resolve_own_key(search, key, target, join);
}

bool
relationship_resolve(const ConditionContext *context, const Table *table, Slice name,
					 Table **target, List **join)
{
	Search		search = {
		.context = context,
		.table = table,
		.name = pnstrdup(name.data, name.len),
	};
	const JsonNode *relationship = find_relationship(table, name);
	const JsonNode *using = json_member(relationship, "using");
	const JsonNode *key = json_optional_member(using, "foreign_key_constraint_on");
	const JsonNode *mapping = json_optional_member(using, "manual_configuration");

	*join = NIL;
	if (relationship == NULL)
		return refuse(&search, REASON_REMOTE_RELATIONSHIP, "leads out of the database");
	if ((key != NULL) == (mapping != NULL))
		return refuse(&search, REASON_RELATIONSHIP,
					  "is neither by foreign key nor by a manual configuration");
	return resolve(&search, key, mapping, target, join) && check_join(&search, *join);
}
