/* SPDX-License-Identifier: PostgreSQL */
/*
 * herm_jwt.c: the front door.  The library is loaded, its settings come alive,
 * and a server that starts with it gets its worker and hears of a bad configuration.
 */
#include "compat.h"

#include "fmgr.h"
#include "miscadmin.h"

#include "functions/report.h"
#include "keys/store.h"
#include "keys/worker.h"
#include "session/shared_cache.h"
#include "session/stats.h"
#include "settings.h"

PG_MODULE_MAGIC;

extern PGDLLEXPORT void _PG_init(void);

void
_PG_init(void)
{
	settings_define();
	if (!process_shared_preload_libraries_in_progress)
		return;
	key_store_request();
	stats_request();
	shared_cache_request();
	key_worker_register();
	prepare_configuration();
}
