/* SPDX-License-Identifier: PostgreSQL */
/*
 * checks.c: what a token must pass, in Hasura's order, as one table.
 * verification_run() stops at the first refusal, verification_walk() reports each.
 */
#include "compat.h"

#include "hasura/checks.h"
#include "hasura/checks_explain.h"
#include "hasura/checks_judge.h"

#define NEEDS(step) (1u << (step))
#define NEEDS_TOKEN (NEEDS(CHECK_SIZE) | NEEDS(CHECK_AUTHORIZATION))
#define NEEDS_CLAIMS (NEEDS(CHECK_CONFIG) | NEEDS(CHECK_CLAIMS))

typedef struct Check
{
	bool		(*judge) (Verification *v, Rejection *rejection);
	Explanation explain;		/* what was found, when accepted */
	Explanation explain_refusal;	/* what was found beside the message */
	unsigned int needs;			/* steps without which it cannot judge */
} Check;

/* The place in the table is the step: the order is that of CHECK_STEPS. */
static const Check checks[] = {
	[CHECK_SIZE] = {check_size, explain_size, NULL, 0},
	[CHECK_CONFIG] = {check_config, explain_config, NULL, 0},
	[CHECK_AUTHORIZATION] = {check_authorization, NULL, NULL, NEEDS(CHECK_SIZE)},
	[CHECK_ISSUER] = {check_issuer, NULL, NULL, NEEDS_TOKEN | NEEDS(CHECK_CONFIG)},
	[CHECK_PARTS] = {check_parts, NULL, NULL, NEEDS_TOKEN},
	[CHECK_ENCODING] = {check_encoding, NULL, NULL, NEEDS(CHECK_PARTS)},
	[CHECK_HEADER] = {check_header, explain_header, explain_header, NEEDS(CHECK_ENCODING)},
	[CHECK_CLAIMS] = {check_claims, explain_payload, explain_payload, NEEDS(CHECK_ENCODING)},
	[CHECK_ALGORITHM] = {check_algorithm, explain_algorithm, NULL, NEEDS(CHECK_HEADER)},
	[CHECK_KEY] = {check_key, explain_key, NULL, NEEDS(CHECK_CONFIG)},
	[CHECK_SIGNATURE] = {check_signature, NULL, explain_bad_signature,
	NEEDS(CHECK_KEY) | NEEDS(CHECK_ALGORITHM) | NEEDS(CHECK_CLAIMS)},
	[CHECK_EXP] = {check_exp, explain_exp, explain_exp, NEEDS_CLAIMS},
	[CHECK_IAT] = {check_iat, explain_iat, explain_iat, NEEDS_CLAIMS},
	[CHECK_NBF] = {check_nbf, explain_nbf, explain_nbf, NEEDS_CLAIMS},
	[CHECK_ISS] = {check_iss, explain_iss, NULL, NEEDS_CLAIMS},
	[CHECK_AUD] = {check_aud, explain_aud, NULL, NEEDS_CLAIMS},
	[CHECK_HASURA_CLAIMS] = {check_hasura_claims, explain_names, NULL, NEEDS_CLAIMS},
	[CHECK_ALLOWED_ROLES] = {check_allowed_roles, explain_allowed_roles, NULL,
	NEEDS(CHECK_HASURA_CLAIMS)},
	[CHECK_DEFAULT_ROLE] = {check_default_role, explain_default_role, NULL,
	NEEDS(CHECK_HASURA_CLAIMS)},
	[CHECK_ROLE] = {check_role, explain_role, NULL,
	NEEDS(CHECK_ALLOWED_ROLES) | NEEDS(CHECK_DEFAULT_ROLE)},
	[CHECK_VARIABLES] = {check_variables, explain_variables, NULL, NEEDS(CHECK_ROLE)},
};

StaticAssertDecl(lengthof(checks) == CHECK_STEP_COUNT, "every step has its check");

static bool
run_check(Verification *v, CheckStep step, Rejection *rejection)
{
	bool		accepted = checks[step].judge(v, rejection);

	if (accepted)
		v->passed |= NEEDS(step);
	else
		v->passed &= ~NEEDS(step);
	return accepted;
}

bool
verification_run(Verification *v, CheckStep last, Rejection *rejection)
{
	for (CheckStep step = 0; step <= last; step++)
	{
		if (!run_check(v, step, rejection))
			return false;
	}

	/* whatever becomes of the table: nothing passes that nobody has signed */
	return last < CHECK_SIGNATURE || v->verified.payload != NULL ||
		reject(rejection, REJECT_INVALID_JWT, "Could not verify JWT: JWSError JWSInvalidSignature");
}

CheckStep
verification_refused_at(const Verification *v)
{
	CheckStep	step = 0;

	while (step < CHECK_STEP_COUNT - 1 && (v->passed & NEEDS(step)) != 0)
		step++;
	return step;
}

bool
verification_lacks_key(const Verification *v)
{
	Slice		kid = v->token.untrusted_kid;

	return verification_refused_at(v) == CHECK_SIGNATURE &&
		(kid.data == NULL || !hasura_config_has_kid(v->config, kid));
}

bool
verification_decode(Verification *v, Rejection *rejection)
{
	if (!check_size(v, rejection) || !check_authorization(v, rejection) ||
		!check_parts(v, rejection) || !check_encoding(v, rejection))
		return false;

	/* a header that would be refused may still be shown */
	if (jose_token_read_header(&v->token) == JOSE_HEADER_NOT_JSON)
		return check_header(v, rejection);
	return jose_token_read_payload(&v->token) == JOSE_OK || check_claims(v, rejection);
}

bool
verification_judge_times(Verification *v, int64_t now, Rejection *rejection)
{
	v->rules.now = now;
	return run_check(v, CHECK_EXP, rejection) && run_check(v, CHECK_IAT, rejection) &&
		run_check(v, CHECK_NBF, rejection);
}

static void
report_accepted(const Verification *v, CheckStep step, CheckReporter report, void *state)
{
	StringInfoData detail;

	initStringInfo(&detail);
	if (checks[step].explain != NULL)
		checks[step].explain(v, &detail);
	report(state, step, CHECK_OK, detail.data);
}

/* The message, then hint and findings in sentences of their own. */
static const char *
describe_refusal(const Verification *v, CheckStep step, const Rejection *rejection)
{
	StringInfoData detail;

	initStringInfo(&detail);
	appendStringInfoString(&detail, rejection->message);
	if (rejection->detail != NULL)
		appendStringInfo(&detail, " (%s)", rejection->detail);
	if (rejection->hint != NULL)
		appendStringInfo(&detail, ". %s", rejection->hint);
	if (checks[step].explain_refusal != NULL)
	{
		appendStringInfoString(&detail, rejection->hint != NULL ? " " : ". ");
		checks[step].explain_refusal(v, &detail);
	}
	return detail.data;
}

void
verification_walk(Verification *v, CheckReporter report, void *state)
{
	for (CheckStep step = 0; step < CHECK_STEP_COUNT; step++)
	{
		Rejection	rejection;

		if ((checks[step].needs & ~v->passed) != 0)
			report(state, step, CHECK_SKIPPED, "a check that this one builds on did not pass");
		else if (run_check(v, step, &rejection))
			report_accepted(v, step, report, state);
		else
			report(state, step, CHECK_FAILED, describe_refusal(v, step, &rejection));
	}
}

const char *
check_step_name(CheckStep step)
{
	static const char *const names[] = {
#define X(step, name, rule) name,
		CHECK_STEPS(X)
#undef X
	};

	return names[step];
}
