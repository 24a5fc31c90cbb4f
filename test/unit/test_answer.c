/* SPDX-License-Identifier: PostgreSQL */
/*
 * test_answer.c: what the program that fetches has replied is believed only if it
 * is whole, and shown only if it is printable.
 */
#include "compat.h"

#include "check.h"
#include "keys/answer.h"
#include "sample.h"

#define ENDED "the program herm_jwt_fetch has ended without an answer"
#define HALF "the program herm_jwt_fetch has given half an answer"

#define BODY "{\"keys\":[]}"
#define GOOD \
	"status 200\netag \"5f2c\"\nlast-modified Sun, 06 Nov 1994 08:49:37 GMT\n" \
	"cache-control public, max-age=3600\nexpires Sun, 06 Nov 1994 09:49:37 GMT\nage 7\n" \
	"content-type application/json\nlength 11\n\n" BODY

static FetchAnswer answer;
static const char *error;

/* The reply goes into a block of its own size: the sanitizer sees a read too far. */
static bool
read_slice(Slice reply)
{
	memset(&answer, 0xEE, sizeof(answer));
	error = NULL;
	return answer_read(sample_exact(reply), &answer, &error);
}

static bool
read_reply(const char *reply)
{
	return read_slice(slice_cstring(reply));
}

static bool
is(Slice found, const char *wanted)
{
	return slice_equals_cstring(found, wanted);
}

/* ---- good replies ---- */

static void
test_everything(void)
{
	CHECK(read_reply(GOOD), "a reply with everything is good");
	CHECK(answer.status == 200, "it has a status");
	CHECK(is(answer.etag, "\"5f2c\""), "it has an etag, with its quotes");
	CHECK(is(answer.last_modified, "Sun, 06 Nov 1994 08:49:37 GMT"), "it has a last-modified");
	CHECK(is(answer.freshness.cache_control, "public, max-age=3600"), "it has a cache-control");
	CHECK(is(answer.freshness.expires, "Sun, 06 Nov 1994 09:49:37 GMT"), "it has an expires");
	CHECK(is(answer.freshness.age, "7"), "it has an age");
	CHECK(is(answer.content_type, "application/json"), "it has a content-type");
	CHECK(is(answer.body, BODY), "it has a body");
}

static void
test_little(void)
{
	CHECK(read_reply("status 304\nlength 0\n\n"),
		  "a reply with nothing but a status and a length is good");
	CHECK(answer.status == 304 && answer.body.len == 0, "it has no body");
	CHECK(answer.freshness.cache_control.data == NULL && answer.freshness.expires.data == NULL &&
		  answer.freshness.age.data == NULL, "what was not said of its age is absent");
	CHECK(answer.etag.len == 0 && answer.last_modified.len == 0 && answer.content_type.len == 0,
		  "and so is the rest");
	CHECK(read_reply("status 200\nlength 0\netag \ncache-control \n\n"),
		  "headers may be empty, and in any order");
	CHECK(answer.etag.len == 0 && answer.freshness.cache_control.data != NULL &&
		  answer.freshness.cache_control.len == 0, "an empty one is there");
}

/* Names are whole and exact; what is not known does not count. */
static void
test_names(void)
{
	CHECK(read_reply("status 200\nx y\nfoo\n etag 1\netags 2\neta 3\nETag 4\netag\netag:5\netag\t6\nlength 0\n\n"),
		  "unknown lines are left alone");
	CHECK(answer.etag.len == 0, "and none of them is an etag");
	CHECK(read_reply("status 200\netag  a b \nlength 0\n\n") && is(answer.etag, " a b "),
		  "a value is all that stands behind one space");
	CHECK(read_reply("status 200\netag a\netag b\nlength 0\n\n") && is(answer.etag, "b"),
		  "of two the last counts");
	CHECK(read_reply("status 200\nstatus 500\nerror x\nlength 0\n\n") && answer.status == 200,
		  "one status is enough");
}

