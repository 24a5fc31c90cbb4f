-- A filter over a tree of labels shows other rows than ltree's operators would.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set permissions :srcdir '/sql/include/permissions.psql'
\i :permissions
SET client_min_messages = warning;
CREATE SCHEMA "Tree types";
CREATE EXTENSION ltree SCHEMA "Tree types";
CREATE DOMAIN branch AS "Tree types".ltree;
CREATE TABLE thing (id int, l "Tree types".ltree, b branch, ls "Tree types".ltree[], q "Tree types".lquery);
INSERT INTO thing VALUES (1, '', '', '{}', '*'), (2, 'a', 'a', '{a,a.b}', 'a.*'), (3, 'a.b', 'a.b', '{a.b}', NULL), (4, 'a.b.c', 'a.b.c', '{a.b.c}', NULL),
    (5, 'x.a', 'x.a', '{x.a}', NULL), (6, 'A.b', 'A.b', '{NULL}', NULL), (7, NULL, NULL, NULL, NULL);
CREATE TABLE copy (LIKE thing);
SELECT pg_temp.track('"thing"'), pg_temp.track('"copy"');
SET search_path = public, "Tree types";
INSERT INTO cases (expression, condition)
SELECT jsonb_build_object(name, jsonb_build_object(spelling || operator, value)), format(condition, name)
FROM (VALUES ('l', '_'), ('l', '$'), ('b', '_')) AS columns(name, spelling),
     (VALUES ('eq', '"a.b"'::jsonb, '%I = ''a.b'''), ('neq', '"a.b"', '%I <> ''a.b'''), ('gt', '"a.b"', '%I > ''a.b'''), ('lte', '"a.b"', '%I <= ''a.b'''),
             ('in', '["a.b", "x.a"]', '%I IN (''a.b'', ''x.a'')'), ('nin', '["a.b", null]', '%I NOT IN (''a.b'', NULL)'),
             ('ancestor', '"a.b"', '%I @> ''a.b'''), ('descendant', '"a.b"', '%I <@ ''a.b'''),
             ('ancestor_any', '["a.b", "x.a.y"]', '%I @> ''{a.b,x.a.y}''::ltree[]'), ('descendant_any', '["a.b", "x"]', '%I <@ ''{a.b,x}''::ltree[]'), ('descendant_any', '[]', '%I <@ ''{}''::ltree[]'), ('ancestor_any', '"{a.b}"', '%I @> ''{a.b}''::ltree[]'),
             ('matches', '"*.a.*{1}"', '%I ~ ''*.a.*{1}'''), ('matches', '"A@|x.*"', '%I ~ ''A@|x.*'''), ('matches_any', '["a.*{1}", "x.*"]', '%I ? ''{"a.*{1}",x.*}''::lquery[]'), ('matches_any', '"{\"a.*{1,2}\",x.*}"', '%I ? ''{"a.*{1,2}",x.*}''::lquery[]'),
             ('matches_fulltext', '"a & !b"', '%I @ ''a & !b'''), ('ceq', '"b"', '%I = b'))
     AS operators(operator, value, condition);
INSERT INTO cases (expression, condition)
VALUES ('{"l": "a.b"}', 'l = ''a.b'''), ('{"ls": {"_contains": ["a.b"]}}', 'ls @> ''{a.b}''::ltree[]'), ('{"ls": ["a.b"]}', 'ls = ''{a.b}''::ltree[]');
SELECT pg_temp.permit_cases('"thing"');
SELECT * FROM pg_temp.compare_cases('"thing"');
RESET search_path;

-- session variables
SELECT filter, pg_temp.visible('"thing"', filter, pg_temp.hasura('{"x-hasura-allowed-roles": ["user"], "x-hasura-default-role": "user", "x-hasura-l": "a.b", "x-hasura-ls": "{a.b,x.a}", "x-hasura-q": "*.a", "x-hasura-qs": "{*.a}", "x-hasura-t": "a & b", "x-hasura-bad": "a..b"}'))
FROM (VALUES ('{"l": "x-hasura-l"}'::jsonb), ('{"l": {"_in": "x-hasura-ls"}}'), ('{"l": {"_descendant": "x-hasura-l"}}'), ('{"l": {"_descendant_any": "x-hasura-ls"}}'), ('{"l": {"_ancestor_any": "x-hasura-ls"}}'), ('{"l": {"_matches": "x-hasura-q"}}'), ('{"l": {"_matches_any": "x-hasura-qs"}}'),
             ('{"l": {"_matches_fulltext": "x-hasura-t"}}'), ('{"l": "x-hasura-bad"}'), ('{"l": {"_descendant_any": ["x-hasura-l"]}}')) AS filters(filter);

-- what is no label, no pattern, or for another type
INSERT INTO cases (expression)
VALUES ('{"l": "a..b"}'), ('{"l": 1}'), ('{"l": {"_eq": ["a"]}}'), ('{"l": {"_matches": "**"}}'), ('{"l": {"_matches_any": ["a", "**"]}}'), ('{"l": {"_matches_any": "a"}}'), ('{"l": {"_matches_fulltext": "&"}}'), ('{"l": {"_ancestor": null}}'),
       ('{"l": {"_ancestor_any": [["a"]]}}'), ('{"l": {"_contains": "a"}}'), ('{"l": {"_like": "a"}}'), ('{"id": {"_ancestor": "a"}}'), ('{"ls": {"_ancestor": "a"}}'), ('{"ls": {"_matches": "a"}}'), ('{"q": {"_matches": "a"}}'), ('{"q": {"_eq": "*"}}'), ('{"q": {"_in": ["*"]}}');
SELECT pg_temp.permit_cases('"thing"');
SELECT * FROM pg_temp.compare_cases('"thing"');

-- without the extension its words are for no type
SELECT herm_jwt.drop_permissions() >= 0;
DROP TABLE thing, copy;
DROP DOMAIN branch;
DROP SCHEMA "Tree types" CASCADE;
CREATE SCHEMA fake;
CREATE DOMAIN fake.ltree AS text;
CREATE TABLE thing (id int, l fake.ltree);
SELECT pg_temp.visible('"thing"', '{"l": {"_ancestor": "a"}}');
DROP TABLE thing;
DROP SCHEMA fake CASCADE;
