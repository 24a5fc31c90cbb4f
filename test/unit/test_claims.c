/* SPDX-License-Identifier: PostgreSQL */
/*
 * test_claims.c: Hasura's claims become a role and session variables.
 */
#include "compat.h"

#include "lib/stringinfo.h"

#include "check.h"
#include "hasura/claims.h"
#include "sample.h"

#define ROLES \
	"\"x-hasura-allowed-roles\":[\"user\",\"editor\"],\"x-hasura-default-role\":\"user\""

#define FORMAT(name) config.claims_format = CLAIMS_FORMAT_##name

static HasuraConfig config = {.claims_namespace = SLICE_LITERAL("ns")};
static HasuraClaims claims;
static Rejection rejection;

static const JsonNode *
parse(const char *text)
{
	JsonDocument document;

	if (json_parse(slice_cstring(text), &document) != JSON_OK)
		sample_bail_out("a sample is not JSON");
	return document.root;
}

/* All the steps from payload to session, for a requested role. */
static bool
resolve(const char *payload, const char *role)
{
	memset(&rejection, 0, sizeof(rejection));
	return hasura_claims_locate(parse(payload), &config, &claims, &rejection) &&
		hasura_claims_read_allowed_roles(&claims, &rejection) &&
		hasura_claims_read_default_role(&claims, &rejection) &&
		hasura_claims_select_role(&claims, slice_cstring(role), &rejection) &&
		hasura_claims_finish(&claims, &rejection);
}

static bool
resolve_claims(const char *object, const char *role)
{
	return resolve(psprintf("{\"ns\":%s}", object), role);
}

/* The session's variables as name=value, each with a space behind it. */
static const char *
session_text(void)
{
	StringInfoData out;

	initStringInfo(&out);
	for (int i = 0; i < claims.variables.count; i++)
		appendStringInfo(&out, "%.*s=%.*s ", (int) claims.variables.items[i].name.len,
						 claims.variables.items[i].name.data,
						 (int) claims.variables.items[i].value->text.len,
						 claims.variables.items[i].value->text.data);
	return out.data;
}

static void
check_session(bool accepted, const char *wanted, const char *name)
{
	if (!CHECK(accepted && strcmp(session_text(), wanted) == 0, "%s", name))
		printf("# got \"%s\", wanted \"%s\"\n", accepted ? session_text() : rejection.message, wanted);
}

static void
check_refused(bool accepted, RejectionCode code, const char *message, const char *name)
{
	if (!CHECK(!accepted && rejection.code == code && strcmp(rejection.message, message) == 0,
			   "refused: %s", name))
		printf("# got \"%s\", wanted \"%s\"\n", accepted ? "(accepted)" : rejection.message, message);
}

/* What must not be accepted, and in which words. */
typedef struct Case
{
	const char *text;
	RejectionCode code;
	const char *message;
	const char *name;
} Case;

/* ---- where the claims are (HASURA-JWT 3.2, 3.4) ---- */

static void
test_place(void)
{
	static const char *const registered[] = {"iss", "sub", "aud", "exp", "nbf", "iat", "jti"};

	check_session(resolve("{\"sub\":\"ann\",\"ns\":{" ROLES ",\"x-hasura-user-id\":\"7\"},"
						  "\"x-hasura-org\":\"top\"}", ""),
				  "x-hasura-role=user x-hasura-user-id=7 ", "claims are found under their name alone");
	check_refused(resolve("{\"NS\":{" ROLES "}}", ""), REJECT_INVALID_CLAIMS,
				  "claims key: 'ns' not found", "a name in another case");
	check_refused(resolve("{\"a\":{\"ns\":{" ROLES "}}}", ""), REJECT_INVALID_CLAIMS,
				  "claims key: 'ns' not found", "a name further inside");
	check_refused(resolve("{}", ""), REJECT_INVALID_CLAIMS, "claims key: 'ns' not found", "no claims");
	CHECK(rejection.hint != NULL, "with a hint");
	CHECK(!resolve("{\"https://other\":{" ROLES "}}", "") && rejection.hint != NULL &&
		  strstr(rejection.hint, "\"https://other\"") != NULL, "the hint knows claims elsewhere");
	for (int i = 0; i < COUNT_OF(registered); i++)
	{
		config.claims_namespace = slice_cstring(registered[i]);
		check_refused(resolve(psprintf("{\"%s\":{" ROLES "}}", registered[i]), ""),
					  REJECT_INVALID_CLAIMS, psprintf("claims key: '%s' not found", registered[i]),
					  "claims under a registered name");
	}
	config.claims_namespace = slice_make("", 0);
	check_session(resolve("{\"\":{" ROLES "}}", ""), "x-hasura-role=user ", "an empty name is one");
	config.claims_namespace = slice_cstring("ns");
}

