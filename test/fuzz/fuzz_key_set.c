/* SPDX-License-Identifier: PostgreSQL */
/*
 * fuzz_key_set.c: what comes from a jwk_url, in Hasura's mode and in strict mode.
 */
#include "compat.h"

#include "hasura/config.h"

#include "fuzz.h"

void
fuzz_prepare(void)
{
}

/* Gives the number of keys. */
static int
parse(Slice input, bool strict, HasuraConfig *config)
{
	bool		good = hasura_key_set_parse(input, strict, config);

	FUZZ_REQUIRE(good == (config->key_count > 0), "a good set has a key, and no other has");
	FUZZ_REQUIRE(good == (config->key_trouble == NULL), "a bad set has words");
	FUZZ_REQUIRE(good || fuzz_is_text(slice_cstring(config->key_trouble)), "which are text");
	FUZZ_REQUIRE(config->key_count <= HASURA_KEY_SET_MAX, "a set has no more keys than are tried");
	for (int i = 0; i < config->key_count; i++)
	{
		FUZZ_REQUIRE(config->keys[i].key != NULL, "each key is there");
		FUZZ_REQUIRE(config->keys[i].kid.data == NULL ||
					 hasura_config_has_kid(config, config->keys[i].kid), "and is found by its kid");
	}
	return config->key_count;
}

static void
require_strong(const HasuraConfig *config)
{
	for (int i = 0; i < config->key_count; i++)
	{
		const HasuraKey *key = &config->keys[i];

		FUZZ_REQUIRE(key->key->kind != JOSE_KEY_SECRET, "strict mode takes no secret from a URL");
		FUZZ_REQUIRE(key->key->kind != JOSE_KEY_RSA || key->key->bits >= 2048,
					 "nor a short RSA key");
		FUZZ_REQUIRE(!jose_key_has_weak_exponent(key->key), "nor a weak exponent");
		for (int k = 0; k < i; k++)
			FUZZ_REQUIRE(key->kid.data == NULL || config->keys[k].kid.data == NULL ||
						 !slice_equals(key->kid, config->keys[k].kid), "nor a kid twice");
	}
}

void
fuzz_one(Slice input)
{
	HasuraConfig lax = {0};
	HasuraConfig strict = {0};

	FUZZ_REQUIRE(parse(input, true, &strict) <= parse(input, false, &lax),
				 "strict mode adds no key");
	require_strong(&strict);
	hasura_config_free(&lax);
	hasura_config_free(&strict);
}
