# SPDX-License-Identifier: PostgreSQL
#
# Judge.pm: what Hasura says of an expression and a row, from the documentation
# of its permissions alone: no SQL, nothing of our own code. The tables, rows and
# relationships are those of HermJwt::Permissions::World.
#
#	my $tree = expression($world, $table, $json);
#
#	judge($tree, $world, $table, $row, $session)   # 1, 0, or undef for NULL
#	variables($tree)                               # the session variables it needs
#	can_be_true($tree)                             # 0: by its shape alone it never is
#
# A session is a hash: role; variables, texts by name in lower case; bad, a hash of
# the names whose texts are no value of their type, which compare as NULL here.
#
package HermJwt::Permissions::Judge;

use strict;
use warnings FATAL => 'all';

use Exporter qw(import);

use HermJwt::Permissions::Value;

our @EXPORT = qw(expression judge variables can_be_true variable_name);

# ---- three-valued logic ----

sub not3 { my ($a) = @_; return defined $a ? 1 - $a : undef; }

sub and3
{
	my (@operands) = @_;

	return 0 if grep { defined $_ && !$_ } @operands;
	return (grep { !defined $_ } @operands) ? undef : 1;
}

sub or3
{
	my (@operands) = @_;
	return not3(and3(map { not3($_) } @operands));
}

sub truth { my ($is_true) = @_; return $is_true ? 1 : 0; }

# ---- operators on two values, neither of them NULL ----

# A pattern of LIKE as a regular expression.
sub like
{
	my ($pattern) = @_;
	my $regex = '';

	while ($pattern =~ /\G(?:\\(.)|(.))/gs)
	{
		my ($escaped, $plain) = ($1, $2);

		$regex .=
			defined $escaped ? quotemeta($escaped)
		  : $plain eq '%'    ? '.*'
		  : $plain eq '_'    ? '.'
		  :                    quotemeta($plain);
	}
	return $regex;
}

# The tests' patterns of SIMILAR TO have no escapes and no classes.
sub similar { my ($pattern) = @_; return '(?:' . ($pattern =~ s/%/.*/gr =~ s/_/./gr) . ')'; }

# The end is the very end in PostgreSQL.
sub regex { my ($pattern) = @_; return $pattern =~ s/\$$/\\z/r; }

sub matches
{
	my ($text, $regex, $any_case) = @_;

	return truth($any_case ? $text =~ /$regex/is : $text =~ /$regex/s);
}

sub whole { my ($regex) = @_; return "\\A(?:$regex)\\z"; }

# NULL is an element of no array here.
sub array_contains
{
	my ($type, $outer, $inner) = @_;

	foreach my $wanted (@$inner)
	{
		return 0 unless defined $wanted;
		return 0
		  unless grep { defined $_ && values_equal(element_of($type), $_, $wanted) } @$outer;
	}
	return 1;
}

sub json_kind
{
	my ($json) = @_;

	return ref $json eq 'ARRAY' ? 'array' : ref $json eq 'HASH' ? 'object' : 'scalar';
}

sub same_json
{
	my ($a, $b) = @_;

	return values_equal('jsonb', { json => $a }, { json => $b });
}

sub json_contains
{
	my ($outer, $inner, $at_top) = @_;
	my ($outer_kind, $inner_kind) = (json_kind($outer), json_kind($inner));

	# an array contains a scalar, at the top only
	return truth(grep { json_kind($_) eq 'scalar' && same_json($_, $inner) } @$outer)
	  if $at_top && $outer_kind eq 'array' && $inner_kind eq 'scalar';
	return 0 if $outer_kind ne $inner_kind;
	return truth(same_json($outer, $inner)) if $outer_kind eq 'scalar';
	if ($outer_kind eq 'object')
	{
		return truth(
			!grep { !exists $outer->{$_} || !json_contains($outer->{$_}, $inner->{$_}) }
			  keys %$inner);
	}
	foreach my $wanted (@$inner)
	{
		return 0 unless grep { json_contains($_, $wanted) } @$outer;
	}
	return 1;
}

