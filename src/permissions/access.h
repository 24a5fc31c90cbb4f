/* SPDX-License-Identifier: PostgreSQL */
/*
 * access.h: what stands between the current database role and the rows of a
 * table or view: schema, grant, row-level security, policies.
 *
 * In:    the catalogs, the current database role, the session as an argument.
 * Out:   an Access, with a verdict on each of these; explain.h has the words.
 * Never: runs or reads the text of a policy; takes a lock on the table; tells
 *        what the catalogs do not tell everybody.
 * Rules: the server's own for grants and policies; docs/permissions.md for ours.
 */
#ifndef HERM_PERMISSIONS_ACCESS_H
#define HERM_PERMISSIONS_ACCESS_H

#include "lib/stringinfo.h"
#include "nodes/parsenodes.h"
#include "nodes/pg_list.h"

/* Whether something applies; nobody knows what is not judged. */
typedef enum AccessApplies
{
	APPLIES_NOT,
	APPLIES,
	APPLIES_UNKNOWN,
} AccessApplies;

/*
 * Every verdict, and its word.  From ACCESS_NO_SESSION to ACCESS_GUARD_FITS they
 * are in the order in which a guard is judged: the later, the nearer it was.
 */
#define ACCESS_VERDICTS(X) \
	X(ACCESS_SESSION,          "present",                APPLIES) \
	X(ACCESS_GRANTED,          "granted",                APPLIES) \
	X(ACCESS_SOME_COLUMNS,     "some columns",           APPLIES) \
	X(ACCESS_MISSING_USAGE,    "missing usage",          APPLIES_NOT) \
	X(ACCESS_MISSING_GRANT,    "missing grant",          APPLIES_NOT) \
	X(ACCESS_READ_ONLY,        "read only",              APPLIES_NOT) \
	X(ACCESS_RLS_ON,           "on",                     APPLIES) \
	X(ACCESS_RLS_OFF,          "off",                    APPLIES_NOT) \
	X(ACCESS_NOT_SUBJECT,      "not subject",            APPLIES_NOT) \
	X(ACCESS_ROW_SECURITY_OFF, "row_security off",       APPLIES_NOT) \
	X(ACCESS_NO_POLICY,        "no policy",              APPLIES_NOT) \
	X(ACCESS_NO_SESSION,       "no session",             APPLIES_NOT) \
	X(ACCESS_ROLE_MISMATCH,    "role mismatch",          APPLIES_NOT) \
	X(ACCESS_DATABASE_ROLE,    "database role mismatch", APPLIES_NOT) \
	X(ACCESS_MISSING_VARIABLE, "missing variable",       APPLIES_NOT) \
	X(ACCESS_GUARD_FITS,       "applies",                APPLIES) \
	X(ACCESS_SOME_ROWS,        "rows by policy",         APPLIES) \
	X(ACCESS_ALL_ROWS,         "all rows",               APPLIES) \
	X(ACCESS_ROLE_VIEW,        "role view",              APPLIES_NOT) \
	X(ACCESS_NOT_JUDGED,       "not judged",             APPLIES_UNKNOWN) \
	X(ACCESS_RESTRICTIVE,      "not judged",             APPLIES_UNKNOWN)

typedef enum AccessVerdict
{
#define X(verdict, text, applies) verdict,
	ACCESS_VERDICTS(X)
#undef X
} AccessVerdict;

typedef struct AccessOperation
{
	const char *name;
	AclMode		privilege;
	char		command;		/* in pg_policy */
	bool		has_columns;	/* whether it can be granted on columns */
	const char *nothing;		/* what happens where no policy applies */
	const char *reading;		/* which statements need select as well */
} AccessOperation;

/* The session, told by who knows it; role and variables are NULL if there is none. */
typedef struct AccessSession
{
	const char *role;
	bool		(*has_variable) (const void *variables, const char *name);
	const void *variables;
} AccessSession;

/* What a row has to pass: a policy, or the body of a view. */
typedef enum AccessGateKind
{
	GATE_PERMISSION,			/* the policy of a Hasura role */
	GATE_ROLE_VIEW,				/* the view of a Hasura role */
	GATE_EVERYTHING,			/* the policy of an owner or exempt role */
	GATE_FOREIGN,				/* permissive, not ours */
	GATE_RESTRICTIVE,			/* not ours either */
	GATE_VIEW,					/* runs with its owner's rights */
	GATE_INVOKER_VIEW,			/* runs with the caller's rights */
} AccessGateKind;

typedef struct AccessGate
{
	AccessGateKind kind;
	AccessVerdict verdict;
	const char *object;			/* such as: policy p on s.t */
	const char *name;
	const char *role;			/* of Hasura, where it has a guard */
	Oid			database_role;	/* likewise */
	const char *database_roles; /* all that it is for, as a list */
	const char *missing;		/* the variables that its guard misses, as a list */
} AccessGate;

typedef struct Access
{
	Oid			relation;
	const char *schema;			/* as it is, like the next */
	const char *table;
	const char *name;			/* both, quoted where needed, like the next */
	const char *root;			/* whose partition it is; NULL: of none */
	const char *kind;			/* table, view, ... */
	const AccessOperation *operation;
	const AccessSession *session;
	bool		is_view;
	bool		is_read_only;
	bool		has_security;	/* it may have row-level security */
	bool		is_managed;		/* it has something of ours, for whatever operation */
	AccessVerdict usage;		/* of the schema */
	AccessVerdict grant;
	const char *columns;		/* with ACCESS_SOME_COLUMNS, as a list */
	AccessVerdict security;		/* row-level */
	List	   *gates;			/* of AccessGate, for the operation alone */
	AccessGate *role_view;		/* to read instead of it, if there is one */
} Access;

/* The operation of that name, in any case; NULL: there is none. */
extern const AccessOperation *access_operation_find(const char *name);

/* Judges a table or view; false: the relation is neither. */
extern bool access_judge(Access *access, Oid relation, const AccessOperation *operation,
						 const AccessSession *session) __attribute__((warn_unused_result));

extern const char *access_verdict_text(AccessVerdict verdict);
extern AccessApplies access_verdict_applies(AccessVerdict verdict);

/* Whether the current database role has USAGE on a schema. */
extern bool access_may_use(Oid schema);

/* Adds a name to a list as prose has it. */
extern void access_add_name(StringInfo list, const char *name);

#endif							/* HERM_PERMISSIONS_ACCESS_H */
