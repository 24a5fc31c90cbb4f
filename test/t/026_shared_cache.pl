# SPDX-License-Identifier: PostgreSQL
#
# Signatures that another backend has found good: they are believed by all
# backends of the server, for the same token, keys and rules, and nothing else is.
#
use strict;
use warnings FATAL => 'all';

use HermJwt;
use Test::More;

my ($key, $other) = (certificate_key(), certificate_key());
my $node = new_cluster('main', conf => setting('herm_jwt.jwt_secret', config($key)));
my $role = 'SELECT herm_jwt.role()';

# A new session, which remembers nothing itself, with a token.
sub session_with
{
	my ($token, %how) = @_;
	my $psql = session($node, %how);

	$psql->set_token($token);
	return $psql;
}

sub role_moves
{
	my ($token, $expected, $name, %how) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return moves($node, session_with($token, %how), $role, $expected, $name);
}

my $ann = token($key, user => 'ann');

role_moves($ann, 'verified +1', 'the first backend verifies');
role_moves($ann, 'shared cache hits +1', 'the second one believes it');
gives(session_with($ann), 'SELECT herm_jwt.user_id()', 'ann', 'and has the same session');
moves($node, $node, "SELECT herm_jwt.verify('$ann')", 'verified +1', 'verify() asks no cache');
role_moves("Bearer $ann", 'shared cache hits +1', 'the scheme is no part of the token');

# ---- another token ----

my ($header, $payload, $signature) = split /\./, $ann;
my %damaged = (
	'the signature' => join('.', $header, $payload, $signature =~ s/^(.)/$1 eq 'A' ? 'B' : 'A'/er),
	'the payload'   => join('.', $header, (split /\./, token($key, user => 'bob'))[1], $signature),
	'the header'    => join('.', (split /\./, token(named('x', $key), user => 'ann'))[0],
		$payload, $signature));

foreach my $part (sort keys %damaged)
{
	role_moves($damaged{$part}, 'rejected signature +1', "$part of another token");
	role_moves($damaged{$part}, 'rejected signature +1', 'which stays refused');
}

# ---- only the signature ----

my $expired = token($key, user => 'ann', exp => 1_000_000_000);
role_moves($expired, 'rejected exp +1', 'an expired token');
role_moves($expired, 'rejected exp +1', 'is expired for everybody');
moves($node, session_with($ann), "SET herm_jwt.role = 'admin'; $role", 'rejected role +1',
	'the role is judged each time');

# ---- other rules and keys ----

moves($node, session_with($ann), "SET herm_jwt.strict = on; $role", 'verified +1',
	'strict mode believes itself alone');
moves($node, session_with($ann), "SET herm_jwt.strict = on; $role", 'shared cache hits +1',
	'and then remembers');

must($node, 'CREATE DATABASE other');
must($node, 'ALTER DATABASE other SET herm_jwt.jwt_secret = ' . quote(config($other)));
role_moves($ann, 'rejected signature +1', 'a database with another key refuses it',
	database => 'other') if must(session($node, database => 'other'), 'CREATE EXTENSION herm_jwt') eq '';
my $elsewhere = token($other, user => 'eve');
role_moves($elsewhere, 'verified +1', 'and has its own tokens', database => 'other');
role_moves($elsewhere, 'shared cache hits +1', 'which it remembers', database => 'other');
role_moves($elsewhere, 'rejected signature +1', 'and nobody else believes');

# ---- another configuration ----

$node->append_conf('postgresql.conf', setting('herm_jwt.jwt_secret', config($other)));
reload($node);
wait_until(sub { ask(session_with($ann), $role)->{sqlstate} ne '' }, 'the keys have changed');
role_moves($ann, 'rejected signature +1', 'a removed key verifies nothing any more');
$node->append_conf('postgresql.conf', setting('herm_jwt.jwt_secret', config($key)));
reload($node);
wait_until(sub { ask(session_with($ann), $role)->{sqlstate} eq '' }, 'they have changed back');
role_moves($ann, 'shared cache hits +1', 'one that is back verifies what it did');
$node->restart;
role_moves($ann, 'verified +1', 'a restart forgets');

# ---- without it ----

$node->append_conf('postgresql.conf', 'herm_jwt.shared_cache_size = 0');
$node->restart;
role_moves($ann, 'verified +1', 'size 0: the first backend verifies') for 1 .. 2;

# ---- a MAC is as fast as its tag ----

my $secret = hmac_key();
my $plain = new_cluster('plain',
	conf  => "herm_jwt.jwt_secret_file = 'secret.json'\nherm_jwt.shared_cache_size = 1",
	files => { 'secret.json' => config($secret) });
$node = $plain;
role_moves(token($secret, user => 'ann', jti => 'a'), 'verified +1', 'HMAC is not remembered') for 1 .. 2;

# ---- the least size ----

$plain->append_conf('postgresql.conf', "herm_jwt.jwt_secret_file = ''");
$plain->append_conf('postgresql.conf', setting('herm_jwt.jwt_secret', config($key)));
$plain->restart;
my @tokens = map { token($key, user => "user$_") } 1 .. 20;
role_moves($_, 'verified +1', 'each of 20 tokens is verified') foreach @tokens;
role_moves($tokens[0], 'verified +1', 'the first has been forgotten for others');
role_moves($tokens[19], 'shared cache hits +1', 'the last is remembered');

done_testing();
