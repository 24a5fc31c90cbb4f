/* SPDX-License-Identifier: PostgreSQL */
/*
 * test_checks.c: a token is judged step by step, in Hasura's order and words.
 */
#include "compat.h"

#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "hasura/checks.h"
#include "hasura/numeric_date.h"
#include "sample.h"

#define NOW (INT64_C(1700000000) * MICROSECONDS)
#define INVALID "Could not verify JWT: "

/* As sample_key() has it. */
#define SECRET "ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss"

#define ROLES \
	"\"x-hasura-allowed-roles\":[\"user\",\"editor\"],\"x-hasura-default-role\":\"user\""
#define CLAIMS \
	"\"https://hasura.io/jwt/claims\":{" ROLES ",\"x-hasura-user-id\":\"7\"}"

static Verification v;
static Rejection rejection;
static Rejection no_config = {REJECT_NOT_CONFIGURED, "not configured", NULL, NULL};

/* What the next verification is given; begin() sets the usual. */
static HasuraConfigs *configs;
static HasuraConfig *config;
static Slice role;
static VerificationRules rules;

/* The usual configuration and more; never freed, for tokens point to it. */
static void
begin(const char *more)
{
	const char *text = psprintf("{\"type\":\"HS256\",\"key\":\"%s\"%s%s}", SECRET,
								more[0] == '\0' ? "" : ",", more);

	if (!hasura_configs_parse(slice_cstring(text), &configs, &rejection))
		sample_bail_out(rejection.message);
	config = configs->items[0];
	role = slice_make(NULL, 0);
	rules.now = NOW;
	rules.max_token_size = SAMPLE_LIMIT;
	rules.strict = false;
}

static Slice
sign_with(const char *algorithm, JoseKey *key, const char *payload)
{
	JoseSigning signing = {
		.algorithm = sample_algorithm(algorithm),
		.payload = slice_cstring(payload),
	};
	Slice		token;

	if (jose_signature_sign(&signing, key, &token) != JOSE_OK)
		sample_bail_out("a token cannot be signed");
	return sample_exact(token);
}

static Slice
sign(const char *payload)
{
	return sign_with("HS256", sample_key(JOSE_KEY_SECRET), payload);
}

/* A payload with Hasura's claims and more. */
static Slice
sign_claims(const char *more)
{
	return sign(psprintf("{%s%s%s}", more, more[0] == '\0' ? "" : ",", CLAIMS));
}

static Slice
without_signature(const char *header, const char *payload)
{
	return sample_compact(slice_cstring(header), slice_cstring(payload), slice_cstring("signature"));
}

static void
prepare(Slice text)
{
	memset(&v, 0, sizeof(v));
	memset(&rejection, 0, sizeof(rejection));
	v.text = text;
	v.configs = configs;
	v.no_config = &no_config;
	v.requested_role = role;
	v.rules = rules;
}

static bool
run(Slice text)
{
	prepare(text);
	return verification_run(&v, CHECK_VARIABLES, &rejection);
}

static void
check_accepted(Slice text, const char *name)
{
	if (!CHECK(run(text), "accepted: %s", name))
		printf("# %s\n", rejection.message);
}

/* A message that ends in dots is the beginning of one. */
static bool
is_message(const char *found, const char *wanted)
{
	size_t		len = strlen(wanted);

	if (len > 3 && strcmp(wanted + len - 3, "...") == 0)
		return strncmp(found, wanted, len - 3) == 0;
	return strcmp(found, wanted) == 0;
}

static bool
said(const char *message)
{
	return rejection.message != NULL && is_message(rejection.message, message);
}

/* The step refuses, and no step before it. */
static void
check_refused(Slice text, CheckStep step, const char *message, const char *name)
{
	bool		before;
	bool		accepted;

	prepare(text);
	before = step == 0 || verification_run(&v, step - 1, &rejection);
	prepare(text);
	accepted = verification_run(&v, step, &rejection);
	if (!CHECK(before && !accepted && is_message(rejection.message, message),
			   "refused by %s: %s", check_step_name(step), name))
		printf("# got \"%s\", wanted \"%s\"\n", before && accepted ? "(accepted)" :
			   rejection.message, message);
	CHECK(before && !run(text) && is_message(rejection.message, message),
		  "and no step after it is asked");
}

/* ---- the order of the steps, by tokens with two faults ---- */

/* What each step says of its fault; HASURA-JWT 2.2. */
static const struct
{
	RejectionCode code;
	const char *message;
}			refusals[] = {
	[CHECK_SIZE] = {REJECT_TOKEN_TOO_LARGE, "the token is larger than 10 bytes"},
	[CHECK_CONFIG] = {REJECT_NOT_CONFIGURED, "not configured"},
	[CHECK_AUTHORIZATION] = {REJECT_INVALID_HEADERS, "Malformed Authorization header"},
	[CHECK_ISSUER] = {REJECT_INVALID_JWT, INVALID "JWTNotInIssuer"},
	[CHECK_PARTS] = {REJECT_INVALID_JWT, INVALID "JWSError (CompactDecodeError Invalid number of "
	"parts: Expected 3 parts; got 4)"},
	[CHECK_ENCODING] = {REJECT_INVALID_JWT, INVALID "JWSError (JSONDecodeError \"..."},
	[CHECK_HEADER] = {REJECT_INVALID_JWT, INVALID "JWSError (JSONDecodeError \"..."},
	[CHECK_CLAIMS] = {REJECT_INVALID_JWT, INVALID "JWTClaimsSetDecodeError \"Error in $.sub: parsing "
	"StringOrURI failed, expected String, but encountered Number\""},
	[CHECK_ALGORITHM] = {REJECT_INVALID_JWT, INVALID "JWSError JWSNoSignatures"},
	[CHECK_KEY] = {REJECT_INVALID_JWT, INVALID "JWSError NoUsableKeys"},
	[CHECK_SIGNATURE] = {REJECT_INVALID_JWT, INVALID "JWSError JWSInvalidSignature"},
	[CHECK_EXP] = {REJECT_INVALID_JWT, INVALID "JWTExpired"},
	[CHECK_IAT] = {REJECT_INVALID_JWT, INVALID "JWTIssuedAtFuture"},
	[CHECK_NBF] = {REJECT_INVALID_JWT, INVALID "JWTNotYetValid"},
	[CHECK_ISS] = {REJECT_INVALID_JWT, INVALID "strict: iss is missing"},
	[CHECK_AUD] = {REJECT_INVALID_JWT, INVALID "JWTNotInAudience"},
	[CHECK_HASURA_CLAIMS] = {REJECT_INVALID_CLAIMS,
	"claims key: 'https://hasura.io/jwt/claims' not found"},
	[CHECK_ALLOWED_ROLES] = {REJECT_INVALID_CLAIMS, "invalid x-hasura-allowed-roles; should be a list "
	"of roles: parsing [] failed, expected Array, but encountered String"},
	[CHECK_DEFAULT_ROLE] = {REJECT_MISSING_ROLE_CLAIMS,
	"JWT claim does not contain x-hasura-default-role"},
	[CHECK_ROLE] = {REJECT_ACCESS_DENIED, "Your requested role is not in allowed roles"},
	[CHECK_VARIABLES] = {REJECT_INVALID_CLAIMS,
	"x-hasura-* claims: parsing Text failed, expected String, but encountered Number"},
};

