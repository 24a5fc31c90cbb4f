/* SPDX-License-Identifier: PostgreSQL */
/*
 * test_lacks_key.c: which refused tokens a newer key set might help, and which step
 * refused: a stranger's token shall cause no fetch that cannot help it.
 */
#include "compat.h"

#include "check.h"
#include "hasura/checks.h"
#include "hasura/numeric_date.h"
#include "sample.h"

#define NOW (INT64_C(1700000000) * MICROSECONDS)

#define CLAIMS \
	"\"https://hasura.io/jwt/claims\":{\"x-hasura-allowed-roles\":[\"user\"]," \
	"\"x-hasura-default-role\":\"user\"}"
#define PAYLOAD "{\"exp\":1800000000," CLAIMS "}"

static Verification v;
static Rejection rejection;
static HasuraConfigs *configs;
static bool strict;

/* A set of two keys, the second of which has no kid; never freed. */
static void
configure(const char *kid)
{
	HasuraConfig *config;

	if (!hasura_configs_parse(slice_cstring("{\"jwk_url\":\"https://a/b\",\"issuer\":\"i\"}"),
							  &configs,
							  &rejection))
		sample_bail_out(rejection.message);
	config = configs->items[0];
	config->keys = palloc0(2 * sizeof(HasuraKey));
	config->key_count = 2;
	config->keys[0].key = sample_public_key(JOSE_KEY_ED25519);
	config->keys[0].kid = sample_exact(slice_cstring(kid));
	config->keys[1].key = sample_public_key(JOSE_KEY_RSA);
}

static bool
run(Slice token)
{
	memset(&v, 0, sizeof(v));
	v.text = token;
	v.configs = configs;
	v.rules.now = NOW;
	v.rules.max_token_size = SAMPLE_LIMIT;
	v.rules.strict = strict;
	return verification_run(&v, CHECK_VARIABLES, &rejection);
}

static Slice
sign(JoseKey *key, const char *kid, const char *payload)
{
	JoseSigning signing = {
		.algorithm = sample_algorithm("EdDSA"),
		.kid = slice_cstring(kid),
		.payload = slice_cstring(payload),
	};
	Slice		token;

	if (jose_signature_sign(&signing, key, &token) != JOSE_OK)
		sample_bail_out("a token cannot be signed");
	return sample_exact(token);
}

/* A token whose signature is none. */
static Slice
forge(const char *header, const char *payload)
{
	return sample_compact(slice_cstring(header), slice_cstring(payload), slice_cstring("none"));
}

static void
check(Slice token, CheckStep step, bool lacks, const char *name)
{
	bool		accepted = run(token);

	if (!CHECK(!accepted && verification_refused_at(&v) == step, "refused by %s: %s",
			   check_step_name(step), name))
		printf("# %s by %s\n", accepted ? "accepted" : "refused",
			   check_step_name(verification_refused_at(&v)));
	CHECK(verification_lacks_key(&v) == lacks, "a newer set %s help", lacks ? "might" :
		  "would not");
}

/* A header, and whether another set might have its key. */
typedef struct HeaderCase
{
	const char *header;
	bool		lacks;
	const char *name;
} HeaderCase;

static const HeaderCase headers[] = {
	{"{\"alg\":\"EdDSA\"}", true, "no kid"},
	{"{\"alg\":\"EdDSA\",\"kid\":\"two\"}", true, "another kid"},
	{"{\"alg\":\"EdDSA\",\"kid\":\"on\"}", true, "half of a kid"},
	{"{\"alg\":\"EdDSA\",\"kid\":\"one \"}", true, "more than a kid"},
	{"{\"alg\":\"EdDSA\",\"kid\":\"ONE\"}", true, "a kid in capitals"},
	{"{\"alg\":\"EdDSA\",\"kid\":\"\"}", true, "an empty kid"},
	{"{\"alg\":\"EdDSA\",\"kid\":\"one\"}", false, "a kid of the set"},
	{"{\"alg\":\"RS256\",\"kid\":\"one\"}", false, "a kid of the set, and another algorithm"},
	{"{\"alg\":\"ES256\",\"kid\":\"two\"}", true, "an algorithm of no key of the set"},
	{"{\"alg\":\"HS256\"}", true, "an algorithm of secrets"},
};

