-- Claims are looked for at another place than claims_namespace_path says (HASURA-JWT 3.5).
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup

CREATE FUNCTION pg_temp.at(path text, payload text, more text DEFAULT '') RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.resolve(pg_temp.jwt(payload),
                           pg_temp.config_with('"claims_namespace_path":' ||
                                               to_json(path) || more))
$$;
\set claims '{"x-hasura-allowed-roles":["user"],"x-hasura-default-role":"user"}'

-- all of these lead to the claims
SELECT path, pg_temp.at(path, payload) FROM (VALUES
    ('$', :'claims'),
    ('$.a', '{"a":' || :'claims' || '}'),
    ('a', '{"a":' || :'claims' || '}'),
    ('.a', '{"a":' || :'claims' || '}'),
    ('$a', '{"a":' || :'claims' || '}'),
    ('$.a.b', '{"a":{"b":' || :'claims' || '}}'),
    ('$[''a'']', '{"a":' || :'claims' || '}'),
    ('$["a"]', '{"a":' || :'claims' || '}'),
    ('$.["a"]', '{"a":' || :'claims' || '}'),
    ('$.[''https://my.app/claims''].b', '{"https://my.app/claims":{"b":' || :'claims' || '}}'),
    ('$.a[1]', '{"a":[7,' || :'claims' || ']}'),
    ('$[''it\''s "here"'']', '{"it''s \"here\"":' || :'claims' || '}'),
    ('$["\u0061\n"]', '{"a\n":' || :'claims' || '}'),
    ('$._a-1', '{"_a-1":' || :'claims' || '}'),
    ('$.größe', '{"größe":' || :'claims' || '}'),
    ('$[""]', '{"":' || :'claims' || '}')) AS good(path, payload);

-- none of these does
SELECT path, split_part(pg_temp.at(path, '{"a":[7],"b":{"c":null},"sub":"s"}'), E'\n', 1) FROM (VALUES
    ('$.x'), ('$.a.b'), ('$.a[1]'), ('$.a[99999999999999999999]'), ('$.b[0]'), ('$.b.c'), ('$.sub'),
    ('$.a[0]'), ('$["b"].x-y["z z"][3]')) AS missing(path);

-- the hint says where there are claims, or how far the path leads
SELECT path, pg_temp.at(path, payload) FROM (VALUES
    ('$.a', '{"A":' || :'claims' || '}'),
    ('$.a', :'claims'),
    ('$.a.b', '{"a":{"c":"{\"x-hasura-role\":\"user\"}"}}'),
    ('$.a.b', '{"a":{"c":"a-value"}}'),
    ('$.a.b', '{"a":"a-value"}'),
    ('$.a[3].b', '{"a":["a-value"]}')) AS hinted(path, payload);

-- registered claims are out of reach, even at the root
SELECT pg_temp.at('$', '{"sub":"s"}');
SELECT pg_temp.at('$.sub', '{"sub":"s"}');

-- and these are no paths
SELECT path, pg_temp.check_config(pg_temp.config_with('"claims_namespace_path":' || to_json(path)))
FROM (VALUES
    (''), ('$$'), ('$.'), ('$..a'), ('$.*'), ('*'), ('$[*]'), ('$[-1]'), ('$[0:1]'), ('$[?(@)]'), ('$.1a'),
    ('$.-a'), ('$.a b'), ('$[a]'), ('$["a"'), ('$["a'), ('$[''a"]'), ('$["\x"]'), ('$[]'), ('$.a.'), ('a..b'),
    ('$["a"]]'), ('$[1'), (' $')) AS bad(path);

-- one place or the other
SELECT pg_temp.check_config(pg_temp.config_with('"claims_namespace":"a","claims_namespace_path":"$.a"'));
SELECT pg_temp.check_config(pg_temp.config_with('"claims_namespace":null,"claims_namespace_path":"$[''a''][\"b c\"][0]"'));

-- claims in a string
SELECT pg_temp.at('$.a', '{"a":"{\"x-hasura-allowed-roles\":[\"user\"],\"x-hasura-default-role\":\"user\"}"}',
                  ',"claims_format":"stringified_json"');
SELECT pg_temp.at('$.a', '{"a":"nonsense"}', ',"claims_format":"stringified_json"');
