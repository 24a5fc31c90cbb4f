-- A filter by a computed field sees what the caller sees, or calls another function.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set permissions :srcdir '/sql/include/permissions.psql'
\i :permissions
SET client_min_messages = warning;
CREATE SCHEMA calc;
CREATE TABLE person (id int PRIMARY KEY, name text, boss int REFERENCES person, born date);
CREATE TABLE note (id int PRIMARY KEY, author int REFERENCES person, body text);
CREATE TABLE untracked (id int);
INSERT INTO person VALUES (1, 'Ann', NULL, '2000-01-01'), (2, 'Bob', 1, NULL), (3, 'Eve', 1, '1999-12-31');
INSERT INTO note VALUES (1, 1, 'a'), (2, 1, 'b'), (3, 2, 'a'), (4, NULL, 'c');

-- scalars, of other tables as well; rows; the session as json and jsonb, before and after the row
CREATE FUNCTION calc.notes_of(person) RETURNS bigint LANGUAGE sql STABLE AS 'SELECT count(*) FROM public.note WHERE author = $1.id';
CREATE FUNCTION upper_name(p person) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT upper(p.name)';
CREATE FUNCTION calc.notes(p person) RETURNS SETOF note LANGUAGE sql STABLE AS 'SELECT * FROM public.note WHERE author = p.id';
CREATE FUNCTION is_me(p person, session json) RETURNS boolean LANGUAGE sql STABLE AS $$SELECT p.id = (session ->> 'x-hasura-user-id')::int$$;
CREATE FUNCTION is_me_too(session jsonb, p person) RETURNS boolean LANGUAGE sql STABLE AS $$SELECT p.id = (session ->> 'x-hasura-user-id')::int$$;
CREATE FUNCTION my_notes(session jsonb, p person) RETURNS SETOF note LANGUAGE sql STABLE
    AS $$SELECT * FROM note WHERE author = p.id AND author = (session ->> 'x-hasura-user-id')::int$$;
CREATE FUNCTION caller(person) RETURNS name LANGUAGE sql STABLE AS 'SELECT current_user';
CREATE FUNCTION tags(person) RETURNS text[] LANGUAGE sql STABLE AS $$SELECT ARRAY['t' || $1.id]$$;
CREATE FUNCTION info(person) RETURNS jsonb LANGUAGE sql STABLE AS $$SELECT to_jsonb($1)$$;
CREATE FUNCTION plain_json(person) RETURNS json LANGUAGE sql STABLE AS $$SELECT to_json($1)$$;

