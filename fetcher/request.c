/* SPDX-License-Identifier: PostgreSQL */
/*
 * request.c: the lines of a request, as one table.  A text of the request is never
 * repeated in a reason: it may hold a password.
 */
#include "request.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "head.h"

#define URL_MAX 8192
#define PATH_LENGTH_MAX 4096
#define TIMEOUT_MAX (600 * 1000L)
#define BODY_MAX (16 * 1024 * 1024L)

typedef enum LineKind
{
	LINE_WORD,					/* printable ASCII without spaces */
	LINE_TEXT,					/* printable ASCII */
	LINE_PATH,					/* any characters */
	LINE_NUMBER,				/* decimal, from 1 */
	LINE_FLAG,					/* the name alone */
} LineKind;

typedef struct Line
{
	const char *name;
	LineKind	kind;
	bool		required;
	long		max;			/* length of a text, or value of a number */
	size_t		member;			/* of Request */
} Line;

static const Line lines[] = {
	{"url", LINE_WORD, true, URL_MAX, offsetof(Request, url)},
	{"timeout", LINE_NUMBER, true, TIMEOUT_MAX, offsetof(Request, timeout)},
	{"connect-timeout", LINE_NUMBER, true, TIMEOUT_MAX, offsetof(Request, connect_timeout)},
	{"max-size", LINE_NUMBER, true, BODY_MAX, offsetof(Request, max_size)},
	{"ca-file", LINE_PATH, false, PATH_LENGTH_MAX, offsetof(Request, ca_file)},
	{"proxy", LINE_WORD, false, URL_MAX, offsetof(Request, proxy)},
	{"allow-insecure", LINE_FLAG, false, 0, offsetof(Request, allow_insecure)},
	{"etag", LINE_TEXT, false, HEAD_VALUE_MAX, offsetof(Request, etag)},
	{"last-modified", LINE_TEXT, false, HEAD_VALUE_MAX, offsetof(Request, last_modified)},
};

#define LINE_COUNT (sizeof(lines) / sizeof(lines[0]))

static bool
read_number(const char *text, long max, long *number)
{
	char	   *end;

	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	*number = strtol(text, &end, 10);
	return *end == '\0' && errno == 0 && *number >= 1 && *number <= max;
}

/* Control characters are refused for all lines, before. */
static bool
has_only(const char *text, char first, char last)
{
	for (; *text != '\0'; text++)
	{
		if (*text < first || *text > last)
			return false;
	}
	return true;
}

static bool
store_value(const Line *line, const char *value, Request *request)
{
	void	   *member = (char *) request + line->member;

	if (line->kind == LINE_FLAG)
	{
		*(bool *) member = true;
		return value == NULL;
	}
	if (value == NULL || *value == '\0')
		return false;
	if (line->kind == LINE_NUMBER)
		return read_number(value, line->max, member);
	if (strlen(value) > (size_t) line->max)
		return false;
	if (line->kind == LINE_WORD && !has_only(value, '!', '~'))
		return false;
	if (line->kind == LINE_TEXT && !has_only(value, ' ', '~'))
		return false;
	*(const char **) member = value;
	return true;
}

/* The text is "name value" or "name", and is cut in two. */
static bool
read_line(char *text, bool seen[LINE_COUNT], Request *request, Reason *reason)
{
	char	   *value = strchr(text, ' ');

	if (value != NULL)
		*value++ = '\0';
	for (size_t i = 0; i < LINE_COUNT; i++)
	{
		if (strcmp(text, lines[i].name) != 0)
			continue;
		if (seen[i])
			return reason_set(reason, "request has \"%s\" twice", lines[i].name);
		seen[i] = true;
		if (!store_value(&lines[i], value, request))
			return reason_set(reason, "request has a bad \"%s\"", lines[i].name);
		return true;
	}
	return reason_set(reason, "request has an unknown line");
}

static bool
check_bytes(const char *text, size_t length, Reason *reason)
{
	for (size_t i = 0; i < length; i++)
	{
		unsigned char c = text[i];

		if ((c < ' ' && c != '\n') || c == 0x7F)
			return reason_set(reason, "request has control characters");
	}
	if (length == 0 || text[length - 1] != '\n')
		return reason_set(reason, "request is not complete");
	return true;
}

/* Reads up to the end of the file, or one byte more than is allowed. */
static bool
read_all(int file, char *text, size_t *length, Reason *reason)
{
	*length = 0;
	while (*length <= REQUEST_SIZE_MAX)
	{
		ssize_t		got = read(file, text + *length, REQUEST_SIZE_MAX + 1 - *length);

		if (got == 0)
			return true;
		if (got > 0)
			*length += (size_t) got;
		else if (errno != EINTR)
			return reason_set(reason, "could not read the request: %s", strerror(errno));
	}
	return reason_set(reason, "request is larger than %d bytes", REQUEST_SIZE_MAX);
}

bool
request_read(int file, Request *request, Reason *reason)
{
	bool		seen[LINE_COUNT] = {false};
	size_t		length;
	char	   *end;

	memset(request, 0, sizeof(*request));
	if (!read_all(file, request->text, &length, reason) ||
		!check_bytes(request->text, length, reason))
		return false;
	request->text[length] = '\0';
	for (char *text = request->text; (end = strchr(text, '\n')) != NULL; text = end + 1)
	{
		*end = '\0';
		if (!read_line(text, seen, request, reason))
			return false;
	}
	for (size_t i = 0; i < LINE_COUNT; i++)
	{
		if (lines[i].required && !seen[i])
			return reason_set(reason, "request has no \"%s\"", lines[i].name);
	}
	return true;
}
