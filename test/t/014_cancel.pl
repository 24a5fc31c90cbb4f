# SPDX-License-Identifier: PostgreSQL
#
# A statement that is cancelled in the middle of verifying leaves a session that
# works as before, and no memory behind.
#
use strict;
use warnings FATAL => 'all';

use HermJwt;
use PostgreSQL::Test::Utils;
use Test::More;

my %key = ('a certificate' => certificate_key(), 'a secret' => hmac_key());
my $other = ec_key();
my $node = new_cluster('main',
	conf  => "herm_jwt.jwt_secret_file = 'jwt_secret.json'",
	files => { 'jwt_secret.json' => '{}' });
my $user = 'SELECT herm_jwt.user_id()';
my $contexts = q{SELECT count(*) FROM pg_backend_memory_contexts WHERE name LIKE 'herm_jwt%'};
my $many = 'FROM generate_series(1, 1000000000)';

must($node, q{
	CREATE FUNCTION change_sessions(ann text, bob text) RETURNS void LANGUAGE plpgsql AS
	$$
	BEGIN
		LOOP
			PERFORM herm_jwt.authenticate(ann), herm_jwt.authenticate(bob), herm_jwt.session();
			BEGIN
				PERFORM herm_jwt.authenticate(ann || 'x');
			EXCEPTION WHEN invalid_authorization_specification THEN
				NULL;
			END;
		END LOOP;
	END
	$$});

foreach my $what (sort keys %key)
{
	my $key = $key{$what};
	my ($ann, $bob) = map { token($key, user => $_) } qw(ann bob);
	my $config = quote(config($key));
	my $psql = session($node);

	replace_file($node->data_dir . '/jwt_secret.json', config($key));
	reload($node, $psql);
	$psql->must("SELECT herm_jwt.verify('$ann'), herm_jwt.authenticate('$bob')");
	$psql->set_token($ann);
	gives($psql, $user, 'ann', "$what: a session");
	my $before = $psql->must($contexts);
	isnt($before, '0', "$what: which takes memory");

	my %endless = (
		'verify()'       => "SELECT count(herm_jwt.verify('$bob')) $many",
		'verify() with a configuration' =>
		  "SELECT count(herm_jwt.verify('$bob', ${config}::jsonb)) $many",
		'inspect()'      => "SELECT count(*) $many n, herm_jwt.inspect('$bob', NULL, n::text)",
		'authenticate()' => "SELECT count(herm_jwt.authenticate('$bob')) $many",
		'user_id()'      => "SELECT count(herm_jwt.user_id()) $many",
		'changing sessions' => "SELECT change_sessions('$ann', '$bob')");
	foreach my $call (sort keys %endless)
	{
		foreach my $timeout (5, 20, 50)
		{
			my $answer = $psql->ask("SET statement_timeout = $timeout; $endless{$call}");

			is($answer->{sqlstate}, '57014', "$what: $call ends after $timeout ms")
			  or diag($answer->{text});
			gives($psql, "RESET statement_timeout; $user", 'ann', 'and the session is still ann');
		}
	}
	is($psql->must($contexts), $before, "$what: no memory is left behind");

	# ---- by another session ----

	my $pid = $psql->must('SELECT pg_backend_pid()');
	my $is_running = "SELECT state = 'active' AND query LIKE '%generate_series%'"
	  . " FROM pg_stat_activity WHERE pid = $pid";

	$psql->send($endless{'verify()'});
	wait_until(sub { must($node, $is_running) eq 't' }, 'the statement runs');
	must($node, "SELECT pg_cancel_backend($pid)");
	is($psql->receive->{sqlstate}, '57014', "$what: pg_cancel_backend() ends a statement");
	gives($psql, $user, 'ann', 'and the session is still ann');

	$psql->send($endless{'verify()'});
	wait_until(sub { must($node, $is_running) eq 't' }, 'the statement runs');
	must($node, "SELECT pg_terminate_backend($pid)");
	is($psql->receive->{sqlstate}, 'LOST', "$what: pg_terminate_backend() ends the session");
	gives($node, "SELECT herm_jwt.verify('$ann') IS NOT NULL", 't', 'and others go on');
}

$node->stop;
unlike(slurp_file($node->logfile), qr/terminated by signal|PANIC/, 'no server process has crashed');

done_testing();
