/* SPDX-License-Identifier: PostgreSQL */
/*
 * explain.c: the rows of an explanation.
 */
#include "compat.h"

#include "utils/builtins.h"

#include "permissions/explain.h"
#include "permissions/summary.h"
#include "permissions/words.h"

static List *
add_row(List *rows, const char *object, AccessVerdict verdict, const char *detail)
{
	ExplainedRow *row = palloc(sizeof(ExplainedRow));

	row->object = object;
	row->applies = access_verdict_applies(verdict);
	row->verdict = access_verdict_text(verdict);
	row->detail = detail != NULL && detail[0] != '\0' ? detail : NULL;
	return lappend(rows, row);
}

static const char *
session_detail(const AccessSession *session)
{
	if (session->role == NULL)
		return psprintf("There is no token, no hasura.user that is believed, and no unauthorized "
						"role. The database role is %s.", words_current_role());
	return psprintf("The role is \"%s\", the database role %s.", session->role,
					words_current_role());
}

static const char *
grant_detail(const Access *access)
{
	switch (access->grant)
	{
		case ACCESS_SOME_COLUMNS:
			return psprintf("Columns: %s.", access->columns);
		case ACCESS_MISSING_GRANT:
			return psprintf("The database role %s may not %s.", words_current_role(),
							access->operation->name);
		default:
			return NULL;
	}
}

static const char *
security_detail(const Access *access)
{
	switch (access->security)
	{
		case ACCESS_RLS_OFF:
			return access->gates == NIL ? NULL :
				psprintf("%s has policies, but none is applied.", access->name);
		case ACCESS_NOT_SUBJECT:
			return words_not_subject(access);
		case ACCESS_ROW_SECURITY_OFF:
			return "With the setting row_security off, a statement fails where a policy would "
				"be applied.";
		default:
			return NULL;
	}
}

const List *
explain_access(const Access *access)
{
	const AccessSession *session = access->session;
	List	   *rows = NIL;
	AccessVerdict verdict;
	ListCell   *cell;

	rows = add_row(rows, "session", session->role == NULL ? ACCESS_NO_SESSION : ACCESS_SESSION,
				   session_detail(session));
	rows = add_row(rows, psprintf("schema %s", quote_identifier(access->schema)), access->usage,
				   NULL);
	rows = add_row(rows, psprintf("%s %s", access->kind, access->name), access->grant,
				   grant_detail(access));
	if (access->has_security)
		rows = add_row(rows, psprintf("row-level security of %s", access->name),
					   access->security, security_detail(access));
	foreach(cell, access->gates)
	{
		const AccessGate *gate = lfirst(cell);

		rows = add_row(rows, gate->object, gate->verdict, words_gate(gate, access));
	}
	if (access->role_view != NULL)
		rows = add_row(rows, access->role_view->object, access->role_view->verdict,
					   words_gate(access->role_view, access));
	verdict = summary_judge(access);
	return add_row(rows, psprintf("%s on %s", access->operation->name, access->name), verdict,
				   summary_text(access, verdict));
}
