# SPDX-License-Identifier: PostgreSQL
#
# Probes.pm: statements of a role on a table, with what is to come of each.
#
# A probe is a hash: how, in a word; rule and select, the rules that it is about;
# sql, for the server; statement, for a person; names, the columns that it shows;
# verdict, what is to come of it, by any rules that are like its own; hasura, the
# same by Hasura, where that may differ; alone, by the rule without the select rule.
#
package HermJwt::Permissions::Probes;

use strict;
use warnings FATAL => 'all';

use Exporter qw(import);

use HermJwt::Session;
use HermJwt::Permissions::Expect;
use HermJwt::Permissions::Server;
use HermJwt::Permissions::Value;
use HermJwt::Permissions::World;

our @EXPORT = qw(probes);

my $is_denied = sub { { error => ['42501'] } };

sub may { my ($rule) = @_; return $rule && !$rule->{refused}; }

# ---- reading ----

sub view_name
{
	my ($table, $role) = @_;
	my $name = $table->{schema} eq 'public' ? $table->{name} : "$table->{schema}_$table->{name}";

	return role_name($role) . '.' . sql_name($name);
}

sub read_probe
{
	my ($scope, $how, $relation, @names) = @_;
	my ($world, $session) = @{$scope}{qw(world session)};

	return {
		how => $how,
		names => \@names,
		sql => read_statement($relation, @names),
		statement => "SELECT * FROM $relation",
		verdict => sub { my ($rule) = @_; expect_read($world, $rule, $session, @names) }
	};
}

# A column that the role may not read, if there is one.
sub denied_probe
{
	my ($scope, $table, $rule) = @_;
	my $keys = $scope->{keys}{ $table->{key} } // {};
	my @denied = grep { !may($rule) || $table->{is_view} || !$rule->{columns}{$_} && !$keys->{$_} }
	  map { $_->{name} } @{ $table->{columns} };
	my $name = pick(@denied) // return;

	return {
		how => 'denied',
		sql => read_statement($table->{label}, $name),
		verdict => $is_denied,
		statement => 'SELECT ' . sql_name($name) . " FROM $table->{label}"
	};
}

# What the role reads: the table's plain columns, and its view, where it has one.
sub reads
{
	my ($scope, $table, $rule) = @_;
	my @probes = denied_probe($scope, $table, $rule);

	return @probes unless may($rule);
	my @plain = sort keys %{ $rule->{columns} };
	my @others = (sort(keys %{ $rule->{cells} }), sort(keys %{ $rule->{fields} }));

	push @probes, read_probe($scope, 'read', $table->{label}, @plain) unless $table->{is_view};
	push @probes, read_probe($scope, 'view', view_name($table, $rule->{role}), @plain, @others)
	  if $table->{is_view} || @others;
	return @probes;
}

# ---- writing ----

sub literal { my ($text) = @_; return defined $text ? quote($text) : 'NULL'; }

# Random texts for columns, and the values that they are.
sub new_values
{
	my ($table, $texts, @columns) = @_;
	my %texts = %$texts;

	foreach my $column (@columns)
	{
		my $is_null = !$column->{not_null} && chance(15);

		$texts{ $column->{name} } = $is_null ? undef : text_of_type($column->{type});
	}
	my %values = map { ($_ => value_of_text($table->{column}{$_}{type}, $texts{$_})) } keys %texts;

	return (\%texts, \%values);
}

# By Hasura a check fails on FALSE only, and no other permission counts; but what
# reads a column, a role without a select permission cannot say there either.
sub write_probe
{
	my ($scope, $table, $statement, $reads, $expect) = @_;
	my %here = (reads => $reads, null_passes => $scope->{null_passes});
	my %probe = (
		how => $scope->{rule}{kind},
		statement => $statement,
		sql => write_statement($table, $statement));

	$probe{verdict} = sub { my ($rule, $select) = @_; $expect->($rule, %here, select => $select) };
	return \%probe if $reads && !may($scope->{select});
	$probe{hasura} = sub { my ($rule) = @_; $expect->($rule, reads => 0, null_passes => 1) };
	$probe{alone} = sub { my ($rule) = @_; $expect->($rule, %here, reads => 0) };
	return \%probe;
}

my $next_id = 1000;

sub inserts
{
	my ($scope, $table) = @_;
	my ($world, $session, $rule) = @{$scope}{qw(world session rule)};
	my @columns = grep { $rule->{columns}{ $_->{name} } } @{ $table->{columns} };
	my %unset = map { ($_->{name} => undef) } @{ $table->{columns} };
	my %keys = map { ($_ => $next_id) } grep { $rule->{columns}{$_} } 'id',
	  $table->{primary} ? 'k1' : ();
	my ($texts, $row) =
	  new_values($table, { %unset, %keys }, grep { !exists $keys{ $_->{name} } } @columns);
	my $expect = sub { my ($by, %how) = @_; expect_insert($world, $by, $row, $session, %how) };
	my $sql =
		"INSERT INTO $table->{label} ("
	  . join(', ', map { sql_name($_->{name}) } @columns)
	  . ') VALUES ('
	  . join(', ', map { literal($texts->{ $_->{name} }) } @columns) . ')';

	$next_id++;
	return (write_probe($scope, $table, $sql, 0, $expect),
		write_probe($scope, $table, "$sql RETURNING id", 1, $expect));
}

sub change_statement
{
	my ($scope, $table, $texts) = @_;

	return "DELETE FROM $table->{label}" if $scope->{rule}{kind} eq 'delete';
	return "UPDATE $table->{label} SET "
	  . join(', ', map { sql_name($_) . ' = ' . literal($texts->{$_}) } sort keys %$texts);
}

# Of all rows without reading a column, and of one by its id.
sub changes
{
	my ($scope, $table) = @_;
	my ($world, $session, $rule) = @{$scope}{qw(world session rule)};
	my @columns = grep { $rule->{columns}{ $_->{name} } } writable_columns($table);
	my %chosen = map { ($_->{name} => $_) } map { pick(@columns) // () } 1, 2;
	my ($texts, $values) = new_values($table, {}, map { $chosen{$_} } sort keys %chosen);
	my $sql = change_statement($scope, $table, $texts);
	my @probes;

	return if $rule->{kind} eq 'update' && !%chosen;
	foreach my $only (undef, pick(@{ $table->{rows} })->{id})
	{
		my $expect = sub {
			my ($by, %how) = @_;

			expect_change($world, $by, $session, only => $only, values => $values, %how);
		};

		push @probes,
		  write_probe(
			$scope, $table,
			$sql . (defined $only ? " WHERE id = $only" : ''),
			defined $only, $expect);
	}
	return @probes;
}

sub writes
{
	my ($scope, $table) = @_;

	return $scope->{rule}{kind} eq 'insert' ? inserts($scope, $table) : changes($scope, $table);
}

# scope: world, session, null_passes, keys (what join_keys adds); of_role: the role's
# rules on the table, by kind.
sub probes
{
	my ($scope, $table, $of_role) = @_;
	my $select = $of_role->{select};
	my @probes = map {
		{ %$_, rule => $select }
	} reads($scope, $table, $select);

	return @probes if %{ $scope->{session}{bad} };
	foreach my $rule (grep { may($_) } @{$of_role}{qw(insert update delete)})
	{
		push @probes, map {
			{ %$_, rule => $rule, select => $select }
		} writes({ %$scope, rule => $rule, select => $select }, $table);
	}
	return @probes;
}

1;
