-- A registered claim of the wrong type passes, or a right one does not
-- (HASURA-JWT 2.2 step 7).
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup

-- each claim with each type
SELECT claim, value, pg_temp.verdict(pg_temp.jwt('{"' || claim || '":' || value || '}'))
FROM (VALUES (1, 'iss'), (2, 'sub'), (3, 'aud'), (4, 'exp'), (5, 'nbf'),
             (6, 'iat'), (7, 'jti')) AS claims(n, claim),
     (VALUES (1, '"a"'), (2, '1e9'), (3, 'true'), (4, '{}'), (5, '["a"]'),
             (6, 'null')) AS vals(m, value)
WHERE NOT (claim = 'exp' AND value = '1e9')
ORDER BY n, m;

-- a text with a colon must be a URI
SELECT value, pg_temp.verdict(pg_temp.jwt(json_build_object('sub', value)::text))
FROM (VALUES ('foo:bar'), ('foo:bar baz'), (':'), ('1a:b'), ('a:'), ('a://'),
             ('https://a.com/p?q#f'), ('https://a.com/%zz'), ('https://a.com/%41'),
             ('urn:isbn:1'), ('https://[::1]:80/'), ('https://[::g]/'),
             ('https://a:b:c/'), ('mailto:ann@herm.example'), ('a:ü'),
             ('without colon ü %zz'), ('')) AS vals(value);
SELECT pg_temp.verdict(pg_temp.jwt('{"iss":"a:b c"}'));
SELECT pg_temp.verdict(pg_temp.jwt('{"aud":"a:b c"}'));
SELECT pg_temp.verdict(pg_temp.jwt('{"aud":["a","a:b c"]}'));
SELECT pg_temp.verdict(pg_temp.jwt('{"aud":["a",1]}'));
SELECT pg_temp.verdict(pg_temp.jwt('{"aud":["a",null]}'));
SELECT pg_temp.verdict(pg_temp.jwt('{"jti":"a:b c"}'));

-- of two faults the first in the library's order: iss sub aud exp nbf iat jti
SELECT pg_temp.verdict(pg_temp.jwt('{"jti":1,"exp":"x","sub":2}'));
SELECT pg_temp.verdict(pg_temp.jwt('{"iat":"x","nbf":"x"}'));
