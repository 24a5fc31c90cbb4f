# SPDX-License-Identifier: PostgreSQL
#
# Tokens and keys are planted wherever they may be, and then searched for
# wherever they may not: in the server's log at DEBUG5, in every catalog and
# view, in all fields of all errors.
#
# The text of a statement is seen by the same database role, by pg_monitor and
# by the log; that is the server's business, and documented. So no statement of
# the victims here has a secret in its text: each takes it from a table, which
# was loaded by COPY from a file. (Bound parameters would do as well, but not
# every psql has them.) The administrator's refused statements are the
# exception: they are over before anybody looks, and statement logging is off,
# as the README recommends.
#
use strict;
use warnings FATAL => 'all';

use HermJwt;
use PostgreSQL::Test::Utils;
use Test::More;

my $key = ec_key();
my $file_key = hmac_key();
my $environment_key = hmac_key();
my $set_key = hmac_key();
my $signing_key = hmac_key();
my $ann = token($file_key, user => 'ann');
my $bob = token($file_key, user => 'bob');
my $private_pem = slurp_file($key->{private});
my $bad_config = qq({"type": "HS256", "key": "$set_key->{private}", "audience": 7});
my $half_config = substr(config($set_key), 0, -3);

# what refused tokens look like; each has a part that nobody may learn
my %refused = (
	other_key  => token($set_key),
	expired    => token($file_key, exp => 1),
	no_claims  => token($file_key, 'https://hasura.io/jwt/claims' => undef),
	wrong_role => token($file_key, role => 'editor', roles => ['user']),
	no_string  => token($file_key, iss => 7),
	two_parts  => join('.', (split(/\./, $ann))[ 0, 2 ]),
	spaced     => "$ann ",
	scheme     => "Basic $ann",
	cut        => substr($ann, 0, -1),
	longer     => $ann . 'AAAA',
	no_header  => 'AAAA.' . join('.', (split(/\./, $ann))[ 1, 2 ]),
	too_large  => token($file_key, filler => 'x' x 20_000));
my @refused = sort keys %refused;

# ---- the house in which they hide ----

my $node = new_cluster('main',
	files       => { 'jwt_secret.json' => config($file_key) },
	environment => { HASURA_GRAPHQL_JWT_SECRET => config($environment_key) },
	conf        => "herm_jwt.jwt_secret_file = 'jwt_secret.json'\n"
	  . "log_error_verbosity = verbose\nlog_connections = on\n"
	  . "log_statement = none\nlog_min_error_statement = panic\n"
	  . "log_parameter_max_length = 0\nlog_parameter_max_length_on_error = 0\n"
	  . "autovacuum = off\n");

# not before the start: there, at DEBUG3, the server itself logs its environment
$node->append_conf('postgresql.conf', 'log_min_messages = debug5');
reload($node);

my $vault_file = $node->data_dir . '/vault.copy';
my %vault = (
	%refused,
	ann          => $ann,
	bob          => $bob,
	config       => config($set_key),
	bad_config   => $bad_config,
	half_config  => $half_config,
	private_pem  => $private_pem,
	signing_key  => $signing_key->{private});

# COPY's text format, in which these backslashes and newlines are escaped
sub copy_line
{
	my ($name) = @_;
	my $value = $vault{$name};

	$value =~ s/\\/\\\\/g;
	$value =~ s/\n/\\n/g;
	return "$name\t$value\n";
}

write_file($vault_file, join('', map { copy_line($_) } sort keys %vault));
gives($node, qq{
	CREATE ROLE ann LOGIN;
	CREATE ROLE lisa LOGIN;
	CREATE ROLE watcher LOGIN IN ROLE pg_monitor, pg_read_all_settings;
	CREATE TABLE vault (name text PRIMARY KEY, value text);
	COPY vault FROM '$vault_file';
	GRANT SELECT ON vault TO ann;
	CREATE FUNCTION secret(text) RETURNS text LANGUAGE sql STABLE
	BEGIN ATOMIC SELECT value FROM public.vault WHERE name = \$1; END;
	COMMENT ON TABLE vault IS 'planted-to-be-found'}, '', 'the secrets are in a table');
unlink($vault_file);

# ---- victims, who keep what they have ----

my $login = session($node, user => 'ann', context => 1, pgoptions => "-c herm_jwt.token=$bob");
my $victim = session($node, user => 'ann', context => 1);
my $admin = session($node, context => 1);
my @errors;

gives($login, 'SELECT herm_jwt.user_id()', 'bob', 'a token in the startup packet');
gives($victim, "BEGIN; SELECT herm_jwt.authenticate(secret('ann')) IS NOT NULL", 't',
	'a token by authenticate()');
gives($admin, "SELECT set_config('herm_jwt.jwt_secret', secret('config'), false)", '<hidden>',
	'a symmetric key by SET of a superuser');
