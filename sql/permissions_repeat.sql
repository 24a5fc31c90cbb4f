-- Applying again makes things anew that have not changed, or keeps what has.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set applied :srcdir '/sql/include/permissions_applied.psql'
\i :applied
\set shop :srcdir '/sql/include/permissions_shop.psql'
\i :shop
SET herm_jwt.database_role_prefix = 'regress_repeat_';
SET client_min_messages = warning;

-- Every object that apply may make, with the transaction that wrote it last
CREATE FUNCTION pg_temp.written() RETURNS TABLE (what text, id oid, written xid)
LANGUAGE sql AS $$
    SELECT 'policy ' || polname || ' on ' || polrelid::regclass, oid, xmin FROM pg_policy
    UNION ALL SELECT 'relation ' || oid::regclass, oid, xmin FROM pg_class
        WHERE relnamespace::regnamespace::text ~ '^shop|^herm_jwt_policy|^regress'
    UNION ALL SELECT 'column ' || a.attrelid::regclass || '.' || a.attname, 0, a.xmin
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE c.relkind IN ('r', 'p') AND c.oid >= 16384 AND a.attnum > 0
    UNION ALL SELECT 'trigger ' || tgname, oid, xmin FROM pg_trigger
    UNION ALL SELECT 'function ' || oid::regprocedure, oid, xmin FROM pg_proc
        WHERE oid >= 16384 AND pronamespace <> pg_my_temp_schema()
    UNION ALL SELECT 'schema ' || nspname, oid, xmin FROM pg_namespace WHERE nspname !~ '^pg_'
    UNION ALL SELECT 'comment ' || pg_describe_object(classoid, objoid, objsubid), objoid, xmin
        FROM pg_description WHERE description LIKE 'herm_jwt {%'
    UNION ALL SELECT 'comment ' || objoid::regrole, objoid, xmin FROM pg_shdescription
    UNION ALL SELECT 'role ' || rolname, oid, '0' FROM pg_roles
    UNION ALL SELECT 'member ' || member::regrole || roleid::regrole, 0, xmin FROM pg_auth_members
$$;
CREATE TEMP TABLE before (what text, id oid, written xid);
CREATE FUNCTION pg_temp.difference() RETURNS TABLE (change text, what text)
LANGUAGE sql AS $$
    SELECT CASE WHEN b.what IS NULL THEN 'new' WHEN n.what IS NULL THEN 'gone'
                WHEN b.id <> n.id THEN 'made anew' ELSE 'written' END AS change,
           coalesce(n.what, b.what)
    FROM before b FULL JOIN pg_temp.written() n ON n.what = b.what
    WHERE (b.id, b.written) IS DISTINCT FROM (n.id, n.written)
    ORDER BY coalesce(n.what, b.what) COLLATE "C"
$$;
CREATE FUNCTION pg_temp.remember() RETURNS void
LANGUAGE sql AS $$
    DELETE FROM before;
    INSERT INTO before SELECT * FROM pg_temp.written();
$$;

SELECT pg_temp.remember();
SELECT * FROM pg_temp.apply(:'metadata');
SELECT * FROM pg_temp.difference() WHERE change <> 'written';
SELECT * FROM herm_jwt.check_permissions(:'metadata');

-- the second time: the same review, nothing written, no lock that anybody could wait for
SELECT pg_temp.remember();
BEGIN;
SELECT * FROM pg_temp.apply(:'metadata') EXCEPT SELECT * FROM pg_temp.review(:'metadata');
SELECT DISTINCT mode FROM pg_locks
WHERE locktype = 'relation' AND pid = pg_backend_pid() AND relation >= 16384
AND relation::regclass::text ~ '^shop|^herm_jwt_policy|^regress_repeat|^public';
SELECT relation::regclass, mode FROM pg_locks
WHERE locktype = 'relation' AND pid = pg_backend_pid() AND mode <> 'AccessShareLock';
COMMIT;
SELECT * FROM pg_temp.difference();

-- another filter: its policy alone
SELECT replace(:'metadata', '"delete_permissions": [{"role": "clerk", "permission": {"filter": {',
                            '"delete_permissions": [{"role": "clerk", "permission": {"filter": {"price": 1, ')
    AS next
\gset
SELECT :'next' <> :'metadata' AS differs;
SELECT * FROM herm_jwt.check_permissions(:'next');
SELECT count(*) FROM pg_temp.apply(:'next');
SELECT * FROM pg_temp.difference();
SELECT * FROM herm_jwt.check_permissions(:'next');

-- the same filter in other words: its tag alone
SELECT pg_temp.remember();
SELECT replace(:'next', '"delete_permissions": [{"role": "clerk", "permission": {"filter": {"price": 1,',
                        '"delete_permissions": [{"role": "clerk", "permission": {"filter": {"price": {"_eq": 1},')
    AS next
