-- An option does not do what it says, or one that is misspelt is taken.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set applied :srcdir '/sql/include/permissions_applied.psql'
\i :applied
SET herm_jwt.database_role_prefix = 'regress_options_';
SET client_min_messages = warning;
SELECT E'\n' || options || E'\n' || pg_temp.outcome(format('SELECT count(*) FROM herm_jwt.review_permissions(%L, options => %L)',
    pg_temp.document('[]'), options)) FROM unnest(ARRAY[
    '{}', '[]', 'true', '"x"', '{"nothing": 1}', '{"Force_rls": true}', '{"role_prefix": 1}', '{"role_prefix": null}', '{"null_check": "lax"}',
    '{"null_check": true}', '{"join_keys": "yes"}', '{"join_keys": 1}', '{"view_schema": "public"}', '{"force_rls": null}',
    '{"create_roles": "no"}', '{"refuse_partial": []}', '{"grant_to": "app"}', '{"grant_to": [1]}', '{"exempt_roles": {}}',
    '{"role_prefix": "", "null_check": "hasura", "join_keys": true, "view_schema": "none", "force_rls": true,
      "create_roles": false, "refuse_partial": true, "grant_to": [], "exempt_roles": []}']) AS options;
SELECT count(*) FROM herm_jwt.review_permissions(pg_temp.document('[]'), options => NULL);

BEGIN;
CREATE TABLE public.shelf (id int PRIMARY KEY, secret int UNIQUE, owner text);
CREATE TABLE public.book (id int PRIMARY KEY, shelf_id int REFERENCES shelf, shelf_secret int REFERENCES shelf (secret), title text);
CREATE FUNCTION public.book_loud(book) RETURNS text STABLE RETURN upper($1.title);
INSERT INTO shelf VALUES (1, 10, 'ann'), (2, 20, 'bob');
INSERT INTO book VALUES (1, 1, 10, 'one'), (2, 2, 20, 'two'), (3, NULL, NULL, 'three');
SELECT pg_temp.document(jsonb_build_array(
    pg_temp.tracked('public.shelf', 'user', '{"select": {"columns": ["owner"], "filter": {"owner": "x-hasura-user-id"}}}'),
    pg_temp.tracked('public.book', 'user', '{
        "select": {"columns": ["title"], "computed_fields": ["loud"], "filter": {"shelf": {"owner": "x-hasura-user-id"}}},
        "insert": {"columns": ["id", "shelf_id"], "check": {"shelf_id": {"_lt": 3}}}}',
        '{"object_relationships": [{"name": "shelf", "using": {"foreign_key_constraint_on": "shelf_id"}},
                                   {"name": "other", "using": {"foreign_key_constraint_on": "shelf_secret"}}],
          "computed_fields": [{"name": "loud", "definition": {"function": "book_loud"}}]}'))) AS metadata
\gset
CREATE FUNCTION pg_temp.try(metadata jsonb, options jsonb) RETURNS SETOF text
LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY SELECT E'\n' || options::text;
    RETURN QUERY SELECT concat_ws(' ', table_name, operation, outcome, reason, detail)
                 FROM herm_jwt.apply_permissions(metadata, options => options);
    RETURN QUERY SELECT 'drift: ' || object || ' ' || detail FROM herm_jwt.check_permissions(metadata);
    RETURN QUERY SELECT format('%s %s', role, pg_temp.as_role('user', '{"x-hasura-user-id": "ann"}', statement))
        FROM unnest('{user}'::text[]) AS role, unnest(ARRAY['SELECT title FROM book', 'SELECT shelf_id FROM book', 'SELECT id, secret FROM shelf',
            'SELECT loud FROM regress_options_user.book', 'INSERT INTO book (id) VALUES (9)']) AS statement;
    RETURN QUERY SELECT format('%s rls %s, forced %s', relname, relrowsecurity, relforcerowsecurity) FROM pg_class
        WHERE oid IN ('book'::regclass, 'shelf'::regclass) ORDER BY relname;
    RETURN QUERY SELECT format('policy %s on %s for %s to %s', polname, polrelid::regclass, polcmd, replace(polroles::regrole[]::text, current_user, 'me'))
        FROM pg_policy WHERE polname !~ 'user' ORDER BY polrelid::regclass::text, 1;
END
$$;
CREATE ROLE regress_options_app NOINHERIT;
CREATE ROLE regress_options_heir;
SELECT pg_temp.try(:'metadata', options::jsonb) FROM unnest(ARRAY[
    '{}', '{"join_keys": true}', '{"null_check": "hasura"}', '{"view_schema": "none"}', '{"force_rls": true}',
    '{"exempt_roles": ["regress_options_app", "regress_options_heir"]}', '{"create_roles": false}', '{}']) AS options;
SELECT pg_temp.outcome(format('SELECT count(*) FROM herm_jwt.apply_permissions(%L, options => %L)', :'metadata', options))
FROM unnest(ARRAY['{"grant_to": ["regress_options_app"]}', '{"grant_to": ["regress_options_missing"]}',
                  '{"exempt_roles": ["regress_options_missing"]}']) AS options;
SELECT pg_temp.outcome(format('SELECT count(*) FROM herm_jwt.apply_permissions(%L, options => %L)', :'metadata',
    '{"grant_to": ["regress_options_heir"]}')) ~
    CASE WHEN current_setting('server_version_num')::int < 160000 THEN 'has INHERIT' ELSE '^3$' END AS no_adding_up;
SELECT member::regrole, roleid::regrole FROM pg_auth_members WHERE roleid::regrole::text ~ '^regress_options'
AND member::regrole::text !~ 'heir' ORDER BY 1, 2;
-- another prefix: other roles, and the former ones have nothing left
SELECT count(*) FROM pg_temp.apply(:'metadata', '{"role_prefix": "regress_options_2_"}');
SELECT * FROM herm_jwt.check_permissions(:'metadata');
SELECT rolname, has_any_column_privilege(rolname, 'book', 'select') AS reads FROM pg_roles WHERE rolname ~ '^regress_options.*user' ORDER BY 1;
SELECT herm_jwt.drop_permissions();
SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid IN ('book'::regclass, 'shelf'::regclass) ORDER BY relname;
SELECT rolname FROM pg_roles WHERE rolname ~ '^regress_options.*user' ORDER BY 1;
ROLLBACK;

