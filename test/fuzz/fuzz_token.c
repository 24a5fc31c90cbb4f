/* SPDX-License-Identifier: PostgreSQL */
/*
 * fuzz_token.c: compact tokens, judged by the keys of all vectors; whatever is
 * accepted is what their owners have signed.
 */
#include "compat.h"

#include "fuzz.h"

#define LIMIT 65536

static FuzzVector vectors[FUZZ_VECTOR_MAX];
static int	vector_count;

void
fuzz_prepare(void)
{
	vector_count = fuzz_vectors_read(vectors);
}

/* ECDSA has two signatures for each text, so that only the text is compared. */
static bool
is_published(Slice signing_input)
{
	for (int i = 0; i < vector_count; i++)
	{
		Slice		token = vectors[i].token;

		if (token.len > signing_input.len && token.data[signing_input.len] == '.' &&
			memcmp(token.data, signing_input.data, signing_input.len) == 0)
			return true;
	}
	return false;
}

void
fuzz_one(Slice input)
{
	UnverifiedToken token;
	VerifiedToken verified;
	JoseStatus	status = jose_token_parse(fuzz_token(input), LIMIT, &token);

	FUZZ_REQUIRE(jose_status_text(status) != NULL, "every status has a text");
	if (status != JOSE_OK)
		return;
	for (int i = 0; i < vector_count; i++)
	{
		if (jose_signature_verify(&token, vectors[i].key, &verified) == JOSE_OK)
			FUZZ_REQUIRE(is_published(token.signing_input), "what is accepted was signed");
		else
			FUZZ_REQUIRE(verified.payload == NULL, "what is refused has no verified payload");
	}
}
