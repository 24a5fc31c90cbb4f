-- A token is judged by another algorithm or key than Hasura would judge it.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\set keys :srcdir '/sql/include/keys.psql'
\i :setup
\i :keys

-- the configured type says how to read the key, not what a token may use
SELECT json_build_object('type', 'RS256', 'key', :'rsa_public') AS rsa,
       json_build_object('type', 'ES256', 'key', :'p256_public') AS p256,
       json_build_object('type', 'ES384', 'key', :'p384_public') AS p384,
       json_build_object('type', 'ES512', 'key', :'p521_public') AS p521,
       json_build_object('type', 'ES256', 'key', :'k256_public') AS k256,
       json_build_object('type', 'Ed25519', 'key', :'ed25519_public') AS ed25519,
       json_build_object('type', 'RS256', 'key', :'ed448_public') AS ed448
\gset

-- tokens that openssl has signed, each against each key
CREATE TEMP TABLE token (n int, alg text, token text);
INSERT INTO token VALUES
    (1, 'HS256', herm_jwt.sign('{}', :'key', 'HS256')),
    (2, 'HS384', herm_jwt.sign('{}', :'key', 'HS384')),
    (3, 'HS512', herm_jwt.sign('{}', :'key', 'HS512')),
    (4, 'RS256', :'token_rs256'), (5, 'RS384', :'token_rs384'),
    (6, 'RS512', :'token_auth0'), (7, 'PS256', :'token_ps256'),
    (8, 'PS512', :'token_ps512'), (9, 'PS256 salt 11', :'token_ps256_salt'),
    (10, 'ES256', :'token_es256'), (11, 'ES384', :'token_es384'),
    (12, 'ES512', :'token_es512'), (13, 'ES256K', :'token_es256k'),
    (14, 'EdDSA 25519', :'token_eddsa'), (15, 'Ed25519', :'token_ed25519_name'),
    (16, 'EdDSA 448', :'token_ed448'), (17, 'Ed448', :'token_ed448_name');
CREATE TEMP TABLE config (n int, name text, config text);
INSERT INTO config VALUES (1, 'secret', :'config'), (2, 'rsa', :'rsa'),
    (3, 'p256', :'p256'), (4, 'p384', :'p384'), (5, 'p521', :'p521'),
    (6, 'k256', :'k256'), (7, 'ed25519', :'ed25519'), (8, 'ed448', :'ed448');
SELECT alg, string_agg(name, ' ' ORDER BY config.n)
FROM token, config
WHERE pg_temp.verify(token, config) LIKE '{%'
GROUP BY token.n, alg ORDER BY token.n;

-- all others have one and the same error
SELECT pg_temp.verify(token, config), count(*)
FROM token, config
WHERE pg_temp.verify(token, config) NOT LIKE '{%'
GROUP BY 1;

-- a secret serves only the algorithms whose hash value it is as long as
SELECT length(secret), alg,
       pg_temp.verify(herm_jwt.sign('{}', rpad('', 64, 'k'), alg),
                      pg_temp.key_config('HS256', secret)) LIKE '{}'
FROM (VALUES ('HS256'), ('HS384'), ('HS512')) AS algs(alg),
     (VALUES (rpad('', 64, 'k')), (rpad('', 63, 'k'))) AS secrets(secret)
ORDER BY 1 DESC, 2;

-- the token's own keys are never used
SELECT pg_temp.verify(pg_temp.sign_bytes(
    ('{"alg":"HS256","jwk":{"kty":"oct","k":"' ||
     pg_temp.base64url('mallory-and-her-own-secret-of-32-bytes') ||
     '"}}')::bytea, '{"sub":"eve"}', 'mallory-and-her-own-secret-of-32-bytes'));

-- unsigned, in every spelling
SELECT alg, pg_temp.verify(
    pg_temp.base64url(convert_to('{"alg":"' || alg || '"}', 'UTF8')) ||
    '.e30.')
FROM (VALUES ('none'), ('None'), ('NONE'), ('nOnE'), (''), ('none ')) AS v(alg);
SELECT pg_temp.verify(pg_temp.jwt('{"sub":"eve"}', '{"alg":"none"}'));
