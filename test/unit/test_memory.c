/* SPDX-License-Identifier: PostgreSQL */
/*
 * test_memory.c: a good signature is recalled for the very same token, keys and rules,
 * and for nothing else.
 */
#include "compat.h"

#include "check.h"
#include "jose/memory.h"
#include "sample.h"

static const unsigned char secret[JOSE_MEMORY_SECRET_SIZE] = "a secret of ours";
static const unsigned char other_secret[JOSE_MEMORY_SECRET_SIZE] = "a secret of hers";
static const Slice fingerprint = SLICE_LITERAL("keys, rules");

static JoseTag
tag_of(const unsigned char *key, Slice judged_by, UnverifiedToken token)
{
	JoseMemory	memory = {.secret = key};
	JoseTag		tag;

	if (jose_memory_tag(&memory, judged_by, &token, &tag) != JOSE_OK)
		sample_bail_out("no tag can be made");
	return tag;
}

static bool
is_tag(JoseTag wanted, UnverifiedToken token)
{
	JoseTag		tag = tag_of(secret, fingerprint, token);

	return memcmp(&tag, &wanted, sizeof(tag)) == 0;
}

static UnverifiedToken
parse(Slice text)
{
	UnverifiedToken token;

	if (jose_token_parse(text, SAMPLE_LIMIT, &token) != JOSE_OK)
		sample_bail_out("a sample token is none");
	return token;
}

/* How many bits of a part of the token change its tag when they do. */
static size_t
count_telling_bits(JoseTag tag, UnverifiedToken *token, Slice *part)
{
	Slice		good = *part;
	size_t		telling = 0;

	for (size_t bit = 0; bit < good.len * 8; bit++)
	{
		*part = sample_flip(good, bit);
		telling += !is_tag(tag, *token);
	}
	*part = good;
	return telling;
}

static void
test_token(const char *name, JoseKeyKind kind)
{
	UnverifiedToken token = parse(sample_token(sample_algorithm(name), sample_key(kind)));
	UnverifiedToken changed = token;
	JoseTag		tag = tag_of(secret, fingerprint, token);
	JoseTag		other;

	CHECK(is_tag(tag, token), "%s: the same token is recalled", name);
	CHECK(count_telling_bits(tag, &changed, &changed.signature) == token.signature.len * 8,
		  "%s: no other signature", name);
	CHECK(count_telling_bits(tag, &changed, &changed.signing_input) == token.signing_input.len * 8,
		  "%s: no other text", name);

	changed.signature.len--;
	CHECK(!is_tag(tag, changed), "%s: no shorter signature", name);
	changed = token;
	changed.untrusted_algorithm = sample_algorithm(strcmp(name, "PS256") == 0 ? "RS256" : "PS256");
	CHECK(!is_tag(tag, changed), "%s: not by another algorithm", name);

	for (size_t bit = 0; bit < fingerprint.len * 8; bit++)
	{
		other = tag_of(secret, sample_flip(fingerprint, bit), token);
		if (memcmp(&other, &tag, sizeof(tag)) == 0)
			sample_bail_out("other keys have the same tag");
	}
	other = tag_of(other_secret, fingerprint, token);
	CHECK(memcmp(&other, &tag, sizeof(tag)) != 0, "%s: nor by who lacks the secret", name);
}

/* Where a part ends is part of the tag. */
static void
test_boundaries(void)
{
	UnverifiedToken token = parse(sample_token(sample_algorithm("EdDSA"),
											   sample_key(JOSE_KEY_ED25519)));
	UnverifiedToken moved = token;
	Slice		last = slice_skip(token.signature, token.signature.len - 1);

	moved.signature.len--;
	moved.signing_input = sample_join(last, token.signing_input);
	CHECK(!is_tag(tag_of(secret, fingerprint, token), moved),
		  "no byte of the signature counts as the text's");
}

int
main(void)
{
	test_token("RS256", JOSE_KEY_RSA);
	test_token("PS256", JOSE_KEY_RSA);
	test_token("ES256", JOSE_KEY_P256);
	test_token("EdDSA", JOSE_KEY_ED25519);
	test_boundaries();
	return check_done();
}
