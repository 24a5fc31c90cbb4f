/* SPDX-License-Identifier: PostgreSQL */
/*
 * plan.h: the statements that make the catalogs say what the rules say.
 *
 * In:    a model.    Out: the whole script in order; of each statement, whether
 *        anything of it is not there yet; of each object, whether it is as made.
 * Never: changes anything; leaves out what is there already, so that a script can
 *        be read and compared with another.
 * Rules: docs/permissions.md, "What is made", "Plan, apply, check, drop".
 */
#ifndef HERM_PERMISSIONS_PLAN_H
#define HERM_PERMISSIONS_PLAN_H

#include "permissions/model.h"

typedef struct Step
{
	const char *object;			/* what it is about: "policy p on s.t" */
	const char *role;			/* Hasura's, or NULL */
	char	   *statement;
	bool		is_needed;		/* for apply: the catalogs do not say so yet */
} Step;

/* An object that is made and tagged. */
typedef struct Planned
{
	char	   *object;
	const char *role;
	List	   *statements;		/* of char *, in order */
	char	   *before;			/* what makes room if the object is there; NULL: nothing */
	char	   *revoke;			/* what takes from others what they have of it; NULL: nothing */
	TagFields	tag;
	const char *emitted;		/* digest of the statements */
	Tagged	   *tagged;			/* what is there under that name; NULL: nothing of ours */
	bool		is_current;
} Planned;

typedef struct PermissionPlan
{
	const Model *model;
	List	   *planned;		/* of Planned */
	List	   *steps;			/* of Step; the last one completes the tags */
	List	   *secured;		/* of Table: those that get policies */
} PermissionPlan;

extern PermissionPlan *plan_make(const Model *model);

/* ---- between the files of the plan ---- */

/* Notes an object, and whether the catalogs have it as it is to be. */
extern Planned *plan_object(PermissionPlan *plan, const Planned *object);

/* Adds the statements of an object and its tag. */
extern void plan_emit(PermissionPlan *plan, const Planned *planned);

extern void plan_step(PermissionPlan *plan, const char *object, const char *role, char *statement,
					  bool is_needed);

/* The guard of a rule: role, and required session variables. */
extern char *plan_guard(const Rule *rule);

/* The guard and the filter of a rule, as one condition. */
extern char *plan_filter(const PermissionPlan *plan, const Rule *rule);

/* plan_objects.c: roles, schemas, wrappers, helper views, role views. */
extern List *plan_roles(PermissionPlan *plan);
extern void plan_memberships(PermissionPlan *plan);
extern List *plan_helpers(PermissionPlan *plan);
extern List *plan_role_views(PermissionPlan *plan);

/* plan_tables.c: policies and triggers; and row security and grants. */
extern List *plan_policies(PermissionPlan *plan, Table *table);
extern List *plan_owner_policies(PermissionPlan *plan);
extern void plan_row_security(PermissionPlan *plan, const Table *table);
extern void plan_grants(PermissionPlan *plan, const Table *table);

/* plan_usage.c: USAGE of the schemas and sequences that go with the grants. */
extern void plan_usage(PermissionPlan *plan);

/* plan_drop.c: what carries the source's tag and must go. */
extern void plan_drops(PermissionPlan *plan);

/* The statement that drops a tagged object, and the order in which they can go. */
extern char *plan_drop_statement(const Tagged *tagged);

/*
 * The statements that leave tables without the row security that apply gave them,
 * once tagged policies are gone; a list of char *.
 */
extern List *plan_release_statements(const List *gone);

extern int	plan_compare_drops(const ListCell *a, const ListCell *b);

#endif							/* HERM_PERMISSIONS_PLAN_H */
