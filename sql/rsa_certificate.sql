-- The lesson's configuration does not work: RS512 with an X.509 certificate,
-- and tokens of Auth0.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\set keys :srcdir '/sql/include/keys.psql'
\i :setup
\i :keys

SELECT json_build_object('type', 'RS512', 'key', :'rsa_certificate' || E'\n')
       AS certificate_config \gset
SET herm_jwt.jwt_secret = :'certificate_config';

-- without Hasura's claims: refused, and told what to do
SELECT pg_temp.outcome(format('SELECT herm_jwt.authenticate(%L)',
                              :'token_auth0'));
SELECT herm_jwt.verify(:'token_auth0');
SELECT step, "check", status, detail FROM herm_jwt.inspect(:'token_auth0')
WHERE "check" NOT IN ('exp', 'iat', 'nbf');

-- with them
BEGIN;
SELECT herm_jwt.authenticate(:'token_auth0_hasura');
SELECT herm_jwt.role(), herm_jwt.user_id();
SELECT herm_jwt.authenticate('Bearer ' || :'token_auth0_hasura', 'editor');
SELECT herm_jwt.claims() ->> 'scope';
COMMIT;

-- changed on its way: header, payload, signature
SELECT pg_temp.resolve(replace(:'token_auth0_hasura', 'eyJ', 'eyI'));
SELECT pg_temp.resolve(
    split_part(:'token_auth0_hasura', '.', 1) || '.' ||
    pg_temp.base64url(replace(convert_from(payload, 'UTF8'),
                              '5f3c', '5f3d')::bytea) || '.' ||
    split_part(:'token_auth0_hasura', '.', 3))
FROM decode(rpad(translate(split_part(:'token_auth0_hasura', '.', 2),
                           '-_', '+/'),
                 (length(split_part(:'token_auth0_hasura', '.', 2)) + 3) / 4 * 4,
                 '='), 'base64') AS payload;
SELECT pg_temp.resolve(left(:'token_auth0_hasura', -2));
SELECT pg_temp.resolve(left(:'token_auth0_hasura', -4));
SELECT pg_temp.resolve(:'token_auth0_hasura' || 'AAAA');
SELECT pg_temp.resolve(split_part(:'token_auth0_hasura', '.', 1) || '.' ||
                       split_part(:'token_auth0_hasura', '.', 2) || '.' ||
                       split_part(:'token_auth0', '.', 3));
SELECT pg_temp.resolve(split_part(:'token_auth0_hasura', '.', 1) || '.' ||
                       split_part(:'token_auth0_hasura', '.', 2) || '.');

-- the issuer and audience of the lesson; a slash makes a difference
SELECT pg_temp.resolve(:'token_auth0_hasura',
    pg_temp.key_config('RS512', :'rsa_certificate',
        '{"issuer":"https://herm.auth0.com/",
          "audience":["https://herm.example/graphql"]}'));
SELECT pg_temp.resolve(:'token_auth0_hasura',
    pg_temp.key_config('RS512', :'rsa_certificate',
        '{"issuer":"https://herm.auth0.com"}'));
SELECT pg_temp.resolve(:'token_auth0_hasura',
    pg_temp.key_config('RS512', :'rsa_certificate',
        '{"audience":"https://herm.example"}'));

-- the certificate's text as a symmetric key: the oldest of all attacks
SELECT pg_temp.verify(
    pg_temp.sign_bytes('{"alg":"HS256"}', '{"sub":"eve"}', :'rsa_certificate'));
SELECT pg_temp.verify(
    pg_temp.sign_bytes('{"alg":"HS256"}', '{"sub":"eve"}',
                       :'rsa_certificate' || E'\n'));
SELECT pg_temp.verify(
    pg_temp.sign_bytes('{"alg":"none"}', '{"sub":"eve"}', ''));
