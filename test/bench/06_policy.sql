-- SPDX-License-Identifier: PostgreSQL
-- Targets 6 and 7: a policy in each style, over the same with a constant: a sequential scan of the
-- whole table, and an index look-up. Each execution is a statement of its own.
SELECT bench.log_in();
SELECT format('CALL bench.scan_round(''sequential'', ''SELECT count(*) FROM bench.item'', 1, %s, %s)',
	:rows, round)
FROM generate_series(1, :scans) AS round
\gexec
SELECT format('CALL bench.scan_round(''index'', ''SELECT count(*) FROM bench.item'', 500, 1, %s)', round)
FROM generate_series(1, :rounds) AS round
\gexec
SELECT bench.report('6-scan', bench.ratio('scan sequential', 'herm', 'literal')),
	bench.report('6-index', bench.ratio('scan index', 'herm', 'literal')),
	bench.report('7', bench.ratio('scan sequential', 'postgrest', 'herm'));
