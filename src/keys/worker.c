/* SPDX-License-Identifier: PostgreSQL */
/*
 * worker.c: the loop of the background worker: start what is due, take what has
 * come, sleep until the next of either.
 *
 * What it knows of each URL is in the store, so that one worker can take over
 * from another; only the fetches under way are its own.
 */
#include "compat.h"

#include "common/pg_prng.h"
#include "libpq/pqsignal.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"

#include "hasura/numeric_date.h"
#include "keys/fetch.h"
#include "keys/source.h"
#include "keys/store_file.h"
#include "keys/worker.h"
#include "keys/worker_log.h"
#include "settings.h"

/* Seconds from 1970 to the server's own epoch. */
#define EPOCH_SECONDS ((int64_t) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * SECS_PER_DAY)

/* Times that have moved are written that often; another set at once. */
#define SAVE_INTERVAL (600 * MICROSECONDS)
#define LONGEST_SLEEP (3600 * MICROSECONDS)

/* The latch, the postmaster's death, and the fetches. */
#define EVENTS_MAX (KEY_URLS_MAX + 2)

PGDLLEXPORT extern void herm_jwt_worker_main(Datum argument);

/* The fetch under way for each place of the store. */
typedef struct RunningFetch
{
	MemoryContext context;		/* NULL: none; holds the reply */
	Fetch		fetch;
	FetchTimes	before;			/* what held when it began */
} RunningFetch;

static RunningFetch running[KEY_URLS_MAX];

/* When the file has to be written at the latest; 0: it need not. */
static int64_t save_at;

/* ---- the file ---- */

static void
save(void)
{
	const char *error = NULL;

	save_at = store_file_write(&error) ? 0 : GetCurrentTimestamp() + SAVE_INTERVAL;
	log_save(error);
}

static void
save_by(int64_t time)
{
	save_at = save_at == 0 ? time : Min(save_at, time);
}

/* A set of the file is judged as if it had just come; its times as far as they can be true. */
static void
take_kept(const KeySource *kept, Slice text)
{
	KeySource	source = *kept;
	int64_t		now = GetCurrentTimestamp();
	HasuraConfig config = {0};

	schedule_correct(&source.times, now);
	if (!schedule_is_stale(&source.times, now, settings.jwks_stale_after) &&
		hasura_key_set_parse(text, false, &config))
	{
		source.key_count = config.key_count;
		key_store_remember(&source, text);
	}
	hasura_config_free(&config);
}

static void
load(void)
{
	const char *damage = NULL;

	if (store_file_read(take_kept, &damage) == STORE_FILE_DAMAGED)
		log_damaged_file(damage);
}

/* ---- URLs of the configuration files ---- */

/* Those that ALTER DATABASE has set come with the first backend that uses them. */
static void
register_configured(void)
{
	HasuraConfigs *configs;
	Rejection	ignored;
	int			place;

	/* what is wrong with a configuration is told to who uses it */
	if (config_read(config_place(), &configs, &ignored))
	{
		for (int i = 0; i < configs->count; i++)
		{
			if (configs->items[i]->jwk_url.len > 0 &&
				key_store_register(configs->items[i]->jwk_url, &place) == KEY_STORE_FULL)
				log_full_store(configs->items[i]->jwk_url);
		}
	}
	if (configs != NULL)
		hasura_configs_free(configs);
}

/* ---- fetching ---- */

static double
chance(void)
{
	return pg_prng_double(&pg_global_prng_state);
}

static void
fail(int place, const KeySource *source, const char *error)
{
	FetchTimes	times = source->times;
	int64_t		now = GetCurrentTimestamp();

	schedule_failure(&times, now, settings.jwks_cooldown, chance());
	key_store_fail(place, &times, now, error);
	log_failure(source, error);
}

static void
start(int place, const KeySource *source, int64_t now)
{
	RunningFetch *run = &running[place];
	FetchRequest request = {
		.url = source->url,
		.etag = source->etag,
		.last_modified = source->last_modified,
		.ca_file = settings.ca_file,
		.proxy = settings.http_proxy,
		.allow_insecure = settings.allow_insecure_jwk_url,
		.timeout = settings.jwks_timeout,
	};
	FetchTimes	if_lost = source->times;
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext context = AllocSetContextCreate(TopMemoryContext, "herm_jwt fetch",
												  ALLOCSET_SMALL_SIZES);

	/* a failure until it is over, so that what ends this worker is not repeated each second */
	run->before = source->times;
	schedule_failure(&if_lost, now, settings.jwks_cooldown, chance());
	key_store_fetch_starts(place, &if_lost);
	MemoryContextSwitchTo(context);
	if (fetch_start(&run->fetch, &request, now))
		run->context = context;
	MemoryContextSwitchTo(caller);
	if (run->context == NULL)
	{
		fail(place, source, psprintf("cannot start a program: %s", strerror(errno)));
		MemoryContextDelete(context);
	}
}

