-- A token that should be accepted is refused, or the other way round.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup

BEGIN;
SELECT herm_jwt.authenticate(:'ann');
SELECT herm_jwt.role(), herm_jwt.user_id();
SELECT herm_jwt.authenticate(:'ann', 'editor');
SELECT herm_jwt.role();

-- without a role, an earlier request is cleared
SELECT herm_jwt.authenticate(:'ann');
SELECT herm_jwt.role(), current_setting('herm_jwt.role');
SELECT herm_jwt.authenticate(:'ann', 'editor') ->> 'x-hasura-role';
SELECT herm_jwt.authenticate(:'bob', NULL) ->> 'x-hasura-role';

-- an empty role is the default role
SELECT herm_jwt.authenticate(:'ann', '') ->> 'x-hasura-role';

-- by name
SELECT herm_jwt.authenticate(token => :'ann', role => 'user', is_local => true,
                             set_role => false);
ROLLBACK;

-- what may stand before the token, and what may not
CREATE FUNCTION pg_temp.try(token text) RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.outcome(format('SELECT herm_jwt.authenticate(%L)', token))
$$;
SELECT pg_temp.try('Bearer ' || :'ann');
SELECT pg_temp.try(NULL);
SELECT pg_temp.try('');
SELECT pg_temp.try(' ');
SELECT pg_temp.try('Bearer ');
SELECT pg_temp.try('Bearer');
SELECT pg_temp.try('bearer ' || :'ann');
SELECT pg_temp.try('BEARER ' || :'ann');
SELECT pg_temp.try('Bearer  ' || :'ann');
SELECT pg_temp.try('Bearer Bearer ' || :'ann');
SELECT pg_temp.try(E'Bearer\t' || :'ann');
SELECT pg_temp.try('Basic YW5uOmFubg==');
SELECT pg_temp.try('Token ' || :'ann');
SELECT pg_temp.try(' ' || :'ann');
SELECT pg_temp.try(:'ann' || ' ');
SELECT pg_temp.try(:'ann' || E'\n');
SELECT pg_temp.try(E'\t' || :'ann');
SELECT pg_temp.try(:'ann' || chr(11));
SELECT pg_temp.try(replace(:'ann', '.', ' .'));
SELECT pg_temp.try(:'ann' || chr(160));

-- arguments without a meaning as NULL
SELECT pg_temp.outcome(format('SELECT herm_jwt.authenticate(%L, NULL, NULL)',
                              :'ann'));
SELECT pg_temp.outcome(format('SELECT herm_jwt.authenticate(%L, NULL, true, NULL)',
                              :'ann'));

-- a role that the token does not allow
SELECT pg_temp.outcome(format('SELECT herm_jwt.authenticate(%L, %L)',
                              :'bob', 'editor'));

-- a refused token changes nothing: the earlier one stays
BEGIN;
SELECT herm_jwt.authenticate(:'ann', 'editor') ->> 'x-hasura-role';
SAVEPOINT before;
SELECT herm_jwt.authenticate(:'expired');
ROLLBACK TO before;
SELECT herm_jwt.role(), herm_jwt.user_id();
SELECT pg_temp.outcome('SELECT herm_jwt.authenticate(''a.b.c'')');
SELECT herm_jwt.role(), herm_jwt.user_id();
ROLLBACK;

-- bound parameters, as all clients should
PREPARE login(text, text) AS SELECT herm_jwt.authenticate($1, $2);
BEGIN;
EXECUTE login(:'ann', 'editor');
SELECT herm_jwt.session();
EXECUTE login(:'bob', NULL);
SELECT herm_jwt.session();
COMMIT;
SELECT herm_jwt.session();
