-- Somebody makes himself a session by hand, or Hasura's own does not count.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
CREATE ROLE regress_user_hasura;
CREATE ROLE regress_user_member IN ROLE regress_user_hasura;
CREATE ROLE regress_user_ordinary;
CREATE ROLE "regress_user_Odd, name";

-- a superuser's counts
SET "hasura.user" = '{"x-hasura-role":"editor","x-hasura-user-id":"7","X-Hasura-Org":"Acme"}';
SELECT herm_jwt.role(), herm_jwt.user_id(), herm_jwt.session();
SELECT herm_jwt.claims(), herm_jwt.allowed_roles();
SELECT herm_jwt.session_variable('x-hasura-org'),
       herm_jwt.session_variable('x-hasura-user-id', NULL::int) + 1;

-- herm_jwt.role is for tokens
SET herm_jwt.role = 'admin';
SELECT herm_jwt.role();
RESET herm_jwt.role;

-- as Hasura sets it: for a transaction, and empty afterwards
RESET "hasura.user";
BEGIN;
SET LOCAL "hasura.user" = '{"x-hasura-role":"user","x-hasura-user-id":"1"}';
SELECT herm_jwt.session();
COMMIT;
SELECT coalesce(current_setting('hasura.user', true), '') = '' AS empty, herm_jwt.session();

-- a token takes precedence
SET "hasura.user" = '{"x-hasura-role":"admin"}';
BEGIN;
SELECT herm_jwt.authenticate(:'ann') ->> 'x-hasura-role';
SELECT herm_jwt.role();
COMMIT;
SELECT herm_jwt.role();

-- an ordinary role's does not count, nor does it raise, whatever it holds
SET SESSION AUTHORIZATION regress_user_ordinary;
SELECT herm_jwt.role(), herm_jwt.session();
SET "hasura.user" = 'nonsense';
SELECT herm_jwt.role();
SET "hasura.user" = '{"x-hasura-role":"admin"}';
RESET SESSION AUTHORIZATION;

-- a listed role's does; a member's, and one of like name, does not
SET herm_jwt.trusted_roles = 'regress_user_hasura, nobody, "regress_user_Odd, name"';
SET SESSION AUTHORIZATION regress_user_hasura;
SELECT herm_jwt.role();
SET SESSION AUTHORIZATION regress_user_member;
SELECT herm_jwt.role();
SET SESSION AUTHORIZATION regress_user_ordinary;
SELECT herm_jwt.role();
SET SESSION AUTHORIZATION "regress_user_Odd, name";
SELECT herm_jwt.role();

-- SET ROLE makes nobody trusted, nor untrusted
SET SESSION AUTHORIZATION regress_user_member;
SET ROLE regress_user_hasura;
SELECT session_user, current_user, herm_jwt.role();
RESET ROLE;
RESET SESSION AUTHORIZATION;
SET ROLE regress_user_ordinary;
SELECT current_user, herm_jwt.role();
RESET ROLE;

-- names are compared to the letter
SET herm_jwt.trusted_roles = 'REGRESS_USER_HASURA';
SET SESSION AUTHORIZATION regress_user_hasura;
SELECT herm_jwt.role();
RESET SESSION AUTHORIZATION;
SET herm_jwt.trusted_roles = '"REGRESS_USER_HASURA"';
SET SESSION AUTHORIZATION regress_user_hasura;
SELECT herm_jwt.role();
RESET SESSION AUTHORIZATION;
SET herm_jwt.trusted_roles = 'regress_user_hasura_';
SET SESSION AUTHORIZATION regress_user_hasura;
SELECT herm_jwt.role();
RESET SESSION AUTHORIZATION;

-- trust ends when the list changes
SET herm_jwt.trusted_roles = 'regress_user_hasura';
SET SESSION AUTHORIZATION regress_user_hasura;
SELECT herm_jwt.role();
RESET SESSION AUTHORIZATION;
SET herm_jwt.trusted_roles = '';
SET SESSION AUTHORIZATION regress_user_hasura;
SELECT herm_jwt.role();
RESET SESSION AUTHORIZATION;

-- malformed, each way
SELECT value, pg_temp.outcome('SELECT herm_jwt.role() FROM (SELECT set_config(''hasura.user'', '
                              || quote_literal(value) || ', false) OFFSET 0) AS s')
FROM (VALUES ('nonsense'), ('{'), ('[]'), ('"x"'), ('null'), ('7'), ('{}'),
             ('{"x-hasura-user-id":"1"}'), ('{"x-hasura-role":7}'),
             ('{"x-hasura-role":null}'), ('{"x-hasura-role":""}'),
             ('{"x-hasura-role":["admin"]}'),
             ('{"x-hasura-role":"user","x-hasura-user-id":1}'),
             ('{"x-hasura-role":"user","other":1}'),
             ('{"x-hasura-role":"user","x-hasura-role":"admin"}'),
             ('{"x-hasura-role":"user","X-Hasura-Role":"admin"}'),
             ('{"x-hasura-role":"user","a":"\u0000"}'),
             (repeat('[', 200)), (' '))
     AS vals(value);

-- every accessor, and every time
SET "hasura.user" = 'nonsense';
SELECT DISTINCT pg_temp.outcome('SELECT herm_jwt.' || call)
FROM generate_series(1, 2),
     (VALUES ('session()'), ('claims()'), ('role()'), ('user_id()'), ('allowed_roles()'),
             ('session_variable(''x-hasura-a'')'), ('session_variable(''x-hasura-a'', 1)'),
             ('require_session_variable(''x-hasura-a'')')) AS calls(call);
RESET "hasura.user";
SELECT herm_jwt.role();

-- changed within a statement
SELECT set_config('hasura.user', '{"x-hasura-role":"one"}', false) IS NULL, herm_jwt.role(),
       set_config('hasura.user', '{"x-hasura-role":"two"}', false) IS NULL, herm_jwt.role();
RESET "hasura.user";

DROP ROLE regress_user_hasura, regress_user_member, regress_user_ordinary, "regress_user_Odd, name";

-- what no session exposes: claims about roles, admin credentials
BEGIN;
SELECT set_config('hasura.user', '{"x-hasura-role":"user","x-hasura-allowed-roles":"a",
    "x-hasura-default-role":"b","x-hasura-admin-secret":"c","x-hasura-access-key":"d",
    "x-hasura-user-id":"7"}', true) IS NOT NULL;
SELECT herm_jwt.session();
ROLLBACK;