/* One that is too long to be kept is as good as none. */
static void
keep_validator(char *kept, Slice validator)
{
	size_t		len = validator.len <= KEY_SOURCE_VALIDATOR_MAX ? validator.len : 0;

	if (len > 0)
		memcpy(kept, validator.data, len);
	kept[len] = '\0';
}

/* What the answer says of the set's lifetime and validators. */
static void
read_head(const FetchAnswer *answer, KeySource *news)
{
	int64_t		now = GetCurrentTimestamp();
	int64_t		lifetime = lifetime_said(&answer->freshness, now / MICROSECONDS + EPOCH_SECONDS);

	schedule_success(&news->times, now, lifetime, settings.jwks_cooldown, chance());
	keep_validator(news->etag, answer->etag);
	keep_validator(news->last_modified, answer->last_modified);
}

static void
confirm(int place, const KeySource *source, const KeySource *news)
{
	key_store_confirm(place, news);
	log_recovery(source);
	save_by(GetCurrentTimestamp() + SAVE_INTERVAL);
}

/* A body is a key set, or what is in use stays. */
static void
take_body(int place, const KeySource *source, KeySource *news, Slice body)
{
	HasuraConfig config = {0};
	bool		is_good = hasura_key_set_parse(body, false, &config);
	Slice		in_use;

	news->key_count = config.key_count;
	hasura_config_free(&config);
	if (!is_good)
		fail(place, source, config.key_trouble);
	else if (key_store_read(place, &in_use) && slice_equals(in_use, body))
		confirm(place, source, news);
	else if (!key_store_replace(place, news, body))
		fail(place, source, "there is no shared memory for the key set");
	else
	{
		log_new_set(source, news->key_count);
		save();
	}
}

/* An answer that the set has not changed need not repeat what it has in hand. */
static void
keep_validators(const KeySource *source, KeySource *news)
{
	if (news->etag[0] == '\0')
		strlcpy(news->etag, source->etag, sizeof(news->etag));
	if (news->last_modified[0] == '\0')
		strlcpy(news->last_modified, source->last_modified, sizeof(news->last_modified));
}

static void
take_answer(int place, const KeySource *source, const FetchAnswer *answer)
{
	KeySource	news = *source;

	read_head(answer, &news);
	if (answer->status == 200)
		take_body(place, source, &news, answer->body);
	else if (answer->status == 304 && source->size > 0)
	{
		keep_validators(source, &news);
		confirm(place, source, &news);
	}
	else
		fail(place, source, psprintf("the server answered with status %d", answer->status));
}

static void
finish(int place, const KeySource *now_known, bool in_time)
{
	RunningFetch *run = &running[place];
	KeySource	source = *now_known;
	FetchAnswer answer;
	const char *error;

	source.times = run->before;
	fetch_stop(&run->fetch);
	if (!in_time)
		fail(place, &source, "timed out");
	else if (fetch_judge(&run->fetch, &answer, &error))
		take_answer(place, &source, &answer);
	else
		fail(place, &source, error);
	MemoryContextDelete(run->context);
	run->context = NULL;
}

static void
stop_all(UNUSED int code, UNUSED Datum argument)
{
	for (int i = 0; i < KEY_URLS_MAX; i++)
	{
		if (running[i].context != NULL)
			fetch_stop(&running[i].fetch);
	}
}

/* An orderly end: what is under way is left to the next worker. */
static void
give_up_all(void)
{
	for (int place = 0; place < KEY_URLS_MAX; place++)
	{
		if (running[place].context == NULL)
			continue;
		fetch_stop(&running[place].fetch);
		key_store_give_up(place, &running[place].before);
	}
}

/* ---- the loop ---- */

static bool
is_due(const KeySource *source, int64_t now)
{
	return source->is_registered && (source->is_wanted || schedule_is_due(&source->times, now));
}

/* Looks again: the answer that has just been taken may have renewed the set. */
static void
drop_if_stale(int place, int64_t now)
{
	KeySource	source;

	if (!key_store_look(place, &source) || source.size == 0 ||
		!schedule_is_stale(&source.times, now, settings.jwks_stale_after))
		return;
	key_store_drop(place);
	if (source.is_registered)
		log_stale_set(&source);
}

