-- SPDX-License-Identifier: PostgreSQL
-- Targets 9 and 10, in clusters of their own whose configuration is one RSA key as PEM.
CREATE EXTENSION herm_jwt;
CREATE SCHEMA bench;
CREATE FUNCTION bench.cpu() RETURNS float8
AS 'herm_jwt_bench', 'bench_cpu' LANGUAGE C STRICT;
CREATE FUNCTION bench.first(token text, accessor regprocedure) RETURNS float8
AS 'herm_jwt_bench', 'bench_first' LANGUAGE C STRICT;
