-- A NULL shows a row that Hasura hides, or hides one that it shows.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set permissions :srcdir '/sql/include/permissions.psql'
\i :permissions
SET client_min_messages = warning;
CREATE TABLE thing (id int, c int, d int, n int NOT NULL);
INSERT INTO thing VALUES (1, NULL, 1, 1), (2, 1, NULL, 1), (3, 2, 1, 2);
CREATE TABLE copy (LIKE thing);
SELECT pg_temp.track('"thing"'), pg_temp.track('"copy"');

-- What an expression is for a column that is NULL, 1 and 2: by filter, filter of _not, check with
-- each null_check.  T: true, F: false, N: NULL, ?: not to be told apart
CREATE TEMP TABLE truths (expression jsonb, expected text);
INSERT INTO truths VALUES
    ('{"c": {"_eq": 1}}', 'NTF'), ('{"c": 1}', 'NTF'), ('{"c": {"_ne": 1}}', 'NFT'), ('{"c": {"_neq": 1}}', 'NFT'),
    ('{"c": {"_eq": null}}', 'TNN'), ('{"c": null}', 'TNN'), ('{"n": null}', 'NNN'), ('{"c": {"_ne": null}}', 'NTT'),
    ('{"c": {"_neq": null}}', 'NTT'), ('{"c": {"$eq": null}}', 'TNN'),
    ('{"n": {"_eq": null}}', 'NNN'), ('{"n": {"_ne": null}}', 'NNN'), ('{"n": {"_neq": null}}', 'NNN'),
    ('{"c": {"_in": []}}', 'FFF'), ('{"c": {"_nin": []}}', 'TTT'),
    ('{"c": {"_in": [1]}}', 'NTF'), ('{"c": {"_nin": [1]}}', 'NFT'),
    ('{"c": {"_in": [1, null]}}', 'NTN'), ('{"c": {"_nin": [1, null]}}', 'NFN'),
    ('{"c": {"_in": [null]}}', 'NNN'), ('{"c": {"_nin": [null]}}', 'NNN'),
    ('{"n": {"_in": [1, null]}}', 'TTN'), ('{"n": {"_nin": [1, null]}}', 'FFN'),
    ('{"c": {"_gt": 1}}', 'NFT'), ('{"c": {"_lte": 1}}', 'NTF'),
    ('{"c": {"_ceq": "d"}}', 'NNF'), ('{"c": {"_cne": "d"}}', 'NNT'), ('{"d": {"_ceq": "c"}}', 'NNF'),
    ('{"c": {"_cgt": ["$", "d"]}}', 'NNT'), ('{"n": {"_ceq": "c"}}', 'NTT'),
    ('{"c": {"_is_null": true}}', 'TFF'), ('{"c": {"_is_null": false}}', 'FTT'), ('{"n": {"_is_null": true}}', 'FFF'),
    ('{}', 'TTT'), ('{"_not": {}}', 'FFF'), ('{"_and": []}', 'TTT'), ('{"_or": []}', 'FFF'),
    ('{"_not": {"c": 1}}', 'NFT'), ('{"_not": {"c": null}}', 'FNN'), ('{"_not": {"_not": {"c": 1}}}', 'NTF'),
    ('{"_and": [{"c": 1}, {"n": 1}]}', 'NTF'), ('{"_and": [{"c": 1}, {"n": 2}]}', 'FFF'),
    ('{"_or": [{"c": 1}, {"n": 1}]}', 'TTF'), ('{"_or": [{"c": 1}, {"n": 2}]}', 'NTT'),
    ('{"_or": [{"c": null}, {"d": null}]}', 'TTN'), ('{"_and": [{"c": null}, {"d": null}]}', 'NNN'),
    ('{"_exists": {"_table": "thing", "_where": {"c": {"_eq": null}}}}', 'TTT'),
    ('{"_exists": {"_table": "thing", "_where": {"c": 9}}}', 'FFF'),
    ('{"_not": {"_exists": {"_table": "thing", "_where": {"c": {"_ceq": ["$", "c"]}}}}}', 'TFF');
INSERT INTO cases (expression) SELECT expression FROM truths;
SELECT pg_temp.permit_cases('"thing"');
CREATE TEMP TABLE strict AS
SELECT number, pg_temp.ask(pg_temp.ids_where('"thing"'), 'is' || number) AS shown,
       pg_temp.ask(pg_temp.ids_where('"thing"'), 'not' || number) AS hidden,
       pg_temp.insertable('"thing"', '"copy"', 'is' || number) AS passed FROM cases;
SELECT count(*) FROM herm_jwt.apply_permissions(pg_temp.metadata(), options => '{"null_check": "hasura"}')
WHERE outcome = 'refused';
SELECT expression, found, CASE WHEN found <> expected THEN 'should be ' || expected END
FROM (SELECT number, expression, expected, string_agg(CASE
          WHEN shown ~ id AND hidden !~ id AND passed ~ id AND lenient ~ id THEN 'T'
          WHEN shown !~ id AND hidden ~ id AND passed !~ id AND lenient !~ id THEN 'F'
          WHEN shown !~ id AND hidden !~ id AND passed !~ id AND lenient ~ id THEN 'N'
          ELSE concat('?', shown, hidden, passed, lenient) END, '' ORDER BY id) AS found
      FROM cases JOIN truths USING (expression) JOIN strict USING (number),
           pg_temp.insertable('"thing"', '"copy"', 'is' || number) AS lenient,
           unnest('{1,2,3}'::text[]) AS id
      GROUP BY number, expression, expected) AS judged
ORDER BY number;

-- a column of a view may be NULL, whatever the table says
DELETE FROM permitted;
CREATE VIEW seen AS SELECT id, n FROM thing UNION ALL SELECT 4, NULL;
SELECT pg_temp.track('"seen"');
INSERT INTO permitted VALUES ('"seen"', 'select', 'user', '{"columns": "*", "filter": {"n": {"_eq": null}}}');
SELECT outcome, pg_temp.sentence(reason, detail) FROM herm_jwt.apply_permissions(pg_temp.metadata());
SELECT pg_temp.ask('SELECT array_agg(id) FROM hasura_user.seen');

-- NULL in the other places
SELECT filter, pg_temp.visible('"thing"', filter)
FROM (VALUES ('{"c": {"_gt": null}}'::jsonb), ('{"c": {"_in": null}}'), ('{"c": {"_nin": null}}'), ('{"c": {"_is_null": null}}'),
             ('{"c": {"_ceq": null}}'), ('{"c": {"_ceq": [null]}}'), ('{"_and": null}'), ('{"_or": [null]}'), ('{"_not": null}'),
             ('{"_exists": null}'), ('{"_exists": {"_table": null, "_where": {}}}'), ('{"_exists": {"_table": "thing", "_where": null}}'))
     AS filters(filter);
SELECT pg_temp.visible('"thing"', 'null');
SELECT herm_jwt.drop_permissions() > 0;
DROP TABLE thing, copy CASCADE;
