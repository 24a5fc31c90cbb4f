-- A client with a token of one role gets at rows or columns that the role does not have.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set applied :srcdir '/sql/include/permissions_applied.psql'
\i :applied
\set shop :srcdir '/sql/include/permissions_shop.psql'
\i :shop
SET herm_jwt.database_role_prefix = 'regress_escape_';
SET client_min_messages = warning;
CREATE ROLE regress_escape_app NOINHERIT;
GRANT USAGE ON SCHEMA shop TO regress_escape_app;
SELECT count(*) FROM pg_temp.apply(:'metadata', '{"grant_to": ["regress_escape_app"]}');
CREATE FUNCTION pg_temp.try(statement text, role text DEFAULT 'clerk') RETURNS text
LANGUAGE sql AS $$
    SELECT E'\n' || statement || E'\n=> ' || pg_temp.as_role(role,
        CASE role WHEN 'clerk' THEN '{"x-hasura-user-id": "kay"}'::jsonb
                  ELSE '{"x-hasura-user-id": "1"}' END, statement)
$$;

-- the helper views and wrappers, by every route to a relation or function
SELECT pg_temp.try(statement) FROM unnest(ARRAY[
    'SELECT * FROM herm_jwt_policy."shop.item"',
    'SELECT ''herm_jwt_policy."shop.item"''::regclass',
    'SELECT to_regclass(''herm_jwt_policy."shop.item"'')',
    'CREATE TEMP TABLE copy (LIKE herm_jwt_policy."shop.item")',
    'CREATE TEMP VIEW copy AS SELECT * FROM herm_jwt_policy."shop.item"',
    'SELECT table_to_xml(''herm_jwt_policy."shop.item"'', true, true, '''')',
    'SELECT query_to_xml(''SELECT * FROM herm_jwt_policy."shop.item"'', true, true, '''')',
    'SELECT schema_to_xml(''herm_jwt_policy'', true, true, '''')',
    'COPY herm_jwt_policy."shop.item" TO STDOUT',
    'TABLE herm_jwt_policy."shop.item"',
    'SELECT herm_jwt_policy."shop.label"(NULL)',
    'SELECT (NULL::herm_jwt_policy."shop.item").clerk',
    'LOCK herm_jwt_policy."shop.item"',
    'SET LOCAL search_path = herm_jwt_policy; SELECT * FROM "shop.item"',
    'DELETE FROM herm_jwt_policy."shop.item"',
    'CREATE FUNCTION pg_temp.f() RETURNS SETOF herm_jwt_policy."shop.item" LANGUAGE sql AS ''SELECT''',
    'DO ''BEGIN PERFORM * FROM herm_jwt_policy."shop.item"; END''',
    'EXPLAIN SELECT * FROM herm_jwt_policy."shop.item"']) AS statement;
-- the number of a relation opens nothing but its text, which everybody may read in the catalogs
SELECT pg_temp.try('SELECT pg_get_viewdef(oid) FROM pg_class WHERE relname = ''shop.item''');
SELECT pg_temp.try('SELECT query_to_xml(''SELECT * FROM '' || oid::regclass, true, true, '''')
                    FROM pg_class WHERE relname = ''shop.item''');
SELECT pg_temp.try('SELECT table_to_xml(oid::regclass, true, true, '''')
                    FROM pg_class WHERE relname = ''shop.item''');

