-- Whoever applies permissions runs code of those who own tables, with their own rights.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
SET herm_jwt.database_role_prefix = 'regress_trust_';
SET client_min_messages = notice;
CREATE ROLE regress_trust_owner;
CREATE SCHEMA regress_trust AUTHORIZATION regress_trust_owner;
SET ROLE regress_trust_owner;
CREATE FUNCTION regress_trust.spy(int) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	RAISE NOTICE 'code of the owner runs as %', current_user;
	RETURN true;
END
$$;
CREATE DOMAIN regress_trust.watched AS int CHECK (regress_trust.spy(value));
CREATE TYPE regress_trust.pair AS (a int, b regress_trust.watched[]);
CREATE TYPE regress_trust.span AS RANGE (subtype = regress_trust.watched, subtype_opclass = int4_ops);
CREATE TYPE regress_trust.plain AS (a int, b text);
CREATE TABLE regress_trust.item (one regress_trust.watched, many regress_trust.watched[],
	pair regress_trust.pair, span regress_trust.span, spans regress_trust.span_multirange, plain regress_trust.plain);
RESET ROLE;

CREATE FUNCTION pg_temp.metadata(permissions jsonb) RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_build_object('version', 3, 'sources', jsonb_build_array(jsonb_build_object('name', 'default',
		'kind', 'postgres', 'tables', jsonb_build_array(permissions || '{"table": {"schema": "regress_trust", "name": "item"}}'))))
$$;
CREATE FUNCTION pg_temp.select(VARIADIC filters text[]) RETURNS jsonb LANGUAGE sql AS $$
	SELECT pg_temp.metadata(jsonb_build_object('select_permissions', jsonb_agg(jsonb_build_object('role', 'r' || n,
		'permission', jsonb_build_object('columns', '*', 'filter', filter::jsonb)) ORDER BY n)))
	FROM unnest(filters) WITH ORDINALITY f (filter, n)
$$;

-- a domain's own values are read as what it is over, also in a list
SELECT role, outcome, reason, detail FROM herm_jwt.review_permissions(pg_temp.select(
	'{"one": 1}', '{"one": {"_in": [1, 2]}}', '{"plain": "(1,a)"}'));

-- inside of other types they cannot be: refused, unread
SELECT role, outcome, reason, detail FROM herm_jwt.review_permissions(pg_temp.select(
	'{"many": [1]}', '{"many": {"_contains": "{1}"}}', '{"many": {"_in": [[1]]}}', '{"pair": "(1,{2})"}',
	'{"span": "[1,2)"}', '{"spans": "{[1,2)}"}'));

-- a session variable is read by who asks, a preset by who writes
SELECT role, operation, outcome, reason FROM herm_jwt.apply_permissions(pg_temp.select('{"many": "x-hasura-many"}'));
SELECT role, operation, outcome, reason FROM herm_jwt.apply_permissions(pg_temp.metadata(
	'{"insert_permissions": [{"role": "r1", "permission": {"check": {}, "set": {"many": [1], "one": 1}}}]}'));

-- the metadata of the database must be a plain table, and not a view that runs code
SELECT herm_jwt.drop_permissions() > 0 AS dropped;
CREATE SCHEMA hdb_catalog AUTHORIZATION regress_trust_owner;
SET ROLE regress_trust_owner;
CREATE VIEW hdb_catalog.hdb_metadata AS SELECT 1 AS id, '{}'::json AS metadata, 1 AS resource_version WHERE regress_trust.spy(1);
RESET ROLE;
SELECT * FROM herm_jwt.review_permissions();
DROP VIEW hdb_catalog.hdb_metadata;
SET ROLE regress_trust_owner;
CREATE TABLE hdb_catalog.hdb_metadata (id int, metadata regress_trust.plain, resource_version int);
RESET ROLE;
SELECT * FROM herm_jwt.review_permissions();
DROP TABLE hdb_catalog.hdb_metadata;
CREATE TABLE hdb_catalog.hdb_metadata (id int PRIMARY KEY, metadata json NOT NULL, resource_version int NOT NULL);
SELECT * FROM herm_jwt.review_permissions();
INSERT INTO hdb_catalog.hdb_metadata VALUES (1, pg_temp.select('{"one": 1}')::json, 7);
SELECT * FROM herm_jwt.review_permissions();

