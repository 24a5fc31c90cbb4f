-- A huge text costs the server its time or memory, or a small token is refused.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup

-- Tokens of exactly so many bytes.
CREATE FUNCTION pg_temp.token_of(size int) RETURNS text
LANGUAGE sql AS $$
    SELECT rpad(pg_temp.jwt('{}') || '.', size, 'x')
$$;
CREATE FUNCTION pg_temp.answers(token text) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('herm_jwt.token', token, true);
    RETURN concat_ws(' ', left(pg_temp.outcome('SELECT herm_jwt.role()'), 5),
        left(pg_temp.outcome(format('SELECT herm_jwt.authenticate(%L)', token)), 5),
        left(pg_temp.verify(token), 5), left(pg_temp.resolve(token), 5),
        left(pg_temp.outcome(format('SELECT header FROM herm_jwt.decode(%L)', token)), 5));
END
$$;

-- 54000: too large; 28000: something else is wrong with it
SET herm_jwt.max_token_size = 300;
SELECT size, pg_temp.answers(pg_temp.token_of(size)),
       pg_temp.answers('Bearer ' || pg_temp.token_of(size))
FROM (VALUES (299), (300), (301), (306), (307), (308), (400)) AS sizes(size);
SELECT pg_temp.outcome(format('SELECT herm_jwt.authenticate(%L)', pg_temp.token_of(301)));
SET herm_jwt.token = :'ann';
SELECT herm_jwt.role();
SET herm_jwt.max_token_size = 256;
SELECT length(:'ann'), pg_temp.outcome('SELECT herm_jwt.role()');
RESET herm_jwt.max_token_size;
SELECT herm_jwt.role();

-- a good token that needs all of it
SELECT pg_temp.user_token('1', '["user"]', format('"pad":"%s",', repeat('x', 12040)))
       AS large \gset
SELECT length(:'large');
SELECT pg_temp.resolve(:'large');
SET herm_jwt.max_token_size = '1kB';
SELECT pg_temp.resolve(:'large');
SET herm_jwt.max_token_size = '1MB';
SELECT pg_temp.resolve(pg_temp.user_token('1', '["user"]',
           format('"pad":"%s",', repeat('x', 500000))));
RESET herm_jwt.max_token_size;

-- 100 MB, in memory and compressed on disk
SELECT left(pg_temp.outcome('SELECT herm_jwt.verify(repeat(''a'', 100000000))'), 46);
SELECT left(pg_temp.outcome('SELECT herm_jwt.authenticate(repeat(''a'', 100000000))'), 46);
SELECT left(pg_temp.outcome('SELECT herm_jwt.resolve(repeat(''a'', 100000000))'), 46);
SELECT left(pg_temp.outcome('SELECT herm_jwt.decode(repeat(''a'', 100000000))'), 46);
CREATE TEMP TABLE huge (compressed text, plain text);
ALTER TABLE huge ALTER plain SET STORAGE EXTERNAL;
INSERT INTO huge VALUES (repeat('a', 10000000), repeat('a', 10000000));
SELECT left(pg_temp.outcome('SELECT herm_jwt.verify(compressed) FROM huge'), 46);
SELECT left(pg_temp.outcome('SELECT herm_jwt.verify(plain) FROM huge'), 46);

-- as a setting it can be set, and gives an error to whoever asks
SELECT set_config('herm_jwt.token', repeat('a', 10000000), false);
SELECT left(pg_temp.outcome('SELECT herm_jwt.role()'), 46);
SELECT left(pg_temp.outcome('SELECT herm_jwt.claims()'), 46);
SET herm_jwt.token = :'bob';
SELECT herm_jwt.user_id();

-- a large role or name is no token, and does no harm
SELECT left(pg_temp.resolve(:'ann', NULL, repeat('r', 1000000)), 60);
SELECT herm_jwt.session_variable(repeat('x-hasura-', 100000));
SELECT length(pg_temp.outcome(
    'SELECT herm_jwt.require_session_variable(repeat(''x-hasura-'', 100000))'));
