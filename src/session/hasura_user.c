/* SPDX-License-Identifier: PostgreSQL */
/*
 * hasura_user.c: hasura.user, and whether to believe it (docs/design.md).
 */
#include "compat.h"

#include "miscadmin.h"
#include "utils/guc.h"
#include "utils/inval.h"
#include "utils/syscache.h"
#include "utils/varlena.h"

#include "session/hasura_user.h"
#include "settings.h"

static bool
is_listed(const char *role_name)
{
	char	   *copy = pstrdup(settings.trusted_roles);
	List	   *names = NIL;
	ListCell   *cell;
	bool		found = false;

	if (SplitGUCList(copy, ',', &names))
	{
		foreach(cell, names)
			found = found || strcmp(lfirst(cell), role_name) == 0;
	}
	list_free(names);
	pfree(copy);
	return found;
}

/* The last answer of is_named(), good for as long as it is valid. */
static struct
{
	bool		is_valid;
	Oid			role;
	uint64_t	settings_generation;
	bool		is_listed;
}			answer;

/* A role has been renamed, or anything else has happened to one. */
static void
forget_answer(UNUSED Datum argument, UNUSED int cache, UNUSED uint32 hash)
{
	answer.is_valid = false;
}

/* By name, exactly: membership in a trusted role does not count. */
static bool
is_named(Oid role)
{
	char	   *name = GetUserNameFromId(role, true /* missing is fine */ );
	bool		listed = name != NULL && is_listed(name);

	if (name != NULL)
		pfree(name);
	return listed;
}

static bool
is_trusted(Oid role)
{
	static bool is_watching;

	if (superuser_arg(role))
		return true;
	if (settings.trusted_roles[0] == '\0')
		return false;
	if (!is_watching)
		CacheRegisterSyscacheCallback(AUTHOID, forget_answer, (Datum) 0);
	is_watching = true;
	if (!answer.is_valid || answer.role != role ||
		answer.settings_generation != settings.generation)
	{
		answer.is_listed = is_named(role);
		answer.role = role;
		answer.settings_generation = settings.generation;
		answer.is_valid = true;
	}
	return answer.is_listed;
}

/*
 * Maintenance commands run an ordinary user's index functions in a superuser's
 * session, and cascades or SECURITY DEFINER functions run code of a user other
 * than the one who logged in: neither may turn into trust.
 */
static bool
is_believed(void)
{
	Oid			user;
	int			security_context;

	GetUserIdAndSecContext(&user, &security_context);
	if ((security_context & SECURITY_RESTRICTED_OPERATION) != 0)
		return false;
	if ((security_context & SECURITY_LOCAL_USERID_CHANGE) != 0 && !is_trusted(user))
		return false;
	return is_trusted(GetSessionUserId());
}

const char *
hasura_user_believed(void)
{
	const char *value;

	/* the cheaper question first: most users are not */
	if (!is_believed())
		return NULL;
	value = GetConfigOption("hasura.user", true, false);
	return value == NULL || value[0] == '\0' ? NULL : value;
}

static bool
reject_value(Rejection *rejection, const char *detail)
{
	reject(rejection, REJECT_BAD_HASURA_USER, "invalid value for parameter \"hasura.user\"");
	rejection->detail = detail;
	rejection->hint = "It is a JSON object of strings, such as "
		"{\"x-hasura-role\": \"user\", \"x-hasura-user-id\": \"1\"}.";
	return false;
}

static bool
reject_twice(Rejection *rejection, Slice name)
{
	return reject_value(rejection,
						psprintf("The member \"%s\" is there twice.", printable(name)));
}

bool
hasura_user_parse(Slice value, Session *session, Rejection *rejection)
{
	JsonDocument document;
	JsonStatus	status = json_parse(value, &document);
	const JsonNode *role;
	Slice		duplicate;

	memset(session, 0, sizeof(*session));
	if (status == JSON_DUPLICATE_MEMBER)
		return reject_twice(rejection, document.duplicate);
	if (status != JSON_OK)
		return reject_value(rejection, psprintf("The value %s.", json_status_text(status)));
	if (document.root->kind != JSON_KIND_OBJECT)
		return reject_value(rejection, "The value is not a JSON object.");
	json_foreach(member, document.root)
	{
		if (member->kind != JSON_KIND_STRING)
			return reject_value(rejection, psprintf("The member \"%s\" is not a string.",
													printable(member->name)));
	}
	if (!session_variables_gather(document.root, &session->variables, &duplicate))
		return reject_twice(rejection, duplicate);
	role = session_variables_find(&session->variables, slice_cstring(VARIABLE_ROLE));
	if (role == NULL || role->text.len == 0)
		return reject_value(rejection, "The member \"x-hasura-role\" is missing or empty.");
	session->role = role->text;
	session_variables_drop_role_claims(&session->variables);
	session_variables_drop_credentials(&session->variables);
	return true;
}
