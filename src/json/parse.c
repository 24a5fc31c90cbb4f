/* SPDX-License-Identifier: PostgreSQL */
/*
 * parse.c: one pass over the text, without recursion (RFC 8259).
 *
 * The server's own parser would do for texts that are trusted: it recurses, it
 * raises where it cannot convert an escape, and it takes thrice the time of
 * a walk over bytes (docs/performance.md).  The tree's slices point into the
 * text, except those of strings with escapes.
 */
#include "compat.h"

#include <limits.h>

#include "mb/pg_wchar.h"

#include "json/json.h"

/* Bytes; palloc() gives no more. */
#define LENGTH_LIMIT (INT_MAX / 2)

/* Up to here a quadratic search for duplicates beats sorting. */
#define FEW_MEMBERS 16

/* Nodes are allocated by the dozen, and no more than a text of so many bytes may need. */
#define NODES_AT_ONCE 24
#define BYTES_A_NODE 12

/*
 * What is known so far.  Where it reads is no part of it but an argument of
 * every function, which gives the place behind what it has read, or NULL.
 */
typedef struct Reader
{
	const char *end;			/* a zero byte stands here */
	char	   *unescaped;		/* room for strings with escapes; NULL: there was none yet */
	int			depth;
	Slice		name;			/* of the member whose value comes next */
	JsonNode   *nodes;			/* allocated, not yet used */
	int			nodes_left;
	JsonStatus	status;			/* the error that ends it */
	const JsonNode *duplicate;	/* the first member that is there twice */
	JsonNode   *open[JSON_MAX_DEPTH + 1];	/* open[0] holds the root */
} Reader;

static const char *
fail(Reader *reader, JsonStatus status)
{
	reader->status = status;
	return NULL;
}

