/* SPDX-License-Identifier: PostgreSQL */
/*
 * key.c: what all keys have in common, and those that are a plain secret.
 */
#include "compat.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "jose/base64url.h"
#include "jose/key.h"
#include "jose/secret.h"

#define DER_SEQUENCE 0x30		/* ITU-T X.690: what every key in DER begins with */

/* How OpenSSL names a kind of key; group is NULL where the type says it all. */
typedef struct KindOfKey
{
	JoseKeyKind kind;
	const char *type;
	const char *group;
	const char *name;
	const char *kty;			/* RFC 7518 section 6, RFC 8037 section 2 */
} KindOfKey;

static const KindOfKey kinds[] = {
	{JOSE_KEY_SECRET, NULL, NULL, "symmetric", "oct"},
	{JOSE_KEY_RSA, "RSA", NULL, "RSA", "RSA"},
	{JOSE_KEY_P256, "EC", "prime256v1", "P-256", "EC"},
	{JOSE_KEY_P384, "EC", "secp384r1", "P-384", "EC"},
	{JOSE_KEY_P521, "EC", "secp521r1", "P-521", "EC"},
	{JOSE_KEY_SECP256K1, "EC", "secp256k1", "secp256k1", "EC"},
	{JOSE_KEY_ED25519, "ED25519", NULL, "Ed25519", "OKP"},
	{JOSE_KEY_ED448, "ED448", NULL, "Ed448", "OKP"},
};

/* Texts that begin like this are keys that others know, or may know. */
static const char *const public_openings[] = {
	"---- BEGIN", "ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-", "AAAAB3NzaC1", "AAAAC3NzaC1", "AAAAE2VjZHNh",
};

static const KindOfKey *
describe_kind(JoseKeyKind kind)
{
	static const KindOfKey unknown = {.name = "unknown",.kty = "unknown"};

	for (int i = 0; i < COUNT_OF(kinds); i++)
	{
		if (kinds[i].kind == kind)
			return &kinds[i];
	}
	return &unknown;
}

const char *
jose_key_kind_name(JoseKeyKind kind)
{
	return describe_kind(kind)->name;
}

const char *
jose_key_type_name(JoseKeyKind kind)
{
	return describe_kind(kind)->kty;
}

bool
jose_key_suits(const JoseKey *key, const JoseAlgorithm *algorithm)
{
	if ((algorithm->key_kinds & key->kind) == 0)
		return false;
	return key->kind != JOSE_KEY_SECRET || key->secret.len >= (size_t) algorithm->digest_size;
}

static bool
contains(Slice text, const char *word)
{
	size_t		len = strlen(word);

	for (size_t i = 0; i + len <= text.len; i++)
	{
		if (memcmp(text.data + i, word, len) == 0)
			return true;
	}
	return false;
}

static bool
is_white_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static Slice
trim(Slice text)
{
	while (text.len > 0 && is_white_space(text.data[0]))
		text = slice_skip(text, 1);
	while (text.len > 0 && is_white_space(text.data[text.len - 1]))
		text.len--;
	return text;
}

/* What cannot be parsed is judged by its look: a damaged JWK is no secret either. */
static bool
is_jwk_text(Slice text)
{
	JsonDocument document;

	if (text.len == 0 || text.data[0] != '{')
		return false;
	if (json_parse(text, &document) != JSON_OK)
		return contains(text, "\"kty\"") || contains(text, "\"keys\"");
	return json_member(document.root, "kty") != NULL || json_member(document.root, "keys") != NULL;
}

/* Whether the bytes open as a key or certificate in DER. */
static bool
is_der_key(Slice der)
{
	const unsigned char *start = (const unsigned char *) der.data;
	const unsigned char *p = start;
	EVP_PKEY   *pkey;
	X509	   *certificate = NULL;
	bool		found;

	if (der.len == 0 || *start != DER_SEQUENCE)
		return false;
	pkey = d2i_PUBKEY(NULL, &p, (long) der.len);
	if (pkey == NULL)
	{
		p = start;
		pkey = d2i_AutoPrivateKey(NULL, &p, (long) der.len);
	}
	if (pkey == NULL)
	{
		p = start;
		pkey = d2i_PublicKey(EVP_PKEY_RSA, NULL, &p, (long) der.len);
	}
	if (pkey == NULL)
	{
		p = start;
		certificate = d2i_X509(NULL, &p, (long) der.len);
	}
	found = pkey != NULL || certificate != NULL;
	EVP_PKEY_free(pkey);
	X509_free(certificate);
	ERR_clear_error();
	return found;
}

