/* SPDX-License-Identifier: PostgreSQL */
/*
 * options.c: one row an option.
 */
#include "compat.h"

#include "lib/stringinfo.h"

#include "permissions/options.h"
#include "permissions/raise.h"
#include "settings.h"

/* How an option is written, and so which member it sets. */
typedef enum OptionKind
{
	OPTION_TEXT,
	OPTION_BOOLEAN,
	OPTION_CHOICE,				/* of two words; the member tells whether it is the second */
	OPTION_NAMES,
} OptionKind;

typedef struct Option
{
	const char *name;
	OptionKind	kind;
	size_t		member;
	const char *choices[2];
} Option;

static const Option known[] = {
	{"role_prefix", OPTION_TEXT, offsetof(Options, role_prefix), {NULL}},
	{"null_check", OPTION_CHOICE, offsetof(Options, null_passes), {"strict", "hasura"}},
	{"join_keys", OPTION_BOOLEAN, offsetof(Options, join_keys), {NULL}},
	{"view_schema", OPTION_CHOICE, offsetof(Options, role_views), {"none", "role"}},
	{"force_rls", OPTION_BOOLEAN, offsetof(Options, force_rls), {NULL}},
	{"create_roles", OPTION_BOOLEAN, offsetof(Options, create_roles), {NULL}},
	{"refuse_partial", OPTION_BOOLEAN, offsetof(Options, refuse_partial), {NULL}},
	{"grant_to", OPTION_NAMES, offsetof(Options, grant_to), {NULL}},
	{"exempt_roles", OPTION_NAMES, offsetof(Options, exempt_roles), {NULL}},
};

static char *
text_of(const JsonNode *json, const char *name)
{
	if (json->kind != JSON_KIND_STRING)
		raise_bad_option(name, "It must be a string.");
	return pnstrdup(json->text.data, json->text.len);
}

static bool
choice_of(const JsonNode *json, const Option *option)
{
	for (int i = 0; i < COUNT_OF(option->choices); i++)
	{
		if (json->kind == JSON_KIND_STRING && slice_equals_cstring(json->text, option->choices[i]))
			return i == 1;
	}
	raise_bad_option(option->name, psprintf("It must be \"%s\" or \"%s\".", option->choices[0],
											option->choices[1]));
	return false;
}

static List *
names_of(const JsonNode *json, const char *name)
{
	List	   *names = NIL;

	if (json->kind != JSON_KIND_ARRAY)
		raise_bad_option(name, "It must be a list of database roles.");
	json_foreach(element, json)
		names = lappend(names, text_of(element, name));
	return names;
}

static void
set_option(Options *options, const Option *option, const JsonNode *json)
{
	void	   *member = (char *) options + option->member;

	switch (option->kind)
	{
		case OPTION_TEXT:
			*(char **) member = text_of(json, option->name);
			break;
		case OPTION_BOOLEAN:
			if (json->kind != JSON_KIND_BOOLEAN)
				raise_bad_option(option->name, "It must be true or false.");
			*(bool *) member = json->truth;
			break;
		case OPTION_CHOICE:
			*(bool *) member = choice_of(json, option);
			break;
		case OPTION_NAMES:
			*(List **) member = names_of(json, option->name);
			break;
	}
}

static const Option *
find_option(Slice name)
{
	for (int i = 0; i < COUNT_OF(known); i++)
	{
		if (slice_equals_cstring(name, known[i].name))
			return &known[i];
	}
	return NULL;
}

static void
raise_unknown_option(const char *name)
{
	StringInfoData hint;

	initStringInfo(&hint);
	for (int i = 0; i < COUNT_OF(known); i++)
		appendStringInfo(&hint, "%s%s", i > 0 ? ", " : "It is one of ", known[i].name);
	appendStringInfoChar(&hint, '.');
	raise_bad_option_hint(name, "There is no option of that name.", hint.data);
}

void
options_read(const JsonNode *object, Options *options)
{
	Options		defaults = {
		.role_prefix = settings.database_role_prefix,
		.role_views = true,
		.create_roles = true,
	};

	*options = defaults;
	if (object->kind != JSON_KIND_OBJECT)
		raise_bad_option("options", "It must be a JSON object.");
	json_foreach(member, object)
	{
		const Option *option = find_option(member->name);

		if (option == NULL)
			raise_unknown_option(pnstrdup(member->name.data, member->name.len));
		set_option(options, option, member);
	}
}
