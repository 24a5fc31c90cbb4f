-- Two readers of one token see two different users.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup

-- header
SELECT pg_temp.resolve(pg_temp.jwt('{}', '{"alg":"HS256","alg":"HS256"}'));
SELECT pg_temp.resolve(pg_temp.jwt('{}', '{"alg":"HS256","alg":"none"}'));
SELECT pg_temp.resolve(pg_temp.jwt('{}', '{"alg":"HS256","a":{"b":1,"b":1}}'));

-- payload, on each level
SELECT pg_temp.resolve(pg_temp.jwt('{"sub":"ann","sub":"eve"}'));
SELECT pg_temp.resolve(pg_temp.jwt('{"sub":"ann","s\u0075b":"eve"}'));
SELECT pg_temp.resolve(pg_temp.jwt('{"a":[{"b":{"c":1,"d":2,"c":3}}]}'));
SELECT pg_temp.resolve(pg_temp.jwt('{"exp":1,"exp":null}'));
SELECT pg_temp.resolve(pg_temp.jwt('{"":1,"":1}'));

-- Hasura's claims
SELECT pg_temp.resolve(pg_temp.hasura('{"x-hasura-allowed-roles":["user"],
    "x-hasura-default-role":"user","x-hasura-user-id":"1","x-hasura-user-id":"2"}'));
SELECT pg_temp.resolve(pg_temp.hasura('{"x-hasura-allowed-roles":["user"],
    "x-hasura-default-role":"user"}', '"https://hasura.io/jwt/claims":{},'));
SELECT pg_temp.resolve(pg_temp.hasura('{"x-hasura-allowed-roles":["user"],
    "x-hasura-default-role":"user","other":1,"other":2}'));

-- names that differ by case alone
SELECT pg_temp.resolve(pg_temp.hasura('{"x-hasura-allowed-roles":["user"],
    "x-hasura-default-role":"user","x-hasura-user-id":"1","X-Hasura-User-Id":"2"}'));
SELECT pg_temp.resolve(pg_temp.hasura('{"x-hasura-allowed-roles":["user"],
    "X-HASURA-ALLOWED-ROLES":["admin"],"x-hasura-default-role":"user"}'));
SELECT pg_temp.verify(pg_temp.hasura('{"x-hasura-a":"1","X-HASURA-A":"2"}')) LIKE '{%';

-- outside of Hasura's claims that is no fault
SELECT pg_temp.resolve(pg_temp.hasura('{"x-hasura-allowed-roles":["user"],
    "x-hasura-default-role":"user","other":1,"Other":2}', '"Sub":1,"sub":"ann",'));

-- stringified claims
SELECT pg_temp.config_with('"claims_format":"stringified_json"') AS stringified
\gset
SELECT pg_temp.resolve(pg_temp.hasura(to_json(claims)::text), :'stringified')
FROM (VALUES ('{"x-hasura-allowed-roles":["user"],"x-hasura-default-role":"user"}'),
             ('{"x-hasura-allowed-roles":["user"],"x-hasura-default-role":"user",
                "x-hasura-user-id":"1","x-hasura-user-id":"2"}'),
             ('{"x-hasura-allowed-roles":["user"],"x-hasura-default-role":"user",
                "other":{"a":1,"a":2}}'),
             ('{"x-hasura-allowed-roles":["user"],"x-hasura-default-role":"user",
                "X-Hasura-Default-Role":"admin"}'))
     AS texts(claims);

-- among many members
SELECT pg_temp.verify(pg_temp.jwt('{' || string_agg(format('"m%s":%s', n, n), ',')
                                  || ',"m77":0}'))
FROM generate_series(1, 100) AS n;

-- before the signature is looked at
SELECT pg_temp.resolve(pg_temp.sign_bytes('{"alg":"HS256"}', '{"a":1,"a":1}', 'wrong'));
SELECT pg_temp.resolve(pg_temp.sign_bytes('{"alg":"HS256","alg":"HS256"}', '{}', 'wrong'));
