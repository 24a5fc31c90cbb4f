-- A session variable comes out as another value or type than the token says.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup

SELECT pg_temp.hasura($${"x-hasura-allowed-roles": ["user"],
    "x-hasura-default-role": "user",
    "x-hasura-user-id": "11111111-2222-3333-4444-555555555555",
    "x-hasura-number": "42", "x-hasura-big": "9223372036854775808",
    "x-hasura-list": "{1,2,3}", "x-hasura-names": "{\"a b\",c,NULL}",
    "x-hasura-json-list": "[1,2]", "x-hasura-yes": "t",
    "x-hasura-day": "2020-02-29", "x-hasura-object": "{\"a\": 1}",
    "x-hasura-text": "Grüße \u263A \"quoted\" \\ back",
    "x-hasura-empty": "", "x-hasura-admin-secret": "no",
    "x-hasura-access-key": "no"}$$) AS rich \gset
SET herm_jwt.token = :'rich';

-- as text, asked for in any case
SELECT herm_jwt.session_variable('x-hasura-user-id');
SELECT herm_jwt.session_variable('X-Hasura-USER-ID');
SELECT herm_jwt.session_variable('x-hasura-text');
SELECT herm_jwt.session_variable('x-hasura-empty') = '' AS is_empty;
SELECT herm_jwt.session_variable('x-hasura-role');

-- absent, unknown to sessions, or no name at all
SELECT herm_jwt.session_variable('x-hasura-none'),
       herm_jwt.session_variable('user-id'),
       herm_jwt.session_variable(''),
       herm_jwt.session_variable(NULL),
       herm_jwt.session_variable('x-hasura-allowed-roles'),
       herm_jwt.session_variable('x-hasura-default-role'),
       herm_jwt.session_variable('x-hasura-admin-secret'),
       herm_jwt.session_variable('x-hasura-access-key'),
       herm_jwt.session_variable(' x-hasura-user-id');
SELECT herm_jwt.session_variable('x-hasura-none', NULL::uuid),
       herm_jwt.session_variable(NULL, NULL::uuid),
       herm_jwt.session_variable(NULL, 7);

-- as another type; the second argument's value does not matter
SELECT herm_jwt.session_variable('x-hasura-user-id', NULL::uuid);
SELECT herm_jwt.session_variable('x-hasura-number', NULL::int) + 1;
SELECT herm_jwt.session_variable('x-hasura-number', 7);
SELECT herm_jwt.session_variable('x-hasura-big', NULL::numeric);
SELECT herm_jwt.session_variable('x-hasura-yes', NULL::boolean);
SELECT herm_jwt.session_variable('x-hasura-day', NULL::date) + 1;
SELECT herm_jwt.session_variable('x-hasura-object', NULL::jsonb) -> 'a';
SELECT herm_jwt.session_variable('x-hasura-text', NULL::text);
SELECT herm_jwt.session_variable('x-hasura-role', NULL::name);
SELECT pg_typeof(herm_jwt.session_variable('x-hasura-user-id', NULL::uuid)),
       pg_typeof(herm_jwt.session_variable('x-hasura-list', NULL::bigint[]));

-- arrays, from the literals that Hasura needs, too
SELECT herm_jwt.session_variable('x-hasura-list', NULL::int[]);
SELECT 2 = ANY (herm_jwt.session_variable('x-hasura-list', NULL::int[])),
       4 = ANY (herm_jwt.session_variable('x-hasura-list', '{}'::int[]));
SELECT array_length(herm_jwt.session_variable('x-hasura-names', NULL::text[]), 1);

-- a domain's constraints hold
CREATE DOMAIN pg_temp.small AS int CHECK (VALUE < 100);
CREATE DOMAIN pg_temp.tiny AS int CHECK (VALUE < 10);
SELECT herm_jwt.session_variable('x-hasura-number', NULL::pg_temp.small);
SELECT pg_temp.outcome(
    'SELECT herm_jwt.session_variable(''x-hasura-number'', NULL::pg_temp.tiny)');

-- a composite and an enum
CREATE TYPE pg_temp.mood AS ENUM ('user', 'editor');
CREATE TYPE pg_temp.pair AS (a int, b text);
SELECT herm_jwt.session_variable('x-hasura-role', NULL::pg_temp.mood);
SELECT pg_temp.outcome(
    'SELECT herm_jwt.session_variable(''x-hasura-text'', NULL::pg_temp.pair)');