/* Bytes are bytes: the length alone says where a body ends. */
static void
test_body(void)
{
	static const char reply[] = "status 200\nlength 9\n\n\n\0\xFF\nage 1";
	Slice		largest = sample_zeros(FETCH_MAX_BODY);
	Slice		head = sample_text("status 200\nlength %d\n\n", FETCH_MAX_BODY);

	CHECK(read_slice(slice_make(reply, sizeof(reply) - 1)) && answer.body.len == 9 &&
		  memcmp(answer.body.data, "\n\0\xFF\nage 1", 9) == 0, "a body may have any bytes");
	CHECK(answer.freshness.age.data == NULL, "and no header is taken from it");
	CHECK(read_slice(sample_join(head, largest)) && answer.body.len == FETCH_MAX_BODY,
		  "the largest body is taken");
	head = sample_text("status 200\nlength %d\n\n", FETCH_MAX_BODY + 1);
	CHECK(!read_slice(sample_join(head, sample_zeros(FETCH_MAX_BODY + 1))) &&
		  strcmp(error, HALF) == 0,
		  "a larger one is not");
}

/* ---- replies that are not whole ---- */

static void
test_truncation(void)
{
	int			accepted = 0;
	int			other_words = 0;

	for (size_t len = 0; len < strlen(GOOD); len++)
	{
		accepted += read_slice(slice_make(GOOD, len));
		other_words += error == NULL || strcmp(error, len == 0 ? ENDED : HALF) != 0;
	}
	CHECK(accepted == 0, "a reply that was cut off anywhere is refused");
	CHECK(other_words == 0, "as half an answer");
	CHECK(!read_reply(GOOD "x") && strcmp(error, HALF) == 0, "and so is one that is too long");
	CHECK(!read_slice(slice_make(GOOD, strlen(GOOD) + 1)) && strcmp(error, HALF) == 0,
		  "if only by a zero");
}

/* Each is wrong in one place; BODY follows, behind an empty line. */
static const char *const bad_heads[] = {
	"", "\n", " ", "length 11\n", "status\nlength 11\n", "status \nlength 11\n",
	"Status 200\nlength 11\n",
	" status 200\nlength 11\n", "status  200\nlength 11\n", "status 200 \nlength 11\n",
	"status 200\r\nlength 11\n",
	"status -1\nlength 11\n", "status +200\nlength 11\n", "status 0x20\nlength 11\n",
	"status 2e2\nlength 11\n",
	"status 1000\nlength 11\n", "status 4294967496\nlength 11\n",
	"status 18446744073709551816\nlength 11\n",
	"status:200\nlength 11\n", "status 200 OK\nlength 11\n", "status\t200\nlength 11\n",
	"\nstatus 200\nlength 11\n", "etag x\nstatus 200\nlength 11\n", "HTTP/1.1 200 OK\nlength 11\n",
	"status 200\n", "status 200\nlength\n", "status 200\nlength \n", "status 200\nLength 11\n",
	"status 200\nlength 10\n", "status 200\nlength 12\n", "status 200\nlength 0\n",
	"status 200\nlength -1\n",
	"status 200\nlength +11\n", "status 200\nlength  11\n", "status 200\nlength 11 \n",
	"status 200\nlength 0xB\n",
	"status 200\nlength 11\r\n", "status 200\nlength 4294967307\n",
	"status 200\nlength 18446744073709551627\n",
	"status 200\nlength 9999999999999999999999999999999999999999\n", "status 200\nlength 1048577\n",
	"status 200\nlength 11\nlength 12\n", "status 200\nlength 11\nlength x\n",
	"status 200\ncontent-length 11\n",
	"status 200\nlength 11\x7F\n",
};

static void
test_bad_heads(void)
{
	CHECK(read_reply("status 200\nlength 11\n\n" BODY), "a good head is accepted");
	CHECK(read_reply("status 00200\nlength 00011\n\n" BODY) && answer.status == 200,
		  "with zeros in front, too");
	CHECK(read_reply("status 999\nlength 11\n\n" BODY) && answer.status == 999,
		  "and with any three digits");
	for (int i = 0; i < COUNT_OF(bad_heads); i++)
	{
		Slice		reply = sample_text("%s\n%s", bad_heads[i], BODY);

		if (!CHECK(!read_slice(reply) && strcmp(error, HALF) == 0, "bad head %d is refused", i))
			printf("# %s\n", bad_heads[i]);
	}
}

