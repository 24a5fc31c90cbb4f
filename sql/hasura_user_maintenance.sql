-- An ordinary user's index function, run by a superuser's maintenance, makes
-- itself a session of its choice.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
CREATE ROLE regress_maintenance_attacker;
CREATE SCHEMA regress_maintenance AUTHORIZATION regress_maintenance_attacker;

SET ROLE regress_maintenance_attacker;
CREATE FUNCTION regress_maintenance.spy(value int, place text) RETURNS int
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    PERFORM pg_catalog.set_config('hasura.user', '{"x-hasura-role":"admin"}', true);
    RAISE NOTICE '%: role %', place, coalesce(herm_jwt.role(), 'nobody');
    RETURN value;
END
$$;
CREATE TABLE regress_maintenance.trap (id int);
INSERT INTO regress_maintenance.trap VALUES (1);
SET client_min_messages = warning;
CREATE INDEX trap_index ON regress_maintenance.trap (regress_maintenance.spy(id, 'index'));
CREATE MATERIALIZED VIEW regress_maintenance.trap_view AS
    SELECT regress_maintenance.spy(id, 'view') FROM regress_maintenance.trap WITH NO DATA;
RESET client_min_messages;
RESET ROLE;

-- the same function, called by the superuser, would be believed
SELECT regress_maintenance.spy(1, 'called');

-- maintenance by the superuser
ANALYZE regress_maintenance.trap;
REINDEX TABLE regress_maintenance.trap;
REINDEX INDEX regress_maintenance.trap_index;
REFRESH MATERIALIZED VIEW regress_maintenance.trap_view;
CREATE INDEX another_index ON regress_maintenance.trap
    (regress_maintenance.spy(id, 'another index'));

-- and with a session believed outside of it
BEGIN;
SET LOCAL "hasura.user" = '{"x-hasura-role":"editor"}';
SELECT herm_jwt.role();
ANALYZE regress_maintenance.trap;
SELECT herm_jwt.role();
COMMIT;

-- a token counts there, too, and the end of it as well
BEGIN;
SELECT herm_jwt.authenticate(:'ann') ->> 'x-hasura-role';
REINDEX INDEX regress_maintenance.trap_index;
COMMIT;
REINDEX INDEX regress_maintenance.trap_index;

SET client_min_messages = warning;
DROP SCHEMA regress_maintenance CASCADE;
DROP ROLE regress_maintenance_attacker;
