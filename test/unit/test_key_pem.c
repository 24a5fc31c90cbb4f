/* SPDX-License-Identifier: PostgreSQL */
/*
 * test_key_pem.c: which PEM text gives which key, and what is refused.
 */
#include "compat.h"

#include <openssl/evp.h>

#include "check.h"
#include "envelope.h"
#include "sample.h"

typedef JoseStatus (*Reader) (Slice pem, JoseKey **key);

static void
check_reader(Reader reader, Slice pem, JoseStatus wanted, const char *name)
{
	JoseKey    *key = NULL;

	CHECK_JOSE(reader(sample_exact(pem), &key), wanted, "%s", name);
	CHECK((key != NULL) == (wanted == JOSE_OK), "there is a key only if it is good: %s", name);
	check_no_openssl_error(name);
	if (key != NULL)
		jose_key_free(key);
}

static void
check_public(Slice pem, JoseStatus wanted, const char *name)
{
	check_reader(jose_key_from_pem, pem, wanted, name);
}

static void
check_private(Slice pem, JoseStatus wanted, const char *name)
{
	check_reader(jose_key_from_private_pem, pem, wanted, name);
}

static EVP_PKEY *
pkey_of(JoseKeyKind kind)
{
	return sample_key(kind)->pkey;
}

static Slice
public_pem(JoseKeyKind kind)
{
	return sample_public_pem(pkey_of(kind));
}

/* A token that a key of that kind has signed. */
static Slice
token_of(JoseKeyKind kind)
{
	for (int i = 0; i < JOSE_ALGORITHM_COUNT; i++)
	{
		if (jose_algorithm_at(i)->key_kinds & kind)
			return sample_token(jose_algorithm_at(i), sample_key(kind));
	}
	sample_bail_out("no algorithm takes a key");
}

static void
check_kind(Slice pem, JoseKeyKind kind, const char *name)
{
	JoseKey    *key;

	if (!CHECK_JOSE(jose_key_from_pem(sample_exact(pem), &key), JOSE_OK, "%s (%s) is read", name,
					jose_key_kind_name(kind)))
		return;
	CHECK(key->kind == kind && EVP_PKEY_eq(key->pkey, pkey_of(kind)) == 1,
		  "%s (%s) gives that key", name, jose_key_kind_name(kind));
	CHECK(key->bits == sample_key(kind)->bits && !jose_key_has_weak_exponent(key),
		  "%s (%s) has its size and exponent", name, jose_key_kind_name(kind));
	CHECK_JOSE(sample_verify(token_of(kind), key), JOSE_OK, "%s (%s) verifies a token", name,
			   jose_key_kind_name(kind));
	jose_key_free(key);
	check_no_openssl_error(name);
}

static void
test_kinds(void)
{
	for (int i = 0; i < sample_kind_count; i++)
	{
		JoseKeyKind kind = sample_kinds[i];
		Slice		der;

		if (kind == JOSE_KEY_SECRET)
			continue;
		der = sample_public_der(pkey_of(kind));
		check_kind(public_pem(kind), kind, "a public key");
		check_kind(sample_pem("CERTIFICATE", der), kind, "a public key labelled a certificate");
		check_kind(sample_pem("ANYTHING AT ALL", der), kind, "a public key with an odd label");
		der = envelope_certificate(pkey_of(kind), pkey_of(kind));
		check_kind(sample_pem("CERTIFICATE", der), kind, "an expired certificate");
		check_kind(sample_pem("PUBLIC KEY", der), kind, "a certificate labelled a public key");
		der = envelope_certificate(pkey_of(kind), sample_other_key(kind)->pkey);
		check_kind(sample_pem("CERTIFICATE", der), kind, "a certificate that somebody else signed");
	}
	check_kind(sample_pem("RSA PUBLIC KEY", envelope_pkcs1(pkey_of(JOSE_KEY_RSA))), JOSE_KEY_RSA,
			   "PKCS#1");
	check_kind(sample_pem("PUBLIC KEY", envelope_pkcs1(pkey_of(JOSE_KEY_RSA))), JOSE_KEY_RSA,
			   "PKCS#1 labelled a public key");
}

