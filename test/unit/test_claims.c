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

/* ---- what can be done about claims that are not there ---- */

#define STRING_OF_ROLES \
	"\"{\\\"x-hasura-allowed-roles\\\":[\\\"a\\\"],\\\"x-hasura-default-role\\\":\\\"a\\\"}\""
#define SET_NAMESPACE "set \"claims_namespace\" to that name"
#define SET_PATH "set \"claims_namespace_path\" to "
#define NO_CLAIMS "The token carries no Hasura claims: let its issuer add "
#define MANDATORY " with \"x-hasura-allowed-roles\" (an array of role names), " \
	"\"x-hasura-default-role\" and the session variables that permissions use."
#define NEAR(name) "The token has \"" name "\", a name almost like the configured one, but no " \
	"Hasura claims in it: let the issuer add them, and let both names be the same."

/* A payload without claims at the place that a configuration names, and the hint. */
typedef struct Hint
{
	const char *place;			/* a name or, beginning with "$", a path */
	const char *payload;
	const char *hint;
} Hint;

static const Hint hints[] = {
	/* claims under another name, whatever else there is */
	{"ns", "{\"NS\":{},\"x-hasura-a\":\"1\",\"other\":{" ROLES "}}",
	"The token has Hasura claims under \"other\": " SET_NAMESPACE "."},
	{"ns", "{\"other\":{\"X-Hasura-User-Id\":\"1\"}}",
	"The token has Hasura claims under \"other\": " SET_NAMESPACE "."},
	{"ns", "{\"other\":" STRING_OF_ROLES "}", "The token has Hasura claims under \"other\": "
	SET_NAMESPACE ", and \"claims_format\" to \"stringified_json\"."},
	{"ns", "{\"\":{" ROLES "}}", "The token has Hasura claims under \"\": " SET_NAMESPACE "."},
	{"ns", "{\"a\\u001b[31m\":{" ROLES "}}",
	"The token has Hasura claims under \"a?[31m\": " SET_NAMESPACE "."},
	{"ns", "{\"0123456789012345678901234567890123456789012345678901234567890123456789\":{" ROLES "}}",
		"The token has Hasura claims under \"0123456789012345678901234567890123456789012345678901234567"
	"890123...\": " SET_NAMESPACE "."},

	/* nearly the same name, without claims */
	{"https://hasura.io/jwt/claims", "{\"a\":{},\"http://hasura.io/jwt/claims\":{\"role\":1}}",
	NEAR("http://hasura.io/jwt/claims")},
	{"https://hasura.io/jwt/claims", "{\"hasura.io/jwt/claims\":7}", NEAR("hasura.io/jwt/claims")},
	{"https://hasura.io/jwt/claims", "{\"https://hasura.io/jwt/claims/\":\"secret\"}",
	NEAR("https://hasura.io/jwt/claims/")},
	{"https://hasura.io/jwt/claims", "{\"HTTPS://Hasura.IO/JWT/Claims\":null}",
	NEAR("HTTPS://Hasura.IO/JWT/Claims")},
	{"https://hasura.io/jwt/claims", "{\"https://hasura.io/jwt/claim\":{}}",
	NEAR("https://hasura.io/jwt/claim")},
	{"https://hasura.io/jwt/claims", "{\"https://hasura.io/jwt/clairms\":{}}",
	NEAR("https://hasura.io/jwt/clairms")},
	{"https://hasura.io/jwt/claims", "{\"https://hasura.io/jtw/claims\":{}}",
	NEAR("https://hasura.io/jtw/claims")},
	{"https://hasura.io/jwt/claims", "{\"https://hasura-io/jwt/claims\":{}}",
	NEAR("https://hasura-io/jwt/claims")},
	{"claims", "{\"Claims\":{},\"x-hasura-a\":\"1\"}", NEAR("Claims")},
	{"ns", "{\"NS\":{}}", NEAR("NS")},

	/* two slips, or one in a short name, are another name */
	{"https://hasura.io/jwt/claims", "{\"https://hasura.io/jwt/role\":{}}",
	NO_CLAIMS "\"https://hasura.io/jwt/claims\", an object" MANDATORY},
	{"https://hasura.io/jwt/claims", "{\"https://hasura.io/jwt/klaimz\":{}}",
	NO_CLAIMS "\"https://hasura.io/jwt/claims\", an object" MANDATORY},
	{"ns", "{\"nx\":{},\"n\":{},\"nss\":{},\"sn\":{},\"\":{}}", NO_CLAIMS "\"ns\", an object" MANDATORY},

	/* at the top level, or further inside */
	{"ns", "{\"sub\":\"ann\"," ROLES "}", "The token has Hasura claims at the top level of its payload: "
	SET_PATH "\"$\" instead of \"claims_namespace\"."},
	{"ns", "{\"a\":{\"b c\":[7,{" ROLES "}]}}", "The token has Hasura claims elsewhere: "
	SET_PATH "\"$.a[\"b c\"][1]\" instead of \"claims_namespace\"."},
	{"ns", "{\"a\":{\"b\":" STRING_OF_ROLES "}}", "The token has Hasura claims elsewhere: "
		SET_PATH "\"$.a.b\" instead of \"claims_namespace\", and \"claims_format\" to "
	"\"stringified_json\"."},

	/* nowhere; and where Hasura never looks */
	{"ns", "{}", NO_CLAIMS "\"ns\", an object" MANDATORY},
	{"ns", "{\"a\":\"x-hasura-a\",\"b\":[\"x-hasura-a\"],\"c\":\"{\",\"d\":{\"hasura\":{}}}",
	NO_CLAIMS "\"ns\", an object" MANDATORY},
	{"sub", "{\"sub\":\"ann\"}", "Hasura's claims are never found in \"sub\", which is a registered "
	"claim: choose another place."},
	{"$.sub.a", "{\"sub\":\"ann\"}", "Hasura's claims are never found in \"sub\", which is a registered "
	"claim: choose another place."},
	{"ns", "{\"nonce\":\"x\"}",
	"The token looks like an ID token, which is for clients: send the access token."},

	/* a path that does not lead to them */
	{"$.a", "{\"A\":{" ROLES "}}", "The token has Hasura claims elsewhere: " SET_PATH "\"$.A\"."},
	{"$.a.b", "{" ROLES "}", "The token has Hasura claims at the top level of its payload: "
	SET_PATH "\"$\"."},
	{"$.a.b", "{\"a\":{\"B\":" STRING_OF_ROLES "}}", "The token has Hasura claims elsewhere: " SET_PATH
	"\"$.a.B\", and \"claims_format\" to \"stringified_json\"."},
	{"$.a.b", "{\"A\":7}", NO_CLAIMS "them at \"$.a.b\"; now the payload has no member \"a\"."},
	{"$.a.b", "{\"a\":{\"B\":7}}", NO_CLAIMS "them at \"$.a.b\"; now \"$.a\" has no member \"b\"."},
	{"$.a.b", "{\"a\":\"secret\"}",
	NO_CLAIMS "them at \"$.a.b\"; now \"$.a\" is a string, not an object."},
	{"$.a[2].b", "{\"a\":[1,2]}",
	NO_CLAIMS "them at \"$.a[2].b\"; now \"$.a\" has no element 2."},
	{"$.a[2].b", "{\"a\":{}}",
	NO_CLAIMS "them at \"$.a[2].b\"; now \"$.a\" is an object, not an array."},
};