#define BIT(step) (1u << (step))
#define HAS(step) ((faults & BIT(step)) != 0)
#define IF_FAULT(step, bad, good) (HAS(step) ? (bad) : (good))

static const char *
faulty_payload(unsigned int faults)
{
	const char *claims = psprintf("{\"x-hasura-allowed-roles\":%s,%s\"x-hasura-n\":%s}",
								  IF_FAULT(CHECK_ALLOWED_ROLES, "\"user\"", "[\"user\"]"),
								  IF_FAULT(CHECK_DEFAULT_ROLE, "", "\"x-hasura-default-role\":\"user\","),
								  IF_FAULT(CHECK_VARIABLES, "7", "\"7\""));
	const char *iss = IF_FAULT(CHECK_ISSUER, "\"other\"", IF_FAULT(CHECK_ISS, "null", "\"issuer\""));

	return psprintf("{\"sub\":%s,\"exp\":%s,\"iat\":%s,\"nbf\":%s,\"iss\":%s,\"aud\":%s,\"%s\":%s}",
					IF_FAULT(CHECK_CLAIMS, "7", "\"ann\""),
					IF_FAULT(CHECK_EXP, "1600000000", "1800000000"),
					IF_FAULT(CHECK_IAT, "1800000000", "1600000000"),
					IF_FAULT(CHECK_NBF, "1800000000", "1600000000"),
					iss, IF_FAULT(CHECK_AUD, "\"other\"", "\"app\""),
					IF_FAULT(CHECK_HASURA_CLAIMS, "elsewhere", "https://hasura.io/jwt/claims"), claims);
}

static Slice
faulty_token(unsigned int faults)
{
	JoseKey    *key = HAS(CHECK_SIGNATURE) ? sample_other_key(JOSE_KEY_SECRET) :
	sample_key(JOSE_KEY_SECRET);
	Slice		token = sign_with("HS256", key, faulty_payload(faults));

	if (HAS(CHECK_ALGORITHM))
		token = without_signature("{\"alg\":\"none\"}", faulty_payload(faults));
	if (HAS(CHECK_HEADER))
		token = without_signature("{\"alg\":7}", faulty_payload(faults));
	if (HAS(CHECK_ENCODING))
		token = sample_join(token, slice_cstring("="));
	if (HAS(CHECK_PARTS))
		token = sample_join(token, slice_cstring(".e30"));
	if (HAS(CHECK_AUTHORIZATION))
		token = sample_join(token, slice_cstring(" "));
	return token;
}

static bool
run_faulty(unsigned int faults)
{
	prepare(faulty_token(faults));
	v.configs = HAS(CHECK_CONFIG) ? NULL : configs;
	config->key_count = HAS(CHECK_KEY) ? 0 : 1;
	v.requested_role = slice_cstring(IF_FAULT(CHECK_ROLE, "admin", ""));
	v.rules.max_token_size = HAS(CHECK_SIZE) ? 10 : SAMPLE_LIMIT;
	v.rules.strict = HAS(CHECK_ISS);
	return verification_run(&v, CHECK_VARIABLES, &rejection);
}

static bool
is_refusal_of(CheckStep step)
{
	return rejection.code == refusals[step].code && said(refusals[step].message);
}

static void
test_order(void)
{
	begin("\"issuer\":\"issuer\",\"audience\":\"app\"");
	CHECK(run_faulty(0), "a token without a fault is accepted");
	for (int first = 0; first < CHECK_STEP_COUNT; first++)
	{
		unsigned int all = ~0u << first;
		int			mistakes = 0;

		if (!CHECK(!run_faulty(BIT(first)) && is_refusal_of(first), "step %s refuses its fault",
				   check_step_name(first)))
			printf("# got \"%s\"\n", rejection.message);
		CHECK(v.passed == BIT(first) - 1, "all steps before %s have passed", check_step_name(first));
		for (int second = first + 1; second < CHECK_STEP_COUNT; second++)
		{
			bool		refused = !run_faulty(BIT(first) | BIT(second)) && is_refusal_of(first);

			if (!refused)
				printf("# with a fault for %s: \"%s\"\n", check_step_name(second),
					   rejection.message);
			mistakes += !refused;
		}
		CHECK(mistakes == 0, "step %s speaks before each later one", check_step_name(first));
		CHECK(!run_faulty(all) && is_refusal_of(first), "and before all of them");
	}
}

