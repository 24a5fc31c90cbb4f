-- A statement does with rows outside the select filter something else than the docs say.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set applied :srcdir '/sql/include/permissions_applied.psql'
\i :applied
SET herm_jwt.database_role_prefix = 'regress_statements_';
SET client_min_messages = warning;
BEGIN;
CREATE TABLE public.box (id int PRIMARY KEY, seen boolean, own boolean DEFAULT true, n int DEFAULT 0);
INSERT INTO box VALUES (1, true, true), (2, false, true), (3, true, false);
-- select sees the seen, update and delete are for the own, insert is for n below 10
SELECT pg_temp.document(jsonb_build_array(pg_temp.tracked('public.box', 'user', '{
    "select": {"columns": "*", "filter": {"seen": true}},
    "insert": {"columns": "*", "check": {"n": {"_lt": 10}}},
    "update": {"columns": ["seen", "n"], "filter": {"own": true}, "check": {}},
    "delete": {"filter": {"own": true}}}'))) AS metadata
\gset
SELECT * FROM pg_temp.apply(:'metadata');
SELECT E'\n' || statement || E'\n=> ' || pg_temp.as_role('user', '{}', statement) FROM unnest(ARRAY[
    -- reading a column: the select filter as well
    'UPDATE box SET n = 1 WHERE id = 2', 'DELETE FROM box WHERE id = 2', 'UPDATE box SET n = n + 1',
    -- reading none: the own filter alone
    'UPDATE box SET n = 1', 'DELETE FROM box',
    -- leaving the select filter
    'UPDATE box SET seen = false WHERE id = 1', 'UPDATE box SET seen = false',
    'UPDATE box SET seen = false RETURNING id',
    -- insert
    'INSERT INTO box VALUES (4, false)', 'INSERT INTO box VALUES (4, false) RETURNING id',
    'INSERT INTO box VALUES (4, true) RETURNING id', 'INSERT INTO box VALUES (4, true, true, 10)',
    -- upsert
    'INSERT INTO box VALUES (2, true) ON CONFLICT DO NOTHING',
    'INSERT INTO box VALUES (1, true) ON CONFLICT (id) DO UPDATE SET n = 5',
    'INSERT INTO box VALUES (2, true) ON CONFLICT (id) DO UPDATE SET n = 5',
    'INSERT INTO box VALUES (3, true) ON CONFLICT (id) DO UPDATE SET n = 5',
    'INSERT INTO box VALUES (1, true, true, 10) ON CONFLICT (id) DO UPDATE SET n = 5',
    -- merge
    'MERGE INTO box b USING (VALUES (3)) v (id) ON b.id = v.id WHEN MATCHED THEN UPDATE SET n = 1',
    'MERGE INTO box b USING (VALUES (1)) v (id) ON b.id = v.id WHEN MATCHED THEN UPDATE SET n = 1']) AS statement;
SET LOCAL ROLE regress_statements_user;
\copy box FROM '/dev/null'
ROLLBACK;

BEGIN;
CREATE TABLE public.box (id int PRIMARY KEY, seen boolean, own boolean, n int);
-- what the review says of pairs of permissions
CREATE FUNCTION pg_temp.codes(permissions jsonb) RETURNS text
LANGUAGE sql AS $$
    SELECT string_agg(split_part(permission, ' ', 3) || ': ' || coalesce(reason, outcome), ', ')
    FROM pg_temp.review(pg_temp.document(jsonb_build_array(
        pg_temp.tracked('public.box', 'user', permissions))))
$$;
SELECT E'\n' || permissions || E'\n=> ' || pg_temp.codes(permissions::jsonb) FROM unnest(ARRAY[
    '{"update": {"columns": ["n"], "filter": {"own": true}}}',
    '{"select": {"columns": "*", "filter": {}}, "update": {"columns": ["n"], "filter": {"own": true}}}',
    '{"select": {"columns": "*", "filter": {"own": true}}, "update": {"columns": ["n"], "filter": {"own": true}}}',
    '{"select": {"columns": "*", "filter": {"own": true}}, "update": {"columns": ["n"], "filter": {"own": {"_eq": true}, "n": 1}}}',
    '{"select": {"columns": "*", "filter": {"_or": [{"own": true}, {"seen": true}]}}, "update": {"columns": ["n"], "filter": {"own": true}}}',
    '{"select": {"columns": "*", "filter": {"own": true}}, "update": {"columns": ["own"], "filter": {"own": true}}}',
    '{"select": {"columns": "*", "filter": {"own": true}}, "update": {"columns": ["own"], "filter": {"own": true}, "check": {"own": true}}}',
    '{"select": {"columns": "*", "filter": {"own": true}}, "update": {"columns": ["n"], "set": {"own": false}, "filter": {"own": true}}}',
    '{"select": {"columns": "*", "filter": {"own": true}}, "update": {"columns": [], "set": {"n": 1}, "filter": {"own": true}}}',
    '{"select": {"columns": "*", "filter": {"own": true}}, "delete": {"filter": {"seen": true}}}',
    '{"select": {"columns": "*", "filter": {"own": true}}, "delete": {"filter": {"$and": [{"own": {"$eq": true}}]}}}',
    '{"select": {"columns": "*", "filter": {"n": "X-Hasura-N"}}, "delete": {"filter": {"n": "x-hasura-n"}}}',
    '{"select": {"columns": "*", "filter": {"own": true}}, "insert": {"check": {}}}',
    '{"select": {"columns": "*", "filter": {"own": true}}, "insert": {"check": {"own": true}}}',
    '{"insert": {"check": {}}, "update": {"columns": "*", "filter": {}}}',
    '{"insert": {"check": {}}, "update": {"columns": "*", "filter": {"n": {"_is_null": false}}}}',
    '{"insert": {"check": {"id": 1}}, "update": {"columns": "*", "filter": {}}}',
    '{"insert": {"check": {"n": 1}}}', '{"insert": {"check": {"id": 1}}}',
    '{"insert": {"check": {"n": {"_is_null": true}}}}',
    '{"insert": {"columns": [], "set": {"n": 1}, "check": {}}}', '{"insert": {"columns": [], "check": {}}}',
    '{"insert": {"columns": ["n"], "set": {"n": 1}, "check": {}}}', '{"update": {"columns": [], "filter": {}}}']) AS permissions;
ROLLBACK;

-- the function of a computed field may read any column, so that any update may leave the filter
BEGIN;
CREATE TABLE public.box (id int PRIMARY KEY, n int);
INSERT INTO box VALUES (1, 1);
CREATE FUNCTION public.box_small(public.box) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT $1.n < 5';
CREATE FUNCTION public.box_same(public.box) RETURNS SETOF public.box LANGUAGE sql STABLE AS 'SELECT * FROM public.box WHERE id = $1.n';
SELECT field AS filter, pg_temp.document(jsonb_build_array(pg_temp.tracked('public.box', 'user', jsonb_build_object(
        'select', jsonb_build_object('columns', '*', 'filter', field),
        'update', jsonb_build_object('columns', '["n"]'::jsonb, 'filter', field),
        'insert', jsonb_build_object('columns', '["n"]'::jsonb, 'check', field)),
    '{"computed_fields": [{"name": "small", "definition": {"function": "box_small"}},
                          {"name": "same", "definition": {"function": "box_same"}}]}'))) AS metadata
INTO TEMP documents FROM unnest('{"{\"small\": true}","{\"same\": {}}"}'::jsonb[]) AS field;
SELECT filter, permission, outcome, reason FROM documents, pg_temp.review(metadata);
SELECT filter, (SELECT count(*) FROM pg_temp.apply(metadata)),
       pg_temp.as_role('user', '{}', 'UPDATE box SET n = 9 WHERE id = 1') AS reading,
       pg_temp.as_role('user', '{}', 'UPDATE box SET n = 9') AS reading_none
FROM documents;
ROLLBACK;
