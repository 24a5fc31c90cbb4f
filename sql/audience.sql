-- A token for another service is accepted, or one for this service refused.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup

CREATE FUNCTION pg_temp.judge(configured text, aud text) RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.verify(pg_temp.jwt('{"aud":' || aud || '}'),
                          pg_temp.config_with('"audience":' || configured))
$$;

-- text or list on both sides; one in common is enough
CREATE TEMP TABLE verdict AS
SELECT n, m, configured, aud, split_part(pg_temp.judge(configured, aud), E'\n', 1)
                              AS verdict
FROM (VALUES (1, '"a"'), (2, '["a"]'), (3, '["a","b"]'), (4, '["https://a/"]'),
             (5, '[]'), (6, '"A"'), (7, '""')) AS configs(n, configured),
     (VALUES (1, '"a"'), (2, '["a"]'), (3, '["b","c"]'), (4, '"https://a/"'),
             (5, '"https://a"'), (6, '[]'), (7, '""')) AS tokens(m, aud);
SELECT configured, aud FROM verdict WHERE verdict LIKE '{%' ORDER BY n, m;
SELECT verdict, count(*) FROM verdict WHERE verdict NOT LIKE '{%' GROUP BY 1;

-- absent or null: accepted although one is configured
SELECT pg_temp.judge('"a"', 'null');
SELECT pg_temp.verify(pg_temp.jwt('{}'), pg_temp.config_with('"audience":"a"'));
SELECT pg_temp.verify(pg_temp.jwt('{}'), pg_temp.config_with('"audience":[]'));

-- none configured: any will do, but there must be one
SELECT pg_temp.verify(pg_temp.jwt('{"aud":"a"}'));
SELECT pg_temp.verify(pg_temp.jwt('{"aud":["a","b"]}'));
SELECT pg_temp.verify(pg_temp.jwt('{"aud":[]}'));
SELECT pg_temp.verify(pg_temp.jwt('{"aud":[]}'), pg_temp.config_with('"audience":null'));

-- the hint
SELECT pg_temp.judge('["a","b"]', '["c","d"]');
SELECT pg_temp.judge('[]', '"c"');
