# SPDX-License-Identifier: PostgreSQL
#
# Calls.pm: how often a process of the server has done what counts.c counts.
#
#	count_calls($node);                     # once a cluster
#	costs($psql, 'SELECT herm_jwt.role()', { signatures => 1, texts => 'some' }, 'a new token');
#
# A cost is a number, "some" or "at most" a number. What is not named must be zero, times and
# sessions aside: these are the cheap questions that each statement asks.
#
package Calls;

use strict;
use warnings FATAL => 'all';

use Exporter qw(import);
use HermJwt;
use Test::More;

our @EXPORT = qw(count_calls calls calls_of_all costs pid_of);

my @dear = qw(signatures macs texts keys configurations tokens);

sub count_calls
{
	my ($node) = @_;

	must($node, q{CREATE FUNCTION counted_calls() RETURNS text LANGUAGE c AS '$libdir/herm_jwt'});
	return;
}

sub pid_of
{
	my ($psql) = @_;

	return $psql->must('SELECT pg_backend_pid()');
}

# By process, and name of the counter.
sub calls_of_all
{
	my ($psql) = @_;
	my %calls;

	foreach (split(/\n/, $psql->must('SELECT counted_calls()')))
	{
		my ($pid, $name, $count) = split;

		$calls{$pid}{$name} = $count;
	}
	return \%calls;
}

# Of the session's own process, since it began.
sub calls
{
	my ($psql) = @_;

	return calls_of_all($psql)->{ pid_of($psql) };
}

sub is_as_vague
{
	my ($count, $words) = @_;

	return $count > 0 if $words eq 'some';
	return $words =~ /^at most (\d+)$/ && $count <= $1;
}

sub listed
{
	my ($calls) = @_;

	return join(', ', map { "$_ $calls->{$_}" } sort keys %$calls);
}

# Whether that many calls, by name, are what was expected.
sub are_calls
{
	my ($calls, $costs, $name) = @_;
	my %expected = ((map { $_ => 0 } @dear), %$costs);
	my %got = map { $_ => is_as_vague($calls->{$_}, $expected{$_}) ? $expected{$_} : $calls->{$_} }
	  keys %expected;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is(listed(\%got), listed(\%expected), $name);
}

# Statements that must succeed, and cost that much.
sub costs
{
	my ($psql, $sql, $costs, $name) = @_;
	my $before = calls($psql);

	$psql->must($sql);
	my $after = calls($psql);

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return are_calls({ map { $_ => $after->{$_} - $before->{$_} } keys %$after }, $costs, $name);
}

1;
