-- SPDX-License-Identifier: PostgreSQL
-- rls.sql: a table of :rows rows, and the same policy in each style, each for a role of its own.
-- One row is Ann's. The server's configuration is that of RS256.
\ir peers/supabase.sql
GRANT USAGE ON SCHEMA auth TO PUBLIC;

CREATE TABLE bench.item (id int PRIMARY KEY, owner uuid NOT NULL, title text NOT NULL);
INSERT INTO bench.item
	SELECT id, CASE id WHEN :rows / 2 THEN bench.ann() ELSE gen_random_uuid() END, 'item ' || id
	FROM generate_series(1, :rows) AS id;
CREATE INDEX ON bench.item (owner);
GRANT SELECT ON bench.item TO PUBLIC;
ALTER TABLE bench.item ENABLE ROW LEVEL SECURITY;
VACUUM ANALYZE bench.item;

-- Slow ones are measured in the first three rounds only.
CREATE TABLE bench.style (style text PRIMARY KEY, is_slow boolean, owner text);
INSERT INTO bench.style VALUES
	('literal', false, $$'a0000000-0000-4000-8000-000000000001'::uuid$$),
	('herm', false, $$herm_jwt.session_variable('x-hasura-user-id', NULL::uuid)$$),
	('herm_select', false, $$(SELECT herm_jwt.session_variable('x-hasura-user-id', NULL::uuid))$$),
	('herm_text', false, $$herm_jwt.user_id()::uuid$$),
	('setting', false, $$current_setting('app.user_id')::uuid$$),
	('postgrest', true, $$(current_setting('request.jwt.claims', true)::jsonb ->> 'sub')::uuid$$),
	('postgrest_json', true, $$(current_setting('request.jwt.claims', true)::json ->> 'sub')::uuid$$),
	('postgrest_select', false, $$(SELECT (current_setting('request.jwt.claims', true)::jsonb ->> 'sub')::uuid)$$),
	('supabase', true, $$auth.uid()$$),
	('supabase_select', false, $$(SELECT auth.uid())$$);
SELECT format('CREATE ROLE bench_%1$s; CREATE POLICY %1$s ON bench.item TO bench_%1$s USING (owner = %2$s)',
	style, owner) FROM bench.style
\gexec

-- Every style finds its user in this session: verified by ours, believed by the others.
CREATE FUNCTION bench.log_in() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('herm_jwt.jwt_secret', bench.config('RS256', 0), false);
	PERFORM set_config('herm_jwt.token', bench.token('RS256', 1), false);
	PERFORM set_config('request.jwt.claims', bench.payload(1)::text, false);
	PERFORM set_config('app.user_id', bench.ann()::text, false);
	PERFORM set_config('jit', 'off', false);
	PERFORM set_config('max_parallel_workers_per_gather', '0', false);
END $$;

-- 'sequential' or 'index': how the next statements look for Ann's row.
CREATE FUNCTION bench.scan_by(method text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	setting text;
BEGIN
	FOREACH setting IN ARRAY ARRAY['enable_indexscan', 'enable_indexonlyscan', 'enable_bitmapscan'] LOOP
		PERFORM set_config(setting, (method = 'index')::text, false);
	END LOOP;
	PERFORM set_config('enable_seqscan', (method = 'sequential')::text, false);
END $$;

-- A plan must be what the target speaks of, and show one row.
CREATE FUNCTION bench.check_plan(statement text, wanted text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	plan text;
	found int8;
BEGIN
	EXECUTE 'EXPLAIN (FORMAT json) ' || statement INTO plan;
	EXECUTE statement INTO found;
	IF plan NOT LIKE '%' || wanted || '%' OR found <> 1 THEN
		RAISE EXCEPTION 'not what was to be measured: % rows of %', found, plan;
	END IF;
END $$;

-- Times are divided by per: the rows of the table, or 1.
CREATE PROCEDURE bench.scan_round(method text, statement text, steps int, per int, round int)
LANGUAGE plpgsql AS $$
DECLARE
	style text;
	ns float8;
BEGIN
	PERFORM bench.scan_by(method);
	FOR style IN SELECT s.style FROM bench.style AS s
		WHERE round <= 3 OR NOT s.is_slow OR method = 'index' ORDER BY md5(s.style || round) LOOP
		PERFORM set_config('role', 'bench_' || style, false);
		IF round = 1 THEN
			PERFORM bench.check_plan(statement,
				CASE method WHEN 'index' THEN 'Index' ELSE 'Seq Scan' END);
		END IF;
		ns := bench.statement(statement, steps);
		PERFORM set_config('role', 'none', false);
		PERFORM bench.measured('scan ' || method, style, round, ns / per);
	END LOOP;
	COMMIT;
END $$;
