-- A session variable counts where Hasura reads literal text, or is missed without an error.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set permissions :srcdir '/sql/include/permissions.psql'
\i :permissions
SET client_min_messages = warning;
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE thing (id int PRIMARY KEY, i int, t text, ints int[], j jsonb, p positive, e mood, u uuid, ts timestamptz, b bool);
INSERT INTO thing VALUES (1, 1, 'x-hasura-user-id', '{1,2}', '"x-hasura-user-id"', 1, 'sad', '00000000-0000-0000-0000-000000000001', '2024-02-29', true),
    (2, 2, 'it''s', '{2}', '{"a": "x-hasura-user-id", "k": 1}', 2, 'happy', NULL, NULL, false), (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (4, 7, '', '{}', '[1, 2]', 7, NULL, NULL, 'infinity', NULL);
CREATE TABLE copy (LIKE thing);
SELECT pg_temp.track('"thing"'), pg_temp.track('"copy"');
SELECT pg_temp.hasura('{"x-hasura-allowed-roles": ["user"], "x-hasura-default-role": "user", "x-hasura-user-id": "1", "x-hasura-two": "2",
    "x-hasura-list": "{1,7}", "x-hasura-texts": "{\"it''s\",\"\"}", "x-hasura-empty": "", "x-hasura-none": "{}", "x-hasura-json": "[1, 2]", "x-hasura-object": "{\"k\": 1}",
    "x-hasura-quote": "it''s", "x-hasura-like": "it%", "x-hasura-key": "k", "x-hasura-keys": "{k,z}", "x-hasura-path": "$.k", "x-hasura-match": "$.k == 1", "x-hasura-mood": "happy",
    "x-hasura-uuid": "00000000-0000-0000-0000-000000000001", "x-hasura-time": "2024-02-29", "x-hasura-true": "true", "x-hasura-nulls": "{1,NULL}", "x-hasura-ä": "1"}') AS token
\gset

-- in each place where it is a variable: the value of an operator, whole, in any case
SELECT filter, pg_temp.visible('"thing"', filter, :'token')
FROM (VALUES ('{"i": "x-hasura-user-id"}'::jsonb), ('{"i": {"_eq": "X-Hasura-User-Id"}}'), ('{"i": {"_eq": "X-HASURA-USER-ID"}}'), ('{"i": "req_user_id"}'), ('{"i": {"_gt": "REQ_USER_ID"}}'), ('{"i": {"$ne": "Req_User_Id"}}'),
             ('{"i": {"_lt": "x-hasura-two"}}'), ('{"i": {"_gte": "x-hasura-two"}}'), ('{"i": {"_lte": "x-hasura-two"}}'),
             ('{"i": {"_in": "x-hasura-list"}}'), ('{"i": {"_nin": "X-Hasura-List"}}'), ('{"i": {"_in": "x-hasura-none"}}'), ('{"i": {"_nin": "x-hasura-none"}}'), ('{"i": {"_in": "x-hasura-nulls"}}'), ('{"i": {"_nin": "x-hasura-nulls"}}'),
             ('{"t": "x-hasura-quote"}'), ('{"t": "x-hasura-empty"}'), ('{"t": {"_in": "x-hasura-texts"}}'), ('{"t": {"_like": "x-hasura-like"}}'), ('{"t": {"_nilike": "x-hasura-like"}}'), ('{"t": {"_similar": "x-hasura-like"}}'), ('{"t": {"_regex": "x-hasura-quote"}}'),
             ('{"ints": "x-hasura-none"}'), ('{"ints": {"_contained_in": "x-hasura-list"}}'), ('{"ints": {"_contains": "x-hasura-none"}}'),
             ('{"j": "x-hasura-json"}'), ('{"j": {"_contains": "x-hasura-object"}}'), ('{"j": {"_contained_in": "x-hasura-json"}}'), ('{"j": {"_in": "x-hasura-none"}}'),
             ('{"j": {"_has_key": "x-hasura-key"}}'), ('{"j": {"_has_keys_any": "x-hasura-keys"}}'), ('{"j": {"_has_keys_all": "x-hasura-keys"}}'),
             ('{"j": {"_jsonb_path_exists": "x-hasura-path"}}'), ('{"j": {"_jsonb_path_match": "x-hasura-match"}}'), ('{"j": {"_cast": {"text": {"_eq": "x-hasura-json"}}}}'),
             ('{"p": "x-hasura-two"}'), ('{"p": {"_in": "x-hasura-list"}}'), ('{"e": "x-hasura-mood"}'), ('{"u": "x-hasura-uuid"}'), ('{"ts": "x-hasura-time"}'), ('{"b": "x-hasura-true"}'), ('{"_not": {"i": "x-hasura-user-id"}}'), ('{"i": "x-hasura-Ä"}')) AS filters(filter);

-- where it is literal text: within a list or an object, or with anything before it
SELECT filter, pg_temp.visible('"thing"', filter, :'token')
FROM (VALUES ('{"t": {"_in": ["x-hasura-user-id", "it''s"]}}'::jsonb), ('{"t": {"_nin": ["X-Hasura-User-Id"]}}'), ('{"j": {"_contains": {"a": "x-hasura-user-id"}}}'), ('{"j": {"_in": ["x-hasura-user-id"]}}'),
             ('{"t": " x-hasura-user-id"}'), ('{"t": "x-hasura"}'), ('{"t": {"_like": "%x-hasura-user-id"}}'), ('{"t": "req_user_id "}'), ('{"i": {"_in": ["x-hasura-user-id"]}}'), ('{"ints": {"_contains": ["x-hasura-user-id"]}}'),
             ('{"i": {"_is_null": "x-hasura-true"}}'), ('{"i": {"_ceq": "x-hasura-user-id"}}'), ('{"x-hasura-user-id": 1}')) AS filters(filter);

-- one that is missing, or of no use for the type, is an error: whatever other branch there is
SELECT filter, pg_temp.visible('"thing"', filter, :'token')
FROM (VALUES ('{"i": "x-hasura-missing"}'::jsonb), ('{"_or": [{}, {"i": "x-hasura-missing"}]}'), ('{"_or": [{"i": 1}, {"t": "x-hasura-missing"}]}'), ('{"_not": {"i": "X-Hasura-Missing"}}'), ('{"_and": [{"i": {"_in": []}}, {"i": "x-hasura-missing"}]}'),
             ('{"_exists": {"_table": "copy", "_where": {"i": "x-hasura-missing"}}}'), ('{"t": "x-hasura-"}'),
             ('{"i": "x-hasura-quote"}'), ('{"_or": [{"i": 2}, {"u": "x-hasura-quote"}]}'), ('{"i": "x-hasura-empty"}'), ('{"i": {"_in": "x-hasura-two"}}'), ('{"ints": "x-hasura-two"}'), ('{"j": "x-hasura-quote"}'), ('{"e": "x-hasura-quote"}'), ('{"t": {"_regex": "x-hasura-path"}}'), ('{"j": {"_jsonb_path_exists": "x-hasura-quote"}}')) AS filters(filter);

-- in a check as well; the guard names each once, by name
DELETE FROM permitted;
INSERT INTO permitted VALUES ('"copy"', 'insert', 'user', '{"check": {"_or": [{"i": "x-hasura-user-id"}, {"t": {"_in": "X-Hasura-B"}}, {"i": "req_user_id"}, {"_exists": {"_table": "thing", "_where": {"i": {"_lt": "x-hasura-a"}}}}]}}');
SELECT count(*) FROM herm_jwt.apply_permissions(pg_temp.metadata());
SELECT pg_get_expr(polwithcheck, polrelid) FROM pg_policy WHERE polrelid = 'copy'::regclass;
SELECT pg_temp.insertable('"thing"', '"copy"');
SELECT pg_temp.ask('WITH i AS (INSERT INTO copy (i) VALUES (1)) SELECT 1', 'user', :'token');
SELECT herm_jwt.drop_permissions() > 0;
DROP TABLE thing, copy;
DROP DOMAIN positive;
DROP TYPE mood;
