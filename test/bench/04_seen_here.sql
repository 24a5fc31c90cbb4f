-- SPDX-License-Identifier: PostgreSQL
-- Target 4: a token that this backend has verified before. Each call is the first one of a
-- statement, so its times are judged. Once the token stays as it is set; once two tokens take
-- turns, as in a pooled connection, less what setting them costs.
CREATE PROCEDURE bench.seen_here_round(round int)
LANGUAGE plpgsql AS $$
DECLARE
	public text := (SELECT k.public FROM bench.key AS k WHERE k.algorithm = 'RS256');
	two text[] := bench.tokens('RS256', 1, 2);
	many text[] := (SELECT array_agg(two[1 + i % 2]) FROM generate_series(1, 1000) AS i);
	hits int8;
BEGIN
	PERFORM bench.configure('RS256', 0);
	PERFORM bench.sessions(two, 'herm_jwt.role()');
	hits := bench.counted('cache hits');
	PERFORM bench.measured('seen here', 'evp', round,
		bench.evp('RS256', public, bench.tokens('RS256', 1, 200)));
	PERFORM bench.measured('seen here', 'next', round, bench.hits(5000, 'herm_jwt.role()'));
	PERFORM bench.measured('seen here', 'clock', round, bench.statement_clock(5000));
	PERFORM bench.measured('seen here', 'again', round, bench.sessions(many, 'herm_jwt.role()'));
	PERFORM bench.measured('seen here', 'set', round, bench.set_tokens(many));
	PERFORM bench.expect('cache hits', bench.counted('cache hits') - hits, 6000);
	COMMIT;
END $$;

SELECT format('CALL bench.seen_here_round(%s)', round) FROM generate_series(1, :rounds) AS round
\gexec
SELECT bench.report('4-next', bench.ratio_without('seen here', 'next', 'clock', 'evp')),
	bench.report('4-again', bench.ratio_without('seen here', 'again', 'set', 'evp'));
