/* SPDX-License-Identifier: PostgreSQL */
/*
 * condition_sql.h: texts that others need as well.
 */
#ifndef HERM_PERMISSIONS_CONDITION_SQL_H
#define HERM_PERMISSIONS_CONDITION_SQL_H

#include "permissions/condition.h"

/* The text of a session variable that must be there, by its name. */
extern char *variable_sql(const char *name);

/* A condition as a text that two share if they are the same but for the order of operands. */
extern char *condition_as_set(const Condition *condition, const Table *root);

#endif							/* HERM_PERMISSIONS_CONDITION_SQL_H */
