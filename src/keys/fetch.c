/* SPDX-License-Identifier: PostgreSQL */
/*
 * fetch.c: fork and exec, two pipes, and a deadline.
 */
#include "compat.h"

#include <fcntl.h>
#include <signal.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/wait.h>
#include <unistd.h>

#include "libpq/pqsignal.h"
#include "miscadmin.h"
#include "storage/fd.h"

#include "keys/fetch.h"

/* The headers that the program writes in front of the body are well below this. */
#define REPLY_MAX (FETCH_MAX_BODY + 64 * 1024)

/* The program gives up by itself; it is killed if it has not by this much later. */
#define GRACE_MILLISECONDS 2000

/* A server that takes longer than half of the time to answer at all will not make it. */
#define CONNECT_SHARE 2

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

/* However the worker ends; elsewhere the program goes on until its own time is up. */
static void
end_with_parent(void)
{
#ifdef __linux__
	(void) prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
}

/* In the child: nothing of the server stays open, or blocked. */
static void
become_program(const char *path, int in, int out, char *environment[])
{
	char	   *arguments[] = {FETCH_PROGRAM, NULL};
	sigset_t	none;
	long		most = sysconf(_SC_OPEN_MAX);

	for (int i = 0; i < COUNT_OF(handled_signals); i++)
		pqsignal(handled_signals[i], SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	end_with_parent();
	if (dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0)
		_exit(NOT_STARTED);
	if (most < 0 || most > MAX_OPEN)
		most = MAX_OPEN;
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
}

bool
fetch_start(Fetch *fetch, const FetchRequest *request, int64_t now)
{
	char	   *environment[lengthof(passed_variables) + 1];
	char		path[MAXPGPATH];
	int			in[2];
	int			out[2];

	choose_environment(environment);
	snprintf(path, sizeof(path), "%s/%s", pkglib_path, FETCH_PROGRAM);
	initStringInfo(&fetch->reply);
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

	if (fetch->pid == 0)
		return;
	kill(fetch->pid, SIGKILL);
	while (waitpid(fetch->pid, &status, 0) < 0 && errno == EINTR)
		;
	close(fetch->out);
	fetch->was_started = !WIFEXITED(status) || WEXITSTATUS(status) != NOT_STARTED;
	fetch->pid = 0;
}

/* ---- judging ---- */

bool
fetch_judge(const Fetch *fetch, FetchAnswer *answer, const char **error)
{
	if (answer_read(slice_make(fetch->reply.data, fetch->reply.len), answer, error))
		return true;
	if (!fetch->was_started && fetch->reply.len == 0)
		*error = "the program " FETCH_PROGRAM " could not be started; "
			"it is installed beside the library";
	return false;
}
