/* SPDX-License-Identifier: PostgreSQL */
/*
 * role.h: Hasura's roles as database roles.
 *
 * Rules: docs/permissions.md, "Roles".
 */
#ifndef HERM_PERMISSIONS_ROLE_H
#define HERM_PERMISSIONS_ROLE_H

#include "permissions/metadata.h"
#include "permissions/options.h"
#include "permissions/reason.h"

#define ADMIN_ROLE "admin"
#define ADMIN_ROLE_WHY_NOT "Hasura's admin is nobody's database role."

typedef struct Role
{
	char	   *name;			/* Hasura's */
	char	   *database_name;	/* prefix + name */
	char	   *label;			/* that, as it is written in SQL */
	Oid			oid;			/* InvalidOid: not there yet */
	Findings	findings;		/* why nothing may be given to it, if so */
} Role;

/* All roles of a source, of permissions and inherited ones, judged; a list of Role by name. */
extern List *role_list(const Source *source, const Options *options);

extern Role *role_find(const List *roles, const char *name);

/* Why a database role may not have that name, as a sentence; NULL: it may. */
extern const char *role_name_why_not(const char *database_name);

#endif							/* HERM_PERMISSIONS_ROLE_H */
