# SPDX-License-Identifier: PostgreSQL
#
# However many sessions need a key that is not there, the issuer of a jwk_url is
# asked once; who waits for it does so for a while only, and can be interrupted.
#
use strict;
use warnings FATAL => 'all';

use HermJwt;
use HermJwt::Process;
use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;

my $issuer = issuer();
my $first = named('first', ec_key());
my $second = named('second', ec_key());
my $folder = PostgreSQL::Test::Utils::tempdir();
my $config = url_config($issuer->url, issuer => 'main');
my $everybody = 200;
my $crowd = 50;
my $strangers = 1000;

$issuer->answers(how => 'hang');
my $node = new_cluster('main', conf => setting('herm_jwt.jwt_secret', $config) . q{
	max_connections = 220
	herm_jwt.jwks_cooldown = 1s
	herm_jwt.jwks_wait = 10s
	herm_jwt.jwks_timeout = 300s});

# Tokens wait in a table; a transaction of pgbench judges the next one of its kind.
must($node, q{
	CREATE TABLE token (kind text, owner text, token text);
	CREATE TABLE verdict (kind text, owner text, said text);
	CREATE FUNCTION fill(kind text, count int, key text, kid text) RETURNS void AS
	$$
		INSERT INTO token
		SELECT kind, owner, herm_jwt.sign(jsonb_build_object(
			'iss', 'main',
			'exp', extract(epoch FROM now())::int + 36000,
			'https://hasura.io/jwt/claims', jsonb_build_object(
				'x-hasura-user-id', owner,
				'x-hasura-default-role', 'user',
				'x-hasura-allowed-roles', '["user"]'::jsonb)),
			key, 'ES256', coalesce(kid, gen_random_uuid()::text))
		FROM generate_series(1, count) n, concat('user ', n) owner
	$$ LANGUAGE sql;
	CREATE FUNCTION judge_next(wanted text) RETURNS void LANGUAGE plpgsql AS
	$$
	DECLARE
		next token;
		said text;
	BEGIN
		DELETE FROM token WHERE ctid = (SELECT ctid FROM token WHERE kind = wanted
			LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING * INTO STRICT next;
		BEGIN
			said := herm_jwt.resolve(next.token) ->> 'x-hasura-user-id';
		EXCEPTION WHEN OTHERS THEN
			said := SQLERRM;
		END;
		INSERT INTO verdict VALUES (wanted, next.owner, said);
	END
	$$});

# Private keys are for sign(), and for nothing else.
sub fill
{
	my ($kind, $count, $key, $kid) = @_;
	my $values = join(', ', quote($kind), $count, quote(slurp_file($key->{private})),
		defined $kid ? quote($kid) : 'NULL');

	must($node, "SELECT NULL FROM fill($values)");
	return;
}

sub start_clients
{
	my ($kind, $clients, $each, @options) = @_;
	my $script = "$folder/script";
	my $run = { output => '' };

	write_file($script, "SELECT judge_next('$kind');\n");
	$run->{timer} = IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default);
	$run->{pgbench} = IPC::Run::start(
		[ 'pgbench', '-n', '-c', $clients, '-j', 2, '-t', $each, '-f', $script, @options,
			$node->connstr('postgres') . ' application_name=crowd' ],
		'<', \undef, '>', \$run->{output}, '2>&1', $run->{timer});
	return $run;
}

sub end_clients
{
	my ($run) = @_;

	$run->{pgbench}->finish;
	die $run->{output} if $run->{pgbench}->result != 0;
	return;
}

