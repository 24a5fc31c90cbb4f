/* SPDX-License-Identifier: PostgreSQL */
/*
 * worker_log.h: what the worker says in the log: one line for each change of
 * state, none for a fetch that changes nothing (docs/operations.md).
 *
 * Each takes what was known of the URL before the change.
 */
#ifndef HERM_KEYS_WORKER_LOG_H
#define HERM_KEYS_WORKER_LOG_H

#include "keys/store.h"

/* A first set has come, or another one. */
extern void log_new_set(const KeySource *before, int key_count);

/* A fetch has failed; said of the first failure after a success. */
extern void log_failure(const KeySource *before, const char *error);

/* The set in use is confirmed; said after a failure. */
extern void log_recovery(const KeySource *before);

/* The set in use is dropped for its age. */
extern void log_stale_set(const KeySource *before);

/* The file was written, or error says why not; said when that changes. */
extern void log_save(const char *error);

/* A URL of the configuration files has found no place. */
extern void log_full_store(Slice url);

extern void log_damaged_file(const char *damage);

#endif							/* HERM_KEYS_WORKER_LOG_H */
