/* SPDX-License-Identifier: PostgreSQL */
/*
 * transfer.c: what libcurl reports of a transfer, which ends where a server goes too far.
 */
#include "transfer.h"

#include <string.h>

#include "options.h"

#define HTTP_SWITCHING 101
#define HTTP_OK 200
#define HTTP_REFUSALS 300		/* and above */
#define MS_PER_SECOND 1000.0

/* Why one of our callbacks has ended the transfer. */
typedef enum Stop
{
	STOP_NOT,
	STOP_AT_HEAD,				/* nothing else is wanted */
	STOP_BODY_TOO_LARGE,
	STOP_HEAD_TOO_LARGE,
	STOP_TOO_MANY_LINES,
	STOP_ENCODED,
	STOP_SWITCHING,
} Stop;

typedef struct Transfer
{
	const Request *request;
	CURL	   *curl;
	Answer	   *answer;
	long		timeout;		/* ms */
	Stop		stop;
	char		error[CURL_ERROR_SIZE];
} Transfer;

typedef struct Explanation
{
	int			cause;
	const char *text;
} Explanation;

/* Of CURLcode. */
static const Explanation curl_failures[] = {
	{CURLE_UNSUPPORTED_PROTOCOL, "the answer is not HTTP"},
	{CURLE_COULDNT_RESOLVE_PROXY, "could not resolve proxy"},
	{CURLE_COULDNT_RESOLVE_HOST, "could not resolve host"},
	{CURLE_COULDNT_CONNECT, "could not connect"},
	{CURLE_WEIRD_SERVER_REPLY, "the answer is not proper HTTP"},
	{CURLE_PARTIAL_FILE, "the answer broke off"},
	{CURLE_OUT_OF_MEMORY, "a line of the head is too long, or memory is short"},
	{CURLE_BAD_FUNCTION_ARGUMENT, "the answer is not proper HTTP"}, /* a field without a colon */
	{CURLE_GOT_NOTHING, "the server closed the connection without an answer"},
	{CURLE_SEND_ERROR, "the connection broke"},
	{CURLE_RECV_ERROR, "the connection broke"},
	{CURLE_SSL_CACERT_BADFILE, "the file of certificate authorities cannot be read"},
};

static const Explanation stops[] = {
	{STOP_HEAD_TOO_LARGE, "the head of the answer is too large"},
	{STOP_TOO_MANY_LINES, "the head of the answer has too many lines"},
	{STOP_ENCODED, "a compressed answer is refused"},
	{STOP_SWITCHING, "the server wants to speak another protocol"},
};

static const char *
find_text(const Explanation *table, size_t count, int cause)
{
	for (size_t i = 0; i < count; i++)
	{
		if (table[i].cause == cause)
			return table[i].text;
	}
	return NULL;
}

#define FIND_TEXT(table, cause) find_text(table, sizeof(table) / sizeof((table)[0]), cause)

/* ---- what comes ---- */

