-- What is explained is not what happens.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set permissions :srcdir '/sql/include/permissions.psql'
\i :permissions
SET client_min_messages = warning;
SET herm_jwt.database_role_prefix = 'regress_truth_';
SET herm_jwt.trusted_roles = 'regress_truth_editor';
CREATE ROLE regress_truth_app NOINHERIT;
CREATE ROLE regress_truth_heir;
CREATE ROLE regress_truth_owner;
CREATE ROLE regress_truth_exempt;
CREATE ROLE regress_truth_reporter BYPASSRLS;
CREATE ROLE regress_truth_far;
CREATE ROLE regress_truth_user;
CREATE ROLE regress_truth_editor;
GRANT regress_truth_user, regress_truth_editor TO regress_truth_app, regress_truth_heir;
CREATE SCHEMA regress_truth;
CREATE SCHEMA regress_truth_user;
GRANT USAGE ON SCHEMA regress_truth TO regress_truth_app, regress_truth_owner,
    regress_truth_exempt, regress_truth_reporter, regress_truth_user, regress_truth_editor;
GRANT USAGE ON SCHEMA regress_truth_user TO PUBLIC;

-- tables that differ in one thing each; in all of them an expression of ours is true
CREATE FUNCTION pg_temp.make_table(name text, is_secured boolean DEFAULT true) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE regress_truth.%I (id int, title text)', name);
    EXECUTE format('INSERT INTO regress_truth.%I VALUES (1, ''a''), (2, ''b'')', name);
    EXECUTE format('ALTER TABLE regress_truth.%I OWNER TO regress_truth_owner', name);
    IF is_secured THEN
        EXECUTE format('ALTER TABLE regress_truth.%I ENABLE ROW LEVEL SECURITY', name);
    END IF;
