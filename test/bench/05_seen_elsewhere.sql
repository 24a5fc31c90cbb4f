-- SPDX-License-Identifier: PostgreSQL
-- Target 5: 50 connections take turns with 1,000 RS256 tokens, which one backend has verified
-- before. In each turn a connection takes 20 that it has never seen itself.
-- With 05_seen_elsewhere.pgbench, between these two parts (:part is 'before' or 'after').
SELECT :'part' = 'before' AS is_before \gset
\if :is_before
CREATE PROCEDURE bench.seen_elsewhere_turn(connection int, turn int)
LANGUAGE plpgsql AS $$
DECLARE
	public text := (SELECT k.public FROM bench.key AS k WHERE k.algorithm = 'RS256');
	tokens text[] := bench.tokens('RS256', (connection + turn) % 50 * 20 + 1, 20);
	evp float8 := bench.evp('RS256', public, tokens);
	session float8;
	set float8;
BEGIN
	IF turn = 1 THEN	-- what comes once a connection
		PERFORM bench.configure('RS256', 0);
	END IF;
	session := bench.sessions(tokens, 'herm_jwt.role()');
	set := bench.set_tokens(tokens);
	IF turn > 1 THEN
		INSERT INTO bench.measurement VALUES
			('seen elsewhere', 'evp', connection * 100 + turn, evp),
			('seen elsewhere', 'session', connection * 100 + turn, session),
			('seen elsewhere', 'set', connection * 100 + turn, set);
	END IF;
END $$;
SELECT bench.configure('RS256', 0);
BEGIN;
SELECT bench.sessions(bench.tokens('RS256', 1, 1000), 'herm_jwt.role()');
COMMIT;
CREATE TABLE bench.hits_before AS SELECT bench.counted('shared cache hits') AS hits;
\else
-- some of the 4,096 tags of the server's cache may have been pushed out by those of other targets
DO $$
BEGIN
	IF bench.counted('shared cache hits') - (SELECT hits FROM bench.hits_before) <
			0.99 * 20 * 50 * (SELECT count(DISTINCT round % 100) FROM bench.measurement
				WHERE series = 'seen elsewhere') THEN
		RAISE EXCEPTION 'not what was to be measured: tokens were not found in the shared cache';
	END IF;
END $$;
SELECT bench.report('5', bench.ratio_without('seen elsewhere', 'session', 'set', 'evp'));
\endif
