/* SPDX-License-Identifier: PostgreSQL */
/*
 * summary.c: what all verdicts come to, and what to do about it.
 */
#include "compat.h"

#include "lib/stringinfo.h"
#include "utils/acl.h"
#include "utils/builtins.h"

#include "permissions/gate.h"
#include "permissions/summary.h"
#include "permissions/words.h"

/* ---- the verdict ---- */

static bool
is_blocked(const Access *access)
{
	return access->usage == ACCESS_MISSING_USAGE || access->grant == ACCESS_MISSING_GRANT;
}

/* Whether to read a view instead; what it lacks is said with it. */
static bool
has_role_view(const Access *access)
{
	const AccessGate *view = access->role_view;

	return view != NULL &&
		(view->verdict == ACCESS_GUARD_FITS || view->verdict == ACCESS_MISSING_VARIABLE);
}

/* Whether policies or a view stand between grant and rows. */
static bool
has_gates(const Access *access)
{
	return access->is_view || access->security == ACCESS_RLS_ON;
}

/* Who has not come in as the right one is told that, not that a grant is missing. */
static AccessVerdict
summarize_blocked(const Access *access)
{
	const AccessGate *nearest = gate_nearest(access);

	if (nearest != NULL &&
		(nearest->verdict == ACCESS_NO_SESSION || nearest->verdict == ACCESS_DATABASE_ROLE))
		return nearest->verdict;
	if (has_role_view(access))
		return ACCESS_ROLE_VIEW;
	return access->usage == ACCESS_MISSING_USAGE ? ACCESS_MISSING_USAGE : ACCESS_MISSING_GRANT;
}

/* A guard that misses a variable raises, whatever other policies let through. */
static AccessVerdict
summarize_gates(const Access *access)
{
	const AccessGate *nearest = gate_nearest(access);

	if (gate_find(access, ACCESS_MISSING_VARIABLE) != NULL)
		return ACCESS_MISSING_VARIABLE;
	if (gate_find(access, ACCESS_ALL_ROWS) != NULL)
		return gate_find(access, ACCESS_RESTRICTIVE) != NULL ? ACCESS_SOME_ROWS : ACCESS_ALL_ROWS;
	if (gate_find(access, ACCESS_GUARD_FITS) != NULL)
		return ACCESS_SOME_ROWS;
	if (gate_find(access, ACCESS_NOT_JUDGED) != NULL)
		return ACCESS_NOT_JUDGED;
	if (has_role_view(access))
		return ACCESS_ROLE_VIEW;
	return nearest != NULL ? nearest->verdict : ACCESS_NO_POLICY;
}

AccessVerdict
summary_judge(const Access *access)
{
	if (is_blocked(access))
		return summarize_blocked(access);
	if (access->is_read_only && access->operation->privilege != ACL_SELECT)
		return ACCESS_READ_ONLY;
	if (access->security == ACCESS_ROW_SECURITY_OFF)
		return ACCESS_ROW_SECURITY_OFF;
	return has_gates(access) ? summarize_gates(access) : ACCESS_ALL_ROWS;
}

/* ---- the words ---- */

/* Appends a sentence. */
static void
say(StringInfo text, const char *sentence)
{
	appendStringInfo(text, "%s%s", text->len > 0 ? " " : "", sentence);
}

/* What a statement comes to that is not let through. */
static const char *
outcome(const Access *access)
{
	if (access->usage == ACCESS_MISSING_USAGE)
		return psprintf("It fails: permission denied for schema %s.",
						quote_identifier(access->schema));
	if (access->grant == ACCESS_MISSING_GRANT)
		return psprintf("It fails: permission denied for %s %s.", access->kind, access->name);
	return access->operation->nothing;
}

static void
say_partition(StringInfo text, const Access *access)
{
	if (access->root != NULL)
		say(text, psprintf("It is a partition of %s: what is allowed there does not count for "
						   "a statement that names the partition.", access->root));
}

static void
say_permission(StringInfo text, const Access *access, const char *give)
{
	const char *role = access->session->role;

	say(text, psprintf("%s %s the permission to %s in Hasura's metadata, and apply it.", give,
					   role == NULL ? "a role" : psprintf("\"%s\"", role),
					   access->operation->name));
}

/* What is changed by hand on a table that herm_jwt manages lasts until the next apply. */
static void
say_how_to_allow(StringInfo text, const Access *access, const char *by_hand)
{
	if (access->is_managed)
		say_permission(text, access, "Give");
	else
		say(text, by_hand);
}