/* A verification ends at the step it is told to. */
static void
test_last_step(void)
{
	begin("");
	for (int last = 0; last < CHECK_STEP_COUNT; last++)
	{
		prepare(sign_claims(""));
		CHECK(verification_run(&v, last, &rejection) && v.passed == (BIT(last) << 1) - 1,
			  "a verification can end with %s", check_step_name(last));
	}
	check_refused(sign_claims("\"exp\":1"), CHECK_EXP, INVALID "JWTExpired", "an expired token");
	prepare(sign_claims("\"exp\":1"));
	CHECK(verification_run(&v, CHECK_SIGNATURE, &rejection) && v.verified.payload != NULL,
		  "an expired token has a good signature");
	prepare(sign_with("HS256", sample_other_key(JOSE_KEY_SECRET), "{" CLAIMS "}"));
	CHECK(!verification_run(&v, CHECK_SIGNATURE, &rejection) && v.verified.payload == NULL &&
		  v.verified.header == NULL, "a bad signature leaves no verified token");
}

/* ---- what comes in ---- */

static void
test_size(void)
{
	Slice		token = sign_claims("");
	Slice		bearer = sample_join(slice_cstring("Bearer "), token);

	begin("");
	rules.max_token_size = token.len;
	check_accepted(token, "a token as large as the limit");
	check_accepted(bearer, "the same behind Bearer, which does not count");
	rules.max_token_size = token.len - 1;
	check_refused(token, CHECK_SIZE, psprintf("the token is larger than %zu bytes", token.len - 1),
				  "a byte more");
	CHECK(rejection.code == REJECT_TOKEN_TOO_LARGE && rejection.hint != NULL, "with code and hint");
	check_refused(bearer, CHECK_SIZE, psprintf("the token is larger than %zu bytes", token.len - 1),
				  "a byte more behind Bearer");
	CHECK(!reject_token_size(7, &rejection) && rejection.code == REJECT_TOKEN_TOO_LARGE &&
		  strcmp(rejection.message, "the token is larger than 7 bytes") == 0,
		  "the same can be said without a token");
}

/* docs/hasura.md: "Bearer " once and exactly, no other white space. */
static void
test_authorization(void)
{
	static const char missing[] =
	"Missing 'Authorization' or 'Cookie' header in JWT authentication mode";
	static const char malformed[] = "Malformed Authorization header";
	static const char *const before[] = {
		"bearer ", "BEARER ", "Basic ", " ", "Bearer  ", " Bearer ", "Bearer\t", "Bearer Bearer ",
		"\n", "Bearer \r\n", "Bearer: ",
	};
	static const char *const behind[] = {" ", "\n", "\r", "\t", "\v", "\f", " x", ", Bearer x"};
	Slice		token = sign_claims("");

	begin("");
	check_accepted(token, "a token alone");
	check_accepted(sample_join(slice_cstring("Bearer "), token), "a token behind Bearer");
	CHECK(slice_equals(v.bearer, token), "which is left out");
	check_refused(slice_make(NULL, 0), CHECK_AUTHORIZATION, missing, "no token");
	CHECK(rejection.code == REJECT_INVALID_HEADERS, "as invalid headers");
	check_refused(slice_cstring("Bearer "), CHECK_AUTHORIZATION, malformed, "Bearer alone");
	CHECK(rejection.code == REJECT_INVALID_HEADERS, "as invalid headers");
	for (int i = 0; i < COUNT_OF(before); i++)
		check_refused(sample_join(slice_cstring(before[i]), token), CHECK_AUTHORIZATION, malformed,
					  psprintf("white space or another scheme in front (%d)", i));
	for (int i = 0; i < COUNT_OF(behind); i++)
		check_refused(sample_join(token, slice_cstring(behind[i])), CHECK_AUTHORIZATION, malformed,
					  psprintf("white space behind (%d)", i));
	check_refused(slice_cstring("a b.c.d"), CHECK_AUTHORIZATION, malformed, "white space inside");
	check_refused(slice_cstring("Bearer"), CHECK_PARTS,
				  INVALID "JWSError (CompactDecodeError Invalid number of parts: Expected 3 parts; got 1)",
				  "the word alone is a token");
}

/* HASURA-JWT 2.2 (3): only if both have one, by the second part, however many there are. */
static void
test_issuer(void)
{
	static const char wrong[] = INVALID "JWTNotInIssuer";
	const char *payload = base64url_encode(slice_cstring("{\"iss\":\"b\",\"sub\":7}")).data;

	begin("\"issuer\":\"https://a.example\"");
	check_accepted(sign_claims("\"iss\":\"https://a.example\""), "the configured issuer");
	check_accepted(sign_claims(""), "a token without one");
	check_accepted(sign_claims("\"iss\":null"), "or with null");
	check_refused(sign_claims("\"iss\":\"https://a.example/\""), CHECK_ISSUER, wrong,
				  "one with a slash at the end");
	CHECK(rejection.hint != NULL && strstr(rejection.hint, "slash") != NULL &&
		  strstr(rejection.hint, "https://a.example/") != NULL, "which the hint shows");
	check_refused(sign_claims("\"iss\":\"HTTPS://a.example\""), CHECK_ISSUER, wrong,
				  "one in another case");
	check_refused(sign_claims("\"iss\":\"\""), CHECK_ISSUER, wrong, "an empty one");
	check_refused(sign_claims("\"iss\":\"https://a.exampl\""), CHECK_ISSUER, wrong, "a shorter one");
	check_refused(sign_claims("\"iss\":7"), CHECK_CLAIMS, INVALID "JWTClaimsSetDecodeError \"...",
				  "a number is no issuer yet");
	check_refused(sign_claims("\"iss\":\"a b:c\""), CHECK_CLAIMS,
				  INVALID "JWTClaimsSetDecodeError \"Error in $.iss: failed to parse StringOrURI\"",
				  "nor is a text that cannot be one");
	check_refused(sample_text("x.%s", payload), CHECK_ISSUER, wrong, "a token of two parts");
	check_refused(sample_text("x.%s.y.z.", payload), CHECK_ISSUER, wrong, "a token of five");
	check_refused(sample_text("!.%s.!", payload), CHECK_ISSUER, wrong, "a token of garbage");
	check_refused(slice_cstring(payload), CHECK_PARTS, INVALID "JWSError (CompactDecodeError ...",
				  "but not a payload alone");
	begin("");
	check_accepted(sign_claims("\"iss\":\"https://b.example\""), "any issuer if none is configured");
}

