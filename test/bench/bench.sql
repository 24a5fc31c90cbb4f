-- SPDX-License-Identifier: PostgreSQL
-- bench.sql: what every target of script/bench needs: functions that time, tokens, results.
CREATE EXTENSION herm_jwt;
CREATE SCHEMA bench;
GRANT USAGE ON SCHEMA bench TO PUBLIC;

-- ---- functions that time (bench.c, evp.c): nanoseconds of processor time a step ----

-- OpenSSL alone: the signatures of tokens, decoded before; key is a public PEM or the secret
CREATE FUNCTION bench.evp(algorithm text, key text, tokens text[]) RETURNS float8
AS 'herm_jwt_bench', 'bench_evp' LANGUAGE C STRICT;
-- SET herm_jwt.token to each token, in a statement of its own
CREATE FUNCTION bench.set_tokens(tokens text[]) RETURNS float8
AS 'herm_jwt_bench', 'bench_set_tokens' LANGUAGE C STRICT;
-- the same, and a call of an accessor without arguments
CREATE FUNCTION bench.sessions(tokens text[], accessor regprocedure) RETURNS float8
AS 'herm_jwt_bench', 'bench_sessions' LANGUAGE C STRICT;
-- function(token, NULL) of each token
CREATE FUNCTION bench.calls(tokens text[], function regprocedure) RETURNS float8
AS 'herm_jwt_bench', 'bench_calls' LANGUAGE C STRICT;
-- the start of another statement, and nothing in it: what hits() costs by itself
CREATE FUNCTION bench.statement_clock(steps int) RETURNS float8
AS 'herm_jwt_bench', 'bench_statement_clock' LANGUAGE C STRICT;
-- the start of another statement, and an accessor in it; the token stays as it is
CREATE FUNCTION bench.hits(steps int, accessor regprocedure) RETURNS float8
AS 'herm_jwt_bench', 'bench_hits' LANGUAGE C STRICT;
-- a SELECT, planned before
CREATE FUNCTION bench.statement(statement text, steps int) RETURNS float8
AS 'herm_jwt_bench', 'bench_statement' LANGUAGE C STRICT;
-- a SELECT, planned before, with each token as $1
CREATE FUNCTION bench.statements(statement text, tokens text[]) RETURNS float8
AS 'herm_jwt_bench', 'bench_statements' LANGUAGE C STRICT;
-- a SELECT, planned and run once before: nanoseconds on the clock on the wall
CREATE FUNCTION bench.elapsed(statement text) RETURNS float8
AS 'herm_jwt_bench', 'bench_elapsed' LANGUAGE C STRICT;
-- the token is set and the accessor looked up and called, once
CREATE FUNCTION bench.first(token text, accessor regprocedure) RETURNS float8
AS 'herm_jwt_bench', 'bench_first' LANGUAGE C STRICT;
-- what this process has used since it was forked
CREATE FUNCTION bench.cpu() RETURNS float8
AS 'herm_jwt_bench', 'bench_cpu' LANGUAGE C STRICT;

-- ---- results ----

-- One time of one variant in one round of a series. Ratios are made within a round.
CREATE TABLE bench.measurement (
	series text,
	variant text,
	round int,
	ns float8,
	PRIMARY KEY (series, variant, round)
);

-- value is NULL if a peer is missing: note says which
CREATE TABLE bench.figure (id text PRIMARY KEY, value float8, note text);

CREATE FUNCTION bench.measured(series text, variant text, round int, ns float8) RETURNS void
BEGIN ATOMIC
	INSERT INTO bench.measurement VALUES (series, variant, round, ns);
END;

CREATE FUNCTION bench.median(series text, variant text) RETURNS float8
RETURN (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY m.ns) FROM bench.measurement AS m
	WHERE m.series = median.series AND m.variant = median.variant);

-- The median of one variant's time over another's, round by round.
CREATE FUNCTION bench.ratio(series text, variant text, over text) RETURNS float8
RETURN (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY a.ns / b.ns)
	FROM bench.measurement AS a JOIN bench.measurement AS b USING (series, round)
	WHERE a.series = ratio.series AND a.variant = ratio.variant AND b.variant = ratio.over);

-- The same, less what a third variant shows to be none of the first one's own.
CREATE FUNCTION bench.ratio_without(series text, variant text, less text, over text) RETURNS float8
RETURN (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY (a.ns - l.ns) / b.ns)
	FROM bench.measurement AS a
	JOIN bench.measurement AS l USING (series, round)
	JOIN bench.measurement AS b USING (series, round)
	WHERE a.series = ratio_without.series AND a.variant = ratio_without.variant
	AND l.variant = ratio_without.less AND b.variant = ratio_without.over);