/* The same text with each line feed replaced. */
static Slice
with_line_ends(Slice text, const char *line_end)
{
	Slice		result = slice_make("", 0);

	for (size_t i = 0; i < text.len; i++)
		result = sample_join(result, text.data[i] == '\n' ? slice_cstring(line_end) :
							 slice_make(text.data + i, 1));
	return result;
}

static void
test_layout(void)
{
	Slice		pem = public_pem(JOSE_KEY_P256);
	Slice		rsa = public_pem(JOSE_KEY_RSA);
	Slice		bad = sample_pem("PUBLIC KEY", slice_cstring("garbage"));

	check_kind(with_line_ends(pem, "\r\n"), JOSE_KEY_P256, "a text with CR LF");
	check_kind(slice_make(pem.data, pem.len - 1), JOSE_KEY_P256, "a text without a last line end");
	check_kind(sample_join(slice_cstring("the key:\n"), pem), JOSE_KEY_P256, "a text in front");
	check_kind(sample_join(pem, slice_cstring("and so on\n")), JOSE_KEY_P256, "a text behind");
	check_kind(sample_join(pem, rsa), JOSE_KEY_P256, "the first of two blocks");
	check_kind(sample_join(rsa, pem), JOSE_KEY_RSA, "the first of two blocks, the other way round");
	check_kind(sample_join(pem, bad), JOSE_KEY_P256, "a good block before a bad one");
	check_public(sample_join(bad, pem), JOSE_PEM_NOT_A_KEY, "a bad block hides a good one");
	check_public(sample_join(sample_private_pem(pkey_of(JOSE_KEY_P256)), pem), JOSE_PEM_NOT_A_KEY,
				 "and so does a private key");
	check_public(with_line_ends(pem, " "), JOSE_NO_PEM, "a text in one line is no PEM");
	check_public(with_line_ends(pem, "\\n"), JOSE_NO_PEM, "nor with escaped line ends");
}

static void
test_no_pem(void)
{
	Slice		pem = public_pem(JOSE_KEY_RSA);

	check_public(slice_make("", 0), JOSE_NO_PEM, "an empty text");
	check_public(slice_make(NULL, 0), JOSE_NO_PEM, "no text at all");
	check_public(slice_cstring("not a key"), JOSE_NO_PEM, "a sentence");
	check_public(slice_cstring("-----BEGIN PUBLIC KEY-----\n"), JOSE_NO_PEM, "only the first line");
	check_public(slice_make(pem.data, pem.len / 2), JOSE_NO_PEM, "a text cut in the middle");
	check_public(slice_make(pem.data, pem.len - 10), JOSE_NO_PEM, "a text cut in the last line");
	check_public(slice_skip(pem, 10), JOSE_NO_PEM, "a text cut in the first line");
	check_public(slice_cstring("-----BEGIN PUBLIC KEY-----\n****\n-----END PUBLIC KEY-----\n"),
				 JOSE_NO_PEM, "no base64 inside");
	check_public(slice_cstring("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END CERTIFICATE-----\n"),
				 JOSE_NO_PEM, "labels that differ");
	check_public(sample_base64(sample_public_der(pkey_of(JOSE_KEY_RSA))), JOSE_NO_PEM,
				 "base64 without its lines");
	check_public(sample_public_der(pkey_of(JOSE_KEY_RSA)), JOSE_NO_PEM, "DER");
	check_public(slice_cstring("{\"kty\":\"RSA\"}"), JOSE_NO_PEM, "a JWK");
	check_public(slice_cstring("ssh-rsa AAAAB3NzaC1yc2E me"), JOSE_NO_PEM, "an SSH key");
}

static Slice
with_garbage(const char *label, Slice der)
{
	return sample_pem(label, sample_join(der, slice_make("\0", 1)));
}

static Slice
cut(const char *label, Slice der)
{
	return sample_pem(label, slice_make(der.data, der.len - 1));
}

