/* SPDX-License-Identifier: PostgreSQL */
/*
 * authenticate.h: verifying a token and making it the session's.
 */
#ifndef HERM_FUNCTIONS_AUTHENTICATE_H
#define HERM_FUNCTIONS_AUTHENTICATE_H

#include "session/session.h"

typedef struct Authentication
{
	Slice		token;
	Slice		role;			/* requested; empty: the token's default role */
	bool		is_local;		/* until the end of the transaction */
	bool		set_role;		/* SET ROLE to the database role as well */
} Authentication;

/* Verifies first and sets then; raises, and has set nothing, if it is refused. */
extern const Session *authenticate_or_raise(const Authentication *request);

#endif							/* HERM_FUNCTIONS_AUTHENTICATE_H */