/* 0 before any answer, and during that of a proxy to CONNECT. */
static long
current_status(const Transfer *transfer)
{
	long		status = 0;

	curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

static Stop
judge_head(const Transfer *transfer)
{
	const Head *head = &transfer->answer->head;
	long		status = current_status(transfer);

	if (status == HTTP_SWITCHING)
		return STOP_SWITCHING;
	if (status < HTTP_OK)
		return STOP_NOT;
	if (status != HTTP_OK)
		return STOP_AT_HEAD;
	if (head_differs(head, HEAD_CONTENT_ENCODING, "identity") ||
		head_differs(head, HEAD_TRANSFER_ENCODING, "chunked"))
		return STOP_ENCODED;
	if (head_announces_more(head, transfer->request->max_size))
		return STOP_BODY_TOO_LARGE;
	return STOP_NOT;
}

static Stop
take_line(Transfer *transfer, const char *line, size_t length)
{
	switch (head_take(&transfer->answer->head, line, length))
	{
		case HEAD_MORE:
			return STOP_NOT;
		case HEAD_END:
			return judge_head(transfer);
		case HEAD_TOO_LARGE:
			return STOP_HEAD_TOO_LARGE;
		case HEAD_TOO_MANY_LINES:
			return STOP_TOO_MANY_LINES;
	}
	return STOP_HEAD_TOO_LARGE;
}

/* Both callbacks give the length to go on, and 0, which no length is, to stop. */
static size_t
receive_line(char *line, size_t size, size_t count, void *arg)
{
	Transfer   *transfer = arg;

	transfer->stop = take_line(transfer, line, size * count);
	return transfer->stop == STOP_NOT ? size * count : 0;
}

static size_t
receive_body(char *data, size_t size, size_t count, void *arg)
{
	Transfer   *transfer = arg;
	Answer	   *answer = transfer->answer;
	size_t		length = size * count;

	answer->head.closed = true;
	if (current_status(transfer) != HTTP_OK)
		transfer->stop = STOP_AT_HEAD;
	else if (length > (size_t) transfer->request->max_size - answer->length)
		transfer->stop = STOP_BODY_TOO_LARGE;
	if (transfer->stop != STOP_NOT)
		return 0;
	memcpy(answer->body + answer->length, data, length);
	answer->length += length;
	return length;
}

/* ---- what it means ---- */

static bool
explain_timeout(const Transfer *transfer, Reason *reason)
{
	const Request *request = transfer->request;
	curl_off_t	sent = 0;

	curl_easy_getinfo(transfer->curl, CURLINFO_PRETRANSFER_TIME_T, &sent);
	if (sent == 0 && request->connect_timeout < transfer->timeout)
		return reason_set(reason, "no connection after %g s",
						  (double) request->connect_timeout / MS_PER_SECOND);
	return transfer_timed_out(request, reason);
}

/* libcurl's own words say why a certificate is no good; they quote the host, no more. */
static bool
explain_tls(const Transfer *transfer, const char *what, Reason *reason)
{
	static const char *const prefixes[] = {"SSL certificate problem: ", "SSL: "};
	const char *why = transfer->error;

	/* libcurl's words for it quote the host, which who reads ours need not know */
	if (strstr(why, "subject name") != NULL)
		return reason_set(reason, "%s: it is for another host", what);
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
	{
		if (strncmp(why, prefixes[i], strlen(prefixes[i])) == 0)
			why += strlen(prefixes[i]);
	}
	return reason_set(reason, "%s: %s", what, *why != '\0' ? why : "no reason given");
}

static bool
explain_failure(const Transfer *transfer, CURLcode code, Reason *reason)
{
	const char *text = FIND_TEXT(curl_failures, (int) code);
	long		proxy_status = 0;

	curl_easy_getinfo(transfer->curl, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
	if (proxy_status >= HTTP_REFUSALS)
		return reason_set(reason, "the proxy refused with status %ld", proxy_status);
	if (code == CURLE_OPERATION_TIMEDOUT)
		return explain_timeout(transfer, reason);
	if (code == CURLE_PEER_FAILED_VERIFICATION)
		return explain_tls(transfer, "the certificate is refused", reason);
	if (code == CURLE_SSL_CONNECT_ERROR)
		return explain_tls(transfer, "no TLS connection", reason);
	return reason_set(reason, "%s", text != NULL ? text : curl_easy_strerror(code));
}

static bool
judge_transfer(const Transfer *transfer, CURLcode code, Reason *reason)
{
	if (transfer->stop == STOP_BODY_TOO_LARGE)
		return reason_set(reason, "the answer is larger than %ld bytes",
						  transfer->request->max_size);
	if (transfer->stop != STOP_NOT && transfer->stop != STOP_AT_HEAD)
		return reason_set(reason, "%s", FIND_TEXT(stops, (int) transfer->stop));
	if (transfer->stop == STOP_NOT && code != CURLE_OK)
		return explain_failure(transfer, code, reason);
	if (transfer->answer->status < HTTP_OK)
		return reason_set(reason, "the answer is not proper HTTP");
	return true;
}

static CURLcode
perform(Transfer *transfer, CURLU *url, struct curl_slist *lines)
{
	CURL	   *curl = transfer->curl;
	CURLcode	code = options_set(curl, transfer->request, url, lines);

	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, transfer->timeout);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, transfer->error);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, receive_line);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, transfer);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
	return code != CURLE_OK ? code : curl_easy_perform(curl);
}

static void
answer_begin(Answer *answer)
{
	answer->status = 0;
	answer->length = 0;
	memset(&answer->head, 0, sizeof(answer->head));
}

bool
transfer_run(const Request *request, CURLU *url, long timeout, Answer *answer, Reason *reason)
{
	Transfer	transfer = {.request = request,.answer = answer,.timeout = timeout};
	struct curl_slist *lines = options_lines(request);
	CURLcode	code = CURLE_OUT_OF_MEMORY;
	bool		good;

	answer_begin(answer);
	transfer.curl = curl_easy_init();
	if (transfer.curl != NULL && lines != NULL)
	{
		code = perform(&transfer, url, lines);
		answer->status = current_status(&transfer);
	}
	good = judge_transfer(&transfer, code, reason);
	curl_easy_cleanup(transfer.curl);
	curl_slist_free_all(lines);
	return good;
}

bool
transfer_timed_out(const Request *request, Reason *reason)
{
	return reason_set(reason, "timed out after %g s", (double) request->timeout / MS_PER_SECOND);
}
