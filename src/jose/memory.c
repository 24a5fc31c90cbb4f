/* SPDX-License-Identifier: PostgreSQL */
/*
 * memory.c: fingerprints and tags.
 */
#include "compat.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include "lib/stringinfo.h"

#include "jose/memory.h"
#include "jose/secret.h"

JoseStatus
jose_fingerprint(Slice first, Slice second, unsigned char fingerprint[JOSE_FINGERPRINT_SIZE])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool		done = context != NULL &&
	EVP_DigestInit_ex(context, jose_algorithm_digest(jose_algorithm_for_tags()), NULL) == 1 &&
	EVP_DigestUpdate(context, first.data, first.len) == 1 &&
	EVP_DigestUpdate(context, second.data, second.len) == 1 &&
	EVP_DigestFinal_ex(context, fingerprint, NULL) == 1;

	EVP_MD_CTX_free(context);
	if (!done)
		ERR_clear_error();
	return done ? JOSE_OK : JOSE_CRYPTO_UNAVAILABLE;
}

JoseStatus
jose_memory_key(Slice secret, JoseKey **key)
{
	return jose_key_from_secret(secret, jose_algorithm_for_tags(), key);
}

JoseStatus
jose_memory_tag(const JoseMemory *memory, Slice fingerprint, UnverifiedToken *token, JoseTag *tag)
{
	uint32_t	signature_len = (uint32_t) token->signature.len;
	StringInfoData input;
	Slice		signed_text;
	Slice		mac;
	JoseStatus	status = jose_signature_digest(token, &signed_text);

	if (status != JOSE_OK)
		return status;
	if (signed_text.len == 0)
		signed_text = token->signing_input;

	/* whose length varies says where it ends: the name by a zero, the signature by its length */
	initStringInfo(&input);
	appendBinaryStringInfo(&input, fingerprint.data, (int) fingerprint.len);
	appendStringInfoString(&input, jose_algorithm_name(token->untrusted_algorithm));
	appendStringInfoChar(&input, '\0');
	appendBinaryStringInfo(&input, (const char *) &signature_len, sizeof(signature_len));
	appendBinaryStringInfo(&input, token->signature.data, (int) token->signature.len);
	appendBinaryStringInfo(&input, signed_text.data, (int) signed_text.len);
	status = jose_signature_mac(memory->key, jose_algorithm_for_tags(),
								slice_make(input.data, input.len), &mac);
	jose_secret_wipe(input.data, input.len);
	pfree(input.data);
	if (status == JOSE_OK)
		memcpy(tag, mac.data, sizeof(*tag));
	return status;
}
