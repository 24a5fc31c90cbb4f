/* SPDX-License-Identifier: PostgreSQL */
/*
 * test_rejection.c: refusals as values, and foreign text that does no harm in them.
 */
#include "compat.h"

#include <sys/wait.h>
#include <unistd.h>

#include "mb/pg_wchar.h"

#include "check.h"
#include "hasura/rejection.h"
#include "sample.h"

/* Three dots stand for what was cut off. */
#define CUT "..."

static void
check_text(const char *found, const char *wanted, const char *what)
{
	if (!CHECK(strcmp(found, wanted) == 0, "%s", what))
		printf("# got \"%s\", wanted \"%s\"\n", found, wanted);
}

/* ---- reject() ---- */

static void
test_reject(void)
{
	Rejection	rejection = {REJECT_NOT_FOUND, "old", "old", "old"};

	CHECK(!reject(&rejection, REJECT_INVALID_CLAIMS, "%s has %d of %c", "ann", 7, '%'),
		  "a refusal is a no");
	CHECK(rejection.code == REJECT_INVALID_CLAIMS, "its code is set");
	check_text(rejection.message, "ann has 7 of %", "its message is formatted");
	CHECK(rejection.detail == NULL && rejection.hint == NULL, "an old detail and hint are gone");
	CHECK(!reject(&rejection, REJECT_INVALID_JWT, "%s", "%s %n %d"), "it can be filled again");
	check_text(rejection.message, "%s %n %d", "what is formatted is no format");
	CHECK(!reject(&rejection, REJECT_INVALID_JWT, "%s", ""), "an empty message is one");
	check_text(rejection.message, "", "and stays empty");
}

/* Longer than any buffer at its start, and at each border of its growth. */
static void
test_long_messages(void)
{
	Rejection	rejection;
	Slice		text = sample_repeat("0123456789abcdef", 65536);
	int			mistakes = 0;

	for (size_t len = 1; len <= 5000; len++)
	{
		reject(&rejection, REJECT_INVALID_JWT, "<%.*s|%d>", (int) len, text.data, 12345);
		mistakes += strlen(rejection.message) != len + 8 ||
			memcmp(rejection.message + 1, text.data, len) != 0 ||
			strcmp(rejection.message + 1 + len, "|12345>") != 0;
	}
	CHECK(mistakes == 0, "messages of every length are formatted whole");
	reject(&rejection, REJECT_INVALID_JWT, "%.*s%.*s!", (int) text.len, text.data, 16, text.data);
	CHECK(strlen(rejection.message) == text.len + 17 &&
		  rejection.message[text.len + 16] == '!', "even one of a megabyte");
}

static void
test_codes(void)
{
	static const char *const names[] = {
		[REJECT_INVALID_JWT] = "invalid-jwt",
		[REJECT_INVALID_CLAIMS] = "jwt-invalid-claims",
		[REJECT_MISSING_ROLE_CLAIMS] = "jwt-missing-role-claims",
		[REJECT_INVALID_HEADERS] = "invalid-headers",
		[REJECT_ACCESS_DENIED] = "access-denied",
		[REJECT_NOT_FOUND] = "not-found",
	};
	static const RejectionCode ours[] = {
		REJECT_TOKEN_TOO_LARGE, REJECT_BAD_CONFIG, REJECT_NOT_CONFIGURED, REJECT_BAD_HASURA_USER,
		REJECT_BAD_ENCODING,
	};

	for (int i = 0; i < COUNT_OF(names); i++)
		check_text(rejection_hasura_code((RejectionCode) i), names[i],
				   psprintf("Hasura's code is %s", names[i]));
	for (int i = 0; i < COUNT_OF(ours); i++)
		CHECK(rejection_hasura_code(ours[i]) == NULL, "Hasura has no code for the rest (%d)", i);
}

/* ---- printable() ---- */

static const char *
print(const char *text)
{
	return printable(sample_exact(slice_cstring(text)));
}

static const char *
print_whole(const char *text)
{
	return printable_whole(sample_exact(slice_cstring(text)));
}

/* So many letters, and what follows them. */
static const char *
letters(int count, const char *rest)
{
	Slice		text = sample_repeat("x", count);

	return psprintf("%.*s%s", (int) text.len, text.data, rest);
}