static const Case no_objects[] = {
	{"null", REJECT_INVALID_CLAIMS, "expecting a json object when claims_format is json", "null"},
	{"[]", REJECT_INVALID_CLAIMS, "expecting a json object when claims_format is json", "an array"},
	{"7", REJECT_INVALID_CLAIMS, "expecting a json object when claims_format is json", "a number"},
	{"\"{}\"", REJECT_INVALID_CLAIMS, "expecting a json object when claims_format is json",
	"a string"},
};

static const Case no_strings[] = {
	{"{" ROLES "}", REJECT_INVALID_CLAIMS,
	"expecting a string when claims_format is stringified_json", "an object"},
	{"null", REJECT_INVALID_CLAIMS,
	"expecting a string when claims_format is stringified_json", "null"},
	{"\"\"", REJECT_INVALID_CLAIMS,
	"expecting stringified json at: 'claims_namespace ns', but found: ", "an empty string"},
	{"\"[]\"", REJECT_INVALID_CLAIMS,
	"expecting stringified json at: 'claims_namespace ns', but found: []", "an array in a string"},
	{"\"{} x\"", REJECT_INVALID_CLAIMS,
		"expecting stringified json at: 'claims_namespace ns', but found: {} x",
	"something behind the object"},
	{"\"{\\\"a\\\":1,\\\"a\\\":2}\"", REJECT_INVALID_CLAIMS,
		"expecting stringified json at: 'claims_namespace ns', but found: {\"a\":1,\"a\":2}",
	"a duplicate"},
	{"\"0123456789012345678901234567890123456789012345678901234567890123456789\"",
		REJECT_INVALID_CLAIMS, "expecting stringified json at: 'claims_namespace ns', but found: "
	"0123456789012345678901234567890123456789012345678901234567890123...", "a long text"},
};

static void
test_format(void)
{
	for (int i = 0; i < COUNT_OF(no_objects); i++)
		check_refused(resolve_claims(no_objects[i].text, ""), no_objects[i].code,
					  no_objects[i].message, no_objects[i].name);
	FORMAT(STRINGIFIED_JSON);
	for (int i = 0; i < COUNT_OF(no_strings); i++)
		check_refused(resolve_claims(no_strings[i].text, ""), no_strings[i].code,
					  no_strings[i].message, no_strings[i].name);
	check_session(resolve_claims("\" {\\\"x-hasura-allowed-roles\\\":[\\\"a\\\"],"
								 "\\\"x-hasura-default-role\\\":\\\"a\\\"} \\n\"", ""),
				  "x-hasura-role=a ", "an object in a string, with white space around it");
	FORMAT(JSON);
}

/* ---- the two mandatory claims (HASURA-JWT 3.2) ---- */