-- default privileges of whoever applies give others nothing of what is made
CREATE TABLE regress_trust.team (id int, member text);
CREATE TABLE regress_trust.page (id int, team int, a text, b text);
INSERT INTO regress_trust.team VALUES (1, '1');
INSERT INTO regress_trust.page VALUES (1, 1, 'a', 'b');
ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC, regress_trust_owner;
ALTER DEFAULT PRIVILEGES GRANT ALL ON SCHEMAS TO PUBLIC, regress_trust_owner;
SELECT role, operation, outcome, reason FROM herm_jwt.apply_permissions('{"version": 3, "sources": [{"name": "default", "kind": "postgres", "tables": [
	{"table": {"schema": "regress_trust", "name": "team"}},
	{"table": {"schema": "regress_trust", "name": "page"},
	 "object_relationships": [{"name": "of", "using": {"manual_configuration": {
		"remote_table": {"schema": "regress_trust", "name": "team"}, "column_mapping": {"team": "id"}}}}],
	 "select_permissions": [
		{"role": "r1", "permission": {"columns": ["a"], "filter": {"of": {"member": "x-hasura-user-id"}}}},
		{"role": "r2", "permission": {"columns": ["b"], "filter": {}}}]}]}],
	"inherited_roles": [{"role_name": "both", "role_set": ["r1", "r2"]}]}');
SELECT c.relname, a.grantee::regrole, string_agg(a.privilege_type, ' ' ORDER BY a.privilege_type)
FROM pg_class c, aclexplode(c.relacl) a
WHERE c.relnamespace IN ('herm_jwt_policy'::regnamespace, 'regress_trust_both'::regnamespace) AND a.grantee <> c.relowner
GROUP BY 1, 2 ORDER BY 1, 2;
SELECT n.nspname, a.grantee::regrole, a.privilege_type FROM pg_namespace n, aclexplode(n.nspacl) a
WHERE n.nspname IN ('herm_jwt_policy', 'regress_trust_both') AND a.grantee <> n.nspowner ORDER BY 1, 2, 3;
ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM PUBLIC, regress_trust_owner;
ALTER DEFAULT PRIVILEGES REVOKE ALL ON SCHEMAS FROM PUBLIC, regress_trust_owner;
SELECT herm_jwt.drop_permissions() > 0 AS dropped;

-- a tag on what anybody may make is not ours: it stops nobody from applying or dropping
SELECT '{"version": 3, "sources": [{"name": "default", "kind": "postgres", "tables": [
	{"table": {"schema": "regress_trust", "name": "page"}, "select_permissions": [
		{"role": "r1", "permission": {"columns": ["a"], "filter": {}}}]}]}]}' AS page \gset
SELECT role, operation, outcome FROM herm_jwt.apply_permissions(:'page');
SET ROLE regress_trust_r1;
CREATE TEMP VIEW below AS SELECT 1 AS one;
CREATE TEMP VIEW above AS SELECT * FROM below;
CREATE TEMP TABLE scratch (id int);
CREATE POLICY forged ON scratch USING (true);
COMMENT ON VIEW below IS 'herm_jwt {"source": "default", "emitted": "0000000000000000000000000000000000000000000000000000000000000000"}';
COMMENT ON POLICY forged ON scratch IS 'herm_jwt {"source": "default", "emitted": "0000000000000000000000000000000000000000000000000000000000000000"}';
RESET ROLE;
ALTER TABLE regress_trust.page OWNER TO regress_trust_owner;
GRANT CREATE ON DATABASE contrib_regression TO regress_trust_owner;
SELECT role, operation, outcome FROM herm_jwt.apply_permissions(:'page');
SELECT * FROM herm_jwt.check_permissions(:'page');
SELECT herm_jwt.drop_permissions() > 0 AS dropped;
SELECT obj_description('below'::regclass) IS NOT NULL AS is_left;

