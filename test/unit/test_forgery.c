/* SPDX-License-Identifier: PostgreSQL */
/*
 * test_forgery.c: signatures that a careless verifier accepts: other encodings
 * of a good one, other paddings and salts, and the numbers nobody should use.
 */
#include "compat.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "check.h"
#include "sample.h"

/* Enough tries for what happens once in 256 times to happen. */
#define MANY_TRIES 8192

/* ---- RSA ---- */

typedef struct Padding
{
	int			padding;
	int			salt;
	const char *digest;
	const char *mask_digest;	/* of PSS; NULL for the same */
} Padding;

/* Signs as told, by OpenSSL alone. */
static Slice
sign_rsa(EVP_PKEY *pkey, Slice input, const Padding *how)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pkey_context;
	unsigned char signature[1024];
	size_t		len = sizeof(signature);
	bool		done;

	done = EVP_DigestSignInit_ex(context, &pkey_context, how->digest, NULL, NULL, pkey,
								 NULL) == 1 &&
		EVP_PKEY_CTX_set_rsa_padding(pkey_context, how->padding) == 1;
	if (done && how->padding == RSA_PKCS1_PSS_PADDING)
		done = EVP_PKEY_CTX_set_rsa_pss_saltlen(pkey_context, how->salt) == 1;
	if (done && how->mask_digest != NULL)
		done = EVP_PKEY_CTX_set_rsa_mgf1_md_name(pkey_context, how->mask_digest, NULL) == 1;
	done = done && EVP_DigestSign(context, signature, &len, (const unsigned char *) input.data,
								  input.len) == 1;
	EVP_MD_CTX_free(context);
	if (!done)
		sample_bail_out("OpenSSL does not sign");
	return sample_exact(slice_make((char *) signature, len));
}

static Slice
signing_input(const char *algorithm, int number)
{
	return sample_text("%s.%s",
					   base64url_encode(sample_text("{\"alg\":\"%s\"}", algorithm)).data,
					   base64url_encode(sample_text("{\"n\":%d}", number)).data);
}

static Slice
with_signature(Slice input, Slice signature)
{
	return sample_resign(sample_join(input, slice_cstring(".")), signature);
}

static Slice
rsa_token(const char *algorithm, EVP_PKEY *pkey, const Padding *how)
{
	Slice		input = signing_input(algorithm, 1);

	return with_signature(input, sign_rsa(pkey, input, how));
}

static void
check_salt(const char *algorithm, const char *digest, int salt, bool is_digest)
{
	Padding		how = {RSA_PKCS1_PSS_PADDING, salt, digest, NULL};
	JoseKey    *key = sample_public_key(JOSE_KEY_RSA);
	JoseKey    *strict = sample_public_key(JOSE_KEY_RSA);
	Slice		token = rsa_token(algorithm, sample_key(JOSE_KEY_RSA)->pkey, &how);

	strict->pss_salt_is_digest = true;
	CHECK_JOSE(sample_verify(token, key), JOSE_OK, "%s with salt %d is accepted", algorithm, salt);
	CHECK_JOSE(sample_verify(token, strict), is_digest ? JOSE_OK : JOSE_BAD_SIGNATURE,
			   "%s with salt %d is judged strictly", algorithm, salt);
	jose_key_free(key);
	jose_key_free(strict);
}

static void
test_salts(void)
{
	static const char *const names[][2] = {
		{"PS256", "SHA256"}, {"PS384", "SHA384"}, {"PS512", "SHA512"},
	};
	static const int sizes[] = {32, 48, 64};

	for (int i = 0; i < COUNT_OF(names); i++)
	{
		int			size = sizes[i];

		check_salt(names[i][0], names[i][1], size, true);
		check_salt(names[i][0], names[i][1], RSA_PSS_SALTLEN_DIGEST, true);
		check_salt(names[i][0], names[i][1], 0, false);
		check_salt(names[i][0], names[i][1], 1, false);
		check_salt(names[i][0], names[i][1], 20, false);
		check_salt(names[i][0], names[i][1], size - 1, false);
		check_salt(names[i][0], names[i][1], size + 1, false);
		check_salt(names[i][0], names[i][1], RSA_PSS_SALTLEN_MAX, false);
	}
}

