/* SPDX-License-Identifier: PostgreSQL */
/*
 * test_json.c: JSON text becomes a tree, or one telling status.
 */
#include "compat.h"

#include "check.h"
#include "sample.h"

static JsonDocument document;

static JsonStatus
parse_slice(Slice text)
{
	JsonStatus	status = json_parse(sample_exact(text), &document);

	if ((status == JSON_OK) != (document.root != NULL))
		sample_bail_out("a document has a root if and only if it is good");
	return status;
}

static JsonStatus
parse(const char *text)
{
	return parse_slice(slice_cstring(text));
}

/* A text and what it is, for tables. */
typedef struct Case
{
	const char *text;
	const char *name;
} Case;

static void
check_all(const Case *cases, int count, JsonStatus wanted)
{
	for (int i = 0; i < count; i++)
		CHECK_JSON(parse(cases[i].text), wanted, "%s: %s",
				   wanted == JSON_OK ? "accepted" : "refused", cases[i].name);
}

#define CHECK_ALL(cases, wanted) check_all((cases), COUNT_OF(cases), (wanted))

static const char tree_text[] =
" {\"name\" : \"Ann\", \"age\":  41.50,\r\n\"tags\":[true,false,null,[],{}],\t"
"\"\":\"empty name\",\"none\":null,\"nested\":{\"name\":\"inner\"}} ";

static void
check_children(const JsonNode *tags)
{
	static const JsonKind kinds[] = {
		JSON_KIND_BOOLEAN, JSON_KIND_BOOLEAN, JSON_KIND_NULL, JSON_KIND_ARRAY, JSON_KIND_OBJECT,
	};
	int			n = 0;
	bool		in_order = true;

	json_foreach(child, tags)
	{
		in_order = in_order && n < COUNT_OF(kinds) && child->kind == kinds[n] &&
			child->name.len == 0;
		n++;
	}
	CHECK(in_order && n == COUNT_OF(kinds), "children come in document order, without names");
	CHECK(tags->first->truth && !tags->first->next->truth, "true and false are told apart");
	CHECK(tags->last->kind == JSON_KIND_OBJECT, "the last child is known");
}

static void
test_tree(void)
{
	Slice		text = sample_exact(slice_cstring(tree_text));
	const JsonNode *root;

	if (!CHECK_JSON(json_parse(text, &document), JSON_OK, "an object is read"))
		return;
	/* the tree may not point into the text: the sanitizer sees it if it does */
	free((char *) text.data);
	root = document.root;
	CHECK(root->kind == JSON_KIND_OBJECT && root->count == 6, "an object counts its members");
	CHECK(slice_equals_cstring(json_member(root, "name")->text, "Ann"), "a string is read");
	CHECK(slice_equals_cstring(json_member(root, "age")->text, "41.50"), "a number as written");
	CHECK(json_member(root, "age")->kind == JSON_KIND_NUMBER, "a number is a number");
	CHECK(json_member(root, "tags")->count == 5, "an array counts its elements");
	check_children(json_member(root, "tags"));
	CHECK(slice_equals_cstring(json_member(root, "")->text, "empty name"), "an empty name is one");
	CHECK(json_member(json_member(root, "nested"), "name")->text.len == 5, "objects nest");
}

static void
test_member(void)
{
	const JsonNode *root;

	CHECK_JSON(parse("{\"a\":1,\"none\":null,\"Name\":2}"), JSON_OK, "a small object is read");
	root = document.root;
	CHECK(json_member(root, "A") == NULL, "names are told apart by case");
	CHECK(json_member(root, "nam") == NULL, "the beginning of a name is another name");
	CHECK(json_member(root, "Names") == NULL, "a longer name is another name");
	CHECK(json_member(root, "none")->kind == JSON_KIND_NULL, "a null member is there");
	CHECK(json_optional_member(root, "none") == NULL, "unless it is optional");
	CHECK(json_optional_member(root, "a") == json_member(root, "a"), "others are found alike");
	CHECK(json_optional_member(root, "b") == NULL, "what is missing is missing");
	CHECK(json_member(json_member(root, "a"), "a") == NULL, "a number has no members");
	CHECK(json_member(NULL, "a") == NULL, "what is not there has no members");
	CHECK_JSON(parse("[\"a\"]"), JSON_OK, "an array is read");
	CHECK(json_member(document.root, "a") == NULL, "an array has no members");
	CHECK(json_member(document.root, "") == NULL, "not even one without a name");
}

static void
test_names(void)
{
	static const char *const names[] = {"Null", "Boolean", "Number", "String", "Array", "Object"};

	for (int i = 0; i < COUNT_OF(names); i++)
		CHECK(strcmp(json_kind_name((JsonKind) i), names[i]) == 0, "a kind is called %s", names[i]);
}

