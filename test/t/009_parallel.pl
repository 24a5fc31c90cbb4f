# SPDX-License-Identifier: PostgreSQL
#
# A parallel plan shows the same rows as a serial one: the workers find the
# session by themselves, from wherever the keys are.
#
use strict;
use warnings FATAL => 'all';

use HermJwt;
use Test::More;

my $file_key = hmac_key();
my $environment_key = hmac_key();
my $system_key = ec_key();
my $set_key = hmac_key();
my %environment = (HASURA_GRAPHQL_JWT_SECRET => config($environment_key));
my $query = 'SELECT owner, count(*) FROM note GROUP BY owner ORDER BY owner';
my $rows_of_ann = 'ann|1000';

# Both plans, which must show these rows.
sub shows_rows
{
	my ($psql, $expected, $name) = @_;
	my $plan = $psql->ask("SET max_parallel_workers_per_gather = 2; EXPLAIN (ANALYZE) $query");

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	like($plan->{rows} . $plan->{text}, qr/Workers Launched: [12]\b/, "$name: workers were there");
	gives($psql, $query, $expected, "$name: the rows of a parallel plan");
	gives($psql, "SET max_parallel_workers_per_gather = 0; $query", $expected,
		"$name: the rows of a serial plan");
	return;
}

# A token of that key, in a session of an ordinary user.
sub token_shows_rows
{
	my ($psql, $key, $name) = @_;

	$psql->set_token(token($key, user => 'ann'));
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	shows_rows($psql, $rows_of_ann, $name);
	return;
}

foreach my $preload (1, 0)
{
	my $node = new_cluster($preload ? 'main' : 'bare',
		preload     => $preload,
		environment => \%environment,
		files       => { 'jwt_secret.json' => config($file_key) },
		conf        => "parallel_setup_cost = 0\nparallel_tuple_cost = 0\n"
		  . "min_parallel_table_scan_size = 0\nparallel_leader_participation = off\n"
		  . "herm_jwt.trusted_roles = 'hasura'\n");
	my $how = $preload ? 'preloaded' : 'not preloaded';

	must($node, q{
		CREATE ROLE lisa LOGIN;
		CREATE ROLE hasura LOGIN;
		CREATE TABLE note (id int, owner text);
		INSERT INTO note SELECT i, (ARRAY['ann', 'bob', 'cat'])[1 + i % 3]
			FROM generate_series(0, 2999) i;
		ALTER TABLE note ENABLE ROW LEVEL SECURITY;
		CREATE POLICY own ON note USING (owner = herm_jwt.user_id());
		GRANT SELECT ON note TO lisa, hasura;
		ANALYZE note});

	# ---- tokens ----

	my $lisa = session($node, user => 'lisa');

	token_shows_rows($lisa, $environment_key, "$how, a key in the environment");
	$node->append_conf('postgresql.conf', "herm_jwt.jwt_secret_file = 'jwt_secret.json'");
	reload($node, $lisa);
	token_shows_rows($lisa, $file_key, "$how, a key in a file");
	$node->append_conf('postgresql.conf', setting('herm_jwt.jwt_secret', config($system_key)));
	reload($node, $lisa);
	token_shows_rows($lisa, $system_key, "$how, a key in postgresql.conf");

	my $login = session($node, user => 'lisa',
		pgoptions => '-c herm_jwt.token=' . token($system_key, user => 'ann'));
	shows_rows($login, $rows_of_ann, "$how, a token in the startup packet");
	$login->close;

	my $admin = session($node);
	$admin->must('SET herm_jwt.jwt_secret = ' . quote(config($set_key)) . '; SET ROLE lisa');
	token_shows_rows($admin, $set_key, "$how, a symmetric key by SET of a superuser");
	$admin->close;

	$lisa->must("BEGIN; SELECT herm_jwt.authenticate('" . token($system_key, user => 'ann') . "')");
	shows_rows($lisa, $rows_of_ann, "$how, authenticate() in a transaction");
	$lisa->must('ROLLBACK');

	# ---- refused tokens raise in workers, too ----

	$lisa->must('SET max_parallel_workers_per_gather = 2');
	$lisa->set_token(token($set_key, user => 'ann'));
	raises($lisa, $query, '28000', qr/JWSInvalidSignature/, "$how: a refused token raises");
	$lisa->set_token('');
	shows_rows($lisa, '', "$how, no token: no rows");

	# ---- hasura.user ----

	my $user = q{SET "hasura.user" = '{"x-hasura-role": "user", "x-hasura-user-id": "ann"}'};
	my $hasura = session($node, user => 'hasura');

	$hasura->must($user);
	shows_rows($hasura, $rows_of_ann, "$how, hasura.user of a trusted role");
	$hasura->must('RESET "hasura.user"');
	shows_rows($hasura, '', "$how, hasura.user reset");
	$hasura->close;

	$lisa->must($user);
	shows_rows($lisa, '', "$how, hasura.user of another role is not believed");
	$lisa->close;

	$admin = session($node);
	$admin->must("SET SESSION AUTHORIZATION lisa; $user");
	shows_rows($admin, '', "$how, nor of another session user");
	$admin->must('SET SESSION AUTHORIZATION hasura');
	shows_rows($admin, $rows_of_ann, "$how, but of a trusted session user");
	$admin->close;

	$node->stop;
}

done_testing();
