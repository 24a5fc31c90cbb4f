/* SPDX-License-Identifier: PostgreSQL */
/*
 * test_variables.c: session variables have one spelling and one order.
 */
#include "compat.h"

#include "lib/stringinfo.h"

#include "check.h"
#include "hasura/variables.h"
#include "sample.h"

static SessionVariables variables;
static Slice duplicate;

static bool
gather(const char *text)
{
	JsonDocument document;

	if (json_parse(slice_cstring(text), &document) != JSON_OK)
		sample_bail_out("a sample is not JSON");
	memset(&variables, 0, sizeof(variables));
	duplicate = slice_make(NULL, 0);
	return session_variables_gather(document.root, &variables, &duplicate);
}

/* The names, each with a space behind it, are all there is. */
static bool
names_are(const char *names)
{
	Slice		rest = slice_cstring(names);

	for (int i = 0; i < variables.count; i++)
	{
		Slice		name = variables.items[i].name;

		if (rest.len <= name.len || rest.data[name.len] != ' ' ||
			!slice_equals(slice_make(rest.data, name.len), name))
			return false;
		rest = slice_skip(rest, name.len + 1);
	}
	return rest.len == 0;
}

static const char *
show_names(void)
{
	StringInfoData out;

	initStringInfo(&out);
	for (int i = 0; i < variables.count; i++)
		appendStringInfo(&out, "%.*s ", (int) variables.items[i].name.len,
						 variables.items[i].name.data);
	return out.data;
}

static void
check_names(const char *names, const char *what)
{
	if (!CHECK(names_are(names), "%s", what))
		printf("# got %s, wanted %s\n", show_names(), names);
}

/* The text of a variable; not a text of its own if it is absent. */
static const char *
text_of(const char *name)
{
	const JsonNode *value = session_variables_find(&variables, sample_exact(slice_cstring(name)));

	return value == NULL ? "(absent)" : pnstrdup(value->text.data, value->text.len);
}

static bool
is_absent(const char *name)
{
	return session_variables_find(&variables, sample_exact(slice_cstring(name))) == NULL;
}

static bool
is_text(const char *name, const char *text)
{
	return strcmp(text_of(name), text) == 0;
}

static void
test_gather(void)
{
	CHECK(gather("{\"x-hasura-user-id\":\"7\",\"sub\":\"ann\",\"x-hasura-org\":\"o\"}"),
		  "variables are gathered");
	check_names("x-hasura-org x-hasura-user-id ", "and nothing else");
	CHECK(is_text("x-hasura-user-id", "7") && is_text("x-hasura-org", "o"), "with their values");
	CHECK(is_absent("sub"), "another member is no variable");
	CHECK(gather("{}") && variables.count == 0, "an empty object has none");
	CHECK(is_absent("x-hasura-role"), "in which nothing is found");
	CHECK(gather("{\"sub\":\"ann\",\"aud\":[]}") && variables.count == 0, "nor has one without any");
	CHECK(gather("{\"x-hasura-a\":1,\"x-hasura-b\":null,\"x-hasura-c\":[\"x\"],"
				 "\"x-hasura-d\":{\"x-hasura-e\":\"\"},\"x-hasura-f\":true}"),
		  "values of any kind are gathered");
	check_names("x-hasura-a x-hasura-b x-hasura-c x-hasura-d x-hasura-f ",
				"but not what is inside of them");
	CHECK(session_variables_find(&variables, slice_cstring("x-hasura-a"))->kind ==
		  JSON_KIND_NUMBER, "and keep their kind");
	CHECK(session_variables_find(&variables, slice_cstring("x-hasura-b"))->kind == JSON_KIND_NULL,
		  "a null is there");
}

/* HASURA-JWT 3.1: the prefix counts in any case, and all of it. */
static void
test_prefix(void)
{
	static const char *const prefixes[] = {
		"x-hasura-", "X-Hasura-", "X-HASURA-", "x-HaSuRa-", "X-hasura-", "x-hasurA-",
	};
	static const char *const others[] = {
		"x-hasura", "x-hasur-a", "xhasura-a", "x_hasura_a", "x-hasura_a", "-x-hasura-a",
		" x-hasura-a", "y-hasura-a", "", "x", "hasura-a", "X",
		"x--hasura-a", "x-hasura\xe2\x80\x90" "a", "\xef\xbd\x98-hasura-a", "8-hasura-a", "x\\rhasura-a",
	};

	for (int i = 0; i < COUNT_OF(prefixes); i++)
	{
		CHECK(gather(psprintf("{\"%sA\":\"v\"}", prefixes[i])), "a name may start with %s",
			  prefixes[i]);
		check_names("x-hasura-a ", "and is spelled in lower case");
	}
	for (int i = 0; i < COUNT_OF(others); i++)
		CHECK(gather(psprintf("{\"%s\":\"v\"}", others[i])) && variables.count == 0,
			  "\"%s\" is no variable", others[i]);
	CHECK(gather("{\"\\u0078-hasura\\u002dA\":\"v\"}"), "a name is unescaped before it is judged");
	check_names("x-hasura-a ", "and so is a variable");
	CHECK(gather("{\"X-Hasura-\":\"v\"}"), "nothing may follow the prefix");
	check_names("x-hasura- ", "and the name is the prefix");
}

