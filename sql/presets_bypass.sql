-- A client writes a row without the presets of its role.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
CREATE ROLE regress_bypass_owner;
CREATE ROLE regress_bypass IN ROLE pg_read_server_files;
CREATE SCHEMA regress_bypass;
GRANT USAGE ON SCHEMA regress_bypass TO PUBLIC;
SET search_path = regress_bypass;
SELECT pg_temp.hasura('{"x-hasura-allowed-roles":["user","guest","host"],
                        "x-hasura-default-role":"user","x-hasura-user-id":"1"}') AS mia,
       pg_temp.hasura('{"x-hasura-allowed-roles":["user","guest","host"],
                        "x-hasura-default-role":"user","x-hasura-user-id":"2"}') AS noa,
       pg_temp.hasura('{"x-hasura-allowed-roles":["user","guest","host"],
                        "x-hasura-default-role":"user","x-hasura-user-no":"1"}') AS pam
\gset
CREATE TABLE note (id int PRIMARY KEY, title text, author int DEFAULT 0, edits int DEFAULT 0);
ALTER TABLE note OWNER TO regress_bypass_owner;
ALTER TABLE note ENABLE ROW LEVEL SECURITY;
CREATE POLICY herm_jwt_select_user ON note FOR SELECT TO regress_bypass USING (true);
CREATE POLICY herm_jwt_insert_user ON note FOR INSERT TO regress_bypass
    WITH CHECK ((SELECT herm_jwt.role() = 'user'));
CREATE POLICY herm_jwt_update_user ON note FOR UPDATE TO regress_bypass
    USING ((SELECT herm_jwt.role() = 'user')) WITH CHECK ((SELECT herm_jwt.role() = 'user'));
CREATE TRIGGER "!herm_jwt_insert" BEFORE INSERT ON note FOR EACH ROW EXECUTE FUNCTION
    herm_jwt.apply_presets('{"user": {"author": "x-hasura-user-id"}, "host": {"author": 5}}');
CREATE TRIGGER "!herm_jwt_update" BEFORE UPDATE ON note FOR EACH ROW EXECUTE FUNCTION
    herm_jwt.apply_presets('{"user": {"edits": 9}}');
GRANT SELECT, INSERT (id, title), UPDATE (id, title) ON note TO regress_bypass;

-- the session changes within the statement, after the policy has looked at it
CREATE FUNCTION pg_temp.as_role(role text, value int) RETURNS int
LANGUAGE sql VOLATILE AS $$ SELECT value FROM set_config('herm_jwt.role', role, true) $$;
CREATE FUNCTION pg_temp.as_token(token text, value int) RETURNS int
LANGUAGE sql VOLATILE AS $$ SELECT value FROM set_config('herm_jwt.token', token, true) $$;
CREATE FUNCTION pg_temp.as_role_for_a_while(value int) RETURNS int
LANGUAGE plpgsql AS $$
DECLARE
    seen text;
BEGIN
    BEGIN
        PERFORM set_config('herm_jwt.role', 'guest', true);
        seen := herm_jwt.role();
        RAISE EXCEPTION 'back';
    EXCEPTION WHEN raise_exception THEN
    END;
    RETURN value;
END
$$;
SELECT set_config('regress.mia', :'mia', false), set_config('regress.noa', :'noa', false),
       set_config('regress.pam', :'pam', false) \gset ignored_
