-- A token with several faults gets another answer than from Hasura
-- (HASURA-JWT 2.2).
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup

-- Each step's fault together with all faults behind it: the step's own wins.
-- The faults are mended one by one, from the first step to the last.
SELECT pg_temp.config_with('"issuer":"herm","audience":"app"') AS config \gset
CREATE FUNCTION pg_temp.first_fault(token text, config text, role text DEFAULT 'admin')
RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.outcome(format('SELECT herm_jwt.resolve(%L, %L, %L)',
                                  token, config, role))
$$;
CREATE FUNCTION pg_temp.payload(registered text, claims text DEFAULT '7') RETURNS bytea
LANGUAGE sql AS $$
    SELECT convert_to('{' || registered || '"https://hasura.io/jwt/claims":' ||
                      claims || '}', 'UTF8')
$$;

-- size before configuration
SET herm_jwt.max_token_size = 256;
SELECT pg_temp.first_fault(repeat(' ', 500), '{}');
RESET herm_jwt.max_token_size;
-- configuration before the token
SELECT pg_temp.first_fault(' ', '{}');
SELECT pg_temp.first_fault('', '{}');
-- header of HTTP
SELECT pg_temp.first_fault(' ', :'config');
-- issuer before the number of parts
SELECT pg_temp.first_fault('!.' || pg_temp.base64url('{"iss":"x"}') || '.!.!', :'config');
-- number of parts
SELECT pg_temp.first_fault('!.!.!.!', :'config');
-- encoding: header, payload, signature
SELECT pg_temp.first_fault('!.!.!', :'config');
SELECT pg_temp.first_fault('bm8.!.!', :'config');
SELECT pg_temp.first_fault('bm8.bm8.!', :'config');
-- header before payload
SELECT pg_temp.first_fault('bm8.bm8.AAAA', :'config');
SELECT pg_temp.first_fault(pg_temp.base64url('{"alg":"none"}') || '.bm8.AAAA', :'config');
-- payload's claims before the algorithm
SELECT pg_temp.first_fault(pg_temp.sign_bytes('{"alg":"none"}',
    pg_temp.payload('"exp":"x","aud":"x",'), 'wrong'), :'config');
-- the algorithm "none" before the signature
SELECT pg_temp.first_fault(pg_temp.sign_bytes('{"alg":"none"}',
    pg_temp.payload('"exp":1,"iat":9e9,"nbf":9e9,"aud":"x",'), 'wrong'), :'config');
-- signature before times
SELECT pg_temp.first_fault(pg_temp.sign_bytes('{"alg":"HS256"}',
    pg_temp.payload('"exp":1,"iat":9e9,"nbf":9e9,"aud":"x",'), 'wrong'), :'config');
-- exp, iat, nbf
SELECT pg_temp.first_fault(pg_temp.sign_bytes('{"alg":"HS256"}',
    pg_temp.payload('"exp":1,"iat":9e9,"nbf":9e9,"aud":"x",'), :'key'), :'config');
SELECT pg_temp.first_fault(pg_temp.sign_bytes('{"alg":"HS256"}',
    pg_temp.payload('"iat":9e9,"nbf":9e9,"aud":"x",'), :'key'), :'config');
SELECT pg_temp.first_fault(pg_temp.sign_bytes('{"alg":"HS256"}',
    pg_temp.payload('"nbf":9e9,"aud":"x",'), :'key'), :'config');
-- audience
SELECT pg_temp.first_fault(pg_temp.sign_bytes('{"alg":"HS256"}',
    pg_temp.payload('"aud":"x",'), :'key'), :'config');
-- Hasura's claims
SELECT pg_temp.first_fault(pg_temp.sign_bytes('{"alg":"HS256"}',
    pg_temp.payload('', '7'), :'key'), :'config');
-- allowed roles: presence and type, before the default role
SELECT pg_temp.first_fault(pg_temp.sign_bytes('{"alg":"HS256"}',
    pg_temp.payload('', '{"x-hasura-a":1}'), :'key'), :'config');
SELECT pg_temp.first_fault(pg_temp.sign_bytes('{"alg":"HS256"}',
    pg_temp.payload('', '{"x-hasura-a":1,"x-hasura-allowed-roles":7}'), :'key'), :'config');
-- default role
SELECT pg_temp.first_fault(pg_temp.sign_bytes('{"alg":"HS256"}',
    pg_temp.payload('', '{"x-hasura-a":1,"x-hasura-allowed-roles":["user"]}'),
    :'key'), :'config');
SELECT pg_temp.first_fault(pg_temp.sign_bytes('{"alg":"HS256"}',
    pg_temp.payload('', '{"x-hasura-a":1,"x-hasura-allowed-roles":["user"],
                          "x-hasura-default-role":7}'), :'key'), :'config');
-- the requested role before the other variables
SELECT pg_temp.first_fault(pg_temp.sign_bytes('{"alg":"HS256"}',
    pg_temp.payload('', '{"x-hasura-a":1,"x-hasura-allowed-roles":["user"],
                          "x-hasura-default-role":"user"}'), :'key'), :'config');
-- the other variables
SELECT pg_temp.first_fault(pg_temp.sign_bytes('{"alg":"HS256"}',
    pg_temp.payload('', '{"x-hasura-a":1,"x-hasura-allowed-roles":["user"],
                          "x-hasura-default-role":"user"}'), :'key'), :'config', 'user');
-- no fault
SELECT pg_temp.first_fault(pg_temp.sign_bytes('{"alg":"HS256"}',
    pg_temp.payload('', '{"x-hasura-a":"1","x-hasura-allowed-roles":["user"],
                          "x-hasura-default-role":"user"}'), :'key'), :'config', 'user');
