-- A token that we sign is refused elsewhere, or a wrong key makes one.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\set keys :srcdir '/sql/include/keys.psql'
\i :setup
\i :keys

-- the same bytes as an HMAC made without our own code
SELECT herm_jwt.sign('{"a":1}', :'key') =
       pg_temp.sign_bytes('{"alg":"HS256","typ":"JWT"}', '{"a": 1}', :'key');
SELECT herm_jwt.sign('{"a":1}', :'key');
SELECT header, payload
FROM herm_jwt.decode(herm_jwt.sign('{"a":1}', :'key', 'HS384', 'key "1"'));
SELECT (herm_jwt.decode(herm_jwt.sign('{}', :'key', 'HS512', ''))).header;
SELECT (herm_jwt.decode(herm_jwt.sign('{}', :'key', 'HS256', NULL))).header;

-- every algorithm, accepted with the public half of the key
CREATE FUNCTION pg_temp.round_trip(algorithm text, private text,
                                   type text, public text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    token text := herm_jwt.sign('{"a":1}', private, algorithm);
BEGIN
    RETURN (herm_jwt.decode(token)).header ->> 'alg' || ' ' ||
           pg_temp.verify(token, pg_temp.key_config(type, public));
END
$$;
SELECT pg_temp.round_trip('HS256', :'key', 'HS256', :'key');
SELECT pg_temp.round_trip('HS384', :'key', 'HS384', :'key');
SELECT pg_temp.round_trip('HS512', :'key', 'HS512', :'key');
SELECT pg_temp.round_trip('RS256', :'rsa_private', 'RS256', :'rsa_public');
SELECT pg_temp.round_trip('RS384', :'rsa_private', 'RS384', :'rsa_public');
SELECT pg_temp.round_trip('RS512', :'rsa_private', 'RS512', :'rsa_public');
SELECT pg_temp.round_trip('PS256', :'rsa_private', 'RS256', :'rsa_public');
SELECT pg_temp.round_trip('PS384', :'rsa_private', 'PS384', :'rsa_public');
SELECT pg_temp.round_trip('PS512', :'rsa_private', 'PS512', :'rsa_public');
SELECT pg_temp.round_trip('ES256', :'p256_private', 'ES256', :'p256_public');
SELECT pg_temp.round_trip('ES384', :'p384_private', 'ES384', :'p384_public');
SELECT pg_temp.round_trip('ES512', :'p521_private', 'ES512', :'p521_public');
SELECT pg_temp.round_trip('ES256K', :'k256_private', 'ES256K', :'k256_public');
SELECT pg_temp.round_trip('EdDSA', :'ed25519_private',
                          'Ed25519', :'ed25519_public');
SELECT pg_temp.round_trip('Ed25519', :'ed25519_private',
                          'Ed25519', :'ed25519_public');
SELECT pg_temp.round_trip('EdDSA', :'ed448_private', 'Ed448', :'ed448_public');
SELECT pg_temp.round_trip('Ed448', :'ed448_private', 'EdDSA', :'ed448_public');

-- other spellings of private keys
SELECT pg_temp.round_trip('RS256', :'rsa_private_pkcs1',
                          'RS256', :'rsa_public');
SELECT pg_temp.round_trip('RS256', :'rsa_private_jwk', 'RS256', :'rsa_public');
SELECT pg_temp.round_trip('ES256', :'p256_private_sec1',
                          'ES256', :'p256_public');
SELECT pg_temp.round_trip('ES256', :'p256_private_jwk',
                          'ES256', :'p256_public');
SELECT herm_jwt.sign('{"a":1}', '{"kty":"oct","k":"' ||
                     pg_temp.base64url(convert_to(:'key', 'UTF8')) || '"}') =
       herm_jwt.sign('{"a":1}', :'key');

-- keys that do not fit
CREATE FUNCTION pg_temp.refused(payload text, key text, algorithm text)
RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.outcome(format('SELECT herm_jwt.sign(%L, %L, %L)',
                                  payload, key, algorithm))
$$;
SELECT pg_temp.refused('{}', '', 'HS256');
SELECT pg_temp.refused('{}', repeat('x', 31), 'HS256');
SELECT pg_temp.refused('{}', repeat('x', 47), 'HS384');
SELECT pg_temp.refused('{}', repeat('x', 63), 'HS512');
SELECT pg_temp.refused('{}', :'rsa_public', 'HS256');
SELECT pg_temp.refused('{}', :'rsa_certificate', 'HS512');
SELECT pg_temp.refused('{}', :'rsa_public', 'RS256');
SELECT pg_temp.refused('{}', :'key', 'RS256');
SELECT pg_temp.refused('{}', :'p256_private', 'RS256');
SELECT pg_temp.refused('{}', :'rsa_private', 'ES256');
SELECT pg_temp.refused('{}', :'p256_private', 'ES384');
SELECT pg_temp.refused('{}', :'k256_private', 'ES256');
SELECT pg_temp.refused('{}', :'ed25519_private', 'Ed448');
SELECT pg_temp.refused('{}', '{"kty":"RSA","n":"AQAB","e":"AQAB"}', 'RS256');
SELECT pg_temp.refused('{}', '{"kty":"oct","k":"AAAA"}', 'HS256');

-- algorithms that there are not
SELECT pg_temp.refused('{}', :'key', 'none');
SELECT pg_temp.refused('{}', :'key', 'hs256');
SELECT pg_temp.refused('{}', :'key', '');
SELECT pg_temp.refused('{}', :'key', 'HS256 ');
SELECT pg_temp.refused('{}', :'key', repeat(E'\n', 100));

-- payloads that are no objects
SELECT pg_temp.refused('[]', :'key', 'HS256');
SELECT pg_temp.refused('"a"', :'key', 'HS256');
SELECT pg_temp.refused('null', :'key', 'HS256');
