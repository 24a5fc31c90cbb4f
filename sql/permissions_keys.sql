-- A key that SQL reads and Hasura does not makes a statement fail that the review calls exact, or shows a hidden cell.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set applied :srcdir '/sql/include/permissions_applied.psql'
\i :applied
SET herm_jwt.database_role_prefix = 'regress_keys_';
SET client_min_messages = warning;

-- ON CONFLICT reads the columns of a constraint
BEGIN;
CREATE TABLE public.crate (id int PRIMARY KEY, code text UNIQUE, n int, spare int);
CREATE UNIQUE INDEX ON crate (spare);
INSERT INTO crate VALUES (1, 'a', 1, 1);
SELECT format('{"role": "%s", "permission": %s}', role, '{"check": {}, "columns": "*"}') AS rule, role INTO TEMP rules
FROM unnest('{blind,id,both,all,reader}'::text[]) AS role;
SELECT pg_temp.document(jsonb_build_array(jsonb_build_object('table', 'crate',
    'insert_permissions', (SELECT jsonb_agg(rule::jsonb) FROM rules),
    'update_permissions', (SELECT jsonb_agg(replace(rule, '"check"', '"filter"')::jsonb) FROM rules WHERE role <> 'reader'),
    'select_permissions', '[{"role": "id", "permission": {"columns": ["id", "n"], "filter": {}}},
        {"role": "both", "permission": {"columns": ["id", "code"], "filter": {}}},
        {"role": "all", "permission": {"columns": "*", "filter": {}}},
        {"role": "reader", "permission": {"columns": ["n"], "filter": {}}}]'::jsonb))) AS metadata
\gset
SELECT role, outcome, reason, detail FROM herm_jwt.apply_permissions(:'metadata') WHERE operation = 'insert';
SELECT role, key, pg_temp.as_role(role, '{}', format('INSERT INTO crate VALUES (1, ''a'') ON CONFLICT %s DO UPDATE SET n = 5', key))
FROM rules, unnest('{(id),(code),ON CONSTRAINT crate_pkey}'::text[]) AS key;
SELECT role, pg_temp.as_role(role, '{}', 'INSERT INTO crate VALUES (1, ''a'') ON CONFLICT DO NOTHING') FROM rules;
ROLLBACK;

-- keys of relationships, granted by option: never those that are a cell in some rows only
BEGIN;
CREATE TABLE public.shelf (id int PRIMARY KEY, owner text);
CREATE TABLE public.book (id int, shelf_id int REFERENCES shelf, title text);
INSERT INTO shelf VALUES (1, 'ann'), (2, 'bob');
INSERT INTO book VALUES (1, 1, 'one'), (2, 2, 'two');
SELECT pg_temp.document('[{"table": "shelf", "select_permissions": [
        {"role": "one", "permission": {"columns": ["owner"], "filter": {}}},
        {"role": "two", "permission": {"columns": ["owner"], "filter": {}}}]},
    {"table": "book", "object_relationships": [{"name": "shelf", "using": {"foreign_key_constraint_on": "shelf_id"}}],
     "select_permissions": [
        {"role": "one", "permission": {"columns": ["title", "shelf_id"], "filter": {"id": 1}}},
        {"role": "two", "permission": {"columns": ["title"], "filter": {"id": 2}}}]}]',
    '[{"role_name": "both", "role_set": ["one", "two"]}]') AS metadata
\gset
SELECT options, table_name, role, outcome, reason, detail
FROM unnest('{"{}","{\"join_keys\": true}","{\"view_schema\": \"none\", \"join_keys\": true}"}'::jsonb[]) AS options,
     herm_jwt.review_permissions(:'metadata', options => options) WHERE outcome <> 'exact';
SELECT count(*) FROM pg_temp.apply(:'metadata', '{"join_keys": true}');
SELECT role, pg_temp.as_role(role, '{}', 'SELECT title, shelf_id FROM public.book'), pg_temp.as_role(role, '{}', 'SELECT id FROM shelf')
FROM unnest('{one,two,both}'::text[]) AS role;
SELECT pg_temp.as_role('both', '{}', 'SELECT title, shelf_id FROM regress_keys_both.book');
SELECT * FROM herm_jwt.check_permissions(:'metadata');
ROLLBACK;
