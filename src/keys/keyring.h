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

#include "hasura/config.h"

typedef struct Keyring
{
	HasuraConfigs *configs;
	bool		strict;			/* the mode for which it was compiled */
} Keyring;

/*
 * The keyring of the configuration in force.  It lives until the next call
 * that finds another one in force; keyring_generation() then differs.
 */
extern bool keyring_current(const Keyring **keyring, Rejection *rejection) HASURA_VERDICT;

/* Whether the keyring of that generation is still the one in force; cheap. */
extern bool keyring_is_current(uint64_t generation);

/* The generation of what keyring_current() gave last; never 0. */
extern uint64_t keyring_generation(void);

/*
 * Compiles a configuration given as an argument, for the mode in force; the
 * keyring is a child of parent and goes, with OpenSSL's objects, when that is
 * reset.
 */
extern bool keyring_compile(Slice text, MemoryContext parent, const Keyring **keyring,
							Rejection *rejection) HASURA_VERDICT;

#endif							/* HERM_KEYS_KEYRING_H */
