/* SPDX-License-Identifier: PostgreSQL */
/*
 * remote.c: registering URLs, taking key sets from the store, asking for newer ones.
 */
#include "compat.h"

#include "port/atomics.h"

#include "keys/remote.h"
#include "keys/store.h"
#include "settings.h"

bool
remote_keys_include(const HasuraConfigs *configs, Slice jwk_url)
{
	for (int i = 0; i < configs->count; i++)
	{
		if (slice_equals(configs->items[i]->jwk_url, jwk_url))
			return true;
	}
	return false;
}

bool
remote_keys_are_needed(const HasuraConfigs *configs)
{
	for (int i = 0; i < configs->count; i++)
	{
		if (configs->items[i]->jwk_url.len > 0)
			return true;
	}
	return false;
}

bool
remote_keys_are_possible(Rejection *rejection)
{
	if (key_store_exists())
		return true;
	reject(rejection, REJECT_NO_WORKER, "a jwk_url needs the background worker of herm_jwt");
	rejection->hint = "Add herm_jwt to shared_preload_libraries and restart the server, or use "
		"\"jwks\" with a copy of the provider's keys.";
	return false;
}

static bool
register_url(Slice url, int *place, Rejection *rejection)
{
	switch (key_store_register(url, place))
	{
		case KEY_STORE_OK:
			return true;
		case KEY_STORE_URL_TOO_LONG:
			return reject(rejection, REJECT_BAD_CONFIG, "the jwk_url is longer than %d bytes",
						  KEY_SOURCE_URL_MAX);
		case KEY_STORE_FULL:
			break;
	}
	reject(rejection, REJECT_TOO_MANY_URLS, "there are more than %d different jwk_urls",
		   settings.max_jwks_urls);
	rejection->hint = "The limit is the setting herm_jwt.max_jwks_urls; URLs that are no longer "
		"used are forgotten when the server starts.";
	return false;
}

/* Why a URL has no keys, in words. */
static const char *
trouble_of(int place)
{
	KeySource	source;

	if (!key_store_is_served())
		return "the background worker of herm_jwt does not run";
	if (!key_store_look(place, &source) || source.error[0] == '\0')
		return "it has not been fetched yet";
	return pstrdup(source.error);
}

static bool
register_urls(HasuraConfigs *configs, Rejection *rejection)
{
	for (int i = 0; i < configs->count; i++)
	{
		HasuraConfig *config = configs->items[i];

		if (config->jwk_url.len > 0 &&
			!register_url(config->jwk_url, &config->key_place, rejection))
			return false;
	}
	return true;
}

/* The set's text; waits for the first one until the deadline. */
static bool
read_set(int place, int64_t deadline, Slice *text)
{
	if (key_store_read(place, text))
		return true;
	(void) key_store_wait(place, KEY_STORE_FIRST_FETCH, deadline);
	return key_store_read(place, text);
}

static void
load_keys(HasuraConfig *config, bool strict, int64_t deadline)
{
	Slice		text;

	/* without a key, who needs one refuses, and key_trouble says why */
	if (read_set(config->key_place, deadline, &text))
		(void) hasura_key_set_parse(text, strict, config);
	else
		config->key_trouble = trouble_of(config->key_place);
}

bool
remote_keys_load(HasuraConfigs *configs, bool strict, Rejection *rejection)
{
	int64_t		deadline;

	/* all of them first, so that they are fetched together */
	if (!remote_keys_are_possible(rejection) || !register_urls(configs, rejection))
		return false;
	deadline = key_store_deadline(settings.jwks_wait);
	for (int i = 0; i < configs->count; i++)
	{
		if (configs->items[i]->jwk_url.len > 0)
			load_keys(configs->items[i], strict, deadline);
	}
	return true;
}

void
remote_keys_ask(const HasuraConfig *config)
{
	uint64_t	fetch;

	(void) key_store_ask(config->key_place, KEY_STORE_UNKNOWN_KEY, &fetch);
}

bool
remote_keys_refetch(const HasuraConfig *config, uint64_t generation)
{
	uint64_t	fetch;

	/* too early may be: just after the fetch of another session, which has brought the key */
	if (key_store_ask(config->key_place, KEY_STORE_UNKNOWN_KEY, &fetch))
		(void) key_store_wait(config->key_place, fetch, key_store_deadline(settings.jwks_wait));
	return pg_atomic_read_u64(key_store_generation()) != generation;
}