static void
say_missing_usage(StringInfo text, const Access *access)
{
	say(text, outcome(access));
	say(text, psprintf("GRANT USAGE ON SCHEMA %s TO %s.", quote_identifier(access->schema),
					   words_current_role()));
}

static void
say_missing_grant(StringInfo text, const Access *access)
{
	say(text, outcome(access));
	say_partition(text, access);
	say_how_to_allow(text, access, psprintf("Grant %s on it to %s.", access->operation->name,
											words_current_role()));
}

static void
say_row_security_off(StringInfo text, UNUSED const Access *access)
{
	say(text, "It fails: query would be affected by row-level security policy.");
	say(text, "SET row_security = on.");
}

static void
say_read_only(StringInfo text, const Access *access)
{
	say(text, psprintf("It fails: a %s cannot be changed.", access->kind));
}

static void
say_no_policy(StringInfo text, const Access *access)
{
	const char *name = access->operation->name;

	say(text, outcome(access));
	if (access->gates == NIL)
		say(text, psprintf("Row-level security is on, and there is no policy for %s.", name));
	else if (gate_find(access, ACCESS_RESTRICTIVE) != NULL)
		say(text, psprintf("No permissive policy for %s is for the database role %s, and "
						   "restrictive ones let nothing through.", name, words_current_role()));
	else
		say(text, psprintf("No policy for %s is for the database role %s.", name,
						   words_current_role()));
	say_partition(text, access);
	say_how_to_allow(text, access, psprintf("Create a policy for %s to %s.", name,
											words_current_role()));
}

/* No role is no mismatch (NULL, not false): the guard goes on to its variables, which raise. */
static bool
raises_without_session(const Access *access)
{
	ListCell   *cell;

	foreach(cell, access->gates)
	{
		const AccessGate *gate = lfirst(cell);

		if (gate->missing != NULL && gate->missing[0] != '\0')
			return !is_blocked(access);
	}
	return false;
}

static void
say_no_session(StringInfo text, const Access *access)
{
	say(text, raises_without_session(access) ?
		"It fails as soon as a row is judged: missing session variable." : outcome(access));
	say(text, "There is no session: call herm_jwt.authenticate in the same transaction, with "
		"set_role => true if the database role is not yet the right one.");
}

/* The roles of all permissions, as a list. */
static const char *
permitted_roles(const Access *access)
{
	StringInfoData list;
	ListCell   *cell;

	initStringInfo(&list);
	foreach(cell, access->gates)
	{
		const AccessGate *gate = lfirst(cell);

		if (gate->role != NULL)
			access_add_name(&list, psprintf("\"%s\"", gate->role));
	}
	return list.data;
}

static void
say_role_mismatch(StringInfo text, const Access *access)
{
	say(text, outcome(access));
	say(text, psprintf("The session's role is \"%s\"; the permission to %s is for %s.",
					   access->session->role, access->operation->name,
					   permitted_roles(access)));
	say(text, "Ask for such a role when you authenticate, if the token allows it.");
	say_permission(text, access, "Or give");
}

static void
say_database_role(StringInfo text, const Access *access)
{
	const AccessGate *gate = gate_nearest(access);

	say(text, outcome(access));
	say(text, psprintf("What \"%s\" may do is for the database role %s; the current one is %s.",
					   gate->role, gate->database_roles, words_current_role()));
	if (!CAN_SET_ROLE(GetSessionUserId(), gate->database_role))
		say(text, psprintf("GRANT %s TO %s.", gate->database_roles,
						   words_role(GetSessionUserId())));
	say(text, psprintf("Authenticate with set_role => true, or SET ROLE %s.",
					   gate->database_roles));
}

static void
say_missing_variable(StringInfo text, const Access *access)
{
	const AccessGate *gate = gate_find(access, ACCESS_MISSING_VARIABLE);

	say(text, psprintf("It fails as soon as a row is judged: missing session variable. What "
					   "\"%s\" may do requires %s.", gate->role, gate->missing));
	say(text, "Let the issuer add that to the token.");
}

static void
say_role_view(StringInfo text, const Access *access)
{
	const AccessGate *view = access->role_view;

	say(text, outcome(access));
	say(text, psprintf("Read %s instead, the view of it for the role \"%s\".", view->name,
					   view->role));
	if (view->verdict == ACCESS_MISSING_VARIABLE)
		say(text, words_gate(view, access));
}

