/* SPDX-License-Identifier: PostgreSQL */
/*
 * fuzz_checks.c: tokens through all checks, under several configurations.  An
 * input that begins with a brace is a payload, and is signed first, so that
 * what comes behind the signature is fuzzed as well.
 */
#include "compat.h"

#include "hasura/checks.h"

#include "fuzz.h"

#define LIMIT 65536
#define SECRET "0123456789abcdef0123456789abcdef"
#define KEY "\"type\":\"HS256\",\"key\":\"" SECRET "\""
#define NOW INT64_C(1300819000000000)	/* before the vectors' exp, in microseconds */

typedef struct Setting
{
	const char *config;
	const char *requested_role;
	bool		strict;
	HasuraConfigs *configs;
} Setting;

#define TWO_AUDIENCES "\"audience\":[\"a\",\"b\"]"
#define BY_PATH "\"claims_namespace_path\":\"$.a[0].b\",\"issuer\":\"joe\",\"allowed_skew\":60"
#define BY_MAP \
	"\"claims_map\":{\"x-hasura-allowed-roles\":{\"path\":\"$.roles\",\"default\":[\"user\"]}," \
	"\"x-hasura-default-role\":\"user\",\"x-hasura-user-id\":{\"path\":\"$.sub\"}," \
	"\"x-hasura-org\":{\"path\":\"$.exp\"}}"
#define OTHER_ISSUER "\"issuer\":\"https://a/\",\"audience\":\"a\""

static Setting settings[] =
{
	{
		"{" KEY "}", "", false, NULL
	},
	{
		"{" KEY ",\"claims_format\":\"stringified_json\"," TWO_AUDIENCES "}", "editor", true, NULL
	},
	{
		"{" KEY "," BY_PATH "}", "user", false, NULL
	},
	{
		"{" KEY "," BY_MAP "}", "", true, NULL
	},
	{
		"[{" KEY ",\"issuer\":\"joe\"},{" KEY "," OTHER_ISSUER "}]", "", false, NULL
	},
};
static JoseKey *key;

void
fuzz_prepare(void)
{
	Rejection	rejection;
	const JoseAlgorithm *hs256 = jose_algorithm_find(slice_cstring("HS256"));

	FUZZ_REQUIRE(jose_key_from_secret(slice_cstring(SECRET), hs256, &key) == JOSE_OK,
				 "the key is good");
	for (int i = 0; i < COUNT_OF(settings); i++)
	{
		FUZZ_REQUIRE(hasura_configs_parse(slice_cstring(settings[i].config), &settings[i].configs,
										  &rejection), "the configuration is good");
		FUZZ_REQUIRE(!settings[i].strict ||
					 hasura_configs_make_strict(settings[i].configs, &rejection),
					 "the configuration is good in strict mode");
	}
}

static Slice
sign(Slice payload)
{
	JoseSigning signing = {
		.algorithm = jose_algorithm_find(slice_cstring("HS256")),
		.payload = payload,
	};
	Slice		token;

	FUZZ_REQUIRE(jose_signature_sign(&signing, key, &token) == JOSE_OK, "a payload can be signed");
	return fuzz_exact(token);
}

/* Counts what did not pass. */
static void
report(void *state, CheckStep step, CheckStatus status, const char *detail)
{
	*(int *) state += status != CHECK_OK;
	FUZZ_REQUIRE(fuzz_is_text(slice_cstring(detail)), "a detail is UTF-8");
	FUZZ_REQUIRE(check_step_name(step) != NULL, "a step has a name");
}

static void
judge(Slice token, const Setting *setting)
{
	Verification run = {
		.text = token,
		.configs = setting->configs,
		.requested_role = slice_cstring(setting->requested_role),
		.rules = {.now = NOW,.max_token_size = LIMIT,.strict = setting->strict},
	};
	Verification walk = run;
	Rejection	rejection = {0};
	int			not_passed = 0;
	bool		accepted = verification_run(&run, CHECK_VARIABLES, &rejection);

	verification_walk(&walk, report, &not_passed);
	FUZZ_REQUIRE(accepted == (not_passed == 0), "inspect and verify agree");
	if (accepted)
	{
		FUZZ_REQUIRE(run.verified.payload != NULL, "what is accepted was signed");
		FUZZ_REQUIRE(verification_judge_times(&run, NOW, &rejection), "and is accepted again");
	}
	else
		FUZZ_REQUIRE(rejection.message != NULL && fuzz_is_text(slice_cstring(rejection.message)),
					 "a refusal has a message in UTF-8");
}

void
fuzz_one(Slice input)
{
	Slice		token = slice_starts_with(input, "{") ? sign(input) : input;

	for (int i = 0; i < COUNT_OF(settings); i++)
		judge(token, &settings[i]);
}
