-- An expired token still opens the door, or a good one does not (HASURA-JWT 2.4).
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup

-- one statement, one time: what verify() says of a claim that lies so many
-- seconds from now
CREATE FUNCTION pg_temp.at(claim text, seconds numeric, config text DEFAULT NULL)
RETURNS text
LANGUAGE sql AS $$
    SELECT regexp_replace(pg_temp.verdict(pg_temp.jwt(
        format('{"%s":%s}', claim,
               extract(epoch FROM statement_timestamp()) + seconds)),
        config), '^{.*', 'good')
$$;

-- borders without skew, to the microsecond: now < exp, iat <= now, now >= nbf
SELECT claim, seconds, pg_temp.at(claim, seconds)
FROM (VALUES (1, 'exp'), (2, 'iat'), (3, 'nbf')) AS claims(n, claim),
     (VALUES (-3600), (-0.000001), (0), (0.000001), (3600)) AS seconds(seconds)
ORDER BY n, seconds;

-- borders with a skew, negative and fractional ones included
SELECT claim, skew, seconds,
       pg_temp.at(claim, seconds,
                  pg_temp.config_with('"allowed_skew":' || skew))
FROM (VALUES (1, 'exp', -10.000001), (2, 'exp', -10), (3, 'exp', -9.999999),
             (4, 'iat', 9.999999), (5, 'iat', 10), (6, 'iat', 10.000001),
             (7, 'nbf', 9.999999), (8, 'nbf', 10), (9, 'nbf', 10.000001))
         AS claims(n, claim, seconds),
     (VALUES (1, '10'), (2, '-10'), (3, '1e1')) AS skews(m, skew)
ORDER BY m, n;
SELECT claim, seconds,
       pg_temp.at(claim, seconds, pg_temp.config_with('"allowed_skew":0.5'))
FROM (VALUES (1, 'exp', -0.5), (2, 'exp', -0.499999), (3, 'iat', 0.5),
             (4, 'iat', 0.500001), (5, 'nbf', 0.5), (6, 'nbf', 0.500001))
     AS claims(n, claim, seconds) ORDER BY n;
SELECT pg_temp.at('exp', -1e10, pg_temp.config_with('"allowed_skew":1e999'));

-- absent or null: accepted
SELECT pg_temp.verify(pg_temp.jwt('{"exp":null,"iat":null,"nbf":null}'));

-- every way to write a number
SELECT number, pg_temp.verdict(pg_temp.jwt('{"exp":' || number || '}'))
FROM (VALUES ('0'), ('-0'), ('-1'), ('1'), ('9999999999'), ('9999999999.5'),
             ('9.9e9'), ('9.9E+9'), ('99e8'), ('0.99e10'), ('1e-999'), ('1e10'),
             ('99999999999999999999999999'), ('-99999999999999999999999999'),
             ('990000000000e-2'), ('0.0000000000000000000000000000099e39'))
     AS numbers(number);
SELECT left(number, 30), split_part(pg_temp.resolve(pg_temp.user_token('1', '["user"]',
                                          '"exp":' || number || ',')), E'\n', 1)
FROM (VALUES ('1e999'), ('-1e999'), ('1e99999999999999999999'),
             ('1e-99999999999999999999'), ('9' || repeat('0', 4000)))
     AS numbers(number);
SELECT pg_temp.resolve(pg_temp.user_token('1', '["user"]', '"nbf":1e999,'));
SELECT pg_temp.resolve(pg_temp.user_token('1', '["user"]', '"iat":1e999,'));
SELECT pg_temp.resolve(pg_temp.user_token('1', '["user"]', '"nbf":-1e999,"iat":-1e999,'));

-- in order: exp, iat, nbf
SELECT pg_temp.verify(pg_temp.jwt('{"exp":1,"iat":9999999999,"nbf":9999999999}'));
SELECT pg_temp.verify(pg_temp.jwt('{"iat":9999999999,"nbf":9999999999}'));
SELECT pg_temp.verify(pg_temp.jwt('{"nbf":9999999999}'));

-- a remembered token is judged again in each statement
SELECT pg_temp.user_token('1', '["user"]', format('"exp":%s,',
           extract(epoch FROM clock_timestamp()) + 2)) AS short \gset
SET herm_jwt.token = :'short';
SELECT herm_jwt.role();
SELECT pg_sleep(2.1) \gset ignored_
SELECT pg_temp.outcome('SELECT herm_jwt.role()');
SELECT pg_temp.outcome('SELECT herm_jwt.role()');
BEGIN;
SELECT pg_temp.outcome(format('SELECT herm_jwt.authenticate(%L)', :'short'));
ROLLBACK;

-- the other way round: not yet valid now, valid a moment later
SELECT pg_temp.user_token('1', '["user"]', format('"nbf":%s,',
           extract(epoch FROM clock_timestamp()) + 2)) AS early \gset
SET herm_jwt.token = :'early';
SELECT split_part(pg_temp.outcome('SELECT herm_jwt.role()'), E'\n', 1);
SELECT pg_sleep(2.1) \gset ignored_
SELECT herm_jwt.role();

-- inside of one statement the time stands still
SELECT pg_temp.user_token('1', '["user"]', format('"exp":%s,',
           extract(epoch FROM clock_timestamp()) + 2)) AS short \gset
SET herm_jwt.token = :'short';
SELECT herm_jwt.role() AS before, pg_sleep(2.1) AS ignored, herm_jwt.role() AS after
\gset
SELECT :'before', :'after';