/* The gates with a verdict, as a list. */
static const char *
gates_with(const Access *access, AccessVerdict verdict)
{
	StringInfoData list;
	ListCell   *cell;

	initStringInfo(&list);
	foreach(cell, access->gates)
	{
		const AccessGate *gate = lfirst(cell);

		if (gate->verdict == verdict)
			access_add_name(&list, gate->name);
	}
	return list.data;
}

/* Reading is judged by itself: it takes the same relation, role and session. */
static void
say_reading(StringInfo text, const Access *access)
{
	Access		reading;
	AccessVerdict verdict;

	if (access->operation->reading == NULL ||
		!access_judge(&reading, access->relation, access_operation_find("select"),
					  access->session))
		return;
	verdict = summary_judge(&reading);
	if (access_verdict_applies(verdict) == APPLIES_NOT)
		say(text, psprintf("%s needs select as well, for which the verdict is: %s.",
						   access->operation->reading, access_verdict_text(verdict)));
}

/* What narrows or widens what is let through. */
static void
say_limits(StringInfo text, const Access *access)
{
	if (has_gates(access) && gate_find(access, ACCESS_RESTRICTIVE) != NULL)
		say(text, psprintf("Less what restrictive policies take away, which are not judged: %s.",
						   gates_with(access, ACCESS_RESTRICTIVE)));
	if (access->grant == ACCESS_SOME_COLUMNS)
		say(text, psprintf("In the columns %s alone.", access->columns));
	if (has_role_view(access))
		say(text, psprintf("More of it is in %s, the view of it for the role \"%s\".",
						   access->role_view->name, access->role_view->role));
	say_reading(text, access);
}

static void
say_some_rows(StringInfo text, const Access *access)
{
	if (gate_find(access, ACCESS_ALL_ROWS) != NULL)
		say(text, psprintf("Every row, by %s.", gates_with(access, ACCESS_ALL_ROWS)));
	else
		say(text, psprintf("The rows that %s lets through.",
						   gates_with(access, ACCESS_GUARD_FITS)));
	if (gate_find(access, ACCESS_NOT_JUDGED) != NULL)
		say(text, psprintf("Others may add to them, and are not judged: %s.",
						   gates_with(access, ACCESS_NOT_JUDGED)));
	say_limits(text, access);
}

static void
say_all_rows(StringInfo text, const Access *access)
{
	if (has_gates(access))
		say(text, psprintf("Every row, by %s.", gates_with(access, ACCESS_ALL_ROWS)));
	else if (access->security == ACCESS_NOT_SUBJECT)
		say(text, psprintf("Every row. %s", words_not_subject(access)));
	else
		say(text, "Every row: there is no row-level security.");
	say_limits(text, access);
}

static void
say_not_judged(StringInfo text, const Access *access)
{
	const AccessGate *gate = linitial(access->gates);

	if (access->is_view)
		say(text, words_gate_meaning(gate));
	else
		say(text, psprintf("It depends on policies that are not of herm_jwt: %s.",
						   gates_with(access, ACCESS_NOT_JUDGED)));
	say_limits(text, access);
}

/* What each verdict of the last row says. */
typedef void (*Sayer) (StringInfo text, const Access *access);

static const Sayer sayers[] = {
	[ACCESS_MISSING_USAGE] = say_missing_usage,
	[ACCESS_MISSING_GRANT] = say_missing_grant,
	[ACCESS_READ_ONLY] = say_read_only,
	[ACCESS_ROW_SECURITY_OFF] = say_row_security_off,
	[ACCESS_NO_POLICY] = say_no_policy,
	[ACCESS_NO_SESSION] = say_no_session,
	[ACCESS_ROLE_MISMATCH] = say_role_mismatch,
	[ACCESS_DATABASE_ROLE] = say_database_role,
	[ACCESS_MISSING_VARIABLE] = say_missing_variable,
	[ACCESS_SOME_ROWS] = say_some_rows,
	[ACCESS_ALL_ROWS] = say_all_rows,
	[ACCESS_ROLE_VIEW] = say_role_view,
	[ACCESS_NOT_JUDGED] = say_not_judged,
};

const char *
summary_text(const Access *access, AccessVerdict verdict)
{
	StringInfoData text;

	initStringInfo(&text);
	sayers[verdict] (&text, access);
	return text.data;
}
