-- SPDX-License-Identifier: PostgreSQL
-- One fresh connection: what it has cost up to its first statement, and the first verification.
SELECT :'cluster', 'connect', :round, bench.cpu();
BEGIN;
SELECT :'cluster', 'first', :round, bench.first(:'token', 'herm_jwt.role()');
COMMIT;
