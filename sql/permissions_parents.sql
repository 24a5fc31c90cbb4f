-- An inherited role gets from its parents what Hasura would not give it, or misses what it would.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set applied :srcdir '/sql/include/permissions_applied.psql'
\i :applied
CREATE TABLE public.thing (id int, name text);

-- parents who agree about what is refused here: in Hasura the child has it, and so a grandchild has
-- two that do not agree, and nothing
SELECT role, outcome, reason, detail FROM herm_jwt.review_permissions(pg_temp.document('[{"table": "thing",
    "insert_permissions": [
        {"role": "one", "permission": {"columns": ["id"], "check": {}, "backend_only": true}},
        {"role": "two", "permission": {"columns": ["id"], "check": {}, "backend_only": true}},
        {"role": "all", "permission": {"columns": "*", "check": {}}}]}]', '[
    {"role_name": "child", "role_set": ["one", "two"]},
    {"role_name": "grandchild", "role_set": ["child", "all"]},
    {"role_name": "mixed", "role_set": ["all", "two"]}]'));

-- parents who do not agree count as none, as in Hasura
SELECT role, outcome, reason, detail FROM herm_jwt.review_permissions(pg_temp.document('[{"table": "thing",
    "insert_permissions": [
        {"role": "one", "permission": {"columns": ["id"], "check": {}}},
        {"role": "two", "permission": {"columns": ["name"], "check": {}}},
        {"role": "all", "permission": {"columns": "*", "check": {}}}]}]', '[
    {"role_name": "child", "role_set": ["one", "two"]},
    {"role_name": "grandchild", "role_set": ["child", "all"]}]'));

-- parents who have their permissions in another source, in an action or a remote schema
SELECT role, outcome, reason, detail FROM herm_jwt.review_permissions(jsonb_set(pg_temp.document('[{"table": "thing",
    "select_permissions": [{"role": "one", "permission": {"columns": "*", "filter": {}}}]}]', '[
    {"role_name": "a", "role_set": ["one", "elsewhere"]}, {"role_name": "b", "role_set": ["one", "actor"]},
    {"role_name": "c", "role_set": ["one", "remote"]}, {"role_name": "d", "role_set": ["one", "nobody"]},
    {"role_name": "e", "role_set": ["elsewhere", "actor"]}]'), '{sources,1}',
    '{"name": "other", "kind": "mssql", "tables": [1, {"table": ["x", 1], "delete_permissions": [2, {"role": "elsewhere"}]}]}') ||
    '{"actions": [3, {"permissions": [{"role": "actor"}, {"role": 4}]}], "remote_schemas": [{"permissions": [{"role": "remote"}]}]}');

-- parents whose presets differ in how a session variable is written, and in more than that
SELECT role, outcome, reason FROM herm_jwt.review_permissions(pg_temp.document('[{"table": "thing",
    "insert_permissions": [
        {"role": "one", "permission": {"columns": ["id"], "check": {}, "set": {"name": "X-Hasura-User-Id"}}},
        {"role": "two", "permission": {"columns": ["id"], "check": {}, "set": {"name": "req_user_id"}}},
        {"role": "other", "permission": {"columns": ["id"], "check": {}, "set": {"name": "x-hasura-name"}}},
        {"role": "text", "permission": {"columns": ["id"], "check": {}, "set": {"name": "x"}}},
        {"role": "none", "permission": {"columns": ["id"], "check": {}}}]}]', '[
    {"role_name": "same", "role_set": ["one", "two"]}, {"role_name": "names", "role_set": ["one", "other"]},
    {"role_name": "kinds", "role_set": ["two", "text"]}, {"role_name": "more", "role_set": ["text", "none"]}]'))
WHERE role IN ('same', 'names', 'kinds', 'more');
DROP TABLE public.thing;
