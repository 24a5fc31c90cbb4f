/* SPDX-License-Identifier: PostgreSQL */
/*
 * store.c: shared memory: a table of URLs under one lock, a segment for each
 * set, and a generation that is read without the lock.
 */
#include "compat.h"

#include "miscadmin.h"
#include "port/atomics.h"
#include "storage/condition_variable.h"
#include "storage/dsm.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"

#include "keys/shared_memory.h"
#include "keys/store.h"
#include "settings.h"

typedef struct KeyStore
{
	pg_atomic_uint64 generation;
	Latch	   *worker;			/* NULL while none runs */
	ConditionVariable fetch_ended;
	KeySource	sources[KEY_URLS_MAX];
} KeyStore;

static KeyStore *store;
static LWLock * lock;

/* ---- making it ---- */

static void
make_store(void *area)
{
	KeyStore   *made = area;

	pg_atomic_init_u64(&made->generation, 1);
	ConditionVariableInit(&made->fetch_ended);
}

void
key_store_request(void)
{
	static const SharedArea area = {
		.name = "herm_jwt keys",
		.size = sizeof(KeyStore),
		.address = (void **) &store,
		.lock = &lock,
		.make = make_store,
	};

	shared_memory_request(&area);
}

bool
key_store_exists(void)
{
	return store != NULL;
}

pg_atomic_uint64 *
key_store_generation(void)
{
	return &store->generation;
}

/* ---- for backends ---- */

static void
copy_text(char *to, size_t size, Slice text)
{
	size_t		len = Min(text.len, size - 1);

	memcpy(to, text.data, len);
	to[len] = '\0';
}

static void
wake_worker(void)
{
	if (store->worker != NULL)
		SetLatch(store->worker);
}

/* The place of a URL, or else the best one for it; -1: all are taken. */
static int
find_place(Slice url)
{
	int			forgettable = -1;

	for (int i = 0; i < KEY_URLS_MAX; i++)
	{
		KeySource  *source = &store->sources[i];

		if (slice_equals_cstring(url, source->url))
			return i;
		if (source->url[0] == '\0')
			return i;			/* places are filled in order */
		if (!source->is_registered)
			forgettable = i;
	}
	return forgettable;
}

static int
count_registered(void)
{
	int			count = 0;

	for (int i = 0; i < KEY_URLS_MAX; i++)
		count += store->sources[i].is_registered;
	return count;
}

static void
forget_set(KeySource *source)
{
	if (source->size > 0)
		dsm_unpin_segment(source->segment);
	source->size = 0;
	source->key_count = 0;
	source->etag[0] = '\0';
	source->last_modified[0] = '\0';
}

/* Makes it the URL's, if it is another's or nobody's. */
static void
take_place(KeySource *source, Slice url)
{
	if (slice_equals_cstring(url, source->url))
		return;
	forget_set(source);
	memset(source, 0, sizeof(*source));
	copy_text(source->url, sizeof(source->url), url);
}

static KeyStoreResult
register_locked(Slice url, int *place)
{
	KeySource  *source;

	*place = find_place(url);
	if (*place >= 0 && store->sources[*place].is_registered)
		return KEY_STORE_OK;
	if (*place < 0 || count_registered() >= settings.max_jwks_urls)
		return KEY_STORE_FULL;
	source = &store->sources[*place];
	take_place(source, url);
	source->is_registered = true;
	wake_worker();
	return KEY_STORE_OK;
}

KeyStoreResult
key_store_register(Slice url, int *place)
{
	KeyStoreResult result;

	if (url.len > KEY_SOURCE_URL_MAX)
		return KEY_STORE_URL_TOO_LONG;
	LWLockAcquire(lock, LW_EXCLUSIVE);
	result = register_locked(url, place);
	LWLockRelease(lock);
	return result;
}

bool
key_store_is_served(void)
{
	bool		served;

	LWLockAcquire(lock, LW_SHARED);
	served = store->worker != NULL;
	LWLockRelease(lock);
	return served;
}

bool
key_store_look(int place, KeySource *source)
{
	if (place >= KEY_URLS_MAX)
		return false;
	LWLockAcquire(lock, LW_SHARED);
	*source = store->sources[place];
	LWLockRelease(lock);
	return source->url[0] != '\0';
}

