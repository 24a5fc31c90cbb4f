-- A Hasura role becomes a database role that can do more than it should, or none at all.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set applied :srcdir '/sql/include/permissions_applied.psql'
\i :applied
SET herm_jwt.database_role_prefix = 'regress_roles_';
BEGIN;
CREATE SCHEMA house;
CREATE TABLE house.room (id int);
CREATE FUNCTION pg_temp.document_of(roles text[], inherited jsonb DEFAULT '[]') RETURNS jsonb
LANGUAGE sql AS $$
    SELECT pg_temp.document(jsonb_build_array(jsonb_build_object(
        'table', '{"schema": "house", "name": "room"}'::jsonb, 'select_permissions',
        jsonb_agg(jsonb_build_object('role', role, 'permission', '{"columns": "*", "filter": {}}'::jsonb)))),
        inherited)
    FROM unnest(roles) AS role
$$;
CREATE FUNCTION pg_temp.judge(roles text[], options jsonb DEFAULT '{}')
RETURNS TABLE (role text, outcome text, reason text, detail text)
LANGUAGE sql AS $$
    SELECT role, outcome, reason, detail
    FROM herm_jwt.review_permissions(pg_temp.document_of(roles), options => options)
$$;

-- names
SELECT * FROM pg_temp.judge('{user,User,"two words","quo\"te",admin,public,pg_x}');
SELECT left(role, 3), length(role), outcome, reason, left(detail, 30), right(detail, 40)
FROM pg_temp.judge(ARRAY[repeat('x', 49), repeat('x', 50), repeat('ü', 25), repeat('ü', 24)]);
SELECT * FROM pg_temp.judge('{public,PUBLIC,none,current_user,current_role,session_user,user,pg_monitor,admin,plain}',
                            '{"role_prefix": ""}');

-- roles that are there already
CREATE ROLE regress_roles_fine NOINHERIT;
CREATE ROLE regress_roles_super NOINHERIT SUPERUSER;
CREATE ROLE regress_roles_bypass NOINHERIT BYPASSRLS;
CREATE ROLE regress_roles_maker NOINHERIT CREATEROLE;
CREATE ROLE regress_roles_login NOINHERIT LOGIN;
CREATE ROLE regress_roles_heir;
CREATE ROLE regress_roles_member NOINHERIT;
CREATE ROLE regress_roles_owner NOINHERIT;
CREATE ROLE regress_roles_many LOGIN SUPERUSER;
GRANT regress_roles_fine TO regress_roles_member;
CREATE TABLE house.theirs (id int);
ALTER TABLE house.theirs OWNER TO regress_roles_owner;
SELECT role, outcome, reason, detail FROM herm_jwt.review_permissions(
    jsonb_set(pg_temp.document_of('{fine,super,bypass,maker,login,heir,member,owner,many,new}'),
              '{sources,0,tables,1}', '{"table": {"schema": "house", "name": "theirs"}}'));
SELECT * FROM pg_temp.judge('{fine,new}', '{"create_roles": false}');

-- refused is refused: nobody gets anything, and an owner keeps what he has
GRANT USAGE ON SCHEMA house TO regress_roles_owner;
GRANT SELECT ON house.theirs TO PUBLIC;
SELECT role, outcome FROM herm_jwt.apply_permissions(
    jsonb_set(pg_temp.document_of('{fine,super,login,member,owner}'),
              '{sources,0,tables,1}', '{"table": {"schema": "house", "name": "theirs"}}'));
SELECT polname, polroles::regrole[] FROM pg_policy ORDER BY 1;
SELECT has_table_privilege('regress_roles_owner', 'house.theirs', 'select') AS owner_reads,
       has_table_privilege('regress_roles_login', 'house.room', 'select') AS login_reads;
SELECT * FROM herm_jwt.check_permissions(
    jsonb_set(pg_temp.document_of('{fine,super,login,member,owner}'),
              '{sources,0,tables,1}', '{"table": {"schema": "house", "name": "theirs"}}'))
