-- With Citus, whose workers are told of SET LOCAL statements alone, a login
-- differs from a login without it.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
CREATE ROLE regress_citus_app;
CREATE ROLE regress_citus_user;
GRANT regress_citus_user TO regress_citus_app;
SET herm_jwt.database_role_prefix = 'regress_citus_';
SET citus.propagate_set_commands = 'local';
SET SESSION AUTHORIZATION regress_citus_app;
SELECT pg_temp.hasura('{"x-hasura-allowed-roles":["user","O''Reilly \\ \"x\"","$1"],
                        "x-hasura-default-role":"user","x-hasura-user-id":"1"}') AS odd \gset

BEGIN;
SELECT herm_jwt.authenticate(:'ann');
SELECT herm_jwt.role(), herm_jwt.user_id();
SELECT herm_jwt.authenticate('Bearer ' || :'ann', 'editor');
SELECT herm_jwt.role();
SELECT herm_jwt.authenticate(:'ann');
SELECT herm_jwt.role();
COMMIT;
SELECT herm_jwt.role(), current_setting('herm_jwt.token') = '' AS empty;

-- roles that need quotes
BEGIN;
SELECT herm_jwt.authenticate(:'odd', 'O''Reilly \ "x"');
SELECT herm_jwt.role();
SET LOCAL standard_conforming_strings = off;
SET LOCAL escape_string_warning = off;
SELECT herm_jwt.authenticate(:'odd', E'O''Reilly \\ "x"');
SELECT herm_jwt.authenticate(:'odd', '$1');
COMMIT;

-- savepoints, functions, several in one statement
BEGIN;
SELECT herm_jwt.authenticate(:'ann') ->> 'x-hasura-user-id';
SAVEPOINT before;
SELECT herm_jwt.authenticate(:'bob') ->> 'x-hasura-user-id';
ROLLBACK TO before;
SELECT herm_jwt.user_id();
SELECT herm_jwt.user_id() AS ann, herm_jwt.authenticate(:'bob') ->> 'x-hasura-user-id' AS bob,
       herm_jwt.user_id() AS bob, herm_jwt.authenticate(:'eve') ->> 'x-hasura-user-id' AS eve,
       herm_jwt.user_id() AS eve;
DO $$
BEGIN
    PERFORM herm_jwt.authenticate('a.b.c');
EXCEPTION WHEN OTHERS THEN
    RAISE NOTICE '%', SQLERRM;
END
$$;
SELECT herm_jwt.user_id();
COMMIT;

-- refused tokens and roles
SELECT pg_temp.outcome(format('SELECT herm_jwt.authenticate(%L)', :'expired'));
SELECT pg_temp.outcome(format('SELECT herm_jwt.authenticate(%L, ''admin'')', :'ann'));
SELECT pg_temp.outcome('SELECT herm_jwt.authenticate('''')');

-- outside of a transaction, and for the session
SELECT herm_jwt.authenticate(:'ann') ->> 'x-hasura-user-id';
SELECT herm_jwt.user_id();
SELECT herm_jwt.authenticate(:'ann', 'editor', false) ->> 'x-hasura-user-id';
SELECT herm_jwt.user_id(), herm_jwt.role();
RESET herm_jwt.token;
RESET herm_jwt.role;

-- the database role
BEGIN;
SELECT herm_jwt.authenticate(:'ann', set_role => true) ->> 'x-hasura-role';
SELECT current_user, herm_jwt.role();
COMMIT;
SELECT current_user;

-- in a transaction that only reads
BEGIN READ ONLY;
SELECT herm_jwt.authenticate(:'ann') ->> 'x-hasura-role';
SELECT herm_jwt.role();
COMMIT;

-- other values of Citus' setting
SET citus.propagate_set_commands = 'none';
BEGIN;
SELECT herm_jwt.authenticate(:'ann') ->> 'x-hasura-role';
SELECT herm_jwt.role();
COMMIT;
RESET SESSION AUTHORIZATION;
DROP ROLE regress_citus_app, regress_citus_user;

-- an error half-way does not carry the token along
SET citus.propagate_set_commands = 'local';
CREATE FUNCTION public.regress_citus_login(token text) RETURNS text
LANGUAGE plpgsql PARALLEL SAFE AS $$
BEGIN
    RETURN herm_jwt.authenticate(token) ->> 'x-hasura-role';
END
$$;
CREATE TABLE regress_citus_rows AS SELECT i FROM generate_series(1, 1000) AS i;
ALTER TABLE regress_citus_rows SET (parallel_workers = 2);
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
CREATE FUNCTION pg_temp.context_of_login(token text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    result text;
    context text;
BEGIN
    EXECUTE 'SELECT max(public.regress_citus_login($1)) FROM regress_citus_rows'
        INTO result USING token;
    RETURN result;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS context = PG_EXCEPTION_CONTEXT;
    RETURN SQLSTATE || CASE WHEN strpos(context, token) > 0 THEN ': shows the token'
                            ELSE ': does not show the token' END;
END
$$;
SELECT pg_temp.context_of_login(:'ann');
DROP TABLE regress_citus_rows;
DROP FUNCTION public.regress_citus_login;
