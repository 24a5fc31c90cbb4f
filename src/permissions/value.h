/* SPDX-License-Identifier: PostgreSQL */
/*
 * value.h: JSON values of the metadata as values of a column's type.
 *
 * In:    a JSON value and a type; a domain counts as what it is over.
 * Out:   the text that the type's input function reads, or the name of the
 *        session variable that stands for it.
 * Never: runs the check of a domain, which is code of the table's owner.
 * Rules: docs/permissions.md, "Values".
 */
#ifndef HERM_PERMISSIONS_VALUE_H
#define HERM_PERMISSIONS_VALUE_H

#include "json/json.h"

/*
 * Whether a value is a session variable: a string that starts with x-hasura- in any
 * case, or req_user_id, which is x-hasura-user-id.  *name is lower-case and palloc'd.
 */
extern bool value_is_variable(const JsonNode *value, char **name);

/* The text of a value for the input function of that base type; NULL: the wrong kind of JSON. */
extern char *value_text(const JsonNode *value, Oid type);

/* Whether the input function of that base type takes the text; runs in a subtransaction. */
extern bool value_is_valid(const char *text, Oid type);

/*
 * Whether a text of that base type means another time whenever it is read, such as
 * "tomorrow": a policy would keep the one of the day when it was made.
 */
extern bool value_is_moving(const char *text, Oid type);

/* Whether a value is the moment of asking, which needs no keeping: now() as timestamptz. */
extern bool value_is_now(const JsonNode *value, Oid type);

#endif							/* HERM_PERMISSIONS_VALUE_H */
