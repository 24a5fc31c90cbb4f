-- A policy keeps the moment when it was made, and shows what has expired since.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
SET client_min_messages = warning;
SET herm_jwt.database_role_prefix = 'regress_moment_';
CREATE TABLE offer (id int, until timestamptz, day date, at timestamp, during tstzrange, word text);

-- a permission for each expression; roles are r1, r2, ...
CREATE FUNCTION pg_temp.metadata(VARIADIC filters text[]) RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_build_object('version', 3, 'sources', jsonb_build_array(jsonb_build_object('name', 'default',
		'kind', 'postgres', 'tables', jsonb_build_array(jsonb_build_object('table', 'offer', 'select_permissions',
		jsonb_agg(jsonb_build_object('role', 'r' || n, 'permission',
			jsonb_build_object('columns', '*', 'filter', filter::jsonb)) ORDER BY n))))))
	FROM unnest(filters) WITH ORDINALITY f (filter, n)
$$;

-- now is when the statement asks
SELECT role, outcome FROM herm_jwt.apply_permissions(pg_temp.metadata(
	'{"until": {"_gt": "now()"}}', '{"until": {"_lte": "NOW"}}', '{"until": "now()"}'));
SELECT polname, pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polrelid = 'offer'::regclass ORDER BY 1;
SELECT * FROM herm_jwt.check_permissions(pg_temp.metadata(
	'{"until": {"_gt": "now()"}}', '{"until": {"_lte": "NOW"}}', '{"until": "now()"}'));

-- a row that has expired since
INSERT INTO offer (id, until) VALUES (1, now()), (2, now() + '1 day');
SELECT herm_jwt.sign('{"https://hasura.io/jwt/claims": {"x-hasura-allowed-roles": ["r1"], "x-hasura-default-role": "r1"}}',
	'0123456789abcdef0123456789abcdef') AS token \gset
SET herm_jwt.jwt_secret = '{"type": "HS256", "key": "0123456789abcdef0123456789abcdef"}';
SET herm_jwt.token = :'token';
SET ROLE regress_moment_r1;
SELECT id FROM offer ORDER BY id;
RESET ROLE;

-- other words mean what the client's time zone makes of them: refused
SELECT role, outcome, reason, detail FROM herm_jwt.review_permissions(pg_temp.metadata(
	'{"until": {"_gt": "today"}}', '{"day": {"_lt": "Tomorrow"}}', '{"at": {"_gt": "now()"}}',
	'{"until": {"_in": ["now()"]}}', '{"during": {"_eq": "[now,infinity)"}}', '{"until": {"_gt": "now UTC"}}'));

-- and these are no such words
SELECT role, outcome FROM herm_jwt.review_permissions(pg_temp.metadata(
	'{"word": "now"}', '{"word": {"_in": ["today"]}}', '{"until": {"_lt": "infinity"}}', '{"day": "2024-02-29"}'));

SELECT herm_jwt.drop_permissions() > 0;
DROP TABLE offer;
