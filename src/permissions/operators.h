/* SPDX-License-Identifier: PostgreSQL */
/*
 * operators.h: Hasura's operators, and what they are in SQL.
 *
 * One table: a longer table, not another place, is how an operator is added.
 * Rules: docs/permissions.md, "Operators".
 */
#ifndef HERM_PERMISSIONS_OPERATORS_H
#define HERM_PERMISSIONS_OPERATORS_H

#include "json/slice.h"
#include "permissions/type.h"

/* How an operator is written around left (L) and right (R). */
typedef enum OperatorForm
{
	FORM_BINARY,				/* L op R */
	FORM_ANY,					/* L op ANY (R) */
	FORM_NOT_ANY,				/* NOT (L op ANY (R)) */
	FORM_IS_NULL,				/* L IS NULL, L IS NOT NULL */
	FORM_SIMILAR,				/* L op similar_to_escape(R) */
	FORM_FUNCTION,				/* function(L, R, ...) */
	FORM_CAST,					/* operators on L::type */
} OperatorForm;

/* What stands on the right. */
typedef enum RightSide
{
	RIGHT_SAME,					/* a value of the left side's type */
	RIGHT_SAME_OR_NULL,
	RIGHT_LIST,					/* a list of them */
	RIGHT_BOOLEAN,				/* JSON true or false, no session variable */
	RIGHT_TEXT,
	RIGHT_TEXT_ARRAY,
	RIGHT_JSONPATH,
	RIGHT_EXTENSION_TYPE,		/* a type of the left side's extension, by name */
	RIGHT_EXTENSION_ARRAY,		/* an array of it */
	RIGHT_COLUMN,				/* a column, of the current table or of the root */
	RIGHT_DISTANCE,				/* {distance, from} */
	RIGHT_DISTANCE_SPHEROID,	/* {distance, from, use_spheroid} */
	RIGHT_OPERATORS,			/* {type: {operators}} */
} RightSide;

typedef struct OperatorRow
{
	const char *name;			/* without the "_" or "$" in front */
	unsigned	classes;		/* of the left side: bits by TypeClass */
	OperatorForm form;
	const char *symbol;			/* of the operator, or the function's name */
	const char *keyword;		/* how the server's own is written; NULL: as the symbol */
	RightSide	right;
	const char *right_type;		/* of RIGHT_EXTENSION_... */
} OperatorRow;

/* The name of an operator, without "_" or "$"; false: it is not spelled like one. */
extern bool operators_name(Slice key, Slice *name);

/* Its row for a left side of that class; *known tells whether there is one for any class. */
extern const OperatorRow *operators_find(Slice name, TypeClass class, bool *known);

/*
 * How it is written between two base types, with its schema if it is an extension's;
 * NULL if the server has no such operator.
 */
extern char *operators_sql(const OperatorRow *row, Oid left, Oid right);

/* Equality between two columns' types, as above. */
extern char *operators_equality(Oid left, Oid right);

#endif							/* HERM_PERMISSIONS_OPERATORS_H */
