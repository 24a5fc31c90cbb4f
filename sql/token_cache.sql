-- A session remembers the wrong token, or an answer that is no longer true.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup

CREATE FUNCTION pg_temp.who(token text, role text DEFAULT '') RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('herm_jwt.token', token, false),
            set_config('herm_jwt.role', role, false);
    RETURN split_part(pg_temp.outcome(
        'SELECT herm_jwt.user_id() || '' '' || herm_jwt.role()'), E'\n', 1);
END
$$;

-- the same answers with a cache of any size
CREATE TEMP TABLE call (n int, token text, role text);
INSERT INTO call VALUES
    (1, :'ann', ''), (2, :'bob', ''), (3, :'ann', 'editor'), (4, :'ann', ''),
    (5, :'expired', ''), (6, :'ann', 'admin'), (7, :'eve', 'editor'),
    (8, 'Bearer ' || :'ann', ''), (9, :'bob', 'editor'), (10, :'bob', ''),
    (11, left(:'bob', -1) || 'A', ''), (12, '', ''), (13, :'bob', 'user'),
    (14, :'ann', 'user'), (15, :'ann', 'Editor'), (16, :'expired', '');
CREATE TEMP TABLE answer AS
SELECT n, pg_temp.who(token, role) FROM (SELECT * FROM call ORDER BY n) AS calls;
SELECT * FROM answer;
SET herm_jwt.token_cache_size = 0;
SELECT n, pg_temp.who(token, role) FROM (SELECT * FROM call ORDER BY n) AS calls
EXCEPT TABLE answer;
SET herm_jwt.token_cache_size = 1;
SELECT n, pg_temp.who(token, role) FROM (SELECT * FROM call ORDER BY n) AS calls
EXCEPT TABLE answer;
SET herm_jwt.token_cache_size = 2;
SELECT n, pg_temp.who(token, role) FROM (SELECT * FROM call ORDER BY n DESC) AS calls
EXCEPT TABLE answer;
RESET herm_jwt.token_cache_size;
SELECT n, pg_temp.who(token, role) FROM (SELECT * FROM call ORDER BY n DESC) AS calls
EXCEPT TABLE answer;

-- more tokens than it holds, twice, in both directions
SET herm_jwt.token_cache_size = 3;
SELECT count(*) FILTER (WHERE who = n || ' user'), count(*)
FROM (SELECT n, pg_temp.who(pg_temp.user_token(n::text, '["user"]')) AS who
      FROM generate_series(1, 50) AS n) AS answers;
SELECT count(*) FILTER (WHERE who = n || ' user'), count(*)
FROM (SELECT n, pg_temp.who(pg_temp.user_token(n::text, '["user"]')) AS who
      FROM generate_series(50, 1, -1) AS n) AS answers;

-- made smaller while a token is in force
SET herm_jwt.token_cache_size = 100;
SELECT pg_temp.who(:'ann'), pg_temp.who(:'bob'), pg_temp.who(:'ann');
SET herm_jwt.token_cache_size = 0;
SELECT herm_jwt.user_id(), pg_temp.who(:'bob'), pg_temp.who(:'ann');
RESET herm_jwt.token_cache_size;

-- another key: what was accepted is refused at once, and the other way round
SELECT pg_temp.who(:'ann');
SET herm_jwt.jwt_secret = '{"type":"HS256","key":"another-secret-which-is-long-enough-too"}';
SELECT pg_temp.who(:'ann');
SET herm_jwt.jwt_secret = :'config';
SELECT pg_temp.who(:'ann');

-- and in the middle of a transaction that is rolled back
BEGIN;
SELECT pg_temp.who(:'ann');
SET LOCAL herm_jwt.jwt_secret = '{"type":"HS256","key":"another-secret-which-is-long-enough-too"}';
SELECT pg_temp.who(:'ann');
ROLLBACK;
SELECT pg_temp.who(:'ann');

-- other settings that decide
SET herm_jwt.strict = on;
SELECT pg_temp.who(:'ann');
RESET herm_jwt.strict;
SELECT pg_temp.who(:'ann');
SELECT pg_temp.user_token('1', '["user"]', '"pad":"something longer",') AS longer \gset
SELECT pg_temp.who(:'longer');
SET herm_jwt.max_token_size = 256;
SELECT pg_temp.who(:'longer');
RESET herm_jwt.max_token_size;
SELECT pg_temp.who(:'longer');
SELECT pg_temp.config_with('"issuer":"herm"') AS with_issuer \gset
SELECT pg_temp.user_token('1', '["user"]', '"iss":"other",') AS other \gset
SELECT pg_temp.who(:'other');
SET herm_jwt.jwt_secret = :'with_issuer';
SELECT pg_temp.who(:'other');
SELECT pg_temp.who(:'ann');
