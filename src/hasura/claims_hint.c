/* SPDX-License-Identifier: PostgreSQL */
/*
 * claims_hint.c: where else Hasura's claims may be, in words.
 */
#include "compat.h"

#include "hasura/claims_hint.h"
#include "hasura/registered.h"
#include "hasura/variables.h"

/* In shorter names one letter makes another name rather than a slip. */
#define NEAR_NAME_MIN 5

/* ---- looking for claims ---- */

/* The object that a value is, or that stands in a string; NULL if there is none. */
static const JsonNode *
object_in(const JsonNode *value)
{
	JsonDocument document;

	if (value->kind == JSON_KIND_STRING && json_parse(value->text, &document) == JSON_OK)
		value = document.root;
	return value->kind == JSON_KIND_OBJECT ? value : NULL;
}

/* Whether a value could be what is looked for, in one format or the other. */
static bool
holds_claims(const JsonNode *value)
{
	const JsonNode *object = object_in(value);

	if (object == NULL)
		return false;
	json_foreach(member, object)
	{
		if (session_variable_name_fits(member->name))
			return true;
	}
	return false;
}

/* Looks below a node; the path, with room for the deepest document, leads to what is found. */
static bool
find_claims_below(const JsonNode *node, ClaimsPath *path)
{
	int			place = 0;

	json_foreach(child, node)
	{
		ClaimsPathElement *element = &path->elements[path->count++];

		element->is_index = node->kind == JSON_KIND_ARRAY;
		element->index = place++;
		element->name = child->name;
		if (holds_claims(child) || find_claims_below(child, path))
			return true;
		path->count--;
	}
	return false;
}

/* ---- names that are nearly the same ---- */

static bool
is_same_letter(char a, char b)
{
	return pg_ascii_tolower((unsigned char) a) == pg_ascii_tolower((unsigned char) b);
}

/* A name without the scheme of a URL and slashes at its end. */
static Slice
core_of_name(Slice name)
{
	for (size_t i = 0; i < name.len; i++)
	{
		if (slice_starts_with(slice_skip(name, i), "://"))
		{
			name = slice_skip(name, i + strlen("://"));
			break;
		}
	}
	while (name.len > 0 && name.data[name.len - 1] == '/')
		name.len--;
	return name;
}

/* The same but for upper and lower case, a scheme, slashes at the end, and one slip. */
static bool
is_near_name(Slice a, Slice b)
{
	bool		may_slip;

	a = core_of_name(a);
	b = core_of_name(b);
	may_slip = Min(a.len, b.len) >= NEAR_NAME_MIN;
	while (a.len > 0 && b.len > 0 && is_same_letter(a.data[0], b.data[0]))
	{
		a = slice_skip(a, 1);
		b = slice_skip(b, 1);
	}
	while (a.len > 0 && b.len > 0 && is_same_letter(a.data[a.len - 1], b.data[b.len - 1]))
	{
		a.len--;
		b.len--;
	}
	if (a.len == 2 && b.len == 2)
		return may_slip && is_same_letter(a.data[0], b.data[1]) &&
			is_same_letter(a.data[1], b.data[0]);
	return (a.len == 0 && b.len == 0) || (may_slip && a.len <= 1 && b.len <= 1);
}

/* ---- paths ---- */

static const char *
printable_path(const ClaimsPath *path)
{
	return printable(slice_cstring(claims_path_text(path)));
}

/* Of a path that finds nothing: where it ends, as the rest of a sentence. */
static const char *
end_of_path(const ClaimsPath *path, const JsonNode *root)
{
	static const char *const kinds[] = {
		[JSON_KIND_NULL] = "null",
		[JSON_KIND_BOOLEAN] = "a boolean",
		[JSON_KIND_NUMBER] = "a number",
		[JSON_KIND_STRING] = "a string",
		[JSON_KIND_ARRAY] = "an array",
		[JSON_KIND_OBJECT] = "an object",
	};
	ClaimsPath	known = *path;
	const JsonNode *node = NULL;
	const ClaimsPathElement *missing;
	const char *place;
	JsonKind	wanted;

	while (node == NULL)
	{
		known.count--;			/* at 0 it leads to the root */
		node = claims_path_find(&known, root);
	}
	place = known.count == 0 ? "the payload" : psprintf("\"%s\"", printable_path(&known));
	missing = &path->elements[known.count];
	wanted = missing->is_index ? JSON_KIND_ARRAY : JSON_KIND_OBJECT;
	if (node->kind != wanted)
		return psprintf("%s is %s, not %s", place, kinds[node->kind], kinds[wanted]);
	if (missing->is_index)
		return psprintf("%s has no element %d", place, missing->index);
	return psprintf("%s has no member \"%s\"", place, printable(missing->name));
}

/* ---- hints ---- */

