/* SPDX-License-Identifier: PostgreSQL */
/*
 * config_ignored.c: members of a configuration that nothing reads
 * (HASURA-JWT 1.1), so that a slip in a name is seen.
 */
#include "compat.h"

#include "hasura/config_read.h"

/* The members that are read: of the whole, and of the objects in it that name theirs. */
static const char *const members[] = {
	"type", "key", "jwk_url", "jwks", "claims_namespace", "claims_namespace_path",
	"claims_format", "claims_map", "audience", "issuer", "allowed_skew", "header", NULL
};
static const char *const header_members[] = {"type", "name", NULL};
static const char *const path_members[] = {"path", "default", NULL};

static bool
is_listed(Slice name, const char *const *list)
{
	for (; *list != NULL; list++)
	{
		if (slice_equals_cstring(name, *list))
			return true;
	}
	return false;
}

/* Notes what an object has beside its known members, each name behind the object's place. */
static void
note_ignored(const JsonNode *object, const char *place, const char *const *known,
			 HasuraConfig *config)
{
	json_foreach(member, object)
	{
		if (is_listed(member->name, known))
			continue;
		if (config->ignored_count < HASURA_CONFIG_IGNORED_MAX)
			config->ignored[config->ignored_count] = psprintf("%s%s", place,
															  printable(member->name));
		config->ignored_count++;
	}
}

void
config_read_ignored(const JsonNode *object, HasuraConfig *config)
{
	const JsonNode *header = json_member(object, "header");
	const JsonNode *map = json_member(object, "claims_map");

	config->ignored = palloc(HASURA_CONFIG_IGNORED_MAX * sizeof(char *));
	note_ignored(object, "", members, config);
	if (header != NULL && header->kind == JSON_KIND_OBJECT)
		note_ignored(header, "header.", header_members, config);
	if (map == NULL || map->kind != JSON_KIND_OBJECT)
		return;
	json_foreach(value, map)
	{
		if (value->kind == JSON_KIND_OBJECT)
			note_ignored(value, psprintf("claims_map.%s.", printable(value->name)), path_members,
						 config);
	}
}