-- a text that does not fit the type
SELECT pg_temp.outcome(
    'SELECT herm_jwt.session_variable(''x-hasura-user-id'', NULL::int)');
SELECT pg_temp.outcome(
    'SELECT herm_jwt.session_variable(''x-hasura-empty'', NULL::uuid)');
SELECT pg_temp.outcome(
    'SELECT herm_jwt.session_variable(''x-hasura-big'', NULL::bigint)');
SELECT split_part(pg_temp.outcome(
    'SELECT herm_jwt.session_variable(''x-hasura-json-list'', NULL::int[])'),
    E'\n', 1);
SELECT pg_temp.outcome(
    'SELECT herm_jwt.session_variable(''x-hasura-user-id'', NULL)');

-- one call site with several names keeps them apart
SELECT name, herm_jwt.session_variable(name, NULL::text)
FROM (VALUES ('x-hasura-number'), ('x-hasura-none'), ('x-hasura-list'),
             (NULL), ('X-HASURA-NUMBER'), ('x-hasura-day')) AS names(name);
SELECT name, herm_jwt.session_variable(name, NULL::int[])
FROM (VALUES ('x-hasura-list'), ('x-hasura-none')) AS names(name);

-- the value is that of the name asked for, also where PL/pgSQL asks for one after the other
CREATE FUNCTION pg_temp.text_of(name text) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN herm_jwt.session_variable(name);
END
$$;
CREATE FUNCTION pg_temp.number_of(name text) RETURNS int LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN herm_jwt.session_variable(name, NULL::int);
END
$$;
CREATE FUNCTION pg_temp.required(name text) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN herm_jwt.require_session_variable(name);
END
$$;
SELECT name, pg_temp.text_of(name), pg_temp.required(name)
FROM (VALUES ('x-hasura-number'), ('x-hasura-role')) AS names(name);
SELECT name, pg_temp.number_of(name)
FROM (VALUES ('x-hasura-number'), ('x-hasura-none')) AS names(name);
SELECT pg_temp.outcome($$SELECT pg_temp.required(name)
    FROM (VALUES ('x-hasura-number'), ('x-hasura-none')) AS names(name)$$);

-- a type whose input depends on settings is read anew when they change
CREATE FUNCTION pg_temp.at() RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN herm_jwt.session_variable('x-hasura-at', NULL::timestamptz);
END
$$;
BEGIN;
SELECT herm_jwt.authenticate(pg_temp.hasura('{"x-hasura-allowed-roles":["user"],
    "x-hasura-default-role":"user","x-hasura-at":"2020-01-01 00:00"}')) ->> 'x-hasura-role';
SET LOCAL timezone = 'UTC';
SELECT extract(epoch FROM pg_temp.at())::int;
SET LOCAL timezone = 'Asia/Tokyo';
SELECT extract(epoch FROM pg_temp.at())::int;
ROLLBACK;

-- a value that is remembered from statement to statement is the type's and the session's
CREATE TYPE pg_temp.number;
CREATE FUNCTION pg_temp.number_in(cstring) RETURNS pg_temp.number
    LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION pg_temp.number_out(pg_temp.number) RETURNS cstring
    LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE pg_temp.number
    (INPUT = pg_temp.number_in, OUTPUT = pg_temp.number_out, LIKE = int4);
SELECT pg_temp.hasura('{"x-hasura-allowed-roles":["user"],
    "x-hasura-default-role":"user","x-hasura-number":"70000"}') AS other \gset
PREPARE number AS SELECT herm_jwt.session_variable('x-hasura-number', NULL::pg_temp.number);
EXECUTE number;
EXECUTE number;
SET herm_jwt.token = :'other';
EXECUTE number;
EXECUTE number;
SELECT herm_jwt.session_variable('x-hasura-number', NULL::text);
CREATE OR REPLACE FUNCTION pg_temp.number_in(cstring) RETURNS pg_temp.number
    LANGUAGE internal IMMUTABLE STRICT AS 'int2in';
SELECT pg_temp.outcome('EXECUTE number');
SET herm_jwt.token = :'rich';
EXECUTE number;
