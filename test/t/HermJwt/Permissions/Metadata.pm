# SPDX-License-Identifier: PostgreSQL
#
# Metadata.pm: random permissions on the tables of a world, as Hasura's metadata
# has them. A permission is a hash: table (its key), role, kind, body; and broken,
# the reason why it must be refused, if it must.
#
package HermJwt::Permissions::Metadata;

use strict;
use warnings FATAL => 'all';

use Exporter qw(import);

use HermJwt::Permissions::Judge;
use HermJwt::Permissions::Value;
use HermJwt::Permissions::World;

our @EXPORT = qw(new_permissions new_tree new_inherited document new_session kinds);

my @kinds = qw(select insert update delete);

sub kinds { return @kinds; }

# ---- values ----

sub slug { my ($type) = @_; return base_of($type) =~ s/\W+/-/gr; }

# A session variable of a type, in some spelling; "list" is an array of it.
sub variable
{
	my ($type, $list) = @_;
	my $name = 'x-hasura-' . ($list ? 'list-' : '') . slug($type) . '-' . pick(1, 2);

	return pick('req_user_id', 'REQ_USER_ID', 'X-Hasura-User-Id')
	  if !$list && base_of($type) =~ /^(?:integer|text)$/ && chance(15);
	return pick($name, $name =~ s/(\w+)/\u$1/gr, uc $name);
}

sub literal
{
	my ($type) = @_;
	my ($kind, $element, $text) = (kind_of($type), element_of($type), text_of_type($type));

	return json_read($text) if $kind eq 'jsonb';
	return value_of_text($type, $text) ? $true : $false if $kind eq 'boolean' && chance(60);
	return number($text) if $kind eq 'number' && chance(60);
	return [ map { chance(12) ? undef : literal($element) } 1 .. int rand 4 ]
	  if defined $element && chance(60);
	return $text;
}

sub value
{
	my ($type) = @_;

	return variable($type) if chance(25);
	while (1)
	{
		my $json = literal($type);

		next if !defined $json && kind_of($type) eq 'jsonb';
		return $json unless kind_of($type) eq 'jsonb' && defined variable_name($json);
	}
}

sub list
{
	my ($type) = @_;

	return variable($type, 1) if chance(20) && kind_of($type) ne 'jsonb';
	return [ map { chance(12) ? undef : literal($type) } 1 .. int rand 4 ];
}

# ---- operators ----

my @patterns = ('a%', '%b', '_', '%', 'A%', '100\\%', '%\'%', 'a\\_b', '%\\\\%', "%\x{e9}");
my @similar = ('a%|b', '(a|b)%', '_', '%b');
my @regexes = ('^a', 'b$', '[ab]+', "\x{e9}", '^$', 'A', '\\\\', 'a.b');

my %right = (
	(map { ($_ => \&value) } qw(eq ne neq gt lt gte lte contains contained_in)),
	(map { ($_ => \&list) } qw(in nin)),
	is_null => sub { chance(50) ? $true : $false },
	(   map {
			($_ => sub { pick(@patterns) })
		} qw(like nlike ilike nilike)),
	(   map {
			($_ => sub { pick(@similar) })
		} qw(similar nsimilar)),
	(   map {
			($_ => sub { pick(@regexes) })
		} qw(regex iregex nregex niregex)),
	has_key => sub { chance(25) ? variable('text') : pick(qw(a b c)) },
	(   map {
			($_ => sub { chance(25) ? variable('text', 1) : [ some_of(50, qw(a b c)) ] })
		} qw(has_keys_any has_keys_all)));

my @order = qw(gt lt gte lte);
my @strings = qw(like nlike ilike nilike similar nsimilar regex iregex nregex niregex);
my @everyday = qw(eq ne neq in nin is_null);
my %operators = (
	(map { ($_ => [ @everyday, @order ]) } qw(number boolean time uuid enum padded)),
	text => [ @everyday, @order, @strings ],
	array => [ qw(eq ne is_null contains contained_in), @order ],
	jsonb => [ @everyday, qw(contains contained_in has_key has_keys_any has_keys_all cast) ]);

