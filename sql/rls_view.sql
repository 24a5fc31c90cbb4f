-- A view or function shows a user more rows than its owner meant.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
CREATE ROLE regress_view_app;
CREATE ROLE regress_view_owner;
CREATE SCHEMA regress_view;
GRANT USAGE, CREATE ON SCHEMA regress_view TO regress_view_app, regress_view_owner;
CREATE TABLE regress_view.note (id int, owner text);
INSERT INTO regress_view.note VALUES (1, '1'), (2, '2'), (3, '1');
ALTER TABLE regress_view.note ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON regress_view.note TO regress_view_app, regress_view_owner;
CREATE POLICY app ON regress_view.note FOR SELECT TO regress_view_app
    USING (owner = herm_jwt.user_id());
CREATE POLICY owner ON regress_view.note FOR SELECT TO regress_view_owner
    USING (id = 2 AND herm_jwt.role() = 'user');

CREATE VIEW regress_view.all_notes AS
    SELECT id, herm_jwt.user_id() AS who FROM regress_view.note;
SET ROLE regress_view_owner;
CREATE VIEW regress_view.owners_notes AS
    SELECT id, herm_jwt.user_id() AS who FROM regress_view.note;
CREATE VIEW regress_view.own_notes WITH (security_invoker) AS
    SELECT id, herm_jwt.user_id() AS who FROM regress_view.note;
CREATE VIEW regress_view.checked WITH (security_barrier) AS
    SELECT id, owner FROM regress_view.note WHERE owner = (SELECT herm_jwt.user_id());
CREATE FUNCTION regress_view.as_owner() RETURNS text
LANGUAGE sql SECURITY DEFINER STABLE SET search_path = pg_catalog AS $$
    SELECT herm_jwt.user_id() || ': ' || string_agg(id::text, ' ' ORDER BY id)
    FROM regress_view.note
$$;
CREATE FUNCTION regress_view.as_caller() RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT herm_jwt.user_id() || ': ' || string_agg(id::text, ' ' ORDER BY id)
    FROM regress_view.note
$$;
GRANT SELECT ON regress_view.owners_notes, regress_view.own_notes, regress_view.checked
    TO regress_view_app;
RESET ROLE;
CREATE FUNCTION regress_view.as_superuser() RETURNS text
LANGUAGE sql SECURITY DEFINER STABLE SET search_path = pg_catalog AS $$
    SELECT herm_jwt.user_id() || ': ' || string_agg(id::text, ' ' ORDER BY id)
    FROM regress_view.note
$$;
GRANT SELECT ON regress_view.all_notes TO regress_view_app;
SET SESSION AUTHORIZATION regress_view_app;

-- ann
BEGIN;
SELECT herm_jwt.authenticate(:'ann') ->> 'x-hasura-user-id';
SELECT * FROM regress_view.all_notes;
SELECT * FROM regress_view.owners_notes;
SELECT * FROM regress_view.own_notes;
SELECT * FROM regress_view.checked;
SELECT regress_view.as_superuser(), regress_view.as_owner(), regress_view.as_caller();
COMMIT;

-- bob
BEGIN;
SELECT herm_jwt.authenticate(:'bob') ->> 'x-hasura-user-id';
SELECT * FROM regress_view.all_notes;
SELECT * FROM regress_view.owners_notes;
SELECT * FROM regress_view.own_notes;
SELECT * FROM regress_view.checked;
SELECT regress_view.as_superuser(), regress_view.as_owner(), regress_view.as_caller();
COMMIT;

-- nobody
SELECT * FROM regress_view.owners_notes;
SELECT * FROM regress_view.own_notes;
SELECT * FROM regress_view.checked;
SELECT regress_view.as_superuser(), regress_view.as_owner(), regress_view.as_caller();

-- a refused token
SET herm_jwt.token = :'expired';
SELECT DISTINCT split_part(pg_temp.outcome(statement), E'\n', 1)
FROM (VALUES ('SELECT who FROM regress_view.all_notes'), ('SELECT * FROM regress_view.own_notes'),
             ('SELECT * FROM regress_view.owners_notes'), ('SELECT * FROM regress_view.checked'),
             ('SELECT regress_view.as_owner()'), ('SELECT regress_view.as_caller()'),
             ('SELECT regress_view.as_superuser()')) AS statements(statement);
RESET SESSION AUTHORIZATION;

SET client_min_messages = warning;
DROP SCHEMA regress_view CASCADE;
DROP OWNED BY regress_view_app, regress_view_owner CASCADE;
DROP ROLE regress_view_app, regress_view_owner;
