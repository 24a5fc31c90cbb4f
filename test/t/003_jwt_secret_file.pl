# SPDX-License-Identifier: PostgreSQL
#
# herm_jwt.jwt_secret_file: what it may be, and that a file that has gone bad
# ends sessions loudly instead of leaving an old key in force.
#
use strict;
use warnings FATAL => 'all';

use HermJwt;
use POSIX qw(mkfifo);
use PostgreSQL::Test::Utils;
use Test::More;

my $old = ec_key();
my $new = rsa_key();
my $secret = hmac_key();
my $ann = token($old, user => 'ann');
my $bob = token($new, user => 'bob');
my $eve = token($secret, user => 'eve');

# a good key in the environment, to which nothing may fall back
my $node = new_cluster('main',
	conf        => "herm_jwt.jwt_secret_file = 'jwt_secret.json'",
	files       => { 'jwt_secret.json' => config($old) },
	environment => { HASURA_GRAPHQL_JWT_SECRET => config($old) });
my $file = $node->data_dir . '/jwt_secret.json';
my $psql = session($node);
my $idle = session($node);
my $user = 'SELECT herm_jwt.user_id()';
my $cannot_use = qr/^cannot use the file of parameter "herm_jwt\.jwt_secret_file"/;
my $invalid = qr/^invalid configuration in the file of parameter "herm_jwt\.jwt_secret_file"/;

sub verdict
{
	my ($token) = @_;

	return "SELECT herm_jwt.verify('$token') IS NOT NULL";
}

$psql->set_token($ann);
gives($psql, $user, 'ann', 'the key of a file, relative to the data folder');

# ---- changed ----

replace_file($file, config($new));
gives($psql, $user, 'ann', 'an open session reads the file again only after a reload');
reload($node, $psql, $idle);
every_accessor_raises($psql, '28000', qr/JWSInvalidSignature/,
	'after the reload a token of the old key is refused at once');
gives($idle, verdict($bob), 't', 'and one of the new key is good in every open session');
$psql->set_token($bob);
gives($psql, $user, 'bob', 'the session goes on with it');

replace_file($file, config($secret));
reload($node, $psql, $idle);
gives($idle, verdict($eve), 't', 'the file may hold a symmetric key');
raises($psql, $user, '28000', qr/JWSInvalidSignature/, 'which replaces the public one');
$psql->set_token($eve);

# ---- gone bad ----

my $folder = $node->basedir . '/folder';
my $fifo = $node->basedir . '/fifo';
mkdir($folder) or die $!;
mkfifo($fifo, 0600) or die $!;

# what stands in the file's place, and what an accessor says of it
my @bad = (
	[ 'missing', sub { }, $cannot_use, qr/No such file/ ],
	[ 'empty', sub { write_file($file, '') }, $invalid, qr/./ ],
	[ 'not JSON', sub { write_file($file, '{"type": "planted') }, $invalid, qr/./ ],
	[ 'not UTF-8', sub { write_file($file, "{\"type\": \"\xff\"}") }, $invalid, qr/./ ],
	[ 'an unknown type', sub { write_file($file, '{"type": "RS1024", "key": "planted"}') },
		$invalid, qr/RS1024/ ],
	[ 'a short secret', sub { write_file($file, '{"type": "HS256", "key": "planted"}') },
		$invalid, qr/Key size too small/ ],
	[ 'readable by all (0644)', sub { write_file($file, config($secret), 0644) },
		$cannot_use, qr/permissions/ ],
	[ 'writable by the group (0660)', sub { write_file($file, config($secret), 0660) },
		$cannot_use, qr/permissions/ ],
	[ 'readable by nobody (0000)', sub { write_file($file, config($secret), 0000) },
		$cannot_use, qr/Permission denied/ ],
	[ 'a folder', sub { symlink($folder, $file) or die $! }, $cannot_use, qr/not a regular file/ ],
	[ 'a fifo', sub { symlink($fifo, $file) or die $! }, $cannot_use, qr/not a regular file/ ],
	[ 'a device', sub { symlink('/dev/zero', $file) or die $! }, $cannot_use,
		qr/not a regular file/ ],
	[ 'a link to nowhere', sub { symlink("$folder/none", $file) or die $! }, $cannot_use,
		qr/No such file/ ],
	[ 'larger than 1 MB', sub { write_file($file, config($secret) . ' ' x 1_048_577) },
		$cannot_use, qr/larger than 1 MB/ ]);

foreach my $case (@bad)
{
	my ($what, $make, $message, $detail) = @$case;

	unlink($file);
	$make->();
	reload($node, $psql);
	every_accessor_raises($psql, '22023', $message,
		"$what: every accessor of an open session raises");
	my $answer = raises($node, verdict($eve), '22023', $message,
		"$what: a new session raises, and does not ask the environment");
	like($answer->{detail}, $detail, "$what: the detail says why");
	unlike($answer->{text}, qr/planted|\Q$secret->{private}\E/, "$what: no content is shown");

	unlink($file);
	replace_file($file, config($secret));
	reload($node, $psql);
	gives($psql, $user, 'eve', "$what: repaired and reloaded, the session works again");
}

# ---- what else is good ----

replace_file($file, config($secret), 0640);
reload($node, $psql);
gives($psql, $user, 'eve', 'readable by the group (0640) is allowed');
replace_file($file, config($secret), 0400);
reload($node, $psql);
gives($psql, $user, 'eve', 'readable only by the owner (0400) is allowed');
replace_file($file, "\n" . config($secret) . "\n");
reload($node, $psql);
gives($psql, $user, 'eve', 'white space around the configuration is allowed');
rename($file, "$file.real") or die $!;
symlink("$file.real", $file) or die $!;
reload($node, $psql);
gives($psql, $user, 'eve', 'a link to a file is allowed, as Kubernetes makes them');

# ---- another file ----

write_file($node->basedir . '/other.json', config($old));
$node->append_conf('postgresql.conf',
	setting('herm_jwt.jwt_secret_file', $node->basedir . '/other.json'));
reload($node, $psql);
raises($psql, $user, '28000', qr/JWSInvalidSignature/,
	'another file by its whole path: another key');
$psql->set_token($ann);
gives($psql, $user, 'ann', 'whose tokens are good');

raises($psql, "SET herm_jwt.jwt_secret_file = 'x'", '55P02', qr/cannot be changed now/,
	'SET cannot name a file');
raises($psql, "ALTER DATABASE postgres SET herm_jwt.jwt_secret_file = 'x'", '55P02',
	qr/cannot be changed now/, 'ALTER DATABASE cannot name a file');

$_->close foreach ($psql, $idle);

# ---- a file that the server's command line names, and no configuration file ----

my $commanded = new_cluster('commanded', files => { 'jwt_secret.json' => config($old) });
$commanded->stop;
system_or_bail('pg_ctl', '--wait', '--pgdata', $commanded->data_dir, '--log', $commanded->logfile,
	'--options', '-c herm_jwt.jwt_secret_file=jwt_secret.json', 'start');
$commanded->_update_pid(1);
$psql = session($commanded);
$psql->set_token($ann);
gives($psql, $user, 'ann', 'named on the command line: a session');
replace_file($commanded->data_dir . '/jwt_secret.json', config($new));
reload($commanded, $psql);
raises($psql, $user, '28000', qr/JWSInvalidSignature/, 'named there: a reload reads it again, too');
$psql->close;

done_testing();
