/* SPDX-License-Identifier: PostgreSQL */
/*
 * words.c: what a gate's verdict means, and who is asking.
 */
#include "compat.h"

#include "utils/acl.h"
#include "utils/builtins.h"

#include "permissions/words.h"

const char *
words_role(Oid role)
{
	return quote_identifier(GetUserNameFromId(role, false /* missing is an error */ ));
}

const char *
words_current_role(void)
{
	return words_role(GetUserId());
}

const char *
words_not_subject(const Access *access)
{
	if (superuser())
		return psprintf("The database role %s is a superuser, to whom no policy is applied.",
						words_current_role());
	if (has_bypassrls_privilege(GetUserId()))
		return psprintf("The database role %s has BYPASSRLS, so no policy is applied to it.",
						words_current_role());
	return psprintf("The database role %s owns %s, which does not FORCE ROW LEVEL SECURITY.",
					words_current_role(), access->name);
}

const char *
words_gate_meaning(const AccessGate *gate)
{
	switch (gate->kind)
	{
		case GATE_PERMISSION:
		case GATE_ROLE_VIEW:
			return "Its guard is passed; its expression decides row by row.";
		case GATE_EVERYTHING:
			return "It lets every row through.";
		case GATE_FOREIGN:
			return "It is not of herm_jwt. It adds the rows for which its expression is true.";
		case GATE_RESTRICTIVE:
			return "It is not of herm_jwt. It takes away the rows for which its expression is not true.";
		case GATE_VIEW:
			return psprintf("It reads with the rights of its owner, %s.", gate->database_roles);
		case GATE_INVOKER_VIEW:
			return "It reads with the rights of the caller: explain the tables behind it.";
	}
	return NULL;
}

const char *
words_gate(const AccessGate *gate, const Access *access)
{
	switch (gate->verdict)
	{
		case ACCESS_NO_SESSION:
			return psprintf("It is for the role \"%s\".", gate->role);
		case ACCESS_ROLE_MISMATCH:
			return psprintf("It is for the role \"%s\"; the session's is \"%s\".", gate->role,
							access->session->role);
		case ACCESS_DATABASE_ROLE:
			return psprintf("It is for the database role %s; the current one is %s.",
							gate->database_roles, words_current_role());
		case ACCESS_MISSING_VARIABLE:
			return psprintf("It requires %s, which the session does not have.", gate->missing);
		case ACCESS_MISSING_GRANT:
			return psprintf("The database role %s may not select.", words_current_role());
		case ACCESS_GUARD_FITS:
		case ACCESS_ALL_ROWS:
		case ACCESS_NOT_JUDGED:
		case ACCESS_RESTRICTIVE:
			return words_gate_meaning(gate);
		default:
			return NULL;
	}
}
