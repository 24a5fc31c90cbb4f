-- Parallel workers see other rows than the session that they work for.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
CREATE ROLE regress_parallel_app;
CREATE ROLE regress_parallel_trusted;
CREATE SCHEMA regress_parallel;
GRANT USAGE ON SCHEMA regress_parallel TO regress_parallel_app, regress_parallel_trusted;
CREATE TABLE regress_parallel.note (id int, owner text, pad text);
INSERT INTO regress_parallel.note
    SELECT n, n % 3 + 1, repeat('x', 100) FROM generate_series(1, 6000) AS n;
ALTER TABLE regress_parallel.note ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON regress_parallel.note TO regress_parallel_app, regress_parallel_trusted;
CREATE POLICY own ON regress_parallel.note
    USING (owner = herm_jwt.user_id() OR herm_jwt.role() = 'editor' AND id % 2 = 0);
ANALYZE regress_parallel.note;
SET herm_jwt.trusted_roles = 'regress_parallel_trusted';

-- what a statement gives in parallel, if the server plans so, and serially
CREATE FUNCTION pg_temp.compare(statement text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    line text;
    planned boolean := false;
    parallel text;
    serial text;
BEGIN
    SET LOCAL parallel_setup_cost = 0;
    SET LOCAL parallel_tuple_cost = 0;
    SET LOCAL min_parallel_table_scan_size = 0;
    SET LOCAL max_parallel_workers_per_gather = 2;
    SET LOCAL parallel_leader_participation = off;
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || statement LOOP
        planned := planned OR line LIKE '%Workers Planned%';
    END LOOP;
    parallel := split_part(pg_temp.outcome(statement), E'\n', 1);
    SET LOCAL max_parallel_workers_per_gather = 0;
    serial := split_part(pg_temp.outcome(statement), E'\n', 1);
    RETURN CASE WHEN planned THEN 'parallel: ' ELSE 'not parallel: ' END ||
           CASE WHEN parallel = serial THEN 'both ' || serial
                ELSE parallel || ', but serially ' || serial END;
END
$$;
CREATE FUNCTION pg_temp.compare_all() RETURNS SETOF text
LANGUAGE sql AS $$
    SELECT pg_temp.compare(statement)
    FROM (VALUES ('SELECT concat_ws('' '', count(*), sum(id)) FROM regress_parallel.note'),
                 ('SELECT concat_ws('' '', min(herm_jwt.user_id()), max(herm_jwt.role()),
                          min(herm_jwt.session()::text)) FROM regress_parallel.note'),
                 ('SELECT concat_ws('' '',
                          min(herm_jwt.session_variable(''x-hasura-user-id'', NULL::int)),
                          max(herm_jwt.claims() ->> ''sub''),
                          max(herm_jwt.allowed_roles())) FROM regress_parallel.note'))
         AS statements(statement)
$$;
SET SESSION AUTHORIZATION regress_parallel_app;

BEGIN;
SELECT herm_jwt.authenticate(:'ann') ->> 'x-hasura-user-id';
SELECT pg_temp.compare_all();
SELECT herm_jwt.authenticate(:'ann', 'editor') ->> 'x-hasura-role';
SELECT pg_temp.compare_all();
SAVEPOINT before;
SELECT herm_jwt.authenticate(:'bob') ->> 'x-hasura-user-id';
SELECT pg_temp.compare_all();
ROLLBACK TO before;
SELECT pg_temp.compare_all();
COMMIT;

-- nobody, and a token of the whole session
SELECT pg_temp.compare_all();
SELECT herm_jwt.authenticate(:'eve', is_local => false) ->> 'x-hasura-user-id';
SELECT pg_temp.compare_all();

-- refused tokens: the same error (a plan is made with a good one)
CREATE FUNCTION pg_temp.refused(token text) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
    SET LOCAL parallel_setup_cost = 0;
    SET LOCAL parallel_tuple_cost = 0;
    SET LOCAL min_parallel_table_scan_size = 0;
    SET LOCAL parallel_leader_participation = off;
    SET LOCAL plan_cache_mode = force_generic_plan;
    EXECUTE 'EXECUTE counted';
    PERFORM set_config('herm_jwt.token', token, true);
    RETURN split_part(pg_temp.outcome('EXECUTE counted'), E'\n', 1);
END
$$;
PREPARE counted AS SELECT count(*) FROM regress_parallel.note;
SELECT pg_temp.refused(:'expired');
SELECT pg_temp.refused('nonsense');
RESET herm_jwt.token;

-- hasura.user: believed in workers as in the session, and not for others
SET "hasura.user" = '{"x-hasura-role":"user","x-hasura-user-id":"2"}';
SELECT pg_temp.compare_all();
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION regress_parallel_trusted;
SELECT pg_temp.compare_all();
RESET SESSION AUTHORIZATION;
SET ROLE regress_parallel_app;
SELECT pg_temp.compare_all();
RESET ROLE;
RESET "hasura.user";

-- the unauthorized role
SET herm_jwt.unauthorized_role = 'editor';
SET SESSION AUTHORIZATION regress_parallel_app;
SELECT pg_temp.compare_all();
RESET SESSION AUTHORIZATION;

SET client_min_messages = warning;
DROP SCHEMA regress_parallel CASCADE;
DROP OWNED BY regress_parallel_app, regress_parallel_trusted CASCADE;
DROP ROLE regress_parallel_app, regress_parallel_trusted;
