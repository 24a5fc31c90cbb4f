/* SPDX-License-Identifier: PostgreSQL */
/* The SQL interface of herm_jwt; docs/reference.md has the same headings. */
\echo Use "CREATE EXTENSION herm_jwt" to load this file. \quit

CREATE SCHEMA herm_jwt;
COMMENT ON SCHEMA herm_jwt IS 'JSON Web Tokens as the source of role and session variables, by the rules of Hasura';
GRANT USAGE ON SCHEMA herm_jwt TO PUBLIC;

----------------------------------------------------------------------
-- Session: for policies, and for everybody
----------------------------------------------------------------------

CREATE FUNCTION herm_jwt.authenticate(
	token pg_catalog.text,
	role pg_catalog.text DEFAULT NULL,
	is_local pg_catalog.bool DEFAULT true,
	set_role pg_catalog.bool DEFAULT false)
RETURNS pg_catalog.jsonb
AS 'MODULE_PATHNAME', 'herm_jwt_authenticate'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION herm_jwt.authenticate(pg_catalog.text, pg_catalog.text, pg_catalog.bool, pg_catalog.bool) IS
'Verifies a token now, makes it the session''s until the end of the transaction (is_local => false: of the session), and returns its session variables. role is the requested role, as X-Hasura-Role; set_role also does what SET ROLE does. Raises what Hasura would answer (HASURA-JWT 2.2, 3).';

CREATE FUNCTION herm_jwt.session()
RETURNS pg_catalog.jsonb
AS 'MODULE_PATHNAME', 'herm_jwt_session'
LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION herm_jwt.session() IS
'The session variables in the shape of hasura.user: lower-case names, strings, x-hasura-role among them. NULL without a session; raises if the token is refused.';

CREATE FUNCTION herm_jwt.claims()
RETURNS pg_catalog.jsonb
AS 'MODULE_PATHNAME', 'herm_jwt_claims'
LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION herm_jwt.claims() IS
'The whole verified payload (RFC 7519 section 4). NULL without a token; raises if the token is refused.';

CREATE FUNCTION herm_jwt.role()
RETURNS pg_catalog.text
AS 'MODULE_PATHNAME', 'herm_jwt_role'
LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION herm_jwt.role() IS
'The role that Hasura would use: the requested one, else the token''s default role (HASURA-JWT 3.3). NULL without a session; raises if the token is refused.';

CREATE FUNCTION herm_jwt.user_id()
RETURNS pg_catalog.text
AS 'MODULE_PATHNAME', 'herm_jwt_user_id'
LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION herm_jwt.user_id() IS
'The session variable x-hasura-user-id. NULL if absent or without a session; raises if the token is refused.';

CREATE FUNCTION herm_jwt.allowed_roles()
RETURNS pg_catalog.text[]
AS 'MODULE_PATHNAME', 'herm_jwt_allowed_roles'
LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION herm_jwt.allowed_roles() IS
'The token''s x-hasura-allowed-roles. NULL without a token; raises if the token is refused.';

CREATE FUNCTION herm_jwt.session_variable(name pg_catalog.text)
RETURNS pg_catalog.text
AS 'MODULE_PATHNAME', 'herm_jwt_session_variable'
LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION herm_jwt.session_variable(pg_catalog.text) IS
'A session variable, asked for in any case. NULL if absent or without a session; raises if the token is refused.';

CREATE FUNCTION herm_jwt.session_variable(name pg_catalog.text, type pg_catalog.anyelement)
RETURNS pg_catalog.anyelement
AS 'MODULE_PATHNAME', 'herm_jwt_session_variable_typed'
LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION herm_jwt.session_variable(pg_catalog.text, pg_catalog.anyelement) IS
'A session variable as the type of the second argument, whose value does not matter: session_variable(''x-hasura-user-id'', NULL::uuid). NULL if absent or without a session; raises if the token is refused or the text does not fit the type.';

CREATE FUNCTION herm_jwt.require_session_variable(name pg_catalog.text)
RETURNS pg_catalog.text
AS 'MODULE_PATHNAME', 'herm_jwt_require_session_variable'
LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION herm_jwt.require_session_variable(pg_catalog.text) IS
'A session variable, asked for in any case; raises 42704, missing session variable, if it is absent, as Hasura does (HASURA-JWT 4).';

