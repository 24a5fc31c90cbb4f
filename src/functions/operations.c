/* SPDX-License-Identifier: PostgreSQL */
/*
 * operations.c: the SQL functions behind the views keys, jwk_urls and stats,
 * and refresh_jwks() (docs/operations.md).
 */
#include "compat.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "functions/report.h"
#include "hasura/uri.h"
#include "keys/keyring.h"
#include "keys/remote.h"
#include "keys/store.h"
#include "session/stats.h"
#include "settings.h"

HERM_SQL_FUNCTION(herm_jwt_keys);
HERM_SQL_FUNCTION(herm_jwt_jwk_urls);
HERM_SQL_FUNCTION(herm_jwt_stats);
HERM_SQL_FUNCTION(herm_jwt_refresh_jwks);

/*
 * refresh_jwks() may wait for a fetch that is under way, and then for its own; each
 * may take so much longer than herm_jwt.jwks_timeout until it is given up.
 */
#define REFRESH_FETCHES 2
#define REFRESH_GRACE 5000

/* A row of one of the views, filled in from left to right. */
#define COLUMNS_MAX 9

typedef struct Row
{
	ReturnSetInfo *result;
	Datum		values[COLUMNS_MAX];
	bool		nulls[COLUMNS_MAX];
	int			count;
} Row;

static void
add_value(Row *row, Datum value)
{
	row->values[row->count] = value;
	row->nulls[row->count++] = false;
}

static void
add_null(Row *row)
{
	row->nulls[row->count++] = true;
}

static void
add_text(Row *row, Slice text)
{
	if (text.data == NULL)
		add_null(row);
	else
		add_value(row, PointerGetDatum(cstring_to_text_with_len(text.data, (int) text.len)));
}

/* 0 means never. */
static void
add_time(Row *row, int64_t time)
{
	if (time == 0)
		add_null(row);
	else
		add_value(row, TimestampTzGetDatum(time));
}

static void
put(Row *row)
{
	tuplestore_putvalues(row->result->setResult, row->result->setDesc, row->values, row->nulls);
	row->count = 0;
}

/* Without user name and password, which belong to the provider. */
static Slice
shown_url(const KeySource *source)
{
	return uri_without_user(slice_cstring(source->url));
}

static void
add_error(Row *row, const KeySource *source)
{
	if (source->error[0] == '\0')
		add_null(row);
	else
		add_text(row, slice_cstring(source->error));
}

/* ---- keys ---- */

static void
put_keys(Row *row, Slice source, const HasuraConfig *config, const FetchTimes *times)
{
	for (int i = 0; i < config->key_count; i++)
	{
		const HasuraKey *key = &config->keys[i];
		Slice		no_text = {NULL, 0};

		add_text(row, source);
		add_text(row, key->kid.data != NULL ? slice_cstring(printable(key->kid)) : no_text);
		add_text(row, slice_cstring(jose_key_type_name(key->key->kind)));
		add_text(row, key->algorithm != NULL ? key->algorithm->name : no_text);
		add_time(row, times->fetched_at);
		add_time(row, times->expires_at);
		put(row);
	}
}

/* Those that stand in the configuration itself. */
static void
put_configured_keys(Row *row)
{
	static const FetchTimes never;
	const Keyring *keyring;
	Rejection	ignored;

	if (!keyring_current(&keyring, &ignored))
		return;
	for (int i = 0; i < keyring->configs->count; i++)
	{
		const HasuraConfig *config = keyring->configs->items[i];

		if (config->jwk_url.len == 0)
			put_keys(row, slice_cstring(config_place_name(keyring->place)), config, &never);
	}
}

static void
put_fetched_keys(Row *row, int place, const KeySource *source)
{
	HasuraConfig config = {0};
	Slice		text;

	/* who names the URL first may use what was kept of it; until then nobody does */
	if (source->is_registered && key_store_read(place, &text) &&
		hasura_key_set_parse(text, settings.strict, &config))
		put_keys(row, shown_url(source), &config, &source->times);
	hasura_config_free(&config);
}

Datum
herm_jwt_keys(PG_FUNCTION_ARGS)
{
	Row			row = {.result = (ReturnSetInfo *) fcinfo->resultinfo};
	KeySource	source;
	Rejection	rejection;

	if (!session_check_encoding(&rejection))
		raise_rejection(&rejection);
	InitMaterializedSRF(fcinfo, 0);
	put_configured_keys(&row);
	for (int place = 0; key_store_exists() && key_store_look(place, &source); place++)
		put_fetched_keys(&row, place, &source);
	return (Datum) 0;
}

