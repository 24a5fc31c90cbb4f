/* SPDX-License-Identifier: PostgreSQL */
/*
 * presets.h: Hasura's column presets ("set"), put into the rows of a statement.
 *
 * In:    the trigger's argument, {"role": {"column": value}}; a session's variables; rows.
 * Out:   the rows with the role's columns set, as if the statement had named them;
 *        or a Rejection.
 * Never: runs SQL text; leaves a column out; sets a generated one; asks who the
 *        session is.
 * Rules: docs/reference.md, "Permissions".
 *
 *		const JsonNode *roles;
 *		Presets    *presets;
 *
 *		if (presets_parse(argument, &roles, &rejection) &&
 *			presets_compile(presets_of_role(roles, role), relation, variables, &presets,
 *							&rejection))
 *			row = presets_apply(presets, relation, row);
 *
 * Everything is palloc'd in the current memory context, and lives as long as it.
 */
#ifndef HERM_PERMISSIONS_PRESETS_H
#define HERM_PERMISSIONS_PRESETS_H

#include "access/htup.h"
#include "utils/rel.h"

#include "hasura/variables.h"

typedef struct Presets Presets;

/* Reads the argument: an object of roles. */
extern bool presets_parse(Slice argument, const JsonNode **roles, Rejection *rejection)
			HASURA_VERDICT;

/* What the argument has for a role; NULL: nothing, as for an empty one, which is no role. */
extern const JsonNode *presets_of_role(const JsonNode *roles, Slice role);

/*
 * Finds the columns and makes their values; they are the same for all rows of a
 * statement.  What a value's text is no good for is the type's own error.
 */
extern bool presets_compile(const JsonNode *columns, Relation relation,
							const SessionVariables *variables, Presets **presets,
							Rejection *rejection) HASURA_VERDICT;

/* The row with the columns set; the checks of domains run for each row. */
extern HeapTuple presets_apply(const Presets *presets, Relation relation, HeapTuple row);

#endif							/* HERM_PERMISSIONS_PRESETS_H */