static const Case duplicates[] = {
	{"{\"a\":1,\"a\":1}", "a member twice"},
	{"{\"a\":1,\"b\":2,\"a\":3}", "another member between"},
	{"{\"a\":1,\"\\u0061\":1}", "the second spelled as an escape"},
	{"{\"\\u0061\":1,\"a\":1}", "the first spelled as an escape"},
	{"{\"\xc3\xa9\":1,\"\\u00e9\":1}", "an escape beyond ASCII"},
	{"{\"\\u00e9\":1,\"\\u00E9\":1}", "two spellings of one escape"},
	{"{\"\xf0\x9f\x98\x80\":1,\"\\ud83d\\ude00\":1}", "a surrogate pair"},
	{"{\"/\":1,\"\\/\":1}", "an escaped slash"},
	{"{\"\\n\":1,\"\\u000a\":1}", "two spellings of a line feed"},
	{"{\"\":1,\"\":1}", "an empty name twice"},
	{"{\"a\":null,\"a\":null}", "a null member twice"},
	{"{\"x\":{\"a\":1,\"a\":1}}", "in a member"},
	{"[{\"a\":1,\"a\":1}]", "in an element"},
	{"[[[{\"x\":[{\"a\":1,\"a\":1}]}]]]", "five levels down"},
	{"{\"a\":{\"b\":1},\"c\":1,\"a\":2}", "around an object"},
	{"{\"a\":[],\"a\":{}}", "of different kinds"},
};

static const Case no_duplicates[] = {
	{"{\"a\":1,\"A\":1}", "names that differ in case"},
	{"{\"a\":1,\"aa\":1,\"\":1}", "names that begin alike"},
	{"{\"a\":{\"a\":{\"a\":1}}}", "the same name on each level"},
	{"[{\"a\":1},{\"a\":1}]", "the same name in two objects"},
	{"{\"a\":\"a\",\"b\":\"a\"}", "the same value twice"},
	{"{\"\\\\u0061\":1,\"a\":1}", "what only looks like an escape"},
	{"{\"e\xcc\x81\":1,\"\xc3\xa9\":1}", "characters that look alike"},
};

static void
test_duplicates(void)
{
	CHECK_ALL(duplicates, JSON_DUPLICATE_MEMBER);
	CHECK_ALL(no_duplicates, JSON_OK);
	CHECK_JSON(parse("{\"x\":{\"b\\u00e9\":1,\"b\xc3\xa9\":1}}"), JSON_DUPLICATE_MEMBER,
			   "a duplicate is found");
	CHECK(slice_equals_cstring(document.duplicate, "b\xc3\xa9"), "and named");
	CHECK_JSON(parse("{\"a\":1,\"a\":1"), JSON_NOT_VALID, "broken JSON is first of all broken");
}

/* An object of so many members m0, m1, ...; one of them may be called otherwise. */
static Slice
object_of(int count, int place, const char *name)
{
	Slice		text = slice_cstring("{");

	for (int i = 0; i < count; i++)
	{
		if (i == place)
			text = sample_join(text, sample_text("\"%s\":0,", name));
		else
			text = sample_join(text, sample_text("\"m%d\":0,", i));
	}
	text.len--;
	return sample_join(text, slice_cstring("}"));
}

/* Few members and many are searched in different ways. */
static void
test_many_members(void)
{
	static const int counts[] = {2, 15, 16, 17, 18, 33, 100, 1000};

	for (int i = 0; i < COUNT_OF(counts); i++)
	{
		int			n = counts[i];

		CHECK_JSON(parse_slice(object_of(n, -1, "")), JSON_OK, "%d members are read", n);
		CHECK_JSON(parse_slice(object_of(n, n - 1, "m0")), JSON_DUPLICATE_MEMBER,
				   "the last of %d repeats the first", n);
		CHECK_JSON(parse_slice(object_of(n, 0, "m1")), JSON_DUPLICATE_MEMBER,
				   "the first of %d repeats the second", n);
		CHECK_JSON(parse_slice(object_of(n, n - 1, "\\u006d0")), JSON_DUPLICATE_MEMBER,
				   "the last of %d repeats the first in an escape", n);
		CHECK_JSON(parse_slice(object_of(n, n / 2, "M0")), JSON_OK,
				   "one of %d differs from the first in case", n);
		CHECK_JSON(parse_slice(object_of(n, n / 2, "")), JSON_OK, "one of %d has no name", n);
	}
	CHECK_JSON(parse_slice(object_of(40, 7, "m30")), JSON_DUPLICATE_MEMBER,
			   "two of many members are the same");
	CHECK(slice_equals_cstring(document.duplicate, "m30"), "and the name is told");
}

