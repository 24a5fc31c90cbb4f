/* SPDX-License-Identifier: PostgreSQL */
/*
 * keyring.c: compiles configurations, and keeps the one in force.
 *
 * A keyring is built in a memory context of its own, whose reset callback frees
 * what OpenSSL holds; it replaces the old one only when it is whole.
 */
#include "compat.h"

#include "miscadmin.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "keys/keyring.h"
#include "keys/remote.h"
#include "keys/store.h"
#include "settings.h"

/* The keyring in force. */
static struct
{
	MemoryContext context;		/* NULL: none */
	const Keyring *keyring;
	uint64_t	generation;
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

/* An argument may be anybody's: it uses what the server fetches, and adds nothing to it. */
static bool
check_urls(const HasuraConfigs *configs, Rejection *rejection)
{
	const Keyring *server;
	Rejection	ignored;
	bool		is_configured = keyring_current(&server, &ignored);

	for (int i = 0; i < configs->count; i++)
	{
		Slice		url = configs->items[i]->jwk_url;

		if (url.len == 0 || (is_configured && remote_keys_include(server->configs, url)))
			continue;
		reject(rejection, REJECT_FOREIGN_URL, "the server's configuration does not have this jwk_url");
		rejection->hint = "An argument may name a jwk_url only if herm_jwt.jwt_secret, its file or "
			"the environment has the same; or use \"jwks\" with a copy of the provider's keys.";
		return false;
	}
	return true;
}

static bool
read_argument(Slice argument, HasuraConfigs **configs, Rejection *rejection)
{
	if (!hasura_configs_parse(argument, configs, rejection))
		return false;
	return !settings.strict || hasura_configs_make_strict(*configs, rejection);
}

/* The generation is read first, so that a set that comes meanwhile is not missed. */
static bool
load_remote_keys(Keyring *keyring, Rejection *rejection)
{
	keyring->has_remote_keys = remote_keys_are_needed(keyring->configs);

	/* while the library is preloaded there is no store yet, and generation 0 never was */
	if (!keyring->has_remote_keys || process_shared_preload_libraries_in_progress)
		return true;
	if (key_store_exists())
		keyring->configs->store_generation = pg_atomic_read_u64(key_store_generation());
	return remote_keys_load(keyring->configs, keyring->strict, rejection);
}

/* What a keyring is made from: an argument, or the place where something stands. */
typedef struct Origin
{
	Slice		argument;		/* data is NULL without one */
	KeyringPurpose purpose;
} Origin;

/* What the first token would otherwise wait for; a process that starts others does it for all. */
static void
prepare_keys(const HasuraConfigs *configs)
{
	for (int i = 0; i < configs->count; i++)
	{
		for (int k = 0; k < configs->items[i]->key_count; k++)
		{
			const HasuraKey *key = &configs->items[i]->keys[k];

			if (key->algorithm != NULL)
				jose_signature_prepare(key->key, key->algorithm);
		}
	}
}

/* Fills in a keyring; runs in its context. */
static bool
compile(const Origin *origin, Keyring *keyring, Rejection *rejection)
{
	keyring->strict = settings.strict;
	keyring->settings_generation = settings.key_generation;
	keyring->read_at = PgReloadTime;
	keyring->reader = MyProcPid;
	if (origin->argument.data == NULL)
	{
		keyring->place = config_place();
		return config_read(keyring->place, &keyring->configs, rejection) &&
			load_remote_keys(keyring, rejection);
	}
	if (!read_argument(origin->argument, &keyring->configs, rejection))
		return false;
	return origin->purpose == KEYRING_TO_DESCRIBE ||
		(check_urls(keyring->configs, rejection) && load_remote_keys(keyring, rejection));
}

/*
 * Builds a keyring in a context of its own, which becomes a child of parent
 * when it is whole.
 */
static bool
build(const Origin *origin, MemoryContext parent, MemoryContext *context,
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
	accepted = compile(origin, result, rejection);
	MemoryContextSwitchTo(caller);

	if (!accepted)
	{
		keep_texts(rejection);
		MemoryContextDelete(*context);
		return false;
	}
	MemoryContextSetParent(*context, parent);
	*keyring = result;
	return true;
}

bool
keyring_compile(Slice text, KeyringPurpose purpose, MemoryContext parent,
				const Keyring **keyring, Rejection *rejection)
{
	Origin		origin = {.argument = text,.purpose = purpose};
	MemoryContext context;

	return build(&origin, parent, &context, keyring, rejection);
}

/* PgReloadTime moves when a process has read its configuration files again. */
static inline bool
remote_keys_are_fresh(const Keyring *keyring)
{
	return !keyring->has_remote_keys ||
		keyring->configs->store_generation == pg_atomic_read_u64(key_store_generation());
}

bool
keyring_is_fresh(const Keyring *keyring)
{
	return keyring->strict == settings.strict && remote_keys_are_fresh(keyring) &&
		(!keyring->has_remote_keys ||
		 (keyring->settings_generation == settings.key_generation &&
		  keyring->read_at == PgReloadTime));
}

static bool
current_is_fresh(void)
{
	const Keyring *keyring = current.keyring;

	return keyring != NULL && keyring->settings_generation == settings.key_generation &&
		(keyring->place != CONFIG_FILE ||
		 (keyring->read_at == PgReloadTime && keyring->reader == MyProcPid)) &&
		remote_keys_are_fresh(keyring);
}

bool
keyring_renew(const Verification *refused)
{
	const HasuraConfig *config = refused->config;

	if (config == NULL || config->jwk_url.len == 0)
		return false;
	if (config->key_count == 0)
	{
		/* the first fetch has failed: another one is worth trying, not worth waiting for */
		remote_keys_ask(config);
		return false;
	}
	return verification_lacks_key(refused) &&
		remote_keys_refetch(config, refused->configs->store_generation);
}

uint64_t
keyring_generation(void)
{
	return current.generation;
}

KeyringWatch
keyring_watch(void)
{
	const Keyring *keyring = current.keyring;
	KeyringWatch watch = {.read_at = PgReloadTime};

	if (keyring->has_remote_keys)
	{
		/* the set it was made from, not one that has come since */
		watch.store = key_store_generation();
		watch.store_generation = keyring->configs->store_generation;
	}
	return watch;
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
	if (!current_is_fresh())
	{
		const Origin in_force = {.purpose = KEYRING_TO_VERIFY};
		MemoryContext context;

		/* first of all, so that an error half-way leaves no old key behind */
		drop();
		if (!build(&in_force, TopMemoryContext, &context, &current.keyring, rejection))
			return false;
		current.context = context;
		if (process_shared_preload_libraries_in_progress)
			prepare_keys(current.keyring->configs);
	}
	*keyring = current.keyring;
	return true;
}
