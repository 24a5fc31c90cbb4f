/* SPDX-License-Identifier: PostgreSQL */
/*
 * test_numeric_date.c: decimal seconds become microseconds, exactly.
 */
#include "compat.h"

#include <openssl/bn.h>

#include "check.h"
#include "hasura/numeric_date.h"
#include "sample.h"

#define MAX NUMERIC_DATE_MAX

/* How many random numbers are compared with the reference. */
#define SAMPLE_SIZE 200000

typedef struct Example
{
	const char *text;
	int64_t		wanted;
} Example;

static int64_t
parse(const char *text)
{
	return numeric_date_parse(sample_exact(slice_cstring(text)));
}

static void
check_all(const Example *examples, int count, const char *what)
{
	for (int i = 0; i < count; i++)
	{
		int64_t		found = parse(examples[i].text);

		if (!CHECK(found == examples[i].wanted, "%s: %s", what, examples[i].text))
			printf("# got %lld, wanted %lld\n", (long long) found, (long long) examples[i].wanted);
	}
}

#define CHECK_ALL(examples, what) check_all((examples), COUNT_OF(examples), (what))

static const Example zeros[] = {
	{"0", 0}, {"-0", 0}, {"0.0", 0}, {"-0.0", 0}, {"0e5", 0}, {"0E-5", 0}, {"-0e+5", 0},
	{"0.000000000", 0}, {"0e999", 0}, {"0e-999", 0}, {"0.000e99999999999999999999", 0},
	{"-0.0e-99999999999999999999", 0},
};

static const Example whole[] = {
	{"1", 1000000}, {"-1", -1000000}, {"10", 10000000}, {"100", 100000000},
	{"1700000000", INT64_C(1700000000000000)}, {"-1700000000", INT64_C(-1700000000000000)},
	{"1010101", INT64_C(1010101000000)}, {"999999999999", INT64_C(999999999999000000)},
	{"-999999999999", INT64_C(-999999999999000000)},
};

static const Example fractions[] = {
	{"0.1", 100000}, {"-0.1", -100000}, {"1.5", 1500000}, {"-1.5", -1500000},
	{"0.000001", 1}, {"-0.000001", -1}, {"0.00001", 10}, {"0.123456", 123456},
	{"1.50", 1500000}, {"1.000000", 1000000}, {"1.000000000000000000000000000000", 1000000},
	{"1700000000.123456", INT64_C(1700000000123456)},
	{"1700000000.000001", INT64_C(1700000000000001)},
	{"999999999999.999999", INT64_C(999999999999999999)},
	{"10.01", 10010000}, {"100.001", 100001000},
};

/* The next whole microsecond above, which for a negative number is nearer to zero. */
static const Example rounded[] = {
	{"0.0000001", 1}, {"-0.0000001", 0}, {"0.0000009", 1}, {"-0.0000009", 0},
	{"0.0000010", 1}, {"-0.0000010", -1}, {"0.00000100000001", 2}, {"-0.00000100000001", -1},
	{"1.0000001", 1000001}, {"-1.0000001", -1000000}, {"1.9999999", 2000000},
	{"-1.9999999", -1999999}, {"1700000000.1234560000000000000000001", INT64_C(1700000000123457)},
	{"-1700000000.1234560000000000000000001", INT64_C(-1700000000123456)},
	{"1.00000000000000000000000000000000000000000000000000000000000001", 1000001},
	{"0.99999999999999999999999999999999999999999999999999999999999999", 1000000},
	{"999999999999.9999999", MAX}, {"-999999999999.9999999", INT64_C(-999999999999999999)},
};

static const Example exponents[] = {
	{"1e0", 1000000}, {"1e-0", 1000000}, {"1e+0", 1000000}, {"1.5e3", 1500000000},
	{"1.5E3", 1500000000}, {"1.5e+3", 1500000000}, {"100e-2", 1000000}, {"-100e-2", -1000000},
	{"1e-6", 1}, {"1e-7", 1}, {"-1e-6", -1}, {"-1e-7", 0}, {"10e-7", 1}, {"11e-7", 2},
	{"-11e-7", -1}, {"1.7e9", INT64_C(1700000000000000)},
	{"1.700000000123456e9", INT64_C(1700000000123456)},
	{"1.7000000001234561e9", INT64_C(1700000000123457)},
	{"1700000000123456e-6", INT64_C(1700000000123456)}, {"0.0017e12", INT64_C(1700000000000000)},
	{"0.000000000000000000000000000001e30", 1000000},
	{"1000000000000000000000000000000e-30", 1000000},
	{"1e0000000000000000000000000000000001", 10000000},
	{"1e-0000000000000000000000000000000001", 100000},
	{"12345678901234567890e-10", INT64_C(1234567890123457)},
	{"9.99999999999999999e11", INT64_C(999999999999999999)},
};

