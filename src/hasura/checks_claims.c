/* SPDX-License-Identifier: PostgreSQL */
/*
 * checks_claims.c: the judges of a token's times, issuer, audience, role and
 * session variables.
 */
#include "compat.h"

#include "hasura/checks_explain.h"
#include "hasura/checks_judge.h"

bool
check_exp(Verification *v, Rejection *rejection)
{
	const RegisteredClaims *claims = &v->registered;

	if (!claims->has_exp)
		return !v->rules.strict || reject_strict(rejection, "exp is missing");
	if (v->rules.now < claims->exp + v->config->allowed_skew)
		return true;
	reject(rejection, REJECT_INVALID_JWT, "Could not verify JWT: JWTExpired");
	rejection->hint = "Get a new token from the issuer and authenticate with it.";
	return false;
}

bool
check_iat(Verification *v, Rejection *rejection)
{
	const RegisteredClaims *claims = &v->registered;

	if (!claims->has_iat || claims->iat <= v->rules.now + v->config->allowed_skew)
		return true;
	return reject(rejection, REJECT_INVALID_JWT, "Could not verify JWT: JWTIssuedAtFuture");
}

bool
check_nbf(Verification *v, Rejection *rejection)
{
	const RegisteredClaims *claims = &v->registered;

	if (!claims->has_nbf || v->rules.now >= claims->nbf - v->config->allowed_skew)
		return true;
	return reject(rejection, REJECT_INVALID_JWT, "Could not verify JWT: JWTNotYetValid");
}

bool
check_iss(Verification *v, Rejection *rejection)
{
	const JsonNode *iss = v->registered.iss;

	if (!v->config->has_issuer)
		return true;
	if (iss == NULL)
		return !v->rules.strict || reject_strict(rejection, "iss is missing");
	return slice_equals(iss->text, v->config->issuer) || reject_issuer(v, iss, rejection);
}

/* Without a configured audience every one will do, but there must be one (HASURA-JWT 2.4). */
static bool
accepts_audience(const HasuraConfig *config, Slice audience)
{
	for (int i = 0; i < config->audience_count; i++)
	{
		if (slice_equals(config->audiences[i], audience))
			return true;
	}
	return !config->has_audience;
}

bool
check_aud(Verification *v, Rejection *rejection)
{
	const JsonNode *aud = v->registered.aud;

	if (aud == NULL)
		return !v->rules.strict || !v->config->has_audience ||
			reject_strict(rejection, "aud is missing");
	if (aud->kind == JSON_KIND_STRING && accepts_audience(v->config, aud->text))
		return true;
	json_foreach(element, aud)
	{
		if (accepts_audience(v->config, element->text))
			return true;
	}
	reject(rejection, REJECT_INVALID_JWT, "Could not verify JWT: JWTNotInAudience");
	rejection->hint = explain_audience(v);
	return false;
}

bool
check_hasura_claims(Verification *v, Rejection *rejection)
{
	return hasura_claims_locate(v->token.untrusted_payload.root, v->config, &v->claims, rejection);
}

bool
check_allowed_roles(Verification *v, Rejection *rejection)
{
	return hasura_claims_read_allowed_roles(&v->claims, rejection);
}

bool
check_default_role(Verification *v, Rejection *rejection)
{
	return hasura_claims_read_default_role(&v->claims, rejection);
}

bool
check_role(Verification *v, Rejection *rejection)
{
	return hasura_claims_select_role(&v->claims, v->requested_role, rejection);
}

bool
check_variables(Verification *v, Rejection *rejection)
{
	return hasura_claims_finish(&v->claims, rejection);
}
