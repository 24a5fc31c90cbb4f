/* SPDX-License-Identifier: PostgreSQL */
/*
 * test_key_set.c: what of a key set that came from a URL can be used, and what is
 * said where nothing can.
 */
#include "compat.h"

#include <openssl/evp.h>

#include "check.h"
#include "hasura/config.h"
#include "sample.h"
#include "vector.h"

#define NOTHING "the key set has no key that can be used"
#define NO_SET "the answer is no key set: it has no array \"keys\""
#define NOT_STRICT "the key set has no key that strict mode allows"

/* Numbers of 32 bytes, and a public point of P-256 (RFC 7515 A.3). */
#define ED_X "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
#define P256_X "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
#define P256_Y "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"

#define ED "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" ED_X "\""
#define EC "\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" P256_X "\",\"y\":\"" P256_Y "\""
#define OCT "\"kty\":\"oct\",\"k\":\"" ED_X "\""
#define GOOD "{" ED ",\"kid\":\"good\"}"

static HasuraConfig config;
static bool is_good;

/* The text goes before the set is used: the sanitizer sees a use of it. */
static void
parse(Slice text, bool strict)
{
	Slice		copy = sample_exact(text);

	memset(&config, 0, sizeof(config));
	is_good = hasura_key_set_parse(copy, strict, &config);
	free((char *) copy.data);
	if (is_good != (config.key_count > 0) || is_good != (config.key_trouble == NULL))
		sample_bail_out("there are keys or words, and not both");
	check_no_openssl_error("after a set");
}

static void
forget(void)
{
	hasura_config_free(&config);
}

/* A set of JSON texts. */
static Slice
set_of(const char *keys)
{
	return sample_text("{\"keys\":[%s]}", keys);
}

/* How many keys of a set can be used. */
static int
count(const char *keys, bool strict)
{
	int			found;

	parse(set_of(keys), strict);
	found = config.key_count;
	forget();
	return found;
}

/* ---- the whole ---- */

typedef struct TroubleCase
{
	const char *text;
	const char *trouble;
	const char *name;
} TroubleCase;

static const TroubleCase troubles[] = {
	{"", "the answer is not valid JSON", "nothing"},
	{"<!DOCTYPE html><html>", "the answer is not valid JSON", "a page"},
	{"{\"keys\":[" GOOD "]", "the answer is not valid JSON", "half a set"},
	{"{\"keys\":[" GOOD "]} x", "the answer is not valid JSON", "more than a set"},
	{"{\"keys\":[" GOOD "],}", "the answer is not valid JSON", "a comma too many"},
	{"\xEF\xBB\xBF{\"keys\":[" GOOD "]}", "the answer is not valid JSON", "a byte order mark"},
	{"{\"keys\":[" GOOD "],\"a\":\"\xFF\"}", "the answer is not valid UTF-8", "no UTF-8"},
	{"{\"keys\":[" GOOD "],\"a\":\"\\u0000\"}", "the answer contains the character \\u0000",
	"an escaped zero"},
	{"{\"keys\":[" GOOD "],\"keys\":[]}", "the answer has a member twice", "two sets in one"},
	{"{\"keys\":[{" ED ",\"kid\":\"a\",\"kid\":\"b\"}]}", "the answer has a member twice",
	"a key with two kids"},
	{"null", NO_SET, "null"},
	{"[]", NO_SET, "an array"},
	{"[" GOOD "]", NO_SET, "an array of keys"},
	{"\"keys\"", NO_SET, "a string"},
	{"{}", NO_SET, "an object without keys"},
	{"{\"Keys\":[" GOOD "]}", NO_SET, "keys in capitals"},
	{"{\"keys\":null}", NO_SET, "keys that are null"},
	{"{\"keys\":{}}", NO_SET, "keys that are an object"},
	{"{\"keys\":" GOOD "}", NO_SET, "keys that are a key"},
	{"{\"error\":\"no\"}", NO_SET, "an error"},
	{GOOD, NO_SET, "a single key"},
	{"{\"keys\":[]}", NOTHING, "an empty set"},
	{"{\"keys\":[{}]}", NOTHING, "an empty key"},
	{"{\"keys\":[1,null,\"key\",[],true]}", NOTHING, "no keys at all"},
	{"{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\"}]}", NOTHING, "half a key"},
};

