-- One source's permissions get in the way of another's in the same database.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set applied :srcdir '/sql/include/permissions_applied.psql'
\i :applied
SET herm_jwt.database_role_prefix = 'regress_sources_';
SET client_min_messages = warning;
CREATE TABLE public.shelf (id int PRIMARY KEY, owner text);
CREATE TABLE public.book (id int PRIMARY KEY, owner text);
INSERT INTO shelf VALUES (1, 'ann');
INSERT INTO book VALUES (1, 'ann'), (2, 'bob');
SELECT pg_temp.document(jsonb_build_array(pg_temp.tracked('public.shelf', 'user',
        '{"select": {"columns": "*", "filter": {"_exists": {"_table": "shelf", "_where": {"owner": "ann"}}}}}'))) AS first,
    pg_temp.document(jsonb_build_array(pg_temp.tracked('public.book', 'user',
        '{"select": {"columns": "*", "filter": {"_exists": {"_table": "book", "_where": {"owner": "ann"}}}}}')),
        '[]', 'The "other"') AS second
\gset
SELECT * FROM pg_temp.apply(:'first');
SELECT pg_temp.outcome(format('SELECT count(*) FROM herm_jwt.apply_permissions(%L)', :'second'));
SELECT * FROM pg_temp.apply(:'second', '{"null_check": "hasura"}', 'The "other"');
SELECT nspname FROM pg_namespace WHERE nspname ~ '^herm_jwt_policy' ORDER BY 1;
SELECT * FROM herm_jwt.check_permissions(:'first');
SELECT * FROM herm_jwt.check_permissions(:'second', 'The "other"');
SELECT pg_temp.as_role('user', '{}', 'TABLE shelf'), pg_temp.as_role('user', '{}', 'TABLE book');

-- a role that one source has no more keeps what the other gives it
SELECT count(*) FROM pg_temp.apply(replace(:'second', '"user"', '"guest"')::jsonb, source => 'The "other"');
SELECT * FROM herm_jwt.check_permissions(:'first');
SELECT pg_temp.as_role('user', '{}', 'TABLE shelf'), pg_temp.as_role('user', '{}', 'TABLE book'),
       pg_temp.as_role('guest', '{}', 'TABLE book');
SELECT count(*) FROM pg_temp.apply(:'second', source => 'The "other"');

-- one goes, the other stays
SELECT herm_jwt.drop_permissions();
SELECT * FROM herm_jwt.check_permissions(:'second', 'The "other"');
SELECT pg_temp.as_role('user', '{}', 'TABLE shelf'), pg_temp.as_role('user', '{}', 'TABLE book');
-- both have something on the same table: it stays guarded until the last one goes
SELECT count(*) FROM pg_temp.apply(replace(replace(:'second', '"user"', '"guest"'), 'The \"other\"', 'default')::jsonb);
SELECT herm_jwt.drop_permissions('The "other"');
SELECT relrowsecurity FROM pg_class WHERE oid = 'book'::regclass;
SELECT pg_temp.as_role('guest', '{}', 'TABLE book');
SELECT herm_jwt.drop_permissions();
SELECT count(*) FROM pg_policy;
SELECT rolname FROM pg_roles WHERE rolname ~ '^regress_sources';
-- row security that two have shared is left on by the one that has not turned it on
SELECT relrowsecurity FROM pg_class WHERE oid = 'book'::regclass;
DROP TABLE shelf, book;
