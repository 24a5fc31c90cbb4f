-- A claims_map takes variables from elsewhere than it says (HASURA-JWT 3.6, 3.4).
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup

CREATE FUNCTION pg_temp.map(map text, payload text, role text DEFAULT NULL)
RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.resolve(pg_temp.jwt(payload),
                           pg_temp.config_with('"claims_map":{' || map || '}'), role)
$$;
\set roles '"x-hasura-allowed-roles":{"path":"$.roles"},"x-hasura-default-role":{"path":"$.roles[0]"}'
\set literals '"x-hasura-allowed-roles":["user","editor"],"x-hasura-default-role":"user"'

-- paths, literals, defaults
SELECT pg_temp.map(:'roles' || ',"x-hasura-user-id":{"path":"$.user.id"}',
                   '{"roles":["user","editor"],"user":{"id":"7"}}');
SELECT pg_temp.map(:'roles' || ',"x-hasura-user-id":{"path":"$.user.id"}',
                   '{"roles":["user","editor"],"user":{"id":"7"}}', 'editor');
SELECT pg_temp.map(:'literals' || ',"X-Hasura-Org":"acme","x-hasura-user-id":{"path":"$.sub"}',
                   '{"sub":"ann"}');
SELECT pg_temp.map(:'literals' || ',"x-hasura-org":{"path":"$.org","default":"none"}', '{}');
SELECT pg_temp.map(:'literals' || ',"x-hasura-org":{"path":"$.org","default":"none"}',
                   '{"org":"acme"}');
SELECT pg_temp.map('"x-hasura-allowed-roles":{"path":"$.r","default":["guest"]},'
                   '"x-hasura-default-role":{"path":"$.d","default":"guest"}', '{}');

-- only what is mapped becomes a variable; claims under the namespace are ignored
SELECT pg_temp.map(:'literals', '{"https://hasura.io/jwt/claims":{"x-hasura-user-id":"7"}}');

-- every mapped variable is mandatory
SELECT pg_temp.map(:'literals' || ',"x-hasura-org":{"path":"$.org"}', '{}');
SELECT pg_temp.map(:'literals' || ',"x-hasura-org":{"path":"$.org","default":null}', '{}');
SELECT pg_temp.map(:'roles', '{}');
SELECT pg_temp.map('"x-hasura-allowed-roles":["user"],"x-hasura-default-role":{"path":"$.d"}', '{}');

-- the hint says how far the path leads; it does not lead into a string
SELECT pg_temp.map(:'literals' || ',"x-hasura-id":{"path":"$.user.id"}', '{"user":{"ID":"a-value"}}');
SELECT pg_temp.map(:'literals' || ',"x-hasura-id":{"path":"$.user.id"}', '{"user":"{\"id\":\"7\"}"}');

-- a null is found, and a value of the wrong type does not fall back to the default
SELECT pg_temp.map(:'literals' || ',"x-hasura-org":{"path":"$.org","default":"none"}', '{"org":null}');
SELECT pg_temp.map(:'literals' || ',"x-hasura-org":{"path":"$.org","default":"none"}', '{"org":7}');
SELECT pg_temp.map(:'roles', '{"roles":"user"}');
SELECT pg_temp.map(:'roles', '{"roles":[7]}');
SELECT pg_temp.map(:'roles', '{"roles":[""]}');
SELECT pg_temp.map('"x-hasura-allowed-roles":["user"],"x-hasura-default-role":{"path":"$.d"}', '{"d":7}');
SELECT pg_temp.map('"x-hasura-allowed-roles":["user"],"x-hasura-default-role":{"path":"$.d"}', '{"d":""}');

-- order: allowed roles, default role, others, membership, strings
SELECT pg_temp.map('"x-hasura-allowed-roles":{"path":"$.r"},"x-hasura-default-role":{"path":"$.d"},'
                   '"x-hasura-org":{"path":"$.o"}', '{}', 'admin');
SELECT pg_temp.map('"x-hasura-allowed-roles":["user"],"x-hasura-default-role":{"path":"$.d"},'
                   '"x-hasura-org":{"path":"$.o"}', '{}', 'admin');
SELECT pg_temp.map(:'literals' || ',"x-hasura-org":{"path":"$.o"}', '{}', 'admin');
SELECT pg_temp.map(:'literals' || ',"x-hasura-org":{"path":"$.o"}', '{"o":7}', 'admin');
SELECT pg_temp.map(:'literals' || ',"x-hasura-org":{"path":"$.o"}', '{"o":7}');

-- registered claims are in reach, an audience of one as a string, a null as absent
SELECT pg_temp.map(:'literals' || ',"x-hasura-aud":{"path":"$.aud"}', '{"aud":["app"]}');
SELECT pg_temp.map(:'literals' || ',"x-hasura-aud":{"path":"$.aud[0]"}', '{"aud":["app"]}');
SELECT pg_temp.map(:'literals' || ',"x-hasura-aud":{"path":"$.aud[1]"}', '{"aud":["app","api"]}');
SELECT pg_temp.map(:'literals' || ',"x-hasura-sub":{"path":"$.sub","default":"none"}', '{"sub":null}');
SELECT pg_temp.map(:'literals' || ',"x-hasura-exp":{"path":"$.exp"}', '{"exp":4102444800}');

-- the role of the map itself gives way to the selected one
SELECT pg_temp.map(:'literals' || ',"x-hasura-role":"admin"', '{}');

-- what is wrong with a map
\set bad 'SELECT map, pg_temp.check_config(pg_temp.config_with(''"claims_map":'' || map)) FROM (VALUES'
:bad ('7'), ('[]'), ('{}'),
    ('{"x-hasura-default-role":"user"}'),
    ('{"x-hasura-allowed-roles":["user"]}'),
    ('{"X-Hasura-Allowed-Roles":["user"],"x-hasura-default-role":"user"}'),
    ('{"x-hasura-allowed-roles":"user","x-hasura-default-role":"user"}'),
    ('{"x-hasura-allowed-roles":[7],"x-hasura-default-role":"user"}'),
    ('{"x-hasura-allowed-roles":[""],"x-hasura-default-role":"user"}'),
    ('{"x-hasura-allowed-roles":null,"x-hasura-default-role":"user"}'),
    ('{"x-hasura-allowed-roles":["user"],"x-hasura-default-role":["user"]}'),
    ('{"x-hasura-allowed-roles":["user"],"x-hasura-default-role":""}'),
    ('{"x-hasura-allowed-roles":["user"],"x-hasura-default-role":"user","x-hasura-a":7}'),
    ('{"x-hasura-allowed-roles":["user"],"x-hasura-default-role":"user","x-hasura-a":{}}'),
    ('{"x-hasura-allowed-roles":["user"],"x-hasura-default-role":"user","x-hasura-a":{"path":7}}'),
    ('{"x-hasura-allowed-roles":["user"],"x-hasura-default-role":"user","x-hasura-a":{"path":"$.."}}'),
    ('{"x-hasura-allowed-roles":["user"],"x-hasura-default-role":"user","x-hasura-a":{"path":"$.a","default":7}}'),
    ('{"x-hasura-allowed-roles":["user"],"x-hasura-default-role":"user","x-hasura-a":"1","X-Hasura-A":"2"}'),
    ('{"x-hasura-allowed-roles":["user"],"x-hasura-default-role":"user","user-id":"1"}')) AS maps(map);

-- as understood
SELECT pg_temp.check_config(pg_temp.config_with('"claims_map":{' || :'roles' ||
    ',"x-hasura-a":{"path":"a[\"b c\"][0].d-e","default":"x"},"x-hasura-b":"secret-looking"}'));
