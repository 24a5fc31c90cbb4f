/* SPDX-License-Identifier: PostgreSQL */
/*
 * helper.h: the views through which expressions enter other tables.
 *
 * A helper view is read with the rights of its table's owner, so that the target's
 * own policies do not apply, as in Hasura; nobody else can name it, because
 * nobody else may use its schema.  The planner inlines it.
 */
#ifndef HERM_PERMISSIONS_HELPER_H
#define HERM_PERMISSIONS_HELPER_H

#include "permissions/condition.h"

/* The schema of helpers of source "default"; of others it begins so. */
#define HELPER_SCHEMA "herm_jwt_policy"

/* The column that holds the row as a whole, where a function needs it. */
#define HELPER_ROW "(row)"

/* The helper schema of a source, unquoted; palloc'd. */
extern char *helper_schema(const char *source);

/* A helper view's name as it is written in SQL; palloc'd. */
extern char *helper_name(const Table *table, const char *schema);

/* The statement that makes a table's helper view, as it was marked; palloc'd. */
extern char *helper_definition(const Table *table, const char *schema);

#endif							/* HERM_PERMISSIONS_HELPER_H */
