/* SPDX-License-Identifier: PostgreSQL */
/*
 * config.c: parsing Hasura's JWT configuration, with Hasura's words for what
 * is wrong with it (HASURA-JWT 1.1 to 1.4).
 */
#include "compat.h"

#include "hasura/config_read.h"
#include "hasura/numeric_date.h"
#include "hasura/uri.h"

/* The place of an error as aeson writes it: names with other than letters in brackets. */
const char *
config_path(const char *member)
{
	for (const char *p = member; *p != '\0'; p++)
	{
		if (*p == '_')
			return psprintf("$['%s']", member);
	}
	return psprintf("$.%s", member);
}

bool
config_reject_type(Rejection *rejection, const char *member, const char *parsing,
				   const JsonNode *found)
{
	const char *expected = strcmp(parsing, "NominalDiffTime") == 0 ? "Number" : "String";

	return reject(rejection, REJECT_BAD_CONFIG,
				  "Error in %s: parsing %s failed, expected %s, but encountered %s",
				  config_path(member), parsing, expected, json_kind_name(found->kind));
}

bool
config_read_text(const JsonNode *object, const char *name, Slice *text, Rejection *rejection)
{
	const JsonNode *member = json_optional_member(object, name);

	if (member == NULL)
		return true;
	if (member->kind != JSON_KIND_STRING)
		return config_reject_type(rejection, name, "Text", member);
	*text = member->text;
	return true;
}

static bool
read_string_or_uri(const JsonNode *node, const char *name, Slice *text, Rejection *rejection)
{
	if (node->kind != JSON_KIND_STRING)
		return config_reject_type(rejection, name, "StringOrURI", node);
	if (!string_or_uri_is_valid(node->text))
		return reject(rejection, REJECT_BAD_CONFIG,
					  "Error in %s: failed to parse StringOrURI", config_path(name));
	*text = node->text;
	return true;
}

static bool
read_issuer(const JsonNode *object, HasuraConfig *config, Rejection *rejection)
{
	const JsonNode *issuer = json_optional_member(object, "issuer");

	if (issuer == NULL)
		return true;
	config->has_issuer = true;
	return read_string_or_uri(issuer, "issuer", &config->issuer, rejection);
}

/* A string, or an array of strings, which may be empty. */
static bool
read_audience(const JsonNode *object, HasuraConfig *config, Rejection *rejection)
{
	const JsonNode *audience = json_optional_member(object, "audience");

	if (audience == NULL)
		return true;
	config->has_audience = true;
	if (audience->kind != JSON_KIND_ARRAY)
	{
		config->audiences = palloc(sizeof(Slice));
		config->audience_count = 1;
		return read_string_or_uri(audience, "audience", config->audiences, rejection);
	}
	config->audiences = palloc(Max(audience->count, 1) * sizeof(Slice));
	json_foreach(element, audience)
	{
		if (!read_string_or_uri(element, "audience",
								&config->audiences[config->audience_count++], rejection))
			return false;
	}
	return true;
}

/* Seconds; the sign does not count (HASURA-JWT 1.1). */
static bool
read_allowed_skew(const JsonNode *object, HasuraConfig *config, Rejection *rejection)
{
	const JsonNode *skew = json_optional_member(object, "allowed_skew");
	Slice		number;

	if (skew == NULL)
		return true;
	if (skew->kind != JSON_KIND_NUMBER)
		return config_reject_type(rejection, "allowed_skew", "NominalDiffTime", skew);
	number = skew->text;
	if (number.data[0] == '-')
		number = slice_skip(number, 1);
	config->allowed_skew = numeric_date_parse(number);
	return true;
}

static bool
check_namespaces(const JsonNode *object, Rejection *rejection)
{
	if (json_optional_member(object, "claims_namespace") == NULL ||
		json_optional_member(object, "claims_namespace_path") == NULL)
		return true;
	return reject(rejection, REJECT_BAD_CONFIG,
				  "claims_namespace and claims_namespace_path both cannot be set");
}

/* HASURA-JWT 1.6: where a token is sent; in SQL it is an argument, so this is checked alone. */
static bool
read_header(const JsonNode *object, HasuraConfig *config, Rejection *rejection)
{
	static const char *const types[] = {"Authorization", "Cookie", "CustomHeader"};
	const JsonNode *header = json_optional_member(object, "header");
	const JsonNode *type = json_member(header, "type");
	const JsonNode *name = json_member(header, "name");

	if (header == NULL)
		return true;
	if (header->kind != JSON_KIND_OBJECT)
		return reject(rejection, REJECT_BAD_CONFIG, "Error in $.header: parsing JWTHeader failed, "
					  "expected Object, but encountered %s", json_kind_name(header->kind));
	if (type == NULL)
		return reject(rejection, REJECT_BAD_CONFIG, "Error in $.header: key \"type\" not found");
	for (int i = 0; i < COUNT_OF(types) && type->kind == JSON_KIND_STRING; i++)
	{
		if (type->text.len == strlen(types[i]) &&
			pg_strncasecmp(type->text.data, types[i], type->text.len) == 0)
			config->header_type = types[i];
	}
	if (config->header_type == NULL)
		return reject(rejection, REJECT_BAD_CONFIG, "Error in $.header: expected 'type' is "
					  "'Authorization' or 'Cookie' or 'CustomHeader'");
	if (config->header_type == types[0])
		return true;
	if (name == NULL)
		return reject(rejection, REJECT_BAD_CONFIG, "Error in $.header: key \"name\" not found");
	if (name->kind != JSON_KIND_STRING)
		return reject(rejection, REJECT_BAD_CONFIG, "Error in $.header.name: parsing Text failed, "
					  "expected String, but encountered %s", json_kind_name(name->kind));
	config->header_name = name->text;
	return true;
}

