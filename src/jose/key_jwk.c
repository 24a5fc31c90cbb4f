/* SPDX-License-Identifier: PostgreSQL */
/*
 * key_jwk.c: keys from JSON Web Keys (RFC 7517, RFC 7518 section 6, RFC 8037
 * section 2), built from their numbers.
 */
#include "compat.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "jose/base64url.h"
#include "jose/key.h"
#include "jose/secret.h"

/* A curve of "EC" or "OKP": its name in a JWK and in OpenSSL, its size in bytes. */
typedef struct JwkCurve
{
	const char *crv;
	const char *openssl;
	size_t		size;
} JwkCurve;

static const JwkCurve ec_curves[] = {
	{"P-256", "P-256", 32},
	{"P-384", "P-384", 48},
	{"P-521", "P-521", 66},
	{"secp256k1", "secp256k1", 32},
};

static const JwkCurve okp_curves[] = {
	{"Ed25519", "ED25519", 32},
	{"Ed448", "ED448", 57},
};

/* An RSA number: its JWK member and OpenSSL parameter (RFC 7518 6.3). */
typedef struct RsaNumber
{
	const char *member;
	const char *parameter;
	size_t		max_size;		/* bytes */
} RsaNumber;

/*
 * OpenSSL verifies with no larger modulus.  A larger exponent than the usual ones
 * proves nothing, but lets each verification take milliseconds.
 */
#define MODULUS_MAX (16384 / 8)
#define EXPONENT_MAX (64 / 8)

static const RsaNumber rsa_public_numbers[] = {
	{"n", OSSL_PKEY_PARAM_RSA_N, MODULUS_MAX},
	{"e", OSSL_PKEY_PARAM_RSA_E, EXPONENT_MAX},
};

static const RsaNumber rsa_private_numbers[] = {
	{"d", OSSL_PKEY_PARAM_RSA_D, MODULUS_MAX},
	{"p", OSSL_PKEY_PARAM_RSA_FACTOR1, MODULUS_MAX},
	{"q", OSSL_PKEY_PARAM_RSA_FACTOR2, MODULUS_MAX},
	{"dp", OSSL_PKEY_PARAM_RSA_EXPONENT1, MODULUS_MAX},
	{"dq", OSSL_PKEY_PARAM_RSA_EXPONENT2, MODULUS_MAX},
	{"qi", OSSL_PKEY_PARAM_RSA_COEFFICIENT1, MODULUS_MAX},
};

#define MAX_NUMBERS (lengthof(rsa_public_numbers) + lengthof(rsa_private_numbers))

/* The parts of a key while it is being put together; release() ends it. */
typedef struct Assembly
{
	OSSL_PARAM_BLD *builder;
	BIGNUM	   *numbers[MAX_NUMBERS];
	int			count;
} Assembly;

static void
release(Assembly *assembly)
{
	for (int i = 0; i < assembly->count; i++)
		BN_clear_free(assembly->numbers[i]);
	OSSL_PARAM_BLD_free(assembly->builder);
}

static bool
is_string(const JsonNode *node)
{
	return node != NULL && node->kind == JSON_KIND_STRING;
}

/* The bytes of a base64url member. */
static bool
member_bytes(const JsonNode *jwk, const char *name, Slice *bytes)
{
	const JsonNode *member = json_member(jwk, name);

	return is_string(member) && base64url_decode(member->text, bytes);
}

static bool
push_number(Assembly *assembly, const char *parameter, Slice bytes)
{
	BIGNUM	   *number = BN_bin2bn((const unsigned char *) bytes.data, (int) bytes.len, NULL);

	jose_secret_wipe(unconstify(char *, bytes.data), bytes.len);
	if (number == NULL)
		return false;
	assembly->numbers[assembly->count++] = number;
	return OSSL_PARAM_BLD_push_BN(assembly->builder, parameter, number) == 1;
}

