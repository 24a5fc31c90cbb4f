/* SPDX-License-Identifier: PostgreSQL */
/*
 * hasura_user.h: the session that Hasura sets for its own mutations, in the
 * parameter hasura.user (HASURA-JWT section 4), and who may do so.
 */
#ifndef HERM_SESSION_HASURA_USER_H
#define HERM_SESSION_HASURA_USER_H

#include "session/session.h"

/* The parameter's value if it is set and the database user is trusted; else NULL. */
extern const char *hasura_user_believed(void);

/* Reads a value into a session, palloc'd in the current memory context. */
extern bool hasura_user_parse(Slice value, Session *session, Rejection *rejection) HASURA_VERDICT;

#endif							/* HERM_SESSION_HASURA_USER_H */