gives($admin, "SELECT herm_jwt.verify(secret('other_key')) IS NOT NULL", 't', 'is in force');
gives($admin, qq{SELECT herm_jwt.sign('{"a": 1}', secret('signing_key')) IS NOT NULL,
	herm_jwt.sign('{"a": 1}', secret('private_pem'), 'ES256') IS NOT NULL,
	herm_jwt.check_jwt_secret(secret('config')::jsonb) IS NOT NULL}, 't|t|t', 'keys as arguments');

# ---- refused tokens ----

# Refusals of ours: a mistake in the statement would have another code.
sub collect_error
{
	my ($psql, $sql, $name) = @_;
	my $answer = $psql->ask($sql);

	push @errors, $answer->{text};
	like($answer->{sqlstate}, qr/^(28000|22023|42501|54000|55P02)$/, $name)
	  or diag("$answer->{rows}$answer->{text}");
	return;
}

my $loser = session($node, user => 'ann', context => 1);

foreach my $what (@refused)
{
	collect_error($loser, "SELECT herm_jwt.authenticate(secret('$what'))",
		"authenticate() refuses: $what");
	$loser->must("SELECT set_config('herm_jwt.token', secret('$what'), false)");
	collect_error($loser, 'SELECT herm_jwt.session()', "session() refuses: $what");
}

# inspect() never raises, and says what is wrong
$admin->must('RESET herm_jwt.jwt_secret');
foreach my $what (@refused)
{
	my $answer = $admin->ask("SELECT * FROM herm_jwt.inspect(secret('$what'))");

	push @errors, $answer->{rows} . $answer->{text};
	ok($answer->{rows} =~ /\|failed\|/, "inspect() explains: $what")
	  or diag(substr($answer->{text}, 0, 500));
}
$admin->must("SELECT set_config('herm_jwt.jwt_secret', secret('config'), false)");

# ---- refused configurations and keys ----

foreach my $what ('bad_config', 'half_config')
{
	collect_error($admin, "SELECT set_config('herm_jwt.jwt_secret', secret('$what'), false)",
		"set_config() refuses: $what");
}
collect_error($admin, "SELECT herm_jwt.check_jwt_secret(secret('bad_config')::jsonb)",
	'check_jwt_secret() refuses a bad configuration');
collect_error($admin, "SELECT herm_jwt.verify('a.b.c', secret('bad_config')::jsonb)",
	'verify() refuses a bad configuration');
collect_error($admin, "SELECT herm_jwt.sign('{}', secret('private_pem'), 'RS256')",
	'sign() refuses a key of another kind');
collect_error($admin, "SELECT herm_jwt.sign('{}', secret('signing_key'), 'ES256')",
	'sign() refuses a secret for ES256');
collect_error($admin, "SELECT herm_jwt.sign('{}', 'x', secret('signing_key'))",
	'sign() refuses a key in the place of the algorithm');

# statements that need their value as text: \gexec writes and runs them
foreach my $value ('config', 'bad_config', 'half_config', 'ann')
{
	my $name = $value eq 'ann' ? 'herm_jwt.token' : 'herm_jwt.jwt_secret';

	foreach my $where ('ALTER SYSTEM', 'ALTER DATABASE postgres', 'ALTER ROLE ann',
		'ALTER FUNCTION secret(text)', 'CREATE FUNCTION f() RETURNS int')
	{
		my $other = session($node, context => 1);
		my $body = $where =~ /CREATE/ ? 'RETURN 1' : '';

		collect_error($other,
			"SELECT format('$where SET $name = %L $body', secret('$value')) \\gexec",
			"$where refuses $value");
		$other->close;
	}
}
collect_error($admin,
	'CREATE FUNCTION f() RETURNS int SET herm_jwt.jwt_secret FROM CURRENT RETURN 1',
	'CREATE FUNCTION ... SET ... FROM CURRENT stores no key');
collect_error($victim,
	'SAVEPOINT s; CREATE FUNCTION pg_temp.f() RETURNS int SET herm_jwt.token FROM CURRENT RETURN 1',
	'CREATE FUNCTION ... SET ... FROM CURRENT stores no token');
$victim->must('ROLLBACK TO s');

# and those of a reload, which the server logs
foreach my $value (config($set_key), $bad_config)
{
	$node->append_conf('postgresql.conf', setting('herm_jwt.jwt_secret', $value));
	reload($node, $victim, $admin, $login);
}
$node->adjust_conf('postgresql.conf', 'herm_jwt.jwt_secret', undef);
reload($node, $victim, $admin, $login);
unlike(slurp_file($node->data_dir . '/postgresql.conf'), qr/jwt_secret =/,
	'the administrator has seen the mistake');

