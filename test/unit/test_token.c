/* SPDX-License-Identifier: PostgreSQL */
/*
 * test_token.c: every way in which a token can be malformed, one part at a time.
 */
#include "compat.h"

#include "check.h"
#include "sample.h"

/* {"alg":"HS256"}, {"a":1} and the bytes 0 1 2 3 */
#define HEADER "eyJhbGciOiJIUzI1NiJ9"
#define PAYLOAD "eyJhIjoxfQ"
#define SIGNATURE "AAECAw"

static UnverifiedToken token;

static JoseStatus
parse_slice(Slice text)
{
	return jose_token_parse(sample_exact(text), SAMPLE_LIMIT, &token);
}

static JoseStatus
parse(const char *text)
{
	return parse_slice(slice_cstring(text));
}

/* A token with that JSON text as its header. */
static JoseStatus
parse_header(Slice header)
{
	return parse_slice(sample_compact(header, slice_cstring("{}"), slice_cstring("s")));
}

static JoseStatus
parse_payload(Slice payload)
{
	return parse_slice(sample_compact(slice_cstring("{\"alg\":\"HS256\"}"), payload,
									  slice_cstring("s")));
}

static void
test_good(void)
{
	static const char text[] = HEADER "." PAYLOAD "." SIGNATURE;

	CHECK_JOSE(parse(text), JOSE_OK, "a token is read");
	CHECK(token.part_count == 3, "its parts are counted");
	CHECK(slice_equals_cstring(token.encoded_header, HEADER), "the header is found");
	CHECK(slice_equals_cstring(token.encoded_payload, PAYLOAD), "the payload is found");
	CHECK(slice_equals_cstring(token.encoded_signature, SIGNATURE), "the signature is found");
	CHECK(slice_equals_cstring(token.signing_input, HEADER "." PAYLOAD), "what is signed is found");
	CHECK(slice_equals(token.signature, slice_make("\0\1\2\3", 4)), "the signature is decoded");
	CHECK(token.untrusted_algorithm == sample_algorithm("HS256"), "the algorithm is found");
	CHECK(token.untrusted_kid.len == 0, "without kid there is none");
	CHECK(token.bad_parameter == NULL, "no parameter is bad");
	CHECK(json_member(token.untrusted_payload.root, "a") != NULL, "the payload is read");
	CHECK_JOSE(jose_token_read_payload(&token), JOSE_OK, "reading the payload again is no harm");
}

typedef struct Parts
{
	const char *text;
	int			count;
	const char *header;
	const char *payload;
} Parts;

static const Parts parts[] = {
	{"", 1, "", ""}, {"a", 1, "a", ""}, {"a.b", 2, "a", "b"}, {".", 2, "", ""},
	{"a.b.c.d", 4, "a", "b"}, {"a.b.c.d.e", 5, "a", "b"}, {"....", 5, "", ""}, {"a.", 2, "a", ""},
	{".b", 2, "", "b"}, {"a.b.c.", 4, "a", "b"}, {".a.b.c", 4, "", "a"}, {"...", 4, "", ""},
	{HEADER "." PAYLOAD, 2, HEADER, PAYLOAD},
	{HEADER "." PAYLOAD "." SIGNATURE ".", 4, HEADER, PAYLOAD},
	{HEADER "." PAYLOAD "." SIGNATURE "." SIGNATURE, 4, HEADER, PAYLOAD},
};

static void
test_parts(void)
{
	for (int i = 0; i < COUNT_OF(parts); i++)
	{
		const Parts *row = &parts[i];

		CHECK_JOSE(parse(row->text), JOSE_NOT_THREE_PARTS, "\"%s\" is refused", row->text);
		CHECK(token.part_count == row->count, "it has %d parts", row->count);
		CHECK(slice_equals_cstring(token.encoded_header, row->header) &&
			  slice_equals_cstring(token.encoded_payload, row->payload),
			  "its first two parts are found all the same");
	}
	CHECK_JOSE(parse_slice(slice_make(NULL, 0)), JOSE_NOT_THREE_PARTS, "no bytes are no token");
	CHECK_JOSE(parse_slice(sample_repeat(".", 60000)), JOSE_NOT_THREE_PARTS, "nor are 60000 dots");
	CHECK(token.part_count == 60001, "which are all counted");
}

