# SPDX-License-Identifier: PostgreSQL
#
# Value.pm: values of PostgreSQL's types as Perl has them, read from the text or
# the JSON that stands for them, and compared as PostgreSQL does.
#
# JSON is kept as Perl data: undef, $true and $false, number('1.5'), strings,
# arrays and hashes; json_text() writes it. A value is undef for NULL, else a
# number (also for dates and times, in seconds), a string, 0 or 1, an array of
# values, or for jsonb a hash whose member json is the JSON.
#
package HermJwt::Permissions::Value;

use strict;
use warnings FATAL => 'all';

use B;
use Exporter qw(import);
use JSON::PP;
use Time::Local qw(timegm);

our @EXPORT = qw($true $false number is_number is_boolean json_text json_read
  kind_of element_of base_of value_of_text value_of_json values_equal values_compare
  jsonb_as_text);

our ($true, $false) = ($JSON::PP::true, $JSON::PP::false);

# The types that the tests use: what they are compared as, and of domains and
# arrays what they are over.
our @moods = qw(sad ok happy);
our %types = (
	'integer' => { kind => 'number' },
	'bigint' => { kind => 'number' },
	'numeric' => { kind => 'number' },
	'double precision' => { kind => 'number' },
	'text' => { kind => 'text' },
	'varchar(20)' => { kind => 'text', base => 'varchar' },
	'char(4)' => { kind => 'padded', base => 'bpchar' },
	'boolean' => { kind => 'boolean' },
	'date' => { kind => 'time' },
	'timestamptz' => { kind => 'time' },
	'uuid' => { kind => 'uuid' },
	'text[]' => { kind => 'array', element => 'text' },
	'integer[]' => { kind => 'array', element => 'integer' },
	'jsonb' => { kind => 'jsonb' },
	'json' => { kind => 'json' },
	'zoo.mood' => { kind => 'enum' },
	'zoo.small' => { kind => 'number', base => 'integer' },
	'zoo.short' => { kind => 'text', base => 'text' },
	'zoo.tags' => { kind => 'array', element => 'text', base => 'text[]' });
my %mood_order = map { ($moods[$_] => $_) } 0 .. $#moods;

sub kind_of { my ($type) = @_; return $types{$type}{kind}; }

sub element_of { my ($type) = @_; return $types{$type}{element}; }

