/* SPDX-License-Identifier: PostgreSQL */
/*
 * signature.c: making and judging signatures, by OpenSSL's EVP interface.
 *
 * What OpenSSL prepares for an algorithm is kept with the key, so that a
 * verification costs one digest and one public-key operation.
 */
#include "compat.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "jose/base64url.h"
#include "jose/memory.h"
#include "jose/secret.h"
#include "jose/signature.h"
#include "json/write.h"

#define MAX_COORDINATE 66		/* P-521 */

/* ITU-T X.690, as far as an ECDSA signature of two numbers needs it. */
#define DER_INTEGER 0x02
#define DER_SEQUENCE 0x30
#define DER_SHORT_LENGTH 127
#define DER_LENGTH_IN_A_BYTE 0x81
#define DER_INTEGER_MAX (3 + MAX_COORDINATE)
#define DER_SIGNATURE_MAX (3 + 2 * DER_INTEGER_MAX)

static const unsigned char *
bytes_of(Slice slice)
{
	return (const unsigned char *) slice.data;
}

/* ---- HMAC ---- */

static EVP_MAC_CTX *
mac_context(JoseKey *key, const JoseAlgorithm *algorithm)
{
	static EVP_MAC *hmac;
	EVP_MAC_CTX **context = &key->operations[jose_algorithm_index(algorithm)].mac;
	OSSL_PARAM	params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
										 unconstify(char *, algorithm->digest), 0),
		OSSL_PARAM_construct_end(),
	};

	if (*context != NULL)
		return *context;
	if (hmac == NULL)
		hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	if (hmac == NULL)
		return NULL;
	*context = EVP_MAC_CTX_new(hmac);
	if (*context != NULL &&
		EVP_MAC_init(*context, bytes_of(key->secret), key->secret.len, params) != 1)
	{
		EVP_MAC_CTX_free(*context);
		*context = NULL;
	}
	return *context;
}

static JoseStatus
compute_mac(JoseKey *key, const JoseAlgorithm *algorithm, Slice input, Slice *mac)
{
	EVP_MAC_CTX *context = mac_context(key, algorithm);
	unsigned char *buffer = palloc(algorithm->digest_size);
	size_t		len = 0;

	/* without a key, init starts over with the one it has */
	if (context == NULL || EVP_MAC_init(context, NULL, 0, NULL) != 1 ||
		EVP_MAC_update(context, bytes_of(input), input.len) != 1 ||
		EVP_MAC_final(context, buffer, &len, algorithm->digest_size) != 1)
		return JOSE_CRYPTO_UNAVAILABLE;
	*mac = slice_make((char *) buffer, len);
	return JOSE_OK;
}

static JoseStatus
verify_mac(UnverifiedToken *token, JoseKey *key, const JoseAlgorithm *algorithm)
{
	Slice		mac;
	JoseStatus	status = compute_mac(key, algorithm, token->signing_input, &mac);

	if (status != JOSE_OK)
		return status;
	return jose_secret_equals(mac, token->signature) ? JOSE_OK : JOSE_BAD_SIGNATURE;
}

/* ---- RSA and ECDSA: a digest, then one public-key operation ---- */

/* RFC 7518 3.3 and 3.5; Hasura takes any salt length, RFC 8725 the digest's. */
static bool
set_rsa_padding(EVP_PKEY_CTX *context, const JoseAlgorithm *algorithm, int salt_length)
{
	if (algorithm->family == JOSE_FAMILY_RSA_PKCS1)
		return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
	if (algorithm->family == JOSE_FAMILY_RSA_PSS)
		return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
			EVP_PKEY_CTX_set_rsa_pss_saltlen(context, salt_length) == 1;
	return true;
}

