# SPDX-License-Identifier: PostgreSQL
#
# A bad herm_jwt.jwt_secret that is in force before anybody could refuse it, in
# postgresql.conf at the start or in ALTER DATABASE and ALTER ROLE of a time
# when the library was not loaded: no session at all, and no other key instead.
#
use strict;
use warnings FATAL => 'all';

use HermJwt;
use PostgreSQL::Test::Utils;
use Test::More;

my $key = ec_key();
my $other = ec_key();
my $secret = hmac_key();
my $ann = token($key, user => 'ann');
my $eve = token($secret, user => 'eve');
my %environment = (HASURA_GRAPHQL_JWT_SECRET => config($key));
my $bad_setting = qr/parameter "herm_jwt\.jwt_secret"/;
my $planted = qr/planted|\Q$secret->{private}\E/;
my %bad = (
	'not JSON'        => '{"type": "planted-garbage',
	'an unknown type' => '{"type": "RS1024", "key": "planted-key"}',
	'a symmetric key' => config($secret));

# ---- postgresql.conf, read at the start ----

my $node = new_cluster('main', environment => \%environment);

foreach my $what (sort keys %bad)
{
	my $position = log_position($node);

	$node->append_conf('postgresql.conf', setting('herm_jwt.jwt_secret', $bad{$what}));
	start_with_environment($node, %environment);

	my $psql = session($node);
	every_accessor_gives_nothing($psql, "$what in postgresql.conf: the server starts");
	$psql->set_token($what eq 'a symmetric key' ? $eve : $ann);
	every_accessor_raises($psql, '22023', $bad_setting,
		"$what in postgresql.conf: every accessor raises, and no other place is asked");
	unlike($psql->ask('SELECT herm_jwt.role()')->{text}, $planted,
		"$what: the error is free of it");
	gives($psql, 'SHOW herm_jwt.jwt_secret', '<hidden>', "$what: it is not shown");
	unlike(log_since($node, $position), $planted, "$what: the log is free of it");
	$psql->close;
}

# repaired by a reload, for sessions that are open, too
my $open = session($node);
$open->set_token($ann);
raises($open, 'SELECT herm_jwt.role()', '22023', $bad_setting, 'still bad');
$node->append_conf('postgresql.conf', setting('herm_jwt.jwt_secret', config($key)));
reload($node, $open);
gives($open, 'SELECT herm_jwt.user_id()', 'ann', 'repaired by a reload');
$open->close;

# ---- ALTER DATABASE and ALTER ROLE are judged when the library is there ----

must($node, 'CREATE ROLE lisa LOGIN');
foreach my $whose ('DATABASE postgres', 'ROLE lisa', 'ROLE ALL', 'ROLE lisa IN DATABASE postgres')
{
	foreach my $what (sort keys %bad)
	{
		my $answer = raises($node, "ALTER $whose SET herm_jwt.jwt_secret = " . quote($bad{$what}),
			'22023', $bad_setting, "ALTER $whose refuses $what");
		unlike($answer->{text}, $planted, 'and does not repeat it');
	}
	raises($node, "ALTER $whose SET herm_jwt.token = " . quote($ann), '22023',
		qr/parameter "herm_jwt\.token" cannot be stored/, "ALTER $whose refuses a token");
}
gives($node, 'ALTER DATABASE postgres SET herm_jwt.jwt_secret = ' . quote(config($other)), '',
	'ALTER DATABASE takes a public key');
raises($node, "SELECT herm_jwt.verify('$ann')", '28000', qr/JWSInvalidSignature/,
	'which counts in that database');
$node->stop;

# ---- ALTER DATABASE and ALTER ROLE before the library was loaded ----

my $bare = new_cluster('bare', preload => 0, environment => \%environment);

must($bare, 'CREATE ROLE lisa LOGIN');
gives($bare, "SET herm_jwt.token = '$ann'; SELECT herm_jwt.user_id()", 'ann',
	'without preloading, the environment counts');

