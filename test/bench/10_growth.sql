-- SPDX-License-Identifier: PostgreSQL
-- Target 10: 10,000 different HS256 tokens in one connection, in ten batches: what the last five
-- add to its private memory.
SELECT pg_backend_pid() AS pid \gset
\setenv BACKEND :pid
\setenv BENCH :bench
SELECT bench.configure('HS256', 0);
CREATE PROCEDURE bench.batches(first int, last int)
LANGUAGE plpgsql AS $$
BEGIN
	FOR batch IN first..last LOOP
		PERFORM bench.sessions(bench.tokens('HS256', batch * 1000 + 1, 1000), 'herm_jwt.role()');
		COMMIT;
	END LOOP;
END $$;
CALL bench.batches(0, 4);
\set before `"$BENCH/private_memory" "$BACKEND"`
CALL bench.batches(5, 9);
\set after `"$BENCH/private_memory" "$BACKEND"`
SELECT bench.report('10-growth', :after - :before);
