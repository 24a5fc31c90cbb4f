/* SPDX-License-Identifier: PostgreSQL */
/*
 * drop.c: takes away what was made for a source.
 */
#include "compat.h"

#include "catalog/pg_authid.h"
#include "catalog/pg_policy.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "permissions/permissions.h"
#include "permissions/query.h"
#include "permissions/raise.h"

static List *
of_source(const List *tagged, const char *source)
{
	List	   *found = NIL;
	ListCell   *cell;

	foreach(cell, tagged)
	{
		if (tagged_is_of(lfirst(cell), source))
			found = lappend(found, lfirst(cell));
	}
	list_sort(found, plan_compare_drops);
	return found;
}

/* The tables that policies of ours stand on. */
static List *
secured_tables(const List *tagged)
{
	List	   *oids = NIL;
	ListCell   *cell;

	foreach(cell, tagged)
	{
		const Tagged *object = lfirst(cell);

		if (object->class == PolicyRelationId)
			oids = list_append_unique_oid(oids, object->relation);
	}
	return oids;
}

/* The oids of tagged roles. */
static List *
tagged_roles(const List *tagged)
{
	List	   *oids = NIL;
	ListCell   *cell;

	foreach(cell, tagged)
	{
		const Tagged *object = lfirst(cell);

		if (object->class == AuthIdRelationId)
			oids = lappend_oid(oids, object->oid);
	}
	return oids;
}

/* The roles that policies of permissions are for: also those that somebody else made. */
static List *
roles_of_policies(const List *tagged)
{
	List	   *policies = NIL;
	List	   *oids = NIL;
	ListCell   *cell;

	foreach(cell, tagged)
	{
		const Tagged *object = lfirst(cell);

		if (object->class == PolicyRelationId && tagged_member(object, "role") != NULL)
			policies = lappend_oid(policies, object->oid);
	}
	foreach(cell, query_rows("SELECT DISTINCT r.oid"
							 " FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_roles r ON r.oid = ANY (p.polroles)"
							 " WHERE p.oid = ANY ($1) AND NOT (r.rolcanlogin OR r.rolinherit)", policies, NIL))
		oids = lappend_oid(oids, query_oid(lfirst(cell), 0));
	return oids;
}

/* Runs statements that a query writes, with the tables and roles as parameters. */
static void
run_all(const char *sql, const List *tables, const List *roles)
{
	ListCell   *cell;

	foreach(cell, query_rows(sql, tables, roles))
		query_run(((QueryRow *) lfirst(cell))->values[0]);
}

static void
revoke_grants(const List *tables, const List *roles)
{
	run_all("SELECT format('REVOKE ALL ON %s FROM %I', c.oid::regclass, r.rolname)"
			" FROM pg_catalog.pg_class c, pg_catalog.pg_roles r WHERE c.oid = ANY ($1) AND r.oid = ANY ($2)",
			tables, roles);
	run_all("SELECT DISTINCT format('REVOKE ALL ON SEQUENCE %s FROM %I', s.oid::regclass, r.rolname)"
			" FROM pg_catalog.pg_attrdef a JOIN pg_catalog.pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = a.oid"
			" AND d.refclassid = 'pg_class'::regclass JOIN pg_catalog.pg_class s ON s.oid = d.refobjid AND s.relkind = 'S'"
			" CROSS JOIN LATERAL aclexplode(s.relacl) x JOIN pg_catalog.pg_roles r ON r.oid = x.grantee"
			" WHERE a.adrelid = ANY ($1) AND r.oid = ANY ($2)", tables, roles);
}

/* A schema's USAGE goes with the last table of ours in it that the role has. */
static void
revoke_usage(const List *tables, const List *roles)
{
	run_all("SELECT DISTINCT format('REVOKE USAGE ON SCHEMA %I FROM %I', n.nspname, r.rolname)"
			" FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
			" CROSS JOIN LATERAL aclexplode(n.nspacl) x JOIN pg_catalog.pg_roles r ON r.oid = x.grantee"
			" WHERE c.oid = ANY ($1) AND r.oid = ANY ($2)"
			" AND NOT EXISTS (SELECT FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class o ON o.oid = p.polrelid"
			"  WHERE o.relnamespace = n.oid AND r.oid = ANY (p.polroles))", tables, roles);
}

/*
 * A role may have rights in other databases of the cluster.  Roles that are in use there alone
 * are nothing to tell, unless they were this source's as well.
 */
static int64
drop_roles(const List *roles, const List *concerned)
{
	int64		count = 0;
	ListCell   *cell;

	foreach(cell, query_rows("SELECT quote_ident(r.rolname),"
							 " EXISTS (SELECT FROM pg_catalog.pg_shdepend d"
							 "  WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = r.oid),"
							 " r.oid = ANY ($2) OR EXISTS (SELECT FROM pg_catalog.pg_shdepend d"
							 "  JOIN pg_catalog.pg_database b ON b.oid = d.dbid AND b.datname = current_database()"
							 "  WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = r.oid)"
							 " FROM pg_catalog.pg_roles r WHERE r.oid = ANY ($1) ORDER BY 1", roles, concerned))
	{
		const QueryRow *row = lfirst(cell);

		if (strcmp(row->values[1], "t") == 0)
		{
			if (strcmp(row->values[2], "t") == 0)
				notice(psprintf("role %s is kept", row->values[0]),
					   "Something in this or another database still depends on it.");
			continue;
		}
		if (!has_createrole_privilege(GetUserId()))
		{
			notice(psprintf("role %s is kept", row->values[0]),
				   "To drop it takes a superuser, or a role with CREATEROLE.");
			continue;
		}
		query_run(psprintf("DROP ROLE %s", row->values[0]));
		count++;
	}
	return count;
}

static void
notice_public(const List *tables)
{
	StringInfoData names;
	ListCell   *cell;

	initStringInfo(&names);
	foreach(cell, tables)
		appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "",
						 table_qualified(get_namespace_name(get_rel_namespace(lfirst_oid(cell))),
										 get_rel_name(lfirst_oid(cell))));
	if (names.len > 0)
		notice("what PUBLIC could do with the tables is not given back",
			   psprintf("Grant it again if it is wanted: %s.", names.data));
}

int64
permissions_drop(const char *source)
{
	List	   *all;
	List	   *tagged;
	List	   *tables;
	List	   *roles;
	ListCell   *cell;

	query_lock();
	all = tagged_list();
	tagged = of_source(all, source);
	if (tagged == NIL && tagged_is_there(source))
		raise_not_allowed("permission denied to drop permissions",
						  "Only superusers and owners of what was made may.");
	tables = secured_tables(tagged);
	roles = roles_of_policies(tagged);
	revoke_grants(tables, roles);
	foreach(cell, plan_release_statements(tagged))
		query_run(lfirst(cell));
	foreach(cell, tagged)
		query_run(plan_drop_statement(lfirst(cell)));
	revoke_usage(tables, roles);
	notice_public(tables);
	return list_length(tagged) + drop_roles(tagged_roles(all), roles);
}
