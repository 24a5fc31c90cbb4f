-- A client that shows dates or names in its own way finds differences where there are none.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set applied :srcdir '/sql/include/permissions_applied.psql'
\i :applied
SET herm_jwt.database_role_prefix = 'regress_client_settings_';
SET client_min_messages = warning;
SET timezone = 'Asia/Tokyo';
CREATE SCHEMA settings;
CREATE TABLE settings.visit (on_day date, at timestamptz, took interval, weight float8, picture bytea, price money);
SELECT pg_temp.document(jsonb_build_array(pg_temp.tracked('settings.visit', 'user', '{
	"select": {"columns": ["on_day"], "filter": {"on_day": {"_gt": "2024-03-01"}, "at": {"_gt": "2024-03-01T00:00:00"},
		"took": {"_gt": "1 day 02:00:00"}, "weight": {"_gt": 0.1}, "picture": {"_ne": "\\x01"}, "price": {"_gt": "1"}}}}'))) AS metadata \gset
SELECT * FROM pg_temp.apply(:'metadata');

-- what the caller has set is as before, and a time without a zone is one of the caller's zone
SHOW timezone;
SHOW quote_all_identifiers;
SELECT count(*) FROM pg_policy WHERE polrelid = 'settings.visit'::regclass AND pg_get_expr(polqual, polrelid) ~ '00:00:00 2024 JST';

-- every client sees the same
CREATE FUNCTION pg_temp.differences(setting text, value text, metadata jsonb) RETURNS bigint LANGUAGE sql AS $$
	SELECT set_config(setting, value, true);
	SELECT (SELECT count(*) FROM herm_jwt.check_permissions(metadata)) +
		(SELECT count(*) FROM herm_jwt.plan_permissions(metadata) WHERE statement ~ '"settings"|"visit"');
$$;
SELECT setting, pg_temp.differences(setting, value, :'metadata')
FROM (VALUES ('datestyle', 'SQL, DMY'), ('timezone', 'UTC'), ('intervalstyle', 'iso_8601'), ('extra_float_digits', '-10'),
	('bytea_output', 'escape'), ('quote_all_identifiers', 'on')) AS s (setting, value);

-- so does one that runs the plan by hand
SELECT herm_jwt.drop_permissions() > 0 AS dropped;
SET datestyle = 'SQL, DMY';
SET quote_all_identifiers = on;
BEGIN;
SELECT set_config('settings.metadata', :'metadata', true) \g /dev/null
DO $$
DECLARE
	line text;
BEGIN
	FOR line IN SELECT statement FROM herm_jwt.plan_permissions(current_setting('settings.metadata')::jsonb) ORDER BY step LOOP
		EXECUTE line;
	END LOOP;
END
$$;
COMMIT;
RESET datestyle;
RESET quote_all_identifiers;
SELECT * FROM herm_jwt.check_permissions(:'metadata');
SELECT herm_jwt.drop_permissions() > 0 AS dropped;
DROP SCHEMA settings CASCADE;
