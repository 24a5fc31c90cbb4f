/* SPDX-License-Identifier: PostgreSQL */
/*
 * fuzz_path.c: claim paths; their canonical spelling is read as the same path.
 */
#include "compat.h"

#include "hasura/claims_path.h"

#include "fuzz.h"

static JsonDocument claims;

void
fuzz_prepare(void)
{
	static const Slice text = SLICE_LITERAL("{\"a\":[{\"b\":{\"c d\":1}},[2]],\"\":{\"x\":null}}");

	FUZZ_REQUIRE(json_parse(text, &claims) == JSON_OK, "the claims are JSON");
}

static bool
paths_equal(const ClaimsPath *a, const ClaimsPath *b)
{
	if (a->count != b->count)
		return false;
	for (int i = 0; i < a->count; i++)
	{
		const ClaimsPathElement *left = &a->elements[i];
		const ClaimsPathElement *right = &b->elements[i];

		if (left->is_index != right->is_index || left->index != right->index ||
			!slice_equals(left->name, right->name))
			return false;
	}
	return true;
}

void
fuzz_one(Slice input)
{
	ClaimsPath	path;
	ClaimsPath	again;
	const char *text;

	/* a path is a JSON string, and so has no other bytes */
	if (!fuzz_is_text(input) || !claims_path_parse(input, &path))
		return;
	text = claims_path_text(&path);
	FUZZ_REQUIRE(claims_path_parse(slice_cstring(text), &again), "a canonical path can be parsed");
	FUZZ_REQUIRE(paths_equal(&path, &again), "a canonical path is the same path");
	FUZZ_REQUIRE(strcmp(claims_path_text(&again), text) == 0, "a canonical path stays as it is");
	FUZZ_REQUIRE(claims_path_find(&path, claims.root) == claims_path_find(&again, claims.root),
				 "a canonical path finds the same");
}
