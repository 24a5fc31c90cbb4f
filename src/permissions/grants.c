/* SPDX-License-Identifier: PostgreSQL */
/*
 * grants.c: compares what roles should have with the catalogs' access lists.
 */
#include "compat.h"

#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/syscache.h"

#include "permissions/grants.h"

/* ---- what should be there ---- */

void
grants_wanted(const Table *table, const char *role, Grants *grants)
{
	const Rule *select = model_rule(table, role, OPERATION_SELECT);
	const Rule *insert = model_rule(table, role, OPERATION_INSERT);
	const Rule *update = model_rule(table, role, OPERATION_UPDATE);

	memset(grants, 0, sizeof(*grants));
	if (!table_can_have_policies(table))
		return;
	grants->delete = model_rule(table, role, OPERATION_DELETE) != NULL;
	if (select != NULL && select->all_columns)
		grants->select = true;
	else if (select != NULL)
		grants->columns[OPERATION_SELECT] = bms_union(select->columns, select->key_columns);
	if (insert != NULL)
		grants->columns[OPERATION_INSERT] = bms_copy(insert->columns);
	if (update != NULL)
		grants->columns[OPERATION_UPDATE] = bms_copy(update->columns);
}

/* ---- what is there ---- */

/*
 * The privileges of a grantee in an access list, with the rights to grant them in
 * the upper half; without a list nobody but the owner has any.
 */
static AclMode
privileges(const Acl *acl, Oid role)
{
	AclMode		mode = ACL_NO_RIGHTS;

	for (int i = 0; acl != NULL && i < ACL_NUM(acl); i++)
	{
		if (ACL_DAT(acl)[i].ai_grantee == role)
			mode |= ACL_DAT(acl)[i].ai_privs;
	}
	return mode;
}

static AclMode
privileges_in(int cache, HeapTuple tuple, AttrNumber attribute, Oid role)
{
	bool		is_null;
	Datum		acl;
	AclMode		mode;

	if (!HeapTupleIsValid(tuple))
		return ACL_NO_RIGHTS;
	acl = SysCacheGetAttr(cache, tuple, attribute, &is_null);
	mode = privileges(is_null ? NULL : DatumGetAclP(acl), role);
	ReleaseSysCache(tuple);
	return mode;
}

static AclMode
relation_privileges(Oid oid, Oid role)
{
	return privileges_in(RELOID, SearchSysCache1(RELOID, ObjectIdGetDatum(oid)),
						 Anum_pg_class_relacl, role);
}

static void
read_column(const Table *table, int position, Oid role, Grants *grants)
{
	static const AclMode modes[] = {
		[OPERATION_SELECT] = ACL_SELECT,
		[OPERATION_INSERT] = ACL_INSERT,
		[OPERATION_UPDATE] = ACL_UPDATE,
	};
	AclMode		mode = privileges_in(ATTNUM,
									 SearchSysCache2(ATTNUM, ObjectIdGetDatum(table->oid),
													 Int16GetDatum(table->columns[position].number)),
									 Anum_pg_attribute_attacl, role);

	for (Operation operation = 0; operation < COUNT_OF(modes); operation++)
	{
		if ((mode & modes[operation]) != 0)
			grants->columns[operation] = bms_add_member(grants->columns[operation], position);
		mode &= ~modes[operation];
	}
	grants->other = grants->other || mode != ACL_NO_RIGHTS;
}

void
grants_actual(const Table *table, Oid role, Grants *grants)
{
	AclMode		mode = relation_privileges(table->oid, role);

	memset(grants, 0, sizeof(*grants));
	grants->select = (mode & ACL_SELECT) != 0;
	grants->delete = (mode & ACL_DELETE) != 0;
	grants->other = (mode & ~(ACL_SELECT | ACL_DELETE)) != 0;
	for (int i = 0; i < table->column_count; i++)
		read_column(table, i, role, grants);
}

bool
grants_has_usage(Oid class, Oid oid, Oid role)
{
	if (class == NamespaceRelationId)
		return (privileges_in(NAMESPACEOID, SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(oid)),
							  Anum_pg_namespace_nspacl, role) & ACL_USAGE) != 0;
	return (relation_privileges(oid, role) & ACL_USAGE) != 0;
}

/* ---- comparing ---- */

bool
grants_exceed(const Grants *a, const Grants *b)
{
	if ((a->select && !b->select) || (a->delete && !b->delete) || (a->other && !b->other))
		return true;
	for (Operation operation = 0; operation < OPERATION_COUNT; operation++)
	{
		if (!bms_is_subset(a->columns[operation], b->columns[operation]))
			return true;
	}
	return false;
}

bool
grants_equal(const Grants *a, const Grants *b)
{
	return !grants_exceed(a, b) && !grants_exceed(b, a);
}

bool
grants_are_current(const Model *model, const Table *table)
{
	Grants		none = {0};
	Grants		actual;
	ListCell   *cell;

	grants_actual(table, InvalidOid, &actual);
	if (!table->is_former && !grants_equal(&actual, &none))
		return false;
	foreach(cell, model->former_roles)
	{
		grants_actual(table, ((Role *) lfirst(cell))->oid, &actual);
		if (!grants_equal(&actual, &none))
			return false;
	}
	foreach(cell, model->roles)
	{
		const Role *role = lfirst(cell);
		Grants		wanted;

		if (role->oid == table->owner)
			continue;
		grants_wanted(table, role->name, &wanted);
		if (OidIsValid(role->oid))
			grants_actual(table, role->oid, &actual);
		else
			actual = none;
		if (!grants_equal(&wanted, &actual))
			return false;
	}
	return true;
}

/* ---- statements ---- */

static char *
column_list(const Table *table, const Bitmapset *columns)
{
	StringInfoData list;
	int			position = -1;

	initStringInfo(&list);
	while ((position = bms_next_member(columns, position)) >= 0)
		appendStringInfo(&list, "%s%s", list.len > 0 ? ", " : "",
						 quote_identifier(table->columns[position].name));
	return list.data;
}

List	   *
grants_statements(const Table *table, const Role *role)
{
	static const char *const words[] = {
		[OPERATION_SELECT] = "SELECT",
		[OPERATION_INSERT] = "INSERT",
		[OPERATION_UPDATE] = "UPDATE",
	};
	List	   *statements = NIL;
	Grants		wanted;

	grants_wanted(table, role->name, &wanted);
	if (wanted.select)
		statements = lappend(statements, psprintf("GRANT SELECT ON %s TO %s", table->label, role->label));
	for (Operation operation = 0; operation < COUNT_OF(words); operation++)
	{
		if (!bms_is_empty(wanted.columns[operation]))
			statements = lappend(statements,
								 psprintf("GRANT %s (%s) ON %s TO %s", words[operation],
										  column_list(table, wanted.columns[operation]), table->label,
										  role->label));
	}
	if (wanted.delete)
		statements = lappend(statements, psprintf("GRANT DELETE ON %s TO %s", table->label, role->label));
	return statements;
}
