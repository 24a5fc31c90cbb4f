# SPDX-License-Identifier: PostgreSQL
#
# A token that was good a moment ago costs its signature again, or is read again.
#
use strict;
use warnings FATAL => 'all';

use Calls;
use HermJwt;
use Test::More;

my $role = 'SELECT herm_jwt.role()';
my $nothing = { times => 1 };
my $node = new_cluster('main');

count_calls($node);

sub session_with
{
	my ($config, $token) = @_;
	my $psql = session($node);

	$psql->must('SET herm_jwt.jwt_secret = ' . quote($config));
	$psql->set_token($token);
	return $psql;
}

# One of each way to ask OpenSSL.
foreach my $algorithm (qw(RS256 PS256 ES256 EdDSA))
{
	my $key = key_for($algorithm);
	my ($config, $token) = (config($key), token($key, user => 'ann'));
	my $new = { signatures => 1, macs => 'some', texts => 'some', keys => 1, configurations => 1,
		tokens => 1 };
	my $psql = session_with($config, $token);

	costs($psql, $role, $new, "$algorithm: a new token, with a new configuration");
	costs($psql, $role, $nothing, "$algorithm: the next statement costs nothing");

	my $authenticate = 'SELECT herm_jwt.authenticate(' . quote($token) . ')';
	costs($psql, "BEGIN; $authenticate; COMMIT", { times => 'some' },
		"$algorithm: nor does authenticate()");
	costs($psql, "BEGIN; $authenticate; ROLLBACK; $authenticate", { times => 'some' },
		"$algorithm: after a rollback neither");

	my $bob = token($key, user => 'bob');
	costs($psql, 'SET herm_jwt.token = ' . quote($bob) . "; $role",
		{ signatures => 1, macs => 'some', texts => 'some', tokens => 1 },
		"$algorithm: another token costs a signature, and no key is read again");
	costs($psql, 'SET herm_jwt.token = ' . quote($token) . "; $role", $nothing,
		"$algorithm: the first one again costs nothing");
	costs($psql, "SET herm_jwt.token = ''; $role; SET herm_jwt.token = " . quote($token) . "; $role",
		$nothing, "$algorithm: nor after none at all");
	costs($psql, 'SELECT herm_jwt.session(), herm_jwt.claims(), herm_jwt.allowed_roles()', $nothing,
		"$algorithm: nor do its claims");

	# ---- in another backend ----

	my $other = session_with($config, $token);

	costs($other, $role, { %$new, signatures => 0 },
		"$algorithm: no signature in another backend");
	costs($other, $role, $nothing, "$algorithm: where the next statement costs nothing, too");
	$_->close foreach $psql, $other;
}

# ---- a symmetric key ----

my $key = hmac_key();
my $psql = session_with(config($key), token($key));

costs($psql, $role, { macs => 1, texts => 'some', configurations => 1, tokens => 1 },
	'HS256: a new token costs a MAC');
costs($psql, $role, $nothing, 'HS256: the next statement costs nothing');
$psql->close;

done_testing();
