# SPDX-License-Identifier: PostgreSQL
#
# HermJwt.pm: what the TAP tests share: clusters with the library, questions to
# them, and tokens made by others than ourselves.
#
# They run as an unprivileged user, by
#
#	prove -I test/t test/t/*.pl
#
# with these variables in the environment:
#	PERL5LIB    <pgxs>/src/test/perl, where <pgxs> is $(dirname $(pg_config --pgxs))/../..
#	PG_REGRESS  <pgxs>/src/test/regress/pg_regress
#	PATH        $(pg_config --bindir) first: plain psql, not a distribution's wrapper; with
#	            openssl, and with pgbouncer (often in /usr/sbin), or that test is skipped
#	TESTDIR     a folder that the user may write; it gets tmp_check/, with the clusters while
#	            the tests run and with a log of each test
#	TMPDIR      optional: a folder with a short name; gets the sockets, which are left behind
#	            only when a test has failed
#	PG_TEST_TIMEOUT_DEFAULT  optional: seconds after which a hanging question fails (180)
# IPC::Run is the only module that Perl itself does not bring.
#
#	my $node = new_cluster('main', conf => setting('herm_jwt.jwt_secret', config($key)));
#	my $psql = session($node);
#
#	$psql->set_token(token($key, user => 'ann'));
#	gives($psql, 'SELECT herm_jwt.user_id()', 'ann', 'the user is the one of the token');
#	raises($node, "SELECT herm_jwt.verify('x')", '28000', qr/parts/, 'no token, no payload');
#
package HermJwt;

use strict;
use warnings FATAL => 'all';

use Exporter qw(import);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(usleep);

use HermJwt::Issuer;
use HermJwt::Session;
use HermJwt::Token;

our @EXPORT = (
	qw(new_cluster start_with_environment setting write_file replace_file
	  reload wait_until log_position log_since
	  session ask must gives raises every_accessor_gives_nothing every_accessor_raises counters
	  moves quote),
	@HermJwt::Issuer::EXPORT, @HermJwt::Token::EXPORT);

# What a policy may call. None of them may say anything when a token is refused.
my @accessors = (
	'session()', 'claims()', 'role()', 'user_id()', 'allowed_roles()',
	"session_variable('x-hasura-user-id')",
	"session_variable('x-hasura-user-id', NULL::pg_catalog.text)",
	"require_session_variable('x-hasura-role')");

# A caller's own configuration must not decide about the tests.
delete @ENV{qw(HASURA_GRAPHQL_JWT_SECRET HASURA_GRAPHQL_JWT_SECRETS PGOPTIONS)};

# ---- clusters ----

