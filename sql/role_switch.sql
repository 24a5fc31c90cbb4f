-- A user keeps a role after asking for another one, or mixes two users.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup

BEGIN;
SELECT herm_jwt.authenticate(:'ann') ->> 'x-hasura-role';
SET LOCAL herm_jwt.role = 'editor';
SELECT herm_jwt.role(), herm_jwt.session();
SET LOCAL herm_jwt.role = 'user';
SELECT herm_jwt.role(), herm_jwt.session();

-- not allowed: every accessor says so, and goes on saying so
SAVEPOINT before;
SET LOCAL herm_jwt.role = 'admin';
SELECT pg_temp.outcome('SELECT herm_jwt.role()');
SELECT pg_temp.outcome('SELECT herm_jwt.user_id()');
SELECT pg_temp.outcome('SELECT herm_jwt.claims()');
SELECT pg_temp.outcome('SELECT herm_jwt.user_id()') = pg_temp.outcome('SELECT herm_jwt.role()');
ROLLBACK TO before;
SELECT herm_jwt.role();

-- the next user's token with the former user's role
SET LOCAL herm_jwt.role = 'editor';
SET LOCAL herm_jwt.token = :'bob';
SELECT pg_temp.outcome('SELECT herm_jwt.role()');
SET LOCAL herm_jwt.role = '';
SELECT herm_jwt.role(), herm_jwt.user_id();
COMMIT;

-- inside of one statement
BEGIN;
SELECT herm_jwt.authenticate(:'ann') ->> 'x-hasura-role';
SELECT herm_jwt.role() AS before, set_config('herm_jwt.role', 'editor', true) AS set,
       herm_jwt.role() AS after, set_config('herm_jwt.role', '', true) = '' AS set,
       herm_jwt.role() AS reset;
COMMIT;
