-- SPDX-License-Identifier: PostgreSQL
-- Target 2: verify() with the server's configuration, its jsonb included. It uses no cache.
CREATE PROCEDURE bench.verify_round(algorithm text, round int)
LANGUAGE plpgsql AS $$
DECLARE
	series text := 'verify ' || algorithm;
	tokens text[] := bench.tokens(algorithm, 1, 200);
	public text := (SELECT k.public FROM bench.key AS k WHERE k.algorithm = verify_round.algorithm);
BEGIN
	PERFORM bench.configure(algorithm, 0);
	PERFORM bench.measured(series, 'evp', round, bench.evp(algorithm, public, tokens));
	PERFORM bench.measured(series, 'verify', round,
		bench.calls(tokens, 'herm_jwt.verify(text, jsonb)'));
	COMMIT;
END $$;

SELECT format('CALL bench.verify_round(%L, %s)', algorithm, round)
FROM generate_series(1, :rounds) AS round, bench.key ORDER BY round, algorithm
\gexec
SELECT bench.report('2-' || algorithm, bench.ratio('verify ' || algorithm, 'verify', 'evp'))
FROM bench.key;
