-- Somebody asks about a view, or about a table of which there is a view for the role.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set permissions :srcdir '/sql/include/permissions.psql'
\i :permissions
SET client_min_messages = warning;
SET herm_jwt.database_role_prefix = 'regress_seen_';
CREATE ROLE regress_seen_app NOINHERIT;
CREATE ROLE regress_seen_user;
CREATE ROLE regress_seen_editor;
GRANT regress_seen_user, regress_seen_editor TO regress_seen_app;
CREATE SCHEMA regress_seen;
CREATE SCHEMA regress_seen_user;
GRANT USAGE ON SCHEMA regress_seen TO PUBLIC;
GRANT USAGE ON SCHEMA regress_seen_user TO regress_seen_user;
CREATE TABLE regress_seen.note (id int, title text);
INSERT INTO regress_seen.note VALUES (1, 'ann'), (2, 'bob');
ALTER TABLE regress_seen.note ENABLE ROW LEVEL SECURITY;
SELECT pg_temp.permit('user', 'select', 'regress_seen.note', '{x-hasura-user-id}');
SELECT pg_temp.permit('editor', 'select', 'regress_seen.note');
SELECT pg_temp.make_role_view('regress_seen_user.regress_seen_note', 'user', 'regress_seen.note',
                              '{x-hasura-user-id}');

CREATE FUNCTION pg_temp.become(token text, role text DEFAULT NULL) RETURNS text
LANGUAGE sql AS $$
    SELECT herm_jwt.authenticate(token, role, false, true) ->> 'x-hasura-role'
$$;
SELECT pg_temp.hasura('{"x-hasura-allowed-roles":["user"],"x-hasura-default-role":"user"}')
       AS anonymous \gset

-- the table has no grant for the role, and the view has none either; then the view has
SET SESSION AUTHORIZATION regress_seen_app;
SELECT pg_temp.become(:'ann');
SELECT * FROM herm_jwt.explain_access('regress_seen.note') OFFSET 2;
RESET SESSION AUTHORIZATION;
GRANT SELECT ON regress_seen_user.regress_seen_note TO regress_seen_user;
SET ROLE regress_seen_user;
SELECT * FROM herm_jwt.explain_access('regress_seen.note') OFFSET 2;
SELECT * FROM herm_jwt.explain_access('regress_seen_user.regress_seen_note');
SELECT count(*) FROM regress_seen_user.regress_seen_note;
SELECT verdict, detail FROM herm_jwt.explain_access('regress_seen_user.regress_seen_note', 'update') OFFSET 4;

-- columns of the table, and more in the view
RESET ROLE;
GRANT SELECT (id) ON regress_seen.note TO regress_seen_user;
SET ROLE regress_seen_user;
SELECT * FROM herm_jwt.explain_access('regress_seen.note') OFFSET 2;
SELECT object, verdict FROM herm_jwt.explain_access('regress_seen.note', 'insert') OFFSET 2;

-- the view's own guard
SELECT pg_temp.become(:'anonymous');
SELECT * FROM herm_jwt.explain_access('regress_seen.note') OFFSET 4;
SELECT * FROM herm_jwt.explain_access('regress_seen_user.regress_seen_note') OFFSET 3;
RESET ROLE;
REVOKE SELECT (id) ON regress_seen.note FROM regress_seen_user;
SET ROLE regress_seen_user;
SELECT * FROM herm_jwt.explain_access('regress_seen.note') OFFSET 5;
SELECT pg_temp.become(:'ann', 'editor');
SET ROLE regress_seen_user;
SELECT * FROM herm_jwt.explain_access('regress_seen_user.regress_seen_note') OFFSET 3;
SELECT count(*) FROM regress_seen_user.regress_seen_note;
RESET herm_jwt.token;
SELECT * FROM herm_jwt.explain_access('regress_seen_user.regress_seen_note') OFFSET 3;
RESET ROLE;

