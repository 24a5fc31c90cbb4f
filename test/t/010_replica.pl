# SPDX-License-Identifier: PostgreSQL
#
# A streaming standby needs nothing extra: tokens give a session, and policies
# show their rows, where nothing can be written.
#
use strict;
use warnings FATAL => 'all';

use HermJwt;
use PostgreSQL::Test::Cluster;
use Test::More;

my $key = ec_key();
my $secret = hmac_key();
my $ann = token($key, user => 'ann');
my $bob = token($key, user => 'bob');
my $eve = token($secret, user => 'eve');

my $primary = new_cluster('primary', streaming => 1,
	conf => setting('herm_jwt.jwt_secret', config($key)));
must($primary, q{
	CREATE ROLE lisa LOGIN;
	CREATE ROLE hasura_user;
	GRANT hasura_user TO lisa;
	CREATE TABLE note (owner text, title text);
	INSERT INTO note VALUES ('ann', 'of ann'), ('bob', 'of bob');
	ALTER TABLE note ENABLE ROW LEVEL SECURITY;
	CREATE POLICY own ON note USING (owner = herm_jwt.user_id());
	GRANT SELECT ON note TO lisa, hasura_user});
$primary->backup('backup');

my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'backup', has_streaming => 1);
$standby->start;

# ---- reading with a token ----

my $psql = session($standby, user => 'lisa');
gives($psql, 'SELECT pg_is_in_recovery()', 't', 'this is the standby');
gives($psql, 'SELECT title FROM note', '', 'without a token: no rows');
$psql->set_token($ann);
gives($psql, 'SELECT title FROM note', 'of ann', 'with a token: own rows');
$psql->set_token('');

$psql->must("BEGIN; SELECT herm_jwt.authenticate('$bob', set_role => true)");
gives($psql, 'SELECT title, current_user FROM note', 'of bob|hasura_user',
	'authenticate() works in a transaction that is read-only by nature');
$psql->must('COMMIT');
gives($psql, 'SELECT title, current_user FROM note', '',
	'and its session ends with the transaction');
raises($psql, "SELECT herm_jwt.authenticate('$eve')", '28000', qr/JWSInvalidSignature/,
	'a token of another key is refused');
$psql->must("SELECT herm_jwt.authenticate('$ann', is_local => false)");
gives($psql, 'SELECT title FROM note', 'of ann', 'authenticate() for the session works');

# ---- what is written on the primary comes along ----

must($primary, "INSERT INTO note VALUES ('ann', 'second of ann')");
$primary->wait_for_catchup($standby);
gives($psql, 'SELECT title FROM note ORDER BY title', "of ann\nsecond of ann", 'new rows arrive');

# ---- the standby's configuration is its own ----

$standby->append_conf('postgresql.conf', setting('herm_jwt.jwt_secret', ''));
$standby->append_conf('postgresql.conf', "herm_jwt.jwt_secret_file = 'jwt_secret.json'");
write_file($standby->data_dir . '/jwt_secret.json', config($secret));
reload($standby, $psql);
raises($psql, 'SELECT title FROM note', '28000', qr/JWSInvalidSignature/,
	"another key in the standby's file: the token is refused there");
gives($primary, "SELECT herm_jwt.verify('$ann') IS NOT NULL", 't', 'and good on the primary');
$psql->set_token($eve);
gives($psql, 'SELECT herm_jwt.user_id()', 'eve', "a token of the standby's own key is good there");

# ---- promoted, it goes on ----

$psql->close;
$standby->promote;
$psql = session($standby);
$psql->must("BEGIN; SELECT herm_jwt.authenticate('$eve'); "
	  . "INSERT INTO note SELECT herm_jwt.user_id(), 'of eve'; COMMIT");
gives($psql, "SELECT title FROM note WHERE owner = 'eve'", 'of eve', 'promoted: eve can write');
$psql->close;

done_testing();
