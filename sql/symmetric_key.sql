-- A public key serves as a secret: whoever knows it could sign tokens.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\set keys :srcdir '/sql/include/keys.psql'
\i :setup
\i :keys

CREATE FUNCTION pg_temp.as_secret(key text) RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.check_config(pg_temp.key_config('HS256', key))
$$;

SELECT pg_temp.as_secret(:'rsa_public');
SELECT pg_temp.as_secret(:'rsa_certificate') = pg_temp.as_secret(:'rsa_public');

-- each of these is refused likewise
SELECT name, pg_temp.as_secret(key) = pg_temp.as_secret(:'rsa_public')
FROM (VALUES
    (1, 'PEM, PKCS#1', :'rsa_public_pkcs1'),
    (2, 'PEM, EC', :'p256_public'),
    (3, 'PEM, Ed25519', :'ed25519_public'),
    (4, 'PEM, private', :'rsa_private'),
    (5, 'PEM, request', :'ed25519_request'),
    (6, 'PEM behind other text', 'key: ' || :'rsa_public'),
    (7, 'PEM on one line', replace(:'rsa_public', E'\n', '\n')),
    (8, 'SSH, RSA', :'rsa_ssh'),
    (9, 'SSH, without its name', split_part(:'rsa_ssh', ' ', 2)),
    (10, 'SSH, Ed25519', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJhIrxmS9P2sJ'),
    (11, 'SSH, ECDSA', 'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTY'),
    (12, 'JWK', :'p256_private_jwk'),
    (13, 'JWK, oct', '{"kty":"oct","k":"c2VjcmV0LW9mLXNvbWUtbGVuZ3Ro"}'),
    (14, 'JWK set', '{"keys":[],"comment":"long enough to be a secret"}'),
    (15, 'base64 of DER', regexp_replace(:'rsa_public', '-----[^-]*-----|\n', '', 'g')),
    (16, 'base64 of DER in lines', regexp_replace(:'rsa_public', '-----[^-]*-----', '', 'g')),
    (17, 'base64 of a certificate',
     regexp_replace(:'rsa_certificate', '-----[^-]*-----|\n', '', 'g')),
    (18, 'base64url of DER', translate(
         regexp_replace(:'p256_public', '-----[^-]*-----|\n', '', 'g'),
         '+/=', '-_')),
    (19, 'base64 of PKCS#1',
     regexp_replace(:'rsa_public_pkcs1', '-----[^-]*-----|\n', '', 'g')),
    (20, 'base64 of DER between spaces',
     '  ' || regexp_replace(:'rsa_public', '-----[^-]*-----|\n', '', 'g') || ' ')
) AS keys(n, name, key) ORDER BY n;

-- the setting is of the same opinion
SELECT pg_temp.outcome(format('SET herm_jwt.jwt_secret = %L',
    pg_temp.key_config('HS256', :'rsa_public')));

-- secrets that only look a little like it
SELECT pg_temp.as_secret('{"a":"some JSON text that is a fine secret"}');
SELECT pg_temp.as_secret('MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKC');
SELECT pg_temp.as_secret('BEGIN PUBLIC KEY and then some more text');
SELECT pg_temp.as_secret('my-ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABA');
SELECT pg_temp.as_secret('{broken JSON, but long enough to be used}');