static void
test_printable(void)
{
	check_text(print(""), "", "an empty text is printed");
	check_text(printable(slice_make(NULL, 0)), "", "and so is none");
	check_text(print("ann \"o\" 100% \\ ~"), "ann \"o\" 100% \\ ~", "a short text is printed as is");
	check_text(print("J\xc3\xbcrgen \xe6\x97\xa5 \xf0\x9f\x90\x98"),
			   "J\xc3\xbcrgen \xe6\x97\xa5 \xf0\x9f\x90\x98", "and one beyond ASCII");
	CHECK(PRINTABLE_MAX == 64, "a message shows 64 bytes (docs/hasura.md)");
	check_text(print(letters(63, "")), letters(63, ""), "63 bytes are printed whole");
	check_text(print(letters(64, "")), letters(64, ""), "64 bytes are printed whole");
	check_text(print(letters(65, "")), letters(64, CUT), "65 bytes are cut");
	check_text(print(letters(100000, "")), letters(64, CUT), "and so is any number");
	check_text(printable(slice_make("annbob", 3)), "ann", "only the slice is printed");
}

/* Characters of two, three and four bytes at each place around the limit. */
static void
test_cut_between_characters(void)
{
	static const char *const characters[] = {
		"\xc3\xbc", "\xe6\x97\xa5", "\xf0\x9f\x90\x98",
	};

	for (int i = 0; i < COUNT_OF(characters); i++)
	{
		const char *character = characters[i];
		int			width = (int) strlen(character);

		for (int before = 64 - width - 1; before <= 64; before++)
		{
			bool		fits = before + width <= 64;
			const char *text = letters(before, character);

			check_text(print(text), fits ? text : letters(before, CUT),
					   psprintf("a character of %d bytes at %d is %s", width, before,
								fits ? "whole" : "left out"));
		}
		check_text(print(letters(64 - width, psprintf("%s!", character))),
				   letters(64 - width, psprintf("%s" CUT, character)),
				   "the last that fits stays whole");
	}
}

static void
test_control_characters(void)
{
	int			mistakes = 0;

	for (int c = 1; c < 128; c++)
	{
		char		text[] = "a-b";
		char		wanted[] = "a-b";

		text[1] = (char) c;
		wanted[1] = c < 32 || c == 127 ? '?' : (char) c;
		mistakes += strcmp(print(text), wanted) != 0 || strcmp(print_whole(text), wanted) != 0;
	}
	CHECK(mistakes == 0, "control characters of ASCII are question marks, and nothing else is");
	check_text(print("\r\nfake log line\x1b[2J"), "??fake log line?[2J", "no line can be forged");
}

/* Unicode's other control characters steer terminals as well. */
static void
test_other_control_characters(void)
{
	check_text(print("a\xc2\x9b" "2Jb"), "a?2Jb", "the control characters U+0080 to U+009F count");
	check_text(print("a\xc2\xa0" "b"), "a\xc2\xa0" "b", "but not what comes behind them");
}

static void
test_whole(void)
{
	check_text(print_whole(letters(65, "")), letters(65, ""), "the other form cuts nothing");
	check_text(print_whole(letters(100000, "\xc3\xbc")), letters(100000, "\xc3\xbc"),
			   "whatever the length");
	check_text(print_whole("a\tb"), "a?b", "but prints control characters alike");
	check_text(print_whole(""), "", "an empty text is printed whole");
}

/* ---- bytes that are no text, as a header may hold them ---- */

/* What is printed goes into messages and rows, where only UTF-8 may stand. */
static bool
is_harmless(const char *shown)
{
	int			len = (int) strlen(shown);

	for (int i = 0; i < len; i++)
	{
		if ((unsigned char) shown[i] < 0x20 || shown[i] == 0x7F)
			return false;
	}
	return pg_encoding_verifymbstr(PG_UTF8, shown, len) == len;
}

/*
 * Whether both forms print the bytes, in a process of its own: one that hangs,
 * or is ended by the sanitizer, must not end the other checks.
 */