-- the role view of a superuser is what its guard says, too
SET herm_jwt.token = :'ann';
SET herm_jwt.role = 'editor';
SELECT verdict, detail FROM herm_jwt.explain_access('regress_seen_user.regress_seen_note') OFFSET 3;
SELECT count(*) FROM regress_seen_user.regress_seen_note;
RESET herm_jwt.role;
SELECT verdict FROM herm_jwt.explain_access('regress_seen_user.regress_seen_note') OFFSET 3;
SELECT count(*) FROM regress_seen_user.regress_seen_note;

-- a view that is named alike and is something else
SELECT pg_temp.tag('user', 'select', 'regress_seen.note', '{}') AS ours,
       pg_temp.tag('user', 'select', '"regress_seen"."note"', '{}') AS quoted,
       pg_temp.tag('user', 'select', 'regress.seen_note', '{}') AS elsewhere,
       pg_temp.tag('user', 'insert', 'regress_seen.note', '{}') AS insert \gset
CREATE FUNCTION pg_temp.with_comment(comment text) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('COMMENT ON VIEW regress_seen_user.regress_seen_note IS %L', comment);
    RETURN coalesce((SELECT object FROM herm_jwt.explain_access('regress_seen.note')
                     WHERE object LIKE 'view %'), 'none');
END
$$;
SELECT pg_temp.with_comment(:'elsewhere'), pg_temp.with_comment(:'insert'),
       pg_temp.with_comment(NULL), pg_temp.with_comment(:'ours');

-- names that need quotes; the schema public
CREATE TABLE regress_seen."The note" (id int);
CREATE TABLE public.regress_seen_public (id int);
ALTER TABLE regress_seen."The note" ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.regress_seen_public ENABLE ROW LEVEL SECURITY;
SELECT pg_temp.make_role_view('regress_seen_user."regress_seen_The note"', 'user',
                              'regress_seen."The note"');
SELECT pg_temp.make_role_view('regress_seen_user.regress_seen_public', 'user',
                              'public.regress_seen_public');
GRANT SELECT ON ALL TABLES IN SCHEMA regress_seen_user TO regress_seen_user;
SET ROLE regress_seen_user;
SELECT * FROM herm_jwt.explain_access('regress_seen."The note"') OFFSET 4;
SELECT * FROM herm_jwt.explain_access('public.regress_seen_public') OFFSET 4;
RESET ROLE;
REVOKE SELECT ON regress_seen_user.regress_seen_public FROM regress_seen_user;
GRANT SELECT ON public.regress_seen_public TO regress_seen_user;
SET ROLE regress_seen_user;
SELECT * FROM herm_jwt.explain_access('public.regress_seen_public') OFFSET 4;
RESET ROLE;
COMMENT ON VIEW regress_seen_user."regress_seen_The note" IS
    'herm_jwt {"role": "user", "operation": "select", "table": "regress_seen.The note", "variables": []}';
SET ROLE regress_seen_user;
SELECT verdict FROM herm_jwt.explain_access('regress_seen."The note"') OFFSET 4;
RESET ROLE;

-- what cannot have row-level security, with and without a view for the role
CREATE VIEW regress_seen.titles AS SELECT title FROM regress_seen.note;
CREATE VIEW regress_seen.own_titles WITH (security_barrier, security_invoker = on)
    AS SELECT title FROM regress_seen.note;
CREATE VIEW regress_seen.owned_titles WITH (security_invoker = off)
    AS SELECT title FROM regress_seen.note;
CREATE ROLE "Regress seen owner";
GRANT CREATE ON SCHEMA regress_seen TO "Regress seen owner";
ALTER VIEW regress_seen.titles OWNER TO "Regress seen owner";
ALTER VIEW regress_seen.owned_titles OWNER TO "Regress seen owner";
CREATE MATERIALIZED VIEW regress_seen.kept AS SELECT 1 AS id;
CREATE FOREIGN DATA WRAPPER regress_seen;
CREATE SERVER regress_seen FOREIGN DATA WRAPPER regress_seen;
CREATE FOREIGN TABLE regress_seen.far (id int) SERVER regress_seen;
SELECT pg_temp.make_role_view('regress_seen_user.regress_seen_titles', 'user',
                              'regress_seen.titles');