static void
test_paddings(void)
{
	EVP_PKEY   *pkey = sample_key(JOSE_KEY_RSA)->pkey;
	JoseKey    *key = sample_public_key(JOSE_KEY_RSA);
	const Padding pkcs1 = {RSA_PKCS1_PADDING, 0, "SHA256", NULL};
	const Padding pss = {RSA_PKCS1_PSS_PADDING, 32, "SHA256", NULL};
	const Padding other_mask = {RSA_PKCS1_PSS_PADDING, 32, "SHA256", "SHA1"};
	const Padding other_digest = {RSA_PKCS1_PADDING, 0, "SHA512", NULL};
	const Padding old_digest = {RSA_PKCS1_PADDING, 0, "SHA1", NULL};
	const Padding old_pss = {RSA_PKCS1_PSS_PADDING, 20, "SHA1", NULL};

	CHECK_JOSE(sample_verify(rsa_token("RS256", pkey, &pkcs1), key), JOSE_OK,
			   "RS256 made by OpenSSL is accepted");
	CHECK_JOSE(sample_verify(rsa_token("PS256", pkey, &pss), key), JOSE_OK,
			   "PS256 made by OpenSSL is accepted");
	CHECK_JOSE(sample_verify(rsa_token("PS256", pkey, &pkcs1), key), JOSE_BAD_SIGNATURE,
			   "PS256 with the padding of RS256 is refused");
	CHECK_JOSE(sample_verify(rsa_token("RS256", pkey, &pss), key), JOSE_BAD_SIGNATURE,
			   "RS256 with the padding of PS256 is refused");
	CHECK_JOSE(sample_verify(rsa_token("PS256", pkey, &other_mask), key), JOSE_BAD_SIGNATURE,
			   "PS256 with another mask function is refused (RFC 7518 section 3.5)");
	CHECK_JOSE(sample_verify(rsa_token("RS256", pkey, &other_digest), key), JOSE_BAD_SIGNATURE,
			   "RS256 with a longer hash is refused");
	CHECK_JOSE(sample_verify(rsa_token("RS256", pkey, &old_digest), key), JOSE_BAD_SIGNATURE,
			   "RS256 with SHA-1 is refused");
	CHECK_JOSE(sample_verify(rsa_token("PS256", pkey, &old_pss), key), JOSE_BAD_SIGNATURE,
			   "PS256 with SHA-1 is refused");
	check_no_openssl_error("RSA paddings");
	jose_key_free(key);
}

/* Signs until a signature begins with a zero byte. */
static Slice
token_with_leading_zero(const char *algorithm, EVP_PKEY *pkey, const Padding *how)
{
	for (int i = 0; i < MANY_TRIES; i++)
	{
		Slice		input = signing_input(algorithm, i);
		Slice		signature = sign_rsa(pkey, input, how);

		if (signature.data[0] == 0)
			return with_signature(input, signature);
	}
	sample_bail_out("no signature begins with zero");
}

static EVP_PKEY *
small_rsa(void)
{
	EVP_PKEY   *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t) 1024);

	if (pkey == NULL)
		sample_bail_out("OpenSSL makes no small RSA key");
	return pkey;
}

/* RFC 8017 sections 8.1.2 and 8.2.2: a signature is as long as the modulus. */
static void
test_short_rsa(const char *algorithm, EVP_PKEY *pkey, const Padding *how)
{
	Slice		token = token_with_leading_zero(algorithm, pkey, how);
	Slice		signature = sample_signature(token);
	JoseKey    *key;

	EVP_PKEY_up_ref(pkey);
	if (jose_key_adopt(pkey, &key) != JOSE_OK)
		sample_bail_out("a small RSA key is refused");
	CHECK_JOSE(sample_verify(token, key), JOSE_OK, "%s: a signature with a zero in front is good",
			   algorithm);
	CHECK_JOSE(sample_verify(sample_resign(token, slice_skip(signature, 1)), key),
			   JOSE_BAD_SIGNATURE, "%s: without its zero it is too short", algorithm);
	CHECK_JOSE(sample_verify(sample_resign(token, sample_join(sample_zeros(1), signature)), key),
			   JOSE_BAD_SIGNATURE, "%s: with one more it is too long", algorithm);
	jose_key_free(key);
}

