/* SPDX-License-Identifier: PostgreSQL */
/*
 * config_site.h: the configuration that a stateless function was given.
 */
#ifndef HERM_FUNCTIONS_CONFIG_SITE_H
#define HERM_FUNCTIONS_CONFIG_SITE_H

#include "fmgr.h"

#include "hasura/config.h"

/*
 * The configuration of a jsonb argument, compiled and kept at the call site for
 * as long as the argument stays the same; for NULL the one in force.  It lives
 * until the next call.
 */
extern bool config_site_find(FunctionCallInfo fcinfo, int argument, const HasuraConfigs **configs,
							 Rejection *rejection) HASURA_VERDICT;

#endif							/* HERM_FUNCTIONS_CONFIG_SITE_H */
