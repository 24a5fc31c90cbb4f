/* SPDX-License-Identifier: PostgreSQL */
/*
 * worker.h: the background worker that keeps the key sets of URLs fresh.
 *
 * In:    URLs that the configuration files and the backends name.
 * Out:   key sets in the store and in a file; a line in the log for each change of state.
 * Never: opens a network connection itself; connects to a database; drops good
 *        keys because a fetch has failed.
 * Rules: docs/operations.md.
 */
#ifndef HERM_KEYS_WORKER_H
#define HERM_KEYS_WORKER_H

/* Registers it with the postmaster; while the library is preloaded. */
extern void key_worker_register(void);

#endif							/* HERM_KEYS_WORKER_H */
