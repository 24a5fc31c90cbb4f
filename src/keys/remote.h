/* SPDX-License-Identifier: PostgreSQL */
/*
 * remote.h: a backend's side of key sets that come from a URL.
 *
 * In:    configurations that name a jwk_url.
 * Out:   the same with the keys of the newest good set.
 * Never: fetches; waits longer than herm_jwt.jwks_wait, or when there is nothing
 *        to wait for.
 */
#ifndef HERM_KEYS_REMOTE_H
#define HERM_KEYS_REMOTE_H

#include "hasura/config.h"

/* Whether there is a worker at all: only in a server that has preloaded the library. */
extern bool remote_keys_are_possible(Rejection *rejection) HASURA_VERDICT;

/* Whether one of them names a jwk_url. */
extern bool remote_keys_are_needed(const HasuraConfigs *configs);

/* Whether one of them names that jwk_url. */
extern bool remote_keys_include(const HasuraConfigs *configs, Slice jwk_url);

/*
 * Fills in the keys of each that names a jwk_url; registers the URL if it is
 * new.  Waits for the first fetch of a URL.  No keys is no refusal: the
 * configuration says then why there are none.
 */
extern bool remote_keys_load(HasuraConfigs *configs, bool strict, Rejection *rejection) HASURA_VERDICT;

/* Asks for a fetch, if that is not too early, and waits for nothing. */
extern void remote_keys_ask(const HasuraConfig *config);

/*
 * The set of a configuration lacks a token's key: asks for a fetch, if that is
 * not too early, and waits for it.  Whether the sets in the store have changed
 * since that generation, from which the configuration has its own.
 */
extern bool remote_keys_refetch(const HasuraConfig *config, uint64_t generation);

#endif							/* HERM_KEYS_REMOTE_H */
