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
jose_memory_tag(const JoseMemory *memory, Slice fingerprint, Slice token, JoseTag *tag)
{
	StringInfoData input;
	Slice		mac;
	JoseStatus	status;

	initStringInfo(&input);
	appendBinaryStringInfo(&input, fingerprint.data, (int) fingerprint.len);
	appendBinaryStringInfo(&input, token.data, (int) token.len);
	status = jose_signature_mac(memory->key, jose_algorithm_for_tags(),
								slice_make(input.data, input.len), &mac);
	jose_secret_wipe(input.data, input.len);
	pfree(input.data);
	if (status == JOSE_OK)
		memcpy(tag, mac.data, sizeof(*tag));
	return status;
}
