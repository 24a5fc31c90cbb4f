-- A token is judged by another configuration than its issuer's (HASURA-JWT 1.8).
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup

CREATE FUNCTION pg_temp.issuer_config(issuer text, key text DEFAULT current_setting('regress.key'))
RETURNS text
LANGUAGE sql AS $$
    SELECT '{"type":"HS256","key":"' || key || '"' ||
           coalesce(',"issuer":' || to_json(issuer), '') || '}'
$$;
CREATE FUNCTION pg_temp.judge(payload text, VARIADIC configs text[]) RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.verify(pg_temp.jwt(payload), '[' || array_to_string(configs, ',') || ']')
$$;
SELECT pg_temp.issuer_config('a') AS a, pg_temp.issuer_config('b', repeat('x', 64)) AS b,
       pg_temp.issuer_config(NULL) AS any \gset

-- the issuer chooses
SELECT pg_temp.judge('{"iss":"a"}', :'a', :'b');
SELECT pg_temp.judge('{"iss":"a"}', :'b', :'a');
SELECT pg_temp.judge('{"iss":"b"}', :'a', :'b');
SELECT pg_temp.judge('{"iss":"c"}', :'a', :'b');
SELECT pg_temp.judge('{"iss":"c"}', :'a', :'any');
SELECT pg_temp.judge('{"sub":"x"}', :'a');

-- more than one that fits is none
SELECT pg_temp.judge('{"iss":"a"}', :'a', :'any');
SELECT pg_temp.judge('{"sub":"x"}', :'a', :'b');
SELECT pg_temp.judge('{"iss":7}', :'a', :'b');
SELECT pg_temp.verify('nonsense', '[' || :'a' || ',' || :'b' || ']');

-- the same one twice is one
SELECT pg_temp.judge('{"sub":"x"}', :'a', :'a');
SELECT pg_temp.judge('{"sub":"x"}', '{"issuer":"a","type":"HS256","key":"' || :'key' || '"}',
                     '{"key":"' || :'key' || '","type":"HS256","issuer":"a"}');

-- what is wrong with an array
SELECT config, pg_temp.check_config(config) FROM (VALUES
    ('[]'), ('[7]'), ('[{}]'), ('[[]]'),
    ('[{"type":"HS256","key":"0123456789abcdef0123456789abcdef"},{"type":"HS256","key":"short"}]')) AS arrays(config);
SELECT pg_temp.check_config('[' || :'a' || ',' || :'b' || ']');

-- all configurations of the setting count
SELECT '[' || :'a' || ',' || :'b' || ']' AS both \gset
SET herm_jwt.jwt_secret = :'both';
SELECT pg_temp.verify(pg_temp.jwt('{"iss":"a"}'));
SELECT status, detail FROM herm_jwt.inspect(pg_temp.jwt('{"iss":"c"}')) WHERE "check" = 'issuer';

-- header is checked, and has no effect
SELECT header, pg_temp.check_config(pg_temp.config_with('"header":' || header)) FROM (VALUES
    ('{"type":"Authorization"}'), ('{"type":"cookie","name":"c"}'), ('{"type":"CustomHeader","name":"x"}'),
    ('{"type":"Cookie"}'), ('{"type":"x"}'), ('{"type":7}'), ('{}'), ('"{}"'), ('{"type":"Cookie","name":7}'),
    ('null')) AS headers(header);