static void
set_place(const char *place)
{
	config.has_namespace_path = place[0] == '$';
	config.claims_namespace = slice_cstring(place);
	if (config.has_namespace_path &&
		!claims_path_parse(slice_cstring(place), &config.namespace_path))
		sample_bail_out("a sample is no path");
}

static void
check_hint(bool accepted, const char *wanted, const char *name)
{
	const char *hint = accepted || rejection.hint == NULL ? "(none)" : rejection.hint;

	if (!CHECK(strcmp(hint, wanted) == 0, "hint: %s", name))
		printf("# got \"%s\", wanted \"%s\"\n", hint, wanted);
}

static void
test_hints(void)
{
	for (int i = 0; i < COUNT_OF(hints); i++)
	{
		set_place(hints[i].place);
		check_hint(resolve(hints[i].payload, ""), hints[i].hint,
				   psprintf("%s in %s", hints[i].place, hints[i].payload));
	}
	set_place("ns");
	check_hint(resolve_claims(STRING_OF_ROLES, ""),
			   "Set \"claims_format\" to \"stringified_json\" in the configuration.", "a string of claims");
	check_hint(resolve_claims("\"secret\"", ""), "(none)", "a string without claims");
	FORMAT(STRINGIFIED_JSON);
	check_hint(resolve_claims("{\"x-hasura-user-id\":\"1\"}", ""),
			   "Set \"claims_format\" to \"json\" in the configuration.", "claims in no string");
	check_hint(resolve_claims("{}", ""), "(none)", "no claims in no string");
	check_hint(resolve("{\"a\":{" ROLES "}}", ""), "The token has Hasura claims under \"a\": "
			   SET_NAMESPACE ", and \"claims_format\" to \"json\".", "another name and format");
	check_hint(resolve("{\"a\":" STRING_OF_ROLES "}", ""), "The token has Hasura claims under \"a\": "
			   SET_NAMESPACE ".", "another name alone");
	check_hint(resolve("{}", ""), NO_CLAIMS "\"ns\", the JSON text of an object" MANDATORY,
			   "no claims, and none in a string");
	FORMAT(JSON);
}

