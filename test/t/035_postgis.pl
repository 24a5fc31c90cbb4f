# SPDX-License-Identifier: PostgreSQL
#
# PostGIS's types and functions in permissions: each operator calls its function, in the schema of
# the extension, with what Hasura would give it. The extension is a stub, which knows no geometry:
# its types hold any JSON object, and each function looks for its own name in it.
#
use strict;
use warnings FATAL => 'all';

use HermJwt;
use PostgreSQL::Test::Utils;
use Test::More;

my %takes = (
	st_contains => [qw(geometry geometry)],
	st_crosses => [qw(geometry geometry)],
	st_equals => [qw(geometry geometry)],
	st_overlaps => [qw(geometry geometry)],
	st_touches => [qw(geometry geometry)],
	st_within => [qw(geometry geometry)],
	st_3dintersects => [qw(geometry geometry)],
	st_intersects => [qw(geometry geometry)],
	st_3ddwithin => [qw(geometry geometry float8)],
	st_dwithin => [qw(geometry geometry float8)]);

sub stub
{
	my $sql = <<'SQL';
CREATE TYPE geometry;
CREATE FUNCTION geometry_in(cstring) RETURNS geometry LANGUAGE internal IMMUTABLE STRICT AS 'jsonb_in';
CREATE FUNCTION geometry_out(geometry) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'jsonb_out';
CREATE TYPE geometry (INPUT = geometry_in, OUTPUT = geometry_out, LIKE = jsonb);
-- like the real one, it does not read GeoJSON
CREATE TYPE geography;
CREATE FUNCTION geography_in(cstring) RETURNS geography LANGUAGE internal IMMUTABLE STRICT AS 'jsonpath_in';
CREATE FUNCTION geography_out(geography) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'jsonb_out';
CREATE TYPE geography (INPUT = geography_in, OUTPUT = geography_out, LIKE = jsonb);
CREATE CAST (geometry AS geography) WITHOUT FUNCTION AS IMPLICIT;
CREATE CAST (geography AS geometry) WITHOUT FUNCTION;
CREATE FUNCTION st_geomfromgeojson(text) RETURNS geometry LANGUAGE sql IMMUTABLE STRICT AS 'SELECT $1::@extschema@.geometry';
CREATE FUNCTION st_geomfromgeojson(jsonb) RETURNS geometry LANGUAGE plpgsql AS 'BEGIN RAISE ''not this one''; END';
CREATE FUNCTION names(geometry, name text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1::text::jsonb ->> ''is'') = name';
SQL
	for my $name (sort keys %takes)
	{
		my @types = @{ $takes{$name} };
		my $more = @types > 2 ? "AND \$3 = 1.5" : '';

		$sql .= "CREATE FUNCTION $name(" . join(', ', @types) . ') RETURNS boolean LANGUAGE sql IMMUTABLE AS '
		  . "'SELECT \@extschema\@.names(\$1, ''$name'') AND \@extschema\@.names(\$2, ''here'') $more';\n";
	}
	return $sql . <<'SQL';
CREATE FUNCTION st_intersects(geography, geography) RETURNS boolean LANGUAGE sql IMMUTABLE
	AS 'SELECT @extschema@.names($1::@extschema@.geometry, ''earth'') AND @extschema@.names($2::@extschema@.geometry, ''here'')';
CREATE FUNCTION st_dwithin(geography, geography, float8, use_spheroid boolean DEFAULT true) RETURNS boolean LANGUAGE sql IMMUTABLE
	AS 'SELECT @extschema@.names($1::@extschema@.geometry, ''earth'') AND @extschema@.names($2::@extschema@.geometry, ''here'') AND $3 = 2 AND NOT use_spheroid';
SQL
}

my ($folder) = run_command([ 'pg_config', '--sharedir' ]);
my @made = ("$folder/extension/postgis.control", "$folder/extension/postgis--1.sql");
plan skip_all => 'PostGIS is installed, and is no stub' if grep { -e } @made;
write_file($made[0], "default_version = '1'\nrelocatable = false\n");
write_file($made[1], stub());
END { unlink @made if @made }

my $key = ec_key();
my $node = new_cluster('main', conf => setting('herm_jwt.jwt_secret', config($key)));

must($node, <<'SQL');
CREATE SCHEMA "Gis types";
CREATE EXTENSION postgis SCHEMA "Gis types";
GRANT USAGE ON SCHEMA "Gis types" TO PUBLIC;
CREATE DOMAIN place AS "Gis types".geometry;
CREATE TABLE thing (id text, shape "Gis types".geometry, place place, globe "Gis types".geography);
SQL
must($node, "INSERT INTO thing VALUES ('$_', '{\"is\": \"$_\"}', '{\"is\": \"$_\"}', '{\"is\": \"$_\"}'::\"Gis types\".geometry)")
  for sort(keys %takes), 'earth';
must($node, q(INSERT INTO thing VALUES ('null', NULL, NULL, NULL)));