sub spelled { my ($name) = @_; return (chance(85) ? '_' : '$') . $name; }

sub null_or
{
	my ($operator, $make) = @_;
	return $operator =~ /^n?eq?$/ && chance(20) ? undef : $make->();
}

# A comparison of two columns, if there are two of that type.
sub column_comparison
{
	my ($scope, $column) = @_;
	my $of_root = !$scope->{in_set} && chance(60);
	my $table = $of_root ? $scope->{root} : $scope->{table};
	my @others = grep { base_of($_->{type}) eq base_of($column->{type}) } @{ $table->{columns} };
	my @named = map { $_->{name} } kind_of($column->{type}) eq 'jsonb' ? () : @others;
	my $name = pick(@named) // return;

	return spelled('c' . pick(qw(eq ne neq gt lt gte lte))) =>
	  ($of_root ? [ '$', $name ] : chance(50) ? $name : [$name]);
}

sub operation
{
	my ($scope, $column) = @_;
	my $type = $column->{type};
	my $operator = pick(@{ $operators{ kind_of($type) } });
	my @comparison = chance(15) ? column_comparison($scope, $column) : ();

	return @comparison if @comparison;
	return spelled('cast') =>
	  { text => { operation({ %$scope, in_set => 1 }, { type => 'text', alone => 1 }) } }
	  if $operator eq 'cast';
	return spelled($operator) => null_or($operator, sub { $right{$operator}->($type) });
}

sub operations
{
	my ($scope, $column) = @_;

	if (!$column->{alone} && chance(25))
	{
		my $json = chance(25) ? undef : value($column->{type});

		return $json unless ref $json eq 'HASH';
	}
	return { map { operation($scope, $column) } 1 .. pick(0, 1, 1, 1, 1, 1, 2) };
}

# ---- trees ----

sub column_key
{
	my ($scope) = @_;
	my $column = pick(@{ $scope->{table}{columns} });

	return $column->{name} => operations($scope, $column);
}

sub inner
{
	my ($scope, $table, %change) = @_;

	return tree({ %$scope, table => $table, depth => $scope->{depth} - 1, %change });
}

sub list_key
{
	my ($scope) = @_;

	return spelled(pick(qw(and or or))) =>
	  [ map { inner($scope, $scope->{table}) } 1 .. pick(0, 1, 2, 2, 2, 3) ];
}

sub not_key
{
	my ($scope) = @_;

	return spelled('not') => inner($scope, $scope->{table});
}

sub relationship_key
{
	my ($scope) = @_;
	my $relationships = $scope->{table}{relationships};
	my $name = pick(sort keys %$relationships) // return column_key($scope);

	return $name => inner($scope, $scope->{world}{tables}{ $relationships->{$name}{target} });
}

sub exists_key
{
	my ($scope) = @_;
	my $target = pick(@{ $scope->{world}{order} });

	return spelled('exists') =>
	  { spelled('table') => table_json($target), spelled('where') => inner($scope, $target) };
}

