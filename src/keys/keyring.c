/* SPDX-License-Identifier: PostgreSQL */
/*
 * keyring.c: compiles configurations, and keeps the one in force.
 *
 * A keyring is built in a memory context of its own, whose reset callback frees
 * what OpenSSL holds; it replaces the old one only when it is whole.
 */
#include "compat.h"

#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "keys/keyring.h"
#include "keys/source.h"
#include "settings.h"

/* The keyring in force, and of what it was made. */
static struct
{
	MemoryContext context;		/* NULL: none */
	const Keyring *keyring;
	uint64_t	generation;
	uint64_t	settings_generation;
	ConfigPlace place;
	TimestampTz read_at;		/* PgReloadTime when a file was read */
}			current;

/* Registered before anything is read, so that an error half-way frees what there is. */
static void
free_config(void *keyring)
{
	if (((Keyring *) keyring)->configs != NULL)
		hasura_configs_free(((Keyring *) keyring)->configs);
}

/* Moves a refusal's texts from the context that failed to the caller's. */
static void
keep_texts(Rejection *rejection)
{
	rejection->message = pstrdup(rejection->message);
	if (rejection->detail != NULL)
		rejection->detail = pstrdup(rejection->detail);
	if (rejection->hint != NULL)
		rejection->hint = pstrdup(rejection->hint);
}

static bool
read_argument(Slice argument, HasuraConfigs **configs, Rejection *rejection)
{
	if (!hasura_configs_parse(argument, configs, rejection))
		return false;
	return !settings.strict || hasura_configs_make_strict(*configs, rejection);
}

/*
 * Builds a keyring in a context of its own, from the argument or, without one,
 * the place.  The context becomes a child of parent when it is whole.
 */
static bool
build(MemoryContext parent, ConfigPlace place, Slice argument, MemoryContext *context,
	  const Keyring **keyring, Rejection *rejection)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContextCallback *callback;
	Keyring    *result;
	bool		accepted;

	*context = AllocSetContextCreate(caller, "herm_jwt keyring", ALLOCSET_SMALL_SIZES);
	MemoryContextSwitchTo(*context);
	result = palloc0(sizeof(Keyring));
	callback = palloc0(sizeof(MemoryContextCallback));
	callback->func = free_config;
	callback->arg = result;
	MemoryContextRegisterResetCallback(*context, callback);
	accepted = argument.data != NULL ? read_argument(argument, &result->configs, rejection) :
		config_read(place, &result->configs, rejection);
	MemoryContextSwitchTo(caller);

	if (!accepted)
	{
		keep_texts(rejection);
		MemoryContextDelete(*context);
		return false;
	}
	MemoryContextSetParent(*context, parent);
	result->strict = settings.strict;
	*keyring = result;
	return true;
}

bool
keyring_compile(Slice text, MemoryContext parent, const Keyring **keyring, Rejection *rejection)
{
	MemoryContext context;

	return build(parent, CONFIG_NOWHERE, text, &context, keyring, rejection);
}

/* PgReloadTime moves when a process has read its configuration files again. */
static bool
is_fresh(void)
{
	return current.context != NULL &&
		current.settings_generation == settings.key_generation &&
		(current.place != CONFIG_FILE || current.read_at == PgReloadTime);
}

bool
keyring_is_current(uint64_t generation)
{
	return generation == current.generation && is_fresh();
}

uint64_t
keyring_generation(void)
{
	return current.generation;
}

static void
drop(void)
{
	MemoryContext old = current.context;

	current.context = NULL;
	current.keyring = NULL;
	current.generation++;
	if (old != NULL)
		MemoryContextDelete(old);
}

bool
keyring_current(const Keyring **keyring, Rejection *rejection)
{
	if (!is_fresh())
	{
		Slice		no_argument = {NULL, 0};
		ConfigPlace place = config_place();
		uint64_t	settings_generation = settings.key_generation;
		TimestampTz read_at = PgReloadTime;
		MemoryContext context;

		/* first of all, so that an error half-way leaves no old key behind */
		drop();
		if (!build(TopMemoryContext, place, no_argument, &context, &current.keyring, rejection))
			return false;
		current.context = context;
		current.settings_generation = settings_generation;
		current.place = place;
		current.read_at = read_at;
	}
	*keyring = current.keyring;
	return true;
}