\gset
SELECT count(*) FROM pg_temp.apply(:'next');
SELECT * FROM pg_temp.difference();

-- one more column for a role: grants of the table alone
SELECT pg_temp.remember();
SELECT replace(:'next', '"columns": ["id", "name"]', '"columns": ["id", "name", "email"]') AS next
\gset
SELECT count(*) FROM pg_temp.apply(:'next');
SELECT * FROM pg_temp.difference();

-- another column behind a relationship: the helper view, and what reads it
SELECT pg_temp.remember();
SELECT replace(:'next', '{"items": {"clerk": "x-hasura-user-id"}}',
               '{"items": {"clerk": "x-hasura-user-id", "price": {"_gt": 0}}}') AS next
\gset
SELECT count(*) FROM pg_temp.apply(:'next');
SELECT * FROM pg_temp.difference();
SELECT * FROM herm_jwt.check_permissions(:'next');
SELECT pg_temp.as_role('clerk', '{"x-hasura-user-id": "kay"}', 'SELECT id, name FROM shop.customer');

-- other presets: the trigger alone
SELECT pg_temp.remember();
SELECT replace(:'next', '"price": 7', '"price": 8') AS next
\gset
SELECT count(*) FROM pg_temp.apply(:'next');
SELECT * FROM pg_temp.difference();

-- a new column: under "*" it can be read at once, and written after the next apply
ALTER TABLE shop.customer ADD note text;
SELECT * FROM herm_jwt.check_permissions(:'next');
SELECT pg_temp.as_role('user', '{"x-hasura-user-id": "1"}', 'SELECT note FROM shop.customer');
SELECT pg_temp.as_role('clerk', '{"x-hasura-user-id": "kay"}',
                       'INSERT INTO shop.customer (name, note) VALUES (''new'', '''')');
SELECT pg_temp.remember();
SELECT count(*) FROM pg_temp.apply(:'next');
SELECT * FROM pg_temp.difference();
SELECT pg_temp.as_role('clerk', '{"x-hasura-user-id": "kay"}',
                       'INSERT INTO shop.customer (name, note) VALUES (''new'', '''')');

-- a column that something of ours has: the server says what stands in the way, and with that away
-- all can be done at once
SELECT pg_temp.outcome('ALTER TABLE shop.customer DROP note');
SELECT pg_temp.outcome('ALTER TABLE shop.event ALTER customer_id TYPE bigint');
BEGIN;
SELECT herm_jwt.drop_permissions() > 0 AS dropped;
ALTER TABLE shop.event ALTER customer_id TYPE bigint;
SELECT count(*) FROM pg_temp.apply(:'next');
COMMIT;
SELECT * FROM herm_jwt.check_permissions(:'next');

-- one role less, and then none: all of it goes
SELECT pg_temp.remember();
SELECT replace(:'next', '"role": "user"', '"role": "clerk"') AS doubled,
       jsonb_set(:'next', '{inherited_roles}', '[]') AS heirless
\gset
SELECT count(*) FROM pg_temp.apply(:'heirless');
SELECT * FROM pg_temp.difference();
SELECT * FROM herm_jwt.check_permissions(:'heirless');
SELECT * FROM pg_temp.apply(:'doubled');
SELECT * FROM pg_temp.apply(pg_temp.document('[]'));
SELECT * FROM herm_jwt.check_permissions(pg_temp.document('[]'));
SELECT relname, relrowsecurity, (SELECT count(*) FROM aclexplode(relacl) WHERE grantee <> relowner)
FROM pg_class WHERE relnamespace = 'shop'::regnamespace AND relkind IN ('r', 'p', 'v') ORDER BY 1;

-- what fails half-way leaves everything as it was
SELECT count(*) FROM pg_temp.apply(:'metadata');
SELECT pg_temp.remember();
CREATE FUNCTION shop.refuse() RETURNS event_trigger
LANGUAGE plpgsql AS $$ BEGIN RAISE 'no more of this'; END $$;
CREATE EVENT TRIGGER regress_repeat_refuse ON ddl_command_end WHEN TAG IN ('CREATE TRIGGER')
EXECUTE FUNCTION shop.refuse();
\set SHOW_CONTEXT always
SELECT count(*) FROM herm_jwt.apply_permissions(replace(:'next', '"price": 8', '"price": 9')::jsonb);
\set SHOW_CONTEXT never
DROP EVENT TRIGGER regress_repeat_refuse;
DROP FUNCTION shop.refuse();
SELECT * FROM pg_temp.difference();
SELECT * FROM herm_jwt.check_permissions(:'metadata');

SELECT herm_jwt.drop_permissions() > 0 AS dropped;
DROP SCHEMA shop CASCADE;
