-- A symmetric key is stored where everybody can read it, or a bad
-- configuration is stored at all.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\set keys :srcdir '/sql/include/keys.psql'
\i :setup
\i :keys
SELECT current_database() AS database,
       pg_temp.key_config('RS512', :'rsa_certificate') AS public_config \gset
CREATE ROLE regress_stored_secret;

ALTER DATABASE :"database" SET herm_jwt.jwt_secret = :'config';
\echo :LAST_ERROR_SQLSTATE
ALTER SYSTEM SET herm_jwt.jwt_secret = :'config';
\echo :LAST_ERROR_SQLSTATE
ALTER ROLE regress_stored_secret SET herm_jwt.jwt_secret = :'config';
ALTER ROLE ALL SET herm_jwt.jwt_secret = :'config';
ALTER ROLE regress_stored_secret IN DATABASE :"database" SET herm_jwt.jwt_secret = :'config';
CREATE FUNCTION pg_temp.carries() RETURNS int
LANGUAGE sql SET herm_jwt.jwt_secret = :'config' AS 'SELECT 1';
CREATE FUNCTION pg_temp.carries() RETURNS int
LANGUAGE sql AS 'SELECT 1';
ALTER FUNCTION pg_temp.carries() SET herm_jwt.jwt_secret = :'config';

-- the current one does not come through either
ALTER DATABASE :"database" SET herm_jwt.jwt_secret FROM CURRENT;

-- bad configurations, with Hasura's words
ALTER DATABASE :"database" SET herm_jwt.jwt_secret = '{"type":"HS256","key":"short"}';
ALTER DATABASE :"database" SET herm_jwt.jwt_secret = 'nonsense';
ALTER SYSTEM SET herm_jwt.jwt_secret = '{"type":"RS256","key":"x"}';
SET herm_jwt.jwt_secret = '{}';
SELECT set_config('herm_jwt.jwt_secret', '[]', false);

-- nothing has been stored, and the session's own is still there
SELECT count(*) FROM pg_db_role_setting
WHERE setconfig::text LIKE '%herm_jwt.jwt_secret%'
  AND (setrole = 'regress_stored_secret'::regrole OR
       setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()));
SELECT proconfig FROM pg_proc WHERE proname = 'carries';
SELECT count(*) FROM pg_file_settings
WHERE name = 'herm_jwt.jwt_secret' AND sourcefile LIKE '%auto.conf';
SELECT herm_jwt.verify(:'ann') ->> 'sub';

-- a public key may be stored, and is in force from the next connection on
ALTER DATABASE :"database" SET herm_jwt.jwt_secret = :'public_config';
\c -
SELECT set_config('herm_jwt.token', :'token_auth0_hasura', false) \gset ignored_
SELECT herm_jwt.user_id();
SHOW herm_jwt.jwt_secret;
RESET herm_jwt.jwt_secret;
SELECT herm_jwt.user_id();
ALTER DATABASE :"database" RESET herm_jwt.jwt_secret;

-- for one role as well; others know nothing of it
ALTER ROLE regress_stored_secret LOGIN;
ALTER ROLE regress_stored_secret SET herm_jwt.jwt_secret = :'public_config';
SELECT count(*) FROM pg_db_role_setting
WHERE setrole = 'regress_stored_secret'::regrole AND setconfig::text LIKE '%CERTIFICATE%';
DROP ROLE regress_stored_secret;
