-- The extension cannot be installed, or leaves something behind.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup

-- away with it
DROP EXTENSION herm_jwt;
SELECT count(*) FROM pg_namespace WHERE nspname = 'herm_jwt';
SELECT count(*) FROM pg_proc WHERE probin LIKE '%herm_jwt%';
SELECT count(*) FROM pg_extension WHERE extname = 'herm_jwt';

-- an ordinary role cannot install it
CREATE ROLE regress_extension;
SELECT current_database() AS database \gset
GRANT CREATE ON DATABASE :"database" TO regress_extension;
SET SESSION AUTHORIZATION regress_extension;
CREATE EXTENSION herm_jwt;
RESET SESSION AUTHORIZATION;
REVOKE CREATE ON DATABASE :"database" FROM regress_extension;
DROP ROLE regress_extension;

-- not over a schema of that name, which might be a trap
CREATE SCHEMA herm_jwt;
CREATE EXTENSION herm_jwt;
\echo :LAST_ERROR_SQLSTATE
DROP SCHEMA herm_jwt;
CREATE SCHEMA regress_extension;
CREATE EXTENSION herm_jwt SCHEMA regress_extension;
DROP SCHEMA regress_extension;

-- whatever the search path: nothing of it is used
CREATE SCHEMA regress_trap;
CREATE DOMAIN regress_trap.text AS int;
CREATE DOMAIN regress_trap.jsonb AS int;
SET search_path = regress_trap, pg_catalog;
CREATE EXTENSION herm_jwt;
RESET search_path;
SELECT count(*) FROM pg_depend
WHERE refclassid = 'pg_type'::regclass AND refobjid = 'regress_trap.text'::regtype
  AND classid = 'pg_proc'::regclass;
SET client_min_messages = warning;
DROP SCHEMA regress_trap CASCADE;
RESET client_min_messages;
SELECT herm_jwt.resolve(:'ann');
ALTER EXTENSION herm_jwt SET SCHEMA public;
\echo :LAST_ERROR_SQLSTATE
DROP SCHEMA herm_jwt;

-- objects of others hold on to it, or go with it
CREATE TABLE regress_policy (owner text);
CREATE POLICY own ON regress_policy USING (owner = herm_jwt.user_id());
DROP EXTENSION herm_jwt;
DROP EXTENSION herm_jwt CASCADE;
SELECT count(*) FROM pg_policy WHERE polrelid = 'regress_policy'::regclass;
DROP TABLE regress_policy;

-- and back again, for the tests to come
CREATE EXTENSION herm_jwt;
CREATE EXTENSION IF NOT EXISTS herm_jwt;
SELECT extversion = (SELECT default_version FROM pg_available_extensions
                     WHERE name = 'herm_jwt')
FROM pg_extension WHERE extname = 'herm_jwt';
SELECT herm_jwt.resolve(:'ann');
