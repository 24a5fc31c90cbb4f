/* SPDX-License-Identifier: PostgreSQL */
/*
 * fuzz_answer.c: replies of the program that fetches; what is read is all there was.
 */
#include "compat.h"

#include "lib/stringinfo.h"

#include "keys/answer.h"

#include "fuzz.h"

void
fuzz_prepare(void)
{
}

static void
require_printable(Slice text)
{
	for (size_t i = 0; i < text.len; i++)
		FUZZ_REQUIRE(text.data[i] >= ' ' && text.data[i] <= '~', "a header is printable ASCII");
}

static void
append(StringInfo out, const char *name, Slice value)
{
	require_printable(value);
	if (value.data != NULL)
		appendStringInfo(out, "%s %.*s\n", name, (int) value.len, value.data);
}

/* The answer as the program would write it. */
static Slice
write_again(const FetchAnswer *answer)
{
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfo(&out, "status %d\n", answer->status);
	append(&out, "etag", answer->etag);
	append(&out, "last-modified", answer->last_modified);
	append(&out, "cache-control", answer->freshness.cache_control);
	append(&out, "expires", answer->freshness.expires);
	append(&out, "age", answer->freshness.age);
	append(&out, "content-type", answer->content_type);
	appendStringInfo(&out, "length %zu\n\n", answer->body.len);
	appendBinaryStringInfo(&out, answer->body.data, (int) answer->body.len);
	return slice_make(out.data, out.len);
}

static bool
answers_equal(const FetchAnswer *a, const FetchAnswer *b)
{
	return a->status == b->status && slice_equals(a->etag, b->etag) &&
		slice_equals(a->last_modified, b->last_modified) &&
		slice_equals(a->content_type, b->content_type) && slice_equals(a->body, b->body) &&
		slice_equals(a->freshness.cache_control, b->freshness.cache_control) &&
		slice_equals(a->freshness.expires, b->freshness.expires) &&
		slice_equals(a->freshness.age, b->freshness.age);
}

static void
require_whole(Slice input, const FetchAnswer *answer)
{
	FetchAnswer again;
	const char *error;

	FUZZ_REQUIRE(answer->status >= 0 && answer->status <= 999, "a status has three digits");
	FUZZ_REQUIRE(answer->body.len <= FETCH_MAX_BODY, "a body is not too large");
	FUZZ_REQUIRE(answer->body.data + answer->body.len == input.data + input.len,
				 "a body ends where the reply does");
	FUZZ_REQUIRE(answer_read(fuzz_exact(write_again(answer)), &again, &error) &&
				 answers_equal(answer, &again), "an answer that is written again is the same");
	FUZZ_REQUIRE(!answer_read(fuzz_exact(slice_make(input.data, input.len - 1)), &again, &error),
				 "a reply that lacks its last byte is none");
}

void
fuzz_one(Slice input)
{
	FetchAnswer answer;
	const char *error = NULL;

	if (answer_read(input, &answer, &error))
		require_whole(input, &answer);
	else
	{
		FUZZ_REQUIRE(error != NULL && error[0] != '\0', "a failure has words");
		FUZZ_REQUIRE(fuzz_is_text(slice_cstring(error)) && strlen(error) <= 203 &&
					 strpbrk(error, "\n\r\t\033\177") == NULL, "which are a line of text");
	}
}
