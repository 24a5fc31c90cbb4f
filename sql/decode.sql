-- Looking into a token shows something that it does not hold.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup

CREATE FUNCTION pg_temp.decoded(token text) RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.outcome(
        format('SELECT concat_ws(''  '', header, payload)
                FROM herm_jwt.decode(%L)', token))
$$;

SELECT * FROM herm_jwt.decode(:'ann');
SELECT (herm_jwt.decode(:'ann')).header;
SELECT count(*) FROM herm_jwt.decode(NULL);

-- nothing is verified: signature, times, algorithm, claims
SELECT pg_temp.decoded(:'ann' || 'AAAA');
SELECT pg_temp.decoded(:'expired');
SELECT pg_temp.decoded('Bearer ' || pg_temp.jwt('{"a":1}', '{"alg":"none"}'));
SELECT pg_temp.decoded(pg_temp.jwt('{"exp":"soon"}', '{"alg":"XY1","kid":1}'));
SELECT pg_temp.decoded(pg_temp.jwt('{}', '{}'));
SELECT pg_temp.decoded(pg_temp.jwt('[1]', '{"crit":["b64"],"b64":false}'));
SELECT pg_temp.decoded(pg_temp.jwt('"text"'));
SELECT pg_temp.decoded('e30.e30.');

-- what is no token
SELECT pg_temp.decoded('');
SELECT pg_temp.decoded('abc');
SELECT pg_temp.decoded('a.b');
SELECT pg_temp.decoded('e30.e30.e30.e30.e30');
SELECT pg_temp.decoded('e30=.e30.');
SELECT pg_temp.decoded('e30.e3 0.');
SELECT pg_temp.decoded('bm8.e30.');
SELECT pg_temp.decoded('e30.bm8.');
SELECT pg_temp.decoded('..');
SELECT pg_temp.decoded(pg_temp.jwt('{"a":1,"a":2}'));
SELECT pg_temp.decoded(pg_temp.jwt('{"a":"\u0000"}'));
SELECT pg_temp.decoded(pg_temp.jwt('{}', '{"alg":"HS256","alg":"none"}'));

-- works without a configuration
SET herm_jwt.jwt_secret = '';
SELECT * FROM herm_jwt.decode(:'bob');