foreach my $whose ('DATABASE postgres', 'ROLE lisa', 'ROLE lisa IN DATABASE postgres')
{
	foreach my $what (sort keys %bad)
	{
		my $user = $whose =~ /lisa/ ? 'lisa' : undef;

		gives($bare, "ALTER $whose SET herm_jwt.jwt_secret = " . quote($bad{$what}), '',
			"ALTER $whose takes $what while nobody knows the setting");
		my $psql = session($bare, user => $user);
		$psql->set_token($what eq 'a symmetric key' ? $eve : $ann);
		every_accessor_raises($psql, '22023', $bad_setting,
			'with the library it is bad: every accessor raises, and no other place is asked');
		unlike($psql->ask('SELECT herm_jwt.role()')->{text}, $planted, 'the error is free of it');
		my $kept = $psql->ask("SELECT current_setting('herm_jwt.jwt_secret')");
		unlike($kept->{rows} . $kept->{text}, $planted, 'and so is current_setting()');
		$psql->close;
		must($bare, "ALTER $whose RESET herm_jwt.jwt_secret");
	}
}

# whose key it is
gives($bare, 'ALTER ROLE lisa SET herm_jwt.jwt_secret = ' . quote(config($other)), '',
	'a public key in ALTER ROLE by a superuser');
my $lisa = session($bare, user => 'lisa');
$lisa->set_token(token($other, user => 'cat'));
gives($lisa, 'SELECT herm_jwt.user_id()', 'cat', 'counts for that role');
$lisa->close;
must($bare, 'ALTER ROLE lisa RESET herm_jwt.jwt_secret');

$lisa = session($bare, user => 'lisa');
raises($lisa, 'ALTER ROLE lisa SET herm_jwt.jwt_secret = ' . quote(config($other)), '42501',
	qr/permission denied/, 'an ordinary user cannot do that');
$lisa->must('SET herm_jwt.jwt_secret = ' . quote(config($other)));
$lisa->set_token(token($other, user => 'eve'));
raises($lisa, 'SELECT herm_jwt.user_id()', '28000', qr/JWSInvalidSignature/,
	"and what the user has SET before the library was loaded does not count");
$lisa->set_token($ann);
gives($lisa, 'SELECT herm_jwt.user_id()', 'ann', "the server's key does");
$lisa->close;

# a token kept in the catalogs is nobody's session
must($bare, 'ALTER ROLE lisa SET herm_jwt.token = ' . quote($ann));
$lisa = session($bare, user => 'lisa');
$lisa->ask('SELECT herm_jwt.role()');
gives($lisa, "SELECT herm_jwt.role() IS NULL, current_setting('herm_jwt.token') = ''", 't|t',
	'a token in ALTER ROLE from before: no session');
$lisa->close;

# ---- and a server that is preloaded afterwards: the values come in force at login ----

my @stored = ('DATABASE postgres', 'ROLE lisa', 'ROLE lisa IN DATABASE postgres', 'ROLE ALL');

must($bare, 'ALTER ROLE lisa RESET herm_jwt.token');
foreach my $whose (@stored)
{
	foreach my $what (sort keys %bad)
	{
		$bare->append_conf('postgresql.conf', "shared_preload_libraries = ''");
		start_with_environment($bare, %environment);
		must($bare, "ALTER $whose SET herm_jwt.jwt_secret = " . quote($bad{$what}));
		$bare->append_conf('postgresql.conf', "shared_preload_libraries = 'herm_jwt'");
		start_with_environment($bare, %environment);

		my $psql = session($bare, user => 'lisa');
		$psql->set_token($what eq 'a symmetric key' ? $eve : $ann);
		every_accessor_raises($psql, '22023', $bad_setting,
			"preloaded, $what of ALTER $whose: every accessor raises, no other place is asked");
		$psql->close;
		must($bare, "ALTER $whose RESET herm_jwt.jwt_secret");
	}
}

done_testing();
