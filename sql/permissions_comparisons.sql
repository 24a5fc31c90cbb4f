-- A filter that compares a column with a value shows other rows than the same SQL would.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set permissions :srcdir '/sql/include/permissions.psql'
\i :permissions
SET client_min_messages = warning;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE thing (
    id int, i int, big bigint, f float8, n numeric, b bool, t text, v varchar(5), c char(3),
    d date, ts timestamptz, iv interval, u uuid, e mood, by bytea, r int4range, ip inet, tm time,
    bits bit(3), q "char", j int);
INSERT INTO thing VALUES
    (1, 0, 0, 0, 0, false, '', '', '', 'epoch', 'epoch', '0', '00000000-0000-0000-0000-000000000000',
     'sad', '', 'empty', '0.0.0.0/0', '00:00', B'000', 'a', 0),
    (2, 1, 9007199254740993, 0.1, 0.10, true, 'a', 'a', 'a', '2024-02-29', '2024-02-29 12:00+00',
     '1 day', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'ok', '\x00ff', '[1,5)', '10.0.0.1', '24:00',
     B'101', 'b', 2),
    (3, -2147483648, -9223372036854775808, '-Infinity', 'NaN', NULL, 'it''s "q" \ $1 %', 'a  ',
     'a b', '-infinity', '-infinity', '-1 mon', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 'happy',
     '\x5c', '(,)', '::1', '12:30:15.5', B'111', '\', NULL),
    (4, 2147483647, 9223372036854775807, 'NaN', '12345678901234567890.1234567890', true, 'ä€😀',
     'ä€', 'ÄB', 'infinity', 'infinity', '1 year 2 mons', NULL, NULL, NULL, NULL, NULL, NULL, NULL,
     NULL, 3),
    (5, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
     NULL, NULL, NULL, NULL, 3);
CREATE TABLE copy (LIKE thing);
SELECT pg_temp.track('"thing"'), pg_temp.track('"copy"');

-- each operator in each spelling
INSERT INTO cases (expression, condition)
SELECT jsonb_build_object('i', jsonb_build_object(spelling || name, value)), condition
FROM (VALUES ('eq', '1'::jsonb, 'i = 1'), ('ne', '1', 'i <> 1'), ('neq', '1', 'i <> 1'),
             ('gt', '0', 'i > 0'), ('lt', '0', 'i < 0'), ('gte', '0', 'i >= 0'),
             ('lte', '0', 'i <= 0'), ('in', '[0, 1]', 'i IN (0, 1)'),
             ('nin', '[0, 1]', 'i NOT IN (0, 1)'), ('is_null', 'true', 'i IS NULL'),
             ('is_null', 'false', 'i IS NOT NULL'))
     AS operators(name, value, condition),
     (VALUES ('_'), ('$')) AS spellings(spelling);
SELECT pg_temp.permit_cases('"thing"');
SELECT * FROM pg_temp.compare_cases('"thing"');

-- each type, its values from strings
INSERT INTO cases (expression, condition)
SELECT jsonb_build_object(name, CASE
           WHEN operator = '' THEN to_jsonb(value)
           WHEN operator ~ 'in' THEN jsonb_build_object(operator, jsonb_build_array(value))
           ELSE jsonb_build_object(operator, value) END),
       format(condition, name, value)
FROM (VALUES ('big', '9007199254740993'), ('f', '0.1'), ('f', 'NaN'), ('n', '0.1'), ('n', 'NaN'),
             ('b', 't'), ('t', ''), ('t', 'it''s "q" \ $1 %'), ('t', 'ä€😀'), ('v', 'a'),
             ('v', 'a  '), ('c', 'a'), ('c', 'a b'), ('c', 'ÄB '), ('d', '2024-02-29'),
             ('d', 'infinity'), ('ts', '2024-02-29 13:00:00+01'), ('iv', '24:00'),
             ('u', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'), ('e', 'ok'), ('by', '\x00ff'),
             ('by', '\\'), ('r', '[1,4]'), ('ip', '10.0.0.1/32'), ('tm', '24:00'), ('bits', '101'),
             ('q', '\'))
     AS columns(name, value),
     (VALUES ('', '%I = %L'), ('_gt', '%I > %L'), ('_nin', '%I NOT IN (%L)'))
     AS operators(operator, condition);
SELECT pg_temp.permit_cases('"thing"');
SELECT * FROM pg_temp.compare_cases('"thing"');

-- numbers and booleans as JSON has them
INSERT INTO cases (expression, condition)
VALUES ('{"big": 9007199254740993}', 'big = 9007199254740993'), ('{"f": 1e-1}', 'f = 0.1'),
       ('{"n": 12345678901234567890.1234567890}', 'n = 12345678901234567890.1234567890'),
       ('{"n": 1E-1}', 'n = 0.1'), ('{"b": true}', 'b'), ('{"b": false}', 'NOT b'),
       ('{"t": 1}', 't = ''1'''), ('{"t": true}', 't = ''true''');
SELECT pg_temp.permit_cases('"thing"');
SELECT * FROM pg_temp.compare_cases('"thing"');

-- columns with columns, of the same table or of the root, which is the same here
INSERT INTO cases (expression, condition)
SELECT jsonb_build_object('i', jsonb_build_object(spelling || name, place)), 'i ' || symbol || ' j'
FROM (VALUES ('ceq', '='), ('cne', '<>'), ('cneq', '<>'), ('cgt', '>'), ('clt', '<'),
             ('cgte', '>='), ('clte', '<=')) AS operators(name, symbol),
     (VALUES ('_', '"j"'::jsonb), ('$', '["j"]'), ('_', '["$", "j"]')) AS spellings(spelling, place);
SELECT pg_temp.permit_cases('"thing"');
SELECT * FROM pg_temp.compare_cases('"thing"');

-- several operators of a column, several columns: all must hold; nothing to say is true
INSERT INTO cases (expression, condition)
VALUES ('{"i": {"_gt": -5, "_lt": 5}}', 'i > -5 AND i < 5'),
       ('{"i": {"_gt": -5}, "b": true}', 'i > -5 AND b'),
       ('{}', 'true'), ('{"i": {}}', 'true'), ('{"_not": {}}', 'false'),
       ('{"_and": []}', 'true'), ('{"_or": []}', 'false'), ('{"_or": [{}]}', 'true'),
       ('{"$and": [{"i": 0}, {"$or": [{"b": true}, {"t": ""}]}]}', 'i = 0 AND (b OR t = '''')'),
       ('{"_or": [{"i": 0, "b": true}, {"$not": {"i": 0}}]}', '(i = 0 AND b) OR NOT (i = 0)');
SELECT pg_temp.permit_cases('"thing"');
SELECT * FROM pg_temp.compare_cases('"thing"');

-- keys and operators have a case
INSERT INTO cases (expression)
VALUES ('{"I": 1}'), ('{"i": {"_EQ": 1}}'), ('{"_AND": []}'), ('{"i": {"eq": 1}}'),
       ('{"i": {"__eq": 1}}'), ('{"i": {"_": 1}}'), ('{"": 1}'), ('{"_": {}}');
SELECT pg_temp.permit_cases('"thing"');
SELECT * FROM pg_temp.compare_cases('"thing"');
SELECT herm_jwt.drop_permissions() > 0;
DROP TABLE thing, copy;
DROP TYPE mood;
