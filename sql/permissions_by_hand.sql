-- A plan that is read, kept and run by hand does something else than apply.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set applied :srcdir '/sql/include/permissions_applied.psql'
\i :applied
\set shop :srcdir '/sql/include/permissions_shop.psql'
\i :shop
SET herm_jwt.database_role_prefix = 'regress_hand_';
CREATE ROLE regress_hand_app NOINHERIT;
SET client_min_messages = warning;
\set options '{"grant_to": ["regress_hand_app"], "force_rls": true, "exempt_roles": ["regress_hand_app"]}'
SELECT count(*) FROM pg_temp.apply(:'metadata', :'options');
CREATE TEMP TABLE applied AS SELECT line FROM pg_temp.catalog() AS line;
SELECT herm_jwt.drop_permissions() > 0 AS dropped;
CREATE FUNCTION pg_temp.difference() RETURNS SETOF text
LANGUAGE sql AS $$
    (SELECT '- ' || line FROM (SELECT line FROM applied EXCEPT SELECT pg_temp.catalog()) AS gone (line)
     ORDER BY line COLLATE "C")
    UNION ALL
    (SELECT '+ ' || line FROM (SELECT pg_temp.catalog() EXCEPT SELECT line FROM applied) AS new (line)
     ORDER BY line COLLATE "C")
$$;

BEGIN;
\set ECHO none
SELECT statement FROM herm_jwt.plan_permissions(:'metadata', options => :'options') ORDER BY step
\gexec
\set ECHO all
COMMIT;
SELECT pg_temp.difference();
SELECT * FROM herm_jwt.check_permissions(:'metadata');

-- again, as it is now
BEGIN;
\set ECHO none
SELECT statement FROM herm_jwt.plan_permissions(:'metadata', options => :'options') ORDER BY step
\gexec
\set ECHO all
COMMIT;
SELECT pg_temp.difference();
SELECT * FROM herm_jwt.check_permissions(:'metadata');

-- an upgrade by hand
SELECT replace(:'metadata', '{"items": {"clerk": "x-hasura-user-id"}}',
               '{"items": {"clerk": "x-hasura-user-id", "price": {"_gt": 0}}}') AS next
\gset
SELECT count(*) FROM pg_temp.apply(:'next', :'options');
DELETE FROM applied;
INSERT INTO applied SELECT pg_temp.catalog();
SELECT count(*) FROM pg_temp.apply(:'metadata', :'options');
BEGIN;
\set ECHO none
SELECT statement FROM herm_jwt.plan_permissions(:'next', options => :'options') ORDER BY step
\gexec
\set ECHO all
COMMIT;
SELECT pg_temp.difference();
SELECT * FROM herm_jwt.check_permissions(:'next');

-- a plan is the whole script, and says the same as long as nothing changes
SELECT count(*) FROM (
    SELECT * FROM herm_jwt.plan_permissions(:'next', options => :'options')
    EXCEPT SELECT * FROM herm_jwt.plan_permissions(:'next', options => :'options')) AS changing;
SELECT min(step), count(*) = max(step) AS without_gaps
FROM herm_jwt.plan_permissions(:'next', options => :'options');
SELECT count(*) FROM herm_jwt.apply_permissions(:'next', options => :'options');
SELECT pg_temp.difference();

SELECT herm_jwt.drop_permissions() > 0 AS dropped;
DROP SCHEMA shop CASCADE;
DROP ROLE regress_hand_app;
