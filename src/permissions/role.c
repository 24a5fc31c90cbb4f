/* SPDX-License-Identifier: PostgreSQL */
/*
 * role.c: which database role a Hasura role is, and whether it is harmless.
 */
#include "compat.h"

#include "access/htup_details.h"
#include "catalog/pg_auth_members.h"
#include "catalog/pg_authid.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/syscache.h"

#include "permissions/helper.h"
#include "permissions/role.h"

/* Names that SET ROLE, GRANT or the server's catalogs read as something else. */
static const char *const reserved[] = {
	"", "public", "none", "current_user", "current_role", "session_user", "user",
};

const char *
role_name_why_not(const char *name)
{
	if (strlen(name) >= NAMEDATALEN)
		return "The name is longer than 63 bytes.";
	if (strncmp(name, "pg_", 3) == 0)
		return "Names that start with \"pg_\" are the server's own.";
	for (int i = 0; i < COUNT_OF(reserved); i++)
	{
		if (strcmp(name, reserved[i]) == 0)
			return "The name has another meaning in SET ROLE.";
	}

	/* its schema has its name: there it could read what only policies may */
	if (strcmp(name, "herm_jwt") == 0 || strncmp(name, HELPER_SCHEMA, strlen(HELPER_SCHEMA)) == 0)
		return "The schema of that name is herm_jwt's own.";
	return NULL;
}

static bool
refuse(Role *role, Reason reason, const char *what)
{
	return findings_add(&role->findings, reason, "Database role %s %s.", role->label, what);
}

/* A role that could do more than it is given would undo the permissions. */
static void
judge_attributes(Role *role, Form_pg_authid form)
{
	const struct
	{
		bool		has;
		const char *what;
	}			attributes[] = {
		{form->rolsuper, "is a superuser"},
		{form->rolbypassrls, "has BYPASSRLS"},
		{form->rolcreaterole, "has CREATEROLE"},
		{form->rolcanlogin, "has LOGIN"},
		{form->rolinherit, "has INHERIT"},
	};

	for (int i = 0; i < COUNT_OF(attributes); i++)
	{
		if (attributes[i].has)
			refuse(role, REASON_ROLE_UNSAFE, attributes[i].what);
	}
}

static void
judge_memberships(Role *role)
{
	CatCList   *list = SearchSysCacheList1(AUTHMEMMEMROLE, ObjectIdGetDatum(role->oid));

	if (list->n_members > 0)
		refuse(role, REASON_ROLE_UNSAFE, "is a member of another role");
	ReleaseSysCacheList(list);
}

static void
judge_ownership(Role *role, const Source *source)
{
	ListCell   *cell;

	foreach(cell, source->tables)
	{
		const Table *table = lfirst(cell);

		if (OidIsValid(table->oid) && table->owner == role->oid)
			refuse(role, REASON_ROLE_UNSAFE, psprintf("owns %s", table->label));
	}
}

static void
judge(Role *role, const Source *source, const Options *options)
{
	const char *why_not = role_name_why_not(role->database_name);
	HeapTuple	tuple;

	if (strcmp(role->name, ADMIN_ROLE) == 0)
		findings_add(&role->findings, REASON_ADMIN_ROLE, ADMIN_ROLE_WHY_NOT);
	if (why_not != NULL)
	{
		findings_add(&role->findings, REASON_ROLE_NAME, "Database role %s cannot be. %s",
					 role->label, why_not);
		return;
	}
	tuple = SearchSysCache1(AUTHNAME, CStringGetDatum(role->database_name));
	if (HeapTupleIsValid(tuple))
	{
		Form_pg_authid form = (Form_pg_authid) GETSTRUCT(tuple);

		role->oid = form->oid;
		judge_attributes(role, form);
		ReleaseSysCache(tuple);
		judge_memberships(role);
		judge_ownership(role, source);
	}
	else if (!options->create_roles)
		refuse(role, REASON_ROLE_MISSING, "is not there, and option \"create_roles\" is false");
}

Role	   *
role_find(const List *roles, const char *name)
{
	ListCell   *cell;

	foreach(cell, roles)
	{
		Role	   *role = lfirst(cell);

		if (strcmp(role->name, name) == 0)
			return role;
	}
	return NULL;
}

static List *
add_role(List *roles, char *name, const Source *source, const Options *options)
{
	Role	   *role;

	if (role_find(roles, name) != NULL)
		return roles;
	role = palloc0(sizeof(Role));
	role->name = name;
	role->database_name = psprintf("%s%s", options->role_prefix, name);
	role->label = pstrdup(quote_identifier(role->database_name));
	judge(role, source, options);
	return lappend(roles, role);
}

static int
compare_names(const ListCell *a, const ListCell *b)
{
	return strcmp(((const Role *) lfirst(a))->name, ((const Role *) lfirst(b))->name);
}

List	   *
role_list(const Source *source, const Options *options)
{
	List	   *roles = NIL;
	ListCell   *cell;

	foreach(cell, source->declarations)
		roles = add_role(roles, ((Declaration *) lfirst(cell))->role, source, options);
	foreach(cell, source->inherited_roles)
		roles = add_role(roles, ((InheritedRole *) lfirst(cell))->name, source, options);
	list_sort(roles, compare_names);
	return roles;
}