static const Example extremes[] = {
	{"1000000000000", MAX}, {"-1000000000000", -MAX}, {"1e12", MAX}, {"-1e12", -MAX},
	{"1000000000000.000001", MAX}, {"9999999999999", MAX}, {"-9999999999999", -MAX},
	{"9223372036854775807", MAX}, {"9223372036854775808", MAX}, {"-9223372036854775809", -MAX},
	{"18446744073709551616", MAX}, {"184467440737095516160000000", MAX},
	{"1e999", MAX}, {"-1e999", -MAX}, {"1e+999", MAX}, {"1e-999", 1}, {"-1e-999", 0},
	{"123.456e999", MAX}, {"123.456e-999", 1}, {"-123.456e-999", 0}, {"0.0001e999", MAX},
	{"1e2147483648", MAX}, {"1e-2147483648", 1}, {"1e4294967296", MAX}, {"1e-4294967296", 1},
	{"1e9223372036854775807", MAX}, {"1e-9223372036854775808", 1},
	{"1e18446744073709551616", MAX}, {"1e-18446744073709551616", 1},
	{"1e99999999999999999999", MAX}, {"1e-99999999999999999999", 1},
	{"-1e99999999999999999999", -MAX}, {"-1e-99999999999999999999", 0},
};

/* Digits without end, in front of the point and behind it. */
static void
test_length(void)
{
	Slice		nines = sample_repeat("9", 100000);
	Slice		noughts = sample_repeat("0", 100000);
	Slice		tiny = sample_join(slice_cstring("0."), noughts);
	Slice		minus = slice_cstring("-");

	CHECK(numeric_date_parse(nines) == MAX, "a hundred thousand digits saturate");
	CHECK(numeric_date_parse(sample_join(minus, nines)) == -MAX, "and so do negative ones");
	CHECK(numeric_date_parse(tiny) == 0, "a hundred thousand zeros are zero");
	tiny = sample_join(tiny, slice_cstring("1"));
	CHECK(numeric_date_parse(tiny) == 1, "a digit behind them is not");
	CHECK(numeric_date_parse(sample_join(minus, tiny)) == 0, "unless it is negative");
	CHECK(numeric_date_parse(sample_join(tiny, slice_cstring("e100001"))) == 1000000,
		  "an exponent makes up for them");
	CHECK(numeric_date_parse(sample_join(sample_join(slice_cstring("1"), noughts),
										 slice_cstring("e-100000"))) == 1000000,
		  "and for those in front of the point");
	CHECK(numeric_date_parse(sample_join(slice_cstring("1."), nines)) == 2000000,
		  "a long fraction is rounded up");
}

/* A skew is added to either limit without an overflow. */
static void
test_room(void)
{
	CHECK(MAX <= INT64_MAX / 4 && -MAX >= INT64_MIN / 4, "there is room for sums of a few dates");
}

/* ---- against a reference with whole numbers of any size ---- */

/* Always the same row of numbers. */
static unsigned int
random_below(unsigned int limit)
{
	static uint64_t state = 20240229;

	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned int) (state >> 33) % limit;
}

/* A number in JSON's notation, and its parts: it is digits times ten to the power. */
typedef struct Parts
{
	char		text[128];
	char		digits[128];
	int			power;
} Parts;

static void
add_digits(Parts *parts, int count, bool may_start_with_zero)
{
	for (int i = 0; i < count; i++)
	{
		/* zeros and nines more often, for the borders' sake */
		unsigned int die = random_below(14);
		char		digit[2] = {die < 10 ? '0' + (char) die : die < 12 ? '0' : '9', '\0'};

		if (i == 0 && digit[0] == '0' && !may_start_with_zero)
			digit[0] = '1';
		strcat(parts->text, digit);
		strcat(parts->digits, digit);
	}
}

