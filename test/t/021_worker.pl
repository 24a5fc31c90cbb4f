# SPDX-License-Identifier: PostgreSQL
#
# The worker that keeps the keys of a jwk_url fresh, and the program that it runs
# for each fetch: what they are given, and what their end means for the server.
#
use strict;
use warnings FATAL => 'all';

use File::Copy qw(copy);
use File::Path qw(mkpath);
use HermJwt;
use HermJwt::Process;
use PostgreSQL::Test::Utils;
use Test::More;

my $issuer = issuer();
my $key = named('first', ec_key());
my $other_key = named('other', ec_key());
my $ann = token($key, user => 'ann', iss => 'main');
my $ask_ann = "SELECT herm_jwt.resolve('$ann') ->> 'x-hasura-user-id'";
my $main_config = url_config($issuer->url('/main'), issuer => 'main');
my $other_config = url_config($issuer->url('/other'), issuer => 'other');
my %environment = (HASURA_GRAPHQL_JWT_SECRETS => "[$main_config, $other_config]");
my $ended_early = 'the program herm_jwt_fetch has ended without an answer';

$issuer->answers(how => 'hang');

# A fetch takes longer than this test waits for anything: what it sees end has not ended by itself.
my $node = new_cluster('main',
	extension   => 0,
	environment => \%environment,
	conf        => q{
		restart_after_crash = on
		log_connections = on
		herm_jwt.jwks_cooldown = 1s
		herm_jwt.jwks_wait = 10s
		herm_jwt.jwks_timeout = 300s});

# What the log has said since then of worker and keys, without time and process.
sub said_since
{
	my ($position) = @_;
	my @lines = log_since($node, $position) =~ /^\S+ \S+ \S+ \[\d+\] (?:\S+ )?([A-Z]+:  .*)$/mg;

	return join("\n", grep { /herm_jwt worker|jwk_url|herm_jwt\.jwks/ && !/statement:/ } @lines);
}

sub state_of
{
	my ($path) = @_;

	return must($node, 'SELECT keys, fetches, failures, last_error FROM herm_jwt.jwk_urls '
		  . "WHERE url LIKE '%$path'");
}

sub publish
{
	$issuer->answers(path => '/main',  body => key_set($key));
	$issuer->answers(path => '/other', body => key_set($other_key));
	return;
}

# Somebody asks for a fetch, which hangs when this returns.
sub hang
{
	my $operator = session($node);
	my $requests = $issuer->count('/main');

	$issuer->answers(path => '/main', how => 'hang');
	$operator->send("SELECT outcome, keys FROM herm_jwt.refresh_jwks() WHERE url LIKE '%/main'");
	wait_until(sub { $issuer->count('/main') > $requests && fetchers_of($node) == 1 },
		'the fetch hangs');
	return $operator;
}

sub wait_for_connections
{
	wait_until(sub { ask($node, 'SELECT 1')->{rows} eq '1' }, 'the server takes connections');
	return;
}