/* ---- jwk_urls ---- */

static void
put_source(Row *row, const KeySource *source)
{
	add_text(row, shown_url(source));
	add_value(row, Int32GetDatum(source->key_count));
	add_time(row, source->times.fetched_at);
	add_time(row, source->times.expires_at);
	add_time(row, source->times.next_fetch_at);
	add_value(row, Int64GetDatum(source->ended));
	add_value(row, Int64GetDatum(source->failed));
	add_error(row, source);
	add_time(row, source->failed_at);
	put(row);
}

Datum
herm_jwt_jwk_urls(PG_FUNCTION_ARGS)
{
	Row			row = {.result = (ReturnSetInfo *) fcinfo->resultinfo};
	KeySource	source;

	InitMaterializedSRF(fcinfo, 0);
	for (int place = 0; key_store_exists() && key_store_look(place, &source); place++)
		put_source(&row, &source);
	return (Datum) 0;
}

/* ---- stats ---- */

static void
put_count(Row *row, const char *counter, const char *reason, uint64_t value)
{
	add_text(row, slice_cstring(counter));
	if (reason != NULL)
		add_text(row, slice_cstring(reason));
	else
		add_null(row);
	add_value(row, Int64GetDatum(value));
	put(row);
}

static void
put_fetch_counts(Row *row)
{
	KeySource	source;
	uint64_t	ended = 0;
	uint64_t	failed = 0;

	for (int place = 0; key_store_look(place, &source); place++)
	{
		ended += source.ended;
		failed += source.failed;
	}
	put_count(row, "jwks fetches", NULL, ended);
	put_count(row, "jwks failures", NULL, failed);
}

Datum
herm_jwt_stats(PG_FUNCTION_ARGS)
{
	Row			row = {.result = (ReturnSetInfo *) fcinfo->resultinfo};
	SessionStats *stats = stats_shared();

	InitMaterializedSRF(fcinfo, 0);
	if (stats == NULL)
		return (Datum) 0;
	put_count(&row, "verified", NULL, pg_atomic_read_u64(&stats->verified));
	put_count(&row, "cache hits", NULL, pg_atomic_read_u64(&stats->cache_hits));
	put_count(&row, "shared cache hits", NULL, pg_atomic_read_u64(&stats->shared_hits));
	for (CheckStep step = 0; step < CHECK_STEP_COUNT; step++)
		put_count(&row, "rejected", check_step_name(step),
				  pg_atomic_read_u64(&stats->refused[step]));
	put_fetch_counts(&row);
	return (Datum) 0;
}

/* ---- refresh_jwks ---- */

/* Compiling the configuration in force registers its URLs. */
static void
register_own_urls(void)
{
	const Keyring *keyring;
	Rejection	rejection;

	if (!keyring_current(&keyring, &rejection) && rejection.code != REJECT_NOT_CONFIGURED)
		raise_rejection(&rejection);
}

static void
put_outcome(Row *row, int place, bool in_time)
{
	KeySource	source;
	const char *outcome = "timed out";

	(void) key_store_look(place, &source);
	if (!in_time)
		source.error[0] = '\0'; /* it is of an earlier fetch */
	else
		outcome = source.error[0] != '\0' ? "failed" : "fetched";
	add_text(row, shown_url(&source));
	add_text(row, slice_cstring(outcome));
	add_value(row, Int32GetDatum(source.key_count));
	add_error(row, &source);
	put(row);
}

Datum
herm_jwt_refresh_jwks(PG_FUNCTION_ARGS)
{
	Row			row = {.result = (ReturnSetInfo *) fcinfo->resultinfo};
	uint64_t	fetches[KEY_URLS_MAX];
	int64_t		deadline;
	Rejection	rejection;
	KeySource	source;
	int			count = 0;

	InitMaterializedSRF(fcinfo, 0);
	if (!remote_keys_are_possible(&rejection))
		raise_rejection(&rejection);
	register_own_urls();

	/* all of them first, so that they are fetched together */
	for (; key_store_look(count, &source); count++)
	{
		fetches[count] = 0;
		if (source.is_registered)
			(void) key_store_ask(count, KEY_STORE_OPERATOR, &fetches[count]);
	}
	deadline = key_store_deadline(REFRESH_FETCHES * (settings.jwks_timeout + REFRESH_GRACE));
	for (int place = 0; place < count; place++)
	{
		if (fetches[place] != 0)
			put_outcome(&row, place, key_store_wait(place, fetches[place], deadline));
	}
	return (Datum) 0;
}
