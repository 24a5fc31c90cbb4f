/* SPDX-License-Identifier: PostgreSQL */
/*
 * test_base64url.c: one text for each string of bytes, and no other accepted.
 */
#include "compat.h"

#include "check.h"
#include "jose/base64url.h"
#include "sample.h"

static const char alphabet[] =
"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static bool
in_alphabet(int c)
{
	return c != 0 && strchr(alphabet, c) != NULL;
}

static bool
decodes_to(const char *text, Slice wanted)
{
	Slice		bytes;

	return base64url_decode(sample_exact(slice_cstring(text)), &bytes) &&
		slice_equals(bytes, wanted) && bytes.data[bytes.len] == '\0';
}

static bool
accepts(Slice text)
{
	Slice		bytes;

	return base64url_decode(sample_exact(text), &bytes);
}

/* RFC 4648 section 10 and RFC 7515 appendix C, without padding. */
static void
test_published(void)
{
	static const char *const texts[][2] = {
		{"", ""}, {"Zg", "f"}, {"Zm8", "fo"}, {"Zm9v", "foo"},
		{"Zm9vYg", "foob"}, {"Zm9vYmE", "fooba"}, {"Zm9vYmFy", "foobar"},
		{"A-z_4ME", "\x03\xec\xff\xe0\xc1"},
	};

	for (int i = 0; i < COUNT_OF(texts); i++)
	{
		Slice		bytes = slice_cstring(texts[i][1]);

		CHECK(decodes_to(texts[i][0], bytes), "published text \"%s\" is decoded", texts[i][0]);
		CHECK(slice_equals_cstring(base64url_encode(sample_exact(bytes)), texts[i][0]),
			  "published text \"%s\" is encoded", texts[i][0]);
	}
}

static bool
survives(Slice bytes)
{
	Slice		text = base64url_encode(bytes);
	Slice		again;

	return text.data[text.len] == '\0' && base64url_decode(sample_exact(text), &again) &&
		slice_equals(again, bytes);
}

static void
test_round_trip(void)
{
	char		bytes[300];
	int			survivors = 0;
	Slice		large = sample_repeat("0123456789abcde", 100000);

	for (int i = 0; i < COUNT_OF(bytes); i++)
		bytes[i] = (char) (i * 7);
	for (int len = 0; len < COUNT_OF(bytes); len++)
		survivors += survives(sample_exact(slice_make(bytes, len)));
	CHECK(survivors == COUNT_OF(bytes), "bytes of every length survive encoding and decoding");
	CHECK(survives(large), "a text of two megabytes survives");
	CHECK(accepts(slice_make(NULL, 0)), "no bytes at all are an empty text");
}

/*
 * How often a byte at a place of a text of As is judged wrong.  The last
 * character of a tail has unused bits, so not all of the alphabet is good there.
 */
static int
count_mistakes(int len, int place)
{
	bool		unused_bits = place == len - 1 && len % 4 != 0;
	int			mistakes = 0;

	for (int c = 0; c < 256; c++)
	{
		char		text[] = "AAAAAAAA";
		bool		accepted;

		text[place] = (char) c;
		accepted = accepts(slice_make(text, len));
		if (in_alphabet(c) && !unused_bits)
			mistakes += !accepted;
		if (!in_alphabet(c))
			mistakes += accepted;
	}
	return mistakes;
}

static void
test_alphabet(void)
{
	for (int len = 2; len <= 8; len++)
	{
		int			mistakes = 0;

		if (len % 4 == 1)
			continue;
		for (int place = 0; place < len; place++)
			mistakes += count_mistakes(len, place);
		CHECK(mistakes == 0, "only the alphabet's characters are accepted in a text of %d", len);
	}
}

/* Of all texts with a tail, exactly one stands for each string of bytes. */
static int
count_canonical(int len, int *unfaithful)
{
	char		text[3];
	int			accepted = 0;

	for (int i = 0; i < (len == 2 ? 64 * 64 : 64 * 64 * 64); i++)
	{
		Slice		bytes;
		Slice		candidate = slice_make(text, len);

		text[0] = alphabet[i & 63];
		text[1] = alphabet[i >> 6 & 63];
		text[2] = alphabet[i >> 12 & 63];
		if (!base64url_decode(candidate, &bytes))
			continue;
		accepted++;
		*unfaithful += !slice_equals(base64url_encode(bytes), candidate);
	}
	return accepted;
}

static void
test_canonical(void)
{
	int			unfaithful = 0;

	CHECK(count_canonical(2, &unfaithful) == 256, "one text of two stands for each byte");
	CHECK(count_canonical(3, &unfaithful) == 65536, "one text of three for each pair of bytes");
	CHECK(unfaithful == 0, "what is decoded is encoded to the same text");
	CHECK(!accepts(slice_cstring("Zh")), "four unused bits must be clear");
	CHECK(!accepts(slice_cstring("Zm9")), "two unused bits must be clear");
	CHECK(!accepts(slice_cstring("Zm9vZh")), "unused bits must be clear behind a group");
}