static EVP_PKEY_CTX *
verify_context(JoseKey *key, const JoseAlgorithm *algorithm)
{
	EVP_PKEY_CTX **context = &key->operations[jose_algorithm_index(algorithm)].verify;
	int			salt = key->pss_salt_is_digest ? RSA_PSS_SALTLEN_DIGEST : RSA_PSS_SALTLEN_AUTO;

	if (*context != NULL)
		return *context;
	*context = EVP_PKEY_CTX_new_from_pkey(NULL, key->pkey, NULL);
	if (*context != NULL &&
		(EVP_PKEY_verify_init(*context) != 1 ||
		 !set_rsa_padding(*context, algorithm, salt) ||
		 EVP_PKEY_CTX_set_signature_md(*context, jose_algorithm_digest(algorithm)) != 1))
	{
		EVP_PKEY_CTX_free(*context);
		*context = NULL;
	}
	return *context;
}

JoseStatus
jose_signature_digest(UnverifiedToken *token, Slice *digest)
{
	const JoseAlgorithm *algorithm = token->untrusted_algorithm;
	const EVP_MD *md = jose_algorithm_digest(algorithm);
	unsigned int len = 0;

	if (token->digest_size == 0 && algorithm->digest != NULL)
	{
		if (md == NULL || EVP_Digest(token->signing_input.data, token->signing_input.len,
									 token->digest, &len, md, NULL) != 1)
			return JOSE_CRYPTO_UNAVAILABLE;
		token->digest_size = (int) len;
	}
	*digest = slice_make((const char *) token->digest, token->digest_size);
	return JOSE_OK;
}

static JoseStatus
verify_digest(UnverifiedToken *token, JoseKey *key, const JoseAlgorithm *algorithm,
			  Slice signature)
{
	Slice		digest;
	JoseStatus	status = jose_signature_digest(token, &digest);
	EVP_PKEY_CTX *context;

	if (status != JOSE_OK)
		return status;
	context = verify_context(key, algorithm);
	if (context == NULL)
		return JOSE_CRYPTO_UNAVAILABLE;
	if (EVP_PKEY_verify(context, bytes_of(signature), signature.len, bytes_of(digest),
						digest.len) != 1)
		return JOSE_BAD_SIGNATURE;
	return JOSE_OK;
}

static JoseStatus
verify_rsa(UnverifiedToken *token, JoseKey *key, const JoseAlgorithm *algorithm)
{
	/* RFC 8017 8.1.2: as long as the modulus; OpenSSL would take a shorter one for PSS */
	if (token->signature.len != (size_t) EVP_PKEY_get_size(key->pkey))
		return JOSE_BAD_SIGNATURE;
	return verify_digest(token, key, algorithm, token->signature);
}

/* Writes a number as an INTEGER: without zeros in front, but one where it would look negative. */
static size_t
put_integer(unsigned char *out, const unsigned char *number, size_t len)
{
	size_t		sign;

	for (; len > 1 && *number == 0; len--)
		number++;
	sign = *number >> 7;
	out[0] = DER_INTEGER;
	out[1] = (unsigned char) (sign + len);
	out[2] = 0;
	memcpy(out + 2 + sign, number, len);
	return 2 + sign + len;
}

/* Writes R and S, each half of a JWS signature (RFC 7518 3.4), as DER (ITU-T X.690). */
static Slice
ecdsa_to_der(Slice signature, unsigned char der[DER_SIGNATURE_MAX])
{
	size_t		half = signature.len / 2;
	unsigned char numbers[2 * DER_INTEGER_MAX];
	size_t		len = put_integer(numbers, bytes_of(signature), half);
	size_t		head = 0;

	len += put_integer(numbers + len, bytes_of(signature) + half, half);
	der[head++] = DER_SEQUENCE;
	if (len > DER_SHORT_LENGTH)
		der[head++] = DER_LENGTH_IN_A_BYTE;
	der[head++] = (unsigned char) len;
	memcpy(der + head, numbers, len);
	return slice_make((char *) der, head + len);
}

static JoseStatus
verify_ecdsa(UnverifiedToken *token, JoseKey *key, const JoseAlgorithm *algorithm)
{
	unsigned char der[DER_SIGNATURE_MAX];

	if (token->signature.len != (size_t) algorithm->signature_size)
		return JOSE_BAD_SIGNATURE;
	return verify_digest(token, key, algorithm, ecdsa_to_der(token->signature, der));
}

