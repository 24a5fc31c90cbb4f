-- A user's operator, function, type or table gets into a policy that somebody else applies.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set permissions :srcdir '/sql/include/permissions.psql'
\i :permissions
SET client_min_messages = warning;
CREATE SCHEMA trap;
CREATE EXTENSION citext SCHEMA trap;
CREATE EXTENSION ltree SCHEMA trap;
CREATE TABLE thing (id int PRIMARY KEY, i int, t text, v varchar(9), c char(3), j jsonb, ints int[], ci trap.citext, l trap.ltree, parent int REFERENCES thing);
INSERT INTO thing VALUES (1, 1, 'a', 'a', 'a', '{"a": 1}', '{1}', 'A', 'a.b', NULL), (2, 2, 'b', 'b', 'b', '{"b": 1}', '{2}', 'b', 'b', 1);
CREATE TABLE copy (LIKE thing);
CREATE FUNCTION computed(thing) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT $1.id = 1';
SELECT pg_temp.track('"copy"', '{"object_relationships": [{"name": "up", "using": {"manual_configuration": {"remote_table": "thing", "column_mapping": {"parent": "id"}}}}]}'),
    pg_temp.track('"thing"', '{"object_relationships": [{"name": "up", "using": {"manual_configuration": {"remote_table": "thing", "column_mapping": {"parent": "id"}}}}]}');

