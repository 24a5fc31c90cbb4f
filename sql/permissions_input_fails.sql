-- A type's input function fails while a literal is tried, and what is undone then is too little.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup
\set applied :srcdir '/sql/include/permissions_applied.psql'
\i :applied
SET client_min_messages = warning;
CREATE SCHEMA failing;
CREATE FUNCTION failing.compare(int, int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'there is no order' USING ERRCODE = CASE $1 WHEN 1 THEN 'out_of_memory' ELSE 'data_exception' END;
END
$$;
CREATE OPERATOR CLASS failing.int_ops FOR TYPE int USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 failing.compare(int, int);
CREATE TYPE failing.span AS RANGE (subtype = int, subtype_opclass = failing.int_ops);
CREATE TABLE failing.stay (nights failing.span);
CREATE TABLE failing.note (body text);
CREATE FUNCTION pg_temp.metadata(nights text) RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.document(jsonb_build_array(pg_temp.tracked('failing.stay', 'user',
        jsonb_build_object('select', jsonb_build_object('columns', '*', 'filter', jsonb_build_object('nights', nights))))))
$$;

-- the text is to blame: a row of the review
SELECT * FROM pg_temp.review(pg_temp.metadata('[2,3)'));

-- the server may be to blame: whoever catches that has nothing of what was done before
DO $$
BEGIN
    INSERT INTO failing.note VALUES ('before');
    PERFORM pg_temp.review(pg_temp.metadata('[1,2)'));
EXCEPTION
    WHEN out_of_memory THEN
        RAISE WARNING 'caught: %', SQLERRM;
END
$$;
SELECT body FROM failing.note;
DROP SCHEMA failing CASCADE;
