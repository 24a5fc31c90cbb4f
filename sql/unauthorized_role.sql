-- A caller without a token gets more than the unauthorized role.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup

SET herm_jwt.unauthorized_role = 'anonymous';
SELECT herm_jwt.role(), herm_jwt.session();
SELECT herm_jwt.user_id(), herm_jwt.claims(), herm_jwt.allowed_roles(),
       herm_jwt.session_variable('x-hasura-user-id');
SELECT herm_jwt.session_variable('x-hasura-role'),
       herm_jwt.require_session_variable('X-Hasura-Role');
SELECT pg_temp.outcome('SELECT herm_jwt.require_session_variable(''x-hasura-user-id'')');

-- a requested role is ignored
SET herm_jwt.role = 'admin';
SELECT herm_jwt.role(), herm_jwt.session();
RESET herm_jwt.role;

-- variables cannot be brought along
SET "hasura.user" = '';
SELECT set_config('request.jwt.claims', '{"x-hasura-user-id":"1"}', false) \gset ignored_
SELECT herm_jwt.session();

-- a token takes precedence; without it the role is back
BEGIN;
SELECT herm_jwt.authenticate(:'ann');
SELECT herm_jwt.role();
COMMIT;
SELECT herm_jwt.role();

-- authenticate() is for tokens
SELECT pg_temp.outcome('SELECT herm_jwt.authenticate('''')');
SELECT pg_temp.outcome('SELECT herm_jwt.authenticate(NULL)');

-- another name, any name, none
SET herm_jwt.unauthorized_role = 'Gast "ü" \';
SELECT herm_jwt.role(), herm_jwt.session();
SET herm_jwt.unauthorized_role = '';
SELECT herm_jwt.role(), herm_jwt.session();

-- changed within a statement
SELECT set_config('herm_jwt.unauthorized_role', 'one', false), herm_jwt.role(),
       set_config('herm_jwt.unauthorized_role', 'two', false), herm_jwt.role();

-- without a configuration: as Hasura, no token is no error
SET herm_jwt.jwt_secret = '';
SELECT herm_jwt.role();

-- an ordinary role cannot choose it
CREATE ROLE regress_anonymous;
SET SESSION AUTHORIZATION regress_anonymous;
SELECT herm_jwt.role();
SELECT left(pg_temp.outcome('SET herm_jwt.unauthorized_role = ''admin'''), 5);
SET "hasura.user" = '{"x-hasura-role":"admin"}';
SELECT herm_jwt.role();
RESET SESSION AUTHORIZATION;
DROP ROLE regress_anonymous;
