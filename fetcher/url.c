/* SPDX-License-Identifier: PostgreSQL */
/*
 * url.c: addresses, judged by their parsed parts and never by their text.
 */
#include "url.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>

/* Whom a request goes to; the texts are libcurl's, and never NULL. */
typedef struct Origin
{
	char	   *scheme;
	char	   *host;			/* an IPv6 address in brackets */
	char	   *port;
} Origin;

static const char *const proxy_schemes[] = {"http", "https", "socks5", "socks5h"};

static void
origin_free(Origin *origin)
{
	curl_free(origin->scheme);
	curl_free(origin->host);
	curl_free(origin->port);
}

/* Fails for schemes that libcurl knows no port of. */
static bool
origin_get(CURLU *url, Origin *origin)
{
	memset(origin, 0, sizeof(*origin));
	if (curl_url_get(url, CURLUPART_SCHEME, &origin->scheme, 0) == CURLUE_OK &&
		curl_url_get(url, CURLUPART_HOST, &origin->host, 0) == CURLUE_OK &&
		curl_url_get(url, CURLUPART_PORT, &origin->port, CURLU_DEFAULT_PORT) == CURLUE_OK)
		return true;
	origin_free(origin);
	return false;
}

static bool
scheme_is(CURLU *url, const char *wanted)
{
	char	   *scheme = NULL;
	bool		is;

	is = curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
		strcasecmp(scheme, wanted) == 0;
	curl_free(scheme);
	return is;
}

bool
url_parse(const char *text, CURLU **url, Reason *reason)
{
	*url = curl_url();
	if (*url == NULL)
		return reason_set(reason, "out of memory");
	/* unknown schemes are refused later, by that name */
	if (curl_url_set(*url, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK)
		return true;
	curl_url_cleanup(*url);
	*url = NULL;
	return reason_set(reason, "the address cannot be understood");
}

static bool
is_loopback_name(const char *host)
{
	struct in_addr four;
	struct in6_addr six;
	char		inner[INET6_ADDRSTRLEN];
	size_t		length = strlen(host);

	if (strcasecmp(host, "localhost") == 0)
		return true;
	if (inet_pton(AF_INET, host, &four) == 1)
		return (ntohl(four.s_addr) >> IN_CLASSA_NSHIFT) == IN_LOOPBACKNET;
	if (host[0] != '[' || host[length - 1] != ']' || length - 2 >= sizeof(inner))
		return false;
	memcpy(inner, host + 1, length - 2);
	inner[length - 2] = '\0';
	return inet_pton(AF_INET6, inner, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

bool
url_is_loopback(CURLU *url)
{
	char	   *host = NULL;
	bool		is;

	is = curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK && is_loopback_name(host);
	curl_free(host);
	return is;
}

bool
url_permit(CURLU *url, bool allow_insecure, Reason *reason)
{
	if (scheme_is(url, "https"))
		return true;
	if (!scheme_is(url, "http"))
		return reason_set(reason, "only http and https addresses can be fetched");
	if (!allow_insecure && !url_is_loopback(url))
		return reason_set(reason, "plain http is refused, except to this machine");
	return true;
}

bool
url_permit_proxy(const char *text, Reason *reason)
{
	CURLU	   *url;
	bool		known = false;

	if (!url_parse(text, &url, reason))
		return reason_set(reason, "the proxy's address cannot be understood");
	for (size_t i = 0; i < sizeof(proxy_schemes) / sizeof(proxy_schemes[0]); i++)
		known = known || scheme_is(url, proxy_schemes[i]);
	curl_url_cleanup(url);
	return known || reason_set(reason, "a proxy of this kind is not supported");
}

static bool
judge_redirect(const Origin *from, const Origin *to, Reason *reason)
{
	bool		from_http = strcasecmp(from->scheme, "http") == 0;
	bool		to_http = strcasecmp(to->scheme, "http") == 0;

	if (!to_http && strcasecmp(to->scheme, "https") != 0)
		return reason_set(reason, "redirect to something else than http and https refused");
	if (to_http && !from_http)
		return reason_set(reason, "redirect from https to http refused");
	if (strcasecmp(from->host, to->host) != 0)
		return reason_set(reason, "redirect to another host refused");
	if (from_http && !to_http && strcmp(from->port, "80") == 0 && strcmp(to->port, "443") == 0)
		return true;
	if (strcmp(from->port, to->port) != 0)
		return reason_set(reason, "redirect to another port refused");
	if (from_http != to_http)
		return reason_set(reason, "redirect from http to https on the same port refused");
	return true;
}

/* A part that the first has not is removed from the second. */
static bool
copy_part(CURLU *from, CURLU *to, CURLUPart part)
{
	char	   *text = NULL;
	CURLUcode	code = curl_url_get(from, part, &text, 0);

	if (code == CURLUE_OK || code == CURLUE_NO_USER || code == CURLUE_NO_PASSWORD)
		code = curl_url_set(to, part, text, 0);
	curl_free(text);
	return code == CURLUE_OK;
}

static bool
permit_redirect(CURLU *from, CURLU *to, Reason *reason)
{
	Origin		old;
	Origin		new;
	bool		good;

	if (!origin_get(from, &old))
		return reason_set(reason, "the address cannot be understood");
	good = origin_get(to, &new);
	if (good)
	{
		good = judge_redirect(&old, &new, reason);
		origin_free(&new);
	}
	else
		reason_set(reason, "redirect to something else than http and https refused");
	origin_free(&old);
	return good;
}

bool
url_redirect(CURLU **url, const char *location, Reason *reason)
{
	CURLU	   *next = curl_url_dup(*url);

	if (next == NULL)
		return reason_set(reason, "out of memory");
	if (curl_url_set(next, CURLUPART_URL, location, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK ||
		!copy_part(*url, next, CURLUPART_USER) || !copy_part(*url, next, CURLUPART_PASSWORD))
		reason_set(reason, "redirect to an address that cannot be understood");
	else if (permit_redirect(*url, next, reason))
	{
		curl_url_cleanup(*url);
		*url = next;
		return true;
	}
	curl_url_cleanup(next);
	return false;
}
