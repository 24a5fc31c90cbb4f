/* SPDX-License-Identifier: PostgreSQL */
/*
 * session.h: who the current statement acts for, as the token says.
 *
 * In:    the settings, hasura.user, the keyring, the statement's start time.
 * Out:   a Session, none, or a Rejection.
 * Never: falls back to another session when a token is refused; remembers a
 *        refusal; raises because of a token.
 * Rules: docs/design.md; HASURA-JWT section 3.
 *
 *		const Session *session;
 *
 *		if (!session_current(&session, &rejection))
 *			return false;
 *		role = session == NULL ? NULL : session->role;
 *
 * A Session lives until the next call of this room: whoever runs other code in
 * between, or returns a value to SQL, copies what it needs first.
 */
#ifndef HERM_SESSION_SESSION_H
#define HERM_SESSION_SESSION_H

#include "hasura/checks.h"

typedef struct Session
{
	uint64_t	generation;		/* no two sessions share it */
	Slice		role;
	SessionVariables variables; /* all strings, x-hasura-role included */
	const JsonNode *payload;	/* the next two are NULL without a token */
	const JsonNode *allowed_roles;
} Session;

/* The session of the current statement; *session is NULL if there is none. */
extern bool session_current(const Session **session, Rejection *rejection) HASURA_VERDICT;

/*
 * Whether the session of that generation is a token's and still the current one;
 * much cheaper than session_current(), and no is no refusal.
 */
extern bool session_is_current(uint64_t generation);

/* The session that a token and a requested role would give; sets nothing. */
extern bool session_of_token(Slice token, Slice role, const Session **session,
							 Rejection *rejection) HASURA_VERDICT;

/* A number for a new session. */
extern uint64_t session_new_generation(void);

/* The rules of the settings for judging a token in the current statement. */
extern VerificationRules session_rules(void);

/* Whether the database can hold what tokens say: its encoding must be UTF8. */
extern bool session_check_encoding(Rejection *rejection) HASURA_VERDICT;

#endif							/* HERM_SESSION_SESSION_H */
