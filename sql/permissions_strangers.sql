-- Somebody else's object carries a comment like ours, and an owner can apply and drop no more.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set applied :srcdir '/sql/include/permissions_applied.psql'
\i :applied
SET herm_jwt.database_role_prefix = 'regress_strangers_';
SET client_min_messages = warning;
CREATE ROLE regress_strangers CREATEROLE;
CREATE ROLE regress_stranger;
SELECT format('GRANT CREATE ON DATABASE %I TO regress_strangers', current_database()) \gexec
GRANT EXECUTE ON FUNCTION herm_jwt.apply_permissions, herm_jwt.check_permissions, herm_jwt.drop_permissions TO regress_strangers;
CREATE SCHEMA stranger AUTHORIZATION regress_strangers;
SET ROLE regress_strangers;
CREATE TABLE stranger.note (id int);
SELECT pg_temp.document(jsonb_build_array(
	pg_temp.tracked('stranger.note', 'user', '{"select": {"columns": "*", "filter": {}}}'))) AS metadata \gset
RESET ROLE;

-- one that says to be of the same source, one of another, one without its last digest
SET ROLE regress_stranger;
CREATE TEMPORARY VIEW mine AS SELECT 1;
COMMENT ON VIEW mine IS 'herm_jwt {"source": "default", "emitted": "0000000000000000000000000000000000000000000000000000000000000000"}';
CREATE TEMPORARY VIEW other AS SELECT 1;
COMMENT ON VIEW other IS 'herm_jwt {"source": "other", "emitted": "0000000000000000000000000000000000000000000000000000000000000000"}';
SET ROLE regress_strangers;
SELECT * FROM pg_temp.apply(:'metadata');
SELECT * FROM herm_jwt.check_permissions(:'metadata');
SELECT herm_jwt.drop_permissions() > 0 AS dropped;
RESET ROLE;
SELECT to_regclass('pg_temp.mine') IS NOT NULL AS kept, obj_description('pg_temp.other'::regclass) LIKE '%"catalog"%' AS completed;
DROP VIEW mine, other;
DROP OWNED BY regress_strangers, regress_stranger;
DROP ROLE regress_strangers, regress_stranger;
