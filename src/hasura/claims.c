/* SPDX-License-Identifier: PostgreSQL */
/*
 * claims.c: from payload to role and session variables.
 */
#include "compat.h"

#include "lib/stringinfo.h"

#include "hasura/claims.h"
#include "hasura/registered.h"

/* How many names a message lists. */
#define LISTED_MAX 20

/* Whether a value could be what was looked for: an object, or one in a string. */
static bool
holds_hasura_claims(const JsonNode *value)
{
	SessionVariables variables;
	JsonDocument document;
	Slice		duplicate;

	if (value->kind == JSON_KIND_STRING && value->text.len > 0 && value->text.data[0] == '{')
		value = json_parse(value->text, &document) == JSON_OK ? document.root : value;
	if (value->kind != JSON_KIND_OBJECT ||
		!session_variables_gather(value, &variables, &duplicate))
		return false;
	return session_variables_find(&variables, slice_cstring(VARIABLE_ALLOWED_ROLES)) != NULL;
}

/* What a person can do about a token without claims at the configured place. */
static const char *
missing_namespace_hint(const JsonNode *payload, Slice namespace)
{
	json_foreach(member, payload)
	{
		if (!registered_claims_include(member->name) && holds_hasura_claims(member))
			return psprintf("The token has Hasura claims under \"%s\": set \"claims_namespace\" "
							"to that name.", printable(member->name));
	}
	if (holds_hasura_claims(payload))
		return psprintf("The token has Hasura claims at the top level of its payload, not under "
						"\"%s\": set \"claims_namespace_path\" to \"$\" instead.", printable(namespace));
	if (registered_claims_look_like_id_token(payload))
		return "The token looks like an ID token, which is for clients: send the access token.";
	return psprintf("Let the issuer of the token add \"%s\" to its payload: an object with "
					"\"x-hasura-allowed-roles\" (an array of role names), "
					"\"x-hasura-default-role\" and the session variables that permissions use.",
					printable(namespace));
}

static bool
reject_format(Rejection *rejection, ClaimsFormat format)
{
	if (format == CLAIMS_FORMAT_JSON)
		return reject(rejection, REJECT_INVALID_CLAIMS,
					  "expecting a json object when claims_format is json");
	return reject(rejection, REJECT_INVALID_CLAIMS,
				  "expecting a string when claims_format is stringified_json");
}

/* The configured place, in the words of the message about it. */
static const char *
place_of_claims(const HasuraConfig *config)
{
	if (config->has_namespace_path)
		return psprintf("claims_namespace_path %s", claims_path_text(&config->namespace_path));
	return psprintf("claims_namespace %s", printable_whole(config->claims_namespace));
}

/* The object in a string; duplicates and all else that json_parse() refuses included. */
static const JsonNode *
parse_stringified(const JsonNode *value, const HasuraConfig *config, Rejection *rejection)
{
	JsonDocument document;
	JsonStatus	status = json_parse(value->text, &document);

	if (status == JSON_OK && document.root->kind == JSON_KIND_OBJECT)
		return document.root;
	reject(rejection, REJECT_INVALID_CLAIMS,
		   "expecting stringified json at: '%s', but found: %s",
		   place_of_claims(config), printable(value->text));
	if (status == JSON_DUPLICATE_MEMBER)
		rejection->hint = psprintf("The string has the member \"%s\" twice.",
								   printable(document.duplicate));
	return NULL;
}

static const JsonNode *
as_object(const JsonNode *value, const HasuraConfig *config, Rejection *rejection)
{
	bool		stringified = config->claims_format == CLAIMS_FORMAT_STRINGIFIED_JSON;
	ClaimsFormat other = stringified ? CLAIMS_FORMAT_JSON : CLAIMS_FORMAT_STRINGIFIED_JSON;

	if (value->kind == (stringified ? JSON_KIND_STRING : JSON_KIND_OBJECT))
		return stringified ? parse_stringified(value, config, rejection) : value;
	reject_format(rejection, config->claims_format);
	if (holds_hasura_claims(value))
		rejection->hint = psprintf("Set \"claims_format\" to \"%s\" in the configuration.",
								   hasura_claims_format_name(other));
	return NULL;
}

