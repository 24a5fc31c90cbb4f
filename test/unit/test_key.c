/* SPDX-License-Identifier: PostgreSQL */
/*
 * test_key.c: secrets of the right length that nobody else knows, and the
 * kinds of key that are taken at all.
 */
#include "compat.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "check.h"
#include "envelope.h"
#include "sample.h"

static JoseStatus
read_secret(Slice secret, const char *algorithm)
{
	JoseKey    *key = NULL;
	JoseStatus	status;

	status = jose_key_from_secret(sample_exact(secret), sample_algorithm(algorithm), &key);
	if ((status == JOSE_OK) != (key != NULL))
		sample_bail_out("there is a key if and only if the status is good");
	if (key != NULL)
		jose_key_free(key);
	return status;
}

/* RFC 7518 section 3.2: a secret is at least as long as the hash value. */
static void
test_length(const char *algorithm, int size)
{
	CHECK_JOSE(read_secret(slice_make("", 0), algorithm), JOSE_SECRET_TOO_SHORT,
			   "%s: an empty secret is refused", algorithm);
	CHECK_JOSE(read_secret(slice_make(NULL, 0), algorithm), JOSE_SECRET_TOO_SHORT,
			   "%s: no secret is refused", algorithm);
	CHECK_JOSE(read_secret(slice_cstring("x"), algorithm), JOSE_SECRET_TOO_SHORT,
			   "%s: a secret of one byte is refused", algorithm);
	CHECK_JOSE(read_secret(sample_repeat("x", size - 1), algorithm), JOSE_SECRET_TOO_SHORT,
			   "%s: a secret of %d bytes is refused", algorithm, size - 1);
	CHECK_JOSE(read_secret(sample_repeat("x", size), algorithm), JOSE_OK,
			   "%s: a secret of %d bytes is accepted", algorithm, size);
	CHECK_JOSE(read_secret(sample_repeat("x", 10000), algorithm), JOSE_OK,
			   "%s: a long secret is accepted", algorithm);
	CHECK_JOSE(read_secret(sample_zeros(64), algorithm), JOSE_OK,
			   "%s: any bytes are accepted, even zeros", algorithm);
}

static void
test_secret(void)
{
	Slice		secret = sample_repeat("secret!?", 8);
	char	   *source = (char *) sample_exact(secret).data;
	JoseKey    *key;
	int			left = 0;

	CHECK_JOSE(jose_key_from_secret(slice_make(source, 64), sample_algorithm("HS512"), &key),
			   JOSE_OK, "a secret is read");
	free(source);				/* the sanitizer sees a use of it */
	CHECK(key->kind == JOSE_KEY_SECRET && key->bits == 512, "its kind and size are known");
	CHECK(slice_equals(key->secret, secret), "its bytes are kept as they are");
	secret = key->secret;
	jose_key_free(key);
	for (size_t i = 0; i < secret.len; i++)
		left += secret.data[i] != 0;
	CHECK(left == 0, "they are wiped when the key is freed");
	CHECK(key->secret.len == 0, "and the key has none any more");
	jose_key_free(key);
	CHECK(true, "a key can be freed twice");
}

static void
test_only_hmac_has_secrets(void)
{
	Slice		secret = sample_repeat("x", 128);

	for (int i = 0; i < JOSE_ALGORITHM_COUNT; i++)
	{
		const char *name = jose_algorithm_name(jose_algorithm_at(i));

		if (jose_algorithm_at(i)->family == JOSE_FAMILY_HMAC)
			test_length(name, jose_algorithm_at(i)->digest_size);
		else
			CHECK_JOSE(read_secret(secret, name), JOSE_WRONG_KEY, "%s takes no secret", name);
	}
}

static void
check_public(Slice text, const char *name)
{
	Slice		padded = sample_join(sample_join(slice_cstring(" \r\n\t"), text),
									 slice_cstring("\n "));

	CHECK(jose_key_looks_public(sample_exact(text)), "looks public: %s", name);
	CHECK(jose_key_looks_public(padded), "looks public with white space around: %s", name);
	CHECK_JOSE(read_secret(text, "HS256"), JOSE_SECRET_LOOKS_PUBLIC, "no secret: %s", name);
}