sub has_key
{
	my ($value, $key) = @_;
	my $json = $value->{json};
	my $is_key = sub { defined $_[0] && !ref $_[0] && $_[0] eq $key };

	return truth(exists $json->{$key}) if ref $json eq 'HASH';
	return truth(grep { $is_key->($_) } ref $json eq 'ARRAY' ? @$json : ($json));
}

# A NULL among keys counts for nothing.
sub keys_in
{
	my ($keys) = @_;
	return grep { defined $_ } @$keys;
}

sub contains
{
	my ($type, $outer, $inner) = @_;

	return json_contains($outer->{json}, $inner->{json}, 1) if kind_of($type) eq 'jsonb';
	return array_contains($type, $outer, $inner);
}

my %operators = (
	eq => sub { truth(values_equal(@_)) },
	ne => sub { truth(!values_equal(@_)) },
	gt => sub { truth(values_compare(@_) > 0) },
	lt => sub { truth(values_compare(@_) < 0) },
	gte => sub { truth(values_compare(@_) >= 0) },
	lte => sub { truth(values_compare(@_) <= 0) },

	like => sub { matches($_[1], whole(like($_[2]))) },
	ilike => sub { matches($_[1], whole(like($_[2])), 1) },
	similar => sub { matches($_[1], whole(similar($_[2]))) },
	regex => sub { matches($_[1], regex($_[2])) },
	iregex => sub { matches($_[1], regex($_[2]), 1) },

	contains => \&contains,
	contained_in => sub { contains($_[0], $_[2], $_[1]) },
	has_key => sub { has_key($_[1], $_[2]) },
	has_keys_any => sub {
		truth(grep { has_key($_[1], $_) } keys_in($_[2]));
	},
	has_keys_all => sub {
		truth(!grep { !has_key($_[1], $_) } keys_in($_[2]));
	});

my %same = (neq => 'ne');
my %opposite = (
	nlike => 'like',
	nilike => 'ilike',
	nsimilar => 'similar',
	nregex => 'regex',
	niregex => 'iregex');
my %right_types = (has_key => 'text', has_keys_any => 'text[]', has_keys_all => 'text[]');

# ---- from JSON to a tree ----

# The session variable that a string as a whole is, or undef.
sub variable_name
{
	my ($json) = @_;

	return undef if ref $json || !defined $json;
	my $name = lc $json;

	return 'x-hasura-user-id' if $name eq 'req_user_id';
	return $name =~ /^x-hasura-/ ? $name : undef;
}

# The key as an operator, without its first letter; else undef.
sub operator_of { my ($key) = @_; return $key =~ /^[_\$](.+)/s ? $1 : undef; }

sub both { my (@operands) = @_; return { and => \@operands }; }

sub read_test
{
	my ($scope, $left, $operator, $json) = @_;

	$operator = $same{$operator} // $operator;
	return { not => read_test($scope, $left, 'in', $json) } if $operator eq 'nin';
	return { not => read_test($scope, $left, $opposite{$operator}, $json) } if $opposite{$operator};
	if ($operator eq 'cast')
	{
		return both(
			map { read_tests($scope, { %$left, type => 'text', cast => 1 }, $json->{$_}) }
			sort keys %$json);
	}
	my %test = (left => $left, operator => $operator);

	if ($operator =~ /^c(n?eq|ne|[gl]te?)$/)
	{
		my $path = ref $json ? $json : [$json];

		$test{operator} = $same{$1} // $1;
		$test{other} = { column => $path->[-1], of_root => @$path > 1 };
		return { test => \%test };
	}
	$test{variable} = variable_name($json);
	$test{json} = $json;
	return { test => \%test };
}

