-- An inherited role sees or does more than its parents, each in its own rows.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set applied :srcdir '/sql/include/permissions_applied.psql'
\i :applied
SET herm_jwt.database_role_prefix = 'regress_inherited_';
SET client_min_messages = warning;
BEGIN;
CREATE TABLE public.thing (id int NOT NULL, a text, b text, c text, d text);
INSERT INTO thing VALUES (1, 'a1', 'b1', 'c1', 'd1'), (2, 'a2', 'b2', 'c2', 'd2'), (3, 'a3', 'b3', 'c3', 'd3');
CREATE FUNCTION public.thing_loud(thing) RETURNS text STABLE RETURN upper($1.d);
SELECT pg_temp.document(jsonb_build_array('{"table": "thing",
    "computed_fields": [{"name": "loud", "definition": {"function": "thing_loud"}}],
    "select_permissions": [
        {"role": "one", "permission": {"columns": ["id", "a"], "computed_fields": ["loud"], "filter": {"id": {"_lte": 2}}}},
        {"role": "two", "permission": {"columns": ["id", "b"], "filter": {"id": {"_gte": 2}}}},
        {"role": "all", "permission": {"columns": "*", "filter": {"id": "x-hasura-id"}}},
        {"role": "every", "permission": {"columns": "*", "filter": {}}},
        {"role": "own", "permission": {"columns": ["id"], "filter": {}}},
        {"role": "odd", "permission": {"columns": ["id"], "filter": {"nothing": 1}}}],
    "insert_permissions": [
        {"role": "one", "permission": {"columns": ["id", "a"], "check": {"_and": [{"id": 1}, {"a": {"$eq": "x"}}]}}},
        {"role": "two", "permission": {"columns": ["a", "id"], "check": {"_and": [{"a": {"_eq": "x"}}, {"id": 1}]}}},
        {"role": "all", "permission": {"columns": ["id", "a"], "check": {"_and": [{"id": {"_eq": 1}}, {"a": {"_eq": "x"}}]}}}],
    "update_permissions": [
        {"role": "one", "permission": {"columns": ["a"], "filter": {}}},
        {"role": "two", "permission": {"columns": ["b"], "filter": {}}}],
    "delete_permissions": [{"role": "one", "permission": {"filter": {"id": 1}}},
        {"role": "own", "permission": {"filter": {"id": 3}}}]}'::jsonb), '[
    {"role_name": "both", "role_set": ["one", "two"]},
    {"role_name": "same", "role_set": ["one", "one"]},
    {"role_name": "plain", "role_set": ["all", "every"]},
    {"role_name": "grandchild", "role_set": ["both", "all"]},
    {"role_name": "own", "role_set": ["one", "two"]},
    {"role_name": "some", "role_set": ["one", "odd"]},
    {"role_name": "nothing", "role_set": ["odd"]},
    {"role_name": "orphan", "role_set": ["one", "nobody"]},
    {"role_name": "self", "role_set": ["self", "one"]},
    {"role_name": "ring", "role_set": ["gnir", "one"]}, {"role_name": "gnir", "role_set": ["ring", "two"]},
    {"role_name": "beyond", "role_set": ["ring", "one"]},
    {"role_name": "alone", "role_set": []},
    {"role_name": "admin", "role_set": ["one"]}]') AS metadata
\gset
SELECT role, operation, outcome, reason, detail FROM herm_jwt.apply_permissions(:'metadata');
SELECT * FROM herm_jwt.check_permissions(:'metadata');
SELECT table_name, privilege_type, string_agg(column_name, ', ' ORDER BY column_name)
FROM information_schema.column_privileges WHERE grantee ~ '^regress_inherited_(both|grandchild|plain|some|own)$'
GROUP BY grantee, 1, 2 ORDER BY grantee, 1, 2;
SET LOCAL search_path = "$user", public;
SELECT E'\n' || role || ' ' || pg_temp.as_role(role, '{"x-hasura-id": "3"}', 'TABLE thing')
FROM unnest('{one,two,all,both,same,plain,grandchild,own,some,nothing,orphan,ring,alone}'::text[]) AS role
WHERE to_regrole('regress_inherited_' || role) IS NOT NULL;
SELECT E'\n' || role || ' ' || statement || E'\n=> ' || pg_temp.as_role(role, '{"x-hasura-id": "3"}', statement)
FROM unnest('{both,grandchild,own}'::text[]) AS role, unnest(ARRAY[
    'INSERT INTO public.thing (id, a) VALUES (1, ''x'')', 'INSERT INTO public.thing (id, a) VALUES (2, ''x'')',
    'UPDATE public.thing SET a = ''x''', 'DELETE FROM public.thing']) AS statement;
ROLLBACK;