/* The signature as a number plus the modulus: equal when reduced, but out of range. */
static void
test_large_rsa(EVP_PKEY *pkey, const Padding *how)
{
	BIGNUM	   *n = NULL;
	BIGNUM	   *sum = BN_new();
	unsigned char bytes[128];
	JoseKey    *key;

	EVP_PKEY_get_bn_param(pkey, "n", &n);
	EVP_PKEY_up_ref(pkey);
	if (jose_key_adopt(pkey, &key) != JOSE_OK)
		sample_bail_out("a small RSA key is refused");
	for (int i = 0; i < MANY_TRIES; i++)
	{
		Slice		input = signing_input("RS256", i);
		Slice		signature = sign_rsa(pkey, input, how);

		BN_bin2bn((const unsigned char *) signature.data, (int) signature.len, sum);
		if (!BN_add(sum, sum, n) || BN_bn2binpad(sum, bytes, sizeof(bytes)) < 0)
			continue;
		CHECK_JOSE(sample_verify(with_signature(input, slice_make((char *) bytes, sizeof(bytes))),
								 key),
				   JOSE_BAD_SIGNATURE, "a signature beyond the modulus is refused");
		jose_key_free(key);
		return;
	}
	sample_bail_out("no signature plus modulus fits");
}

static void
test_rsa_lengths(void)
{
	EVP_PKEY   *pkey = small_rsa();
	const Padding pkcs1 = {RSA_PKCS1_PADDING, 0, "SHA256", NULL};
	const Padding pss = {RSA_PKCS1_PSS_PADDING, 32, "SHA256", NULL};

	test_short_rsa("RS256", pkey, &pkcs1);
	test_short_rsa("PS256", pkey, &pss);
	test_large_rsa(pkey, &pkcs1);
	ERR_clear_error();
}

/* ---- ECDSA ---- */

static BIGNUM *
order_of(JoseKey *key)
{
	BIGNUM	   *order = NULL;

	if (EVP_PKEY_get_bn_param(key->pkey, "order", &order) != 1)
		sample_bail_out("a curve has no order");
	return order;
}

/* A number in the bytes of half a signature. */
static Slice
half_of(const BIGNUM *number, int half)
{
	unsigned char bytes[66];

	if (BN_bn2binpad(number, bytes, half) != half)
		sample_bail_out("a number does not fit");
	return sample_exact(slice_make((char *) bytes, half));
}

static Slice
to_der(Slice signature)
{
	int			half = (int) signature.len / 2;
	const unsigned char *bytes = (const unsigned char *) signature.data;
	ECDSA_SIG  *numbers = ECDSA_SIG_new();
	unsigned char *der = NULL;
	int			len;

	ECDSA_SIG_set0(numbers, BN_bin2bn(bytes, half, NULL), BN_bin2bn(bytes + half, half, NULL));
	len = i2d_ECDSA_SIG(numbers, &der);
	ECDSA_SIG_free(numbers);
	return sample_exact(slice_make((char *) der, len));
}

/* Each number that must not occur, as r, as s and as both. */
static void
test_ecdsa_numbers(const char *algorithm, JoseKeyKind kind)
{
	JoseKey    *key = sample_key(kind);
	Slice		token = sample_token(sample_algorithm(algorithm), key);
	Slice		good = sample_signature(token);
	int			half = (int) good.len / 2;
	Slice		r = slice_make(good.data, half);
	Slice		s = slice_skip(good, half);
	Slice		bad[] = {
		sample_zeros(half), half_of(order_of(key), half), sample_repeat("\xff", half),
	};

	for (int i = 0; i < COUNT_OF(bad); i++)
	{
		static const char *const names[] = {"zero", "the order", "all ones"};

		CHECK_JOSE(sample_verify(sample_resign(token, sample_join(bad[i], s)), key),
				   JOSE_BAD_SIGNATURE, "%s: r is %s", algorithm, names[i]);
		CHECK_JOSE(sample_verify(sample_resign(token, sample_join(r, bad[i])), key),
				   JOSE_BAD_SIGNATURE, "%s: s is %s", algorithm, names[i]);
		CHECK_JOSE(sample_verify(sample_resign(token, sample_join(bad[i], bad[i])), key),
				   JOSE_BAD_SIGNATURE, "%s: r and s are %s", algorithm, names[i]);
	}
	CHECK_JOSE(sample_verify(sample_resign(token, sample_join(s, r)), key), JOSE_BAD_SIGNATURE,
			   "%s: r and s are exchanged", algorithm);
	CHECK_JOSE(sample_verify(sample_resign(token, to_der(good)), key), JOSE_BAD_SIGNATURE,
			   "%s: the signature in DER is refused", algorithm);
	check_no_openssl_error(algorithm);
}

