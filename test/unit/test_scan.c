/* SPDX-License-Identifier: PostgreSQL */
/*
 * test_scan.c: what is refused before the parser sees it (encoding, depth,
 * length), and how escapes are spelled out for it.
 */
#include "compat.h"

#include <limits.h>

#include "check.h"
#include "json/scan.h"
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
	Slice		siblings = sample_join(slice_cstring("["), sample_repeat("[[]],", 1000));

	CHECK_JSON(parse(sample_text("\"%.*s\"", (int) brackets.len, brackets.data)), JSON_OK,
			   "brackets inside a string are no depth");
	CHECK_JSON(parse(sample_text("{\"%.*s\":1}", (int) brackets.len, brackets.data)), JSON_OK,
			   "nor inside a name");
	CHECK_JSON(parse(sample_text("\"\\\"%.*s\"", (int) brackets.len, brackets.data)), JSON_OK,
			   "an escaped quote does not end a string");
	CHECK_JSON(parse(sample_text("[\"\\\\\",%.*s", 600, brackets.data)), JSON_TOO_DEEP,
			   "an escaped backslash does not hide the end of a string");
	CHECK_JSON(parse(sample_text("[\"\\\\\\\"%.*s\"]", (int) brackets.len, brackets.data)), JSON_OK,
			   "three backslashes and a quote stay inside the string");
	CHECK_JSON(parse(sample_text("[\"\\u0022%.*s\"]", (int) brackets.len, brackets.data)), JSON_OK,
			   "a quote spelled as an escape does not end a string");
	CHECK_JSON(parse(sample_text("[\"]]]\",%.*s", 600, brackets.data)), JSON_TOO_DEEP,
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
	const char *prepared;
	const char *name;
} Spelling;

static const Spelling spellings[] = {
	{"\"\\u00e9\"", "\"\xc3\xa9\"", "an escape of two bytes is spelled out"},
	{"\"\\u00E9\"", "\"\xc3\xa9\"", "in capitals too"},
	{"\"\\u0080\"", "\"\xc2\x80\"", "the first escape above ASCII"},
	{"\"\\u07ff\\u0800\"", "\"\xdf\xbf\xe0\xa0\x80\"", "the bounds of two bytes"},
	{"\"\\u20ac\"", "\"\xe2\x82\xac\"", "an escape of three bytes"},
	{"\"\\ud7ff\\ue000\"", "\"\xed\x9f\xbf\xee\x80\x80\"", "the neighbours of the surrogates"},
	{"\"\\uffff\"", "\"\xef\xbf\xbf\"", "the last escape of four digits"},
	{"\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\"", "a surrogate pair"},
	{"\"\\uD83D\\uDE00x\"", "\"\xf0\x9f\x98\x80x\"", "a surrogate pair in capitals"},
	{"\"\\ud800\\udc00\"", "\"\xf0\x90\x80\x80\"", "the first pair"},
	{"\"\\udbff\\udfff\"", "\"\xf4\x8f\xbf\xbf\"", "the last pair"},
	{"\"\\u0041\\u007f\"", "\"\\u0041\\u007f\"", "ASCII escapes stay"},
	{"\"\\u0000\"", "\"\\u0000\"", "the escaped NUL stays"},
	{"\"\\\\u00e9\"", "\"\\\\u00e9\"", "what only looks like an escape stays"},
	{"\"\\\\\\u00e9\"", "\"\\\\\xc3\xa9\"", "an escape behind an escaped backslash"},
	{"\"\\ud83dx\"", "\"\\ud83dx\"", "a lone surrogate stays"},
	{"\"\\u00e\"", "\"\\u00e\"", "a short escape stays"},
	{"\"\\u00eg\"", "\"\\u00eg\"", "a malformed escape stays"},
	{"\\u00e9", "\\u00e9", "an escape outside a string stays"},
	{"\"\\", "\"\\", "a backslash at the end stays"},
	{"\"\\u", "\"\\u", "an escape cut off stays"},
	{"\"\\ud83d\\u", "\"\\ud83d\\u", "a pair cut off stays"},
	{" [1, \"a\"] ", " [1, \"a\"] ", "everything else stays"},
	{"", "", "nothing stays nothing"},
};

static void
test_spelling(void)
{
	for (int i = 0; i < COUNT_OF(spellings); i++)
	{
		Slice		text = sample_exact(slice_cstring(spellings[i].text));
		Slice		prepared;

		if (json_scan(text, &prepared) != JSON_OK)
			CHECK(false, "%s", spellings[i].name);
		else
			CHECK(slice_equals_cstring(prepared, spellings[i].prepared) &&
				  prepared.data[prepared.len] == '\0', "%s", spellings[i].name);
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

int
main(void)
{
	test_depth();
	test_depth_in_strings();
	test_utf8_refused();
	test_utf8_accepted();
	test_spelling();
	test_limit();
	return check_done();
}
