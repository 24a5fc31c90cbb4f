-- SPDX-License-Identifier: PostgreSQL
-- Target 13: filters of Hasura's permissions as they are compiled, over policies written by hand,
-- on the same table. One row is Ann's; everybody's team has one row.
SELECT bench.log_in();
CREATE TABLE bench.team (id int PRIMARY KEY);
CREATE TABLE bench.member (team_id int REFERENCES bench.team, account uuid, PRIMARY KEY (team_id, account));
CREATE TABLE bench.document (id int PRIMARY KEY, owner uuid NOT NULL, team_id int REFERENCES bench.team);
INSERT INTO bench.team SELECT generate_series(1, 1000);
INSERT INTO bench.member
	SELECT id, CASE id WHEN 500 THEN bench.ann() ELSE gen_random_uuid() END FROM bench.team;
INSERT INTO bench.document
	SELECT id, CASE id WHEN :rows / 2 THEN bench.ann() ELSE gen_random_uuid() END,
		CASE id WHEN :rows / 2 THEN 500 ELSE CASE WHEN id % 1000 IN (0, 500) THEN 1 ELSE id % 1000 END END
	FROM generate_series(1, :rows) AS id;
CREATE INDEX ON bench.document (owner);
CREATE INDEX ON bench.document (team_id);

CREATE TABLE bench.filter (name text PRIMARY KEY, hasura jsonb, by_hand text);
INSERT INTO bench.filter VALUES
	('owner', '{"owner": {"_eq": "X-Hasura-User-Id"}}',
		$$owner = (SELECT herm_jwt.session_variable('x-hasura-user-id')::uuid)$$),
	('relationship', '{"team": {"members": {"account": "X-Hasura-User-Id"}}}',
		$$EXISTS (SELECT 1 FROM bench.member AS m WHERE m.team_id = document.team_id
			AND m.account = (SELECT herm_jwt.session_variable('x-hasura-user-id')::uuid))$$);

-- Two roles a filter; a token has one role, so that each filter is applied in its turn.
CREATE FUNCTION bench.apply(filter text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	metadata jsonb := jsonb_build_object('version', 3, 'sources', jsonb_build_array(jsonb_build_object(
		'name', 'default', 'kind', 'postgres', 'tables', jsonb_build_array(
			jsonb_build_object('table', '{"schema": "bench", "name": "document"}'::jsonb,
				'object_relationships', '[{"name": "team", "using": {"foreign_key_constraint_on": "team_id"}}]'::jsonb,
				'select_permissions', jsonb_build_array(jsonb_build_object('role', 'user', 'permission',
					jsonb_build_object('columns', '*', 'filter',
						(SELECT f.hasura FROM bench.filter AS f WHERE f.name = filter))))),
			'{"table": {"schema": "bench", "name": "team"}, "array_relationships": [{"name": "members",
				"using": {"foreign_key_constraint_on": {"table": {"schema": "bench", "name": "member"}, "column": "team_id"}}}]}'::jsonb,
			'{"table": {"schema": "bench", "name": "member"}}'::jsonb))));
	refused int;
BEGIN
	SELECT count(*) INTO refused FROM herm_jwt.apply_permissions(metadata) AS r WHERE r.outcome <> 'exact';
	PERFORM bench.expect('permissions that are not exact', refused, 0);
	EXECUTE (SELECT format('DROP POLICY IF EXISTS by_hand ON bench.document;
		CREATE POLICY by_hand ON bench.document FOR SELECT TO bench_by_hand
			USING ((SELECT herm_jwt.role()) = ''user'' AND %s)', f.by_hand)
		FROM bench.filter AS f WHERE f.name = filter);
END $$;
CREATE ROLE bench_by_hand;
GRANT SELECT ON bench.document, bench.member TO bench_by_hand;
VACUUM ANALYZE bench.document;
VACUUM ANALYZE bench.member;
VACUUM ANALYZE bench.team;

CREATE PROCEDURE bench.permission_round(filter text, method text, steps int, round int)
LANGUAGE plpgsql AS $$
DECLARE
	role text;
	ns float8;
BEGIN
	PERFORM bench.scan_by(method);
	FOREACH role IN ARRAY ARRAY['hasura_user', 'bench_by_hand'] LOOP
		PERFORM set_config('role', role, false);
		IF round = 1 THEN
			PERFORM bench.check_plan('SELECT count(*) FROM bench.document',
				CASE method WHEN 'index' THEN 'Index' ELSE 'Seq Scan' END);
		END IF;
		ns := bench.statement('SELECT count(*) FROM bench.document', steps);
		PERFORM set_config('role', 'none', false);
		PERFORM bench.measured('permission ' || filter || ' ' || method, role, round, ns);
	END LOOP;
	COMMIT;
END $$;

SELECT bench.apply('owner');
SELECT format('CALL bench.permission_round(''owner'', ''sequential'', 1, %s)', round)
FROM generate_series(1, :scans) AS round
\gexec
SELECT format('CALL bench.permission_round(''owner'', ''index'', 200, %s)', round)
FROM generate_series(1, :rounds) AS round
\gexec
SELECT bench.apply('relationship');
SELECT format('CALL bench.permission_round(''relationship'', ''sequential'', 1, %s)', round)
FROM generate_series(1, :scans) AS round
\gexec
SELECT bench.report('13-scan', bench.ratio('permission owner sequential', 'hasura_user', 'bench_by_hand')),
	bench.report('13-index', bench.ratio('permission owner index', 'hasura_user', 'bench_by_hand')),
	bench.report('13-relationship', bench.ratio('permission relationship sequential', 'hasura_user', 'bench_by_hand'));
