-- A user gets a role that the token does not allow, or not the one asked for
-- (HASURA-JWT 3.3).
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup

CREATE FUNCTION pg_temp.role_for(allowed text, standard text, requested text)
RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    token text := pg_temp.hasura('{"x-hasura-allowed-roles":' || allowed ||
                                 ',"x-hasura-default-role":' || to_json(standard) || '}');
    outcome text := pg_temp.resolve(token, NULL, requested);
BEGIN
    -- session and function are of one opinion
    PERFORM set_config('herm_jwt.token', token, true),
            set_config('herm_jwt.role', coalesce(requested, ''), true);
    IF pg_temp.outcome('SELECT herm_jwt.session()') <> outcome THEN
        RETURN 'session() and resolve() differ';
    END IF;
    RETURN outcome;
END
$$;

SELECT allowed, standard, requested, pg_temp.role_for(allowed, standard, requested)
FROM (VALUES ('["user","editor"]', 'user', NULL),
             ('["user","editor"]', 'user', ''),
             ('["user","editor"]', 'user', 'user'),
             ('["user","editor"]', 'user', 'editor'),
             ('["user","editor"]', 'user', 'admin'),
             ('["user","editor"]', 'user', 'Editor'),
             ('["user","editor"]', 'user', 'edito'),
             ('["user","editor"]', 'user', 'editors'),
             ('["user","editor"]', 'user', ' editor'),
             ('["user","editor"]', 'user', 'editor '),
             ('["user","editor"]', 'user', 'user,editor'),
             ('["user,editor"]', 'user', 'editor'),
             ('["User"]', 'user', NULL),
             ('["editor"]', 'user', NULL),
             ('["editor"]', 'user', 'editor'),
             ('[]', 'user', NULL), ('[]', 'user', 'user'),
             ('["admin"]', 'admin', NULL),
             ('["user","admin"]', 'user', 'admin'),
             ('["user","user"]', 'user', 'user'),
             ('["größe","🙂"]', 'größe', '🙂'),
             ('["a\u0301"]', 'á', NULL),
             ('["*"]', 'user', 'editor'))
     AS cases(allowed, standard, requested);

-- the hint lists what is allowed, within bounds
SELECT pg_temp.role_for((SELECT json_agg('role-' || n)::text
                         FROM generate_series(1, 30) AS n), 'x', NULL);
SELECT pg_temp.role_for('["' || repeat('long', 40) || '"]', 'x', NULL);