static bool
survives(Slice bytes)
{
	pid_t		child = fork();
	int			status = -1;

	if (child == 0)
	{
		alarm(5);
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(1);
		_exit(is_harmless(printable(bytes)) && is_harmless(printable_whole(bytes)) ? 0 : 1);
	}
	return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void
test_zeros(void)
{
	CHECK(survives(slice_cstring("ann")), "a text is printed in a process of its own");
	CHECK(survives(slice_make("\0", 1)), "a zero is printed");
	if (CHECK(survives(slice_make("a\0b", 3)), "and so is one in the middle"))
	{
		check_text(printable(slice_make("a\0b", 3)), "a?b", "as a question mark");
		check_text(printable_whole(slice_make("\0\0", 2)), "??", "however many there are");
	}
	CHECK(survives(sample_zeros(100)), "zeros without end are printed");
	CHECK(survives(slice_make("\xe6\x97\0", 3)), "and one inside a character");
}

static void
test_not_utf8(void)
{
	static const char *const texts[][2] = {
		{"\xff", "a byte that UTF-8 has not"}, {"a\x80z", "a byte from the middle of a character"},
		{"a\xc3z", "half a character"}, {"\xe2\nb", "a line feed inside a character"},
		{"\xf0\x1b[2J", "an escape inside a character"}, {"\xc0\xaf", "a character too long"},
		{"\xed\xa0\x80", "a surrogate"}, {"\xf4\x90\x80\x80", "a number beyond Unicode"},
		{"a\xe2\x82", "two thirds of a character at the end"},
	};

	for (int i = 0; i < COUNT_OF(texts); i++)
		CHECK(survives(slice_cstring(texts[i][0])), "printed without harm: %s", texts[i][1]);
}

/* The sanitizer sees whether the slice's length is kept. */
static void
test_end_of_slice(void)
{
	static const char *const texts[] = {"\xc3", "\xe6\x97", "\xf0\x9f\x90", "\xf0"};

	for (int i = 0; i < COUNT_OF(texts); i++)
		CHECK(survives(sample_exact(slice_cstring(texts[i]))),
			  "nothing is read behind a slice that ends in a character (%d)", i);
}

/* ---- printable_name() ---- */

/* Exchanged with a secret, it would be one: only what looks like a name is shown. */
static void
test_name(void)
{
	static const char *const shown[] = {"", "HS256", "none", "RSA-OAEP-256-abc", "0", "-", "aZ"};
	static const char *const hidden[] = {
		"RSA-OAEP-256-abcd", "HS256 ", "a_b", "a.b", "a/b", "a+b", "a=", "a\n", "\xc3\xbc", "\xff",
	};

	for (int i = 0; i < COUNT_OF(shown); i++)
		check_text(printable_name(sample_exact(slice_cstring(shown[i]))), shown[i],
				   psprintf("a name is shown: \"%s\"", shown[i]));
	for (int i = 0; i < COUNT_OF(hidden); i++)
		check_text(printable_name(sample_exact(slice_cstring(hidden[i]))), "<hidden>",
				   psprintf("what is none is hidden (%d)", i));
	check_text(printable_name(slice_make("a\0b", 3)), "<hidden>", "and so is a zero");
}

/* ---- haskell_string() ---- */

static void
check_haskell(const char *text, const char *wanted, const char *what)
{
	check_text(haskell_string(text), wanted, what);
}

static void
test_haskell(void)
{
	check_haskell("", "\"\"", "an empty text is quoted");
	check_haskell("Error in $.sub: x", "\"Error in $.sub: x\"", "a plain text is quoted");
	check_haskell("a \"b\" c", "\"a \\\"b\\\" c\"", "quotes are escaped");
	check_haskell("\"", "\"\\\"\"", "even one alone");
	check_haskell("a\\b", "\"a\\\\b\"", "backslashes are escaped");
	check_haskell("\\\"", "\"\\\\\\\"\"", "and both together");
	check_haskell("it's 100%", "\"it's 100%\"", "other signs are not");
	check_haskell("~ ", "\"~ \"", "nor the last of ASCII");
}

static void
test_haskell_beyond_ascii(void)
{
	check_haskell("\xc3\xbc", "\"\\252\"", "a character beyond ASCII is a decimal number");
	check_haskell("J\xc3\xbcrgen", "\"J\\252rgen\"", "letters may follow it");
	check_haskell("\xe6\x97\xa5\xe6\x9c\xac", "\"\\26085\\26412\"", "and another one");
	check_haskell("\xf0\x9f\x90\x98!", "\"\\128024!\"", "however large it is");
	check_haskell("\xc2\x80", "\"\\128\"", "the first of them is one");
	check_haskell("\xf4\x8f\xbf\xbf", "\"\\1114111\"", "and the last");
	check_haskell("\xc3\xbc" "1", "\"\\252\\&1\"", "a digit behind it is parted from it");
	check_haskell("\xc3\xbc" "0\xc3\xbc" "9", "\"\\252\\&0\\252\\&9\"", "any digit, each time");
	check_haskell("\xc3\xbc" "a1", "\"\\252a1\"", "but no digit that comes later");
	check_haskell("1\xc3\xbc", "\"1\\252\"", "and none in front");
	check_haskell("\xc3\xbc\"1", "\"\\252\\\"1\"", "nor behind a quote");
	check_haskell("\xc3\xbc\\1", "\"\\252\\\\1\"", "nor behind a backslash");
	check_haskell("\xc3\xbc/:", "\"\\252/:\"", "what borders on the digits is none");
	check_haskell("\xc3\xbc\xd9\xa1", "\"\\252\\1633\"", "nor is a digit of another script");
}

int
main(void)
{
	test_reject();
	test_long_messages();
	test_codes();
	test_printable();
	test_cut_between_characters();
	test_control_characters();
	test_other_control_characters();
	test_whole();
	test_zeros();
	test_not_utf8();
	test_end_of_slice();
	test_name();
	test_haskell();
	test_haskell_beyond_ascii();
	return check_done();
}
