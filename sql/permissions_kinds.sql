-- A kind of table, column or permission gives a role more or less than the docs say.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set applied :srcdir '/sql/include/permissions_applied.psql'
\i :applied
SET herm_jwt.database_role_prefix = 'regress_kinds_';
SET client_min_messages = warning;

-- columns: "*", a list, none; generated, identity, defaults from sequences; presets
BEGIN;
CREATE SEQUENCE public.numbers;
CREATE TABLE public.thing (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number int DEFAULT nextval('public.numbers'),
    size int,
    twice int GENERATED ALWAYS AS (size * 2) STORED,
    "Odd, name" text,
    owner text DEFAULT 'nobody');
INSERT INTO thing (size) VALUES (1), (2);
SELECT pg_temp.document(jsonb_build_array(
    '{"table": "thing",
      "select_permissions": [
        {"role": "all", "permission": {"columns": "*", "filter": {}}},
        {"role": "some", "permission": {"columns": ["id", "Odd, name"], "filter": {"size": {"_gt": 1}}}},
        {"role": "none", "permission": {"columns": [], "filter": {}}}],
      "insert_permissions": [
        {"role": "all", "permission": {"columns": "*", "check": {}}},
        {"role": "some", "permission": {"columns": ["size", "owner"], "check": {}, "set": {"owner": "x-hasura-user-id"}}},
        {"role": "none", "permission": {"columns": [], "check": {}, "set": {"size": 7, "Odd, name": null}}}],
      "update_permissions": [
        {"role": "all", "permission": {"columns": "*", "filter": {}}},
        {"role": "some", "permission": {"columns": ["size"], "filter": {}, "check": {"size": {"_lt": 9}}, "set": {"owner": "x-hasura-user-id"}}}],
      "delete_permissions": [{"role": "some", "permission": {"filter": {"size": 2}, "backend_only": false}}]}'::jsonb)) AS metadata
\gset
SELECT * FROM pg_temp.apply(:'metadata');
SELECT statement FROM herm_jwt.plan_permissions(:'metadata') WHERE statement ~ '^GRANT' ORDER BY step;
SELECT E'\n' || role || ': ' || statement || E'\n=> ' || pg_temp.as_role(role, '{"x-hasura-user-id": "ann"}', statement)
FROM unnest('{all,some,none}'::text[]) AS role, unnest(ARRAY[
    'SELECT * FROM thing ORDER BY id', 'SELECT id, "Odd, name" FROM thing', 'SELECT count(*) FROM thing',
    'INSERT INTO thing (size, "Odd, name", owner) VALUES (3, ''x'', ''eve'') RETURNING *',
    'INSERT INTO thing (size) VALUES (3)', 'INSERT INTO thing DEFAULT VALUES',
    'INSERT INTO thing (id) OVERRIDING SYSTEM VALUE VALUES (9)',
    'UPDATE thing SET size = 8', 'UPDATE thing SET size = 9', 'UPDATE thing SET owner = ''eve''',
    'UPDATE thing SET id = DEFAULT', 'DELETE FROM thing', 'DELETE FROM thing WHERE size = 2']) AS statement;
ROLLBACK;

-- what is refused, and what is not enforced
BEGIN;
CREATE TABLE public.thing (id int, name text);
CREATE FUNCTION pg_temp.judge(kind text, body text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE sql AS $$
    SELECT E'\n' || kind || ' ' || body || E'\n=> ' || concat_ws(', ', outcome, reason, detail)
    FROM herm_jwt.review_permissions(pg_temp.document(jsonb_build_array(pg_temp.tracked('public.thing',
        'user', jsonb_build_object(kind, body::jsonb)))), options => options)
$$;
SELECT pg_temp.judge(kind, body) FROM (VALUES
    ('insert', '{"check": {}, "backend_only": true}'), ('update', '{"columns": "*", "filter": {}, "backend_only": true}'),
    ('delete', '{"filter": {}, "backend_only": true}'), ('delete', '{"filter": {}, "backend_only": "yes"}'),
    ('insert', '{"check": {}, "validate_input": {"type": "http", "definition": {"url": "http://x"}}}'),
    ('select', '{"columns": "*", "filter": {}, "query_root_fields": []}'),
    ('select', '{"columns": "*", "filter": {}, "query_root_fields": [], "subscription_root_fields": []}'),
    ('select', '{"columns": "*", "filter": {}, "query_root_fields": ["select_by_pk"], "subscription_root_fields": ["select_by_pk"]}'),
    ('select', '{"columns": "*", "filter": {}, "query_root_fields": ["select"], "subscription_root_fields": []}'),
    ('select', '{"columns": "*", "filter": {}, "query_root_fields": null}'),
    ('select', '{"columns": "*", "filter": {}, "limit": 10}'), ('select', '{"columns": "*", "filter": {}, "limit": -1}'),
    ('select', '{"columns": "*", "filter": {}, "allow_aggregations": true}'),
    ('select', '{"columns": "*", "filter": {}, "secret": true}'), ('select', '{"columns": "*"}'),
    ('select', '{"columns": ["nothing"], "filter": {}}'), ('insert', '{"columns": "*"}'),
    ('insert', '{"check": {}, "set": {"nothing": 1}}'), ('insert', '{"check": {}, "set": {"id": "one"}}'),
    ('update', '{"columns": "*", "filter": {}, "check": null}'), ('delete', '[]')) AS bodies (kind, body);
SELECT pg_temp.judge('select', '{"columns": "*", "filter": {}, "limit": 10}', '{"refuse_partial": true}');
-- a trigger that comes before the presets; a trigger of Hasura's
CREATE FUNCTION pg_temp.nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER " early" BEFORE INSERT ON thing FOR EACH ROW EXECUTE FUNCTION pg_temp.nothing();
CREATE TRIGGER "!late" BEFORE INSERT ON thing FOR EACH ROW EXECUTE FUNCTION pg_temp.nothing();
CREATE TRIGGER " after" AFTER INSERT ON thing FOR EACH ROW EXECUTE FUNCTION pg_temp.nothing();
SELECT pg_temp.judge('insert', '{"check": {}, "set": {"id": 1}}');
SELECT pg_temp.judge('insert', '{"check": {}}');
SELECT permission, outcome, reason FROM pg_temp.review(pg_temp.document(jsonb_build_array(pg_temp.tracked(
    'public.thing', 'user', '{"insert": {"check": {}}, "update": {"columns": "*", "filter": {}}, "delete": {"filter": {}}}',
    '{"event_triggers": [{"name": "e", "definition": {"enable_manual": false, "insert": {"columns": "*"}, "delete": {"columns": "*"}}}]}'))));
ROLLBACK;

-- views, materialised views, foreign tables: read through the role's own view; partitioned tables
BEGIN;
CREATE FOREIGN DATA WRAPPER regress_kinds;
CREATE SERVER regress_kinds FOREIGN DATA WRAPPER regress_kinds;
CREATE TABLE public.thing (id int, owner text, secret text);
INSERT INTO thing VALUES (1, 'ann', 'x'), (2, 'bob', 'y');
CREATE VIEW public.plain AS SELECT * FROM thing;
CREATE MATERIALIZED VIEW public.kept AS SELECT * FROM thing;
CREATE FOREIGN TABLE public.far (id int, owner text) SERVER regress_kinds;
CREATE TABLE public.parted (id int, owner text) PARTITION BY LIST (id);
CREATE TABLE public.parted_1 PARTITION OF parted FOR VALUES IN (1);
CREATE TABLE public.parted_2 PARTITION OF parted FOR VALUES IN (2);
GRANT SELECT ON plain, kept, far, parted TO PUBLIC;
SELECT pg_temp.document(jsonb_agg(pg_temp.tracked('public.' || name, 'user', CASE name
    WHEN 'far' THEN '{"select": {"columns": ["id"], "filter": {"owner": "x-hasura-user-id"}}}'
    WHEN 'parted' THEN '{"select": {"columns": "*", "filter": {"owner": "x-hasura-user-id"}},
        "insert": {"columns": ["id"], "set": {"owner": "x-hasura-user-id"}, "check": {}},
        "update": {"columns": ["id"], "filter": {"owner": "x-hasura-user-id"}}, "delete": {"filter": {}}}'
    ELSE '{"select": {"columns": ["id", "owner"], "filter": {"owner": "x-hasura-user-id"}},
        "insert": {"check": {}}, "update": {"columns": ["owner"], "filter": {}}, "delete": {"filter": {}}}' END::jsonb)
    ORDER BY name)) AS metadata
FROM unnest('{plain,kept,far,parted}'::text[]) AS name
\gset
SELECT * FROM pg_temp.review(:'metadata', '{"view_schema": "none"}');
SELECT * FROM pg_temp.apply(:'metadata');
SELECT * FROM herm_jwt.check_permissions(:'metadata');
SET LOCAL search_path = "$user", public;
SELECT E'\n' || statement || E'\n=> ' || pg_temp.as_role('user', '{"x-hasura-user-id": "ann"}', statement) FROM unnest(ARRAY[
    'TABLE plain', 'TABLE kept', 'TABLE public.plain', 'TABLE public.kept', 'TABLE public.far', 'SELECT secret FROM plain',
    'INSERT INTO plain VALUES (3, ''ann'')', 'DELETE FROM public.plain', 'REFRESH MATERIALIZED VIEW public.kept',
    'INSERT INTO parted (id) VALUES (1) RETURNING *', 'INSERT INTO parted_1 VALUES (1, ''eve'')',
    'INSERT INTO parted (id, owner) VALUES (1, ''eve'')',
    'WITH i AS (INSERT INTO parted (id) VALUES (1), (2)) SELECT count(*) FROM parted']) AS statement;
SELECT count(*) FROM herm_jwt.explain_access('parted');
ROLLBACK;

-- only a view, whose filter enters another table
BEGIN;
CREATE TABLE public.member (name text);
CREATE TABLE public.thing (id int, owner text);
INSERT INTO member VALUES ('ann');
INSERT INTO thing VALUES (1, 'ann'), (2, 'bob');
CREATE VIEW public.plain AS SELECT * FROM thing;
SELECT pg_temp.document(jsonb_build_array(pg_temp.tracked('public.member', 'user', '{}'),
    pg_temp.tracked('public.plain', 'user', '{"select": {"columns": "*",
        "filter": {"_exists": {"_table": "member", "_where": {"name": {"_ceq": ["$", "owner"]}}}}}}'))) AS metadata
\gset
SELECT * FROM pg_temp.apply(:'metadata', '{"null_check": "hasura"}');
SELECT pg_temp.as_role('user', '{}', 'TABLE regress_kinds_user.plain');
SELECT * FROM herm_jwt.check_permissions(:'metadata');
SELECT herm_jwt.drop_permissions();
ROLLBACK;