static void
test_kids(void)
{
	configure("one");
	for (int i = 0; i < COUNT_OF(headers); i++)
		check(forge(headers[i].header, PAYLOAD), CHECK_SIGNATURE, headers[i].lacks,
			  headers[i].name);
	check(sign(sample_other_key(JOSE_KEY_ED25519), "", PAYLOAD), CHECK_SIGNATURE, true,
		  "a key of somebody else");
	check(sign(sample_other_key(JOSE_KEY_ED25519), "two", PAYLOAD), CHECK_SIGNATURE, true,
		  "with its kid");
	check(sign(sample_other_key(JOSE_KEY_ED25519), "one", PAYLOAD), CHECK_SIGNATURE, false,
		  "with a kid of ours");
	configure("");
	check(forge("{\"alg\":\"EdDSA\",\"kid\":\"\"}", PAYLOAD), CHECK_SIGNATURE, false,
		  "an empty kid of the set");
	check(forge("{\"alg\":\"EdDSA\"}", PAYLOAD), CHECK_SIGNATURE, true,
		  "which is not the same as none");
}

/* In strict mode a kid chooses the key, and one of the set may not verify. */
static void
test_strict(void)
{
	configure("one");
	configs->items[0]->keys[0].is_for_other_use = true;
	strict = true;
	for (int i = 0; i < COUNT_OF(headers); i++)
		check(forge(headers[i].header, PAYLOAD), CHECK_SIGNATURE, headers[i].lacks,
			  psprintf("in strict mode, %s", headers[i].name));
	strict = false;
}

/* What is refused before the signature, or after it, is refused whatever the keys. */
static void
test_other_steps(void)
{
	JoseKey    *key = sample_key(JOSE_KEY_ED25519);

	configure("one");
	check(sample_repeat("a", SAMPLE_LIMIT + 1), CHECK_SIZE, false, "a token that is too large");
	check(slice_cstring("Basic abc"), CHECK_AUTHORIZATION, false, "another scheme");
	check(forge("{\"alg\":\"EdDSA\"}", "{\"iss\":\"j\"," CLAIMS "}"), CHECK_ISSUER, false,
		  "another issuer");
	check(slice_cstring("a.b"), CHECK_PARTS, false, "two parts");
	check(slice_cstring("a.b.!"), CHECK_ENCODING, false, "no base64url");
	check(forge("{\"alg\":\"EdDSA\",\"kid\":7}", PAYLOAD), CHECK_HEADER, false,
		  "a kid that is no text");
	check(forge("{\"alg\":\"XS256\",\"kid\":\"two\"}", PAYLOAD), CHECK_HEADER, false,
		  "an unknown algorithm");
	check(forge("{\"alg\":\"EdDSA\",\"kid\":\"two\"}", "{\"exp\":\"x\"}"), CHECK_CLAIMS, false,
		  "bad claims");
	check(forge("{\"alg\":\"none\",\"kid\":\"two\"}", PAYLOAD), CHECK_ALGORITHM, false, "alg none");
	check(sign(key, "two", "{\"exp\":1," CLAIMS "}"), CHECK_EXP, false,
		  "an expired token, signed by a key of the set");
	check(sign(key, "two", "{}"), CHECK_HASURA_CLAIMS, false, "no claims");
	check(sign(key, "", PAYLOAD "x"), CHECK_CLAIMS, false, "a payload that is no JSON");

	/* the first fetch is another matter: keys/remote.h */
	configs->items[0]->key_count = 0;
	check(sign(key, "two", PAYLOAD), CHECK_KEY, false, "no keys at all");
}

/* Nothing has been judged, or all of it. */
static void
test_ends(void)
{
	configure("one");
	memset(&v, 0, sizeof(v));
	CHECK(verification_refused_at(&v) == CHECK_SIZE && !verification_lacks_key(&v),
		  "before the first step it is that");
	CHECK(run(sign(sample_key(JOSE_KEY_ED25519), "two", PAYLOAD)),
		  "a token of a key of the set, under another kid");
	CHECK(verification_refused_at(&v) == CHECK_VARIABLES && !verification_lacks_key(&v),
		  "lacks nothing");
	for (CheckStep step = 0; step < CHECK_STEP_COUNT; step++)
	{
		v.passed = ((1u << CHECK_STEP_COUNT) - 1) & ~(1u << step);
		if (!CHECK(verification_refused_at(&v) == step, "the step that has not passed: %s",
				   check_step_name(step)))
			printf("# %s\n", check_step_name(verification_refused_at(&v)));
	}
	v.passed = 1u << CHECK_VARIABLES;
	CHECK(verification_refused_at(&v) == CHECK_SIZE, "of several the first one has refused");
}

int
main(void)
{
	test_kids();
	test_strict();
	test_other_steps();
	test_ends();
	return check_done();
}
