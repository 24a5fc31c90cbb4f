-- An administrator is told something else than what the configuration does.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\set keys :srcdir '/sql/include/keys.psql'
\i :setup
\i :keys

-- as understood, without the secret
SELECT herm_jwt.check_jwt_secret(:'config');
SELECT herm_jwt.check_jwt_secret(:'config')::text LIKE '%a-secret%';
SELECT herm_jwt.check_jwt_secret(NULL);
SELECT pg_temp.check_config(pg_temp.config_with(
    '"issuer": "https://herm.auth0.com/", "audience": "app",
     "claims_namespace": "https://my.app/\"claims\"",
     "claims_format": "stringified_json", "allowed_skew": 1.5'));
SELECT pg_temp.check_config(pg_temp.config_with('"audience": []'));
SELECT pg_temp.check_config(pg_temp.config_with(
    '"audience": ["a", "https://b/"], "allowed_skew": -10'));
SELECT pg_temp.check_config(pg_temp.config_with('"allowed_skew": 1e999'));
SELECT pg_temp.check_config(pg_temp.config_with('"allowed_skew": 0.0000001'));

-- keys in PEM, whatever the type says of their kind
SELECT pg_temp.check_config(pg_temp.key_config('RS256', :'rsa_public'));
SELECT pg_temp.check_config(pg_temp.key_config('RS512', :'rsa_public_pkcs1'));
SELECT pg_temp.check_config(pg_temp.key_config('RS384', :'rsa_certificate'));
SELECT pg_temp.check_config(pg_temp.key_config('PS256', :'rsa_certificate'));
SELECT pg_temp.check_config(pg_temp.key_config('RS256', :'rsa1024_public'));
SELECT pg_temp.check_config(pg_temp.key_config('ES256', :'p256_public'));
SELECT pg_temp.check_config(pg_temp.key_config('ES256', :'p256_certificate'));
SELECT pg_temp.check_config(pg_temp.key_config('RS256', :'p384_public'));
SELECT pg_temp.check_config(pg_temp.key_config('ES512', :'p521_public'));
SELECT pg_temp.check_config(pg_temp.key_config('ES256K', :'k256_public'));
SELECT pg_temp.check_config(pg_temp.key_config('Ed25519', :'ed25519_public'));
SELECT pg_temp.check_config(
    pg_temp.key_config('Ed25519', :'ed25519_certificate'));
SELECT pg_temp.check_config(pg_temp.key_config('EdDSA', :'ed25519_public'));
SELECT pg_temp.check_config(pg_temp.key_config('Ed448', :'ed448_public'));

-- the first block counts; its label and what stands around it do not
SELECT pg_temp.check_config(pg_temp.key_config('RS256',
    'Bag Attributes' || E'\n' || :'rsa_certificate' || E'\n' ||
    :'p256_public'));
SELECT pg_temp.check_config(pg_temp.key_config('RS256',
    replace(:'rsa_public', 'PUBLIC KEY', 'CERTIFICATE')));
SELECT pg_temp.check_config(pg_temp.key_config('RS256',
    replace(:'rsa_public', E'\n', E'\r\n')));

-- members that nobody knows, and optional ones that are null
SELECT pg_temp.check_config(pg_temp.config_with(
    '"unknown": {"a": [1]}, "": 7, "Issuer": 1, "jwks_url": "x"'));
SELECT pg_temp.check_config(pg_temp.config_with(
    '"header": {"type": "Cookie", "name": "a", "path": "a-secret"},
     "claims_map": {"x-hasura-allowed-roles": ["a"],
         "x-hasura-default-role": {"path": "$.a", "defualt": "a-secret"}}'));
SELECT pg_temp.check_config('[' || pg_temp.config_with('"issuer": "a", "audiences": 1') ||
    ',' || pg_temp.config_with('"issuer": "b"') || ']');
SELECT pg_temp.check_config(pg_temp.config_with(
    (SELECT string_agg(format('"m%s": "a-secret"', n), ',') FROM generate_series(1, 25) AS n) ||
    ', "\u001b": 1'));
SELECT pg_temp.check_config(pg_temp.config_with(format('"%s": 1', repeat('x', 70))));
SELECT pg_temp.check_config(pg_temp.config_with(
    '"issuer": null, "audience": null, "claims_namespace": null,
     "claims_format": null, "allowed_skew": null, "jwk_url": null,
     "claims_map": null, "claims_namespace_path": null, "header": null,
     "jwks": null'));

-- a session's configuration is not needed, nor touched
SET herm_jwt.jwt_secret = '';
SELECT pg_temp.check_config(:'config');
SET herm_jwt.token = :'ann';
SELECT pg_temp.outcome('SELECT herm_jwt.role()');