static void
invent(Parts *parts)
{
	int			fraction = random_below(2) ? (int) random_below(20) : 0;

	memset(parts, 0, sizeof(*parts));
	if (random_below(2))
		strcat(parts->text, "-");
	if (random_below(4) == 0)
	{
		strcat(parts->text, "0");
		strcat(parts->digits, "0");
	}
	else
		add_digits(parts, 1 + (int) random_below(16), false);
	if (fraction > 0)
	{
		strcat(parts->text, ".");
		add_digits(parts, fraction, true);
	}
	if (random_below(2))
	{
		int			exponent = (int) random_below(61) - 30;

		sprintf(parts->text + strlen(parts->text), random_below(2) ? "e%d" : "E%+d", exponent);
		parts->power = exponent;
	}
	parts->power -= fraction;
}

static void
bail_out_unless(bool done)
{
	if (!done)
		sample_bail_out("OpenSSL does not calculate");
}

/* The number in microseconds, rounded up and held within the limits. */
static int64_t
reference(const Parts *parts)
{
	bool		negative = parts->text[0] == '-';
	int			power = parts->power + 6;
	char		scale_text[128] = "1";
	BIGNUM	   *value = NULL;
	BIGNUM	   *scale = NULL;
	BIGNUM	   *rest = BN_new();	/* zero */
	BN_CTX	   *context = BN_CTX_new();
	int64_t		result = MAX;

	for (int i = 0; i < abs(power); i++)
		strcat(scale_text, "0");
	bail_out_unless(BN_dec2bn(&value, parts->digits) > 0 && BN_dec2bn(&scale, scale_text) > 0);
	if (power >= 0)
		bail_out_unless(BN_mul(value, value, scale, context) == 1);
	else
		bail_out_unless(BN_div(value, rest, value, scale, context) == 1);
	if (!negative && !BN_is_zero(rest))
		bail_out_unless(BN_add_word(value, 1) == 1);
	if (BN_num_bits(value) < 63)
		result = Min((int64_t) BN_get_word(value), MAX);
	BN_free(value);
	BN_free(scale);
	BN_free(rest);
	BN_CTX_free(context);
	return negative ? -result : result;
}

static void
test_random(void)
{
	Parts		parts;
	int			mistakes = 0;
	int			inside = 0;

	for (int i = 0; i < SAMPLE_SIZE; i++)
	{
		int64_t		wanted;
		int64_t		found;

		invent(&parts);
		wanted = reference(&parts);
		found = numeric_date_parse(slice_cstring(parts.text));
		inside += wanted != 0 && wanted != MAX && wanted != -MAX;
		if (found != wanted && mistakes++ < 10)
			printf("# %s: got %lld, wanted %lld\n", parts.text, (long long) found,
				   (long long) wanted);
	}
	CHECK(mistakes == 0, "random numbers agree with long arithmetic");
	CHECK(inside > SAMPLE_SIZE / 2, "most of which are neither zero nor at the limits");
}

/* A larger number never gives a smaller date. */
static void
test_order(void)
{
	static const char *const texts[] = {
		"-1e30", "-1e12", "-999999999999.999999", "-1700000000", "-1.0000019", "-1.000001", "-1",
		"-0.000001", "-1e-7", "0", "1e-7", "0.000001", "0.0000011", "1", "1.000001",
		"1.0000011", "1700000000", "999999999999.999999", "1e12", "1e30",
	};
	int			descents = 0;

	for (int i = 1; i < COUNT_OF(texts); i++)
		descents += parse(texts[i - 1]) > parse(texts[i]);
	CHECK(descents == 0, "dates keep the order of the numbers");
}

int
main(void)
{
	CHECK_ALL(zeros, "zero is zero");
	CHECK_ALL(whole, "whole seconds");
	CHECK_ALL(fractions, "fractions down to a microsecond");
	CHECK_ALL(rounded, "smaller fractions are rounded up");
	CHECK_ALL(exponents, "exponents move the point");
	CHECK_ALL(extremes, "what no clock reaches");
	test_length();
	test_room();
	test_random();
	test_order();
	return check_done();
}
