-- Strict mode lets a token pass that RFC 8725 would not, or refuses a good one.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\set keys :srcdir '/sql/include/keys.psql'
\i :setup
\i :keys

SET herm_jwt.strict = on;

-- exp must be there
SELECT pg_temp.verify(pg_temp.jwt('{}'));
SELECT pg_temp.verify(pg_temp.jwt('{"exp":null}'));
SELECT pg_temp.verify(pg_temp.jwt('{"exp":9999999999}'));
SELECT pg_temp.verify(pg_temp.jwt('{"exp":1}'));

-- so must a configured issuer and audience
SELECT pg_temp.verify(pg_temp.jwt('{"exp":9999999999}'), pg_temp.config_with('"issuer":"a"'));
SELECT pg_temp.verify(pg_temp.jwt('{"exp":9999999999,"iss":null}'),
                      pg_temp.config_with('"issuer":"a"'));
SELECT pg_temp.verify(pg_temp.jwt('{"exp":9999999999,"iss":"a"}'),
                      pg_temp.config_with('"issuer":"a"'));
SELECT pg_temp.verify(pg_temp.jwt('{"exp":9999999999}'), pg_temp.config_with('"audience":"a"'));
SELECT pg_temp.verify(pg_temp.jwt('{"exp":9999999999}'), pg_temp.config_with('"audience":[]'));
SELECT pg_temp.verify(pg_temp.jwt('{"exp":9999999999,"aud":["b","a"]}'),
                      pg_temp.config_with('"audience":"a"'));
SELECT pg_temp.verify(pg_temp.jwt('{"exp":9999999999,"iss":"x","aud":"y"}'));

-- the algorithm must be the configured one
SELECT pg_temp.verify(herm_jwt.sign('{"exp":9999999999}', :'key', 'HS384'));
SELECT pg_temp.verify(herm_jwt.sign('{"exp":9999999999}', :'key', 'HS384'),
                      pg_temp.key_config('HS384', :'key'));
SELECT pg_temp.verify(herm_jwt.sign('{"exp":9999999999}', :'rsa_private', 'RS512'),
                      pg_temp.key_config('RS256', :'rsa_public'));
SELECT pg_temp.verify(herm_jwt.sign('{"exp":9999999999}', :'rsa_private', 'PS256'),
                      pg_temp.key_config('RS256', :'rsa_public'));
SELECT pg_temp.verify(herm_jwt.sign('{"exp":9999999999}', :'rsa_private', 'RS256'),
                      pg_temp.key_config('RS256', :'rsa_public'));
SELECT pg_temp.verify(herm_jwt.sign('{"exp":9999999999}', :'p384_private', 'ES384'),
                      pg_temp.key_config('ES256', :'p384_public'));
SELECT pg_temp.verify(pg_temp.jwt('{"exp":9999999999}', '{"alg":"none"}'));

-- the names of EdDSA: Ed25519, Ed448, and EdDSA for both
SELECT type, alg, curve, pg_temp.verdict(
           herm_jwt.sign('{"exp":9999999999}', private, alg),
           pg_temp.key_config(type, public))
FROM (VALUES (1, 'Ed25519'), (2, 'Ed448'), (3, 'EdDSA')) AS types(n, type),
     (VALUES (1, 'EdDSA'), (2, 'Ed25519'), (3, 'Ed448')) AS algs(m, alg),
     (VALUES ('25519', 'Ed25519', :'ed25519_private', :'ed25519_public'),
             ('448', 'Ed448', :'ed448_private', :'ed448_public'))
         AS keys(curve, name, private, public)
WHERE alg = 'EdDSA' OR alg = name
ORDER BY curve, n, m;

-- another salt than as long as the hash value
SELECT pg_temp.verify(:'token_ps256_salt', pg_temp.key_config('PS256', :'rsa_public'));
SELECT pg_temp.verify(:'token_ps256', pg_temp.key_config('PS256', :'rsa_public'));

-- weak keys are bad configurations
SELECT pg_temp.check_config(pg_temp.key_config('RS256', :'rsa1024_public'));
SELECT pg_temp.verify(:'token_weak', pg_temp.key_config('RS256', :'rsa1024_public'));
SELECT pg_temp.check_config(pg_temp.key_config('RS256', :'rsa_public')) LIKE '{%';

-- a single key has no name: kid is ignored
SELECT pg_temp.verify(pg_temp.jwt('{"exp":9999999999}', '{"alg":"HS256","kid":"any"}'));

-- Hasura's claims as ever
SELECT pg_temp.resolve(pg_temp.user_token('1', '["user"]', '"exp":9999999999,'));
SELECT "check", detail FROM herm_jwt.inspect(:'ann') WHERE status = 'failed';

-- switched off and on, sessions follow at once
SET herm_jwt.token = :'ann';
SELECT split_part(pg_temp.outcome('SELECT herm_jwt.role()'), E'\n', 1);
SET herm_jwt.strict = off;
SELECT herm_jwt.role();
SELECT pg_temp.verify(:'token_weak', pg_temp.key_config('RS256', :'rsa1024_public'));
SET herm_jwt.strict = on;
SELECT split_part(pg_temp.outcome('SELECT herm_jwt.role()'), E'\n', 1);
