/* SPDX-License-Identifier: PostgreSQL */
/*
 * key_pem.c: keys from PEM text, as Hasura's loader takes them (HASURA-JWT 1.3).
 */
#include "compat.h"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "jose/key.h"
#include "jose/secret.h"

/* The decoded bytes of one PEM block, freed by free_block(). */
typedef struct PemBlock
{
	char	   *name;
	char	   *header;
	unsigned char *data;
	long		len;
} PemBlock;

static void
free_block(PemBlock *block)
{
	jose_secret_wipe(block->data, block->len);
	OPENSSL_free(block->name);
	OPENSSL_free(block->header);
	OPENSSL_free(block->data);
}

static JoseStatus
read_first_block(Slice pem, PemBlock *block)
{
	JoseStatus	status = JOSE_NO_PEM;
	BIO		   *bio;

	memset(block, 0, sizeof(*block));
	if (pem.len > INT_MAX)
		return JOSE_NO_PEM;
	bio = BIO_new_mem_buf(pem.data, (int) pem.len);
	if (bio != NULL &&
		PEM_read_bio(bio, &block->name, &block->header, &block->data, &block->len) == 1)
		status = JOSE_OK;
	BIO_free(bio);
	return status;
}

/* PKCS#1: OpenSSL's reader tells by itself that it is two integers. */
static EVP_PKEY *
read_pkcs1(const PemBlock *block)
{
	const unsigned char *p = block->data;
	EVP_PKEY   *pkey = d2i_PublicKey(EVP_PKEY_RSA, NULL, &p, block->len);

	if (pkey != NULL && p != block->data + block->len)
	{
		EVP_PKEY_free(pkey);
		return NULL;
	}
	return pkey;
}

/* SubjectPublicKeyInfo; bytes behind it are refused, as by Hasura. */
static EVP_PKEY *
read_spki(const PemBlock *block)
{
	const unsigned char *p = block->data;
	EVP_PKEY   *pkey = d2i_PUBKEY(NULL, &p, block->len);

	if (pkey != NULL && p != block->data + block->len)
	{
		EVP_PKEY_free(pkey);
		return NULL;
	}
	return pkey;
}

/*
 * Whether the block is shaped like SubjectPublicKeyInfo: then the key in it is
 * of a kind that OpenSSL does not know, and not of no kind at all.
 */
static bool
is_spki(const PemBlock *block)
{
	const unsigned char *p = block->data;
	X509_PUBKEY *info = d2i_X509_PUBKEY(NULL, &p, block->len);
	bool		found = info != NULL && p == block->data + block->len;

	X509_PUBKEY_free(info);
	return found;
}

static JoseStatus
read_certificate(const PemBlock *block, JoseKey **key)
{
	const unsigned char *p = block->data;
	JoseStatus	status = JOSE_PEM_NOT_A_KEY;
	X509	   *certificate = d2i_X509(NULL, &p, block->len);

	if (certificate == NULL || p != block->data + block->len)
		status = is_spki(block) ? JOSE_KEY_NOT_SUPPORTED : JOSE_PEM_NOT_A_KEY;
	else
	{
		EVP_PKEY   *pkey = X509_get_pubkey(certificate);

		status = pkey == NULL ? JOSE_CERTIFICATE_KEY_NOT_SUPPORTED : jose_key_adopt(pkey, key);
		if (status == JOSE_KEY_NOT_SUPPORTED)
			status = JOSE_CERTIFICATE_KEY_NOT_SUPPORTED;
	}
	X509_free(certificate);
	return status;
}

JoseStatus
jose_key_from_pem(Slice pem, JoseKey **key)
{
	PemBlock	block;
	EVP_PKEY   *pkey;
	JoseStatus	status;

	*key = NULL;
	status = read_first_block(pem, &block);
	if (status == JOSE_OK)
	{
		pkey = read_pkcs1(&block);
		if (pkey == NULL)
			pkey = read_spki(&block);
		status = pkey != NULL ? jose_key_adopt(pkey, key) : read_certificate(&block, key);
	}
	free_block(&block);
	ERR_clear_error();
	return status;
}

/* Never asks a terminal for a pass phrase: an encrypted key is refused. */
static int
no_pass_phrase(UNUSED char *buffer, UNUSED int size, UNUSED int writing, UNUSED void *context)
{
	return -1;
}

JoseStatus
jose_key_from_private_pem(Slice pem, JoseKey **key)
{
	EVP_PKEY   *pkey = NULL;
	BIO		   *bio;

	*key = NULL;
	if (pem.len > INT_MAX)
		return JOSE_NOT_A_PRIVATE_KEY;
	bio = BIO_new_mem_buf(pem.data, (int) pem.len);
	if (bio != NULL)
		pkey = PEM_read_bio_PrivateKey(bio, NULL, no_pass_phrase, NULL);
	BIO_free(bio);
	ERR_clear_error();
	return pkey == NULL ? JOSE_NOT_A_PRIVATE_KEY : jose_key_adopt(pkey, key);
}
