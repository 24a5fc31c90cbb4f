/* SPDX-License-Identifier: PostgreSQL */
/*
 * base64url.c: the only place that reads or writes base64url.
 */
#include "compat.h"

#include "jose/base64url.h"
#include "jose/secret.h"

static const char alphabet[] =
"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/*
 * The six bits of each character at a place in a group of four, and a mark, so
 * that what is no character reads as none.  The four of a group are added.
 */
#define MARK (1u << 24)
#define FOUR_MARKS (4 * MARK)	/* a bit that fewer marks do not reach */
#define AT(shift, value) (MARK | (uint32_t) (value) << (shift))
#define CHARACTERS(s) \
	['A'] = AT(s, 0),['B'] = AT(s, 1),['C'] = AT(s, 2),['D'] = AT(s, 3),['E'] = AT(s, 4), \
	['F'] = AT(s, 5),['G'] = AT(s, 6),['H'] = AT(s, 7),['I'] = AT(s, 8),['J'] = AT(s, 9), \
	['K'] = AT(s, 10),['L'] = AT(s, 11),['M'] = AT(s, 12),['N'] = AT(s, 13),['O'] = AT(s, 14), \
	['P'] = AT(s, 15),['Q'] = AT(s, 16),['R'] = AT(s, 17),['S'] = AT(s, 18),['T'] = AT(s, 19), \
	['U'] = AT(s, 20),['V'] = AT(s, 21),['W'] = AT(s, 22),['X'] = AT(s, 23),['Y'] = AT(s, 24), \
	['Z'] = AT(s, 25),['a'] = AT(s, 26),['b'] = AT(s, 27),['c'] = AT(s, 28),['d'] = AT(s, 29), \
	['e'] = AT(s, 30),['f'] = AT(s, 31),['g'] = AT(s, 32),['h'] = AT(s, 33),['i'] = AT(s, 34), \
	['j'] = AT(s, 35),['k'] = AT(s, 36),['l'] = AT(s, 37),['m'] = AT(s, 38),['n'] = AT(s, 39), \
	['o'] = AT(s, 40),['p'] = AT(s, 41),['q'] = AT(s, 42),['r'] = AT(s, 43),['s'] = AT(s, 44), \
	['t'] = AT(s, 45),['u'] = AT(s, 46),['v'] = AT(s, 47),['w'] = AT(s, 48),['x'] = AT(s, 49), \
	['y'] = AT(s, 50),['z'] = AT(s, 51),['0'] = AT(s, 52),['1'] = AT(s, 53),['2'] = AT(s, 54), \
	['3'] = AT(s, 55),['4'] = AT(s, 56),['5'] = AT(s, 57),['6'] = AT(s, 58),['7'] = AT(s, 59), \
	['8'] = AT(s, 60),['9'] = AT(s, 61),['-'] = AT(s, 62),['_'] = AT(s, 63)

static const uint32_t sextets[4][256] = {
	{CHARACTERS(18)}, {CHARACTERS(12)}, {CHARACTERS(6)}, {CHARACTERS(0)},
};

static inline uint32_t
sextet(int place, char c)
{
	return sextets[place][(unsigned char) c];
}

/* Decodes the two or three characters behind the last group of four. */
static bool
decode_tail(const char *in, size_t len, bool canonical, unsigned char *out)
{
	uint32_t	group = sextet(0, in[0]) + sextet(1, in[1]) +
	(len == 3 ? sextet(2, in[2]) : MARK) + MARK;
	uint32_t	unused = group & (len == 3 ? 0xFF : 0xFFFF);

	if ((group & FOUR_MARKS) == 0 || (canonical && unused != 0))
		return false;
	out[0] = group >> 16;
	if (len == 3)
		out[1] = group >> 8;
	return true;
}

static bool
decode(Slice text, bool canonical, Slice *bytes)
{
	size_t		tail = text.len % 4;
	size_t		groups = text.len / 4;
	size_t		len = groups * 3 + (tail == 0 ? 0 : tail - 1);
	const char *in = text.data;
	uint32_t	marks = FOUR_MARKS;
	unsigned char *buffer;
	unsigned char *out;

	if (tail == 1)
		return false;
	buffer = out = palloc(len + 1);
	for (; groups > 0; groups--, in += 4, out += 3)
	{
		uint32_t	group = sextet(0, in[0]) + sextet(1, in[1]) + sextet(2, in[2]) +
		sextet(3, in[3]);

		marks &= group;
		out[0] = group >> 16;
		out[1] = group >> 8;
		out[2] = group;
	}
	if (marks == 0 || (tail != 0 && !decode_tail(in, tail, canonical, out)))
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