static void
test_not_a_key(void)
{
	EVP_PKEY   *rsa = pkey_of(JOSE_KEY_RSA);
	EVP_PKEY   *ec = pkey_of(JOSE_KEY_P256);
	Slice		spki = sample_public_der(ec);
	Slice		x509 = envelope_certificate(rsa, rsa);

	check_public(sample_private_pem(rsa), JOSE_PEM_NOT_A_KEY, "a private RSA key");
	check_public(sample_private_pem(ec), JOSE_PEM_NOT_A_KEY, "a private EC key");
	check_public(sample_private_pem(pkey_of(JOSE_KEY_ED25519)), JOSE_PEM_NOT_A_KEY,
				 "a private Ed25519 key");
	check_public(envelope_traditional(rsa, NULL), JOSE_PEM_NOT_A_KEY,
				 "a private RSA key of PKCS#1");
	check_public(envelope_traditional(ec, NULL), JOSE_PEM_NOT_A_KEY, "a private EC key of SEC1");
	check_public(envelope_encrypted(rsa), JOSE_PEM_NOT_A_KEY, "an encrypted private key");
	check_public(envelope_traditional(rsa, "secret"), JOSE_PEM_NOT_A_KEY,
				 "a traditional encrypted key");
	check_public(envelope_request(rsa), JOSE_PEM_NOT_A_KEY, "a certificate request");
	check_public(sample_pem("PUBLIC KEY", slice_cstring("x")), JOSE_PEM_NOT_A_KEY, "garbage");
	check_public(sample_pem("PUBLIC KEY", slice_make("\x30\0", 2)), JOSE_PEM_NOT_A_KEY,
				 "an empty sequence");
	check_public(with_garbage("PUBLIC KEY", spki), JOSE_PEM_NOT_A_KEY, "garbage behind a key");
	check_public(with_garbage("PUBLIC KEY", sample_public_der(rsa)), JOSE_PEM_NOT_A_KEY,
				 "garbage behind an RSA key");
	check_public(with_garbage("RSA PUBLIC KEY", envelope_pkcs1(rsa)), JOSE_PEM_NOT_A_KEY,
				 "garbage behind PKCS#1");
	check_public(with_garbage("CERTIFICATE", x509), JOSE_PEM_NOT_A_KEY,
				 "garbage behind a certificate");
	check_public(cut("PUBLIC KEY", spki), JOSE_PEM_NOT_A_KEY, "a key cut off");
	check_public(cut("RSA PUBLIC KEY", envelope_pkcs1(rsa)), JOSE_PEM_NOT_A_KEY, "PKCS#1 cut off");
	check_public(cut("CERTIFICATE", x509), JOSE_PEM_NOT_A_KEY, "a certificate cut off");
	check_public(sample_pem("RSA PUBLIC KEY", slice_make("\x30\x03\x02\x01\x03", 5)),
				 JOSE_PEM_NOT_A_KEY, "one number is no RSA key");
	check_public(sample_pem("RSA PUBLIC KEY", slice_make("\x30\x09\x02\x01\x0f\x02\x01\x03"
														 "\x02\x01\x03", 11)),
				 JOSE_PEM_NOT_A_KEY, "three numbers are no RSA key");
}

/* A SubjectPublicKeyInfo of an algorithm that nobody has heard of: OID 1.2.3.4. */
static const char unknown_spki[] =
"\x30\x0d\x30\x07\x06\x03\x2a\x03\x04\x05\x00\x03\x02\x00\x05";

