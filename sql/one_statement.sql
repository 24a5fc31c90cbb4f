-- A second login in one statement shows another user's values in columns that
-- the first user was asked for.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
SELECT pg_temp.user_token('11111111-1111-1111-1111-111111111111', '["user","ann"]') AS ann,
       pg_temp.user_token('22222222-2222-2222-2222-222222222222', '["user","bob"]') AS bob,
       pg_temp.user_token('33333333-3333-3333-3333-333333333333', '["user","eve"]') AS eve
\gset
\pset format aligned
\pset expanded on

-- text
BEGIN;
SELECT herm_jwt.authenticate(:'ann', 'ann') \gset ignored_
SELECT herm_jwt.role() AS ann, herm_jwt.authenticate(:'bob', 'bob') IS NULL AS b,
       herm_jwt.role() AS bob, herm_jwt.authenticate(:'eve', 'eve') IS NULL AS e,
       herm_jwt.role() AS eve;
COMMIT;
BEGIN;
SELECT herm_jwt.authenticate(:'ann', 'ann') \gset ignored_
SELECT herm_jwt.user_id() AS ann, herm_jwt.session_variable('x-hasura-user-id') AS ann,
       herm_jwt.require_session_variable('x-hasura-user-id') AS ann,
       herm_jwt.authenticate(:'bob', 'bob') IS NULL AS b,
       herm_jwt.authenticate(:'eve', 'eve') IS NULL AS e,
       herm_jwt.user_id() AS eve;
COMMIT;

-- uuid, and a type of variable length
BEGIN;
SELECT herm_jwt.authenticate(:'ann', 'ann') \gset ignored_
SELECT herm_jwt.session_variable('x-hasura-user-id', NULL::uuid) AS ann,
       herm_jwt.session_variable('x-hasura-user-id', NULL::bytea) AS ann,
       herm_jwt.authenticate(:'bob', 'bob') IS NULL AS b,
       herm_jwt.session_variable('x-hasura-user-id', NULL::uuid) AS bob,
       herm_jwt.authenticate(:'eve', 'eve') IS NULL AS e,
       herm_jwt.session_variable('x-hasura-user-id', NULL::uuid) AS eve;
COMMIT;

-- jsonb and arrays
BEGIN;
SELECT herm_jwt.authenticate(:'ann', 'ann') \gset ignored_
SELECT herm_jwt.session() AS ann, herm_jwt.claims() AS ann,
       herm_jwt.allowed_roles() AS ann,
       herm_jwt.authenticate(:'bob', 'bob') AS bob, herm_jwt.session() AS bob,
       herm_jwt.authenticate(:'eve', 'eve') AS eve, herm_jwt.session() AS eve,
       herm_jwt.allowed_roles() AS eve;
COMMIT;

-- the first login within the statement itself
BEGIN;
SELECT herm_jwt.role() AS nobody, herm_jwt.authenticate(:'ann', 'ann') AS ann,
       herm_jwt.role() AS ann, set_config('herm_jwt.token', '', true) AS out,
       herm_jwt.role() AS nobody, herm_jwt.authenticate(:'ann', 'user') AS ann,
       herm_jwt.role() AS user;
COMMIT;

-- without a cache to keep the former ones alive
SET herm_jwt.token_cache_size = 0;
BEGIN;
SELECT herm_jwt.authenticate(:'ann', 'ann') \gset ignored_
SELECT herm_jwt.role() AS ann, herm_jwt.session() AS ann, herm_jwt.allowed_roles() AS ann,
       herm_jwt.authenticate(:'bob', 'bob') IS NULL AS b,
       herm_jwt.authenticate(:'eve', 'eve') IS NULL AS e,
       herm_jwt.role() AS eve;
COMMIT;
RESET herm_jwt.token_cache_size;

-- hasura.user and the unauthorized role
SELECT set_config('hasura.user', '{"x-hasura-role":"one"}', false) AS one,
       herm_jwt.role() AS one, herm_jwt.session() AS one,
       set_config('hasura.user', '{"x-hasura-role":"two"}', false) AS two,
       herm_jwt.role() AS two, herm_jwt.session() AS two,
       set_config('hasura.user', '', false) = '' AS none, herm_jwt.role() AS none;

-- the configuration changes under a session
BEGIN;
SELECT herm_jwt.authenticate(:'ann', 'ann') \gset ignored_
SELECT herm_jwt.session() AS ann, set_config('herm_jwt.jwt_secret',
           '{"type":"HS256","key":"another-secret-which-is-long-enough-too"}', true) AS other,
       left(pg_temp.outcome('SELECT herm_jwt.role()'), 5) AS refused,
       set_config('herm_jwt.jwt_secret', :'config', true) AS former,
       herm_jwt.session() AS ann;
COMMIT;

-- row by row
\pset format unaligned
\pset expanded off
BEGIN;
SELECT n, herm_jwt.role() AS before, herm_jwt.authenticate(token, role) ->> 'x-hasura-role' AS now,
       herm_jwt.role() AS after
FROM (VALUES (1, :'ann', 'ann'), (2, :'bob', 'bob'), (3, :'eve', 'eve'), (4, :'ann', 'user'))
     AS logins(n, token, role);
SELECT array_agg(before), array_agg(session ->> 'x-hasura-role'),
       array_agg(lagging), string_agg(after, ',')
FROM (SELECT before, session, after, lag(after) OVER () AS lagging
      FROM (SELECT herm_jwt.role() AS before, herm_jwt.authenticate(token, role) AS session,
                   herm_jwt.role() AS after
            FROM (VALUES (1, :'ann', 'ann'), (2, :'bob', 'bob'), (3, :'eve', 'eve'))
                 AS logins(n, token, role) OFFSET 0) AS rows) AS windowed;
COMMIT;

-- an input function that changes the session while a variable is read
CREATE DOMAIN pg_temp.sly AS text
    CHECK (VALUE IS NULL OR set_config('herm_jwt.token', '', true) IS NOT NULL);
BEGIN;
SELECT herm_jwt.authenticate(:'ann', 'ann') \gset ignored_
SELECT herm_jwt.user_id(), herm_jwt.session_variable('x-hasura-user-id', NULL::pg_temp.sly),
       herm_jwt.user_id();
COMMIT;
BEGIN;
SELECT herm_jwt.authenticate(:'ann', 'ann') \gset ignored_
SET LOCAL herm_jwt.token_cache_size = 0;
SELECT herm_jwt.session_variable(name, NULL::pg_temp.sly), herm_jwt.user_id(),
       herm_jwt.authenticate(:'bob') ->> 'x-hasura-user-id'
FROM (VALUES ('x-hasura-user-id'), ('x-hasura-role'), ('x-hasura-user-id')) AS names(name);
COMMIT;
