/* SPDX-License-Identifier: PostgreSQL */
/*
 * authenticate.c: the settings that authenticate() sets, and how.
 */
#include "compat.h"

#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"

#include "functions/authenticate.h"
#include "functions/report.h"
#include "permissions/role.h"
#include "settings.h"

static void
set_directly(const char *name, const char *value, bool is_local)
{
	(void) set_config_option(name, value, superuser() ? PGC_SUSET : PGC_USERSET, PGC_S_SESSION,
							 is_local ? GUC_ACTION_LOCAL : GUC_ACTION_SET,
							 true /* change it */ , 0 /* usual errors */ , false);
}

/*
 * Citus hands SET LOCAL statements, and nothing else, to the servers that hold
 * a distributed table's parts, where the policies run (docs/clients.md).
 */
static bool
citus_forwards_statements(bool is_local)
{
	const char *mode = GetConfigOption("citus.propagate_set_commands", true, false);

	return is_local && mode != NULL && strcmp(mode, "local") == 0;
}

/* Raises the error that has just been caught, without the statement's text in it. */
static void
raise_without_statement(MemoryContext context)
{
	ErrorData  *error;

	MemoryContextSwitchTo(context);
	error = CopyErrorData();
	FlushErrorState();
	error->context = NULL;
	error->internalquery = NULL;
	error->internalpos = 0;
	ReThrowError(error);
}

/* SPI would show the statement, and so the token, in the CONTEXT of any error. */
static void
set_by_statement(const char *name, const char *value)
{
	MemoryContext caller = CurrentMemoryContext;
	char	   *statement = psprintf("SET LOCAL %s = %s", name, quote_literal_cstr(value));

	PG_TRY();
	{
		SPI_connect();
		if (SPI_execute(statement, false /* not read-only */ , 0 /* all rows */ ) != SPI_OK_UTILITY)
			elog(ERROR, "could not set parameter \"%s\"", name);
		SPI_finish();
	}
	PG_CATCH();
	{
		jose_secret_wipe(statement, strlen(statement));
		raise_without_statement(caller);
	}
	PG_END_TRY();
	jose_secret_wipe(statement, strlen(statement));
}

static void
set_parameter(const char *name, Slice value, bool is_local)
{
	char	   *text = pnstrdup(value.data, value.len);

	if (citus_forwards_statements(is_local))
		set_by_statement(name, text);
	else
		set_directly(name, text, is_local);
	jose_secret_wipe(text, value.len);
	pfree(text);
}

static void
refuse_database_role(const char *name, const char *why)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_NAME),
			 errmsg("cannot set role \"%s\"", printable(slice_cstring(name))),
			 errdetail("%s", why),
			 errhint("The database role is herm_jwt.database_role_prefix followed by the Hasura "
					 "role.")));
}

/* The database role of a Hasura role; names are refused, never cut. */
static char *
database_role(Slice role)
{
	char	   *name = psprintf("%s%s", settings.database_role_prefix,
								pnstrdup(role.data, role.len));
	const char *why_not = role_name_why_not(name);

	if (slice_equals_cstring(role, ADMIN_ROLE))
		why_not = ADMIN_ROLE_WHY_NOT;
	if (why_not != NULL)
		refuse_database_role(name, why_not);
	return name;
}

static const Session *
verify_or_raise(Slice token, Slice role)
{
	const Session *session;
	Rejection	rejection;

	if (!session_of_token(token, role, &session, &rejection))
		raise_rejection(&rejection);
	return session;
}

const Session *
authenticate_or_raise(const Authentication *request)
{
	const Session *session = verify_or_raise(request->token, request->role);
	char	   *role = request->set_role ? database_role(session->role) : NULL;

	/* may run code of others, and so end the session above */
	set_parameter(SETTING_TOKEN, request->token, request->is_local);
	set_parameter(SETTING_ROLE, request->role, request->is_local);
	if (role != NULL)
		set_directly("role", role, request->is_local);
	return session_or_raise();
}
