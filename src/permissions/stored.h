/* SPDX-License-Identifier: PostgreSQL */
/*
 * stored.h: the metadata that a Hasura keeps in this database.
 */
#ifndef HERM_PERMISSIONS_STORED_H
#define HERM_PERMISSIONS_STORED_H

#include "json/json.h"

/*
 * What hdb_catalog.hdb_metadata has, as {resource_version, metadata}; raises an error if it is
 * not there, not as Hasura makes it, or not the caller's to read.
 */
extern Slice stored_metadata(void);

#endif							/* HERM_PERMISSIONS_STORED_H */
