-- A service that verifies tokens itself gets another payload or verdict.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup

-- with and without Hasura's claims
SELECT herm_jwt.verify(:'ann');
SELECT pg_temp.verify(pg_temp.jwt('{"sub":"ann","scope":"openid profile"}'));
SELECT pg_temp.verify(pg_temp.jwt('{}'));
SELECT pg_temp.verify('Bearer ' || pg_temp.jwt('{"a":[1,"2",true,null,{}]}'));

-- Hasura's claims are not judged
SELECT pg_temp.verify(pg_temp.hasura('[1,2]'));

-- null, empty, malformed
SELECT herm_jwt.verify(NULL);
SELECT herm_jwt.verify(NULL, '{"type":"HS256"}');
SELECT pg_temp.verify('');
SELECT pg_temp.verify('Bearer ');
SELECT pg_temp.verify('Basic abc');
SELECT pg_temp.verify(' ' || :'ann');

-- a configuration of its own: another secret, another verdict
\set other '{"type":"HS256","key":"another-secret-which-is-long-enough-too"}'
SELECT pg_temp.verify(:'ann', :'other');
SELECT herm_jwt.verify(
    pg_temp.sign_bytes('{"alg":"HS256"}', '{"n":1}',
                       'another-secret-which-is-long-enough-too'), :'other');
SELECT pg_temp.verify(:'ann', '{"type":"HS256","key":"short"}');
SELECT pg_temp.verify(:'ann', '{}');
SELECT pg_temp.verify(:'ann', '[]');
SELECT pg_temp.verify(:'ann', 'null');
SELECT pg_temp.verify(:'ann', '7');

-- one call site, two configurations
SELECT n, pg_temp.verify(:'ann', config)
FROM (VALUES (1, :'config'), (2, :'other'), (3, :'config'), (4, NULL))
     AS configs(n, config) ORDER BY n;
SELECT n, herm_jwt.verify(token, config::jsonb) ->> 'sub'
FROM (VALUES (1, :'ann', :'config'), (2, NULL, :'other'),
             (3, :'bob', NULL), (4, :'eve', :'config'))
     AS calls(n, token, config) ORDER BY n;

-- neither reads nor writes the session
SET herm_jwt.token = :'expired';
SET herm_jwt.role = 'editor';
SELECT herm_jwt.verify(:'bob') ->> 'sub';
SELECT pg_temp.outcome('SELECT herm_jwt.role()');
SET herm_jwt.token = :'eve';
SELECT herm_jwt.verify(:'bob') ->> 'sub', herm_jwt.user_id(), herm_jwt.role();
SELECT pg_temp.verify(:'expired');
SELECT herm_jwt.user_id();
