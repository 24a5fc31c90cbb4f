/* SPDX-License-Identifier: PostgreSQL */
/*
 * explain.h: an Access in words, for the person who wonders why there are no rows.
 *
 * In:    an Access.
 * Out:   rows: the session, schema, grant, row-level security, each policy, and
 *        last what the session can do and, if nothing, why and what to do.
 * Never: shows a value of a session variable, a token, or the text of a policy.
 * Rules: docs/reference.md has the verdicts.
 *
 *		if (access_judge(&access, relation, operation, &session))
 *			rows = explain_access(&access);
 */
#ifndef HERM_PERMISSIONS_EXPLAIN_H
#define HERM_PERMISSIONS_EXPLAIN_H

#include "permissions/access.h"

typedef struct ExplainedRow
{
	const char *object;
	AccessApplies applies;
	const char *verdict;
	const char *detail;			/* NULL: the verdict says it all */
} ExplainedRow;

/* A list of ExplainedRow, palloc'd. */
extern const List *explain_access(const Access *access);

#endif							/* HERM_PERMISSIONS_EXPLAIN_H */
