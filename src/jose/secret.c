/* SPDX-License-Identifier: PostgreSQL */
/*
 * secret.c: comparing and wiping secrets, by OpenSSL.
 */
#include "compat.h"

#include <openssl/crypto.h>

#include "jose/secret.h"

bool
jose_secret_equals(Slice a, Slice b)
{
	return a.len == b.len && CRYPTO_memcmp(a.data, b.data, a.len) == 0;
}

void
jose_secret_wipe(void *data, size_t len)
{
	if (data != NULL)
		OPENSSL_cleanse(data, len);
}
