# SPDX-License-Identifier: PostgreSQL
#
# A token that differs from a remembered one in a single bit, anywhere, is taken
# for it: by the backend that has verified it, or by another one.
#
use strict;
use warnings FATAL => 'all';

use HermJwt;
use Test::More;

my @symmetric = qw(HS256 HS384 HS512);
my @asymmetric = qw(RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 ES256K EdDSA Ed25519 Ed448);
my $role = 'SELECT herm_jwt.role()';
my $node = new_cluster('main');

# What becomes of each token with one bit changed, and how often. The eighth bit of a byte makes
# no text of it: the server refuses that before anybody of ours sees it.
must($node, <<'SQL');
CREATE FUNCTION fates(token text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	bytes bytea := convert_to(token, 'UTF8');
	fates text[];
	changed text;
BEGIN
	FOR i IN 0 .. 8 * length(bytes) - 1 LOOP
		BEGIN
			changed := convert_from(set_bit(bytes, i, 1 - get_bit(bytes, i)), 'UTF8');
			PERFORM set_config('herm_jwt.token', changed, false);
			fates := fates || ('accepted for ' || herm_jwt.user_id());
		EXCEPTION
			WHEN character_not_in_repertoire THEN fates := fates || 'no text'::text;
			WHEN invalid_authorization_specification THEN fates := fates || 'refused'::text;
		END;
	END LOOP;
	RETURN (SELECT string_agg(fate || ' ' || n, ', ' ORDER BY fate)
		FROM (SELECT fate, count(*) AS n FROM unnest(fates) AS fate GROUP BY fate) AS counted);
END $$;
SQL

sub session_with
{
	my ($config, $token) = @_;
	my $psql = session($node);

	$psql->must('SET herm_jwt.jwt_secret = ' . quote($config));
	$psql->set_token($token);
	return $psql;
}

# No cache answers while all of them are tried.
sub refuses_all
{
	my ($psql, $token, $name) = @_;
	my $bytes = length($token);
	my $hits = q{SELECT sum(value) FROM herm_jwt.stats WHERE counter LIKE '%hits' OR counter = 'verified'};
	my $before = must($node, $hits);

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	gives($psql, 'SELECT fates(' . quote($token) . ')',
		'no text ' . $bytes . ', refused ' . 7 * $bytes, "$name: each changed bit is refused");
	is(must($node, $hits), $before, "$name: and nobody has remembered it");
	$psql->set_token($token);
	return;
}

foreach my $algorithm (@symmetric, @asymmetric)
{
	my $key = key_for($algorithm);
	my ($config, $token) = (config($key), token($key));
	my $shared = (grep { $_ eq $algorithm } @symmetric) ? 'verified +1' : 'shared cache hits +1';
	my $psql = session_with($config, $token);

	moves($node, $psql, $role, 'verified +1', "$algorithm: a good token");
	refuses_all($psql, $token, "$algorithm, the same backend");
	moves($node, $psql, $role, 'cache hits +1', "$algorithm: it was remembered all the time");
	$psql->close;

	$psql = session_with($config, $token);
	refuses_all($psql, $token, "$algorithm, another backend");
	moves($node, $psql, $role, $shared, "$algorithm: what the other one has found was there");
	$psql->close;
}

done_testing();
