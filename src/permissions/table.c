/* SPDX-License-Identifier: PostgreSQL */
/*
 * table.c: what the catalogs know of a table.
 */
#include "compat.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "catalog/namespace.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "permissions/table.h"

static void
read_columns(Table *table, TupleDesc description)
{
	table->columns = palloc0(description->natts * sizeof(Column));
	for (int i = 0; i < description->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(description, i);
		Column	   *column = &table->columns[table->column_count];

		if (attribute->attisdropped)
			continue;
		column->number = attribute->attnum;
		column->name = pstrdup(NameStr(attribute->attname));
		column->type = attribute->atttypid;

		/* of a view nobody knows */
		column->not_null = attribute->attnotnull && table_can_have_policies(table);
		column->is_writable = attribute->attgenerated == '\0' &&
			attribute->attidentity != ATTRIBUTE_IDENTITY_ALWAYS;
		table->column_count++;
	}
}

static const int16 *
copy_numbers(const AttrNumber *numbers, int count)
{
	int16	   *copy = palloc(count * sizeof(int16));

	memcpy(copy, numbers, count * sizeof(int16));
	return copy;
}

static Oid
parent_of_constraint(Oid constraint, Oid *relation)
{
	HeapTuple	tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
	Oid			parent = InvalidOid;

	*relation = InvalidOid;
	if (!HeapTupleIsValid(tuple))
		return InvalidOid;
	parent = ((Form_pg_constraint) GETSTRUCT(tuple))->conparentid;
	*relation = ((Form_pg_constraint) GETSTRUCT(tuple))->conrelid;
	ReleaseSysCache(tuple);
	return parent;
}

/* Beside a key to a partitioned table the server keeps one to each of its partitions. */
static bool
is_to_partition(Oid constraint)
{
	Oid			relation;
	Oid			relation_of_parent;
	Oid			parent = parent_of_constraint(constraint, &relation);

	if (!OidIsValid(parent))
		return false;
	parent_of_constraint(parent, &relation_of_parent);
	return relation_of_parent == relation;
}

static void
read_foreign_keys(Table *table, Relation relation)
{
	ListCell   *cell;

	foreach(cell, RelationGetFKeyList(relation))
	{
		ForeignKeyCacheInfo *info = lfirst(cell);
		ForeignKey *key;

		if (is_to_partition(info->conoid))
			continue;
		key = palloc(sizeof(ForeignKey));
		key->target = info->confrelid;
		key->count = info->nkeys;
		key->columns = copy_numbers(info->conkey, info->nkeys);
		key->target_columns = copy_numbers(info->confkey, info->nkeys);
		table->foreign_keys = lappend(table->foreign_keys, key);
	}
}

static void
read_relation(Table *table, Relation relation)
{
	table->oid = RelationGetRelid(relation);
	table->row_type = relation->rd_rel->reltype;
	table->owner = relation->rd_rel->relowner;
	table->kind = relation->rd_rel->relkind;
	table->has_row_security = relation->rd_rel->relrowsecurity;
	table->forces_row_security = relation->rd_rel->relforcerowsecurity;
	table->is_invoker_view = table->kind == RELKIND_VIEW && RelationHasSecurityInvoker(relation);
	read_columns(table, RelationGetDescr(relation));
	read_foreign_keys(table, relation);
}

static bool
is_relation_of_rows(char kind)
{
	return kind == RELKIND_RELATION || kind == RELKIND_PARTITIONED_TABLE || kind == RELKIND_VIEW ||
		kind == RELKIND_MATVIEW || kind == RELKIND_FOREIGN_TABLE;
}

Table	   *
table_make(const char *schema, const char *name)
{
	Table	   *table = palloc0(sizeof(Table));
	Oid			schema_oid = get_namespace_oid(schema, true /* missing is ok */ );
	Oid			oid = OidIsValid(schema_oid) ? get_relname_relid(name, schema_oid) : InvalidOid;
	Relation	relation;

	table->schema = pstrdup(schema);
	table->name = pstrdup(name);
	table->label = table_qualified(schema, name);
	table->alias = pstrdup(quote_identifier(name));
	if (!OidIsValid(oid))
		return table;
	relation = try_relation_open(oid, AccessShareLock);
	if (relation == NULL)
		return table;
	if (is_relation_of_rows(relation->rd_rel->relkind))
		read_relation(table, relation);
	relation_close(relation, NoLock /* until the end of the transaction */ );
	return table;
}

const Column *
table_column(const Table *table, Slice name)
{
	for (int i = 0; i < table->column_count; i++)
	{
		if (slice_equals_cstring(name, table->columns[i].name))
			return &table->columns[i];
	}
	return NULL;
}

int
table_position(const Table *table, const Column *column)
{
	return column - table->columns;
}

bool
table_can_have_policies(const Table *table)
{
	return table->kind == RELKIND_RELATION || table->kind == RELKIND_PARTITIONED_TABLE;
}

char	   *
table_qualified(const char *schema, const char *name)
{
	return quote_qualified_identifier(schema, name);
}
