-- SPDX-License-Identifier: PostgreSQL
-- Target 8: transactions of pgbench -M prepared, each variant a connection of its own, in turns
-- (script/bench writes their scripts). The first transaction logs in; the clock starts after
-- :warm_up transactions and stops after :transactions more.

-- A configuration of the round's own: no cache knows its tokens.
CREATE FUNCTION bench.transaction_log_in(algorithm text, style text, round int) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('herm_jwt.jwt_secret', bench.config(algorithm, 1000 + round), false);
	PERFORM set_config('role', 'bench_' || style, false);
END $$;

CREATE FUNCTION bench.transaction_start() RETURNS void
LANGUAGE sql AS $$ SELECT set_config('bench.start', bench.cpu()::text, false) $$;

CREATE FUNCTION bench.transaction_stop(variant text, round int, transactions int) RETURNS void
LANGUAGE sql SECURITY DEFINER AS $$
	INSERT INTO bench.measurement VALUES ('transaction', variant, round,
		(bench.cpu() - current_setting('bench.start')::float8) / transactions)
$$;
GRANT SELECT ON bench.token TO PUBLIC;
