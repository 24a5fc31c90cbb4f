-- A user who logs in while a statement or block is under way is not the one
-- that the rest of it is judged by.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
CREATE ROLE regress_change_app;
CREATE SCHEMA regress_change;
GRANT USAGE ON SCHEMA regress_change TO regress_change_app;
CREATE TABLE regress_change.note (id int, owner text);
INSERT INTO regress_change.note
    VALUES (1, '1'), (2, '2'), (3, '1'), (4, '2'), (5, '1'), (6, '2');
ALTER TABLE regress_change.note ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON regress_change.note TO regress_change_app;
CREATE POLICY own ON regress_change.note USING (owner = herm_jwt.user_id());
CREATE FUNCTION pg_temp.become(token text) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
    RETURN herm_jwt.authenticate(token) ->> 'x-hasura-user-id';
END
$$;
CREATE FUNCTION pg_temp.ids() RETURNS text
LANGUAGE sql AS $$
    SELECT herm_jwt.user_id() || ': ' || string_agg(id::text, ' ' ORDER BY id)
    FROM regress_change.note
$$;
SET SESSION AUTHORIZATION regress_change_app;

-- within a scan: the next row is judged by the new token
BEGIN;
SELECT pg_temp.become(:'ann');
SELECT id, herm_jwt.user_id(), CASE WHEN id = 3 THEN pg_temp.become(:'bob') END
FROM regress_change.note;
SELECT pg_temp.become(:'ann');
SELECT id, set_config('herm_jwt.token', '', true) FROM regress_change.note;
COMMIT;

-- from function to function
BEGIN;
SELECT pg_temp.become(:'ann'), pg_temp.ids(), pg_temp.become(:'bob'), pg_temp.ids();
COMMIT;

-- an exception block takes back what happened inside of it
CREATE FUNCTION pg_temp.block(ann text, bob text, expired text) RETURNS SETOF text
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM herm_jwt.authenticate(ann, 'editor');
    RETURN NEXT herm_jwt.role() || ' ' || pg_temp.ids();
    BEGIN
        PERFORM herm_jwt.authenticate(bob);
        RETURN NEXT herm_jwt.role() || ' ' || pg_temp.ids();
        RAISE 'back';
    EXCEPTION WHEN OTHERS THEN
        RETURN NEXT SQLERRM;
    END;
    RETURN NEXT herm_jwt.role() || ' ' || pg_temp.ids();
    BEGIN
        PERFORM herm_jwt.authenticate(expired);
    EXCEPTION WHEN invalid_authorization_specification THEN
        RETURN NEXT SQLERRM;
    END;
    RETURN NEXT herm_jwt.role() || ' ' || pg_temp.ids();
    BEGIN
        PERFORM set_config('herm_jwt.token', expired, true);
        PERFORM pg_temp.ids();
    EXCEPTION WHEN invalid_authorization_specification THEN
        RETURN NEXT SQLERRM;
    END;
    RETURN NEXT herm_jwt.role() || ' ' || pg_temp.ids();
    BEGIN
        PERFORM set_config('herm_jwt.token', expired, true);
    EXCEPTION WHEN OTHERS THEN
        RETURN NEXT SQLERRM;
    END;
    BEGIN
        RETURN NEXT pg_temp.ids();
    EXCEPTION WHEN OTHERS THEN
        RETURN NEXT SQLERRM;
    END;
END
$$;
SELECT pg_temp.block(:'ann', :'bob', :'expired');
SELECT herm_jwt.role();

-- a function with a token of its own, set for its time alone
CREATE FUNCTION pg_temp.as_nobody() RETURNS text
LANGUAGE plpgsql SET herm_jwt.token = '' AS $$
BEGIN
    RETURN coalesce(herm_jwt.user_id(), 'nobody');
END
$$;
CREATE FUNCTION pg_temp.as_other(token text) RETURNS text
LANGUAGE plpgsql SET herm_jwt.token = '' AS $$
BEGIN
    PERFORM herm_jwt.authenticate(token);
    RETURN herm_jwt.user_id();
END
$$;
BEGIN;
SELECT pg_temp.become(:'ann');
SELECT herm_jwt.user_id(), pg_temp.as_nobody(), herm_jwt.user_id(),
       pg_temp.as_other(:'bob'), herm_jwt.user_id();
COMMIT;

-- a procedure that commits in between
CREATE PROCEDURE pg_temp.commits(ann text, bob text)
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM herm_jwt.authenticate(ann);
    RAISE NOTICE '%', pg_temp.ids();
    COMMIT;
    RAISE NOTICE '%', coalesce(herm_jwt.user_id(), 'nobody');
    PERFORM herm_jwt.authenticate(bob);
    RAISE NOTICE '%', pg_temp.ids();
    ROLLBACK;
    RAISE NOTICE '%', coalesce(herm_jwt.user_id(), 'nobody');
END
$$;
CALL pg_temp.commits(:'ann', :'bob');
RESET SESSION AUTHORIZATION;

SET client_min_messages = warning;
DROP SCHEMA regress_change CASCADE;
DROP OWNED BY regress_change_app CASCADE;
DROP ROLE regress_change_app;
