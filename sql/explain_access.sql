-- Somebody who sees no rows is told a wrong reason, or somebody else's.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set permissions :srcdir '/sql/include/permissions.psql'
\i :permissions
SET client_min_messages = warning;
SET herm_jwt.database_role_prefix = 'regress_explain_';
CREATE ROLE regress_explain_app NOINHERIT;
CREATE ROLE regress_explain_stranger;
CREATE ROLE regress_explain_owner;
CREATE ROLE regress_explain_hasura;
CREATE ROLE regress_explain_reporter BYPASSRLS;
CREATE ROLE regress_explain_user;
CREATE ROLE regress_explain_editor;
CREATE ROLE regress_explain_guest;
GRANT regress_explain_user, regress_explain_editor, regress_explain_guest TO regress_explain_app;
CREATE SCHEMA regress_explain AUTHORIZATION regress_explain_owner;
GRANT USAGE ON SCHEMA regress_explain TO PUBLIC;
SET search_path = regress_explain;

-- a table with permissions of two roles
CREATE TABLE note (id int, owner text, title text, secret text);
ALTER TABLE note OWNER TO regress_explain_owner;
INSERT INTO note VALUES (1, '1', 'ann', 'x'), (2, '2', 'bob', 'y');
ALTER TABLE note ENABLE ROW LEVEL SECURITY;
SELECT pg_temp.permit('user', 'select', 'regress_explain.note', '{x-hasura-user-id}');
SELECT pg_temp.permit('editor', 'select', 'regress_explain.note', '{x-hasura-desk,x-hasura-org}');
SELECT pg_temp.permit('user', 'insert', 'regress_explain.note', '{x-hasura-user-id}');
SELECT pg_temp.permit('editor', 'update', 'regress_explain.note');
SELECT pg_temp.permit('editor', 'delete', 'regress_explain.note', '{x-hasura-user-id}');
GRANT SELECT (id, owner, title), INSERT (id, title) ON note TO regress_explain_user;
GRANT SELECT, UPDATE (title), DELETE ON note TO regress_explain_editor;
GRANT SELECT ON note TO regress_explain_guest;
SELECT pg_temp.hasura('{"x-hasura-allowed-roles":["editor"],"x-hasura-default-role":"editor",
    "x-hasura-user-id":"4","x-hasura-org":"o","X-Hasura-Desk":"d"}') AS desk,
       pg_temp.user_token('5', '["user","guest","nobody \"x\""]') AS guest \gset

-- the right role: its rows and columns
SET SESSION AUTHORIZATION regress_explain_app;
BEGIN;
SELECT herm_jwt.authenticate(:'ann', set_role => true) ->> 'x-hasura-role';
SELECT * FROM herm_jwt.explain_access('note');
SELECT * FROM herm_jwt.explain_access('note', 'insert');

-- no part of the token, nor a value of it, is in what is shown
SELECT count(*) FROM herm_jwt.explain_access('note') AS row
WHERE row::text ~ ('\mann\M|' || replace(:'ann', '.', '|'));

-- a statement that changes needs more than its own permission
SELECT * FROM herm_jwt.explain_access('note', 'update');
SELECT * FROM herm_jwt.explain_access('note', 'delete');

-- the role of an editor, without its variables and with them
SELECT herm_jwt.authenticate(:'ann', 'editor', set_role => true) ->> 'x-hasura-role';
SELECT * FROM herm_jwt.explain_access('note');
SELECT count(*) FROM note;
ROLLBACK;
BEGIN;
SELECT herm_jwt.authenticate(:'desk', set_role => true) ->> 'x-hasura-role';
SELECT * FROM herm_jwt.explain_access('note');
SELECT * FROM herm_jwt.explain_access('note', 'update');

-- the operation in any case; its default
SELECT object, verdict FROM herm_jwt.explain_access('note', 'DELETE') OFFSET 2;
SELECT object, verdict FROM herm_jwt.explain_access('note', 'Select') OFFSET 2;
SELECT pg_temp.outcome(format('SELECT count(*) FROM herm_jwt.explain_access(''note'', %L)', operation))
FROM unnest(ARRAY['truncate', '', ' select', 'all', E'sel\nect' || repeat('x', 80)]) AS operation;
ROLLBACK;

-- authenticated, but not as the database role; by whom it may be set
BEGIN;
SELECT herm_jwt.authenticate(:'ann') ->> 'x-hasura-role';
SELECT * FROM herm_jwt.explain_access('note');
SET ROLE regress_explain_editor;
SELECT * FROM herm_jwt.explain_access('note');
ROLLBACK;
SET SESSION AUTHORIZATION regress_explain_stranger;
BEGIN;
SELECT herm_jwt.authenticate(:'ann') ->> 'x-hasura-role';
SELECT * FROM herm_jwt.explain_access('note') OFFSET 4;
ROLLBACK;

