# SPDX-License-Identifier: PostgreSQL
#
# Behind a pooler in transaction mode, users share a server connection: none of
# them may ever meet the session of another one.
#
use strict;
use warnings FATAL => 'all';

use HermJwt;
use HermJwt::Pooler;
use HermJwt::Session;
use PostgreSQL::Test::Utils;
use Test::More;

plan skip_all => 'the program pgbouncer is not in PATH (package pgbouncer)'
  unless pooler_is_there();

my $key = ec_key();
my %token = map { $_ => token($key, user => $_) } qw(ann bob);
my $node = new_cluster('main', conf => setting('herm_jwt.jwt_secret', config($key)));

must($node, q{
	CREATE ROLE web LOGIN;
	CREATE TABLE note (owner text DEFAULT herm_jwt.user_id(), title text);
	INSERT INTO note VALUES ('ann', 'of ann'), ('bob', 'of bob');
	ALTER TABLE note ENABLE ROW LEVEL SECURITY;
	CREATE POLICY own ON note USING (owner = (SELECT herm_jwt.user_id()));
	GRANT SELECT, INSERT ON note TO web});

# ---- a pooler with one server connection ----

my $pooler = pooler($node, user => 'web', size => 1);

sub client
{
	return HermJwt::Session->new(connstr => $pooler->connstr);
}

my %client = map { $_ => client() } qw(ann bob nobody);
my $mine = 'SELECT herm_jwt.user_id(), title, pg_backend_pid() FROM note';
my $nothing = 'SELECT herm_jwt.session() IS NULL, (SELECT count(*) FROM note), pg_backend_pid()';
my $pid = $client{nobody}->must('SELECT pg_backend_pid()');

# ---- one after the other ----

foreach my $end ('COMMIT', 'ROLLBACK', 'an error')
{
	foreach my $user ('ann', 'bob', 'ann')
	{
		$client{$user}->must("BEGIN; SELECT herm_jwt.authenticate('$token{$user}')");
		gives($client{$user}, $mine, "$user|of $user|$pid", "$user sees own rows");
		if ($end eq 'an error')
		{
			raises($client{$user}, 'SELECT 1 / 0', '22012', qr/division/, 'an error');
			$client{$user}->must('ROLLBACK');
		}
		else
		{
			$client{$user}->must($end);
		}
		gives($client{nobody}, $nothing, "t|0|$pid",
			"after $end, another client of the same server connection has no session");
		gives($client{$user}, $nothing, "t|0|$pid", "nor has $user");
	}
}

# ---- while one waits for the other ----

$client{ann}->must("BEGIN; SELECT herm_jwt.authenticate('$token{ann}')");
$client{bob}->send("BEGIN; SELECT NULL FROM herm_jwt.authenticate('$token{bob}'); $mine");
gives($client{ann}, $mine, "ann|of ann|$pid", 'ann is alone on the server connection');
$client{ann}->must('COMMIT');
is($client{bob}->receive->{rows}, "\nbob|of bob|$pid", 'bob comes next, and is bob');
$client{bob}->must("SAVEPOINT s; SELECT herm_jwt.authenticate('$token{ann}')");
gives($client{bob}, $mine, "ann|of ann|$pid", 'another user within the transaction');
$client{bob}->must('ROLLBACK TO s');
gives($client{bob}, $mine, "bob|of bob|$pid", 'ends with the savepoint');
$client{bob}->must("INSERT INTO note (title) VALUES ('second of bob'); COMMIT");
gives($client{nobody}, $nothing, "t|0|$pid", 'and nobody is left');

# ---- without a transaction ----

gives($client{ann}, "SELECT herm_jwt.authenticate('$token{ann}') ->> 'x-hasura-user-id'", 'ann',
	'authenticate() alone is a transaction of its own');
gives($client{ann}, $nothing, "t|0|$pid", 'whose session is over with it');
raises($client{ann}, "BEGIN; SELECT herm_jwt.authenticate('x')", '28000', qr/^Could not/,
	'a refused token');
$client{ann}->must('ROLLBACK');
gives($client{bob}, $nothing, "t|0|$pid", 'leaves no session either');

# ---- the requested role goes, too ----

my $editor = token($key, user => 'ann', roles => [ 'user', 'editor' ]);
my $role = "SELECT herm_jwt.role(), current_setting('herm_jwt.role')";
$client{ann}->must("BEGIN; SELECT herm_jwt.authenticate('$editor', 'editor')");
gives($client{ann}, $role, 'editor|editor', 'a requested role');
$client{ann}->must("SELECT herm_jwt.authenticate('$editor')");
gives($client{ann}, $role, 'user|', 'the next authenticate() forgets it');
$client{ann}->must("SELECT herm_jwt.authenticate('$editor', 'editor'); COMMIT");
gives($client{nobody}, $role, '|', 'and so does the end of the transaction');

$_->close foreach values %client;
$pooler->stop;
done_testing();