BEGIN;
SET LOCAL ROLE regress_bypass;
SELECT herm_jwt.authenticate(:'mia') ->> 'x-hasura-role';
SELECT statement, pg_temp.outcome(statement)
FROM (VALUES
    ('INSERT INTO note (id) SELECT pg_temp.as_role((ARRAY[''user'',''guest''])[i], i)
      FROM generate_series(1, 2) AS i'),
    ('INSERT INTO note (id) SELECT pg_temp.as_role((ARRAY[''user'',''host''])[i], i)
      FROM generate_series(1, 2) AS i'),
    ('INSERT INTO note (id) SELECT pg_temp.as_token((ARRAY[current_setting(''regress.mia''),
      current_setting(''regress.noa'')])[i], i) FROM generate_series(1, 2) AS i'),
    ('INSERT INTO note (id) SELECT pg_temp.as_token((ARRAY[current_setting(''regress.mia''),
      current_setting(''regress.pam'')])[i], i) FROM generate_series(1, 2) AS i'),
    ('INSERT INTO note (id) SELECT pg_temp.as_token((ARRAY[current_setting(''regress.mia''),
      ''''])[i], i) FROM generate_series(1, 2) AS i'),
    ('INSERT INTO note (id) SELECT pg_temp.as_token((ARRAY['''',
      current_setting(''regress.mia'')])[i], i) FROM generate_series(1, 2) AS i'),
    ('INSERT INTO note (id) SELECT pg_temp.as_token((ARRAY[current_setting(''regress.mia''),
      ''no token''])[i], i) FROM generate_series(1, 2) AS i'),
    ('INSERT INTO note (id) SELECT pg_temp.as_role(''guest'', 1)'),
    ('WITH a AS (INSERT INTO note (id) VALUES (1) RETURNING id),
           b AS (SELECT pg_temp.as_role(''guest'', id + 1) AS id FROM a)
      INSERT INTO note (id) SELECT id FROM b')) AS t(statement);
SELECT count(*) FROM note;
-- a change that is taken back, and a token that is verified once more, are none
INSERT INTO note (id) SELECT pg_temp.as_role_for_a_while(i) FROM generate_series(1, 2) AS i
    RETURNING id, author;
SET LOCAL herm_jwt.role = '';
RESET ROLE;
SET LOCAL herm_jwt.token_cache_size = 0;
SET LOCAL ROLE regress_bypass;
INSERT INTO note (id) SELECT pg_temp.as_role('user', i) FROM generate_series(3, 5) AS i
    RETURNING id, author;
-- nor is one between statements, also within a function
CREATE FUNCTION pg_temp.two() RETURNS SETOF int
LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY INSERT INTO note (id) VALUES (6) RETURNING author;
    PERFORM herm_jwt.authenticate(current_setting('regress.noa'));
    RETURN QUERY INSERT INTO note (id) VALUES (7) RETURNING author;
    PERFORM herm_jwt.authenticate(current_setting('regress.mia'));
END
$$;
SELECT pg_temp.two();
ROLLBACK;

-- statements that write in other ways
BEGIN;
SET LOCAL ROLE regress_bypass;
SELECT herm_jwt.authenticate(:'mia') ->> 'x-hasura-role';
INSERT INTO note (id, title) VALUES (1, 'first') RETURNING *;
INSERT INTO note (id, title) VALUES (1, 'again'), (2, 'second')
    ON CONFLICT (id) DO UPDATE SET title = excluded.title || excluded.author RETURNING *;
INSERT INTO note (id, title) VALUES (1, 'never') ON CONFLICT DO NOTHING RETURNING *;
MERGE INTO note USING (VALUES (2), (3)) AS wanted(id) ON note.id = wanted.id
    WHEN MATCHED THEN UPDATE SET title = 'merged'
    WHEN NOT MATCHED THEN INSERT (id, title) VALUES (wanted.id, 'merged');
SELECT * FROM note ORDER BY id;
UPDATE note SET title = 'joined' FROM (VALUES (1), (3)) AS wanted(id) WHERE note.id = wanted.id
    RETURNING note.*;
WITH a AS (INSERT INTO note (id) VALUES (4) RETURNING id, author),
     b AS (INSERT INTO note (id) VALUES (5) RETURNING id, author)
SELECT * FROM a UNION ALL SELECT * FROM b;
SELECT pg_temp.outcome(statement)
FROM (VALUES ('INSERT INTO note (id, author) VALUES (6, DEFAULT)'),
             ('INSERT INTO note (id, author) VALUES (6, 1)'),
             ('INSERT INTO note VALUES (6, ''x'', 3)'),
             ('INSERT INTO note (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET author = 3'),
             ('UPDATE note SET author = 3'),
             ('UPDATE note SET (title, edits) = (''x'', 3)'),
             ('COPY note (id, title) FROM ''/dev/null'''),
             ('ALTER TABLE note DISABLE TRIGGER ALL'),
             ('ALTER TABLE note DISABLE ROW LEVEL SECURITY'),
             ('DROP TRIGGER "!herm_jwt_insert" ON note'),
             ('SET session_replication_role = replica')) AS t(statement);
SET LOCAL row_security = off;
SELECT pg_temp.outcome('INSERT INTO note (id) VALUES (6)');
ROLLBACK;

-- rows that other triggers have in hand: the later one wins, as with Hasura's own statements
CREATE FUNCTION see() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.title := concat(NEW.title, ' ', TG_NAME, ' ', NEW.author, ' ', NEW.edits);
    NEW.author := 100 + coalesce(NEW.author, 0);
    RETURN NEW;
END
$$;
BEGIN;
CREATE TRIGGER "z later" BEFORE INSERT ON note FOR EACH ROW EXECUTE FUNCTION see();
CREATE TRIGGER " earlier" BEFORE INSERT ON note FOR EACH ROW EXECUTE FUNCTION see();
SET LOCAL ROLE regress_bypass;
SELECT herm_jwt.authenticate(:'mia') ->> 'x-hasura-role';
INSERT INTO note (id) VALUES (1) RETURNING *;
ROLLBACK;
-- and rows that they leave out
CREATE FUNCTION leave_out() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
BEGIN;
CREATE TRIGGER " earlier" BEFORE INSERT ON note FOR EACH ROW EXECUTE FUNCTION leave_out();
SET LOCAL ROLE regress_bypass;
SELECT herm_jwt.authenticate(:'mia') ->> 'x-hasura-role';
INSERT INTO note (id) VALUES (1) RETURNING *;
ROLLBACK;

-- through a view, and through a function with its owner's rights
CREATE VIEW note_view AS SELECT id, title FROM note;
CREATE FUNCTION write_note(id int) RETURNS SETOF note
LANGUAGE sql SECURITY DEFINER SET search_path = regress_bypass, pg_temp
AS 'INSERT INTO note (id) VALUES ($1) RETURNING *';
ALTER VIEW note_view OWNER TO regress_bypass_owner;
ALTER FUNCTION write_note OWNER TO regress_bypass_owner;
GRANT SELECT, INSERT ON note_view TO regress_bypass;
BEGIN;
SET LOCAL ROLE regress_bypass;
SELECT herm_jwt.authenticate(:'mia') ->> 'x-hasura-role';
INSERT INTO note_view VALUES (1, 'view');
SELECT * FROM note;
SELECT * FROM write_note(2);
ROLLBACK;

-- a foreign key's cascade runs as the owner, whom presets are not for, FORCE or not
CREATE TABLE album (id int PRIMARY KEY);
CREATE TABLE song (id int, album int REFERENCES album ON UPDATE CASCADE, changed_by int);
ALTER TABLE album OWNER TO regress_bypass_owner;
ALTER TABLE song OWNER TO regress_bypass_owner;
INSERT INTO album VALUES (1);
INSERT INTO song VALUES (1, 1, 0);
ALTER TABLE song ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY every ON song USING (true);
CREATE TRIGGER "!herm_jwt_update" BEFORE UPDATE ON song FOR EACH ROW EXECUTE FUNCTION
    herm_jwt.apply_presets('{"user": {"changed_by": "x-hasura-user-id"}}');
GRANT SELECT, UPDATE ON album, song TO regress_bypass;
BEGIN;
SET LOCAL ROLE regress_bypass;
SELECT herm_jwt.authenticate(:'mia') ->> 'x-hasura-role';
UPDATE album SET id = 2;
SELECT * FROM song;
UPDATE song SET album = 2 RETURNING *;
ROLLBACK;

-- partitions: the trigger and the policies are those of the table above, their columns
-- stand in any order
CREATE TABLE event (id int, region text, author int, note text) PARTITION BY LIST (region);
CREATE TABLE event_north (note text, gone int, author int, region text, id int);
ALTER TABLE event_north DROP COLUMN gone;
CREATE TABLE event_south PARTITION OF event FOR VALUES IN ('south');
CREATE TABLE event_rest (region text, id int, note text, author int) PARTITION BY RANGE (id);
CREATE TABLE event_low (gone text, author int, note text, id int, region text);
ALTER TABLE event_low DROP COLUMN gone;
CREATE TABLE event_high PARTITION OF event_rest FOR VALUES FROM (100) TO (200);
ALTER TABLE event_rest ATTACH PARTITION event_low FOR VALUES FROM (0) TO (100);
CREATE TRIGGER "!herm_jwt_insert" BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION
    herm_jwt.apply_presets('{"user": {"author": "x-hasura-user-id"}}');
CREATE TRIGGER "!herm_jwt_update" BEFORE UPDATE ON event FOR EACH ROW EXECUTE FUNCTION
    herm_jwt.apply_presets('{"user": {"note": "updated"}}');
ALTER TABLE event ATTACH PARTITION event_north FOR VALUES IN ('north');
ALTER TABLE event ATTACH PARTITION event_rest DEFAULT;
ALTER TABLE event ENABLE ROW LEVEL SECURITY;
CREATE POLICY herm_jwt_select_user ON event FOR SELECT TO regress_bypass USING (true);
CREATE POLICY herm_jwt_insert_user ON event FOR INSERT TO regress_bypass
    WITH CHECK ((SELECT herm_jwt.role() = 'user'));
CREATE POLICY herm_jwt_update_user ON event FOR UPDATE TO regress_bypass
    USING ((SELECT herm_jwt.role() = 'user')) WITH CHECK ((SELECT herm_jwt.role() = 'user'));
GRANT SELECT, INSERT (id, region), UPDATE (id, region) ON event TO regress_bypass;
GRANT INSERT ON event_south, event_low TO regress_bypass;
BEGIN;
SET LOCAL ROLE regress_bypass;
SELECT herm_jwt.authenticate(:'mia') ->> 'x-hasura-role';
INSERT INTO event (id, region) VALUES (1, 'north'), (2, 'south'), (3, 'low'), (104, 'high')
    RETURNING tableoid::regclass, *;
UPDATE event SET id = id + 1 RETURNING tableoid::regclass, *;
-- a partition by its own name, for those who may
INSERT INTO event_south (id, region, author) VALUES (5, 'south', 99);
INSERT INTO event_low (id, region, author) VALUES (6, 'low', 99);
SET LOCAL row_security = off;
INSERT INTO event_low (id, region, author) VALUES (7, 'low', 99);
SET LOCAL row_security = on;
SELECT tableoid::regclass, * FROM event WHERE id IN (5, 6, 7) ORDER BY id;
-- the role changes between rows for two partitions
SELECT pg_temp.outcome('INSERT INTO event (id, region) SELECT pg_temp.as_role(
    (ARRAY[''user'',''guest''])[i], i), (ARRAY[''north'',''south''])[i]
    FROM generate_series(1, 2) AS i');
ROLLBACK;
-- a row that an UPDATE moves is inserted in its new partition, with the insert's presets
BEGIN;
INSERT INTO event (id, region, author) VALUES (1, 'north', 99);
SET LOCAL ROLE regress_bypass;
SELECT herm_jwt.authenticate(:'noa') ->> 'x-hasura-role';
UPDATE event SET region = 'south' RETURNING tableoid::regclass, *;
ROLLBACK;
-- the owner, in a partition and above
BEGIN;
SELECT herm_jwt.authenticate(:'mia') ->> 'x-hasura-role';
INSERT INTO event (id, region, author) VALUES (1, 'north', 99) RETURNING author;
INSERT INTO event_north (id, region, author) VALUES (1, 'north', 99) RETURNING author;
ROLLBACK;
-- what a row's partition depends on cannot be preset, when it would be another one
BEGIN;
CREATE OR REPLACE TRIGGER "!herm_jwt_insert" BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION
    herm_jwt.apply_presets('{"user": {"region": "north"}}');
SET LOCAL ROLE regress_bypass;
SELECT herm_jwt.authenticate(:'mia') ->> 'x-hasura-role';
INSERT INTO event (id, region) VALUES (1, 'north') RETURNING tableoid::regclass, *;
SELECT split_part(pg_temp.outcome('INSERT INTO event (id, region) VALUES (1, ''south'')'), E'\n', 1);
ROLLBACK;

-- code that runs with a value: the check of a domain becomes somebody else, for later rows
CREATE FUNCTION become_guest(value int) RETURNS boolean
LANGUAGE sql AS $$ SELECT set_config('herm_jwt.token', '', true) = '' $$;
CREATE DOMAIN treacherous AS int CHECK (VALUE IS NULL OR become_guest(VALUE));
CREATE TABLE trap (id int, author treacherous, second text);
ALTER TABLE trap ENABLE ROW LEVEL SECURITY;
CREATE POLICY every ON trap USING (true);
CREATE TRIGGER trap BEFORE INSERT ON trap FOR EACH ROW EXECUTE FUNCTION
    herm_jwt.apply_presets('{"user": {"author": "x-hasura-user-id", "second": "x-hasura-role"}}');
GRANT ALL ON trap TO regress_bypass;
BEGIN;
SET LOCAL ROLE regress_bypass;
SELECT herm_jwt.authenticate(:'mia') ->> 'x-hasura-role';
INSERT INTO trap (id) VALUES (1) RETURNING *;
SET LOCAL herm_jwt.token = :'mia';
SELECT split_part(pg_temp.outcome('INSERT INTO trap (id) VALUES (1), (2)'), E'\n', 1);
-- under policies that do not ask for the role: changes from and to one without presets
SET LOCAL herm_jwt.token = :'mia';
SELECT first, second, split_part(pg_temp.outcome(format('INSERT INTO trap (id)
    SELECT pg_temp.as_role((ARRAY[%L, %L])[i], i) FROM generate_series(1, 2) AS i',
    first, second)), E'\n', 1)
FROM (VALUES ('guest', 'user'), ('user', 'guest'), ('guest', 'host')) AS t(first, second);
ROLLBACK;

RESET search_path;
SET client_min_messages = warning;
DROP SCHEMA regress_bypass CASCADE;
DROP OWNED BY regress_bypass_owner, regress_bypass CASCADE;
DROP ROLE regress_bypass_owner, regress_bypass;
