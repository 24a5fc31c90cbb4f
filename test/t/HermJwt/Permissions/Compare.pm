# SPDX-License-Identifier: PostgreSQL
#
# Compare.pm: whether the server's answer to a statement is what a verdict of
# HermJwt::Permissions::Expect says; if not, in words. The rows that the server had
# before are the member "server" of a table: texts by id and column.
#
package HermJwt::Permissions::Compare;

use strict;
use warnings FATAL => 'all';

use Exporter qw(import);
use JSON::PP;

use HermJwt::Permissions::Value;

our @EXPORT = qw(differs lists_equal);

sub cell_text
{
	my ($table, $row, $name, $session) = @_;
	my $field = $table->{fields}{$name};

	return $table->{server}{ $row->{id} }{$name} unless $field;
	return $field->{value}->($row, $session);
}

sub lists_equal
{
	my ($a, $b) = @_;

	return JSON::PP->new->canonical->encode($a) eq JSON::PP->new->canonical->encode($b);
}

# As the server would have answered: the rows that are expected, by id.
sub expected_rows
{
	my ($table, $probe, $verdict, $session) = @_;
	my %rows;

	foreach my $row (@{ $table->{rows} })
	{
		my $shown = $verdict->{rows}{ $row->{id} } // next;

		$rows{ $row->{id} } = [
			map {
				my $text = $shown->{$_} ? cell_text($table, $row, $_, $session) : undef;

				defined $text ? "$text" : undef
			} @{ $probe->{names} }
		];
	}
	return \%rows;
}

# What is wrong with rows that were read; '' if nothing is.
sub judge_rows
{
	my ($table, $probe, $verdict, $answer, $session) = @_;
	my $expected = expected_rows($table, $probe, $verdict, $session);
	my %seen = map { my ($id, @cells) = @$_; ($id => \@cells) } @{ $answer->{rows} };
	my @wrong;

	foreach my $id (sort { $a <=> $b } keys %{ { %seen, %$expected } })
	{
		push @wrong,
			!$seen{$id}                               ? "row $id is not seen, and should be"
		  : !$expected->{$id}                         ? "row $id is seen, and should not be"
		  : lists_equal($seen{$id}, $expected->{$id}) ? ()
		  : "row $id has other cells: "
		  . json_text($seen{$id})
		  . ', should be '
		  . json_text($expected->{$id});
	}
	return join("\n", @wrong);
}

# What is different in a table from before, in words; values stand for what they mean.
sub judge_effect
{
	my ($table, $verdict, $answer) = @_;
	my ($before, $after) = ($table->{server}, $answer->{after});
	my @wrong;

	foreach my $id (sort { $a <=> $b } keys %{ { %$before, %$after, %{ $verdict->{rows} } } })
	{
		my $is_expected =
		  exists $verdict->{rows}{$id} ? defined $verdict->{rows}{$id} : exists $before->{$id};
		my $new = $verdict->{rows}{$id};

		if (!$is_expected || !$after->{$id})
		{
			push @wrong, $is_expected
			  ? "row $id is gone, and should not be"
			  : "row $id is there, and should not be"
			  if $is_expected xor $after->{$id};
			next;
		}
		foreach my $place (0 .. $#{ $table->{columns} })
		{
			my ($name, $type) = @{ $table->{columns}[$place] }{qw(name type)};
			my $text = $after->{$id}[$place];
			my $value = value_of_text($type, $text);
			my $wanted = $new ? $new->{$name} : value_of_text($type, $before->{$id}{$name});
			my $same =
				 defined $value
			  && defined $wanted ? values_equal($type, $value, $wanted) : !defined $value
			  && !defined $wanted;

			push @wrong, "row $id, column $name: " . ($text // 'NULL') unless $same;
		}
	}
	return join("\n", @wrong);
}

sub is_one_of
{
	my ($code, $list) = @_;

	return scalar grep { index($code, $_) == 0 } @{ $list // [] };
}

# '' if the answer is as the verdict says.
sub differs
{
	my ($table, $probe, $verdict, $answer, $session) = @_;
	my $error = $answer->{error};

	if (defined $error)
	{
		return ''
		  if is_one_of($error, $verdict->{error}) || is_one_of($error, $verdict->{may_fail});
		return "error $error: $answer->{message}";
	}
	return 'no error, and there should be: ' . join(' or ', @{ $verdict->{error} })
	  if $verdict->{error};
	return judge_effect($table, $verdict, $answer) if $answer->{after};
	return judge_rows($table, $probe, $verdict, $answer, $session);
}

1;