-- a role without permission, with the grant and without
SET SESSION AUTHORIZATION regress_explain_app;
BEGIN;
SELECT herm_jwt.authenticate(:'guest', 'guest', set_role => true) ->> 'x-hasura-role';
SELECT * FROM herm_jwt.explain_access('note');
SELECT * FROM herm_jwt.explain_access('note', 'insert') OFFSET 2;
SELECT herm_jwt.authenticate(:'guest', 'nobody "x"') ->> 'x-hasura-role';
SELECT detail FROM herm_jwt.explain_access('note') OFFSET 6;
ROLLBACK;

-- no session: as the login, as the database role
SELECT * FROM herm_jwt.explain_access('note');
SET ROLE regress_explain_user;
SELECT * FROM herm_jwt.explain_access('note');
SELECT * FROM herm_jwt.explain_access('note', 'insert') OFFSET 4;
RESET ROLE;

-- the session of the unauthorized role, and one of Hasura's own
RESET SESSION AUTHORIZATION;
SET herm_jwt.unauthorized_role = 'guest';
SET SESSION AUTHORIZATION regress_explain_guest;
SELECT * FROM herm_jwt.explain_access('note');
RESET SESSION AUTHORIZATION;
SET herm_jwt.unauthorized_role = '';
SET herm_jwt.trusted_roles = 'regress_explain_user';
SET SESSION AUTHORIZATION regress_explain_user;
SET "hasura.user" = '{"x-hasura-role":"user","x-hasura-user-id":"7"}';
SELECT * FROM herm_jwt.explain_access('note');
SET "hasura.user" = '{"x-hasura-role":"user"}';
SELECT * FROM herm_jwt.explain_access('note') OFFSET 4;
SELECT count(*) FROM note;
RESET SESSION AUTHORIZATION;
SET herm_jwt.trusted_roles = '';
SET SESSION AUTHORIZATION regress_explain_user;
SELECT verdict FROM herm_jwt.explain_access('note') OFFSET 6;
RESET "hasura.user";
RESET SESSION AUTHORIZATION;

-- a refused token raises, whatever is asked
SET herm_jwt.token = :'expired';
SELECT pg_temp.outcome('SELECT count(*) FROM herm_jwt.explain_access(''note'')');
SELECT pg_temp.outcome('SELECT count(*) FROM herm_jwt.explain_access(NULL)');
SELECT pg_temp.outcome('SELECT count(*) FROM herm_jwt.explain_access(''note'', ''nonsense'')');
RESET herm_jwt.token;

-- to whom no policy is applied: a superuser, BYPASSRLS, the owner and its members
SELECT object, applies, verdict, replace(detail, current_user, 'SUPERUSER')
FROM herm_jwt.explain_access('note') OFFSET 3;
GRANT SELECT ON note TO regress_explain_reporter;
SET SESSION AUTHORIZATION regress_explain_reporter;
SELECT * FROM herm_jwt.explain_access('note') OFFSET 3;
SET SESSION AUTHORIZATION regress_explain_owner;
SELECT * FROM herm_jwt.explain_access('note') OFFSET 3;
ALTER TABLE note FORCE ROW LEVEL SECURITY;
SELECT * FROM herm_jwt.explain_access('note') OFFSET 3;
RESET SESSION AUTHORIZATION;

-- the policies of ours without a guard
CREATE POLICY herm_jwt_owner ON note FOR SELECT TO regress_explain_owner USING (true);
CREATE POLICY herm_jwt_exempt ON note TO regress_explain_hasura USING (true) WITH CHECK (true);
SET SESSION AUTHORIZATION regress_explain_owner;
SELECT * FROM herm_jwt.explain_access('note') OFFSET 6;
RESET SESSION AUTHORIZATION;
COMMENT ON POLICY herm_jwt_owner ON note IS 'herm_jwt {"source": "default"}';
COMMENT ON POLICY herm_jwt_exempt ON note IS 'herm_jwt {"source": "default"}';
SET SESSION AUTHORIZATION regress_explain_owner;
SELECT * FROM herm_jwt.explain_access('note') OFFSET 4;
RESET SESSION AUTHORIZATION;
GRANT SELECT, INSERT ON note TO regress_explain_hasura;
SET SESSION AUTHORIZATION regress_explain_hasura;
SELECT object, verdict, detail FROM herm_jwt.explain_access('note', 'insert') OFFSET 4;
RESET SESSION AUTHORIZATION;
CREATE POLICY less ON note AS RESTRICTIVE FOR INSERT WITH CHECK (id > 1);
SET SESSION AUTHORIZATION regress_explain_hasura;
SELECT applies, verdict, detail FROM herm_jwt.explain_access('note', 'insert') OFFSET 6;
RESET SESSION AUTHORIZATION;
DROP POLICY less ON note;
COMMENT ON POLICY herm_jwt_exempt ON note IS 'herm_jwt []';
SET SESSION AUTHORIZATION regress_explain_hasura;
SELECT object, verdict FROM herm_jwt.explain_access('note', 'insert') OFFSET 4;
RESET SESSION AUTHORIZATION;
ALTER TABLE note NO FORCE ROW LEVEL SECURITY;
DROP POLICY herm_jwt_owner ON note;
DROP POLICY herm_jwt_exempt ON note;