static void
check_string(const char *text, const char *wanted, const char *name)
{
	if (CHECK_JSON(parse(text), JSON_OK, "accepted: %s", name))
		CHECK(document.root->kind == JSON_KIND_STRING &&
			  slice_equals_cstring(document.root->text, wanted), "read right: %s", name);
}

static void
test_strings(void)
{
	check_string("\"\"", "", "an empty string");
	check_string("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t", "every short escape");
	check_string("\"\\u0041\\u0001\\u001f\\u007F\"", "A\x01\x1f\x7f", "escapes in ASCII");
	check_string("\"\\u00e9\\u20ac\\uFFFF\"", "\xc3\xa9\xe2\x82\xac\xef\xbf\xbf", "escapes beyond");
	check_string("\"x\\ud83d\\ude00y\"", "x\xf0\x9f\x98\x80y", "a surrogate pair");
	check_string("\"\\udbff\\udfff\"", "\xf4\x8f\xbf\xbf", "the last character of all");
	check_string("\"\x7f\"", "\x7f", "the delete character");
	check_string("\"\\\\u0000\"", "\\u0000", "a backslash and u0000");
	check_string("\"\\u0022\\u005c\"", "\"\\", "a quote and a backslash as escapes");
	check_string("\"\\u0022\\u003a\\u007b\"", "\":{", "syntax as escapes");
}

static const Case bad_strings[] = {
	{"\"\\ud800\"", "a high surrogate alone"},
	{"\"\\udc00\"", "a low surrogate alone"},
	{"\"\\udc00\\ud800\"", "a pair the wrong way round"},
	{"\"\\ud800\\ud800\"", "two high surrogates"},
	{"\"\\ud83d\\ud83d\\ude00\"", "a high surrogate before a pair"},
	{"\"\\ud83d\\ude00\\ude00\"", "a low surrogate behind a pair"},
	{"\"\\ud800x\"", "a letter behind a high surrogate"},
	{"\"\\ud800\\n\"", "a short escape behind a high surrogate"},
	{"\"\\ud800\\u0041\"", "an ASCII escape behind a high surrogate"},
	{"\"\\ud800\\u00e9\"", "another escape behind a high surrogate"},
	{"\"\\ud83d\xed\x9f\xbf\"", "a real character behind a high surrogate"},
	{"{\"\\ud800\":1}", "a lone surrogate in a name"},
	{"\"\\a\"", "an unknown escape"},
	{"\"\\x41\"", "an escape of C"},
	{"\"\\U0041\"", "an escape with a capital"},
	{"\"\\u\"", "an escape without digits"},
	{"\"\\u004\"", "an escape of three digits"},
	{"\"\\u00g1\"", "an escape with a wrong digit"},
	{"\"\\u 041\"", "an escape with a space"},
	{"\"\\u+041\"", "an escape with a sign"},
	{"\"\\'\"", "an escaped apostrophe"},
	{"\"\\\xc3\xa9\"", "a backslash before a letter beyond ASCII"},
	{"\"abc", "no closing quote"},
	{"\"abc\\\"", "an escaped closing quote"},
	{"'abc'", "apostrophes"},
	{"\"a\nb\"", "a line break"},
	{"\"a\tb\"", "a tab"},
};

static void
test_bad_strings(void)
{
	int			accepted = 0;

	CHECK_ALL(bad_strings, JSON_NOT_VALID);
	for (int c = 1; c < 0x20; c++)
		accepted += parse_slice(sample_text("\"a%cb\"", c)) != JSON_NOT_VALID;
	CHECK(accepted == 0, "refused: every control character in a string");
	accepted = 0;
	for (int c = 1; c < 0x20; c++)
		accepted += parse_slice(sample_text("{\"a%cb\":1}", c)) != JSON_NOT_VALID;
	CHECK(accepted == 0, "refused: every control character in a name");
}

static const Case nuls[] = {
	{"\"\\u0000\"", "alone"},
	{"\"a\\u0000b\"", "between letters"},
	{"{\"\\u0000\":1}", "as a name"},
	{"{\"a\\u0000\":1,\"a\":1}", "at the end of a name"},
	{"[[[\"\\u0000\"]]]", "deep inside"},
	{"{\"a\":{\"b\":\"\\u0000\"}}", "in a member"},
	{"\"\\u00e9\\u0000\"", "behind another escape"},
};

static const Case good_numbers[] = {
	{"0", "zero"}, {"-0", "minus zero"}, {"10", "ten"}, {"-1", "minus one"},
	{"1.5", "a fraction"}, {"0.0", "zero with a fraction"}, {"1e5", "an exponent"},
	{"1E+5", "an exponent with plus"}, {"1e-05", "an exponent with zeros"},
	{"-0.0e-0", "everything at once"}, {"1e999", "more than a double holds"},
	{"123456789012345678901234567890", "more than 64 bits hold"},
	{"0.1000000000000000055511151231257827", "more digits than a double has"},
};