sub field_key
{
	my ($scope) = @_;
	my $fields = $scope->{table}{fields};
	my $field = $fields->{ pick(sort keys %$fields) // return column_key($scope) };

	return $field->{name} =>
	  operations({ %$scope, in_set => 1 }, { type => $field->{type}, alone => 1 })
	  unless $field->{rows_of};
	return $field->{name} =>
	  inner($scope, $scope->{world}{tables}{ $field->{rows_of} }, in_set => 1);
}

sub key
{
	my ($scope) = @_;

	return column_key($scope) if $scope->{depth} <= 0 || chance(45);
	return pick(\&list_key, \&list_key, \&not_key, \&not_key, \&relationship_key,
		\&relationship_key, \&exists_key, \&field_key)->($scope);
}

sub tree
{
	my ($scope) = @_;

	return {} if chance(4);
	return { map { key($scope) } 1 .. pick(1, 1, 1, 2) };
}

sub new_tree
{
	my ($world, $table) = @_;

	return tree({ world => $world, root => $table, table => $table, depth => pick(0, 1, 2, 2, 3) });
}

# ---- what must be refused ----

my @mistakes = (
	[ 'unknown-key', sub { { 'no such key' => 1 } } ],
	[ 'unknown-operator', sub { { id => { _equals => number(1) } } } ],
	[ 'operator-type', sub { { id => { _like => 'a' } } } ],
	[ 'operator-type', sub { { id => { _has_key => 'a' } } } ],
	[ 'bad-value', sub { { id => { _eq => 'one' } } } ],
	[ 'bad-value', sub { { id => { _gt => undef } } } ],
	[ 'bad-value', sub { { id => { _is_null => 'x-hasura-boolean-1' } } } ],
	[ 'bad-value', sub { { id => { _ceq => [ '$', '$', 'id' ] } } } ],
	[ 'bad-value', sub { { _exists => { _table => 'person' } } } ],
	[ 'unknown-column', sub { { id => { _ceq => 'no such column' } } } ],
	[ 'unknown-table', sub { { _exists => { _table => 'no such table', _where => {} } } } ]);

sub spoil
{
	my ($permission, $member) = @_;
	my ($reason, $make) = @{ pick(@mistakes) };
	my @both = ($permission->{body}{$member}, $make->());

	$permission->{body}{$member} = { spelled(pick(qw(and or))) => \@both };
	$permission->{broken} = $reason;
	return;
}

# ---- permissions ----

sub names
{
	return map { $_->{name} } @_;
}

sub select_body
{
	my ($world, $table) = @_;
	my @scalar = grep { !$table->{fields}{$_}{rows_of} } sort keys %{ $table->{fields} };

	return {
		columns => chance(30)
		? '*'
		: [ 'id', some_of(40, grep { $_ ne 'id' } names(@{ $table->{columns} })) ],
		filter => new_tree($world, $table),
		chance(10) ? (computed_fields => [ some_of(60, @scalar) ]) : (),
		chance(20) ? (allow_aggregations => $true)                 : (),
	};
}

sub preset
{
	my ($column) = @_;

	return undef if !$column->{not_null} && chance(10);
	return value($column->{type});
}

sub presets
{
	my ($table) = @_;
	my %keys = map { ($_ => 1) } map { @{ $_->{columns} } } @{ $table->{foreign_keys} };
	my @columns = grep { !$keys{ $_->{name} } && chance(10) } writable_columns($table);

	return @columns ? (set => { map { ($_->{name} => preset($_)) } @columns }) : ();
}

sub insert_body
{
	my ($world, $table) = @_;
	my @needed = map { $_->{name} } grep { $_->{not_null} || chance(50) } @{ $table->{columns} };

	return {
		check => new_tree($world, $table),
		chance(30) ? () : (columns => chance(30) ? '*' : \@needed),
		presets($table),
	};
}

sub update_body
{
	my ($world, $table) = @_;

	return {
		columns => chance(20) ? '*' : [ names(some_of(40, writable_columns($table))) ],
		filter => new_tree($world, $table),
		chance(60) ? (check => new_tree($world, $table)) : chance(30) ? (check => undef) : (),
		presets($table),
	};
}

my %bodies = (
	select => \&select_body,
	insert => \&insert_body,
	update => \&update_body,
	delete => sub { my ($world, $table) = @_; return { filter => new_tree($world, $table) } });
my %chances = (select => 85, insert => 30, update => 35, delete => 20);

sub new_permission
{
	my ($world, $table, $role, $kind) = @_;
	my $permission = { table => $table->{key}, role => $role, kind => $kind };

	$permission->{body} = $bodies{$kind}->($world, $table);
	spoil($permission, $kind eq 'insert' ? 'check' : 'filter') if chance(4);
	return $permission;
}

# The same as another role has, so that they may agree.
sub copied
{
	my ($permission, $role) = @_;

	return { %$permission, role => $role };
}

# Lets a role write what it may read, or less, so that the one implies the other.
sub narrow
{
	my ($permission, $select) = @_;
	my $member = $permission->{kind} eq 'insert' ? 'check' : 'filter';
	my $body = $permission->{body};

	$body->{$member} =
	  chance(50)
	  ? $select->{body}{filter}
	  : { spelled('and') => [ $select->{body}{filter}, $body->{$member} ] };
	return;
}

sub new_permissions
{
	my ($world, @roles) = @_;
	my (@permissions, %last);

	foreach my $role (@roles)
	{
		foreach my $table (@{ $world->{order} })
		{
			my $select;

			foreach my $kind (grep { chance($chances{$_}) } $table->{is_view} ? 'select' : @kinds)
			{
				my $last = $last{ $table->{key} }{$kind};
				my $is_copy = $last && chance(10);
				my $permission =
				  $is_copy ? copied($last, $role) : new_permission($world, $table, $role, $kind);

				$select = $permission if $kind eq 'select' && !$permission->{broken};
				narrow($permission, $select)
				  if $select
				  && $select != $permission
				  && !$is_copy
				  && !$permission->{broken}
				  && chance(30);
				push @permissions, $last{ $table->{key} }{$kind} = $permission;
			}
		}
	}
	return @permissions;
}

# Roles over two or three of those before them, which may be inherited themselves.
sub new_inherited
{
	my ($names, @parents) = @_;
	my @inherited;

	foreach my $name (@$names)
	{
		my %set = map { ($_ => 1) } map { pick(@parents) } 1 .. 3;

		push @inherited, { role_name => $name, role_set => [ sort keys %set ] };
		push @parents, $name;
	}
	return @inherited;
}

# ---- the document ----

sub relationships_json
{
	my ($table, $is_object) = @_;
	my $relationships = $table->{relationships};

	return [
		map { { name => $_, using => $relationships->{$_}{using} } }
		  grep {
			ref($relationships->{$_}{using}{foreign_key_constraint_on}) ne 'HASH'
			  ? $is_object
			  : !$is_object
		  }
		  sort keys %$relationships
	];
}

sub fields_json
{
	my ($table) = @_;

	return [
		map {
			my $field = $table->{fields}{$_};

			{
				name => $_,
				definition => {
					function => { schema => $table->{schema}, name => $field->{function} },
					$field->{session} ? (session_argument => $field->{session}) : (),
					$field->{row}     ? (table_argument => $field->{row})       : ()
				}
			}
		} sort keys %{ $table->{fields} }
	];
}

sub tracked
{
	my ($table, @permissions) = @_;
	my %tracked = (
		table => { schema => $table->{schema}, name => $table->{name} },
		object_relationships => relationships_json($table, 1),
		array_relationships => relationships_json($table, 0),
		computed_fields => fields_json($table));

	foreach my $permission (grep { $_->{table} eq $table->{key} } @permissions)
	{
		push @{ $tracked{"$permission->{kind}_permissions"} },
		  { role => $permission->{role}, permission => $permission->{body} };
	}
	return \%tracked;
}

sub document
{
	my ($world, $source, $permissions, $inherited) = @_;

	return json_text(
		{
			version => number(3),
			inherited_roles => $inherited,
			sources => [
				{
					name => $source,
					kind => 'postgres',
					tables => [ map { tracked($_, @$permissions) } @{ $world->{order} } ]
				}
			]
		});
}

# ---- sessions ----

# Texts for every variable that a tree may name; some of them missing if asked for.
sub new_session
{
	my ($role, $missing) = @_;
	my %session =
	  (role => $role, variables => { 'x-hasura-user-id' => pick(qw(1 2 3)) }, bad => {});

	foreach my $type (sort keys %HermJwt::Permissions::World::texts, 'text[]', 'integer[]')
	{
		next if $type eq 'json' || $type =~ /^zoo\.s/;
		foreach my $number (1, 2)
		{
			my $element = kind_of($type) ne 'array';

			$session{variables}{ 'x-hasura-' . slug($type) . "-$number" } = text_of_type($type);
			$session{variables}{ 'x-hasura-list-' . slug($type) . "-$number" } =
			  array_text(map { chance(12) ? undef : text_of_type($type) } 1 .. int rand 4)
			  if $element;
		}
	}
	delete @{ $session{variables} }
	  { some_of($missing, grep { $_ ne 'x-hasura-user-id' } sort keys %{ $session{variables} }) };
	return \%session;
}

1;
