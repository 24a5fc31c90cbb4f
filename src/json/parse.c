/* SPDX-License-Identifier: PostgreSQL */
/*
 * parse.c: one pass over a copy of the text, without recursion (RFC 8259).
 *
 * The server's own parser would do for texts that are trusted: it recurses, it
 * raises where it cannot convert an escape, and it takes thrice the time of
 * a walk over bytes (docs/performance.md).  Strings are unescaped where they
 * stand in the copy, which the tree's slices point into.
 */
#include "compat.h"

#include <limits.h>

#include "mb/pg_wchar.h"

#include "json/json.h"

/* Up to here a quadratic search for duplicates beats sorting. */
#define FEW_MEMBERS 16

/* Nodes are allocated by the dozen, and no more than a text of so many bytes may need. */
#define NODES_AT_ONCE 24
#define BYTES_A_NODE 12

typedef struct Reader
{
	char	   *next;
	char	   *end;			/* a zero byte stands here */
	JsonNode   *open[JSON_MAX_DEPTH + 1];	/* open[0] holds the root */
	int			depth;
	Slice		name;			/* of the member whose value comes next */
	JsonNode   *nodes;			/* allocated, not yet used */
	int			nodes_left;
	JsonStatus	status;			/* the error that ends it */
	const JsonNode *duplicate;	/* the first member that is there twice */
} Reader;

static bool
fail(Reader *reader, JsonStatus status)
{
	reader->status = status;
	return false;
}

static void
skip_space(Reader *reader)
{
	while (*reader->next == ' ' || *reader->next == '\n' || *reader->next == '\r' ||
		   *reader->next == '\t')
		reader->next++;
}

/* ---- nodes ---- */

