-- Metadata in another form is read as something else, or ends the call without saying where.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set permissions :srcdir '/sql/include/permissions.psql'
\i :permissions
SET client_min_messages = warning;
CREATE TABLE t (id int PRIMARY KEY, name text, up int REFERENCES t);
CREATE FUNCTION pg_temp.read(metadata jsonb, source text DEFAULT 'default') RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.outcome(format('SELECT string_agg(concat_ws('' '', table_name, role, operation, outcome, reason, detail), E''\n'')'
        ' FROM herm_jwt.review_permissions(%L, %L)', metadata, source))
$$;

-- a bare document, an export, and what a Hasura has in this database
SELECT jsonb_set(pg_temp.document('[{"table": "t", "select_permissions": [{"role": "user", "permission": {"columns": ["id"], "filter": {}}, "comment": "x"}]}]'),
    '{sources,1}', '{"name": "second", "kind": "citus", "tables": [{"table": {"name": "t"}, "delete_permissions": [{"role": "user", "permission": {"filter": {"id": 1}}}]}]}') ||
    '{"actions": [1], "whatever": {}, "inherited_roles": [{"role_name": "both", "role_set": ["user"]}]}' AS document \gset
SELECT pg_temp.read(:'document'), pg_temp.read(:'document', 'second');
SELECT pg_temp.read(jsonb_build_object('resource_version', 7, 'metadata', :'document'::jsonb));
SELECT pg_temp.read(jsonb_build_object('metadata', :'document'::jsonb));
SELECT pg_temp.read(NULL);
CREATE SCHEMA hdb_catalog;
SELECT pg_temp.read(NULL);
CREATE TABLE hdb_catalog.hdb_metadata (id int PRIMARY KEY, metadata json NOT NULL, resource_version int NOT NULL);
SELECT pg_temp.read(NULL);
INSERT INTO hdb_catalog.hdb_metadata VALUES (1, :'document', 3);
SELECT pg_temp.read(NULL), pg_temp.read(NULL, 'second');
ALTER TABLE hdb_catalog.hdb_metadata ALTER metadata TYPE jsonb;
SELECT pg_temp.read(NULL);
SELECT count(*) FROM herm_jwt.apply_permissions();
SELECT obj_description('herm_jwt_policy'::regnamespace) ~ '"resource_version": "?3"?' FROM (SELECT 1) AS one WHERE EXISTS (SELECT FROM pg_namespace WHERE nspname = 'herm_jwt_policy');
SELECT herm_jwt.drop_permissions() > 0;

