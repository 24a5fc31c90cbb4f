/* SPDX-License-Identifier: PostgreSQL */
/*
 * request.h: what to fetch and within which limits; herm_jwt_fetch.c describes the lines.
 */
#ifndef HERM_FETCHER_REQUEST_H
#define HERM_FETCHER_REQUEST_H

#include <stdbool.h>

#include "reason.h"

#define REQUEST_SIZE_MAX (64 * 1024)

/* The word that stands in the place of a proxy's address. */
#define REQUEST_PROXY_ENVIRONMENT "environment"

typedef struct Request
{
	const char *url;			/* printable ASCII without spaces, not yet parsed */
	long		timeout;		/* ms, for everything */
	long		connect_timeout;	/* ms, for each connection, TLS included */
	long		max_size;		/* bytes of the body */
	const char *ca_file;		/* NULL: the system's */
	const char *proxy;			/* NULL: none */
	bool		allow_insecure;
	const char *etag;			/* NULL: not sent; printable ASCII */
	const char *last_modified;	/* likewise */
	char		text[REQUEST_SIZE_MAX + 1]; /* what those above point into */
} Request;

/*
 * Reads all lines from the file until its end.  Refuses lines that are unknown, missing, given
 * twice or not terminated, and values that are empty, too long, out of range or have control
 * characters.  The request must not be copied.
 */
extern bool request_read(int file, Request *request, Reason *reason);

#endif							/* HERM_FETCHER_REQUEST_H */
