-- A column's type makes a filter show other rows than SQL would, or lets a bad value through.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set permissions :srcdir '/sql/include/permissions.psql'
\i :permissions
SET client_min_messages = warning;
CREATE SCHEMA "My types";
CREATE TYPE "My types"."Mood!" AS ENUM ('sad', 'it''s "ok"', 'a,b', '');
CREATE DOMAIN "My types".positive AS int CHECK (VALUE > 0);
CREATE DOMAIN "My types".more AS "My types".positive CHECK (VALUE > 1);
CREATE TYPE "My types".pair AS (a int, b text);
CREATE TABLE thing (id int, e "My types"."Mood!", es "My types"."Mood!"[], p "My types".more, c "My types".pair,
                    ints int[], deep int[][], texts text[], js jsonb[], times timestamptz[], b bytea, nr numrange,
                    mr int4multirange, v bit varying(5), m money, oids oid, reg regclass);
INSERT INTO thing VALUES
    (1, 'sad', '{sad}', 2, '(1,a)', '{1,2}', '{{1,2},{3,4}}', '{a,"b c"}', '{1,"{\"a\": 1}"}', '{2024-02-29 12:00+00}', '\x01', '[1,2)',
     '{[1,3)}', B'1', 1, 1, 'pg_class'),
    (2, 'it''s "ok"', '{"it''s \"ok\"",sad}', 3, '(,)', '{}', '{}', '{}', '{}', '{}', '', 'empty', '{}', B'', 0, 0, NULL),
    (3, 'a,b', '{"a,b",NULL}', NULL, NULL, '{NULL}', NULL, '{"a,b","\"q\" \\ ''",NULL}', '{NULL}', '{NULL}', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (4, NULL, NULL, NULL, '(1,)', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE copy (LIKE thing);
SELECT pg_temp.track('"thing"'), pg_temp.track('"copy"');

-- values from strings and as JSON has them
SET search_path = public, "My types";
INSERT INTO cases (expression, condition)
VALUES ('{"e": "sad"}', 'e = ''sad'''), ('{"e": {"_gt": "sad"}}', 'e > ''sad'''), ('{"e": {"_in": ["it''s \"ok\"", "a,b"]}}', 'e IN (''it''''s "ok"'', ''a,b'')'),
       ('{"e": {"_nin": []}}', 'true'), ('{"es": ["it''s \"ok\"", "sad"]}', 'es = ARRAY[''it''''s "ok"'', ''sad'']::"Mood!"[]'),
       ('{"es": {"_contains": ["sad"]}}', 'es @> ''{sad}'''), ('{"es": {"_contained_in": "{sad}"}}', 'es <@ ''{sad}'''),
       ('{"p": 2}', 'p = 2'), ('{"p": {"_lt": -1}}', 'p < -1'), ('{"p": {"_in": [0, 2]}}', 'p IN (0, 2)'), ('{"p": {"_ceq": "id"}}', 'p = id'),
       ('{"c": "(1,a)"}', 'c = ''(1,a)''::pair'), ('{"c": {"_gt": "(1,)"}}', 'c > ''(1,)''::pair'), ('{"c": {"_in": ["(1,a)"]}}', 'c IN (''(1,a)''::pair)'),
       ('{"c": {"_is_null": true}}', 'c IS NULL'), ('{"c": {"_is_null": false}}', 'c IS NOT NULL'),
       ('{"ints": [1, 2]}', 'ints = ''{1,2}'''), ('{"ints": []}', 'ints = ''{}'''), ('{"ints": [null]}', 'ints = ''{NULL}'''), ('{"ints": "{1,2}"}', 'ints = ''{1,2}'''),
       ('{"ints": {"_contains": [2]}}', 'ints @> ''{2}'''), ('{"ints": {"_contained_in": [1, 2, 3]}}', 'ints <@ ''{1,2,3}'''),
       ('{"ints": {"_ne": [1, 2]}}', 'ints <> ''{1,2}'''), ('{"ints": {"_gt": []}}', 'ints > ''{}'''),
       ('{"deep": [[1, 2], [3, 4]]}', 'deep = ''{{1,2},{3,4}}'''), ('{"texts": ["a", "b c"]}', 'texts = ''{a,"b c"}'''),
       ('{"texts": ["a,b", "\"q\" \\ ''", null]}', 'texts = ARRAY[''a,b'', ''"q" \ '''''', NULL]'), ('{"texts": {"_contains": ["NULL"]}}', 'texts @> ''{"NULL"}'''),
       ('{"texts": {"_contains": ["x-hasura-user-id"]}}', 'texts @> ''{x-hasura-user-id}'''),
       ('{"js": {"_contains": [{"a": 1}]}}', 'js @> ARRAY[''{"a": 1}''::jsonb]'), ('{"times": ["2024-02-29 13:00+01"]}', 'times = ''{2024-02-29 12:00+00}'''),
       ('{"b": "\\x01"}', 'b = ''\x01'''), ('{"nr": "[1,2)"}', 'nr = ''[1,2)'''), ('{"nr": {"_lt": "[1,2)"}}', 'nr < ''[1,2)'''),
       ('{"mr": "{[1,2]}"}', 'mr = ''{[1,2]}'''), ('{"v": "1"}', 'v = ''1'''), ('{"m": 1}', 'm = ''1'''), ('{"oids": 1}', 'oids = 1'), ('{"reg": "pg_class"}', 'reg = ''pg_class''::regclass');
SELECT pg_temp.permit_cases('"thing"');
SELECT * FROM pg_temp.compare_cases('"thing"');
RESET search_path;

-- values that the type does not have, or JSON of another kind
INSERT INTO cases (expression)
VALUES ('{"id": "one"}'), ('{"id": 1.5}'), ('{"id": true}'), ('{"id": 99999999999}'), ('{"id": ""}'), ('{"id": [1]}'), ('{"id": {"_eq": {}}}'),
       ('{"id": {"_in": 1}}'), ('{"id": {"_in": [[1]]}}'), ('{"id": {"_in": ["one"]}}'), ('{"id": {"_in": "{1,2}"}}'), ('{"e": "glad"}'), ('{"e": 1}'), ('{"p": "x"}'),
       ('{"c": "(1"}'), ('{"c": {"_eq": {"a": 1, "b": "a"}}}'), ('{"c": ["1", "a"]}'), ('{"c": 1}'), ('{"ints": 1}'), ('{"ints": ["a"]}'), ('{"ints": [[1], 2]}'), ('{"ints": {"_in": [[1, 2]]}}'),
       ('{"ints": "1"}'), ('{"b": "\\xzz"}'), ('{"nr": "[2,1]"}'), ('{"v": "2"}'), ('{"ints": {"_has_key": 1}}'), ('{"reg": "nowhere"}'),
       ('{"p": {"_ceq": "c"}}'), ('{"id": {"_ceq": "ints"}}'), ('{"id": {"_ceq": "nowhere"}}'), ('{"id": {"_ceq": ["$", "nowhere"]}}'), ('{"id": {"_ceq": ["$", "$", "id"]}}'), ('{"id": {"_ceq": ["thing", "id"]}}'), ('{"id": {"_ceq": []}}'), ('{"id": {"_ceq": 1}}'), ('{"id": {"_ceq": ["$"]}}');
SELECT pg_temp.permit_cases('"thing"');
SELECT * FROM pg_temp.compare_cases('"thing"');

-- types without the operator
ALTER TABLE thing ADD x xml, ADD pt point, ADD js_plain json, ADD tv tsvector;
UPDATE thing SET pt = '(1,1)', tv = 'a' WHERE id = 1;
INSERT INTO cases (expression, condition)
VALUES ('{"x": "<a/>"}', ''), ('{"x": {"_is_null": true}}', 'x IS NULL'), ('{"pt": {"_eq": "(1,1)"}}', ''), ('{"pt": {"_in": ["(1,1)"]}}', ''), ('{"pt": {"_gt": "(1,1)"}}', ''),
       ('{"pt": {"_is_null": false}}', 'pt IS NOT NULL'), ('{"pt": {"_ceq": "pt"}}', ''), ('{"tv": {"_eq": "a"}}', 'tv = ''a''');
ALTER TABLE copy ADD x xml, ADD pt point, ADD js_plain json, ADD tv tsvector;
SELECT pg_temp.permit_cases('"thing"');
SELECT * FROM pg_temp.compare_cases('"thing"');
SELECT herm_jwt.drop_permissions() > 0;
DROP TABLE thing, copy;
DROP SCHEMA "My types" CASCADE;
