-- A preset is another value than what the permission says, or than a statement would store.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS citext;
CREATE EXTENSION IF NOT EXISTS ltree;
RESET client_min_messages;
CREATE ROLE regress_values;
CREATE SCHEMA regress_values;
GRANT USAGE ON SCHEMA regress_values TO regress_values;
SET search_path = regress_values, public;
SET datestyle = 'ISO, YMD';
SET timezone = 'UTC';
SET bytea_output = 'hex';
SET intervalstyle = 'postgres';
CREATE TYPE mood AS ENUM ('glad', 'sad', '7');
CREATE TYPE pair AS (a int, b text);
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE DOMAIN present AS text NOT NULL;
CREATE DOMAIN short AS varchar(3);
CREATE DOMAIN row_of_ints AS int[] CHECK (cardinality(VALUE) < 3);
CREATE DOMAIN short_json AS jsonb CHECK (jsonb_typeof(VALUE) <> 'null');
CREATE DOMAIN of_domain AS positive CHECK (VALUE < 100);
CREATE TYPE span AS RANGE (subtype = int4);

SELECT pg_temp.hasura(json_build_object(
    'x-hasura-allowed-roles', json_build_array('user'), 'x-hasura-default-role', 'user',
    'x-hasura-user-id', '7', 'x-hasura-empty', '', 'x-hasura-null', 'NULL',
    'x-hasura-list', '{1,NULL,3}', 'x-hasura-nasty', 'a''"\,{}NULL', 'x-hasura-json',
    '{"a": [1, null]}', 'x-hasura-long', 'abcd', 'x-hasura-space', 'abc  ',
    'x-hasura-now', 'now')::text) AS token
\gset