gives($victim, 'SELECT herm_jwt.user_id()', 'ann', 'after all that: still ann');
gives($login, 'SELECT herm_jwt.user_id()', 'bob', 'and bob');

# the server itself may describe a session's memory
my $pid = $victim->must('SELECT pg_backend_pid()');
my $position = log_position($node);
must($node, "SELECT pg_log_backend_memory_contexts($pid)");
wait_until(sub { log_since($node, $position) =~ /TopMemoryContext/ },
	'the memory contexts of the session are in the log');

# ---- what may be found nowhere ----

my ($pem_line) = $private_pem =~ /^([A-Za-z0-9+\/]{64})$/m;
my %planted = (
	'a token of a session'              => $ann,
	"the signature of a session's token" => signature_of($ann),
	'the token of the startup packet'   => signature_of($bob),
	'the key of the file'               => $file_key->{private},
	'the key of the environment'        => $environment_key->{private},
	'the key that a superuser has SET'  => $set_key->{private},
	'the key of sign()'                 => $signing_key->{private},
	'the private key of sign()'         => $pem_line,
	map { ("the signature of the refused token: $_" => signature_of("$refused{$_}..")) }
	  grep { $_ ne 'two_parts' } @refused);
$planted{"$_, as bytes"} = unpack('H*', $planted{$_}) foreach keys %planted;

# One test a place: the names of what was found there.
sub hides_secrets
{
	my ($text, $name) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is(join(', ', grep { index($text, $planted{$_}) >= 0 } sort keys %planted), '', $name);
}

is(scalar(grep { length($_) < 20 } values %planted), 0, 'every secret is long enough to be one');

# ---- who looks for it, and where ----

my $settings = qq{SHOW ALL; SHOW herm_jwt.token; SHOW herm_jwt.jwt_secret;
	SELECT current_setting('herm_jwt.token'), current_setting('herm_jwt.jwt_secret');
	SELECT s::text FROM pg_settings s;
	SELECT s::text FROM pg_show_all_settings() s;
	EXPLAIN (VERBOSE, SETTINGS) SELECT herm_jwt.user_id();
	SELECT c::text FROM pg_backend_memory_contexts c;
	SELECT s::text FROM pg_file_settings s};
my $catalogs = qq{SELECT format('SELECT t::text FROM %I.%I t', nspname, relname)
	FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
	WHERE nspname IN ('pg_catalog', 'information_schema', 'herm_jwt')
	AND relkind IN ('r', 'v', 'm') ORDER BY 1 \\gexec
	SELECT s::text FROM pg_show_all_file_settings() s;
	SELECT pg_stat_get_backend_activity(b) FROM pg_stat_get_backend_idset() b};

# What one sees; statements that fail for want of a right show nothing.
sub seen_by
{
	my ($psql, $statements) = @_;
	my $file = $node->basedir . '/seen';

	$psql->ask("\\o $file\n$statements;\n\\o");
	return slurp_file($file);
}

my %strangers = (
	'an ordinary user'       => session($node, user => 'lisa'),
	'a member of pg_monitor' => session($node, user => 'watcher'));
my %owners = (
	'the session with the token'                       => $victim,
	'the session with the token of the startup packet' => $login,
	'the superuser with the key'                       => $admin);

foreach my $who (sort keys %strangers)
{
	my $seen = seen_by($strangers{$who}, "$catalogs;\n$settings");

	ok($seen =~ /planted-to-be-found/, "$who: the catalogs were searched");
	hides_secrets($seen, "$who: finds no secret in catalogs, views and settings");
	ok($seen =~ /SELECT herm_jwt\.session\(\)/, "$who: sees the statements of others, too")
	  if $who =~ /monitor/;
	$strangers{$who}->close;
}

# a failed statement would end the transaction that holds the token
$victim->must('\set ON_ERROR_ROLLBACK on');
foreach my $who (sort keys %owners)
{
	my $seen = seen_by($owners{$who}, $settings);

	ok($seen =~ /<hidden>/, "$who: the settings were searched");
	hides_secrets($seen, "$who: its settings are not shown");
}
gives($victim, 'SELECT herm_jwt.user_id()', 'ann', 'ann is still there, with her token');
gives($admin, "SELECT herm_jwt.verify(secret('other_key')) IS NOT NULL", 't',
	'and so is the superuser, with his key');
$_->close foreach ($victim, $admin, $login, $loser);

hides_secrets(join("\n", @errors), 'no field of an error has a secret');
ok(join('', @errors) =~ /DETAIL: .*HINT: .*LOCATION: /s, 'and all fields were searched');

$node->stop;
my $log = slurp_file($node->logfile);
ok($log =~ /DEBUG: .*parameter "herm_jwt\.jwt_secret"/s, 'the log is talkative');
hides_secrets($log, 'the log has no secret, at DEBUG5');

done_testing();
