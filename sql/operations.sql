-- An operator asks which keys are in use, and sees a private half, a foreign set, or nothing.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup

-- keys that stand in the configuration, by what a JWK says of them
SET herm_jwt.jwt_secret = '{"jwks":{"keys":[
    {"kty":"RSA","kid":"r","alg":"RS256","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB"},
    {"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
    {"kty":"EC","crv":"P-256","kid":"e","use":"enc","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"},
    {"kty":"unknown","kid":"u"}]}}';
SELECT * FROM herm_jwt.keys;

-- a symmetric key shows that it is there
SET herm_jwt.jwt_secret = '{"type":"HS256","key":"0123456789abcdef0123456789abcdef"}';
SELECT * FROM herm_jwt.keys;

-- no configuration, no keys; a bad one neither, and its error is for who uses it
RESET herm_jwt.jwt_secret;
SELECT * FROM herm_jwt.keys;
SELECT * FROM herm_jwt.jwk_urls;

-- a configuration as an argument may use what the server fetches, and nothing else
SELECT pg_temp.verify(:'ann', '{"jwk_url":"https://id.example/keys"}');
SELECT pg_temp.verify(:'ann', '[{"jwk_url":"https://id.example/keys","issuer":"a"},{"jwk_url":"https://id.example/other","issuer":"b"}]');
SELECT herm_jwt.check_jwt_secret('{"jwk_url":"https://ann:secret@id.example/keys"}') -> 'jwk_url';

-- monitors may look, nobody else
CREATE ROLE regress_operations_monitor IN ROLE pg_monitor;
CREATE ROLE regress_operations_nobody;
SET ROLE regress_operations_monitor;
SELECT count(*) FROM herm_jwt.keys;
SELECT count(*) FROM herm_jwt.jwk_urls;
SELECT count(*) >= 0 AS counts FROM herm_jwt.stats;
SET ROLE regress_operations_nobody;
SELECT count(*) FROM herm_jwt.keys;
SELECT count(*) FROM herm_jwt.jwk_urls;
SELECT count(*) FROM herm_jwt.stats;
SELECT herm_jwt.refresh_jwks();
RESET ROLE;
DROP ROLE regress_operations_monitor, regress_operations_nobody;