-- What a column of that type holds after a row without it came; with presets, or as the
-- same value in a statement.
CREATE FUNCTION pg_temp.stored(type text, preset text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    answer text;
BEGIN
    EXECUTE format('CREATE TABLE regress_values.v (gone int, c %s, id int)', type);
    ALTER TABLE regress_values.v DROP COLUMN gone;
    EXECUTE format('CREATE TRIGGER v BEFORE INSERT ON regress_values.v FOR EACH ROW
                    EXECUTE FUNCTION herm_jwt.apply_presets(%L)',
                   '{"user": {"c": ' || preset || '}}');
    ALTER TABLE regress_values.v ENABLE ROW LEVEL SECURITY;
    CREATE POLICY v ON regress_values.v USING (true);
    GRANT ALL ON regress_values.v TO regress_values;
    SET LOCAL ROLE regress_values;
    answer := pg_temp.outcome('WITH t AS (INSERT INTO regress_values.v (id) VALUES (1) RETURNING c)
                               SELECT coalesce(c::text, ''is null'') FROM t');
    RESET ROLE;
    DROP TABLE regress_values.v;
    RETURN CASE WHEN answer ~ '^\w{5}: ' THEN split_part(answer, E'\n', 1) ELSE answer END;
END
$$;
CREATE FUNCTION pg_temp.assigned(type text, literal text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    answer text;
BEGIN
    EXECUTE format('CREATE TABLE regress_values.v (c %s)', type);
    answer := pg_temp.outcome(format('WITH t AS (INSERT INTO regress_values.v VALUES (%L)
                                                 RETURNING c) SELECT c FROM t', literal));
    DROP TABLE regress_values.v;
    RETURN split_part(answer, E'\n', 1);
END
$$;
BEGIN;
SELECT herm_jwt.authenticate(:'token') ->> 'x-hasura-role';

-- text, and what stands for itself
SELECT type, preset, pg_temp.stored(type, preset)
FROM (VALUES ('text', '"x"'), ('text', '""'), ('text', '" x "'), ('text', '"NULL"'),
             ('text', '"null"'), ('text', 'null'), ('text', 'true'), ('text', '1.50e2'),
             ('text', '"it''s \"\\ \u00e9 \n"'), ('text', '[1]'), ('text', '{}'),
             ('varchar', 'false'), ('citext', '"Ab"'), ('citext', '7'), ('name', '"x"'),
             ('bpchar', '"a "'), ('char', '"a"'), ('char', '"ab"'), ('"char"', '"a"'),
             ('ltree', '"a.b"'), ('ltree', '7'), ('ltree', '"a b"')) AS t(type, preset);

-- numbers, booleans, times
SELECT type, preset, pg_temp.stored(type, preset)
FROM (VALUES ('int', '7'), ('int', '"7"'), ('int', '" 7 "'), ('int', '7.0'), ('int', '7e0'),
             ('int', 'true'), ('int', '""'), ('int', '12345678901'), ('int', '[7]'),
             ('smallint', '70000'), ('bigint', '-9223372036854775808'),
             ('numeric', '1.10'), ('numeric', '1e20'), ('float8', '0.1'), ('float8', '1e400'),
             ('money', '"12.5"'), ('boolean', 'true'), ('boolean', '"yes"'), ('boolean', '1'),
             ('boolean', '2'), ('date', '"2024-02-29"'), ('date', '"2023-02-29"'),
             ('timestamptz', '"2024-02-29T12:00:00+02:00"'), ('timestamptz', '5'),
             ('interval', '"1 day 2 hours"'), ('interval', '3')) AS t(type, preset);
SELECT pg_temp.stored('timestamptz', '"now()"') = now()::text AS now,
       pg_temp.stored('timestamptz', '"x-hasura-now"') = now()::text AS now,
       pg_temp.stored('date', '"today"') = current_date::text AS today;

-- a type's modifier, as in an assignment: too long is an error, digits are rounded
SELECT type, preset, stored, stored = assigned AS as_assigned
FROM (VALUES ('varchar(3)', '"abc"', 'abc'), ('varchar(3)', '"abcd"', 'abcd'),
             ('varchar(3)', '"abc  "', 'abc  '), ('varchar(3)', '1234', '1234'),
             ('varchar(3)', '"äöü"', 'äöü'), ('char(3)', '"a"', 'a'), ('char(3)', '"abcd"', 'abcd'),
             ('numeric(4,1)', '999.94', '999.94'), ('numeric(4,1)', '999.95', '999.95'),
             ('numeric(4,1)', '"x"', 'x'), ('bit(3)', '"101"', '101'), ('bit(3)', '"1011"', '1011'),
             ('bit', '"1"', '1'), ('bit', '"11"', '11'), ('varbit(3)', '"1011"', '1011'),
             ('timestamp(0)', '"2024-01-01 00:00:00.6"', '2024-01-01 00:00:00.6'),
             ('time(1)', '"00:00:00.16"', '00:00:00.16'),
             ('interval minute', '"1 day 2:03:04"', '1 day 2:03:04'),
             ('interval(0)', '"1.6 seconds"', '1.6 seconds'),
             ('varchar(2)[]', '["ab", "abc"]', '{ab,abc}'),
             ('numeric(3,1)[]', '[1.25, 2]', '{1.25,2}'),
             ('short', '"abc  "', 'abc  '), ('short', '"abcd"', 'abcd')) AS t(type, preset, literal),
     LATERAL (SELECT pg_temp.stored(type, preset) AS stored,
                     pg_temp.assigned(type, literal) AS assigned OFFSET 0) AS s;

-- JSON: a string is encoded for jsonb, and raw for json
SELECT type, preset, pg_temp.stored(type, preset)
FROM (VALUES ('jsonb', '"a"'), ('jsonb', '"{\"a\": 1}"'), ('jsonb', '1.0'), ('jsonb', 'true'),
             ('jsonb', 'null'), ('jsonb', '[1, null, "x-hasura-user-id"]'),
             ('jsonb', '{"a": {"b": "x-hasura-user-id"}, "c": null}'), ('jsonb', '"x-hasura-json"'),
             ('jsonb', '"x-hasura-user-id"'), ('jsonb', '"x-hasura-long"'),
             ('jsonb', '"\u001f\\ \""'),
             ('json', '"{\"a\":  1}"'), ('json', '"a"'), ('json', '1'), ('json', 'false'),
             ('json', 'null'), ('json', '[1, "a"]'), ('json', '{"b": 1, "a": null}'),
             ('short_json', '"a"'), ('short_json', '"x-hasura-null"'),
             ('jsonpath', '"$.a ? (@ > 1)"'), ('jsonpath', '{}')) AS t(type, preset);

-- arrays: elements that need quotes, NULL, more dimensions, or the text of an array
SELECT type, preset, pg_temp.stored(type, preset)
FROM (VALUES ('int[]', '[]'), ('int[]', '[1, null, "3"]'), ('int[]', '["x"]'),
             ('int[]', '[[1, 2], [3, 4]]'), ('int[]', '[[1], [2, 3]]'),
             ('int[]', '"{1,NULL,3}"'), ('int[]', '"1,2"'), ('int[]', '1'), ('int[]', '{}'),
             ('int[]', 'null'), ('int[]', '[1.5]'), ('int[]', '[{}]'),
             ('text[]', '["", "NULL", null, "a,b", "{}", "\"", "\\", " ", "a\nb", true, 1]'),
             ('text[]', '["x-hasura-user-id"]'), ('text[]', '[["a"], [null]]'),
             ('citext[]', '["A", "b"]'), ('varchar[]', '[1]'), ('boolean[]', '[true, "f", null]'),
             ('jsonb[]', '["a", 1, null, [1, {"b": "c"}], {"d": "\"\\"}]'),
             ('json[]', '["[1]", [1, "x"], {"a": null}, 7]'),
             ('date[]', '["2024-01-01"]'), ('box[]', '["(1,1),(0,0)", "(3,3),(2,2)"]'),
             ('bytea[]', '["\\x00ff"]'), ('mood[]', '["sad", 7]'), ('positive[]', '[1, 2]'),
             ('positive[]', '[1, -1]'), ('row_of_ints', '[1, 2]'), ('row_of_ints', '[1, 2, 3]'),
             ('row_of_ints[]', '[[1], [2, 3]]'), ('row_of_ints[]', '[[[1]]]'), ('pair[]', '["(1,x)"]'),
             ('int4range[]', '["[1,3)", "empty"]'), ('uuid[]', '[1]'),
             ('int2vector', '"1 2"'),
             ('ltree[]', '["a.b"]')) AS t(type, preset);

-- everything else is text
SELECT type, preset, pg_temp.stored(type, preset)
FROM (VALUES ('uuid', '"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"'), ('uuid', '"x"'), ('uuid', '1'),
             ('bytea', '"\\x00ff"'), ('bytea', '"a\\\\b"'), ('mood', '"sad"'), ('mood', '"angry"'),
             ('mood', '7'), ('mood', '8'), ('inet', '"10.0.0.1/8"'), ('point', '"(1,2)"'),
             ('point', '[1, 2]'), ('int4range', '"[1,3]"'), ('int4range', '[1, 3]'),
             ('span', '"[1,3]"'), ('int4multirange', '"{[1,3),[5,7)}"'), ('tsvector', '"b a"'),
             ('pair', '"(1,\"x,y\")"'), ('pair', '"(1)"'), ('pair', '{"a": 1}'),
             ('pair', '7'), ('regclass', '"pg_class"'), ('pg_lsn', '"0/1"'),
             ('oid', '5')) AS t(type, preset);

-- domains: their checks run, as for any value that comes; the statement's own NULL is
-- judged before the trigger
SELECT type, preset, pg_temp.stored(type, preset)
FROM (VALUES ('positive', '1'), ('positive', '0'), ('positive', 'null'), ('positive', '"x"'),
             ('positive', '"x-hasura-user-id"'), ('present DEFAULT ''''', '"x"'),
             ('present DEFAULT ''''', 'null'), ('present', '"x"'),
             ('short', 'null'), ('of_domain', '99'), ('of_domain', '100'), ('of_domain', '-1'),
             ('of_domain', '[1]')) AS t(type, preset);

-- session variables, in any case and as a whole value only
SELECT type, preset, pg_temp.stored(type, preset)
FROM (VALUES ('text', '"x-hasura-user-id"'), ('text', '"X-HASURA-User-Id"'), ('text', '"REQ_USER_ID"'),
             ('int', '"req_user_id"'), ('text', '"req_user_ids"'), ('text', '" x-hasura-user-id"'),
             ('text', '"x-hasura"'), ('text', '"x-hasura-"'), ('text', '"x-hasura-role"'),
             ('text', '"x-hasura-missing"'), ('jsonb', '"X-Hasura-Missing"'),
             ('text', '"x-hasura-allowed-roles"'), ('text', '"x-hasura-empty"'),
             ('int', '"x-hasura-empty"'), ('text', '"x-hasura-null"'), ('text', '"x-hasura-nasty"'),
             ('int[]', '"x-hasura-list"'), ('int', '"x-hasura-list"'), ('text[]', '"x-hasura-nasty"'),
             ('varchar(3)', '"x-hasura-long"'), ('varchar(3)', '"x-hasura-space"'),
             ('citext', '"x-hasura-long"'), ('numeric(2,1)', '"x-hasura-user-id"'),
             ('mood', '"x-hasura-user-id"')) AS t(type, preset);
ROLLBACK;

RESET search_path;
SET client_min_messages = warning;
DROP SCHEMA regress_values CASCADE;
DROP OWNED BY regress_values CASCADE;
DROP ROLE regress_values;