WHERE difference = 'unexpected';
ROLLBACK;

-- an owner who is no superuser applies to own tables only, with roles that a DBA has made
BEGIN;
CREATE ROLE regress_roles_owner NOINHERIT;
CREATE ROLE regress_roles_user NOINHERIT;
\set ECHO none
SELECT format('GRANT CREATE ON DATABASE %I TO regress_roles_owner', current_database()) \gexec
\set ECHO all
GRANT USAGE ON SCHEMA herm_jwt TO regress_roles_owner;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA herm_jwt TO regress_roles_owner;
SET LOCAL ROLE regress_roles_owner;
CREATE SCHEMA house;
CREATE TABLE house.room (id int PRIMARY KEY, owner text);
CREATE TABLE house.key (id int PRIMARY KEY, room_id int REFERENCES house.room);
RESET ROLE;
CREATE TABLE house.safe (id int PRIMARY KEY, room_id int REFERENCES house.room);
INSERT INTO house.room VALUES (1, 'ann'), (2, 'bob');
INSERT INTO house.key VALUES (1, 1), (2, 2);
SELECT pg_temp.document($$[
    {"table": {"schema": "house", "name": "room"},
     "array_relationships": [{"name": "safes", "using": {"foreign_key_constraint_on":
        {"table": {"schema": "house", "name": "safe"}, "column": "room_id"}}}],
     "select_permissions": [{"role": "user", "permission": {"columns": "*", "filter": {"owner": "x-hasura-user-id"}}}],
     "delete_permissions": [{"role": "user", "permission": {"filter": {"safes": {}}}}]},
    {"table": {"schema": "house", "name": "key"},
     "object_relationships": [{"name": "room", "using": {"foreign_key_constraint_on": "room_id"}}],
     "select_permissions": [{"role": "user", "permission": {"columns": "*", "filter": {"room": {"owner": "x-hasura-user-id"}}}}]},
    {"table": {"schema": "house", "name": "safe"},
     "select_permissions": [{"role": "user", "permission": {"columns": "*", "filter": {}}}]}]$$) AS metadata
\gset
SET LOCAL ROLE regress_roles_owner;
SELECT table_name, operation, outcome, reason, detail FROM herm_jwt.apply_permissions(:'metadata');
SELECT * FROM herm_jwt.check_permissions(:'metadata');
SELECT count(*) FROM pg_temp.apply(:'metadata');
RESET ROLE;
SELECT pg_temp.as_role('user', '{"x-hasura-user-id": "ann"}', 'TABLE house.key');
SELECT pg_temp.as_role('user', '{"x-hasura-user-id": "ann"}', 'TABLE house.safe');
-- the helper schema is his: a superuser does not put helpers into it
SELECT pg_temp.outcome(format('SELECT count(*) FROM herm_jwt.apply_permissions(%L)', :'metadata'));
SAVEPOINT undo;
SET LOCAL ROLE regress_roles_owner;
SELECT herm_jwt.drop_permissions();
SELECT count(*) FROM pg_policy;
ROLLBACK TO undo;
-- who owns nothing of it
CREATE ROLE regress_roles_nobody;
GRANT USAGE ON SCHEMA herm_jwt TO regress_roles_nobody;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA herm_jwt TO regress_roles_nobody;
SET LOCAL ROLE regress_roles_nobody;
SELECT pg_temp.outcome(format('SELECT count(*) FROM herm_jwt.apply_permissions(%L)', :'metadata'));
SELECT pg_temp.outcome('SELECT herm_jwt.drop_permissions()');
ROLLBACK;

-- an owner drops what he has applied, where roles of ours are left that nothing depends on
BEGIN;
CREATE ROLE regress_roles_owner NOINHERIT;
CREATE ROLE regress_roles_left NOINHERIT;
COMMENT ON ROLE regress_roles_left IS 'herm_jwt {"role": "left", "emitted": ""}';
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA herm_jwt TO regress_roles_owner;
GRANT USAGE ON SCHEMA herm_jwt TO regress_roles_owner;
SET LOCAL ROLE regress_roles_owner;
SELECT herm_jwt.drop_permissions();
ROLLBACK;

