/* SPDX-License-Identifier: PostgreSQL */
/*
 * config_site.c: compiles a configuration argument once for each call site.
 */
#include "compat.h"

#include "utils/memutils.h"

#include "functions/config_site.h"
#include "functions/pack.h"
#include "keys/keyring.h"

typedef struct ConfigSite
{
	MemoryContext context;		/* holds the next two; reset frees OpenSSL's objects */
	Slice		argument;		/* its bytes; empty: nothing is kept */
	const Keyring *keyring;
} ConfigSite;

static ConfigSite *
config_site(FunctionCallInfo fcinfo)
{
	ConfigSite *site = fcinfo->flinfo->fn_extra;

	if (site == NULL)
	{
		site = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(ConfigSite));
		site->context = AllocSetContextCreate(fcinfo->flinfo->fn_mcxt, "herm_jwt configuration",
											  ALLOCSET_SMALL_SIZES);
		fcinfo->flinfo->fn_extra = site;
	}
	return site;
}

/* Compiles the argument in place of what the site has kept. */
static bool
compile(ConfigSite *site, Jsonb *argument, Rejection *rejection)
{
	char	   *copy;

	site->argument.len = 0;
	MemoryContextReset(site->context);
	if (!keyring_compile(unpack_json(argument), KEYRING_TO_VERIFY, site->context,
						 &site->keyring, rejection))
		return false;
	copy = MemoryContextAlloc(site->context, VARSIZE(argument));
	memcpy(copy, argument, VARSIZE(argument));
	site->argument = slice_make(copy, VARSIZE(argument));
	return true;
}

static bool
is_kept(const ConfigSite *site, Jsonb *argument)
{
	return site->argument.len > 0 && keyring_is_fresh(site->keyring) &&
		jose_secret_equals(site->argument, slice_make((char *) argument, VARSIZE(argument)));
}

bool
config_site_find(FunctionCallInfo fcinfo, int argument, const HasuraConfigs **configs,
				 Rejection *rejection)
{
	const Keyring *keyring;

	*configs = NULL;
	if (PG_ARGISNULL(argument))
	{
		if (!keyring_current(&keyring, rejection))
			return false;
		*configs = keyring->configs;
		return true;
	}
	else
	{
		ConfigSite *site = config_site(fcinfo);
		Jsonb	   *value = unpack_jsonb(fcinfo, argument);

		if (!is_kept(site, value) && !compile(site, value, rejection))
			return false;
		*configs = site->keyring->configs;
		return true;
	}
}