CREATE FUNCTION bench.report(id text, value float8, note text DEFAULT NULL) RETURNS void
BEGIN ATOMIC
	INSERT INTO bench.figure VALUES (id, value, note);
END;

-- ---- keys and tokens ----

-- Variables: keys, the folder with <name>.key and .pub; secret, for HMAC.
\cd :keys
\set rsa_key `cat rsa.key`
\set rsa_pub `cat rsa.pub`
\set ec_key `cat ec.key`
\set ec_pub `cat ec.pub`
\set ed_key `cat ed.key`
\set ed_pub `cat ed.pub`

CREATE TABLE bench.key (algorithm text PRIMARY KEY, type text, private text, public text);
INSERT INTO bench.key VALUES
	('HS256', 'HS256', :'secret', :'secret'),
	('RS256', 'RS256', :'rsa_key', :'rsa_pub'),
	('PS256', 'PS256', :'rsa_key', :'rsa_pub'),
	('ES256', 'ES256', :'ec_key', :'ec_pub'),
	('EdDSA', 'Ed25519', :'ed_key', :'ed_pub');

-- The user whose rows the policies show.
CREATE FUNCTION bench.ann() RETURNS uuid IMMUTABLE
RETURN 'a0000000-0000-4000-8000-000000000001'::uuid;

-- About 600 bytes, as an identity provider's access token has them.
CREATE FUNCTION bench.payload(id int) RETURNS jsonb
RETURN jsonb_build_object(
	'iss', 'https://bench.example.com/', 'sub', bench.ann(), 'jti', md5(id::text),
	'aud', '["https://api.example.com/graphql", "https://bench.example.com/userinfo"]'::jsonb,
	'iat', 1700000000, 'exp', 4102444800, 'azp', 'Zv7hermbench0123456789abcdef',
	'scope', 'openid profile email offline_access', 'email', 'ann@example.com',
	'https://hasura.io/jwt/claims', jsonb_build_object(
		'x-hasura-allowed-roles', '["user", "editor", "manager"]'::jsonb,
		'x-hasura-default-role', 'user', 'x-hasura-user-id', bench.ann(),
		'x-hasura-org-id', 'c0000000-0000-4000-8000-000000000003'));

CREATE TABLE bench.token (algorithm text, id int, token text, PRIMARY KEY (algorithm, id));
INSERT INTO bench.token
	SELECT algorithm, id, herm_jwt.sign(bench.payload(id), private, algorithm)
	FROM bench.key,
	generate_series(0, CASE algorithm WHEN 'HS256' THEN 10000 WHEN 'RS256' THEN 1000 ELSE 328 END) AS id;
VACUUM ANALYZE bench.token;

-- Token 0 is none of them: it warms up.
CREATE FUNCTION bench.tokens(algorithm text, first int, count int) RETURNS text[]
RETURN (SELECT array_agg(t.token ORDER BY t.id) FROM bench.token AS t
	WHERE t.algorithm = tokens.algorithm AND t.id BETWEEN first AND first + count - 1);

CREATE FUNCTION bench.token(algorithm text, id int DEFAULT 0) RETURNS text
RETURN (SELECT t.token FROM bench.token AS t
	WHERE t.algorithm = token.algorithm AND t.id = token.id);

CREATE FUNCTION bench.config(algorithm text, round int) RETURNS text
RETURN (SELECT jsonb_build_object('type', type, 'key', public, 'round', round)::text
	FROM bench.key AS k WHERE k.algorithm = config.algorithm);

-- A configuration that differs from all others, by a member that nobody reads: so no cache knows
-- any token, neither the backend's nor the server's. The key is compiled and used once before.
CREATE FUNCTION bench.configure(algorithm text, round int) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('herm_jwt.jwt_secret', bench.config(algorithm, round), false);
	PERFORM set_config('herm_jwt.token', bench.token(algorithm), true);
	PERFORM herm_jwt.role();
	PERFORM set_config('herm_jwt.token', '', true);
END $$;

-- What the counters of herm_jwt.stats must say, so that nothing is measured that did not happen.
CREATE FUNCTION bench.counted(counter text) RETURNS int8
RETURN (SELECT coalesce(sum(s.value), 0)::int8 FROM herm_jwt.stats AS s WHERE s.counter = counted.counter);

CREATE FUNCTION bench.expect(what text, actual int8, expected int8) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	IF actual IS DISTINCT FROM expected THEN
		RAISE EXCEPTION 'not what was to be measured: % %, not %', actual, what, expected;
	END IF;
END $$;
