/* SPDX-License-Identifier: PostgreSQL */
/*
 * report.c: raising refusals.
 */
#include "compat.h"

#include "functions/report.h"
#include "keys/keyring.h"

static int
sqlstate_of(RejectionCode code)
{
	static const int sqlstates[] = {
		[REJECT_INVALID_JWT] = ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION,
		[REJECT_INVALID_CLAIMS] = ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION,
		[REJECT_MISSING_ROLE_CLAIMS] = ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION,
		[REJECT_INVALID_HEADERS] = ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION,
		[REJECT_ACCESS_DENIED] = ERRCODE_INSUFFICIENT_PRIVILEGE,
		[REJECT_NOT_FOUND] = ERRCODE_UNDEFINED_OBJECT,
		[REJECT_TOKEN_TOO_LARGE] = ERRCODE_PROGRAM_LIMIT_EXCEEDED,
		[REJECT_BAD_CONFIG] = ERRCODE_INVALID_PARAMETER_VALUE,
		[REJECT_NOT_CONFIGURED] = ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
		[REJECT_NO_WORKER] = ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
		[REJECT_FOREIGN_URL] = ERRCODE_INSUFFICIENT_PRIVILEGE,
		[REJECT_TOO_MANY_URLS] = ERRCODE_CONFIGURATION_LIMIT_EXCEEDED,
		[REJECT_BAD_HASURA_USER] = ERRCODE_INVALID_PARAMETER_VALUE,
		[REJECT_BAD_ENCODING] = ERRCODE_FEATURE_NOT_SUPPORTED,
		[REJECT_BAD_PRESETS] = ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED,
		[REJECT_NO_COLUMN] = ERRCODE_UNDEFINED_COLUMN,
		[REJECT_GENERATED_COLUMN] = ERRCODE_GENERATED_ALWAYS,
		[REJECT_WRONG_KIND] = ERRCODE_DATATYPE_MISMATCH,
	};

	return sqlstates[code];
}

static void
report_rejection(int level, const Rejection *rejection)
{
	const char *hasura = rejection_hasura_code(rejection->code);
	const char *detail = rejection->detail;

	if (detail == NULL && hasura != NULL)
		detail = psprintf("Hasura error code: %s", hasura);
	ereport(level,
			(errcode(sqlstate_of(rejection->code)),
			 errmsg_internal("%s", rejection->message),
			 detail != NULL ? errdetail_internal("%s", detail) : 0,
			 rejection->hint != NULL ? errhint("%s", rejection->hint) : 0));
}

void
raise_rejection(const Rejection *rejection)
{
	report_rejection(ERROR, rejection);
	pg_unreachable();
}

/* Sessions find out by themselves, and raise; this is for who reads the log. */
void
prepare_configuration(void)
{
	const Keyring *keyring;
	Rejection	rejection;

	if (!keyring_current(&keyring, &rejection) && rejection.code != REJECT_NOT_CONFIGURED)
		report_rejection(WARNING, &rejection);
}

const Session *
session_or_raise(void)
{
	const Session *session;
	Rejection	rejection;

	if (!session_current(&session, &rejection))
		raise_rejection(&rejection);
	return session;
}
