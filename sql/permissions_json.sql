-- A filter over a jsonb column shows other rows than the same SQL would.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set permissions :srcdir '/sql/include/permissions.psql'
\i :permissions
SET client_min_messages = warning;
CREATE DOMAIN document AS jsonb CHECK (VALUE <> '"never"');
CREATE TABLE thing (id int, j jsonb, d document, o json);
INSERT INTO thing VALUES (1, '{"a": 1, "b": [1, 2], "c": null}', '{"a": 1}', '{"a": 1}'),
    (2, '["a", "b"]', '["a"]', '1'), (3, '"a"', '"a"', '"a"'), (4, '1', '1', '1'), (5, 'null', 'null', 'null'),
    (6, '{}', '{}', '{}'), (7, '{"x-hasura-user-id": "it''s \"\\ x"}', '[]', '[]'), (8, NULL, NULL, NULL);
CREATE TABLE copy (LIKE thing);
SELECT pg_temp.track('"thing"'), pg_temp.track('"copy"');

-- each operator in each spelling
INSERT INTO cases (expression, condition)
SELECT jsonb_build_object('j', jsonb_build_object(spelling || operator, value)), condition
FROM (VALUES ('eq', '{"b": [1, 2], "a": 1.0, "c": null}'::jsonb, 'j = ''{"a": 1, "b": [1, 2], "c": null}'''),
             ('eq', '"a"', 'j = ''"a"'''), ('eq', '1', 'j = ''1'''), ('ne', '[]', 'j <> ''[]'''),
             ('neq', '{}', 'j <> ''{}'''), ('gt', '"a"', 'j > ''"a"'''), ('lte', '"a"', 'j <= ''"a"'''),
             ('in', '["a", {"a": [1]}, 1, {}]', 'j IN (''"a"'', ''{"a": [1]}'', ''1'', ''{}'')'),
             ('nin', '["a", 1]', 'j NOT IN (''"a"'', ''1'')'),
             ('is_null', 'true', 'j IS NULL'), ('contains', '{"a": 1}', 'j @> ''{"a": 1}'''),
             ('contains', '"a"', 'j @> ''"a"'''), ('contains', '{"x-hasura-user-id": "it''s \"\\ x"}', 'CASE WHEN j IS NOT NULL THEN id = 7 END'),
             ('contained_in', '["a", "b", "c"]', 'j <@ ''["a", "b", "c"]'''),
             ('has_key', '"a"', 'j ? ''a'''), ('has_key', '1', 'j ? ''1'''),
             ('has_keys_any', '["a", "c"]', 'j ?| ''{a,c}'''), ('has_keys_all', '["a", "b"]', 'j ?& ''{a,b}'''),
             ('has_keys_any', '[]', 'j ?| ''{}'''), ('has_keys_all', '[]', 'j ?& ''{}'''),
             ('has_keys_any', '"{a,c}"', 'j ?| ''{a,c}'''),
             ('jsonb_path_exists', '"$.b[*] ? (@ > 1)"', 'j @? ''$.b[*] ? (@ > 1)'''),
             ('jsonb_path_match', '"$.a == 1"', 'j @@ ''$.a == 1'''),
             ('cast', '{"text": {"_like": "%\"a\"%"}}', 'j::text LIKE ''%"a"%'''),
             ('cast', '{"text": {"_eq": "1", "_neq": "2"}}', 'j::text = ''1'''),
             ('cast', '{"text": "\"a\""}', ''), ('cast', '{}', 'true'),
             ('ceq', '"j"', 'j = j'))
     AS operators(operator, value, condition),
     (VALUES ('_'), ('$')) AS spellings(spelling);
SELECT pg_temp.permit_cases('"thing"');
SELECT * FROM pg_temp.compare_cases('"thing"');

-- without an operator: an object holds operators, anything else is compared
INSERT INTO cases (expression, condition)
VALUES ('{"j": "a"}', 'j = ''"a"'''), ('{"j": 1}', 'j = ''1'''), ('{"j": ["a", "b"]}', 'j = ''["a", "b"]'''),
       ('{"j": {}}', 'true'), ('{"d": {"_eq": {"a": 1}}}', 'd = ''{"a": 1}'''),
       ('{"d": {"_contains": ["a"]}}', 'd @> ''["a"]'''), ('{"o": {}}', 'true');
SELECT pg_temp.permit_cases('"thing"');
SELECT * FROM pg_temp.compare_cases('"thing"');

-- casts lead to text alone; json has no operators, and paths must be paths
INSERT INTO cases (expression)
VALUES ('{"j": {"a": 1}}'), ('{"j": {"_cast": {"json": {"_eq": 1}}}}'), ('{"j": {"_cast": {"integer": {"_eq": 1}}}}'),
       ('{"j": {"_cast": {"Text": {"_eq": "a"}}}}'), ('{"j": {"_cast": "text"}}'), ('{"j": {"_cast": {"text": {"_contains": "a"}}}}'),
       ('{"j": {"_cast": {"text; DROP": {"_eq": "a"}}}}'), ('{"j": {"_like": "a"}}'), ('{"id": {"_cast": {"text": {"_eq": "1"}}}}'),
       ('{"o": 1}'), ('{"o": {"_eq": 1}}'), ('{"o": {"_is_null": true}}'), ('{"o": {"_ceq": "o"}}'), ('{"o": null}'),
       ('{"o": {"_in": []}}'), ('{"o": {"_cast": {"text": {"_eq": "1"}}}}'), ('{"j": {"_ceq": "o"}}'),
       ('{"j": {"_jsonb_path_exists": "$["}}'), ('{"j": {"_jsonb_path_match": {}}}'), ('{"j": {"_has_key": ["a"]}}'),
       ('{"j": {"_has_key": null}}'), ('{"j": {"_has_keys_any": {"a": 1}}}'), ('{"j": {"_has_keys_all": [["a"]]}}'), ('{"j": {"_has_keys_all": "a"}}'),
       ('{"j": {"_contains": null}}'), ('{"j": {"_is_null": "true"}}'), ('{"j": {"_is_null": null}}'), ('{"j": {"_in": "a"}}'), ('{"j": {"_in": {}}}');
SELECT pg_temp.permit_cases('"thing"');
SELECT * FROM pg_temp.compare_cases('"thing"');
SELECT herm_jwt.drop_permissions() > 0;
DROP TABLE thing, copy;
DROP DOMAIN document;
