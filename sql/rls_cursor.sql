-- A cursor goes on with the rights of a user who has left.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
CREATE ROLE regress_cursor_app;
CREATE SCHEMA regress_cursor;
GRANT USAGE ON SCHEMA regress_cursor TO regress_cursor_app;
CREATE TABLE regress_cursor.note (id int, owner text);
INSERT INTO regress_cursor.note
    VALUES (1, '1'), (2, '2'), (3, '3'), (4, '1'), (5, '2'), (6, '1'), (7, '2'), (8, '1');
ALTER TABLE regress_cursor.note ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON regress_cursor.note TO regress_cursor_app;
CREATE POLICY own ON regress_cursor.note USING (owner = herm_jwt.user_id());
SET SESSION AUTHORIZATION regress_cursor_app;

-- each FETCH is judged by the token of its time
BEGIN;
SELECT herm_jwt.authenticate(:'ann') ->> 'x-hasura-user-id';
DECLARE notes CURSOR FOR SELECT id, herm_jwt.user_id() FROM regress_cursor.note;
FETCH 2 FROM notes;
SELECT herm_jwt.authenticate(:'bob') ->> 'x-hasura-user-id';
FETCH 1 FROM notes;
SELECT herm_jwt.authenticate(:'ann') ->> 'x-hasura-user-id';
FETCH 1 FROM notes;
SET LOCAL herm_jwt.token = '';
FETCH ALL FROM notes;
COMMIT;

-- a token that is no longer good ends it
BEGIN;
SELECT herm_jwt.authenticate(:'ann') ->> 'x-hasura-user-id';
DECLARE notes CURSOR FOR SELECT id FROM regress_cursor.note;
FETCH 1 FROM notes;
SET LOCAL herm_jwt.token = :'expired';
FETCH 1 FROM notes;
ROLLBACK;

-- a savepoint in between
BEGIN;
SELECT herm_jwt.authenticate(:'ann') ->> 'x-hasura-user-id';
DECLARE notes CURSOR FOR SELECT id FROM regress_cursor.note;
FETCH 1 FROM notes;
SAVEPOINT between;
SELECT herm_jwt.authenticate(:'bob') ->> 'x-hasura-user-id';
FETCH 1 FROM notes;
ROLLBACK TO between;
FETCH 1 FROM notes;
COMMIT;

-- WITH HOLD keeps what the user saw at COMMIT
BEGIN;
SELECT herm_jwt.authenticate(:'bob') ->> 'x-hasura-user-id';
DECLARE kept CURSOR WITH HOLD FOR SELECT id, herm_jwt.user_id() FROM regress_cursor.note;
COMMIT;
FETCH ALL FROM kept;
CLOSE kept;

-- a cursor in PL/pgSQL, whose body changes the user
CREATE FUNCTION pg_temp.loop(ann text, bob text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    note record;
    seen text := '';
    notes CURSOR FOR SELECT id FROM regress_cursor.note;
BEGIN
    PERFORM herm_jwt.authenticate(ann);
    OPEN notes;
    FETCH notes INTO note;
    seen := seen || note.id || ' ';
    PERFORM herm_jwt.authenticate(bob);
    LOOP
        FETCH notes INTO note;
        EXIT WHEN NOT FOUND;
        seen := seen || note.id || ' ';
    END LOOP;
    RETURN seen;
END
$$;
SELECT pg_temp.loop(:'ann', :'bob');
RESET SESSION AUTHORIZATION;

SET client_min_messages = warning;
DROP SCHEMA regress_cursor CASCADE;
DROP OWNED BY regress_cursor_app CASCADE;
DROP ROLE regress_cursor_app;
