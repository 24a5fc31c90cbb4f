/* SPDX-License-Identifier: PostgreSQL */
/*
 * herm_jwt_fetch.c: the program, which fetches one key set by HTTP for the server.
 *
 * The background worker of herm_jwt runs this program anew for each fetch, so that neither
 * libcurl nor TLS nor the bytes of a strange server ever meet in a process of PostgreSQL's: if
 * this one crashes, one fetch has failed.  It knows no setting and keeps nothing.
 *
 * In:    a request on the standard input, up to its end.
 * Out:   an answer on the standard output, once it is complete, and an exit code.
 * Never: follows an address to another host, takes more than it was allowed, or writes a user
 *        name, a password, a query or unprintable bytes of a server into a text for people.
 * Rules: RFC 9110, RFC 9112; url.h for addresses, request.h and head.h for limits.
 *
 * A request is a line "name value" for each of these, in any order:
 *
 *	url URL                   http or https; a user name and password in it are sent (Basic)
 *	timeout MS                for everything, redirects included: 1 to 600000
 *	connect-timeout MS        for each connection, name and TLS included: 1 to 600000
 *	max-size BYTES            of the body: 1 to 16777216
 *	ca-file PATH              optional: certificates that count in the place of the system's
 *	proxy URL                 optional: http, https, socks5 or socks5h, for other hosts than
 *	                          this machine; without it none, whatever the environment says
 *	proxy environment         optional: as http_proxy, https_proxy, all_proxy and no_proxy say
 *	allow-insecure            optional, no value: plain http to others than this machine
 *	etag VALUE                optional: sent as If-None-Match, as it is
 *	last-modified VALUE       optional: sent as If-Modified-Since, as it is
 *
 * An answer of the server, whatever its status, gives exit code 0 and these lines; optional are
 * those from etag to content-type, and then an empty line and the bytes of the body:
 *
 *	status CODE
 *	etag, last-modified, cache-control, expires, age, content-type VALUE
 *	length BYTES
 *
 * Values are printable ASCII, at most 2048 characters; others are left out.  Several lines of
 * Cache-Control are one, joined by ", "; another field that came twice is left out.  Only
 * status 200 has a body.  A redirect that is followed shows the last answer only; one without
 * a Location is an answer like any other.
 *
 * A failure gives exit code 1 and one line of at most 255 characters, for people:
 *
 *	error TEXT
 *
 * Exit code 2 means that something has hung for a second longer than the timeout, a resolver
 * for example; nothing is written then, unless it was the reader that hung.  A reader must count
 * the bytes of a body, because a program can be killed.
 *
 *		printf '%s\n' 'url https://idp.example/jwks.json' 'timeout 10000' 'connect-timeout 5000' \
 *			'max-size 1048576' 'etag "33a64df5"' | herm_jwt_fetch
 *
 *	status 200
 *	etag "5f2c1c9e"
 *	cache-control public, max-age=3600
 *	content-type application/json
 *	length 11
 *
 *	{"keys":[]}
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <curl/curl.h>

#include "answer.h"
#include "reason.h"
#include "request.h"
#include "transfer.h"
#include "url.h"

#define MAX_REDIRECTS 3
#define ALARM_GRACE 1000		/* ms after the timeout, which is libcurl's to keep */
#define MS_PER_SECOND 1000

enum
{
	EXIT_ANSWER = 0,
	EXIT_NO_ANSWER = 1,
	EXIT_HUNG = 2,
};

static const long redirects[] = {301, 302, 303, 307, 308};

static void
give_up(int signal_number)
{
	(void) signal_number;
	_exit(EXIT_HUNG);
}

/* Signals that the parent ignored or blocked would stay so; secrets stay out of core files. */
static void
prepare_process(void)
{
	const struct rlimit none = {0, 0};
	sigset_t	nothing;

	setrlimit(RLIMIT_CORE, &none);
	sigemptyset(&nothing);
	sigprocmask(SIG_SETMASK, &nothing, NULL);
	signal(SIGALRM, give_up);
	signal(SIGPIPE, SIG_IGN);	/* a server that hangs up is no reason to die */
}

static long
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * MS_PER_SECOND + now.tv_nsec / 1000000;
}

static void
set_alarm(long ms)
{
	struct itimerval timer = {
		.it_value = {ms / MS_PER_SECOND, ms % MS_PER_SECOND * 1000},
	};

	setitimer(ITIMER_REAL, &timer, NULL);
}

static bool
leads_elsewhere(const Answer *answer)
{
	if (answer->head.fields[HEAD_LOCATION].state == HEAD_ABSENT)
		return false;
	for (size_t i = 0; i < sizeof(redirects) / sizeof(redirects[0]); i++)
	{
		if (answer->status == redirects[i])
			return true;
	}
	return false;
}

static bool
follow(CURLU **url, const Answer *answer, int redirect, Reason *reason)
{
	const HeadField *location = &answer->head.fields[HEAD_LOCATION];

	if (redirect > MAX_REDIRECTS)
		return reason_set(reason, "too many redirects");
	if (location->state != HEAD_GIVEN)
		return reason_set(reason, "redirect to an address that cannot be understood");
	return url_redirect(url, location->value, reason);
}

/* Asks, and asks again where a redirect leads, until the time is over. */
static bool
ask(const Request *request, CURLU **url, Answer *answer, Reason *reason)
{
	long		end = now_ms() + request->timeout;

	for (int redirect = 1;; redirect++)
	{
		long		left = end - now_ms();

		if (left <= 0)
			return transfer_timed_out(request, reason);
		if (!url_permit(*url, request->allow_insecure, reason) ||
			!transfer_run(request, *url, left, answer, reason))
			return false;
		if (!leads_elsewhere(answer))
			return true;
		if (!follow(url, answer, redirect, reason))
			return false;
	}
}

static bool
fetch(const Request *request, Answer *answer, Reason *reason)
{
	CURLU	   *url = NULL;
	bool		good;

	if (request->proxy != NULL && strcmp(request->proxy, REQUEST_PROXY_ENVIRONMENT) != 0 &&
		!url_permit_proxy(request->proxy, reason))
		return false;
	answer->body = malloc((size_t) request->max_size);
	if (answer->body == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return reason_set(reason, "out of memory");
	good = url_parse(request->url, &url, reason) && ask(request, &url, answer, reason);
	curl_url_cleanup(url);
	return good;
}

int
main(void)
{
	static Request request;
	static Answer answer;
	Reason		reason;
	bool		good;

	prepare_process();
	good = request_read(STDIN_FILENO, &request, &reason);
	if (good)
	{
		set_alarm(request.timeout + ALARM_GRACE);
		good = fetch(&request, &answer, &reason);
	}
	signal(SIGPIPE, SIG_DFL);
	if (good)
		good = answer_write(&answer);
	else
		answer_write_failure(&reason);
	free(answer.body);
	return good ? EXIT_ANSWER : EXIT_NO_ANSWER;
}
