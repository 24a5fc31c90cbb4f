-- SPDX-License-Identifier: PostgreSQL
-- What pgjwt 0.2.0 does to verify a token, for a machine where it is not installed: SQL functions
-- over pgcrypto's hmac(), with the results that its documentation shows, in as many calls and with
-- as much that the planner cannot inline. A claim that is no number counts as absent, which needs
-- an exception handler. Written for this benchmark.
CREATE SCHEMA pgjwt;
CREATE EXTENSION pgcrypto SCHEMA pgjwt;

CREATE FUNCTION pgjwt.url_encode(data bytea) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT translate(encode(data, 'base64'), '+/' || E'=\n', '-_')
$$;

CREATE FUNCTION pgjwt.url_decode(data text) RETURNS bytea
LANGUAGE sql IMMUTABLE AS $$
	WITH plain AS (SELECT translate(data, '-_', '+/') AS letters),
		missing AS (SELECT (4 - length(letters) % 4) % 4 AS number FROM plain)
	SELECT decode(plain.letters || repeat('=', missing.number), 'base64') FROM plain, missing
$$;

CREATE FUNCTION pgjwt.algorithm_sign(signables text, secret text, algorithm text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	WITH digest AS (SELECT replace(algorithm, 'HS', 'sha') AS name)
	SELECT pgjwt.url_encode(pgjwt.hmac(signables, secret, digest.name)) FROM digest
$$;

CREATE FUNCTION pgjwt.number_or_null(claim text) RETURNS float8
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	RETURN claim::float8;
EXCEPTION WHEN OTHERS THEN
	RETURN NULL;
END $$;

CREATE FUNCTION pgjwt.verify(token text, secret text, algorithm text DEFAULT 'HS256')
RETURNS TABLE (header json, payload json, valid boolean)
LANGUAGE sql IMMUTABLE AS $$
	SELECT opened.header, opened.payload, opened.is_signed AND current_timestamp <@ tstzrange(
		to_timestamp(pgjwt.number_or_null(opened.payload ->> 'nbf')),
		to_timestamp(pgjwt.number_or_null(opened.payload ->> 'exp')))
	FROM (
		SELECT convert_from(pgjwt.url_decode(part[1]), 'utf8')::json AS header,
			convert_from(pgjwt.url_decode(part[2]), 'utf8')::json AS payload,
			part[3] = pgjwt.algorithm_sign(part[1] || '.' || part[2], secret, algorithm) AS is_signed
		FROM regexp_split_to_array(token, '\.') AS part
	) AS opened
$$;
