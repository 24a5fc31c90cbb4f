# SPDX-License-Identifier: PostgreSQL
#
# Mishaps of the machine: the worker stands still while an answer comes, shared
# memory is taken away, there is no place for a worker. Keys are never lost for
# longer than to the next fetch, and nobody is asked in a storm.
#
use strict;
use warnings FATAL => 'all';

use HermJwt;
use HermJwt::Process;
use PostgreSQL::Test::Utils;
use Test::More;

my ($first, $second) = map { named($_, ec_key()) } 'first', 'second';
my $issuer = issuer();
my $node = new_cluster('main',
	conf => setting('herm_jwt.jwt_secret', url_config($issuer->url))
	  . "herm_jwt.jwks_cooldown = 1\nherm_jwt.jwks_stale_after = 2\n"
	  . "dynamic_shared_memory_type = posix\n");
my $log = log_position($node);

# A set of one key, and how long it is good.
sub publish
{
	my ($key, $lifetime) = @_;

	$issuer->answers(
		headers => { 'Cache-Control' => "max-age=$lifetime" },
		body    => key_set($key));
}

sub verifies
{
	my ($key, $name) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return gives($node, "SELECT herm_jwt.verify('" . token($key) . "') IS NOT NULL", 't', $name);
}

# ---- an answer comes in the moment in which the old set becomes too old ----

publish($first, 1);
wait_until(sub { ask($node, "SELECT herm_jwt.verify('" . token($first) . "')")->{sqlstate} eq '' },
	'the first set is there');
my $worker = worker_of($node);
my $asked = $issuer->count;
$issuer->answers(how => 'hang');
wait_until(sub { $issuer->count > $asked }, 'a fetch is under way');
kill('STOP', $worker);
publish($second, 7200);
wait_until(
	sub {
		must($node, 'SELECT clock_timestamp() > expires_at + interval \'3 s\''
			  . ' FROM herm_jwt.jwk_urls') eq 't';
	},
	'the first set is too old');
kill('CONT', $worker);
wait_until(sub { log_since($node, $log) =~ /has changed/ }, 'the second set is taken');
verifies($second, 'the set that has just come is in use');
unlike(log_since($node, $log), qr/too old/, 'and nothing was too old');

# ---- its segment is removed ----

my $size = length(key_set($second));
my @segments = grep { -s $_ == $size } glob('/dev/shm/PostgreSQL.*');
SKIP:
{
	skip('no file of a segment here', 6) unless @segments;
	unlink(@segments);
	my $token = token($second);
	my $refused = ask($node, "SELECT herm_jwt.verify('$token')");

	is($refused->{sqlstate}, '28000', 'a set that cannot be read is none');
	wait_until(sub { ask($node, "SELECT herm_jwt.verify('$token')")->{sqlstate} eq '' },
		'the next fetch brings it back');
	verifies($second, 'and all is well again');
	is(worker_of($node), $worker, 'with the same worker');
	unlink(grep { -s $_ == $size } glob('/dev/shm/PostgreSQL.*'));
	gives($node, 'SELECT outcome, keys FROM herm_jwt.refresh_jwks()', 'fetched|1',
		'an operator can repair it at once');
	verifies($second, 'for a new session as well');
	unlike(log_since($node, $log), qr/exited with exit code/, 'no worker has ended');
}

# ---- no worker ----

$node->append_conf('postgresql.conf', 'max_worker_processes = 0');
$node->append_conf('postgresql.conf', 'herm_jwt.jwks_wait = 0');
$node->stop;
unlink($node->data_dir . '/herm_jwt.jwks');
$node->start;
my $refused = raises($node, "SELECT herm_jwt.verify('" . token($second) . "')", '28000',
	qr/NoUsableKeys/, 'without a place for the worker there are no keys');
like($refused->{hint}, qr/the background worker of herm_jwt does not run/, 'and that is said');

done_testing();