static void
test_duplicates(void)
{
	CHECK(!gather("{\"x-hasura-a\":\"1\",\"X-Hasura-A\":\"2\"}"),
		  "two spellings of a name are refused");
	CHECK(slice_equals_cstring(duplicate, "x-hasura-a"), "and named in lower case");
	CHECK(!gather("{\"X-Hasura-A\":\"1\",\"x-hasura-a\":\"1\"}"), "in any order, with any values");
	CHECK(!gather("{\"x-hasura-a\":\"1\",\"x-hasura-b\":\"2\",\"x-hasura-C\":\"3\","
				  "\"sub\":\"x\",\"X-HASURA-B\":\"4\"}"), "wherever they stand");
	CHECK(slice_equals_cstring(duplicate, "x-hasura-b"), "the one that is there twice is named");
	CHECK(!gather("{\"x-hasura-a\":1,\"x-Hasura-a\":2,\"X-hasura-a\":3}"), "three of them, too");
	CHECK(!gather("{\"x-hasura-\":\"1\",\"X-HASURA-\":\"2\"}"), "even if they are the prefix");
	CHECK(gather("{\"Sub\":\"1\",\"sub\":\"2\",\"SUB\":\"3\"}"), "other members do not count");
	CHECK(gather("{\"x-hasura-a\":\"1\",\"x-hasura-a-\":\"2\",\"x-hasura-aa\":\"3\"}"),
		  "longer names are other names");
	CHECK(gather("{\"x-hasura-[\":\"1\",\"x-hasura-{\":\"2\",\"x-hasura-@\":\"3\","
				 "\"x-hasura-`\":\"4\"}"), "only letters have a case");
}

/* Fewer than a hundred names, in many orders, two of which may be alike. */
static void
test_many(void)
{
	StringInfoData text;
	int			found = 0;

	initStringInfo(&text);
	for (int i = 0; i < 97; i++)
		appendStringInfo(&text, "%s\"X-Hasura-%d\":\"%d\"", i == 0 ? "{" : ",", i * 31 % 97 + 1,
						 i * 31 % 97 + 1);
	CHECK(!gather(psprintf("%s,\"x-hasura-50\":\"\"}", text.data)),
		  "a duplicate among many is refused");
	CHECK(gather(psprintf("%s}", text.data)) && variables.count == 97, "many are gathered");
	for (int i = 1; i <= 97; i++)
		found += is_text(psprintf("x-haSura-%d", i), psprintf("%d", i));
	CHECK(found == 97, "and each of them is found");
	CHECK(is_absent("x-hasura-0") && is_absent("x-hasura-98"), "but no other");
}

static void
test_find(void)
{
	if (!gather("{\"X-Hasura-User-Id\":\"7\",\"x-hasura-org\":\"o\",\"x-hasura-z9\":\"z\"}"))
		sample_bail_out("a sample is refused");
	CHECK(is_text("x-hasura-user-id", "7"), "a variable is found in lower case");
	CHECK(is_text("X-HASURA-USER-ID", "7"), "in upper case");
	CHECK(is_text("X-Hasura-User-Id", "7"), "and as it was written");
	CHECK(is_text("x-hasura-Z9", "z"), "whatever its place");
	CHECK(is_absent("x-hasura-user-i") && is_absent("x-hasura-user-id2") &&
		  is_absent("x-hasura-user_id"), "another name is absent");
	CHECK(is_absent("") && is_absent("x-hasura-") && is_absent("user-id"), "so is half a name");
	CHECK(is_absent("x-hasura-user-id ") && is_absent(" x-hasura-user-id"), "and one with a space");
	CHECK(session_variables_find(&variables, slice_make("x-hasura-org\0", 13)) == NULL,
		  "and one with a zero");
}

/* Sorted by length, then by bytes; so equal sets are equal lists. */
static void
test_order(void)
{
	static const char wanted[] =
	"x-hasura-a x-hasura-b x-hasura-ab x-hasura-b- x-hasura-\xc3\xa4 x-hasura-abc ";

	CHECK(gather("{\"x-hasura-abc\":1,\"x-hasura-b-\":1,\"x-hasura-B\":1,\"X-hasura-ab\":1,"
				 "\"x-hasura-\xc3\xa4\":1,\"x-hasura-A\":1}"), "names come in some order");
	check_names(wanted, "and are sorted by length in bytes, then by bytes");
	CHECK(gather("{\"x-hasura-A\":1,\"x-hasura-\xc3\xa4\":1,\"x-hasura-B\":1,"
				 "\"x-hasura-AB\":1,\"x-hasura-abc\":1,\"x-hasura-B-\":1}"), "or in another");
	check_names(wanted, "with the same outcome");
}

