-- SPDX-License-Identifier: PostgreSQL
-- Target 11: a new RS256 token and a set of 1 to 256 keys, its own key the last one. With a kid in
-- strict mode one key is tried; otherwise, as in Hasura, all of the right kind. Foreign keys are
-- random numbers with which OpenSSL reckons as long as with real ones.
\setenv KEYS :keys
\set modulus `openssl rsa -pubin -in "$KEYS/rsa.pub" -modulus -noout`
CREATE TABLE bench.modulus AS SELECT decode(split_part(:'modulus', '=', 2), 'hex') AS value;

CREATE FUNCTION bench.base64url(bytes bytea) RETURNS text
RETURN translate(encode(bytes, 'base64'), E'+/=\n', '-_');

CREATE FUNCTION bench.random_bytes(count int) RETURNS bytea
LANGUAGE sql AS $$
	SELECT substring(string_agg(sha256(random()::text::bytea), '') FROM 1 FOR count)
	FROM generate_series(1, count / 32 + 1)
$$;

-- Larger than any signature, and odd.
CREATE FUNCTION bench.foreign_modulus() RETURNS bytea
LANGUAGE sql AS $$ SELECT '\xffffffffffffffff'::bytea || bench.random_bytes(247) || '\x01'::bytea $$;

CREATE FUNCTION bench.foreign_key(is_rsa boolean, kid text) RETURNS jsonb
LANGUAGE sql AS $$
	SELECT CASE WHEN is_rsa THEN jsonb_build_object('kty', 'RSA', 'alg', 'RS256', 'use', 'sig',
			'e', 'AQAB', 'n', bench.base64url(bench.foreign_modulus()))
		ELSE jsonb_build_object('kty', 'OKP', 'crv', 'Ed25519', 'alg', 'EdDSA', 'use', 'sig',
			'x', bench.base64url(bench.random_bytes(32))) END || jsonb_build_object('kid', kid)
$$;

CREATE TABLE bench.key_set (variant text PRIMARY KEY, is_strict boolean, tokens int, keys jsonb);
INSERT INTO bench.key_set
	SELECT variant, is_strict, tokens, (
		SELECT jsonb_agg(CASE WHEN i < count THEN bench.foreign_key(is_rsa, 'foreign-' || i)
			ELSE jsonb_build_object('kty', 'RSA', 'alg', 'RS256', 'use', 'sig', 'e', 'AQAB',
				'kid', 'mine', 'n', bench.base64url((SELECT value FROM bench.modulus))) END ORDER BY i)
		FROM generate_series(1, count) AS i)
	FROM (VALUES
		('kid, 1 key', true, 100, true, 1),
		('kid, 16 keys', true, 100, true, 16),
		('kid, 256 keys', true, 100, true, 256),
		('no kid, 1 key', false, 100, true, 1),
		('no kid, 1 of 256 RSA', false, 100, false, 256),
		('no kid, 16 RSA', false, 20, true, 16),
		('no kid, 256 RSA', false, 10, true, 256)) AS v (variant, is_strict, tokens, is_rsa, count);

INSERT INTO bench.token
	SELECT 'kid', id, herm_jwt.sign(bench.payload(id), private, 'RS256', 'mine')
	FROM bench.key, generate_series(0, 100) AS id WHERE algorithm = 'RS256';

CREATE PROCEDURE bench.key_set_round(variant text, round int)
LANGUAGE plpgsql AS $$
DECLARE
	wanted bench.key_set;
	algorithm text;
BEGIN
	SELECT s.* INTO STRICT wanted FROM bench.key_set AS s WHERE s.variant = key_set_round.variant;
	algorithm := CASE WHEN wanted.is_strict THEN 'kid' ELSE 'RS256' END;
	PERFORM set_config('herm_jwt.strict', wanted.is_strict::text, false);
	PERFORM set_config('herm_jwt.jwt_secret',
		jsonb_build_object('jwks', jsonb_build_object('keys', wanted.keys), 'round', round)::text, false);
	PERFORM set_config('herm_jwt.token', bench.token(algorithm), true);
	PERFORM herm_jwt.role();
	PERFORM bench.measured('key set', variant, round,
		bench.sessions(bench.tokens(algorithm, 1, wanted.tokens), 'herm_jwt.role()'));
	IF variant = 'no kid, 1 key' THEN
		PERFORM bench.measured('key set', 'evp', round, bench.evp('RS256',
			(SELECT public FROM bench.key AS k WHERE k.algorithm = 'RS256'), bench.tokens('RS256', 1, 100)));
	END IF;
	COMMIT;
END $$;

SELECT format('CALL bench.key_set_round(%L, %s)', variant, round)
FROM generate_series(1, :rounds) AS round, bench.key_set ORDER BY round, variant
\gexec
SELECT bench.report('11-kid', bench.ratio('key set', 'kid, 256 keys', 'kid, 1 key')),
	bench.report('11-kinds', bench.ratio('key set', 'no kid, 1 of 256 RSA', 'no kid, 1 key')),
	bench.report('11-linear',
		bench.ratio_without('key set', 'no kid, 256 RSA', 'no kid, 1 key', 'evp') / 255);
