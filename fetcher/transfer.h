/* SPDX-License-Identifier: PostgreSQL */
/*
 * transfer.h: one request to one address by libcurl, without following anything.
 */
#ifndef HERM_FETCHER_TRANSFER_H
#define HERM_FETCHER_TRANSFER_H

#include <stdbool.h>

#include <curl/curl.h>

#include "answer.h"
#include "reason.h"
#include "request.h"

/*
 * Asks the address, which has been permitted, for at most so many milliseconds.  The answer is
 * overwritten but for its body, which must have room for request->max_size bytes; it has a body
 * only with status 200, whose transfer ends at the head otherwise.
 */
extern bool transfer_run(const Request *request, CURLU *url, long timeout, Answer *answer,
						 Reason *reason);

/* "timed out after 10 s" */
extern bool transfer_timed_out(const Request *request, Reason *reason);

#endif							/* HERM_FETCHER_TRANSFER_H */