static void
test_parts(void)
{
	static const struct
	{
		const char *text;
		int			count;
	}			texts[] = {
		{"a", 1}, {"a.b", 2}, {".", 2}, {"a.b.c.d", 4}, {"...", 4}, {"a.b.c.d.e", 5}, {"......", 7},
	};

	begin("");
	for (int i = 0; i < COUNT_OF(texts); i++)
		check_refused(slice_cstring(texts[i].text), CHECK_PARTS,
					  psprintf(INVALID "JWSError (CompactDecodeError Invalid number of parts: "
							   "Expected 3 parts; got %d)", texts[i].count), texts[i].text);
	CHECK(!run(slice_cstring("a.b.c.d.e")) && rejection.hint != NULL, "an encrypted token has a hint");
	CHECK(!run(slice_cstring("abc")) && rejection.hint != NULL, "and so has an opaque one");
}

/* A token that is refused before anybody looks at its signature. */
typedef struct Case
{
	const char *header;
	const char *payload;
	CheckStep	step;
	const char *message;
	const char *name;
} Case;

#define DECODE INVALID "JWSError (JSONDecodeError \""
#define CLAIMS_SET INVALID "JWTClaimsSetDecodeError \""
#define ALG "{\"alg\":\"HS256\"}"

static const Case undecodable[] = {
	{"", "{}", CHECK_HEADER, DECODE "...", "an empty header"},
	{"[]", "{}", CHECK_HEADER, DECODE "...", "a header that is an array"},
	{"{\"alg\":\"HS256\"", "{}", CHECK_HEADER, DECODE "...", "half a header"},
	{"{}", "{}", CHECK_HEADER, DECODE "...", "a header without alg"},
	{"{\"alg\":\"hs256\"}", "{}", CHECK_HEADER, DECODE "...", "an unknown alg"},
	{"{\"alg\":null}", "{}", CHECK_HEADER, DECODE "Error in $.alg: ...", "an alg that is null"},
	{"{\"alg\":\"HS256\",\"kid\":7}", "{}", CHECK_HEADER, DECODE "Error in $.kid: ...",
	"a kid that is a number"},
	{"{\"alg\":\"HS256\",\"crit\":[\"exp\"]}", "{}", CHECK_HEADER, DECODE "...", "an extension"},
	{"{\"alg\":\"HS256\",\"alg\":\"none\"}", "{}", CHECK_HEADER,
	DECODE "Error in $: duplicate member 'alg'\")", "a duplicate in the header"},
	{"{\"alg\":\"HS256\",\"\\\"\xc3\xbc" "1\":1,\"\\\"\xc3\xbc" "1\":2}", "{}", CHECK_HEADER,
		DECODE "Error in $: duplicate member '\\\"\\252\\&1'\")",
	"a name that Haskell writes otherwise"},
	{ALG, "", CHECK_CLAIMS, CLAIMS_SET "...", "an empty payload"},
	{ALG, "{", CHECK_CLAIMS, CLAIMS_SET "...", "half a payload"},
	{ALG, "[]", CHECK_CLAIMS, CLAIMS_SET "...", "a payload that is an array"},
	{ALG, "\"{}\"", CHECK_CLAIMS, CLAIMS_SET "...", "a payload in a string"},
	{ALG, "{\"a\":1,\"a\":1}", CHECK_CLAIMS, CLAIMS_SET "Error in $: duplicate member 'a'\"",
	"a duplicate in the payload"},
	{ALG, "{\"a\":{\"b\":1,\"b\":1}}", CHECK_CLAIMS, CLAIMS_SET "...", "a duplicate inside"},
	{ALG, "{\"a\":\"\\u0000\"}", CHECK_CLAIMS, CLAIMS_SET "...", "a zero in the payload"},
	{ALG, "{\"a\":\"\xff\"}", CHECK_CLAIMS, CLAIMS_SET "...", "a payload in another encoding"},
	{ALG, "{\"iss\":7}", CHECK_CLAIMS, CLAIMS_SET "Error in $.iss: ...", "iss"},
	{ALG, "{\"sub\":\"foo:bar baz\"}", CHECK_CLAIMS,
	CLAIMS_SET "Error in $.sub: failed to parse StringOrURI\"", "sub that is no URI"},
	{ALG, "{\"aud\":7}", CHECK_CLAIMS, CLAIMS_SET "Error in $.aud...", "aud"},
	{ALG, "{\"aud\":[\"a\",null]}", CHECK_CLAIMS, CLAIMS_SET "Error in $.aud...", "aud in an array"},
	{ALG, "{\"aud\":[\"a\",\"b c:\"]}", CHECK_CLAIMS, CLAIMS_SET "Error in $.aud...", "aud, no URI"},
	{ALG, "{\"exp\":\"1800000000\"}", CHECK_CLAIMS, CLAIMS_SET "Error in $.exp: ...", "exp"},
	{ALG, "{\"nbf\":true}", CHECK_CLAIMS, CLAIMS_SET "Error in $.nbf: ...", "nbf"},
	{ALG, "{\"iat\":[]}", CHECK_CLAIMS, CLAIMS_SET "Error in $.iat: ...", "iat"},
	{ALG, "{\"jti\":7}", CHECK_CLAIMS, CLAIMS_SET "Error in $.jti: ...", "jti"},
	{"{\"alg\":\"none\"}", "{}", CHECK_ALGORITHM, INVALID "JWSError JWSNoSignatures", "none"},
	{ALG, "{}", CHECK_SIGNATURE, INVALID "JWSError JWSInvalidSignature", "any signature"},
};

