/* SPDX-License-Identifier: PostgreSQL */
/*
 * condition_value.h: the right side of an operator.
 */
#ifndef HERM_PERMISSIONS_CONDITION_VALUE_H
#define HERM_PERMISSIONS_CONDITION_VALUE_H

#include "permissions/condition.h"

/*
 * Reads what stands right of an operator into *values; false: it was refused, and
 * a finding says why.  Not for columns and nested operators.
 */
extern bool condition_values(const OperatorRow *row, Oid left, const JsonNode *json,
							 const char *path, Findings *findings, List **values);

/* The type that an operator's right side must have; InvalidOid: there is none. */
extern Oid	condition_right_type(const OperatorRow *row, Oid left);

#endif							/* HERM_PERMISSIONS_CONDITION_VALUE_H */