static void
test_troubles(void)
{
	for (int strict = 0; strict <= 1; strict++)
	{
		for (int i = 0; i < COUNT_OF(troubles); i++)
		{
			parse(slice_cstring(troubles[i].text), strict == 1);
			if (!CHECK(!is_good && strcmp(config.key_trouble, troubles[i].trouble) == 0,
					   "refused: %s",
					   troubles[i].name))
				printf("# got \"%s\", wanted \"%s\"\n", is_good ? "(accepted)" : config.key_trouble,
					   troubles[i].trouble);
			forget();
		}
	}
}

static void
test_truncation(void)
{
	Slice		whole = set_of(GOOD);
	int			accepted = 0;

	for (size_t len = 0; len < whole.len; len++)
	{
		HasuraConfig half = {0};

		accepted += hasura_key_set_parse(sample_exact(slice_make(whole.data, len)), false, &half);
		hasura_config_free(&half);
	}
	CHECK(accepted == 0, "a set that was cut off anywhere is refused");
	CHECK(count(GOOD, false) == 1, "the whole set is not");
	parse(slice_cstring(" \n{\"a\":1,\"keys\" : [" GOOD "] ,\"b\":{}}\r\n"), false);
	CHECK(is_good, "nor one with more members and white space");
	forget();
}

/* More keys than a backend should try a signature with; the same with a body full of nothing. */
static void
test_limit(void)
{
	Slice		good = slice_cstring(GOOD "]}");
	Slice		start = slice_cstring("{\"keys\":[");

	parse(sample_join(sample_join(start, sample_repeat(GOOD ",", HASURA_KEY_SET_MAX - 1)), good),
		  false);
	CHECK(is_good && config.key_count == HASURA_KEY_SET_MAX, "256 keys are a set");
	forget();
	parse(sample_join(sample_join(start, sample_repeat(GOOD ",", HASURA_KEY_SET_MAX)), good),
		  false);
	CHECK(!is_good && strcmp(config.key_trouble, "the key set has more than 256 keys") == 0,
		  "257 are not");
	forget();
	parse(sample_join(sample_join(start, sample_repeat("1,", HASURA_KEY_SET_MAX)), good), false);
	CHECK(!is_good, "whether they are keys or not");
	forget();
	parse(sample_join(sample_join(start, sample_repeat("1,", HASURA_KEY_SET_MAX - 1)), good),
		  false);
	CHECK(is_good && config.key_count == 1, "of 256 one may be a key");
	forget();
	parse(sample_repeat("[", 1000000), false);
	CHECK(!is_good && strcmp(config.key_trouble, "the answer is nested too deeply") == 0,
		  "a deep text is refused");
	forget();
}

/* ---- key by key (HASURA-JWT 1.7, DESIGN 5 (4)) ---- */

typedef struct KeyCase
{
	const char *key;
	bool		counts;
	bool		counts_strictly;
	const char *name;
} KeyCase;

