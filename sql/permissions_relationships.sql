-- A filter follows a relationship to other rows than it names, or to none.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set permissions :srcdir '/sql/include/permissions.psql'
\i :permissions
SET client_min_messages = warning;
CREATE SCHEMA other;
CREATE TABLE team (org int, no int, name text, id int UNIQUE, PRIMARY KEY (org, no));
CREATE TABLE person (id int PRIMARY KEY, org int, team int, boss int REFERENCES person, best int REFERENCES person, second int, name text,
    FOREIGN KEY (org, team) REFERENCES team (org, no), code text);
ALTER TABLE team ADD lead_id int REFERENCES person;
CREATE TABLE other.note (id int PRIMARY KEY, person int REFERENCES person, about int REFERENCES person, body text);
CREATE TABLE untracked (id int PRIMARY KEY REFERENCES person, person int REFERENCES person);
ALTER TABLE person ADD FOREIGN KEY (second) REFERENCES person, ADD FOREIGN KEY (second) REFERENCES untracked, ADD hidden int REFERENCES untracked;
INSERT INTO team VALUES (1, 1, 'red', 1), (1, 2, 'blue', 2), (2, 1, 'green', 3);
INSERT INTO person VALUES (1, 1, 1, NULL, 1, NULL, 'Ann', '1'), (2, 1, 2, 1, 1, NULL, 'Bob', '2'), (3, 2, 1, 2, NULL, NULL, 'Eve', '3'),
    (4, NULL, 1, 1, 2, NULL, 'Joe', NULL);
UPDATE team SET lead_id = id WHERE id < 3;
INSERT INTO other.note VALUES (1, 1, 2, 'a'), (2, 1, NULL, 'b'), (3, 3, 3, NULL);
SELECT pg_temp.track('"team"', '{"object_relationships": [{"name": "lead", "using": {"foreign_key_constraint_on": "lead_id"}}], "array_relationships": [
        {"name": "people", "using": {"foreign_key_constraint_on": {"table": "person", "columns": ["team", "org"]}}}]}'),
    pg_temp.track('{"schema": "other", "name": "note"}', '{"object_relationships": [{"name": "person_of", "using": {"foreign_key_constraint_on": "person"}}]}'),
    pg_temp.track('"person"', '{"object_relationships": [
        {"name": "boss_of", "using": {"foreign_key_constraint_on": "boss"}},
        {"name": "team_of", "using": {"foreign_key_constraint_on": ["org", "team"]}},
        {"name": "team_by_hand", "using": {"manual_configuration": {"remote_table": {"schema": "public", "name": "team"}, "column_mapping": {"org": "org", "team": "no"}}}},
        {"name": "by_id", "using": {"manual_configuration": {"remote_table": "team", "column_mapping": {"id": "id"}, "insertion_order": null}}},
        {"name": "text_to_number", "using": {"manual_configuration": {"remote_table": "team", "column_mapping": {"code": "id"}}}},
        {"name": "ambiguous", "using": {"foreign_key_constraint_on": "second"}},
        {"name": "half", "using": {"foreign_key_constraint_on": ["org"]}},
        {"name": "no_key", "using": {"foreign_key_constraint_on": "name"}},
        {"name": "no_column", "using": {"foreign_key_constraint_on": "nothing"}},
        {"name": "no_columns", "using": {"foreign_key_constraint_on": []}},
        {"name": "number", "using": {"foreign_key_constraint_on": 1}},
        {"name": "nested", "using": {"foreign_key_constraint_on": [["org"]]}},
        {"name": "nothing", "using": {}},
        {"name": "without"},
        {"name": "string", "using": "boss"},
        {"name": "both", "using": {"foreign_key_constraint_on": "boss", "manual_configuration": {"remote_table": "team", "column_mapping": {"id": "id"}}}},
        {"name": "to_untracked", "using": {"foreign_key_constraint_on": "hidden"}},
        {"name": "untracked_by_hand", "using": {"manual_configuration": {"remote_table": "untracked", "column_mapping": {"id": "id"}}}},
        {"name": "no_mapping", "using": {"manual_configuration": {"remote_table": "team"}}},
        {"name": "empty_mapping", "using": {"manual_configuration": {"remote_table": "team", "column_mapping": {}}}},
        {"name": "bad_mapping", "using": {"manual_configuration": {"remote_table": "team", "column_mapping": {"id": 1}}}},
        {"name": "local_missing", "using": {"manual_configuration": {"remote_table": "team", "column_mapping": {"nothing": "id"}}}},
        {"name": "remote_missing", "using": {"manual_configuration": {"remote_table": "team", "column_mapping": {"id": "nothing"}}}},
        {"name": "no_table", "using": {"manual_configuration": {"column_mapping": {"id": "id"}}}},
        {"name": "from_source", "using": {"manual_configuration": {"source": "elsewhere", "remote_table": "team", "column_mapping": {"id": "id"}}}}],
    "array_relationships": [
        {"name": "reports", "using": {"foreign_key_constraint_on": {"table": {"schema": "public", "name": "person"}, "column": "boss"}}},
        {"name": "notes", "using": {"foreign_key_constraint_on": {"table": {"schema": "other", "name": "note"}, "column": "person"}}},
        {"name": "not_here", "using": {"foreign_key_constraint_on": {"table": "team", "columns": ["org", "no"]}}},
        {"name": "from_untracked", "using": {"foreign_key_constraint_on": {"table": "untracked", "column": "person"}}},
        {"name": "no_column_there", "using": {"foreign_key_constraint_on": {"table": "team"}}}],
    "remote_relationships": [{"name": "remote", "definition": {"to_source": {}}}]}');