-- nor is a view in a schema of its owner's
SET ROLE regress_trust_owner;
CREATE SCHEMA regress_trust_own;
COMMENT ON SCHEMA regress_trust_own IS 'herm_jwt {"source": "default", "role": "r1", "emitted": "0"}';
CREATE VIEW regress_trust_own.below AS SELECT 1 AS one;
CREATE VIEW regress_trust_own.above AS SELECT * FROM regress_trust_own.below;
COMMENT ON VIEW regress_trust_own.below IS 'herm_jwt {"source": "default", "emitted": "0"}';
RESET ROLE;
SELECT role, operation, outcome FROM herm_jwt.apply_permissions(:'page');
SELECT * FROM herm_jwt.check_permissions(:'page');

-- a policy that its owner calls ours takes nothing from a role that no permission is for
CREATE ROLE regress_trust_report LOGIN;
GRANT USAGE ON SCHEMA regress_trust TO regress_trust_report;
GRANT SELECT ON regress_trust.page TO regress_trust_report;
SET ROLE regress_trust_owner;
CREATE TABLE regress_trust.mine (id int);
CREATE POLICY forged ON regress_trust.mine TO regress_trust_report USING (true);
COMMENT ON POLICY forged ON regress_trust.mine IS 'herm_jwt {"source": "default", "role": "r1", "emitted": "0"}';
RESET ROLE;
SELECT role, operation, outcome FROM herm_jwt.apply_permissions(:'page');
SELECT has_table_privilege('regress_trust_report', 'regress_trust.page', 'select') AND
       has_schema_privilege('regress_trust_report', 'regress_trust', 'usage') AS has_kept;
SET ROLE regress_trust_owner;
CREATE POLICY forged ON regress_trust.mine TO regress_trust_report USING (true);
COMMENT ON POLICY forged ON regress_trust.mine IS 'herm_jwt {"source": "default", "role": "r1", "emitted": "0"}';
RESET ROLE;
SELECT herm_jwt.drop_permissions() > 0 AS dropped;
SELECT has_table_privilege('regress_trust_report', 'regress_trust.page', 'select') AND
       has_schema_privilege('regress_trust_report', 'regress_trust', 'usage') AS has_kept;

-- a computed field is run with the rights of the table's owner: no function of anybody else may be one
GRANT CREATE ON SCHEMA regress_trust TO regress_trust_report;
ALTER TABLE regress_trust.team OWNER TO regress_trust_owner;
SET ROLE regress_trust_report;
CREATE FUNCTION regress_trust.whose(regress_trust.team) RETURNS name LANGUAGE sql STABLE AS 'SELECT current_user';
RESET ROLE;
SELECT '{"version": 3, "sources": [{"name": "default", "kind": "postgres", "tables": [
	{"table": {"schema": "regress_trust", "name": "team"},
	 "computed_fields": [{"name": "whose", "definition": {"function": {"schema": "regress_trust", "name": "whose"}}}],
	 "select_permissions": [
		{"role": "r1", "permission": {"columns": ["id"], "computed_fields": ["whose"], "filter": {}}}]}]}]}' AS field \gset
SELECT role, outcome, reason, detail FROM herm_jwt.apply_permissions(:'field');
ALTER FUNCTION regress_trust.whose OWNER TO regress_trust_owner;
SELECT role, outcome, reason, detail FROM herm_jwt.apply_permissions(:'field');

-- nor may one take the place of another
SET ROLE regress_trust_owner;
DROP FUNCTION regress_trust.whose;
RESET ROLE;
SELECT herm_jwt.drop_permissions() > 0 AS dropped;

SET client_min_messages = warning;
DROP SCHEMA hdb_catalog, regress_trust, regress_trust_own CASCADE;
DROP VIEW above, below;
DROP TABLE scratch;
REVOKE CREATE ON DATABASE contrib_regression FROM regress_trust_owner;
DROP ROLE regress_trust_owner, regress_trust_report;
DROP ROLE IF EXISTS regress_trust_r1;
