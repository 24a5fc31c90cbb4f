/* SPDX-License-Identifier: PostgreSQL */
/*
 * fetch.c: fork and exec, two pipes, and a reader that expects the worst.
 */
#include "compat.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libpq/pqsignal.h"
#include "miscadmin.h"
#include "storage/fd.h"

#include "hasura/rejection.h"
#include "keys/fetch.h"

#define PROGRAM "herm_jwt_fetch"

/* The headers that the program writes in front of the body are well below this. */
#define REPLY_MAX (FETCH_MAX_BODY + 64 * 1024)

/* The program gives up by itself; it is killed if it has not by this much later. */
#define GRACE_MILLISECONDS 2000

/* A server that takes longer than half of the time to answer at all will not make it. */
#define CONNECT_SHARE 2

/* How much of the program's words is shown. */
#define ERROR_MAX 200

/* What a child that cannot become the program ends with, and how many files it may have had. */
#define NOT_STARTED 127
#define MAX_OPEN 65536

/* ---- the request ---- */

static void
append_line(StringInfo out, const char *name, const char *value)
{
	if (value[0] != '\0')
		appendStringInfo(out, "%s %s\n", name, value);
}

static void
write_request(StringInfo out, const FetchRequest *request)
{
	append_line(out, "url", request->url);
	appendStringInfo(out, "timeout %d\nconnect-timeout %d\nmax-size %d\n",
					 request->timeout, request->timeout / CONNECT_SHARE + 1, FETCH_MAX_BODY);
	append_line(out, "ca-file", request->ca_file);
	append_line(out, "proxy", request->proxy);
	append_line(out, "etag", request->etag);
	append_line(out, "last-modified", request->last_modified);
	if (request->allow_insecure)
		appendStringInfoString(out, "allow-insecure\n");
}

/* ---- starting ---- */

/* All that the program gets of the server's environment, which may hold a secret. */
static const char *const passed_variables[] = {
	"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY",
	"SSL_CERT_FILE", "SSL_CERT_DIR", "LD_LIBRARY_PATH",
};

static void
choose_environment(char *environment[])
{
	int			count = 0;

	for (int i = 0; i < COUNT_OF(passed_variables); i++)
	{
		const char *value = getenv(passed_variables[i]);

		if (value != NULL)
			environment[count++] = psprintf("%s=%s", passed_variables[i], value);
	}
	environment[count] = NULL;
}

/* Those to which the server reacts, or which it ignores. */
static const int handled_signals[] = {
	SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGALRM, SIGPIPE, SIGUSR1, SIGUSR2,
};

/* In the child: nothing of the server stays open, or blocked. */
static void
become_program(const char *path, int in, int out, char *environment[])
{
	char	   *arguments[] = {PROGRAM, NULL};
	sigset_t	none;
	long		most = Min(sysconf(_SC_OPEN_MAX), MAX_OPEN);

	for (int i = 0; i < COUNT_OF(handled_signals); i++)
		pqsignal(handled_signals[i], SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0)
		_exit(NOT_STARTED);
	for (int fd = STDERR_FILENO + 1; fd < most; fd++)
		(void) close(fd);
	execve(path, arguments, environment);
	_exit(NOT_STARTED);
}

static void
close_pipe(int ends[2])
{
	close(ends[0]);
	close(ends[1]);
}

static bool
open_pipes(int in[2], int out[2])
{
	if (pipe(in) != 0)
		return false;
	if (pipe(out) == 0)
		return true;
	close_pipe(in);
	return false;
}

/* The request is far smaller than what a pipe holds, so writing it does not wait. */
static void
hand_over(int in, const FetchRequest *request)
{
	StringInfoData text;

	initStringInfo(&text);
	write_request(&text, request);
	if (write(in, text.data, text.len) != text.len)
		text.len = 0;			/* the program ends by itself, without a url */
	pfree(text.data);
}

static void
prepare_reply(Fetch *fetch, int out, const FetchRequest *request, int64_t now)
{
	fetch->out = out;
	fcntl(out, F_SETFL, O_NONBLOCK);
	fetch->deadline = now + (request->timeout + GRACE_MILLISECONDS) * INT64_C(1000);
	initStringInfo(&fetch->reply);
}

