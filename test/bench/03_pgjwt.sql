-- SPDX-License-Identifier: PostgreSQL
-- Target 3: HS256 by pgjwt and by ours, once as one query over 100 tokens with the verdict and the
-- payload used, and once as a statement for each token. :pgjwt is the schema of its verify().
CREATE PROCEDURE bench.pgjwt_round(peer text, secret text, round int)
LANGUAGE plpgsql AS $$
DECLARE
	tokens text[] := bench.tokens('HS256', 1, 100);
	theirs text := format('SELECT v.payload, v.valid FROM %s.verify($1, %L) AS v', peer, secret);
	set_of_theirs text := format('SELECT count(v.payload), bool_and(v.valid) FROM bench.token AS t, '
		'%s.verify(t.token, %L) AS v WHERE t.algorithm = ''HS256'' AND t.id BETWEEN 1 AND 100',
		peer, secret);
	ours text := 'SELECT herm_jwt.verify($1)';
	set_of_ours text := 'SELECT count(herm_jwt.verify(t.token)) FROM bench.token AS t '
		'WHERE t.algorithm = ''HS256'' AND t.id BETWEEN 1 AND 100';
BEGIN
	PERFORM bench.configure('HS256', 0);
	PERFORM bench.measured('pgjwt', 'set of theirs', round, bench.statement(set_of_theirs, 2) / 100);
	PERFORM bench.measured('pgjwt', 'set of ours', round, bench.statement(set_of_ours, 20) / 100);
	PERFORM bench.measured('pgjwt', 'theirs', round, bench.statements(theirs, tokens));
	PERFORM bench.measured('pgjwt', 'ours', round, bench.statements(ours, tokens));
	COMMIT;
END $$;

SELECT format('CALL bench.pgjwt_round(%L, %L, %s)', :'pgjwt', public, round)
FROM bench.key, generate_series(1, :rounds) AS round WHERE algorithm = 'HS256'
\gexec
SELECT bench.report('3-set', bench.ratio('pgjwt', 'set of theirs', 'set of ours')),
	bench.report('3-statement', bench.ratio('pgjwt', 'theirs', 'ours'));
