-- The worked examples of the permissions: what each account may do is not what Hasura gives it.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set applied :srcdir '/sql/include/permissions_applied.psql'
\i :applied
SET herm_jwt.database_role_prefix = 'regress_examples_';

-- 1. a relationship two deep, _or, presets
BEGIN;
CREATE TABLE workspace (id int PRIMARY KEY);
CREATE TABLE membership (
    workspace_id int NOT NULL REFERENCES workspace,
    account_id int NOT NULL,
    can_edit boolean NOT NULL);
CREATE TABLE page (
    id serial PRIMARY KEY,
    workspace_id int REFERENCES workspace,
    title text,
    body text,
    created_by int,
    draft boolean NOT NULL);
INSERT INTO workspace VALUES (1), (2);
INSERT INTO membership VALUES (1, 7, true), (1, 8, false), (2, 9, true);
INSERT INTO page (workspace_id, title, created_by, draft)
VALUES (1, 'published', 7, false), (1, 'draft', 7, true), (2, 'other', 9, false),
       (2, 'left behind', 8, true);
SELECT pg_temp.document(jsonb_build_array(
    pg_temp.tracked('public.page', 'member', '{
        "select": {"columns": ["id", "workspace_id", "title", "draft"],
                   "filter": {"_or": [{"created_by": "X-Hasura-Account-Id"},
                       {"draft": false,
                        "workspace": {"members": {"account_id": {"_eq": "X-Hasura-Account-Id"}}}}]}},
        "insert": {"columns": ["workspace_id", "title", "body"],
                   "set": {"created_by": "x-hasura-account-id", "draft": true},
                   "check": {"_exists": {"_table": "membership", "_where": {
                       "workspace_id": {"_ceq": ["$", "workspace_id"]},
                       "account_id": "X-Hasura-Account-Id", "can_edit": true}}}}}',
        '{"object_relationships": [{"name": "workspace",
              "using": {"foreign_key_constraint_on": "workspace_id"}}]}'),
    pg_temp.tracked('public.workspace', 'member', '{}',
        '{"array_relationships": [{"name": "members", "using": {"foreign_key_constraint_on":
              {"table": "membership", "column": "workspace_id"}}}]}'),
    pg_temp.tracked('public.membership', 'member', '{}'))) AS metadata
\gset
SELECT * FROM pg_temp.apply(:'metadata');
SELECT statement FROM herm_jwt.plan_permissions(:'metadata')
WHERE statement ~ '^(CREATE|GRANT|REVOKE|ALTER TABLE)';
SELECT account, pg_temp.as_role('member', jsonb_build_object('x-hasura-account-id', account),
                                'SELECT id, title FROM page ORDER BY id')
