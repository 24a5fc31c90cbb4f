/* SPDX-License-Identifier: PostgreSQL */
/*
 * sample.c: keys and tokens for the tests, made at run time by OpenSSL.
 */
#include "compat.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "sample.h"

#define RSA_BITS 2048

const JoseKeyKind sample_kinds[] = {
	JOSE_KEY_SECRET, JOSE_KEY_RSA, JOSE_KEY_P256, JOSE_KEY_P384,
	JOSE_KEY_P521, JOSE_KEY_SECP256K1, JOSE_KEY_ED25519, JOSE_KEY_ED448,
};
const int	sample_kind_count = lengthof(sample_kinds);

void
sample_bail_out(const char *reason)
{
	printf("# cannot go on: %s\n", reason);
	exit(255);
}

Slice
sample_exact(Slice bytes)
{
	char	   *copy = malloc(bytes.len);

	if (copy == NULL && bytes.len > 0)
		sample_bail_out("out of memory");
	if (bytes.len > 0)
		memcpy(copy, bytes.data, bytes.len);
	return slice_make(copy, bytes.len);
}

Slice
sample_text(const char *format,...)
{
	char		text[16384];
	va_list		arguments;
	int			len;

	va_start(arguments, format);
	len = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (len < 0 || len >= (int) sizeof(text))
		sample_bail_out("a text is too long");
	return sample_exact(slice_make(text, len));
}

Slice
sample_repeat(const char *text, int times)
{
	size_t		len = strlen(text);
	char	   *copy = malloc(len * times + 1);

	if (copy == NULL)
		sample_bail_out("out of memory");
	for (int i = 0; i < times; i++)
		memcpy(copy + i * len, text, len);
	return sample_exact(slice_make(copy, len * times));
}

Slice
sample_zeros(size_t len)
{
	return sample_exact(slice_make(palloc0(len), len));
}

Slice
sample_join(Slice a, Slice b)
{
	char	   *both = palloc(a.len + b.len + 1);

	memcpy(both, a.data, a.len);
	memcpy(both + a.len, b.data, b.len);
	return sample_exact(slice_make(both, a.len + b.len));
}

Slice
sample_flip(Slice bytes, size_t bit)
{
	Slice		copy = sample_exact(bytes);

	((char *) copy.data)[bit / 8] ^= 1 << (bit % 8);
	return copy;
}

EVP_PKEY   *
sample_pkey(JoseKeyKind kind)
{
	EVP_PKEY   *pkey = NULL;

	if (kind == JOSE_KEY_RSA)
		pkey = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t) RSA_BITS);
	if (kind == JOSE_KEY_P256)
		pkey = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	if (kind == JOSE_KEY_P384)
		pkey = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-384");
	if (kind == JOSE_KEY_P521)
		pkey = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-521");
	if (kind == JOSE_KEY_SECP256K1)
		pkey = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "secp256k1");
	if (kind == JOSE_KEY_ED25519)
		pkey = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	if (kind == JOSE_KEY_ED448)
		pkey = EVP_PKEY_Q_keygen(NULL, NULL, "ED448");
	if (pkey == NULL)
		sample_bail_out("OpenSSL makes no key");
	return pkey;
}

static JoseKey *
make_secret(char letter)
{
	const JoseAlgorithm *longest = sample_algorithm("HS512");
	char		secret[64];
	JoseKey    *key;

	memset(secret, letter, sizeof(secret));
	if (jose_key_from_secret(slice_make(secret, sizeof(secret)), longest, &key) != JOSE_OK)
		sample_bail_out("a secret is refused");
	return key;
}

static JoseKey *
make_key(JoseKeyKind kind, char letter)
{
	JoseKey    *key;

	if (kind == JOSE_KEY_SECRET)
		return make_secret(letter);
	if (jose_key_adopt(sample_pkey(kind), &key) != JOSE_OK)
		sample_bail_out("a key is refused");
	return key;
}

JoseKey    *
sample_key(JoseKeyKind kind)
{
	static JoseKey *keys[JOSE_KEY_ED448 + 1];

	if (keys[kind] == NULL)
		keys[kind] = make_key(kind, 's');
	return keys[kind];
}