static ClaimsFormat
other_format(const HasuraConfig *config)
{
	return config->claims_format == CLAIMS_FORMAT_JSON ? CLAIMS_FORMAT_STRINGIFIED_JSON :
		CLAIMS_FORMAT_JSON;
}

static bool
has_other_format(const JsonNode *value, const HasuraConfig *config)
{
	return (value->kind == JSON_KIND_STRING) == (config->claims_format == CLAIMS_FORMAT_JSON);
}

/* What to set when claims are found at another path; the value there may need its format, too. */
static const char *
hint_at(const ClaimsPath *path, const JsonNode *value, const HasuraConfig *config)
{
	StringInfoData hint;

	initStringInfo(&hint);
	appendStringInfoString(&hint, "The token has Hasura claims ");
	if (path->count == 1 && !config->has_namespace_path)
		appendStringInfo(&hint, "under \"%s\": set \"claims_namespace\" to that name",
						 printable(path->elements[0].name));
	else
		appendStringInfo(&hint, "%s: set \"claims_namespace_path\" to \"%s\"%s",
						 path->count == 0 ? "at the top level of its payload" : "elsewhere",
						 printable_path(path),
						 config->has_namespace_path ? "" : " instead of \"claims_namespace\"");
	if (has_other_format(value, config))
		appendStringInfo(&hint, ", and \"claims_format\" to \"%s\"",
						 hasura_claims_format_name(other_format(config)));
	appendStringInfoChar(&hint, '.');
	return hint.data;
}

/* A claim under another name, or with nearly the right one; NULL without either. */
static const char *
hint_at_claim(const JsonNode *rest, const HasuraConfig *config)
{
	json_foreach(claim, rest)
	{
		ClaimsPathElement element = {.name = claim->name};
		ClaimsPath	path = {.elements = &element,.count = 1};

		if (holds_claims(claim))
			return hint_at(&path, claim, config);
	}
	json_foreach(claim, rest)
	{
		if (!config->has_namespace_path && is_near_name(claim->name, config->claims_namespace))
			return psprintf("The token has \"%s\", a name almost like the configured one, but no "
							"Hasura claims in it: let the issuer add them, and let both names be "
							"the same.", printable(claim->name));
	}
	return NULL;
}

/* All places where Hasura can be told to look; NULL if there are no claims in any. */
static const char *
hint_elsewhere(const JsonNode *rest, const HasuraConfig *config)
{
	ClaimsPathElement elements[JSON_MAX_DEPTH + 1];
	ClaimsPath	path = {.elements = elements};
	const char *hint = hint_at_claim(rest, config);

	if (hint == NULL && (holds_claims(rest) || find_claims_below(rest, &path)))
		hint = hint_at(&path, claims_path_find(&path, rest), config);
	return hint;
}

/* The name that Hasura never finds because it is a registered claim's; else empty. */
static Slice
registered_name(const HasuraConfig *config)
{
	Slice		name = config->has_namespace_path ? config->namespace_path.elements[0].name :
	config->claims_namespace;

	return registered_claims_include(name) ? name : slice_make("", 0);
}

static const char *
hint_without_claims(const JsonNode *rest, const HasuraConfig *config)
{
	if (config->has_namespace_path)
		return psprintf("The token carries no Hasura claims: let its issuer add them at \"%s\"; now "
						"%s.", printable_path(&config->namespace_path),
						end_of_path(&config->namespace_path, rest));
	return psprintf("The token carries no Hasura claims: let its issuer add \"%s\", %s with "
					"\"x-hasura-allowed-roles\" (an array of role names), "
					"\"x-hasura-default-role\" and the session variables that permissions use.",
					printable(config->claims_namespace),
					config->claims_format == CLAIMS_FORMAT_JSON ? "an object" :
					"the JSON text of an object");
}

const char *
claims_hint_missing(const JsonNode *payload, const HasuraConfig *config)
{
	const JsonNode *rest = registered_claims_leave_out(payload);
	const char *hint = hint_elsewhere(rest, config);
	Slice		registered = registered_name(config);

	if (hint != NULL)
		return hint;
	if (registered.len > 0)
		return psprintf("Hasura's claims are never found in \"%s\", which is a registered claim: "
						"choose another place.", printable(registered));
	if (registered_claims_look_like_id_token(payload))
		return "The token looks like an ID token, which is for clients: send the access token.";
	return hint_without_claims(rest, config);
}

const char *
claims_hint_format(const JsonNode *value, const HasuraConfig *config)
{
	if (!has_other_format(value, config) || !holds_claims(value))
		return NULL;
	return psprintf("Set \"claims_format\" to \"%s\" in the configuration.",
					hasura_claims_format_name(other_format(config)));
}

const char *
claims_hint_unmapped(const ClaimsMapEntry *entry, const JsonNode *set)
{
	return psprintf("Its path is \"%s\", but in the token %s: correct the path, give it a "
					"\"default\", or let the issuer add the claim.",
					printable_path(&entry->path), end_of_path(&entry->path, set));
}
