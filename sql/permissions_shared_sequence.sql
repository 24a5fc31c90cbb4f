-- Two tables take their numbers from one sequence, and a role that writes to one of them loses it.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set applied :srcdir '/sql/include/permissions_applied.psql'
\i :applied
SET herm_jwt.database_role_prefix = 'regress_shared_sequence_';
SET client_min_messages = warning;
CREATE SCHEMA shared;
CREATE SEQUENCE shared.number;
CREATE TABLE shared.letter (id bigint DEFAULT nextval('shared.number'), body text);
CREATE TABLE shared.parcel (id bigint DEFAULT nextval('shared.number'), body text);
SELECT pg_temp.document(jsonb_build_array(
	pg_temp.tracked('shared.letter', 'user', '{"select": {"columns": "*", "filter": {}}, "insert": {"columns": ["body"], "check": {}}}'),
	pg_temp.tracked('shared.parcel', 'user', '{"select": {"columns": "*", "filter": {}}}'))) AS metadata \gset
SELECT * FROM pg_temp.apply(:'metadata');
SELECT * FROM herm_jwt.check_permissions(:'metadata');
SELECT * FROM pg_temp.apply(:'metadata');
SELECT pg_temp.as_role('user', '{}', $$INSERT INTO shared.letter (body) VALUES ('mine') RETURNING id$$);

-- nobody inserts any more
SELECT pg_temp.document(jsonb_build_array(
	pg_temp.tracked('shared.letter', 'user', '{"select": {"columns": "*", "filter": {}}}'),
	pg_temp.tracked('shared.parcel', 'user', '{"select": {"columns": "*", "filter": {}}}'))) AS metadata \gset
SELECT * FROM herm_jwt.check_permissions(:'metadata') WHERE object LIKE 'sequence %';
SELECT * FROM pg_temp.apply(:'metadata');
SELECT has_sequence_privilege('regress_shared_sequence_user', 'shared.number', 'USAGE');
SELECT herm_jwt.drop_permissions() > 0 AS dropped;
DROP SCHEMA shared CASCADE;