/* Adds the listed numbers; a leading zero byte is refused (RFC 7518 6.3.1.1). */
static bool
push_rsa_numbers(Assembly *assembly, const JsonNode *jwk, const RsaNumber *list, int count)
{
	for (int i = 0; i < count; i++)
	{
		Slice		bytes;

		if (!member_bytes(jwk, list[i].member, &bytes) || bytes.len == 0 || bytes.data[0] == 0 ||
			bytes.len > list[i].max_size)
			return false;
		if (!push_number(assembly, list[i].parameter, bytes))
			return false;
	}
	return true;
}

static EVP_PKEY *
build(Assembly *assembly, const char *type, JoseKeyHalf half)
{
	int			selection = half == JOSE_PRIVATE_HALF ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY;
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(assembly->builder);
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY   *pkey = NULL;

	if (params == NULL || context == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
		EVP_PKEY_fromdata(context, &pkey, selection, params) != 1)
		pkey = NULL;
	EVP_PKEY_CTX_free(context);
	OSSL_PARAM_free(params);
	return pkey;
}

/* Whether the private half of a key belongs to its public half. */
static bool
halves_agree(EVP_PKEY *pkey)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
	bool		agree = context != NULL && EVP_PKEY_pairwise_check(context) == 1;

	EVP_PKEY_CTX_free(context);
	return agree;
}

static JoseStatus
finish(EVP_PKEY *pkey, JoseKeyHalf half, JoseKey **key)
{
	if (pkey == NULL)
		return JOSE_BAD_JWK;
	if (half == JOSE_PRIVATE_HALF && !halves_agree(pkey))
	{
		EVP_PKEY_free(pkey);
		return JOSE_KEY_PARTS_DISAGREE;
	}
	return jose_key_adopt(pkey, key);
}

static JoseStatus
read_rsa(const JsonNode *jwk, JoseKeyHalf half, JoseKey **key)
{
	Assembly	assembly = {.builder = OSSL_PARAM_BLD_new()};
	EVP_PKEY   *pkey = NULL;
	bool		complete;

	complete = assembly.builder != NULL &&
		push_rsa_numbers(&assembly, jwk, rsa_public_numbers, COUNT_OF(rsa_public_numbers));
	if (complete && half == JOSE_PRIVATE_HALF)
		complete = push_rsa_numbers(&assembly, jwk, rsa_private_numbers,
									COUNT_OF(rsa_private_numbers));
	if (complete)
		pkey = build(&assembly, "RSA", half);
	release(&assembly);
	return finish(pkey, half, key);
}

static const JwkCurve *
find_curve(const JsonNode *jwk, const JwkCurve *curves, int count)
{
	const JsonNode *crv = json_member(jwk, "crv");

	for (int i = 0; is_string(crv) && i < count; i++)
	{
		if (slice_equals_cstring(crv->text, curves[i].crv))
			return &curves[i];
	}
	return NULL;
}

/* RFC 7518 6.2.1: each coordinate has the full size of the curve's field. */
static bool
push_point(Assembly *assembly, const JsonNode *jwk, const JwkCurve *curve)
{
	unsigned char *point = palloc(1 + 2 * curve->size); /* the builder reads it in the end */
	Slice		x;
	Slice		y;

	if (!member_bytes(jwk, "x", &x) || !member_bytes(jwk, "y", &y))
		return false;
	if (x.len != curve->size || y.len != curve->size)
		return false;
	point[0] = POINT_CONVERSION_UNCOMPRESSED;
	memcpy(point + 1, x.data, x.len);
	memcpy(point + 1 + x.len, y.data, y.len);
	return OSSL_PARAM_BLD_push_octet_string(assembly->builder, OSSL_PKEY_PARAM_PUB_KEY,
											point, 1 + 2 * curve->size) == 1;
}