# How often what was said of the tokens of a kind; an owner's own name is said as "verified".
sub said_of
{
	my ($kind) = @_;

	return must($node, "SELECT count(*), CASE said WHEN owner THEN 'verified' ELSE said END AS word
		FROM verdict WHERE kind = '$kind' GROUP BY word ORDER BY word");
}

sub count_waiting
{
	my ($condition) = @_;

	return must($node, "SELECT count(*) FROM pg_stat_activity
		WHERE wait_event_type = 'Extension' AND backend_type = 'client backend' AND $condition");
}

sub wait_for_waiting
{
	my ($count, $condition) = @_;

	wait_until(sub { count_waiting($condition) == $count }, "$count sessions wait");
	return;
}

# An unknown key may ask again: the last fetch was longer ago than the cooldown of a second.
sub wait_for_cooldown
{
	wait_until(
		sub { must($node, "SELECT bool_and(clock_timestamp() > fetched_at + '1 second')
				FROM herm_jwt.jwk_urls") eq 't' },
		'the cooldown is over');
	return;
}

my $refused = 'Could not verify JWT: JWSError JWSInvalidSignature';
my $no_keys = 'Could not verify JWT: JWSError NoUsableKeys';
my $in_crowd = "application_name = 'crowd'";
my $state = 'SELECT keys, fetched_at IS NOT NULL, fetches, failures, last_error '
  . 'FROM herm_jwt.jwk_urls';

fill('at start', $everybody, $first, 'first');
fill('rotated', $crowd, $second, 'second');
fill('stranger', $strangers, ec_key());
fill('late stranger', $strangers, ec_key());
fill('stranger in a hang', $crowd, ec_key());
fill('known in a hang', $strangers, $first, 'first');

# ---- everybody at once, before the first set is there ----

$node->stop;
my $requests = $issuer->count;
$node->start;
my $run = start_clients('at start', $everybody, 1);
wait_for_waiting($everybody, $in_crowd);
wait_until(sub { $issuer->count > $requests }, 'the issuer is asked');
gives($node, $state, '0|f|0|0|', 'the view shows a URL whose first fetch is under way');
$issuer->publishes($first);
end_clients($run);
is(said_of('at start'), "$everybody|verified",
	"$everybody sessions that wait for the first keys are verified");
is($issuer->count - $requests, 1, 'by one request');
gives($node, $state, '1|t|1|0|', 'which the view counts');

# ---- a crowd with tokens of a key that has just been published ----

wait_for_cooldown();
$requests = $issuer->count;
$issuer->answers(how => 'hang');
$run = start_clients('rotated', $crowd, 1);
wait_for_waiting($crowd, $in_crowd);
$issuer->publishes($first, $second);
end_clients($run);
is(said_of('rotated'), "$crowd|verified", "$crowd sessions with a new key are verified");
is($issuer->count - $requests, 1, 'by one request');

# ---- a crowd of strangers ----

# A cooldown of an hour does not end in the middle, however slow the machine; the worker has read
# it when it fetches what has been configured together with it.
wait_for_cooldown();
$node->append_conf('postgresql.conf', setting('herm_jwt.jwt_secret',
	"[$config, " . url_config($issuer->url('/other'), issuer => 'other') . ']'));
$node->append_conf('postgresql.conf', 'herm_jwt.jwks_cooldown = 1h');
reload($node);
wait_until(sub { $issuer->count('/other') == 1 }, 'the worker reads the configuration again');

$requests = $issuer->count('/keys');
end_clients(start_clients('stranger', $crowd, $strangers / $crowd));
is(said_of('stranger'), "$strangers|$refused",
	"$strangers tokens with random kid over $crowd connections are refused");
is($issuer->count('/keys') - $requests, 1, 'and make one request');
end_clients(start_clients('late stranger', $crowd, $strangers / $crowd));
is(said_of('late stranger'), "$strangers|$refused", "$strangers more are refused");
is($issuer->count('/keys') - $requests, 1, 'and make none before the cooldown is over');

# ---- while a fetch hangs ----

my $stranger = token(named('stranger', ec_key()), iss => 'main');
my $ann = token($first, user => 'ann', iss => 'main');
my $ask_ann = "SELECT herm_jwt.resolve('$ann') ->> 'x-hasura-user-id'";
my $ask_stranger = "SELECT herm_jwt.verify('$stranger')";
my $operator = session($node);
my $psql = session($node);
my $pid = $psql->must('SELECT pg_backend_pid()');

$issuer->answers(how => 'hang', path => '/keys');
$requests = $issuer->count('/keys');
$operator->send('SELECT * FROM herm_jwt.refresh_jwks() ORDER BY url');
wait_until(sub { $issuer->count('/keys') > $requests }, 'the fetch hangs');
end_clients(start_clients('known in a hang', $crowd, $strangers / $crowd));
is(said_of('known in a hang'), "$strangers|verified", 'known keys verify while a fetch hangs');
raises($psql, "SET herm_jwt.jwks_wait = 200; $ask_stranger", '28000', qr/^\Q$refused\E$/,
	'an unknown key waits for jwks_wait, and is refused while the fetch still hangs');
raises($psql, "SET herm_jwt.jwks_wait = 0; $ask_stranger", '28000', qr/^\Q$refused\E$/,
	'with jwks_wait = 0, at once');
$psql->must("SET herm_jwt.jwks_wait = '10s'");

# Somebody who started to wait before still waits when the interrupted one has come back: so the
# wait was not just over.
sub interrupted_while_another_waits
{
	my ($sqlstate, $name, $interrupt) = @_;
	my $earlier = session($node);
	my $earlier_pid = $earlier->must('SELECT pg_backend_pid()');

	$earlier->send($ask_stranger);
	wait_for_waiting(1, "pid = $earlier_pid");
	my $answer = $interrupt->();
	is(count_waiting("pid = $earlier_pid"), 1, "$name: while others wait");
	is($answer->{sqlstate}, $sqlstate, "$name: it ends a wait") or diag($answer->{text});
	must($node, "SELECT pg_terminate_backend($earlier_pid)");
	$earlier->receive;
	return;
}

sub signal_while_waiting
{
	my ($function) = @_;

	$psql->send($ask_stranger);
	wait_for_waiting(1, "pid = $pid");
	must($node, "SELECT $function($pid)");
	return $psql->receive;
}

interrupted_while_another_waits('57014', 'statement_timeout',
	sub { $psql->ask("SET statement_timeout = '100ms'; $ask_stranger") });
gives($psql, "RESET statement_timeout; $ask_ann", 'ann', 'and the session goes on');
interrupted_while_another_waits('57014', 'pg_cancel_backend()',
	sub { signal_while_waiting('pg_cancel_backend') });
gives($psql, $ask_ann, 'ann', 'and the session goes on');
interrupted_while_another_waits('LOST', 'pg_terminate_backend()',
	sub { signal_while_waiting('pg_terminate_backend') });
gives($node, $ask_ann, 'ann', 'and others go on');

# All of them wait for the same fetch, however it has been asked for.
$run = start_clients('stranger in a hang', $crowd, 1);
wait_for_waiting($crowd, $in_crowd);
is($issuer->count('/keys') - $requests, 1, 'one fetch hangs, whoever waits for it');
$issuer->answers(path => '/keys', body => key_set($first, $second));
end_clients($run);
is(said_of('stranger in a hang'), "$crowd|$refused", 'the strangers are refused when it is over');
is($issuer->count('/keys') - $requests, 1, 'and it was the only one');
is( $operator->receive->{rows},
	join("\n", $issuer->url . '|fetched|2|', $issuer->url('/other') . '|fetched|2|'),
	'the operator, who has asked for it, gets its result');
$operator->close;

# ---- an issuer that is down ----

# With a wait of 10 s each they would not come to an end in time.
sub nobody_waits
{
	my ($kind, $expected, $name) = @_;

	end_clients(start_clients($kind, 4, 50, '-C'));
	is(said_of($kind), "200|$expected", $name);
	return;
}

fill('without keys', 200, $first, 'first');
fill('unknown to the keys', 200, ec_key());

$node->stop;
unlink($node->data_dir . '/herm_jwt.jwks') or die "could not remove the keys: $!";
$issuer->answers(path => '/keys', how => 'hang');
$requests = $issuer->count('/keys');
$node->start;
wait_until(sub { $issuer->count('/keys') == $requests + 1 }, 'the first fetch hangs');
$psql = session($node);
my $answer = raises($psql, "SET herm_jwt.jwks_wait = 0; $ask_ann", '28000', qr/^\Q$no_keys\E$/,
	'no keys yet');
is($answer->{hint}, 'There are no keys of the jwk_url: it has not been fetched yet.', 'the hint says why');
kill('KILL', fetchers_of($node));
wait_until(sub { $issuer->count('/keys') == $requests + 2 }, 'it has failed, and hangs again');
$answer = raises($psql, $ask_ann, '28000', qr/^\Q$no_keys\E$/, 'no keys still');
is( $answer->{hint},
	'There are no keys of the jwk_url: the program herm_jwt_fetch has ended without an answer.',
	'the hint says what is wrong now');
nobody_waits('without keys', $no_keys, 'nobody waits for keys once the first fetch has failed');
is($issuer->count('/keys') - $requests, 2, 'while the next one hangs');
$issuer->answers(path => '/keys', body => key_set($first));
wait_until(sub { ask($node, $ask_ann)->{rows} eq 'ann' }, 'the issuer is back');

$issuer->stop;
gives($node, 'SELECT DISTINCT outcome, detail FROM herm_jwt.refresh_jwks()',
	'failed|could not connect', 'nobody listens where the issuer was');
my $fetches = "SELECT fetches FROM herm_jwt.jwk_urls WHERE url LIKE '%/keys'";
my $before = must($node, $fetches);
nobody_waits('unknown to the keys', $refused, 'nobody waits for it with a key that is not known');

# The worker repeats what has failed, less and less often: minutes would make eight attempts.
cmp_ok(must($node, $fetches) - $before, '<', 20, 'nor makes it be asked');
gives($node, $ask_ann, 'ann', 'keys that are known are in use');

$psql->close;
$node->stop;
unlike(slurp_file($node->logfile), qr/terminated by signal|PANIC/, 'no server process has crashed');

done_testing();