/* ---- EdDSA: its digest is its own, and it takes the message whole ---- */

static EVP_MD_CTX *
edwards_context(JoseKey *key)
{
	if (key->edwards == NULL)
		key->edwards = EVP_MD_CTX_new();
	if (key->edwards == NULL ||
		EVP_DigestVerifyInit(key->edwards, NULL, NULL, NULL, key->pkey) != 1)
		return NULL;
	return key->edwards;
}

static JoseStatus
verify_edwards(UnverifiedToken *token, JoseKey *key, UNUSED const JoseAlgorithm *algorithm)
{
	if (edwards_context(key) == NULL)
		return JOSE_CRYPTO_UNAVAILABLE;
	if (EVP_DigestVerify(key->edwards, bytes_of(token->signature), token->signature.len,
						 bytes_of(token->signing_input), token->signing_input.len) != 1)
		return JOSE_BAD_SIGNATURE;
	return JOSE_OK;
}

/* ---- signing ---- */

/* R and S of a DER signature, each padded to half of the JWS signature. */
static bool
ecdsa_from_der(Slice der, int half, unsigned char *out)
{
	const unsigned char *p = bytes_of(der);
	ECDSA_SIG  *numbers = d2i_ECDSA_SIG(NULL, &p, (long) der.len);
	bool		whole;

	whole = numbers != NULL &&
		BN_bn2binpad(ECDSA_SIG_get0_r(numbers), out, half) == half &&
		BN_bn2binpad(ECDSA_SIG_get0_s(numbers), out + half, half) == half;
	ECDSA_SIG_free(numbers);
	return whole;
}

static bool
sign_message(JoseKey *key, const JoseAlgorithm *algorithm, Slice input, Slice *signature)
{
	const EVP_MD *md = jose_algorithm_digest(algorithm);
	size_t		len = EVP_PKEY_get_size(key->pkey);
	unsigned char *buffer = palloc(len);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pkey_context = NULL;	/* belongs to context */
	bool		done;

	done = context != NULL && (md != NULL || algorithm->digest == NULL) &&
		EVP_DigestSignInit(context, &pkey_context, md, NULL, key->pkey) == 1 &&
		set_rsa_padding(pkey_context, algorithm, RSA_PSS_SALTLEN_DIGEST) &&
		EVP_DigestSign(context, buffer, &len, bytes_of(input), input.len) == 1;
	EVP_MD_CTX_free(context);
	*signature = slice_make((char *) buffer, len);
	return done;
}

static JoseStatus
sign_with_pkey(JoseKey *key, const JoseAlgorithm *algorithm, Slice input, Slice *signature)
{
	unsigned char *pair;

	if (!sign_message(key, algorithm, input, signature))
		return JOSE_CANNOT_SIGN;
	if (algorithm->family != JOSE_FAMILY_ECDSA)
		return JOSE_OK;
	pair = palloc(2 * MAX_COORDINATE);
	if (!ecdsa_from_der(*signature, algorithm->signature_size / 2, pair))
		return JOSE_CANNOT_SIGN;
	*signature = slice_make((char *) pair, algorithm->signature_size);
	return JOSE_OK;
}

/* ---- the families ---- */

typedef struct FamilyMethods
{
	JoseStatus	(*verify) (UnverifiedToken *token, JoseKey *key,
						   const JoseAlgorithm *algorithm);
	JoseStatus	(*sign) (JoseKey *key, const JoseAlgorithm *algorithm, Slice input,
						 Slice *signature);
} FamilyMethods;

static const FamilyMethods families[] = {
	[JOSE_FAMILY_NONE] = {NULL, NULL},
	[JOSE_FAMILY_HMAC] = {verify_mac, compute_mac},
	[JOSE_FAMILY_RSA_PKCS1] = {verify_rsa, sign_with_pkey},
	[JOSE_FAMILY_RSA_PSS] = {verify_rsa, sign_with_pkey},
	[JOSE_FAMILY_ECDSA] = {verify_ecdsa, sign_with_pkey},
	[JOSE_FAMILY_EDDSA] = {verify_edwards, sign_with_pkey},
};

