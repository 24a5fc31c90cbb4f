/* SPDX-License-Identifier: PostgreSQL */
/*
 * test_secret.c: secrets are compared whole and wiped whole.
 */
#include "compat.h"

#include "check.h"
#include "jose/secret.h"
#include "sample.h"

static bool
equal(const char *a, const char *b)
{
	return jose_secret_equals(sample_exact(slice_cstring(a)), sample_exact(slice_cstring(b)));
}

static void
test_equals(void)
{
	Slice		secret = sample_repeat("s3cret", 11);
	int			mistaken = 0;

	CHECK(equal("same", "same"), "the same bytes are equal");
	CHECK(jose_secret_equals(secret, secret), "a secret equals itself");
	CHECK(equal("", ""), "two empty secrets are equal");
	CHECK(!equal("same", "samf"), "another last byte is seen");
	CHECK(!equal("same", "tame"), "another first byte is seen");
	CHECK(!equal("same", "sam"), "a shorter secret is not equal");
	CHECK(!equal("sam", "same"), "a longer secret is not equal");
	CHECK(!equal("same", ""), "an empty secret equals no other");
	CHECK(!equal("", "same"), "no other equals an empty secret");
	CHECK(!jose_secret_equals(slice_make("a\0b", 3), slice_make("a\0c", 3)),
		  "bytes behind a NUL count");
	CHECK(jose_secret_equals(slice_make("a\0b", 3), sample_exact(slice_make("a\0b", 3))),
		  "a NUL is a byte as any other");
	for (size_t bit = 0; bit < secret.len * 8; bit++)
		mistaken += jose_secret_equals(secret, sample_flip(secret, bit));
	CHECK(mistaken == 0, "a difference in any single bit is seen");
}

static void
test_wipe(void)
{
	char		bytes[] = "keep secret keep";
	int			left = 0;

	jose_secret_wipe(bytes + 5, 6);
	for (int i = 5; i < 11; i++)
		left += bytes[i] != 0;
	CHECK(left == 0, "every byte is wiped");
	CHECK(memcmp(bytes, "keep ", 5) == 0, "what stands in front is kept");
	CHECK(memcmp(bytes + 11, " keep", 6) == 0, "what stands behind is kept");
	jose_secret_wipe(bytes, 0);
	CHECK(bytes[0] == 'k', "nothing is wiped of nothing");
	jose_secret_wipe(NULL, 0);
	CHECK(true, "a secret that is not there can be wiped");
}

int
main(void)
{
	test_equals();
	test_wipe();
	return check_done();
}
