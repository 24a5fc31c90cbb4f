-- A setting has another default, or somebody may change it who must not.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup

-- what pg_settings shows: neither token nor configuration (and one more of a server that
-- has preloaded the library)
SELECT name, vartype, context, unit, min_val, max_val, boot_val
FROM pg_settings
WHERE name LIKE 'herm!_jwt.%' ESCAPE '!' AND name <> 'herm_jwt.shared_cache_size'
ORDER BY name COLLATE "C";
SELECT name FROM pg_settings
WHERE name LIKE 'herm!_jwt.%' ESCAPE '!' AND (short_desc = '' OR extra_desc = '');

-- SHOW
SELECT current_setting('herm_jwt.token') = '' AS no_token;
SHOW herm_jwt.jwt_secret;
SHOW herm_jwt.role;
SHOW herm_jwt.unauthorized_role;
SHOW herm_jwt.trusted_roles;
SHOW herm_jwt.strict;
SHOW herm_jwt.database_role_prefix;
SHOW herm_jwt.max_token_size;
SHOW herm_jwt.token_cache_size;

-- a token is never shown, whichever way one asks
SELECT set_config('herm_jwt.token', :'ann', false);
SHOW herm_jwt.token;
SELECT current_setting('herm_jwt.token');
SELECT count(*) FROM pg_settings WHERE name IN ('herm_jwt.token', 'herm_jwt.jwt_secret');
SELECT set_config('herm_jwt.token', '', false);

-- whoever may set what: an ordinary role
CREATE ROLE regress_settings_user;
SET SESSION AUTHORIZATION regress_settings_user;
SELECT name, left(pg_temp.outcome(format('SET %s = %L', name, value)), 5)
FROM (VALUES ('herm_jwt.token', 'x'), ('herm_jwt.role', 'x'),
             ('herm_jwt.jwt_secret', ''), ('herm_jwt.jwt_secret_file', ''),
             ('herm_jwt.unauthorized_role', 'x'),
             ('herm_jwt.trusted_roles', 'x'), ('herm_jwt.strict', 'on'),
             ('herm_jwt.database_role_prefix', 'x'),
             ('herm_jwt.max_token_size', '1kB'),
             ('herm_jwt.token_cache_size', '7'))
     AS settings(name, value);
RESET herm_jwt.token;
RESET herm_jwt.role;

-- and what it may see of them
SELECT name, left(pg_temp.outcome('SHOW ' || name), 5)
FROM (VALUES ('herm_jwt.token'), ('herm_jwt.role'), ('herm_jwt.jwt_secret'),
             ('herm_jwt.jwt_secret_file'), ('herm_jwt.unauthorized_role'),
             ('herm_jwt.trusted_roles'), ('herm_jwt.strict')) AS settings(name);
SELECT name FROM pg_settings WHERE name LIKE 'herm!_jwt.jwt%' ESCAPE '!';
RESET SESSION AUTHORIZATION;

-- one who may read all settings sees no more of a key
GRANT pg_read_all_settings TO regress_settings_user;
SET SESSION AUTHORIZATION regress_settings_user;
SHOW herm_jwt.jwt_secret;
SELECT count(*) FROM pg_settings WHERE name = 'herm_jwt.jwt_secret';
RESET SESSION AUTHORIZATION;

-- a superuser: all but the file, which the server's own files name
SELECT pg_temp.outcome('SET herm_jwt.jwt_secret_file = ''x''') LIKE '55P02%';

-- values that there are not
SELECT left(pg_temp.outcome(format('SET %s = %L', name, value)), 5), name, value
FROM (VALUES ('herm_jwt.max_token_size', '255'), ('herm_jwt.max_token_size', '256'),
             ('herm_jwt.max_token_size', '1MB'), ('herm_jwt.max_token_size', '1048577'),
             ('herm_jwt.max_token_size', 'large'),
             ('herm_jwt.token_cache_size', '-1'), ('herm_jwt.token_cache_size', '0'),
             ('herm_jwt.token_cache_size', '65536'), ('herm_jwt.token_cache_size', '65537'),
             ('herm_jwt.strict', 'maybe'), ('herm_jwt.trusted_roles', 'a, "B c"'),
             ('herm_jwt.trusted_roles', 'a,,b'), ('herm_jwt.trusted_roles', '"a'))
     AS vals(name, value);

-- names that there are not
SELECT pg_temp.outcome('SET herm_jwt.nonsense = ''1''');
SELECT pg_temp.outcome('SELECT set_config(''herm_jwt.tokens'', ''x'', true)');
SELECT pg_temp.outcome('SHOW herm_jwt.nonsense');

-- whom a superuser allows it may set one
GRANT SET ON PARAMETER herm_jwt.unauthorized_role TO regress_settings_user;
SET SESSION AUTHORIZATION regress_settings_user;
SET herm_jwt.unauthorized_role = 'anonymous';
SELECT herm_jwt.role();
RESET herm_jwt.unauthorized_role;
RESET SESSION AUTHORIZATION;
REVOKE SET ON PARAMETER herm_jwt.unauthorized_role FROM regress_settings_user;

DROP ROLE regress_settings_user;

-- what would be logged or stored, or is no single line
ALTER SYSTEM SET herm_jwt.http_proxy = 'http://ann:secret@proxy.example:3128';
ALTER SYSTEM SET herm_jwt.http_proxy = E'http://proxy.example\nca-file /etc/passwd';
ALTER SYSTEM SET herm_jwt.ca_file = E'ca.pem\nallow-insecure';