static const KeyCase keys[] = {
	{"{" ED "}", true, true, "1.7: OKP with Ed25519"},
	{"{" EC "}", true, true, "1.7: EC with P-256"},
	{"{" OCT "}", true, false, "1.7: oct, which strict mode takes from no URL"},
	{"{" ED ",\"more\":[1]}", true, true, "1.7: more members"},
	{"{\"kty\":\"AKP\",\"pub\":\"a\"}", false, false, "1.7: an unknown kty"},
	{"{\"kty\":\"okp\",\"crv\":\"Ed25519\",\"x\":\"" ED_X "\"}", false, false,
	"1.7: an unknown kty"},
	{"{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"" ED_X "\"}", false, false,
	"1.7: a crv for encryption"},
	{"{\"kty\":\"EC\",\"crv\":\"P-192\",\"x\":\"AA\",\"y\":\"AA\"}", false, false,
	"1.7: an unknown crv"},
	{"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" P256_X "\",\"y\":\"" ED_X "\"}", false, false,
	"1.7: a point beside the curve"},
	{"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" P256_X "\",\"y\":\"AA\"}", false, false,
	"1.7: a short coordinate"},
	{"{" ED ",\"use\":\"sig\"}", true, true, "1.7: use sig"},
	{"{" ED ",\"use\":\"enc\"}", true, true, "1.7: use enc, which may verify"},
	{"{" ED ",\"use\":\"tls\"}", false, false, "1.7: an unknown use"},
	{"{" ED ",\"use\":\"SIG\"}", false, false, "1.7: an unknown use"},
	{"{" ED ",\"use\":1}", false, false, "1.7: a use that is no text"},
	{"{" ED ",\"key_ops\":[\"verify\"]}", true, true, "1.7: key_ops of RFC 7517"},
	{"{" ED ",\"key_ops\":[\"sign\",\"deriveBits\"]}", true, true, "1.7: key_ops of RFC 7517"},
	{"{" ED ",\"key_ops\":[]}", true, true, "1.7: no key_ops"},
	{"{" ED ",\"key_ops\":[\"verify\",\"fly\"]}", false, false, "1.7: unknown key_ops"},
	{"{" ED ",\"key_ops\":\"verify\"}", false, false, "1.7: key_ops that are no array"},
	{"{" ED ",\"key_ops\":[1]}", false, false, "1.7: key_ops that are no text"},
	{"{" ED ",\"alg\":\"EdDSA\"}", true, true, "1.7: an alg"},
	{"{" ED ",\"alg\":\"RS256\"}", true, true, "1.7: an alg of another kind of key"},
	{"{" ED ",\"alg\":\"ECDH-ES\"}", true, true, "1.7: an alg for encryption"},
	{"{" ED ",\"alg\":\"none\"}", false, false, "1.7: alg none"},
	{"{" ED ",\"alg\":\"XS256\"}", false, false, "1.7: an unknown alg"},
	{"{" ED ",\"alg\":1}", false, false, "1.7: an alg that is no text"},
	{"{" ED ",\"kid\":\"\"}", true, true, "1.7: an empty kid"},
	{"{" ED ",\"kid\":7}", false, false, "1.7: a kid that is no text"},
	{"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" ED_X "=\"}", true, true, "1.7: padding"},
	{"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"}", true, true,
	"1.7: the standard alphabet"},
	{"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA" ED_X "\"}", false, false,
	"1.7: a coordinate with a zero in front"},
	{"{\"kty\":\"oct\",\"k\":\"c2hvcnQ\"}", false, false, "RFC 7518 3.2: a short secret"},
	{"{\"kty\":\"oct\",\"k\":\"\"}", false, false, "RFC 7518 3.2: an empty secret"},
};

static void
test_keys(void)
{
	for (int i = 0; i < COUNT_OF(keys); i++)
	{
		CHECK(count(keys[i].key, false) == (keys[i].counts ? 1 : 0), "%s: %s", keys[i].name,
			  keys[i].counts ? "counts" : "is left out");
		CHECK(count(keys[i].key, true) == (keys[i].counts_strictly ? 1 : 0),
			  "and in strict mode: %s",
			  keys[i].counts_strictly ? "counts" : "is left out");
		CHECK(count(psprintf("%s,%s", keys[i].key, GOOD), false) == (keys[i].counts ? 2 : 1),
			  "beside it a good key counts");
	}
}

/* What a set says of a key, for strict mode and check_jwt_secret(). */
static void
test_members(void)
{
	parse(set_of("{" ED ",\"kid\":\"a\",\"alg\":\"EdDSA\",\"use\":\"sig\",\"key_ops\":[\"verify\"]},"
				 "{" EC ",\"use\":\"enc\",\"d\":\"AA\"},{" ED ",\"key_ops\":[\"sign\"]},{" ED ",\"alg\":\"ECDH-ES\"},"
				 "{" ED ",\"kid\":\"\"}"), false);
	CHECK(config.key_count == 5, "five keys");
	CHECK(slice_equals_cstring(config.keys[0].kid, "a") &&
		  config.keys[0].algorithm == sample_algorithm("EdDSA") &&
		  !config.keys[0].is_for_other_use && !config.keys[0].is_private,
		  "the first has all that it says");
	CHECK(config.keys[1].kid.data == NULL && config.keys[1].algorithm == NULL &&
		  config.keys[1].is_for_other_use && config.keys[1].is_private,
		  "the second is for encryption, and private");
	CHECK(config.keys[2].is_for_other_use && config.keys[3].is_for_other_use &&
		  !config.keys[4].is_for_other_use,
		  "key_ops and alg can say so, too");
	CHECK(config.keys[4].kid.data != NULL && config.keys[4].kid.len == 0, "an empty kid is one");
	CHECK(!config.keys[0].key->pss_salt_is_digest, "salts are as Hasura takes them");
	forget();
}

