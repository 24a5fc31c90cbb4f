# SPDX-License-Identifier: PostgreSQL
#
# A database with permissions is dumped, and restored into another: there it is in step with
# the metadata at once.  Databases of a cluster share roles: what one drops, the other keeps.
#
use strict;
use warnings FATAL => 'all';

use HermJwt;
use PostgreSQL::Test::Utils;
use Test::More;

my $key = ec_key();
my $node = new_cluster('main', conf => setting('herm_jwt.jwt_secret', config($key)));
my $ann = token($key, user => 'ann', roles => [ 'user', 'editor', 'chief' ]);

must($node, q{
	CREATE ROLE zoe NOINHERIT LOGIN;
	CREATE ROLE bob NOINHERIT LOGIN;
	CREATE ROLE app NOINHERIT LOGIN;
	CREATE SCHEMA hdb_catalog;
	CREATE TABLE hdb_catalog.hdb_metadata (id int PRIMARY KEY, metadata json, resource_version int);
	CREATE SCHEMA "Odd Name";
	CREATE TABLE author (id text PRIMARY KEY);
	CREATE TABLE "Odd Name"."note's" (
		id serial PRIMARY KEY, owner text REFERENCES author, "Title" text, secret text);
	CREATE TABLE log (id int, owner text) PARTITION BY LIST (id);
	CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1);
	CREATE VIEW summary AS SELECT owner, count(*) AS notes FROM "Odd Name"."note's" GROUP BY owner;
	CREATE FUNCTION shout(note "Odd Name"."note's") RETURNS text STABLE
	BEGIN ATOMIC SELECT upper(note."Title"); END;
	INSERT INTO author VALUES ('ann'), ('eve');
	INSERT INTO "Odd Name"."note's" (owner, "Title", secret) VALUES ('ann', 'one', 'x'), ('eve', 'two', 'y');
	INSERT INTO log VALUES (1, 'ann'), (1, 'eve')});
must($node, 'INSERT INTO hdb_catalog.hdb_metadata VALUES (1, ' . quote(<<'DOCUMENT') . ', 7)');
{"version": 3,
 "inherited_roles": [{"role_name": "chief", "role_set": ["user", "editor"]}],
 "sources": [{"name": "default", "kind": "postgres", "tables": [
    {"table": "author",
     "array_relationships": [{"name": "notes", "using": {"foreign_key_constraint_on":
        {"table": {"schema": "Odd Name", "name": "note's"}, "column": "owner"}}}],
     "select_permissions": [{"role": "user", "permission": {"columns": "*",
        "filter": {"notes": {"Title": {"_like": "o%"}}}}}]},
    {"table": {"schema": "Odd Name", "name": "note's"},
     "computed_fields": [{"name": "loud", "definition": {"function": "shout"}}],
     "select_permissions": [
        {"role": "user", "permission": {"columns": ["id", "owner", "Title"],
            "computed_fields": ["loud"], "filter": {"owner": "x-hasura-user-id"}}},
        {"role": "editor", "permission": {"columns": ["id", "secret"], "filter": {}}}],
     "insert_permissions": [{"role": "user", "permission": {"columns": ["Title"],
        "set": {"owner": "x-hasura-user-id", "secret": "it's"}, "check": {}}}]},
    {"table": "log", "select_permissions": [{"role": "user", "permission": {"columns": "*",
        "filter": {"owner": "x-hasura-user-id"}}}]},
    {"table": "summary", "select_permissions": [{"role": "user", "permission": {"columns": "*",
        "filter": {"owner": "x-hasura-user-id"}}}]}]}]}
DOCUMENT

