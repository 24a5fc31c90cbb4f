-- One statement, or one cursor, gives rows that belong to none of two sessions.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set applied :srcdir '/sql/include/permissions_applied.psql'
\i :applied
SET herm_jwt.database_role_prefix = 'regress_session_';
SET client_min_messages = warning;
CREATE SCHEMA house;
CREATE TABLE house.doc (id int PRIMARY KEY, dept int, tag text);
INSERT INTO house.doc VALUES (1, 0, 'open'), (2, 1, 'x'), (3, 2, 'x'), (4, 3, 'x');
SELECT * FROM pg_temp.apply(pg_temp.document(jsonb_build_array(pg_temp.tracked('house.doc', 'manager',
    '{"select": {"columns": ["id"], "filter": {"_or": [{"tag": "open"}, {"dept": "x-hasura-dept"}]}},
      "update": {"columns": ["tag"], "filter": {"_or": [{"tag": "open"}, {"dept": "x-hasura-dept"}]}}}'))));
CREATE FUNCTION pg_temp.token(role text, dept int) RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.hasura(jsonb_build_object('x-hasura-allowed-roles', jsonb_build_array(role),
        'x-hasura-default-role', role, 'x-hasura-dept', dept::text)::text)
$$;
SELECT pg_temp.token('manager', 1) AS one, pg_temp.token('manager', 3) AS three,
       pg_temp.token('user', 3) AS other \gset
GRANT regress_session_manager TO CURRENT_USER;

-- what each of them may see
BEGIN;
SELECT herm_jwt.authenticate(:'one', set_role => true);
SELECT id FROM house.doc;
SELECT herm_jwt.authenticate(:'three', set_role => true);
SELECT id FROM house.doc;
ROLLBACK;

-- the guard asks under the one, the variable would be asked for under the other
BEGIN;
SELECT herm_jwt.authenticate(:'one', set_role => true) ->> 'x-hasura-dept' AS dept;
SAVEPOINT before;
SELECT id FROM house.doc WHERE set_config('herm_jwt.token', :'three', true) IS NOT NULL;
ROLLBACK TO before;
SELECT id FROM house.doc WHERE set_config('herm_jwt.token', :'other', true) IS NOT NULL;
ROLLBACK TO before;
UPDATE house.doc SET tag = left(set_config('herm_jwt.token', :'three', true), 0);
ROLLBACK TO before;
-- the same token set again is no other session
SELECT id FROM house.doc WHERE set_config('herm_jwt.token', :'one', true) IS NOT NULL;
ROLLBACK;

-- a cursor that is read in two sessions
BEGIN;
SELECT herm_jwt.authenticate(:'one', set_role => true) ->> 'x-hasura-dept' AS dept;
DECLARE docs CURSOR FOR SELECT id FROM house.doc;
FETCH 1 FROM docs;
SELECT herm_jwt.authenticate(:'three') ->> 'x-hasura-dept' AS dept;
SAVEPOINT before;
FETCH ALL FROM docs;
ROLLBACK TO before;
-- a new one is of the session that it starts in
DECLARE later CURSOR FOR SELECT id FROM house.doc;
FETCH ALL FROM later;
ROLLBACK;

SELECT herm_jwt.drop_permissions() > 0 AS dropped;
DROP SCHEMA house CASCADE;
