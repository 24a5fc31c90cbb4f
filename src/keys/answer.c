/* SPDX-License-Identifier: PostgreSQL */
/*
 * answer.c: a reader of replies that expects the worst.
 */
#include "compat.h"

#include "hasura/rejection.h"
#include "keys/answer.h"

/* How much of the program's words is shown. */
#define ERROR_MAX 200

/* HTTP has three digits for it. */
#define STATUS_MAX 999

#define NO_LENGTH (-1)

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

static bool
is_printable(Slice text)
{
	for (size_t i = 0; i < text.len; i++)
	{
		if (text.data[i] < ' ' || text.data[i] > '~')
			return false;
	}
	return true;
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

	/* such a value would get into the next request, the kept file and views */
	if (!is_printable(line))
		return;
	for (int i = 0; i < COUNT_OF(headers); i++)
	{
		if (is_named(line, headers[i].name, &value))
			*headers[i].value = value;
	}
	if (is_named(line, "length", &value) && !read_number(value, FETCH_MAX_BODY, length))
		*length = NO_LENGTH;
}

/* Head, an empty line, and exactly as many bytes as the head says. */
static bool
read_whole(Slice rest, FetchAnswer *answer)
{
	Slice		line;
	Slice		value;
	int			length = NO_LENGTH;

	if (!take_line(&rest, &line) || !is_named(line, "status", &value) ||
		!read_number(value, STATUS_MAX, &answer->status))
		return false;
	while (take_line(&rest, &line))
	{
		if (line.len == 0)
		{
			answer->body = rest;
			return length != NO_LENGTH && rest.len == (size_t) length;
		}
		read_header(line, answer, &length);
	}
	return false;
}

bool
answer_read(Slice reply, FetchAnswer *answer, const char **error)
{
	Slice		rest = reply;
	Slice		line;
	Slice		text;

	memset(answer, 0, sizeof(*answer));
	if (read_whole(reply, answer))
		return true;
	if (take_line(&rest, &line) && is_named(line, "error", &text) && text.len > 0)
		*error = printable_whole(slice_make(text.data, Min(text.len, ERROR_MAX)));
	else if (reply.len == 0)
		*error = "the program " FETCH_PROGRAM " has ended without an answer";
	else
		*error = "the program " FETCH_PROGRAM " has given half an answer";
	return false;
}