static void
test_limit(void)
{
	static const char text[] = HEADER "." PAYLOAD "." SIGNATURE;
	size_t		len = sizeof(text) - 1;

	CHECK_JOSE(jose_token_parse(slice_make(text, len), len, &token), JOSE_OK,
			   "a token as large as the limit is read");
	CHECK_JOSE(jose_token_parse(slice_make(text, len), len - 1, &token), JOSE_TOKEN_TOO_LARGE,
			   "one byte more is too large");
	CHECK(token.part_count == 0 && token.encoded_header.data == NULL,
		  "nothing of too large a token is looked at");
	CHECK_JOSE(jose_token_parse(slice_make("", 0), 0, &token), JOSE_NOT_THREE_PARTS,
			   "no bytes are within every limit");
}

/* Texts that are no canonical base64url, for a part whose good text is four long. */
static const char *const malformed[][2] = {
	{"AAAA=", "padding"}, {"AA==", "padding of two"}, {"AAA=", "padding of one"},
	{"AAA+", "a plus"}, {"AAA/", "a slash"}, {"AB", "unused bits of one byte"},
	{"AAB", "unused bits of two bytes"}, {"A", "an impossible length"},
	{"AAAAA", "an impossible length behind a group"}, {" AAAA", "a space in front"},
	{"AAAA ", "a space behind"}, {"AA AA", "a space inside"}, {"AAAA\n", "a line feed"},
	{"AAAA\r\n", "a line end"}, {"\tAAAA", "a tab"}, {"AAA\xc3", "a high byte"},
	{"\xff\xfe", "high bytes alone"}, {"AAA%", "a percent sign"}, {"AAAA,", "a comma"},
};

static void
test_encoding(void)
{
	for (int i = 0; i < COUNT_OF(malformed); i++)
	{
		const char *text = malformed[i][0];
		const char *name = malformed[i][1];

		CHECK_JOSE(parse_slice(sample_text("%s.%s.%s", text, PAYLOAD, SIGNATURE)),
				   JOSE_HEADER_NOT_BASE64URL, "refused in the header: %s", name);
		CHECK_JOSE(parse_slice(sample_text("%s.%s.%s", HEADER, text, SIGNATURE)),
				   JOSE_PAYLOAD_NOT_BASE64URL, "refused in the payload: %s", name);
		CHECK_JOSE(parse_slice(sample_text("%s.%s.%s", HEADER, PAYLOAD, text)),
				   JOSE_SIGNATURE_NOT_BASE64URL, "refused in the signature: %s", name);
	}
	/* the good texts with something appended, so that only that is wrong */
	CHECK_JOSE(parse(HEADER "=." PAYLOAD "." SIGNATURE), JOSE_HEADER_NOT_BASE64URL,
			   "a header that is good but for padding is refused");
	CHECK_JOSE(parse(HEADER "." PAYLOAD "==." SIGNATURE), JOSE_PAYLOAD_NOT_BASE64URL,
			   "so is such a payload");
	CHECK_JOSE(parse(HEADER "." PAYLOAD "." SIGNATURE "=="), JOSE_SIGNATURE_NOT_BASE64URL,
			   "and such a signature");
	CHECK_JOSE(parse(HEADER ".eyJhIjoxfR." SIGNATURE), JOSE_PAYLOAD_NOT_BASE64URL,
			   "a payload with other unused bits is another text and refused");
	CHECK_JOSE(parse(HEADER "." PAYLOAD ".AAECAx"), JOSE_SIGNATURE_NOT_BASE64URL,
			   "so is such a signature");
}

