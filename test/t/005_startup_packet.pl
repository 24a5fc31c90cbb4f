# SPDX-License-Identifier: PostgreSQL
#
# Settings in the startup packet (PGOPTIONS): a token is the connection's own
# value, to which RESET returns; a configuration follows the rules of stored ones.
#
use strict;
use warnings FATAL => 'all';

use HermJwt;
use Test::More;

my $key = ec_key();
my $other = ec_key();
my $secret = hmac_key();
my $ann = token($key, user => 'ann', roles => [ 'user', 'editor' ]);
my $bob = token($key, user => 'bob');
my $eve = token($secret, user => 'eve');
my $cat = token($other, user => 'cat');
my $user = 'SELECT herm_jwt.user_id()';
my %environment = (HASURA_GRAPHQL_JWT_SECRET => config($key));

# White space and backslashes are escaped by backslashes in PGOPTIONS.
sub option
{
	my ($name, $value) = @_;

	$value =~ s/([\\\s])/\\$1/g;
	return "-c $name=$value";
}

# Whatever is true with preloading must be true without it.
foreach my $preload (1, 0)
{
	my $how = $preload ? 'preloaded' : 'not preloaded';
	my $node = new_cluster($preload ? 'main' : 'bare',
		preload     => $preload,
		environment => \%environment);

	must($node, 'CREATE ROLE lisa LOGIN');

	# ---- a token ----

	my $psql =
	  session($node, user => 'lisa', pgoptions => option('herm_jwt.token', $ann));

	gives($psql, $user, 'ann', "$how: the token of the startup packet is the session's");
	gives($psql, 'SHOW herm_jwt.token', '<hidden>', "$how: and is not shown");
	$psql->must("BEGIN; SELECT herm_jwt.authenticate('$bob')");
	gives($psql, $user, 'bob', "$how: authenticate() replaces it");
	$psql->must('COMMIT');
	gives($psql, $user, 'ann', "$how: until the end of the transaction");
	foreach my $reset ('RESET herm_jwt.token', 'SET herm_jwt.token = DEFAULT', 'RESET ALL',
		'DISCARD ALL')
	{
		$psql->set_token($bob);
		gives($psql, "$reset; $user", 'ann', "$how: $reset returns to it");
	}
	$psql->set_token('');
	every_accessor_gives_nothing($psql, "$how: an empty token is no session");
	$psql->close;

	$psql = session($node, user => 'lisa',
		pgoptions => option('herm_jwt.token', $ann) . ' ' . option('herm_jwt.role', 'editor'));
	gives($psql, 'SELECT herm_jwt.role()', 'editor',
		"$how: the requested role can stand there, too");
	$psql->must('RESET ALL');
	gives($psql, 'SELECT herm_jwt.role()', 'editor', "$how: RESET ALL returns to it");
	$psql->close;

	$psql = session($node, user => 'lisa', pgoptions => option('herm_jwt.token', $cat));
	every_accessor_raises($psql, '28000', qr/JWSInvalidSignature/,
		"$how: a refused token of the startup packet: every accessor raises");
	raises($psql, "DISCARD ALL; $user", '28000', qr/JWSInvalidSignature/,
		"$how: DISCARD ALL returns to it, and not to another user");
	$psql->close;

	# ---- a configuration, from a superuser ----

	$psql = session($node, pgoptions => option('herm_jwt.jwt_secret', config($other)));
	$psql->set_token($cat);
	gives($psql, $user, 'cat', "$how: a superuser's public key counts");
	$psql->close;
	foreach my $bad (config($secret), '{"type": "planted')
	{
		$psql = session($node, pgoptions => option('herm_jwt.jwt_secret', $bad));
		$psql->set_token($bad =~ /planted/ ? $ann : $eve);
		every_accessor_raises($psql, '22023', qr/parameter "herm_jwt\.jwt_secret"/,
			"$how: a superuser's bad or symmetric one: every accessor raises");
		unlike($psql->ask($user)->{text}, qr/planted|\Q$secret->{private}\E/,
			"$how: and does not show it");
		$psql->close;
	}

	# ---- a configuration, from an ordinary user ----

	$psql = session($node, user => 'lisa',
		pgoptions => option('herm_jwt.jwt_secret', config($other)));
	my $answer = $psql->ask("SET herm_jwt.token = '$cat'; $user");
	isnt($answer->{rows}, 'cat', "$how: an ordinary user cannot bring a key along");
	like("$answer->{sqlstate} $answer->{text}", qr/permission denied|JWSInvalidSignature/,
		"$how: the server says so");
	$psql->close;
	$psql = session($node, user => 'lisa', pgoptions => option('herm_jwt.strict', 'on'));
	unlike($psql->ask('SELECT herm_jwt.role(); SHOW herm_jwt.strict')->{rows}, qr/on/,
		"$how: nor change how tokens are judged");
	$psql->close;

	$node->stop;
}

done_testing();