static void
test_decoding(void)
{
	Slice		token = sign_claims("");

	begin("");
	for (int i = 0; i < COUNT_OF(undecodable); i++)
	{
		check_refused(without_signature(undecodable[i].header, undecodable[i].payload),
					  undecodable[i].step, undecodable[i].message, undecodable[i].name);
		CHECK(rejection.code == REJECT_INVALID_JWT, "as an invalid JWT");
	}
	check_refused(sample_join(slice_cstring("="), token), CHECK_ENCODING, DECODE "...",
				  "a header that is not base64url");
	check_refused(sample_text("%s.e30=.", base64url_encode(slice_cstring(ALG)).data), CHECK_ENCODING,
				  DECODE "...", "a payload with padding");
	check_refused(sample_join(token, slice_cstring("+")), CHECK_ENCODING, DECODE "...",
				  "a signature in the other alphabet");
	check_accepted(sign_claims("\"iss\":null,\"sub\":null,\"aud\":null,\"exp\":null,\"nbf\":null,"
							   "\"iat\":null,\"jti\":null"), "claims that are null");
	check_accepted(sign_claims("\"Exp\":\"x\",\"SUB\":7"), "other claims of any type");
}

/* HASURA-JWT 1.5: the header's algorithm counts, if the key suits it. */
static void
test_algorithms(void)
{
	static const char wrong[] = INVALID "JWSError JWSInvalidSignature";
	JoseKey    *secret = sample_key(JOSE_KEY_SECRET);

	begin("");
	check_accepted(sign_with("HS384", secret, "{" CLAIMS "}"), "HS384 by a long secret for HS256");
	check_accepted(sign_with("HS512", secret, "{" CLAIMS "}"), "and HS512");
	check_refused(sign_with("RS256", sample_key(JOSE_KEY_RSA), "{" CLAIMS "}"), CHECK_SIGNATURE,
				  wrong, "a key of another kind");
	check_refused(sign_with("HS256", sample_other_key(JOSE_KEY_SECRET), "{" CLAIMS "}"),
				  CHECK_SIGNATURE, wrong, "another secret");
	config->keys[0].key = sample_key(JOSE_KEY_RSA);
	check_accepted(sign_with("PS512", config->keys[0].key, "{" CLAIMS "}"), "PS512 by an RSA key");
	check_refused(sign_claims(""), CHECK_SIGNATURE, wrong, "a secret instead of an RSA key");
}

/* ---- times (HASURA-JWT 2.4) ---- */

static bool
is_accepted_at(const char *claims, int64_t now)
{
	rules.now = now;
	return run(sign_claims(claims));
}

/* Exactly at a border, a token is accepted from (or until) that microsecond. */
static void
check_border(const char *claims, int64_t border, bool accepted_before, const char *message)
{
	bool		before = is_accepted_at(claims, border - 1);
	bool		refused_before = !before && said(message);
	bool		at = is_accepted_at(claims, border);
	bool		refused_at = !at && said(message);

	CHECK(accepted_before ? before && refused_at : refused_before && at,
		  "%s %s at %lld us", claims, accepted_before ? "ends" : "begins", (long long) border);
}

static const struct
{
	const char *skew;			/* in the configuration */
	int64_t		microseconds;
}			skews[] = {
	{"0", 0}, {"60", 60000000}, {"-60", 60000000}, {"0.5", 500000}, {"-0.000001", 1},
	{"1e999", NUMERIC_DATE_MAX},
};

static void
test_borders(void)
{
	static const struct
	{
		const char *date;
		int64_t		microseconds;	/* the first one that is not before it */
	}			dates[] = {
		{"1700000000", NOW}, {"1700000000.000001", NOW + 1}, {"1700000000.0000001", NOW + 1},
		{"1699999999.9999999", NOW}, {"1.7e9", NOW}, {"0", 0}, {"-1.5", -1500000},
		{"-0.0000001", 0}, {"1e999", NUMERIC_DATE_MAX}, {"-1e999", -NUMERIC_DATE_MAX},
	};

	for (int s = 0; s < COUNT_OF(skews); s++)
	{
		begin(psprintf("\"allowed_skew\":%s", skews[s].skew));
		for (int d = 0; d < COUNT_OF(dates); d++)
		{
			int64_t		date = dates[d].microseconds;

			check_border(psprintf("\"exp\":%s", dates[d].date), date + skews[s].microseconds, true,
						 INVALID "JWTExpired");
			check_border(psprintf("\"iat\":%s", dates[d].date), date - skews[s].microseconds, false,
						 INVALID "JWTIssuedAtFuture");
			check_border(psprintf("\"nbf\":%s", dates[d].date), date - skews[s].microseconds, false,
						 INVALID "JWTNotYetValid");
		}
	}
}

static void
test_times(void)
{
	begin("");
	check_accepted(sign_claims("\"exp\":1e999,\"iat\":-1e999,\"nbf\":-1e999"), "times far away");
	check_refused(sign_claims("\"exp\":-1e999"), CHECK_EXP, INVALID "JWTExpired", "the far past");
	CHECK(rejection.hint != NULL, "with a hint");
	check_refused(sign_claims("\"exp\":1600000000,\"nbf\":1800000000,\"iat\":1800000000"), CHECK_EXP,
				  INVALID "JWTExpired", "three wrong times, of which exp comes first");
	check_refused(sign_claims("\"nbf\":1800000000,\"iat\":1800000000"), CHECK_IAT,
				  INVALID "JWTIssuedAtFuture", "then iat");
	check_refused(sign_claims("\"nbf\":1800000000"), CHECK_NBF, INVALID "JWTNotYetValid", "then nbf");
}

