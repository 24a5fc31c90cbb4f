/* SPDX-License-Identifier: PostgreSQL */
/*
 * session.c: the SQL functions for policies, and authenticate() (docs/reference.md).
 */
#include "compat.h"

#include "catalog/pg_proc.h"
#include "fmgr.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "functions/authenticate.h"
#include "functions/call_site.h"
#include "functions/pack.h"
#include "functions/report.h"

HERM_SQL_FUNCTION(herm_jwt_authenticate);
HERM_SQL_FUNCTION(herm_jwt_session);
HERM_SQL_FUNCTION(herm_jwt_claims);
HERM_SQL_FUNCTION(herm_jwt_role);
HERM_SQL_FUNCTION(herm_jwt_user_id);
HERM_SQL_FUNCTION(herm_jwt_allowed_roles);
HERM_SQL_FUNCTION(herm_jwt_session_variable);
HERM_SQL_FUNCTION(herm_jwt_session_variable_typed);
HERM_SQL_FUNCTION(herm_jwt_require_session_variable);

static const Slice no_name = {"", 0};

static inline Datum
kept_value(FunctionCallInfo fcinfo, const CallSite *site)
{
	if (site->is_null)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(site->value);
}

/* Gives one value of a session; false for NULL. */
typedef bool (*SessionReader) (const Session *session, Slice name, Datum *value);

/* The value for this session and name, from the call site or made and kept there; may be NULL. */
static Datum
value_at_site(FunctionCallInfo fcinfo, Slice name, SessionReader read)
{
	CallSite   *site = fcinfo->flinfo->fn_extra;
	const Session *session;

	if (call_site_is_fresh(site))
		return kept_value(fcinfo, site);
	session = session_or_raise();
	if (session == NULL)
		PG_RETURN_NULL();
	site = call_site(fcinfo);
	if (!call_site_holds(site, session, name))
	{
		uint64_t	generation = session->generation;
		MemoryContext caller;
		Datum		value;
		bool		found;

		call_site_renew(site);
		caller = MemoryContextSwitchTo(site->context);
		found = read(session, name, &value);
		MemoryContextSwitchTo(caller);
		if (found)
			call_site_keep(site, generation, name, value);
		else
			call_site_keep_null(site, generation, name);
	}
	return kept_value(fcinfo, site);
}

/* NULL for a NULL name, but not for a token that is refused. */
static Datum
null_for_null_name(FunctionCallInfo fcinfo)
{
	(void) session_or_raise();
	PG_RETURN_NULL();
}

static bool
read_session(const Session *session, UNUSED Slice name, Datum *value)
{
	*value = pack_variables(&session->variables);
	return true;
}

static bool
read_claims(const Session *session, UNUSED Slice name, Datum *value)
{
	if (session->payload == NULL)
		return false;
	*value = pack_json(session->payload);
	return true;
}

static bool
read_role(const Session *session, UNUSED Slice name, Datum *value)
{
	*value = pack_text(session->role);
	return true;
}

static bool
read_allowed_roles(const Session *session, UNUSED Slice name, Datum *value)
{
	if (session->allowed_roles == NULL)
		return false;
	*value = pack_text_array(session->allowed_roles);
	return true;
}

static bool
read_variable(const Session *session, Slice name, Datum *value)
{
	const JsonNode *variable = session_variables_find(&session->variables, name);

	if (variable == NULL)
		return false;
	*value = pack_text(variable->text);
	return true;
}

Datum
herm_jwt_session(PG_FUNCTION_ARGS)
{
	return value_at_site(fcinfo, no_name, read_session);
}

Datum
herm_jwt_claims(PG_FUNCTION_ARGS)
{
	return value_at_site(fcinfo, no_name, read_claims);
}

Datum
herm_jwt_role(PG_FUNCTION_ARGS)
{
	return value_at_site(fcinfo, no_name, read_role);
}

Datum
herm_jwt_user_id(PG_FUNCTION_ARGS)
{
	return value_at_site(fcinfo, slice_cstring(VARIABLE_USER_ID), read_variable);
}