-- what cannot be used
CREATE FUNCTION volatile_one(person) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE FUNCTION twice(person) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true';
CREATE FUNCTION twice(note) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true';
CREATE FUNCTION three(person, json, int) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true';
CREATE FUNCTION with_default(person, int DEFAULT 1) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true';
CREATE FUNCTION of_note(note) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true';
CREATE FUNCTION no_row() RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true';
CREATE FUNCTION text_session(person, session text) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true';
CREATE FUNCTION rows_of_untracked(person) RETURNS SETOF untracked LANGUAGE sql STABLE AS 'SELECT * FROM untracked';
CREATE FUNCTION rows_of_type(person) RETURNS TABLE (id int) LANGUAGE sql STABLE AS 'SELECT 1';
CREATE FUNCTION nothing(person) RETURNS void LANGUAGE sql STABLE AS 'SELECT';
CREATE FUNCTION any_one(person) RETURNS record LANGUAGE sql STABLE AS 'SELECT 1, 2';
CREATE FUNCTION variadic_one(VARIADIC person[]) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true';
CREATE PROCEDURE a_procedure(person) LANGUAGE sql AS 'SELECT true';
SELECT pg_temp.track('"note"', '{"object_relationships": [{"name": "writer", "using": {"foreign_key_constraint_on": "author"}}]}'),
    pg_temp.track('"person"', jsonb_build_object(
        'object_relationships', '[{"name": "boss_of", "using": {"foreign_key_constraint_on": "boss"}}]'::jsonb,
        'array_relationships', '[{"name": "written", "using": {"foreign_key_constraint_on": {"table": "note", "column": "author"}}}]'::jsonb,
        'computed_fields', (SELECT jsonb_agg(jsonb_build_object('name', f, 'definition', jsonb_build_object('function', f)))
            FROM unnest('{upper_name,caller,tags,info,plain_json,volatile_one,twice,three,with_default,of_note,no_row,text_session,rows_of_untracked,rows_of_type,nothing,any_one,variadic_one,a_procedure,missing}'::text[]) AS f) ||
            '[{"name": "count", "definition": {"function": {"schema": "calc", "name": "notes_of"}}},
              {"name": "notes", "definition": {"function": {"schema": "calc", "name": "notes"}, "table_argument": "p"}},
              {"name": "me", "definition": {"function": "is_me", "session_argument": "session"}},
              {"name": "me_too", "definition": {"function": "is_me_too", "session_argument": "session", "table_argument": "p"}},
              {"name": "my_notes", "definition": {"function": "my_notes", "session_argument": "session", "table_argument": "p"}},
              {"name": "session_forgotten", "definition": {"function": "is_me"}},
              {"name": "table_forgotten", "definition": {"function": "is_me_too", "session_argument": "session"}},
              {"name": "wrong_argument", "definition": {"function": "upper_name", "table_argument": "q"}},
              {"name": "wrong_session", "definition": {"function": "is_me", "session_argument": "q"}},
              {"name": "text_as_session", "definition": {"function": "text_session", "session_argument": "session"}},
              {"name": "no_function", "definition": {}}, {"name": "no_definition"}, {"name": "name", "definition": {"function": "upper_name"}}]'::jsonb));
SELECT filter, pg_temp.visible('"person"', filter)
FROM (VALUES ('{"count": {"_gt": 0}}'::jsonb), ('{"count": {"_eq": null}}'), ('{"count": 2}'), ('{"_not": {"count": {"_gt": 0}}}'), ('{"upper_name": {"_in": ["ANN", "EVE"]}}'),
             ('{"upper_name": {"_ceq": "name"}}'), ('{"tags": {"_contains": ["t2"]}}'), ('{"info": {"_contains": {"name": "Bob"}}}'),
             ('{"info": {"_cast": {"text": {"_like": "%Bob%"}}}}'), ('{"plain_json": {"_eq": "{}"}}'),
             ('{"notes": {}}'), ('{"notes": {"body": "b"}}'), ('{"_not": {"notes": {"body": "a"}}}'), ('{"notes": {"writer": {"upper_name": {"_eq": "BOB"}}}}'),
             ('{"notes": {"id": {"_ceq": "author"}}}'), ('{"notes": {"id": {"_ceq": ["$", "id"]}}}'), ('{"notes": {"writer": {"id": {"_ceq": ["$", "id"]}}}}'),
             ('{"me": {"_eq": true}}'), ('{"me_too": {"_eq": true}}'), ('{"my_notes": {}}'),
             ('{"boss_of": {"count": {"_gt": 1}}}'), ('{"boss_of": {"me": {"_eq": true}}}'), ('{"boss_of": {"my_notes": {"body": "b"}}}'), ('{"_not": {"boss_of": {"notes": {}}}}'),
             ('{"written": {"writer": {"notes": {"writer": {"me_too": {"_eq": true}}}}}}'), ('{"name": "Ann"}')) AS filters(filter);

-- it runs as the owner of the table, whoever asks
CREATE ROLE regress_computed_fields;
SELECT pg_temp.visible('"person"', jsonb_build_object('caller', current_user)) AS superuser;
GRANT ALL ON SCHEMA public TO regress_computed_fields;
ALTER TABLE person OWNER TO regress_computed_fields;
SELECT pg_temp.visible('"person"', '{"caller": "regress_computed_fields"}') AS owner,
       pg_temp.visible('"person"', '{"boss_of": {"caller": "regress_computed_fields"}}') AS entered;
SELECT pg_temp.visible('"person"', '{"count": 1}') AS owner_has_no_right;
GRANT SELECT ON note TO regress_computed_fields;
GRANT USAGE ON SCHEMA calc TO regress_computed_fields;
SELECT pg_temp.visible('"person"', '{"count": 1}') AS owner_has_the_right;
SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'herm_jwt_policy'::regnamespace;

-- what is refused
SELECT pg_temp.visible('"person"', jsonb_build_object(name, '{}'::jsonb))
FROM unnest('{volatile_one,twice,three,with_default,of_note,no_row,text_session,rows_of_untracked,rows_of_type,nothing,any_one,variadic_one,a_procedure,missing,session_forgotten,table_forgotten,wrong_argument,wrong_session,text_as_session,no_function,no_definition}'::text[]) AS name;
SELECT herm_jwt.drop_permissions() > 0;
DROP TABLE person, note, untracked CASCADE;
DROP FUNCTION no_row;
DROP SCHEMA calc CASCADE;
REVOKE ALL ON SCHEMA public FROM regress_computed_fields;
DROP ROLE regress_computed_fields;