static void
test_refused(void)
{
	static const char *const texts[][2] = {
		{"Zg==", "padding"}, {"Zm8=", "padding of one"}, {"Zg=", "half of the padding"},
		{"Zm9v====", "padding without need"}, {"=", "nothing but padding"},
		{"Zm9vYg==", "padding behind a group"},
		{"A+z/", "the other alphabet"}, {"+A", "a plus"}, {"/A", "a slash"},
		{"A", "length 1"}, {"AAAAA", "length 5"}, {"AAAAAAAAA", "length 9"},
		{" Zm9v", "a space in front"}, {"Zm9v ", "a space behind"}, {"Zm 9v", "a space inside"},
		{"Zm9v\n", "a line feed behind"}, {"Zm9v\r\n", "a line end behind"},
		{"\tZm9v", "a tab in front"}, {"Zm9v\nYmFy", "a line break inside"},
		{"Zm9\xc3\xb6", "a letter beyond ASCII"}, {"\xff\xff\xff\xff", "high bytes"},
		{"Zm9v.", "a dot"}, {"%5A", "a percent sign"},
	};

	for (int i = 0; i < COUNT_OF(texts); i++)
		CHECK(!accepts(slice_cstring(texts[i][0])), "refused: %s", texts[i][1]);
	CHECK(!accepts(slice_make("Zm\0v", 4)), "refused: NUL inside");
	CHECK(!accepts(slice_make("Zm9v\0", 5)), "refused: NUL behind");
	CHECK(!accepts(slice_make("\0\0", 2)), "refused: nothing but NUL");
}

/* ---- the lenient form, for recognising what should not be there ---- */

static bool
leniently_decodes_to(const char *text, const char *wanted)
{
	Slice		bytes;

	return base64_decode_leniently(sample_exact(slice_cstring(text)), &bytes) &&
		slice_equals_cstring(bytes, wanted) && bytes.data[bytes.len] == '\0';
}

static bool
leniently_accepts(Slice text)
{
	Slice		bytes;

	return base64_decode_leniently(sample_exact(text), &bytes);
}

static void
test_lenient(void)
{
	static const char *const texts[][2] = {
		{"", ""}, {"Zm9v", "foo"}, {"Zg", "f"}, {"Zg==", "f"}, {"Zg=", "f"}, {"Zm8=", "fo"},
		{"Zm9v====", "foo"}, {"=Zm9v", "foo"}, {"Zg==Zg==", "f\x06`"}, {"=", ""}, {"\r\n\t =", ""},
		{"A+z/4ME=", "\x03\xec\xff\xe0\xc1"}, {"A-z_4ME", "\x03\xec\xff\xe0\xc1"},
		{"A-z/4ME", "\x03\xec\xff\xe0\xc1"}, {"++//", "\xfb\xef\xff"},
		{" Z m\t9\r\nv \n", "foo"}, {"Zm9v\nYmFy\n", "foobar"}, {"Zh", "f"}, {"Zm9", "fo"},
		{"Zm9vZ/==", "foog"},
	};

	for (int i = 0; i < COUNT_OF(texts); i++)
		CHECK(leniently_decodes_to(texts[i][0], texts[i][1]), "decoded leniently: text %d", i);
	CHECK(leniently_accepts(slice_make(NULL, 0)), "no bytes at all are decoded leniently");
	CHECK(leniently_accepts(sample_repeat("QUJD\n", 100000)), "and so is a text of any length");
}

static void
test_lenient_refused(void)
{
	static const char *const texts[] = {
		"A", "A===", "AAAAA", "Zm9v.", "Zm9v!", "{\"a\":1}", "Zm9\xc3\xb6", "\xff\xff\xff\xff",
		"-----BEGIN PUBLIC KEY!-----", "%5A", "Zm,v", "Zm9v\x01", "Zm9v\x7f", "\"Zm9v\"",
	};
	int			mistakes = 0;

	for (int i = 0; i < COUNT_OF(texts); i++)
		CHECK(!leniently_accepts(slice_cstring(texts[i])), "refused even leniently: text %d", i);
	for (int c = 1; c < 256; c++)
	{
		char		text[] = "AAA-";

		text[3] = (char) c;
		mistakes += leniently_accepts(slice_make(text, 4)) !=
			(in_alphabet(c) || strchr("+/=\r\n\t ", c) != NULL);
	}
	CHECK(mistakes == 0, "only both alphabets, padding and white space are taken leniently");
	CHECK(!leniently_accepts(slice_make("Zm9\0v", 5)), "refused even leniently: NUL inside");
	CHECK(!leniently_accepts(slice_make("Zm9v\0", 5)), "refused even leniently: NUL behind");
}

/* All that the strict form accepts, the lenient one decodes to the same bytes. */
static void
test_lenient_agrees(void)
{
	char		bytes[100];
	int			mistakes = 0;

	for (int i = 0; i < COUNT_OF(bytes); i++)
		bytes[i] = (char) (i * 11 + 3);
	for (int len = 0; len <= COUNT_OF(bytes); len++)
	{
		Slice		wanted = slice_make(bytes, len);
		Slice		plain;
		Slice		padded;

		mistakes += !base64_decode_leniently(base64url_encode(wanted), &plain) ||
			!slice_equals(plain, wanted) ||
			!base64_decode_leniently(sample_base64(wanted), &padded) ||
			!slice_equals(padded, wanted);
	}
	CHECK(mistakes == 0, "both alphabets are decoded to the same bytes");
}

int
main(void)
{
	test_published();
	test_round_trip();
	test_alphabet();
	test_canonical();
	test_refused();
	test_lenient();
	test_lenient_refused();
	test_lenient_agrees();
	return check_done();
}