FROM unnest('{7,8,9,10}'::text[]) AS account;
SELECT account, workspace, pg_temp.as_role('member',
    jsonb_build_object('x-hasura-account-id', account),
    format('INSERT INTO page (workspace_id, title) VALUES (%s, ''new'')
            RETURNING created_by IS NULL', workspace)) AS returning_a_hidden_column,
    pg_temp.as_role('member', jsonb_build_object('x-hasura-account-id', account),
    format('INSERT INTO page (workspace_id, title) VALUES (%s, ''new'')
            RETURNING title, draft', workspace)) AS outcome
FROM unnest('{7,8}'::text[]) AS account, generate_series(1, 2) AS workspace;
SELECT pg_temp.as_role('member', '{"x-hasura-account-id": "7"}', statement)
FROM unnest(ARRAY[
    'INSERT INTO page (workspace_id, created_by) VALUES (1, 8)',
    'INSERT INTO page (workspace_id, draft) VALUES (1, false)',
    'SELECT body FROM page', 'UPDATE page SET title = ''mine''', 'DELETE FROM page',
    'SELECT * FROM workspace', 'SELECT * FROM membership']) AS statement;
SELECT pg_temp.as_role('member', '{}', 'SELECT id FROM page');
SELECT pg_temp.as_role('member', NULL, 'SELECT id FROM page');
-- a token of another role
SELECT set_config('herm_jwt.token', pg_temp.hasura('{"x-hasura-allowed-roles": ["other"],
    "x-hasura-default-role": "other", "x-hasura-account-id": "7"}'), true) <> '' AS set;
SET LOCAL ROLE regress_examples_member;
SELECT count(*) FROM page;
SELECT pg_temp.outcome('INSERT INTO page (workspace_id) VALUES (1)');
ROLLBACK;

-- 2. an inherited role
BEGIN;
CREATE TABLE visit (
    id int PRIMARY KEY, patient text, diagnosis text, amount numeric, doctor_id int, branch text);
INSERT INTO visit VALUES
    (1, 'ann', 'flu', 10, 4, 'north'), (2, 'bob', 'cold', 20, 4, 'south'),
    (3, 'eve', 'gout', 40, 5, 'north'), (4, 'kay', 'pox', 80, 5, 'south'),
    (5, 'max', 'flu', 160, NULL, NULL);
SELECT pg_temp.document(jsonb_build_array(
    '{"table": "visit", "select_permissions": [
        {"role": "doctor", "permission": {"columns": ["id", "patient", "diagnosis"],
                                          "filter": {"doctor_id": "x-hasura-doctor-id"}}},
        {"role": "cashier", "permission": {"columns": ["id", "amount"],
                                  "filter": {"branch": {"_in": "x-hasura-branches"}}}}]}'::jsonb),
    '[{"role_name": "chief", "role_set": ["doctor", "cashier"]}]') AS metadata
\gset
SELECT * FROM pg_temp.apply(:'metadata');
SELECT statement FROM herm_jwt.plan_permissions(:'metadata')
WHERE role = 'chief' AND statement ~ '^(CREATE|GRANT|REVOKE|ALTER TABLE)';
SET LOCAL search_path = "$user", public;
\set chief '{"x-hasura-doctor-id": "4", "x-hasura-branches": "{north}"}'
SELECT unnest(string_to_array(pg_temp.as_role('chief', :'chief', 'TABLE visit'), ' | '));
SELECT pg_temp.as_role('chief', :'chief', 'SELECT sum(amount), count(*) FROM visit');
SELECT pg_temp.as_role('chief', :'chief', 'SELECT id FROM public.visit ORDER BY id');
SELECT pg_temp.as_role('chief', :'chief', 'SELECT patient FROM public.visit');
SELECT pg_temp.as_role('chief', '{"x-hasura-doctor-id": "4"}', 'TABLE visit');
SELECT pg_temp.as_role('doctor', :'chief', 'SELECT id, patient, diagnosis FROM visit ORDER BY id');
SELECT pg_temp.as_role('doctor', :'chief', 'TABLE regress_examples_chief.visit');
SELECT pg_temp.as_role('cashier', :'chief', 'SELECT id, amount FROM visit ORDER BY id');
ROLLBACK;

-- 3. a self relationship, a comparison of columns, the check of an update
BEGIN;
CREATE SCHEMA depot;
CREATE TABLE depot.parcel (
    id int PRIMARY KEY,
    parent_id int REFERENCES depot.parcel,
    weight int NOT NULL,
    max_weight int,
    state text);
INSERT INTO depot.parcel VALUES
    (1, NULL, 50, 90, 'open'), (2, 1, 10, 30, 'open'), (3, 1, 10, NULL, 'open'),
    (4, 1, 10, 30, 'sent'), (5, 1, 10, 30, NULL);
SELECT pg_temp.document(jsonb_build_array(
    pg_temp.tracked('depot.parcel', 'packer', '{
        "select": {"columns": "*", "filter": {}},
        "update": {"columns": ["weight"], "filter": {"state": {"_nin": ["sent", "lost"]}},
            "check": {"weight": {"_clte": "max_weight"},
                      "_not": {"parent": {"weight": {"_clt": ["$", "weight"]}}}}}}',
        '{"object_relationships": [{"name": "parent",
              "using": {"foreign_key_constraint_on": "parent_id"}}]}'))) AS metadata
\gset
SELECT null_check, permission, outcome, reason
FROM unnest('{strict,hasura}'::text[]) AS null_check,
     pg_temp.review(:'metadata', jsonb_build_object('null_check', null_check));
SELECT count(*) FROM pg_temp.apply(:'metadata');
SELECT statement FROM herm_jwt.plan_permissions(:'metadata') WHERE statement ~ '^CREATE POLICY';
SELECT id, weight, pg_temp.as_role('packer', '{}', format(
    'UPDATE depot.parcel SET weight = %s WHERE id = %s', weight, id))
FROM generate_series(1, 5) AS id, unnest('{25,31,60}'::int[]) AS weight;
SELECT count(*) FROM pg_temp.apply(:'metadata', '{"null_check": "hasura"}');
SELECT id, weight, pg_temp.as_role('packer', '{}', format(
    'UPDATE depot.parcel SET weight = %s WHERE id = %s', weight, id))
FROM generate_series(1, 5) AS id, unnest('{25,31,60}'::int[]) AS weight;
ROLLBACK;