----------------------------------------------------------------------
-- Stateless: for administrators and services
----------------------------------------------------------------------

CREATE FUNCTION herm_jwt.verify(
	token pg_catalog.text,
	jwt_secret pg_catalog.jsonb DEFAULT NULL)
RETURNS pg_catalog.jsonb
AS 'MODULE_PATHNAME', 'herm_jwt_verify'
LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION herm_jwt.verify(pg_catalog.text, pg_catalog.jsonb) IS
'The payload of a token, with or without Hasura''s claims, or an error (HASURA-JWT 2.2, steps 1 to 15). jwt_secret is a configuration in Hasura''s format; NULL means the configured one.';

CREATE FUNCTION herm_jwt.resolve(
	token pg_catalog.text,
	jwt_secret pg_catalog.jsonb DEFAULT NULL,
	requested_role pg_catalog.text DEFAULT NULL)
RETURNS pg_catalog.jsonb
AS 'MODULE_PATHNAME', 'herm_jwt_resolve'
LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION herm_jwt.resolve(pg_catalog.text, pg_catalog.jsonb, pg_catalog.text) IS
'The session variables that Hasura would derive from a token, or the error that it would answer (HASURA-JWT 2.2, 3). jwt_secret is a configuration in Hasura''s format; NULL means the configured one.';

CREATE FUNCTION herm_jwt.decode(
	token pg_catalog.text,
	OUT header pg_catalog.jsonb,
	OUT payload pg_catalog.jsonb)
RETURNS SETOF pg_catalog.record
AS 'MODULE_PATHNAME', 'herm_jwt_decode'
LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 1;
COMMENT ON FUNCTION herm_jwt.decode(pg_catalog.text) IS
'Header and payload of a token as one row. Nothing is verified: never decide anything by them. Raises if the text is no token (RFC 7515 section 3.1).';

CREATE FUNCTION herm_jwt.inspect(
	token pg_catalog.text,
	jwt_secret pg_catalog.jsonb DEFAULT NULL,
	requested_role pg_catalog.text DEFAULT NULL,
	OUT step pg_catalog.int4,
	OUT "check" pg_catalog.text,
	OUT status pg_catalog.text,
	OUT detail pg_catalog.text)
RETURNS SETOF pg_catalog.record
AS 'MODULE_PATHNAME', 'herm_jwt_inspect'
LANGUAGE C STABLE PARALLEL SAFE ROWS 21;
COMMENT ON FUNCTION herm_jwt.inspect(pg_catalog.text, pg_catalog.jsonb, pg_catalog.text) IS
'What Hasura would say of a token and why: one row for each check, in Hasura''s order (HASURA-JWT 2.2), with status ok, failed or skipped. Never raises because of a token.';

CREATE FUNCTION herm_jwt.sign(
	payload pg_catalog.jsonb,
	key pg_catalog.text,
	algorithm pg_catalog.text DEFAULT 'HS256',
	kid pg_catalog.text DEFAULT NULL)
RETURNS pg_catalog.text
AS 'MODULE_PATHNAME', 'herm_jwt_sign'
LANGUAGE C VOLATILE PARALLEL SAFE;
COMMENT ON FUNCTION herm_jwt.sign(pg_catalog.jsonb, pg_catalog.text, pg_catalog.text, pg_catalog.text) IS
'A signed token in compact form (RFC 7515 section 5.1). key is a raw secret for HMAC, a private key in PEM, or a private JWK. Raises 22023 if it does not fit the algorithm.';

CREATE FUNCTION herm_jwt.check_jwt_secret(jwt_secret pg_catalog.jsonb)
RETURNS pg_catalog.jsonb
AS 'MODULE_PATHNAME', 'herm_jwt_check_jwt_secret'
LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION herm_jwt.check_jwt_secret(pg_catalog.jsonb) IS
'A configuration as it is understood, with the key described instead of shown; or 22023 with the error that Hasura gives (HASURA-JWT 1.4).';

