# SPDX-License-Identifier: PostgreSQL
#
# pg_dump and pg_dumpall write no secret, and what they write can be restored:
# the extension, the policies, the configuration of a database.
#
use strict;
use warnings FATAL => 'all';

use HermJwt;
use PostgreSQL::Test::Utils;
use Test::More;

my $key = ec_key();
my $secret = hmac_key();
my $environment_key = hmac_key();
my $eve = token($secret, user => 'eve');
my $ann = token($key, user => 'ann');
my $node = new_cluster('main',
	conf        => "herm_jwt.jwt_secret_file = 'jwt_secret.json'",
	files       => { 'jwt_secret.json' => config($secret) },
	environment => { HASURA_GRAPHQL_JWT_SECRET => config($environment_key) });

gives($node, q{
	CREATE ROLE lisa LOGIN;
	CREATE TABLE note (id int PRIMARY KEY, owner text, title text);
	INSERT INTO note VALUES (1, 'ann', 'of ann'), (2, 'eve', 'of eve');
	ALTER TABLE note ENABLE ROW LEVEL SECURITY;
	CREATE POLICY own ON note USING (owner = (SELECT herm_jwt.user_id()))
		WITH CHECK (owner = herm_jwt.session_variable('x-hasura-user-id', NULL::text));
	CREATE VIEW mine WITH (security_barrier) AS
		SELECT title FROM note WHERE owner = herm_jwt.user_id();
	CREATE INDEX ON note (owner) WHERE title <> '';
	CREATE FUNCTION titles() RETURNS SETOF text STABLE
	BEGIN ATOMIC SELECT title FROM note WHERE herm_jwt.role() = 'user'; END;
	GRANT SELECT, INSERT ON note TO lisa;
	GRANT SELECT ON mine TO lisa;
	GRANT EXECUTE ON FUNCTION herm_jwt.verify TO lisa;
	ALTER ROLE lisa SET herm_jwt.role = 'user'},
	'', 'a database that uses all of it');

# a database whose configuration is its own
gives($node, 'CREATE DATABASE public_key', '', 'another database');
gives($node, 'ALTER DATABASE public_key SET herm_jwt.jwt_secret = ' . quote(config($key)), '',
	'has a public key by ALTER DATABASE');

# ---- dumps, while sessions hold what they hold ----

my $victim = session($node);
$victim->must("BEGIN; SELECT herm_jwt.authenticate('$eve')");
my $admin = session($node);
$admin->must('SET herm_jwt.jwt_secret = ' . quote(config($environment_key)));

sub dump_by
{
	my ($program, @options) = @_;
	my $file = $node->basedir . '/dump';

	$node->command_ok([ $program, '--file', $file, @options ], "$program @options");
	my $dump = slurp_file($file);
	foreach my $planted ($secret->{private}, $environment_key->{private}, $eve, signature_of($eve))
	{
		ok(index($dump, $planted) < 0, 'is free of secrets');
	}
	return $dump;
}

my $dump = dump_by('pg_dump', 'postgres');
my $globals = dump_by('pg_dumpall', '--globals-only');
my $created = dump_by('pg_dump', '--create', 'public_key');
my $all = dump_by('pg_dumpall');
$victim->close;
$admin->close;

like($dump, qr/^CREATE EXTENSION IF NOT EXISTS herm_jwt /m, 'the extension is named');
unlike($dump, qr/CREATE FUNCTION herm_jwt\.|CREATE SCHEMA herm_jwt/, 'and not its parts');
like($dump, qr/GRANT ALL ON FUNCTION herm_jwt\.verify.* TO lisa/, 'a right on it is dumped');
like($created, qr/ALTER DATABASE public_key SET "herm_jwt\.jwt_secret" TO E?'.*BEGIN PUBLIC KEY/,
	"the database's public key is dumped with it");

# ---- restored ----

sub rows_of
{
	my ($database, $token) = @_;
	my $psql = session($node, database => $database, user => 'lisa');

	$psql->set_token($token);
	my $rows = $psql->ask('SELECT title FROM note; SELECT title FROM mine')->{rows};
	$psql->close;
	return $rows;
}

sub restore
{
	my ($database, $text) = @_;
	my ($status, $output, $error) = $node->psql($database, $text);

	return is("$status $error", '0 ', "the dump goes into $database");
}

must($node, 'CREATE DATABASE restored');
restore('restored', $dump);
is(rows_of('postgres', $eve), "of eve\nof eve", 'before: policy and view show own rows');
is(rows_of('restored', $eve), "of eve\nof eve", 'restored: the same rows');

my $psql = session($node, database => 'restored', user => 'lisa');
$psql->set_token($eve);
raises($psql, "INSERT INTO note VALUES (3, 'ann', 'forged')", '42501', qr/row-level security/,
	'restored: nobody writes as somebody else');
gives($psql, "SELECT herm_jwt.verify('$eve') ->> 'exp' IS NOT NULL", 't',
	'restored: the right on a function');
$psql->close;

must($node, 'DROP DATABASE public_key');
my ($status, $output, $error) = $node->psql('postgres', $created);
is("$status $error", '0 ', 'a database with a configuration is restored');
$psql = session($node, database => 'public_key');
$psql->must('CREATE EXTENSION herm_jwt');
$psql->set_token($ann);
gives($psql, 'SELECT herm_jwt.user_id()', 'ann', 'and its public key counts again');
$psql->close;

# ---- the extension goes as it came ----

my $dropped = ask($node, 'SET client_min_messages = warning; DROP TABLE note CASCADE;'
	  . "DROP EXTENSION herm_jwt; SELECT count(*) FROM pg_namespace WHERE nspname = 'herm_jwt'");
is($dropped->{rows} . $dropped->{text}, '0', 'DROP EXTENSION leaves no schema behind');

done_testing();
