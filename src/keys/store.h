/* SPDX-License-Identifier: PostgreSQL */
/*
 * store.h: the key sets of URLs, in shared memory, one fetch for all backends.
 *
 * In:    URLs that backends register; what the worker has fetched.
 * Out:   the newest good set of each URL, and a number that moves when one changes.
 * Never: gives half a set; loses a set because of a failed fetch.
 * Rules: docs/operations.md.
 *
 * There is a store only if the library was preloaded.  A set's text is in a
 * dynamic shared memory segment of its own, which is replaced as a whole.
 */
#ifndef HERM_KEYS_STORE_H
#define HERM_KEYS_STORE_H

#include "storage/dsm_impl.h"

#include "json/slice.h"
#include "keys/schedule.h"

#define KEY_SOURCE_URL_MAX 2048
#define KEY_SOURCE_ERROR_MAX 256
#define KEY_SOURCE_VALIDATOR_MAX 256

/* One URL and what is known of it. */
typedef struct KeySource
{
	char		url[KEY_SOURCE_URL_MAX + 1];	/* empty: a free place */
	bool		is_registered;	/* else remembered from before the server's start */
	FetchTimes	times;

	/* the set in use */
	dsm_handle	segment;
	uint32_t	size;			/* of its text; 0: there is none */
	int			key_count;
	char		etag[KEY_SOURCE_VALIDATOR_MAX + 1]; /* empty without one, like the next */
	char		last_modified[KEY_SOURCE_VALIDATOR_MAX + 1];

	/* fetches */
	bool		is_wanted;		/* somebody waits for one */
	bool		is_running;
	uint64_t	ended;			/* how many have ended */
	uint64_t	failed;			/* and how many of them badly */
	int64_t		failed_at;
	char		error[KEY_SOURCE_ERROR_MAX + 1];	/* of the last one, if it failed */
} KeySource;

/* Asks the server for the shared memory; while the library is preloaded. */
extern void key_store_request(void);

extern bool key_store_exists(void);

/* What moves whenever a set that a backend might use has changed; read by pg_atomic_read_u64(). */
extern struct pg_atomic_uint64 *key_store_generation(void);

/* ---- for backends ---- */

typedef enum KeyStoreResult
{
	KEY_STORE_OK,
	KEY_STORE_FULL,
	KEY_STORE_URL_TOO_LONG,
} KeyStoreResult;

/* The place of a URL, which is registered if it is new; then the worker fetches it. */
extern KeyStoreResult key_store_register(Slice url, int *place);

/* Whether a worker fetches. */
extern bool key_store_is_served(void);

/* What is known of the URL at a place; false if there is none. */
extern bool key_store_look(int place, KeySource *source);

/* The text of the set in use, palloc'd; false if there is none. */
extern bool key_store_read(int place, Slice *text);

/* Who may ask for a fetch: an unknown key only after the cooldown, an operator always. */
typedef enum KeyStoreAsker
{
	KEY_STORE_UNKNOWN_KEY,
	KEY_STORE_OPERATOR,
} KeyStoreAsker;

/*
 * Asks the worker for a fetch, or joins the one that is under way, after which an
 * operator gets another one; false if it is too early.  *fetch is what to wait for.
 */
extern bool key_store_ask(int place, KeyStoreAsker asker, uint64_t *fetch);

/* The first fetch of a URL, to wait for. */
#define KEY_STORE_FIRST_FETCH 1

/* The time so many milliseconds from now. */
extern int64_t key_store_deadline(int milliseconds);

/* Waits, interruptibly, until that fetch has ended; false if it has not by the deadline. */
extern bool key_store_wait(int place, uint64_t fetch, int64_t deadline);

/* ---- for the worker ---- */

/* This process fetches from now on, until it ends. */
extern void key_store_serve(void);

/* Takes a set into the store that was kept in the file. */
extern void key_store_remember(const KeySource *kept, Slice text);

/* A fetch begins; the times are those that hold if its end is never told. */
extern void key_store_fetch_starts(int place, const FetchTimes *times);

/* A fetch is broken off, and is another worker's: somebody may wait for it. */
extern void key_store_give_up(int place, const FetchTimes *before);

/* A set has come that is another one, or none before it. */
extern bool key_store_replace(int place, const KeySource *news, Slice text);

/* The set in use is still good: times and validators of news count. */
extern void key_store_confirm(int place, const KeySource *news);

extern void key_store_fail(int place, const FetchTimes *times, int64_t now, const char *error);

/* The set in use has become too old. */
extern void key_store_drop(int place);

#endif							/* HERM_KEYS_STORE_H */
