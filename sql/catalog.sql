-- A function promises the planner, or the world, more than it keeps.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup

-- every function
SELECT p.oid::regprocedure, pg_get_function_result(p.oid) AS result,
       CASE provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END,
       CASE WHEN proisstrict THEN 'strict' ELSE 'called on null' END,
       CASE proparallel WHEN 's' THEN 'parallel safe' WHEN 'r' THEN 'parallel restricted'
                        ELSE 'parallel unsafe' END,
       CASE WHEN proleakproof THEN 'leakproof' ELSE 'leaky' END,
       CASE WHEN prosecdef THEN 'definer' ELSE 'invoker' END,
       CASE WHEN proacl IS NULL OR EXISTS (SELECT FROM aclexplode(proacl)
                                           WHERE grantee = 0 AND privilege_type = 'EXECUTE')
            THEN 'public' ELSE 'owner' END
FROM pg_proc AS p
WHERE pronamespace = 'herm_jwt'::regnamespace
ORDER BY p.oid::regprocedure::text COLLATE "C";
SELECT oid::regprocedure, pg_get_function_arguments(oid) FROM pg_proc
WHERE pronamespace = 'herm_jwt'::regnamespace AND pronargdefaults > 0
ORDER BY oid::regprocedure::text COLLATE "C";

-- all in C, none with a cost of its own; those that run SQL have a search_path
SELECT DISTINCT lanname, procost
FROM pg_proc JOIN pg_language AS l ON l.oid = prolang
WHERE pronamespace = 'herm_jwt'::regnamespace;
SELECT oid::regprocedure, proconfig FROM pg_proc
WHERE pronamespace = 'herm_jwt'::regnamespace AND proconfig IS NOT NULL
ORDER BY oid::regprocedure::text COLLATE "C";

-- an accessor may stand in a policy: none with arguments is leakproof
SELECT count(*) FROM pg_proc
WHERE pronamespace = 'herm_jwt'::regnamespace AND proleakproof AND pronargs > 0;

-- everything that belongs to the extension has a comment
SELECT pg_describe_object(d.classid, d.objid, d.objsubid)
FROM pg_depend AS d JOIN pg_extension AS e ON d.refobjid = e.oid
WHERE d.refclassid = 'pg_extension'::regclass AND e.extname = 'herm_jwt' AND d.deptype = 'e'
  AND obj_description(d.objid, d.classid::regclass::name) IS NULL;
SELECT obj_description(oid, 'pg_extension') <> '' FROM pg_extension WHERE extname = 'herm_jwt';

-- and lies in its own schema
SELECT kind, count(*)
FROM (SELECT (pg_identify_object(d.classid, d.objid, d.objsubid)).type AS kind,
             (pg_identify_object(d.classid, d.objid, d.objsubid)).schema AS schema,
             (pg_identify_object(d.classid, d.objid, d.objsubid)).name AS name
      FROM pg_depend AS d JOIN pg_extension AS e ON d.refobjid = e.oid
      WHERE d.refclassid = 'pg_extension'::regclass AND e.extname = 'herm_jwt'
        AND d.deptype = 'e') AS objects
WHERE schema = 'herm_jwt' OR kind = 'schema' AND name = 'herm_jwt'
GROUP BY kind ORDER BY kind;
SELECT count(*)
FROM pg_depend AS d JOIN pg_extension AS e ON d.refobjid = e.oid
WHERE d.refclassid = 'pg_extension'::regclass AND e.extname = 'herm_jwt' AND d.deptype = 'e';

-- nothing else is in that schema
SELECT count(*) FROM pg_depend AS d
WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = 'herm_jwt'::regnamespace
  AND NOT EXISTS (SELECT FROM pg_depend AS e
                  WHERE e.classid = d.classid AND e.objid = d.objid AND e.deptype = 'e');
SELECT extrelocatable, extconfig, extcondition FROM pg_extension WHERE extname = 'herm_jwt';
