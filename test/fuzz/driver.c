/* SPDX-License-Identifier: PostgreSQL */
/*
 * driver.c: what libFuzzer calls.
 */
#include "compat.h"

#include <openssl/err.h>

#include "fuzz.h"

extern int	LLVMFuzzerInitialize(int *argc, char ***argv);
extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerInitialize(UNUSED int *argc, UNUSED char ***argv)
{
	fuzz_prepare();
	arena_keep();
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_one(slice_make((const char *) data, size));
	FUZZ_REQUIRE(ERR_peek_error() == 0, "no OpenSSL error is left behind");
	arena_free();
	return 0;
}
