/* SPDX-License-Identifier: PostgreSQL */
/*
 * inherit.h: what inherited roles get from their parents.
 *
 * Rules: docs/permissions.md, "Inherited roles".
 */
#ifndef HERM_PERMISSIONS_INHERIT_H
#define HERM_PERMISSIONS_INHERIT_H

#include "permissions/rule.h"

/* Adds the inherited rules to the source's tables; declared ones must be there. */
extern void inherit_rules(const Source *source);

#endif							/* HERM_PERMISSIONS_INHERIT_H */
