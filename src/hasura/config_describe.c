/* SPDX-License-Identifier: PostgreSQL */
/*
 * config_describe.c: configurations as understood, without their secrets.
 */
#include "compat.h"

#include "hasura/config.h"
#include "hasura/numeric_date.h"
#include "hasura/uri.h"
#include "json/write.h"

static void
describe_text(StringInfo out, const char *name, Slice text)
{
	appendStringInfo(out, ", \"%s\": ", name);
	json_append_string(out, text);
}

static void
describe_key(StringInfo out, const HasuraKey *key)
{
	appendStringInfo(out, "{\"kind\": \"%s\", \"bits\": %d",
					 jose_key_kind_name(key->key->kind), key->key->bits);
	if (key->kid.data != NULL)
		describe_text(out, "kid", key->kid);
	if (key->algorithm != NULL)
		describe_text(out, "alg", key->algorithm->name);
	appendStringInfoChar(out, '}');
}

static void
describe_keys(StringInfo out, const HasuraConfig *config)
{
	appendStringInfoString(out, "\"keys\": [");
	for (int i = 0; i < config->key_count; i++)
	{
		appendStringInfoString(out, i > 0 ? ", " : "");
		describe_key(out, &config->keys[i]);
	}
	appendStringInfoChar(out, ']');
	if (config->type != NULL)
		describe_text(out, "type", config->type->name);
	if (config->jwk_url.len > 0)
		describe_text(out, "jwk_url", uri_without_user(config->jwk_url));
}

static void
describe_audiences(StringInfo out, const HasuraConfig *config)
{
	appendStringInfoString(out, ", \"audience\": [");
	for (int i = 0; i < config->audience_count; i++)
	{
		appendStringInfoString(out, i > 0 ? ", " : "");
		json_append_string(out, config->audiences[i]);
	}
	appendStringInfoChar(out, ']');
}

/* A variable's path, with its default's presence, or its literal's. */
static void
describe_map(StringInfo out, const HasuraConfig *config)
{
	appendStringInfoString(out, ", \"claims_map\": {");
	for (int i = 0; i < config->map_count; i++)
	{
		const ClaimsMapEntry *entry = &config->map[i];

		appendStringInfoString(out, i > 0 ? ", " : "");
		json_append_string(out, entry->name);
		appendStringInfo(out, ": ");
		json_append_string(out, slice_cstring(entry->has_path ?
											  claims_path_text(&entry->path) : "literal"));
	}
	appendStringInfoChar(out, '}');
}

static void
describe_claims(StringInfo out, const HasuraConfig *config)
{
	if (config->map != NULL)
	{
		describe_map(out, config);
		return;
	}
	if (config->has_namespace_path)
		describe_text(out, "claims_namespace_path",
					  slice_cstring(claims_path_text(&config->namespace_path)));
	else
		describe_text(out, "claims_namespace", config->claims_namespace);
	describe_text(out, "claims_format",
				  slice_cstring(hasura_claims_format_name(config->claims_format)));
}

static void
describe_header(StringInfo out, const HasuraConfig *config)
{
	appendStringInfo(out, ", \"header\": {\"type\": \"%s\"", config->header_type);
	if (config->header_name.data != NULL)
		describe_text(out, "name", config->header_name);
	appendStringInfoChar(out, '}');
}

static void
describe_ignored(StringInfo out, const HasuraConfig *config)
{
	appendStringInfoString(out, ", \"ignored\": [");
	for (int i = 0; i < config->ignored_count && i < HASURA_CONFIG_IGNORED_MAX; i++)
	{
		appendStringInfoString(out, i > 0 ? ", " : "");
		json_append_string(out, slice_cstring(config->ignored[i]));
	}
	if (config->ignored_count > HASURA_CONFIG_IGNORED_MAX)
		appendStringInfoString(out, ", \"...\"");
	appendStringInfoChar(out, ']');
}

static void
describe_config(StringInfo out, const HasuraConfig *config)
{
	appendStringInfoChar(out, '{');
	describe_keys(out, config);
	describe_claims(out, config);
	if (config->has_issuer)
		describe_text(out, "issuer", config->issuer);
	if (config->has_audience)
		describe_audiences(out, config);
	if (config->header_type != NULL)
		describe_header(out, config);
	appendStringInfo(out, ", \"allowed_skew\": %lld",
					 (long long) (config->allowed_skew / MICROSECONDS));
	if (config->allowed_skew % MICROSECONDS != 0)
		appendStringInfo(out, ".%06lld", (long long) (config->allowed_skew % MICROSECONDS));
	if (config->ignored_count > 0)
		describe_ignored(out, config);
	appendStringInfoChar(out, '}');
}

void
hasura_configs_describe(const HasuraConfigs *configs, StringInfo out)
{
	if (configs->count == 1)
	{
		describe_config(out, configs->items[0]);
		return;
	}
	for (int i = 0; i < configs->count; i++)
	{
		appendStringInfoString(out, i > 0 ? ", " : "[");
		describe_config(out, configs->items[i]);
	}
	appendStringInfoChar(out, ']');
}