Datum
herm_jwt_allowed_roles(PG_FUNCTION_ARGS)
{
	return value_at_site(fcinfo, no_name, read_allowed_roles);
}

/* Not strict, nor are the next two: a refused token raises whatever is asked for. */
Datum
herm_jwt_session_variable(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		return null_for_null_name(fcinfo);
	return value_at_site(fcinfo, unpack_text(fcinfo, 0), read_variable);
}

Datum
herm_jwt_require_session_variable(PG_FUNCTION_ARGS)
{
	Slice		name = unpack_text(fcinfo, 0);
	Rejection	rejection;
	Datum		value;

	if (PG_ARGISNULL(0))
		return null_for_null_name(fcinfo);
	value = value_at_site(fcinfo, name, read_variable);
	if (fcinfo->isnull)
	{
		reject_missing_variable(name, &rejection);
		raise_rejection(&rejection);
	}
	return value;
}

/* Looks up how to read the type that the second argument has in this query. */
static void
prepare_input(FunctionCallInfo fcinfo, CallSite *site)
{
	Oid			type = get_fn_expr_argtype(fcinfo->flinfo, 1);
	Oid			input;

	if (OidIsValid(site->type))
		return;
	if (!OidIsValid(type))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("could not determine the type of the session variable")));
	getTypeInputInfo(type, &input, &site->type_parameter);
	fmgr_info_cxt(input, &site->input, fcinfo->flinfo->fn_mcxt);
	site->is_constant = func_volatile(input) == PROVOLATILE_IMMUTABLE;
	site->type = type;
}

/* Runs the type's input function on a copy: it may be any code, and end the session. */
static Datum
read_as_type(CallSite *site, Slice text)
{
	return InputFunctionCall(&site->input, pnstrdup(text.data, text.len), site->type_parameter,
							 -1 /* no type modifier */ );
}

/* The value of an immutable input function, kept at the call site. */
static void
keep_typed(CallSite *site, const Session *session, Slice name, const JsonNode *variable)
{
	uint64_t	generation = session->generation;
	MemoryContext caller;

	call_site_renew(site);
	if (variable == NULL)
	{
		call_site_keep_null(site, generation, name);
		return;
	}
	caller = MemoryContextSwitchTo(site->context);
	call_site_keep(site, generation, name, read_as_type(site, variable->text));
	MemoryContextSwitchTo(caller);
}

Datum
herm_jwt_session_variable_typed(PG_FUNCTION_ARGS)
{
	CallSite   *site = fcinfo->flinfo->fn_extra;
	const Session *session;
	const JsonNode *variable;
	Slice		name;

	if (call_site_is_fresh(site))
		return kept_value(fcinfo, site);
	session = session_or_raise();
	if (session == NULL || PG_ARGISNULL(0))
		PG_RETURN_NULL();
	name = unpack_text(fcinfo, 0);
	site = call_site(fcinfo);
	if (!call_site_holds(site, session, name))
	{
		prepare_input(fcinfo, site);
		variable = session_variables_find(&session->variables, name);

		/* what also depends on settings or catalogs is read anew each time */
		if (!site->is_constant && variable != NULL)
			PG_RETURN_DATUM(read_as_type(site, variable->text));
		keep_typed(site, session, name, variable);
	}
	return kept_value(fcinfo, site);
}

/* An argument that has a default and no meaning as NULL. */
static bool
boolean_argument(FunctionCallInfo fcinfo, int argument, const char *name)
{
	if (PG_ARGISNULL(argument))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("argument \"%s\" must not be null", name)));
	return PG_GETARG_BOOL(argument);
}

Datum
herm_jwt_authenticate(PG_FUNCTION_ARGS)
{
	Authentication request = {
		.token = PG_ARGISNULL(0) ? slice_make("", 0) : unpack_token(PG_GETARG_DATUM(0)),
		.role = unpack_text(fcinfo, 1),
		.is_local = boolean_argument(fcinfo, 2, "is_local"),
		.set_role = boolean_argument(fcinfo, 3, "set_role"),
	};
	const Session *session = authenticate_or_raise(&request);

	PG_RETURN_DATUM(pack_variables(&session->variables));
}