-- on the search_path of whoever applies: operators that are always true, functions that say
-- whatever is wanted, types and tables with the names of the server's own
CREATE FUNCTION trap.yes(anyelement, anyelement) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION trap.yes(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION trap.yes(int, int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION trap.yes(varchar, varchar) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION trap.yes(jsonb, jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION trap.yes(jsonb, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION trap.yes(trap.citext, varchar) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION trap.yes(trap.ltree, varchar) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
DO $$
DECLARE
    operator text;
BEGIN
    FOREACH operator IN ARRAY '{=,<>,<,>,<=,>=,~~,!~~,~~*,!~~*,~,!~,~*,!~*,@>,<@,?,@?,@@}'::text[] LOOP
        EXECUTE format('CREATE OPERATOR trap.%s (FUNCTION = trap.yes, LEFTARG = int, RIGHTARG = int)', operator);
        EXECUTE format('CREATE OPERATOR trap.%s (FUNCTION = trap.yes, LEFTARG = text, RIGHTARG = text)', operator);
        EXECUTE format('CREATE OPERATOR trap.%s (FUNCTION = trap.yes, LEFTARG = varchar, RIGHTARG = varchar)', operator);
        EXECUTE format('CREATE OPERATOR trap.%s (FUNCTION = trap.yes, LEFTARG = jsonb, RIGHTARG = jsonb)', operator);
        EXECUTE format('CREATE OPERATOR trap.%s (FUNCTION = trap.yes, LEFTARG = jsonb, RIGHTARG = text)', operator);
        EXECUTE format('CREATE OPERATOR trap.%s (FUNCTION = trap.yes, LEFTARG = trap.citext, RIGHTARG = varchar)', operator);
        EXECUTE format('CREATE OPERATOR trap.%s (FUNCTION = trap.yes, LEFTARG = trap.ltree, RIGHTARG = varchar)', operator);
    END LOOP;
END
$$;
CREATE FUNCTION trap.similar_to_escape(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT '.*'$$;
CREATE FUNCTION trap.similar_escape(text, text) RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT '.*'$$;
CREATE FUNCTION trap.role() RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT 'user'$$;
CREATE FUNCTION trap.require_session_variable(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT '1'$$;
CREATE FUNCTION trap.format(text, VARIADIC "any") RETURNS text LANGUAGE internal AS 'text_format';
CREATE FUNCTION trap.sha256(bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$SELECT '\x00'::bytea$$;
CREATE FUNCTION trap.encode(bytea, text) RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT '0'$$;
CREATE FUNCTION trap.left(text, int) RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT 'x'$$;
CREATE DOMAIN trap.text AS pg_catalog.text CHECK (VALUE = 'never');
CREATE DOMAIN trap.jsonb AS pg_catalog.jsonb CHECK (VALUE = '0');
CREATE DOMAIN trap.integer AS int CHECK (VALUE < 0);
CREATE DOMAIN trap.boolean AS bool CHECK (NOT VALUE);
CREATE VIEW trap.pg_class AS SELECT * FROM pg_catalog.pg_class LIMIT 0;
CREATE VIEW trap.pg_policy AS SELECT * FROM pg_catalog.pg_policy LIMIT 0;
CREATE TEMP TABLE pg_namespace AS SELECT * FROM pg_catalog.pg_namespace LIMIT 0;
CREATE TEMP TABLE pg_description AS SELECT * FROM pg_catalog.pg_description LIMIT 0;
CREATE TEMP TABLE thing AS SELECT * FROM public.thing LIMIT 0;
CREATE DOMAIN pg_temp.bpchar AS pg_catalog.bpchar CHECK (VALUE = 'never');
SET search_path = pg_temp, trap, pg_catalog, public;
SELECT 1 = 2 AS trapped, 'a' ~ 'b' AS this_too;
SELECT pg_catalog.jsonb_object_agg(number, expression) AS expressions
FROM (VALUES (1, '{"i": 1}'::pg_catalog.jsonb), (2, '{"t": {"_eq": "a"}}'), (3, '{"v": "a"}'), (4, '{"c": {"_in": ["a"]}}'), (5, '{"t": {"_like": "a%"}}'), (6, '{"t": {"_similar": "a"}}'), (7, '{"ci": {"_similar": "A"}}'), (8, '{"t": {"_regex": "^a"}}'),
             (9, '{"j": {"_contains": {"a": 1}}}'), (10, '{"j": {"_has_key": "a"}}'), (11, '{"j": {"_jsonb_path_exists": "$.a"}}'), (12, '{"ints": {"_contains": [1]}}'), (13, '{"ci": "a"}'), (14, '{"ci": {"_in": ["a"]}}'), (15, '{"ci": {"_like": "A"}}'), (16, '{"l": "a.b"}'),
             (17, '{"l": {"_descendant": "a"}}'), (18, '{"l": {"_matches": "a.*"}}'), (19, '{"i": "x-hasura-user-id"}'), (20, '{"_not": {"up": {}}}'), (21, '{"j": {"_cast": {"text": {"_like": "{\"a%"}}}}'), (22, '{"i": {"_clte": "id"}, "id": {"_lt": 2}}'), (23, '{"t": {"_is_null": false}, "i": {"_gte": 1, "_ne": 2}}')) AS list(number, expression)
\gset
INSERT INTO pg_temp.permitted SELECT '"thing"'::pg_catalog.jsonb, 'select', 'is' OPERATOR(pg_catalog.||) number, pg_catalog.jsonb_build_object('columns', '*', 'filter', expression)
FROM pg_catalog.jsonb_each(:'expressions'::pg_catalog.jsonb) AS each(number, expression);
SELECT pg_catalog.jsonb_build_object('version', 3, 'sources', pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_object('name', 'default', 'kind', 'postgres', 'tables', pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_object('table', 'thing',
    'object_relationships', '[{"name": "up", "using": {"manual_configuration": {"remote_table": "thing", "column_mapping": {"parent": "id"}}}}]'::pg_catalog.jsonb,
    'select_permissions', pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('role', role, 'permission', permission))))))) AS document FROM pg_temp.permitted \gset
SELECT outcome, pg_catalog.count(*) FROM herm_jwt.apply_permissions(:'document') GROUP BY outcome;
SELECT pg_catalog.count(*) FROM herm_jwt.check_permissions(:'document');
SELECT pg_catalog.count(*) FROM herm_jwt.apply_permissions(:'document');
DROP TABLE pg_temp.thing, pg_temp.pg_namespace, pg_temp.pg_description;
DROP DOMAIN pg_temp.bpchar;
RESET search_path;
SELECT number, expression, pg_temp.ask('SELECT array_agg(id ORDER BY id) FROM public.thing', 'is' || number)
FROM jsonb_each(:'expressions') AS each(number, expression) ORDER BY number::int;

-- by a hostile search_path of whoever reads the same rows are seen
BEGIN;
SELECT count(*) FROM pg_temp.enter('is6');
SET LOCAL search_path = trap, pg_catalog, public;
SELECT id FROM public.thing;
ROLLBACK;

-- nothing of it stands in what was made
SELECT count(*) FROM pg_depend AS d
WHERE d.classid = 'pg_policy'::regclass AND d.refclassid IN ('pg_operator'::regclass, 'pg_proc'::regclass, 'pg_type'::regclass)
  AND (pg_identify_object(d.refclassid, d.refobjid, 0)).schema = 'trap'
  AND NOT EXISTS (SELECT FROM pg_depend AS e WHERE e.classid = d.refclassid AND e.objid = d.refobjid AND e.deptype = 'e');
SELECT herm_jwt.drop_permissions() > 0;
DROP TABLE thing, copy CASCADE;
DROP SCHEMA trap CASCADE;