/* The value at claims_namespace or claims_namespace_path. */
static const JsonNode *
find_namespace(const JsonNode *payload, const HasuraConfig *config, Rejection *rejection)
{
	Slice		namespace = config->claims_namespace;

	if (config->has_namespace_path)
	{
		const JsonNode *value = claims_path_find(&config->namespace_path,
												 registered_claims_leave_out(payload));

		if (value == NULL)
			reject(rejection, REJECT_INVALID_CLAIMS,
				   "claims not found at claims_namespace_path: '%s'",
				   claims_path_text(&config->namespace_path));
		return value;
	}
	json_foreach(member, payload)
	{
		if (slice_equals(member->name, namespace) && !registered_claims_include(namespace))
			return member;
	}
	reject(rejection, REJECT_INVALID_CLAIMS, "claims key: '%s' not found",
		   printable_whole(namespace));
	rejection->hint = missing_namespace_hint(payload, namespace);
	return NULL;
}

/* What a claims_map finds; what it does not find is missed later, by the reader of its name. */
static void
gather_mapped(const JsonNode *payload, const HasuraConfig *config, SessionVariables *variables)
{
	const JsonNode *set = registered_claims_rewrite(payload);

	session_variables_make(variables, config->map_count);
	for (int i = 0; i < config->map_count; i++)
	{
		const ClaimsMapEntry *entry = &config->map[i];
		const JsonNode *value = entry->has_path ? claims_path_find(&entry->path, set) : NULL;

		if (value == NULL)
			value = entry->otherwise;
		if (value != NULL)
			session_variables_add(variables, entry->name, value);
	}
}

bool
hasura_claims_locate(const JsonNode *payload, const HasuraConfig *config,
					 HasuraClaims *claims, Rejection *rejection)
{
	const JsonNode *object;
	Slice		duplicate;

	memset(claims, 0, sizeof(*claims));
	claims->config = config;
	if (config->map != NULL)
	{
		gather_mapped(payload, config, &claims->variables);
		return true;
	}
	object = find_namespace(payload, config, rejection);
	if (object == NULL)
		return false;
	object = as_object(object, config, rejection);
	if (object == NULL)
		return false;
	if (!session_variables_gather(object, &claims->variables, &duplicate))
		return reject(rejection, REJECT_INVALID_CLAIMS,
					  "the claims have \"%s\" twice, in different spellings", printable(duplicate));
	return true;
}

static bool
reject_missing(Rejection *rejection, const char *name)
{
	reject(rejection, REJECT_MISSING_ROLE_CLAIMS, "JWT claim does not contain %s", name);
	rejection->hint = "Let the issuer of the token add it to Hasura's claims.";
	return false;
}

static bool
reject_allowed_roles(Rejection *rejection, const char *what)
{
	return reject(rejection, REJECT_INVALID_CLAIMS,
				  "invalid x-hasura-allowed-roles; should be a list of roles: %s", what);
}

bool
hasura_claims_read_allowed_roles(HasuraClaims *claims, Rejection *rejection)
{
	const JsonNode *roles = session_variables_find(&claims->variables,
												   slice_cstring(VARIABLE_ALLOWED_ROLES));

	if (roles == NULL)
		return reject_missing(rejection, VARIABLE_ALLOWED_ROLES);
	if (roles->kind != JSON_KIND_ARRAY)
		return reject_allowed_roles(rejection,
									psprintf("parsing [] failed, expected Array, but encountered %s",
											 json_kind_name(roles->kind)));
	json_foreach(role, roles)
	{
		if (role->kind != JSON_KIND_STRING)
			return reject_allowed_roles(rejection,
										psprintf("parsing String failed, expected String, "
												 "but encountered %s",
												 json_kind_name(role->kind)));
		if (role->text.len == 0)
			return reject_allowed_roles(rejection, "empty string not allowed");
	}
	claims->allowed_roles = roles;
	return true;
}

