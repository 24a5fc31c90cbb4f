# SPDX-License-Identifier: PostgreSQL
#
# herm_jwt.jwt_secret changes by a reload: open sessions follow at once, and a
# bad value changes nothing but the log.
#
use strict;
use warnings FATAL => 'all';

use HermJwt;
use Test::More;

my $old = ec_key();
my $new = certificate_key();
my $ann = token($old, user => 'ann');
my $bob = token($new, user => 'bob');
my $node = new_cluster('main', conf => setting('herm_jwt.jwt_secret', config($old)));

# One session with a token for good, one within a transaction, one idle.
my $ann_psql = session($node);
my $transaction = session($node);
my $idle = session($node);
my @all = ($ann_psql, $transaction, $idle);
my $user = 'SELECT herm_jwt.user_id()';

sub in_force
{
	my ($token) = @_;

	return "SELECT herm_jwt.verify('$token') IS NOT NULL";
}

$ann_psql->set_token($ann);
$transaction->must("BEGIN; SELECT herm_jwt.authenticate('$ann')");
gives($ann_psql, $user, 'ann', 'the old key: a session has its user');
gives($transaction, $user, 'ann', 'the old key: a transaction has its user');

# ---- a changed key ----

my $position = log_position($node);

must($node, 'ALTER SYSTEM SET herm_jwt.jwt_secret = ' . quote(config($new)));
gives($ann_psql, $user, 'ann', 'ALTER SYSTEM changes nothing before the reload');
reload($node, @all);
every_accessor_raises($ann_psql, '28000', qr/JWSInvalidSignature/,
	'the key changed: an open session loses a token of the old key at once');
raises($transaction, $user, '28000', qr/JWSInvalidSignature/,
	'and so does an open transaction');
$transaction->must('ROLLBACK');
gives($idle, in_force($bob), 't', 'a token of the new key is good in a session that was open');
raises($idle, in_force($ann), '28000', qr/JWSInvalidSignature/, 'one of the old key is not');
$ann_psql->set_token($bob);
gives($ann_psql, $user, 'bob', 'the session goes on with a token of the new key');
gives($node, in_force($bob), 't', 'a new session has the new key');

# ---- a change and back, while nobody asks ----

must($node, 'ALTER SYSTEM SET herm_jwt.jwt_secret = ' . quote(config($old)));
reload($node, @all);
raises($ann_psql, $user, '28000', qr/JWSInvalidSignature/, 'the old key is back');
must($node, 'ALTER SYSTEM SET herm_jwt.jwt_secret = ' . quote(config($new)));
reload($node, @all);
gives($ann_psql, $user, 'bob', 'the new one again: the same token is good again');

# ---- what else the configuration says follows, too ----

my $issuer = 'https://other.example.com/';
must($node, 'ALTER SYSTEM SET herm_jwt.jwt_secret = ' . quote(config($new, issuer => $issuer)));
reload($node, @all);
$ann_psql->set_token(token($new, iss => 'https://herm.auth0.com/'));
raises($ann_psql, $user, '28000', qr/JWTNotInIssuer|[Ii]ssuer/,
	'a changed issuer judges tokens of open sessions');
must($node, 'ALTER SYSTEM SET herm_jwt.jwt_secret = ' . quote(config($new)));
reload($node, @all);
$ann_psql->set_token($bob);

# ---- ALTER SYSTEM refuses what it should ----

my $secret = hmac_key();
my %refused = (
	'not JSON'        => '{"type": "planted-garbage',
	'an unknown type' => '{"type": "RS1024", "key": "planted-key"}',
	'a symmetric key' => config($secret),
	'a list of none'  => '[]');

foreach my $what (sort keys %refused)
{
	my $answer = raises($node, 'ALTER SYSTEM SET herm_jwt.jwt_secret = ' . quote($refused{$what}),
		'22023', qr/parameter "herm_jwt\.jwt_secret"/, "ALTER SYSTEM refuses $what");
	unlike($answer->{text}, qr/planted|\Q$secret->{private}\E/, 'and does not repeat the value');
}
reload($node, @all);
gives($ann_psql, $user, 'bob', 'refused values changed nothing');

# ---- the same values in the file, by reload ----

must($node, 'ALTER SYSTEM RESET herm_jwt.jwt_secret');
$node->append_conf('postgresql.conf', setting('herm_jwt.jwt_secret', config($new)));
reload($node, @all);
gives($ann_psql, $user, 'bob', 'the key in postgresql.conf');

foreach my $what (sort keys %refused)
{
	$position = log_position($node);
	$node->append_conf('postgresql.conf', setting('herm_jwt.jwt_secret', $refused{$what}));
	reload($node, @all);
	gives($ann_psql, $user, 'bob', "reload with $what: open sessions keep the old key");
	gives($node, in_force($bob), 't', "reload with $what: new sessions have the old key");
	my $log = log_since($node, $position);
	like($log, qr/LOG: .*parameter "herm_jwt\.jwt_secret"/,
		"reload with $what: the log names the parameter");
	unlike($log, qr/planted|\Q$secret->{private}\E/,
		"reload with $what: the log is free of the value");
}

# ---- taken away ----

$node->append_conf('postgresql.conf', setting('herm_jwt.jwt_secret', ''));
reload($node, @all);
every_accessor_raises($ann_psql, '55000', qr/not configured/,
	'the setting emptied: nothing is configured, and the old key is not kept');

$_->close foreach @all;
done_testing();