static bool
read_object(const JsonNode *object, HasuraConfig *config, Rejection *rejection)
{
	return config_read_claims(object, config, rejection) &&
		read_issuer(object, config, rejection) &&
		read_audience(object, config, rejection) &&
		read_allowed_skew(object, config, rejection) &&
		read_header(object, config, rejection) &&
		check_namespaces(object, rejection) &&
		config_read_keys(object, config, rejection);
}

static bool
reject_json(JsonStatus status, const JsonDocument *document, Rejection *rejection)
{
	if (status == JSON_DUPLICATE_MEMBER)
		return reject(rejection, REJECT_BAD_CONFIG, "duplicate member \"%s\"",
					  printable(document->duplicate));
	reject(rejection, REJECT_BAD_CONFIG, "JWT configuration %s", json_status_text(status));
	rejection->hint = "In JSON a key's line breaks are written \\n; postgresql.conf wants that "
		"backslash doubled.";
	return false;
}

/* One object, at its place in the text: "$", or "$[0]" and so on. */
static bool
read_config(const JsonNode *node, HasuraConfig **config, Rejection *rejection)
{
	if (node->kind != JSON_KIND_OBJECT)
		return reject(rejection, REJECT_BAD_CONFIG,
					  "parsing JWTConfig failed, expected Object, but encountered %s",
					  json_kind_name(node->kind));
	*config = palloc0(sizeof(HasuraConfig));
	config_read_ignored(node, *config);
	return read_object(node, *config, rejection);
}

/* HASURA-JWT 1.8: a configuration that stands there twice counts once. */
static bool
is_repeated(const JsonNode *array, const JsonNode *config)
{
	json_foreach(earlier, array)
	{
		if (earlier == config)
			return false;
		if (json_equals(earlier, config))
			return true;
	}
	return false;
}

static bool
read_array(const JsonNode *array, HasuraConfigs *configs, Rejection *rejection)
{
	int			place = 0;

	if (array->count == 0)
		return reject(rejection, REJECT_BAD_CONFIG, "the array of configurations is empty");
	configs->items = palloc0(array->count * sizeof(HasuraConfig *));
	json_foreach(element, array)
	{
		if (!is_repeated(array, element) &&
			!read_config(element, &configs->items[configs->count++], rejection))
		{
			rejection->message = psprintf("Error in $[%d]: %s", place, rejection->message);
			return false;
		}
		place++;
	}
	return true;
}

/* What distinguishes each of them: the whole text, and its place in it. */
static bool
take_fingerprints(Slice text, HasuraConfigs *configs, Rejection *rejection)
{
	for (int i = 0; i < configs->count; i++)
	{
		Slice		place = slice_make((const char *) &i, sizeof(i));

		if (jose_fingerprint(place, text, configs->items[i]->fingerprint) != JOSE_OK)
			return reject(rejection, REJECT_BAD_CONFIG, "OpenSSL offers no digest");
	}
	return true;
}

static bool
read_configs(const JsonNode *root, HasuraConfigs *configs, Rejection *rejection)
{
	if (root->kind == JSON_KIND_ARRAY)
		return read_array(root, configs, rejection);
	configs->items = palloc0(sizeof(HasuraConfig *));
	configs->count = 1;
	return read_config(root, &configs->items[0], rejection);
}

bool
hasura_configs_parse(Slice text, HasuraConfigs **configs, Rejection *rejection)
{
	JsonDocument document;
	JsonStatus	status;

	*configs = palloc0(sizeof(HasuraConfigs));
	if (text.len > HASURA_CONFIG_MAX_SIZE)
		return reject(rejection, REJECT_BAD_CONFIG, "JWT configuration is larger than 1 MB");
	status = json_parse(text, &document);
	if (status != JSON_OK)
		return reject_json(status, &document, rejection);
	return read_configs(document.root, *configs, rejection) &&
		take_fingerprints(text, *configs, rejection);
}

bool
hasura_configs_can_sign(const HasuraConfigs *configs)
{
	for (int i = 0; i < configs->count; i++)
	{
		for (int k = 0; k < configs->items[i]->key_count; k++)
		{
			const HasuraKey *key = &configs->items[i]->keys[k];

			if (key->is_private || key->key->kind == JOSE_KEY_SECRET)
				return true;
		}
	}
	return false;
}

bool
hasura_configs_name_user(const HasuraConfigs *configs)
{
	for (int i = 0; i < configs->count; i++)
	{
		Slice		url = configs->items[i]->jwk_url;

		if (url.len > 0 && uri_without_user(url).len < url.len)
			return true;
	}
	return false;
}

void
hasura_config_free(HasuraConfig *config)
{
	for (int i = 0; i < config->key_count; i++)
		jose_key_free(config->keys[i].key);
}

void
hasura_configs_free(HasuraConfigs *configs)
{
	for (int i = 0; i < configs->count; i++)
	{
		if (configs->items[i] != NULL)
			hasura_config_free(configs->items[i]);
	}
}
