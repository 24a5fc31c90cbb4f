/* SPDX-License-Identifier: PostgreSQL */
/*
 * fuzz_base64url.c: one text for each string of bytes, and one string of bytes
 * for each text.
 */
#include "compat.h"

#include "fuzz.h"

void
fuzz_prepare(void)
{
}

void
fuzz_one(Slice input)
{
	Slice		bytes;
	Slice		again;

	if (base64url_decode(input, &bytes))
	{
		FUZZ_REQUIRE(slice_equals(base64url_encode(bytes), input),
					 "a text that decodes encodes to itself");
		FUZZ_REQUIRE(base64_decode_leniently(input, &again) && slice_equals(again, bytes),
					 "what is taken strictly is taken leniently");
	}
	FUZZ_REQUIRE(base64url_decode(base64url_encode(input), &again) && slice_equals(again, input),
				 "bytes that were encoded decode to themselves");
	if (base64_decode_leniently(input, &again))
		FUZZ_REQUIRE(again.len <= input.len, "no text decodes to more than itself");
}