static void
test_nul_and_space(void)
{
	static const char nul_header[] = "\0" HEADER "." PAYLOAD "." SIGNATURE;
	static const char nul_payload[] = HEADER "." PAYLOAD "\0." SIGNATURE;
	static const char nul_signature[] = HEADER "." PAYLOAD "." SIGNATURE "\0";

	CHECK_JOSE(parse_slice(slice_make(nul_header, sizeof(nul_header) - 1)),
			   JOSE_HEADER_NOT_BASE64URL, "NUL in the header is refused");
	CHECK_JOSE(parse_slice(slice_make(nul_payload, sizeof(nul_payload) - 1)),
			   JOSE_PAYLOAD_NOT_BASE64URL, "NUL in the payload is refused");
	CHECK_JOSE(parse_slice(slice_make(nul_signature, sizeof(nul_signature) - 1)),
			   JOSE_SIGNATURE_NOT_BASE64URL, "NUL in the signature is refused");
	CHECK_JOSE(parse("Bearer " HEADER "." PAYLOAD "." SIGNATURE), JOSE_HEADER_NOT_BASE64URL,
			   "a scheme in front is refused");
	CHECK_JOSE(parse(HEADER " . " PAYLOAD " . " SIGNATURE), JOSE_HEADER_NOT_BASE64URL,
			   "spaces around the dots are refused");
}

static void
test_empty(void)
{
	CHECK_JOSE(parse(".."), JOSE_HEADER_NOT_JSON, "two dots are refused");
	CHECK_JOSE(parse("." PAYLOAD "." SIGNATURE), JOSE_HEADER_NOT_JSON, "no header is refused");
	CHECK_JOSE(parse(HEADER ".." SIGNATURE), JOSE_PAYLOAD_NOT_JSON, "no payload is refused");
	CHECK_JOSE(parse(HEADER "." PAYLOAD "."), JOSE_OK, "no signature is for the verifier to judge");
	CHECK(token.signature.len == 0, "and is empty");
}

typedef struct BadJson
{
	const char *text;
	JsonStatus	status;
	const char *name;
} BadJson;

static const BadJson bad_json[] = {
	{"", JSON_NOT_VALID, "nothing"},
	{"{", JSON_NOT_VALID, "an open object"},
	{"{\"alg\":\"HS256\"", JSON_NOT_VALID, "an object cut off"},
	{"{\"alg\":\"HS256\"}x", JSON_NOT_VALID, "garbage behind"},
	{"{\"alg\":\"HS256\"}{}", JSON_NOT_VALID, "a second object behind"},
	{"{'alg':'HS256'}", JSON_NOT_VALID, "apostrophes"},
	{"{\"alg\":\"HS256\",}", JSON_NOT_VALID, "a comma at the end"},
	{"\xef\xbb\xbf{\"alg\":\"HS256\"}", JSON_NOT_VALID, "a byte order mark"},
	{"{\"alg\":\"HS256\",\"x\":\"\\ud800\"}", JSON_NOT_VALID, "a lone surrogate"},
	{"{\"alg\":\"HS256\",\"x\":\"\n\"}", JSON_NOT_VALID, "a control character"},
	{"{\"alg\":\"HS256\",\"x\":\"\\u0000\"}", JSON_HAS_NUL, "an escaped NUL"},
	{"{\"alg\":\"HS256\",\"\\u0000\":1}", JSON_HAS_NUL, "an escaped NUL in a name"},
	{"{\"alg\":\"HS256\",\"x\":\"\xff\"}", JSON_NOT_UTF8, "invalid UTF-8"},
	{"{\"alg\":\"HS256\",\"x\":\"\xc0\xaf\"}", JSON_NOT_UTF8, "overlong UTF-8"},
	{"{\"alg\":\"HS256\",\"alg\":\"HS256\"}", JSON_DUPLICATE_MEMBER, "a member twice"},
	{"{\"alg\":\"HS256\",\"\\u0061lg\":\"none\"}", JSON_DUPLICATE_MEMBER, "twice, once in escapes"},
	{"{\"alg\":\"HS256\",\"x\":{\"a\":1,\"a\":1}}", JSON_DUPLICATE_MEMBER, "twice further inside"},
	{"{\"alg\":\"HS256\",\"x\":[{\"a\":1,\"a\":1}]}", JSON_DUPLICATE_MEMBER, "twice in an array"},
};

