-- A provider's configuration refuses its own tokens, or believes what users write.
\getenv srcdir PG_ABS_SRCDIR
\set setup :srcdir '/sql/include/setup.psql'
\i :setup

CREATE TEMP TABLE example (provider text, domain text);
INSERT INTO example VALUES
    ('auth0', 'herm.eu.auth0.com'),
    ('firebase', 'herm-social'),
    ('cognito', 'eu-central-1_AbCdEf123'),
    ('keycloak', 'login.herm.app/realms/herm'),
    ('okta', 'herm.okta.com/oauth2/aus1abc2DEF'),
    ('azure', '0f3c5a7e-9b1d-4e2f-8a6c-5d7e9f1b3a2c'),
    ('clerk', 'clerk.herm.app'),
    ('supabase', 'abcdefghijklmnopqrst.supabase.co'),
    ('nhost', 'abcdefghijklmnopqrst.auth.eu-central-1.nhost.run');

-- the configurations
SELECT provider, jsonb_pretty(herm_jwt.provider_config(provider, domain)) FROM example;

-- and as they are understood
SELECT provider, herm_jwt.check_jwt_secret(herm_jwt.provider_config(provider, domain))
       - '{keys,allowed_skew}'::text[]
FROM example;

-- with a key of our own in the place of theirs, for what follows
CREATE FUNCTION pg_temp.with_own_key(provider text) RETURNS jsonb
LANGUAGE sql AS $$
    SELECT herm_jwt.provider_config(provider, domain) - 'jwk_url' ||
           jsonb_build_object('type', 'HS256', 'key', current_setting('regress.key'))
    FROM example WHERE example.provider = with_own_key.provider
$$;

-- other forms of a domain
SELECT provider, domain, herm_jwt.provider_config(provider, domain) ->> 'jwk_url'
FROM (VALUES ('auth0', 'login.herm.app'), ('auth0', 'login.herm.app:8443'),
             ('firebase', 'herm-1'), ('cognito', 'us-gov-west-1_x'),
             ('keycloak', 'keycloak:8443/auth/realms/herm'),
             ('keycloak', '192.0.2.1/realms/H.e_r~m-1'),
             ('okta', 'herm.okta.com'), ('okta', 'login.herm.app:8443'),
             ('okta', 'herm.okta.com/oauth2/default'),
             ('supabase', 'api.herm.app')) AS forms(provider, domain);

-- a provider that nobody knows
CREATE FUNCTION pg_temp.provide(provider text, domain text) RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.outcome(format('SELECT herm_jwt.provider_config(%L, %L)', provider, domain))
$$;
SELECT pg_temp.provide('auth1', 'herm.eu.auth0.com');
SELECT pg_temp.provide('Auth0', 'herm.eu.auth0.com');
SELECT split_part(pg_temp.provide(name, 'herm.eu.auth0.com'), E'\n', 1)
FROM (VALUES (''), (' auth0'), ('auth0 '), ('auth'), ('auth00'), (E'a\nb'), ('"'),
             (repeat('x', 100)), ('herm.eu.auth0.com')) AS names(name);

