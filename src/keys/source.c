/* SPDX-License-Identifier: PostgreSQL */
/*
 * source.c: reading the configuration from a setting, a file or the environment.
 */
#include "compat.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storage/fd.h"

#include "keys/file.h"
#include "keys/source.h"
#include "settings.h"

/* Hasura prefers the plural (HASURA-JWT 1.8). */
static const char *const environment_variables[] = {
	"HASURA_GRAPHQL_JWT_SECRETS", "HASURA_GRAPHQL_JWT_SECRET",
};

/* An empty variable counts as unset, as compose files produce it. */
static const char *
find_environment_variable(void)
{
	for (int i = 0; i < COUNT_OF(environment_variables); i++)
	{
		const char *value = getenv(environment_variables[i]);

		if (value != NULL && value[0] != '\0')
			return environment_variables[i];
	}
	return NULL;
}

ConfigPlace
config_place(void)
{
	if (settings.jwt_secret[0] != '\0')
		return CONFIG_SETTING;
	if (settings.jwt_secret_file[0] != '\0')
		return CONFIG_FILE;
	return find_environment_variable() != NULL ? CONFIG_ENVIRONMENT : CONFIG_NOWHERE;
}

const char *
config_place_name(ConfigPlace place)
{
	if (place == CONFIG_SETTING)
		return SETTING_JWT_SECRET;
	return place == CONFIG_FILE ? SETTING_JWT_SECRET_FILE : find_environment_variable();
}

/* Puts the words of what refused behind a message that names the place. */
static bool
reject_place(Rejection *rejection, const char *place)
{
	rejection->detail = psprintf("%s.", rejection->message);
	rejection->message = place;
	return false;
}

static bool
reject_file(Rejection *rejection, const char *why)
{
	reject(rejection, REJECT_BAD_CONFIG, "%s", why);
	return reject_place(rejection,
						"cannot use the file of parameter \"" SETTING_JWT_SECRET_FILE "\"");
}

/* A configuration that is bad by itself, wherever it stands. */
static bool
reject_configuration(ConfigPlace place, Rejection *rejection)
{
	if (place == CONFIG_SETTING)
		return reject_place(rejection, "invalid value for parameter \"" SETTING_JWT_SECRET "\"");
	if (place == CONFIG_FILE)
		return reject_place(rejection, "invalid configuration in the file of parameter \""
							SETTING_JWT_SECRET_FILE "\"");
	return reject_place(rejection, psprintf("invalid value of environment variable %s",
											find_environment_variable()));
}

/* A regular file of ours or of root, with nothing in it for others. */
static bool
check_file(int fd, struct stat *status, Rejection *rejection)
{
	if (fstat(fd, status) != 0)
		return reject_file(rejection, strerror(errno));
	if (!S_ISREG(status->st_mode))
		return reject_file(rejection, "It is not a regular file");
	if (status->st_uid != geteuid() && status->st_uid != 0)
		return reject_file(rejection, "It belongs neither to the server's user nor to root");
	if ((status->st_mode & (S_IWGRP | S_IRWXO)) != 0)
	{
		reject_file(rejection, "Its permissions let others read or write it");
		rejection->hint = "Use permissions u=rw (0600), or u=rw,g=r (0640).";
		return false;
	}
	if (status->st_size > HASURA_CONFIG_MAX_SIZE)
		return reject_file(rejection, "It is larger than 1 MB");
	return true;
}

static bool
parse_file(int fd, HasuraConfigs **configs, Rejection *rejection)
{
	struct stat status;
	Slice		text;
	char	   *buffer;
	bool		accepted;

	if (!check_file(fd, &status, rejection))
		return false;
	buffer = palloc(status.st_size + 1);
	if (!file_read(fd, buffer, status.st_size, &text))
		return reject_file(rejection, strerror(errno));
	accepted = hasura_configs_parse(text, configs, rejection);
	jose_secret_wipe(buffer, text.len);
	return accepted || reject_configuration(CONFIG_FILE, rejection);
}

static bool
read_file(HasuraConfigs **configs, Rejection *rejection)
{
	/* not blocking, so that a fifo cannot hold the session up */
	int			fd = OpenTransientFile(settings.jwt_secret_file,
									   O_RDONLY | O_NONBLOCK | PG_BINARY);
	bool		accepted;

	if (fd < 0)
		return reject_file(rejection, strerror(errno));
	accepted = parse_file(fd, configs, rejection);
	CloseTransientFile(fd);
	return accepted;
}

static bool
read_environment(HasuraConfigs **configs, Rejection *rejection)
{
	const char *variable = find_environment_variable();

	if (hasura_configs_parse(slice_cstring(getenv(variable)), configs, rejection))
		return true;
	return reject_configuration(CONFIG_ENVIRONMENT, rejection);
}

static bool
read_place(ConfigPlace place, HasuraConfigs **configs, Rejection *rejection)
{
	switch (place)
	{
		case CONFIG_SETTING:
			return settings_judge_jwt_secret(slice_cstring(settings.jwt_secret),
											 settings.jwt_secret_is_stored, configs, rejection);
		case CONFIG_FILE:
			return read_file(configs, rejection);
		case CONFIG_ENVIRONMENT:
			return read_environment(configs, rejection);
		case CONFIG_NOWHERE:
			break;
	}
	reject(rejection, REJECT_NOT_CONFIGURED, "JWT authentication is not configured");
	rejection->hint = "Set herm_jwt.jwt_secret, herm_jwt.jwt_secret_file or the server's "
		"environment variable HASURA_GRAPHQL_JWT_SECRET to the JWT configuration that Hasura gets.";
	return false;
}

bool
config_read(ConfigPlace place, HasuraConfigs **configs, Rejection *rejection)
{
	*configs = NULL;
	if (!read_place(place, configs, rejection))
		return false;
	if (!settings.strict || hasura_configs_make_strict(*configs, rejection))
		return true;
	return reject_configuration(place, rejection);
}
