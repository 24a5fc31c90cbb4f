/* SPDX-License-Identifier: PostgreSQL */
/*
 * test_json_text.c: what is refused of a text (encoding, depth, length), and
 * which characters its escapes spell.
 */
#include "compat.h"

#include <limits.h>

#include "check.h"
#include "json/json.h"
#include "sample.h"

static JsonStatus
parse(Slice text)
{
	JsonDocument document;
	JsonStatus	status = json_parse(sample_exact(text), &document);

	if ((status == JSON_OK) != (document.root != NULL))
		sample_bail_out("a document has a root if and only if it is good");
	return status;
}

static Slice
nested(const char *open, const char *inside, const char *close, int depth)
{
	return sample_join(sample_join(sample_repeat(open, depth), slice_cstring(inside)),
					   sample_repeat(close, depth));
}

static void
test_depth(void)
{
	CHECK_JSON(parse(nested("[", "", "]", 100)), JSON_OK, "100 arrays are deep enough");
	CHECK_JSON(parse(nested("[", "", "]", 101)), JSON_TOO_DEEP, "101 arrays are too deep");
	CHECK_JSON(parse(nested("[", "1", "]", 100)), JSON_OK, "a number adds no depth");
	CHECK_JSON(parse(nested("{\"a\":", "1", "}", 100)), JSON_OK, "100 objects are accepted");
	CHECK_JSON(parse(nested("{\"a\":", "1", "}", 101)), JSON_TOO_DEEP, "101 objects are refused");
	CHECK_JSON(parse(nested("[{\"a\":", "1", "}]", 50)), JSON_OK, "50 of both are accepted");
	CHECK_JSON(parse(nested("[{\"a\":", "[]", "}]", 50)), JSON_TOO_DEEP, "one more is refused");
	CHECK_JSON(parse(nested("[{\"a\":", "{}", "}]", 50)), JSON_TOO_DEEP, "of either kind");
	CHECK_JSON(parse(nested("[", "{\"a\":1}", "]", 99)), JSON_OK, "an object at level 100");
	CHECK_JSON(parse(nested("[", "{\"a\":1}", "]", 100)), JSON_TOO_DEEP, "an object at level 101");
	CHECK_JSON(parse(sample_repeat("[", 1000000)), JSON_TOO_DEEP, "a million brackets are refused");
	CHECK_JSON(parse(sample_repeat("{\"a\":", 200000)), JSON_TOO_DEEP, "and as many objects");
	CHECK_JSON(parse(sample_repeat("[", 101)), JSON_TOO_DEEP, "too deep even if never closed");
	CHECK_JSON(parse(sample_join(sample_repeat("]", 500), sample_repeat("[", 500))),
			   JSON_NOT_VALID, "closing brackets in front buy no depth");
	CHECK_JSON(parse(sample_join(sample_repeat("}", 200), nested("[", "", "]", 150))),
			   JSON_NOT_VALID, "nor do closing braces");
}

/* Brackets count where they open something, and nowhere else. */
static void
test_depth_in_strings(void)
{
	Slice		brackets = sample_repeat("[{", 300);
	Slice		arrays = sample_repeat("[", 600);
	Slice		siblings = sample_join(slice_cstring("["), sample_repeat("[[]],", 1000));

	CHECK_JSON(parse(sample_text("\"%.*s\"", (int) brackets.len, brackets.data)), JSON_OK,
			   "brackets inside a string are no depth");
	CHECK_JSON(parse(sample_text("{\"%.*s\":1}", (int) brackets.len, brackets.data)), JSON_OK,
			   "nor inside a name");
	CHECK_JSON(parse(sample_text("\"\\\"%.*s\"", (int) brackets.len, brackets.data)), JSON_OK,
			   "an escaped quote does not end a string");
	CHECK_JSON(parse(sample_text("[\"\\\\\",%.*s", 600, arrays.data)), JSON_TOO_DEEP,
			   "an escaped backslash does not hide the end of a string");
	CHECK_JSON(parse(sample_text("[\"\\\\\\\"%.*s\"]", (int) brackets.len, brackets.data)), JSON_OK,
			   "three backslashes and a quote stay inside the string");
	CHECK_JSON(parse(sample_text("[\"\\u0022%.*s\"]", (int) brackets.len, brackets.data)), JSON_OK,
			   "a quote spelled as an escape does not end a string");
	CHECK_JSON(parse(sample_text("[\"]]]\",%.*s", 600, arrays.data)), JSON_TOO_DEEP,
			   "closing brackets inside a string buy no depth");
	CHECK_JSON(parse(sample_join(siblings, slice_cstring("[]]"))), JSON_OK,
			   "siblings do not add up");
}

