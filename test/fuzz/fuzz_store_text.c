/* SPDX-License-Identifier: PostgreSQL */
/*
 * fuzz_store_text.c: the file of kept key sets, whole or, so that the fuzzer gets past
 * the checksum, what stands behind its first line.  What is read is written as it was.
 */
#include "compat.h"

#include "port/pg_crc32c.h"

#include "keys/store_text.h"

#include "fuzz.h"

/* What take() has been given, written again. */
static StringInfoData written;
static int	taken;

void
fuzz_prepare(void)
{
}

static void
take(const KeySource *kept, Slice text)
{
	size_t		len = strnlen(kept->url, sizeof(kept->url));

	FUZZ_REQUIRE(len > 0 && len < sizeof(kept->url), "a URL ends");
	FUZZ_REQUIRE(strnlen(kept->etag, sizeof(kept->etag)) < sizeof(kept->etag) &&
				 strnlen(kept->last_modified,
						 sizeof(kept->last_modified)) < sizeof(kept->last_modified),
				 "a validator ends");
	FUZZ_REQUIRE(fuzz_is_text(text), "a set is text");
	store_text_append(&written, kept, text);
	taken++;
}

/* Reads a text; gives what is wrong with it. */
static const char *
read_text(Slice text)
{
	taken = 0;
	initStringInfo(&written);
	store_text_begin(&written);
	return store_text_read(fuzz_exact(text), take);
}

static Slice
with_checksum(Slice json)
{
	StringInfoData out;
	pg_crc32c	crc;

	INIT_CRC32C(crc);
	COMP_CRC32C(crc, json.data, json.len);
	FIN_CRC32C(crc);
	initStringInfo(&out);
	appendStringInfo(&out, "herm_jwt 1 %08x\n", crc);
	appendBinaryStringInfo(&out, json.data, (int) json.len);
	return slice_make(out.data, out.len);
}

void
fuzz_one(Slice input)
{
	bool		is_file = slice_starts_with(input, "herm_jwt");
	Slice		again;
	int			count;

	if (read_text(is_file ? input : with_checksum(input)) != NULL)
		return;
	count = taken;
	store_text_end(&written);
	again = slice_make(written.data, written.len);
	FUZZ_REQUIRE(read_text(again) == NULL && taken == count, "what is written can be read");
	store_text_end(&written);
	FUZZ_REQUIRE(slice_equals(slice_make(written.data, written.len), again),
				 "and is written again as it was");
}
