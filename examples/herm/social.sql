-- SPDX-License-Identifier: PostgreSQL
-- social.sql: a small social app, protected by row-level security.
--
-- Run it as a superuser, after CREATE EXTENSION herm_jwt, in an empty database. Applications
-- connect as the role "app", which may do nothing but what is granted and allowed here; who is
-- behind a request, and in which role, Postgres takes from the token.
--
-- The accessors stand in (SELECT ...), so that the planner calls them once a statement instead
-- of once a row.

BEGIN;

CREATE ROLE app LOGIN;	-- give it a password where clients connect over a network

-- ---- tables ----

CREATE TABLE users (
	id		uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	name	text NOT NULL
);

CREATE TABLE messages (
	id			bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	-- an author need not be named: it is whoever the token says
	author_id	uuid NOT NULL DEFAULT herm_jwt.session_variable('x-hasura-user-id', NULL::uuid)
				REFERENCES users ON DELETE CASCADE,
	visibility	text NOT NULL DEFAULT 'private'
				CHECK (visibility IN ('private', 'followers', 'public')),
	body		text NOT NULL
);

CREATE TABLE followers (
	follower_id	uuid NOT NULL DEFAULT herm_jwt.session_variable('x-hasura-user-id', NULL::uuid)
				REFERENCES users ON DELETE CASCADE,
	followed_id	uuid NOT NULL REFERENCES users ON DELETE CASCADE,
	PRIMARY KEY (follower_id, followed_id),
	CHECK (follower_id <> followed_id)
);

CREATE INDEX ON messages (author_id);
CREATE INDEX ON followers (followed_id);

-- ---- what the role "app" may touch at all ----

GRANT SELECT, UPDATE (name) ON users TO app;
GRANT SELECT, INSERT (author_id, visibility, body), UPDATE (visibility, body), DELETE
	ON messages TO app;
GRANT SELECT, INSERT, DELETE ON followers TO app;

-- ---- which rows ----

ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE followers ENABLE ROW LEVEL SECURITY;

-- Names are for everybody who has a role, if only "anonymous"; without a role there is nothing.
CREATE POLICY read_names ON users FOR SELECT TO app
	USING ((SELECT herm_jwt.role()) IS NOT NULL);

CREATE POLICY change_own_name ON users FOR UPDATE TO app
	USING ((SELECT herm_jwt.role()) = 'user'
		AND id = (SELECT herm_jwt.session_variable('x-hasura-user-id', NULL::uuid)));

CREATE POLICY read_public ON messages FOR SELECT TO app
	USING (visibility = 'public' AND (SELECT herm_jwt.role()) IS NOT NULL);

CREATE POLICY own_messages ON messages FOR ALL TO app
	USING ((SELECT herm_jwt.role()) = 'user'
		AND author_id = (SELECT herm_jwt.session_variable('x-hasura-user-id', NULL::uuid)));

CREATE POLICY read_followed ON messages FOR SELECT TO app
	USING ((SELECT herm_jwt.role()) = 'user'
		AND visibility = 'followers'
		AND author_id IN (
			SELECT followed_id
			FROM followers
			WHERE follower_id = (SELECT herm_jwt.session_variable('x-hasura-user-id', NULL::uuid))));

CREATE POLICY all_messages ON messages FOR ALL TO app
	USING ((SELECT herm_jwt.role()) = 'editor');

CREATE POLICY read_own_circle ON followers FOR SELECT TO app
	USING ((SELECT herm_jwt.role()) = 'user'
		AND (SELECT herm_jwt.session_variable('x-hasura-user-id', NULL::uuid))
			IN (follower_id, followed_id));

CREATE POLICY follow ON followers FOR INSERT TO app
	WITH CHECK ((SELECT herm_jwt.role()) = 'user'
		AND follower_id = (SELECT herm_jwt.session_variable('x-hasura-user-id', NULL::uuid)));

CREATE POLICY unfollow ON followers FOR DELETE TO app
	USING ((SELECT herm_jwt.role()) = 'user'
		AND follower_id = (SELECT herm_jwt.session_variable('x-hasura-user-id', NULL::uuid)));

-- ---- some people, and what they say ----

INSERT INTO users (id, name) VALUES
	('a0000000-0000-4000-8000-000000000001', 'Ann'),
	('b0000000-0000-4000-8000-000000000002', 'Ben'),
	('c0000000-0000-4000-8000-000000000003', 'Cleo'),
	('d0000000-0000-4000-8000-000000000004', 'Dora');

INSERT INTO followers (follower_id, followed_id) VALUES
	('a0000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000002');

INSERT INTO messages (author_id, visibility, body) VALUES
	('a0000000-0000-4000-8000-000000000001', 'public',    'Hello, Herm!'),
	('a0000000-0000-4000-8000-000000000001', 'private',   'Draft: my plans for spring'),
	('b0000000-0000-4000-8000-000000000002', 'public',    'Looking for a drummer'),
	('b0000000-0000-4000-8000-000000000002', 'followers', 'Concert in my garden on Friday'),
	('c0000000-0000-4000-8000-000000000003', 'followers', 'For those who follow me'),
	('c0000000-0000-4000-8000-000000000003', 'private',   'Nobody may read this');

COMMIT;
