/* SPDX-License-Identifier: PostgreSQL */
/*
 * statement.c: the SQL functions by which policies that are made from Hasura's
 * permissions read role and variables: of one session for the whole statement.
 *
 * With the accessors for everybody a statement that changes the session, or a cursor
 * that is read in two, could show rows that belong to neither.
 */
#include "compat.h"

#include "fmgr.h"

#include "functions/pack.h"
#include "functions/report.h"
#include "functions/statement_session.h"

HERM_SQL_FUNCTION(herm_jwt_statement_role);
HERM_SQL_FUNCTION(herm_jwt_statement_variable);

/* Its session; NULL: none. */
static const Session *
session_of_statement(FmgrInfo *flinfo)
{
	const Session *session = session_or_raise();

	if (!statement_session_fits(statement_session(flinfo, session), session))
		raise_session_changed();
	return session;
}

Datum
herm_jwt_statement_role(PG_FUNCTION_ARGS)
{
	const Session *session = session_of_statement(fcinfo->flinfo);

	if (session == NULL)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(pack_text(session->role));
}

Datum
herm_jwt_statement_variable(PG_FUNCTION_ARGS)
{
	Slice		name = unpack_text(fcinfo, 0);
	const Session *session = session_of_statement(fcinfo->flinfo);
	const JsonNode *variable = session == NULL ? NULL :
	session_variables_find(&session->variables, name);
	Rejection	rejection;

	if (variable != NULL)
		PG_RETURN_DATUM(pack_text(variable->text));
	reject_missing_variable(name, &rejection);
	raise_rejection(&rejection);
}
