/* SPDX-License-Identifier: PostgreSQL */
/*
 * explain_access.c: the SQL function that says why rows are not seen (docs/reference.md).
 */
#include "compat.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "functions/pack.h"
#include "functions/report.h"
#include "permissions/explain.h"

HERM_SQL_FUNCTION(herm_jwt_explain_access);

static bool
has_variable(const void *variables, const char *name)
{
	return variables != NULL && session_variables_find(variables, slice_cstring(name)) != NULL;
}

static const AccessOperation *
find_operation(Slice name)
{
	const AccessOperation *operation = access_operation_find(pnstrdup(name.data, name.len));

	if (operation == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown operation \"%s\"", printable(name)),
				 errhint("It is one of select, insert, update, delete.")));
	return operation;
}

static void
refuse_relation(Oid relation)
{
	const char *name = get_rel_name(relation);

	if (name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation with OID %u does not exist", relation)));
	ereport(ERROR,
			(errcode(ERRCODE_WRONG_OBJECT_TYPE),
			 errmsg("\"%s\" is not a table or view", name)));
}

static void
put_explained(ReturnSetInfo *result, const ExplainedRow *row)
{
	Datum		values[] = {
		CStringGetTextDatum(row->object),
		BoolGetDatum(row->applies == APPLIES),
		CStringGetTextDatum(row->verdict),
		row->detail == NULL ? (Datum) 0 : CStringGetTextDatum(row->detail),
	};
	bool		nulls[] = {false, row->applies == APPLIES_UNKNOWN, false, row->detail == NULL};

	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* The role is copied; the variables last as long as nobody asks for the session again. */
static AccessSession
access_session(void)
{
	const Session *session = session_or_raise();
	AccessSession asker = {.has_variable = has_variable};

	if (session != NULL)
	{
		asker.role = pnstrdup(session->role.data, session->role.len);
		asker.variables = &session->variables;
	}
	return asker;
}

/* Not strict: a refused token raises whatever is asked for. */
Datum
herm_jwt_explain_access(PG_FUNCTION_ARGS)
{
	AccessSession session = access_session();
	const AccessOperation *operation;
	Access		access;
	ListCell   *cell;

	InitMaterializedSRF(fcinfo, 0 /* as declared */ );
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return (Datum) 0;
	operation = find_operation(unpack_text(fcinfo, 1));
	if (!access_judge(&access, PG_GETARG_OID(0), operation, &session))
		refuse_relation(PG_GETARG_OID(0));
	foreach(cell, explain_access(&access))
		put_explained((ReturnSetInfo *) fcinfo->resultinfo, lfirst(cell));
	return (Datum) 0;
}
