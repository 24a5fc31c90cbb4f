-- SPDX-License-Identifier: PostgreSQL
-- Target 12: the scan of target 6 without and with two parallel workers. The one target that needs
-- the clock on the wall: what is gained is elapsed time.
SELECT bench.log_in();
SELECT bench.scan_by('sequential');
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
ALTER TABLE bench.item SET (parallel_workers = 2);

CREATE PROCEDURE bench.parallel_round(round int)
LANGUAGE plpgsql AS $$
DECLARE
	style text;
	workers int;
	ns float8;
BEGIN
	FOR style, workers IN SELECT s, w FROM unnest(ARRAY['literal', 'herm']) AS s, unnest(ARRAY[0, 2]) AS w LOOP
		PERFORM set_config('max_parallel_workers_per_gather', workers::text, false);
		PERFORM set_config('role', 'bench_' || style, false);
		IF workers > 0 THEN
			PERFORM bench.check_plan('SELECT count(*) FROM bench.item', 'Gather');
		END IF;
		ns := bench.elapsed('SELECT count(*) FROM bench.item');
		PERFORM set_config('role', 'none', false);
		PERFORM bench.measured('parallel', style || ', ' || workers || ' workers', round, ns);
	END LOOP;
	COMMIT;
END $$;

SELECT format('CALL bench.parallel_round(%s)', round) FROM generate_series(1, :rounds) AS round
\gexec
-- what ours gains, of what the constant gains
SELECT bench.report('12',
	bench.ratio('parallel', 'herm, 0 workers', 'herm, 2 workers') /
	bench.ratio('parallel', 'literal, 0 workers', 'literal, 2 workers'));
