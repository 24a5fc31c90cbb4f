-- A refused token makes an anonymous user, or leaves the former one in force.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup

-- each accessor, once and once more, with and without a role for anonymous users
CREATE FUNCTION pg_temp.all_accessors() RETURNS TABLE (answer text, times bigint)
LANGUAGE sql AS $$
    SELECT split_part(pg_temp.outcome('SELECT herm_jwt.' || call), E'\n', 1), count(*)
    FROM generate_series(1, 2),
         (VALUES ('session()'), ('claims()'), ('role()'), ('user_id()'),
                 ('allowed_roles()'), ('session_variable(''x-hasura-a'')'),
                 ('session_variable(''x-hasura-a'', 1)'),
                 ('require_session_variable(''x-hasura-a'')')) AS calls(call)
    GROUP BY 1
$$;

SELECT pg_temp.jwt('{"sub":"ann"}') AS no_claims,
       left(:'ann', -1) || 'A' AS forged,
       pg_temp.user_token('1', '["editor"]') AS no_role \gset

BEGIN;
SELECT herm_jwt.authenticate(:'eve') ->> 'x-hasura-user-id';
SET LOCAL herm_jwt.token = :'forged';
SELECT * FROM pg_temp.all_accessors();
SAVEPOINT again;
SELECT herm_jwt.role();
ROLLBACK TO again;
SELECT herm_jwt.role();
ROLLBACK TO again;
SELECT herm_jwt.claims();
ROLLBACK TO again;
SET LOCAL herm_jwt.token = :'expired';
SELECT * FROM pg_temp.all_accessors();
SET LOCAL herm_jwt.token = :'no_claims';
SELECT * FROM pg_temp.all_accessors();
SET LOCAL herm_jwt.token = :'no_role';
SELECT * FROM pg_temp.all_accessors();
SET LOCAL herm_jwt.token = 'nonsense';
SELECT * FROM pg_temp.all_accessors();
SET LOCAL herm_jwt.token = ' ';
SELECT * FROM pg_temp.all_accessors();
SET LOCAL herm_jwt.token = 'Bearer ';
SELECT * FROM pg_temp.all_accessors();
SET LOCAL herm_jwt.token = :'bob';
SELECT herm_jwt.user_id();
ROLLBACK;

-- neither the unauthorized role nor hasura.user takes its place
SET herm_jwt.unauthorized_role = 'anonymous';
SET "hasura.user" = '{"x-hasura-role":"admin"}';
SET herm_jwt.token = :'forged';
SELECT * FROM pg_temp.all_accessors();
SET herm_jwt.token = :'expired';
SELECT * FROM pg_temp.all_accessors();
SET herm_jwt.token = :'ann';
SELECT herm_jwt.role();
RESET herm_jwt.token;
SELECT herm_jwt.role();
RESET "hasura.user";
SELECT herm_jwt.role();
RESET herm_jwt.unauthorized_role;

-- a function around it does not hide it
SET herm_jwt.token = :'expired';
SELECT pg_temp.outcome('SELECT coalesce(herm_jwt.role(), ''anonymous'')');
SELECT pg_temp.outcome('SELECT herm_jwt.role() IS NULL') LIKE '28000%';

-- the statement that sets it does not fail
SELECT set_config('herm_jwt.token', 'nonsense', false);
SELECT pg_temp.outcome('SET herm_jwt.token = ''nonsense''');
