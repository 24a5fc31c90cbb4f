# SPDX-License-Identifier: PostgreSQL
#
# Autovacuum runs as a superuser, and with it the functions of everybody's
# indexes: what such a function says in hasura.user must not be believed.
#
# Otherwise whoever owns a table could read, by such a function, what policies
# show to any role of Hasura's, without a token.
#
use strict;
use warnings FATAL => 'all';

use HermJwt;
use Test::More;

my $node = new_cluster('main',
	conf => "autovacuum = off\nautovacuum_naptime = 1s\n"
	  . "autovacuum_analyze_threshold = 1\nautovacuum_analyze_scale_factor = 0\n"
	  . "autovacuum_vacuum_insert_threshold = 1\nautovacuum_vacuum_insert_scale_factor = 0\n");
my $claim = '{"x-hasura-role": "admin", "x-hasura-user-id": "1"}';

must($node, qq{
	CREATE ROLE mallory LOGIN;
	GRANT CREATE ON SCHEMA public TO mallory;
	CREATE TABLE salary (amount int);
	INSERT INTO salary VALUES (1000);
	ALTER TABLE salary ENABLE ROW LEVEL SECURITY;
	CREATE POLICY admins ON salary USING (herm_jwt.role() = 'admin');
	GRANT SELECT ON salary TO PUBLIC});

# The function of the index pretends to be immutable, and calls one that is not.
my $mallory = session($node, user => 'mallory');
$mallory->must(qq{
	CREATE TABLE record (who text, role text, rows bigint);
	CREATE FUNCTION spy() RETURNS void LANGUAGE plpgsql AS
	\$\$
	BEGIN
		PERFORM set_config('hasura.user', '$claim', true);
		INSERT INTO public.record
			SELECT session_user, herm_jwt.role(), (SELECT count(*) FROM public.salary);
	END
	\$\$;
	CREATE FUNCTION twice(id int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS
	\$\$
	BEGIN
		PERFORM public.spy();
		RETURN 2 * id;
	END
	\$\$;
	CREATE TABLE bait (id int);
	CREATE INDEX ON bait (twice(id))});

# ---- the trap works where trust is in order ----

my $superuser = $node->safe_psql('postgres', 'SELECT session_user');

gives($node, qq{SELECT set_config('hasura.user', '$claim', false) IS NOT NULL;
	SELECT herm_jwt.role()}, "t\nadmin", 'the superuser is believed in an own session');
$mallory->must('INSERT INTO bait SELECT generate_series(1, 10); SELECT pg_stat_force_next_flush()');
gives($mallory, 'SELECT DISTINCT who, role, rows FROM record', 'mallory||0',
	'the owner of the index is not believed');

# ---- autovacuum ----

$node->append_conf('postgresql.conf', 'autovacuum = on');
reload($node, $mallory);
wait_until(
	sub {
		must($node, q{SELECT autoanalyze_count > 0
			FROM pg_stat_user_tables WHERE relname = 'bait'}) eq 't';
	},
	'autovacuum has analysed the table');
gives($mallory, "SELECT DISTINCT who, role, rows FROM record WHERE who <> 'mallory'",
	"$superuser||0", 'autovacuum ran the function, and it was not believed');

# ---- the same by hand ----

foreach my $command ('ANALYZE bait', 'VACUUM ANALYZE bait', 'REINDEX TABLE bait', 'CLUSTER bait')
{
	$mallory->must('DELETE FROM record');
	$mallory->must('CLUSTER bait USING bait_twice_idx') if $command =~ /CLUSTER/;
	$mallory->must('DELETE FROM record');
	must($node, "SELECT set_config('hasura.user', '$claim', false); $command");
	gives($mallory, 'SELECT DISTINCT who, role, rows FROM record', "$superuser||0",
		"$command of a superuser who is believed: the function is not");
}
$mallory->close;

done_testing();
