/* SPDX-License-Identifier: PostgreSQL */
/*
 * fuzz_config.c: Hasura's configurations: parsed, made strict, described, freed.
 */
#include "compat.h"

#include "hasura/config.h"

#include "fuzz.h"

void
fuzz_prepare(void)
{
}

static void
require_rejection(const Rejection *rejection)
{
	FUZZ_REQUIRE(rejection->message != NULL && fuzz_is_text(slice_cstring(rejection->message)),
				 "a refusal has a message in UTF-8");
}

static void
describe(const HasuraConfigs *configs)
{
	StringInfoData out;
	JsonDocument document;

	initStringInfo(&out);
	hasura_configs_describe(configs, &out);
	FUZZ_REQUIRE(json_parse(slice_make(out.data, out.len), &document) == JSON_OK,
				 "a description is JSON");
	(void) hasura_configs_can_sign(configs);
}

void
fuzz_one(Slice input)
{
	HasuraConfigs *configs;
	Rejection	rejection = {0};

	if (hasura_configs_parse(input, &configs, &rejection))
	{
		describe(configs);
		if (hasura_configs_make_strict(configs, &rejection))
			describe(configs);
		else
			require_rejection(&rejection);
	}
	else
		require_rejection(&rejection);
	hasura_configs_free(configs);
}