bool
fetch_start(Fetch *fetch, const FetchRequest *request, int64_t now)
{
	char	   *environment[lengthof(passed_variables) + 1];
	char		path[MAXPGPATH];
	int			in[2];
	int			out[2];

	choose_environment(environment);
	snprintf(path, sizeof(path), "%s/%s", pkglib_path, PROGRAM);
	if (!open_pipes(in, out))
		return false;
	fetch->pid = fork();
	if (fetch->pid == 0)
		become_program(path, in[0], out[1], environment);
	if (fetch->pid < 0)
	{
		close_pipe(in);
		close_pipe(out);
		return false;
	}
	close(in[0]);
	close(out[1]);
	hand_over(in[1], request);
	close(in[1]);
	prepare_reply(fetch, out[0], request, now);
	return true;
}

/* ---- reading ---- */

FetchProgress
fetch_read(Fetch *fetch)
{
	char		buffer[8192];

	for (;;)
	{
		ssize_t		got = read(fetch->out, buffer, sizeof(buffer));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return FETCH_GOES_ON;
		if (got <= 0)
			return FETCH_ENDED;
		appendBinaryStringInfo(&fetch->reply, buffer, (int) got);
		if (fetch->reply.len > REPLY_MAX)
			return FETCH_ENDED;
	}
}

void
fetch_stop(Fetch *fetch)
{
	int			status = 0;

	kill(fetch->pid, SIGKILL);
	while (waitpid(fetch->pid, &status, 0) < 0 && errno == EINTR)
		;
	close(fetch->out);
	fetch->was_started = !WIFEXITED(status) || WEXITSTATUS(status) != NOT_STARTED;
}

/* ---- judging ---- */

/* Takes a line without its end; false if none is there. */
static bool
take_line(Slice *rest, Slice *line)
{
	const char *end = rest->len > 0 ? memchr(rest->data, '\n', rest->len) : NULL;

	if (end == NULL)
		return false;
	*line = slice_make(rest->data, end - rest->data);
	*rest = slice_skip(*rest, line->len + 1);
	return true;
}

/* The value of a line of that name; false if it has another. */
static bool
is_named(Slice line, const char *name, Slice *value)
{
	size_t		len = strlen(name);

	if (!slice_starts_with(line, name) || line.len <= len || line.data[len] != ' ')
		return false;
	*value = slice_skip(line, len + 1);
	return true;
}

static bool
read_number(Slice text, int max, int *number)
{
	*number = 0;
	for (size_t i = 0; i < text.len; i++)
	{
		if (text.data[i] < '0' || text.data[i] > '9' || *number > max / 10)
			return false;
		*number = *number * 10 + (text.data[i] - '0');
	}
	return text.len > 0 && *number <= max;
}

/* One line of the head; what is not known is left alone. */
static void
read_header(Slice line, FetchAnswer *answer, int *length)
{
	const struct
	{
		const char *name;
		Slice	   *value;
	}			headers[] = {
		{"cache-control", &answer->freshness.cache_control},
		{"expires", &answer->freshness.expires},
		{"age", &answer->freshness.age},
		{"etag", &answer->etag},
		{"last-modified", &answer->last_modified},
		{"content-type", &answer->content_type},
	};
	Slice		value;

	for (int i = 0; i < COUNT_OF(headers); i++)
	{
		if (is_named(line, headers[i].name, &value))
			*headers[i].value = value;
	}
	if (is_named(line, "length", &value) && !read_number(value, FETCH_MAX_BODY, length))
		*length = -1;
}

/* Head, an empty line, and exactly as many bytes as the head says. */
static bool
read_answer(Slice rest, FetchAnswer *answer)
{
	Slice		line;
	Slice		value;
	int			length = -1;

	if (!take_line(&rest, &line) || !is_named(line, "status", &value) ||
		!read_number(value, 999, &answer->status))
		return false;
	while (take_line(&rest, &line))
	{
		if (line.len == 0)
		{
			answer->body = rest;
			return length >= 0 && rest.len == (size_t) length;
		}
		read_header(line, answer, &length);
	}
	return false;
}

bool
fetch_judge(const Fetch *fetch, FetchAnswer *answer, const char **error)
{
	Slice		reply = slice_make(fetch->reply.data, fetch->reply.len);
	Slice		line;
	Slice		text;

	memset(answer, 0, sizeof(*answer));
	if (read_answer(reply, answer))
		return true;
	if (take_line(&reply, &line) && is_named(line, "error", &text))
		*error = printable_whole(slice_make(text.data, Min(text.len, ERROR_MAX)));
	else if (!fetch->was_started)
		*error = "the program " PROGRAM " could not be started; it is installed beside the library";
	else if (fetch->reply.len == 0)
		*error = "the program " PROGRAM " has ended without an answer";
	else
		*error = "the program " PROGRAM " has given half an answer";
	return false;
}