GRANT SELECT ON regress_seen_user.regress_seen_titles TO regress_seen_user;
SET ROLE regress_seen_user;
SELECT * FROM herm_jwt.explain_access('regress_seen.titles') OFFSET 2;
SELECT * FROM herm_jwt.explain_access('regress_seen.kept') OFFSET 2;
SET SESSION AUTHORIZATION regress_seen_app;
SELECT * FROM herm_jwt.explain_access('regress_seen.titles') OFFSET 2;
RESET SESSION AUTHORIZATION;
GRANT SELECT ON regress_seen.titles, regress_seen.own_titles, regress_seen.owned_titles,
    regress_seen.kept, regress_seen.far TO regress_seen_user;
GRANT INSERT ON regress_seen.titles, regress_seen.kept TO regress_seen_user;
SET ROLE regress_seen_user;
SELECT * FROM herm_jwt.explain_access('regress_seen.titles') OFFSET 2;
SELECT * FROM herm_jwt.explain_access('regress_seen.titles', 'insert') OFFSET 2;
SELECT * FROM herm_jwt.explain_access('regress_seen.own_titles') OFFSET 2;
SELECT * FROM herm_jwt.explain_access('regress_seen.owned_titles') OFFSET 2;
SELECT * FROM herm_jwt.explain_access('regress_seen.kept') OFFSET 2;
SELECT * FROM herm_jwt.explain_access('regress_seen.kept', 'insert') OFFSET 2;
SELECT * FROM herm_jwt.explain_access('regress_seen.far') OFFSET 2;
RESET ROLE;

-- a partitioned table and its parts: what is allowed on the table
CREATE TABLE regress_seen.visit (day int, title text) PARTITION BY RANGE (day);
CREATE TABLE regress_seen.visit_1 PARTITION OF regress_seen.visit FOR VALUES FROM (0) TO (10)
    PARTITION BY RANGE (day);
CREATE TABLE regress_seen.visit_1_1 PARTITION OF regress_seen.visit_1 FOR VALUES FROM (0) TO (5);
INSERT INTO regress_seen.visit VALUES (1, 'x');
ALTER TABLE regress_seen.visit ENABLE ROW LEVEL SECURITY;
ALTER TABLE regress_seen.visit_1_1 ENABLE ROW LEVEL SECURITY;
SELECT pg_temp.permit('user', 'select', 'regress_seen.visit');
GRANT SELECT ON regress_seen.visit, regress_seen.visit_1_1 TO regress_seen_user;
SET ROLE regress_seen_user;
SELECT * FROM herm_jwt.explain_access('regress_seen.visit') OFFSET 2;
SELECT * FROM herm_jwt.explain_access('regress_seen.visit_1') OFFSET 2;
SELECT * FROM herm_jwt.explain_access('regress_seen.visit_1_1') OFFSET 2;
SELECT (SELECT count(*) FROM regress_seen.visit), (SELECT count(*) FROM regress_seen.visit_1_1);
RESET ROLE;

-- tables of the server
SET ROLE regress_seen_user;
SELECT * FROM herm_jwt.explain_access('pg_class') OFFSET 1;
SELECT * FROM herm_jwt.explain_access('pg_authid') OFFSET 1;
RESET ROLE;

DROP SCHEMA regress_seen, regress_seen_user CASCADE;
DROP TABLE public.regress_seen_public;
DROP FOREIGN DATA WRAPPER regress_seen CASCADE;
DROP ROLE regress_seen_app, regress_seen_user, regress_seen_editor, "Regress seen owner";
