/* SPDX-License-Identifier: PostgreSQL */
/*
 * options.h: what whoever applies permissions may choose.
 */
#ifndef HERM_PERMISSIONS_OPTIONS_H
#define HERM_PERMISSIONS_OPTIONS_H

#include "nodes/pg_list.h"

#include "json/json.h"

typedef struct Options
{
	char	   *role_prefix;	/* database role = prefix + Hasura's role */
	bool		null_passes;	/* "null_check": "hasura": a check that is NULL passes */
	bool		join_keys;		/* grant the key columns of relationships */
	bool		role_views;		/* "view_schema": "role" */
	bool		force_rls;
	bool		create_roles;
	bool		refuse_partial;
	List	   *grant_to;		/* of char *: roles that become members */
	List	   *exempt_roles;	/* of char *: roles that see everything */
} Options;

/* Reads them; an unknown name or a wrong type raises 22023.  object is a JSON object. */
extern void options_read(const JsonNode *object, Options *options);

#endif							/* HERM_PERMISSIONS_OPTIONS_H */
