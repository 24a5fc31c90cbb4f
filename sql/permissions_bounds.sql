-- A client of a role gets past its permissions, or a name in the metadata gets into SQL as something else.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set applied :srcdir '/sql/include/permissions_applied.psql'
\i :applied
SET herm_jwt.database_role_prefix = 'regress_bounds_';
SET client_min_messages = warning;
CREATE SCHEMA bounds;
CREATE TABLE bounds.club (id int PRIMARY KEY, open boolean NOT NULL);
CREATE TABLE bounds.paper (id serial PRIMARY KEY, club_id int NOT NULL REFERENCES bounds.club, writer text NOT NULL DEFAULT '',
	body text NOT NULL UNIQUE);
INSERT INTO bounds.club VALUES (1, true), (2, false);
INSERT INTO bounds.paper (club_id, writer, body) VALUES (1, '7', 'seen'), (2, '8', 'hidden');
SELECT pg_temp.document(jsonb_build_array(
	pg_temp.tracked('bounds.club', 'nobody', '{}'),
	pg_temp.tracked('bounds.paper', 'user', '{
		"select": {"columns": ["id", "writer", "body"], "filter": {"club": {"open": true}}},
		"insert": {"columns": ["club_id", "body"], "check": {"writer": "x-hasura-user-id"}, "set": {"writer": "x-hasura-user-id"}},
		"update": {"columns": ["body"], "filter": {"writer": "x-hasura-user-id"}, "check": {"club": {"open": true}}}}',
		'{"object_relationships": [{"name": "club", "using": {"foreign_key_constraint_on": "club_id"}}]}'))) AS metadata \gset
SELECT operation, outcome, reason FROM herm_jwt.apply_permissions(:'metadata');

-- the role as it is meant
SELECT pg_temp.as_role('user', '{"x-hasura-user-id": "7"}', 'SELECT id, body FROM bounds.paper');
SELECT pg_temp.as_role('user', '{"x-hasura-user-id": "7"}', $$INSERT INTO bounds.paper (club_id, body) VALUES (1, 'mine') RETURNING writer, body$$);

-- the database role without a token, with the token of another role, without the variable
SELECT pg_temp.as_role('user', NULL, 'SELECT id, body FROM bounds.paper');
SELECT pg_temp.as_role('user', NULL, $$INSERT INTO bounds.paper (club_id, body) VALUES (1, 'mine')$$);
SELECT pg_temp.as_role('user', '{}', $$UPDATE bounds.paper SET body = 'mine'$$);
SELECT pg_temp.as_role('user', '{}', $$INSERT INTO bounds.paper (club_id, body) VALUES (1, 'mine')$$);
BEGIN;
SELECT set_config('herm_jwt.token', pg_temp.hasura('{"x-hasura-allowed-roles": ["editor"], "x-hasura-default-role": "editor", "x-hasura-user-id": "7"}'), true) \g /dev/null
SET LOCAL ROLE regress_bounds_user;
SELECT count(*) FROM bounds.paper;
UPDATE bounds.paper SET body = 'mine';
ROLLBACK;

-- every other way to rows, columns and helpers
SELECT statement || E'\n' || pg_temp.as_role('user', '{"x-hasura-user-id": "7"}', statement) FROM unnest(ARRAY[
	'SELECT club_id FROM bounds.paper',
	'SELECT paper FROM bounds.paper',
	'SELECT 1 FROM bounds.club',
	'SELECT 1 FROM herm_jwt_policy."bounds.club"',
	$$SELECT query_to_xml('SELECT * FROM herm_jwt_policy."bounds.club"', true, true, '')$$,
	$$SELECT 'herm_jwt_policy."bounds.club"'::regclass$$,
	$$INSERT INTO bounds.paper (club_id, writer, body) VALUES (1, '8', 'forged')$$,
	$$UPDATE bounds.paper SET writer = '8'$$,
	$$UPDATE bounds.paper SET body = 'x' WHERE body = 'hidden'$$,
	'DELETE FROM bounds.paper',
	'TRUNCATE bounds.paper',
	$$COPY bounds.paper TO '/dev/null'$$,
	'LOCK TABLE bounds.paper IN ACCESS EXCLUSIVE MODE',
	'ALTER TABLE bounds.paper DISABLE ROW LEVEL SECURITY',
	'CREATE POLICY mine ON bounds.paper USING (true)',
	'SELECT herm_jwt.drop_permissions()']) statement;
BEGIN;
SET LOCAL row_security = off;
SELECT pg_temp.as_role('user', '{"x-hasura-user-id": "7"}', 'SELECT body FROM bounds.paper');
ROLLBACK;

-- a function of the user's own sees no row that the user does not see
BEGIN;
CREATE FUNCTION bounds.peek(text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$ BEGIN RAISE WARNING 'peeked at %', $1; RETURN true; END $$;
SELECT set_config('herm_jwt.token', pg_temp.hasura('{"x-hasura-allowed-roles": ["user"], "x-hasura-default-role": "user", "x-hasura-user-id": "7"}'), true) \g /dev/null
SET LOCAL ROLE regress_bounds_user;
SELECT body FROM bounds.paper WHERE bounds.peek(body);
ROLLBACK;

-- a unique key tells of rows that nobody sees; so does Hasura
SELECT pg_temp.as_role('user', '{"x-hasura-user-id": "7"}', $$INSERT INTO bounds.paper (club_id, body) VALUES (1, 'hidden')$$);
SELECT herm_jwt.drop_permissions() > 0;

-- names and values stay what they are
SET herm_jwt.database_role_prefix = 'regress "bounds'' ';
CREATE TABLE bounds."p""a'p;--" ("c""o'l" text, "x;--" int);
INSERT INTO bounds."p""a'p;--" VALUES ($$'; DROP TABLE bounds.paper; --$$, 1), ('other', 2);
SELECT pg_temp.document(jsonb_build_array(jsonb_build_object('table', jsonb_build_object('schema', 'bounds', 'name', $$p"a'p;--$$),
	'select_permissions', jsonb_build_array(jsonb_build_object('role', $$r"o'l;--$$, 'permission', jsonb_build_object('columns', '*',
		'filter', jsonb_build_object($$c"o'l$$, jsonb_build_object('_in', jsonb_build_array($$'; DROP TABLE bounds.paper; --$$, $$\'$$)),
			'x;--', $$x-hasura-a'); --$$)))))), source => $$s"o'u;--$$) AS metadata \gset
SELECT role, operation, outcome, reason FROM herm_jwt.apply_permissions(:'metadata', $$s"o'u;--$$);
SELECT polname, pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polname LIKE '%o''l%';
SELECT * FROM herm_jwt.check_permissions(:'metadata', $$s"o'u;--$$);
SELECT pg_temp.as_role($$r"o'l;--$$, $${"x-hasura-a'); --": "1"}$$, $$TABLE bounds."p""a'p;--"$$);
SELECT herm_jwt.drop_permissions($$s"o'u;--$$) > 0;
SELECT count(*) FROM pg_roles WHERE rolname ~ '^regress.*bounds';
DROP SCHEMA bounds CASCADE;
