/* SPDX-License-Identifier: PostgreSQL */
/*
 * table.h: a tracked table, as the metadata and the catalogs know it.
 *
 * In:    the name of a table.    Out: its columns, foreign keys, owner and kind.
 * Never: locks a table stronger than ACCESS SHARE; raises because it is not there.
 */
#ifndef HERM_PERMISSIONS_TABLE_H
#define HERM_PERMISSIONS_TABLE_H

#include "nodes/bitmapset.h"
#include "nodes/pg_list.h"

#include "json/json.h"

typedef struct Column
{
	int			number;			/* as in pg_attribute */
	char	   *name;
	Oid			type;			/* as declared; may be a domain */
	bool		not_null;
	bool		is_writable;	/* neither generated nor GENERATED ALWAYS AS IDENTITY */
} Column;

typedef struct ForeignKey
{
	Oid			target;
	int			count;
	const int16 *columns;		/* attribute numbers, in pairs with the next */
	const int16 *target_columns;
} ForeignKey;

typedef struct Table
{
	char	   *schema;
	char	   *name;
	char	   *label;			/* schema.name, as it is written in SQL */
	char	   *alias;			/* its name as it is written in SQL */
	const char *path;			/* in the document */
	const JsonNode *node;		/* what the metadata says of it */

	Oid			oid;			/* InvalidOid: not in the catalog; nothing below is set */
	Oid			row_type;
	Oid			owner;
	char		kind;			/* as pg_class.relkind */
	bool		has_row_security;
	bool		is_invoker_view;	/* a view that is read with the rights of who asks */
	bool		forces_row_security;
	int			column_count;
	Column	   *columns;
	List	   *foreign_keys;

	List	   *fields;			/* of Field: its computed fields that were asked for */
	List	   *rules;			/* of Rule */
	Bitmapset  *helper_columns; /* by position; of the helper view, if one is needed */
	List	   *helper_fields;	/* of Field */
	bool		has_helper;
	bool		helper_has_row; /* the helper view also has the row as a whole */
	bool		is_former;		/* tracked no more, but has policies of ours */
} Table;

/* A table of that name, filled in from the catalogs if it is there; palloc'd. */
extern Table *table_make(const char *schema, const char *name);

/* A column by its exact name; NULL if there is none. */
extern const Column *table_column(const Table *table, Slice name);

/* The position of a column in columns. */
extern int	table_position(const Table *table, const Column *column);

/* Whether row-level security can be enabled on it. */
extern bool table_can_have_policies(const Table *table);

/* schema.name as it is written in SQL; palloc'd. */
extern char *table_qualified(const char *schema, const char *name);

#endif							/* HERM_PERMISSIONS_TABLE_H */
