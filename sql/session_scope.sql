-- A user's session lasts longer than the transaction, or ends before it.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup

CREATE FUNCTION pg_temp.who() RETURNS text
LANGUAGE sql AS $$
    SELECT coalesce(herm_jwt.user_id() || ' ' || herm_jwt.role(), 'nobody')
$$;

-- COMMIT and ROLLBACK end it
BEGIN;
SELECT herm_jwt.authenticate(:'ann') ->> 'x-hasura-user-id';
SELECT pg_temp.who();
COMMIT;
SELECT pg_temp.who(), current_setting('herm_jwt.token') = '' AS empty,
       current_setting('herm_jwt.role') = '' AS empty;
BEGIN;
SELECT herm_jwt.authenticate(:'ann', 'editor') ->> 'x-hasura-user-id';
ROLLBACK;
SELECT pg_temp.who();

-- an error ends it
BEGIN;
SELECT herm_jwt.authenticate(:'ann') ->> 'x-hasura-user-id';
SELECT 1 / 0;
COMMIT;
SELECT pg_temp.who();

-- outside of a transaction it lasts one statement
SELECT herm_jwt.authenticate(:'ann') ->> 'x-hasura-user-id';
SELECT pg_temp.who();

-- one transaction after another
BEGIN;
SELECT herm_jwt.authenticate(:'ann', 'editor') ->> 'x-hasura-role';
COMMIT;
BEGIN;
SELECT pg_temp.who();
SELECT herm_jwt.authenticate(:'bob') ->> 'x-hasura-role';
SELECT pg_temp.who();
COMMIT;
BEGIN;
SELECT pg_temp.who();
COMMIT;

-- SET LOCAL by hand
BEGIN;
SET LOCAL herm_jwt.token = :'ann';
SELECT pg_temp.who();
SET LOCAL herm_jwt.role = 'editor';
SELECT pg_temp.who();
SET LOCAL herm_jwt.token = '';
SELECT pg_temp.who();
COMMIT;
SELECT pg_temp.who();

-- savepoints: back to the earlier user, whoever that was
BEGIN;
SAVEPOINT first;
SELECT herm_jwt.authenticate(:'ann', 'editor') ->> 'x-hasura-role';
SAVEPOINT second;
SELECT herm_jwt.authenticate(:'bob') ->> 'x-hasura-role';
SELECT pg_temp.who();
ROLLBACK TO second;
SELECT pg_temp.who();
SELECT herm_jwt.authenticate(:'eve') ->> 'x-hasura-role';
RELEASE second;
SELECT pg_temp.who();
ROLLBACK TO first;
SELECT pg_temp.who();
COMMIT;

-- for the whole session
SELECT herm_jwt.authenticate(:'ann', 'editor', false) ->> 'x-hasura-role';
SELECT pg_temp.who();
BEGIN;
SELECT pg_temp.who();
SELECT herm_jwt.authenticate(:'bob') ->> 'x-hasura-role';
SELECT pg_temp.who();
COMMIT;
SELECT pg_temp.who();
BEGIN;
SELECT herm_jwt.authenticate(:'eve', NULL, false) ->> 'x-hasura-role';
SELECT pg_temp.who();
ROLLBACK;
SELECT pg_temp.who();
BEGIN;
SELECT herm_jwt.authenticate(:'eve', is_local => false) ->> 'x-hasura-role';
COMMIT;
SELECT pg_temp.who();

-- RESET, RESET ALL and DISCARD ALL end that, too
RESET herm_jwt.token;
SELECT pg_temp.who();
SELECT herm_jwt.authenticate(:'ann', 'editor', false) ->> 'x-hasura-role';
SET herm_jwt.token TO DEFAULT;
SELECT pg_temp.who();
SELECT herm_jwt.authenticate(:'ann', 'editor', false) ->> 'x-hasura-role';
BEGIN;
RESET ALL;
SELECT pg_temp.who();
ROLLBACK;
SELECT pg_temp.who();
RESET ALL;
SELECT pg_temp.who(), current_setting('herm_jwt.role') = '' AS empty;
SET herm_jwt.jwt_secret = :'config';
SELECT herm_jwt.authenticate(:'ann', 'editor', false) ->> 'x-hasura-role';
DISCARD ALL;
SET herm_jwt.jwt_secret = :'config';
SELECT herm_jwt.role(), herm_jwt.user_id(), current_setting('herm_jwt.role') = '' AS empty;

-- what the connection itself has brought, RESET returns to
SELECT current_database() AS database \gset
ALTER DATABASE :"database" SET herm_jwt.role = 'editor';
\c -
\i :setup
ALTER DATABASE :"database" RESET herm_jwt.role;
SET herm_jwt.token = :'ann';
SELECT herm_jwt.role();
SET herm_jwt.role = 'user';
SELECT herm_jwt.role();
RESET herm_jwt.role;
SELECT herm_jwt.role();
BEGIN;
SELECT herm_jwt.authenticate(:'ann') ->> 'x-hasura-role';
COMMIT;
SELECT herm_jwt.role();
