-- A prepared statement gives one user the rows of the user before.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
CREATE ROLE regress_prepared_app;
CREATE SCHEMA regress_prepared;
GRANT USAGE ON SCHEMA regress_prepared TO regress_prepared_app;
CREATE TABLE regress_prepared.note (id int PRIMARY KEY, owner text);
INSERT INTO regress_prepared.note VALUES (1, '1'), (2, '2'), (3, '3'), (4, '1');
CREATE INDEX ON regress_prepared.note (owner);
ALTER TABLE regress_prepared.note ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON regress_prepared.note TO regress_prepared_app;
CREATE POLICY own ON regress_prepared.note USING (owner = herm_jwt.user_id());
CREATE FUNCTION regress_prepared.ids() RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT string_agg(id::text, ' ' ORDER BY id) FROM regress_prepared.note);
END
$$;
CREATE FUNCTION regress_prepared.who() RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
    RETURN herm_jwt.user_id();
END
$$;

SET SESSION AUTHORIZATION regress_prepared_app;
PREPARE bare AS SELECT id FROM regress_prepared.note ORDER BY id;
PREPARE wrapped AS SELECT id FROM regress_prepared.note
    WHERE owner = (SELECT herm_jwt.user_id()) ORDER BY id;
PREPARE parameter(int) AS SELECT id, herm_jwt.user_id() FROM regress_prepared.note
    WHERE id >= $1 ORDER BY id;
PREPARE constant AS SELECT herm_jwt.role(), herm_jwt.user_id(),
    herm_jwt.session_variable('x-hasura-user-id', NULL::int), regress_prepared.who();

-- one plan for all, custom plans, and whatever the server likes
SET plan_cache_mode = force_generic_plan;
BEGIN;
SELECT herm_jwt.authenticate(:'ann') ->> 'x-hasura-user-id';
EXECUTE bare;
EXECUTE wrapped;
EXECUTE parameter(2);
EXECUTE constant;
SELECT regress_prepared.ids();
SELECT herm_jwt.authenticate(:'bob') ->> 'x-hasura-user-id';
EXECUTE bare;
EXECUTE wrapped;
EXECUTE parameter(2);
EXECUTE constant;
SELECT regress_prepared.ids();
COMMIT;
EXECUTE bare;
EXECUTE constant;
SELECT regress_prepared.ids();
BEGIN;
SELECT herm_jwt.authenticate(:'eve', 'editor') ->> 'x-hasura-user-id';
EXECUTE bare;
EXECUTE wrapped;
EXECUTE parameter(0);
EXECUTE constant;
SELECT regress_prepared.ids();
ROLLBACK;
SET plan_cache_mode = auto;
SELECT n, herm_jwt.authenticate(CASE WHEN n % 2 = 0 THEN :'ann' ELSE :'bob' END)
          ->> 'x-hasura-user-id', regress_prepared.ids(), regress_prepared.who()
FROM generate_series(1, 12) AS n;

-- a statement with a refused token, and then with a good one
SET herm_jwt.token = :'expired';
EXECUTE bare;
EXECUTE wrapped;
EXECUTE constant;
SET herm_jwt.token = :'bob';
EXECUTE bare;
EXECUTE wrapped;
EXECUTE constant;
RESET herm_jwt.token;
EXECUTE bare;
RESET SESSION AUTHORIZATION;

DEALLOCATE ALL;
SET client_min_messages = warning;
DROP SCHEMA regress_prepared CASCADE;
DROP OWNED BY regress_prepared_app CASCADE;
DROP ROLE regress_prepared_app;