# The ids that a filter shows, or the reason why it is refused.
my $psql = session($node);
$psql->set_token(token($key, 'https://hasura.io/jwt/claims' => {
	'x-hasura-default-role'  => 'user',
	'x-hasura-allowed-roles' => ['user'],
	'x-hasura-here'          => '{"is": "here"}',
	'x-hasura-far'           => '1.5',
	'x-hasura-two'           => '2',
	'x-hasura-no'            => 'false' }));

sub shows
{
	my ($filter, $expected, $name) = @_;
	my $tables = qq([{"table": "thing", "select_permissions": [{"role": "user",
		"permission": {"columns": "*", "filter": $filter}}]}]);
	my $metadata = quote(qq({"version": 3, "sources": [{"name": "default", "kind": "postgres", "tables": $tables}]}));
	my $reason = must($node, "SELECT reason FROM herm_jwt.apply_permissions($metadata)");

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is($reason, $expected, $name) if $reason ne '';
	must($psql, 'SET ROLE hasura_user');
	gives($psql, 'SELECT string_agg(id, \',\' ORDER BY id) FROM thing', $expected, $name);
	must($psql, 'RESET ROLE');
	return;
}

# ---- each operator, with a literal and a variable, in both spellings ----

my $here = '{"is": "here"}';
my @values = ($here, '"X-Hasura-Here"');
my %operators = map { $_ => $_ } qw(st_contains st_crosses st_equals st_overlaps st_touches st_within st_intersects);

$operators{st_3d_intersects} = 'st_3dintersects';
foreach my $operator (sort keys %operators)
{
	foreach my $i (0, 1)
	{
		my $name = ('_', '$')[$i] . $operator;

		shows(qq({"shape": {"$name": $values[$i]}}), $operators{$operator}, "$name of a geometry");
	}
	shows(qq({"place": {"_$operator": $here}}), $operators{$operator}, "_$operator of a domain over it");
}
shows(qq({"globe": {"_st_intersects": $_}}), 'earth', "_st_intersects of a geography with $_") for @values;
shows(qq({"shape": {"_st_contains": {"is": "elsewhere"}}}), '', 'the right side is what was given');

# ---- distances ----

my %distances = (st_d_within => 'st_dwithin', st_3d_d_within => 'st_3ddwithin');

foreach my $operator (sort keys %distances)
{
	my $function = $distances{$operator};

	shows(qq({"shape": {"_$operator": {"distance": 1.5, "from": $here}}}), $function, "_$operator of a geometry");
	shows(qq({"shape": {"\$$operator": {"from": "x-hasura-here", "distance": "x-hasura-far"}}}), $function,
		"\$$operator with session variables");
	shows(qq({"shape": {"_$operator": $_}}), 'bad-value', "_$operator: $_")
	  for '{"distance": 1.5}', qq({"from": $here}), qq({"distance": "far", "from": $here}), '1', '"x-hasura-here"',
	  qq({"distance": 1.5, "from": $here, "use_spheroid": true});
	shows(qq({"shape": {"_$operator": {"distance": null, "from": $here}}}), 'bad-value', "_$operator without a distance");
}
shows(qq({"globe": {"_st_d_within": {"distance": 2, "from": $here, "use_spheroid": false}}}), 'earth', '_st_d_within of a geography');
shows('{"globe": {"_st_d_within": {"distance": "x-hasura-two", "from": "x-hasura-here", "use_spheroid": "x-hasura-no"}}}',
	'earth', '_st_d_within of a geography with session variables');
shows(qq({"globe": {"_st_d_within": {"distance": 2, "from": $here}}}), 'bad-value', 'all three are required');
shows(qq({"globe": {"_st_3d_d_within": {"distance": 2, "from": $here}}}), 'operator-type', 'a geography has two dimensions');

# ---- casts, and what is for another type ----

shows(qq({"shape": {"_cast": {"geography": {"_st_intersects": $here}}}}), 'earth', 'geometry cast to geography');
shows(qq({"globe": {"_cast": {"geometry": {"_st_touches": $here, "_st_contains": $here}}}}), '', 'geography cast to geometry, and two operators');
shows(qq({"globe": {"\$cast": {"geometry": {"_st_touches": $here}}}}), 'st_touches', 'geography cast to geometry');
shows(qq({"shape": {"_cast": {"$_": {}}}}), 'operator-type', "no cast to $_") for qw(geometry text Geography);
shows(qq({"globe": {"_$_": $here}}), 'operator-type', "_$_ is not for a geography")
  for qw(st_contains st_crosses st_equals st_overlaps st_touches st_within st_3d_intersects);
shows(qq({"id": {"_$_": $here}}), 'operator-type', "_$_ is not for a text") for qw(st_contains st_intersects);
shows('{"shape": {"_is_null": true}}', 'null', 'a geometry that is not there');
shows(qq({"$_": {"_st_intersects": $here, "_eq": $here}}), 'operator-type', "$_: an operator that the extension does not have")
  for qw(shape globe);

# ---- values that are no GeoJSON ----

foreach my $column (qw(shape globe))
{
	shows(qq({"$column": {"_st_intersects": $_}}), 'bad-value', "$column: $_") for '"POINT(1 1)"', '1', 'true', '[]', 'null', '["x-hasura-here"]';
}
done_testing();
