/* SPDX-License-Identifier: PostgreSQL */
/*
 * condition.h: Hasura's boolean expressions, from JSON to SQL.
 *
 * In:    an expression of the metadata, the table that carries the permission.
 * Out:   a tree whose every name and value was looked up and tried; its SQL.
 * Never: writes a name or a value that is not quoted; resolves a name that a
 *        user could have put in the way.
 * Rules: docs/permissions.md, "Expressions".
 *
 *		Condition  *filter = condition_compile(&context, json, path);
 *
 *		if (filter != NULL)
 *			condition_append(&out, filter, table, helper_schema);
 */
#ifndef HERM_PERMISSIONS_CONDITION_H
#define HERM_PERMISSIONS_CONDITION_H

#include "permissions/field.h"
#include "permissions/operators.h"
#include "permissions/reason.h"

typedef enum ConditionKind
{
	CONDITION_AND,				/* of none: true */
	CONDITION_OR,				/* of none: false */
	CONDITION_NOT,
	CONDITION_EXISTS,
	CONDITION_COMPARISON,
} ConditionKind;

/* A column or a scalar computed field, of the current table or of the root. */
typedef struct Operand
{
	const Column *column;		/* one of these two */
	const Field *field;
	bool		of_root;		/* written with "$" */
	Oid			cast_to;		/* the type of _cast, else InvalidOid */
	Oid			type;			/* the base type, after the cast */
	bool		may_be_null;
} Operand;

typedef enum ValueKind
{
	VALUE_NULL,
	VALUE_LITERAL,
	VALUE_LIST,					/* of literals and NULLs */
	VALUE_VARIABLE,				/* a session variable as a whole */
	VALUE_NOW,					/* when the statement asks */
	VALUE_BOOLEAN,				/* of _is_null */
	VALUE_OPERAND,
} ValueKind;

typedef struct Value
{
	ValueKind	kind;
	Oid			type;			/* what it is cast to; of a list, what its elements are */
	char	   *text;			/* of a literal; the name of a variable */
	List	   *texts;			/* of a list; NULL for NULL */
	bool		truth;
	Operand		operand;
} Value;

typedef struct JoinPair
{
	const Column *outer;		/* of the current table */
	const Column *inner;		/* of the target */
} JoinPair;

typedef struct Condition
{
	ConditionKind kind;
	List	   *operands;		/* of AND, OR, NOT; the one of EXISTS */
	Table	   *target;			/* EXISTS: whose rows */
	const Field *set;			/* EXISTS: the function that gives them, if one does */
	List	   *join;			/* EXISTS: of JoinPair */
	const OperatorRow *operator;
	Operand		left;
	List	   *values;			/* of Value: one, or the arguments of a function */
	bool		is_shorthand;	/* written without an operator */
	const char *text;			/* for comparing conjuncts; NULL: nobody has asked yet */
} Condition;

/* What a permission's expressions share. */
typedef struct ConditionContext
{
	const Source *source;
	Table	   *root;
	Findings   *findings;
} ConditionContext;

/* NULL: it was refused, and a finding says why. */
extern Condition *condition_compile(const ConditionContext *context, const JsonNode *json,
									const char *path);

/* A condition over others of the same root; a list of none is true (AND) or false (OR). */
extern Condition *condition_combine(ConditionKind kind, List *operands);

/* The SQL of a condition, in parentheses where it needs them. */
extern char *condition_sql(const Condition *condition, const Table *root,
						   const char *helper_schema);

/* ---- what can be said of a condition (condition_read.c) ---- */

/* The names of its session variables, each once, added to a list of char *. */
extern List *condition_variables(const Condition *condition, List *names);

/* The computed fields that it calls, each once, added to a list of Field. */
extern List *condition_fields(const Condition *condition, List *fields);

/* Marks in the tables what their helper views must have for it. */
extern void condition_mark_helpers(const Condition *condition, Table *root);

/* The positions of the root's columns that it reads, at any depth. */
extern Bitmapset *condition_root_columns(const Condition *condition, const Table *root);

/* Its AND-ed parts. */
extern List *condition_conjuncts(Condition *condition);

/* Whether the one implies the other by syntax alone. */
extern bool condition_implies(Condition *given, Condition *wanted, const Table *root);

/* Whether two are the same, operands of AND and OR as sets, shorthand apart. */
extern bool condition_equals(const Condition *a, const Condition *b, const Table *root);

/* Whether it may be NULL for a row of the root, where Hasura's check would pass. */
extern bool condition_may_be_null(const Condition *condition);

/* Whether it is true whatever the row. */
extern bool condition_is_true(const Condition *condition);

/* Every table that it enters, added to a list of Table *. */
extern List *condition_targets(const Condition *condition, List *tables);

#endif							/* HERM_PERMISSIONS_CONDITION_H */