static void
test_not_supported(void)
{
	EVP_PKEY   *rsa = pkey_of(JOSE_KEY_RSA);
	EVP_PKEY   *dsa = envelope_dsa();
	EVP_PKEY   *x25519 = envelope_type("X25519");
	EVP_PKEY   *pss = envelope_type("RSA-PSS");

	check_public(sample_public_pem(dsa), JOSE_KEY_NOT_SUPPORTED, "a DSA key");
	check_public(sample_public_pem(x25519), JOSE_KEY_NOT_SUPPORTED, "an X25519 key");
	check_public(sample_public_pem(pss), JOSE_KEY_NOT_SUPPORTED, "a key for RSA-PSS only");
	check_public(sample_pem("PUBLIC KEY", slice_make(unknown_spki, sizeof(unknown_spki) - 1)),
				 JOSE_KEY_NOT_SUPPORTED, "a key of an unknown algorithm");
	check_public(sample_pem("CERTIFICATE", envelope_certificate(dsa, dsa)),
				 JOSE_CERTIFICATE_KEY_NOT_SUPPORTED, "a certificate of a DSA key");
	check_public(sample_pem("CERTIFICATE", envelope_certificate(x25519, rsa)),
				 JOSE_CERTIFICATE_KEY_NOT_SUPPORTED, "a certificate of an X25519 key");
	check_private(sample_private_pem(dsa), JOSE_KEY_NOT_SUPPORTED, "a private DSA key");
	check_private(sample_private_pem(x25519), JOSE_KEY_NOT_SUPPORTED, "a private X25519 key");
}

static void
test_curves(void)
{
	static const char *const curves[] = {"P-224", "P-192", "brainpoolP256r1", "sect233k1"};

	for (int i = 0; i < COUNT_OF(curves); i++)
	{
		EVP_PKEY   *pkey = envelope_curve(curves[i], "named_curve");

		check_public(sample_public_pem(pkey), JOSE_CURVE_NOT_SUPPORTED, curves[i]);
		check_private(sample_private_pem(pkey), JOSE_CURVE_NOT_SUPPORTED, curves[i]);
		check_public(sample_pem("CERTIFICATE", envelope_certificate(pkey, pkey)),
					 JOSE_CURVE_NOT_SUPPORTED, curves[i]);
		EVP_PKEY_free(pkey);
	}
	check_public(sample_public_pem(envelope_curve("P-256", "explicit")), JOSE_CURVE_NOT_SUPPORTED,
				 "P-256 with its parameters spelled out");
	check_public(sample_public_pem(envelope_curve("secp256k1", "explicit")),
				 JOSE_CURVE_NOT_SUPPORTED, "secp256k1 with its parameters spelled out");
	check_private(sample_private_pem(envelope_curve("P-384", "explicit")), JOSE_CURVE_NOT_SUPPORTED,
				  "a private P-384 key with its parameters spelled out");
}

static void
test_private(void)
{
	EVP_PKEY   *rsa = pkey_of(JOSE_KEY_RSA);

	for (int i = 0; i < sample_kind_count; i++)
	{
		if (sample_kinds[i] == JOSE_KEY_SECRET)
			continue;
		check_private(sample_private_pem(pkey_of(sample_kinds[i])), JOSE_OK,
					  jose_key_kind_name(sample_kinds[i]));
		check_private(public_pem(sample_kinds[i]), JOSE_NOT_A_PRIVATE_KEY, "only the public half");
	}
	check_private(envelope_traditional(rsa, NULL), JOSE_OK, "PKCS#1");
	check_private(envelope_traditional(pkey_of(JOSE_KEY_P256), NULL), JOSE_OK, "SEC1");
	check_private(envelope_encrypted(rsa), JOSE_NOT_A_PRIVATE_KEY,
				  "an encrypted key, without asking");
	check_private(envelope_traditional(rsa, "secret"), JOSE_NOT_A_PRIVATE_KEY,
				  "a traditional encrypted key");
	check_private(sample_pem("CERTIFICATE", envelope_certificate(rsa, rsa)), JOSE_NOT_A_PRIVATE_KEY,
				  "a certificate as a private key");
	check_private(sample_pem("PRIVATE KEY", slice_cstring("x")), JOSE_NOT_A_PRIVATE_KEY,
				  "garbage as a private key");
	check_private(slice_make(NULL, 0), JOSE_NOT_A_PRIVATE_KEY, "no text as a private key");
	check_private(slice_cstring("secret"), JOSE_NOT_A_PRIVATE_KEY, "a word as a private key");
}

int
main(void)
{
	test_kinds();
	test_layout();
	test_no_pem();
	test_not_a_key();
	test_not_supported();
	test_curves();
	test_private();
	return check_done();
}
