/* SPDX-License-Identifier: PostgreSQL */
/*
 * gate.h: what a row has to pass between grant and session: policies, or the
 * query of a view.
 */
#ifndef HERM_PERMISSIONS_GATE_H
#define HERM_PERMISSIONS_GATE_H

#include "access/htup.h"

#include "permissions/access.h"

/* Adds the policies for the operation, in the order of their names. */
extern void gate_read_policies(Access *access);

/* The query of a view, whose row of pg_class it is. */
extern AccessGate *gate_of_view(Access *access, HeapTuple tuple);

/*
 * Looks for the view that the session's role has of the table: in the schema named as
 * its database role, under Hasura's name of the table (docs/permissions.md, "Role views").
 */
extern void gate_find_role_view(Access *access);

/* The first gate with that verdict; NULL: there is none. */
extern const AccessGate *gate_find(const Access *access, AccessVerdict verdict);

/*
 * Of the gates that are judged by their guard, the role view among them, the one that
 * was nearest to let the session through; NULL: there is none.
 */
extern const AccessGate *gate_nearest(const Access *access);

#endif							/* HERM_PERMISSIONS_GATE_H */
