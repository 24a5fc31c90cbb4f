/* SPDX-License-Identifier: PostgreSQL */
/*
 * stateless.c: the SQL functions that take a token and a configuration, and
 * touch neither the session nor its caches (docs/reference.md).
 */
#include "compat.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "functions/config_site.h"
#include "functions/pack.h"
#include "functions/report.h"
#include "hasura/provider.h"
#include "keys/keyring.h"
#include "session/stats.h"

HERM_SQL_FUNCTION(herm_jwt_verify);
HERM_SQL_FUNCTION(herm_jwt_resolve);
HERM_SQL_FUNCTION(herm_jwt_decode);
HERM_SQL_FUNCTION(herm_jwt_inspect);
HERM_SQL_FUNCTION(herm_jwt_sign);
HERM_SQL_FUNCTION(herm_jwt_check_jwt_secret);
HERM_SQL_FUNCTION(herm_jwt_provider_config);

/* ---- verify and resolve ---- */

static void
encoding_or_raise(void)
{
	Rejection	rejection;

	if (!session_check_encoding(&rejection))
		raise_rejection(&rejection);
}

/* The configuration of argument 1, for the token of argument 0. */
static Verification
prepare(FunctionCallInfo fcinfo, Slice token, Rejection *no_config)
{
	Verification verification = {.text = token,.rules = session_rules()};

	encoding_or_raise();
	if (!config_site_find(fcinfo, 1, &verification.configs, no_config))
		verification.no_config = no_config;
	return verification;
}

/* Runs the checks, and once more if they lacked a key and a newer set of a jwk_url has come. */
static void
run_or_raise(FunctionCallInfo fcinfo, Verification *verification, CheckStep last)
{
	const Verification given = *verification;
	Rejection	rejection;
	bool		accepted = verification_run(verification, last, &rejection);

	if (!accepted && keyring_renew(verification))
	{
		*verification = given;
		accepted = config_site_find(fcinfo, 1, &verification->configs, &rejection) &&
			verification_run(verification, last, &rejection);
	}
	if (!accepted)
	{
		stats_count_refused(verification_refused_at(verification));
		raise_rejection(&rejection);
	}
	stats_count_verified();
}

Datum
herm_jwt_verify(PG_FUNCTION_ARGS)
{
	Rejection	no_config;
	Verification verification;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	verification = prepare(fcinfo, unpack_token(PG_GETARG_DATUM(0)), &no_config);
	run_or_raise(fcinfo, &verification, CHECK_AUD);
	PG_RETURN_DATUM(pack_json(verification.verified.payload));
}

Datum
herm_jwt_resolve(PG_FUNCTION_ARGS)
{
	Rejection	no_config;
	Verification verification;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	verification = prepare(fcinfo, unpack_token(PG_GETARG_DATUM(0)), &no_config);
	verification.requested_role = unpack_text(fcinfo, 2);
	run_or_raise(fcinfo, &verification, CHECK_VARIABLES);
	PG_RETURN_DATUM(pack_variables(&verification.claims.variables));
}

/* ---- decode and inspect ---- */

Datum
herm_jwt_decode(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Verification verification = {.rules = session_rules()};
	Rejection	rejection;
	Datum		values[2];
	bool		nulls[2] = {false, false};

	encoding_or_raise();
	verification.text = unpack_token(PG_GETARG_DATUM(0));
	if (!verification_decode(&verification, &rejection))
		raise_rejection(&rejection);
	values[0] = pack_json(verification.token.untrusted_header.root);
	values[1] = pack_json(verification.token.untrusted_payload.root);

	InitMaterializedSRF(fcinfo, 0);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	return (Datum) 0;
}

/* Adds one row of inspect(). */
static void
report_check(void *state, CheckStep step, CheckStatus status, const char *detail)
{
	static const char *const statuses[] = {
		[CHECK_OK] = "ok",
		[CHECK_FAILED] = "failed",
		[CHECK_SKIPPED] = "skipped",
	};
	ReturnSetInfo *result = state;
	Datum		values[4];
	bool		nulls[4] = {false, false, false, false};

	values[0] = Int32GetDatum(step + 1);
	values[1] = CStringGetTextDatum(check_step_name(step));
	values[2] = CStringGetTextDatum(statuses[status]);
	values[3] = CStringGetTextDatum(detail);
	nulls[3] = detail[0] == '\0';
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* Lets a key that the token lacks come, as the other functions would. */
static void
renew_keys(Verification verification)
{
	Rejection	ignored;

	if (!verification_run(&verification, CHECK_SIGNATURE, &ignored))
		(void) keyring_renew(&verification);
}

Datum
herm_jwt_inspect(PG_FUNCTION_ARGS)
{
	Rejection	no_config;
	Verification verification;
	Slice		token;

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	token = unpack_token_start(PG_GETARG_DATUM(0));
	verification = prepare(fcinfo, token, &no_config);
	if (token.len == 0)
		run_or_raise(fcinfo, &verification, CHECK_AUTHORIZATION);
	renew_keys(verification);
	verification = prepare(fcinfo, token, &no_config);
	verification.requested_role = unpack_text(fcinfo, 2);
	verification_walk(&verification, report_check, fcinfo->resultinfo);
	return (Datum) 0;
}

/* ---- sign ---- */

static void
refuse_key(JoseStatus status)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("cannot sign with this key"),
			 errdetail("%s.", jose_status_text(status)),
			 errhint("The key is a raw secret for HMAC, or else a private key as PEM or JWK.")));
}

