-- SPDX-License-Identifier: PostgreSQL
-- Target 1: the session of a new token: verified, claims, role; no jsonb is built.
-- 'evp', 'set' and 'session' take turns over the same tokens, which no cache knows. The backend's
-- cache is full of others before, as in a connection that lives on: its memory has grown.
CREATE PROCEDURE bench.session_round(algorithm text, round int)
LANGUAGE plpgsql AS $$
DECLARE
	series text := 'session ' || algorithm;
	tokens text[] := bench.tokens(algorithm, 1, 200);
	public text := (SELECT k.public FROM bench.key AS k WHERE k.algorithm = session_round.algorithm);
	verified int8;
BEGIN
	PERFORM bench.configure(algorithm, round);
	PERFORM bench.sessions(bench.tokens(algorithm, 201, 128), 'herm_jwt.role()');
	verified := bench.counted('verified');
	PERFORM bench.measured(series, 'evp', round, bench.evp(algorithm, public, tokens));
	PERFORM bench.measured(series, 'session', round, bench.sessions(tokens, 'herm_jwt.role()'));
	PERFORM bench.measured(series, 'set', round, bench.set_tokens(tokens));
	PERFORM bench.expect('tokens verified', bench.counted('verified') - verified, 200);
	COMMIT;
END $$;

SELECT format('CALL bench.session_round(%L, %s)', algorithm, round)
FROM generate_series(1, :rounds) AS round, bench.key ORDER BY round, algorithm
\gexec
SELECT bench.report('1-' || algorithm,
		bench.ratio_without('session ' || algorithm, 'session', 'set', 'evp')),
	bench.report('1-set-' || algorithm, bench.ratio('session ' || algorithm, 'session', 'evp'))
FROM bench.key;
