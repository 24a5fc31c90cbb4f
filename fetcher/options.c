/* SPDX-License-Identifier: PostgreSQL */
/*
 * options.c: what libcurl is told, and what it is not left to decide.
 */
#include "options.h"

#include <stdio.h>
#include <string.h>

#include "head.h"
#include "url.h"

#define ACCEPT "application/jwk-set+json, application/json"
#define LINE_MAX_SIZE (HEAD_VALUE_MAX + sizeof("If-Modified-Since: "))
/* This is how libcurl spells it. */
#define NO_PROXY ""

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

typedef struct NumberOption
{
	CURLoption	option;
	long		value;
} NumberOption;

/* Some are libcurl's defaults today. */
static const NumberOption fixed_numbers[] = {
	{CURLOPT_FOLLOWLOCATION, 0},
	{CURLOPT_SSL_VERIFYPEER, 1},
	{CURLOPT_SSL_VERIFYHOST, 2},	/* the name must match */
	{CURLOPT_PROXY_SSL_VERIFYPEER, 1},
	{CURLOPT_PROXY_SSL_VERIFYHOST, 2},
	{CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
	{CURLOPT_PROXY_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
	{CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1},	/* less code than HTTP/2 */
	{CURLOPT_HTTP09_ALLOWED, 0},
	{CURLOPT_HTTPAUTH, CURLAUTH_BASIC},
	{CURLOPT_NETRC, CURL_NETRC_IGNORED},
	{CURLOPT_NOSIGNAL, 1},		/* SIGALRM is ours */
#if CURL_AT_LEAST_VERSION(7, 87, 0)
	{CURLOPT_QUICK_EXIT, 1},	/* do not wait for a resolver that hangs */
#endif
#if !CURL_AT_LEAST_VERSION(7, 85, 0)
	{CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS},
	{CURLOPT_REDIR_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS},
#endif
};

typedef struct TextOption
{
	CURLoption	option;
	const char *value;
} TextOption;

static const TextOption fixed_texts[] = {
#if CURL_AT_LEAST_VERSION(7, 85, 0)
	{CURLOPT_PROTOCOLS_STR, "http,https"},
	{CURLOPT_REDIR_PROTOCOLS_STR, "http,https"},
#endif
	{CURLOPT_USERAGENT, "herm_jwt/" HERM_JWT_VERSION},
};

/* Adds "name: value", where there is a value; frees all when memory is short. */
static struct curl_slist *
add_line(struct curl_slist *lines, const char *name, const char *value)
{
	char		line[LINE_MAX_SIZE];
	struct curl_slist *longer;

	if (value == NULL)
		return lines;
	snprintf(line, sizeof(line), "%s: %s", name, value);
	longer = curl_slist_append(lines, line);
	if (longer == NULL)
		curl_slist_free_all(lines);
	return longer;
}

struct curl_slist *
options_lines(const Request *request)
{
	struct curl_slist *lines = add_line(NULL, "Accept", ACCEPT);

	if (lines != NULL)
		lines = add_line(lines, "If-None-Match", request->etag);
	if (lines != NULL)
		lines = add_line(lines, "If-Modified-Since", request->last_modified);
	return lines;
}

static CURLcode
set_numbers(CURL *curl, const NumberOption *options, size_t count)
{
	CURLcode	code = CURLE_OK;

	for (size_t i = 0; code == CURLE_OK && i < count; i++)
		code = curl_easy_setopt(curl, options[i].option, options[i].value);
	return code;
}

static CURLcode
set_texts(CURL *curl, const TextOption *options, size_t count)
{
	CURLcode	code = CURLE_OK;

	for (size_t i = 0; code == CURLE_OK && i < count; i++)
		code = curl_easy_setopt(curl, options[i].option, options[i].value);
	return code;
}

/* Only this file counts, so the system's folders must go. */
static CURLcode
set_authorities(CURL *curl, const char *ca_file)
{
	const TextOption options[] = {
		{CURLOPT_CAINFO, ca_file},
		{CURLOPT_CAPATH, NULL},
		{CURLOPT_PROXY_CAINFO, ca_file},
		{CURLOPT_PROXY_CAPATH, NULL},
	};

	return ca_file == NULL ? CURLE_OK : set_texts(curl, options, COUNT(options));
}

/* Without these two, libcurl asks the environment. */
static CURLcode
set_proxy(CURL *curl, const char *proxy)
{
	const TextOption options[] = {
		{CURLOPT_PROXY, proxy},
		{CURLOPT_NOPROXY, ""},
	};

	if (strcmp(proxy, REQUEST_PROXY_ENVIRONMENT) == 0)
		return CURLE_OK;
	return set_texts(curl, options, COUNT(options));
}

CURLcode
options_set(CURL *curl, const Request *request, CURLU *url, struct curl_slist *lines)
{
	/* what stays on this machine needs no proxy, which would take it elsewhere */
	bool		direct = request->proxy == NULL || url_is_loopback(url);
	CURLcode	code = set_numbers(curl, fixed_numbers, COUNT(fixed_numbers));

	if (code == CURLE_OK)
		code = set_texts(curl, fixed_texts, COUNT(fixed_texts));
	if (code == CURLE_OK)
		code = set_authorities(curl, request->ca_file);
	if (code == CURLE_OK)
		code = set_proxy(curl, direct ? NO_PROXY : request->proxy);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, request->connect_timeout);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_HTTPHEADER, lines);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_CURLU, url);
	return code;
}
