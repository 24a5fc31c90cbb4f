# SPDX-License-Identifier: PostgreSQL
#
# World.pm: random tables, their rows and relationships; as Perl has them, as SQL,
# and as Hasura tracks them.
#
# A world is a hash of tables by "schema.name", in order. A table:
#	schema, name, key
#	label          the name as SQL has it
#	columns        a list, and column, by name; each name, type, not_null
#	relationships  by name: target (a table's key), pairs of columns, using (as in the metadata)
#	fields         computed fields by name: type and value(), or rows_of and rows()
#	rows           values by column;  texts: the same as the server reads them
#	is_view
# Every table has a column "id", which tells its rows apart.
#
package HermJwt::Permissions::World;

use strict;
use warnings FATAL => 'all';

use Exporter qw(import);

use HermJwt::Session;
use HermJwt::Permissions::Value;

our @EXPORT =
  qw(new_world world_sql pick chance some_of text_of_type array_text sql_name columns_of table_json
  writable_columns $said);

our $said = 'x-hasura-text-1';    # the variable that a computed field of every table says

# ---- dice ----

sub pick { my (@of) = @_; return $of[ int rand @of ]; }

sub chance { my ($percent) = @_; return rand(100) < $percent; }

# A random part of a list, in its order.
sub some_of
{
	my ($percent, @of) = @_;
	return grep { chance($percent) } @of;
}

# ---- values ----

my @words = (
	'', 'a', 'b', 'ab', 'Ab', "a'b", 'back\\slash', '100%', 'a_b', '{a,b}', 'NULL', $said, "\x{e9}",
	'"q"', 'true', "new\nline", ' a ', '$1');
my @documents = (
	'null', 'true',
	'1', '1.5',
	'"a"', '"b"',
	'[]', '{}',
	'["a"]', '["a", "b"]',
	'[1, [2], {"a": 1}]', '{"a": 1}',
	'{"a": "a", "b": null}', '{"b": {"a": [1, 2]}}',
	'{"a": 1, "b": {"a": [1]}}', '"x-hasura-text-1"',
	'{"a": "x-hasura-text-1"}');

our %texts = (
	'integer' => [qw(-1 0 1 2 3 5)],
	'bigint' => [qw(0 1 2 3 4294967296)],
	'numeric' => [qw(0 1 1.0 1.5 2.50 -3)],
	'double precision' => [qw(0 0.5 1.5 2)],
	'text' => \@words,
	'varchar(20)' => \@words,
	'char(4)' => [ '', 'a', 'ab', 'abcd', "\x{e9}" ],
	'boolean' => [qw(true false t f)],
	'date' => [qw(2024-01-01 2024-01-02 1999-12-31)],
	'timestamptz' => [
		'2024-01-01 00:00:00+00', '2024-01-01T01:00:00+01',
		'2024-01-01T12:30:00Z', '1999-12-31 23:00:00-01'
	],
	'uuid' => [
		map { ("$_-0000-4000-8000-00000000abcd", uc "$_-0000-4000-8000-00000000abcd") }
		  qw(0000000a 0000000b ffffffff)
	],
	'jsonb' => \@documents,
	'json' => \@documents,
	'zoo.mood' => \@HermJwt::Permissions::Value::moods,
	'zoo.small' => [qw(0 1 2 3)],
	'zoo.short' => [ '', 'a', 'b', "a'b" ]);

