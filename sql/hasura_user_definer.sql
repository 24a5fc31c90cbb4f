-- Code of an ordinary user, run by a trusted one, borrows the trust: SECURITY
-- DEFINER functions, triggers and foreign key cascades.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
CREATE ROLE regress_definer_attacker;
CREATE ROLE regress_definer_trusted;
CREATE ROLE regress_definer_ordinary;
CREATE SCHEMA regress_definer;
GRANT ALL ON SCHEMA regress_definer TO PUBLIC;
SET herm_jwt.trusted_roles = 'regress_definer_trusted';

-- functions that make themselves a session and ask who they are
CREATE FUNCTION regress_definer.invoker() RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('hasura.user', '{"x-hasura-role":"admin"}', true);
    RETURN coalesce(herm_jwt.role(), 'nobody');
END
$$;
SET ROLE regress_definer_attacker;
CREATE FUNCTION regress_definer.attackers() RETURNS text
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    PERFORM set_config('hasura.user', '{"x-hasura-role":"admin"}', true);
    RETURN coalesce(herm_jwt.role(), 'nobody');
END
$$;
RESET ROLE;
SET ROLE regress_definer_trusted;
CREATE FUNCTION regress_definer.trusteds() RETURNS text
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    PERFORM set_config('hasura.user', '{"x-hasura-role":"admin"}', true);
    RETURN coalesce(herm_jwt.role(), 'nobody');
END
$$;
RESET ROLE;
CREATE FUNCTION regress_definer.superusers() RETURNS text
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    PERFORM set_config('hasura.user', '{"x-hasura-role":"admin"}', true);
    RETURN coalesce(herm_jwt.role(), 'nobody');
END
$$;

-- called by a superuser, a trusted and an ordinary role: session user and
-- owner must both be trusted
SELECT regress_definer.invoker(), regress_definer.attackers(),
       regress_definer.trusteds(), regress_definer.superusers();
SET SESSION AUTHORIZATION regress_definer_trusted;
SELECT regress_definer.invoker(), regress_definer.attackers(),
       regress_definer.trusteds(), regress_definer.superusers();
SET SESSION AUTHORIZATION regress_definer_ordinary;
SELECT regress_definer.invoker(), regress_definer.attackers(),
       regress_definer.trusteds(), regress_definer.superusers();
RESET SESSION AUTHORIZATION;

-- a believed session is not seen inside of an attacker's function, and back outside
BEGIN;
SET LOCAL "hasura.user" = '{"x-hasura-role":"editor"}';
CREATE FUNCTION regress_definer.asks() RETURNS text
LANGUAGE sql SECURITY DEFINER AS $$ SELECT coalesce(herm_jwt.role(), 'nobody') $$;
ALTER FUNCTION regress_definer.asks() OWNER TO regress_definer_attacker;
SELECT herm_jwt.role(), regress_definer.asks(), herm_jwt.role();
COMMIT;

-- a token counts everywhere: nobody can forge it
BEGIN;
SELECT herm_jwt.authenticate(:'ann') ->> 'x-hasura-role';
SELECT regress_definer.asks(), regress_definer.attackers();
COMMIT;

-- a trigger runs as whoever changes the table
SET ROLE regress_definer_attacker;
CREATE TABLE regress_definer.parent (id int PRIMARY KEY);
CREATE TABLE regress_definer.child
    (id int REFERENCES regress_definer.parent ON DELETE CASCADE ON UPDATE CASCADE);
INSERT INTO regress_definer.parent VALUES (1), (2);
INSERT INTO regress_definer.child VALUES (1), (2);
CREATE FUNCTION regress_definer.tell() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('hasura.user', '{"x-hasura-role":"admin"}', true);
    RAISE NOTICE '% on %: superuser''s session %, current user %, role %', TG_OP, TG_TABLE_NAME,
        (SELECT rolsuper FROM pg_roles WHERE rolname = session_user),
        CASE WHEN current_user = session_user THEN 'the same' ELSE current_user END,
        coalesce(herm_jwt.role(), 'nobody');
    RETURN coalesce(new, old);
END
$$;
CREATE TRIGGER tell BEFORE INSERT OR UPDATE OR DELETE ON regress_definer.child
    FOR EACH ROW EXECUTE FUNCTION regress_definer.tell();
GRANT ALL ON regress_definer.parent, regress_definer.child TO regress_definer_ordinary;
RESET ROLE;
SET SESSION AUTHORIZATION regress_definer_ordinary;
INSERT INTO regress_definer.child VALUES (1);
RESET SESSION AUTHORIZATION;
INSERT INTO regress_definer.child VALUES (2);

-- a cascade runs as the owner of the table, in the session of somebody else
UPDATE regress_definer.parent SET id = 3 WHERE id = 1;
DELETE FROM regress_definer.parent WHERE id = 3;
SET SESSION AUTHORIZATION regress_definer_ordinary;
DELETE FROM regress_definer.parent WHERE id = 2;
RESET SESSION AUTHORIZATION;

-- the owner trusted, the session user, too: then it is
GRANT CREATE ON SCHEMA regress_definer TO regress_definer_trusted;
ALTER TABLE regress_definer.parent OWNER TO regress_definer_trusted;
ALTER TABLE regress_definer.child OWNER TO regress_definer_trusted;
INSERT INTO regress_definer.parent VALUES (9);
SET SESSION AUTHORIZATION regress_definer_trusted;
INSERT INTO regress_definer.child VALUES (9);
DELETE FROM regress_definer.parent WHERE id = 9;
RESET SESSION AUTHORIZATION;

SET client_min_messages = warning;
DROP SCHEMA regress_definer CASCADE;
DROP ROLE regress_definer_attacker, regress_definer_trusted, regress_definer_ordinary;