-- row-level security off, by the table and by the setting
ALTER TABLE note DISABLE ROW LEVEL SECURITY;
SET SESSION AUTHORIZATION regress_explain_guest;
SELECT * FROM herm_jwt.explain_access('note') OFFSET 3;
RESET SESSION AUTHORIZATION;
ALTER TABLE note ENABLE ROW LEVEL SECURITY;
SET SESSION AUTHORIZATION regress_explain_guest;
SET row_security = off;
SELECT * FROM herm_jwt.explain_access('note') OFFSET 3;
SELECT count(*) FROM note;
RESET row_security;
RESET SESSION AUTHORIZATION;

-- the schema cannot be used: a table is asked for by its number then
SELECT 'note'::regclass::oid AS note \gset
REVOKE USAGE ON SCHEMA regress_explain FROM PUBLIC;
SET SESSION AUTHORIZATION regress_explain_guest;
SELECT pg_temp.outcome('SELECT count(*) FROM herm_jwt.explain_access(''regress_explain.note'')');
BEGIN;
SELECT herm_jwt.authenticate(:'guest', 'guest') ->> 'x-hasura-role';
SELECT * FROM herm_jwt.explain_access(:note) WHERE object LIKE 'schema %' OR object LIKE 'select %';
ROLLBACK;
RESET SESSION AUTHORIZATION;
GRANT USAGE ON SCHEMA regress_explain TO PUBLIC;

-- policies of others: permissive, for others, restrictive; beside ours, and alone
CREATE POLICY own ON note FOR SELECT TO regress_explain_user, regress_explain_guest
    USING (1 / (id - 1) > 0);
CREATE POLICY later ON note AS RESTRICTIVE TO PUBLIC USING (1 / (id - 1) > 0);
SET SESSION AUTHORIZATION regress_explain_app;
BEGIN;
SELECT herm_jwt.authenticate(:'ann', set_role => true) ->> 'x-hasura-role';
SELECT * FROM herm_jwt.explain_access('note') OFFSET 4;
SELECT herm_jwt.authenticate(:'guest', 'guest', set_role => true) ->> 'x-hasura-role';
SELECT * FROM herm_jwt.explain_access('note') OFFSET 4;
ROLLBACK;
RESET SESSION AUTHORIZATION;
DROP POLICY own ON note;
DROP POLICY later ON note;

-- tables that have nothing to do with Hasura
CREATE TABLE plain (gone int, id int, "Odd, ""name""" text);
ALTER TABLE plain DROP COLUMN gone;
CREATE TABLE "Odd" (id int);
ALTER TABLE "Odd" ENABLE ROW LEVEL SECURITY;
GRANT SELECT ("Odd, ""name""") ON plain TO regress_explain_guest;
GRANT SELECT, UPDATE ON "Odd" TO regress_explain_guest;
SET SESSION AUTHORIZATION regress_explain_guest;
SELECT * FROM herm_jwt.explain_access('plain') OFFSET 2;
SELECT * FROM herm_jwt.explain_access('plain', 'delete') OFFSET 2;
SELECT * FROM herm_jwt.explain_access('"Odd"') OFFSET 2;
RESET SESSION AUTHORIZATION;
CREATE POLICY "Other, one" ON "Odd" TO regress_explain_user USING (true);
SET SESSION AUTHORIZATION regress_explain_guest;
SELECT * FROM herm_jwt.explain_access('"Odd"') OFFSET 3;
RESET SESSION AUTHORIZATION;
CREATE POLICY alone ON "Odd" AS RESTRICTIVE USING (true);
SET SESSION AUTHORIZATION regress_explain_guest;
SELECT * FROM herm_jwt.explain_access('"Odd"') OFFSET 3;
SELECT count(*) FROM "Odd";
RESET SESSION AUTHORIZATION;
DROP POLICY alone ON "Odd";
CREATE POLICY everybody ON "Odd" FOR UPDATE USING (true);
SET SESSION AUTHORIZATION regress_explain_guest;
SELECT * FROM herm_jwt.explain_access('"Odd"', 'update') OFFSET 3;
RESET SESSION AUTHORIZATION;

