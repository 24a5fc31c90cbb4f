-- A server without a configuration lets somebody in.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
SET herm_jwt.jwt_secret = '';

-- without a token there is no session, and no error
SELECT herm_jwt.role(), herm_jwt.session(), herm_jwt.claims();

-- with one, good or bad, an error for each accessor
CREATE FUNCTION pg_temp.all_accessors() RETURNS SETOF text
LANGUAGE sql AS $$
    SELECT DISTINCT pg_temp.outcome('SELECT herm_jwt.' || call)
    FROM (VALUES ('session()'), ('claims()'), ('role()'), ('user_id()'),
                 ('allowed_roles()'), ('session_variable(''x-hasura-a'')'),
                 ('session_variable(''x-hasura-a'', 1)'),
                 ('require_session_variable(''x-hasura-a'')')) AS calls(call)
$$;
SET herm_jwt.token = :'ann';
SELECT pg_temp.all_accessors();
SET herm_jwt.token = 'nonsense';
SELECT pg_temp.all_accessors();
RESET herm_jwt.token;

SELECT pg_temp.outcome(format('SELECT herm_jwt.authenticate(%L)', :'ann'));
SELECT split_part(pg_temp.verify(:'ann'), E'\n', 1),
       split_part(pg_temp.resolve(:'ann'), E'\n', 1);

-- an unsigned token gives nothing, neither
SELECT split_part(pg_temp.verify('eyJhbGciOiJub25lIn0.e30.'), E'\n', 1);

-- a configuration of one's own needs no other
SELECT herm_jwt.verify(:'ann', :'config') ->> 'sub';

-- once there is one, it counts at once; once it is gone, too
SET herm_jwt.token = :'ann';
SET herm_jwt.jwt_secret = :'config';
SELECT herm_jwt.user_id();
SET herm_jwt.jwt_secret = '';
SELECT split_part(pg_temp.outcome('SELECT herm_jwt.user_id()'), E'\n', 1);