sub wait_for_another_worker
{
	my ($former) = @_;

	wait_until(sub { (worker_of($node) // $former) != $former }, 'another worker starts');
	return worker_of($node);
}

# ---- its start ----

wait_until(sub { $issuer->count('/main') && $issuer->count('/other') }, 'both URLs are asked');
unlike(slurp_file($node->logfile), qr/connection received/,
	'the keys are fetched before the first connection');

# ---- what the fetching program is given ----

my $worker = worker_of($node);
my @fetchers = fetchers_of($node);
is(@fetchers, 2, 'two fetches are under way at once');
foreach my $i (0, 1)
{
	my ($fetcher, $neighbour) = @fetchers[ $i, 1 - $i ];
	my %mine = open_files_of($fetcher);
	my %others = map { $_ => 1 }
	  map { my %files = open_files_of($_); values %files }
	  postmaster_of($node), $worker, $neighbour;

	like(join(' ', libraries_of($fetcher)), qr/\blibcurl\.so/, 'the fetcher has libcurl');
	like("$mine{0} $mine{1}", qr/^pipe:\S+ pipe:\S+$/, 'and speaks through pipes');
	ok(!$others{ $mine{0} }, 'one of which is its own');
	delete @mine{ 0 .. 2 };
	is(join(' ', grep { $others{$_} || !/^(?:socket|pipe):|eventfd/ } values %mine), '',
		'besides them and the log it has no file of the server, nor of another fetch');
	is(join(' ', grep { /HASURA|first|issuer/ } environment_of($fetcher)), '',
		"and nothing of the server's configuration in its environment");
}

# ---- what the server has ----

publish();
must($node, 'CREATE EXTENSION herm_jwt');
my $psql = session($node);
gives($psql, $ask_ann, 'ann', 'a session verifies');
my %process = (
	'a session that has verified' => $psql->must('SELECT pg_backend_pid()'),
	'the worker'                  => $worker,
	'the postmaster'              => postmaster_of($node));
foreach my $what (sort keys %process)
{
	my $libraries = join(' ', libraries_of($process{$what}));

	like($libraries, qr/\bherm_jwt\.so/, "$what has our library");
	unlike($libraries, qr/curl|nghttp|libssh|libldap_r/, 'and nothing of libcurl');
}
is($worker, worker_of($node), 'the worker is the one that has fetched');
gives($psql, "SELECT * FROM pg_stat_activity WHERE backend_type ~ 'herm' OR pid = $worker", '',
	'it has no connection to a database');
my %files = open_files_of($worker);
is(join(' ', grep { m{/(?:base|global)/} } values %files), '', 'nor any file of one');
is(state_of('/main'), '1|1|0|', 'the view shows one good fetch');

# ---- the fetching program is killed ----

my $position = log_position($node);
my $operator = hang();
kill('KILL', fetchers_of($node));
is($operator->receive->{rows}, 'failed|1', 'a killed program is a failed fetch');
is(state_of('/main'), "1|2|1|$ended_early", 'which the view tells');
gives($psql, $ask_ann, 'ann', 'the session goes on');
wait_until(sub { $issuer->count('/main') == 3 }, 'the fetch is repeated');
is(worker_of($node), $worker, 'by the same worker');
publish();
wait_until(sub { state_of('/main') eq '1|3|1|' }, 'it succeeds');
wait_until(sub { said_since($position) =~ /answers again/ }, 'the log says so, a little later');
my $url = $issuer->url('/main');
is( said_since($position),
	join("\n",
		qq(WARNING:  could not fetch the key set of jwk_url "$url": $ended_early),
		qq(LOG:  jwk_url "$url" answers again)),
	'the log says that it failed, and that it is good again');
$operator->close;

# ---- the worker is asked to end ----

sub ended
{
	my ($pid) = @_;

	return qq(LOG:  background worker "herm_jwt worker" (PID $pid) exited with exit code 1);
}

$position = log_position($node);
kill('TERM', $worker);
gives($psql, $ask_ann, 'ann', 'the keys are there while the worker is not');
my $former = $worker;
$worker = wait_for_another_worker($former);
gives(session($node), $ask_ann, 'ann', 'and for new sessions with another worker');
is(said_since($position), ended($former), 'the log says that, and nothing of keys');

$position = log_position($node);
$operator = hang();
my $requests = $issuer->count('/main');
kill('TERM', $worker);
$former = $worker;
$worker = wait_for_another_worker($former);
wait_until(sub { $issuer->count('/main') > $requests }, 'the other worker asks again');
is(fetchers_of($node), 1, 'no fetch is left of the worker that has ended');
publish();
is($operator->receive->{rows}, 'fetched|1', 'who waits for the fetch gets that of the other one');
is(said_since($position), ended($former), 'the log says that there is another worker');
$operator->close;

# ---- the worker is killed ----

$operator = hang();
$requests = $issuer->count('/main');
my ($fetcher) = fetchers_of($node);
$position = log_position($node);
$psql->send('SELECT pg_sleep(3600)');
kill('KILL', $worker);
like(
	$psql->receive->{text},
	qr/WARNING:  57P02: terminating connection because of crash of another server process$/m,
	'the server ends its sessions when the worker is killed');
wait_for_connections();
wait_until(sub { $issuer->count('/main') > $requests }, 'another worker asks again');
ok(!(grep { $_ == $fetcher } fetchers_of($node)), 'no fetch is left of the worker that was killed');
is(state_of('/main'), '1|0|0|', 'it has not got an answer yet');
gives($node, $ask_ann, 'ann', 'sessions are verified with the keys of the file');
is( said_since($position),
	qq(LOG:  background worker "herm_jwt worker" (PID $worker) was terminated by signal 9: Killed),
	'the log says what has happened');
isnt(worker_of($node), $worker, 'there is another worker');
publish();
wait_until(sub { state_of('/main') eq '1|1|0|' }, 'which fetches as before');
$_->close foreach ($operator, $psql);

# ---- the server stops while a fetch hangs ----

foreach my $mode ('fast', 'immediate', 'killed')
{
	$operator = hang();
	$requests = $issuer->count('/main');
	if ($mode eq 'killed')
	{
		$node->kill9;
	}
	else
	{
		$node->stop($mode);
	}
	bury($node);
	is($issuer->count('/main'), $requests,
		"stopped ($mode), the server waits for no issuer, and leaves no fetch behind");
	publish();
	start_with_environment($node, %environment);
	gives($node, $ask_ann, 'ann', 'and starts again');
	$operator->close;
}
$node->stop;

# ---- a program that does not do what it should ----

# The server finds its library folder beside its own program: this one is a copy, with links to
# all but the program. Returns the folder of the programs and the path of ours.
sub copy_of_server
{
	my $copy = PostgreSQL::Test::Utils::tempdir();
	my ($bin, $lib, $share) = map { "$copy$_" } folders();

	mkpath([ $bin, $lib, $share =~ s{/[^/]+$}{}r ]);
	foreach my $program ('postgres', 'pg_ctl')
	{
		copy((folders())[0] . "/$program", $bin) or die "could not copy $program: $!";
		chmod(0755, "$bin/$program");
	}
	symlink((folders())[2], $share) or die "could not link: $!";
	foreach my $file (grep { !/herm_jwt_fetch$/ } glob((folders())[1] . '/*'))
	{
		symlink($file, $lib . $file =~ s{.*(?=/)}{}r);
	}
	return ($bin, "$lib/herm_jwt_fetch");
}

sub folders
{
	return map { `pg_config --$_` =~ s/\n//r } qw(bindir pkglibdir sharedir);
}

my ($bin, $program) = copy_of_server();
my $good = (folders())[1] . '/herm_jwt_fetch';
my $not_started =
  'the program herm_jwt_fetch could not be started; it is installed beside the library';
my $half = 'the program herm_jwt_fetch has given half an answer';
my $write = "#!/bin/sh\ncat >request\nprintf";
my $all = 'SELECT DISTINCT outcome, keys, detail FROM herm_jwt.refresh_jwks()';

$issuer->answers(path => '/main', how => 'hang');
start_with_environment($node, %environment, PATH => "$bin:$ENV{PATH}");
foreach my $case (
	[ 'one that is not there', undef, undef, $not_started ],
	[ 'one that is not executable', '', 0600, $not_started ],
	[ 'one that is no program', "\x7fELF", 0700, $not_started ],
	[ 'one that crashes', "#!/bin/sh\nkill -SEGV \$\$\n", 0700, $ended_early ],
	[ 'one that is silent', "#!/bin/sh\n", 0700, $ended_early ],
	[ 'one that writes too little', "$write 'status 200\\nlength 5\\n\\nab'\n", 0700, $half ],
	[ 'one that writes too much', "$write 'status 200\\nlength 1\\n\\nab'\n", 0700, $half ],
	[ 'one that never stops', "#!/bin/sh\nexec yes\n", 0700, $half ],
	[ 'one that swears', "$write 'error no\\033way\\n'\n", 0700, 'no?way' ])
{
	my ($name, $content, $mode, $error) = @$case;

	unlink($program);
	write_file($program, $content, $mode) if defined $content;
	gives($node, $all, "failed|1|$error", "$name: the fetch has failed, and the error says why");
	gives($node, $ask_ann, 'ann', 'the keys stay in use');
}

# ---- settings reach the program with a reload ----

sub wait_for_request
{
	my ($expected, $name) = @_;
	my $file = $node->data_dir . '/request';
	my $request = '';

	write_file($program, "$write 'status 304\\nlength 0\\n\\n'\n", 0700);
	eval {
		wait_until(
			sub {
				must($node, $all);
				$request = slurp_file($file);
				return $request =~ /^url .*\n((?s:.*))/ && $1 eq $expected;
			},
			$name);
	};
	is($request =~ s/^url .*\n//r, $expected, $name);
	return;
}

wait_for_request("timeout 300000\nconnect-timeout 150001\nmax-size 1048576\n",
	'the program gets the settings');
$node->append_conf('postgresql.conf', q{
	herm_jwt.jwks_timeout = 500ms
	herm_jwt.ca_file = 'authorities.pem'
	herm_jwt.http_proxy = 'environment'
	herm_jwt.allow_insecure_jwk_url = on});
reload($node);
wait_for_request("timeout 500\nconnect-timeout 251\nmax-size 1048576\nca-file authorities.pem\n"
	  . "proxy environment\nallow-insecure\n", 'and others after a reload');

unlink($program);
symlink($good, $program) or die "could not link: $!";
gives($node, "SELECT outcome, keys, detail FROM herm_jwt.refresh_jwks() WHERE url LIKE '%/main'",
	'failed|1|timed out after 0.5 s', 'a fetch that takes longer than jwks_timeout is given up');
gives($node, $ask_ann, 'ann', 'and the keys stay in use');

$node->stop;
done_testing();
