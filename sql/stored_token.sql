-- A token is stored where everybody can read it.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
SELECT current_database() AS database \gset
CREATE ROLE regress_stored_token;

ALTER ROLE regress_stored_token SET herm_jwt.token = 'secret';
\echo :LAST_ERROR_SQLSTATE
SELECT statement, split_part(pg_temp.outcome(
           format('%s herm_jwt.token = %L', replace(statement, '@', quote_ident(:'database')),
                  'secret')), E'\n', 1)
FROM (VALUES ('ALTER ROLE regress_stored_token SET'),
             ('ALTER ROLE ALL SET'), ('ALTER DATABASE @ SET'),
             ('ALTER ROLE regress_stored_token IN DATABASE @ SET'))
     AS statements(statement);

-- functions
CREATE FUNCTION pg_temp.carries() RETURNS int
LANGUAGE sql SET herm_jwt.token = 'secret' AS 'SELECT 1';
CREATE FUNCTION pg_temp.carries() RETURNS int
LANGUAGE sql AS 'SELECT 1';
ALTER FUNCTION pg_temp.carries() SET herm_jwt.token = 'secret';

-- the current one: not under another name either
SET herm_jwt.token = :'ann';
ALTER ROLE regress_stored_token SET herm_jwt.token FROM CURRENT;
ALTER FUNCTION pg_temp.carries() SET herm_jwt.token FROM CURRENT;
RESET herm_jwt.token;

-- the server's files
\set VERBOSITY sqlstate
ALTER SYSTEM SET herm_jwt.token = 'secret';
\set VERBOSITY default

-- an ordinary role for itself
SET SESSION AUTHORIZATION regress_stored_token;
ALTER ROLE regress_stored_token SET herm_jwt.token = 'secret';
RESET SESSION AUTHORIZATION;

-- nothing has been stored
SELECT count(*) FROM pg_db_role_setting
WHERE setconfig::text LIKE '%herm_jwt.token%'
  AND (setrole = 'regress_stored_token'::regrole OR
       setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()));
SELECT proconfig FROM pg_proc WHERE proname = 'carries';
SELECT count(*) FROM pg_file_settings WHERE name = 'herm_jwt.token';

-- an empty token is none, and no secret
ALTER ROLE regress_stored_token SET herm_jwt.token = '';
ALTER ROLE regress_stored_token SET herm_jwt.role = 'editor';
SELECT setconfig FROM pg_db_role_setting
WHERE setrole = 'regress_stored_token'::regrole;
ALTER ROLE regress_stored_token RESET ALL;

-- a function that wants no session around it
CREATE FUNCTION pg_temp.alone() RETURNS text
LANGUAGE sql SET herm_jwt.token = '' AS 'SELECT herm_jwt.role()';
SET herm_jwt.token = :'ann';
SELECT herm_jwt.role(), pg_temp.alone(), herm_jwt.role();

DROP ROLE regress_stored_token;
