/* SPDX-License-Identifier: PostgreSQL */
/*
 * memory.c: fingerprints and tags.
 */
#include "compat.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include "jose/memory.h"

JoseStatus
jose_fingerprint(Slice first, Slice second, unsigned char fingerprint[JOSE_FINGERPRINT_SIZE])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool		done = context != NULL &&
	EVP_DigestInit_ex(context, jose_algorithm_digest(jose_algorithm_for_fingerprints()), NULL) == 1 &&
	EVP_DigestUpdate(context, first.data, first.len) == 1 &&
	EVP_DigestUpdate(context, second.data, second.len) == 1 &&
	EVP_DigestFinal_ex(context, fingerprint, NULL) == 1;

	EVP_MD_CTX_free(context);
	if (!done)
		ERR_clear_error();
	return done ? JOSE_OK : JOSE_CRYPTO_UNAVAILABLE;
}

/* Kept by the process: it is given the secret anew for each tag, and holds nothing in between. */
static EVP_MAC_CTX *
tag_context(void)
{
	static EVP_MAC_CTX *context;
	EVP_MAC    *mac;

	if (context != NULL)
		return context;
	mac = EVP_MAC_fetch(NULL, JOSE_TAG_MAC, NULL);
	if (mac != NULL)
		context = EVP_MAC_CTX_new(mac);
	EVP_MAC_free(mac);
	return context;
}

static bool
add_to_tag(EVP_MAC_CTX *context, Slice part)
{
	return EVP_MAC_update(context, (const unsigned char *) part.data, part.len) == 1;
}

/* What varies in length says where it ends: the name by a zero, the signature by its length. */
static bool
compute_tag(const JoseMemory *memory, Slice fingerprint, const UnverifiedToken *token,
			Slice signed_text, JoseTag *tag)
{
	EVP_MAC_CTX *context = tag_context();
	Slice		name = token->untrusted_algorithm->name;
	size_t		signature_len = token->signature.len;
	size_t		len = 0;

	return context != NULL &&
		EVP_MAC_init(context, memory->secret, JOSE_MEMORY_SECRET_SIZE, NULL) == 1 &&
		add_to_tag(context, fingerprint) &&
		add_to_tag(context, slice_make(name.data, name.len + 1)) &&
		add_to_tag(context, slice_make((const char *) &signature_len, sizeof(signature_len))) &&
		add_to_tag(context, token->signature) &&
		add_to_tag(context, signed_text) &&
		EVP_MAC_final(context, (unsigned char *) tag, &len, sizeof(*tag)) == 1 &&
		len == sizeof(*tag);
}

JoseStatus
jose_memory_tag(const JoseMemory *memory, Slice fingerprint, UnverifiedToken *token, JoseTag *tag)
{
	Slice		signed_text;
	JoseStatus	status = jose_signature_digest(token, &signed_text);

	if (status != JOSE_OK)
		return status;
	if (signed_text.len == 0)
		signed_text = token->signing_input;
	if (compute_tag(memory, fingerprint, token, signed_text, tag))
		return JOSE_OK;
	ERR_clear_error();
	return JOSE_CRYPTO_UNAVAILABLE;
}
