-- What others do to a table hides in the check among all that was made, or undoes it.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
SET client_min_messages = warning;
SELECT '{"version": 3, "sources": [{"name": "default", "kind": "postgres", "tables": [{"table": "others_note",
    "select_permissions": [{"role": "others", "permission": {"columns": "*", "filter": {}}}],
    "delete_permissions": [{"role": "others", "permission": {"filter": {}}}]}]}]}' AS metadata \gset
CREATE TABLE others_note (id int);
SELECT role, operation, outcome FROM herm_jwt.apply_permissions(:'metadata', options => '{"role_prefix": "regress_check_"}');
SELECT * FROM herm_jwt.check_permissions(:'metadata');

-- a permissive policy for everybody, and one for the role; a restrictive one only narrows
CREATE POLICY hurry ON others_note USING (true);
CREATE POLICY hurry_more ON others_note FOR SELECT TO regress_check_others USING (true);
CREATE POLICY narrow ON others_note AS RESTRICTIVE USING (id > 0);
SELECT * FROM herm_jwt.check_permissions(:'metadata');
DROP POLICY hurry ON others_note;
DROP POLICY hurry_more ON others_note;

-- a role that may do more than it is given
ALTER ROLE regress_check_others BYPASSRLS;
SELECT * FROM herm_jwt.check_permissions(:'metadata');
ALTER ROLE regress_check_others NOBYPASSRLS;
SELECT * FROM herm_jwt.check_permissions(:'metadata');

-- apply refuses what they would undo
CREATE POLICY hurry ON others_note USING (true);
SELECT operation, outcome, reason, detail
FROM herm_jwt.apply_permissions(:'metadata', options => '{"role_prefix": "regress_check_"}');
SET ROLE regress_check_others;
SELECT * FROM others_note;
RESET ROLE;

SELECT herm_jwt.drop_permissions() > 0 AS dropped;
DROP TABLE others_note;
SELECT count(*) FROM pg_roles WHERE rolname = 'regress_check_others';