/* As deep as a document can be: an array in an array, and claims in the last. */
static void
test_deep_hint(void)
{
	StringInfoData payload;

	initStringInfo(&payload);
	appendStringInfoString(&payload, "{\"a\":");
	for (int i = 2; i < JSON_MAX_DEPTH; i++)
		appendStringInfoChar(&payload, '[');
	appendStringInfoString(&payload, "{\"x-hasura-a\":\"1\"}");
	for (int i = 2; i < JSON_MAX_DEPTH; i++)
		appendStringInfoChar(&payload, ']');
	appendStringInfoChar(&payload, '}');
	check_hint(resolve(payload.data, ""), "The token has Hasura claims elsewhere: " SET_PATH
			   "\"$.a[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][...\" instead of "
			   "\"claims_namespace\".", "claims at the bottom");
}

/* ---- a claims_map (HASURA-JWT 3.6) ---- */

#define UNMAPPED(path, end) "Its path is \"" path "\", but in the token " end ": correct the path, " \
	"give it a \"default\", or let the issuer add the claim."

static void
test_map_hints(void)
{
	ClaimsMapEntry entries[] = {
		{.name = slice_cstring(VARIABLE_DEFAULT_ROLE),.has_path = true},
		{.name = slice_cstring("x-hasura-user-id"),.has_path = true},
		{.name = slice_cstring(VARIABLE_ALLOWED_ROLES),.has_path = true},
	};
	static const char *const paths[] = {"$.roles[0]", "$.user.id", "$.roles"};

	for (int i = 0; i < COUNT_OF(entries); i++)
	{
		if (!claims_path_parse(slice_cstring(paths[i]), &entries[i].path))
			sample_bail_out("a sample is no path");
	}
	config.map = entries;
	config.map_count = COUNT_OF(entries);
	check_hint(resolve("{\"sub\":\"ann\"}", ""),
			   UNMAPPED("$.roles", "the payload has no member \"roles\""), "no allowed roles");
	check_hint(resolve("{\"roles\":[]}", ""),
			   UNMAPPED("$.roles[0]", "\"$.roles\" has no element 0"), "no default role");
	check_hint(resolve("{\"roles\":[\"a\"],\"user\":{\"ID\":\"7\"}}", ""),
			   UNMAPPED("$.user.id", "\"$.user\" has no member \"id\""), "no variable");
	check_hint(resolve("{\"roles\":[\"a\"],\"user\":\"{\\\"id\\\":\\\"7\\\"}\"}", ""),
			   UNMAPPED("$.user.id", "\"$.user\" is a string, not an object"), "a path into a string");
	check_session(resolve("{\"roles\":[\"a\"],\"user\":{\"id\":\"7\"}}", ""),
				  "x-hasura-role=a x-hasura-user-id=7 ", "all of them");
	config.map = NULL;
	config.map_count = 0;
}

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
	test_hints();
	test_deep_hint();
	test_map_hints();
	test_role();
	test_variables();
	return check_done();
}
