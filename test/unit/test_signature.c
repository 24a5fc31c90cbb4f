/* SPDX-License-Identifier: PostgreSQL */
/*
 * test_signature.c: each algorithm with each kind of key, right and wrong.
 */
#include "compat.h"

#include "check.h"
#include "sample.h"

/* Enough tries for what happens once in 256 times to happen. */
#define MANY_TRIES 8192

static void
test_right_key(const JoseAlgorithm *algorithm, JoseKeyKind kind)
{
	const char *name = jose_algorithm_name(algorithm);
	const char *kind_name = jose_key_kind_name(kind);
	JoseKey    *public_key = sample_public_key(kind);
	Slice		token = sample_token(algorithm, sample_key(kind));
	Slice		signature = sample_signature(token);

	CHECK_JOSE(sample_verify(token, sample_key(kind)), JOSE_OK,
			   "%s: what a %s key signs, it verifies", name, kind_name);
	CHECK_JOSE(sample_verify(token, public_key), JOSE_OK,
			   "%s: and so does its %s public half", name, kind_name);
	CHECK_JOSE(sample_verify(token, sample_other_key(kind)), JOSE_BAD_SIGNATURE,
			   "%s: another %s key does not", name, kind_name);
	CHECK_JOSE(sample_verify(token, public_key), JOSE_OK,
			   "%s: a %s key can be used again", name, kind_name);
	if (algorithm->signature_size > 0)
		CHECK(signature.len == (size_t) algorithm->signature_size,
			  "%s: the signature has %d bytes", name, algorithm->signature_size);
	if (kind == JOSE_KEY_RSA)
		CHECK((int) signature.len * 8 == public_key->bits, "%s: the signature is a modulus long",
			  name);
	jose_key_free(public_key);
	check_no_openssl_error(name);
}

static void
test_wrong_kind(const JoseAlgorithm *algorithm, Slice token, JoseKeyKind kind)
{
	const char *name = jose_algorithm_name(algorithm);
	JoseSigning signing = {
		.algorithm = algorithm,
		.payload = SLICE_LITERAL("{}"),
	};
	Slice		made = {NULL, 0};

	CHECK(!jose_key_suits(sample_key(kind), algorithm), "%s: no %s key suits it", name,
		  jose_key_kind_name(kind));
	CHECK_JOSE(sample_verify(token, sample_key(kind)), JOSE_WRONG_KEY,
			   "%s: no %s key judges it", name, jose_key_kind_name(kind));
	CHECK_JOSE(jose_signature_sign(&signing, sample_key(kind), &made), JOSE_WRONG_KEY,
			   "%s: no %s key signs it", name, jose_key_kind_name(kind));
	CHECK(made.len == 0, "%s: and none makes a token", name);
}

static void
test_kinds(const JoseAlgorithm *algorithm)
{
	Slice		token = {NULL, 0};

	for (int i = 0; i < sample_kind_count; i++)
	{
		if ((algorithm->key_kinds & sample_kinds[i]) == 0)
			continue;
		CHECK(jose_key_suits(sample_key(sample_kinds[i]), algorithm), "%s: a %s key suits it",
			  jose_algorithm_name(algorithm), jose_key_kind_name(sample_kinds[i]));
		token = sample_token(algorithm, sample_key(sample_kinds[i]));
		test_right_key(algorithm, sample_kinds[i]);
	}
	for (int i = 0; i < sample_kind_count; i++)
	{
		if ((algorithm->key_kinds & sample_kinds[i]) == 0)
			test_wrong_kind(algorithm, token, sample_kinds[i]);
	}
}

static JoseStatus
verify_with_length(Slice token, Slice signature, size_t len, JoseKey *key)
{
	return sample_verify(sample_resign(token, slice_make(signature.data, len)), key);
}

