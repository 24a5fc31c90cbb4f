-- Somebody has changed what permissions were applied to, and nobody is told.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set applied :srcdir '/sql/include/permissions_applied.psql'
\i :applied
\set shop :srcdir '/sql/include/permissions_shop.psql'
\i :shop
SET herm_jwt.database_role_prefix = 'regress_drift_';
SET client_min_messages = warning;
CREATE ROLE regress_drift_other;
SELECT count(*) FROM pg_temp.apply(:'metadata');

-- What check says after a change; then whether apply mends it, and what it leaves; then undone
CREATE FUNCTION pg_temp.drift(change text, metadata jsonb) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    found text;
    after text;
BEGIN
    EXECUTE change;
    SELECT string_agg(concat_ws(': ', difference, object, detail), E'\n') INTO found
    FROM herm_jwt.check_permissions(metadata);
    PERFORM herm_jwt.apply_permissions(metadata);
    SELECT string_agg(concat_ws(': ', 'still', difference, object, detail), E'\n') INTO after
    FROM herm_jwt.check_permissions(metadata);
    RAISE SQLSTATE 'UNDO1';
EXCEPTION
    WHEN SQLSTATE 'UNDO1' THEN
        RETURN concat_ws(E'\n', coalesce(found, 'nothing'), after);
    WHEN OTHERS THEN
        RETURN concat_ws(E'\n', SQLSTATE || ': ' || SQLERRM, found);
