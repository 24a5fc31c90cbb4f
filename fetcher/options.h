/* SPDX-License-Identifier: PostgreSQL */
/*
 * options.h: a request in libcurl's terms.
 */
#ifndef HERM_FETCHER_OPTIONS_H
#define HERM_FETCHER_OPTIONS_H

#include <curl/curl.h>

#include "request.h"

/* The lines of the request's head that are ours; NULL when memory is short.  The caller frees. */
extern struct curl_slist *options_lines(const Request *request);

/*
 * Sets all but callbacks and the total timeout.  Refuses (CURLE_UNKNOWN_OPTION and the like) a
 * libcurl that lacks one, for each of them protects.  The lines and the address must live as
 * long as the handle is used.
 */
extern CURLcode options_set(CURL *curl, const Request *request, CURLU *url,
							struct curl_slist *lines);

#endif							/* HERM_FETCHER_OPTIONS_H */