/*
 * NULL if the segment is gone, or cannot be had: the set counts as absent then, and
 * the next fetch replaces it.  Runs without the lock, because dsm_attach() may raise.
 */
static dsm_segment *
attach_segment(dsm_handle handle)
{
	MemoryContext caller = CurrentMemoryContext;
	dsm_segment *volatile segment = NULL;

	PG_TRY();
	{
		segment = dsm_attach(handle);
	}
	PG_CATCH();
	{
		dsm_segment *half = dsm_find_mapping(handle);

		if (geterrcode() == ERRCODE_QUERY_CANCELED)
			PG_RE_THROW();
		MemoryContextSwitchTo(caller);
		FlushErrorState();
		if (half != NULL)
			dsm_detach(half);
	}
	PG_END_TRY();
	return segment;
}

static dsm_handle
current_segment(int place, size_t *size)
{
	dsm_handle	handle;

	LWLockAcquire(lock, LW_SHARED);
	handle = store->sources[place].segment;
	*size = store->sources[place].size;
	LWLockRelease(lock);
	return handle;
}

bool
key_store_read(int place, Slice *text)
{
	dsm_segment *segment = NULL;
	dsm_handle	tried = DSM_HANDLE_INVALID;
	dsm_handle	handle;

	/* one that is replaced before it is attached has a successor */
	while (segment == NULL)
	{
		handle = current_segment(place, &text->len);
		if (text->len == 0 || handle == tried)
			return false;
		segment = attach_segment(handle);
		tried = handle;
	}
	text->data = memcpy(palloc(text->len), dsm_segment_address(segment), text->len);
	dsm_detach(segment);
	return true;
}

static bool
may_ask(const KeySource *source, KeyStoreAsker asker)
{
	return source->is_wanted || source->is_running || asker == KEY_STORE_OPERATOR ||
		schedule_may_refetch(&source->times, GetCurrentTimestamp(), settings.jwks_cooldown);
}

bool
key_store_ask(int place, KeyStoreAsker asker, uint64_t *fetch)
{
	KeySource  *source = &store->sources[place];
	bool		granted;

	/* who is too early, with many others perhaps, keeps nobody waiting */
	LWLockAcquire(lock, LW_SHARED);
	granted = may_ask(source, asker);
	LWLockRelease(lock);
	if (!granted)
		return false;

	LWLockAcquire(lock, LW_EXCLUSIVE);
	granted = may_ask(source, asker);
	*fetch = source->ended + 1;
	if (source->is_running && asker == KEY_STORE_OPERATOR)
		(*fetch)++;				/* what has begun before may bring what was true before */
	if (granted && (!source->is_running || asker == KEY_STORE_OPERATOR))
	{
		source->is_wanted = true;
		wake_worker();
	}
	LWLockRelease(lock);
	return granted;
}

static bool
has_ended(int place, uint64_t fetch)
{
	bool		ended;

	LWLockAcquire(lock, LW_SHARED);
	ended = store->sources[place].ended >= fetch;
	LWLockRelease(lock);
	return ended;
}

int64_t
key_store_deadline(int milliseconds)
{
	return TimestampTzPlusMilliseconds(GetCurrentTimestamp(), milliseconds);
}

bool
key_store_wait(int place, uint64_t fetch, int64_t deadline)
{
	bool		ended;

	ConditionVariablePrepareToSleep(&store->fetch_ended);
	while (!(ended = has_ended(place, fetch)))
	{
		long		left = TimestampDifferenceMilliseconds(GetCurrentTimestamp(), deadline);

		if (left <= 0)
			break;
		(void) ConditionVariableTimedSleep(&store->fetch_ended, left, PG_WAIT_EXTENSION);
	}
	ConditionVariableCancelSleep();
	return ended;
}

/* ---- for the worker ---- */

static void
stop_serving(UNUSED int code, UNUSED Datum argument)
{
	/* after an error the lock may be ours */
	LWLockReleaseAll();
	LWLockAcquire(lock, LW_EXCLUSIVE);
	store->worker = NULL;
	for (int i = 0; i < KEY_URLS_MAX; i++)
		store->sources[i].is_running = false;
	LWLockRelease(lock);
}

void
key_store_serve(void)
{
	before_shmem_exit(stop_serving, (Datum) 0);
	LWLockAcquire(lock, LW_EXCLUSIVE);
	store->worker = MyLatch;
	LWLockRelease(lock);
}