-- the index of a table must not get the chance to run code while its row is looked for
CREATE ROLE regress_metadata;
ALTER SCHEMA hdb_catalog OWNER TO regress_metadata;
ALTER TABLE hdb_catalog.hdb_metadata OWNER TO regress_metadata;
CREATE FUNCTION hdb_catalog.spy(int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE
    AS $$BEGIN IF current_user <> 'regress_metadata' THEN RAISE WARNING 'run by another'; END IF; RETURN true; END$$;
SET ROLE regress_metadata;
CREATE INDEX ON hdb_catalog.hdb_metadata (id) WHERE hdb_catalog.spy(1);
RESET ROLE;
SELECT pg_temp.read(NULL);

-- who may not read it is told so
GRANT EXECUTE ON FUNCTION herm_jwt.review_permissions TO regress_metadata;
REVOKE ALL ON hdb_catalog.hdb_metadata FROM regress_metadata;
SET ROLE regress_metadata;
SELECT count(*) FROM herm_jwt.review_permissions();
ALTER TABLE hdb_catalog.hdb_metadata ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
GRANT SELECT ON hdb_catalog.hdb_metadata TO regress_metadata;
SELECT count(*) FROM herm_jwt.review_permissions();
RESET ROLE;
REVOKE EXECUTE ON FUNCTION herm_jwt.review_permissions FROM regress_metadata;
SELECT pg_temp.read(NULL);
DROP SCHEMA hdb_catalog CASCADE;
DROP ROLE regress_metadata;

-- no source, or none that can be used
SELECT pg_temp.read(:'document', 'third');
SELECT pg_temp.read(:'document', '');
SELECT pg_temp.read(:'document', 'Default');
SELECT pg_temp.outcome(format('SELECT count(*) FROM herm_jwt.review_permissions(%L, NULL)', :'document'));
SELECT kind, pg_temp.read(jsonb_build_object('version', 3, 'sources', jsonb_build_array(jsonb_build_object('name', 'default', 'tables', '[]'::jsonb, 'kind', kind))))
FROM unnest('{postgres,pg,citus,alloy,mssql,bigquery,Postgres,cockroach}'::text[]) AS kind;

-- another version, or no metadata at all
SELECT metadata, pg_temp.read(metadata)
FROM (VALUES ('{}'::jsonb), ('{"version": 2, "tables": []}'), ('{"version": "3", "sources": []}'), ('{"version": 3.0, "sources": []}'), ('{"version": 3}'), ('{"version": 4, "sources": []}'), ('{"version": null}'),
             ('[]'), ('null'), ('"x"'), ('3'), ('true'), ('{"metadata": []}'), ('{"metadata": null}'), ('{"metadata": {}}'), ('{"metadata": {"metadata": {"version": 3}}}'), ('{"resource_version": 1}')) AS documents(metadata);

-- malformed pieces: each with its place
SELECT piece, pg_temp.read('{"version": 3}' || piece)
FROM (VALUES ('{"sources": {}}'::jsonb), ('{"sources": null}'), ('{"sources": [1]}'), ('{"sources": [{}]}'), ('{"sources": [{"name": 1}]}'), ('{"sources": [{"name": ""}]}'), ('{"sources": [{"name": "default"}]}'), ('{"sources": [{"name": "default", "kind": 1}]}'),
             ('{"sources": [{"name": "default", "kind": "postgres"}]}'), ('{"sources": [{"name": "default", "kind": "postgres", "tables": {}}]}'),
             ('{"sources": [{"name": "other"}, {"name": "default", "kind": "postgres"}]}'), ('{"sources": [{"name": "default", "kind": "postgres"}, {"name": "default", "kind": "postgres"}]}')) AS pieces(piece);
SELECT piece, pg_temp.read(pg_temp.document(jsonb_build_array(piece)))
FROM (VALUES ('1'::jsonb), ('{}'), ('{"table": 1}'), ('{"table": null}'), ('{"table": []}'), ('{"table": {}}'), ('{"table": {"name": 1}}'), ('{"table": {"schema": 1, "name": "t"}}'), ('{"table": {"schema": "public"}}'),
             ('{"table": "t", "object_relationships": {}}'), ('{"table": "t", "array_relationships": "x"}'), ('{"table": "t", "computed_fields": 1}'), ('{"table": "t", "event_triggers": {}}'),
             ('{"table": "t", "select_permissions": {}}'), ('{"table": "t", "insert_permissions": 1}'), ('{"table": "t", "update_permissions": "x"}'), ('{"table": "t", "delete_permissions": true}'),
             ('{"table": "t", "select_permissions": [1]}'), ('{"table": "t", "select_permissions": [{}]}'), ('{"table": "t", "select_permissions": [{"role": 1}]}'), ('{"table": "t", "select_permissions": [{"role": ""}]}'), ('{"table": "t", "select_permissions": [{"role": null}]}'),
             ('{"table": "t", "select_permissions": null}'), ('{"table": ""}'), ('{"table": {"schema": null, "name": "t"}}')) AS pieces(piece);
SELECT pg_temp.read(pg_temp.document('[{"table": "t"}, {"table": {"schema": "public", "name": "t"}}]'));
SELECT piece, pg_temp.read(pg_temp.document('[]', jsonb_build_object('inherited_roles', piece)))
FROM (VALUES ('{}'::jsonb), ('[1]'), ('[{}]'), ('[{"role_name": "a"}]'), ('[{"role_name": 1, "role_set": []}]'), ('[{"role_name": "a", "role_set": {}}]'), ('[{"role_name": "a", "role_set": [1]}]'), ('null')) AS pieces(piece);

-- permissions that are malformed are refused one by one; the others go on
SELECT operation, permission, pg_temp.read(pg_temp.document(jsonb_build_array(jsonb_build_object('table', 't', operation || '_permissions',
    jsonb_build_array(jsonb_build_object('role', 'user', 'permission', permission))))))
FROM (VALUES ('select', '1'::jsonb), ('select', 'null'), ('select', '[]'), ('select', '{}'), ('select', '{"columns": "*"}'), ('select', '{"filter": {}}'), ('select', '{"columns": "id", "filter": {}}'), ('select', '{"columns": {}, "filter": {}}'),
             ('select', '{"columns": [1], "filter": {}}'), ('select', '{"columns": ["nothing"], "filter": {}}'), ('select', '{"columns": ["*"], "filter": {}}'), ('select', '{"columns": [], "filter": {}}'), ('select', '{"columns": null, "filter": {}}'), ('select', '{"columns": "*", "filter": []}'),
             ('select', '{"columns": "*", "filter": {}, "limit": -1}'), ('select', '{"columns": "*", "filter": {}, "limit": 1.5}'), ('select', '{"columns": "*", "filter": {}, "limit": "1"}'), ('select', '{"columns": "*", "filter": {}, "limit": 5}'), ('select', '{"columns": "*", "filter": {}, "limit": null}'),
             ('select', '{"columns": "*", "filter": {}, "allow_aggregations": "yes"}'), ('select', '{"columns": "*", "filter": {}, "computed_fields": "x"}'), ('select', '{"columns": "*", "filter": {}, "computed_fields": ["x"]}'),
             ('select', '{"columns": "*", "filter": {}, "query_root_fields": "x"}'), ('select', '{"columns": "*", "filter": {}, "query_root_fields": [], "subscription_root_fields": []}'), ('select', '{"columns": "*", "filter": {}, "query_root_fields": ["select_by_pk"], "subscription_root_fields": ["select"]}'),
             ('select', '{"columns": "*", "filter": {}, "check": {}}'), ('select', '{"columns": "*", "filter": {}, "backend_only": false}'), ('select', '{"columns": "*", "filter": {}, "new_thing": 1}'), ('select', '{"columns": ["nothing"], "filter": {"nobody": 1}, "new_thing": 1}'),
             ('insert', '{}'), ('insert', '{"check": {}}'), ('insert', '{"check": {}, "set": []}'), ('insert', '{"check": {}, "set": {"nothing": 1}}'), ('insert', '{"check": {}, "set": {"id": "one"}}'), ('insert', '{"check": {}, "set": {"id": [1]}}'), ('insert', '{"check": {}, "set": {"id": null, "name": "x-hasura-a"}}'),
             ('insert', '{"check": {}, "backend_only": true}'), ('insert', '{"check": {}, "backend_only": 1}'), ('insert', '{"check": {}, "validate_input": {"type": "http"}}'), ('insert', '{"check": {}, "validate_input": 1}'), ('insert', '{"check": null}'), ('insert', '{"check": {}, "filter": {}}'),
             ('update', '{"columns": "*"}'), ('update', '{"filter": {}}'), ('update', '{"columns": "*", "filter": {}, "check": null}'), ('update', '{"columns": ["id"], "filter": {"id": 1}, "check": {"nobody": 1}}'), ('update', '{"columns": "*", "filter": {}, "limit": 1}'),
             ('delete', '{}'), ('delete', '{"filter": {}}'), ('delete', '{"filter": {}, "columns": "*"}'), ('delete', '{"filter": {}, "set": {}}')) AS bodies(operation, permission);
SELECT pg_temp.read(pg_temp.document('[{"table": "nowhere", "select_permissions": [{"role": "user", "permission": {"columns": "*", "filter": {}}}]}, {"table": "t_pkey", "select_permissions": [{"role": "user", "permission": {"columns": "*", "filter": {}}}]},
    {"table": "t", "select_permissions": [{"role": "a", "permission": {"columns": "*", "filter": {}}}, {"role": "user"}, {"role": "a", "permission": {"columns": [], "filter": {}}}], "delete_permissions": [{"role": "a", "permission": {"filter": {}}}]}]'));

-- nested as deep as it may be, and deeper
SELECT left(pg_temp.read(pg_temp.document(jsonb_build_array(jsonb_build_object('table', 't', 'select_permissions', jsonb_build_array(jsonb_build_object('role', 'user',
    'permission', jsonb_build_object('columns', '*', 'filter', (repeat('{"_not": ', depth) || '{}' || repeat('}', depth))::jsonb))))))), 80)
FROM unnest('{80,120}'::int[]) AS depth;
DROP TABLE t;
