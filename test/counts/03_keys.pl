# SPDX-License-Identifier: PostgreSQL
#
# Keys are read again and again: for each token, statement, call, connection or reload.
#
use strict;
use warnings FATAL => 'all';

use Calls;
use HermJwt;
use Test::More;

my $role = 'SELECT herm_jwt.role()';
my $key = ec_key();
my $config = config($key);
my %environment = (HASURA_GRAPHQL_JWT_SECRET => $config);

# Three new tokens in a new connection; returns what it has cost since it began.
sub three_tokens
{
	my ($node, %how) = @_;
	my $psql = session($node, %how);

	foreach my $user (qw(ann bob cat))
	{
		$psql->set_token(token($key, user => $user, jti => "j" . rand()));
		gives($psql, 'SELECT herm_jwt.user_id()', $user, "$user has a session");
		$psql->must($role);
	}
	return ($psql, calls($psql));
}

sub read_keys
{
	my ($calls, $expected, $name) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is("$calls->{keys} keys, $calls->{configurations} configurations",
		"$expected keys, $expected configurations", $name);
}

# ---- a preloaded server has read them for all ----

my $node = new_cluster('environment', environment => \%environment);
count_calls($node);
my ($psql, $calls) = three_tokens($node);
read_keys($calls, 0, 'environment: no connection reads keys');
reload($node, $psql);
costs($psql, $role, { times => 1 }, 'environment: a reload that changes nothing costs nothing');
$node->append_conf('postgresql.conf', "work_mem = '5MB'");
reload($node, $psql);
costs($psql, $role, { times => 1 }, 'environment: nor does one that changes something else');

my $argument = 'SELECT count(herm_jwt.verify(token, ' . quote($config) . ')) FROM (VALUES '
  . join(', ', map { '(' . quote(token($key, user => $_)) . ')' } 1 .. 10) . ') AS t(token)';
costs($psql, $argument,
	{ signatures => 10, texts => 'some', tokens => 10, keys => 1, configurations => 1 },
	'an argument: read once for all calls of a statement');
costs($psql, 'PREPARE v AS SELECT herm_jwt.verify($1); EXECUTE v(' . quote(token($key)) . ')',
	{ signatures => 1, texts => 'some', tokens => 1 }, 'verify() without one reads none');
$psql->close;

# ---- in postgresql.conf ----

$node->append_conf('postgresql.conf', setting('herm_jwt.jwt_secret', $config));
$node->restart;
($psql, $calls) = three_tokens($node);
read_keys($calls, 0, 'postgresql.conf: no connection reads keys');
reload($node, $psql);
$psql->must($role);
cmp_ok(calls($psql)->{keys}, '<=', 1,
	'postgresql.conf: after a reload that changes nothing they are judged, and not read again');
$psql->close;

# ---- of a database ----

$node->adjust_conf('postgresql.conf', 'herm_jwt.jwt_secret', undef);
$node->restart;
must($node, 'ALTER DATABASE postgres SET herm_jwt.jwt_secret = ' . quote($config));
($psql, $calls) = three_tokens($node);
read_keys($calls, 1, 'a database: each connection reads its keys once');
$psql->must("SET work_mem = '6MB'; SET herm_jwt.role = 'user'; $role; RESET herm_jwt.role");
is(calls($psql)->{keys}, 1, 'a database: other settings do not matter to keys');
$psql->close;
must($node, 'ALTER DATABASE postgres RESET herm_jwt.jwt_secret');

# ---- in a file ----

write_file($node->data_dir . '/secret.json', $config);
$node->append_conf('postgresql.conf', "herm_jwt.jwt_secret_file = 'secret.json'");
$node->restart;
($psql, $calls) = three_tokens($node);
read_keys($calls, 1, 'a file: each connection reads it once');
reload($node, $psql);
costs($psql, $role,
	{ keys => 1, configurations => 1, macs => 'some', texts => 'some', tokens => 1 },
	'a file: and once after a reload, where the server remembers the signature');
costs($psql, $role, { times => 1 }, 'a file: not twice');
$psql->close;
$node->stop;

# ---- loaded by the first call ----

$node = new_cluster('lazy', environment => \%environment, preload => 0);
count_calls($node);
($psql, $calls) = three_tokens($node);
read_keys($calls, 1, 'not preloaded: each connection reads its keys once');
reload($node, $psql);
costs($psql, $role, { times => 1 }, 'not preloaded: a reload that changes nothing costs nothing');
$psql->close;

done_testing();
