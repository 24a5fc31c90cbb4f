/* SPDX-License-Identifier: PostgreSQL */
/*
 * head.c: lines that a server, perhaps an evil one, sends; kept only if harmless.
 * How long the body is and where it ends is libcurl's to say, not ours.
 */
#include "head.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct FieldRule
{
	const char *text;
	bool		several;
	bool		shown;
} FieldRule;

static const FieldRule rules[] = {
#define X(name, text, several, shown) [name] = {text, several, shown},
	HEAD_FIELDS(X)
#undef X
};

const char *
head_field_text(HeadName name)
{
	return rules[name].text;
}

bool
head_field_shown(HeadName name)
{
	return rules[name].shown;
}

bool
head_differs(const Head *head, HeadName name, const char *value)
{
	const HeadField *field = &head->fields[name];

	if (field->state == HEAD_GIVEN)
		return strcasecmp(field->value, value) != 0;
	return field->state == HEAD_UNUSABLE;
}

bool
head_announces_more(const Head *head, long size)
{
	const HeadField *field = &head->fields[HEAD_CONTENT_LENGTH];
	char	   *end;
	long long	announced;

	if (field->state != HEAD_GIVEN)
		return false;
	errno = 0;
	announced = strtoll(field->value, &end, 10);
	return errno == ERANGE || (*end == '\0' && announced > size);
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t';
}

static bool
is_printable(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
	{
		if (text[i] < ' ' || text[i] > '~')
			return false;
	}
	return true;
}

static HeadField *
find_field(Head *head, const char *name, size_t length)
{
	for (int i = 0; i < HEAD_FIELD_COUNT; i++)
	{
		if (strlen(rules[i].text) == length && strncasecmp(rules[i].text, name, length) == 0)
			return &head->fields[i];
	}
	return NULL;
}

static bool
append(HeadField *field, const char *text, size_t length)
{
	if (length > HEAD_VALUE_MAX - field->length || !is_printable(text, length))
		return false;
	memcpy(field->value + field->length, text, length);
	field->length += length;
	field->value[field->length] = '\0';
	return true;
}

static void
set_field(HeadField *field, bool several, const char *value, size_t length)
{
	bool		good = true;

	if (field->state == HEAD_GIVEN)
		good = several && append(field, ", ", 2);
	if (field->state == HEAD_UNUSABLE || !good || !append(field, value, length))
		field->state = HEAD_UNUSABLE;
	else
		field->state = HEAD_GIVEN;
}

/* "Name: value", without the line's end. */
static void
take_field(Head *head, const char *line, size_t length)
{
	const char *colon = memchr(line, ':', length);
	const char *end = line + length;
	const char *value;

	if (is_space(*line))		/* RFC 9112 section 5.2: folded, which nobody may send */
	{
		if (head->last != NULL)
			head->last->state = HEAD_UNUSABLE;
		return;
	}
	head->last = colon != NULL ? find_field(head, line, (size_t) (colon - line)) : NULL;
	if (head->last == NULL)
		return;
	for (value = colon + 1; value < end && is_space(*value); value++)
		;
	while (end > value && is_space(end[-1]))
		end--;
	set_field(head->last, rules[head->last - head->fields].several, value, (size_t) (end - value));
}

static void
begin(Head *head)
{
	memset(head->fields, 0, sizeof(head->fields));
	head->last = NULL;
	head->open = true;
}

HeadVerdict
head_take(Head *head, const char *line, size_t length)
{
	static const char status_line[] = "HTTP/";

	if (length > HEAD_SIZE_MAX - head->size)
		return HEAD_TOO_LARGE;
	head->size += length;
	if (++head->lines > HEAD_LINES_MAX)
		return HEAD_TOO_MANY_LINES;
	if (length > 0 && line[length - 1] == '\n')
		length--;
	if (length > 0 && line[length - 1] == '\r')
		length--;

	if (!head->open)
	{
		/* a trailer is no head */
		if (!head->closed && length > strlen(status_line) &&
			memcmp(line, status_line, strlen(status_line)) == 0)
			begin(head);
		return HEAD_MORE;
	}
	if (length > 0)
	{
		take_field(head, line, length);
		return HEAD_MORE;
	}
	head->open = false;
	return HEAD_END;
}
