/* SPDX-License-Identifier: PostgreSQL */
/*
 * evp.c: what OpenSSL alone needs for the signatures of tokens: the limit.
 *
 * Signatures are decoded, and keys and contexts made, before the clock starts.
 */
#include "bench.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(bench_evp);

typedef struct Signed
{
	const unsigned char *input; /* header and payload, as signed */
	size_t		input_len;
	unsigned char signature[1024];
	size_t		signature_len;
} Signed;

typedef struct Bare
{
	Signed	   *messages;
	EVP_MAC_CTX *mac;
	EVP_MD	   *md;
	EVP_MD_CTX *digest;
	EVP_PKEY   *key;
	EVP_PKEY_CTX *verify;
} Bare;

static void
need(bool done, const char *what)
{
	if (!done)
		elog(ERROR, "OpenSSL: %s failed", what);
}

/* ---- the steps ---- */

static void
step_mac(const Loop *loop, int i)
{
	const Bare *bare = loop->state;
	const Signed *message = &bare->messages[i];
	unsigned char mac[EVP_MAX_MD_SIZE];
	size_t		len;

	need(EVP_MAC_init(bare->mac, NULL, 0, NULL) == 1 &&
		 EVP_MAC_update(bare->mac, message->input, message->input_len) == 1 &&
		 EVP_MAC_final(bare->mac, mac, &len, sizeof(mac)) == 1 &&
		 len == message->signature_len &&
		 CRYPTO_memcmp(mac, message->signature, len) == 0, "verifying a MAC");
}

static void
step_digest(const Loop *loop, int i)
{
	const Bare *bare = loop->state;
	const Signed *message = &bare->messages[i];
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int len;

	need(EVP_DigestInit_ex2(bare->digest, bare->md, NULL) == 1 &&
		 EVP_DigestUpdate(bare->digest, message->input, message->input_len) == 1 &&
		 EVP_DigestFinal_ex(bare->digest, digest, &len) == 1 &&
		 EVP_PKEY_verify(bare->verify, message->signature, message->signature_len,
						 digest, len) == 1, "verifying a signature");
}

static void
step_edwards(const Loop *loop, int i)
{
	const Bare *bare = loop->state;
	const Signed *message = &bare->messages[i];

	need(EVP_DigestVerifyInit(bare->digest, NULL, NULL, NULL, bare->key) == 1 &&
		 EVP_DigestVerify(bare->digest, message->signature, message->signature_len,
						  message->input, message->input_len) == 1, "verifying a signature");
}

/* ---- getting ready ---- */

/* base64url to bytes; OpenSSL's decoder knows base64 only, in groups of four. */
static size_t
decode(const char *text, size_t len, unsigned char *out)
{
	char		padded[1024];
	size_t		groups = (len + 3) / 4;

	need(groups * 4 <= sizeof(padded), "decoding");
	for (size_t i = 0; i < groups * 4; i++)
		padded[i] = i >= len ? '=' : text[i] == '-' ? '+' : text[i] == '_' ? '/' : text[i];
	need(EVP_DecodeBlock(out, (unsigned char *) padded, groups * 4) > 0, "decoding");
	return len * 3 / 4;
}

/* R and S as OpenSSL wants them. */
static void
make_der(Signed *message)
{
	int			half = message->signature_len / 2;
	ECDSA_SIG  *pair = ECDSA_SIG_new();
	unsigned char *out = message->signature;

	ECDSA_SIG_set0(pair, BN_bin2bn(message->signature, half, NULL),
				   BN_bin2bn(message->signature + half, half, NULL));
	message->signature_len = i2d_ECDSA_SIG(pair, &out);
	ECDSA_SIG_free(pair);
}

static void
read_messages(const Loop *loop, Bare *bare, bool is_ecdsa)
{
	bare->messages = palloc(loop->count * sizeof(Signed));
	for (int i = 0; i < loop->count; i++)
	{
		Signed	   *message = &bare->messages[i];
		char	   *token = TextDatumGetCString(loop->tokens[i]);
		char	   *end = strrchr(token, '.');

		need(end != NULL, "splitting");
		message->input = (unsigned char *) token;
		message->input_len = end - token;
		message->signature_len = decode(end + 1, strlen(end + 1), message->signature);
		if (is_ecdsa)
			make_der(message);
	}
}

static void
prepare_mac(Bare *bare, const char *secret)
{
	EVP_MAC    *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	char		digest[] = "SHA256";
	OSSL_PARAM	params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
		OSSL_PARAM_construct_end(),
	};

	bare->mac = EVP_MAC_CTX_new(hmac);
	need(EVP_MAC_init(bare->mac, (const unsigned char *) secret, strlen(secret), params) == 1,
		 "EVP_MAC_init");
	EVP_MAC_free(hmac);
}

static void
prepare_key(Bare *bare, const char *pem, bool is_pss)
{
	BIO		   *bio = BIO_new_mem_buf(pem, -1);

	bare->key = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
	BIO_free(bio);
	need(bare->key != NULL, "PEM_read_bio_PUBKEY");
	bare->md = EVP_MD_fetch(NULL, "SHA256", NULL);
	bare->digest = EVP_MD_CTX_new();
	bare->verify = EVP_PKEY_CTX_new_from_pkey(NULL, bare->key, NULL);
	if (EVP_PKEY_is_a(bare->key, "ED25519"))
		return;
	need(EVP_PKEY_verify_init(bare->verify) == 1 &&
		 EVP_PKEY_CTX_set_signature_md(bare->verify, bare->md) == 1, "EVP_PKEY_verify_init");
	if (is_pss)
		need(EVP_PKEY_CTX_set_rsa_padding(bare->verify, RSA_PKCS1_PSS_PADDING) == 1 &&
			 EVP_PKEY_CTX_set_rsa_pss_saltlen(bare->verify, RSA_PSS_SALTLEN_AUTO) == 1,
			 "choosing PSS");
}

static void
free_bare(Bare *bare)
{
	EVP_PKEY_CTX_free(bare->verify);
	EVP_PKEY_free(bare->key);
	EVP_MD_CTX_free(bare->digest);
	EVP_MD_free(bare->md);
	EVP_MAC_CTX_free(bare->mac);
}

/* evp(algorithm, public key as PEM or secret, tokens): nanoseconds a signature. */
Datum
bench_evp(PG_FUNCTION_ARGS)
{
	char	   *algorithm = text_to_cstring(PG_GETARG_TEXT_PP(0));
	char	   *key = text_to_cstring(PG_GETARG_TEXT_PP(1));
	Bare		bare = {NULL};
	Loop		loop = loop_over_tokens(fcinfo, 2, &bare);
	LoopStep	step = step_digest;
	double		ns;

	if (strncmp(algorithm, "HS", 2) == 0)
	{
		step = step_mac;
		prepare_mac(&bare, key);
	}
	else
		prepare_key(&bare, key, strncmp(algorithm, "PS", 2) == 0);
	if (strcmp(algorithm, "EdDSA") == 0)
		step = step_edwards;
	read_messages(&loop, &bare, strncmp(algorithm, "ES", 2) == 0);
	ns = loop_run(&loop, step);
	free_bare(&bare);
	PG_RETURN_FLOAT8(ns);
}
