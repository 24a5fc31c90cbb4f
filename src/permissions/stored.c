/* SPDX-License-Identifier: PostgreSQL */
/*
 * stored.c: reads the metadata that a Hasura keeps in this database.
 *
 * Whoever owns hdb_catalog must have no code run by whoever reads it.  So this is no query:
 * planning one evaluates the predicates of indexes, and running one the casts of types and what
 * a view is made of.  It scans a plain table with columns of the server's own types.
 */
#include "compat.h"

#include "access/relation.h"
#include "access/tableam.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"

#include "permissions/raise.h"
#include "permissions/stored.h"

/* The one row that Hasura has. */
#define ROW_ID 1

typedef struct StoredColumns
{
	AttrNumber	id;
	AttrNumber	version;
	AttrNumber	metadata;
	bool		is_jsonb;		/* the metadata; else json */
} StoredColumns;

static AttrNumber
find_column(Relation relation, const char *name, Oid type)
{
	AttrNumber	number = get_attnum(RelationGetRelid(relation), name);

	if (number <= 0 || TupleDescAttr(RelationGetDescr(relation), number - 1)->atttypid != type)
		return InvalidAttrNumber;
	return number;
}

static bool
find_columns(Relation relation, StoredColumns *columns)
{
	AttrNumber	jsonb = find_column(relation, "metadata", JSONBOID);

	columns->id = find_column(relation, "id", INT4OID);
	columns->version = find_column(relation, "resource_version", INT4OID);
	columns->is_jsonb = jsonb != InvalidAttrNumber;
	columns->metadata = columns->is_jsonb ? jsonb : find_column(relation, "metadata", JSONOID);
	return columns->id != InvalidAttrNumber && columns->version != InvalidAttrNumber &&
		columns->metadata != InvalidAttrNumber;
}

static char *
row_text(TupleTableSlot *slot, const StoredColumns *columns)
{
	bool		has_no_version;
	bool		has_no_metadata;
	int32		version = DatumGetInt32(slot_getattr(slot, columns->version, &has_no_version));
	Datum		metadata = slot_getattr(slot, columns->metadata, &has_no_metadata);
	Jsonb	   *jsonb;

	if (has_no_version || has_no_metadata)
		return NULL;
	if (!columns->is_jsonb)
		metadata = DirectFunctionCall1(jsonb_in, CStringGetDatum(TextDatumGetCString(metadata)));
	jsonb = DatumGetJsonbP(metadata);
	return psprintf("{\"resource_version\": %d, \"metadata\": %s}", version,
					JsonbToCString(NULL, &jsonb->root, VARSIZE(jsonb)));
}

static char *
read_row(Relation relation, const StoredColumns *columns)
{
	/* that of the statement is older than the wait for others who apply permissions */
	Snapshot	snapshot = RegisterSnapshot(GetTransactionSnapshot());
	TupleTableSlot *slot = table_slot_create(relation, NULL);
	TableScanDesc scan = table_beginscan(relation, snapshot, 0 /* no keys */ , NULL);
	char	   *text = NULL;

	while (text == NULL && table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		bool		is_null;
		Datum		id = slot_getattr(slot, columns->id, &is_null);

		if (!is_null && DatumGetInt32(id) == ROW_ID)
			text = row_text(slot, columns);
	}
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	UnregisterSnapshot(snapshot);
	return text;
}

static bool
may_read(Relation relation)
{
	Oid			oid = RelationGetRelid(relation);

	return pg_class_aclcheck(oid, GetUserId(), ACL_SELECT) == ACLCHECK_OK &&
		check_enable_rls(oid, InvalidOid, true /* no error */ ) != RLS_ENABLED;
}

Slice
stored_metadata(void)
{
	Oid			schema = get_namespace_oid("hdb_catalog", true /* missing is ok */ );
	Oid			oid = OidIsValid(schema) ? get_relname_relid("hdb_metadata", schema) : InvalidOid;
	Relation	relation = OidIsValid(oid) ? try_relation_open(oid, AccessShareLock) : NULL;
	StoredColumns columns;
	char	   *text = NULL;

	if (relation == NULL)
		raise_no_metadata();
	if (!may_read(relation))
		raise_not_allowed("permission denied for hdb_catalog.hdb_metadata",
						  "Give the metadata as the first argument.");
	if (relation->rd_rel->relkind == RELKIND_RELATION && find_columns(relation, &columns))
		text = read_row(relation, &columns);
	relation_close(relation, NoLock /* until the end of the transaction */ );
	if (text == NULL)
		raise_no_metadata();
	return slice_cstring(text);
}
