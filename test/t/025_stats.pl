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

moves($node, $node, 'SELECT 1', '', 'nothing happens, and nothing is counted');
moves($node, $psql, "SELECT herm_jwt.verify('$good')", 'verified +1', 'verify()');
moves($node, $psql, "SELECT herm_jwt.resolve('$good')", 'verified +1', 'resolve()');
moves($node, $psql, "SELECT herm_jwt.verify('$foreign')", 'rejected signature +1', 'another key');
moves($node, $psql, "SELECT herm_jwt.verify('$expired')", 'rejected exp +1', 'an expired token');
moves($node, $psql, "SELECT herm_jwt.verify('a.b')", 'rejected parts +1', 'half a token');
moves($node, $psql, "SELECT herm_jwt.resolve('$good', NULL, 'admin')", 'rejected role +1', 'a role');
moves($node, $psql, "SELECT herm_jwt.inspect('$foreign')", '', 'inspect() counts nothing');
moves($node, $psql, "SELECT herm_jwt.decode('$foreign')", '', 'nor does decode()');

$psql->set_token($good);
moves($node, $psql, 'SELECT herm_jwt.user_id()', 'verified +1', 'a session');
moves($node, $psql, 'SELECT herm_jwt.user_id(), herm_jwt.role()', 'cache hits +1',
	'once a statement, however many accessors');
moves($node, $psql, 'SELECT herm_jwt.user_id() FROM generate_series(1, 1000)', 'cache hits +1',
	'and however many rows');
$psql->set_token($foreign);
moves($node, $psql, 'SELECT herm_jwt.user_id()', 'rejected signature +1', 'a refused session');
$psql->set_token($expired);
moves($node, $psql, 'SELECT herm_jwt.role()', 'rejected exp +1', 'an expired session');
$psql->set_token('x' x 20_000);
moves($node, $psql, 'SELECT herm_jwt.role()', 'rejected size +1', 'a token that is too large');
$psql->close;

done_testing();
