-- A login switches to a database role that it must not have, or stays in it.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
CREATE ROLE regress_set_role_connector NOINHERIT;
CREATE ROLE regress_hasura_user;
CREATE ROLE regress_hasura_editor;
CREATE ROLE regress_hasura_other;
CREATE ROLE "regress_hasura_Odd ""role""";
GRANT regress_hasura_user, regress_hasura_editor, "regress_hasura_Odd ""role"""
    TO regress_set_role_connector;
CREATE SCHEMA regress_set_role;
GRANT USAGE ON SCHEMA regress_set_role TO PUBLIC;
CREATE TABLE regress_set_role.note (id int, owner text);
INSERT INTO regress_set_role.note VALUES (1, '1'), (2, '2');
GRANT SELECT ON regress_set_role.note TO regress_hasura_user, regress_hasura_editor;
ALTER TABLE regress_set_role.note ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON regress_set_role.note TO regress_hasura_user
    USING (owner = herm_jwt.user_id());
CREATE POLICY every ON regress_set_role.note TO regress_hasura_editor USING (true);
SET herm_jwt.database_role_prefix = 'regress_hasura_';
SELECT pg_temp.user_token('1', '["user","editor","other","none","missing","Odd \"role\""]')
       AS ann \gset
SET SESSION AUTHORIZATION regress_set_role_connector;

-- the database role of the chosen role, for the transaction
BEGIN;
SELECT herm_jwt.authenticate(:'ann', set_role => true) ->> 'x-hasura-role';
SELECT session_user, current_user, herm_jwt.role();
SELECT id FROM regress_set_role.note ORDER BY id;
SELECT herm_jwt.authenticate(:'ann', 'editor', set_role => true) ->> 'x-hasura-role';
SELECT session_user, current_user, herm_jwt.role();
SELECT id FROM regress_set_role.note ORDER BY id;
SELECT herm_jwt.authenticate(:'ann', 'Odd "role"', set_role => true) ->> 'x-hasura-role';
SELECT current_user;
COMMIT;
SELECT current_user, herm_jwt.role();
BEGIN;
SELECT herm_jwt.authenticate(:'ann', set_role => true) ->> 'x-hasura-role';
SAVEPOINT before;
SELECT herm_jwt.authenticate(:'ann', 'editor', set_role => true) ->> 'x-hasura-role';
ROLLBACK TO before;
SELECT current_user, herm_jwt.role();
ROLLBACK;
SELECT current_user;

-- without the argument the database role stays as it is
BEGIN;
SELECT herm_jwt.authenticate(:'ann', set_role => true) ->> 'x-hasura-role';
SELECT herm_jwt.authenticate(:'ann', 'editor') ->> 'x-hasura-role';
SELECT current_user, herm_jwt.role();
COMMIT;

-- for the session
SELECT herm_jwt.authenticate(:'ann', is_local => false, set_role => true) ->> 'x-hasura-role';
SELECT current_user, herm_jwt.role();
RESET ROLE;
SELECT current_user, herm_jwt.role();
RESET ALL;
SELECT herm_jwt.role();

-- RESET ALL has reset the session's configuration, too
RESET SESSION AUTHORIZATION;
SET herm_jwt.jwt_secret = :'config';
SELECT set_config('regress.key', :'key', false) \gset ignored_
SET herm_jwt.database_role_prefix = 'regress_hasura_';
SET SESSION AUTHORIZATION regress_set_role_connector;

-- no membership, no such role: no login either
CREATE FUNCTION pg_temp.switch(token text, role text) RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.outcome(format(
        'SELECT current_user
         FROM (SELECT herm_jwt.authenticate(%L, %L, set_role => true) OFFSET 0) AS s',
        token, role))
$$;
BEGIN;
SELECT pg_temp.switch(:'ann', 'other');
SELECT pg_temp.switch(:'ann', 'missing');
SELECT pg_temp.switch(:'ann', 'admin');
SELECT current_user, herm_jwt.role();
COMMIT;

-- names that mean something else, or would be cut
RESET SESSION AUTHORIZATION;
CREATE FUNCTION pg_temp.named(prefix text, role text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    token text := pg_temp.hasura(json_build_object(
        'x-hasura-allowed-roles', json_build_array(role), 'x-hasura-default-role', role)::text);
BEGIN
    PERFORM set_config('herm_jwt.database_role_prefix', prefix, true);
    RETURN pg_temp.switch(token, role);
END
$$;
SELECT pg_temp.named('', 'none');
SELECT pg_temp.named('', 'public');
SELECT pg_temp.named('', 'current_user');
SELECT pg_temp.named('', 'current_role');
SELECT pg_temp.named('', 'session_user');
SELECT pg_temp.named('', 'user');
SELECT pg_temp.named('', 'pg_monitor');
SELECT pg_temp.named('pg_', 'monitor');
SELECT pg_temp.named('no', 'ne');
SELECT pg_temp.named('regress_hasura_', repeat('x', 48));
SELECT pg_temp.named('regress_hasura_', repeat('x', 49));
SELECT pg_temp.named('regress_hasura_', repeat('é', 24));
SELECT pg_temp.named('regress_hasura_', repeat('x', 1000));
SELECT pg_temp.named('regress_hasura_', 'USER');
SELECT pg_temp.named('regress_hasura_', 'user ');
SELECT pg_temp.named('', 'regress_hasura_user');
SELECT current_user = session_user;

-- a superuser may become anyone, as with SET ROLE, and is back at the end
BEGIN;
SELECT herm_jwt.authenticate(:'ann', 'other', set_role => true) ->> 'x-hasura-role';
SELECT current_user;
COMMIT;
SELECT current_user = session_user;

-- Hasura's admin is nobody's database role
CREATE ROLE regress_hasura_admin;
SET herm_jwt.database_role_prefix = 'regress_hasura_';
SELECT pg_temp.outcome(format('SELECT herm_jwt.authenticate(%L, ''admin'', set_role => true)',
                              pg_temp.user_token('1', '["user","admin"]')));
DROP ROLE regress_hasura_admin;

SET client_min_messages = warning;
DROP SCHEMA regress_set_role CASCADE;
DROP OWNED BY regress_set_role_connector CASCADE;
DROP ROLE regress_set_role_connector, regress_hasura_user, regress_hasura_editor,
          regress_hasura_other, "regress_hasura_Odd ""role""";