/* A signature that is a byte shorter or longer, at either end, is none. */
static void
test_lengths(const JoseAlgorithm *algorithm, JoseKeyKind kind)
{
	const char *name = jose_algorithm_name(algorithm);
	JoseKey    *key = sample_key(kind);
	Slice		token = sample_token(algorithm, key);
	Slice		signature = sample_signature(token);
	Slice		zero = slice_make("\0", 1);
	int			accepted = 0;

	for (size_t len = 0; len < signature.len; len++)
		accepted += verify_with_length(token, signature, len, key) != JOSE_BAD_SIGNATURE;
	CHECK(accepted == 0, "%s: no part of a signature is one", name);
	CHECK_JOSE(sample_verify(sample_resign(token, slice_skip(signature, 1)), key),
			   JOSE_BAD_SIGNATURE, "%s: nor what is left without the first byte", name);
	CHECK_JOSE(sample_verify(sample_resign(token, sample_join(signature, zero)), key),
			   JOSE_BAD_SIGNATURE, "%s: nor one with a zero behind", name);
	CHECK_JOSE(sample_verify(sample_resign(token, sample_join(zero, signature)), key),
			   JOSE_BAD_SIGNATURE, "%s: nor one with a zero in front", name);
	CHECK_JOSE(sample_verify(sample_resign(token, sample_join(signature, signature)), key),
			   JOSE_BAD_SIGNATURE, "%s: nor one that stands twice", name);
	CHECK_JOSE(sample_verify(sample_resign(token, sample_repeat("\xff", (int) signature.len)), key),
			   JOSE_BAD_SIGNATURE, "%s: nor one of all ones", name);
	CHECK_JOSE(sample_verify(token, key), JOSE_OK, "%s: the whole signature still is", name);
	check_no_openssl_error(name);
}

/* A token of one algorithm with the header of another, by the same key. */
static void
test_other_algorithm(const JoseAlgorithm *algorithm, JoseKeyKind kind)
{
	JoseKey    *key = sample_key(kind);
	Slice		signature = sample_signature(sample_token(algorithm, key));
	int			accepted = 0;

	for (int i = 0; i < JOSE_ALGORITHM_COUNT; i++)
	{
		const JoseAlgorithm *other = jose_algorithm_at(i);

		if (other == algorithm || (other->key_kinds & kind) == 0)
			continue;
		/* its own token, so that only the signature is of the wrong kind */
		accepted += sample_verify(sample_resign(sample_token(other, key), signature), key) !=
			JOSE_BAD_SIGNATURE;
	}
	CHECK(accepted == 0, "%s: its %s signature is none of another algorithm",
		  jose_algorithm_name(algorithm), jose_key_kind_name(kind));
}

/* RFC 8725 section 2.1: "none" is refused whatever the key and the signature are. */
static void
test_unsecured(void)
{
	Slice		header = slice_cstring("{\"alg\":\"none\"}");
	Slice		payload = slice_cstring("{}");
	JoseSigning signing = {
		.algorithm = sample_algorithm("none"),
		.payload = payload,
	};
	Slice		made = {NULL, 0};

	for (int i = 0; i < sample_kind_count; i++)
	{
		JoseKey    *key = sample_key(sample_kinds[i]);
		const char *name = jose_key_kind_name(sample_kinds[i]);

		CHECK_JOSE(sample_verify(sample_compact(header, payload, slice_make("", 0)), key),
				   JOSE_UNSECURED, "unsigned tokens are refused with a %s key", name);
		CHECK_JOSE(sample_verify(sample_compact(header, payload, slice_cstring("x")), key),
				   JOSE_UNSECURED, "even if they have a signature, with a %s key", name);
		CHECK_JOSE(jose_signature_sign(&signing, key, &made), JOSE_UNSECURED,
				   "and a %s key makes none", name);
	}
	CHECK(made.len == 0, "no unsigned token is made");
}

/* A public key as the secret of an HMAC: the oldest confusion (RFC 8725 section 2.1). */
static void
test_confusion(void)
{
	JoseKey    *rsa = sample_key(JOSE_KEY_RSA);
	Slice		pem = sample_public_pem(rsa->pkey);
	JoseKey    *key;
	JoseSigning signing = {
		.algorithm = sample_algorithm("HS256"),
		.payload = SLICE_LITERAL("{}"),
	};
	JoseKey		forged = {
		.kind = JOSE_KEY_SECRET,
		.secret = pem,
	};
	Slice		token;

	CHECK_JOSE(jose_signature_sign(&signing, &forged, &token), JOSE_OK, "a token is forged");
	CHECK_JOSE(sample_verify(token, rsa), JOSE_WRONG_KEY, "the key that was abused refuses it");
	CHECK_JOSE(jose_key_from_secret(pem, signing.algorithm, &key), JOSE_SECRET_LOOKS_PUBLIC,
			   "and cannot be a secret");
}

