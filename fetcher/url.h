/* SPDX-License-Identifier: PostgreSQL */
/*
 * url.h: which addresses may be asked, and which redirects followed.
 *
 * Rules: https always, http only to this machine or if that is allowed, nothing else.  A
 * redirect stays with scheme, host and port; only from http to https on their usual ports may
 * it go.  Addresses are parsed by libcurl alone, and handed to it as parsed: what is judged is
 * what is asked.
 */
#ifndef HERM_FETCHER_URL_H
#define HERM_FETCHER_URL_H

#include <stdbool.h>

#include <curl/curl.h>

#include "reason.h"

/* Parses an address; the caller frees it with curl_url_cleanup(). */
extern bool url_parse(const char *text, CURLU **url, Reason *reason);

/* Whether the address may be asked at all. */
extern bool url_permit(CURLU *url, bool allow_insecure, Reason *reason);

/* Whether the host is "localhost" or an address of the loopback, and nothing else. */
extern bool url_is_loopback(CURLU *url);

/* Whether the text is the address of a proxy of a kind that we use. */
extern bool url_permit_proxy(const char *text, Reason *reason);

/*
 * Replaces the address by where a Location field, perhaps relative, leads.  User name and
 * password stay those that it had, whatever the field says.  When refused, the address is
 * still there, and the caller's to free.
 */
extern bool url_redirect(CURLU **url, const char *location, Reason *reason);

#endif							/* HERM_FETCHER_URL_H */