my $options = quote('{"exempt_roles": ["bob", "zoe"], "force_rls": true, "grant_to": ["app"]}');
is(must($node, "SELECT count(*) FROM herm_jwt.apply_permissions(options => $options)
	WHERE outcome <> 'refused'"), '11', 'permissions of the database itself are applied');
is(must($node, 'SELECT count(*) FROM herm_jwt.check_permissions()'), '0', 'and in force');

# ---- dump and restore ----

my $dump = $node->basedir . '/dump';
$node->command_ok([ 'pg_dump', '--file', $dump, 'postgres' ], 'pg_dump');
must($node, 'CREATE DATABASE restored');
my ($status, $output, $error) = $node->psql('restored', slurp_file($dump));
is("$status $error", '0 ', 'the dump can be restored');

my $restored = session($node, database => 'restored');
is($restored->must('SELECT * FROM herm_jwt.check_permissions()'), '', 'it is in step at once');

# What a session of the role sees; in each database the same.
sub rows_of
{
	my ($database) = @_;
	my $psql = session($node, database => $database, user => 'app');
	my $rows = '';

	foreach my $role (qw(user editor chief))
	{
		$psql->must('BEGIN');
		$psql->must("SELECT herm_jwt.authenticate('$ann', '$role', set_role => true)");
		$rows .= "$role: " . join(' ', map { $psql->ask("SAVEPOINT s; $_; ROLLBACK TO s")->{rows} }
			'TABLE author', 'SELECT id, "Title" FROM "Odd Name"."note\'s"',
			'SELECT id FROM "Odd Name"."note\'s" ORDER BY id', "TABLE hasura_$role.\"Odd Name_note's\"",
			'TABLE log', 'TABLE summary',
			q{INSERT INTO "Odd Name"."note's" ("Title") VALUES ('new') RETURNING owner}) . "\n";
		$psql->must('ROLLBACK');
	}
	$psql->close;
	return $rows;
}

my $before = rows_of('postgres');
like($before, qr/^user: ann 1\|one 1 1\|ann\|one\|ONE 1\|ann ann\|1 ann\neditor: .*1\n2.*\nchief: /s,
	'before: each role sees its rows');
is(rows_of('restored'), $before, 'restored: the same');

$restored->must('CREATE TABLE before AS SELECT oid, xmin::text AS written FROM pg_policy UNION ALL
	SELECT oid, xmin::text FROM pg_class UNION ALL SELECT oid, xmin::text FROM pg_trigger UNION ALL
	SELECT objoid, xmin::text FROM pg_description');
is($restored->must("SELECT count(*) FROM herm_jwt.apply_permissions(options => $options)"), '11',
	'restored: applied again');
is($restored->must('SELECT count(*) FROM before WHERE (oid, written) NOT IN (SELECT oid, xmin::text FROM pg_policy
	UNION ALL SELECT oid, xmin::text FROM pg_class UNION ALL SELECT oid, xmin::text FROM pg_trigger UNION ALL
	SELECT objoid, xmin::text FROM pg_description)'), '0', 'nothing was left to do');

# ---- roles of the whole cluster ----

sub roles
{
	return must($node, "SELECT string_agg(rolname, ' ' ORDER BY rolname) FROM pg_roles
		WHERE rolname LIKE 'hasura_%'");
}

my $answer = ask($node, 'SELECT herm_jwt.drop_permissions() > 0');
is($answer->{rows}, 't', 'one database drops its permissions');
like($answer->{text}, qr/NOTICE:  \w+: role hasura_user is kept\n/, 'says that a role is kept');
is(roles(), 'hasura_chief hasura_editor hasura_user', 'all roles are still there');
is($restored->must('SELECT count(*) FROM herm_jwt.check_permissions()'), '0',
	'the other database is as it was');
is(rows_of('restored'), $before, 'and its sessions see what they saw');
is(must($node, 'SELECT count(*) FROM pg_policy'), '0', 'the first has no policy left');
$answer = ask($restored, 'SELECT herm_jwt.drop_permissions() > 0');
unlike($answer->{text}, qr/is kept/, 'the last one to drop');
is(roles(), '', 'drops the roles, too');
$restored->close;

done_testing();