# A running cluster. The options, none of which is needed:
#	conf         text for the end of postgresql.conf
#	environment  a hash of variables for the server
#	preload      0: the library is not in shared_preload_libraries
#	extension    0: the extension is not created
#	streaming    1: it can have standbys
#	files        a hash of files to write into the data folder first, with mode 0600
sub new_cluster
{
	my ($name, %how) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);

	$node->init(
		extra            => [ '--encoding=UTF8', '--no-locale' ],
		allows_streaming => $how{streaming} // 0);
	$node->append_conf('postgresql.conf', "shared_preload_libraries = 'herm_jwt'")
	  if $how{preload} // 1;
	$node->append_conf('postgresql.conf', $how{conf}) if defined $how{conf};
	write_file($node->data_dir . "/$_", $how{files}{$_}) foreach keys %{ $how{files} // {} };
	start_with_environment($node, %{ $how{environment} // {} });
	$node->safe_psql('postgres', 'CREATE EXTENSION herm_jwt') if $how{extension} // 1;
	return $node;
}

# Starts a cluster, again if need be, with variables in the server's environment.
sub start_with_environment
{
	my ($node, %variables) = @_;
	local %ENV = (%ENV, %variables);

	$node->stop if defined $node->{_pid};
	$node->start;
	return;
}

# A line of postgresql.conf; that file reads backslashes as escapes.
sub setting
{
	my ($name, $value) = @_;

	$value =~ s/\\/\\\\/g;
	$value =~ s/'/''/g;
	return "$name = '$value'\n";
}

sub write_file
{
	my ($path, $content, $mode) = @_;

	open(my $file, '>', $path) or die "could not create \"$path\": $!";
	chmod($mode // 0600, $path) or die "could not change \"$path\": $!";
	print $file $content;
	close($file) or die "could not write \"$path\": $!";
	return;
}

# As Docker and Kubernetes do it: a reader sees the old content or the new one.
sub replace_file
{
	my ($path, $content, $mode) = @_;

	write_file("$path.new", $content, $mode);
	rename("$path.new", $path) or die "could not rename \"$path.new\": $!";
	return;
}

# Reloads the configuration, and returns when these sessions have read it: a
# setting without meaning says so, and nothing of ours is asked meanwhile.
my $reloads = 0;

sub reload
{
	my ($node, @sessions) = @_;

	$reloads++;
	$node->append_conf('postgresql.conf', "herm_test.reloads = '$reloads'");
	$node->reload;
	foreach my $psql (@sessions)
	{
		wait_until(sub { $psql->ask('SHOW herm_test.reloads')->{rows} eq $reloads },
			'the session reads the configuration again');
	}
	return;
}

# Asks again and again until the answer is yes; dies when it never is.
sub wait_until
{
	my ($is_true, $what) = @_;
	my $attempts = 20 * $PostgreSQL::Test::Utils::timeout_default;

	foreach (1 .. $attempts)
	{
		return if $is_true->();
		usleep(50_000);
	}
	die "gave up waiting until $what";
}

sub log_position
{
	my ($node) = @_;

	return -s $node->logfile;
}

sub log_since
{
	my ($node, $position) = @_;

	return substr(slurp_file($node->logfile), $position);
}

# ---- questions ----

# A psql session that stays open; options as in HermJwt::Session.
sub session
{
	my ($node, %how) = @_;

	return HermJwt::Session->new(connstr => $node->connstr($how{database} // 'postgres'), %how);
}

# Asks a session, or a cluster by a session of its own.
sub ask
{
	my ($whom, $sql) = @_;

	return $whom->ask($sql) if $whom->isa('HermJwt::Session');
	my $psql = session($whom);
	my $answer = $psql->ask($sql);
	$psql->close;
	return $answer;
}

# Statements that prepare something: dies if they fail.
sub must
{
	my ($whom, $sql) = @_;
	my $answer = ask($whom, $sql);

	die "$sql\n$answer->{text}" if $answer->{text} ne '';
	return $answer->{rows};
}

sub gives
{
	my ($whom, $sql, $expected, $name) = @_;
	my $answer = ask($whom, $sql);

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is($answer->{text} eq '' ? $answer->{rows} : $answer->{text}, $expected, $name);
}

# Returns the answer, for a look at its other fields.
sub raises
{
	my ($whom, $sql, $sqlstate, $message, $name) = @_;
	my $answer = ask($whom, $sql);

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	ok($answer->{sqlstate} eq $sqlstate && $answer->{message} =~ $message, $name)
	  or diag("expected $sqlstate, $message\nrows: $answer->{rows}\n$answer->{text}");
	return $answer;
}

# All of them are asked, and one test says whether all did what they should.
sub every_accessor_raises
{
	my ($whom, $sqlstate, $message, $name) = @_;
	my @others;

	foreach my $accessor (@accessors)
	{
		my $answer = ask($whom, "SELECT herm_jwt.$accessor");

		push @others, "$accessor: $answer->{rows}$answer->{text}"
		  unless $answer->{sqlstate} eq $sqlstate && $answer->{message} =~ $message;
	}
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is(join("\n", @others), '', $name);
}

# The counters of herm_jwt.stats as a hash; the names are counter and reason.
sub counters
{
	my ($whom) = @_;
	my $rows = must($whom,
		"SELECT counter || coalesce(' ' || reason, '') || '=' || value FROM herm_jwt.stats");

	return { map { split /=/ } split /\n/, $rows };
}

# Asks, and says which counters of the server have moved by how much.
sub moves
{
	my ($node, $whom, $sql, $expected, $name) = @_;
	my $before = counters($node);

	ask($whom, $sql);
	my $after = counters($node);
	my @moved = map { "$_ +" . ($after->{$_} - $before->{$_}) }
	  grep { $after->{$_} != $before->{$_} } sort keys %$after;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is(join(', ', @moved), $expected, $name);
}

# Without a session they are NULL, which psql shows as nothing.
sub every_accessor_gives_nothing
{
	my ($whom, $name) = @_;
	my @nullable = grep { !/require/ } @accessors;
	my $columns = join(', ', map { "herm_jwt.$_ IS NULL" } @nullable);
	my $expected = join('|', ('t') x @nullable);

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return gives($whom, "SELECT $columns", $expected, $name);
}

1;