-- tables that the role has nothing on, columns that it does not have, other commands
SELECT pg_temp.try(statement) FROM unnest(ARRAY[
    'SELECT price FROM shop.item', 'SELECT item FROM shop.item', 'SELECT * FROM shop.item',
    'SELECT count(*) FROM shop.item WHERE price > 1', 'SELECT id FROM shop.item ORDER BY price',
    'SELECT to_jsonb(i) FROM shop.item i', 'SELECT i.taxed FROM shop.item i',
    'SELECT ctid FROM shop.item', 'SELECT email FROM shop.customer',
    'SELECT * FROM shop.event', 'SELECT * FROM shop.summary',
    'TRUNCATE shop.item', 'COPY shop.item TO STDOUT', 'COPY shop.item (id) FROM STDIN',
    'LOCK shop.item IN ACCESS EXCLUSIVE MODE', 'ANALYZE shop.item',
    'UPDATE shop.item SET clerk = ''max''', 'UPDATE shop.item SET price = 0',
    'INSERT INTO shop.item (customer_id, title, clerk) VALUES (1, ''x'', ''max'')',
    'INSERT INTO shop.item (customer_id, price) VALUES (1, 0)',
    'DELETE FROM shop.customer', 'ALTER TABLE shop.item DISABLE ROW LEVEL SECURITY',
    'DROP POLICY herm_jwt_select_clerk ON shop.item',
    'CREATE POLICY mine ON shop.item USING (true)',
    'ALTER TABLE shop.item DISABLE TRIGGER ALL',
    'CREATE TRIGGER mine BEFORE INSERT ON shop.item EXECUTE FUNCTION suppress_redundant_updates_trigger()',
    'GRANT SELECT ON shop.item TO regress_escape_app',
    'COMMENT ON POLICY herm_jwt_select_clerk ON shop.item IS NULL',
    'CREATE TABLE shop.mine (id int)', 'CREATE VIEW public.mine AS SELECT 1',
    'CREATE TABLE regress_escape_clerk.item (id int)',
    'CREATE TEMP TABLE mine (id int REFERENCES shop.item)',
    'CREATE TEMP TABLE mine () INHERITS (shop.item)',
    'ALTER TABLE shop.event ATTACH PARTITION shop.event_old DEFAULT',
    'SET LOCAL row_security = off; SELECT id FROM shop.item',
    'SET LOCAL session_replication_role = replica',
    'SELECT currval(''shop.item_id_seq'')', 'SELECT setval(''shop.item_id_seq'', 1)',
    'SELECT last_value FROM shop.item_id_seq', 'ALTER SEQUENCE shop.item_id_seq RESTART']) AS statement;
-- partitions by their own name
SELECT pg_temp.try(statement, 'user') FROM unnest(ARRAY[
    'SELECT * FROM shop.event ORDER BY id', 'SELECT * FROM shop.event_old', 'TABLE ONLY shop.event',
    'INSERT INTO shop.event_new VALUES (150, 2, ''forged'')',
    'INSERT INTO shop.event VALUES (150, 2, ''forged'')',
    'INSERT INTO shop.event VALUES (150, 1, ''own'')']) AS statement;

-- rows that it does not have: what it writes returns, conflicts, merges, by hidden rows
SELECT pg_temp.try(statement) FROM unnest(ARRAY[
    'SELECT id FROM shop.item ORDER BY id',
    'UPDATE shop.item SET title = ''taken'' RETURNING id, title',
    'UPDATE shop.item SET title = ''taken'' WHERE id = 2',
    'UPDATE shop.item SET title = ''''',
    'UPDATE shop.item i SET title = o.title FROM shop.item o WHERE o.id = 2',
    'DELETE FROM shop.item RETURNING id', 'DELETE FROM shop.item',
    'INSERT INTO shop.item (customer_id, title) VALUES (1, ''new'') RETURNING clerk, title',
    'INSERT INTO shop.item (id, customer_id, title) VALUES (2, 1, ''new'')',
    'INSERT INTO shop.item (customer_id, title) VALUES (1, ''new'') ON CONFLICT (id) DO UPDATE SET title = ''x''',
    'INSERT INTO shop.item (customer_id, title) VALUES (1, ''new'') ON CONFLICT DO NOTHING',
    'MERGE INTO shop.item i USING (VALUES (2)) v (id) ON i.id = v.id WHEN MATCHED THEN DELETE',
    'MERGE INTO shop.item i USING (VALUES (1), (2)) v (id) ON i.id = v.id WHEN MATCHED THEN UPDATE SET title = ''m''',
    'MERGE INTO shop.item i USING (VALUES (1)) v (id) ON i.id = v.id WHEN MATCHED THEN UPDATE SET clerk = ''max''',
    'SELECT id FROM shop.item FOR UPDATE', 'SELECT id FROM shop.item TABLESAMPLE SYSTEM (100)',
    'SELECT tableoid::regclass FROM shop.item',
    'WITH gone AS (DELETE FROM shop.item RETURNING id) SELECT count(*) FROM gone',
    'DECLARE c CURSOR FOR SELECT id FROM shop.item; MOVE ALL c']) AS statement;