/* The same base64 in lines, as base64(1) and PEM have it. */
static Slice
in_lines(Slice text)
{
	Slice		lines = slice_make("", 0);

	for (; text.len > 64; text = slice_skip(text, 64))
		lines = sample_join(lines, sample_text("%.64s\r\n", text.data));
	return sample_join(lines, text);
}

static void
check_public_der(Slice der, const char *name)
{
	Slice		base64 = sample_base64(der);

	check_public(base64, name);
	check_public(in_lines(base64), name);
	check_public(base64url_encode(der), name);
	/* as it comes out of the "k" of a JWK: base64 has been decoded already */
	CHECK_JOSE(read_secret(der, "HS256"), JOSE_SECRET_LOOKS_PUBLIC, "no secret as bytes: %s", name);
}

static void
test_public_keys(void)
{
	EVP_PKEY   *rsa = sample_key(JOSE_KEY_RSA)->pkey;
	EVP_PKEY   *ec = sample_key(JOSE_KEY_P256)->pkey;
	Slice		pem = sample_public_pem(rsa);

	check_public(pem, "an RSA public key in PEM");
	check_public(sample_public_pem(ec), "an EC public key in PEM");
	check_public(sample_private_pem(rsa), "a private key in PEM");
	check_public(sample_pem("CERTIFICATE", envelope_certificate(rsa, rsa)), "a certificate in PEM");
	check_public(sample_join(slice_cstring("key: "), pem), "a PEM block inside other text");
	check_public(slice_cstring("-----BEGIN PUBLIC KEY-----\\nMIIBIjANBgkq..."),
				 "a PEM block with its line ends escaped");
	check_public_der(sample_public_der(rsa), "an RSA public key in DER");
	check_public_der(sample_public_der(ec), "an EC public key in DER");
	check_public_der(sample_public_der(sample_key(JOSE_KEY_ED25519)->pkey),
					 "an Ed25519 public key in DER");
	check_public_der(envelope_pkcs1(rsa), "an RSA public key in PKCS#1");
	check_public_der(envelope_private(rsa), "an RSA private key in DER");
	check_public_der(envelope_private(ec), "an EC private key in DER");
	check_public_der(envelope_certificate(rsa, rsa), "an RSA certificate in DER");
	check_public_der(envelope_certificate(ec, ec), "an EC certificate in DER");
}

static const char *const public_texts[][2] = {
	{"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQDJ me@example", "an RSA key of SSH"},
	{"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPB8 me@example", "an Ed25519 key of SSH"},
	{"ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTY= me", "an EC key of SSH"},
	{"sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5 me", "a hardware key of SSH"},
	{"sk-ecdsa-sha2-nistp256@openssh.com AAAAInNrLWVjZHNh me", "a hardware EC key of SSH"},
	{"ssh-dss AAAAB3NzaC1kc3MAAACBAO0Q me@example with a comment", "a DSA key of SSH"},
	{"AAAAB3NzaC1yc2EAAAADAQABAAABgQDJAAAA", "only the base64 of an SSH key"},
	{"AAAAC3NzaC1lZDI1NTE5AAAAIPB8AAAAAAAA", "only the base64 of an Ed25519 SSH key"},
	{"AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAA", "only the base64 of an EC SSH key"},
	{"---- BEGIN SSH2 PUBLIC KEY ----\nAAAAB3NzaC1yc2EAAAADAQABAAAB", "an SSH key of RFC 4716"},
	{"{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\",\"kid\":\"a\"}", "a JWK"},
	{"{\"kty\":\"oct\",\"k\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAA\"}", "a JWK with a secret"},
	{"{ \"kid\" : \"a\",\n \"\\u006bty\" : \"EC\" , \"x\":1}", "a JWK with its kty spelled oddly"},
	{"{\"kty\":\"RSA\",\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}", "a JWK with kty twice"},
	{"{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\",,}", "a damaged JWK"},
	{"{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}", "a set of JWKs"},
};

/* What people do use as secrets. */
static const char *const private_texts[][2] = {
	{"3EK6FD+o0+c7tzBNVfjpMkNDi2yARAAKzQlk8O2IKoxQu4nF7EdAh8s3TwpHwrdWT6R", "base64"},
	{"MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQ-but-this-is-not-one", "what begins like a key"},
	{"MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM", "a letter repeated"},
	{"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA", "the beginning of a key in DER"},
	{"{\"not\":\"a key\",\"but\":\"a JSON object\"}", "a JSON object"},
	{"{this is no JSON but begins with a brace}", "a brace"},
	{"[\"kty\",\"keys\",\"of some length, and in an array\"]", "an array"},
	{"a secret that mentions ssh-rsa AAAAB3NzaC1yc2E", "a sentence"},
	{"5f4dcc3b5aa765d61d8327deb882cf99b109f3bbbc244eb82441917ed06d618b", "hexadecimal"},
	{"----- BEGIN something that is no PEM -----", "dashes"},
};