static void
test_secret_length(void)
{
	static const char *const names[] = {"HS256", "HS384", "HS512"};
	static const int lengths[] = {32, 48, 64};

	for (int i = 0; i < COUNT_OF(names); i++)
	{
		for (int j = 0; j < COUNT_OF(lengths); j++)
		{
			Slice		secret = sample_repeat("k", lengths[j]);
			JoseKey    *key;
			JoseKey    *long_key = sample_key(JOSE_KEY_SECRET);
			Slice		token = sample_token(sample_algorithm(names[i]), long_key);

			CHECK_JOSE(jose_key_from_secret(secret, sample_algorithm("HS256"), &key), JOSE_OK,
					   "a secret of %d bytes is read", lengths[j]);
			CHECK_JOSE(sample_verify(token, key), j < i ? JOSE_WRONG_KEY : JOSE_BAD_SIGNATURE,
					   "%s with a secret of %d bytes", names[i], lengths[j]);
			jose_key_free(key);
		}
	}
}

static void
test_public_half_signs_nothing(void)
{
	for (int i = 0; i < JOSE_ALGORITHM_COUNT; i++)
	{
		const JoseAlgorithm *algorithm = jose_algorithm_at(i);
		JoseSigning signing = {
			.algorithm = algorithm,
			.payload = SLICE_LITERAL("{}"),
		};

		for (int j = 0; j < sample_kind_count; j++)
		{
			JoseKey    *key;
			Slice		token;

			if ((algorithm->key_kinds & sample_kinds[j] & ~JOSE_KEY_SECRET) == 0)
				continue;
			key = sample_public_key(sample_kinds[j]);
			CHECK_JOSE(jose_signature_sign(&signing, key, &token), JOSE_CANNOT_SIGN,
					   "%s: a %s public key signs nothing", jose_algorithm_name(algorithm),
					   jose_key_kind_name(sample_kinds[j]));
			check_no_openssl_error(jose_algorithm_name(algorithm));
			jose_key_free(key);
		}
	}
}

/* Numbers that happen to be small are padded; one in 256 is. */
static void
test_small_numbers(void)
{
	JoseKey    *key = sample_key(JOSE_KEY_P256);
	bool		small_r = false;
	bool		small_s = false;
	int			refused = 0;

	for (int i = 0; !(small_r && small_s); i++)
	{
		Slice		token = sample_token(sample_algorithm("ES256"), key);
		Slice		signature = sample_signature(token);

		if (i == MANY_TRIES)
			sample_bail_out("no signature has small numbers");
		small_r = small_r || signature.data[0] == 0;
		small_s = small_s || signature.data[signature.len / 2] == 0;
		refused += signature.len != 64 || sample_verify(token, key) != JOSE_OK;
	}
	CHECK(refused == 0, "ES256: small numbers are padded to their full size");
}

static void
test_header(void)
{
	JoseSigning signing = {
		.algorithm = sample_algorithm("HS256"),
		.kid = SLICE_LITERAL("k\"e\\y\n\xc3\xa9"),
		.payload = SLICE_LITERAL("not JSON, and none of its business"),
	};
	UnverifiedToken token;
	Slice		bytes;

	CHECK_JOSE(jose_signature_sign(&signing, sample_key(JOSE_KEY_SECRET), &bytes), JOSE_OK,
			   "a token with an odd kid is made");
	CHECK_JOSE(jose_token_parse(bytes, SAMPLE_LIMIT, &token), JOSE_PAYLOAD_NOT_JSON,
			   "and its header is read");
	CHECK(slice_equals(token.untrusted_kid, signing.kid), "the kid survives quoting");
	CHECK(slice_equals_cstring(json_member(token.untrusted_header.root, "typ")->text, "JWT"),
		  "its type is JWT");
	CHECK(slice_equals(token.payload, signing.payload), "the payload is what was given");
	signing.kid = slice_make(NULL, 0);
	CHECK_JOSE(jose_signature_sign(&signing, sample_key(JOSE_KEY_SECRET), &bytes), JOSE_OK,
			   "a token without kid is made");
	CHECK(slice_starts_with(bytes, "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."), "and has none");
}

int
main(void)
{
	for (int i = 0; i < JOSE_ALGORITHM_COUNT; i++)
	{
		const JoseAlgorithm *algorithm = jose_algorithm_at(i);

		if (algorithm->family == JOSE_FAMILY_NONE)
			continue;
		test_kinds(algorithm);
		for (int j = 0; j < sample_kind_count; j++)
		{
			if ((algorithm->key_kinds & sample_kinds[j]) == 0)
				continue;
			test_lengths(algorithm, sample_kinds[j]);
			test_other_algorithm(algorithm, sample_kinds[j]);
		}
	}
	test_unsecured();
	test_confusion();
	test_secret_length();
	test_public_half_signs_nothing();
	test_small_numbers();
	test_header();
	return check_done();
}