/* HASURA-JWT 1.7: integers with zeros in front, as Cognito gives them. */
static void
test_rsa(void)
{
	const char *n = "AKDd2_lrOZ3Kd8XN4lyaeOeKZ0b9lR1B5QUxqXbX6pQkYQ==";
	const char *format = "{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"%s\"}";

	CHECK(count(psprintf(format, n, "AQAB"), false) == 1,
		  "a modulus with a zero in front, and padding");
	CHECK(count(psprintf(format, n, "AAEAAQ=="), false) == 1, "and so an exponent");
	CHECK(count(psprintf(format, "AA==", "AQAB"), false) == 0, "but not if it is zero");
	CHECK(count(psprintf(format, "", "AQAB"), false) == 0, "or nothing");
}

/* A coordinate keeps its size (RFC 7518 6.2.1.2): of every 256 keys one has a zero in front. */
static void
test_leading_zeros(void)
{
	static const char ed[] = "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"%s\"}";
	static const char ec[] = "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%s\",\"y\":\"%s\"}";
	static const char oct[] = "{\"kty\":\"oct\",\"k\":\"%s\"}";
	const char *number = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

	CHECK(count(psprintf(ed, number), false) == 1, "a public key of Ed25519 with a zero in front");
	CHECK(count(psprintf(oct, number), false) == 1, "a secret with a zero in front");
	for (int coordinate = 0; coordinate < 2; coordinate++)
	{
		unsigned char *point = NULL;

		do
		{
			EVP_PKEY   *pkey = sample_pkey(JOSE_KEY_P256);

			OPENSSL_free(point);
			if (EVP_PKEY_get1_encoded_public_key(pkey, &point) != 65)
				sample_bail_out("a point has no two coordinates");
			EVP_PKEY_free(pkey);
		} while (point[1 + 32 * coordinate] != 0);
		CHECK(count(psprintf(ec, base64url_encode(slice_make((char *) point + 1, 32)).data,
							 base64url_encode(slice_make((char *) point + 33, 32)).data),
					false) == 1,
			  "a point with a zero in front of %s", coordinate == 0 ? "x" : "y");
		OPENSSL_free(point);
	}
}

/* ---- strict mode leaves weak keys out, one by one ---- */

/* An RSA key of a size and exponent; the modulus is odd and has no other virtue. */
static const char *
rsa(int bits, const char *e, const char *more)
{
	Slice		n = sample_zeros(bits / 8);

	memset((char *) n.data, 0xF1, n.len);
	return psprintf("{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"%s\"%s}", base64url_encode(n).data, e,
					more);
}

/* Both keys count in Hasura's mode; in strict mode those of the names do: "a", "b", "ab" or "". */
static void
check_pair(const char *a, const char *b, const char *wanted, const char *name)
{
	const char *both = psprintf("%s,%s", a, b);
	char		kept[3] = "";

	CHECK(count(both, false) == 2, "%s: two keys in Hasura's mode", name);
	parse(set_of(both), true);
	for (int i = 0; i < config.key_count; i++)
		kept[i] = config.keys[i].algorithm == sample_algorithm("RS256") ? 'a' : 'b';
	if (!CHECK(strcmp(kept, wanted) == 0, "%s: \"%s\" in strict mode", name, wanted))
		printf("# got \"%s\"\n", kept);
	CHECK(is_good || strcmp(config.key_trouble, NOT_STRICT) == 0, "and words where none is left");
	forget();
}

#define A ",\"alg\":\"RS256\""
#define A_KID(kid) ",\"kid\":\"" kid "\",\"alg\":\"RS256\""