sub array_text
{
	my (@texts) = @_;

	return
	  '{' . join(',', map { defined $_ ? '"' . s/(["\\])/\\$1/gr . '"' : 'NULL' } @texts) . '}';
}

# The text of a random value of a type; of arrays, some elements are NULL.
sub text_of_type
{
	my ($type) = @_;
	my $element = element_of($type);

	return pick(@{ $texts{$type} }) unless defined $element;
	return array_text(map { chance(12) ? undef : pick(@{ $texts{$element} }[ 0 .. 4 ]) }
		  1 .. int rand 4);
}

# ---- names ----

sub sql_name { my ($name) = @_; return '"' . ($name =~ s/"/""/gr) . '"'; }

my @odd = (
	sub { $_[0] },
	sub { $_[0] },
	sub { uc $_[0] },
	sub { "$_[0] x" },
	sub { "$_[0]'s" },
	sub { "$_[0]\"q" },
	sub { "$_[0]\x{e9}" },
	sub { "_$_[0]" });

sub odd_name { my ($name) = @_; return pick(@odd)->($name); }

# ---- tables ----

# One column of each type, and two of those that are often compared.
my @data_types = (
	qw(integer integer bigint numeric),
	'double precision',
	qw(text text varchar(20) char(4) boolean boolean date timestamptz uuid text[] integer[] jsonb),
	qw(zoo.mood zoo.small zoo.short zoo.tags));

sub add_column
{
	my ($table, $name, $type, $not_null) = @_;
	my $column = { name => $name, type => $type, not_null => $not_null };

	push @{ $table->{columns} }, $column;
	$table->{column}{$name} = $column;
	return $column;
}

sub new_table
{
	my ($world, $schema, $name) = @_;
	my $table = {
		schema => $schema,
		name => $name,
		key => "$schema.$name",
		label => sql_name($schema) . '.' . sql_name($name),
		map { ($_ => {}) } qw(column relationships fields)
	};

	$table->{$_} = [] foreach qw(columns rows texts);
	push @{ $world->{order} }, $table;
	return $world->{tables}{ $table->{key} } = $table;
}

sub add_data_columns
{
	my ($table) = @_;
	my $number = 0;

	foreach my $type (@data_types)
	{
		my $letter = substr($type =~ s/^zoo\.//r, 0, 2) =~ s/\W//gr;

		add_column($table, odd_name($letter . ++$number), $type, chance(25));
	}
	return;
}

sub columns_of
{
	my ($table, $type) = @_;

	return grep { $_->{type} eq $type } @{ $table->{columns} };
}

# ---- relationships ----

sub table_json
{
	my ($table) = @_;

	return $table->{name} if $table->{schema} eq 'public' && chance(50);
	return { schema => $table->{schema}, name => $table->{name} };
}

sub relate
{
	my ($table, $name, $target, $pairs, $using) = @_;

	die "\"$name\" means something in $table->{key} already"
	  if $table->{column}{$name} || $table->{relationships}{$name};
	$table->{relationships}{$name} =
	  { target => $target->{key}, pairs => $pairs, using => $using };
	return;
}

sub manual
{
	my ($table, $name, $target, @pairs) = @_;

	relate(
		$table, $name, $target,
		\@pairs,
		{
			manual_configuration => {
				remote_table => table_json($target),
				insertion_order => undef,
				column_mapping => { map { ($_->[0] => $_->[1]) } @pairs }
			}
		});
	return;
}

# A foreign key, and the relationships of both its sides.
sub refer
{
	my ($table, $columns, $target, $keys, $there, $back) = @_;
	my @pairs = map { [ $columns->[$_], $keys->[$_] ] } 0 .. $#$columns;
	my $is_one = @$columns == 1;

	push @{ $table->{foreign_keys} }, { columns => $columns, target => $target, keys => $keys };
	relate($table, $there, $target, \@pairs,
		{ foreign_key_constraint_on => $is_one && chance(50) ? $columns->[0] : $columns });
	relate(
		$target, $back, $table,
		[ map { [ reverse @$_ ] } @pairs ],
		{
			foreign_key_constraint_on => {
				table => table_json($table),
				$is_one && chance(50) ? (column => $columns->[0]) : (columns => $columns)
			}
		});
	return;
}

# Over columns of one type, or of two, which may be of several rows or NULL.
sub add_manual_relationships
{
	my ($world) = @_;
	my @types = ('integer', 'text', 'boolean', 'zoo.mood', 'date', 'uuid', 'text[]', 'numeric');

	foreach my $table (@{ $world->{order} })
	{
		foreach my $number (1 .. 2)
		{
			my $target = pick(@{ $world->{order} });
			my %pairs = map {
				(pick(columns_of($table, $_))->{name} => pick(columns_of($target, $_))->{name})
			  }
			  map { pick(@types) } 1 .. pick(1, 1, 2);

			manual($table, "kin $number", $target, map { [ $_, $pairs{$_} ] } sort keys %pairs);
		}
	}
	return;
}

# ---- computed fields ----

sub add_field
{
	my ($table, $name, $sql, %field) = @_;

	$table->{fields}{$name} =
	  { name => $name, function => "$table->{name}_$name", sql => $sql, %field };
	return;
}

sub add_fields
{
	my ($table) = @_;
	my ($count, $word) = map { (columns_of($table, $_))[-1]{name} } qw(integer text);

	add_field(
		$table, 'next',
		"($table->{label}) RETURNS integer LANGUAGE sql STABLE AS "
		  . quote('SELECT ($1).' . sql_name($count) . ' + 1'),
		type => 'integer',
		value => sub { my ($row) = @_; defined $row->{$count} ? $row->{$count} + 1 : undef });
	add_field(
		$table, 'said',
		"(hasura_session json, of $table->{label}) RETURNS text LANGUAGE sql STABLE AS "
		  . quote("SELECT hasura_session ->> '$said'"),
		type => 'text',
		session => 'hasura_session',
		row => 'of',
		value => sub { my ($row, $session) = @_; $session->{variables}{$said} });
	add_field(
		$table, 'alike',
		"($table->{label}) RETURNS SETOF $table->{label} LANGUAGE sql STABLE AS "
		  . quote(
				"SELECT t.* FROM $table->{label} t WHERE t."
			  . sql_name($word)
			  . ' = ($1).'
			  . sql_name($word)),
		rows_of => $table->{key},
		rows => sub {
			my ($target, $row) = @_;

			grep { defined $_->{$word} && defined $row->{$word} && $_->{$word} eq $row->{$word} }
			  @{ $target->{rows} };
		});
	return;
}

# ---- rows ----

sub add_row
{
	my ($table, %fixed) = @_;
	my (%row, %texts);

	foreach my $column (@{ $table->{columns} })
	{
		my ($name, $type) = @{$column}{qw(name type)};
		my $text =
			exists $fixed{$name}               ? $fixed{$name}
		  : !$column->{not_null} && chance(25) ? undef
		  :                                      text_of_type($type);

		$texts{$name} = $text;
		$row{$name} = value_of_text($type, $text);
	}
	push @{ $table->{rows} }, \%row;
	push @{ $table->{texts} }, \%texts;
	return;
}

# What the foreign keys of a new row may be: NULL, or the keys of a row there.
sub references
{
	my ($table) = @_;
	my %texts;

	foreach my $key (@{ $table->{foreign_keys} })
	{
		my ($columns, $keys) = @{$key}{qw(columns keys)};
		my $target = pick(@{ $key->{target}{texts} });
		my $is_null = !$target
		  || (chance(25) && !grep { $table->{column}{$_}{not_null} } @$columns);

		$texts{ $columns->[$_] } = $is_null ? undef : $target->{ $keys->[$_] }
		  foreach 0 .. $#$columns;
	}
	return %texts;
}

sub fill
{
	my ($table, $count) = @_;

	add_row(
		$table,
		id => $_,
		$table->{key} eq 'zoo.Odd Table'
		? (k1 => int($_ / 3), k2 => "k$_")
		: references($table)) foreach 1 .. $count;
	return;
}

# ---- the world ----

sub make_tables
{
	my ($world) = @_;
	my ($person, $first, $odd, $part, $event) = map { new_table($world, @$_) } (
		[ 'public', 'person' ],
		[ 'public', '_1' ],
		[ 'zoo', 'Odd Table' ],
		[ 'zoo', 'part' ],
		[ 'public', 'event' ]);

	add_column($_, 'id', 'integer', 1) foreach @{ $world->{order} };
	add_column($person, 'boss', 'integer', 0);
	add_column($first, 'owner', 'integer', chance(50));
	add_column($odd, 'k1', 'integer', 1);
	add_column($odd, 'k2', 'text', 1);
	add_column($part, 'o1', 'integer', 0);
	add_column($part, 'o2', 'text', 0);
	add_column($event, 'who', 'integer', 0);
	add_data_columns($_) foreach @{ $world->{order} };
	$odd->{primary} = [qw(k2 k1)];
	$event->{is_partitioned} = 1;

	refer($person, ['boss'], $person, ['id'], 'chief', 'staff');
	refer($first, ['owner'], $person, ['id'], 'lord', 'things');
	refer($part, [qw(o1 o2)], $odd, [qw(k1 k2)], 'whole', 'parts');
	refer($event, ['who'], $person, ['id'], 'guest', 'events');
	return $person;
}

# A view, whose columns may all be NULL as far as anybody knows.
sub make_view
{
	my ($world, $person) = @_;
	my $face = new_table($world, 'zoo', 'face');

	add_column($face, @{$_}{qw(name type)}, 0) foreach @{ $person->{columns} };
	$face->{is_view} = 1;
	$face->{of} = $person;
	manual($face, 'self', $person, [ 'id', 'id' ]);
	manual($person, 'faces', $face, [ 'id', 'boss' ]);
	return;
}

sub new_world
{
	my $world = { tables => {}, order => [] };
	my $person = make_tables($world);

	fill($_, 6 + int rand 5) foreach @{ $world->{order} };
	add_fields($_) foreach @{ $world->{order} };
	make_view($world, $person);
	add_manual_relationships($world);
	@{ $world->{tables}{'zoo.face'} }{qw(rows texts)} = @{$person}{qw(rows texts)};
	return $world;
}

# ---- as SQL ----

sub literal { my ($text) = @_; return defined $text ? quote($text) : 'NULL'; }

sub names
{
	return join(', ', map { sql_name($_) } @_);
}

sub table_sql
{
	my ($table) = @_;
	my @items = map { sql_name($_->{name}) . " $_->{type}" . ($_->{not_null} ? ' NOT NULL' : '') }
	  @{ $table->{columns} };
	my $sql = '';

	push @items,
	  $table->{primary}
	  ? ('PRIMARY KEY (' . names(@{ $table->{primary} }) . ')', 'UNIQUE (id)')
	  : 'PRIMARY KEY (id)';
	$sql =
		"CREATE TABLE $table->{label} ("
	  . join(', ', @items) . ')'
	  . ($table->{is_partitioned} ? ' PARTITION BY HASH (id)' : '') . ";\n";
	$sql .=
		"CREATE TABLE zoo.event_$_ PARTITION OF $table->{label} "
	  . "FOR VALUES WITH (MODULUS 2, REMAINDER $_);\n"
	  foreach $table->{is_partitioned} ? (0, 1) : ();
	foreach my $texts (@{ $table->{texts} })
	{
		$sql .= "INSERT INTO $table->{label} VALUES ("
		  . join(', ', map { literal($texts->{ $_->{name} }) } @{ $table->{columns} }) . ");\n";
	}
	return $sql;
}

# Deferred, so that statements are judged by permissions alone: they are rolled back in time.
sub keys_sql
{
	my ($table) = @_;

	return join(
		'',
		map {
				"ALTER TABLE $table->{label} ADD FOREIGN KEY ("
			  . names(@{ $_->{columns} })
			  . ") REFERENCES $_->{target}{label} ("
			  . names(@{ $_->{keys} })
			  . ") DEFERRABLE INITIALLY DEFERRED;\n"
		} @{ $table->{foreign_keys} });
}

sub fields_sql
{
	my ($table) = @_;

	return join(
		'',
		map {
			my $field = $table->{fields}{$_};

			'CREATE FUNCTION '
			  . sql_name($table->{schema}) . '.'
			  . sql_name($field->{function})
			  . "$field->{sql};\n"
		} sort keys %{ $table->{fields} });
}

sub world_sql
{
	my ($world) = @_;
	my @tables = grep { !$_->{is_view} } @{ $world->{order} };
	my $moods = join(', ', map { quote($_) } @HermJwt::Permissions::Value::moods);

	return join('',
		"CREATE SCHEMA zoo;\nCREATE TYPE zoo.mood AS ENUM ($moods);\n",
		"CREATE DOMAIN zoo.small AS integer CHECK (VALUE < 100);\n",
		"CREATE DOMAIN zoo.short AS text CHECK (length(VALUE) < 30);\n",
		"CREATE DOMAIN zoo.tags AS text[];\n",
		(map { table_sql($_) } @tables),
		(map { keys_sql($_) } @tables),
		(map { fields_sql($_) } @tables),
		map { "CREATE VIEW $_->{label} AS SELECT * FROM $_->{of}{label};\n" }
		  grep { $_->{is_view} } @{ $world->{order} });
}

# Columns that a statement may write without breaking anything else.
sub writable_columns
{
	my ($table) = @_;
	my %fixed = map { ($_ => 1) } 'id', @{ $table->{primary} // [] };

	return grep { !$fixed{ $_->{name} } } @{ $table->{columns} };
}

1;
