-- SPDX-License-Identifier: PostgreSQL
-- Target 14: what it takes to apply and to check permissions of 10 roles and 4 kinds a table, and
-- how that grows with the tables.
CREATE SCHEMA bench_apply;

CREATE FUNCTION bench.permission(role int, body jsonb) RETURNS jsonb
RETURN jsonb_build_object('role', 'r' || role, 'permission', body);

-- Tables 1 to count, each of which refers to the one before it.
CREATE FUNCTION bench.metadata(count int) RETURNS jsonb
LANGUAGE sql AS $$
	WITH filter (condition) AS (VALUES ('{"_or": [{"owner": "X-Hasura-User-Id"},
		{"state": {"_in": ["public", "shared"]}}, {"up": {"owner": {"_eq": "X-Hasura-User-Id"}}}]}'::jsonb)),
	permissions AS (
		SELECT jsonb_agg(bench.permission(role, jsonb_build_object('columns', '["id", "owner", "title", "state"]'::jsonb,
				'filter', condition))) AS of_select,
			jsonb_agg(bench.permission(role, jsonb_build_object('columns', '["id", "title"]'::jsonb, 'check', condition,
				'set', '{"owner": "x-hasura-user-id"}'::jsonb))) AS of_insert,
			jsonb_agg(bench.permission(role, jsonb_build_object('columns', '["title"]'::jsonb, 'filter', condition))) AS of_update,
			jsonb_agg(bench.permission(role, jsonb_build_object('filter', condition))) AS of_delete
		FROM filter, generate_series(1, 10) AS role)
	SELECT jsonb_build_object('version', 3, 'sources', jsonb_build_array(jsonb_build_object(
		'name', 'default', 'kind', 'postgres', 'tables', jsonb_agg(jsonb_build_object(
			'table', jsonb_build_object('schema', 'bench_apply', 'name', 't' || id),
			'object_relationships', '[{"name": "up", "using": {"foreign_key_constraint_on": "parent"}}]'::jsonb,
			'select_permissions', of_select, 'insert_permissions', of_insert,
			'update_permissions', of_update, 'delete_permissions', of_delete)))))
	FROM permissions, generate_series(1, metadata.count) AS id;
$$;

SELECT format('CREATE TABLE bench_apply.t%1$s (id int PRIMARY KEY, owner int, title text, state text,
	parent int REFERENCES bench_apply.t%2$s)', id, greatest(id - 1, 1))
FROM generate_series(1, 200) AS id
\gexec

CREATE PROCEDURE bench.apply_round(tables int, round int)
LANGUAGE plpgsql AS $$
DECLARE
	metadata jsonb := bench.metadata(tables);
	start float8 := bench.cpu();
	count int8;
BEGIN
	SELECT count(*) INTO count FROM herm_jwt.apply_permissions(metadata) AS r WHERE r.outcome <> 'refused';
	PERFORM bench.measured('permissions of ' || tables || ' tables', 'apply', round, bench.cpu() - start);
	PERFORM bench.expect('permissions', count, tables * 40);
	COMMIT;
	start := bench.cpu();
	PERFORM herm_jwt.apply_permissions(metadata);
	PERFORM bench.measured('permissions of ' || tables || ' tables', 'apply again', round, bench.cpu() - start);
	start := bench.cpu();
	SELECT count(*) INTO count FROM herm_jwt.check_permissions(metadata);
	PERFORM bench.measured('permissions of ' || tables || ' tables', 'check', round, bench.cpu() - start);
	PERFORM bench.expect('differences', count, 0);
	start := bench.cpu();
	PERFORM herm_jwt.drop_permissions();
	PERFORM bench.measured('permissions of ' || tables || ' tables', 'drop', round, bench.cpu() - start);
	COMMIT;
END $$;

SET client_min_messages = warning;
SELECT format('CALL bench.apply_round(%s, %s)', tables, round)
FROM generate_series(1, 3) AS round, unnest(ARRAY[100, 200]) AS tables
\gexec
SELECT bench.report('14-apply', bench.median('permissions of 200 tables', 'apply') /
		bench.median('permissions of 100 tables', 'apply')),
	bench.report('14-check', bench.median('permissions of 200 tables', 'check') /
		bench.median('permissions of 100 tables', 'check'));