static void
test_strict(void)
{
	const char *good = rsa(2048, "AQAB", A);

	check_pair(good, "{" ED "}", "ab", "good keys");
	check_pair(rsa(2040, "AQAB", A), "{" ED "}", "b", "a short RSA key");
	check_pair(rsa(1024, "AQAB", A), rsa(512, "AQAB", ""), "", "short RSA keys alone");
	check_pair(rsa(2048, "AQ", A), "{" ED "}", "b", "an exponent of 1");
	check_pair(rsa(2048, "Ag", A), "{" ED "}", "b", "an exponent of 2");
	check_pair(rsa(2048, "AQAA", A), "{" ED "}", "b", "an even exponent");
	check_pair(rsa(2048, "Aw", A), "{" ED "}", "ab", "an exponent of 3");
	check_pair(good, "{" OCT "}", "a", "a secret behind a public key");
	check_pair("{" OCT "}", good, "a", "a secret before a public key");
	check_pair("{" OCT "}", "{" OCT "}", "", "secrets alone");
	check_pair(rsa(2048, "AQAB", A_KID("k")), "{" ED ",\"kid\":\"k\"}", "a",
			   "a kid twice: the first key counts");
	check_pair("{" ED ",\"kid\":\"k\"}", rsa(2048, "AQAB", A_KID("k")), "b", "whichever that is");
	check_pair(rsa(1024, "AQAB", A_KID("k")), "{" ED ",\"kid\":\"k\"}", "b",
			   "but a weak one takes no other's kid");
	check_pair("{" OCT ",\"kid\":\"k\"}", rsa(2048, "AQAB", A_KID("k")), "a", "nor does a secret");
	check_pair(rsa(2048, "AQAB", A_KID("k")), "{" ED ",\"kid\":\"K\"}", "ab",
			   "kids differ in case");
	check_pair(rsa(2048, "AQAB", A_KID("")), "{" ED ",\"kid\":\"\"}", "a", "an empty kid twice");
	check_pair(rsa(2048, "AQAB", A_KID("")), "{" ED "}", "ab", "an empty kid and none");
	check_pair(good, "{" ED ",\"use\":\"enc\"}", "ab", "other uses count later");
}

static void
test_strict_salts(void)
{
	parse(set_of(rsa(2048, "AQAB", "")), true);
	CHECK(is_good && config.keys[0].key->pss_salt_is_digest, "salts are judged strictly");
	forget();
}

/* ---- hasura_config_has_kid() ---- */

static bool
has(const char *kid)
{
	return hasura_config_has_kid(&config, sample_exact(slice_cstring(kid)));
}

static void
test_kids(void)
{
	static const char zero[] = "a\0";

	parse(set_of("{" ED ",\"kid\":\"a\"},{" ED "},{" ED ",\"kid\":\"\xC3\xA9\"},{\"kty\":\"x\",\"kid\":\"gone\"},"
				 "{" ED ",\"kid\":\"last\"}"), false);
	CHECK(has("a") && has("\xC3\xA9") && has("last"), "the kids of a set are found");
	CHECK(!has("gone"), "but not that of a key that was left out");
	CHECK(!has("A") && !has("aa") && !has("las") && !has("e\xCC\x81"),
		  "nor one that is like another");
	CHECK(!has(""), "nor is a key without a kid one with an empty kid");
	CHECK(!hasura_config_has_kid(&config, slice_make(zero, 2)), "nor does a zero end one");
	forget();
	parse(set_of("{" ED ",\"kid\":\"\"}"), false);
	CHECK(has("") && !has("a"), "an empty kid is found");
	forget();
	parse(set_of("{" OCT ",\"kid\":\"secret\"},{" ED ",\"kid\":\"a\"}"), true);
	CHECK(has("a") && !has("secret"), "strict mode has left out the kids, too");
	forget();
	parse(slice_cstring("{}"), false);
	CHECK(!has("") && !has("a"), "no set, no kid");
	forget();
}

/* The keys are the ones that they were: each published key verifies its token, and no other. */
static void
test_vectors(void)
{
	static const char *const names[] = {"rfc7515-a1", "rfc7515-a2", "rfc7515-a3", "es384",
	"es256k", "ed25519"};
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; i < COUNT_OF(names); i++)
	{
		const JsonNode *jwk = vector_read(names[i]).jwk;

		appendStringInfoString(&list, i == 0 ? "{" : ",{");
		json_foreach(member, jwk)
			appendStringInfo(&list, "%s\"%.*s\":\"%.*s\"", member == jwk->first ? "" : ",",
							 (int) member->name.len, member->name.data,
							 (int) member->text.len, member->text.data);
		appendStringInfoChar(&list, '}');
	}
	parse(set_of(list.data), false);
	CHECK(config.key_count == COUNT_OF(names), "a set of published keys");
	for (int i = 0; i < config.key_count; i++)
	{
		for (int token = 0; token < COUNT_OF(names); token++)
			CHECK((sample_verify(vector_read(names[token]).token,
								 config.keys[i].key) == JOSE_OK) == (i == token),
				  "key %s and token %s", names[i], names[token]);
	}
	forget();
}

int
main(void)
{
	test_troubles();
	test_truncation();
	test_limit();
	test_keys();
	test_members();
	test_rsa();
	test_leading_zeros();
	test_strict();
	test_strict_salts();
	test_kids();
	test_vectors();
	return check_done();
}
