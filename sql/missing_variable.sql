-- A permission that needs a variable lets a session without it pass.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup

CREATE FUNCTION pg_temp.require(name text) RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.outcome(
        format('SELECT herm_jwt.require_session_variable(%L)', name))
$$;

SET herm_jwt.token = :'ann';
SELECT pg_temp.require('x-hasura-user-id');
SELECT pg_temp.require('X-HASURA-User-Id');
SELECT pg_temp.require('x-hasura-role');
SELECT pg_temp.require('x-hasura-org-id');
SELECT pg_temp.require('X-Hasura-Org-Id');
SELECT pg_temp.require('');
SELECT pg_temp.require(NULL);
SELECT pg_temp.require('x-hasura-allowed-roles');
SELECT pg_temp.require(E'x-hasura-\n' || repeat('long', 30));

-- a variable that is the empty string is there
SELECT pg_temp.hasura('{"x-hasura-allowed-roles":["user"],
    "x-hasura-default-role":"user","x-hasura-user-id":""}') AS empty \gset
SET herm_jwt.token = :'empty';
SELECT herm_jwt.require_session_variable('x-hasura-user-id') = '';

-- without a session
RESET herm_jwt.token;
SELECT pg_temp.require('x-hasura-user-id');

-- with a refused token it is the token's error
SET herm_jwt.token = :'expired';
SELECT pg_temp.require('x-hasura-user-id');

-- bare it is an error whatever the rows; in a subquery, once a row needs it
RESET herm_jwt.token;
CREATE TEMP TABLE note (owner text);
SELECT count(*) FROM note
WHERE owner = herm_jwt.require_session_variable('x-hasura-user-id');
SELECT count(*) FROM note
WHERE owner = (SELECT herm_jwt.require_session_variable('x-hasura-user-id'));
INSERT INTO note VALUES ('1');
SELECT count(*) FROM note
WHERE owner = (SELECT herm_jwt.require_session_variable('x-hasura-user-id'));
\echo :LAST_ERROR_SQLSTATE