/* RFC 7518 section 3.4: numbers have the full size, and it is the curve's own. */
static void
test_ecdsa_sizes(void)
{
	JoseKey    *key = sample_key(JOSE_KEY_P256);
	Slice		token = sample_token(sample_algorithm("ES256"), key);
	Slice		good = sample_signature(token);
	Slice		zeros = sample_zeros(16);
	Slice		r = sample_join(zeros, slice_make(good.data, 32));
	Slice		s = sample_join(zeros, slice_skip(good, 32));

	CHECK_JOSE(sample_verify(sample_resign(token, sample_join(r, s)), key), JOSE_BAD_SIGNATURE,
			   "ES256 with the sizes of ES384 is refused");
}

/* r plus the order fits into 66 bytes; equal when reduced, but out of range. */
static void
test_ecdsa_range(void)
{
	JoseKey    *key = sample_key(JOSE_KEY_P521);
	Slice		token = sample_token(sample_algorithm("ES512"), key);
	Slice		good = sample_signature(token);
	BIGNUM	   *r = BN_bin2bn((const unsigned char *) good.data, 66, NULL);
	BIGNUM	   *s = BN_bin2bn((const unsigned char *) good.data + 66, 66, NULL);
	Slice		first = slice_make(good.data, 66);
	Slice		second = slice_skip(good, 66);

	BN_add(r, r, order_of(key));
	BN_add(s, s, order_of(key));
	CHECK_JOSE(sample_verify(sample_resign(token, sample_join(half_of(r, 66), second)), key),
			   JOSE_BAD_SIGNATURE, "ES512: r beyond the order is refused");
	CHECK_JOSE(sample_verify(sample_resign(token, sample_join(first, half_of(s, 66))), key),
			   JOSE_BAD_SIGNATURE, "ES512: s beyond the order is refused");
}

/* ---- EdDSA ---- */

/* Adds the group's order to S, both little-endian (RFC 8032 section 5.1.7). */
static Slice
plus_order(Slice signature)
{
	static const unsigned char order[32] = {
		0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,
		0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
		[31] = 0x10,
	};
	Slice		copy = sample_exact(signature);
	unsigned char *s = (unsigned char *) copy.data + 32;
	unsigned int carry = 0;

	for (int i = 0; i < 32; i++)
	{
		carry += s[i] + order[i];
		s[i] = (unsigned char) carry;
		carry >>= 8;
	}
	return copy;
}

static void
test_edwards(void)
{
	JoseKey    *key = sample_key(JOSE_KEY_ED25519);
	Slice		token = sample_token(sample_algorithm("EdDSA"), key);
	Slice		good = sample_signature(token);

	CHECK_JOSE(sample_verify(sample_resign(token, plus_order(good)), key), JOSE_BAD_SIGNATURE,
			   "EdDSA: S beyond the order is refused");
	CHECK_JOSE(sample_verify(sample_resign(token, sample_zeros(64)), key), JOSE_BAD_SIGNATURE,
			   "EdDSA: a signature of zeros is refused");
	CHECK(slice_equals(sample_signature(sample_token(sample_algorithm("EdDSA"), key)), good),
		  "EdDSA: the same signature each time");
}

int
main(void)
{
	test_salts();
	test_paddings();
	test_rsa_lengths();
	test_ecdsa_numbers("ES256", JOSE_KEY_P256);
	test_ecdsa_numbers("ES384", JOSE_KEY_P384);
	test_ecdsa_numbers("ES512", JOSE_KEY_P521);
	test_ecdsa_numbers("ES256K", JOSE_KEY_SECP256K1);
	test_ecdsa_sizes();
	test_ecdsa_range();
	test_edwards();
	return check_done();
}