/* Backends see a change when they next compare the generation. */
static void
announce(void)
{
	pg_atomic_fetch_add_u64(&store->generation, 1);
}

static void
end_fetch(KeySource *source)
{
	source->is_running = false;
	source->ended++;
}

static void
take_news(KeySource *source, const KeySource *news)
{
	source->times = news->times;
	source->error[0] = '\0';
	strlcpy(source->etag, news->etag, sizeof(source->etag));
	strlcpy(source->last_modified, news->last_modified, sizeof(source->last_modified));
}

/* A segment that lives until it is replaced; NULL if there is no memory for it. */
static dsm_segment *
make_segment(Slice text)
{
	MemoryContext caller = CurrentMemoryContext;
	dsm_segment *volatile segment = NULL;

	PG_TRY();
	{
		segment = dsm_create(text.len, DSM_CREATE_NULL_IF_MAXSEGMENTS);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(caller);
		FlushErrorState();
	}
	PG_END_TRY();
	if (segment != NULL)
	{
		memcpy(dsm_segment_address(segment), text.data, text.len);
		dsm_pin_segment(segment);
	}
	return segment;
}

/* Puts a text in the place of the set in use. */
static void
use_segment(KeySource *source, dsm_segment * segment, const KeySource *news, Slice text)
{
	forget_set(source);
	take_news(source, news);
	source->segment = dsm_segment_handle(segment);
	source->size = text.len;
	source->key_count = news->key_count;
}

bool
key_store_replace(int place, const KeySource *news, Slice text)
{
	dsm_segment *segment = make_segment(text);

	if (segment == NULL)
		return false;
	LWLockAcquire(lock, LW_EXCLUSIVE);
	use_segment(&store->sources[place], segment, news, text);
	end_fetch(&store->sources[place]);
	announce();
	LWLockRelease(lock);
	dsm_detach(segment);
	ConditionVariableBroadcast(&store->fetch_ended);
	return true;
}

void
key_store_remember(const KeySource *kept, Slice text)
{
	dsm_segment *segment = make_segment(text);
	int			place;

	if (segment == NULL)
		return;
	LWLockAcquire(lock, LW_EXCLUSIVE);
	place = find_place(slice_cstring(kept->url));
	if (place >= 0 && store->sources[place].size == 0)
	{
		take_place(&store->sources[place], slice_cstring(kept->url));
		use_segment(&store->sources[place], segment, kept, text);
		announce();
	}
	else
		dsm_unpin_segment(dsm_segment_handle(segment));
	LWLockRelease(lock);
	dsm_detach(segment);
}

void
key_store_fetch_starts(int place, const FetchTimes *times)
{
	LWLockAcquire(lock, LW_EXCLUSIVE);
	store->sources[place].times = *times;
	store->sources[place].is_wanted = false;
	store->sources[place].is_running = true;
	LWLockRelease(lock);
}

void
key_store_give_up(int place, const FetchTimes *before)
{
	LWLockAcquire(lock, LW_EXCLUSIVE);
	store->sources[place].times = *before;
	store->sources[place].is_wanted = true;
	store->sources[place].is_running = false;
	LWLockRelease(lock);
}

void
key_store_confirm(int place, const KeySource *news)
{
	LWLockAcquire(lock, LW_EXCLUSIVE);
	take_news(&store->sources[place], news);
	end_fetch(&store->sources[place]);
	LWLockRelease(lock);
	ConditionVariableBroadcast(&store->fetch_ended);
}

void
key_store_fail(int place, const FetchTimes *times, int64_t now, const char *error)
{
	KeySource  *source = &store->sources[place];

	LWLockAcquire(lock, LW_EXCLUSIVE);
	source->times = *times;
	source->failed++;
	source->failed_at = now;
	if (source->size == 0 && strcmp(source->error, error) != 0)
		announce();				/* backends without keys tell the reason */
	strlcpy(source->error, error, sizeof(source->error));
	end_fetch(source);
	LWLockRelease(lock);
	ConditionVariableBroadcast(&store->fetch_ended);
}

void
key_store_drop(int place)
{
	LWLockAcquire(lock, LW_EXCLUSIVE);
	forget_set(&store->sources[place]);
	announce();
	LWLockRelease(lock);
}