JoseKey    *
sample_other_key(JoseKeyKind kind)
{
	static JoseKey *keys[JOSE_KEY_ED448 + 1];

	if (keys[kind] == NULL)
		keys[kind] = make_key(kind, 'o');
	return keys[kind];
}

JoseKey    *
sample_public_key(JoseKeyKind kind)
{
	JoseKey    *key;

	if (kind == JOSE_KEY_SECRET)
		return make_secret('s');
	if (jose_key_from_pem(sample_public_pem(sample_key(kind)->pkey), &key) != JOSE_OK)
		sample_bail_out("a public key is refused");
	return key;
}

static Slice
take_bio(BIO *bio)
{
	char	   *data;
	long		len = BIO_get_mem_data(bio, &data);
	Slice		bytes = sample_exact(slice_make(data, len));

	BIO_free(bio);
	return bytes;
}

Slice
sample_public_pem(EVP_PKEY *pkey)
{
	BIO		   *bio = BIO_new(BIO_s_mem());

	if (PEM_write_bio_PUBKEY(bio, pkey) != 1)
		sample_bail_out("OpenSSL writes no public key");
	return take_bio(bio);
}

Slice
sample_private_pem(EVP_PKEY *pkey)
{
	BIO		   *bio = BIO_new(BIO_s_mem());

	if (PEM_write_bio_PKCS8PrivateKey(bio, pkey, NULL, NULL, 0, NULL, NULL) != 1)
		sample_bail_out("OpenSSL writes no private key");
	return take_bio(bio);
}

Slice
sample_pem(const char *label, Slice der)
{
	BIO		   *bio = BIO_new(BIO_s_mem());

	if (PEM_write_bio(bio, label, "", (const unsigned char *) der.data, (long) der.len) <= 0)
		sample_bail_out("OpenSSL writes no PEM");
	return take_bio(bio);
}

Slice
sample_public_der(EVP_PKEY *pkey)
{
	unsigned char *der = NULL;
	int			len = i2d_PUBKEY(pkey, &der);

	if (len <= 0)
		sample_bail_out("OpenSSL writes no DER");
	return sample_exact(slice_make((char *) der, len));
}

Slice
sample_base64(Slice bytes)
{
	char	   *text = palloc(bytes.len * 2 + 8);
	int			len = EVP_EncodeBlock((unsigned char *) text, (const unsigned char *) bytes.data,
									  (int) bytes.len);

	return sample_exact(slice_make(text, len));
}

const JoseAlgorithm *
sample_algorithm(const char *name)
{
	const JoseAlgorithm *algorithm = jose_algorithm_find(slice_cstring(name));

	if (algorithm == NULL)
		sample_bail_out("an algorithm is unknown");
	return algorithm;
}

Slice
sample_compact(Slice header, Slice payload, Slice signature)
{
	return sample_text("%s.%s.%s", base64url_encode(header).data, base64url_encode(payload).data,
					   base64url_encode(signature).data);
}

Slice
sample_token(const JoseAlgorithm *algorithm, JoseKey *key)
{
	JoseSigning signing = {
		.algorithm = algorithm,
		.payload = SLICE_LITERAL(SAMPLE_PAYLOAD),
	};
	Slice		token;

	if (jose_signature_sign(&signing, key, &token) != JOSE_OK)
		sample_bail_out("a token cannot be signed");
	return sample_exact(token);
}

JoseStatus
sample_verify(Slice token, JoseKey *key)
{
	UnverifiedToken unverified;
	VerifiedToken verified;
	JoseStatus	status = jose_token_parse(token, SAMPLE_LIMIT, &unverified);

	return status == JOSE_OK ? jose_signature_verify(&unverified, key, &verified) : status;
}

/* The bytes up to and with the second dot. */
static Slice
up_to_signature(Slice token)
{
	while (token.len > 0 && token.data[token.len - 1] != '.')
		token.len--;
	return token;
}

Slice
sample_signature(Slice token)
{
	Slice		bytes;

	if (!base64url_decode(slice_skip(token, up_to_signature(token).len), &bytes))
		sample_bail_out("a signature cannot be decoded");
	return sample_exact(bytes);
}

Slice
sample_resign(Slice token, Slice signature)
{
	return sample_join(up_to_signature(token), base64url_encode(signature));
}