JoseStatus
jose_signature_verify(UnverifiedToken *token, JoseKey *key, VerifiedToken *verified)
{
	const JoseAlgorithm *algorithm = token->untrusted_algorithm;
	JoseStatus	status;

	memset(verified, 0, sizeof(*verified));
	if (algorithm == NULL || algorithm->family == JOSE_FAMILY_NONE)
		return JOSE_UNSECURED;
	if (!jose_key_suits(key, algorithm))
		return JOSE_WRONG_KEY;
	status = families[algorithm->family].verify(token, key, algorithm);
	if (status != JOSE_OK)
	{
		ERR_clear_error();		/* the server's TLS code reads the same queue */
		return status;
	}
	verified->header = token->untrusted_header.root;
	verified->payload = token->untrusted_payload.root;
	return JOSE_OK;
}

JoseStatus
jose_signature_recall(const UnverifiedToken *token, const JoseMemory *memory, const JoseTag *tag,
					  VerifiedToken *verified)
{
	memset(verified, 0, sizeof(*verified));
	if (!memory->recall(tag))
		return JOSE_BAD_SIGNATURE;
	verified->header = token->untrusted_header.root;
	verified->payload = token->untrusted_payload.root;
	return JOSE_OK;
}

static size_t
signature_size(const JoseKey *key, const JoseAlgorithm *algorithm)
{
	return key->pkey == NULL || algorithm->signature_size > 0 ? (size_t) algorithm->signature_size :
		(size_t) EVP_PKEY_get_size(key->pkey);
}

void
jose_signature_prepare(JoseKey *key, const JoseAlgorithm *algorithm)
{
	size_t		size = signature_size(key, algorithm);
	char	   *signature = palloc(size);
	UnverifiedToken token = {
		.untrusted_algorithm = algorithm,
		.signing_input = slice_make("", 0),
		.signature = slice_make(signature, size),
	};
	VerifiedToken nothing;
	JoseStatus	status PG_USED_FOR_ASSERTS_ONLY;

	/* as numbers these are neither zero nor too large for any key, so that all is computed */
	memset(signature, 1, size);
	status = jose_signature_verify(&token, key, &nothing);
	Assert(status != JOSE_OK);
	pfree(signature);
}

static void
append_encoded(StringInfo out, Slice bytes)
{
	Slice		text = base64url_encode(bytes);

	appendBinaryStringInfo(out, text.data, (int) text.len);
}

static void
append_header(StringInfo out, const JoseSigning *signing)
{
	StringInfoData header;

	initStringInfo(&header);
	appendStringInfoString(&header, "{\"alg\":");
	json_append_string(&header, signing->algorithm->name);
	appendStringInfoString(&header, ",\"typ\":\"JWT\"");
	if (signing->kid.len > 0)
	{
		appendStringInfoString(&header, ",\"kid\":");
		json_append_string(&header, signing->kid);
	}
	appendStringInfoChar(&header, '}');
	append_encoded(out, slice_make(header.data, header.len));
}

JoseStatus
jose_signature_sign(const JoseSigning *signing, JoseKey *key, Slice *token)
{
	const JoseAlgorithm *algorithm = signing->algorithm;
	StringInfoData text;
	Slice		signature;
	JoseStatus	status;

	if (algorithm->family == JOSE_FAMILY_NONE)
		return JOSE_UNSECURED;
	if (!jose_key_suits(key, algorithm))
		return JOSE_WRONG_KEY;
	initStringInfo(&text);
	append_header(&text, signing);
	appendStringInfoChar(&text, '.');
	append_encoded(&text, signing->payload);
	status = families[algorithm->family].sign(key, algorithm,
											  slice_make(text.data, text.len), &signature);
	if (status != JOSE_OK)
	{
		ERR_clear_error();
		return status;
	}
	appendStringInfoChar(&text, '.');
	append_encoded(&text, signature);
	*token = slice_make(text.data, text.len);
	return JOSE_OK;
}
