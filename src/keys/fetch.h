/* SPDX-License-Identifier: PostgreSQL */
/*
 * fetch.h: one run of the program herm_jwt_fetch, from start to answer.
 *
 * In:    a URL, validators and limits.
 * Out:   the answer's status, headers and body, or what went wrong, in words.
 * Never: waits for the program; reads more than an answer can have.
 * Rules: fetcher/herm_jwt_fetch.c has the protocol, keys/answer.h judges what comes.
 *
 *		fetch_start(&fetch, &request, now);
 *		... wait for fetch.out to become readable, then
 *		if (fetch_read(&fetch) == FETCH_ENDED)
 *			fetch_judge(&fetch, &answer, &error);
 */
#ifndef HERM_KEYS_FETCH_H
#define HERM_KEYS_FETCH_H

#include <sys/types.h>

#include "lib/stringinfo.h"

#include "keys/answer.h"

typedef struct FetchRequest
{
	const char *url;
	const char *etag;			/* empty: none, like the next */
	const char *last_modified;
	const char *ca_file;
	const char *proxy;
	bool		allow_insecure;
	int			timeout;		/* milliseconds */
} FetchRequest;

typedef struct Fetch
{
	pid_t		pid;
	int			out;			/* what the program writes; not blocking */
	int64_t		deadline;
	StringInfoData reply;
	bool		was_started;	/* known once it has been stopped */
} Fetch;

/*
 * Starts the program.  False if that is not possible, with errno set.  Its reply
 * is kept in the current memory context.
 */
extern bool fetch_start(Fetch *fetch, const FetchRequest *request, int64_t now);

typedef enum FetchProgress
{
	FETCH_GOES_ON,
	FETCH_ENDED,
} FetchProgress;

/* Reads what there is to be read, without waiting. */
extern FetchProgress fetch_read(Fetch *fetch);

/* Ends the program, whatever it does, and closes what it had; the second time it does nothing. */
extern void fetch_stop(Fetch *fetch);

/*
 * What came of it, once it has ended and stopped: true and the answer, which points into the
 * reply, or false and one line of words.
 */
extern bool fetch_judge(const Fetch *fetch, FetchAnswer *answer, const char **error);

#endif							/* HERM_KEYS_FETCH_H */
