/* SPDX-License-Identifier: PostgreSQL */
/*
 * herm_jwt.c: the front door.  The library is loaded, its settings come alive,
 * and a server that starts with a bad configuration says so.
 */
#include "compat.h"

#include "fmgr.h"
#include "miscadmin.h"

#include "functions/report.h"
#include "settings.h"

PG_MODULE_MAGIC;

extern PGDLLEXPORT void _PG_init(void);

void
_PG_init(void)
{
	settings_define();
	if (process_shared_preload_libraries_in_progress)
		warn_of_bad_configuration();
}
