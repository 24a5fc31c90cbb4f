# SPDX-License-Identifier: PostgreSQL
#
# Shrink.pm: makes the expression of a permission smaller and smaller, as long as
# the server and the evaluator go on to differ about it.
#
package HermJwt::Permissions::Shrink;

use strict;
use warnings FATAL => 'all';

use Exporter qw(import);

use HermJwt::Permissions::Value;

our @EXPORT = qw(smallest);

# What stands inside and can stand in its place.
sub hoisted
{
	my ($json) = @_;

	return map { /^[_\$](?:and|or)$/ ? @{ $json->{$_} } : /^[_\$]not$/ ? $json->{$_} : () }
	  sort keys %$json;
}

# Every JSON that has one part less.
sub reductions
{
	my ($json) = @_;
	my @smaller;

	if (ref $json eq 'HASH')
	{
		push @smaller, hoisted($json);
		foreach my $key (sort keys %$json)
		{
			my %rest = %$json;

			delete $rest{$key};
			push @smaller, \%rest, map {
				{ %rest, $key => $_ }
			} reductions($json->{$key});
		}
	}
	if (ref $json eq 'ARRAY')
	{
		foreach my $place (0 .. $#$json)
		{
			my @rest = @$json;

			splice(@rest, $place, 1);
			push @smaller, \@rest;
			foreach my $part (reductions($json->[$place]))
			{
				my @other = @$json;

				$other[$place] = $part;
				push @smaller, \@other;
			}
		}
	}
	return @smaller;
}

# The smallest that is still wrong; what is no expression any more counts as right.
sub smallest
{
	my ($json, $is_wrong) = @_;

	while (1)
	{
		my @smaller = sort { length(json_text($a)) <=> length(json_text($b)) } reductions($json);
		my ($next) = grep {
			eval { $is_wrong->($_) }
		} @smaller[ 0 .. ($#smaller > 80 ? 80 : $#smaller) ];

		return $json unless defined $next;
		$json = $next;
	}
}

1;
