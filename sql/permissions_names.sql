-- A name of a table, column, schema or function is taken for another one.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set permissions :srcdir '/sql/include/permissions.psql'
\i :permissions
SET client_min_messages = warning;

-- names that need quotes, are keywords, or look like SQL
CREATE SCHEMA "a.b";
CREATE SCHEMA "S ""q"" ' $1";
CREATE TABLE "S ""q"" ' $1"."Tab ""le"" \ %s" (id int PRIMARY KEY, "select" int, "Col ""umn"" '; --" text, "ünïcode €" text,
    "_eq" int, "$" int, " " int, "x-hasura-user-id" text);
INSERT INTO "S ""q"" ' $1"."Tab ""le"" \ %s" VALUES (1, 1, 'it''s', 'ä', 1, 1, 1, '1'), (2, 2, '"', 'ö', 2, 2, 2, '2'), (3, 1, '\', 'ü', 3, 3, 3, '3');
SELECT to_jsonb(target) AS quoted FROM (SELECT 'S "q" '' $1' AS schema, 'Tab "le" \ %s' AS name) AS target
\gset
SELECT pg_temp.track(:'quoted', '{"object_relationships": [{"name": "Parent \"of\"", "using": {"manual_configuration": {
    "remote_table": {"schema": "S \"q\" '' $1", "name": "Tab \"le\" \\ %s"}, "column_mapping": {"select": "id", "$": "_eq"}}}}]}');
SELECT filter, pg_temp.visible(:'quoted', filter)
FROM (VALUES ('{"select": 1}'::jsonb), ('{"Col \"umn\" ''; --": "it''s"}'), ('{"Col \"umn\" ''; --": {"_in": ["\\", "\""]}}'), ('{"ünïcode €": {"_like": "ü%"}}'),
             ('{"_eq": {"_gt": 1}}'), ('{"$": {"_eq": 2}}'), ('{" ": 3}'), ('{"x-hasura-user-id": "x-hasura-user-id"}'), ('{"select": {"_ceq": ["$", "id"]}}'),
             ('{"$": {"_ceq": ["$", "$"]}}'), ('{"$": {"_ceq": ["$"]}}'), ('{"Parent \"of\"": {"Col \"umn\" ''; --": "it''s"}}'), ('{"Parent \"of\"": {"Parent \"of\"": {"_eq": 1}}}'),
             ('{"_exists": {"_table": {"schema": "S \"q\" '' $1", "name": "Tab \"le\" \\ %s"}, "_where": {"ünïcode €": {"_ceq": ["$", "ünïcode €"]}}}}'),
             ('{"SELECT": 1}'), ('{"ünïcode": 1}')) AS filters(filter);
SELECT pg_temp.visible(:'quoted', '{"Parent \"of\"": {"select": {"_gt": 1}}}');
SELECT tablename, policyname FROM pg_policies;
SELECT relname FROM pg_class WHERE relnamespace = 'herm_jwt_policy'::regnamespace AND relkind = 'v';

-- tables named like what is written inside policies
DELETE FROM tracked;
CREATE TABLE _1 (id int PRIMARY KEY, _1 int, _2 int REFERENCES _1);
CREATE TABLE _2 (id int PRIMARY KEY, _1 int REFERENCES _1, _2 int);
INSERT INTO _1 VALUES (1, 1, NULL), (2, 0, 1), (3, 3, 2);
INSERT INTO _2 VALUES (1, 1, 1), (2, 3, 1), (3, NULL, 1);
SELECT pg_temp.track('"_1"', '{"object_relationships": [{"name": "up", "using": {"foreign_key_constraint_on": "_2"}}],
    "array_relationships": [{"name": "twos", "using": {"foreign_key_constraint_on": {"table": "_2", "column": "_1"}}}]}'),
       pg_temp.track('"_2"', '{"object_relationships": [{"name": "one", "using": {"foreign_key_constraint_on": "_1"}}]}');
SELECT filter, pg_temp.visible('"_1"', filter)
FROM (VALUES ('{"up": {}}'::jsonb), ('{"up": {"up": {}}}'), ('{"up": {"_1": {"_ceq": ["$", "_1"]}}}'), ('{"_1": {"_ceq": "id"}}'),
             ('{"twos": {"one": {"_1": {"_ceq": ["$", "_1"]}}}}'), ('{"twos": {"_2": {"_ceq": ["$", "id"]}}}'),
             ('{"_exists": {"_table": "_2", "_where": {"id": {"_ceq": ["$", "id"]}, "one": {"up": {}}}}}')) AS filters(filter);
SELECT filter, pg_temp.visible('"_2"', filter)
FROM (VALUES ('{"one": {}}'::jsonb), ('{"one": {"up": {"_1": {"_ceq": ["$", "_2"]}}}}'), ('{"one": {"twos": {"id": {"_ceq": ["$", "id"]}}}}')) AS filters(filter);