-- the client's own code in WHERE sees the rows of the role only, and only its cells
CREATE FUNCTION public.regress_escape_tell(value text) RETURNS boolean
LANGUAGE plpgsql COST 0.0000001 AS $$ BEGIN RAISE WARNING 'saw %', value; RETURN true; END $$;
CREATE OPERATOR public.<<<< (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq);
SET client_min_messages = warning;
SELECT pg_temp.try('SELECT id FROM shop.item WHERE public.regress_escape_tell(title)');
SELECT pg_temp.try('SELECT id FROM shop.item WHERE (public.regress_escape_tell(title), 1) > (false, 0)');
SELECT pg_temp.try('SELECT id FROM shop.item WHERE 1 / (CASE title WHEN ''bread'' THEN 0 ELSE 1 END) = 1');
SELECT pg_temp.try('SELECT items FROM regress_escape_user.shop_summary WHERE public.regress_escape_tell(items::text)', 'user');
SELECT pg_temp.try('SELECT id FROM regress_escape_boss.shop_item WHERE public.regress_escape_tell(coalesce(price::text, ''-''))', 'boss');
SELECT pg_temp.try('UPDATE shop.item SET title = title WHERE public.regress_escape_tell(title)');
SELECT pg_temp.try('DELETE FROM shop.item WHERE public.regress_escape_tell(title)');
-- what a plan tells is how many rows are expected and what the filter is, never a row
SELECT pg_temp.try('EXPLAIN (COSTS OFF) SELECT id FROM shop.item WHERE title = ''bread''');
SELECT pg_temp.try('EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT id FROM shop.item');
-- statistics, too, are of the rows that the role may read
ANALYZE shop.item;
SELECT pg_temp.try('SELECT attname, most_common_vals FROM pg_stats WHERE schemaname = ''shop''');

-- role views take no writes, and show nobody else's
SELECT pg_temp.try(statement, 'user') FROM unnest(ARRAY[
    'SELECT * FROM regress_escape_user.shop_item', 'SELECT * FROM regress_escape_boss.shop_item',
    'UPDATE regress_escape_user.shop_item SET title = ''x''',
    'INSERT INTO regress_escape_user.shop_item (title) VALUES (''x'')',
    'DELETE FROM regress_escape_user.shop_item',
    'CREATE OR REPLACE VIEW regress_escape_user.shop_item AS SELECT 1',
    'CREATE VIEW regress_escape_user.more AS SELECT 1',
    'ALTER VIEW regress_escape_user.shop_item SET (security_barrier = false)']) AS statement;

