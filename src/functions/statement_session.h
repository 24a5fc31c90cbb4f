/* SPDX-License-Identifier: PostgreSQL */
/*
 * statement_session.h: the session that the rows of one statement come from.
 *
 * Role and variables in a policy are read once a statement, in a (SELECT ...) each, and
 * some only when a row first asks for them.  All of them, and what else a row gets from
 * the session, must be of one, though a function in the statement may change that
 * between two rows, a cursor may be read in two sessions, and rows may go to several
 * partitions, whose triggers know nothing of each other.
 */
#ifndef HERM_FUNCTIONS_STATEMENT_SESSION_H
#define HERM_FUNCTIONS_STATEMENT_SESSION_H

#include "fmgr.h"

#include "session/session.h"

typedef struct StatementSession StatementSession;

/*
 * The statement that a function is being called in, with the session (NULL: none) that
 * was the current one when this was first asked for it.  It is valid as long as flinfo.
 */
extern StatementSession *statement_session(FmgrInfo *flinfo, const Session *session);

/* Whether role and variables are still those of that session. */
extern bool statement_session_fits(StatementSession *statement, const Session *session);

/* Raises 55000: they are not, and something of them has been used. */
extern void raise_session_changed(void) pg_attribute_noreturn();

/* That session's role, empty if there was none; and its variables. */
extern Slice statement_session_role(const StatementSession *statement);
extern const SessionVariables *statement_session_variables(const StatementSession *statement);

#endif							/* HERM_FUNCTIONS_STATEMENT_SESSION_H */
