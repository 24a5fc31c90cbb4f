-- The explanation of a token leads to the wrong place.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup

-- all steps, in Hasura's order
SELECT step, "check", status, detail FROM herm_jwt.inspect(:'ann', NULL, 'editor');

-- of each token: what is not ok
CREATE FUNCTION pg_temp.faults(token text, config text DEFAULT NULL,
                               role text DEFAULT NULL)
RETURNS SETOF text
LANGUAGE sql AS $$
    SELECT concat_ws(' ', status, string_agg("check", ', ' ORDER BY step), detail)
    FROM herm_jwt.inspect(token, config::jsonb, role)
    WHERE status <> 'ok' GROUP BY status, detail ORDER BY status, min(step)
$$;
SELECT pg_temp.faults(:'ann');
SELECT pg_temp.faults('');
SELECT pg_temp.faults('Basic abc');
SELECT pg_temp.faults('opaque');
SELECT pg_temp.faults('a.b.c.d.e');
SELECT pg_temp.faults('!.!.!');
SELECT pg_temp.faults(pg_temp.jwt('[]', '[]'));
SELECT pg_temp.faults(pg_temp.jwt('{"sub":7}', '{"alg":"XY"}'));
SELECT pg_temp.faults(pg_temp.jwt('{"a":1,"a":2}'));
SELECT pg_temp.faults(pg_temp.jwt('{}', '{"alg":"none"}'));
SELECT pg_temp.faults(pg_temp.jwt('{}', '{"alg":"RS256"}'));
SELECT pg_temp.faults(pg_temp.jwt('{"sub":"ann"}'));
SELECT pg_temp.faults(:'ann' || 'AAAA');
SELECT pg_temp.faults(:'ann', NULL, 'admin');
SELECT pg_temp.faults(:'ann', '{"type":"HS256","key":"short"}');
SELECT pg_temp.faults(:'ann', '{"type":"HS256","key":"another-secret-which-is-long-enough-too"}');
SELECT pg_temp.faults(pg_temp.hasura('{"x-hasura-allowed-roles":"user","x-hasura-n":1}'));
SELECT pg_temp.faults(pg_temp.hasura('{"x-hasura-allowed-roles":["user"],
    "x-hasura-default-role":"user","x-hasura-n":1}'));

-- a slip in a configuration's name, which Hasura ignores
SELECT "check", status, detail
FROM herm_jwt.inspect(pg_temp.jwt('{"claims":{"x-hasura-user-id":"7"}}'),
                      pg_temp.config_with('"claims_namspace":"claims"')::jsonb)
WHERE "check" IN ('config', 'hasura-claims');

-- several faults at once are all told
SELECT pg_temp.faults(pg_temp.user_token('1', '["editor"]', '"iss":"other","aud":"x",'),
                      pg_temp.config_with('"issuer":"herm","audience":"app"'));

-- the times of an expired token, without the seconds that pass
SELECT "check", status, regexp_replace(detail, '[0-9]+ s ago', '... s ago')
FROM herm_jwt.inspect(pg_temp.jwt('{"exp":1e9,"iat":1.5e9,"nbf":0}'))
WHERE "check" IN ('exp', 'iat', 'nbf');
SELECT "check", status, detail
FROM herm_jwt.inspect(pg_temp.jwt('{"exp":1e999,"iat":-1e999}'))
WHERE "check" IN ('exp', 'iat', 'nbf');
SELECT "check", status, regexp_replace(detail, '[0-9]+ s (from|ago)', '... s \1')
FROM herm_jwt.inspect(pg_temp.jwt('{"exp":9999999999}'),
                      pg_temp.config_with('"allowed_skew":30')::jsonb)
WHERE "check" IN ('exp', 'iat', 'nbf');

-- what it shows contains no control characters and no signature
SELECT bool_or(detail LIKE '%' || split_part(:'ann', '.', 3) || '%')
FROM herm_jwt.inspect(:'ann');
SELECT bool_or(detail ~ '[[:cntrl:]]')
FROM herm_jwt.inspect(pg_temp.hasura('{"x-hasura-allowed-roles":["\u001b[31m\n"],
    "x-hasura-default-role":"\t","x-hasura-\u0007":"\u007f"}'));
SELECT "check", detail
FROM herm_jwt.inspect(pg_temp.hasura('{"x-hasura-allowed-roles":["\u001b[31m\n"],
    "x-hasura-default-role":"\u001b[31m\n","x-hasura-\u0007":"\u007f"}'))
WHERE "check" IN ('allowed-roles', 'role', 'variables');

-- never a secret
SELECT bool_or(detail LIKE '%a-secret%') FROM herm_jwt.inspect(:'ann', :'config');

-- the size counts the token alone
SELECT detail FROM herm_jwt.inspect(:'ann') WHERE "check" = 'size';
SELECT detail FROM herm_jwt.inspect('Bearer ' || :'ann') WHERE "check" = 'size';

-- a token that is too large is explained, too
SELECT "check", status, detail FROM herm_jwt.inspect(repeat('x', 100000))
WHERE "check" = 'size';

-- nothing at all
SELECT count(*) FROM herm_jwt.inspect(NULL);

-- without a configuration it shows what a token holds all the same
SET herm_jwt.jwt_secret = '';
SELECT pg_temp.faults(:'ann');
SELECT "check", detail FROM herm_jwt.inspect(:'ann') WHERE status = 'ok';

-- an ID token, where an access token is meant
SET herm_jwt.jwt_secret = :'config';
SELECT pg_temp.faults(pg_temp.jwt('{"sub":"ann","nonce":"x"}'));
SELECT pg_temp.faults(pg_temp.jwt('{"sub":"ann","aud":"client","at_hash":"x"}'),
                      pg_temp.config_with('"audience":"api"'));