-- a domain that does not fit, provider by provider
SELECT pg_temp.provide(provider, 'https://herm.app/') FROM example;
SELECT provider, domain, pg_temp.provide(provider, domain) !~ '^22023: invalid domain' AS accepted
FROM (VALUES
    ('auth0', 'herm'), ('auth0', 'herm.eu.auth0.com/'), ('auth0', 'herm.eu.auth0.com/path'),
    ('firebase', 'herm.firebaseapp.com'), ('firebase', '123456789012'), ('firebase', 'Herm-Social'),
    ('cognito', 'AbCdEf123'), ('cognito', 'eu-central-1'), ('cognito', 'eu-central-1_'),
    ('cognito', '_AbCdEf123'), ('cognito', 'eu-central-1_Ab_123'), ('cognito', 'EU_AbCdEf123'),
    ('cognito', 'eu-central-1_Ab.attacker.example'),
    ('keycloak', 'login.herm.app'), ('keycloak', 'login.herm.app/realms'),
    ('keycloak', 'login.herm.app/realms/'), ('keycloak', 'login.herm.app/realms/herm/'),
    ('keycloak', 'login.herm.app/realms/herm/account'), ('keycloak', 'login.herm.app//realms/herm'),
    ('keycloak', 'login.herm.app/realms/..'), ('keycloak', 'login.herm.app/../realms/herm'),
    ('keycloak', 'login.herm.app/./realms/herm'), ('keycloak', 'login.herm.app/realms/h%2e'),
    ('okta', 'herm.okta.com/'), ('okta', 'herm.okta.com/oauth2'), ('okta', 'herm.okta.com/oauth2/'),
    ('okta', 'herm.okta.com/oauth2/default/v1'), ('okta', 'herm.okta.com/other/default'),
    ('okta', 'herm.okta.com/oauth2/..'),
    ('azure', 'common'), ('azure', 'organizations'), ('azure', 'consumers'),
    ('azure', '9188040d-6c67-4c5b-b112-36a304b66dad'), ('azure', 'herm.onmicrosoft.com'),
    ('azure', '0f3c5a7e9b1d4e2f8a6c5d7e9f1b3a2c'), ('azure', '0F3C5A7E-9B1D-4E2F-8A6C-5D7E9F1B3A2C'),
    ('azure', '{0f3c5a7e-9b1d-4e2f-8a6c-5d7e9f1b3a2c}'), ('azure', '0f3c5a7e-9b1d-4e2f-8a6c-5d7e9f1b3a2'),
    ('azure', '0f3c5a7e-9b1d-4e2f-8a6c-5d7e9f1b3a2c-'), ('azure', '0f3c5a7g-9b1d-4e2f-8a6c-5d7e9f1b3a2c'),
    ('clerk', 'pk_test_Y2xlcms'), ('clerk', 'clerk'),
    ('supabase', 'abcdefghijklmnopqrst'), ('supabase', 'abcdefghijklmnopqrst.supabase.co/auth/v1'),
    ('nhost', 'abcdefghijklmnopqrst')) AS bad(provider, domain);
SELECT pg_temp.provide('azure', 'common');

