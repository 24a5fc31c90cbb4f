-- A filter by pattern shows other rows than LIKE, SIMILAR TO or a regular expression would.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set permissions :srcdir '/sql/include/permissions.psql'
\i :permissions
SET client_min_messages = warning;
CREATE SCHEMA "Extra types";
CREATE EXTENSION citext SCHEMA "Extra types";
CREATE DOMAIN word AS varchar(9) CHECK (VALUE <> 'never');
CREATE TABLE thing (id int, t text, v varchar(9), c char(5), i "Extra types".citext, w word,
                    wi "Extra types".citext[]);
INSERT INTO thing VALUES (1, 'Ann', 'Ann', 'Ann', 'Ann', 'Ann', '{Ann,bob}'), (2, 'ann', 'ann', 'ann', 'ann', 'ann', '{ann}'),
    (3, '', '', '', '', '', '{}'), (4, 'a%b_\', 'a%b_\', 'a%b_\', 'a%b_\', 'a%b_\', '{NULL}'),
    (5, E'two\nlines', E'two\nlines', 'x', E'two\nlines', E'two\nlines', NULL),
    (6, 'ÄNN', 'ÄNN', 'ÄNN', 'ÄNN', 'ÄNN', '{ANN}'), (7, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE copy (LIKE thing);
SELECT pg_temp.track('"thing"'), pg_temp.track('"copy"');

-- each operator in each spelling, for each kind of string
INSERT INTO cases (expression, condition)
SELECT jsonb_build_object(name, jsonb_build_object(spelling || operator, pattern)),
       format('%I %s %L', name, condition, pattern)
FROM (VALUES ('t', '_'), ('v', '$'), ('c', '_'), ('w', '$')) AS columns(name, spelling),
     (VALUES ('like', 'LIKE', 'a%'), ('nlike', 'NOT LIKE', 'a%'), ('ilike', 'ILIKE', 'A%'),
             ('nilike', 'NOT ILIKE', 'A%'), ('similar', 'SIMILAR TO', '(A|a)n+'),
             ('nsimilar', 'NOT SIMILAR TO', '(A|a)n+'), ('regex', '~', '^a.*n$'),
             ('iregex', '~*', '^a.*n$'), ('nregex', '!~', '^a.*n$'), ('niregex', '!~*', '^a.*n$'))
     AS operators(operator, condition, pattern);
SELECT pg_temp.permit_cases('"thing"');
SELECT * FROM pg_temp.compare_cases('"thing"');

-- citext, from a schema that is on no search_path
SET search_path = public, "Extra types";
INSERT INTO cases (expression, condition)
SELECT jsonb_build_object('i', jsonb_build_object(spelling || operator, value)),
       format('i %s %L', condition, coalesce(value #>> '{}', ''))
FROM (VALUES ('eq', '=', '"ANN"'::jsonb), ('neq', '<>', '"ANN"'), ('gt', '>', '"AA"'), ('like', 'LIKE', '"A%"'),
             ('nlike', 'NOT LIKE', '"A%"'), ('ilike', 'ILIKE', '"A%"'), ('nilike', 'NOT ILIKE', '"A%"'),
             ('regex', '~', '"^A.*N$"'), ('iregex', '~*', '"^A.*N$"'), ('nregex', '!~', '"^A.*N$"'),
             ('niregex', '!~*', '"^A.*N$"'))
     AS operators(operator, condition, value), (VALUES ('_')) AS spellings(spelling);
INSERT INTO cases (expression, condition)
VALUES ('{"i": {"_in": ["ANN", null]}}', 'i IN (''ANN'', NULL)'),
       ('{"i": {"_nin": ["ANN"]}}', 'i NOT IN (''ANN'')'),
       ('{"i": {"_similar": "(A|B)N+"}}', 'i ~ similar_to_escape(''(A|B)N+'')::citext'),
       ('{"i": {"_nsimilar": "(A|B)N+"}}', 'i !~ similar_to_escape(''(A|B)N+'')::citext'),
       ('{"wi": {"_eq": ["ANN"]}}', 'wi = ''{ANN}'''), ('{"wi": {"_contains": ["ANN"]}}', 'wi @> ''{ANN}'''),
       ('{"i": {"_ceq": "i"}}', 'i = i');
SELECT pg_temp.permit_cases('"thing"');
SELECT * FROM pg_temp.compare_cases('"thing"');
RESET search_path;

-- backslashes and quotes in patterns, whatever standard_conforming_strings says
SET standard_conforming_strings = off;
SELECT pg_temp.visible('"thing"', filter)
FROM (VALUES (jsonb_build_object('t', jsonb_build_object('_like', E'a\\%b\\_\\\\'))),
             (jsonb_build_object('t', jsonb_build_object('_regex', E'^a\\Wb_\\\\$'))),
             (jsonb_build_object('t', jsonb_build_object('_in', jsonb_build_array(E'a%b_\\', ''''))))) AS filters(filter);
RESET standard_conforming_strings;
SELECT pg_temp.visible('"thing"', filter)
FROM (VALUES (jsonb_build_object('t', jsonb_build_object('_like', 'a\%b\_\\'))),
             (jsonb_build_object('t', jsonb_build_object('_regex', '^a\Wb_\\$'))),
             (jsonb_build_object('t', jsonb_build_object('_in', jsonb_build_array('a%b_\', ''''))))) AS filters(filter);

-- patterns are for strings
INSERT INTO cases (expression)
SELECT jsonb_build_object('id', jsonb_build_object(operator, 'a'))
FROM unnest('{_like,_nlike,_ilike,_nilike,_similar,_nsimilar,_regex,_iregex,_nregex,_niregex}'::text[]) AS operator;
INSERT INTO cases (expression)
VALUES ('{"t": {"_like": null}}'), ('{"t": {"_like": ["a"]}}'), ('{"t": {"_like": {}}}'),
       ('{"wi": {"_like": "a"}}'), ('{"t": {"_contains": "a"}}');
SELECT pg_temp.permit_cases('"thing"');
SELECT * FROM pg_temp.compare_cases('"thing"');
SELECT herm_jwt.drop_permissions() > 0;
DROP TABLE thing, copy;
DROP DOMAIN word;
DROP SCHEMA "Extra types" CASCADE;
