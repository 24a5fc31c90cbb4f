/* SPDX-License-Identifier: PostgreSQL */
/*
 * session.c: finds the session of the current statement, and remembers it for
 * as long as nothing that it depends on has changed.
 *
 * The sources, first that applies: herm_jwt.token, hasura.user from a trusted
 * user, herm_jwt.unauthorized_role (docs/design.md).
 */
#include "compat.h"

#include "access/xact.h"
#include "mb/pg_wchar.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "keys/keyring.h"
#include "session/cache.h"
#include "session/hasura_user.h"
#include "session/session.h"
#include "session/shared_cache.h"
#include "session/stats.h"
#include "settings.h"

SessionConfirmation session_confirmation;

/* The token's session in force; session_confirmation says what it was judged by. */
static struct
{
	CachedToken *entry;			/* NULL: none; with a reference of ours */
	uint64_t	keyring_generation;
}			memo;

/* The session without a token, and the text it was made from. */
static struct
{
	MemoryContext context;		/* NULL: none */
	Session		session;
	const char *text;
	bool		is_hasura_user;
}			plain;

uint64_t
session_new_generation(void)
{
	static uint64_t generation;

	return ++generation;
}

static int64_t
statement_time(void)
{
	return session_statement() +
		(int64_t) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY;
}

VerificationRules
session_rules(void)
{
	VerificationRules rules = {
		.now = statement_time(),
		.max_token_size = settings.max_token_size,
		.strict = settings.strict,
	};

	return rules;
}

bool
session_check_encoding(Rejection *rejection)
{
	if (GetDatabaseEncoding() == PG_UTF8)
		return true;
	return reject(rejection, REJECT_BAD_ENCODING,
				  "herm_jwt works in databases with encoding UTF8 only");
}

/* ---- sessions of tokens ---- */

static Slice
copy_slice(Slice slice)
{
	char	   *copy = palloc(slice.len + 1);

	memcpy(copy, slice.data, slice.len);
	copy[slice.len] = '\0';
	return slice_make(copy, slice.len);
}

/* Fills in an entry from its own token; runs in the entry's context. */
static bool
verify_entry(CachedToken *entry, const Keyring *keyring, Rejection *rejection)
{
	Verification *verification = &entry->verification;

	verification->text = entry->token;
	verification->configs = keyring->configs;
	verification->requested_role = entry->role;
	verification->rules = session_rules();
	verification->memory = shared_cache();
	if (!verification_run(verification, CHECK_VARIABLES, rejection))
		return false;

	/* with it the token could be written again from the payload, when its text is wiped */
	jose_secret_wipe(unconstify(char *, verification->token.signature.data),
					 verification->token.signature.len);
	entry->session.generation = session_new_generation();
	entry->session.role = verification->claims.role;
	entry->session.variables = verification->claims.variables;
	entry->session.payload = verification->verified.payload;
	entry->session.allowed_roles = verification->claims.allowed_roles;
	return true;
}

/*
 * Verifies a token in a context that lives no longer than the caller's, unless
 * the token is good: then the context is kept as an entry of the cache.  *entry
 * tells in either case what was found.
 */
static bool
make_entry(Slice token, Slice role, const Keyring *keyring, CachedToken **entry,
		   Rejection *rejection)
{
	MemoryContext caller = CurrentMemoryContext;

	/* the first block of a context of these sizes is reused, and holds an ordinary token whole */
	MemoryContext context = AllocSetContextCreate(caller, "herm_jwt token",
												  ALLOCSET_DEFAULT_SIZES);
	bool		accepted;

	MemoryContextSwitchTo(context);
	*entry = palloc0(sizeof(CachedToken));
	(*entry)->context = context;
	(*entry)->token = copy_slice(token);
	(*entry)->role = copy_slice(role);
	(*entry)->references = 1;
	accepted = verify_entry(*entry, keyring, rejection);
	MemoryContextSwitchTo(caller);
	if (!accepted)
	{
		/* the refusal's texts live on in the context, which is the caller's */
		jose_secret_wipe(unconstify(char *, (*entry)->token.data), token.len);
		return false;
	}
	MemoryContextSetParent(context, TopMemoryContext);
	token_cache_add(*entry);
	return true;
}

/* The keyring in force; what the former one has verified is forgotten. */
static bool
current_keyring(const Keyring **keyring, Rejection *rejection)
{
	static uint64_t cached_generation;
	bool		accepted = keyring_current(keyring, rejection);

	if (cached_generation != keyring_generation())
		token_cache_clear();
	cached_generation = keyring_generation();
	return accepted;
}

/* Makes an entry, and tries once more if it lacked a key and a newer set has come. */
static bool
make_or_renew(Slice token, Slice role, const Keyring *keyring, CachedToken **entry,
			  Rejection *rejection)
{
	bool		accepted = make_entry(token, role, keyring, entry, rejection);

	if (!accepted && keyring_renew(&(*entry)->verification))
		accepted = current_keyring(&keyring, rejection) &&
			make_entry(token, role, keyring, entry, rejection);
	if (accepted && (*entry)->verification.was_recalled)
		stats_count_shared_hit();
	else if (accepted)
		stats_count_verified();
	else
		stats_count_refused(verification_refused_at(&(*entry)->verification));
	return accepted;
}

/* Judges a remembered token's times, which is all that can have changed. */
static bool
judge_times(CachedToken *entry, Rejection *rejection)
{
	bool		accepted = verification_judge_times(&entry->verification, statement_time(),
													rejection);

	if (accepted)
		stats_count_cache_hit();
	else
		stats_count_refused(verification_refused_at(&entry->verification));
	return accepted;
}