CREATE FUNCTION herm_jwt.provider_config(provider pg_catalog.text, domain pg_catalog.text)
RETURNS pg_catalog.jsonb
AS 'MODULE_PATHNAME', 'herm_jwt_provider_config'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION herm_jwt.provider_config(pg_catalog.text, pg_catalog.text) IS
'A configuration for a provider of tokens (auth0, firebase, cognito, keycloak, okta, azure, clerk, supabase, nhost), ready for Hasura and herm_jwt (docs/providers.md). domain is what the provider knows you by; raises 22023 if it is not.';

REVOKE ALL ON FUNCTION
	herm_jwt.verify(pg_catalog.text, pg_catalog.jsonb),
	herm_jwt.resolve(pg_catalog.text, pg_catalog.jsonb, pg_catalog.text),
	herm_jwt.decode(pg_catalog.text),
	herm_jwt.inspect(pg_catalog.text, pg_catalog.jsonb, pg_catalog.text),
	herm_jwt.sign(pg_catalog.jsonb, pg_catalog.text, pg_catalog.text, pg_catalog.text),
	herm_jwt.check_jwt_secret(pg_catalog.jsonb),
	herm_jwt.provider_config(pg_catalog.text, pg_catalog.text)
FROM PUBLIC;

----------------------------------------------------------------------
-- Permissions: Hasura's permission metadata as row-level security
----------------------------------------------------------------------

CREATE FUNCTION herm_jwt.plan_permissions(
	metadata pg_catalog.jsonb DEFAULT NULL,
	source pg_catalog.text DEFAULT 'default',
	options pg_catalog.jsonb DEFAULT '{}',
	OUT step pg_catalog.int4,
	OUT object pg_catalog.text,
	OUT role pg_catalog.text,
	OUT statement pg_catalog.text)
RETURNS SETOF pg_catalog.record
AS 'MODULE_PATHNAME', 'herm_jwt_plan_permissions'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100 SET search_path = pg_catalog, pg_temp SET quote_all_identifiers = off;
COMMENT ON FUNCTION herm_jwt.plan_permissions(pg_catalog.jsonb, pg_catalog.text, pg_catalog.jsonb) IS
'The statements that make the database enforce Hasura''s permission metadata, one row each, in order; changes nothing. metadata is version 3, with or without the wrapper of an export; NULL means the row in hdb_catalog.hdb_metadata. Raises 22023 for what is no metadata, an unknown source or option.';

CREATE FUNCTION herm_jwt.review_permissions(
	metadata pg_catalog.jsonb DEFAULT NULL,
	source pg_catalog.text DEFAULT 'default',
	options pg_catalog.jsonb DEFAULT '{}',
	OUT table_name pg_catalog.text,
	OUT role pg_catalog.text,
	OUT operation pg_catalog.text,
	OUT outcome pg_catalog.text,
	OUT reason pg_catalog.text,
	OUT detail pg_catalog.text)
RETURNS SETOF pg_catalog.record
AS 'MODULE_PATHNAME', 'herm_jwt_review_permissions'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100 SET search_path = pg_catalog, pg_temp SET quote_all_identifiers = off;
COMMENT ON FUNCTION herm_jwt.review_permissions(pg_catalog.jsonb, pg_catalog.text, pg_catalog.jsonb) IS
'What becomes of each permission of Hasura''s metadata: outcome is exact, stricter, partial or refused, reason the codes of docs/permissions.md; changes nothing. Arguments and errors as plan_permissions().';

CREATE FUNCTION herm_jwt.apply_permissions(
	metadata pg_catalog.jsonb DEFAULT NULL,
	source pg_catalog.text DEFAULT 'default',
	options pg_catalog.jsonb DEFAULT '{}',
	OUT table_name pg_catalog.text,
	OUT role pg_catalog.text,
	OUT operation pg_catalog.text,
	OUT outcome pg_catalog.text,
	OUT reason pg_catalog.text,
	OUT detail pg_catalog.text)
