-- A strange text ends the session, takes it over, or passes for a token.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup

-- random bytes, and good tokens with random changes: never a session, always
-- an error of ours
SELECT setseed(0.5) \gset ignored_
CREATE FUNCTION pg_temp.noise(size int) RETURNS text
LANGUAGE sql VOLATILE AS $$
    SELECT string_agg(chr(33 + (random() * 90)::int), '') FROM generate_series(1, size)
$$;
CREATE TEMP TABLE noise AS
SELECT pg_temp.noise(10 + n % 300) AS text FROM generate_series(1, 300) AS n
UNION ALL
SELECT pg_temp.base64url(convert_to(pg_temp.noise(n), 'UTF8')) || '.' ||
       pg_temp.base64url(convert_to(pg_temp.noise(n), 'UTF8')) || '.' ||
       pg_temp.base64url(convert_to(pg_temp.noise(n), 'UTF8')) FROM generate_series(1, 100) AS n
UNION ALL
SELECT overlay(:'ann' PLACING CASE WHEN substr(:'ann', n, 1) = 'A' THEN 'B' ELSE 'A' END
               FROM n FOR 1)
FROM generate_series(1, length(:'ann')) AS n
UNION ALL
SELECT left(:'ann', n) FROM generate_series(1, length(:'ann') - 1) AS n
UNION ALL
SELECT :'ann' || substr('ABC.DEF', n, 7) FROM generate_series(1, 7) AS n;
SELECT left(pg_temp.verify(text), 6) AS code, count(*) FROM noise GROUP BY 1;
CREATE FUNCTION pg_temp.session_of(token text) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('herm_jwt.token', token, true);
    RETURN pg_temp.outcome('SELECT herm_jwt.session()');
END
$$;
SELECT left(pg_temp.session_of(text), 6) AS code, count(*) FROM noise GROUP BY 1;
SELECT count(*), bool_or(detail ~ '[[:cntrl:]]') FROM noise, herm_jwt.inspect(text);

-- payloads of random bytes, properly signed
SELECT left(pg_temp.verify(pg_temp.sign_bytes('{"alg":"HS256"}',
           decode(md5(n::text), 'hex'), :'key')), 57) AS answer, count(*)
FROM generate_series(1, 100) AS n GROUP BY 1;

-- explained, too: what is shown is text, whatever the bytes were
CREATE FUNCTION pg_temp.shown(header bytea, payload bytea) RETURNS SETOF text
LANGUAGE sql AS $$
    SELECT "check" || ': ' || regexp_replace(
               convert_from(convert_to(detail, 'UTF8'), 'UTF8'), '[?]+|[.]{3}$', '?', 'g')
    FROM herm_jwt.inspect(pg_temp.sign_bytes(header, payload, current_setting('regress.key')))
    WHERE "check" IN ('header', 'claims')
$$;
SELECT pg_temp.shown('{"alg":"HS256"}', '{"a":"\377"}');
SELECT pg_temp.shown('{"alg":"HS256","\300\200":1}', '{"a":"\355\240\200"}');
SELECT pg_temp.shown('\342\202', '\360\237\230');
SELECT pg_temp.shown('{"alg":"HS256"}', '{"a":"\001\177"}');
SELECT pg_temp.shown('{"alg":"HS256"}', '{"a":"\000"}');
SELECT pg_temp.shown('\000', '\000\000');

-- numbers beyond what numeric can hold
SELECT pg_temp.user_token('1', '["user"]', '"big":1e400000,') AS big \gset
SELECT pg_temp.verify(:'big');
SELECT pg_temp.resolve(:'big');
SET herm_jwt.token = :'big';
SELECT herm_jwt.role(), herm_jwt.user_id(), herm_jwt.session();
SELECT pg_temp.outcome('SELECT herm_jwt.claims()');
SELECT pg_temp.outcome('SELECT herm_jwt.claims()');
SELECT herm_jwt.role();
SELECT split_part(pg_temp.outcome(format('SELECT payload FROM herm_jwt.decode(%L)', :'big')),
                  E'\n', 1);
SELECT status FROM herm_jwt.inspect(:'big') WHERE "check" = 'claims';
RESET herm_jwt.token;

-- numbers that it can hold, kept to the digit
SELECT number, pg_temp.verify(pg_temp.jwt('{"n":' || number || '}'))
FROM (VALUES ('0.1'), ('-0'), ('1E2'), ('1e-20'), ('123456789012345678901234567890.5'))
     AS numbers(number);
SELECT length(pg_temp.verify(pg_temp.jwt('{"n":1e10000}')));

-- many members, long strings, deep trees
SELECT length(pg_temp.verify(pg_temp.jwt((SELECT json_object_agg(n, n)::text
                                          FROM generate_series(1, 500) AS n)))) > 5000;
SET herm_jwt.max_token_size = '1MB';
SELECT length(pg_temp.verify(pg_temp.jwt((SELECT json_object_agg(n, n)::text
                                          FROM generate_series(1, 20000) AS n)))) > 200000;
SELECT length(pg_temp.verify(pg_temp.jwt((SELECT json_build_object('a', json_agg(n))::text
                                          FROM generate_series(1, 100000) AS n)))) > 600000;
SELECT pg_temp.verdict(pg_temp.jwt(repeat('[', 500000)));
SELECT pg_temp.verdict(pg_temp.jwt('{"a":"' || repeat('[', 500000) || '"}')) LIKE '{"a": "[[%';
SELECT pg_temp.verdict(repeat('e30.', 200000));
RESET herm_jwt.max_token_size;

-- characters of all widths, in names and values
SELECT pg_temp.resolve(pg_temp.hasura('{"x-hasura-allowed-roles":["é","€","😀"],
    "x-hasura-default-role":"😀","x-hasura-ß":"ÄÖ","x-hasura-\u20ac":"\ud83d\ude00",
    "x-hasura-tab":"\t\n\r\b\f\/\\\""}'));

-- messages cut between characters, not within
SELECT pg_temp.verdict(pg_temp.jwt('{"' || repeat('é', 40) || '":1,"' ||
                                         repeat('é', 40) || '":2}'));
SELECT pg_temp.verdict(pg_temp.jwt('{"' || repeat('é', 40) || 'x":1,"' ||
                                         repeat('é', 40) || 'x":2}')) LIKE '%...%';

-- format characters do no harm
SELECT pg_temp.resolve(pg_temp.jwt('{"%s%n":1}'),
                       pg_temp.config_with('"claims_namespace":"%s%n%d"'));
SELECT pg_temp.verdict(pg_temp.jwt('{"%n":1,"%n":2}'));
SELECT pg_temp.outcome('SELECT herm_jwt.require_session_variable(''%s%n'')');
