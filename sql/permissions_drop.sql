-- What was applied leaves something behind, or takes something of others along.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set applied :srcdir '/sql/include/permissions_applied.psql'
\i :applied
\set shop :srcdir '/sql/include/permissions_shop.psql'
\i :shop
SET herm_jwt.database_role_prefix = 'regress_drop_';
CREATE ROLE regress_drop_app NOINHERIT LOGIN;
CREATE ROLE regress_drop_other;

-- all that is there before is there after, and nothing else
CREATE TEMP TABLE before AS SELECT line FROM pg_temp.catalog() AS line;
CREATE FUNCTION pg_temp.difference() RETURNS SETOF text
LANGUAGE sql AS $$
    (SELECT '- ' || line FROM (SELECT line FROM before EXCEPT SELECT pg_temp.catalog()) AS gone (line)
     ORDER BY line COLLATE "C")
    UNION ALL
    (SELECT '+ ' || line FROM (SELECT pg_temp.catalog() EXCEPT SELECT line FROM before) AS new (line)
     ORDER BY line COLLATE "C")
$$;
SELECT count(*) FROM pg_temp.apply(:'metadata', '{"force_rls": true, "join_keys": true,
    "grant_to": ["regress_drop_app"], "exempt_roles": ["regress_drop_other", "regress_drop_app"]}');
SELECT * FROM herm_jwt.check_permissions(:'metadata');
SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class
WHERE relnamespace = 'shop'::regnamespace AND relkind IN ('r', 'p') ORDER BY relname;
SELECT herm_jwt.drop_permissions();
SELECT pg_temp.difference();
SELECT herm_jwt.drop_permissions();
SELECT herm_jwt.drop_permissions('nowhere');
SELECT pg_temp.outcome('SELECT herm_jwt.drop_permissions(NULL)');

-- what others have made stays: row security, policies, grants, comments
ALTER TABLE shop.event ENABLE ROW LEVEL SECURITY;
ALTER TABLE shop.event FORCE ROW LEVEL SECURITY;
CREATE POLICY other ON shop.customer FOR SELECT TO regress_drop_other USING (id = 1);
GRANT SELECT ON shop.customer, shop.item TO regress_drop_other;
GRANT SELECT (id) ON shop.item TO regress_drop_app;
COMMENT ON TABLE shop.item IS 'herm_jwt {"source": "default", "emitted": ""}';
DELETE FROM before;
INSERT INTO before SELECT pg_temp.catalog();
SELECT count(*) FROM pg_temp.apply(:'metadata');
SELECT herm_jwt.drop_permissions();
SELECT pg_temp.difference();
COMMENT ON TABLE shop.item IS NULL;

-- row security stays where it guards others: a policy that came later would count for nothing
SELECT count(*) FROM pg_temp.apply(:'metadata');
CREATE POLICY late ON shop.item FOR SELECT TO regress_drop_other USING (id = 1);
SELECT herm_jwt.drop_permissions();
SET ROLE regress_drop_other;
RESET ROLE;
SELECT relrowsecurity FROM pg_class WHERE oid = 'shop.item'::regclass;
-- the same where the metadata refuses what it gave before
ALTER TABLE shop.item DISABLE ROW LEVEL SECURITY;
DROP POLICY late ON shop.item;
SELECT count(*) FROM pg_temp.apply(:'metadata');
CREATE POLICY late ON shop.item USING (id = 1);
SELECT permission, reason FROM pg_temp.apply(:'metadata') WHERE reason ~ 'foreign' AND permission ~ 'clerk';
SELECT relrowsecurity FROM pg_class WHERE oid = 'shop.item'::regclass;
DROP POLICY late ON shop.item;
SELECT count(*) FROM pg_temp.apply(:'metadata');
SELECT herm_jwt.drop_permissions();

-- what PUBLIC had is not given back, and that is said
ALTER TABLE shop.item DISABLE ROW LEVEL SECURITY;
GRANT SELECT ON shop.item TO PUBLIC;
SELECT count(*) FROM pg_temp.apply(:'metadata');
SELECT herm_jwt.drop_permissions();

-- a role that only others of the cluster use is no news
BEGIN;
CREATE ROLE regress_drop_far;
COMMENT ON ROLE regress_drop_far IS 'herm_jwt {"role": "far", "emitted": ""}';
GRANT CREATE ON TABLESPACE pg_default TO regress_drop_far;
SELECT herm_jwt.drop_permissions('nowhere');
ROLLBACK;

-- a role that somebody else uses is kept, and that is said; another maker's role stays anyway
CREATE ROLE regress_drop_clerk NOLOGIN NOINHERIT;
SELECT count(*) FROM pg_temp.apply(:'metadata');
CREATE TABLE public.kept (id int);
GRANT SELECT ON public.kept TO regress_drop_user;
SELECT herm_jwt.drop_permissions();
SELECT rolname FROM pg_roles WHERE rolname ~ '^regress_drop' ORDER BY 1;
DROP TABLE public.kept;
SELECT herm_jwt.drop_permissions();
SELECT rolname FROM pg_roles WHERE rolname ~ '^regress_drop' ORDER BY 1;

-- objects that were renamed are known by their tag
SELECT count(*) FROM pg_temp.apply(:'metadata');
ALTER POLICY herm_jwt_select_user ON shop.customer RENAME TO mine;
ALTER TABLE shop.event RENAME TO happening;
ALTER ROLE regress_drop_user RENAME TO regress_drop_somebody;
SELECT herm_jwt.drop_permissions();
ALTER TABLE shop.happening RENAME TO event;
SELECT count(*) FROM pg_policy;
SELECT rolname FROM pg_roles WHERE rolname ~ '^regress_drop' ORDER BY 1;

DROP SCHEMA shop CASCADE;
DROP ROLE regress_drop_app, regress_drop_other, regress_drop_clerk;
