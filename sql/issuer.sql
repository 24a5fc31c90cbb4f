-- A token of another issuer is accepted, or one of the right issuer refused.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup

CREATE FUNCTION pg_temp.judge(configured text, claim text) RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.verify(pg_temp.jwt('{' || claim || '}'),
                          pg_temp.config_with('"issuer":' || to_json(configured)))
$$;

SELECT pg_temp.judge('https://herm.auth0.com/', '"iss":"https://herm.auth0.com/"');
SELECT pg_temp.judge('herm', '"iss":"herm"');

-- absent or null: accepted although one is configured
SELECT pg_temp.judge('herm', '"sub":"ann"');
SELECT pg_temp.judge('herm', '"iss":null');

-- none configured: any will do
SELECT pg_temp.verify(pg_temp.jwt('{"iss":"anybody"}'));

-- different, if only a little
SELECT pg_temp.judge('https://herm.auth0.com/', '"iss":"https://herm.auth0.com"');
SELECT pg_temp.judge('https://herm.auth0.com', '"iss":"https://herm.auth0.com/"');
SELECT pg_temp.judge('herm', '"iss":"Herm"');
SELECT pg_temp.judge('herm', '"iss":"herm "');
SELECT pg_temp.judge('herm', '"iss":""');
SELECT pg_temp.judge('https://herm.auth0.com/', '"iss":"https://HERM.auth0.com/"');
SELECT pg_temp.judge('https://herm.auth0.com/', '"iss":"http://herm.auth0.com/"');
SELECT pg_temp.judge('https://herm.auth0.com/', '"iss":"https://herm.auth0.com//"');

-- before all else: expired, forged, without roles, in four parts
SELECT pg_temp.judge('herm', '"iss":"other","exp":1');
SELECT pg_temp.resolve(pg_temp.sign_bytes('{"alg":"HS256"}', '{"iss":"other"}', 'wrong'),
                       pg_temp.config_with('"issuer":"herm"')) =
       pg_temp.judge('herm', '"iss":"other"');
SELECT pg_temp.verify(pg_temp.jwt('{"iss":"other"}', '{"alg":"none"}'),
                      pg_temp.config_with('"issuer":"herm"')) =
       pg_temp.judge('herm', '"iss":"other"');
SELECT pg_temp.verify(pg_temp.jwt('{"iss":"other"}') || '.x',
                      pg_temp.config_with('"issuer":"herm"')) =
       pg_temp.judge('herm', '"iss":"other"');

-- whatever the other claims look like
SELECT pg_temp.judge('herm', '"iss":"other","sub":7');

-- an issuer that cannot be read is none, for a start
SELECT pg_temp.judge('herm', '"iss":7');
SELECT pg_temp.judge('herm', '"iss":"a:b c"');
SELECT pg_temp.verify('!.!.!', pg_temp.config_with('"issuer":"herm"'));

-- the hint shows no more than a line of a foreign text
SELECT pg_temp.judge('herm', '"iss":"' || repeat('long', 40) || '\n"');
SELECT pg_temp.judge('herm', '"iss":"a\u001b[31mb"');