RETURNS SETOF pg_catalog.record
AS 'MODULE_PATHNAME', 'herm_jwt_apply_permissions'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100 SET search_path = pg_catalog, pg_temp SET quote_all_identifiers = off;
COMMENT ON FUNCTION herm_jwt.apply_permissions(pg_catalog.jsonb, pg_catalog.text, pg_catalog.jsonb) IS
'Makes the database enforce Hasura''s permission metadata, in the current transaction; does only what is not done yet, and leaves alone what it has not made. Returns the review. Arguments and errors as plan_permissions(); 42501 for others than superusers and owners of tracked tables.';

CREATE FUNCTION herm_jwt.check_permissions(
	metadata pg_catalog.jsonb DEFAULT NULL,
	source pg_catalog.text DEFAULT 'default',
	options pg_catalog.jsonb DEFAULT '{}',
	OUT object pg_catalog.text,
	OUT difference pg_catalog.text,
	OUT detail pg_catalog.text)
RETURNS SETOF pg_catalog.record
AS 'MODULE_PATHNAME', 'herm_jwt_check_permissions'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100 SET search_path = pg_catalog, pg_temp SET quote_all_identifiers = off;
COMMENT ON FUNCTION herm_jwt.check_permissions(pg_catalog.jsonb, pg_catalog.text, pg_catalog.jsonb) IS
'How the catalogs differ from what Hasura''s permission metadata asks for: difference is missing, changed or unexpected; no row when in step. Options that are left out are those of the last apply. Arguments and errors as plan_permissions().';

CREATE FUNCTION herm_jwt.drop_permissions(source pg_catalog.text DEFAULT 'default')
RETURNS pg_catalog.int8
AS 'MODULE_PATHNAME', 'herm_jwt_drop_permissions'
LANGUAGE C VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET quote_all_identifiers = off;
COMMENT ON FUNCTION herm_jwt.drop_permissions(pg_catalog.text) IS
'Removes what apply_permissions() made for a source, row security included where it was turned on, and roles that nothing depends on any more; returns the number of objects.';

REVOKE ALL ON FUNCTION
	herm_jwt.plan_permissions(pg_catalog.jsonb, pg_catalog.text, pg_catalog.jsonb),
	herm_jwt.review_permissions(pg_catalog.jsonb, pg_catalog.text, pg_catalog.jsonb),
	herm_jwt.apply_permissions(pg_catalog.jsonb, pg_catalog.text, pg_catalog.jsonb),
	herm_jwt.check_permissions(pg_catalog.jsonb, pg_catalog.text, pg_catalog.jsonb),
	herm_jwt.drop_permissions(pg_catalog.text)
FROM PUBLIC;

CREATE FUNCTION herm_jwt.explain_access(
	target pg_catalog.regclass,
	operation pg_catalog.text DEFAULT 'select',
	OUT object pg_catalog.text,
	OUT applies pg_catalog.bool,
	OUT verdict pg_catalog.text,
	OUT detail pg_catalog.text)
RETURNS SETOF pg_catalog.record
AS 'MODULE_PATHNAME', 'herm_jwt_explain_access'
LANGUAGE C STABLE PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION herm_jwt.explain_access(pg_catalog.regclass, pg_catalog.text) IS
'Why the current session and database role see no rows of a table or view, or may not insert, update or delete: a row for each grant and policy, and last what they can do and, if nothing, why. Runs no policy; those of others are not judged. Raises if the token is refused.';
GRANT EXECUTE ON FUNCTION herm_jwt.explain_access(pg_catalog.regclass, pg_catalog.text) TO PUBLIC;

CREATE FUNCTION herm_jwt.apply_presets()
RETURNS pg_catalog.trigger
AS 'MODULE_PATHNAME', 'herm_jwt_apply_presets'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION herm_jwt.apply_presets() IS
'For triggers BEFORE INSERT or UPDATE, FOR EACH ROW: sets the columns that Hasura''s permissions preset ("set"). The argument is {"role": {"column": value}}; a value may be a session variable. Acts on users under row-level security whose session has one of the roles, and does nothing for all others.';

REVOKE ALL ON FUNCTION herm_jwt.apply_presets() FROM PUBLIC;

----------------------------------------------------------------------
-- Operations: for superusers and monitors
----------------------------------------------------------------------