/* An accepted token is judged once more, at another time. */
static void
test_judge_times(void)
{
	begin("\"allowed_skew\":10");
	check_accepted(sign_claims("\"exp\":1700000100,\"iat\":1699999900,\"nbf\":1699999950"), "for now");
	CHECK(verification_judge_times(&v, NOW + 110 * MICROSECONDS - 1, &rejection),
		  "it is accepted until its end");
	CHECK(!verification_judge_times(&v, NOW + 110 * MICROSECONDS, &rejection) &&
		  is_refusal_of(CHECK_EXP), "and not longer");
	CHECK(verification_judge_times(&v, NOW, &rejection), "the verdict is the time's, not the last's");
	CHECK(!verification_judge_times(&v, NOW - 60 * MICROSECONDS - 1, &rejection) &&
		  is_refusal_of(CHECK_NBF), "it is not accepted before it is valid");
	CHECK(verification_judge_times(&v, NOW - 60 * MICROSECONDS, &rejection), "but from then on");
	CHECK(!verification_judge_times(&v, NOW - 110 * MICROSECONDS - 1, &rejection) &&
		  is_refusal_of(CHECK_IAT), "nor before it was made");
	check_accepted(sign_claims(""), "without times");
	CHECK(verification_judge_times(&v, 0, &rejection) &&
		  verification_judge_times(&v, INT64_C(253402300799000000), &rejection),
		  "it is accepted at any time");
}

/* ---- audiences (HASURA-JWT 2.4) ---- */

static void
test_audience(void)
{
	static const char wrong[] = INVALID "JWTNotInAudience";

	begin("\"audience\":[\"app\",\"https://api/\"]");
	check_accepted(sign_claims("\"aud\":\"app\""), "one of the audiences");
	check_accepted(sign_claims("\"aud\":[\"https://api/\"]"), "or another in an array");
	check_accepted(sign_claims("\"aud\":[\"x\",\"y\",\"app\"]"), "among others");
	check_accepted(sign_claims(""), "a token without one");
	check_accepted(sign_claims("\"aud\":null"), "or with null");
	check_refused(sign_claims("\"aud\":\"App\""), CHECK_AUD, wrong, "one in another case");
	CHECK(rejection.hint != NULL && strstr(rejection.hint, "\"app\", \"https://api/\"") != NULL &&
		  strstr(rejection.hint, "\"App\"") != NULL, "the hint shows both sides");
	check_refused(sign_claims("\"aud\":[\"https://api\",\"ap\",\"apps\",\"\"]"), CHECK_AUD, wrong,
				  "others that are similar");
	check_refused(sign_claims("\"aud\":[]"), CHECK_AUD, wrong, "an empty array");
	begin("\"audience\":\"app\"");
	check_accepted(sign_claims("\"aud\":[\"app\"]"), "the only audience");
	begin("\"audience\":[]");
	check_refused(sign_claims("\"aud\":\"app\""), CHECK_AUD, wrong, "any if none is accepted");
	check_refused(sign_claims("\"aud\":[]"), CHECK_AUD, wrong, "an empty one, too");
	check_accepted(sign_claims(""), "only a token without one");
	begin("");
	check_accepted(sign_claims("\"aud\":\"anything\""), "any if none is configured");
	check_accepted(sign_claims("\"aud\":[\"a\",\"b\"]"), "or several");
	check_refused(sign_claims("\"aud\":[]"), CHECK_AUD, wrong, "but not an empty array");
}

/* ---- strict mode (docs/settings.md, strict) ---- */

#define EXP "\"exp\":1800000000"

static void
begin_strictly(const char *more)
{
	begin(more);
	rules.strict = true;
	if (!hasura_configs_make_strict(configs, &rejection))
		sample_bail_out(rejection.message);
}

static void
test_strict(void)
{
	begin_strictly("\"issuer\":\"i\",\"audience\":\"a\"");
	check_accepted(sign_claims(EXP ",\"iss\":\"i\",\"aud\":\"a\""), "all that strict mode asks for");
	check_refused(sign_claims("\"iss\":\"i\",\"aud\":\"a\""), CHECK_EXP, INVALID "strict: exp is missing",
				  "no exp");
	CHECK(rejection.code == REJECT_INVALID_JWT, "as an invalid JWT");
	CHECK(!run(sign_claims("\"exp\":null,\"iss\":\"i\",\"aud\":\"a\"")), "nor null");
	check_refused(sign_claims(EXP ",\"aud\":\"a\""), CHECK_ISS, INVALID "strict: iss is missing", "no iss");
	check_refused(sign_claims(EXP ",\"iss\":\"i\""), CHECK_AUD, INVALID "strict: aud is missing", "no aud");
	check_refused(sign_claims(EXP ",\"iss\":\"i\",\"aud\":[]"), CHECK_AUD, INVALID "JWTNotInAudience",
				  "an empty aud");
	check_refused(sign_with("HS512", config->keys[0].key, "{" CLAIMS "}"), CHECK_SIGNATURE,
				  INVALID "strict: alg is not the configured type", "another alg");
	check_refused(sign_with("HS512", sample_other_key(JOSE_KEY_SECRET), "{" CLAIMS "}"),
				  CHECK_SIGNATURE, INVALID "strict: alg is not the configured type",
				  "another alg and another key");
	check_refused(sign_with("HS256", sample_other_key(JOSE_KEY_SECRET), "{" CLAIMS "}"),
				  CHECK_SIGNATURE, INVALID "JWSError JWSInvalidSignature", "another key alone");
	begin_strictly("");
	check_accepted(sign_claims(EXP), "what is not configured is not asked for");
	check_refused(sign_claims(EXP ",\"aud\":[]"), CHECK_AUD, INVALID "JWTNotInAudience",
				  "an empty aud is still none");
}

