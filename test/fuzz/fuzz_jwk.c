/* SPDX-License-Identifier: PostgreSQL */
/*
 * fuzz_jwk.c: JSON Web Keys, both halves.
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
	JsonDocument document;
	JoseKey    *public;
	JoseKey    *private;

	if (json_parse(input, &document) != JSON_OK)
		return;
	if (jose_key_from_jwk(document.root, JOSE_PUBLIC_HALF, &public) != JOSE_OK)
		FUZZ_REQUIRE(public == NULL, "what is refused gives no key");
	if (jose_key_from_jwk(document.root, JOSE_PRIVATE_HALF, &private) != JOSE_OK)
		FUZZ_REQUIRE(private == NULL, "what is refused gives no key");
	if (private != NULL)
	{
		FUZZ_REQUIRE(public != NULL && public->kind == private->kind,
					 "a private key has a public half of its kind");
		jose_key_free(private);
	}
	if (public != NULL)
	{
		FUZZ_REQUIRE(jose_key_looks_public(input), "a key that loads is no secret");
		(void) jose_key_has_weak_exponent(public);
		jose_key_free(public);
	}
}