CREATE FUNCTION herm_jwt.keys(
	OUT source pg_catalog.text,
	OUT kid pg_catalog.text,
	OUT kty pg_catalog.text,
	OUT alg pg_catalog.text,
	OUT fetched_at pg_catalog.timestamptz,
	OUT expires_at pg_catalog.timestamptz)
RETURNS SETOF pg_catalog.record
AS 'MODULE_PATHNAME', 'herm_jwt_keys'
LANGUAGE C VOLATILE PARALLEL RESTRICTED ROWS 10;
COMMENT ON FUNCTION herm_jwt.keys() IS
'Behind the view of the same name.';

CREATE VIEW herm_jwt.keys AS SELECT * FROM herm_jwt.keys();
COMMENT ON VIEW herm_jwt.keys IS
'The public half of each key that verifies tokens: those of the configuration in force here, and those of every registered jwk_url of the server (RFC 7517 section 4). fetched_at and expires_at are of keys that come from a URL.';

CREATE FUNCTION herm_jwt.jwk_urls(
	OUT url pg_catalog.text,
	OUT keys pg_catalog.int4,
	OUT fetched_at pg_catalog.timestamptz,
	OUT expires_at pg_catalog.timestamptz,
	OUT next_fetch_at pg_catalog.timestamptz,
	OUT fetches pg_catalog.int8,
	OUT failures pg_catalog.int8,
	OUT last_error pg_catalog.text,
	OUT failed_at pg_catalog.timestamptz)
RETURNS SETOF pg_catalog.record
AS 'MODULE_PATHNAME', 'herm_jwt_jwk_urls'
LANGUAGE C VOLATILE PARALLEL RESTRICTED ROWS 2;
COMMENT ON FUNCTION herm_jwt.jwk_urls() IS
'Behind the view of the same name.';

CREATE VIEW herm_jwt.jwk_urls AS SELECT * FROM herm_jwt.jwk_urls();
COMMENT ON VIEW herm_jwt.jwk_urls IS
'Each jwk_url of the server: how many keys are in use, when they were last confirmed, when they expire and are fetched next; fetches and failures since the start, and why the last fetch failed if it did (HASURA-JWT 1.7).';

CREATE FUNCTION herm_jwt.stats(
	OUT counter pg_catalog.text,
	OUT reason pg_catalog.text,
	OUT value pg_catalog.int8)
RETURNS SETOF pg_catalog.record
AS 'MODULE_PATHNAME', 'herm_jwt_stats'
LANGUAGE C VOLATILE PARALLEL RESTRICTED ROWS 25;
COMMENT ON FUNCTION herm_jwt.stats() IS
'Behind the view of the same name.';

CREATE VIEW herm_jwt.stats AS SELECT * FROM herm_jwt.stats();
COMMENT ON VIEW herm_jwt.stats IS
'Counters since the server''s start: tokens verified, found in a session''s memory, rejected (the reason is the step of inspect()), fetches of key sets and their failures. No row unless the library is preloaded.';

CREATE FUNCTION herm_jwt.refresh_jwks(
	OUT url pg_catalog.text,
	OUT outcome pg_catalog.text,
	OUT keys pg_catalog.int4,
	OUT detail pg_catalog.text)
RETURNS SETOF pg_catalog.record
AS 'MODULE_PATHNAME', 'herm_jwt_refresh_jwks'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 2;
COMMENT ON FUNCTION herm_jwt.refresh_jwks() IS
'Fetches every jwk_url of the server now, waits for the results and reports each: outcome is fetched, failed or timed out, keys how many are in use, detail why it failed. Raises 55000 unless the library is preloaded.';

REVOKE ALL ON FUNCTION
	herm_jwt.keys(), herm_jwt.jwk_urls(), herm_jwt.stats(), herm_jwt.refresh_jwks()
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
	herm_jwt.keys(), herm_jwt.jwk_urls(), herm_jwt.stats(), herm_jwt.refresh_jwks()
TO pg_monitor;
GRANT SELECT ON herm_jwt.keys, herm_jwt.jwk_urls, herm_jwt.stats TO pg_monitor;
