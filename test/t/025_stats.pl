# SPDX-License-Identifier: PostgreSQL
#
# What the server counts: a verdict of each kind moves its own counter by one,
# and no other; looking on moves none.
#
use strict;
use warnings FATAL => 'all';

use HermJwt;
use Test::More;

my ($key, $stranger) = (hmac_key(), hmac_key());
my $node = new_cluster('main',
	conf  => "herm_jwt.jwt_secret_file = 'secret.json'",
	files => { 'secret.json' => config($key) });
my $psql = session($node);
my $good = token($key, user => 'ann');
my $expired = token($key, user => 'ann', exp => 1_000_000_000);
my $foreign = token($stranger, user => 'ann');

# The counters that are not 0, as a hash; the names are counter and reason.
sub counters
{
	my $rows = must($node,
		"SELECT counter || coalesce(' ' || reason, '') || '=' || value FROM herm_jwt.stats");

	return { map { split /=/ } split /\n/, $rows };
}

# Asks, and says which counters have moved by how much.
sub moves
{
	my ($whom, $sql, $expected, $name) = @_;
	my $before = counters();
	ask($whom, $sql);
	my $after = counters();
	my @moved = map { "$_ +" . ($after->{$_} - $before->{$_}) }
	  grep { $after->{$_} != $before->{$_} } sort keys %$after;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is(join(', ', @moved), $expected, $name);
}

moves($node, 'SELECT 1', '', 'nothing happens, and nothing is counted');
moves($psql, "SELECT herm_jwt.verify('$good')", 'verified +1', 'verify()');
moves($psql, "SELECT herm_jwt.resolve('$good')", 'verified +1', 'resolve()');
moves($psql, "SELECT herm_jwt.verify('$foreign')", 'rejected signature +1', 'another key');
moves($psql, "SELECT herm_jwt.verify('$expired')", 'rejected exp +1', 'an expired token');
moves($psql, "SELECT herm_jwt.verify('a.b')", 'rejected parts +1', 'half a token');
moves($psql, "SELECT herm_jwt.resolve('$good', NULL, 'admin')", 'rejected role +1', 'a role');
moves($psql, "SELECT herm_jwt.inspect('$foreign')", '', 'inspect() counts nothing');
moves($psql, "SELECT herm_jwt.decode('$foreign')", '', 'nor does decode()');

$psql->set_token($good);
moves($psql, 'SELECT herm_jwt.user_id()', 'verified +1', 'a session');
moves($psql, 'SELECT herm_jwt.user_id(), herm_jwt.role()', 'cache hits +1',
	'once a statement, however many accessors');
moves($psql, 'SELECT herm_jwt.user_id() FROM generate_series(1, 1000)', 'cache hits +1',
	'and however many rows');
$psql->set_token($foreign);
moves($psql, 'SELECT herm_jwt.user_id()', 'rejected signature +1', 'a refused session');
$psql->set_token($expired);
moves($psql, 'SELECT herm_jwt.role()', 'rejected exp +1', 'an expired session');
$psql->set_token('x' x 20_000);
moves($psql, 'SELECT herm_jwt.role()', 'rejected size +1', 'a token that is too large');
$psql->close;

done_testing();