-- names that get in the way: temporary ones, and operators in a schema of the client's
BEGIN;
SET LOCAL ROLE regress_escape_app;
CREATE TEMP TABLE item (id int, clerk text);
CREATE TEMP TABLE customer (id int);
CREATE FUNCTION pg_temp.role() RETURNS text LANGUAGE sql AS 'SELECT ''boss''';
CREATE FUNCTION pg_temp.require_session_variable(text) RETURNS text LANGUAGE sql AS 'SELECT ''max''';
CREATE FUNCTION pg_temp.texteq(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE FUNCTION pg_temp.label(shop.item) RETURNS text LANGUAGE sql AS 'SELECT ''hi''';
RESET ROLE;
SET LOCAL search_path = pg_temp, shop, public, herm_jwt, pg_catalog;
SELECT pg_temp.try('SELECT id FROM shop.item ORDER BY id');
SELECT pg_temp.try('SELECT id, label FROM regress_escape_user.shop_item', 'user');
SELECT pg_temp.try('SELECT id FROM shop.customer');
ROLLBACK;

-- another granted role without a token for it; the same token as another role
BEGIN;
SELECT set_config('herm_jwt.token', pg_temp.hasura('{"x-hasura-allowed-roles": ["clerk"],
    "x-hasura-default-role": "clerk", "x-hasura-user-id": "kay"}'), true) <> '' AS kay \gset
SET LOCAL ROLE regress_escape_app;
SELECT pg_temp.outcome('SELECT count(*) FROM shop.item');
SET LOCAL ROLE regress_escape_boss;
SELECT count(*) FROM shop.item;
SELECT count(*) FROM regress_escape_boss.shop_item;
SELECT pg_temp.outcome('INSERT INTO shop.item (customer_id, title) VALUES (1, ''x'')');
SELECT pg_temp.outcome('DELETE FROM shop.item');
SET LOCAL ROLE regress_escape_user;
SELECT pg_temp.outcome('SELECT count(*) FROM shop.customer');
SET LOCAL ROLE regress_escape_clerk;
COPY shop.item (id) TO STDOUT;
SELECT count(*) FROM shop.item;
-- a role is no more than its token allows
SELECT pg_temp.outcome('SET LOCAL herm_jwt.role = ''boss''; SELECT count(*) FROM shop.item');
SET LOCAL herm_jwt.role = '';
-- hasura.user and settings that only look like a session give nothing
SET LOCAL herm_jwt.token = '';
SELECT pg_temp.outcome($$SET LOCAL "hasura.user" = '{"x-hasura-role": "clerk", "x-hasura-user-id": "kay"}'$$);
SELECT pg_temp.outcome('SELECT count(*) FROM shop.item');
ROLLBACK;

-- prepared statements and cursors: the token that counts is the one of the moment
BEGIN;
SET LOCAL ROLE regress_escape_clerk;
PREPARE items AS SELECT id FROM shop.item ORDER BY id;
SELECT set_config('herm_jwt.token', pg_temp.hasura('{"x-hasura-allowed-roles": ["clerk"],
    "x-hasura-default-role": "clerk", "x-hasura-user-id": "kay"}'), true) <> '' AS kay \gset
EXECUTE items; EXECUTE items; EXECUTE items; EXECUTE items; EXECUTE items; EXECUTE items;
SELECT set_config('herm_jwt.token', pg_temp.hasura('{"x-hasura-allowed-roles": ["clerk"],
    "x-hasura-default-role": "clerk", "x-hasura-user-id": "max"}'), true) <> '' AS max \gset
EXECUTE items;
SET LOCAL ROLE regress_escape_boss;
EXECUTE items;
SET LOCAL ROLE regress_escape_app;
SELECT pg_temp.outcome('EXECUTE items');
ROLLBACK;
DEALLOCATE items;

-- what nobody can prevent: keys tell that a row is there, and sequences and EXPLAIN ANALYZE, above,
-- how many are
CREATE UNIQUE INDEX item_title ON shop.item (title);
SELECT pg_temp.try(statement) FROM unnest(ARRAY[
    'INSERT INTO shop.item (customer_id, title) VALUES (1, ''bread'')',
    'INSERT INTO shop.item (customer_id, title) VALUES (9, ''new'')',
    'UPDATE shop.item SET title = ''bread''',
    'SELECT nextval(''shop.item_id_seq'') > 0',
    'SELECT relname, reltuples FROM pg_class WHERE oid = ''shop.item''::regclass',
    'SELECT polname FROM pg_policy WHERE polrelid = ''shop.customer''::regclass ORDER BY 1',
    'NOTIFY anybody, ''what I saw''']) AS statement;

SELECT * FROM herm_jwt.check_permissions(:'metadata');
SELECT herm_jwt.drop_permissions() > 0 AS dropped;
DROP SCHEMA shop CASCADE;
DROP OPERATOR public.<<<< (text, text);
DROP FUNCTION public.regress_escape_tell;
DROP ROLE regress_escape_app;