static void
test_utf8_refused(void)
{
	static const char *const bytes[][2] = {
		{"\x80", "a continuation byte alone"}, {"\xbf", "the last continuation byte alone"},
		{"\xc3", "a character cut after one byte"}, {"\xe2\x82", "a character cut after two"},
		{"\xf0\x9f\x98", "a character cut after three"}, {"\xc3(", "a wrong second byte"},
		{"\xe2(\xa1", "a wrong second of three"}, {"\xe2\x82(", "a wrong third byte"},
		{"\xf0\x9f\x98(", "a wrong fourth byte"},
		{"\xc0\xa2", "an overlong quote"}, {"\xc1\xbf", "an overlong ASCII character"},
		{"\xe0\x80\xa2", "an overlong quote of three"}, {"\xe0\x9f\xbf", "an overlong U+07FF"},
		{"\xf0\x80\x80\xa2", "an overlong quote of four"}, {"\xf0\x8f\xbf\xbf", "overlong U+FFFF"},
		{"\xed\xa0\x80", "a high surrogate"}, {"\xed\xbf\xbf", "a low surrogate"},
		{"\xed\xa0\xbd\xed\xb8\x80", "a surrogate pair, each encoded"},
		{"\xf4\x90\x80\x80", "a character beyond U+10FFFF"}, {"\xf5\x80\x80\x80", "byte F5"},
		{"\xf8\x88\x80\x80\x80", "a sequence of five"}, {"\xfe", "byte FE"}, {"\xff", "byte FF"},
		{"\xe4", "Latin-1"},
	};

	for (int i = 0; i < COUNT_OF(bytes); i++)
	{
		CHECK_JSON(parse(sample_text("\"a%s\"", bytes[i][0])), JSON_NOT_UTF8,
				   "refused in a string: %s", bytes[i][1]);
		CHECK_JSON(parse(sample_text("{\"%s\":1}", bytes[i][0])), JSON_NOT_UTF8,
				   "refused in a name: %s", bytes[i][1]);
		CHECK_JSON(parse(sample_text("\"%s", bytes[i][0])), JSON_NOT_UTF8,
				   "refused at the end: %s", bytes[i][1]);
	}
	CHECK_JSON(parse(slice_make("\"a\0b\"", 5)), JSON_NOT_UTF8, "refused in a string: NUL");
	CHECK_JSON(parse(slice_make("1\0", 2)), JSON_NOT_UTF8, "refused behind a value: NUL");
	CHECK_JSON(parse(slice_make("\0", 1)), JSON_NOT_UTF8, "refused alone: NUL");
	CHECK_JSON(parse(slice_make("{\"a\0b\":1,\"a\0c\":1}", 17)), JSON_NOT_UTF8,
			   "refused in a name: NUL");
}

static void
test_utf8_accepted(void)
{
	static const char *const characters[][2] = {
		{"\x7f", "U+007F"}, {"\xc2\x80", "U+0080"}, {"\xdf\xbf", "U+07FF"},
		{"\xe0\xa0\x80", "U+0800"}, {"\xed\x9f\xbf", "U+D7FF"}, {"\xee\x80\x80", "U+E000"},
		{"\xef\xbf\xbe", "U+FFFE"}, {"\xef\xbf\xbf", "U+FFFF"}, {"\xf0\x90\x80\x80", "U+10000"},
		{"\xf0\x9f\x98\x80", "U+1F600"}, {"\xf4\x8f\xbf\xbf", "U+10FFFF"},
	};

	for (int i = 0; i < COUNT_OF(characters); i++)
		CHECK_JSON(parse(sample_text("\"%s\"", characters[i][0])), JSON_OK,
				   "the character %s is accepted", characters[i][1]);
	CHECK_JSON(parse(slice_cstring("\xef\xbb\xbf{}")), JSON_NOT_VALID,
			   "a byte order mark is refused (RFC 8259 section 8.1)");
}

typedef struct Spelling
{
	const char *text;
	const char *value;			/* NULL: it is refused */
	const char *name;
} Spelling;

