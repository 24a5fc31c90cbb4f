/* SPDX-License-Identifier: PostgreSQL */
/*
 * query.c: SPI, wrapped.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "permissions/query.h"
#include "permissions/raise.h"

static Datum
oid_array(const List *oids)
{
	Datum	   *values = palloc((list_length(oids) + 1) * sizeof(Datum));
	ListCell   *cell;

	foreach(cell, oids)
		values[foreach_current_index(cell)] = ObjectIdGetDatum(lfirst_oid(cell));
	return PointerGetDatum(construct_array(values, list_length(oids), OIDOID, sizeof(Oid), true,
										   TYPALIGN_INT));
}

List	   *
query_rows(const char *sql, const List *first_oids, const List *second_oids)
{
	Oid			types[] = {OIDARRAYOID, OIDARRAYOID};
	Datum		values[] = {oid_array(first_oids), oid_array(second_oids)};
	List	   *rows = NIL;
	int			result;

	/* not read only: it sees what the statements before have done */
	result = SPI_execute_with_args(sql, COUNT_OF(types), types, values, NULL, false,
								   0 /* all rows */ );
	if (result != SPI_OK_SELECT)
		raise_failed_query(sql);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		QueryRow   *row = palloc0(sizeof(QueryRow));

		for (int column = 0; column < SPI_tuptable->tupdesc->natts; column++)
			row->values[column] = SPI_getvalue(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, column + 1);
		rows = lappend(rows, row);
	}
	SPI_freetuptable(SPI_tuptable);
	return rows;
}

void
query_run(const char *sql)
{
	if (SPI_execute(sql, false /* not read only */ , 0 /* all rows */ ) < 0)
		raise_failed_query(sql);
	SPI_freetuptable(SPI_tuptable);
}

void
query_lock(void)
{
	query_run("SELECT pg_catalog.pg_advisory_xact_lock(7526769913)");
}

Oid
query_oid(const QueryRow *row, int column)
{
	return row->values[column] == NULL ? InvalidOid : atooid(row->values[column]);
}
