/* SPDX-License-Identifier: PostgreSQL */
/*
 * field.h: computed fields, which are functions over a row.
 *
 * Hasura runs the function with its own rights.  As the caller it would see too
 * little, and under "_not" too little means too much; so a wrapper in the helper
 * schema runs it with those of the table's owner (docs/permissions.md).
 */
#ifndef HERM_PERMISSIONS_FIELD_H
#define HERM_PERMISSIONS_FIELD_H

#include "lib/stringinfo.h"

#include "permissions/metadata.h"

typedef struct Field
{
	char	   *name;
	Table	   *table;
	const char *why_not;		/* why it cannot be used, a sentence; NULL: it can */
	char	   *function_schema;
	char	   *function_name;
	Oid			session_type;	/* of the argument that gets the session; InvalidOid: none */
	bool		session_is_first;
	Oid			type;			/* what it returns, or a set of it */
	Table	   *rows_of;		/* returns a set of rows of that table; NULL: a scalar */
	char	   *wrapper;		/* its name in the helper schema, unquoted */
} Field;

/* A computed field of a table by its name; NULL if there is none of that name. */
extern const Field *field_find(const Source *source, Table *table, Slice name);

/* The wrapper's name with its arguments' types, and what creates it; palloc'd. */
extern char *field_signature(const Field *field, const char *helper_schema);
extern char *field_definition(const Field *field, const char *helper_schema);

/*
 * A call of the wrapper, "W(row)" or "W(row, session)".  A table in scope is written as the row
 * "alias.*": the bare alias would be a column, if there is one of that name.
 */
extern void field_append_call(StringInfo out, const Field *field, const char *helper_schema,
							  const char *row);

#endif							/* HERM_PERMISSIONS_FIELD_H */