static void
test_texts(void)
{
	for (int i = 0; i < COUNT_OF(public_texts); i++)
		check_public(slice_cstring(public_texts[i][0]), public_texts[i][1]);
	for (int i = 0; i < COUNT_OF(private_texts); i++)
	{
		CHECK(!jose_key_looks_public(sample_exact(slice_cstring(private_texts[i][0]))),
			  "does not look public: %s", private_texts[i][1]);
		CHECK_JOSE(read_secret(slice_cstring(private_texts[i][0]), "HS256"), JOSE_OK,
				   "a secret: %s", private_texts[i][1]);
	}
	CHECK(!jose_key_looks_public(slice_make(NULL, 0)), "no text does not look public");
	CHECK(!jose_key_looks_public(slice_make("\0\0\0", 3)), "nor do zeros");
	check_no_openssl_error("secrets");
}

static void
check_adopted(EVP_PKEY *pkey, JoseStatus wanted, const char *name)
{
	JoseKey    *key = NULL;

	if (pkey == NULL)
		sample_bail_out(name);
	CHECK_JOSE(jose_key_adopt(pkey, &key), wanted, "adopted or not: %s", name);
	CHECK((key != NULL) == (wanted == JOSE_OK), "there is a key only if it is good: %s", name);
	if (key != NULL)
		jose_key_free(key);
	check_no_openssl_error(name);
}

/* A curve counts as spelled out only when it was read so. */
static EVP_PKEY *
explicit_curve(void)
{
	Slice		der = sample_public_der(envelope_curve("P-256", "explicit"));
	const unsigned char *p = (const unsigned char *) der.data;

	return d2i_PUBKEY(NULL, &p, (long) der.len);
}

static void
test_adopt(void)
{
	static const int bits[] = {512, 2048, 256, 384, 521, 256};

	for (int i = 0; i < sample_kind_count; i++)
	{
		JoseKey    *key = sample_key(sample_kinds[i]);
		const char *name = jose_key_kind_name(sample_kinds[i]);

		CHECK(key->kind == sample_kinds[i], "a %s key is known as one", name);
		if (i < COUNT_OF(bits))
			CHECK(key->bits == bits[i], "a %s key knows its size", name);
		CHECK(!jose_key_has_weak_exponent(key), "a %s key has no weak exponent", name);
	}
	check_adopted(EVP_PKEY_Q_keygen(NULL, NULL, "X25519"), JOSE_KEY_NOT_SUPPORTED, "X25519");
	check_adopted(EVP_PKEY_Q_keygen(NULL, NULL, "X448"), JOSE_KEY_NOT_SUPPORTED, "X448");
	check_adopted(EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-224"), JOSE_CURVE_NOT_SUPPORTED, "P-224");
	check_adopted(EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-192"), JOSE_CURVE_NOT_SUPPORTED, "P-192");
	check_adopted(EVP_PKEY_Q_keygen(NULL, NULL, "EC", "brainpoolP256r1"), JOSE_CURVE_NOT_SUPPORTED,
				  "a Brainpool curve");
	check_adopted(explicit_curve(), JOSE_CURVE_NOT_SUPPORTED, "a curve that is spelled out");
}

static void
test_kind_names(void)
{
	static const char *const names[] = {
		"symmetric", "RSA", "P-256", "P-384", "P-521", "secp256k1", "Ed25519", "Ed448",
	};

	for (int i = 0; i < sample_kind_count; i++)
		CHECK(strcmp(jose_key_kind_name(sample_kinds[i]), names[i]) == 0, "a kind is called %s",
			  names[i]);
	CHECK(strcmp(jose_key_kind_name((JoseKeyKind) 0), "unknown") == 0, "no kind is called unknown");
}

int
main(void)
{
	test_secret();
	test_only_hmac_has_secrets();
	test_public_keys();
	test_texts();
	test_adopt();
	test_kind_names();
	return check_done();
}
