-- A configuration that Hasura refuses is accepted, or refused for another
-- reason than Hasura gives (HASURA-JWT 1.4).
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\set keys :srcdir '/sql/include/keys.psql'
\i :setup
\i :keys

-- neither key nor jwk_url
SELECT pg_temp.check_config('{}');
SELECT pg_temp.check_config('{"type":"HS256"}');
SELECT pg_temp.check_config('{"type":"HS256","key":null}');
SELECT pg_temp.check_config('{"jwks_url":"https://a/b"}');

-- key without type
SELECT pg_temp.check_config('{"key":"x"}');

-- types that there are not
SELECT type, pg_temp.check_config(json_build_object('type', type, 'key', 'x')::text)
FROM (VALUES ('none'), ('hs256'), ('RS1'), ('HS256 '), (''), ('RS-256'),
             ('a-secret-in-the-wrong-place'), ('Ünicode'), ('ABCDEFGHIJKLMNOP'),
             ('ABCDEFGHIJKLMNOPQ')) AS types(type);

-- short secrets: bytes count, though the message says characters
SELECT pg_temp.check_config(pg_temp.key_config('HS256', ''));
SELECT pg_temp.check_config(pg_temp.key_config('HS256', rpad('', 31, 'x')));
SELECT pg_temp.check_config(pg_temp.key_config('HS256', rpad('', 32, 'x')));
SELECT pg_temp.check_config(pg_temp.key_config('HS256', rpad('', 16, 'é')));
SELECT pg_temp.check_config(pg_temp.key_config('HS384', rpad('', 47, 'x')));
SELECT pg_temp.check_config(pg_temp.key_config('HS384', rpad('', 48, 'x')));
SELECT pg_temp.check_config(pg_temp.key_config('HS512', rpad('', 63, 'x')));
SELECT pg_temp.check_config(pg_temp.key_config('HS512', rpad('', 64, 'x')));

-- PEM that does not hold a key
SELECT pg_temp.check_config(pg_temp.key_config('RS256', ''));
SELECT pg_temp.check_config(pg_temp.key_config('RS256', 'no pem at all'));
SELECT pg_temp.check_config(pg_temp.key_config('RS256',
    replace(:'rsa_public', E'\n', ' ')));
SELECT pg_temp.check_config(pg_temp.key_config('RS256',
    E'-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n'));
SELECT pg_temp.check_config(pg_temp.key_config('RS256',
    E'-----BEGIN PUBLIC KEY-----\n!!!!\n-----END PUBLIC KEY-----\n'));
SELECT pg_temp.check_config(pg_temp.key_config('RS256', :'rsa_private'));
SELECT pg_temp.check_config(pg_temp.key_config('ES256', :'p256_private_sec1'));
SELECT pg_temp.check_config(pg_temp.key_config('RS256', :'rsa_private_jwk'));
SELECT pg_temp.check_config(
    pg_temp.key_config('Ed25519', :'ed25519_request'));

-- keys of other kinds
SELECT pg_temp.check_config(pg_temp.key_config('RS256', :'dsa_public'));
SELECT pg_temp.check_config(pg_temp.key_config('RS256', :'dsa_certificate'));
SELECT pg_temp.check_config(pg_temp.key_config('Ed25519', :'x25519_public'));
SELECT pg_temp.check_config(pg_temp.key_config('ES256', :'brainpool_public'));
SELECT pg_temp.check_config(pg_temp.key_config('ES256', :'p256_explicit'));

-- not an object
SELECT pg_temp.check_config('[]');
SELECT pg_temp.check_config('[' || :'config' || ']');
SELECT pg_temp.check_config('"text"');
SELECT pg_temp.check_config('7');
SELECT pg_temp.check_config('true');
SELECT pg_temp.check_config('null');

-- members of the wrong type
SELECT member, pg_temp.check_config(pg_temp.config_with(member))
FROM (VALUES ('"claims_namespace": 7'), ('"claims_format": true'),
             ('"claims_format": "xml"'), ('"claims_format": "JSON"'),
             ('"issuer": ["a"]'), ('"issuer": "a:b c"'), ('"issuer": ":"'),
             ('"audience": 7'), ('"audience": [1]'), ('"audience": {}'),
             ('"audience": ["a", "b:c d"]'), ('"allowed_skew": "10"'),
             ('"allowed_skew": []')) AS members(member);
SELECT pg_temp.check_config('{"type":7,"key":"x"}');
SELECT pg_temp.check_config('{"type":"HS256","key":["x"]}');

-- members that come with later releases
SELECT member, pg_temp.check_config(pg_temp.config_with(member))
FROM (VALUES ('"claims_namespace_path": "$.a"'), ('"claims_map": {}'),
             ('"header": {"type":"Cookie","name":"c"}'),
             ('"jwk_url": "https://a/b"'), ('"jwks": {"keys":[]}'))
     AS members(member);
SELECT pg_temp.check_config('{"jwk_url":"https://a/b"}');
SELECT pg_temp.check_config('{"jwks":{"keys":[]}}');

-- of two faults, the one that Hasura meets first
SELECT pg_temp.check_config('{"issuer":7}');
SELECT pg_temp.check_config('{"type":"XX","key":"x","allowed_skew":"1"}');
SELECT pg_temp.check_config('{"key":7}');
SELECT pg_temp.check_config('{"type":7}');

-- nothing of a secret in any of it
SELECT bool_or(pg_temp.check_config(replace(text, 'S', 'tell-no-one-about-me'))
               LIKE '%tell-no-one%')
FROM (VALUES ('{"type":"S","key":"S"}'), ('{"type":"HS256","key":"S"}'),
             ('{"type":"RS256","key":"S"}'), ('{"key":"S"}'),
             ('{"type":"HS256","key":["S"]}'), ('"S"'), ('["S"]'))
     AS texts(text);

-- the text of a setting, which may say more than jsonb can
CREATE FUNCTION pg_temp.set_config(config text) RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.outcome(format('SET herm_jwt.jwt_secret = %L', config))
$$;
SELECT pg_temp.set_config('{');
SELECT pg_temp.set_config('not JSON');
SELECT pg_temp.set_config('{} {}');
SELECT pg_temp.set_config('{"type":"HS256","type":"HS256","key":"x"}');
SELECT pg_temp.set_config('{"a":{"b":1,"b":2}}');
SELECT pg_temp.set_config('{"a":[{"b":1,"b":2}]}');
SELECT pg_temp.set_config('{"key":"\u0000"}');
SELECT pg_temp.set_config('{"a":' || repeat('[', 99) || repeat(']', 99) || '}');
SELECT pg_temp.set_config('{"a":' || repeat('[', 100) || repeat(']', 100) || '}');
SELECT pg_temp.set_config(repeat('[', 1000000));
SELECT pg_temp.set_config('{"key":"x","a":"' || repeat('x', 1048576) || '"}');
SELECT pg_temp.check_config('{"key":"x","a":"' || repeat('x', 1048576) || '"}');
SELECT pg_temp.set_config(' { "a" : 1 } ');

-- a URL of http or https has a host, behind two slashes
SELECT url, pg_temp.check_config(json_build_object('jwk_url', url)::text) ~ '^22023'
FROM (VALUES ('https://a'), ('HTTPS://a/b'), ('http://[::1]:1/'), ('urn:a:b'), ('https:a'), ('https:/a'),
             ('https://'), ('https:///a'), ('http:///ann:secret@a/b'), ('HTTP:/ann:secret@a/b'))
     AS urls(url);
