/* SPDX-License-Identifier: PostgreSQL */
/*
 * config_claims.c: where a configuration says the claims are (HASURA-JWT 1.1,
 * 3.2, 3.6).
 */
#include "compat.h"

#include "hasura/config_read.h"
#include "hasura/variables.h"

#define DEFAULT_NAMESPACE "https://hasura.io/jwt/claims"

static const char *const formats[] = {
	[CLAIMS_FORMAT_JSON] = "json",
	[CLAIMS_FORMAT_STRINGIFIED_JSON] = "stringified_json",
};

const char *
hasura_claims_format_name(ClaimsFormat format)
{
	return formats[format];
}

/* HASURA-JWT 3.5: the same words for every path that cannot be parsed. */
static const char *
path_error(Slice path)
{
	return psprintf("%s. Accept letters, digits, underscore (_) or hyphen (-) only. "
					"Use quotes enclosed in bracket ([\"...\"]) if there is any special character",
					printable(path));
}

static bool
read_namespace(const JsonNode *object, HasuraConfig *config, Rejection *rejection)
{
	config->claims_namespace = slice_cstring(DEFAULT_NAMESPACE);
	return config_read_text(object, "claims_namespace", &config->claims_namespace, rejection);
}

static bool
read_namespace_path(const JsonNode *object, HasuraConfig *config, Rejection *rejection)
{
	Slice		text = {NULL, 0};

	if (!config_read_text(object, "claims_namespace_path", &text, rejection))
		return false;
	config->has_namespace_path = text.data != NULL;
	if (text.data == NULL || claims_path_parse(text, &config->namespace_path))
		return true;
	return reject(rejection, REJECT_BAD_CONFIG,
				  "invalid JSON path claims_namespace_path error: %s", path_error(text));
}

static bool
read_format(const JsonNode *object, HasuraConfig *config, Rejection *rejection)
{
	Slice		text = slice_cstring(formats[CLAIMS_FORMAT_JSON]);

	if (!config_read_text(object, "claims_format", &text, rejection))
		return false;
	for (int i = 0; i < COUNT_OF(formats); i++)
	{
		if (slice_equals_cstring(text, formats[i]))
		{
			config->claims_format = i;
			return true;
		}
	}
	return reject(rejection, REJECT_BAD_CONFIG,
				  "Error in %s: parsing JWTClaimsFormat failed, expected one of the tags "
				  "[\"json\",\"stringified_json\"]", config_path("claims_format"));
}

/* ---- claims_map ---- */

static bool
reject_map(Rejection *rejection, Slice name, const char *what)
{
	return reject(rejection, REJECT_BAD_CONFIG, "Error in $['claims_map']['%s']: %s",
				  printable(name), what);
}

static bool
reject_map_type(Rejection *rejection, Slice name, const char *parsing, const JsonNode *found)
{
	const char *expected = strcmp(parsing, "[]") == 0 ? "Array" : "String";

	return reject_map(rejection, name,
					  psprintf("parsing %s failed, expected %s, but encountered %s",
							   parsing, expected, json_kind_name(found->kind)));
}

static bool
check_role_name(const JsonNode *role, Slice name, Rejection *rejection)
{
	if (role->kind != JSON_KIND_STRING)
		return reject_map_type(rejection, name, "String", role);
	return role->text.len > 0 || reject_map(rejection, name, "empty string not allowed");
}

/* A literal or default: an array of roles, a role, or any string. */
static bool
check_map_value(const JsonNode *value, Slice name, Rejection *rejection)
{
	if (slice_equals_cstring(name, VARIABLE_DEFAULT_ROLE))
		return check_role_name(value, name, rejection);
	if (!slice_equals_cstring(name, VARIABLE_ALLOWED_ROLES))
		return value->kind == JSON_KIND_STRING || reject_map_type(rejection, name, "Text", value);
	if (value->kind != JSON_KIND_ARRAY)
		return reject_map_type(rejection, name, "[]", value);
	json_foreach(role, value)
	{
		if (!check_role_name(role, name, rejection))
			return false;
	}
	return true;
}

/* {"path": ..., "default": ...}; a null default is none, other members are ignored. */
static bool
read_map_path(const JsonNode *value, ClaimsMapEntry *entry, Rejection *rejection)
{
	const JsonNode *path = json_member(value, "path");

	if (path == NULL)
		return reject_map(rejection, entry->name, "key \"path\" not found");
	if (path->kind != JSON_KIND_STRING)
		return reject_map_type(rejection, entry->name, "Text", path);
	if (!claims_path_parse(path->text, &entry->path))
		return reject_map(rejection, entry->name, path_error(path->text));
	entry->has_path = true;
	entry->otherwise = json_optional_member(value, "default");
	return entry->otherwise == NULL ||
		check_map_value(entry->otherwise, entry->name, rejection);
}

static bool
read_map_entry(const SessionVariable *variable, ClaimsMapEntry *entry, Rejection *rejection)
{
	memset(entry, 0, sizeof(*entry));
	entry->name = variable->name;
	if (variable->value->kind == JSON_KIND_OBJECT)
		return read_map_path(variable->value, entry, rejection);
	entry->otherwise = variable->value;
	return check_map_value(variable->value, entry->name, rejection);
}

/* The two mandatory names, in their lower-case spelling (HASURA-JWT 3.6). */
static bool
check_mandatory(const JsonNode *map, Rejection *rejection)
{
	static const char *const mandatory[] = {VARIABLE_ALLOWED_ROLES, VARIABLE_DEFAULT_ROLE};

	for (int i = 0; i < COUNT_OF(mandatory); i++)
	{
		if (json_member(map, mandatory[i]) == NULL)
			return reject(rejection, REJECT_BAD_CONFIG, "%s is expected but not found",
						  mandatory[i]);
	}
	return true;
}

/* docs/hasura.md: no name twice, and none that is no session variable. */
static bool
gather_map(const JsonNode *map, SessionVariables *variables, Rejection *rejection)
{
	Slice		duplicate;

	if (!session_variables_gather(map, variables, &duplicate))
		return reject_map(rejection, duplicate, "the name is there twice, in different spellings");
	json_foreach(member, map)
	{
		if (session_variables_find(variables, member->name) == NULL)
			return reject_map(rejection, member->name, "the name does not start with x-hasura-");
	}
	return true;
}

static bool
read_map(const JsonNode *object, HasuraConfig *config, Rejection *rejection)
{
	const JsonNode *map = json_optional_member(object, "claims_map");
	SessionVariables variables;

	if (map == NULL)
		return true;
	if (map->kind != JSON_KIND_OBJECT)
		return reject(rejection, REJECT_BAD_CONFIG,
					  "Error in $['claims_map']: parsing JWTCustomClaimsMap failed, "
					  "expected Object, but encountered %s", json_kind_name(map->kind));
	if (!check_mandatory(map, rejection) || !gather_map(map, &variables, rejection))
		return false;

	config->map = palloc(variables.count * sizeof(ClaimsMapEntry));
	for (int i = 0; i < variables.count; i++)
	{
		if (!read_map_entry(&variables.items[i], &config->map[config->map_count++], rejection))
			return false;
	}
	return true;
}

bool
config_read_claims(const JsonNode *object, HasuraConfig *config, Rejection *rejection)
{
	return read_namespace(object, config, rejection) &&
		read_namespace_path(object, config, rejection) &&
		read_format(object, config, rejection) &&
		read_map(object, config, rejection);
}
