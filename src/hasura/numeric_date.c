/* SPDX-License-Identifier: PostgreSQL */
/*
 * numeric_date.c: decimal seconds of any length to microseconds, without
 * floating point.
 */
#include "compat.h"

#include "hasura/numeric_date.h"

/* Any exponent beyond this decides by its sign alone. */
#define EXPONENT_MAX 100000000

/* Digits before the microsecond's point that always fit below NUMERIC_DATE_MAX. */
#define DIGITS_MAX 18

/* A number as JSON writes it, taken apart. */
typedef struct Decimal
{
	bool		negative;
	const char *digits;			/* with the point among them */
	const char *end;
	int64_t		whole_digits;	/* before the point, leading zeros aside, after scaling */
} Decimal;

static int64_t
read_exponent(const char *p, const char *end)
{
	bool		negative = p < end && *p == '-';
	int64_t		value = 0;

	if (p < end && (*p == '-' || *p == '+'))
		p++;
	for (; p < end && value < EXPONENT_MAX; p++)
		value = value * 10 + (*p - '0');
	return negative ? -value : value;
}

/* Skips zeros and the point in front, and counts where the point belongs. */
static Decimal
take_apart(Slice number)
{
	const char *p = number.data;
	const char *end = number.data + number.len;
	Decimal		decimal = {.negative = false};
	bool		after_point = false;

	if (p < end && *p == '-')
	{
		decimal.negative = true;
		p++;
	}
	while (p < end && (*p == '0' || *p == '.'))
	{
		if (after_point)
			decimal.whole_digits--;
		after_point = after_point || *p == '.';
		p++;
	}
	decimal.digits = p;
	for (; p < end && *p != 'e' && *p != 'E'; p++)
	{
		after_point = after_point || *p == '.';
		if (!after_point)
			decimal.whole_digits++;
	}
	decimal.end = p;
	if (p < end)
		decimal.whole_digits += read_exponent(p + 1, end);
	return decimal;
}

int64_t
numeric_date_parse(Slice number)
{
	Decimal		decimal = take_apart(number);
	int64_t		wanted = decimal.whole_digits + 6;
	int64_t		value = 0;
	bool		rest = false;

	if (decimal.digits == decimal.end)
		return 0;
	if (wanted > DIGITS_MAX)
		return decimal.negative ? -NUMERIC_DATE_MAX : NUMERIC_DATE_MAX;

	for (const char *p = decimal.digits; p < decimal.end; p++)
	{
		if (*p == '.')
			continue;
		if (wanted > 0)
			value = value * 10 + (*p - '0');
		else
			rest = rest || *p != '0';
		wanted--;
	}
	for (; wanted > 0; wanted--)
		value *= 10;
	if (decimal.negative)
		return -value;			/* towards zero is upwards */
	return value + (rest ? 1 : 0);
}
