-- A policy reads the whole table to find one user's rows.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
CREATE ROLE regress_index_app;
CREATE SCHEMA regress_index;
GRANT USAGE ON SCHEMA regress_index TO regress_index_app;
CREATE TABLE regress_index.note (id int, owner text, number int);
INSERT INTO regress_index.note SELECT n, n, n FROM generate_series(1, 1000) AS n;
CREATE INDEX note_owner ON regress_index.note (owner);
CREATE INDEX note_number ON regress_index.note (number);
ALTER TABLE regress_index.note ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON regress_index.note TO regress_index_app;
ANALYZE regress_index.note;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SET max_parallel_workers_per_gather = 0;
SET SESSION AUTHORIZATION regress_index_app;
SET herm_jwt.token = :'ann';

-- bare: an index condition, because the functions are STABLE
RESET SESSION AUTHORIZATION;
CREATE POLICY own ON regress_index.note USING (owner = herm_jwt.user_id());
SET SESSION AUTHORIZATION regress_index_app;
EXPLAIN (COSTS OFF) SELECT id FROM regress_index.note;
SELECT id FROM regress_index.note;

-- as a number
RESET SESSION AUTHORIZATION;
ALTER POLICY own ON regress_index.note
    USING (number = herm_jwt.session_variable('x-hasura-user-id', NULL::int));
SET SESSION AUTHORIZATION regress_index_app;
EXPLAIN (COSTS OFF) SELECT id FROM regress_index.note;
SELECT id FROM regress_index.note;

-- in a subquery: an index condition, too
RESET SESSION AUTHORIZATION;
ALTER POLICY own ON regress_index.note USING (owner = (SELECT herm_jwt.user_id()));
SET SESSION AUTHORIZATION regress_index_app;
CREATE FUNCTION pg_temp.uses_index(statement text) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    line text;
    found boolean := false;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || statement LOOP
        found := found OR line LIKE '%Index Cond: (owner = %';
    END LOOP;
    RETURN found;
END
$$;
SELECT pg_temp.uses_index('SELECT id FROM regress_index.note');
SELECT id FROM regress_index.note;

-- with a refused token EXPLAIN works where nothing is evaluated
SET herm_jwt.token = :'expired';
SELECT pg_temp.uses_index('SELECT id FROM regress_index.note');
SELECT id FROM regress_index.note;

-- an index cannot be built on what changes with the session
RESET SESSION AUTHORIZATION;
RESET herm_jwt.token;
CREATE INDEX ON regress_index.note ((owner = herm_jwt.user_id()));

SET client_min_messages = warning;
DROP SCHEMA regress_index CASCADE;
DROP OWNED BY regress_index_app CASCADE;
DROP ROLE regress_index_app;