#define ALLOWED "invalid x-hasura-allowed-roles; should be a list of roles: "
#define ARRAY ALLOWED "parsing [] failed, expected Array, but encountered "
#define ELEMENT ALLOWED "parsing String failed, expected String, but encountered "
#define DEFAULT "invalid x-hasura-default-role; should be a single role name: "
#define STRING DEFAULT "parsing String failed, expected String, but encountered "
#define WITH_ALLOWED(value) "{\"x-hasura-allowed-roles\":" value ",\"x-hasura-default-role\":\"a\"}"
#define WITH_DEFAULT(value) "{\"x-hasura-allowed-roles\":[\"a\"],\"x-hasura-default-role\":" value "}"

static const Case bad_roles[] = {
	{"{}", REJECT_MISSING_ROLE_CLAIMS, "JWT claim does not contain x-hasura-allowed-roles",
	"neither claim"},
	{"{\"x-hasura-default-role\":\"a\"}", REJECT_MISSING_ROLE_CLAIMS,
	"JWT claim does not contain x-hasura-allowed-roles", "no allowed roles"},
	{"{\"x-hasura-allowed-roles\":[\"a\"]}", REJECT_MISSING_ROLE_CLAIMS,
	"JWT claim does not contain x-hasura-default-role", "no default role"},
	{"{\"x-hasura-allowed-roles\":7}", REJECT_INVALID_CLAIMS, ARRAY "Number",
	"wrong allowed roles before no default role"},
	{WITH_ALLOWED("\"a\""), REJECT_INVALID_CLAIMS, ARRAY "String", "allowed roles: a string"},
	{WITH_ALLOWED("null"), REJECT_INVALID_CLAIMS, ARRAY "Null", "allowed roles: null"},
	{WITH_ALLOWED("{}"), REJECT_INVALID_CLAIMS, ARRAY "Object", "allowed roles: an object"},
	{WITH_ALLOWED("true"), REJECT_INVALID_CLAIMS, ARRAY "Boolean", "allowed roles: a boolean"},
	{WITH_ALLOWED("[7]"), REJECT_INVALID_CLAIMS, ELEMENT "Number", "allowed roles: of numbers"},
	{WITH_ALLOWED("[\"a\",null]"), REJECT_INVALID_CLAIMS, ELEMENT "Null", "allowed roles: with null"},
	{WITH_ALLOWED("[[\"a\"]]"), REJECT_INVALID_CLAIMS, ELEMENT "Array", "allowed roles: of arrays"},
	{WITH_ALLOWED("[\"a\",\"\"]"), REJECT_INVALID_CLAIMS, ALLOWED "empty string not allowed",
	"allowed roles: with an empty one"},
	{WITH_DEFAULT("[\"a\"]"), REJECT_INVALID_CLAIMS, STRING "Array", "default role: an array"},
	{WITH_DEFAULT("null"), REJECT_INVALID_CLAIMS, STRING "Null", "default role: null"},
	{WITH_DEFAULT("\"\""), REJECT_INVALID_CLAIMS, DEFAULT "empty string not allowed",
	"default role: empty"},
};

/* ---- the role (HASURA-JWT 3.3) ---- */

static void
test_role(void)
{
	static const char denied[] = "Your requested role is not in allowed roles";
	static const char *const others[] = {
		"admin", "User", "use", "users", " user", "user ", "user,editor", "*",
	};

	for (int i = 0; i < COUNT_OF(bad_roles); i++)
		check_refused(resolve_claims(bad_roles[i].text, "a"), bad_roles[i].code,
					  bad_roles[i].message, bad_roles[i].name);
	check_session(resolve_claims("{" ROLES "}", ""), "x-hasura-role=user ", "the default role");
	check_session(resolve_claims("{" ROLES "}", "user"), "x-hasura-role=user ", "or by its name");
	check_session(resolve_claims("{" ROLES "}", "editor"), "x-hasura-role=editor ", "another role");
	for (int i = 0; i < COUNT_OF(others); i++)
		check_refused(resolve_claims("{" ROLES "}", others[i]), REJECT_ACCESS_DENIED, denied,
					  psprintf("the role \"%s\"", others[i]));
	CHECK(rejection.hint != NULL && strstr(rejection.hint, "\"user\", \"editor\"") != NULL,
		  "the hint lists the allowed roles");
	check_refused(resolve_claims(WITH_ALLOWED("[]"), ""), REJECT_ACCESS_DENIED, denied,
				  "every role if none is allowed");
	check_refused(resolve_claims(WITH_ALLOWED("[\"b\"]"), ""), REJECT_ACCESS_DENIED, denied,
				  "a default role that is not allowed");
	check_session(resolve_claims(WITH_ALLOWED("[\"b\"]"), "b"), "x-hasura-role=b ",
				  "unless another is requested");
	check_session(resolve_claims(WITH_ALLOWED("[\"admin\"]"), "admin"), "x-hasura-role=admin ",
				  "admin is a role like others");
	check_session(resolve_claims("{" ROLES ",\"X-Hasura-Role\":\"admin\"}", ""),
				  "x-hasura-role=user ", "a role that the token claims is replaced");
}

