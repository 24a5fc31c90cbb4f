-- A NULL argument ends the session, or is taken for a value.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup

SELECT herm_jwt.verify(NULL), herm_jwt.verify(NULL, NULL),
       herm_jwt.resolve(NULL), herm_jwt.resolve(NULL, NULL, NULL);
SELECT count(*) FROM herm_jwt.decode(NULL);
SELECT count(*) FROM herm_jwt.inspect(NULL);
SELECT count(*) FROM herm_jwt.inspect(NULL, '{}', 'user');
SELECT herm_jwt.check_jwt_secret(NULL);
SELECT herm_jwt.provider_config(NULL, 'herm.eu.auth0.com'),
       herm_jwt.provider_config('auth0', NULL), herm_jwt.provider_config(NULL, NULL);
SELECT herm_jwt.session_variable(NULL),
       herm_jwt.session_variable(NULL, NULL::text),
       herm_jwt.require_session_variable(NULL);
SELECT pg_temp.outcome('SELECT herm_jwt.authenticate(NULL)');
SELECT pg_temp.outcome('SELECT herm_jwt.authenticate(NULL, ''user'')');

-- sign: nothing comes of nothing
SELECT herm_jwt.sign(NULL, :'key');
SELECT herm_jwt.sign(NULL, NULL, NULL, NULL);
SELECT pg_temp.outcome('SELECT herm_jwt.sign(''{}'', NULL) IS NULL') ~ '^(true|22)';
SELECT pg_temp.outcome('SELECT herm_jwt.sign(''{}'', ''k'', NULL) IS NULL') ~ '^(true|22)';

-- a NULL configuration is the configured one, a NULL role the default one
SELECT herm_jwt.verify(:'ann', NULL) ->> 'sub';
SELECT herm_jwt.resolve(:'ann', NULL, NULL);
SELECT count(*) FROM herm_jwt.inspect(:'ann', NULL, NULL) WHERE status = 'ok';

-- but a refused token raises, whatever is asked for
SET herm_jwt.token = 'refused';
SELECT pg_temp.outcome('SELECT herm_jwt.session_variable(NULL)');
SELECT pg_temp.outcome('SELECT herm_jwt.session_variable(NULL, NULL::int)');
SELECT pg_temp.outcome('SELECT herm_jwt.require_session_variable(NULL)');
RESET herm_jwt.token;