sub read_tests
{
	my ($scope, $left, $json) = @_;

	return both(map { read_test($scope, $left, operator_of($_), $json->{$_}) } sort keys %$json)
	  if ref $json eq 'HASH';
	return {
		test => {
			left => $left,
			operator => 'eq',
			shorthand => 1,
			json => $json,
			variable => variable_name($json)
		}
	};
}

sub read_table_name
{
	my ($json) = @_;
	return ref $json ? "$json->{schema}.$json->{name}" : "public.$json";
}

sub member { my ($json, $name) = @_; return $json->{"_$name"} // $json->{"\$$name"}; }

sub read_key
{
	my ($world, $table, $key, $json) = @_;
	my $operator = operator_of($key) // '';

	return { $operator => [ map { expression($world, $table, $_) } @$json ] }
	  if $operator eq 'and' || $operator eq 'or';
	return { not => expression($world, $table, $json) } if $operator eq 'not';
	if ($operator eq 'exists')
	{
		my $target = $world->{tables}{ read_table_name(member($json, 'table')) };

		return {
			exists => $target,
			pairs => [],
			where => expression($world, $target, member($json, 'where'))
		};
	}
	if (my $column = $table->{column}{$key})
	{
		return read_tests(
			$table,
			{
				column => $key,
				type => $column->{type},
				nullable => !$column->{not_null}
			},
			$json);
	}
	if (my $relationship = $table->{relationships}{$key})
	{
		my $target = $world->{tables}{ $relationship->{target} };

		return {
			exists => $target,
			pairs => $relationship->{pairs},
			where => expression($world, $target, $json)
		};
	}
	my $field = $table->{fields}{$key} or die "no meaning of \"$key\" in $table->{key}";

	return read_tests($table, { field => $field, type => $field->{type}, nullable => 1 }, $json)
	  unless $field->{rows_of};
	my $target = $world->{tables}{ $field->{rows_of} };

	return { exists => $target, field => $field, where => expression($world, $target, $json) };
}

sub expression
{
	my ($world, $table, $json) = @_;

	return both(map { read_key($world, $table, $_, $json->{$_}) } sort keys %$json);
}

# ---- judging ----

sub left_value
{
	my ($left, $row, $session) = @_;
	my $value =
	  defined $left->{column}
	  ? $row->{ $left->{column} }
	  : $left->{field}{value}->($row, $session);

	return $left->{cast} && defined $value ? jsonb_as_text($value) : $value;
}

# An equality with null has no row to it, but for what may be NULL itself (2.7).
sub judge_null
{
	my ($test, $value) = @_;

	return undef unless $test->{left}{nullable} || $test->{shorthand};
	return defined $value ? undef : 1 if $test->{operator} eq 'eq';
	return defined $value ? 1     : undef;
}

sub judge_list
{
	my ($type, $value, @list) = @_;

	return or3(map { defined $value && defined $_ ? truth(values_equal($type, $value, $_)) : undef }
		  @list);
}

sub right_list
{
	my ($test, $session) = @_;
	my $type = $test->{left}{type};

	return map { defined $_ ? value_of_json($type, $_) : undef } @{ $test->{json} }
	  unless defined $test->{variable};
	return
	  map { value_of_text($type, $_) }
	  HermJwt::Permissions::Value::array_elements($session->{variables}{ $test->{variable} });
}

sub right_value
{
	my ($test, $session) = @_;
	my $type = $right_types{ $test->{operator} } // $test->{left}{type};

	return
	  defined $test->{variable}
	  ? value_of_text($type, $session->{variables}{ $test->{variable} })
	  : value_of_json($type, $test->{json});
}

sub judge_test
{
	my ($test, $scope) = @_;
	my ($left, $operator, $session) = ($test->{left}, $test->{operator}, $scope->{session});
	my $value = left_value($left, $scope->{row}, $session);
	my $right;

	return truth($test->{json} ? !defined $value : defined $value) if $operator eq 'is_null';
	if (my $other = $test->{other})
	{
		$right = ($other->{of_root} ? $scope->{root} : $scope->{row})->{ $other->{column} };
	}
	elsif (defined $test->{variable})
	{
		return undef if $session->{bad}{ $test->{variable} };
		return judge_list($left->{type}, $value, right_list($test, $session)) if $operator eq 'in';
		$right = right_value($test, $session);
	}
	else
	{
		return judge_list($left->{type}, $value, right_list($test, $session)) if $operator eq 'in';
		return judge_null($test, $value) unless defined $test->{json};
		$right = right_value($test, $session);
	}
	return undef unless defined $value && defined $right;
	return $operators{$operator}->($left->{type}, $value, $right);
}

# Keys that are NULL lead nowhere.
sub joins
{
	my ($pairs, $row, $table, $other, $target) = @_;

	foreach my $pair (@$pairs)
	{
		my ($a, $b) = ($row->{ $pair->[0] }, $other->{ $pair->[1] });

		return 0 unless defined $a && defined $b;
		return 0 unless values_equal($table->{column}{ $pair->[0] }{type}, $a, $b);
	}
	return 1;
}

sub judge_exists
{
	my ($node, $scope) = @_;
	my ($target, $field) = ($node->{exists}, $node->{field});
	my @rows =
		$field
	  ? $field->{rows}->($target, $scope->{row})
	  : grep { joins($node->{pairs}, $scope->{row}, $scope->{table}, $_, $target) }
	  @{ $target->{rows} };

	return truth(grep { judge_node($node->{where}, { %$scope, row => $_, table => $target }) }
		  @rows);
}

sub judge_node
{
	my ($node, $scope) = @_;

	return and3(map { judge_node($_, $scope) } @{ $node->{and} }) if $node->{and};
	return or3(map { judge_node($_, $scope) } @{ $node->{or} }) if $node->{or};
	return not3(judge_node($node->{not}, $scope)) if $node->{not};
	return judge_exists($node, $scope) if $node->{exists};
	return judge_test($node->{test}, $scope);
}

sub judge
{
	my ($node, $world, $table, $row, $session) = @_;

	return judge_node($node,
		{ world => $world, table => $table, row => $row, root => $row, session => $session });
}

# ---- what is known without a row ----

sub children
{
	my ($node) = @_;

	return (@{ $node->{and} // [] }, @{ $node->{or} // [] }, grep { $_ } @{$node}{qw(not where)});
}

sub variables
{
	my ($node) = @_;
	my $own = $node->{test} ? $node->{test}{variable} : undef;
	my %names = map { ($_ => 1) } ($own // (), map { variables($_) } children($node));

	return sort keys %names;
}

# A comparison with null is never false, and never true of what cannot be NULL.
sub possible_of_test
{
	my ($test) = @_;
	my $nullable = $test->{left}{nullable};

	return $nullable ? 'TN' : 'N'
	  unless defined $test->{json} || $test->{other} || defined $test->{variable};
	return 'TFN' if $nullable || $test->{operator} ne 'is_null';
	return $test->{json} ? 'F' : 'T';
}

# The verdicts that the shape allows, as a string of T, F and N.
sub possible
{
	my ($node) = @_;
	my %value = (T => 1, F => 0, N => undef);

	return possible_of_test($node->{test}) if $node->{test};
	return 'TF' if $node->{exists};
	return possible($node->{not}) =~ tr/TF/FT/r if $node->{not};
	my $is_and = defined $node->{and};
	my %sets = ($is_and ? 'T' : 'F', 1);

	foreach my $child (children($node))
	{
		my %next;

		foreach my $a (keys %sets)
		{
			foreach my $b (split //, possible($child))
			{
				my @pair = @value{ $a, $b };
				my $verdict = $is_and ? and3(@pair) : or3(@pair);

				$next{ !defined $verdict ? 'N' : $verdict ? 'T' : 'F' } = 1;
			}
		}
		%sets = %next;
	}
	return join('', sort keys %sets);
}

sub can_be_true { my ($node) = @_; return possible($node) =~ /T/; }

1;