/* ---- the variables (HASURA-JWT 3.7, 3.8) ---- */

#define TEXT "x-hasura-* claims: parsing Text failed, expected String, but encountered "

static const Case bad_values[] = {
	{"\"x-hasura-a\":7", REJECT_INVALID_CLAIMS, TEXT "Number", "a number"},
	{"\"x-hasura-a\":true", REJECT_INVALID_CLAIMS, TEXT "Boolean", "a boolean"},
	{"\"x-hasura-a\":[\"1\"]", REJECT_INVALID_CLAIMS, TEXT "Array", "an array"},
	{"\"x-hasura-a\":{}", REJECT_INVALID_CLAIMS, TEXT "Object", "an object"},
	{"\"x-hasura-a\":null", REJECT_INVALID_CLAIMS, TEXT "Null", "null"},
	{"\"x-hasura-role\":7", REJECT_INVALID_CLAIMS, TEXT "Number", "a role that is a number"},
	{"\"x-hasura-a\":\"1\",\"x-hasura-a\\u0062\":7", REJECT_INVALID_CLAIMS, TEXT "Number",
	"one among others"},
};

/* Credentials are left out of the strings, so they must be strings like the rest. */
static const Case bad_credentials[] = {
	{"\"x-hasura-admin-secret\":7", REJECT_INVALID_CLAIMS, TEXT "Number",
	"an admin secret that is a number"},
	{"\"x-hasura-access-key\":null", REJECT_INVALID_CLAIMS, TEXT "Null", "an access key that is null"},
};

static void
check_values(const Case *cases, int count)
{
	for (int i = 0; i < count; i++)
	{
		check_refused(resolve_claims(psprintf("{" ROLES ",%s}", cases[i].text), ""), cases[i].code,
					  cases[i].message, cases[i].name);
		CHECK(rejection.hint != NULL, "with a hint");
	}
}

static void
test_variables(void)
{
	check_values(bad_values, COUNT_OF(bad_values));
	check_session(resolve_claims("{" ROLES ",\"X-Hasura-Ids\":\"{1,2}\",\"x-hasura-empty\":\"\","
								 "\"name\":7,\"hasura\":null}", ""),
				  "x-hasura-ids={1,2} x-hasura-role=user x-hasura-empty= ",
				  "strings are kept as they are, all else is left out");
	check_session(resolve_claims("{" ROLES ",\"x-hasura-admin-secret\":\"s\","
								 "\"X-Hasura-Access-Key\":\"s\"}", ""), "x-hasura-role=user ",
				  "credentials are left out");
	check_refused(resolve_claims("{" ROLES ",\"x-hasura-a\":\"1\",\"X-Hasura-A\":\"1\"}", ""),
				  REJECT_INVALID_CLAIMS,
				  "the claims have \"x-hasura-a\" twice, in different spellings", "two spellings");
	check_values(bad_credentials, COUNT_OF(bad_credentials));
}

int
main(void)
{
	test_place();
	test_format();
	test_role();
	test_variables();
	return check_done();
}
