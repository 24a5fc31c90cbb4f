-- SPDX-License-Identifier: PostgreSQL
-- Supabase's auth.uid(), as its documentation describes it: the claim "sub" of the request, from
-- the older parameter of its own or from the claims as JSON, as uuid. Nothing is verified here.
CREATE SCHEMA auth;
CREATE FUNCTION auth.uid() RETURNS uuid
LANGUAGE sql STABLE AS $$
	SELECT coalesce(
		nullif(current_setting('request.jwt.claim.sub', true), ''),
		nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid
$$;