-- each kind, with composite keys, two deep, to itself, there and back
SELECT filter, pg_temp.visible('"person"', filter)
FROM (VALUES ('{"boss_of": {}}'::jsonb), ('{"_not": {"boss_of": {}}}'), ('{"boss_of": {"name": "Ann"}}'), ('{"_not": {"boss_of": {"name": "Ann"}}}'),
             ('{"boss_of": {"boss_of": {"name": "Ann"}}}'), ('{"boss_of": {"_not": {"boss_of": {}}}}'), ('{"boss_of": {"_or": []}}'),
             ('{"team_of": {"name": "red"}}'), ('{"team_of": {}}'), ('{"team_by_hand": {"name": {"_neq": "red"}}}'), ('{"by_id": {"name": {"_gt": "a"}}}'),
             ('{"reports": {"name": "Bob"}}'), ('{"reports": {"reports": {}}}'), ('{"reports": {"boss_of": {"name": "Ann"}}}'),
             ('{"reports": {"best": {"_ceq": ["$", "id"]}}}'), ('{"reports": {"reports": {"org": {"_cne": ["$", "org"]}}}}'),
             ('{"notes": {"body": "a"}}'), ('{"notes": {"body": {"_is_null": true}}}'), ('{"notes": {"_not": {"body": "a"}}}'), ('{"notes": {"about": {"_ceq": "person"}}}'),
             ('{"team_of": {"people": {"id": {"_cne": ["$", "id"]}}}}'), ('{"team_of": {"lead": {"id": {"_ceq": ["$", "id"]}}}}'),
             ('{"notes": {"person_of": {"team_of": {"lead": {"name": "Ann"}}}}}'),
             ('{"_or": [{"boss_of": {"name": "Bob"}}, {"notes": {"body": "b"}}]}')) AS filters(filter);
SELECT pg_temp.visible('"team"', '{"people": {"name": "Bob"}}'), pg_temp.visible('{"schema": "other", "name": "note"}', '{"person_of": {"notes": {"id": {"_cgt": ["$", "id"]}}}}');

