/* SPDX-License-Identifier: PostgreSQL */
/*
 * base64url.c: the only place that reads or writes base64url.
 */
#include "compat.h"

#include "jose/base64url.h"
#include "jose/secret.h"

static const char alphabet[] =
"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* Value of each character plus one, so that what is left out reads as none. */
static const unsigned char value_plus_one[256] = {
	['A'] = 1,['B'] = 2,['C'] = 3,['D'] = 4,['E'] = 5,['F'] = 6,['G'] = 7,['H'] = 8,
	['I'] = 9,['J'] = 10,['K'] = 11,['L'] = 12,['M'] = 13,['N'] = 14,['O'] = 15,['P'] = 16,
	['Q'] = 17,['R'] = 18,['S'] = 19,['T'] = 20,['U'] = 21,['V'] = 22,['W'] = 23,['X'] = 24,
	['Y'] = 25,['Z'] = 26,['a'] = 27,['b'] = 28,['c'] = 29,['d'] = 30,['e'] = 31,['f'] = 32,
	['g'] = 33,['h'] = 34,['i'] = 35,['j'] = 36,['k'] = 37,['l'] = 38,['m'] = 39,['n'] = 40,
	['o'] = 41,['p'] = 42,['q'] = 43,['r'] = 44,['s'] = 45,['t'] = 46,['u'] = 47,['v'] = 48,
	['w'] = 49,['x'] = 50,['y'] = 51,['z'] = 52,['0'] = 53,['1'] = 54,['2'] = 55,['3'] = 56,
	['4'] = 57,['5'] = 58,['6'] = 59,['7'] = 60,['8'] = 61,['9'] = 62,['-'] = 63,['_'] = 64,
};

/* The six bits of a character; for any other, bits above them are set. */
static inline unsigned int
sextet(char c)
{
	return (unsigned char) (value_plus_one[(unsigned char) c] - 1);
}

/* Decodes the two or three characters behind the last group of four. */
static bool
decode_tail(const char *in, size_t len, bool canonical, unsigned char *out)
{
	unsigned int a = sextet(in[0]);
	unsigned int b = sextet(in[1]);
	unsigned int c = len == 3 ? sextet(in[2]) : 0;
	unsigned int unused = len == 3 ? c & 0x03 : b & 0x0F;

	if ((a | b | c) & 0xC0 || (canonical && unused != 0))
		return false;
	out[0] = a << 2 | b >> 4;
	if (len == 3)
		out[1] = b << 4 | c >> 2;
	return true;
}

static bool
decode(Slice text, bool canonical, Slice *bytes)
{
	size_t		groups = text.len / 4;
	size_t		tail = text.len % 4;
	size_t		len = groups * 3 + (tail == 0 ? 0 : tail - 1);
	const char *in = text.data;
	unsigned char *buffer;
	unsigned char *out;

	if (tail == 1)
		return false;
	buffer = out = palloc(len + 1);
	for (; groups > 0; groups--, in += 4, out += 3)
	{
		unsigned int a = sextet(in[0]);
		unsigned int b = sextet(in[1]);
		unsigned int c = sextet(in[2]);
		unsigned int d = sextet(in[3]);

		if ((a | b | c | d) & 0xC0)
			return false;
		out[0] = a << 2 | b >> 4;
		out[1] = b << 4 | c >> 2;
		out[2] = c << 6 | d;
	}
	if (tail != 0 && !decode_tail(in, tail, canonical, out))
		return false;
	buffer[len] = '\0';
	*bytes = slice_make((char *) buffer, len);
	return true;
}

bool
base64url_decode(Slice text, Slice *bytes)
{
	return decode(text, true, bytes);
}

/* Padding and white space. */
static bool
is_filler(char c)
{
	return c == '=' || c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool
base64_decode_leniently(Slice text, Slice *bytes)
{
	char	   *plain = palloc(text.len + 1);
	size_t		len = 0;
	bool		decoded;

	for (size_t i = 0; i < text.len; i++)
	{
		char		c = text.data[i];

		if (!is_filler(c))
			plain[len++] = c == '+' ? '-' : c == '/' ? '_' : c;
	}
	decoded = decode(slice_make(plain, len), false, bytes);
	jose_secret_wipe(plain, len);
	return decoded;
}

Slice
base64url_encode(Slice bytes)
{
	size_t		tail = bytes.len % 3;
	size_t		len = bytes.len / 3 * 4 + (tail == 0 ? 0 : tail + 1);
	const unsigned char *in = (const unsigned char *) bytes.data;
	char	   *text = palloc(len + 1);
	char	   *out = text;

	for (size_t groups = bytes.len / 3; groups > 0; groups--, in += 3)
	{
		*out++ = alphabet[in[0] >> 2];
		*out++ = alphabet[(in[0] & 0x03) << 4 | in[1] >> 4];
		*out++ = alphabet[(in[1] & 0x0F) << 2 | in[2] >> 6];
		*out++ = alphabet[in[2] & 0x3F];
	}
	if (tail != 0)
	{
		*out++ = alphabet[in[0] >> 2];
		*out++ = alphabet[(in[0] & 0x03) << 4 | (tail == 2 ? in[1] >> 4 : 0)];
		if (tail == 2)
			*out++ = alphabet[(in[1] & 0x0F) << 2];
	}
	*out = '\0';
	return slice_make(text, len);
}
