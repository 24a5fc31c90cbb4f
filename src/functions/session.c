/* SPDX-License-Identifier: PostgreSQL */
/*
 * session.c: the SQL functions for policies, and authenticate() (docs/reference.md).
 */
#include "compat.h"

#include "fmgr.h"

#include "functions/authenticate.h"
#include "functions/call_site.h"
#include "functions/pack.h"
#include "functions/report.h"
#include "functions/typed_variable.h"

HERM_SQL_FUNCTION(herm_jwt_authenticate);
HERM_SQL_FUNCTION(herm_jwt_session);
HERM_SQL_FUNCTION(herm_jwt_claims);
HERM_SQL_FUNCTION(herm_jwt_role);
HERM_SQL_FUNCTION(herm_jwt_user_id);
HERM_SQL_FUNCTION(herm_jwt_allowed_roles);
HERM_SQL_FUNCTION(herm_jwt_session_variable);
HERM_SQL_FUNCTION(herm_jwt_session_variable_typed);
HERM_SQL_FUNCTION(herm_jwt_require_session_variable);

static inline Datum
kept_value(FunctionCallInfo fcinfo, const CallSite *site)
{
	if (unlikely(site->is_null))
		PG_RETURN_NULL();
	return site->value;
}

/* Says which session variable a call asks for, if any. */
typedef Slice (*Naming) (FunctionCallInfo fcinfo);

static Slice
no_name(UNUSED FunctionCallInfo fcinfo)
{
	return slice_make("", 0);
}

static Slice
user_id_name(UNUSED FunctionCallInfo fcinfo)
{
	return slice_cstring(VARIABLE_USER_ID);
}

static Slice
first_argument(FunctionCallInfo fcinfo)
{
	return unpack_text(fcinfo, 0);
}

/* Gives one value of a session, of variable length; false for NULL. */
typedef bool (*SessionReader) (const Session *session, Slice name, Datum *value);

/*
 * The value for this session and name, kept at the call site; may be NULL.  Not
 * inline, nor is its like below: what a row of a policy runs through stays small.
 */
static pg_noinline Datum
find_value(FunctionCallInfo fcinfo, Naming naming, SessionReader read)
{
	Slice		name = naming(fcinfo);
	const Session *session = session_or_raise();
	CallSite   *site;

	if (session == NULL)
		PG_RETURN_NULL();
	site = call_site(fcinfo);
	if (!call_site_holds(site, session, name))
	{
		uint64_t	generation = session->generation;
		SiteValue	value = {.length = -1};

		value.is_null = !read(session, name, &value.datum);
		call_site_keep(site, generation, name, &value);
	}
	return kept_value(fcinfo, site);
}

/* The same from the call site, if it has it. */
static inline Datum
value_at_site(FunctionCallInfo fcinfo, Naming naming, SessionReader read)
{
	const CallSite *site = call_site_fresh(fcinfo);

	return site != NULL ? kept_value(fcinfo, site) : find_value(fcinfo, naming, read);
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
	return value_at_site(fcinfo, user_id_name, read_variable);
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
	return value_at_site(fcinfo, first_argument, read_variable);
}

Datum
herm_jwt_require_session_variable(PG_FUNCTION_ARGS)
{
	Rejection	rejection;
	Datum		value;

	if (PG_ARGISNULL(0))
		return null_for_null_name(fcinfo);
	value = value_at_site(fcinfo, first_argument, read_variable);
	if (fcinfo->isnull)
	{
		reject_missing_variable(first_argument(fcinfo), &rejection);
		raise_rejection(&rejection);
	}
	return value;
}

/* The value of a variable in the type that the second argument has in this query. */
static Datum
find_typed(FunctionCallInfo fcinfo, CallSite *site, const Session *session, Slice name)
{
	TypedVariable wanted = {
		.generation = session->generation,
		.name = name,
		.type = get_fn_expr_argtype(fcinfo->flinfo, 1),
	};
	SiteValue	value = {.is_null = true};

	if (!typed_variable_recall(&wanted, &value))
	{
		const TypeReader *reader = typed_variable_reader(fcinfo, site);
		const JsonNode *variable = session_variables_find(&session->variables, name);

		if (variable != NULL)
			value = typed_variable_read(&wanted, reader, variable->text);

		/* what also depends on settings or catalogs is read anew each time */
		if (variable != NULL && !reader->is_constant)
			PG_RETURN_DATUM(value.datum);
	}
	call_site_keep(site, wanted.generation, name, &value);
	return kept_value(fcinfo, site);
}

static pg_noinline Datum
session_variable_typed(FunctionCallInfo fcinfo)
{
	const Session *session = session_or_raise();
	CallSite   *site;
	Slice		name;

	if (session == NULL || PG_ARGISNULL(0))
		PG_RETURN_NULL();
	name = first_argument(fcinfo);
	site = call_site(fcinfo);
	if (call_site_holds(site, session, name))
		return kept_value(fcinfo, site);
	return find_typed(fcinfo, site, session, name);
}

Datum
herm_jwt_session_variable_typed(PG_FUNCTION_ARGS)
{
	const CallSite *site = call_site_fresh(fcinfo);

	return site != NULL ? kept_value(fcinfo, site) : session_variable_typed(fcinfo);
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
