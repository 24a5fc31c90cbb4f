-- A filter with _exists or "$" looks at other rows than it names.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set permissions :srcdir '/sql/include/permissions.psql'
\i :permissions
SET client_min_messages = warning;
CREATE SCHEMA other;
CREATE TABLE thing (id int PRIMARY KEY, i int, t text);
CREATE TABLE other.grant (id int PRIMARY KEY, thing int, i int, who int, t text);
CREATE TABLE untracked (id int);
INSERT INTO thing VALUES (1, 1, 'a'), (2, 2, 'b'), (3, NULL, NULL), (4, 1, 'a');
INSERT INTO other.grant VALUES (1, 1, 1, 1, 'a'), (2, 2, NULL, 1, 'x'), (3, 4, 1, 2, 'a');
SELECT pg_temp.track('"thing"', '{"array_relationships": [{"name": "grants", "using": {"manual_configuration": {"remote_table": {"schema": "other", "name": "grant"}, "column_mapping": {"id": "thing"}}}}]}'),
    pg_temp.track('{"schema": "other", "name": "grant"}', '{"object_relationships": [{"name": "thing_of", "using": {"manual_configuration": {"remote_table": "thing", "column_mapping": {"thing": "id"}}}}]}'),
    pg_temp.track('{"schema": "other", "name": "nowhere"}');

-- of another table, bound to the row by "$" or not at all; and of the same table
SELECT filter, pg_temp.visible('"thing"', filter)
FROM (VALUES ('{"_exists": {"_table": {"schema": "other", "name": "grant"}, "_where": {}}}'::jsonb), ('{"_exists": {"_table": {"schema": "other", "name": "grant"}, "_where": {"id": 9}}}'),
             ('{"$exists": {"$table": {"schema": "other", "name": "grant"}, "$where": {"who": "X-Hasura-User-Id"}}}'),
             ('{"_exists": {"$table": {"schema": "other", "name": "grant"}, "_where": {"thing": {"_ceq": ["$", "id"]}, "who": {"_eq": "X-Hasura-User-Id"}}}}'),
             ('{"_not": {"_exists": {"_table": {"schema": "other", "name": "grant"}, "_where": {"thing": {"_ceq": ["$", "id"]}}}}}'),
             ('{"_exists": {"_table": "thing", "_where": {"id": {"_cne": ["$", "id"]}, "t": {"_ceq": ["$", "t"]}}}}'), ('{"_exists": {"_table": {"schema": "public", "name": "thing"}, "_where": {"i": {"_cgt": ["$", "i"]}}}}'),
             ('{"_exists": {"_table": "thing", "_where": {"id": {"_ceq": "i"}}}}'), ('{"_exists": {"_table": "thing", "_where": {"_not": {"i": {"_clte": ["$", "i"]}}}}}')) AS filters(filter);

-- "$" is the root, at any depth; one column alone is of the innermost
SELECT filter, pg_temp.visible('"thing"', filter)
FROM (VALUES ('{"grants": {"thing_of": {"grants": {"i": {"_ceq": ["$", "i"]}}}}}'::jsonb), ('{"grants": {"thing_of": {"i": {"_ceq": "id"}}}}'), ('{"grants": {"i": {"_ceq": ["who"]}}}'),
             ('{"_exists": {"_table": {"schema": "other", "name": "grant"}, "_where": {"thing_of": {"_exists": {"_table": "thing", "_where": {"id": {"_ceq": ["$", "id"]}, "grants": {"t": {"_ceq": ["$", "t"]}}}}}}}}'),
             ('{"_and": [{"grants": {}}, {"_or": [{"_not": {"grants": {"t": {"_cne": ["$", "t"]}}}}, {"id": 2}]}]}'),
             ('{"_exists": {"_table": "thing", "_where": {"_exists": {"_table": "thing", "_where": {"_exists": {"_table": "thing", "_where": {"id": {"_cgt": ["$", "id"]}}}}}}}}')) AS filters(filter);
SELECT pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polrelid = 'thing'::regclass;

-- what it must have
SELECT filter, pg_temp.visible('"thing"', filter)
FROM (VALUES ('{"_exists": {}}'::jsonb), ('{"_exists": {"_table": "thing"}}'), ('{"_exists": {"_where": {}}}'), ('{"_exists": []}'), ('{"_exists": {"_table": "thing", "_where": {}, "more": 1}}'), ('{"_exists": {"_table": "thing", "$table": "thing", "_where": {}}}'),
             ('{"_exists": {"table": "thing", "where": {}}}'), ('{"_exists": {"_table": "grant", "_where": {}}}'), ('{"_exists": {"_table": "untracked", "_where": {}}}'), ('{"_exists": {"_table": {"schema": "other", "name": "nowhere"}, "_where": {}}}'), ('{"_exists": {"_table": 1, "_where": {}}}'),
             ('{"_exists": {"_table": {}, "_where": {}}}'), ('{"_exists": {"_table": "thing", "_where": []}}'), ('{"_exists": {"_table": "thing", "_where": {"who": 1}}}'), ('{"_exists": {"_table": "thing", "_where": {"i": {"_ceq": ["$", "who"]}}}}'),
             ('{"_exists": {"_table": {"schema": "other", "name": "grant"}, "_where": {"i": {"_ceq": ["$", "t"]}}}}')) AS filters(filter);

-- rows of one statement do not see each other in a check, and those before them are seen
DELETE FROM permitted;
INSERT INTO permitted VALUES ('"thing"', 'insert', 'user', '{"check": {"_exists": {"_table": "thing", "_where": {"id": {"_ceq": ["$", "i"]}}}}}');
SELECT outcome, reason FROM herm_jwt.apply_permissions(pg_temp.metadata());
SELECT pg_temp.ask('WITH n AS (INSERT INTO thing VALUES (10, 1), (11, 10)) SELECT 1');
SELECT pg_temp.ask('WITH n AS (INSERT INTO thing VALUES (10, 1)) SELECT 1'), pg_temp.ask('WITH n AS (INSERT INTO thing VALUES (11, 10)) SELECT 1');
SELECT herm_jwt.drop_permissions() > 0;

-- from a view as well, where no table has a permission
DELETE FROM permitted;
CREATE VIEW seen AS SELECT id, i FROM thing;
SELECT pg_temp.track('"seen"');
INSERT INTO permitted VALUES ('"seen"', 'select', 'user', '{"columns": "*", "filter": {"_exists": {"_table": {"schema": "other", "name": "grant"}, "_where": {"thing": {"_ceq": ["$", "id"]}}}}}');
SELECT outcome, reason FROM herm_jwt.apply_permissions(pg_temp.metadata());
SELECT pg_temp.ask('SELECT array_agg(id ORDER BY id) FROM hasura_user.seen');

-- a role that would have the schema of helpers for its own views is none
SET herm_jwt.database_role_prefix = 'herm_jwt_';
UPDATE permitted SET role = 'policy';
SELECT outcome, reason, detail FROM herm_jwt.apply_permissions(pg_temp.metadata());
SET herm_jwt.database_role_prefix = 'herm_';
UPDATE permitted SET role = 'jwt';
SELECT outcome, reason, detail FROM herm_jwt.apply_permissions(pg_temp.metadata());
RESET herm_jwt.database_role_prefix;
SELECT herm_jwt.drop_permissions() >= 0;
DROP VIEW seen;
DROP TABLE thing, other.grant, untracked;
DROP SCHEMA other;
