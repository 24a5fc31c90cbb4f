/* SPDX-License-Identifier: PostgreSQL */
/*
 * claims.c: from payload to role and session variables.
 */
#include "compat.h"

#include "lib/stringinfo.h"

#include "hasura/claims.h"
#include "hasura/claims_hint.h"
#include "hasura/registered.h"

/* How many names a message lists. */
#define LISTED_MAX 20

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

	if (value->kind == (stringified ? JSON_KIND_STRING : JSON_KIND_OBJECT))
		return stringified ? parse_stringified(value, config, rejection) : value;
	reject_format(rejection, config->claims_format);
	rejection->hint = claims_hint_format(value, config);
	return NULL;
}

/* The value at claims_namespace or claims_namespace_path; NULL if there is none. */
static const JsonNode *
find_namespace(const JsonNode *payload, const HasuraConfig *config)
{
	Slice		namespace = config->claims_namespace;

	if (config->has_namespace_path)
		return claims_path_find(&config->namespace_path, registered_claims_leave_out(payload));
	json_foreach(member, payload)
	{
		if (slice_equals(member->name, namespace) && !registered_claims_include(namespace))
			return member;
	}
	return NULL;
}

static bool
reject_missing_namespace(const JsonNode *payload, const HasuraConfig *config, Rejection *rejection)
{
	if (config->has_namespace_path)
		reject(rejection, REJECT_INVALID_CLAIMS, "claims not found at claims_namespace_path: '%s'",
			   claims_path_text(&config->namespace_path));
	else
		reject(rejection, REJECT_INVALID_CLAIMS, "claims key: '%s' not found",
			   printable_whole(config->claims_namespace));
	rejection->hint = claims_hint_missing(payload, config);
	return false;
}

/* What a claims_map finds; what it does not find is missed later, by the reader of its name. */
static void
gather_mapped(const HasuraConfig *config, const JsonNode *set, SessionVariables *variables)
{
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
		claims->mapped_set = registered_claims_rewrite(payload);
		gather_mapped(config, claims->mapped_set, &claims->variables);
		return true;
	}
	object = find_namespace(payload, config);
	if (object == NULL)
		return reject_missing_namespace(payload, config, rejection);
	object = as_object(object, config, rejection);
	if (object == NULL)
		return false;
	if (!session_variables_gather(object, &claims->variables, &duplicate))
		return reject(rejection, REJECT_INVALID_CLAIMS,
					  "the claims have \"%s\" twice, in different spellings", printable(duplicate));
	return true;
}

/* A claim about roles that is not there: in a claims_map its path has found nothing. */
static bool
reject_missing(Rejection *rejection, const HasuraClaims *claims, const char *name)
{
	const HasuraConfig *config = claims->config;

	reject(rejection, REJECT_MISSING_ROLE_CLAIMS, "JWT claim does not contain %s", name);
	rejection->hint = "Let the issuer of the token add it to Hasura's claims.";
	for (int i = 0; i < config->map_count; i++)
	{
		if (slice_equals_cstring(config->map[i].name, name))
			rejection->hint = claims_hint_unmapped(&config->map[i], claims->mapped_set);
	}
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
		return reject_missing(rejection, claims, VARIABLE_ALLOWED_ROLES);
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
		const ClaimsMapEntry *entry = &claims->config->map[i];

		if (session_variables_find(&claims->variables, entry->name) != NULL)
			continue;
		reject(rejection, REJECT_INVALID_CLAIMS, "JWT claim from claims_map, %s not found",
			   printable_whole(entry->name));
		rejection->hint = claims_hint_unmapped(entry, claims->mapped_set);
		return false;
	}
	return true;
}

bool
hasura_claims_read_default_role(HasuraClaims *claims, Rejection *rejection)
{
	const JsonNode *role = session_variables_find(&claims->variables,
												  slice_cstring(VARIABLE_DEFAULT_ROLE));

	if (role == NULL)
		return reject_missing(rejection, claims, VARIABLE_DEFAULT_ROLE);
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