static const Case bad_numbers[] = {
	{"01", "a leading zero"}, {"-01", "a leading zero behind minus"}, {"00", "two zeros"},
	{"1.", "no digit behind the point"}, {".5", "no digit before the point"},
	{"-.5", "no digit between minus and point"},
	{"+1", "a plus sign"}, {"-", "a minus sign alone"}, {"--1", "two minus signs"},
	{"1e", "an empty exponent"}, {"1e+", "an exponent of only a sign"},
	{"1.e5", "no digit before e"},
	{"1e5.5", "a fraction in the exponent"}, {"0x10", "hexadecimal"}, {"1_000", "an underscore"},
	{"1,000", "a comma"}, {"NaN", "NaN"}, {"Infinity", "Infinity"}, {"-Infinity", "-Infinity"},
	{"1 2", "two numbers"}, {"1a", "a letter behind"}, {"1.5.5", "two points"},
	{"\xd9\xa3", "an Arabic digit"}, {"1\xc2\xa0", "a no-break space behind"}, {"0b1", "binary"},
};

static const Case bad_syntax[] = {
	{"", "nothing"}, {" ", "a space"}, {"\n", "a line break"}, {"{", "an open object"},
	{"[", "an open array"}, {"}", "a closing brace"}, {"]", "a closing bracket"},
	{"[}", "a mismatch"}, {"{]", "another mismatch"}, {"[1,]", "a comma at the end"},
	{"[,1]", "a comma at the start"}, {"[1,,2]", "two commas"}, {"[1 2]", "no comma"},
	{"{\"a\"}", "no value"}, {"{\"a\":}", "an empty value"}, {"{\"a\":1,}", "a comma at the end"},
	{"{,\"a\":1}", "a comma at the start"}, {"{\"a\":1 \"b\":2}", "no comma"}, {"{:1}", "no name"},
	{"{\"a\"::1}", "two colons"}, {"{\"a\",1}", "a comma for a colon"}, {"{a:1}", "a bare name"},
	{"{1:1}", "a number as name"}, {"{null:1}", "null as name"}, {"{\"a\":1:2}", "a second value"},
	{"True", "True"}, {"TRUE", "TRUE"},
	{"nul", "a literal cut off"}, {"nulll", "a literal too long"},
	{"truefalse", "two literals in one"}, {"undefined", "undefined"}, {"abc", "a bare word"},
	{"{} {}", "two objects"}, {"{}x", "a letter behind"}, {"{},", "a comma behind"},
	{"[]]", "a bracket too many"}, {"1\"\"", "a string behind a number"},
	{"/**/1", "a comment"}, {"1//", "a comment behind"}, {"#1", "a hash"},
	{"\v1", "a vertical tab"}, {"\f1", "a form feed"}, {"\xc2\xa0" "1", "a no-break space"},
	{"\xe2\x80\xa8" "1", "a line separator"}, {"\x01", "a control character"},
};

static void
test_syntax(void)
{
	CHECK_ALL(nuls, JSON_HAS_NUL);
	CHECK_ALL(good_numbers, JSON_OK);
	CHECK_ALL(bad_numbers, JSON_NOT_VALID);
	CHECK_ALL(bad_syntax, JSON_NOT_VALID);
	CHECK_JSON(parse(" \t\r\n[ \t\r\n] \t\r\n"), JSON_OK, "accepted: all white space there is");
	CHECK_JSON(parse("null"), JSON_OK, "accepted: a literal alone");
	CHECK_JSON(parse("\"a\""), JSON_OK, "accepted: a string alone");
}

/* No beginning of a document is one, and no change of a byte makes a crash. */
static void
test_truncated(void)
{
	static const char text[] = "{\"a\\u00e9\":[1,-2.5e3,\"\xf0\x9f\x98\x80\\ud83d\\ude00\\\"\"],"
	"\"b\":{\"c\":null,\"d\":true}}";
	int			accepted = 0;
	int			judged = 0;

	CHECK_JSON(parse(text), JSON_OK, "a document with everything in it is read");
	for (size_t len = 0; len < sizeof(text) - 1; len++)
		accepted += parse_slice(slice_make(text, len)) == JSON_OK;
	CHECK(accepted == 0, "cut off anywhere it is refused");
	for (size_t bit = 0; bit < (sizeof(text) - 1) * 8; bit++)
		judged += parse_slice(sample_flip(slice_cstring(text), bit)) <= JSON_DUPLICATE_MEMBER;
	CHECK(judged == (sizeof(text) - 1) * 8, "with any bit changed it is judged, and nothing worse");
}

int
main(void)
{
	test_tree();
	test_member();
	test_names();
	test_duplicates();
	test_many_members();
	test_strings();
	test_bad_strings();
	test_syntax();
	test_truncated();
	return check_done();
}
