/* SPDX-License-Identifier: PostgreSQL */
/*
 * permissions.h: Hasura's permission metadata, enforced by the database.
 *
 * In:    a Request: metadata, source, options.
 * Out:   roles, grants, policies, views and triggers; or what they would be.
 * Never: gives more than Hasura would; touches what it has not made; leaves
 *        anything half done.
 * Rules: docs/permissions.md.
 *
 *		SPI_connect();
 *		model = permissions_apply(&request);
 *		foreach(cell, model->rules) ...
 *		SPI_finish();
 *
 * Every function expects a connection to SPI and search_path = pg_catalog, pg_temp;
 * what it returns lives in the current memory context.
 */
#ifndef HERM_PERMISSIONS_PERMISSIONS_H
#define HERM_PERMISSIONS_PERMISSIONS_H

#include "permissions/plan.h"

/* How the catalogs differ from what the metadata asks for. */
typedef struct Drift
{
	const char *object;
	const char *difference;		/* "missing", "changed", "unexpected" */
	const char *detail;			/* a sentence */
} Drift;

/* Makes the catalogs say what the metadata says; all or nothing, like any statement. */
extern Model *permissions_apply(const Request *request);

/* A list of Drift; empty when in step. */
extern List *permissions_check(const Request *request);

/* Removes what was made for a source; the number of objects. */
extern int64 permissions_drop(const char *source);

#endif							/* HERM_PERMISSIONS_PERMISSIONS_H */
