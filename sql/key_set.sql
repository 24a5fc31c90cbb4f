-- A key of a set is used that should not be, or the other way round (HASURA-JWT 1.7).
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup

CREATE FUNCTION pg_temp.oct(secret text, more text DEFAULT '') RETURNS text
LANGUAGE sql AS $$
    SELECT '{"kty":"oct","k":"' ||
           pg_temp.base64url(convert_to(secret, 'UTF8')) || '"' || more || '}'
$$;
CREATE FUNCTION pg_temp.key_set(VARIADIC keys text[]) RETURNS text
LANGUAGE sql AS $$
    SELECT '{"jwks":{"keys":[' || array_to_string(keys, ',') || ']}}'
$$;
CREATE FUNCTION pg_temp.judge(config text, header text DEFAULT '{"alg":"HS256"}') RETURNS text
LANGUAGE sql AS $$
    SELECT split_part(pg_temp.verify(pg_temp.jwt('{"exp":4102444800}', header), config), E'\n', 1)
$$;
SELECT pg_temp.oct(:'key') AS right, pg_temp.oct(repeat('x', 64)) AS wrong \gset

-- any key that verifies will do, wherever it stands
SELECT pg_temp.judge(pg_temp.key_set(:'right'));
SELECT pg_temp.judge(pg_temp.key_set(:'wrong', :'right'));
SELECT pg_temp.judge(pg_temp.key_set(:'wrong'));
SELECT pg_temp.judge('{"jwks":{"keys":[]}}');

-- the kid chooses nothing, nor do alg, use and key_ops
SELECT pg_temp.judge(pg_temp.key_set(pg_temp.oct(:'key', ',"kid":"a"')), '{"alg":"HS256","kid":"b"}');
SELECT more, pg_temp.judge(pg_temp.key_set(pg_temp.oct(:'key', more))) FROM (VALUES
    (',"alg":"HS512"'), (',"alg":"RSA-OAEP"'), (',"use":"enc"'), (',"use":"sig"'),
    (',"key_ops":["encrypt"]'), (',"key_ops":["verify"]'), (',"key_ops":[]'), (',"x5u":7')) AS other(more);

-- keys that cannot be used are left out, one by one
SELECT more, pg_temp.judge(pg_temp.key_set(pg_temp.oct(:'key', more))),
       pg_temp.judge(pg_temp.key_set(pg_temp.oct(:'key', more), :'right'))
FROM (VALUES
    (',"alg":"XS256"'), (',"alg":7'), (',"alg":"none"'), (',"use":"x"'), (',"use":7'),
    (',"key_ops":["x"]'), (',"key_ops":"verify"'), (',"kid":7')) AS odd(more);
SELECT bad, pg_temp.judge(pg_temp.key_set(bad, :'right')) FROM (VALUES
    ('7'), ('{}'), ('{"kty":"X"}'), ('{"kty":"oct"}'), ('{"kty":"oct","k":"AAAA"}'),
    ('{"kty":"RSA","n":"AQAB"}'), ('{"kty":"EC","crv":"P-1","x":"AA","y":"AA"}')) AS odd(bad);

-- strict: kid, alg, use and key_ops count
SET herm_jwt.strict = on;
SELECT more, pg_temp.judge(pg_temp.key_set(pg_temp.oct(:'key', more), pg_temp.oct(repeat('x', 64), ',"kid":"z"')),
                           '{"alg":"HS256","kid":"a"}')
FROM (VALUES (''), (',"kid":"a"'), (',"kid":"b"'), (',"kid":"a","alg":"HS256"'), (',"kid":"a","alg":"HS512"'),
      (',"kid":"a","use":"sig"'), (',"kid":"a","use":"enc"'), (',"kid":"a","key_ops":["sign"]'),
      (',"kid":"a","key_ops":["sign","verify"]'), (',"kid":"a","alg":"dir"')) AS more(more);
SELECT pg_temp.judge(pg_temp.key_set(pg_temp.oct(:'key', ',"kid":"a"')));
SELECT pg_temp.judge(pg_temp.key_set(pg_temp.oct(:'key', ',"kid":"a"'), pg_temp.oct(repeat('x', 64), ',"kid":"a"')));
SELECT pg_temp.judge(pg_temp.key_set(:'right',
    '{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}'));
RESET herm_jwt.strict;

-- what is wrong with a set, and with more than one place for keys
SELECT config, pg_temp.check_config(config) FROM (VALUES
    ('{"jwks":7}'), ('{"jwks":[]}'), ('{"jwks":{}}'), ('{"jwks":{"keys":{}}}'), ('{"jwks":{"keys":[]}}'),
    ('{"jwks":{"keys":[]},"key":"x"}'), ('{"jwks":{"keys":[]},"jwk_url":"https://a/"}'),
    ('{"key":"x","jwk_url":"https://a/"}'), ('{"jwk_url":7}'), ('{"jwk_url":"a"}'), ('{"jwk_url":"https://a b"}'),
    ('{"jwk_url":"https://user:secret@a.example/keys"}'), ('{}')) AS configs(config);
SELECT pg_temp.check_config(pg_temp.key_set(pg_temp.oct(:'key', ',"kid":"a","alg":"HS256"')));

-- a set is refused where a symmetric key of it would be stored
SELECT 'ALTER SYSTEM SET herm_jwt.jwt_secret = ' || quote_literal(pg_temp.key_set(:'right')) \gexec

-- and a private key, though its public half would do
SELECT $$ALTER SYSTEM SET herm_jwt.jwt_secret = '{"jwks":{"keys":[{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}}'$$ \gexec

-- an argument's URL is not fetched
SELECT pg_temp.verify(:'ann', '{"jwk_url":"https://a.example/keys"}');

-- as many keys as any set may have, and one more
SELECT left(pg_temp.check_config('{"jwks":{"keys":[' || repeat('{},', 255) || '{}]}}'), 12);
SELECT pg_temp.check_config('{"jwks":{"keys":[' || repeat('{},', 256) || '{}]}}');

-- an exponent of 64 bits, and a longer one, which would only take time
SELECT e, pg_temp.check_config('{"jwks":{"keys":[{"kty":"RSA","e":"' || e || '","n":"' || pg_temp.base64url(decode(repeat('c1', 256), 'hex')) || '"}]}}')
FROM (VALUES ('AQAAAAAAAAE'), ('AQAAAAAAAAAB')) AS exponents(e);
