-- SPDX-License-Identifier: PostgreSQL
-- Target 10: what the first session adds to a connection that has already run statements of the
-- same kind. Memory is the process's private memory, OpenSSL's included.
SELECT pg_backend_pid() AS pid \gset
\setenv BACKEND :pid
\setenv BENCH :bench
BEGIN;
SELECT set_config('bench.text', :'token', true) AS warm_up \gset
SELECT to_jsonb(:'token'::text) AS warm_up \gset
SELECT current_setting('bench.text') AS warm_up \gset
COMMIT;
\set before `"$BENCH/private_memory" "$BACKEND"`
BEGIN;
SELECT herm_jwt.authenticate(:'token') AS session \gset
SELECT herm_jwt.role() AS role \gset
COMMIT;
\set after `"$BENCH/private_memory" "$BACKEND"`
SELECT 'memory', 'gained', :round, :after - :before;
