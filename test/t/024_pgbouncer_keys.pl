# SPDX-License-Identifier: PostgreSQL
#
# Behind a pooler in transaction mode, with an issuer whose keys rotate: each
# client meets its own session only, and none that a key has left behind.
#
use strict;
use warnings FATAL => 'all';

use HermJwt;
use HermJwt::Pooler;
use HermJwt::Session;
use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;

plan skip_all => 'the program pgbouncer is not in PATH (package pgbouncer)'
  unless pooler_is_there();

my $issuer = issuer();
my %key = map { $_ => named($_, ec_key()) } qw(first second third);
my %token = (ann => token($key{first}, user => 'ann'), bob => token($key{second}, user => 'bob'));

$issuer->publishes($key{first});
my $node = new_cluster('main', conf => setting('herm_jwt.jwt_secret', url_config($issuer->url)) . q{
	herm_jwt.jwks_cooldown = 1s
	herm_jwt.jwks_wait = 10s});

must($node, q{
	CREATE ROLE web LOGIN;
	CREATE TABLE note (owner text, title text);
	INSERT INTO note SELECT name, 'of ' || name FROM unnest('{ann, bob, cid, dan}'::text[]) name;
	ALTER TABLE note ENABLE ROW LEVEL SECURITY;
	CREATE POLICY own ON note USING (owner = (SELECT herm_jwt.user_id()));
	GRANT SELECT ON note TO web});

# Another set, which is in force when this returns.
sub rotate
{
	$issuer->publishes(map { $key{$_} } @_);
	is(must($node, 'SELECT outcome, keys FROM herm_jwt.refresh_jwks()'),
		'fetched|' . @_, 'the keys rotate: ' . join(', ', @_));
	return;
}

# ---- one server connection for all ----

my $pooler = pooler($node, user => 'web', size => 1);
my %client = map { $_ => HermJwt::Session->new(connstr => $pooler->connstr) } qw(ann bob nobody);
my $mine = 'SELECT herm_jwt.user_id(), title, pg_backend_pid() FROM note';
my $nothing = 'SELECT herm_jwt.session() IS NULL, (SELECT count(*) FROM note), pg_backend_pid()';
my $pid = $client{nobody}->must('SELECT pg_backend_pid()');
my $refused = qr/^Could not verify JWT: JWSError JWSInvalidSignature$/;

sub begin
{
	my ($user, $name) = @_;

	$client{$user}->must("BEGIN; SELECT herm_jwt.authenticate('$token{$user}')");
	gives($client{$user}, $mine, "$user|of $user|$pid", "$user sees own rows" . ($name // ''));
	return;
}

sub end
{
	my ($user, $how) = @_;

	$client{$user}->must($how);
	gives($client{nobody}, $nothing, "t|0|$pid",
		"after ${user}'s $how, another client of the same server connection has no session");
	return;
}

sub refuses
{
	my ($user, $name) = @_;

	raises($client{$user}, "BEGIN; SELECT herm_jwt.authenticate('$token{$user}')", '28000', $refused,
		$name);
	end($user, 'ROLLBACK');
	return;
}

begin('ann');
end('ann', 'COMMIT');
rotate('first', 'second');
foreach my $user (('ann', 'bob') x 3)
{
	begin($user);
	end($user, 'COMMIT');
}

begin('ann');
rotate('second');
raises($client{ann}, $mine, '28000', $refused,
	'a session whose key goes ends in the middle of its transaction');
end('ann', 'ROLLBACK');
begin('bob', ', on the connection that has verified ann');
rotate('first', 'second');
gives($client{bob}, $mine, "bob|of bob|$pid", 'keys that come change nothing for a session');
end('bob', 'ROLLBACK');
begin('ann', ' again when her key is back');
end('ann', 'COMMIT');
rotate('second');
refuses('ann', 'a remembered token of a key that has gone is refused');
begin('bob');
end('bob', 'COMMIT');

# The new key comes with the first token that needs it, over the pooler as well.
$token{ann} = token($key{third}, user => 'ann');
$issuer->publishes($key{second}, $key{third});
my $requests = $issuer->count;
wait_until(
	sub { $client{ann}->ask("SELECT herm_jwt.authenticate('$token{ann}')")->{text} eq '' },
	'the third key is known');
is($issuer->count - $requests, 1, 'a new key comes by one request');
begin('ann', ' with a token of the new key');
end('ann', 'COMMIT');
begin('bob');
end('bob', 'COMMIT');
$_->close foreach values %client;
$pooler->stop;

# ---- many clients, while the keys rotate ----

my @users = qw(ann bob cid dan);
my $script = PostgreSQL::Test::Utils::tempdir() . '/script';
my $rotations = 10;
my $judged = 0;

must($node, q{
	CREATE UNLOGGED TABLE token (n int, owner text, token text);
	CREATE UNLOGGED TABLE verdict (expected text, said text);
	GRANT SELECT ON token TO web;
	GRANT INSERT ON verdict TO web;
	CREATE FUNCTION judge(expected text) RETURNS void LANGUAGE sql AS
	$$
		INSERT INTO verdict SELECT expected, concat_ws(' ', coalesce(herm_jwt.user_id(), 'nobody'),
			(SELECT string_agg(title, ', ') FROM note))
	$$});
foreach my $n (1 .. @users)
{
	my $user = $users[ $n - 1 ];
	my $token = token($key{first}, user => $user);

	must($node, "INSERT INTO token VALUES ($n, '$user', '$token')");
}
write_file($script, <<'SCRIPT');
\set n random(1, 4)
SELECT owner, token FROM token WHERE n = :n \gset
BEGIN;
SELECT herm_jwt.authenticate(':token');
SELECT judge(':owner of :owner');
SELECT judge(':owner of :owner');
COMMIT;
SELECT judge('nobody');
SCRIPT

$pooler = pooler($node, user => 'web', size => 2);
rotate('first', 'second');
my ($output, $timer) = ('', IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));
my $clients = IPC::Run::start(
	[ 'pgbench', '-n', '-c', 8, '-t', 1_000_000, '-f', $script, $pooler->connstr ],
	'<', \undef, '>', \$output, '2>&1', $timer);

# Each set is used by all of them before the next one comes.
foreach my $rotation (1 .. $rotations)
{
	my $enough = must($node, 'SELECT count(*) FROM verdict') + 100;

	rotate('first', $rotation % 2 ? 'third' : 'second');
	wait_until(
		sub {
			$clients->pump_nb;
			$judged = must($node, 'SELECT count(*) FROM verdict');
			return $judged >= $enough;
		},
		'the clients go on');
}
ok($clients->pumpable && $output !~ /aborted/, 'no client has met an error') or diag($output);
$clients->kill_kill;
is(must($node, 'SELECT expected, said, count(*) FROM verdict WHERE said <> expected GROUP BY 1, 2'),
	'', "each has met its own session only, in all of $judged statements and $rotations rotations");
is(must($node, 'SELECT count(DISTINCT said) FROM verdict'), @users + 1, 'all users and nobody have been there');
$pooler->stop;

done_testing();
