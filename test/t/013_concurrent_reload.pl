# SPDX-License-Identifier: PostgreSQL
#
# Twenty clients verify tokens while the key file changes back and forth: every
# statement judges by one of the two keys, never by both, neither or a mixture.
#
use strict;
use warnings FATAL => 'all';

use HermJwt;
use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;

my %key = (ann => ec_key(), bob => hmac_key());
my %token = map { $_ => token($key{$_}, user => $_) } keys %key;
my $node = new_cluster('main',
	conf  => "herm_jwt.jwt_secret_file = 'jwt_secret.json'",
	files => { 'jwt_secret.json' => config($key{ann}) });
my $file = $node->data_dir . '/jwt_secret.json';

must($node, qq{
	CREATE TABLE verdict (verify_ann text, verify_bob text, session_ann text, session_bob text);
	CREATE TABLE token (name text, value text);
	INSERT INTO token VALUES ('ann', '$token{ann}'), ('bob', '$token{bob}');
	CREATE FUNCTION verify(whose text) RETURNS text LANGUAGE plpgsql AS
	\$\$
	BEGIN
		PERFORM herm_jwt.verify(value) FROM token WHERE name = whose;
		RETURN whose;
	EXCEPTION WHEN invalid_authorization_specification THEN
		RETURN 'refused';
	END
	\$\$;
	CREATE FUNCTION session_of(whose text) RETURNS text LANGUAGE plpgsql AS
	\$\$
	BEGIN
		PERFORM set_config('herm_jwt.token', value, true) FROM token WHERE name = whose;
		RETURN herm_jwt.user_id();
	EXCEPTION WHEN invalid_authorization_specification THEN
		RETURN 'refused';
	END
	\$\$});

# One statement judges both tokens, in both ways.
my $script = $node->basedir . '/script';
write_file($script, q{INSERT INTO verdict
	SELECT verify('ann'), verify('bob'), session_of('ann'), session_of('bob');});

my %output;

sub start_clients
{
	my ($what, @options) = @_;
	my @command = (
		'pgbench', '--no-vacuum', '--file', $script, '--client', 10,
		@options, $node->connstr('postgres'));

	$output{$what} = '';
	return IPC::Run::start(\@command, '<', \undef, '>&', \$output{$what},
		IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));
}

# Changes the key and reloads until all clients are done.
sub change_keys_under
{
	my (@clients) = @_;
	my $whose = 'ann';

	while (grep { $_->pumpable } @clients)
	{
		$whose = $whose eq 'ann' ? 'bob' : 'ann';
		replace_file($file, config($key{$whose}));
		$node->reload;
		$_->pump_nb foreach grep { $_->pumpable } @clients;
	}
	return grep { !$_->finish } @clients;
}

# Usually one round sees both keys in force.
my $failed = 0;
foreach my $round (1 .. 10)
{
	$failed += change_keys_under(
		start_clients('open sessions', '--transactions', 100),
		start_clients('new connections', '--transactions', 10, '--connect'));
	last if must($node, 'SELECT count(DISTINCT verify_ann) FROM verdict') == 2;
}

is($failed, 0, 'all clients came to their end')
  or diag(join("\n", map { "$_: $output{$_}" } sort keys %output));
gives($node, 'SELECT * FROM verdict GROUP BY 1, 2, 3, 4 ORDER BY 1',
	"ann|refused|ann|refused\nrefused|bob|refused|bob",
	'every statement judged by one key, and both keys were in force');
gives($node, 'SELECT count(*) % 1100 FROM verdict', '0', 'no statement failed');

# ---- afterwards the last key is in force, everywhere ----

my $psql = session($node);
foreach my $whose ('ann', 'bob')
{
	replace_file($file, config($key{$whose}));
	reload($node, $psql);
	gives($psql, "SELECT session_of('$whose')", $whose,
		"in the end, the key of $whose is in force");
}
$psql->close;

$node->stop;
unlike(slurp_file($node->logfile), qr/terminated by signal|PANIC|server process .* exited/,
	'no server process has crashed');

done_testing();
