/* SPDX-License-Identifier: PostgreSQL */
/*
 * keyring.h: the configuration in force, compiled once and kept.
 *
 * In:    the settings, a file, the server's environment.
 * Out:   a Keyring, or a Rejection that says what is wrong and where.
 * Never: falls back from a bad place to the next one; keeps an old key when
 *        its place has gone bad.
 * Rules: docs/settings.md, jwt_secret and jwt_secret_file.
 *
 *		const Keyring *keyring;
 *
 *		if (!keyring_current(&keyring, &rejection))
 *			return false;
 */
#ifndef HERM_KEYS_KEYRING_H
#define HERM_KEYS_KEYRING_H

#include "port/atomics.h"
#include "utils/timestamp.h"

#include "hasura/checks.h"
#include "keys/source.h"

typedef struct Keyring
{
	HasuraConfigs *configs;
	ConfigPlace place;			/* CONFIG_NOWHERE: an argument */

	/* what it was made by; if one of them has moved, it is out of date */
	bool		strict;
	uint64_t	settings_generation;
	int64_t		read_at;		/* PgReloadTime, when a file was read */
	int			reader;			/* the process that did: each reads for itself */
	bool		has_remote_keys;	/* only then, the store's generation in configs */
} Keyring;

/*
 * The keyring of the configuration in force.  It lives until the next call
 * that finds another one in force; keyring_generation() then differs.
 */
extern bool keyring_current(const Keyring **keyring, Rejection *rejection) HASURA_VERDICT;

/* The generation of what keyring_current() gave last; never 0. */
extern uint64_t keyring_generation(void);

/*
 * What is outside the settings and may put another keyring in force, as it was at
 * some time: a reload, and the sets of jwk_urls if there are any.
 */
typedef struct KeyringWatch
{
	int64_t		read_at;		/* PgReloadTime */
	pg_atomic_uint64 *store;	/* NULL: no keys of a jwk_url */
	uint64_t	store_generation;
} KeyringWatch;

/* What the keyring that keyring_current() gave last depends on. */
extern KeyringWatch keyring_watch(void);

/* Whether nothing of that has moved; with the same settings the keyring is still in force. */
static inline bool
keyring_watch_holds(const KeyringWatch *watch)
{
	return watch->read_at == PgReloadTime &&
		(watch->store == NULL || pg_atomic_read_u64(watch->store) == watch->store_generation);
}

/* What a compiled argument is for. */
typedef enum KeyringPurpose
{
	KEYRING_TO_VERIFY,			/* a jwk_url that the configuration in force lacks is refused */
	KEYRING_TO_DESCRIBE,		/* no keys of a jwk_url are looked up */
} KeyringPurpose;

/*
 * Compiles a configuration given as an argument, for the mode in force; the
 * keyring is a child of parent and goes, with OpenSSL's objects, when that is
 * reset.
 */
extern bool keyring_compile(Slice text, KeyringPurpose purpose, MemoryContext parent,
							const Keyring **keyring, Rejection *rejection) HASURA_VERDICT;

/* Whether such a keyring is still good. */
extern bool keyring_is_fresh(const Keyring *keyring);

/*
 * A token was refused that might have been signed with a newer key of a jwk_url:
 * fetches the set anew, unless that is too early.  Whether verifying again with
 * a keyring that is compiled now may give another answer; a set that has come
 * since the token's keyring was compiled counts, whoever asked for it.
 */
extern bool keyring_renew(const Verification *refused);

#endif							/* HERM_KEYS_KEYRING_H */