static inline const char *
skip_space(const char *at)
{
	while (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')
		at++;
	return at;
}

/* ---- nodes ---- */

static JsonNode *
add_node(Reader *reader, const char *at, JsonKind kind)
{
	JsonNode   *node;

	if (reader->nodes_left == 0)
	{
		reader->nodes_left = Min((reader->end - at) / BYTES_A_NODE + 1, NODES_AT_ONCE);
		reader->nodes = palloc(reader->nodes_left * sizeof(JsonNode));
	}
	reader->nodes_left--;
	node = reader->nodes++;
	memset(node, 0, sizeof(*node));
	node->kind = kind;
	node->name = reader->name;
	reader->name = slice_make(NULL, 0);
	json_append(reader->open[reader->depth], node);
	return node;
}

static const char *
open_node(Reader *reader, const char *at, JsonKind kind)
{
	JsonNode   *node;

	if (reader->depth == JSON_MAX_DEPTH)
		return fail(reader, JSON_TOO_DEEP);
	node = add_node(reader, at, kind);
	reader->open[++reader->depth] = node;
	return at + 1;
}

/* ---- duplicates ---- */

static int
compare_names(const void *a, const void *b)
{
	Slice		left = (*(const JsonNode *const *) a)->name;
	Slice		right = (*(const JsonNode *const *) b)->name;
	int			order = memcmp(left.data, right.data, Min(left.len, right.len));

	if (order != 0)
		return order;
	return left.len < right.len ? -1 : left.len > right.len;
}

static const JsonNode *
find_duplicate_among_many(const JsonNode *object)
{
	const JsonNode **sorted = palloc(object->count * sizeof(JsonNode *));
	const JsonNode *duplicate = NULL;
	int			n = 0;

	json_foreach(member, object)
		sorted[n++] = member;
	qsort(sorted, n, sizeof(JsonNode *), compare_names);
	for (int i = 1; i < n && duplicate == NULL; i++)
	{
		if (slice_equals(sorted[i - 1]->name, sorted[i]->name))
			duplicate = sorted[i];
	}
	pfree(sorted);
	return duplicate;
}

static const JsonNode *
find_duplicate(const JsonNode *object)
{
	if (object->count > FEW_MEMBERS)
		return find_duplicate_among_many(object);
	json_foreach(member, object)
	{
		for (const JsonNode *other = member->next; other != NULL; other = other->next)
		{
			if (slice_equals(member->name, other->name))
				return member;
		}
	}
	return NULL;
}

/* ---- strings ---- */

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* The four digits behind "\u"; -1 if they are not there.  The zero byte at the end stops it. */
static int
unicode_value(const char *digits)
{
	int			value = 0;

	for (int i = 0; i < 4; i++)
	{
		int			digit = hex_digit(digits[i]);

		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

/* Reads "\uXXXX", or two of them that make a pair, and writes the character. */
static const char *
read_unicode(Reader *reader, const char *at, char **out)
{
	int			value = unicode_value(at + 2);
	pg_wchar	point = (pg_wchar) value;

	if (value == 0)
		return fail(reader, JSON_HAS_NUL);
	if (value < 0 || is_utf16_surrogate_second(point))
		return fail(reader, JSON_NOT_VALID);
	at += 6;
	if (is_utf16_surrogate_first(point))
	{
		int			second = -1;

		if (at[0] == '\\' && at[1] == 'u')
			second = unicode_value(at + 2);
		if (second < 0 || !is_utf16_surrogate_second((pg_wchar) second))
			return fail(reader, JSON_NOT_VALID);
		point = surrogate_pair_to_codepoint(point, (pg_wchar) second);
		at += 6;
	}
	unicode_to_utf8(point, (unsigned char *) *out);
	*out += pg_utf_mblen((unsigned char *) *out);
	return at;
}

/* Reads what a backslash begins; no escape is shorter than what it spells. */
static const char *
read_escape(Reader *reader, const char *at, char **out)
{
	static const char letters[] = "\"\\/bfnrt";
	static const char meanings[] = "\"\\/\b\f\n\r\t";
	char		letter = at[1];
	const char *found;

	if (letter == 'u')
		return read_unicode(reader, at, out);
	found = letter != '\0' ? strchr(letters, letter) : NULL;
	if (found == NULL)
		return fail(reader, JSON_NOT_VALID);
	*(*out)++ = meanings[found - letters];
	return at + 2;
}

/* Whether a byte of a string stands for itself: neither its end, an escape nor a control. */
static inline bool
is_plain(char c)
{
	static const bool is_special[256] = {['\0'...'\x1F'] = true,['"'] = true,['\\'] = true};

	return !is_special[(unsigned char) c];
}

/* Reads a string on from its first escape, to its closing quote. */
static const char *
read_escaped(Reader *reader, const char *start, const char *at, Slice *text)
{
	char	   *out;

	/* enough for all that follow as well: none is longer than what spells it */
	if (reader->unescaped == NULL)
		reader->unescaped = palloc(reader->end - start);
	*text = slice_make(reader->unescaped, 0);
	memcpy(reader->unescaped, start, at - start);
	out = reader->unescaped + (at - start);
	while (*at != '"')
	{
		if (is_plain(*at))
		{
			*out++ = *at++;
			continue;
		}
		at = *at == '\\' ? read_escape(reader, at, &out) : fail(reader, JSON_NOT_VALID);
		if (at == NULL)
			return NULL;
	}
	text->len = out - reader->unescaped;
	reader->unescaped = out;
	return at;
}

/* Reads a string from its opening quote on. */
static const char *
read_string(Reader *reader, const char *at, Slice *text)
{
	const char *start = ++at;

	while (is_plain(*at))
		at++;
	*text = slice_make(start, at - start);
	if (*at != '"')
		at = read_escaped(reader, start, at, text);
	return at == NULL ? NULL : at + 1;
}

/* ---- numbers and words ---- */

static const char *
skip_digits(const char *at)
{
	const char *start = at;

	while (*at >= '0' && *at <= '9')
		at++;
	return at > start ? at : NULL;
}

static const char *
skip_number(const char *at)
{
	if (*at == '-')
		at++;
	at = *at == '0' ? at + 1 : skip_digits(at); /* behind a zero no other digit may follow */
	if (at != NULL && *at == '.')
		at = skip_digits(at + 1);
	if (at == NULL || (*at != 'e' && *at != 'E'))
		return at;
	at++;
	if (*at == '+' || *at == '-')
		at++;
	return skip_digits(at);
}

static const char *
read_number(Reader *reader, const char *at)
{
	const char *end = skip_number(at);

	if (end == NULL)
		return fail(reader, JSON_NOT_VALID);
	add_node(reader, at, JSON_KIND_NUMBER)->text = slice_make(at, end - at);
	return end;
}

static const char *
read_word(Reader *reader, const char *at)
{
	static const struct
	{
		Slice		word;
		JsonKind	kind;
		bool		truth;
	}			words[] = {
		{SLICE_LITERAL("true"), JSON_KIND_BOOLEAN, true},
		{SLICE_LITERAL("false"), JSON_KIND_BOOLEAN, false},
		{SLICE_LITERAL("null"), JSON_KIND_NULL, false},
	};
	Slice		rest = slice_make(at, reader->end - at);

	for (int i = 0; i < COUNT_OF(words); i++)
	{
		if (!slice_starts_with(rest, words[i].word.data))
			continue;
		add_node(reader, at, words[i].kind)->truth = words[i].truth;
		return at + words[i].word.len;
	}
	return fail(reader, JSON_NOT_VALID);
}

/* ---- values ---- */

static const char *
read_text_value(Reader *reader, const char *at)
{
	Slice		text;

	at = read_string(reader, at, &text);
	if (at != NULL)
		add_node(reader, at, JSON_KIND_STRING)->text = text;
	return at;
}

/* Reads a value, of an array or object its beginning. */
static const char *
read_value(Reader *reader, const char *at)
{
	switch (*at)
	{
		case '{':
			return open_node(reader, at, JSON_KIND_OBJECT);
		case '[':
			return open_node(reader, at, JSON_KIND_ARRAY);
		case '"':
			return read_text_value(reader, at);
		case 't':
		case 'f':
		case 'n':
			return read_word(reader, at);
		default:
			return read_number(reader, at);
	}
}

static const char *
read_member(Reader *reader, const char *at)
{
	if (*at != '"')
		return fail(reader, JSON_NOT_VALID);
	at = read_string(reader, at, &reader->name);
	if (at == NULL)
		return NULL;
	at = skip_space(at);
	if (*at != ':')
		return fail(reader, JSON_NOT_VALID);
	return read_value(reader, skip_space(at + 1));
}

static const char *
close_node(Reader *reader, const char *at, const JsonNode *node)
{
	if (node->kind == JSON_KIND_OBJECT && reader->duplicate == NULL)
		reader->duplicate = find_duplicate(node);
	reader->depth--;
	return at + 1;
}

/* Reads on from inside of an array or object: to its end, or another value in it. */
static const char *
read_on(Reader *reader, const char *at)
{
	const JsonNode *node = reader->open[reader->depth];
	bool		is_object = node->kind == JSON_KIND_OBJECT;

	at = skip_space(at);
	if (*at == (is_object ? '}' : ']'))
		return close_node(reader, at, node);
	if (node->count > 0)
	{
		if (*at != ',')
			return fail(reader, JSON_NOT_VALID);
		at = skip_space(at + 1);
	}
	return is_object ? read_member(reader, at) : read_value(reader, at);
}

static JsonStatus
read_text(Reader *reader, const char *text)
{
	const char *at = read_value(reader, skip_space(text));

	while (at != NULL && reader->depth > 0)
		at = read_on(reader, at);
	if (at == NULL)
		return reader->status;
	if (skip_space(at) != reader->end)
		return JSON_NOT_VALID;
	return reader->duplicate == NULL ? JSON_OK : JSON_DUPLICATE_MEMBER;
}

JsonStatus
json_parse_kept(Slice text, JsonDocument *document)
{
	JsonNode	holder = {.kind = JSON_KIND_ARRAY};
	Reader		reader;
	JsonStatus	status;

	memset(document, 0, sizeof(*document));
	if (text.len >= LENGTH_LIMIT)
		return JSON_TOO_LONG;
	if (pg_encoding_verifymbstr(PG_UTF8, text.data, (int) text.len) != (int) text.len)
		return JSON_NOT_UTF8;
	memset(&reader, 0, offsetof(Reader, open));
	reader.end = text.data + text.len;
	reader.open[0] = &holder;
	status = read_text(&reader, text.data);
	if (status == JSON_OK)
		document->root = holder.first;
	else if (status == JSON_DUPLICATE_MEMBER)
		document->duplicate = reader.duplicate->name;
	return status;
}

JsonStatus
json_parse(Slice text, JsonDocument *document)
{
	char	   *copy;

	memset(document, 0, sizeof(*document));
	if (text.len >= LENGTH_LIMIT)
		return JSON_TOO_LONG;
	copy = palloc(text.len + 1);
	if (text.len > 0)
		memcpy(copy, text.data, text.len);
	copy[text.len] = '\0';
	return json_parse_kept(slice_make(copy, text.len), document);
}
