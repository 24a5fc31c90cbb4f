/* SPDX-License-Identifier: PostgreSQL */
/*
 * query.h: reading the catalogs by SQL, for what takes more than a look.
 *
 * The caller is connected to SPI, with search_path = pg_catalog, pg_temp.
 */
#ifndef HERM_PERMISSIONS_QUERY_H
#define HERM_PERMISSIONS_QUERY_H

#include "nodes/pg_list.h"

#define QUERY_COLUMNS_MAX 8

/* A row of text; NULL for NULL. */
typedef struct QueryRow
{
	char	   *values[QUERY_COLUMNS_MAX];
} QueryRow;

/* Runs a query; at most two parameters, arrays of oid.  A list of QueryRow. */
extern List *query_rows(const char *sql, const List *first_oids, const List *second_oids);

/* Runs a statement. */
extern void query_run(const char *sql);

/* Until the end of the transaction nobody else in the database changes permissions. */
extern void query_lock(void);

extern Oid	query_oid(const QueryRow *row, int column);

#endif							/* HERM_PERMISSIONS_QUERY_H */
