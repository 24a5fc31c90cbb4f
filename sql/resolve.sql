-- A token gives other session variables than Hasura would have used.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup

SELECT herm_jwt.resolve(:'ann');
SELECT herm_jwt.resolve(:'ann', NULL, 'editor');
SELECT herm_jwt.resolve(:'ann', :'config', 'user');
SELECT herm_jwt.resolve('Bearer ' || :'ann', requested_role => 'editor');
SELECT herm_jwt.resolve(NULL);
SELECT herm_jwt.resolve(NULL, '{"type":"HS256"}', 'user');
SELECT pg_temp.resolve('');
SELECT pg_temp.resolve('Bearer');
SELECT pg_temp.resolve(:'ann', NULL, '');
SELECT pg_temp.resolve(:'ann', NULL, 'admin');
SELECT pg_temp.resolve(:'expired');
SELECT pg_temp.resolve(:'ann', '{"type":"HS256","key":"short"}');

-- without Hasura's claims
SELECT pg_temp.resolve(pg_temp.jwt('{"sub":"ann"}'));

-- herm_jwt.role is the session's, not this function's
SET herm_jwt.role = 'editor';
SELECT herm_jwt.resolve(:'ann') ->> 'x-hasura-role';
SET herm_jwt.token = :'bob';
SELECT herm_jwt.resolve(:'ann') ->> 'x-hasura-user-id';