/* ---- hostile bytes ---- */

/* A validator goes into the next request and the kept file, which others rely on. */
static void
test_bytes(void)
{
	int			mistakes = 0;

	for (int c = 0; c < 256; c++)
	{
		char		reply[] = "status 200\netag a?b\nage ?1\ncontent-type t\nlength 0\n\n";
		bool		printable = c >= 0x20 && c <= 0x7E;

		for (size_t i = 0; i < sizeof(reply); i++)
			reply[i] = reply[i] == '?' ? (char) c : reply[i];
		if (!read_slice(slice_make(reply, sizeof(reply) - 1)))
			mistakes++;
		else if (c == '\n')
			mistakes += !is(answer.etag, "a") || !is(answer.content_type, "t");
		else
			mistakes += (answer.etag.len == 3) != printable ||
				(answer.etag.data == NULL) == printable ||
				(answer.freshness.age.data == NULL) == printable || !is(answer.content_type, "t");
	}
	CHECK(mistakes == 0, "a header with a byte that is not printable is absent, and nothing else");
}

/* ---- failures ---- */

typedef struct ErrorCase
{
	const char *reply;
	const char *wanted;
	const char *name;
} ErrorCase;

static const ErrorCase errors[] = {
	{"", ENDED, "nothing"},
	{"error timed out\n", "timed out", "a line of words"},
	{"error timed out\nstatus 200\nlength 0\n\n", "timed out", "and no answer behind it"},
	{"error  a: b, \"c\" \n", " a: b, \"c\" ", "with any characters"},
	{"error \xC3\xA9\xE2\x82\xAC\n", "\xC3\xA9\xE2\x82\xAC", "of any alphabet"},
	{"error a\x1B[31mb\rc\td\x7F\n", "a?[31mb?c?d?", "but without what a terminal obeys"},
	{"error \xC2\x9B" "31m\n", "?31m", "in eight bits either"},
	{"error \xFF\xC3(\xE2\x82\n", "?" "?(?" "?", "or is no UTF-8"},
	{"error timed out", HALF, "a line without an end"},
	{"error \n", HALF, "no words"},
	{"error\n", HALF, "not even a space"},
	{"errors x\n", HALF, "another name"},
	{"Error x\n", HALF, "another spelling"},
	{"status 200\nerror x\n", HALF, "words in the wrong place"},
	{"\n", HALF, "an empty line"},
	{"Segmentation fault\n", HALF, "words of somebody else"},
};

static void
test_errors(void)
{
	for (int i = 0; i < COUNT_OF(errors); i++)
	{
		bool		accepted = read_reply(errors[i].reply);

		if (!CHECK(!accepted && strcmp(error, errors[i].wanted) == 0, "failure: %s",
				   errors[i].name))
			printf("# got \"%s\", wanted \"%s\"\n", error, errors[i].wanted);
	}
}

static void
test_long_errors(void)
{
	Slice		words = sample_repeat("x", 200);
	Slice		more = sample_repeat("x", 1000000);
	Slice		end = slice_cstring("\n");
	Slice		start = slice_cstring("error ");
	Slice		zero = slice_make("error a\0b\n", 10);

	CHECK(!read_slice(sample_join(sample_join(start, words), end)) && is(words, error),
		  "200 bytes of words are shown");
	CHECK(!read_slice(sample_join(sample_join(start, more), end)) && is(words, error),
		  "and no more of a million");
	words = sample_join(sample_repeat("x", 199), slice_cstring("\xC3\xA9"));
	CHECK(!read_slice(sample_join(sample_join(start, words), end)) && strlen(error) == 200 &&
		  error[199] == '?',
		  "a character is not shown by half");
	CHECK(!read_slice(zero) && strcmp(error, "a?b") == 0, "a zero does not end them");
}

int
main(void)
{
	test_everything();
	test_little();
	test_names();
	test_body();
	test_truncation();
	test_bad_heads();
	test_bytes();
	test_errors();
	test_long_errors();
	return check_done();
}
