-- Policies read the wrong user, or one although there is none.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup

-- without a token there is no session
SELECT herm_jwt.session(), herm_jwt.claims(), herm_jwt.role(),
       herm_jwt.user_id(), herm_jwt.allowed_roles(),
       herm_jwt.session_variable('x-hasura-user-id'),
       herm_jwt.session_variable('x-hasura-user-id', NULL::int);

-- an empty one counts as none
SET herm_jwt.token = '';
SET herm_jwt.role = 'editor';
SELECT herm_jwt.session(), herm_jwt.claims(), herm_jwt.role(),
       herm_jwt.user_id(), herm_jwt.allowed_roles();
RESET herm_jwt.role;

-- a token set by hand
SET herm_jwt.token = :'ann';
SELECT herm_jwt.session();
SELECT herm_jwt.claims();
SELECT herm_jwt.role();
SELECT herm_jwt.user_id();
SELECT herm_jwt.allowed_roles();
SELECT pg_typeof(herm_jwt.session()), pg_typeof(herm_jwt.claims()),
       pg_typeof(herm_jwt.role()), pg_typeof(herm_jwt.user_id()),
       pg_typeof(herm_jwt.allowed_roles());

-- with the prefix of the HTTP header
SELECT set_config('herm_jwt.token', 'Bearer ' || :'ann', false) IS NULL;
SELECT herm_jwt.role(), herm_jwt.user_id();

-- the requested role; an empty one is none
SET herm_jwt.role = 'editor';
SELECT herm_jwt.role(), herm_jwt.session() ->> 'x-hasura-role';
SET herm_jwt.role = '';
SELECT herm_jwt.role();
SET herm_jwt.role = 'Editor';
SELECT pg_temp.outcome('SELECT herm_jwt.role()');
RESET herm_jwt.role;

-- a token without x-hasura-user-id
SELECT pg_temp.hasura('{"x-hasura-allowed-roles":["user"],
                        "x-hasura-default-role":"user"}') AS nobody \gset
SET herm_jwt.token = :'nobody';
SELECT herm_jwt.user_id(), herm_jwt.role(), herm_jwt.session();

-- names of variables come out in lower case, and in it alone
SELECT pg_temp.hasura('{"X-HASURA-ALLOWED-ROLES":["user"],
                        "X-Hasura-Default-Role":"user",
                        "X-Hasura-User-Id":"1", "x-Hasura-ORG":"Acme",
                        "other":{"a":1}, "x-hasura":"no", "hasura-x":7}') AS mixed
\gset
SET herm_jwt.token = :'mixed';
SELECT herm_jwt.session();
SELECT herm_jwt.user_id(), herm_jwt.allowed_roles();
SELECT herm_jwt.claims() -> 'https://hasura.io/jwt/claims';

-- the same values for each row
SELECT DISTINCT herm_jwt.user_id(), herm_jwt.role(), herm_jwt.session()
FROM generate_series(1, 1000);

-- one call site, many names
SELECT name, herm_jwt.session_variable(name)
FROM (VALUES ('x-hasura-org'), ('x-hasura-user-id'), ('X-HASURA-ORG'),
             (NULL), ('x-hasura-none'), ('')) AS names(name);
