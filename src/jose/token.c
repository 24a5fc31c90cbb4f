/* SPDX-License-Identifier: PostgreSQL */
/*
 * token.c: splits and decodes a compact JWS.
 */
#include "compat.h"

#include "jose/base64url.h"
#include "jose/token.h"

/* A header parameter whose JSON type is checked, and what it must be. */
typedef struct HeaderParameter
{
	Slice		name;
	JsonKind	kind;
} HeaderParameter;

/*
 * RFC 7515 4.1.  Those that carry or point to keys are left alone beyond their
 * type: a token never chooses the key that judges it (RFC 8725 3.10).
 */
static const HeaderParameter header_parameters[] = {
	{SLICE_LITERAL("kid"), JSON_KIND_STRING},
	{SLICE_LITERAL("typ"), JSON_KIND_STRING},
	{SLICE_LITERAL("cty"), JSON_KIND_STRING},
	{SLICE_LITERAL("jku"), JSON_KIND_STRING},
	{SLICE_LITERAL("x5u"), JSON_KIND_STRING},
	{SLICE_LITERAL("x5t"), JSON_KIND_STRING},
	{SLICE_LITERAL("x5t#S256"), JSON_KIND_STRING},
	{SLICE_LITERAL("x5c"), JSON_KIND_ARRAY},
	{SLICE_LITERAL("jwk"), JSON_KIND_OBJECT},
};

/* Cuts off the bytes before the first dot; *rest is empty without a dot. */
static Slice
take_part(Slice *rest)
{
	const char *dot = rest->len > 0 ? memchr(rest->data, '.', rest->len) : NULL;
	Slice		part = *rest;

	if (dot != NULL)
	{
		part.len = dot - rest->data;
		*rest = slice_skip(*rest, part.len + 1);
	}
	else
		*rest = slice_skip(*rest, rest->len);
	return part;
}

static int
count_dots(Slice text)
{
	int			count = 0;

	for (size_t i = 0; i < text.len; i++)
		count += text.data[i] == '.';
	return count;
}

JoseStatus
jose_token_split(Slice bytes, UnverifiedToken *token)
{
	Slice		rest = bytes;

	memset(token, 0, sizeof(*token));
	token->encoded_header = take_part(&rest);
	token->encoded_payload = take_part(&rest);
	token->encoded_signature = rest;
	token->signing_input = slice_make(bytes.data, token->encoded_header.len + 1 +
									  token->encoded_payload.len);

	/* a good token is not walked through byte by byte just to count its parts */
	token->part_count = 3;
	if (token->signing_input.len >= bytes.len || memchr(rest.data, '.', rest.len) != NULL)
		token->part_count = count_dots(bytes) + 1;
	if (token->part_count == 3)
		return JOSE_OK;
	token->encoded_signature = token->signing_input = slice_make(NULL, 0);
	return JOSE_NOT_THREE_PARTS;
}

static JoseStatus
read_algorithm(UnverifiedToken *token, const JsonNode *header)
{
	const JsonNode *alg = json_member(header, "alg");

	if (alg == NULL)
		return JOSE_NO_ALGORITHM;
	token->bad_parameter = "alg";
	if (alg->kind != JSON_KIND_STRING)
		return JOSE_BAD_HEADER_PARAMETER;
	token->untrusted_algorithm = jose_algorithm_find(alg->text);
	return token->untrusted_algorithm == NULL ? JOSE_UNKNOWN_ALGORITHM : JOSE_OK;
}

static JoseStatus
read_parameters(UnverifiedToken *token, const JsonNode *header)
{
	const JsonNode *kid;

	for (int i = 0; i < COUNT_OF(header_parameters); i++)
	{
		const JsonNode *parameter = json_find(header, header_parameters[i].name);

		token->bad_parameter = header_parameters[i].name.data;
		if (parameter != NULL && parameter->kind != header_parameters[i].kind)
			return JOSE_BAD_HEADER_PARAMETER;
	}
	token->bad_parameter = NULL;

	/* no extension is understood, and an empty or odd list is an error too */
	if (json_member(header, "crit") != NULL)
		return JOSE_CRITICAL_EXTENSION;

	kid = json_member(header, "kid");
	if (kid != NULL)
		token->untrusted_kid = kid->text;
	return JOSE_OK;
}

JoseStatus
jose_token_read_header(UnverifiedToken *token)
{
	const JsonNode *header;
	JoseStatus	status;

	token->header_json = json_parse_kept(token->header, &token->untrusted_header);
	if (token->header_json != JSON_OK)
		return JOSE_HEADER_NOT_JSON;
	header = token->untrusted_header.root;
	if (header->kind != JSON_KIND_OBJECT)
		return JOSE_HEADER_NOT_OBJECT;
	status = read_algorithm(token, header);
	if (status != JOSE_OK)
		return status;
	return read_parameters(token, header);
}

JoseStatus
jose_token_decode_parts(UnverifiedToken *token)
{
	if (!base64url_decode(token->encoded_header, &token->header))
		return JOSE_HEADER_NOT_BASE64URL;
	if (jose_token_read_payload(token) == JOSE_PAYLOAD_NOT_BASE64URL)
		return JOSE_PAYLOAD_NOT_BASE64URL;
	if (!base64url_decode(token->encoded_signature, &token->signature))
		return JOSE_SIGNATURE_NOT_BASE64URL;
	return JOSE_OK;
}

JoseStatus
jose_token_decode(UnverifiedToken *token)
{
	JoseStatus	status = jose_token_decode_parts(token);

	return status == JOSE_OK ? jose_token_read_header(token) : status;
}

static JoseStatus
read_payload(UnverifiedToken *token)
{
	if (!base64url_decode(token->encoded_payload, &token->payload))
		return JOSE_PAYLOAD_NOT_BASE64URL;
	token->payload_json = json_parse_kept(token->payload, &token->untrusted_payload);
	return token->payload_json == JSON_OK ? JOSE_OK : JOSE_PAYLOAD_NOT_JSON;
}

JoseStatus
jose_token_read_payload(UnverifiedToken *token)
{
	if (!token->payload_read)
	{
		token->payload_status = read_payload(token);
		token->payload_read = true;
	}
	return token->payload_status;
}

JoseStatus
jose_token_parse(Slice bytes, size_t max_size, UnverifiedToken *token)
{
	JoseStatus	status;

	memset(token, 0, sizeof(*token));
	if (bytes.len > max_size)
		return JOSE_TOKEN_TOO_LARGE;
	status = jose_token_split(bytes, token);
	if (status == JOSE_OK)
		status = jose_token_decode(token);
	if (status == JOSE_OK)
		status = jose_token_read_payload(token);
	return status;
}
