# SPDX-License-Identifier: PostgreSQL
#
# Without shared_preload_libraries the library is loaded by the first call of one
# of its functions: what has been set before that counts, if it may.
#
use strict;
use warnings FATAL => 'all';

use HermJwt;
use Test::More;

my $key = ec_key();
my $other = ec_key();
my $secret = hmac_key();
my $ann = token($key, user => 'ann', roles => [ 'user', 'editor' ]);
my $bob = token($key, user => 'bob');
my $user = 'SELECT herm_jwt.user_id()';
my $node = new_cluster('main', preload => 0,
	conf => setting('herm_jwt.jwt_secret', config($key))
	  . "herm_jwt.trusted_roles = 'hasura'\nherm_jwt.unauthorized_role = 'anonymous'\n");

must($node, q{CREATE ROLE lisa LOGIN; CREATE ROLE hasura LOGIN});

sub new_session
{
	my ($role) = @_;

	return session($node, user => $role);
}

# ---- the first call, whatever it is ----

foreach my $case (
	[ "SELECT herm_jwt.authenticate('$ann') ->> 'x-hasura-user-id'", 'ann' ],
	[ "SELECT herm_jwt.authenticate('$ann', 'editor') ->> 'x-hasura-role'", 'editor' ],
	[ 'SELECT herm_jwt.role()', 'anonymous' ],
	[ 'SELECT herm_jwt.claims() IS NULL', 't' ],
	[ "SELECT herm_jwt.require_session_variable('x-hasura-role')", 'anonymous' ])
{
	my ($sql, $expected) = @$case;
	my $psql = new_session('lisa');

	gives($psql, $sql, $expected, 'works as the first call: ' . $sql =~ s/'ey[^']*'/token/r);
	$psql->close;
}
gives($node, "SELECT herm_jwt.verify('$ann') IS NOT NULL", 't', 'and so does verify()');

# ---- what was set before ----

my $psql = new_session('lisa');
$psql->set_token($ann);
$psql->must("SET herm_jwt.role = 'editor'");
gives($psql, 'SELECT herm_jwt.user_id(), herm_jwt.role()', 'ann|editor',
	'a token and a role that were set before the first call count');
gives($psql, 'SHOW herm_jwt.token', '<hidden>', 'and the token is hidden from then on');
$psql->must('RESET ALL');
gives($psql, 'SELECT herm_jwt.role()', 'anonymous', 'RESET ALL ends it');
$psql->close;

$psql = new_session('lisa');
$psql->set_token($ann);
$psql->must("BEGIN; SET LOCAL herm_jwt.token = '$bob';"
	  . "SAVEPOINT s; SET LOCAL herm_jwt.token = 'x'");
raises($psql, $user, '28000', qr/^Could not/, 'the innermost token of a transaction counts');
$psql->must('ROLLBACK TO s');
gives($psql, $user, 'bob', 'with the savepoint the one before it is back');
$psql->must('COMMIT');
gives($psql, $user, 'ann', 'and with the end of the transaction the one of the session');
$psql->close;

$psql = new_session('lisa');
$psql->must("BEGIN; SET herm_jwt.token = '$ann'");
gives($psql, $user, 'ann', 'a token that was set in a transaction');
$psql->must('ROLLBACK');
gives($psql, 'SELECT herm_jwt.role()', 'anonymous', 'is gone when that is rolled back');
$psql->close;

$psql = new_session('hasura');
gives($psql, q{SELECT set_config('hasura.user', '{"x-hasura-role": "user"}', false) IS NOT NULL;
	SELECT herm_jwt.role()}, "t\nuser", 'hasura.user of a trusted role is believed');
$psql->close;

# ---- what an ordinary user may not set ----

foreach my $forbidden (
	[ 'herm_jwt.jwt_secret',        config($other) ],
	[ 'herm_jwt.trusted_roles',     'lisa' ],
	[ 'herm_jwt.unauthorized_role', 'admin' ],
	[ 'herm_jwt.strict',            'on' ],
	[ 'herm_jwt.jwt_secret_file',   '/dev/null' ],
	[ 'herm_jwt.max_token_size',    '256' ])
{
	my ($name, $value) = @$forbidden;

	$psql = new_session('lisa');
	$psql->must("SET $name = " . quote($value));
	$psql->ask(q{SELECT set_config('hasura.user', '{"x-hasura-role": "admin"}', false)});
	my $first = $psql->ask('SELECT herm_jwt.role()');
	is($first->{rows}, 'anonymous', "$name, set by an ordinary user before the first call");
	like($first->{text}, qr/permission denied|cannot be changed now/, 'the server says so');
	unlike($first->{text}, qr/BEGIN PUBLIC/, 'and does not repeat the value');
	$psql->set_token($ann);
	gives($psql, $user, 'ann', 'and it does not count');
	$psql->close;
}

# ---- once the library is there, all rules are ----

$psql = session($node);
$psql->must('SELECT herm_jwt.role()');
my $config = quote(config($secret));
foreach my $where ('ALTER SYSTEM', 'ALTER DATABASE postgres', 'ALTER ROLE lisa')
{
	raises($psql, "$where SET herm_jwt.jwt_secret = $config", '22023',
		qr/parameter "herm_jwt\.jwt_secret"/, "$where refuses a symmetric key");
	raises($psql, "$where SET herm_jwt.jwt_secret = '{'", '22023',
		qr/parameter "herm_jwt\.jwt_secret"/, "$where refuses a bad configuration");
}
raises($psql, "ALTER ROLE lisa SET herm_jwt.token = '$ann'", '22023', qr/cannot be stored/,
	'ALTER ROLE refuses a token');
raises($psql, "ALTER SYSTEM SET herm_jwt.token = '$ann'", '55P02', qr/cannot be changed/,
	'ALTER SYSTEM refuses a token');
raises($psql, "SET herm_jwt.tokenn = 'x'", '42602', qr/invalid configuration parameter name/,
	'a misspelt setting is refused');
$psql->must("SET herm_jwt.jwt_secret = $config");
$psql->set_token(token($secret, user => 'eve'));
gives($psql, $user, 'eve', 'a superuser may SET a symmetric key for the session');
$psql->must('RESET ALL');
$psql->set_token($ann);
gives($psql, $user, 'ann', 'RESET ALL returns to the configured one');

# ---- reload ----

$node->append_conf('postgresql.conf', setting('herm_jwt.jwt_secret', config($other)));
reload($node, $psql);
raises($psql, $user, '28000', qr/JWSInvalidSignature/, 'a reload changes the key of open sessions');

# Without preloading nobody judges a value before the library is there: a session
# that has it keeps the old key, and a new one raises.
$node->append_conf('postgresql.conf', setting('herm_jwt.jwt_secret', config($secret)));
$psql->set_token(token($other, user => 'cat'));
reload($node, $psql);
gives($psql, $user, 'cat', 'a reload with a symmetric key: an open session keeps the old one');
raises($node, "SELECT herm_jwt.verify('$ann')", '22023', qr/parameter "herm_jwt\.jwt_secret"/,
	'a new session raises');
$psql->close;

done_testing();
