# SPDX-License-Identifier: PostgreSQL
#
# Process.pm: the processes of a cluster, as /proc shows them.
#
# All of them, the fetching program as well, work in the data folder: by that
# they are known, also when they have lost their parent. A zombie is none.
#
package HermJwt::Process;

use strict;
use warnings FATAL => 'all';

use Exporter qw(import);
use PostgreSQL::Test::Utils;
use Time::HiRes qw(usleep);

our @EXPORT = qw(bury processes_of postmaster_of worker_of fetchers_of command_of environment_of
  libraries_of open_files_of);

# Each of these gives undef or nothing for a process that has ended meanwhile.
sub content
{
	my ($pid, $name) = @_;

	open(my $file, '<', "/proc/$pid/$name") or return;
	local $/;
	return scalar <$file>;
}

sub command_of
{
	my ($pid) = @_;

	return (content($pid, 'cmdline') // '') =~ s/\0/ /gr =~ s/ +\z//r;
}

sub processes_of
{
	my ($node) = @_;
	my $folder = $node->data_dir;

	return grep { (readlink("/proc/$_/cwd") // '') eq $folder }
	  map { m{(\d+)$} } glob('/proc/[0-9]*');
}

sub fetchers_of
{
	my ($node) = @_;

	return grep { command_of($_) eq 'herm_jwt_fetch' } processes_of($node);
}

# Waits until nothing is left of a cluster that has been killed, and removes what would keep
# another from starting: nobody may have taken notice of its death, so that its number lives on.
sub bury
{
	my ($node) = @_;
	my $socket = $node->host . '/.s.PGSQL.' . $node->port;
	my $attempts = 20 * $PostgreSQL::Test::Utils::timeout_default;

	while (processes_of($node))
	{
		die 'gave up waiting until the server is dead' if $attempts-- == 0;
		usleep(50_000);
	}
	unlink($node->data_dir . '/postmaster.pid', $socket, "$socket.lock");
	$node->{_pid} = undef;
	return;
}

# undef while there is none.
sub worker_of
{
	my ($node) = @_;
	my ($pid) = grep { command_of($_) =~ /^postgres: .*herm_jwt worker$/ } processes_of($node);

	return $pid;
}

sub postmaster_of
{
	my ($node) = @_;

	return (split(/\n/, slurp_file($node->data_dir . '/postmaster.pid')))[0];
}

# As lines NAME=VALUE.
sub environment_of
{
	my ($pid) = @_;

	return split(/\0/, content($pid, 'environ') // '');
}

sub libraries_of
{
	my ($pid) = @_;
	my %names = map { $_ => 1 } (content($pid, 'maps') // '') =~ m{/([^/\n]+\.so[.\d]*)$}mg;

	return sort keys %names;
}

# What each descriptor leads to, by its number.
sub open_files_of
{
	my ($pid) = @_;

	return map { m{(\d+)$} ? ($1 => readlink($_) // '') : () } glob("/proc/$pid/fd/[0-9]*");
}

1;
