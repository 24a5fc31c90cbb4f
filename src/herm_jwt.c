/* SPDX-License-Identifier: PostgreSQL */
/*
 * herm_jwt.c: the front door. The library is loaded, its settings come alive.
 */
#include "compat.h"

#include "fmgr.h"

#include "settings.h"

PG_MODULE_MAGIC;

extern PGDLLEXPORT void _PG_init(void);

void
_PG_init(void)
{
	settings_define();
}
