/* SPDX-License-Identifier: PostgreSQL */
/*
 * worker_log.c: the worker's words.
 */
#include "compat.h"

#include "hasura/rejection.h"
#include "hasura/uri.h"
#include "keys/store_file.h"
#include "keys/worker_log.h"
#include "settings.h"

/* Without user name and password. */
static const char *
shown_url(const KeySource *source)
{
	return printable_whole(uri_without_user(slice_cstring(source->url)));
}

void
log_new_set(const KeySource *before, int key_count)
{
	if (before->size == 0)
		ereport(LOG,
				(errmsg_plural("herm_jwt has fetched %d key from jwk_url \"%s\"",
							   "herm_jwt has fetched %d keys from jwk_url \"%s\"",
							   key_count, key_count, shown_url(before))));
	else
		ereport(LOG,
				(errmsg("the key set of jwk_url \"%s\" has changed", shown_url(before)),
				 errdetail("It has %d keys; before, it had %d.", key_count, before->key_count)));
}

void
log_failure(const KeySource *before, const char *error)
{
	if (before->times.failures > 0)
		return;
	ereport(WARNING,
			(errmsg("could not fetch the key set of jwk_url \"%s\": %s", shown_url(before), error),
			 before->size > 0 ? errdetail("The last good keys stay in use.") :
			 errdetail("There are no keys yet.")));
}

void
log_recovery(const KeySource *before)
{
	if (before->times.failures > 0)
		ereport(LOG,
				(errmsg("jwk_url \"%s\" answers again", shown_url(before))));
}

void
log_stale_set(const KeySource *before)
{
	ereport(WARNING,
			(errmsg("the keys of jwk_url \"%s\" have become too old and are no longer used",
					shown_url(before)),
			 before->error[0] != '\0' ? errdetail("The last error was: %s.", before->error) : 0,
			 errhint("The limit is the setting herm_jwt.jwks_stale_after.")));
}

void
log_save(const char *error)
{
	static bool has_failed;

	if (error != NULL && !has_failed)
		ereport(WARNING,
				(errmsg("could not write file \"%s\": %s", STORE_FILE, error),
				 errdetail("Keys are not kept across a restart.")));
	has_failed = error != NULL;
}

void
log_damaged_file(const char *damage)
{
	ereport(WARNING,
			(errmsg("file \"%s\" is damaged and ignored: %s", STORE_FILE, damage),
			 errdetail("It is replaced when the next key set comes.")));
}

void
log_full_store(Slice url)
{
	ereport(WARNING,
			(errmsg("jwk_url \"%s\" is not fetched", printable_whole(uri_without_user(url))),
			 errdetail("There are more than %d different jwk_urls.", settings.max_jwks_urls),
			 errhint("The limit is the setting herm_jwt.max_jwks_urls.")));
}
