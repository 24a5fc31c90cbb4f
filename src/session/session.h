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

#include "access/xact.h"

#include "hasura/checks.h"
#include "keys/keyring.h"
#include "settings.h"

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
 * The token's session that was found last, and what it was judged by.  session.c
 * keeps it; it stands here so that a row of a policy compares it without a call.
 */
typedef struct SessionConfirmation
{
	uint64_t	settings_generation;	/* 0, which never is one: confirms nothing */
	uint64_t	generation;		/* the session's */
	int64_t		statement;		/* its start */
	KeyringWatch keys;
} SessionConfirmation;

extern SessionConfirmation session_confirmation;

/* When the current statement has started. */
static inline int64_t
session_statement(void)
{
	return GetCurrentStatementStartTimestamp();
}

/* Whether it was judged by the settings and the keys in force. */
static inline bool
session_confirmation_holds(void)
{
	return session_confirmation.settings_generation == settings.generation &&
		keyring_watch_holds(&session_confirmation.keys);
}

/*
 * Whether the session of that generation is a token's and the one of the statement
 * that started then; much cheaper than session_current(), and no is no refusal.
 */
static inline bool
session_is_current(uint64_t generation, int64_t statement)
{
	return likely(session_confirmation.statement == statement &&
				  session_confirmation.generation == generation && session_confirmation_holds());
}

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