static bool
refused_at(CheckStep step)
{
	stats_count_refused(step);
	return false;
}

/* An entry that is good now, remembered or new, with a reference for the caller. */
static bool
find_entry(Slice token, Slice role, CachedToken **entry, Rejection *rejection)
{
	const Keyring *keyring;

	/* the size before anything is copied, and of a remembered token, too */
	if (!check_token_size(token, settings.max_token_size, rejection))
		return refused_at(CHECK_SIZE);
	if (!current_keyring(&keyring, rejection))
		return refused_at(CHECK_CONFIG);

	/* no token could name it */
	if (role.len > (size_t) settings.max_token_size)
	{
		reject(rejection, REJECT_ACCESS_DENIED, "Your requested role is not in allowed roles");
		return refused_at(CHECK_ROLE);
	}
	*entry = token_cache_find(token, role);
	if (*entry == NULL)
		return make_or_renew(token, role, keyring, entry, rejection);
	if (judge_times(*entry, rejection))
		return true;
	token_cache_release(*entry);
	return false;
}

static void
forget(void)
{
	session_confirmation.settings_generation = 0;
	if (memo.entry != NULL)
		token_cache_release(memo.entry);
	memo.entry = NULL;
}

static void
remember(CachedToken *entry)
{
	forget();
	memo.entry = entry;
	memo.keyring_generation = keyring_generation();
}

/* The session in force, judged for another statement. */
static bool
judge_memo(Rejection *rejection)
{
	if (!judge_times(memo.entry, rejection))
	{
		forget();
		return false;
	}
	session_confirmation.statement = session_statement();
	return true;
}

static bool
find_session(Rejection *rejection)
{
	CachedToken *entry;

	forget();
	if (!find_entry(slice_cstring(settings.token), slice_cstring(settings.role), &entry,
					rejection))
		return false;
	remember(entry);
	session_confirmation.statement = session_statement();
	session_confirmation.generation = entry->session.generation;
	session_confirmation.keys = keyring_watch();
	session_confirmation.settings_generation = settings.generation;
	return true;
}

/* Only its time can have changed, if the session in force was confirmed by all else. */
static bool
memo_fits(void)
{
	return session_confirmation_holds() && memo.keyring_generation == keyring_generation() &&
		settings.token_cache_size > 0;
}

static bool
token_session(const Session **session, Rejection *rejection)
{
	bool		accepted = memo_fits() ? judge_memo(rejection) : find_session(rejection);

	if (accepted)
		*session = &memo.entry->session;
	return accepted;
}

bool
session_of_token(Slice token, Slice role, const Session **session, Rejection *rejection)
{
	CachedToken *entry;

	if (!session_check_encoding(rejection) || !find_entry(token, role, &entry, rejection))
		return false;

	/* the memo holds it for the caller, and confirms nothing */
	remember(entry);
	*session = &entry->session;
	return true;
}

/* ---- sessions without a token ---- */

static void
drop_plain(void)
{
	MemoryContext old = plain.context;

	plain.context = NULL;
	if (old != NULL)
		MemoryContextDelete(old);
}

/* Hasura's unauthorized role takes no variables from the client (docs/hasura.md). */
static bool
make_unauthorized(Slice role, Session *session)
{
	memset(session, 0, sizeof(*session));
	session->role = role;
	session_variables_make(&session->variables, 0);
	session_variables_set(&session->variables, VARIABLE_ROLE, role);
	return true;
}

/* Makes the session of a text in a new context; the former one is gone in any case. */
static bool
make_plain(const char *text, bool is_hasura_user, Rejection *rejection)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext context = AllocSetContextCreate(caller, "herm_jwt session",
												  ALLOCSET_SMALL_SIZES);
	Slice		copy;
	bool		accepted;

	drop_plain();
	MemoryContextSwitchTo(context);
	copy = copy_slice(slice_cstring(text));
	accepted = is_hasura_user ? hasura_user_parse(copy, &plain.session, rejection) :
		make_unauthorized(copy, &plain.session);
	MemoryContextSwitchTo(caller);
	if (!accepted)
		return false;

	MemoryContextSetParent(context, TopMemoryContext);
	plain.session.generation = session_new_generation();
	plain.text = copy.data;
	plain.is_hasura_user = is_hasura_user;
	plain.context = context;
	return true;
}

static bool
plain_session(const char *text, bool is_hasura_user, const Session **session,
			  Rejection *rejection)
{
	bool		same = plain.context != NULL && plain.is_hasura_user == is_hasura_user &&
	strcmp(plain.text, text) == 0;

	if (!same && !make_plain(text, is_hasura_user, rejection))
		return false;
	*session = &plain.session;
	return true;
}

bool
session_current(const Session **session, Rejection *rejection)
{
	const char *hasura_user;

	if (session_is_current(session_confirmation.generation, session_statement()))
	{
		*session = &memo.entry->session;
		return true;
	}
	*session = NULL;
	if (!session_check_encoding(rejection))
		return false;
	if (settings.token[0] != '\0')
		return token_session(session, rejection);
	hasura_user = hasura_user_believed();
	if (hasura_user != NULL)
		return plain_session(hasura_user, true, session, rejection);
	if (settings.unauthorized_role[0] != '\0')
		return plain_session(settings.unauthorized_role, false, session, rejection);
	return true;
}