-- the target's own permissions do not count, nor do those of its owner
ALTER TABLE team ENABLE ROW LEVEL SECURITY;
SELECT pg_temp.visible('"person"', '{"team_of": {}}');
ALTER TABLE team FORCE ROW LEVEL SECURITY;
SELECT pg_temp.visible('"person"', '{"team_of": {}}');
CREATE ROLE regress_relationships;
GRANT CREATE, USAGE ON SCHEMA public TO regress_relationships;
ALTER TABLE team OWNER TO regress_relationships;
SELECT pg_temp.visible('"person"', '{"team_of": {}}');
SELECT pg_temp.visible('"person"', '{"_not": {"team_of": {}}}');
SELECT polname, polroles::regrole[] FROM pg_policy WHERE polrelid = 'team'::regclass;

-- a view is read as its owner; one with security_invoker would be read as who asks
CREATE VIEW teams AS SELECT * FROM team;
CREATE VIEW asked WITH (security_invoker) AS SELECT * FROM team;
SELECT pg_temp.track('"teams"'), pg_temp.track('"asked"');
SELECT pg_temp.visible('"person"', '{"_exists": {"_table": "teams", "_where": {"lead_id": {"_ceq": ["$", "id"]}}}}');
SELECT pg_temp.visible('"person"', '{"_not": {"_exists": {"_table": "asked", "_where": {"lead_id": {"_ceq": ["$", "id"]}}}}}');
SELECT pg_temp.visible('"asked"', '{}');
DROP VIEW teams, asked CASCADE;

-- a foreign key to a partitioned table is one key
CREATE TABLE part (id int PRIMARY KEY, name text) PARTITION BY RANGE (id);
CREATE TABLE part_low PARTITION OF part FOR VALUES FROM (0) TO (10);
CREATE TABLE part_high PARTITION OF part FOR VALUES FROM (10) TO (20);
CREATE TABLE item (id int, part int REFERENCES part) PARTITION BY LIST (id);
CREATE TABLE item_rest PARTITION OF item DEFAULT;
INSERT INTO part VALUES (1, 'one'), (11, 'eleven');
INSERT INTO item VALUES (1, 1), (2, 11), (3, NULL);
SELECT pg_temp.track('"part"', '{"array_relationships": [{"name": "items", "using": {"foreign_key_constraint_on": {"table": "item", "column": "part"}}}]}'),
    pg_temp.track('"item"', '{"object_relationships": [{"name": "part_of", "using": {"foreign_key_constraint_on": "part"}}]}');
SELECT pg_temp.visible('"item"', '{"part_of": {"name": "eleven"}}'), pg_temp.visible('"part"', '{"items": {"id": 2}}');

-- what cannot be followed
SELECT filter, pg_temp.visible('"person"', filter)
FROM unnest('{ambiguous,half,no_key,no_column,no_columns,number,nested,nothing,without,string,both,to_untracked,untracked_by_hand,no_mapping,empty_mapping,bad_mapping,local_missing,remote_missing,no_table,from_source,text_to_number,not_here,from_untracked,no_column_there,remote}'::text[]) AS name,
     jsonb_build_object(name, '{}'::jsonb) AS filter;
SELECT filter, pg_temp.visible('"person"', filter)
FROM (VALUES ('{"boss_of": null}'::jsonb), ('{"boss_of": []}'), ('{"boss_of": "x"}'), ('{"boss_of": {"nothing": 1}}'), ('{"Boss_of": {}}'),
             ('{"boss_of": {"_eq": 1}}'), ('{"boss_of": {"id": {"_ceq": ["$", "name"]}}}')) AS filters(filter);
SELECT herm_jwt.drop_permissions() > 0;
DROP TABLE team, person, other.note, untracked, part, item CASCADE;
DROP SCHEMA other;
REVOKE CREATE, USAGE ON SCHEMA public FROM regress_relationships;
DROP ROLE regress_relationships;