static void
test_bad_json(void)
{
	Slice		deep = sample_join(sample_repeat("[", 100), sample_repeat("]", 100));
	Slice		text;

	for (int i = 0; i < COUNT_OF(bad_json); i++)
	{
		const BadJson *row = &bad_json[i];

		CHECK_JOSE(parse_header(slice_cstring(row->text)), JOSE_HEADER_NOT_JSON,
				   "refused as header: %s", row->name);
		CHECK_JSON(token.header_json, row->status, "and it is said why: %s", row->name);
		CHECK_JOSE(parse_payload(slice_cstring(row->text)), JOSE_PAYLOAD_NOT_JSON,
				   "refused as payload: %s", row->name);
		CHECK_JSON(token.payload_json, row->status, "and it is said why: %s", row->name);
	}
	text = sample_text("{\"alg\":\"HS256\",\"x\":%.*s}", (int) deep.len, deep.data);
	CHECK_JOSE(parse_header(text), JOSE_HEADER_NOT_JSON, "refused as header: depth 101");
	CHECK_JSON(token.header_json, JSON_TOO_DEEP, "and it is said why: depth 101");
	CHECK_JOSE(parse_payload(text), JOSE_PAYLOAD_NOT_JSON, "refused as payload: depth 101");
	text = sample_text("{\"alg\":\"HS256\",\"x\":%.*s}", (int) deep.len - 2, deep.data + 1);
	CHECK_JOSE(parse_header(text), JOSE_OK, "accepted as header: depth 100");
	CHECK_JOSE(parse_payload(text), JOSE_OK, "accepted as payload: depth 100");
}

typedef struct HeaderCase
{
	const char *header;
	JoseStatus	status;
	const char *bad_parameter;	/* NULL if it does not matter */
} HeaderCase;

