-- A user sees or changes rows of others.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
CREATE ROLE regress_commands_app;
CREATE SCHEMA regress_commands;
GRANT USAGE ON SCHEMA regress_commands TO regress_commands_app;
SET search_path = regress_commands;

CREATE TABLE note (id int PRIMARY KEY, owner text NOT NULL, title text, open boolean DEFAULT false);
INSERT INTO note VALUES (1, '1', 'ann private', false), (2, '1', 'ann open', true),
                        (3, '2', 'bob private', false), (4, '2', 'bob open', true);
GRANT SELECT, INSERT, UPDATE, DELETE ON note TO regress_commands_app;
ALTER TABLE note ENABLE ROW LEVEL SECURITY;
CREATE POLICY see ON note FOR SELECT
    USING (open OR owner = (SELECT herm_jwt.user_id()) OR (SELECT herm_jwt.role()) = 'editor');
CREATE POLICY add ON note FOR INSERT WITH CHECK (owner = herm_jwt.user_id());
CREATE POLICY change ON note FOR UPDATE USING (owner = herm_jwt.user_id());
CREATE POLICY remove ON note FOR DELETE
    USING (owner = herm_jwt.user_id() OR herm_jwt.role() = 'editor');

SET SESSION AUTHORIZATION regress_commands_app;

-- nobody: what is open; neither adding nor changing
SELECT id, title FROM note ORDER BY id;
INSERT INTO note VALUES (5, '1', 'nobody');
UPDATE note SET title = 'nobody' RETURNING id;
DELETE FROM note RETURNING id;

-- ann
BEGIN;
SELECT herm_jwt.authenticate(:'ann') ->> 'x-hasura-user-id';
SELECT id, title FROM note ORDER BY id;
INSERT INTO note VALUES (5, '1', 'ann new') RETURNING id, title;
UPDATE note SET title = title || '!' RETURNING id, title;
DELETE FROM note WHERE id IN (1, 3, 4) RETURNING id;
SAVEPOINT before;
INSERT INTO note VALUES (6, '2', 'for bob');
ROLLBACK TO before;
UPDATE note SET owner = '2' WHERE id = 5;
ROLLBACK TO before;
INSERT INTO note VALUES (3, '1', 'over bob')
    ON CONFLICT (id) DO UPDATE SET title = excluded.title;
ROLLBACK TO before;
INSERT INTO note VALUES (5, '1', 'over ann')
    ON CONFLICT (id) DO UPDATE SET title = excluded.title RETURNING id, title;
MERGE INTO note USING (VALUES (2), (3), (7)) AS wanted(id) ON note.id = wanted.id
    WHEN MATCHED THEN UPDATE SET title = 'merged'
    WHEN NOT MATCHED AND wanted.id > 5 THEN INSERT VALUES (wanted.id, '1', 'merged');
SELECT id, title FROM note ORDER BY id;
COPY (SELECT id FROM note ORDER BY id) TO STDOUT;
SELECT count(*) FROM note AS a JOIN note AS b USING (id);
ROLLBACK;

-- ann as an editor: sees all, removes all, changes her own
BEGIN;
SELECT herm_jwt.authenticate(:'ann', 'editor') ->> 'x-hasura-role';
SELECT id FROM note ORDER BY id;
UPDATE note SET title = 'edited' RETURNING id;
DELETE FROM note WHERE id = 4 RETURNING id;
ROLLBACK;

-- bob, then ann, then nobody, in one transaction
BEGIN;
SELECT herm_jwt.authenticate(:'bob') ->> 'x-hasura-user-id';
SELECT id FROM note ORDER BY id;
SELECT herm_jwt.authenticate(:'ann') ->> 'x-hasura-user-id';
SELECT id FROM note ORDER BY id;
SET LOCAL herm_jwt.token = '';
SELECT id FROM note ORDER BY id;
COMMIT;

-- a refused token: an error for each command
BEGIN;
SET LOCAL herm_jwt.token = :'expired';
SELECT pg_temp.outcome('SELECT count(*) FROM regress_commands.note') AS answer
UNION ALL SELECT pg_temp.outcome('INSERT INTO regress_commands.note VALUES (9, ''1'', ''x'')')
UNION ALL SELECT pg_temp.outcome('UPDATE regress_commands.note SET title = ''x''')
UNION ALL SELECT pg_temp.outcome('DELETE FROM regress_commands.note');
ROLLBACK;

-- forged claims, in settings that others read, do nothing
SET request.jwt.claims = '{"x-hasura-role":"editor","role":"editor"}';
SET "hasura.user" = '{"x-hasura-role":"editor","x-hasura-user-id":"2"}';
SET herm_jwt.role = 'editor';
SELECT id FROM note ORDER BY id;
RESET SESSION AUTHORIZATION;

-- the table's owner and a superuser are not held back, as ever
RESET ALL;
SELECT count(*) FROM regress_commands.note;

SET client_min_messages = warning;
DROP SCHEMA regress_commands CASCADE;
DROP OWNED BY regress_commands_app CASCADE;
DROP ROLE regress_commands_app;