static const Spelling spellings[] = {
	{"\"\"", "", "nothing"},
	{"\"\\u00e9\"", "\xc3\xa9", "an escape of two bytes"},
	{"\"\\u00E9\"", "\xc3\xa9", "in capitals too"},
	{"\"\\u0080\"", "\xc2\x80", "the first escape above ASCII"},
	{"\"\\u07ff\\u0800\"", "\xdf\xbf\xe0\xa0\x80", "the bounds of two bytes"},
	{"\"\\u20ac\"", "\xe2\x82\xac", "an escape of three bytes"},
	{"\"\\ud7ff\\ue000\"", "\xed\x9f\xbf\xee\x80\x80", "the neighbours of the surrogates"},
	{"\"\\uffff\"", "\xef\xbf\xbf", "the last escape of four digits"},
	{"\"\\ud83d\\ude00\"", "\xf0\x9f\x98\x80", "a surrogate pair"},
	{"\"\\uD83D\\uDE00x\"", "\xf0\x9f\x98\x80x", "a surrogate pair in capitals"},
	{"\"\\ud800\\udc00\"", "\xf0\x90\x80\x80", "the first pair"},
	{"\"\\udbff\\udfff\"", "\xf4\x8f\xbf\xbf", "the last pair"},
	{"\"\\u0041\\u007f\\u0001\"", "A\x7f\x01", "escapes in ASCII"},
	{"\"a\\\"\\\\\\/\\b\\f\\n\\r\\tz\"", "a\"\\/\b\f\n\r\tz", "all short escapes"},
	{"\"\\\\u00e9\"", "\\u00e9", "what only looks like an escape"},
	{"\"\\\\\\u00e9\"", "\\\xc3\xa9", "an escape behind an escaped backslash"},
	{"\"\\u00e9\\u00e9 and \\\"\"", "\xc3\xa9\xc3\xa9 and \"", "plain text between escapes"},
	{"\"\x7f\"", "\x7f", "the character U+007F itself"},
	{"\"\\ud83dx\"", NULL, "a lone first surrogate"},
	{"\"\\ud83d\\n\"", NULL, "a first surrogate before another escape"},
	{"\"\\ud83d\\u0041\"", NULL, "a first surrogate before another character"},
	{"\"\\ud83d\\ud83d\"", NULL, "a first surrogate twice"},
	{"\"\\ude00\"", NULL, "a lone second surrogate"},
	{"\"\\u00e\"", NULL, "a short escape"},
	{"\"\\u00eg\"", NULL, "a malformed escape"},
	{"\"\\U00e9\"", NULL, "a capital U"},
	{"\"\\x41\"", NULL, "an escape of another language"},
	{"\"\\'\"", NULL, "an escaped apostrophe"},
	{"\\u00e9", NULL, "an escape outside a string"},
	{"\"\\", NULL, "a backslash at the end"},
	{"\"\\u", NULL, "an escape cut off"},
	{"\"\\u00", NULL, "cut off in its digits"},
	{"\"\\ud83d\\", NULL, "a pair cut off"},
	{"\"\\ud83d\\u", NULL, "a pair cut off later"},
	{"\"\\ud83d\\ude0", NULL, "a pair cut off in its digits"},
	{"\"a", NULL, "a string without end"},
	{"\"a\tb\"", NULL, "a tab itself"},
	{"\"a\nb\"", NULL, "a line break itself"},
	{"\"\x1f\"", NULL, "the last control character"},
	{"'a'", NULL, "apostrophes for quotes"},
};

static void
test_spelling(void)
{
	for (int i = 0; i < COUNT_OF(spellings); i++)
	{
		const char *value = spellings[i].value;
		JsonDocument document;
		JsonStatus	status = json_parse(sample_exact(slice_cstring(spellings[i].text)), &document);

		if (value == NULL)
			CHECK_JSON(status, JSON_NOT_VALID, "refused: %s", spellings[i].name);
		else
			CHECK(status == JSON_OK && slice_equals_cstring(document.root->text, value),
				  "read: %s", spellings[i].name);
	}
	CHECK_JSON(parse(slice_cstring("\"a\\u0000\"")), JSON_HAS_NUL, "refused: the character NUL");
}

typedef struct Grammar
{
	const char *text;
	bool		is_valid;
}			Grammar;

