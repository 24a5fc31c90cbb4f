-- Hasura's claims are found elsewhere, or read otherwise, than Hasura does
-- (HASURA-JWT 3.1, 3.2, 3.7, 3.8).
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup

-- not there
SELECT pg_temp.resolve(pg_temp.jwt('{"sub":"ann"}'));
SELECT pg_temp.resolve(pg_temp.jwt('{"x-hasura-allowed-roles":["user"],
                                     "x-hasura-default-role":"user"}'));
SELECT pg_temp.resolve(pg_temp.jwt('{"https://other/":{"x-hasura-allowed-roles":["user"],
                                     "x-hasura-default-role":"user"}}'));
SELECT pg_temp.resolve(:'ann', pg_temp.config_with('"claims_namespace":"my claims"'));

-- there, but not as configured: the hint says where, and never what
SELECT payload, pg_temp.resolve(pg_temp.jwt(payload))
FROM (VALUES ('{"http://hasura.io/jwt/claims/":{"role":"a-value"}}'),
             ('{"https://hasura.io/jwt/claim":"a-value"}'),
             ('{"my":"{\"x-hasura-user-id\":\"7\"}"}'),
             ('{"app":{"meta":[1,{"X-Hasura-User-Id":"7"}]}}'))
     AS payloads(payload);
SELECT pg_temp.resolve(:'ann', pg_temp.config_with(
    '"claims_namespace":"my claims","claims_format":"stringified_json"'));
SELECT pg_temp.resolve(pg_temp.jwt('{}'),
                       pg_temp.config_with('"claims_format":"stringified_json"'));

-- under another name; a registered claim's name never matches
SELECT pg_temp.resolve(pg_temp.jwt('{"my claims":{"x-hasura-allowed-roles":["user"],
                                     "x-hasura-default-role":"user"}}'),
                       pg_temp.config_with('"claims_namespace":"my claims"'));
SELECT pg_temp.resolve(pg_temp.jwt('{"":{"x-hasura-allowed-roles":["user"],
                                     "x-hasura-default-role":"user"}}'),
                       pg_temp.config_with('"claims_namespace":""'));
SELECT pg_temp.resolve(pg_temp.jwt('{"sub":"ann"}'),
                       pg_temp.config_with('"claims_namespace":"sub"'));
SELECT pg_temp.resolve(pg_temp.jwt('{"a":{"b":{}}}'),
                       pg_temp.config_with('"claims_namespace":"a.b"'));

-- not an object
SELECT value, pg_temp.resolve(pg_temp.hasura(value))
FROM (VALUES ('7'), ('null'), ('[]'), ('true'), ('"text"'), ('"{}"'),
             ('"{\"x-hasura-allowed-roles\":[]}"')) AS vals(value);

-- mandatory claims
SELECT claims, pg_temp.resolve(pg_temp.hasura(claims))
FROM (VALUES ('{}'), ('{"x-hasura-default-role":"user"}'),
             ('{"x-hasura-allowed-roles":["user"]}'),
             ('{"allowed-roles":["user"],"default-role":"user"}'))
     AS vals(claims);

-- their types; null counts as there
SELECT value, pg_temp.resolve(pg_temp.hasura(
    '{"x-hasura-allowed-roles":' || value || ',"x-hasura-default-role":"user"}'))
FROM (VALUES ('"user"'), ('7'), ('null'), ('{}'), ('true'), ('[7]'), ('[null]'),
             ('["user",["x"]]'), ('["user",""]'), ('[{}]'), ('[true]'),
             ('["user",7,""]')) AS vals(value);
SELECT value, pg_temp.resolve(pg_temp.hasura(
    '{"x-hasura-allowed-roles":["user"],"x-hasura-default-role":' || value || '}'))
FROM (VALUES ('["user"]'), ('7'), ('null'), ('{}'), ('false'), ('""'))
     AS vals(value);

-- all others are strings: nothing is made into one
SELECT value, pg_temp.resolve(pg_temp.hasura(
    '{"x-hasura-allowed-roles":["user"],"x-hasura-default-role":"user",
      "x-hasura-value":' || value || '}'))
FROM (VALUES ('"7"'), ('7'), ('7.5'), ('true'), ('["a"]'), ('{"a":1}'), ('null'),
             ('"{1,2}"'), ('""')) AS vals(value);

-- others' members may be anything
SELECT pg_temp.resolve(pg_temp.hasura(
    '{"x-hasura-allowed-roles":["user"],"x-hasura-default-role":"user",
      "user-id":7,"x_hasura_a":[],"x-hasurb-a":{}}'));

-- the role within the token is overwritten, but must be a string
SELECT pg_temp.resolve(pg_temp.hasura(
    '{"x-hasura-allowed-roles":["user"],"x-hasura-default-role":"user",
      "x-hasura-role":"admin"}'));
SELECT pg_temp.resolve(pg_temp.hasura(
    '{"x-hasura-allowed-roles":["user"],"x-hasura-default-role":"user",
      "X-Hasura-Role":"admin"}'));
SELECT pg_temp.resolve(pg_temp.hasura(
    '{"x-hasura-allowed-roles":["user"],"x-hasura-default-role":"user",
      "x-hasura-role":7}'));

-- an administrator's secrets do not become variables
SELECT pg_temp.resolve(pg_temp.hasura(
    '{"x-hasura-allowed-roles":["user"],"x-hasura-default-role":"user",
      "x-hasura-admin-secret":"s","X-Hasura-Access-Key":"s"}'));
SELECT pg_temp.resolve(pg_temp.hasura(
    '{"x-hasura-allowed-roles":["user"],"x-hasura-default-role":"user",
      "x-hasura-admin-secret":7}'));

-- claims in a string
SELECT pg_temp.config_with('"claims_format":"stringified_json"') AS stringified
\gset
SELECT value, pg_temp.resolve(pg_temp.hasura(value), :'stringified')
FROM (VALUES ('"{\"x-hasura-allowed-roles\":[\"user\"],\"x-hasura-default-role\":\"user\"}"'),
             ('" {\"x-hasura-allowed-roles\":[\"user\"],\"x-hasura-default-role\":\"user\"}\n"'),
             ('{}'), ('7'), ('null'), ('[]'), ('""'), ('"no JSON"'), ('"[]"'),
             ('"7"'), ('"null"'), ('"{"'), ('"{} x"'), ('"\"{}\""'), ('"{}"'),
             ('"{\"a\":\"\\u0000\"}"')) AS vals(value);
SELECT pg_temp.resolve(:'ann', :'stringified');
SELECT pg_temp.resolve(pg_temp.hasura(to_json(repeat('long ', 30))::text), :'stringified');
SELECT pg_temp.resolve(pg_temp.jwt('{"my":"no"}'), pg_temp.config_with(
    '"claims_format":"stringified_json","claims_namespace":"my"'));
