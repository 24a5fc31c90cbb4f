-- A database that is not UTF8 compares names or values in another encoding.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
SELECT current_database() AS database \gset

CREATE DATABASE regress_herm_latin1 TEMPLATE template0 ENCODING 'LATIN1'
    LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C';
\c regress_herm_latin1
\i :setup
SELECT getdatabaseencoding();

-- every accessor, with a token and without one
SELECT DISTINCT pg_temp.outcome('SELECT herm_jwt.' || call)
FROM (VALUES ('session()'), ('claims()'), ('role()'), ('user_id()'), ('allowed_roles()'),
             ('session_variable(''x-hasura-a'')'), ('session_variable(''x-hasura-a'', 1)'),
             ('require_session_variable(''x-hasura-a'')')) AS calls(call);
SET herm_jwt.token = :'ann';
SELECT DISTINCT pg_temp.outcome('SELECT herm_jwt.' || call)
FROM (VALUES ('session()'), ('claims()'), ('role()'), ('user_id()'), ('allowed_roles()'),
             ('session_variable(''x-hasura-a'')'), ('session_variable(''x-hasura-a'', 1)'),
             ('require_session_variable(''x-hasura-a'')')) AS calls(call);
RESET herm_jwt.token;

-- every other function
SELECT DISTINCT pg_temp.outcome('SELECT herm_jwt.' || call)
FROM (VALUES ('authenticate(''a.b.c'')'), ('authenticate(NULL)'), ('verify(''a.b.c'')'),
             ('verify(''a.b.c'', ''{}'')'), ('resolve(''a.b.c'')'), ('decode(''a.b.c'')'),
             ('inspect(''a.b.c'')'), ('check_jwt_secret(''{}'')'),
             ('provider_config(''auth0'', ''herm.eu.auth0.com'')'),
             ('sign(''{"a":"\u00fc"}'', repeat(''x'', 32))')) AS calls(call);

-- not even for whom hasura.user would count
SET "hasura.user" = '{"x-hasura-role":"admin"}';
SELECT pg_temp.outcome('SELECT herm_jwt.role()');
RESET "hasura.user";

\c :database
CREATE DATABASE regress_herm_ascii TEMPLATE template0 ENCODING 'SQL_ASCII'
    LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C';
\c regress_herm_ascii
\i :setup
SELECT getdatabaseencoding();
SET herm_jwt.token = :'ann';
SELECT pg_temp.outcome('SELECT herm_jwt.role()');

\c :database
DROP DATABASE regress_herm_latin1;
DROP DATABASE regress_herm_ascii;

-- a client may have another encoding: that is the server's business
\i :setup
SELECT pg_temp.hasura('{"x-hasura-allowed-roles":["größe"],"x-hasura-default-role":"größe"}')
       AS sizes \gset
SET herm_jwt.token = :'sizes';
SET client_encoding = 'LATIN1';
SELECT encode(convert_to(herm_jwt.role(), 'UTF8'), 'escape'), length(herm_jwt.role());
RESET client_encoding;
SELECT herm_jwt.role();
