# SPDX-License-Identifier: PostgreSQL
#
# Permissions that are applied while others apply, read and write: one waits for the other, both
# end, and who may not wait is told what to do.
#
use strict;
use warnings FATAL => 'all';

use HermJwt;
use Test::More;

my $key = ec_key();
my $node = new_cluster('main', conf => setting('herm_jwt.jwt_secret', config($key)));
my $ann = token($key, user => 'ann');

must($node, q{
	CREATE TABLE note (id int PRIMARY KEY, owner text);
	CREATE TABLE page (id int PRIMARY KEY, owner text);
	INSERT INTO note VALUES (1, 'ann'), (2, 'eve');
	INSERT INTO page VALUES (1, 'ann'), (2, 'eve')});

# Metadata that lets users see what is their own, with a filter on top.
sub document
{
	my ($filter, @tables) = @_;
	my $permission = qq({"role": "user", "permission": {"columns": "*",
		"filter": {"owner": "x-hasura-user-id", "id": {"_gt": $filter}}}});
	my $tables = join(', ',
		map { qq({"table": "$_", "select_permissions": [$permission]}) } @tables);

	return quote(qq({"version": 3,
		"sources": [{"name": "default", "kind": "postgres", "tables": [$tables]}]}));
}

sub apply
{
	return "SELECT count(*) FROM herm_jwt.apply_permissions(" . document(@_) . ')';
}

sub waits
{
	my ($what) = @_;

	wait_until(
		sub {
			must($node, "SELECT count(*) FROM pg_stat_activity
				WHERE wait_event_type = 'Lock' AND query LIKE '%apply_permissions%'
				AND pid <> pg_backend_pid()") eq '1';
		},
		$what);
	return;
}

# ---- two applies: in other orders of tables, of other filters ----

my $first = session($node);
my $second = session($node);

$first->must('BEGIN');
is($first->must(apply(0, 'note', 'page')), '2', 'the first applies');
$second->send(apply(-1, 'page', 'note'));
waits('the second waits for the first');
$first->must('COMMIT');
is($second->receive->{rows}, '2', 'the second applies after it');
is(must($node, 'SELECT count(*) FROM herm_jwt.check_permissions(' . document(-1, 'page', 'note') . ')'),
	'0', 'what the second wanted is in force');
$first->must('BEGIN');
$first->must(apply(5, 'note', 'page'));
$second->send(apply(-1, 'page', 'note'));
waits('the second waits again');
$first->must('ROLLBACK');
is($second->receive->{rows}, '2', 'the first is undone, the second goes on');

# ---- readers ----

my $reader = session($node);
$reader->set_token($ann);
$reader->must('SET ROLE hasura_user');
$reader->must('BEGIN');
is($reader->must('SELECT id FROM note'), '1', 'a reader reads');

is($first->must(apply(-1, 'page', 'note')), '2', 'an apply with nothing to do waits for no reader');
is($first->must('SELECT count(*) FROM herm_jwt.check_permissions(' . document(-1, 'page', 'note') . ')'),
	'0', 'a check does not either');

$first->must("SET lock_timeout = '200ms'");
my $answer = raises($first, apply(0, 'page', 'note'), '55P03', qr/lock timeout/,
	'who may not wait long for a reader gets an error');
like($answer->{hint}, qr/longer lock_timeout or when nothing else uses the table/, 'with advice');
is($first->must('SELECT count(*) FROM herm_jwt.check_permissions(' . document(-1, 'page', 'note') . ')'),
	'0', 'and everything is as it was');
$first->must('RESET lock_timeout');

$first->send(apply(1, 'page', 'note'));
waits('an apply waits for the reader');
is($reader->must('SELECT id FROM note'), '1', 'who goes on with what it has');
$reader->must('COMMIT');
is($first->receive->{rows}, '2', 'then it is done');
is($reader->must('SELECT count(*) FROM note'), '0', 'and counts for the next statement');

# ---- a prepared statement is planned anew ----

$reader->must('PREPARE mine AS SELECT id FROM note');
is($reader->must('EXECUTE mine; EXECUTE mine; EXECUTE mine; EXECUTE mine; EXECUTE mine; EXECUTE mine'),
	'', 'a prepared statement sees what the permissions say');
$first->must(apply(0, 'page', 'note'));
is($reader->must('EXECUTE mine'), '1', 'and what they say now');

# ---- a drop and an apply ----

$first->must('BEGIN; SET client_min_messages = warning');
ok($first->must('SELECT herm_jwt.drop_permissions()') > 0, 'one drops');
$second->send(apply(0, 'page', 'note'));
waits('the other waits');
$first->must('COMMIT');
is($second->receive->{rows}, '2', 'and makes all of it anew');
is(must($node, 'SELECT count(*) FROM herm_jwt.check_permissions(' . document(0, 'page', 'note') . ')'),
	'0', 'whole');

# ---- metadata that Hasura keeps changes while an apply waits ----

sub keep
{
	return 'INSERT INTO hdb_catalog.hdb_metadata VALUES (1, ' . document(@_) . ', 1)
		ON CONFLICT (id) DO UPDATE SET metadata = excluded.metadata';
}

must($node, q{
	CREATE SCHEMA hdb_catalog;
	CREATE TABLE hdb_catalog.hdb_metadata
		(id int PRIMARY KEY, metadata json NOT NULL, resource_version int NOT NULL)});
must($node, keep(0, 'page', 'note'));
$first->must('BEGIN');
$first->must(apply(1, 'page', 'note'));
$second->send('SELECT count(*) FROM herm_jwt.apply_permissions()');
waits('an apply of what is kept waits');
must($node, keep(7, 'page', 'note'));
$first->must('COMMIT');
is($second->receive->{rows}, '2', 'then it applies');
is(must($node, 'SELECT count(*) FROM herm_jwt.check_permissions(' . document(7, 'page', 'note') . ')'),
	'0', 'what is kept by then');

$_->close foreach ($first, $second, $reader);
done_testing();
