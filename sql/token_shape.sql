-- Something is taken for a token that is none, or a token for none
-- (HASURA-JWT 2.2 steps 5 to 8, 2.3).
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup

-- three parts
SELECT pg_temp.verify('abc');
SELECT pg_temp.verify('a.b');
SELECT pg_temp.verify('a.b.c.d');
SELECT pg_temp.verify('a.b.c.d.e');
SELECT pg_temp.verdict(repeat('.', 1000));

-- one detail for all that follows
SELECT pg_temp.verify('..');

-- base64url, in each part: no padding, no other alphabet, no spare bits
SELECT part, pg_temp.verdict(part)
FROM (VALUES ('e30=.e30.e30'), ('e30.e30=.e30'), ('e30.e30.e30='),
             ('e+30.e30.e30'), ('e30.e/30.e30'), ('e30.e30.e+_/'),
             ('e31.e30.e30'), ('e30.e31.e30'), ('e30.e30.e31'),
             ('e.e30.e30'), ('e30.e.e30'), ('e30.e30.e'),
             ('e30!.e30.e30'), ('é.e30.e30')) AS parts(part);

-- empty parts
SELECT pg_temp.verdict('..');
SELECT pg_temp.verdict('.e30.');
SELECT pg_temp.verdict('e30..');
SELECT pg_temp.verdict('.' || split_part(:'ann', '.', 2) || '.' ||
                      split_part(:'ann', '.', 3));
SELECT pg_temp.verdict(split_part(:'ann', '.', 1) || '..' ||
                      split_part(:'ann', '.', 3));
SELECT pg_temp.verdict(split_part(:'ann', '.', 1) || '.' ||
                      split_part(:'ann', '.', 2) || '.');

-- the header is a JSON object with an algorithm that there is
SELECT header, pg_temp.verdict(pg_temp.jwt('{}', header))
FROM (VALUES (''), ('no'), ('[]'), ('"HS256"'), ('null'), ('7'), ('{}'),
             ('{"alg":null}'), ('{"alg":256}'), ('{"alg":["HS256"]}'),
             ('{"alg":"HS257"}'), ('{"alg":"hs256"}'), ('{"alg":"HS256 "}'),
             ('{"Alg":"HS256"}'), ('{"alg":"HS256"} x'), ('{"alg":"HS256"'),
             (E'\t{"alg":"HS256"}\n'), ('{"alg":"\u0048S256"}'))
     AS headers(header);

-- other parameters have their types, and no influence
SELECT parameter, pg_temp.verdict(pg_temp.jwt('{}', '{"alg":"HS256",' || parameter || '}'))
FROM (VALUES ('"kid":"a"'), ('"kid":7'), ('"kid":null'), ('"typ":"at+jwt"'),
             ('"typ":"anything at all"'), ('"typ":[]'), ('"cty":"JWT"'),
             ('"cty":{}'), ('"jku":"https://evil.example/keys"'), ('"jku":7'),
             ('"x5u":"https://evil.example/cert"'), ('"x5u":[]'),
             ('"jwk":{"kty":"oct","k":"AAAA"}'), ('"jwk":"oct"'),
             ('"x5c":["MIIB"]'), ('"x5c":"MIIB"'), ('"x5t":"AAAA"'),
             ('"x5t":7'), ('"x5t#S256":"AAAA"'), ('"x5t#S256":{}'),
             ('"enc":"A256GCM"'), ('"b64":false'), ('"":{}'))
     AS parameters(parameter);

-- crit: nothing is understood, so nothing passes
SELECT crit, pg_temp.verdict(pg_temp.jwt('{}', '{"alg":"HS256","crit":' || crit || '}'))
FROM (VALUES ('["b64"]'), ('[]'), ('["exp"]'), ('"b64"'), ('[7]'), ('null'), ('{}'))
     AS crits(crit);

-- the payload is a JSON object
SELECT payload, pg_temp.verdict(pg_temp.jwt(payload))
FROM (VALUES (''), ('no'), ('[]'), ('["sub"]'), ('"text"'), ('null'), ('7'),
             ('true'), ('{'), ('{} {}'), ('{}'), (E' { }\n'), ('{"a":01}'),
             ('{"a":NaN}'), ('{''a'':1}'), ('{"a":1,}'), ('{"a"}'))
     AS payloads(payload);

-- invalid UTF-8, in header and payload
SELECT pg_temp.verdict(pg_temp.sign_bytes('{"alg":"HS256","kid":"\377"}', '{}', :'key'));
SELECT pg_temp.verdict(pg_temp.sign_bytes('{"alg":"HS256"}', '{"a":"\377"}', :'key'));
SELECT pg_temp.verdict(pg_temp.sign_bytes('{"alg":"HS256"}', '{"a":"\355\240\200"}', :'key'));
SELECT pg_temp.verdict(pg_temp.sign_bytes('{"alg":"HS256"}', '{"a":"\300\257"}', :'key'));
SELECT pg_temp.verdict(pg_temp.sign_bytes('{"alg":"HS256"}', '{"a":"\000"}', :'key'));
SELECT pg_temp.verdict(pg_temp.sign_bytes('{"alg":"HS256"}', '\377\376', :'key'));
SELECT pg_temp.verdict(pg_temp.sign_bytes('{"alg":"HS256"}', '\357\273\277{}', :'key'));

-- escapes: lone surrogates are no characters, pairs are
SELECT pg_temp.verdict(pg_temp.jwt('{"a":"\ud83d\ude00 \u00fc"}'));
SELECT pg_temp.verdict(pg_temp.jwt('{"a":"\ud83d"}'));
SELECT pg_temp.verdict(pg_temp.jwt('{"a":"\ude00"}'));
SELECT pg_temp.verdict(pg_temp.jwt('{"a":"\x"}'));
SELECT pg_temp.verdict(pg_temp.jwt('{"a":"\u12"}'));

-- the NUL character, which text cannot hold
SELECT pg_temp.verdict(pg_temp.jwt('{"a":"\u0000"}'));
SELECT pg_temp.verdict(pg_temp.jwt('{"\u0000":1}'));
SELECT pg_temp.verdict(pg_temp.jwt('{}', '{"alg":"HS256","kid":"\u0000"}'));
SELECT pg_temp.verdict(pg_temp.jwt('{"a":"\\u0000"}'));

-- depth: 100 levels, and not one more
SELECT pg_temp.verdict(pg_temp.jwt('{"a":' || repeat('[', 99) || repeat(']', 99) || '}'))
       LIKE '{"a": [[[%';
SELECT pg_temp.verdict(pg_temp.jwt('{"a":' || repeat('[', 100) || repeat(']', 100) || '}'));
SELECT pg_temp.verdict(pg_temp.jwt(repeat('{"a":', 100) || '1' || repeat('}', 100)))
       LIKE '{"a": {"a":%';
SELECT pg_temp.verdict(pg_temp.jwt(repeat('{"a":', 101) || '1' || repeat('}', 101)));
SELECT pg_temp.verdict(pg_temp.jwt(repeat('[', 11000)));
SELECT pg_temp.verdict(pg_temp.jwt('{}', '{"alg":"HS256","a":' || repeat('[', 5000)));
