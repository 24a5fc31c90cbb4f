# SPDX-License-Identifier: PostgreSQL
#
# Pooler.pm: pgbouncer in transaction mode in front of a cluster, on a socket in
# a folder of its own; ends with the test at the latest.
#
#	plan skip_all => 'the program pgbouncer is not in PATH' unless pooler_is_there();
#	my $pooler = pooler($node, user => 'web', size => 1);   # size: server connections
#	my $psql = HermJwt::Session->new(connstr => $pooler->connstr);
#
package HermJwt::Pooler;

use strict;
use warnings FATAL => 'all';

use Exporter qw(import);
use PostgreSQL::Test::Utils;
use Time::HiRes qw(usleep);

our @EXPORT = qw(pooler pooler_is_there);

my @running;
my $owner = $$;

sub program
{
	return (grep { -x } map { "$_/pgbouncer" } split(/:/, $ENV{PATH}))[0];
}

sub pooler_is_there
{
	return defined program();
}

sub pooler
{
	my ($node, %how) = @_;
	my $folder = PostgreSQL::Test::Utils::tempdir_short();
	my ($host, $port) = ($node->host, $node->port);
	my $self = bless { folder => $folder, port => $port, user => $how{user} }, __PACKAGE__;

	write_text("$folder/users", qq("$how{user}" ""\n));
	write_text("$folder/ini", <<"INI");
[databases]
postgres = host=$host port=$port dbname=postgres
[pgbouncer]
listen_addr =
listen_port = $port
unix_socket_dir = $folder
auth_type = trust
auth_file = $folder/users
pool_mode = transaction
default_pool_size = $how{size}
pidfile = $folder/pid
logfile = $folder/log
INI
	push @running, $self;
	system_or_bail(program(), '--daemon', '--quiet', "$folder/ini");
	wait_for(sub { -S "$folder/.s.PGSQL.$port" }, 'the pooler listens');
	return $self;
}

sub connstr
{
	my ($self) = @_;

	return "host=$self->{folder} port=$self->{port} dbname=postgres user=$self->{user}";
}

sub stop
{
	my ($self) = @_;
	my $pid_file = "$self->{folder}/pid";

	@running = grep { $_ != $self } @running;
	return unless -s $pid_file;
	kill('TERM', int(slurp_file($pid_file)));
	wait_for(sub { !-e $pid_file }, 'the pooler stops');
	return;
}

END
{
	if ($$ == $owner)
	{
		my $status = $?;

		$_->stop foreach @running;
		$? = $status;
	}
}

sub write_text
{
	my ($path, $text) = @_;

	open(my $file, '>', $path) or die "could not create \"$path\": $!";
	print $file $text;
	close($file) or die "could not write \"$path\": $!";
	return;
}

sub wait_for
{
	my ($is_true, $what) = @_;

	foreach (1 .. 20 * $PostgreSQL::Test::Utils::timeout_default)
	{
		return if $is_true->();
		usleep(50_000);
	}
	die "gave up waiting until $what";
}

1;