/* EdDSA has a general name and two exact ones. */
static void
test_strict_edwards(void)
{
	static const char *const names[] = {"EdDSA", "Ed25519", "Ed448"};

	for (int type = 0; type < COUNT_OF(names); type++)
	{
		for (int alg = 0; alg < COUNT_OF(names); alg++)
		{
			bool		agree = type == alg || type == 0 || alg == 0;
			JoseKeyKind kind = type == 2 || alg == 2 ? JOSE_KEY_ED448 : JOSE_KEY_ED25519;
			const JoseAlgorithm *algorithm = sample_algorithm(names[alg]);

			begin_strictly("");
			config->keys[0].algorithm = sample_algorithm(names[type]);
			config->keys[0].key = (algorithm->key_kinds & kind) != 0 ? sample_key(kind) :
				sample_key(JOSE_KEY_ED25519);
			CHECK(run(sign_with(names[alg], config->keys[0].key, "{" EXP "," CLAIMS "}")) == agree,
				  "%s is %s as %s", names[alg], agree ? "accepted" : "refused", names[type]);
			CHECK(agree || said(INVALID "strict: alg is not the configured type"), "for its name");
		}
	}
}

static void
test_strict_salt(void)
{
	begin_strictly("");
	config->keys[0].key = sample_public_key(JOSE_KEY_RSA);
	config->keys[0].algorithm = sample_algorithm("PS256");
	if (!hasura_configs_make_strict(configs, &rejection))
		sample_bail_out(rejection.message);
	check_accepted(sign_with("PS256", sample_key(JOSE_KEY_RSA), "{" EXP "," CLAIMS "}"),
				   "PSS with a salt as long as the digest");
	check_refused(sign_with("RS256", sample_key(JOSE_KEY_RSA), "{" EXP "," CLAIMS "}"),
				  CHECK_SIGNATURE, INVALID "strict: alg is not the configured type",
				  "RS256 by the same key");
}

/* ---- walking through all steps ---- */

static CheckStatus statuses[CHECK_STEP_COUNT];
static const char *details[CHECK_STEP_COUNT];
static int	reported;
static bool in_order;

static void
take_report(void *state, CheckStep step, CheckStatus status, const char *detail)
{
	in_order = in_order && (int) step == reported && state == &reported;
	reported++;
	statuses[step] = status;
	details[step] = detail;
}

static void
walk(Slice text)
{
	reported = 0;
	in_order = true;
	if (text.data != NULL)
		prepare(text);
	verification_walk(&v, take_report, &reported);
}

/* One letter a step: o for ok, F for failed, - for skipped. */
static const char *
status_letters(void)
{
	static char letters[CHECK_STEP_COUNT + 1];

	for (int i = 0; i < CHECK_STEP_COUNT; i++)
		letters[i] = "oF-"[statuses[i]];
	return letters;
}

static void
check_walk(Slice text, const char *wanted, const char *name)
{
	walk(text);
	CHECK(in_order && reported == CHECK_STEP_COUNT, "each step is reported once, in order");
	if (!CHECK(strcmp(status_letters(), wanted) == 0, "walked through: %s", name))
		printf("# got    %s\n# wanted %s\n", status_letters(), wanted);
}

static void
test_walk(void)
{
	Slice		token = sign_claims("");
	Slice		other = sign_with("HS256", sample_other_key(JOSE_KEY_SECRET), "{" CLAIMS "}");
	Slice		nothing = {NULL, 0};

	begin("\"issuer\":\"i\"");
	check_walk(token, "ooooooooooooooooooooo", "a good token");
	/* size, config, authorization, issuer, parts, encoding, header, claims, algorithm, key, ... */
	check_walk(other, "ooooooooooFoooooooooo", "a bad signature, behind which all is judged");
	check_walk(sign_claims("\"exp\":1,\"iss\":\"j\",\"aud\":[]"), "oooFoooooooFooFFooooo",
			   "an old token from elsewhere");
	check_walk(slice_cstring("Bearer "), "ooF------o-----------", "no token");
	check_walk(slice_cstring("a.b"), "ooooF----o-----------", "two parts");
	check_walk(slice_cstring("!.e30.x"), "oooooF---o-----------", "no base64url");
	check_walk(without_signature("{}", "{" CLAIMS "}"), "ooooooFo-o-oooooooooo", "no algorithm");
	check_walk(without_signature(ALG, "{"), "oooooooFoo-----------", "no payload");
	check_walk(without_signature("{}", "{"), "ooooooFF-o-----------", "neither");
	check_walk(without_signature("{\"alg\":\"none\"}", "{" CLAIMS "}"), "ooooooooFo-oooooooooo",
			   "no signature");
	check_walk(sign("{}"), "ooooooooooooooooF----", "no Hasura claims");
	check_walk(sign("{\"https://hasura.io/jwt/claims\":{\"x-hasura-a\":1}}"), "oooooooooooooooooFF--",
			   "no roles");
	role = slice_cstring("admin");
	check_walk(token, "oooooooooooooooooooF-", "another role");
	rules.max_token_size = 10;
	check_walk(token, "Fo-------o-----------", "a token too large");
	prepare(token);
	v.configs = NULL;
	v.rules.max_token_size = SAMPLE_LIMIT;
	check_walk(nothing, "oFo-ooooo------------", "no configuration");
	CHECK(strstr(details[CHECK_CONFIG], "not configured") != NULL, "for that reason");
}