-- nor anything that would lead elsewhere, or out of the JSON; to none of them
SELECT count(*), count(*) FILTER (WHERE pg_temp.provide(provider, bad) ~ '^22023: invalid domain')
FROM example,
     (VALUES (''), (' '), ('.'), ('..'), ('/'), (':'), ('-'), ('_'), ('*.herm.app'),
             ('herm.app '), (' herm.app'), (E'herm.app\n'), (E'herm\t.app'), (E'herm.app\u0001'),
             (E'herm.app\u007f'), (E'herm.app\u0085'), (E'herm.app\u202e'), ('hërm.app'),
             ('herm.app"'), ('herm.app", "issuer": "https://attacker.example'), ('herm.app\'),
             ('herm.app'''), ('<domain>'), ('herm.app@attacker.example'),
             ('ann@herm.app'), ('herm.app?a'), ('herm.app#a'), ('herm.app/realms/a?b'),
             ('herm.app/realms/a#b'), ('herm.app/oauth2/a"b'), ('herm.app/oauth2/a b'),
             ('https://herm.app'), ('http://herm.app'), ('HTTPS://herm.app'), ('//herm.app'),
             ('herm..app'), ('.herm.app'), ('herm.app.'), ('-herm.app'), ('herm-.app'),
             ('HERM.app'), ('herm_.app'), ('herm.app:'), ('herm.app:x'), ('herm.app:0'),
             ('herm.app:65536'), ('herm.app:4294967739'), ('herm.app:80:80'), ('[::1]'),
             ('herm%2eapp'), ('herm.app;a'), ('herm,app'), ('$.herm'), ('herm.app/../x')) AS list(bad);
SELECT DISTINCT pg_temp.provide(provider, repeat('a.', 127) || 'app') FROM example;
SELECT pg_temp.provide('auth0', repeat('a', 64) || '.app');
SELECT pg_temp.provide('auth0', repeat('a', 2000000));

-- nothing comes of nothing
SELECT herm_jwt.provider_config(NULL, 'herm.eu.auth0.com'), herm_jwt.provider_config('auth0', NULL);

-- a typical token of each provider
CREATE FUNCTION pg_temp.understood(provider text, payload jsonb, role text DEFAULT NULL) RETURNS text
LANGUAGE sql AS $$
    SELECT split_part(pg_temp.resolve(herm_jwt.sign(payload, current_setting('regress.key')),
                                      pg_temp.with_own_key(provider)::text, role), E'\n', 1)
$$;
\set claims '{"x-hasura-allowed-roles": ["user"], "x-hasura-default-role": "user", "x-hasura-user-id": "ann"}'
\set namespace '"https://hasura.io/jwt/claims":' :claims

\set auth0 '{"iss": "https://herm.eu.auth0.com/", "sub": "auth0|5f7c", "aud": ["https://herm.app", "https://herm.eu.auth0.com/userinfo"], "azp": "abc", "scope": "openid", ' :namespace '}'
SELECT pg_temp.understood('auth0', :'auth0');
SELECT pg_temp.understood('auth0', :'auth0'::jsonb || '{"iss": "https://herm.eu.auth0.com"}');
SELECT pg_temp.understood('auth0', :'auth0'::jsonb || '{"iss": "https://mallory.eu.auth0.com/"}');

\set firebase '{"iss": "https://securetoken.google.com/herm-social", "aud": "herm-social", "sub": "aNN", "user_id": "aNN", "firebase": {"sign_in_provider": "password"}, ' :namespace '}'
SELECT pg_temp.understood('firebase', :'firebase');
SELECT pg_temp.understood('firebase', :'firebase'::jsonb || '{"aud": "mallory"}');
SELECT pg_temp.understood('firebase', :'firebase'::jsonb || '{"iss": "https://session.firebase.google.com/herm-social"}');

\set cognito '{"iss": "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEf123", "aud": "4client", "token_use": "id", "cognito:username": "ann", "sub": "0e6d"}'
SELECT pg_temp.understood('cognito', :'cognito'::jsonb ||
           jsonb_build_object('https://hasura.io/jwt/claims', :'claims'::text));
SELECT pg_temp.understood('cognito', :'cognito'::jsonb ||
           jsonb_build_object('https://hasura.io/jwt/claims', :'claims'::jsonb));

\set keycloak '{"iss": "https://login.herm.app/realms/herm", "aud": "account", "sub": "3b9d", "typ": "Bearer", "azp": "app", "realm_access": {"roles": ["default-roles-herm", "offline_access", "user", "editor"]}, "resource_access": {"account": {"roles": ["manage-account"]}}}'
SELECT pg_temp.understood('keycloak', :'keycloak');
SELECT pg_temp.understood('keycloak', :'keycloak', 'editor');
SELECT pg_temp.understood('keycloak', :'keycloak', 'manage-account');
SELECT pg_temp.understood('keycloak', jsonb_set(:'keycloak', '{realm_access,roles}', '["offline_access"]'));
SELECT pg_temp.understood('keycloak', :'keycloak'::jsonb - 'realm_access');

\set okta '{"iss": "https://herm.okta.com/oauth2/aus1abc2DEF", "aud": "api://herm", "sub": "ann@herm.app", "uid": "00u1ann", "cid": "0oa1", "scp": ["openid"], "groups": ["user", "editor"]}'
SELECT pg_temp.understood('okta', :'okta');
SELECT pg_temp.understood('okta', :'okta', 'editor');
SELECT pg_temp.understood('okta', :'okta'::jsonb - 'uid');
SELECT pg_temp.understood('okta', :'okta'::jsonb || '{"groups": ["editor"]}');

\set azure '{"iss": "https://login.microsoftonline.com/0f3c5a7e-9b1d-4e2f-8a6c-5d7e9f1b3a2c/v2.0", "aud": "6e74172b-be56-4843-9ff4-e66a39bb12e3", "oid": "690222be-ff1a-4d56-abd1-7e4f7d38e474", "sub": "AAAAAA", "tid": "0f3c5a7e-9b1d-4e2f-8a6c-5d7e9f1b3a2c", "ver": "2.0", "roles": ["user"]}'
SELECT pg_temp.understood('azure', :'azure');
SELECT pg_temp.understood('azure', :'azure'::jsonb - 'roles');
SELECT pg_temp.understood('azure', :'azure'::jsonb ||
           '{"iss": "https://sts.windows.net/0f3c5a7e-9b1d-4e2f-8a6c-5d7e9f1b3a2c/"}');

\set clerk '{"iss": "https://clerk.herm.app", "sub": "user_2ann", "azp": "https://herm.app", ' :namespace '}'
SELECT pg_temp.understood('clerk', :'clerk');

\set supabase '{"iss": "https://abcdefghijklmnopqrst.supabase.co/auth/v1", "aud": "authenticated", "sub": "7c1e", "role": "authenticated", "app_metadata": {"provider": "email"}, "user_metadata": {}}'
SELECT pg_temp.understood('supabase', :'supabase');
SELECT pg_temp.understood('supabase', jsonb_set(:'supabase', '{app_metadata,roles}', '["user", "editor"]'), 'editor');
SELECT pg_temp.understood('supabase', :'supabase'::jsonb ||
           '{"app_metadata": {"roles": ["editor"], "default_role": "editor"}}');
SELECT pg_temp.understood('supabase', :'supabase'::jsonb || '{"app_metadata": {"roles": ["editor"]}}');
SELECT pg_temp.understood('supabase', :'supabase'::jsonb || '{"aud": "anon"}');

\set nhost '{"sub": "5d1f", "iss": "hasura-auth", ' :namespace '}'
SELECT pg_temp.understood('nhost', :'nhost');

-- what users can write about themselves changes nothing
\set own '{"roles": ["editor"], "role": "editor", "default_role": "editor", "x-hasura-allowed-roles": ["editor"], "x-hasura-default-role": "editor", "x-hasura-user-id": "ben"}'
SELECT provider,
       pg_temp.understood(provider, payload::jsonb || written) =
           pg_temp.understood(provider, payload::jsonb) AS unchanged,
       pg_temp.understood(provider, payload::jsonb || written, 'admin')
FROM (VALUES ('auth0', :'auth0'), ('firebase', :'firebase'), ('keycloak', :'keycloak'),
             ('cognito', jsonb_set(:'cognito', '{https://hasura.io/jwt/claims}',
                                   to_jsonb(:'claims'::text))::text),
             ('okta', :'okta'), ('azure', :'azure'), ('clerk', :'clerk'),
             ('supabase', :'supabase'), ('nhost', :'nhost')) AS typical(provider, payload),
     (SELECT :'own'::jsonb - 'roles' ||
             jsonb_build_object('user_metadata', :'own'::jsonb, 'unsafe_metadata', :'own'::jsonb,
                                'metadata', :'own'::jsonb, 'name', 'editor', 'nickname', 'admin',
                                'preferred_username', 'admin', 'email', 'admin@herm.app',
                                'custom:role', 'admin', 'attributes', :'own'::jsonb) AS written) AS own;

-- no configuration is needed
SET herm_jwt.jwt_secret = '';
SELECT herm_jwt.provider_config('clerk', 'clerk.herm.app');
