/* SPDX-License-Identifier: PostgreSQL */
/*
 * variables.c: a sorted list of session variables.
 */
#include "compat.h"

#include "hasura/variables.h"

#define PREFIX "x-hasura-"

static inline char
fold(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* Order by length, then by bytes with ASCII letters in lower case. */
static int
compare_folded(Slice a, Slice b)
{
	if (a.len != b.len)
		return a.len < b.len ? -1 : 1;
	if (memcmp(a.data, b.data, a.len) == 0)
		return 0;
	for (size_t i = 0; i < a.len; i++)
	{
		unsigned char x = fold(a.data[i]);
		unsigned char y = fold(b.data[i]);

		if (x != y)
			return x < y ? -1 : 1;
	}
	return 0;
}

static int
compare_variables(const void *a, const void *b)
{
	return compare_folded(((const SessionVariable *) a)->name,
						  ((const SessionVariable *) b)->name);
}

bool
session_variable_name_fits(Slice name)
{
	size_t		len = strlen(PREFIX);

	return name.len >= len &&
		compare_folded(slice_make(name.data, len), slice_cstring(PREFIX)) == 0;
}

Slice
session_variable_name(Slice name)
{
	char	   *copy = palloc(name.len + 1);

	for (size_t i = 0; i < name.len; i++)
		copy[i] = fold(name.data[i]);
	copy[name.len] = '\0';
	return slice_make(copy, name.len);
}

/* The name itself if it is spelled so already, as most are. */
static Slice
in_lower_case(Slice name)
{
	for (size_t i = 0; i < name.len; i++)
	{
		if (fold(name.data[i]) != name.data[i])
			return session_variable_name(name);
	}
	return name;
}

void
session_variables_make(SessionVariables *variables, int room)
{
	/* one more than asked for: x-hasura-role comes in the end */
	variables->items = palloc((room + 1) * sizeof(SessionVariable));
	variables->count = 0;
}

bool
session_variables_gather(const JsonNode *object, SessionVariables *variables, Slice *duplicate)
{
	session_variables_make(variables, object->count);
	json_foreach(member, object)
	{
		if (session_variable_name_fits(member->name))
		{
			SessionVariable *item = &variables->items[variables->count++];

			item->name = in_lower_case(member->name);
			item->value = member;
		}
	}
	qsort(variables->items, variables->count, sizeof(SessionVariable), compare_variables);
	for (int i = 1; i < variables->count; i++)
	{
		*duplicate = variables->items[i].name;
		if (slice_equals(variables->items[i - 1].name, *duplicate))
			return false;
	}
	return true;
}

static SessionVariable *
find_item(const SessionVariables *variables, Slice name)
{
	SessionVariable wanted = {.name = name};

	/* without any there is no array, and bsearch() may not be given none */
	if (variables->count == 0)
		return NULL;
	return bsearch(&wanted, variables->items, variables->count, sizeof(SessionVariable),
				   compare_variables);
}

const JsonNode *
session_variables_find(const SessionVariables *variables, Slice name)
{
	SessionVariable *item = find_item(variables, name);

	return item == NULL ? NULL : item->value;
}

bool
reject_missing_variable(Slice name, Rejection *rejection)
{
	return reject(rejection, REJECT_NOT_FOUND, "missing session variable: \"%s\"",
				  printable(session_variable_name(name)));
}

void
session_variables_remove(SessionVariables *variables, const char *name)
{
	SessionVariable *item = find_item(variables, slice_cstring(name));

	if (item == NULL)
		return;
	variables->count--;
	memmove(item, item + 1,
			(variables->count - (item - variables->items)) * sizeof(SessionVariable));
}

static void
drop_both(SessionVariables *variables, const Slice names[2])
{
	int			kept = 0;

	for (int i = 0; i < variables->count; i++)
	{
		Slice		name = variables->items[i].name;

		if (!slice_equals(name, names[0]) && !slice_equals(name, names[1]))
			variables->items[kept++] = variables->items[i];
	}
	variables->count = kept;
}

void
session_variables_drop_role_claims(SessionVariables *variables)
{
	static const Slice names[2] = {
		SLICE_LITERAL(VARIABLE_ALLOWED_ROLES), SLICE_LITERAL(VARIABLE_DEFAULT_ROLE),
	};

	drop_both(variables, names);
}

void
session_variables_drop_credentials(SessionVariables *variables)
{
	static const Slice names[2] = {
		SLICE_LITERAL("x-hasura-admin-secret"), SLICE_LITERAL("x-hasura-access-key"),
	};

	drop_both(variables, names);
}

void
session_variables_add(SessionVariables *variables, Slice name, const JsonNode *value)
{
	int			i;

	for (i = variables->count++; i > 0; i--)
	{
		if (compare_folded(variables->items[i - 1].name, name) < 0)
			break;
		variables->items[i] = variables->items[i - 1];
	}
	variables->items[i].name = name;
	variables->items[i].value = value;
}

void
session_variables_set(SessionVariables *variables, const char *name, Slice text)
{
	JsonNode   *value = palloc0(sizeof(JsonNode));

	value->kind = JSON_KIND_STRING;
	value->text = text;
	session_variables_remove(variables, name);
	session_variables_add(variables, slice_cstring(name), value);
}