END
$$;
CREATE FUNCTION pg_temp.permit_all(name text, grants text, variables text[] DEFAULT '{}')
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    operation text;
BEGIN
    FOREACH operation IN ARRAY ARRAY['select', 'insert', 'update', 'delete'] LOOP
        PERFORM pg_temp.permit('user', operation, 'regress_truth.' || name, variables);
        PERFORM pg_temp.permit('editor', operation, 'regress_truth.' || name);
    END LOOP;
    EXECUTE format('GRANT %s ON regress_truth.%I TO regress_truth_user, regress_truth_editor,
                    regress_truth_reporter, regress_truth_exempt, regress_truth_far', grants, name);
END
$$;
SELECT pg_temp.make_table(name)
FROM unnest(ARRAY['managed', 'asking', 'columns', 'unreadable', 'lonely', 'forced', 'denied']) AS name;
SELECT pg_temp.make_table('open', false);
SELECT pg_temp.permit_all('managed', 'SELECT, INSERT, UPDATE, DELETE');
SELECT pg_temp.permit_all('asking', 'SELECT, INSERT, UPDATE, DELETE', '{x-hasura-org-id}');
SELECT pg_temp.permit_all('columns', 'SELECT (id, title), INSERT (title), UPDATE (title)');
SELECT pg_temp.permit_all('forced', 'SELECT, INSERT, UPDATE, DELETE');
SELECT pg_temp.permit('user', 'update', 'regress_truth.unreadable');
GRANT ALL ON regress_truth.unreadable, regress_truth.lonely, regress_truth.open,
    regress_truth.denied TO regress_truth_user, regress_truth_exempt;
ALTER TABLE regress_truth.forced FORCE ROW LEVEL SECURITY;
CREATE POLICY herm_jwt_owner ON regress_truth.forced FOR SELECT TO regress_truth_owner
    USING (true);
COMMENT ON POLICY herm_jwt_owner ON regress_truth.forced IS 'herm_jwt {}';
CREATE POLICY herm_jwt_exempt ON regress_truth.forced TO regress_truth_exempt
    USING (true) WITH CHECK (true);
COMMENT ON POLICY herm_jwt_exempt ON regress_truth.forced IS 'herm_jwt {}';
CREATE POLICY never ON regress_truth.denied AS RESTRICTIVE USING (false);
SELECT pg_temp.make_role_view('regress_truth_user.regress_truth_lonely', 'user',
                              'regress_truth.lonely');
SELECT pg_temp.make_role_view('regress_truth_user.regress_truth_asking', 'user',
                              'regress_truth.asking', '{x-hasura-org-id}');
GRANT SELECT ON ALL TABLES IN SCHEMA regress_truth_user TO regress_truth_user;

-- what a statement does: whether it reaches a row, or why not
CREATE FUNCTION pg_temp.truth(target text, operation text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    reached int;
BEGIN
    EXECUTE format(CASE operation
                       WHEN 'select' THEN 'SELECT FROM %s'
                       WHEN 'insert' THEN 'INSERT INTO %s (title) VALUES (''c'')'
                       WHEN 'update' THEN 'UPDATE %s SET title = ''c'''
                       ELSE 'DELETE FROM %s' END, target);
    GET DIAGNOSTICS reached = ROW_COUNT;
    RAISE EXCEPTION USING MESSAGE = CASE WHEN reached > 0 THEN 'rows' ELSE 'none' END,
                          ERRCODE = 'AAAAA';
EXCEPTION WHEN OTHERS THEN
    RETURN CASE SQLSTATE WHEN 'AAAAA' THEN SQLERRM ELSE regexp_replace(SQLERRM, ' for .*', '') END;
END
$$;
CREATE TEMP TABLE compared (who text, role text, target text, operation text, applies boolean,
                            verdict text, truth text);
CREATE FUNCTION pg_temp.compare(who text, session text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    target record;
    operation text;
    explained record;
    truth text;
    found compared[];
BEGIN
    PERFORM set_config('herm_jwt.token', session, false);
    EXECUTE format('SET ROLE %I', who);
    FOR target IN SELECT oid, oid::regclass::text AS name FROM pg_class
                  WHERE relnamespace IN ('regress_truth'::regnamespace,
                                         'regress_truth_user'::regnamespace) LOOP
        FOREACH operation IN ARRAY ARRAY['select', 'insert', 'update', 'delete'] LOOP
            SELECT e.applies, e.verdict INTO explained
            FROM herm_jwt.explain_access(target.oid, operation) AS e
            WHERE e.object LIKE operation || ' on %';
            truth := pg_temp.truth(target.name, operation);
            found := found || (who, herm_jwt.role(), target.name, operation, explained.applies,
                               explained.verdict, truth)::compared;
        END LOOP;
    END LOOP;
    RESET ROLE;
    INSERT INTO compared SELECT * FROM unnest(found);
END
$$;
SELECT pg_temp.hasura('{"x-hasura-allowed-roles":["user"],"x-hasura-default-role":"user",
    "x-hasura-org-id":"o"}') AS org,
       pg_temp.hasura('{"x-hasura-allowed-roles":["editor"],"x-hasura-default-role":"editor"}')
       AS editor,
       pg_temp.hasura('{"x-hasura-allowed-roles":["guest"],"x-hasura-default-role":"guest"}')
       AS guest \gset
SELECT
FROM unnest(ARRAY['regress_truth_app', 'regress_truth_heir', 'regress_truth_owner',
                  'regress_truth_exempt', 'regress_truth_reporter', 'regress_truth_user',
                  'regress_truth_editor', 'regress_truth_far', current_user]) AS who,
     unnest(ARRAY['', :'ann', :'org', :'editor', :'guest']) AS session
WHERE pg_temp.compare(who, session) IS NULL;
RESET herm_jwt.token;

-- all of them, and where explanation and truth part
SELECT count(*), count(DISTINCT verdict) FROM compared;
SELECT * FROM compared WHERE applies AND truth <> 'rows' OR NOT applies AND truth = 'rows';

-- which truths each verdict stands for
SELECT verdict, array_agg(DISTINCT truth ORDER BY truth) FROM compared GROUP BY verdict
ORDER BY verdict COLLATE "C";

-- a parallel worker explains the same
CREATE TABLE regress_truth.many AS SELECT n FROM generate_series(1, 1000) AS n;
ALTER TABLE regress_truth.many SET (parallel_workers = 2);
CREATE FUNCTION pg_temp.verdict(target oid) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT verdict FROM herm_jwt.explain_access(target) WHERE object LIKE 'select on %'
$$;
CREATE FUNCTION pg_temp.is_parallel(statement text) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN ' || statement LOOP
        IF line LIKE '%Workers Planned%' THEN
            RETURN true;
        END IF;
    END LOOP;
    RETURN false;
END
$$;
GRANT SELECT ON regress_truth.many TO regress_truth_user;
SELECT 'regress_truth.managed'::regclass::oid AS managed \gset
\set statement 'SELECT pg_temp.verdict((' :managed ' + n - n)::oid), count(*) FROM regress_truth.many GROUP BY 1'
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET parallel_leader_participation = off;
SET ROLE regress_truth_user;
SET herm_jwt.token = :'org';
SELECT pg_temp.is_parallel(:'statement');
:statement;
RESET herm_jwt.token;
:statement;
RESET ROLE;

DROP SCHEMA regress_truth, regress_truth_user CASCADE;
DROP ROLE regress_truth_far, regress_truth_app, regress_truth_heir, regress_truth_owner, regress_truth_exempt,
          regress_truth_reporter, regress_truth_user, regress_truth_editor;
