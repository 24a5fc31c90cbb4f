/* SPDX-License-Identifier: PostgreSQL */
/*
 * variables.h: session variables, and how their names are spelled (HASURA-JWT 3.1).
 */
#ifndef HERM_HASURA_VARIABLES_H
#define HERM_HASURA_VARIABLES_H

#include "json/json.h"
#include "hasura/rejection.h"

#define VARIABLE_ROLE "x-hasura-role"
#define VARIABLE_USER_ID "x-hasura-user-id"
#define VARIABLE_ALLOWED_ROLES "x-hasura-allowed-roles"
#define VARIABLE_DEFAULT_ROLE "x-hasura-default-role"

/* Names in lower case without duplicates, sorted by length and bytes. */
typedef struct SessionVariable
{
	Slice		name;
	const JsonNode *value;
} SessionVariable;

typedef struct SessionVariables
{
	SessionVariable *items;
	int			count;
} SessionVariables;

/* Whether a name is a session variable's: it starts with "x-hasura-" in any case. */
extern bool session_variable_name_fits(Slice name);

/*
 * Gathers the members of an object that are session variables, by their names.
 * False if two names differ only by case; *duplicate is then the name.
 */
extern bool session_variables_gather(const JsonNode *object, SessionVariables *variables,
									 Slice *duplicate) HASURA_VERDICT;

/* Makes an empty list with room for that many; adds to it in the order of names. */
extern void session_variables_make(SessionVariables *variables, int room);
extern void session_variables_add(SessionVariables *variables, Slice name,
								  const JsonNode *value);

/* The value of a variable, asked for in any case; NULL if absent. */
extern const JsonNode *session_variables_find(const SessionVariables *variables, Slice name);

/* Hasura's words and code for a variable that a permission needs (HASURA-JWT section 4). */
extern bool reject_missing_variable(Slice name, Rejection *rejection);

/* A name as sessions spell it: in lower case; palloc'd. */
extern Slice session_variable_name(Slice name);

/* Takes a variable out. */
extern void session_variables_remove(SessionVariables *variables, const char *name);

/*
 * Takes out what no session exposes (HASURA-JWT 3.8): the claims about roles, and
 * admin credentials.
 */
extern void session_variables_drop_role_claims(SessionVariables *variables);
extern void session_variables_drop_credentials(SessionVariables *variables);

/*
 * Puts a string in, instead of what had that lower-case name.  The list has room
 * for one new name.
 */
extern void session_variables_set(SessionVariables *variables, const char *name, Slice text);

#endif							/* HERM_HASURA_VARIABLES_H */