-- comments that are no tags: whoever writes them, nothing breaks, and nothing is believed
CREATE FUNCTION pg_temp.with_comment(comment text) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('COMMENT ON POLICY herm_jwt_select_user ON regress_explain.note IS %L', comment);
    RETURN (SELECT verdict FROM herm_jwt.explain_access('regress_explain.note')
            WHERE object LIKE '%_select_user on %');
END
$$;
GRANT regress_explain_owner TO regress_explain_user;
ALTER TABLE note FORCE ROW LEVEL SECURITY;
SET SESSION AUTHORIZATION regress_explain_user;
SET herm_jwt.token = :'ann';
SELECT pg_temp.with_comment(pg_temp.tag('user', 'select', 'regress_explain.note',
                                        '{x-hasura-user-id}'));
SELECT pg_temp.with_comment(comment), quote_nullable(left(comment, 60))
FROM (VALUES (NULL), (''), ('herm_jwt'), ('herm_jwt '), ('herm_jwt null'), ('herm_jwt []'),
             ('herm_jwt {'), ('herm_jwt {}'), ('herm_jwt {"role": "user"}'),
             ('herm_jwt {"role": "user", "operation": "select"}'),
             ('herm_jwt {"role": "user", "operation": "update", "variables": []}'),
             ('herm_jwt {"role": "user", "operation": 1, "variables": []}'),
             ('herm_jwt {"role": ["user"], "operation": "select", "variables": []}'),
             ('herm_jwt {"role": "user", "operation": "select", "variables": {}}'),
             ('herm_jwt {"role": "user", "operation": "select", "variables": [1]}'),
             ('herm_jwt {"role": "us\u0000er", "operation": "select", "variables": []}'),
             ('herm_jwt {"role": "user", "role": "user", "operation": "select", "variables": []}'),
             ('herm_jwt {"n": 1e999999, "role": "user", "operation": "select", "variables": [] x}'),
             (E'herm_jwt\t{"role": "user", "operation": "select", "variables": []}'),
             ('Herm_jwt {"role": "user", "operation": "select", "variables": []}'),
             ('herm_jwt ' || repeat('[', 100000)),
             ('herm_jwt ' || repeat('{"a":', 100000))) AS comments(comment);
SELECT pg_temp.with_comment(comment), quote_nullable(left(comment, 60))
FROM (VALUES ('herm_jwt {"n": 1e999999, "role": "user", "operation": "select", "variables": []}'),
             ('herm_jwt {"role": "us\u0065r", "operation": "select", "variables": ["x-hasura-user-id"]}'),
             ('herm_jwt {"role": "user", "operation": "select", "variables": [""]}'))
     AS comments(comment);

-- nor is a policy that has been changed since
SELECT pg_temp.with_comment(pg_temp.tag('user', 'select', 'regress_explain.note', '{}'));
ALTER POLICY herm_jwt_select_user ON note TO PUBLIC;
SELECT verdict FROM herm_jwt.explain_access('note') WHERE object LIKE '%_select_user on %';
ALTER POLICY herm_jwt_select_user ON note TO regress_explain_user, regress_explain_guest;
SELECT verdict FROM herm_jwt.explain_access('note') WHERE object LIKE '%_select_user on %';
DROP POLICY herm_jwt_select_user ON note;
CREATE POLICY herm_jwt_select_user ON note AS RESTRICTIVE FOR SELECT TO regress_explain_user
    USING (true);
SELECT pg_temp.with_comment(pg_temp.tag('user', 'select', 'regress_explain.note', '{}'));
DROP POLICY herm_jwt_select_user ON note;
CREATE POLICY herm_jwt_select_user ON note FOR ALL TO regress_explain_user USING (true);
SELECT pg_temp.with_comment(pg_temp.tag('user', 'select', 'regress_explain.note', '{}'));
RESET herm_jwt.token;
RESET SESSION AUTHORIZATION;

-- nothing to explain
SELECT count(*) FROM herm_jwt.explain_access(NULL);
SELECT count(*) FROM herm_jwt.explain_access('note', NULL);
SELECT pg_temp.outcome('SELECT count(*) FROM herm_jwt.explain_access(4294967295)');
CREATE INDEX note_id ON note (id);
CREATE SEQUENCE number;
CREATE TYPE pair AS (a int, b int);
SELECT pg_temp.outcome(format('SELECT count(*) FROM herm_jwt.explain_access(%L)', name))
FROM unnest(ARRAY['note_id', 'number', 'pair']) AS name;

DROP SCHEMA regress_explain CASCADE;
DROP ROLE regress_explain_app, regress_explain_stranger, regress_explain_owner,
          regress_explain_hasura, regress_explain_reporter, regress_explain_user,
          regress_explain_editor, regress_explain_guest;