/* Does for one URL what there is to do now. */
static void
tend(int place, const KeySource *source, int64_t now)
{
	RunningFetch *run = &running[place];

	if (run->context != NULL)
	{
		if (fetch_read(&run->fetch) == FETCH_ENDED)
			finish(place, source, true);
		else if (now >= run->fetch.deadline)
			finish(place, source, false);
	}
	else if (is_due(source, now))
		start(place, source, now);
	drop_if_stale(place, now);
}

/* When there will be something to do for a URL, if nothing happens before. */
static int64_t
next_time(int place, const KeySource *source, int64_t now)
{
	int64_t		next = now + LONGEST_SLEEP;

	if (running[place].context != NULL)
		next = running[place].fetch.deadline;
	else if (source->is_registered)
		next = source->is_wanted ? now : source->times.next_fetch_at;
	if (source->size > 0 && settings.jwks_stale_after > 0)
		next = Min(next, source->times.expires_at + settings.jwks_stale_after * MICROSECONDS);
	return next;
}

static void
wait_until(int64_t time)
{
	WaitEventSet *set = WAIT_EVENT_SET(EVENTS_MAX);
	WaitEvent	events[EVENTS_MAX];
	int64_t		left = time - GetCurrentTimestamp();

	AddWaitEventToSet(set, WL_LATCH_SET, PGINVALID_SOCKET, MyLatch, NULL);
	AddWaitEventToSet(set, WL_EXIT_ON_PM_DEATH, PGINVALID_SOCKET, NULL, NULL);
	for (int i = 0; i < KEY_URLS_MAX; i++)
	{
		if (running[i].context != NULL)
			AddWaitEventToSet(set, WL_SOCKET_READABLE, running[i].fetch.out, NULL, NULL);
	}
	(void) WaitEventSetWait(set, Max(left, 0) / 1000 + 1, events, EVENTS_MAX, PG_WAIT_EXTENSION);
	FreeWaitEventSet(set);
	ResetLatch(MyLatch);
}

/* A reload may have been the repair, of which nobody should have to wait for the effect. */
static void
retry_failed(void)
{
	KeySource	source;
	uint64_t	fetch;

	for (int place = 0; key_store_look(place, &source); place++)
	{
		if (source.is_registered && source.times.failures > 0)
			(void) key_store_ask(place, KEY_STORE_OPERATOR, &fetch);
	}
}

static void
reload(void)
{
	ConfigReloadPending = false;
	ProcessConfigFile(PGC_SIGHUP);
	register_configured();
	retry_failed();
}

/* One turn; gives the time of the next. */
static int64_t
turn(void)
{
	int64_t		next = GetCurrentTimestamp() + LONGEST_SLEEP;
	KeySource	source;

	for (int place = 0; key_store_look(place, &source); place++)
		tend(place, &source, GetCurrentTimestamp());
	for (int place = 0; key_store_look(place, &source); place++)
		next = Min(next, next_time(place, &source, GetCurrentTimestamp()));
	if (save_at != 0 && GetCurrentTimestamp() >= save_at)
		save();
	return save_at != 0 ? Min(next, save_at) : next;
}

void
herm_jwt_worker_main(UNUSED Datum argument)
{
	MemoryContext context = AllocSetContextCreate(TopMemoryContext, "herm_jwt worker",
												  ALLOCSET_DEFAULT_SIZES);

	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	pqsignal(SIGTERM, SignalHandlerForShutdownRequest);
	BackgroundWorkerUnblockSignals();
	before_shmem_exit(stop_all, (Datum) 0);
	key_store_serve();
	MemoryContextSwitchTo(context);
	load();
	register_configured();

	while (!ShutdownRequestPending)
	{
		if (ConfigReloadPending)
			reload();
		wait_until(turn());
		MemoryContextReset(context);
	}
	give_up_all();
	if (save_at != 0)
		save();

	/* anything but 0, so that the postmaster starts it again unless it stops itself */
	proc_exit(1);
}

void
key_worker_register(void)
{
	BackgroundWorker worker = {
		.bgw_name = "herm_jwt worker",
		.bgw_type = "herm_jwt worker",
		.bgw_flags = BGWORKER_SHMEM_ACCESS,
		.bgw_start_time = BgWorkerStart_PostmasterStart,
		.bgw_restart_time = 1,
		.bgw_library_name = "herm_jwt",
		.bgw_function_name = "herm_jwt_worker_main",
	};

	if (!IsBinaryUpgrade)
		RegisterBackgroundWorker(&worker);
}