/* The details say what was found, and show neither signature nor key. */
static void
test_details(void)
{
	Slice		token = sign_claims("\"exp\":1700000060,\"aud\":\"app\",\"iss\":\"i\"");
	const char *signature = strrchr(psprintf("%.*s", (int) token.len, token.data), '.') + 1;
	int			leaks = 0;

	begin("\"issuer\":\"i\",\"audience\":\"app\",\"allowed_skew\":5");
	for (int bad = 0; bad < 2; bad++)
	{
		walk(bad ? sample_join(token, slice_cstring("AAAA")) : token);
		for (int i = 0; i < CHECK_STEP_COUNT; i++)
			leaks += strstr(details[i], signature) != NULL || strstr(details[i], SECRET) != NULL;
	}
	CHECK(leaks == 0, "no detail shows a signature or a key");
	CHECK(statuses[CHECK_SIGNATURE] == CHECK_FAILED && strstr(details[CHECK_SIGNATURE],
															  INVALID "JWSError JWSInvalidSignature") ==
		  details[CHECK_SIGNATURE], "a failure begins with its message");
	CHECK(strstr(details[CHECK_EXP], "60 s from now") != NULL &&
		  strstr(details[CHECK_EXP], "2023-11-14 22:14:20 UTC") != NULL, "a time is readable");
	CHECK(strcmp(details[CHECK_ROLE], "\"user\", by default") == 0, "and so is a role");
	CHECK(strstr(details[CHECK_VARIABLES], "x-hasura-user-id = \"7\"") != NULL, "and a variable");
	walk(sign_claims("\"exp\":1e999,\"nbf\":-1e999,\"iat\":-0.5"));
	CHECK(strstr(details[CHECK_EXP], "in the far future") != NULL &&
		  strstr(details[CHECK_NBF], "in the far past") != NULL, "even far away");
}

/* The size that is compared with the limit is the one that is shown. */
static void
test_size_detail(void)
{
	Slice		token = sign_claims("");

	begin("");
	rules.max_token_size = token.len;
	walk(sample_join(slice_cstring("Bearer "), token));
	CHECK(statuses[CHECK_SIZE] == CHECK_OK, "a token as large as the limit passes behind Bearer");
	if (!CHECK(strcmp(details[CHECK_SIZE], psprintf("%zu of at most %zu bytes", token.len, token.len))
			   == 0, "and its size is shown without it"))
		printf("# got \"%s\"\n", details[CHECK_SIZE]);
}

/* Whatever bytes a header is, its walk ends and shows text; a hang would be ended. */
static void
test_header_bytes(void)
{
	static const struct
	{
		Slice		bytes;
		const char *name;
	}			headers[] = {
		{SLICE_LITERAL("\0"), "a zero"}, {SLICE_LITERAL("{\0}"), "a zero inside"},
		{SLICE_LITERAL("\xff\xfe"), "no UTF-8"}, {SLICE_LITERAL("\xe2\n\n"), "half a character"},
	};

	begin("");
	for (int i = 0; i < COUNT_OF(headers); i++)
	{
		pid_t		child = fork();
		int			status = -1;

		if (child == 0)
		{
			alarm(5);
			walk(sample_compact(headers[i].bytes, slice_cstring("{}"), slice_cstring("x")));
			for (const char *p = details[CHECK_HEADER]; *p != '\0'; p++)
			{
				if ((unsigned char) *p < 0x20 || *p == 0x7F)
					_exit(1);
			}
			_exit(statuses[CHECK_HEADER] == CHECK_FAILED ? 0 : 1);
		}
		CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0,
			  "a header is walked over and shown: %s", headers[i].name);
	}
}

static void
test_names(void)
{
	static const char *const names[] = {
		"size", "config", "authorization", "issuer", "parts", "encoding", "header", "claims",
		"algorithm", "key", "signature", "exp", "iat", "nbf", "iss", "aud", "hasura-claims",
		"allowed-roles", "default-role", "role", "variables",
	};

	for (int i = 0; i < COUNT_OF(names); i++)
		CHECK(strcmp(check_step_name(i), names[i]) == 0, "a step is called %s", names[i]);
}

/* ---- decoding for people ---- */

static void
test_decode(void)
{
	begin("");
	prepare(without_signature("{\"alg\":\"x\",\"crit\":[]}", "{\"exp\":\"never\"}"));
	v.configs = NULL;
	CHECK(verification_decode(&v, &rejection), "what would be refused is decoded, without a key");
	CHECK(json_member(v.token.untrusted_header.root, "alg") != NULL &&
		  json_member(v.token.untrusted_payload.root, "exp") != NULL, "header and payload");
	prepare(without_signature("[]", "[1]"));
	CHECK(verification_decode(&v, &rejection), "whatever JSON they are");
	prepare(without_signature("{\"a\":1,\"a\":2}", "{}"));
	CHECK(!verification_decode(&v, &rejection) && said(DECODE "..."),
		  "but no duplicate in the header");
	prepare(without_signature("{}", "x"));
	CHECK(!verification_decode(&v, &rejection) && said(CLAIMS_SET "..."),
		  "and no payload that is not JSON");
	prepare(slice_cstring("a.b"));
	CHECK(!verification_decode(&v, &rejection) && said(INVALID "JWSError ..."),
		  "nor two parts");
	prepare(slice_cstring("Bearer x y"));
	CHECK(!verification_decode(&v, &rejection) && rejection.code == REJECT_INVALID_HEADERS,
		  "nor white space");
	prepare(sign_claims(""));
	v.rules.max_token_size = 10;
	CHECK(!verification_decode(&v, &rejection) && rejection.code == REJECT_TOKEN_TOO_LARGE,
		  "nor what is too large");
}

int
main(void)
{
	test_names();
	test_order();
	test_last_step();
	test_size();
	test_authorization();
	test_issuer();
	test_parts();
	test_decoding();
	test_algorithms();
	test_borders();
	test_times();
	test_judge_times();
	test_audience();
	test_strict();
	test_strict_edwards();
	test_strict_salt();
	test_walk();
	test_details();
	test_size_detail();
	test_header_bytes();
	test_decode();
	check_no_openssl_error("at the end");
	return check_done();
}