END
$$;
SELECT E'\n' || change || E'\n' || pg_temp.drift(change, :'metadata') FROM unnest(ARRAY[
    'SELECT 1',
    -- policies
    'ALTER POLICY herm_jwt_select_user ON shop.customer USING (true)',
    'ALTER POLICY herm_jwt_insert_clerk ON shop.item WITH CHECK (true)',
    'ALTER POLICY herm_jwt_select_user ON shop.customer TO regress_drift_user, regress_drift_clerk',
    'ALTER POLICY herm_jwt_select_user ON shop.customer RENAME TO mine',
    'DROP POLICY herm_jwt_delete_clerk ON shop.item',
    'COMMENT ON POLICY herm_jwt_delete_clerk ON shop.item IS NULL',
    'COMMENT ON POLICY herm_jwt_delete_clerk ON shop.item IS ''herm_jwt {"emitted": 1}''',
    'CREATE POLICY everything ON shop.item USING (true)',
    'CREATE POLICY everything ON shop.item FOR SELECT TO regress_drift_clerk USING (true)',
    'CREATE POLICY other ON shop.item FOR SELECT TO regress_drift_other USING (true)',
    'CREATE POLICY less ON shop.item AS RESTRICTIVE USING (false)',
    'CREATE POLICY everything ON shop.event_old USING (true)',
    -- row security
    'ALTER TABLE shop.item DISABLE ROW LEVEL SECURITY',
    'ALTER TABLE shop.event DISABLE ROW LEVEL SECURITY',
    -- grants
    'GRANT SELECT ON shop.item TO PUBLIC',
    'GRANT SELECT (price) ON shop.item TO PUBLIC',
    'GRANT SELECT (price) ON shop.item TO regress_drift_clerk',
    'GRANT TRUNCATE ON shop.item TO regress_drift_clerk',
    'GRANT REFERENCES (id) ON shop.item TO regress_drift_clerk',
    'GRANT SELECT ON shop.customer TO regress_drift_user WITH GRANT OPTION',
    'GRANT DELETE ON shop.customer TO regress_drift_user',
    'GRANT SELECT ON shop.summary TO regress_drift_user',
    'GRANT SELECT ON shop.summary TO PUBLIC',
    'GRANT SELECT ON shop.item TO regress_drift_other',
    'REVOKE SELECT ON shop.customer FROM regress_drift_user',
    'REVOKE SELECT (title) ON shop.item FROM regress_drift_clerk',
    'REVOKE DELETE ON shop.item FROM regress_drift_clerk',
    'REVOKE USAGE ON SEQUENCE shop.item_id_seq FROM regress_drift_clerk',
    'GRANT USAGE ON SEQUENCE shop.item_id_seq TO regress_drift_user',
    'GRANT UPDATE ON SEQUENCE shop.item_id_seq TO regress_drift_clerk',
    'REVOKE USAGE ON SCHEMA shop FROM regress_drift_clerk',
    'GRANT CREATE ON SCHEMA shop TO regress_drift_clerk',
    'GRANT SELECT ON shop.event_old TO regress_drift_user',
    'GRANT SELECT ON shop.event_old TO PUBLIC',
    -- columns
    'ALTER TABLE shop.customer ADD note text',
    'ALTER TABLE shop.item RENAME clerk TO seller',
    'ALTER TABLE shop.item RENAME TO article',
    'ALTER TABLE shop.item OWNER TO regress_drift_other',
    'DROP VIEW shop.summary CASCADE',
    -- roles
    'GRANT regress_drift_other TO regress_drift_clerk',
    'GRANT pg_read_all_data TO regress_drift_clerk',
    'ALTER ROLE regress_drift_clerk LOGIN',
    'ALTER ROLE regress_drift_clerk BYPASSRLS',
    'ALTER ROLE regress_drift_clerk RENAME TO regress_drift_former',
    -- the helper schema
    'GRANT USAGE ON SCHEMA herm_jwt_policy TO regress_drift_clerk',
    'GRANT USAGE ON SCHEMA herm_jwt_policy TO PUBLIC',
    'GRANT USAGE ON SCHEMA herm_jwt_policy TO regress_drift_other',
    'GRANT CREATE ON SCHEMA herm_jwt_policy TO regress_drift_other',
    'ALTER SCHEMA herm_jwt_policy OWNER TO regress_drift_other',
    'DROP SCHEMA herm_jwt_policy CASCADE',
    'REVOKE SELECT ON herm_jwt_policy."shop.item" FROM PUBLIC',
    'CREATE OR REPLACE VIEW herm_jwt_policy."shop.item" AS SELECT 1 AS customer_id, ''kay''::text AS clerk',
    'ALTER VIEW herm_jwt_policy."shop.item" OWNER TO regress_drift_other',
    'ALTER FUNCTION herm_jwt_policy."shop.label" SECURITY INVOKER',
    'CREATE OR REPLACE FUNCTION herm_jwt_policy."shop.label"(shop.item) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER RETURN ''x''',
    'REVOKE EXECUTE ON FUNCTION herm_jwt_policy."shop.label" FROM PUBLIC',
    -- role views
    'DROP VIEW regress_drift_user.shop_item',
    'ALTER VIEW regress_drift_user.shop_item SET (security_barrier = false)',
    'GRANT INSERT ON regress_drift_user.shop_item TO regress_drift_user',
    'GRANT SELECT ON regress_drift_user.shop_item TO PUBLIC',
    'REVOKE USAGE ON SCHEMA regress_drift_user FROM regress_drift_user',
    'GRANT CREATE ON SCHEMA regress_drift_user TO regress_drift_user',
    -- triggers
    'DROP TRIGGER "!herm_jwt_insert" ON shop.item',
    'ALTER TABLE shop.item DISABLE TRIGGER "!herm_jwt_insert"',
    'ALTER TRIGGER "!herm_jwt_insert" ON shop.item RENAME TO last',
    'CREATE TRIGGER " first" BEFORE INSERT ON shop.item FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()',
    -- views of others
    'CREATE VIEW shop.leak AS SELECT * FROM shop.item; GRANT SELECT ON shop.leak TO regress_drift_clerk',
    'CREATE VIEW shop.leak AS SELECT * FROM shop.item; GRANT SELECT (title) ON shop.leak TO PUBLIC',
    'CREATE VIEW shop.leak AS SELECT * FROM shop.item; GRANT UPDATE ON shop.leak TO regress_drift_clerk',
    'CREATE VIEW shop.fine AS SELECT * FROM shop.item; GRANT SELECT ON shop.fine TO regress_drift_other',
    'CREATE VIEW shop.fine WITH (security_invoker) AS SELECT * FROM shop.item; GRANT SELECT ON shop.fine TO PUBLIC',
    'CREATE MATERIALIZED VIEW shop.leak AS SELECT * FROM shop.item; GRANT SELECT ON shop.leak TO PUBLIC',
    'CREATE VIEW shop.inner AS SELECT * FROM shop.item; CREATE VIEW shop.leak AS SELECT * FROM shop.inner; GRANT SELECT ON shop.leak TO PUBLIC',
    'CREATE VIEW shop.inner WITH (security_invoker) AS SELECT * FROM shop.item; CREATE VIEW shop.leak AS SELECT * FROM shop.inner; GRANT SELECT ON shop.leak TO PUBLIC',
    'CREATE VIEW shop.leak AS SELECT * FROM shop.event_old; GRANT SELECT ON shop.leak TO PUBLIC',
    'CREATE VIEW shop.leak AS SELECT * FROM herm_jwt_policy."shop.item"; GRANT SELECT ON shop.leak TO PUBLIC'
    ]) AS change;
SELECT * FROM herm_jwt.check_permissions(:'metadata');

-- options that are left out are those of the last apply; those that are given count
SELECT count(*) FROM pg_temp.apply(:'metadata', '{"null_check": "hasura", "join_keys": true}');
SELECT * FROM herm_jwt.check_permissions(:'metadata');
SELECT object, difference FROM herm_jwt.check_permissions(:'metadata', options => '{"null_check": "strict"}');
SELECT object, difference FROM herm_jwt.check_permissions(:'metadata', options => '{"join_keys": false}');

-- nothing was ever applied
SELECT herm_jwt.drop_permissions() > 0 AS dropped;
SELECT difference, count(*) FROM herm_jwt.check_permissions(:'metadata') GROUP BY 1;
DROP SCHEMA shop CASCADE;
DROP ROLE regress_drift_other;