-- a role's own schema that somebody else owns
BEGIN;
CREATE ROLE regress_roles_other;
CREATE SCHEMA regress_roles_user AUTHORIZATION regress_roles_other;
CREATE VIEW v AS SELECT 1 AS id;
SELECT pg_temp.outcome(format('SELECT count(*) FROM herm_jwt.apply_permissions(%L)', pg_temp.document(
    '[{"table": "v", "select_permissions": [{"role": "user", "permission": {"columns": "*", "filter": {}}}]}]')));
ROLLBACK;

-- an option that names a database role of ours would give it what no permission gives
BEGIN;
CREATE TABLE t (id int);
SELECT pg_temp.outcome(format('SELECT count(*) FROM herm_jwt.%s_permissions(%L, options => %L)', verb,
    pg_temp.document('[{"table": "t", "select_permissions": [{"role": "user", "permission": {"columns": "*", "filter": {}}}]}]',
        '[{"role_name": "heir", "role_set": ["user"]}]'), options))
FROM unnest('{review,apply}'::text[]) AS verb,
     unnest(ARRAY['{"exempt_roles": ["regress_roles_user"]}', '{"exempt_roles": ["regress_roles_heir"]}',
                  '{"grant_to": ["regress_roles_user"]}']) AS options;
ROLLBACK;

-- names that are too long are told apart by their ends: policies of two roles, and their rows
BEGIN;
CREATE TABLE public.t (id int);
INSERT INTO t VALUES (1), (2);
SELECT pg_temp.document(jsonb_build_array(jsonb_build_object('table', 't', 'select_permissions', jsonb_agg(jsonb_build_object(
    'role', repeat('x', 48) || n, 'permission', jsonb_build_object('columns', '*', 'filter', jsonb_build_object('id', n))))))) AS metadata
FROM generate_series(1, 2) AS n
\gset
SELECT count(*) FROM pg_temp.apply(:'metadata');
SELECT left(polname, 20), length(polname), count(*) OVER () FROM pg_policy;
SELECT pg_temp.as_role(repeat('x', 48) || n, '{}', 'TABLE t') FROM generate_series(1, 2) AS n;
SELECT * FROM herm_jwt.check_permissions(:'metadata');
ROLLBACK;

-- two views of a role cannot have one name
BEGIN;
CREATE SCHEMA a;
CREATE SCHEMA a_b;
CREATE VIEW a.b_c AS SELECT 1 AS id;
CREATE VIEW a_b.c AS SELECT 2 AS id;
SELECT table_name, role, outcome, reason, detail FROM herm_jwt.review_permissions(pg_temp.document('[
    {"table": {"schema": "a", "name": "b_c"}, "select_permissions": [{"role": "one", "permission": {"columns": "*", "filter": {}}},
        {"role": "two", "permission": {"columns": "*", "filter": {}}}]},
    {"table": {"schema": "a_b", "name": "c"}, "select_permissions": [{"role": "two", "permission": {"columns": "*", "filter": {}}}]}]'));
ROLLBACK;

-- a login role that inherits would have the columns of all its roles: before PostgreSQL 16 it cannot be a member
BEGIN;
CREATE ROLE regress_roles_heir LOGIN;
CREATE TABLE public.t (id int);
SELECT (pg_temp.outcome(format('SELECT count(*) FROM herm_jwt.apply_permissions(%L, options => ''{"grant_to": ["regress_roles_heir"]}'')',
    pg_temp.document('[{"table": "t", "select_permissions": [{"role": "user", "permission": {"columns": "*", "filter": {}}}]}]')))
    ~ 'has INHERIT') = (current_setting('server_version_num')::int < 160000) AS as_it_must_be;
ROLLBACK;