static const HeaderCase headers[] = {
	{"[]", JOSE_HEADER_NOT_OBJECT, NULL},
	{"null", JOSE_HEADER_NOT_OBJECT, NULL},
	{"true", JOSE_HEADER_NOT_OBJECT, NULL},
	{"1", JOSE_HEADER_NOT_OBJECT, NULL},
	{"\"HS256\"", JOSE_HEADER_NOT_OBJECT, NULL},
	{"[{\"alg\":\"HS256\"}]", JOSE_HEADER_NOT_OBJECT, NULL},
	{"{}", JOSE_NO_ALGORITHM, NULL},
	{"{\"typ\":\"JWT\"}", JOSE_NO_ALGORITHM, NULL},
	{"{\"ALG\":\"HS256\"}", JOSE_NO_ALGORITHM, NULL},
	{"{\"alg \":\"HS256\"}", JOSE_NO_ALGORITHM, NULL},
	{"{\"x\":{\"alg\":\"HS256\"}}", JOSE_NO_ALGORITHM, NULL},
	{"{\"alg\":256}", JOSE_BAD_HEADER_PARAMETER, "alg"},
	{"{\"alg\":null}", JOSE_BAD_HEADER_PARAMETER, "alg"},
	{"{\"alg\":true}", JOSE_BAD_HEADER_PARAMETER, "alg"},
	{"{\"alg\":[\"HS256\"]}", JOSE_BAD_HEADER_PARAMETER, "alg"},
	{"{\"alg\":{\"HS256\":1}}", JOSE_BAD_HEADER_PARAMETER, "alg"},
	{"{\"alg\":\"\"}", JOSE_UNKNOWN_ALGORITHM, NULL},
	{"{\"alg\":\"HS1\"}", JOSE_UNKNOWN_ALGORITHM, NULL},
	{"{\"alg\":\"hs256\"}", JOSE_UNKNOWN_ALGORITHM, NULL},
	{"{\"alg\":\"HS256 \"}", JOSE_UNKNOWN_ALGORITHM, NULL},
	{"{\"alg\":\"None\"}", JOSE_UNKNOWN_ALGORITHM, NULL},
	{"{\"alg\":\"NONE\"}", JOSE_UNKNOWN_ALGORITHM, NULL},
	{"{\"alg\":\"nOnE\"}", JOSE_UNKNOWN_ALGORITHM, NULL},
	/* refused by the verifier, by name */
	{"{\"alg\":\"none\"}", JOSE_OK, NULL},
	{"{\"alg\":\"\\u006eone\"}", JOSE_OK, NULL},
	{"{\"alg\":\"HS256\",\"kid\":1}", JOSE_BAD_HEADER_PARAMETER, "kid"},
	{"{\"alg\":\"HS256\",\"kid\":null}", JOSE_BAD_HEADER_PARAMETER, "kid"},
	{"{\"alg\":\"HS256\",\"kid\":[\"a\"]}", JOSE_BAD_HEADER_PARAMETER, "kid"},
	{"{\"alg\":\"HS256\",\"typ\":1}", JOSE_BAD_HEADER_PARAMETER, "typ"},
	{"{\"alg\":\"HS256\",\"cty\":{}}", JOSE_BAD_HEADER_PARAMETER, "cty"},
	{"{\"alg\":\"HS256\",\"jku\":{}}", JOSE_BAD_HEADER_PARAMETER, "jku"},
	{"{\"alg\":\"HS256\",\"jwk\":\"a\"}", JOSE_BAD_HEADER_PARAMETER, "jwk"},
	{"{\"alg\":\"HS256\",\"jwk\":[]}", JOSE_BAD_HEADER_PARAMETER, "jwk"},
	{"{\"alg\":\"HS256\",\"jwk\":null}", JOSE_BAD_HEADER_PARAMETER, "jwk"},
	{"{\"alg\":\"HS256\",\"x5u\":false}", JOSE_BAD_HEADER_PARAMETER, "x5u"},
	{"{\"alg\":\"HS256\",\"x5c\":\"a\"}", JOSE_BAD_HEADER_PARAMETER, "x5c"},
	{"{\"alg\":\"HS256\",\"x5t\":1}", JOSE_BAD_HEADER_PARAMETER, "x5t"},
	{"{\"alg\":\"HS256\",\"x5t#S256\":1}", JOSE_BAD_HEADER_PARAMETER, "x5t#S256"},
	{"{\"alg\":\"HS256\",\"crit\":[]}", JOSE_CRITICAL_EXTENSION, NULL},
	{"{\"alg\":\"HS256\",\"crit\":[\"exp\"],\"exp\":1}", JOSE_CRITICAL_EXTENSION, NULL},
	{"{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"b64\":false}", JOSE_CRITICAL_EXTENSION, NULL},
	{"{\"alg\":\"HS256\",\"crit\":null}", JOSE_CRITICAL_EXTENSION, NULL},
	{"{\"alg\":\"HS256\",\"crit\":\"alg\"}", JOSE_CRITICAL_EXTENSION, NULL},
	{"{\"\\u0063rit\":[\"exp\"],\"alg\":\"HS256\"}", JOSE_CRITICAL_EXTENSION, NULL},
	{"{\"alg\":\"HS256\",\"CRIT\":[]}", JOSE_OK, NULL},
	{"{\"alg\":\"HS256\",\"unknown\":[1,{}]}", JOSE_OK, NULL},
	{"{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"cty\":\"JWT\"}", JOSE_OK, NULL},
	{"{\"alg\":\"HS256\",\"jwk\":{},\"x5c\":[],\"jku\":\"\",\"x5u\":\"\"}", JOSE_OK, NULL},
	{"{\"alg\":\"RS256\",\"jwk\":{\"kty\":\"oct\",\"k\":\"AA\"}}", JOSE_OK, NULL},
	{" {\"alg\" : \"HS256\"} ", JOSE_OK, NULL},
};

