# SPDX-License-Identifier: PostgreSQL
#
# A streaming standby has a worker of its own: it verifies tokens of an issuer
# during recovery, with keys that it fetches itself, and goes on when promoted.
#
use strict;
use warnings FATAL => 'all';

use HermJwt;
use HermJwt::Process;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $issuer = issuer();
my %key = map { $_ => named($_, ec_key()) } qw(first second third);
my %token = map { $_ => token($key{$_}, user => $_) } keys %key;

$issuer->publishes($key{first});
my $primary = new_cluster('primary', streaming => 1,
	conf => setting('herm_jwt.jwt_secret', url_config($issuer->url('/primary'))) . q{
		herm_jwt.jwks_cooldown = 1s
		herm_jwt.jwks_wait = 10s});

# The owner of a token, as a server sees it.
sub owner
{
	my ($whom, $which) = @_;

	return ask($whom, "SELECT herm_jwt.resolve('$token{$which}') ->> 'x-hasura-user-id'")->{rows};
}

# An unknown key is asked for when the cooldown of a second is over.
sub wait_for_owner
{
	my ($whom, $which) = @_;

	wait_until(sub { owner($whom, $which) eq $which }, "the $which key is known");
	return;
}

sub kids
{
	my ($whom) = @_;

	return must($whom, q{SELECT string_agg(kid, ' ' ORDER BY kid) FROM herm_jwt.keys});
}

must($primary, q{
	CREATE ROLE lisa LOGIN;
	CREATE TABLE note (owner text, title text);
	INSERT INTO note VALUES ('first', 'of first'), ('second', 'of second'), ('third', 'of third');
	ALTER TABLE note ENABLE ROW LEVEL SECURITY;
	CREATE POLICY own ON note USING (owner = herm_jwt.user_id());
	GRANT SELECT ON note TO lisa});
wait_for_owner($primary, 'first');
$primary->backup('backup');

# ---- its first start, with the backup's file ----

my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'backup', has_streaming => 1);
$issuer->answers(how => 'reset');
$standby->start;
my $failures = 'SELECT count(*) FROM herm_jwt.jwk_urls WHERE failures > 0';
wait_until(sub { must($standby, $failures) eq '1' },
	'the issuer gives no answer');
is(owner($standby, 'first'), 'first', 'a standby starts with the keys that its backup has brought');

# ---- with a URL of its own ----

$issuer->publishes($key{first});
$standby->append_conf('postgresql.conf',
	setting('herm_jwt.jwt_secret', url_config($issuer->url('/standby'))));
$standby->restart;
my $worker = worker_of($standby);
my $psql = session($standby, user => 'lisa');

gives($psql, 'SELECT pg_is_in_recovery()', 't', 'this is the standby');
isnt($worker, undef, 'it has a worker of its own');
$psql->set_token($token{first});
gives($psql, 'SELECT title FROM note', 'of first', 'with a token: own rows');
is($issuer->count('/standby'), 1, 'it has fetched the keys itself');

# ---- the issuer's keys rotate ----

my $asked_by_primary = $issuer->count('/primary');
$issuer->publishes($key{first}, $key{second});
wait_for_owner($standby, 'second');
is($issuer->count('/standby'), 2, 'a new key comes by a fetch of the standby');
is($issuer->count('/primary'), $asked_by_primary, 'the primary has not asked');
is(kids($primary), 'first', 'nor got it');
gives($psql, 'SELECT title FROM note', 'of first', 'the session of the old key goes on');
$psql->set_token($token{second});
gives($psql, 'SELECT title FROM note', 'of second', 'one with the new key sees its own rows');

$issuer->publishes($key{second});
must($standby, 'SELECT NULL FROM herm_jwt.refresh_jwks()');
gives($psql, 'SELECT title FROM note', 'of second', 'the old key goes');
$psql->set_token($token{first});
raises($psql, 'SELECT title FROM note', '28000', qr/^Could not .* JWSInvalidSignature$/,
	'and nobody who has it is believed any longer');

# ---- promoted, it goes on ----

my $requests = $issuer->count('/standby');
$standby->promote;
is(worker_of($standby), $worker, 'promoted: the worker is the same');
$psql->set_token($token{second});
gives($psql, 'SELECT title, pg_is_in_recovery() FROM note', 'of second|f', 'the session goes on');
is($issuer->count('/standby'), $requests, 'the keys are in use without another fetch');
must($standby, "INSERT INTO note VALUES ('second', 'new of second')");
gives($psql, "SELECT title FROM note WHERE title ~ 'new'", 'new of second', 'new rows are seen');
$issuer->publishes($key{second}, $key{third});
wait_for_owner($standby, 'third');
is($issuer->count('/standby'), $requests + 1, 'and keys rotate');
$psql->close;

# ---- what it has fetched, it keeps ----

$issuer->answers(how => 'reset');
$standby->restart;
wait_until(
	sub { must($standby, "$failures AND url LIKE '%/standby'") eq '1' },
	'the issuer gives no answer');
is(owner($standby, 'third'), 'third', 'restarted, it has the keys that it has fetched last');

done_testing();
