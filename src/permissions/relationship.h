/* SPDX-License-Identifier: PostgreSQL */
/*
 * relationship.h: from the name of a relationship to the columns it joins.
 */
#ifndef HERM_PERMISSIONS_RELATIONSHIP_H
#define HERM_PERMISSIONS_RELATIONSHIP_H

#include "permissions/condition.h"

/* Whether a table has an object or array relationship, or a remote one, of that name. */
extern bool relationship_is_there(const Table *table, Slice name);

/*
 * Looks a relationship up in metadata and catalogs; false: it was refused, and a
 * finding says why.  *join is a list of JoinPair.
 */
extern bool relationship_resolve(const ConditionContext *context, const Table *table, Slice name,
								 Table **target, List **join);

#endif							/* HERM_PERMISSIONS_RELATIONSHIP_H */
