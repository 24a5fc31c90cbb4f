# SPDX-License-Identifier: PostgreSQL
#
# Expect.pm: what a statement of a session does to a table, by Hasura and, where
# row-level security is stricter (docs/permissions.md), by the policies.
#
# Where a session is by_index, the server may look rows up by an index, and need not
# raise an error for what it does not find.
#
# A verdict is a hash: error, the SQLSTATEs of which one must come; may_fail, the
# same for those that may; and rows, what is left or seen otherwise, by id.
#
package HermJwt::Permissions::Expect;

use strict;
use warnings FATAL => 'all';

use Exporter qw(import);

use HermJwt::Permissions::Judge;
use HermJwt::Permissions::Rules;
use HermJwt::Permissions::Value;

our @EXPORT = qw(expect_read expect_insert expect_change missing);

my ($NO_PRIVILEGE, $NO_VARIABLE, $BAD_VALUE) = qw(42501 42704 22);

sub missing
{
	my ($session, @names) = @_;

	return grep { !defined $session->{variables}{$_} } @names;
}

sub allowed { my ($rule) = @_; return $rule && !$rule->{refused}; }

sub holds
{
	my ($world, $rule, $member, $row, $session) = @_;

	return judge($rule->{$member}, $world, $world->{tables}{ $rule->{table} }, $row, $session);
}

# ---- reading ----

sub cell
{
	my ($world, $rule, $name, $row, $session) = @_;
	my $cell = $rule->{cells}{$name};

	return 1 unless $cell;
	return judge($cell, $world, $world->{tables}{ $rule->{table} }, $row, $session);
}

# rows: for each id the names of those columns and fields that show.
sub expect_read
{
	my ($world, $rule, $session, @names) = @_;
	my $table = $world->{tables}{ $rule->{table} };

	if (missing($session, @{ $rule->{variables} }))
	{
		return { error => [$NO_VARIABLE] } if can_be_true($rule->{filter}) && !$session->{by_index};
		return { may_fail => [$NO_VARIABLE], rows => {} };
	}
	my %verdict = (rows => {});

	$verdict{may_fail} = [$BAD_VALUE] if %{ $session->{bad} };
	foreach my $row (@{ $table->{rows} })
	{
		next unless holds($world, $rule, 'filter', $row, $session);
		$verdict{rows}{ $row->{id} } =
		  { map { ($_ => 1) } grep { cell($world, $rule, $_, $row, $session) } @names };
	}
	return \%verdict;
}

# ---- writing ----

sub passes
{
	my ($truth, $null_passes) = @_;

	return $null_passes ? ($truth // 1) : $truth;
}

sub with_presets
{
	my ($world, $rule, $row, $session) = @_;
	my $table = $world->{tables}{ $rule->{table} };
	my %row = %$row;

	foreach my $name (sort keys %{ $rule->{presets} })
	{
		my $json = $rule->{presets}{$name};
		my $type = $table->{column}{$name}{type};
		my $variable = variable_name($json);

		$row{$name} =
			defined $variable ? value_of_text($type, $session->{variables}{$variable})
		  : defined $json     ? value_of_json($type, $json)
		  :                     undef;
	}
	return \%row;
}

# What the rule needs, and where the statement reads a column, what the select rule does.
sub lacks
{
	my ($rule, $select, $session) = @_;

	return missing($session, map { @{ $_->{variables} } } grep { $_ } $rule, $select);
}

# how: null_passes; select, the select rule where it counts as well; reads, whether it does.
sub expect_insert
{
	my ($world, $rule, $row, $session, %how) = @_;

	return { error => [$NO_PRIVILEGE] } if $how{reads} && !allowed($how{select});

	# of a check that is never true the server does not ask the guard
	return { error => [ $NO_VARIABLE, $how{reads} || !can_be_true($rule->{check}) ? $NO_PRIVILEGE : () ] }
	  if lacks($rule, $how{reads} ? $how{select} : undef, $session);
	return { error => [$NO_VARIABLE] } if missing($session, preset_variables($rule));
	my $new = with_presets($world, $rule, $row, $session);

	return { error => [$NO_PRIVILEGE] }
	  unless passes(holds($world, $rule, 'check', $new, $session), $how{null_passes});
	return { error => [$NO_PRIVILEGE] }
	  if $how{reads} && !holds($world, $how{select}, 'filter', $new, $session);
	return { rows => { $new->{id} => $new } };
}

# An update or a delete; only: the id of the one row it is about; values: what it sets.
sub expect_change
{
	my ($world, $rule, $session, %how) = @_;
	my $select = $how{reads} ? $how{select} : undef;
	my %rows;

	return { error => [$NO_PRIVILEGE] } if $how{reads} && !allowed($select);
	if (lacks($rule, $select, $session))
	{
		return { error => [$NO_VARIABLE] }
		  if can_be_true($rule->{filter}) && !$how{only} && !$session->{by_index};
		return { may_fail => [$NO_VARIABLE], rows => {} };
	}
	foreach my $old (@{ $world->{tables}{ $rule->{table} }{rows} })
	{
		next if $how{only} && $old->{id} != $how{only};
		next unless holds($world, $rule, 'filter', $old, $session);
		next if $select && !holds($world, $select, 'filter', $old, $session);
		$rows{ $old->{id} } = undef;
		next if $rule->{kind} eq 'delete';
		return { error => [$NO_VARIABLE] } if missing($session, preset_variables($rule));
		my $new = with_presets($world, $rule, { %$old, %{ $how{values} } }, $session);

		return { error => [$NO_PRIVILEGE] }
		  unless passes(holds($world, $rule, 'check', $new, $session), $how{null_passes});
		return { error => [$NO_PRIVILEGE] }
		  if $select && !holds($world, $select, 'filter', $new, $session);
		$rows{ $old->{id} } = $new;
	}
	return { rows => \%rows };
}

1;
