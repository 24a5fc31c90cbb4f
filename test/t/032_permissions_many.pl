# SPDX-License-Identifier: PostgreSQL
#
# Many permissions: 200 tables, 10 roles, 4 kinds, in one transaction.  The seconds are for
# the reader; a test would only tell how busy the machine is.
#
use strict;
use warnings FATAL => 'all';

use HermJwt;
use JSON::PP;
use Test::More;
use Time::HiRes qw(time);

my $tables = $ENV{PERMISSION_TABLES} || 200;
my $roles = 10;
# each policy is a lock until the end of the transaction
my $node = new_cluster('main', conf => 'max_locks_per_transaction = 256');
my $psql = session($node);

# A table with a relationship to the one before it, and all kinds for all roles.
sub tracked
{
	my ($number) = @_;
	my $filter = { owner => 'x-hasura-user-id', parent => { owner => 'x-hasura-user-id' } };
	my %bodies = (
		select => { columns => '*', filter => $filter },
		insert => { columns => [ 'id', 'title' ], set => { owner => 'x-hasura-user-id' }, check => $filter },
		update => { columns => ['title'], filter => $filter, check => $filter },
		delete => { filter => $filter });

	return {
		table => "t$number",
		object_relationships =>
		  [ { name => 'parent', using => { foreign_key_constraint_on => 'parent_id' } } ],
		map {
			my $kind = $_;
			"${kind}_permissions" =>
			  [ map { { role => "role$_", permission => $bodies{$kind} } } 1 .. $roles ]
		} keys %bodies
	};
}

sub document
{
	my ($count) = @_;

	return quote(encode_json({
		version => 3,
		sources => [ { name => 'default', kind => 'postgres', tables => [ map { tracked($_) } 1 .. $count ] } ]
	}));
}

sub seconds
{
	my ($what, $sql) = @_;
	my $start = time();
	my $rows = $psql->must($sql);

	note(sprintf('%s: %.2f s', $what, time() - $start));
	return $rows;
}

$psql->must("CREATE TABLE t0 (id int PRIMARY KEY); DO \$\$ BEGIN FOR i IN 1 .. $tables LOOP
	EXECUTE format('CREATE TABLE t%s (id int PRIMARY KEY, parent_id int REFERENCES t%s, owner text, title text)',
		i, CASE i WHEN 1 THEN 1 ELSE i - 1 END); END LOOP; END \$\$");

my $half = document($tables / 2);
my $all = document($tables);
my $count = $tables * $roles * 4;

seconds('apply of half as many', "SELECT count(*) FROM herm_jwt.apply_permissions($half)");
seconds('drop', 'SET client_min_messages = warning; SELECT herm_jwt.drop_permissions()');
seconds('plan', "SELECT count(*) FROM herm_jwt.plan_permissions($all)");
is(seconds('apply', "SELECT count(*) FROM herm_jwt.apply_permissions($all) WHERE outcome <> 'refused'"),
	$count, 'all permissions are made');
is($psql->must("SELECT count(*) FROM pg_policy WHERE polname ~ '^herm_jwt_'"), $count,
	'each is a policy');
$psql->must('CREATE TABLE before AS SELECT oid, xmin AS written FROM pg_policy');
seconds('second apply', "SELECT count(*) FROM herm_jwt.apply_permissions($all)");
is($psql->must('SELECT count(*) FROM before b FULL JOIN pg_policy p USING (oid)
	WHERE b.written IS DISTINCT FROM p.xmin'), '0', 'the second time nothing is written');
is(seconds('check', "SELECT count(*) FROM herm_jwt.check_permissions($all)"), '0', 'and nothing is found');
seconds('review', "SELECT count(*) FROM herm_jwt.review_permissions($all)");
seconds('drop', 'SELECT herm_jwt.drop_permissions()');
is($psql->must("SELECT count(*) FROM pg_policy"), '0', 'all of it goes');
is($psql->must("SELECT count(*) FROM pg_roles WHERE rolname ~ '^hasura_'"), '0', 'with the roles');
$psql->close;

done_testing();
