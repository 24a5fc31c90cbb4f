/* SPDX-License-Identifier: PostgreSQL */
/*
 * envelope.c: keys in other formats and of other kinds, made by OpenSSL.
 */
#include "compat.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "envelope.h"
#include "sample.h"

static Slice
take(BIO *bio)
{
	char	   *data;
	long		len = BIO_get_mem_data(bio, &data);
	Slice		bytes = sample_exact(slice_make(data, len));

	BIO_free(bio);
	return bytes;
}

static EVP_PKEY *
generate(const char *type, const OSSL_PARAM *params)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY   *pkey = NULL;

	EVP_PKEY_keygen_init(context);
	if (params != NULL)
		EVP_PKEY_CTX_set_params(context, params);
	if (EVP_PKEY_generate(context, &pkey) != 1)
		sample_bail_out(type);
	EVP_PKEY_CTX_free(context);
	return pkey;
}

EVP_PKEY   *
envelope_curve(const char *curve, const char *encoding)
{
	OSSL_PARAM	params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *) curve, 0),
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_EC_ENCODING, (char *) encoding, 0),
		OSSL_PARAM_construct_end(),
	};

	return generate("EC", params);
}

EVP_PKEY   *
envelope_type(const char *type)
{
	return generate(type, NULL);
}

EVP_PKEY   *
envelope_dsa(void)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "DSA", NULL);
	EVP_PKEY   *parameters = NULL;
	EVP_PKEY   *pkey = NULL;

	EVP_PKEY_paramgen_init(context);
	if (EVP_PKEY_generate(context, &parameters) != 1)
		sample_bail_out("no DSA parameters");
	EVP_PKEY_CTX_free(context);
	context = EVP_PKEY_CTX_new_from_pkey(NULL, parameters, NULL);
	EVP_PKEY_keygen_init(context);
	if (EVP_PKEY_generate(context, &pkey) != 1)
		sample_bail_out("no DSA key");
	EVP_PKEY_CTX_free(context);
	EVP_PKEY_free(parameters);
	return pkey;
}

Slice
envelope_certificate(EVP_PKEY *pkey, EVP_PKEY *signer)
{
	X509	   *x509 = X509_new();
	unsigned char *der = NULL;
	int			len;
	bool		edwards = EVP_PKEY_is_a(signer, "ED25519") || EVP_PKEY_is_a(signer, "ED448");

	X509_set_pubkey(x509, pkey);
	X509_gmtime_adj(X509_getm_notBefore(x509), -864000);
	X509_gmtime_adj(X509_getm_notAfter(x509), -432000);
	if (X509_sign(x509, signer, edwards ? NULL : EVP_sha256()) <= 0)
		sample_bail_out("no certificate");
	len = i2d_X509(x509, &der);
	X509_free(x509);
	return sample_exact(slice_make((char *) der, len));
}

Slice
envelope_request(EVP_PKEY *pkey)
{
	X509_REQ   *req = X509_REQ_new();
	BIO		   *bio = BIO_new(BIO_s_mem());

	X509_REQ_set_pubkey(req, pkey);
	if (X509_REQ_sign(req, pkey, EVP_sha256()) <= 0 || PEM_write_bio_X509_REQ(bio, req) != 1)
		sample_bail_out("no certificate request");
	X509_REQ_free(req);
	return take(bio);
}

Slice
envelope_pkcs1(EVP_PKEY *pkey)
{
	unsigned char *der = NULL;
	int			len = i2d_PublicKey(pkey, &der);

	if (len <= 0)
		sample_bail_out("no public key in PKCS#1");
	return sample_exact(slice_make((char *) der, len));
}

Slice
envelope_private(EVP_PKEY *pkey)
{
	unsigned char *der = NULL;
	int			len = i2d_PrivateKey(pkey, &der);

	if (len <= 0)
		sample_bail_out("no private key in DER");
	return sample_exact(slice_make((char *) der, len));
}

Slice
envelope_traditional(EVP_PKEY *pkey, const char *pass_phrase)
{
	BIO		   *bio = BIO_new(BIO_s_mem());
	int			len = pass_phrase == NULL ? 0 : (int) strlen(pass_phrase);

	if (PEM_write_bio_PrivateKey_traditional(bio, pkey, len > 0 ? EVP_aes_128_cbc() : NULL,
											 (const unsigned char *) pass_phrase, len, NULL,
											 NULL) != 1)
		sample_bail_out("no traditional private key");
	return take(bio);
}

Slice
envelope_encrypted(EVP_PKEY *pkey)
{
	BIO		   *bio = BIO_new(BIO_s_mem());

	if (PEM_write_bio_PKCS8PrivateKey(bio, pkey, EVP_aes_128_cbc(), "secret", 6, NULL, NULL) != 1)
		sample_bail_out("no encrypted private key");
	return take(bio);
}
