# SPDX-License-Identifier: PostgreSQL
#
# A token is verified once a row. No cache is there to hide it.
#
use strict;
use warnings FATAL => 'all';

use Calls;
use HermJwt;
use Test::More;

my $ann = '00000000-0000-4000-8000-000000000001';
my $key = ec_key();
my $token = token($key, user => $ann);
my $node = new_cluster('main',
	conf => setting('herm_jwt.jwt_secret', config($key))
	  . "herm_jwt.token_cache_size = 0\nherm_jwt.shared_cache_size = 0\n"
	  . "max_parallel_workers_per_gather = 0\njit = off\n");
my $once = { signatures => 1, texts => 'some', tokens => 1 };

count_calls($node);

# A table of 10,000 rows, two of which Ann owns, with these policies.
sub protect
{
	my ($table, @policies) = @_;

	must($node, "CREATE TABLE $table (id int PRIMARY KEY, owner uuid, name text);
		INSERT INTO $table SELECT i, ('00000000-0000-4000-8000-' || lpad((i % 5000)::text, 12, '0'))::uuid, 'n'
		FROM generate_series(1, 10000) AS i;
		CREATE INDEX ON $table (owner);
		ALTER TABLE $table ENABLE ROW LEVEL SECURITY;
		GRANT ALL ON $table TO lisa; ANALYZE $table");
	must($node, "CREATE POLICY p$_ ON $table USING ($policies[$_])") foreach 0 .. $#policies;
	return;
}

my $typed = q{owner = herm_jwt.session_variable('x-hasura-user-id', NULL::uuid)};
my %policies = (
	user_id         => ['owner::text = herm_jwt.user_id()'],
	typed           => [$typed],
	named           => [q{owner::text = herm_jwt.session_variable('x-hasura-user-id')}],
	required        => [q{owner::text = herm_jwt.require_session_variable('x-hasura-user-id')}],
	claims          => [q{owner::text = herm_jwt.claims() #>> '{https://hasura.io/jwt/claims,x-hasura-user-id}'}],
	session         => [q{owner::text = herm_jwt.session() ->> 'x-hasura-user-id'}],
	allowed_roles   => [q{owner::text = herm_jwt.user_id() AND 'user' = ANY (herm_jwt.allowed_roles())}],
	subquery        => ['owner = (SELECT herm_jwt.user_id()::uuid)'],
	several         => [ "herm_jwt.role() = 'user' AND $typed", "herm_jwt.role() = 'editor'" ],
);
my %places = (several => 3, allowed_roles => 2);	# that call an accessor
my $lisa;

must($node, 'CREATE ROLE lisa LOGIN');
protect($_, @{ $policies{$_} }) foreach sort keys %policies;
$lisa = session($node, user => 'lisa');
$lisa->set_token($token);
foreach my $table (sort keys %policies)
{
	my $count = "SELECT count(*) FROM $table";

	# planning may ask once more, for an estimate
	gives($lisa, $count, '2', "$table: the policy lets two of 10,000 rows pass");
	costs($lisa, "SET enable_indexscan = off; SET enable_bitmapscan = off; $count", $once,
		"$table: verified once for all of them");
	$lisa->must("PREPARE $table AS $count; SET plan_cache_mode = force_generic_plan; EXECUTE $table");
	costs($lisa, "EXECUTE $table", { %$once, sessions => 'at most ' . ($places{$table} // 1) },
		"$table: asked for once in each place of a prepared statement");
	$lisa->must('RESET ALL; SET herm_jwt.token = ' . quote($token));
}

# ---- statements ----

my $count = 'SELECT count(*) FROM typed';
costs($lisa, $count, $once, 'by an index: once');
costs($lisa, "$count; $count; $count",
	{ signatures => 3, texts => 'some', tokens => 3 }, 'once in each of three statements');
costs($lisa, 'EXECUTE typed; EXECUTE typed; EXECUTE typed',
	{ signatures => 3, texts => 'some', tokens => 3 }, 'and in each execution of a prepared one');
costs($lisa, 'SET plan_cache_mode = force_custom_plan; EXECUTE typed', $once,
	'once, too, where it is planned anew');
costs($lisa, "UPDATE user_id SET name = 'm'", $once, 'once for the rows that an UPDATE reads and writes');
costs($lisa, "INSERT INTO typed SELECT i, '$ann' FROM generate_series(10001, 20000) AS i", $once,
	'once for 10,000 new rows');
costs($lisa, 'SELECT count(*) FROM typed JOIN user_id USING (id) JOIN several USING (id)', $once,
	'once for three tables');
costs($lisa, q{DO $$
	BEGIN
		FOR i IN 1 .. 1000 LOOP PERFORM 1 FROM typed WHERE id = i; END LOOP;
	END $$}, $once, 'once for a thousand statements within one');
$lisa->must('BEGIN; DECLARE c CURSOR FOR SELECT * FROM typed');
costs($lisa, 'FETCH ALL FROM c', $once, 'once for the rows of a FETCH');
$lisa->must('COMMIT');
$lisa->close;

# ---- a parallel plan ----

# How often each process has checked a signature in a scan by workers; those that did not are left out.
sub signatures_in_workers
{
	my ($table) = @_;
	my $before = calls_of_all($lisa);

	like($lisa->must("EXPLAIN (ANALYZE) SELECT count(*) FROM $table"), qr/Workers Launched: [12]/,
		"$table: workers scan it");
	my $after = calls_of_all($lisa);
	my %signatures = map { $_ => $after->{$_}{signatures} - ($before->{$_}{signatures} // 0) }
	  keys %$after;

	return map { $_ => $signatures{$_} } grep { $signatures{$_} > 0 } keys %signatures;
}

$lisa = session($node, user => 'lisa');
$lisa->set_token($token);
$lisa->must('SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0;
	SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
	SET enable_indexscan = off; SET enable_bitmapscan = off; SET enable_indexonlyscan = off');
foreach my $table (sort keys %policies)
{
	foreach my $leader (qw(off on))
	{
		$lisa->must("SET parallel_leader_participation = $leader");
		my %signatures = signatures_in_workers($table);
		my @workers = grep { $_ != pid_of($lisa) } keys %signatures;

		is(join(' ', grep { $_ > 1 } values %signatures), '', "$table: no process verifies twice");

		# they get the result of a subquery from the leader
		cmp_ok(scalar(@workers), '>', 0, "$table: workers verify for themselves")
		  if $leader eq 'off' && $table ne 'subquery';
	}
}
$lisa->close;

done_testing();