static void
test_headers(void)
{
	for (int i = 0; i < COUNT_OF(headers); i++)
	{
		const HeaderCase *row = &headers[i];

		CHECK_JOSE(parse_header(slice_cstring(row->header)), row->status, "a header is judged: %s",
				   row->header);
		if (row->bad_parameter != NULL)
			CHECK(token.bad_parameter != NULL &&
				  strcmp(token.bad_parameter, row->bad_parameter) == 0,
				  "the bad parameter is named: %s", row->bad_parameter);
	}
}

static void
test_kid(void)
{
	CHECK_JOSE(parse_header(slice_cstring("{\"kid\":\"k\\u00e9y\",\"alg\":\"RS256\"}")), JOSE_OK,
			   "a header with kid is read");
	CHECK(slice_equals_cstring(token.untrusted_kid, "k\xc3\xa9y"), "the kid is found, unescaped");
	CHECK(token.untrusted_algorithm == sample_algorithm("RS256"), "and the algorithm");
	CHECK_JOSE(parse_header(slice_cstring("{\"kid\":\"\",\"alg\":\"RS256\"}")), JOSE_OK,
			   "an empty kid is accepted");
	CHECK(token.untrusted_kid.len == 0, "and empty");
}

/* First the encoding of all three parts, then the header, then the payload. */
static void
test_order(void)
{
	CHECK_JOSE(parse("=.=.="), JOSE_HEADER_NOT_BASE64URL, "the header's encoding comes first");
	CHECK_JOSE(parse("e30.=.="), JOSE_PAYLOAD_NOT_BASE64URL, "then the payload's encoding");
	CHECK_JOSE(parse("e30.AAAA.="), JOSE_SIGNATURE_NOT_BASE64URL, "then the signature's");
	CHECK_JOSE(parse("e30.AAAA.AAAA"), JOSE_NO_ALGORITHM, "then what the header says");
	CHECK_JOSE(parse(HEADER ".AAAA.AAAA"), JOSE_PAYLOAD_NOT_JSON, "last what the payload says");
}

/* A token may be signed although its payload is not JSON (RFC 7515). */
static void
test_steps(void)
{
	static const char text[] = HEADER ".AAAA." SIGNATURE;

	CHECK_JOSE(jose_token_split(slice_cstring(text), &token), JOSE_OK, "a token is split");
	CHECK(!token.payload_read, "splitting reads no payload");
	CHECK_JOSE(jose_token_decode_parts(&token), JOSE_OK, "it is decoded whatever its payload is");
	CHECK(slice_equals_cstring(token.header, "{\"alg\":\"HS256\"}"), "the header's bytes are kept");
	CHECK(slice_equals(token.payload, slice_make("\0\0\0", 3)), "and the payload's");
	CHECK(token.untrusted_algorithm == NULL, "decoding does not read the header");
	CHECK_JOSE(jose_token_read_header(&token), JOSE_OK, "which is the next step");
	CHECK(token.untrusted_algorithm != NULL, "and gives the algorithm");
	CHECK_JOSE(jose_token_read_payload(&token), JOSE_PAYLOAD_NOT_JSON, "reading tells what it is");
	CHECK_JOSE(jose_token_read_payload(&token), JOSE_PAYLOAD_NOT_JSON, "and tells it again");
	CHECK_JOSE(parse_payload(slice_cstring("[1]")), JOSE_OK, "a payload may be any JSON");
	CHECK(token.untrusted_payload.root->kind == JSON_KIND_ARRAY, "and is what it is");
	CHECK_JOSE(jose_token_split(slice_cstring("x.=.y.z"), &token), JOSE_NOT_THREE_PARTS,
			   "a token of four parts is split in two");
	CHECK_JOSE(jose_token_read_payload(&token), JOSE_PAYLOAD_NOT_BASE64URL,
			   "and its payload can be judged");
}

int
main(void)
{
	test_good();
	test_parts();
	test_limit();
	test_encoding();
	test_nul_and_space();
	test_empty();
	test_bad_json();
	test_headers();
	test_kid();
	test_order();
	test_steps();
	return check_done();
}