static void
test_remove(void)
{
	if (!gather("{\"x-hasura-a\":\"1\",\"x-hasura-b\":\"2\",\"x-hasura-c\":\"3\",\"sub\":\"x\"}"))
		sample_bail_out("a sample is refused");
	session_variables_remove(&variables, "x-hasura-d");
	session_variables_remove(&variables, "sub");
	session_variables_remove(&variables, "");
	check_names("x-hasura-a x-hasura-b x-hasura-c ", "what is not there is not removed");
	session_variables_remove(&variables, "x-hasura-b");
	check_names("x-hasura-a x-hasura-c ", "one in the middle is removed");
	CHECK(is_absent("x-hasura-b") && is_text("x-hasura-a", "1") && is_text("x-hasura-c", "3"),
		  "and the others are found");
	session_variables_remove(&variables, "x-hasura-c");
	check_names("x-hasura-a ", "the last is removed");
	session_variables_remove(&variables, "x-hasura-a");
	CHECK(variables.count == 0, "the first is removed");
	session_variables_remove(&variables, "x-hasura-a");
	CHECK(variables.count == 0, "nothing is left to remove");
}

static void
test_set(void)
{
	const JsonNode *role;

	if (!gather("{\"x-hasura-a\":\"1\",\"X-Hasura-Role\":5,\"x-hasura-user-id\":\"7\"}"))
		sample_bail_out("a sample is refused");
	session_variables_set(&variables, VARIABLE_ROLE, slice_cstring("editor"));
	check_names("x-hasura-a x-hasura-role x-hasura-user-id ", "what is there is replaced in place");
	CHECK(is_text("x-hasura-role", "editor"), "by the new text");
	role = session_variables_find(&variables, slice_cstring(VARIABLE_ROLE));
	CHECK(role->kind == JSON_KIND_STRING, "which is a string");
	CHECK(is_text("x-hasura-a", "1") && is_text("x-hasura-user-id", "7"), "the others stay");
	session_variables_set(&variables, VARIABLE_ROLE, slice_cstring(""));
	CHECK(is_text("X-HASURA-ROLE", "") && variables.count == 3, "once more, even by an empty text");
}

/* Where a new one belongs: in front, in the middle, at the end, alone. */
static void
test_set_new(void)
{
	static const char *const examples[][2] = {
		{"{}", "x-hasura-role "},
		{"{\"sub\":\"x\"}", "x-hasura-role "},
		{"{\"x-hasura-user-id\":\"7\"}", "x-hasura-role x-hasura-user-id "},
		{"{\"x-hasura-a\":\"1\"}", "x-hasura-a x-hasura-role "},
		{"{\"x-hasura-rold\":\"1\",\"x-hasura-rolf\":\"2\"}",
		"x-hasura-rold x-hasura-role x-hasura-rolf "},
		{"{\"x-hasura-a\":\"1\",\"x-hasura-user-id\":\"7\"}",
		"x-hasura-a x-hasura-role x-hasura-user-id "},
	};

	for (int i = 0; i < COUNT_OF(examples); i++)
	{
		if (!gather(examples[i][0]))
			sample_bail_out("a sample is refused");
		session_variables_set(&variables, VARIABLE_ROLE, slice_cstring("editor"));
		check_names(examples[i][1], "a new variable goes where it belongs");
		CHECK(is_text("x-hasura-role", "editor"), "and is found there");
	}
}

/* docs/hasura.md: where Hasura folds every script, only ASCII has a case. */
static void
test_beyond_ascii(void)
{
	CHECK(gather("{\"X-Hasura-\xc3\x84RZTIN\":\"1\"}"), "a name may go beyond ASCII");
	check_names("x-hasura-\xc3\x84rztin ", "where it is left as it is");
	CHECK(is_text("X-HASURA-\xc3\x84RZTIN", "1"), "and found as it is");
	CHECK(is_absent("x-hasura-\xc3\xa4rztin"), "but not in another case");
	CHECK(gather("{\"x-hasura-\xc3\x84\":\"1\",\"x-hasura-\xc3\xa4\":\"2\"}") &&
		  variables.count == 2, "two spellings beyond ASCII are two names");
	CHECK(gather("{\"x-ha\xc5\xbfura-a\":\"1\"}") && variables.count == 0,
		  "no letter beyond ASCII is one of the prefix");
}

static void
test_name(void)
{
	static const char *const names[][2] = {
		{"X-Hasura-User-Id", "x-hasura-user-id"}, {"x-hasura-a", "x-hasura-a"}, {"", ""},
		{"ANY Name @[`{ 9", "any name @[`{ 9"}, {"\xc3\x84Z", "\xc3\x84z"},
	};

	for (int i = 0; i < COUNT_OF(names); i++)
	{
		Slice		name = session_variable_name(sample_exact(slice_cstring(names[i][0])));

		CHECK(slice_equals_cstring(name, names[i][1]) && name.data[name.len] == '\0',
			  "\"%s\" is spelled \"%s\"", names[i][0], names[i][1]);
	}
}

int
main(void)
{
	test_gather();
	test_prefix();
	test_duplicates();
	test_many();
	test_find();
	test_order();
	test_remove();
	test_set();
	test_set_new();
	test_beyond_ascii();
	test_name();
	return check_done();
}
