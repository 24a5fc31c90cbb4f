/* SPDX-License-Identifier: PostgreSQL */
/*
 * access.c: a table or view, its grants and its row-level security.
 */
#include "compat.h"

#include "access/htup_details.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rls.h"
#include "utils/syscache.h"

#include "permissions/gate.h"

static const struct
{
	const char *text;
	AccessApplies applies;
}			verdicts[] = {
#define X(verdict, text, applies) [verdict] = {text, applies},
	ACCESS_VERDICTS(X)
#undef X
};

static const AccessOperation operations[] = {
	{"select", ACL_SELECT, ACL_SELECT_CHR, true, "No row is seen.", NULL},
	{"insert", ACL_INSERT, ACL_INSERT_CHR, true,
		"Each row is refused: new row violates row-level security policy.",
	"INSERT with RETURNING or ON CONFLICT"},
	{"update", ACL_UPDATE, ACL_UPDATE_CHR, true, "No row is updated.",
	"An UPDATE that reads a column, as in WHERE, SET and RETURNING,"},
	{"delete", ACL_DELETE, ACL_DELETE_CHR, false, "No row is deleted.",
	"A DELETE that reads a column, as in WHERE and RETURNING,"},
};

static const struct
{
	char		relkind;
	const char *name;
}			kinds[] = {
	{RELKIND_RELATION, "table"},
	{RELKIND_PARTITIONED_TABLE, "table"},
	{RELKIND_VIEW, "view"},
	{RELKIND_MATVIEW, "materialized view"},
	{RELKIND_FOREIGN_TABLE, "foreign table"},
};

const AccessOperation *
access_operation_find(const char *name)
{
	for (int i = 0; i < COUNT_OF(operations); i++)
	{
		if (pg_strcasecmp(name, operations[i].name) == 0)
			return &operations[i];
	}
	return NULL;
}

const char *
access_verdict_text(AccessVerdict verdict)
{
	return verdicts[verdict].text;
}

AccessApplies
access_verdict_applies(AccessVerdict verdict)
{
	return verdicts[verdict].applies;
}

void
access_add_name(StringInfo list, const char *name)
{
	appendStringInfo(list, "%s%s", list->len > 0 ? ", " : "", name);
}

/* NULL if it has just been dropped. */
static const char *
qualified_name(Oid relation)
{
	const char *schema = get_namespace_name(get_rel_namespace(relation));
	const char *name = get_rel_name(relation);

	return schema == NULL || name == NULL ? NULL : quote_qualified_identifier(schema, name);
}

/* ---- grants ---- */

bool
access_may_use(Oid schema)
{
	return SCHEMA_ACLCHECK(schema, GetUserId(), ACL_USAGE) == ACLCHECK_OK;
}

/* The columns on which it is granted; empty if on none. */
static const char *
granted_columns(Oid relation, int count, AclMode privilege)
{
	StringInfoData list;

	initStringInfo(&list);
	for (AttrNumber number = 1; number <= count; number++)
	{
		HeapTuple	tuple = SearchSysCacheAttNum(relation, number);

		if (!HeapTupleIsValid(tuple))
			continue;			/* dropped */
		if (pg_attribute_aclcheck(relation, number, GetUserId(), privilege) == ACLCHECK_OK)
			access_add_name(&list,
							quote_identifier(NameStr(((Form_pg_attribute) GETSTRUCT(tuple))->attname)));
		ReleaseSysCache(tuple);
	}
	return list.data;
}

static void
judge_grant(Access *access, int columns)
{
	const AccessOperation *operation = access->operation;

	access->grant = ACCESS_MISSING_GRANT;
	if (pg_class_aclcheck(access->relation, GetUserId(), operation->privilege) == ACLCHECK_OK)
		access->grant = ACCESS_GRANTED;
	else if (operation->has_columns)
	{
		access->columns = granted_columns(access->relation, columns, operation->privilege);
		if (access->columns[0] != '\0')
			access->grant = ACCESS_SOME_COLUMNS;
	}
}

/* ---- row-level security ---- */

static AccessVerdict
judge_security(Oid relation, bool is_on)
{
	if (!is_on)
		return ACCESS_RLS_OFF;
	if (check_enable_rls(relation, InvalidOid /* current user */ , true /* no error */ ) !=
		RLS_ENABLED)
		return ACCESS_NOT_SUBJECT;
	return row_security ? ACCESS_RLS_ON : ACCESS_ROW_SECURITY_OFF;
}

/* ---- all of it ---- */

static const char *
kind_name(char relkind)
{
	for (int i = 0; i < COUNT_OF(kinds); i++)
	{
		if (kinds[i].relkind == relkind)
			return kinds[i].name;
	}
	return NULL;
}

/* Of what it is a partition; NULL: of nothing, or not for long. */
static const char *
root_name(Oid relation)
{
	List	   *ancestors = get_partition_ancestors(relation);

	return ancestors == NIL ? NULL : qualified_name(llast_oid(ancestors));
}

/* False: it is no table or view, or its schema has just been dropped. */
static bool
read_relation(Access *access, HeapTuple tuple)
{
	Form_pg_class relation = (Form_pg_class) GETSTRUCT(tuple);

	access->kind = kind_name(relation->relkind);
	access->schema = get_namespace_name(relation->relnamespace);
	if (access->kind == NULL || access->schema == NULL)
		return false;
	access->is_view = relation->relkind == RELKIND_VIEW;
	access->is_read_only = relation->relkind == RELKIND_MATVIEW;
	access->has_security = relation->relkind == RELKIND_RELATION ||
		relation->relkind == RELKIND_PARTITIONED_TABLE;
	access->table = pstrdup(NameStr(relation->relname));
	access->name = quote_qualified_identifier(access->schema, access->table);
	access->root = relation->relispartition ? root_name(access->relation) : NULL;
	access->usage = access_may_use(relation->relnamespace) ? ACCESS_GRANTED : ACCESS_MISSING_USAGE;
	judge_grant(access, relation->relnatts);
	access->security = judge_security(access->relation, relation->relrowsecurity);
	if (access->is_view)
		access->gates = list_make1(gate_of_view(access, tuple));
	return true;
}

bool
access_judge(Access *access, Oid relation, const AccessOperation *operation,
			 const AccessSession *session)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
	bool		is_judged;

	memset(access, 0, sizeof(*access));
	access->relation = relation;
	access->operation = operation;
	access->session = session;
	if (!HeapTupleIsValid(tuple))
		return false;
	is_judged = read_relation(access, tuple);
	ReleaseSysCache(tuple);
	if (!is_judged)
		return false;
	gate_read_policies(access);
	gate_find_role_view(access);
	return true;
}