/* RFC 8259, rule by rule. */
static const Grammar grammar[] = {
	{"0", true}, {"-0", true}, {"-1", true}, {"12", true}, {"0.0", true}, {"1.50", true},
	{"1e5", true}, {"1E+5", true}, {"1e-05", true}, {"-1.5e300", true}, {" 1 ", true},
	{"", false}, {" ", false}, {"-", false}, {"+1", false}, {"01", false}, {"-01", false},
	{"00", false}, {"1.", false}, {".5", false}, {"1.e5", false}, {"1e", false}, {"1e+", false},
	{"1e5.0", false}, {"0x1", false}, {"1a", false}, {"1 2", false}, {"NaN", false},
	{"Infinity", false}, {"-Infinity", false}, {"1_000", false}, {"--1", false},
	{"true", true}, {"false", true}, {"null", true}, {"True", false}, {"tru", false},
	{"truex", false}, {"true false", false}, {"nul", false}, {"undefined", false}, {"t", false},
	{"[]", true}, {"[ ]", true}, {"[1]", true}, {"[1,2]", true}, {" [ 1 , 2 ] ", true},
	{"[[],[]]", true}, {"[", false}, {"]", false}, {"[1", false}, {"[1,", false}, {"[1,]", false},
	{"[,1]", false}, {"[,]", false}, {"[1 2]", false}, {"[1,,2]", false}, {"[1}", false},
	{"[]]", false}, {"[] []", false}, {"[]x", false}, {"[\"a\" \"b\"]", false}, {"[1;2]", false},
	{"{}", true}, {"{ }", true}, {"{\"a\":1}", true}, {" { \"a\" : 1 , \"b\" : { } } ", true},
	{"{\"\":1}", true}, {"{\"a\\u0062\":1}", true}, {"{\"a\":[{}]}", true},
	{"{", false}, {"}", false}, {"{\"a\"}", false}, {"{\"a\":}", false}, {"{\"a\":1", false},
	{"{\"a\":1,", false}, {"{\"a\":1,}", false}, {"{,}", false}, {"{a:1}", false},
	{"{1:1}", false}, {"{\"a\" 1}", false}, {"{\"a\":1 \"b\":2}", false}, {"{\"a\"::1}", false},
	{"{\"a\":1]", false}, {"{\"a\":1}}", false}, {"{\"a\":1}{}", false}, {"{'a':1}", false},
	{"{null:1}", false}, {"{[]:1}", false}, {"{\"a\",1}", false},
	{"\t[\n1\r,\n2]\t", true}, {"\v1", false}, {"\f1", false}, {"\xc2\xa0" "1", false},
	{"//a\n1", false}, {"/*a*/1", false}, {"1//a", false}, {"#a\n1", false},
};

static void
test_grammar(void)
{
	for (int i = 0; i < COUNT_OF(grammar); i++)
		CHECK_JSON(parse(slice_cstring(grammar[i].text)),
				   grammar[i].is_valid ? JSON_OK : JSON_NOT_VALID, "by the grammar: %s",
				   grammar[i].text);
}

/* Nodes are allocated by the dozen: all counts around that are read whole. */
static void
test_many(void)
{
	for (int count = 1; count <= 100; count++)
	{
		Slice		body = sample_join(sample_repeat("7,", count - 1), slice_cstring("7"));
		JsonDocument document;
		int			sevens = 0;

		if (json_parse(sample_text("[%.*s]", (int) body.len, body.data), &document) != JSON_OK)
			sample_bail_out("an array of numbers is good");
		json_foreach(child, document.root)
			sevens += child->kind == JSON_KIND_NUMBER && slice_equals_cstring(child->text, "7");
		CHECK(sevens == count && document.root->count == count, "an array of %d", count);
	}
}

static void
test_limit(void)
{
	JsonDocument document;

	/* the length is judged before any byte is read, so no such text is needed */
	CHECK_JSON(json_parse(slice_make("[]", INT_MAX / 2), &document), JSON_TOO_LONG,
			   "a text of a gigabyte is refused unread");
	CHECK_JSON(json_parse(slice_make("[]", SIZE_MAX), &document), JSON_TOO_LONG,
			   "and so is the longest length there is");
	CHECK_JSON(json_parse(slice_make("[]", (size_t) UINT_MAX + 3), &document), JSON_TOO_LONG,
			   "and a length that looks small in 32 bits");
	CHECK(document.root == NULL, "a refused text gives no document");
	CHECK_JSON(parse(slice_make(NULL, 0)), JSON_NOT_VALID, "no text at all is not JSON");
}

/* They are kept in one place, each behind the other. */
static void
test_many_escapes(void)
{
	JsonDocument document;
	Slice		text = sample_exact(slice_cstring("{\"\\u0041\":\"\\n\",\"b\":\"\\u00e9x\","
												  "\"c\":[\"\\\\\",\"plain\",\"\\ud83d\\ude00\"]}"));
	const JsonNode *list;

	if (json_parse(text, &document) != JSON_OK)
		sample_bail_out("a sample is not JSON");
	list = json_member(document.root, "c");
	CHECK(slice_equals_cstring(json_member(document.root, "A")->text, "\n"), "the first escape");
	CHECK(slice_equals_cstring(json_member(document.root, "b")->text, "\xc3\xa9x"), "the next");
	CHECK(slice_equals_cstring(list->first->text, "\\"), "one inside");
	CHECK(slice_equals_cstring(list->first->next->text, "plain"), "none");
	CHECK(slice_equals_cstring(list->last->text, "\xf0\x9f\x98\x80"), "and the last");
}

int
main(void)
{
	test_depth();
	test_depth_in_strings();
	test_utf8_refused();
	test_utf8_accepted();
	test_spelling();
	test_grammar();
	test_many();
	test_limit();
	test_many_escapes();
	return check_done();
}