-- a column with the name of its table: as a row it is the table that counts
DELETE FROM tracked;
CREATE TABLE label (id int PRIMARY KEY, label text, parent int REFERENCES label);
INSERT INTO label VALUES (1, 'a', NULL), (2, 'b', 1), (3, 'c', 1);
CREATE FUNCTION is_second(label) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT $1.id = 2';
CREATE FUNCTION children(label) RETURNS SETOF label LANGUAGE sql STABLE AS 'SELECT * FROM label WHERE parent = $1.id';
SELECT pg_temp.track('"label"', '{"object_relationships": [{"name": "up", "using": {"foreign_key_constraint_on": "parent"}}],
    "array_relationships": [{"name": "down", "using": {"foreign_key_constraint_on": {"table": "label", "column": "parent"}}}],
    "computed_fields": [{"name": "second", "definition": {"function": "is_second"}}, {"name": "children", "definition": {"function": "children"}}]}');
SELECT filter, pg_temp.visible('"label"', filter)
FROM (VALUES ('{"second": {"_eq": true}}'::jsonb), ('{"children": {"label": "b"}}'), ('{"children": {"second": {"_eq": true}}}'),
             ('{"down": {"second": {"_eq": true}}}'), ('{"up": {"children": {"second": {"_eq": true}}}}'), ('{"label": "c"}')) AS filters(filter);

-- two tables whose schema and name look the same side by side
DELETE FROM tracked;
CREATE SCHEMA a;
CREATE TABLE a."b.c" (id int, secret text);
CREATE TABLE "a.b".c (id int, other int);
INSERT INTO a."b.c" VALUES (1, 'a');
INSERT INTO "a.b".c VALUES (2, 2);
SELECT pg_temp.track('{"schema": "a", "name": "b.c"}'), pg_temp.track('{"schema": "a.b", "name": "c"}');
SELECT target, other, pg_temp.visible(target, jsonb_build_object('_exists', jsonb_build_object('_table', other, '_where', jsonb_build_object('id', id)),
                                                          '_not', jsonb_build_object('_exists', jsonb_build_object('_table', target, '_where', jsonb_build_object('id', id)))))
FROM (VALUES ('{"schema": "a", "name": "b.c"}'::jsonb, '{"schema": "a.b", "name": "c"}'::jsonb, 2),
             ('{"schema": "a.b", "name": "c"}', '{"schema": "a", "name": "b.c"}', 1)) AS pairs(target, other, id);

-- functions whose names are as long as names can be
DELETE FROM tracked;
CREATE TABLE t (id int);
INSERT INTO t VALUES (1), (2);
DO $$
BEGIN
    EXECUTE format('CREATE FUNCTION %I(t) RETURNS boolean LANGUAGE sql STABLE AS ''SELECT $1.id = 1''', repeat('f', 62) || '1');
    EXECUTE format('CREATE FUNCTION %I(t) RETURNS boolean LANGUAGE sql STABLE AS ''SELECT $1.id = 2''', repeat('f', 62) || '2');
END
$$;
SELECT pg_temp.track('"t"', jsonb_build_object('computed_fields', jsonb_build_array(
    jsonb_build_object('name', 'first', 'definition', jsonb_build_object('function', repeat('f', 62) || '1')),
    jsonb_build_object('name', 'second', 'definition', jsonb_build_object('function', repeat('f', 62) || '2')),
    jsonb_build_object('name', 'again', 'definition', jsonb_build_object('function', repeat('f', 62) || '2')))));
SELECT filter, pg_temp.visible('"t"', filter)
FROM (VALUES ('{"first": {"_eq": true}}'::jsonb), ('{"second": {"_eq": true}}'), ('{"_or": [{"first": {"_eq": true}}, {"second": {"_eq": true}}]}'),
             ('{"first": {"_eq": true}, "second": {"_eq": true}}'), ('{"again": {"_eq": true}, "second": {"_eq": true}}')) AS filters(filter);
SELECT count(*) FROM herm_jwt.check_permissions(pg_temp.metadata());
SELECT herm_jwt.drop_permissions() > 0;
DROP TABLE "S ""q"" ' $1"."Tab ""le"" \ %s", _1, _2, label, a."b.c", "a.b".c, t CASCADE;
DROP SCHEMA "S ""q"" ' $1", a, "a.b";

-- names that somebody has chosen so that they are the same once they are cut
CREATE SCHEMA collide;
SELECT repeat('t', 46) || '0000ef07xxxx' AS one, repeat('t', 46) || '00014260xxxx' AS two \gset
CREATE TABLE collide.:one (id int);
CREATE TABLE collide.:two (id int);
SELECT * FROM herm_jwt.plan_permissions(jsonb_build_object('version', 3, 'sources', jsonb_build_array(jsonb_build_object(
    'name', 'default', 'kind', 'postgres', 'tables', jsonb_build_array(
        jsonb_build_object('table', jsonb_build_object('schema', 'collide', 'name', :'two')),
        jsonb_build_object('table', jsonb_build_object('schema', 'collide', 'name', :'one'), 'select_permissions', jsonb_build_array(
            jsonb_build_object('role', 'user', 'permission', jsonb_build_object('columns', '*', 'filter', jsonb_build_object('_and', jsonb_build_array(
                jsonb_build_object('_exists', jsonb_build_object('_table', jsonb_build_object('schema', 'collide', 'name', :'one'), '_where', '{}'::jsonb)),
                jsonb_build_object('_exists', jsonb_build_object('_table', jsonb_build_object('schema', 'collide', 'name', :'two'), '_where', '{}'::jsonb)))))))))))));
DROP SCHEMA collide CASCADE;