static JsonNode *
add_node(Reader *reader, JsonKind kind)
{
	JsonNode   *node;

	if (reader->nodes_left == 0)
	{
		reader->nodes_left = Min((reader->end - reader->next) / BYTES_A_NODE + 1, NODES_AT_ONCE);
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

static bool
open_node(Reader *reader, JsonKind kind)
{
	JsonNode   *node;

	if (reader->depth == JSON_MAX_DEPTH)
		return fail(reader, JSON_TOO_DEEP);
	node = add_node(reader, kind);
	reader->open[++reader->depth] = node;
	reader->next++;
	return true;
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
static bool
read_unicode(Reader *reader, char **out)
{
	int			value = unicode_value(reader->next + 2);
	pg_wchar	point = (pg_wchar) value;

	if (value == 0)
		return fail(reader, JSON_HAS_NUL);
	if (value < 0 || is_utf16_surrogate_second(point))
		return fail(reader, JSON_NOT_VALID);
	reader->next += 6;
	if (is_utf16_surrogate_first(point))
	{
		int			second = -1;

		if (reader->next[0] == '\\' && reader->next[1] == 'u')
			second = unicode_value(reader->next + 2);
		if (second < 0 || !is_utf16_surrogate_second((pg_wchar) second))
			return fail(reader, JSON_NOT_VALID);
		point = surrogate_pair_to_codepoint(point, (pg_wchar) second);
		reader->next += 6;
	}
	unicode_to_utf8(point, (unsigned char *) *out);
	*out += pg_utf_mblen((unsigned char *) *out);
	return true;
}

/* Reads what a backslash begins; no escape is shorter than what it spells. */
static bool
read_escape(Reader *reader, char **out)
{
	static const char letters[] = "\"\\/bfnrt";
	static const char meanings[] = "\"\\/\b\f\n\r\t";
	char		letter = reader->next[1];
	const char *found;

	if (letter == 'u')
		return read_unicode(reader, out);
	found = letter != '\0' ? strchr(letters, letter) : NULL;
	if (found == NULL)
		return fail(reader, JSON_NOT_VALID);
	*(*out)++ = meanings[found - letters];
	reader->next += 2;
	return true;
}

/* Whether a byte of a string stands for itself: neither its end, an escape nor a control. */
static inline bool
is_plain(char c)
{
	return c != '"' && c != '\\' && (unsigned char) c >= ' ';
}

/* Reads a string from its opening quote on; a zero byte takes the closing one's place. */
static bool
read_string(Reader *reader, Slice *text)
{
	char	   *start = ++reader->next;
	char	   *out;

	while (is_plain(*reader->next))
		reader->next++;
	out = reader->next;
	while (*reader->next != '"')
	{
		if (is_plain(*reader->next))
			*out++ = *reader->next++;
		else if (*reader->next != '\\')
			return fail(reader, JSON_NOT_VALID);
		else if (!read_escape(reader, &out))
			return false;
	}
	reader->next++;
	*out = '\0';
	*text = slice_make(start, out - start);
	return true;
}

/* ---- numbers and words ---- */

static bool
skip_digits(Reader *reader)
{
	const char *start = reader->next;

	while (*reader->next >= '0' && *reader->next <= '9')
		reader->next++;
	return reader->next > start;
}

static bool
skip_number(Reader *reader)
{
	if (*reader->next == '-')
		reader->next++;
	if (*reader->next == '0')
		reader->next++;			/* no other digit may follow */
	else if (!skip_digits(reader))
		return false;
	if (*reader->next == '.')
	{
		reader->next++;
		if (!skip_digits(reader))
			return false;
	}
	if (*reader->next != 'e' && *reader->next != 'E')
		return true;
	reader->next++;
	if (*reader->next == '+' || *reader->next == '-')
		reader->next++;
	return skip_digits(reader);
}

static bool
read_number(Reader *reader)
{
	const char *start = reader->next;

	if (!skip_number(reader))
		return fail(reader, JSON_NOT_VALID);
	add_node(reader, JSON_KIND_NUMBER)->text = slice_make(start, reader->next - start);
	return true;
}

static bool
read_word(Reader *reader)
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
	Slice		rest = slice_make(reader->next, reader->end - reader->next);

	for (int i = 0; i < COUNT_OF(words); i++)
	{
		if (!slice_starts_with(rest, words[i].word.data))
			continue;
		reader->next += words[i].word.len;
		add_node(reader, words[i].kind)->truth = words[i].truth;
		return true;
	}
	return fail(reader, JSON_NOT_VALID);
}

/* ---- values ---- */

static bool
read_member_name(Reader *reader)
{
	if (*reader->next != '"')
		return fail(reader, JSON_NOT_VALID);
	if (!read_string(reader, &reader->name))
		return false;
	skip_space(reader);
	if (*reader->next != ':')
		return fail(reader, JSON_NOT_VALID);
	reader->next++;
	skip_space(reader);
	return true;
}

/* Reads a value, of an array or object its beginning. */
static bool
read_value(Reader *reader)
{
	Slice		text;

	switch (*reader->next)
	{
		case '{':
			return open_node(reader, JSON_KIND_OBJECT);
		case '[':
			return open_node(reader, JSON_KIND_ARRAY);
		case '"':
			if (!read_string(reader, &text))
				return false;
			add_node(reader, JSON_KIND_STRING)->text = text;
			return true;
		case 't':
		case 'f':
		case 'n':
			return read_word(reader);
		default:
			return read_number(reader);
	}
}

/* Ends the innermost array or object if its end comes next. */
static bool
close_node(Reader *reader)
{
	const JsonNode *node = reader->open[reader->depth];

	if (*reader->next != (node->kind == JSON_KIND_OBJECT ? '}' : ']'))
		return false;
	if (node->kind == JSON_KIND_OBJECT && reader->duplicate == NULL)
		reader->duplicate = find_duplicate(node);
	reader->next++;
	reader->depth--;
	return true;
}

/* Reads on from inside of an array or object: to its end, or another value in it. */
static bool
read_on(Reader *reader)
{
	const JsonNode *node = reader->open[reader->depth];

	skip_space(reader);
	if (close_node(reader))
		return true;
	if (node->count > 0)
	{
		if (*reader->next != ',')
			return fail(reader, JSON_NOT_VALID);
		reader->next++;
		skip_space(reader);
	}
	if (node->kind == JSON_KIND_OBJECT && !read_member_name(reader))
		return false;
	return read_value(reader);
}

static JsonStatus
read_text(Reader *reader)
{
	skip_space(reader);
	if (!read_value(reader))
		return reader->status;
	while (reader->depth > 0)
	{
		if (!read_on(reader))
			return reader->status;
	}
	skip_space(reader);
	if (reader->next != reader->end)
		return JSON_NOT_VALID;
	return reader->duplicate == NULL ? JSON_OK : JSON_DUPLICATE_MEMBER;
}

JsonStatus
json_parse(Slice text, JsonDocument *document)
{
	JsonNode	holder = {.kind = JSON_KIND_ARRAY};
	Reader		reader = {.open = {&holder}};
	JsonStatus	status;

	memset(document, 0, sizeof(*document));
	if (text.len >= INT_MAX / 2)
		return JSON_TOO_LONG;
	if (pg_encoding_verifymbstr(PG_UTF8, text.data, (int) text.len) != (int) text.len)
		return JSON_NOT_UTF8;
	reader.next = palloc(text.len + 1);
	reader.end = reader.next + text.len;
	if (text.len > 0)
		memcpy(reader.next, text.data, text.len);
	*reader.end = '\0';

	status = read_text(&reader);
	if (status == JSON_OK)
		document->root = holder.first;
	else if (status == JSON_DUPLICATE_MEMBER)
		document->duplicate = reader.duplicate->name;
	return status;
}
