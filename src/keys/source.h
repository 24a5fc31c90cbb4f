/* SPDX-License-Identifier: PostgreSQL */
/*
 * source.h: the places that a configuration may come from, in their order.
 */
#ifndef HERM_KEYS_SOURCE_H
#define HERM_KEYS_SOURCE_H

#include "hasura/config.h"

typedef enum ConfigPlace
{
	CONFIG_NOWHERE,
	CONFIG_SETTING,				/* herm_jwt.jwt_secret */
	CONFIG_FILE,				/* herm_jwt.jwt_secret_file */
	CONFIG_ENVIRONMENT,			/* HASURA_GRAPHQL_JWT_SECRETS, HASURA_GRAPHQL_JWT_SECRET */
} ConfigPlace;

/* The first place where something stands, good or bad: later ones do not count. */
extern ConfigPlace config_place(void);

/* How people call a place that is not CONFIG_NOWHERE: a setting or an environment variable. */
extern const char *config_place_name(ConfigPlace place);

/* Reads what stands there, for the mode in force; a refusal names the place. */
extern bool config_read(ConfigPlace place, HasuraConfigs **configs,
						Rejection *rejection) HASURA_VERDICT;

#endif							/* HERM_KEYS_SOURCE_H */