static const JoseAlgorithm *
algorithm_argument(Slice name)
{
	const JoseAlgorithm *algorithm = jose_algorithm_find(name);

	if (algorithm == NULL || algorithm->family == JOSE_FAMILY_NONE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown signature algorithm \"%s\"", printable_name(name)),
				 errhint("The names are those of RFC 7518, such as HS256, RS256 or EdDSA, "
						 "in the same case.")));
	return algorithm;
}

/* A JWK if it is a JSON object with "kty", PEM if it has a block, else a secret. */
static JoseStatus
read_signing_key(Slice text, const JoseAlgorithm *algorithm, JoseKey **key)
{
	JsonDocument document;

	if (text.len > 0 && text.data[0] == '{' && json_parse(text, &document) == JSON_OK &&
		json_member(document.root, "kty") != NULL)
		return jose_key_from_jwk(document.root, JOSE_PRIVATE_HALF, key);
	if (algorithm->family == JOSE_FAMILY_HMAC)
		return jose_key_from_secret(text, algorithm, key);
	return jose_key_from_private_pem(text, key);
}

static void
free_key(void *key)
{
	if (*(JoseKey **) key != NULL)
		jose_key_free(*(JoseKey **) key);
}

/* Room for a key that is freed, whatever happens, with the current memory context. */
static JoseKey **
make_key_holder(void)
{
	MemoryContextCallback *callback = palloc0(sizeof(MemoryContextCallback));
	JoseKey   **holder = palloc0(sizeof(JoseKey *));

	callback->func = free_key;
	callback->arg = holder;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, callback);
	return holder;
}

Datum
herm_jwt_sign(PG_FUNCTION_ARGS)
{
	JoseSigning signing = {.kid = unpack_text(fcinfo, 3)};
	Jsonb	   *payload;
	JoseKey   **key;
	JoseStatus	status;
	Slice		token;

	/* not strict: a token needs no kid */
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	encoding_or_raise();
	signing.algorithm = algorithm_argument(unpack_text(fcinfo, 2));
	payload = unpack_jsonb(fcinfo, 0);
	if (!JB_ROOT_IS_OBJECT(payload))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the payload of a token must be a JSON object")));
	signing.payload = unpack_json(payload);
	key = make_key_holder();
	status = read_signing_key(unpack_text(fcinfo, 1), signing.algorithm, key);
	if (status == JOSE_OK)
		status = jose_signature_sign(&signing, *key, &token);
	if (status != JOSE_OK)
		refuse_key(status);
	PG_RETURN_DATUM(pack_text(token));
}

/* ---- check_jwt_secret ---- */

Datum
herm_jwt_check_jwt_secret(PG_FUNCTION_ARGS)
{
	const Keyring *keyring;
	Rejection	rejection;
	StringInfoData text;

	encoding_or_raise();
	if (!keyring_compile(unpack_json(unpack_jsonb(fcinfo, 0)), KEYRING_TO_DESCRIBE,
						 CurrentMemoryContext, &keyring, &rejection))
		raise_rejection(&rejection);
	initStringInfo(&text);
	hasura_configs_describe(keyring->configs, &text);
	PG_RETURN_DATUM(DirectFunctionCall1(jsonb_in, CStringGetDatum(text.data)));
}

/* ---- provider_config ---- */

Datum
herm_jwt_provider_config(PG_FUNCTION_ARGS)
{
	Rejection	rejection;
	StringInfoData text;

	encoding_or_raise();
	initStringInfo(&text);
	if (!hasura_provider_config(unpack_text(fcinfo, 0), unpack_text(fcinfo, 1), &text, &rejection))
		raise_rejection(&rejection);
	PG_RETURN_DATUM(DirectFunctionCall1(jsonb_in, CStringGetDatum(text.data)));
}
