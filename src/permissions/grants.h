/* SPDX-License-Identifier: PostgreSQL */
/*
 * grants.h: which privileges a source's roles should have, and have.
 *
 * Grants carry no tag: what should be there is compared with the access lists.
 */
#ifndef HERM_PERMISSIONS_GRANTS_H
#define HERM_PERMISSIONS_GRANTS_H

#include "permissions/model.h"

/* The privileges of one role on one table. */
typedef struct Grants
{
	bool		select;			/* on the whole table */
	bool		delete;
	bool		other;			/* any that we never give */
	Bitmapset  *columns[OPERATION_COUNT];	/* positions, for select, insert and update */
} Grants;

/* What a role should have on a table. */
extern void grants_wanted(const Table *table, const char *role, Grants *grants);

/* What a database role has on it; role InvalidOid: PUBLIC. */
extern void grants_actual(const Table *table, Oid role, Grants *grants);

extern bool grants_equal(const Grants *a, const Grants *b);

/* Whether the first has anything that the second has not. */
extern bool grants_exceed(const Grants *a, const Grants *b);

/* Whether nobody that the source knows has more or less on a table than he should. */
extern bool grants_are_current(const Model *model, const Table *table);

/* The statements that give a role what it should have; a list of char *. */
extern List *grants_statements(const Table *table, const Role *role);

/* Whether a role has USAGE on a schema or sequence by a grant to itself. */
extern bool grants_has_usage(Oid class, Oid oid, Oid role);

#endif							/* HERM_PERMISSIONS_GRANTS_H */
