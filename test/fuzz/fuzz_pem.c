/* SPDX-License-Identifier: PostgreSQL */
/*
 * fuzz_pem.c: public and private keys in PEM.  An input in DER is put into PEM
 * first, so that what is inside is fuzzed as well.
 */
#include "compat.h"

#include <openssl/evp.h>

#include "fuzz.h"

#define DER_SEQUENCE '\x30'

void
fuzz_prepare(void)
{
}

static Slice
to_pem(Slice der, const char *label)
{
	char	   *text = palloc(der.len * 2 + 8);

	(void) EVP_EncodeBlock((unsigned char *) text, (const unsigned char *) der.data,
						   (int) der.len);
	text = psprintf("-----BEGIN %s-----\n%s\n-----END %s-----\n", label, text, label);
	return fuzz_exact(slice_cstring(text));
}

static void
try_public(Slice pem)
{
	JoseKey    *key;

	if (jose_key_from_pem(pem, &key) == JOSE_OK)
	{
		FUZZ_REQUIRE(key->bits > 0, "a key has a size");
		FUZZ_REQUIRE(jose_key_looks_public(pem), "a key that loads is no secret");
		(void) jose_key_has_weak_exponent(key);
		jose_key_free(key);
	}
	else
		FUZZ_REQUIRE(key == NULL, "what is refused gives no key");
}

static void
try_private(Slice pem)
{
	JoseKey    *key;

	if (jose_key_from_private_pem(pem, &key) == JOSE_OK)
	{
		FUZZ_REQUIRE(jose_key_looks_public(pem), "a key that loads is no secret");
		jose_key_free(key);
	}
	else
		FUZZ_REQUIRE(key == NULL, "what is refused gives no key");
}

void
fuzz_one(Slice input)
{
	bool		is_der = input.len > 0 && input.data[0] == DER_SEQUENCE;

	try_public(is_der ? to_pem(input, "PUBLIC KEY") : input);
	try_private(is_der ? to_pem(input, "PRIVATE KEY") : input);
	(void) jose_key_looks_public(input);
}
