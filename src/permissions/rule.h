/* SPDX-License-Identifier: PostgreSQL */
/*
 * rule.h: one permission, understood: who may do what to which rows and columns.
 */
#ifndef HERM_PERMISSIONS_RULE_H
#define HERM_PERMISSIONS_RULE_H

#include "permissions/condition.h"

/* A column or computed field that shows only in rows for which the condition holds. */
typedef struct Cell
{
	const Column *column;		/* one of these two */
	const Field *field;
	List	   *filters;		/* of Condition: shown where any of them holds */
	Condition  *condition;		/* that, as one */
} Cell;

typedef struct Rule
{
	Table	   *table;
	Operation	operation;
	char	   *role;			/* Hasura's */
	const char *path;			/* in the document */
	const JsonNode *body;		/* as declared; of an inherited rule, that of the first parent */
	bool		is_inherited;
	Findings	findings;
	Outcome		outcome;		/* once everything is judged; "refused": nothing is made */

	bool		all_columns;	/* select: "*", later ones as well */
	Bitmapset  *columns;		/* positions; insert and update: without presets */
	List	   *fields;			/* select: of Field */
	List	   *cells;			/* select, inherited: of Cell */
	Bitmapset  *nulled;			/* select, inherited: positions that must not show plainly */
	Condition  *filter;			/* select, update, delete */
	List	   *filters;		/* select, inherited: of Condition; any of them is the filter */
	Condition  *check;			/* insert, update; NULL: none */
	const JsonNode *presets;	/* insert, update: an object, or NULL */
	List	   *variables;		/* names that the guard asks for, sorted */
	Bitmapset  *key_columns;	/* select: positions of join keys granted beside */
} Rule;

/* Reads a declaration; what is wrong with it is in its findings. */
extern Rule *rule_read(const Source *source, const Declaration *declaration);

/* A table's rule for a role, also one that is refused; NULL: none. */
extern Rule *rule_find(const Table *table, const char *role, Operation operation);

/* Every condition of a rule, a list of Condition. */
extern List *rule_conditions(const Rule *rule);

/* Fills in the variables from filter, check and cells. */
extern void rule_collect_variables(Rule *rule);

/* Whether reading needs a view of the role's own. */
extern bool rule_needs_view(const Rule *rule);

#endif							/* HERM_PERMISSIONS_RULE_H */
