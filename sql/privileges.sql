-- An ordinary role may do more, or less, than log in and read its own session.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
CREATE ROLE regress_privileges;

-- what a fresh role may execute
SELECT oid::regprocedure FROM pg_proc
WHERE pronamespace = 'herm_jwt'::regnamespace
  AND has_function_privilege('regress_privileges', oid, 'EXECUTE')
ORDER BY oid::regprocedure::text COLLATE "C";
SELECT has_schema_privilege('regress_privileges', 'herm_jwt', 'USAGE') AS usage,
       has_schema_privilege('regress_privileges', 'herm_jwt', 'CREATE') AS "create";

-- tried out
SET SESSION AUTHORIZATION regress_privileges;
BEGIN;
SELECT herm_jwt.authenticate(:'ann');
SELECT herm_jwt.session(), herm_jwt.claims() ->> 'sub', herm_jwt.role(),
       herm_jwt.user_id(), herm_jwt.allowed_roles(),
       herm_jwt.session_variable('x-hasura-user-id'),
       herm_jwt.session_variable('x-hasura-user-id', NULL::int),
       herm_jwt.require_session_variable('x-hasura-user-id');
COMMIT;
SELECT pg_temp.outcome(statement)
FROM (VALUES ('SELECT herm_jwt.verify(''x'')'), ('SELECT herm_jwt.verify(''x'', ''{}'')'),
             ('SELECT herm_jwt.resolve(''x'')'), ('SELECT herm_jwt.decode(''x'')'),
             ('SELECT herm_jwt.inspect(''x'')'), ('SELECT herm_jwt.sign(''{}'', ''x'')'),
             ('SELECT herm_jwt.check_jwt_secret(''{}'')'),
             ('SELECT herm_jwt.provider_config(''auth0'', ''herm.eu.auth0.com'')'),
             ('CREATE TEMPORARY TABLE mine (a int)'),
             ('CREATE TRIGGER mine BEFORE INSERT ON mine FOR EACH ROW
               EXECUTE FUNCTION herm_jwt.apply_presets(''{}'')'),
             ('CREATE FUNCTION herm_jwt.mine() RETURNS int LANGUAGE sql AS ''SELECT 1'''),
             ('DROP FUNCTION herm_jwt.role()'),
             ('ALTER FUNCTION herm_jwt.role() IMMUTABLE'),
             ('DROP EXTENSION herm_jwt')) AS statements(statement);
RESET SESSION AUTHORIZATION;

-- a service may be given one of the others
GRANT EXECUTE ON FUNCTION herm_jwt.verify(text, jsonb) TO regress_privileges;
SET SESSION AUTHORIZATION regress_privileges;
SELECT herm_jwt.verify(:'ann') ->> 'sub';
SELECT split_part(pg_temp.outcome('SELECT herm_jwt.resolve(''x'')'), E'\n', 1);
RESET SESSION AUTHORIZATION;
REVOKE EXECUTE ON FUNCTION herm_jwt.verify(text, jsonb) FROM regress_privileges;

-- and whoever should not log in can be kept from it
REVOKE EXECUTE ON FUNCTION herm_jwt.authenticate(text, text, bool, bool) FROM PUBLIC;
SET SESSION AUTHORIZATION regress_privileges;
SELECT split_part(pg_temp.outcome('SELECT herm_jwt.authenticate(''x'')'), E'\n', 1);
RESET SESSION AUTHORIZATION;
GRANT EXECUTE ON FUNCTION herm_jwt.authenticate(text, text, bool, bool) TO PUBLIC;
DROP OWNED BY regress_privileges;
DROP ROLE regress_privileges;