static JoseStatus
read_ec(const JsonNode *jwk, JoseKeyHalf half, JoseKey **key)
{
	const JwkCurve *curve = find_curve(jwk, ec_curves, COUNT_OF(ec_curves));
	Assembly	assembly = {.builder = NULL};
	EVP_PKEY   *pkey = NULL;
	Slice		d;
	bool		complete;

	if (curve == NULL)
		return JOSE_CURVE_NOT_SUPPORTED;
	assembly.builder = OSSL_PARAM_BLD_new();
	complete = assembly.builder != NULL &&
		OSSL_PARAM_BLD_push_utf8_string(assembly.builder, OSSL_PKEY_PARAM_GROUP_NAME,
										curve->openssl, 0) == 1 &&
		push_point(&assembly, jwk, curve);
	if (complete && half == JOSE_PRIVATE_HALF)
		complete = member_bytes(jwk, "d", &d) && d.len == curve->size &&
			push_number(&assembly, OSSL_PKEY_PARAM_PRIV_KEY, d);
	if (complete)
		pkey = build(&assembly, "EC", half);
	release(&assembly);
	return finish(pkey, half, key);
}

/* Whether a private Edwards key gives the public key that stands beside it. */
static bool
gives_public_key(EVP_PKEY *pkey, Slice x)
{
	unsigned char derived[57];
	size_t		len = sizeof(derived);

	return EVP_PKEY_get_raw_public_key(pkey, derived, &len) == 1 &&
		slice_equals(slice_make((char *) derived, len), x);
}

static JoseStatus
read_okp(const JsonNode *jwk, JoseKeyHalf half, JoseKey **key)
{
	const JwkCurve *curve = find_curve(jwk, okp_curves, COUNT_OF(okp_curves));
	EVP_PKEY   *pkey;
	Slice		x;
	Slice		d;

	if (curve == NULL)
		return JOSE_CURVE_NOT_SUPPORTED;
	if (!member_bytes(jwk, "x", &x) || x.len != curve->size)
		return JOSE_BAD_JWK;
	if (half == JOSE_PUBLIC_HALF)
		pkey = EVP_PKEY_new_raw_public_key_ex(NULL, curve->openssl, NULL,
											  (const unsigned char *) x.data, x.len);
	else if (member_bytes(jwk, "d", &d) && d.len == curve->size)
		pkey = EVP_PKEY_new_raw_private_key_ex(NULL, curve->openssl, NULL,
											   (const unsigned char *) d.data, d.len);
	else
		return JOSE_BAD_JWK;

	if (pkey == NULL)
		return JOSE_BAD_JWK;
	if (!gives_public_key(pkey, x))
	{
		EVP_PKEY_free(pkey);
		return JOSE_KEY_PARTS_DISAGREE;
	}
	return jose_key_adopt(pkey, key);
}

/* The least length of a secret is that of the shortest hash value (RFC 7518 3.2). */
static JoseStatus
read_oct(const JsonNode *jwk, UNUSED JoseKeyHalf half, JoseKey **key)
{
	const JoseAlgorithm *shortest = NULL;
	JoseStatus	status = JOSE_BAD_JWK;
	Slice		k;

	for (int i = 0; shortest == NULL; i++)
	{
		if (jose_algorithm_at(i)->family == JOSE_FAMILY_HMAC)
			shortest = jose_algorithm_at(i);
	}
	if (member_bytes(jwk, "k", &k))
	{
		status = jose_key_from_secret(k, shortest, key);
		jose_secret_wipe(unconstify(char *, k.data), k.len);
	}
	return status;
}

typedef struct JwkType
{
	const char *kty;
	JoseStatus	(*read) (const JsonNode *jwk, JoseKeyHalf half, JoseKey **key);
} JwkType;

static const JwkType types[] = {
	{"RSA", read_rsa},
	{"EC", read_ec},
	{"OKP", read_okp},
	{"oct", read_oct},
};

JoseStatus
jose_key_from_jwk(const JsonNode *jwk, JoseKeyHalf half, JoseKey **key)
{
	const JsonNode *kty = json_member(jwk, "kty");
	JoseStatus	status = JOSE_KEY_NOT_SUPPORTED;

	*key = NULL;
	if (!is_string(kty))
		return JOSE_BAD_JWK;
	for (int i = 0; i < COUNT_OF(types); i++)
	{
		if (slice_equals_cstring(kty->text, types[i].kty))
			status = types[i].read(jwk, half, key);
	}
	ERR_clear_error();			/* the server's TLS code reads the same queue */
	return status;
}