static bool
is_base64_of_der(Slice text)
{
	Slice		der;

	return base64_decode_leniently(text, &der) && is_der_key(der);
}

bool
jose_key_looks_public(Slice text)
{
	Slice		trimmed = trim(text);

	for (int i = 0; i < COUNT_OF(public_openings); i++)
	{
		if (slice_starts_with(trimmed, public_openings[i]))
			return true;
	}
	return contains(text, "-----BEGIN") || is_jwk_text(trimmed) || is_der_key(text) ||
		is_base64_of_der(trimmed);
}

JoseStatus
jose_key_from_secret(Slice secret, const JoseAlgorithm *algorithm, JoseKey **key)
{
	char	   *copy;

	*key = NULL;
	if (algorithm->family != JOSE_FAMILY_HMAC)
		return JOSE_WRONG_KEY;
	if (jose_key_looks_public(secret))
		return JOSE_SECRET_LOOKS_PUBLIC;
	if (secret.len < (size_t) algorithm->digest_size)
		return JOSE_SECRET_TOO_SHORT;

	*key = palloc0(sizeof(JoseKey));
	copy = palloc(secret.len);
	memcpy(copy, secret.data, secret.len);
	(*key)->kind = JOSE_KEY_SECRET;
	(*key)->secret = slice_make(copy, secret.len);
	(*key)->bits = (int) Min(secret.len, INT_MAX / 8) * 8;
	return JOSE_OK;
}

/* Whether an EC key spells out its curve instead of naming it. */
static bool
has_explicit_curve(EVP_PKEY *pkey)
{
	int			explicit_curve = 0;

	return EVP_PKEY_get_int_param(pkey, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS,
								  &explicit_curve) == 1 && explicit_curve != 0;
}

static JoseStatus
find_kind(EVP_PKEY *pkey, JoseKeyKind *kind)
{
	JoseStatus	status = JOSE_KEY_NOT_SUPPORTED;
	char		group[64] = "";

	for (int i = 0; i < COUNT_OF(kinds); i++)
	{
		if (kinds[i].type == NULL || !EVP_PKEY_is_a(pkey, kinds[i].type))
			continue;
		*kind = kinds[i].kind;
		if (kinds[i].group == NULL)
			return JOSE_OK;

		status = JOSE_CURVE_NOT_SUPPORTED;
		if (has_explicit_curve(pkey) ||
			EVP_PKEY_get_group_name(pkey, group, sizeof(group), NULL) != 1)
			return status;
		if (strcmp(group, kinds[i].group) == 0)
			return JOSE_OK;
	}
	return status;
}

JoseStatus
jose_key_adopt(EVP_PKEY *pkey, JoseKey **key)
{
	JoseKeyKind kind;
	JoseStatus	status = find_kind(pkey, &kind);

	*key = NULL;
	if (status != JOSE_OK)
	{
		EVP_PKEY_free(pkey);
		ERR_clear_error();
		return status;
	}
	*key = palloc0(sizeof(JoseKey));
	(*key)->kind = kind;
	(*key)->pkey = pkey;		/* transferred */
	(*key)->bits = EVP_PKEY_get_bits(pkey);
	return JOSE_OK;
}

bool
jose_key_has_weak_exponent(const JoseKey *key)
{
	BIGNUM	   *exponent = NULL;
	bool		weak;

	if (key->kind != JOSE_KEY_RSA)
		return false;
	if (EVP_PKEY_get_bn_param(key->pkey, OSSL_PKEY_PARAM_RSA_E, &exponent) != 1)
	{
		ERR_clear_error();
		return true;
	}
	weak = !BN_is_odd(exponent) || BN_is_one(exponent);
	BN_free(exponent);
	return weak;
}

void
jose_key_free(JoseKey *key)
{
	for (int i = 0; i < JOSE_ALGORITHM_COUNT; i++)
	{
		EVP_MAC_CTX_free(key->operations[i].mac);
		EVP_PKEY_CTX_free(key->operations[i].verify);
	}
	memset(key->operations, 0, sizeof(key->operations));
	EVP_MD_CTX_free(key->edwards);
	key->edwards = NULL;
	EVP_PKEY_free(key->pkey);
	key->pkey = NULL;
	jose_secret_wipe(unconstify(char *, key->secret.data), key->secret.len);
	key->secret.len = 0;
}