/* Hasura's wording depends on where the claim comes from (HASURA-JWT 3.2, 3.6). */
static bool
reject_default_role(Rejection *rejection, const HasuraClaims *claims, const char *what)
{
	return reject(rejection, REJECT_INVALID_CLAIMS,
				  "invalid x-hasura-default-role; should be a %s: %s",
				  claims->config->map != NULL ? "role" : "single role name", what);
}

/* HASURA-JWT 3.6: every variable of a claims_map is mandatory unless it has a default. */
static bool
check_mapped(const HasuraClaims *claims, Rejection *rejection)
{
	for (int i = 0; i < claims->config->map_count; i++)
	{
		Slice		name = claims->config->map[i].name;

		if (session_variables_find(&claims->variables, name) == NULL)
			return reject(rejection, REJECT_INVALID_CLAIMS,
						  "JWT claim from claims_map, %s not found", printable_whole(name));
	}
	return true;
}

bool
hasura_claims_read_default_role(HasuraClaims *claims, Rejection *rejection)
{
	const JsonNode *role = session_variables_find(&claims->variables,
												  slice_cstring(VARIABLE_DEFAULT_ROLE));

	if (role == NULL)
		return reject_missing(rejection, VARIABLE_DEFAULT_ROLE);
	if (role->kind != JSON_KIND_STRING)
		return reject_default_role(rejection, claims,
								   psprintf("parsing String failed, expected String, "
											"but encountered %s", json_kind_name(role->kind)));
	if (role->text.len == 0)
		return reject_default_role(rejection, claims, "empty string not allowed");
	claims->default_role = role->text;
	return check_mapped(claims, rejection);
}

static const char *
allowed_roles_hint(const HasuraClaims *claims)
{
	StringInfoData hint;
	int			listed = 0;

	initStringInfo(&hint);
	appendStringInfoString(&hint, "The token allows ");
	if (claims->allowed_roles->count == 0)
		appendStringInfoString(&hint, "no role");
	json_foreach(role, claims->allowed_roles)
	{
		if (listed == LISTED_MAX)
		{
			appendStringInfoString(&hint, " and others");
			break;
		}
		appendStringInfo(&hint, "%s\"%s\"", listed++ > 0 ? ", " : "", printable(role->text));
	}
	appendStringInfoChar(&hint, '.');
	return hint.data;
}

bool
hasura_claims_select_role(HasuraClaims *claims, Slice requested, Rejection *rejection)
{
	Slice		wanted = requested.len > 0 ? requested : claims->default_role;

	json_foreach(role, claims->allowed_roles)
	{
		if (slice_equals(role->text, wanted))
		{
			claims->role = role->text;
			return true;
		}
	}
	reject(rejection, REJECT_ACCESS_DENIED, "Your requested role is not in allowed roles");
	rejection->hint = allowed_roles_hint(claims);
	return false;
}

bool
hasura_claims_finish(HasuraClaims *claims, Rejection *rejection)
{
	SessionVariables *variables = &claims->variables;

	session_variables_drop_role_claims(variables);
	for (int i = 0; i < variables->count; i++)
	{
		const JsonNode *value = variables->items[i].value;

		if (value->kind != JSON_KIND_STRING)
		{
			reject(rejection, REJECT_INVALID_CLAIMS,
				   "x-hasura-* claims: parsing Text failed, expected String, but encountered %s",
				   json_kind_name(value->kind));
			rejection->hint = psprintf("The claim \"%s\" must be a string, as all session "
									   "variables; write a list as \"{1,2,3}\".",
									   printable(variables->items[i].name));
			return false;
		}
	}
	session_variables_drop_credentials(variables);
	session_variables_set(variables, VARIABLE_ROLE, claims->role);
	return true;
}