sub base_of { my ($type) = @_; return $types{$type}{base} // $type; }

# ---- JSON ----

sub number { my ($text) = @_; return bless \$text, 'HermJwt::Permissions::Number'; }

sub is_number { my ($json) = @_; return ref $json eq 'HermJwt::Permissions::Number'; }

sub is_boolean { my ($json) = @_; return ref $json eq 'JSON::PP::Boolean'; }

my %escapes = (
	"\b" => '\b',
	"\f" => '\f',
	"\n" => '\n',
	"\r" => '\r',
	"\t" => '\t',
	'"' => '\"',
	'\\' => '\\\\');

sub json_string
{
	my ($text) = @_;

	$text =~ s/([\x00-\x1f"\\])/$escapes{$1} \/\/ sprintf('\u%04x', ord $1)/ge;
	return "\"$text\"";
}

# The keys of an object in the order in which jsonb has them.
sub key_order
{
	my ($a, $b) = map { my $copy = $_; utf8::encode($copy); $copy } @_;

	return length($a) <=> length($b) || $a cmp $b;
}

# As PostgreSQL writes jsonb.
sub json_text
{
	my ($json) = @_;

	return 'null' unless defined $json;
	return $$json if is_number($json);
	return $json ? 'true' : 'false' if is_boolean($json);
	return '[' . join(', ', map { json_text($_) } @$json) . ']' if ref $json eq 'ARRAY';
	return json_string($json) unless ref $json;
	return '{'
	  . join(', ',
		map  { json_string($_) . ': ' . json_text($json->{$_}) }
		sort { key_order($a, $b) } keys %$json)
	  . '}';
}

# Perl's own reader tells numbers from strings by its flags.
sub tell_numbers
{
	my ($json) = @_;

	return [ map { tell_numbers($_) } @$json ] if ref $json eq 'ARRAY';
	return { map { ($_ => tell_numbers($json->{$_})) } keys %$json } if ref $json eq 'HASH';
	return $json if ref $json || !defined $json;
	return B::svref_2object(\$json)->FLAGS & B::SVp_POK ? $json : number("$json");
}

sub json_read
{
	my ($text) = @_;

	return tell_numbers(JSON::PP->new->allow_nonref->decode($text));
}

sub jsonb_as_text { my ($value) = @_; return json_text($value->{json}); }

# ---- from text ----

sub read_time
{
	my ($text) = @_;
	my ($day, $clock, $zone) =
	  $text =~ /^(\d+-\d+-\d+)(?:[ T](\d+:\d+:\d+))?(?:Z|([+-]\d+(?::?\d+)?))?$/
	  or die "no time: $text";
	my ($year, $month, $date) = split /-/, $day;
	my ($hour, $minute, $second) = split /:/, $clock // '0:0:0';
	my ($sign, $hours, $minutes) = ($zone // '+00') =~ /^([+-])(\d\d):?(\d\d)?$/;
	my $offset = ($hours * 3600 + ($minutes // 0) * 60) * ($sign eq '-' ? -1 : 1);

	return timegm($second, $minute, $hour, $date, $month - 1, $year) - $offset;
}

# The elements of an array literal of one dimension, undef for NULL.
sub array_elements
{
	my ($text) = @_;
	my @elements;

	$text =~ s/^\{(.*)\}$/$1/s or die "no array: $text";
	while ($text =~ /\G(?:"((?:[^"\\]|\\.)*)"|([^,"]+))(?:,|$)/gcs)
	{
		my ($quoted, $bare) = ($1, $2);

		push @elements,
		  defined $quoted ? $quoted =~ s/\\(.)/$1/gsr : $bare eq 'NULL' ? undef : $bare;
	}
	return @elements;
}

my %readers = (
	number => sub { $_[0] + 0 },
	text => sub { $_[0] },
	padded => sub { $_[0] =~ s/ +$//r },
	boolean => sub { $_[0] =~ /^(?:t|true|yes|on|1)$/i ? 1 : 0 },
	time => sub { read_time($_[0]) },
	uuid => sub { lc $_[0] },
	enum => sub { $_[0] },
	jsonb => sub { { json => json_read($_[0]) } },
	json => sub { $_[0] });

sub value_of_text
{
	my ($type, $text) = @_;
	my $kind = kind_of($type);

	return undef unless defined $text;
	return $readers{$kind}->($text) if $kind ne 'array';
	return [ map { value_of_text(element_of($type), $_) } array_elements($text) ];
}

# ---- from the metadata's JSON ----

sub value_of_json
{
	my ($type, $json) = @_;

	return { json => $json } if kind_of($type) eq 'jsonb';
	return undef unless defined $json;
	return [ map { value_of_json(element_of($type), $_) } @$json ] if ref $json eq 'ARRAY';
	return value_of_text($type, ref $json ? json_text($json) : $json);
}

# ---- comparing ----

# A text that is the same for equal jsonb.
sub jsonb_key
{
	my ($json) = @_;

	return 'number ' . ($$json + 0) if is_number($json);
	return '[' . join(',', map { jsonb_key($_) } @$json) . ']' if ref $json eq 'ARRAY';
	return
	  '{'
	  . join(',', map { json_text($_) . ':' . jsonb_key($json->{$_}) } sort keys %$json) . '}'
	  if ref $json eq 'HASH';
	return json_text($json);
}

# Elements first, NULL the last of them; then the lengths.
sub compare_arrays
{
	my ($type, $left, $right) = @_;

	for (my $i = 0; $i < @$left && $i < @$right; $i++)
	{
		my ($a, $b) = ($left->[$i], $right->[$i]);
		my $order =
		  defined $a && defined $b
		  ? values_compare(element_of($type), $a, $b)
		  : !defined($a) <=> !defined($b);

		return $order if $order;
	}
	return @$left <=> @$right;
}

sub values_compare
{
	my ($type, $left, $right) = @_;
	my $kind = kind_of($type);

	return compare_arrays($type, $left, $right) if $kind eq 'array';
	return jsonb_key($left->{json}) cmp jsonb_key($right->{json}) if $kind eq 'jsonb';
	return $mood_order{$left} <=> $mood_order{$right} if $kind eq 'enum';
	return $left <=> $right if $kind =~ /^(?:number|time|boolean)$/;
	return $left cmp $right;
}

sub values_equal
{
	my ($type, $left, $right) = @_;

	return values_compare($type, $left, $right) == 0;
}

1;
