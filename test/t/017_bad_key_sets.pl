# SPDX-License-Identifier: PostgreSQL
#
# Whatever a jwk_url gives, the last good keys stay in use, the view says what is
# wrong, and the log says so once. Keys of a set that cannot be used are left out
# one by one. Sets that are never confirmed again are dropped after a while.
#
use strict;
use warnings FATAL => 'all';

use HermJwt;
use MIME::Base64 qw(decode_base64url encode_base64);
use PostgreSQL::Test::Utils;
use Test::More;

my $good = named('good', ec_key());
my $other = named('other', ec_key());
my $issuer = issuer();
my $elsewhere = issuer();

sub verify { return "SELECT herm_jwt.verify('" . token($_[0]) . "') IS NOT NULL" }

sub verified
{
	my ($node, $key) = @_;

	return ask($node, verify($key))->{rows} eq 't';
}

sub refresh
{
	my ($node) = @_;

	return must($node, 'SELECT outcome, keys, detail FROM herm_jwt.refresh_jwks()');
}

# After a failure another fetch may be under way, which an operator would only join.
sub recover
{
	my ($node, $keys) = @_;

	wait_until(sub { refresh($node) =~ /^fetched\|$keys\|/ }, 'the good set is back');
	return;
}

sub lines
{
	my ($node, $position, $what) = @_;

	return scalar(() = log_since($node, $position) =~ /$what/g);
}

# The worker writes its lines right after what sessions see.
sub wait_for_line
{
	my ($node, $position, $what) = @_;

	wait_until(sub { lines($node, $position, $what) > 0 }, "the log has the line: $what");
	return;
}

# ---- answers that are no key set ----

my $set = key_set($good);
my $large = 1024 * 1024;
my @many = map { jwk($other, kid => "key $_") } 1 .. 257;
my $host = $elsewhere->url;
my $relay = $issuer->url;

sub padded { return $set . ' ' x ($_[0] - length($set)) }

$relay =~ s/127\.0\.0\.1/localhost/;
$elsewhere->publishes($other);

my $none = qr/no key that can be used/;

# name => [answer, what the view says]
my %bad = (
	'an HTML page'        => [ { body => '<!DOCTYPE html><html></html>' }, qr/JSON/ ],
	'an empty body'       => [ {}, qr/JSON/ ],
	'an empty object'     => [ { body => '{}' }, qr/no array "keys"/ ],
	'an array'            => [ { body => "[$set]" }, qr/no array "keys"/ ],
	'a string'            => [ { body => '"keys"' }, qr/no array "keys"/ ],
	'an empty set'        => [ { body => '{"keys":[]}' }, $none ],
	'keys not an array'   => [ { body => '{"keys":{}}' }, qr/no array "keys"/ ],
	'keys that are null'  => [ { body => '{"keys":null}' }, qr/no array "keys"/ ],
	'keys that are none'  => [ { body => '{"keys":[1,null,"x",[],{}]}' }, $none ],
	'unknown kinds only'  => [ { body => key_set(jwk($other, kty => 'XX')) }, $none ],
	'257 keys'            => [ { body => key_set(@many) }, qr/more than 256 keys/ ],
	'half a set'          => [ { body => substr($set, 0, -10) }, qr/JSON/ ],
	'two sets'            => [ { body => $set . $set }, qr/JSON/ ],
	'invalid UTF-8'       => [ { body => qq({"a":"\xC3\x28",) . substr($set, 1) }, qr/UTF-8/ ],
	'a zero byte'         => [ { body => "$set\0" }, qr/UTF-8|JSON/ ],
	'keys twice'          => [ { body => qq({"keys":[],) . substr($set, 1) }, qr/twice/ ],
	'a deep set'          => [ { body => '{"a":' . '[' x 200 . ']' x 200 . ',' . substr($set, 1) },
		qr/deep/ ],
	'status 500'          => [ { status => 500, body => $set }, qr/status 500/ ],
	'status 404'          => [ { status => 404, body => $set }, qr/status 404/ ],
	'status 204'          => [ { status => 204 }, qr/status 204/ ],
	'a redirect without a place' => [ { status => 302 }, qr/status 302/ ],
	'a redirect to another host' => [ { status => 302, headers => { Location => $relay } },
		qr/redirect to another host refused/ ],
	'a redirect to another port' => [ { status => 302, headers => { Location => $host } },
		qr/redirect to another port refused/ ],
	'a redirect to a file' => [ { status => 302, headers => { Location => 'file:///etc/passwd' } },
		qr/redirect to something else/ ],
	'a redirect to itself' => [ { status => 302, headers => { Location => '/keys' } },
		qr/too many redirects/ ],
	'a reset'             => [ { how => 'reset' }, qr/connection/ ],
	'no answer'           => [ { how => 'close' }, qr/without an answer/ ],
	'a large body'        => [ { body => padded($large + 1) }, qr/larger than/ ],
	'an endless body'     => [ { how => 'pour', body => $set . ' ' x 10_000 }, qr/larger than/ ],
	'half a body'         => [ { body => $set, headers => { 'Content-Length' => 5000 } },
		qr/broke off/ ],
	'a compressed body'   => [ { body => $set, headers => { 'Content-Encoding' => 'gzip' } },
		qr/compressed/ ],
	'a server that hangs' => [ { how => 'hang' }, qr/timed out/ ],
	'a body in drops'     => [ { how => 'drip', body => $set }, qr/timed out/ ]);

$issuer->publishes($good);
my $node = new_cluster('main',
	conf => setting('herm_jwt.jwt_secret', url_config($issuer->url))
	  . "herm_jwt.jwks_timeout = '1 s'\nherm_jwt.jwks_cooldown = '1 h'\n"
	  . "herm_jwt.jwks_wait = '10 s'\n");
my $psql = session($node);

ok(verified($psql, $good), 'a good set to begin with');
foreach my $what (sort keys %bad)
{
	my ($answer, $error) = @{ $bad{$what} };
	my $position = log_position($node);

	$issuer->answers(%$answer);
	like(refresh($node), qr/^failed\|1\|.*$error/, "$what: refresh_jwks() reports it");
	like(must($node, 'SELECT last_error FROM herm_jwt.jwk_urls WHERE keys = 1'), $error,
		"$what: so does the view");
	ok(verified($psql, $good), "$what: the last good key stays in an open session");
	ok(verified($node, $good), "$what: and in a new one");
	ok(!verified($node, $other), "$what: nothing else counts");
	refresh($node);
	$issuer->publishes($good);
	recover($node, 1);
	wait_for_line($node, $position, 'answers again');
	is(lines($node, $position, 'WARNING:  could not fetch the key set of jwk_url'), 1,
		"$what: the log says so once");
	is(lines($node, $position, 'DETAIL:  The last good keys stay in use'), 1,
		"$what: and what it means");
	is(lines($node, $position, 'jwk_url "\S+" answers again'), 1, "$what: and when it is over");
	is(lines($node, $position, 'has changed|has fetched'), 0, "$what: the set has not changed");
	gives($node, 'SELECT last_error IS NULL, failed_at IS NOT NULL FROM herm_jwt.jwk_urls', 't|t',
		"$what: the view shows that it is over, and when it was");
}
is($elsewhere->count, 0, 'no redirect was followed to another server');

# ---- good answers that look odd ----

# name => [answer, how many keys]
my %odd = (
	'256 keys'            => [ { body => key_set($good, @many[ 1 .. 255 ]) }, 256 ],
	'a body of 1 MB'      => [ { body => padded($large) }, 1 ],
	'a type of HTML'      => [ { body => $set, headers => { 'Content-Type' => 'text/html' } }, 1 ],
	'more members'        => [ { body => '{"a":{"b":[1]},' . substr($set, 1) }, 1 ],
	'a redirect'          => [ { status => 307, headers => { Location => '/moved' } }, 1 ],
	'chunks'              => [ { body => sprintf("%x\r\n%s\r\n0\r\n\r\n", length($set), $set),
		headers => { 'Transfer-Encoding' => 'chunked', 'Content-Length' => undef } }, 1 ]);

$issuer->answers(path => '/moved', body => $set);
foreach my $what (sort keys %odd)
{
	my ($answer, $count) = @{ $odd{$what} };

	$issuer->answers(%$answer);
	is(refresh($node), "fetched|$count|", "$what: is a set");
	ok(verified($node, $good), "$what: whose key is good");
}

# ---- keys that are left out ----

my $rsa = named('rsa', rsa_key());
my %unusable = (
	'an unknown kind'      => { kty => 'XX' },
	'no kind'              => { kty => undef },
	'an unknown curve'     => { crv => 'P-257' },
	'no curve'             => { crv => undef },
	'an unknown use'       => { use => 'fun' },
	'a use that is no text' => { use => 1 },
	'an unknown algorithm' => { alg => 'ES257' },
	'no algorithm at all'  => { alg => 'none' },
	'an unknown operation' => { key_ops => ['juggle'] },
	'a kid that is no text' => { kid => 7 },
	'half a point'         => { y => undef },
	'a point elsewhere'    => { x => 'A' x 43 },
	'a number that is none' => { x => '!' });

foreach my $what (sort keys %unusable)
{
	$issuer->answers(body => key_set(jwk($other, %{ $unusable{$what} }), $rsa, $good));
	is(refresh($node), 'fetched|2|', "$what: that key is left out");
	gives($node, 'SELECT kid, kty FROM herm_jwt.keys ORDER BY 1', "good|EC\nrsa|RSA",
		"$what: and no other");
	ok(verified($node, $good), "$what: the others are good");
	ok(!verified($node, $other), "$what: it is not");
}

# as Cognito writes numbers: padded, in the ordinary alphabet, and with a zero in front
sub as_cognito
{
	my ($key) = @_;
	my %jwk = %{ jwk($key) };

	foreach my $number ('n', 'e')
	{
		$jwk{$number} = encode_base64("\0" . decode_base64url($jwk{$number}), '');
	}
	return \%jwk;
}

like(as_cognito($rsa)->{n}, qr/^A.*=$/, 'a number as Cognito writes it');
$issuer->answers(body => key_set(as_cognito($rsa)));
is(refresh($node), 'fetched|1|', 'is understood');
ok(verified($node, $rsa), 'and its key is good');
$psql->close;
$node->stop;

# ---- a provider that is down at the start ----

$issuer->stop;
$node->append_conf('postgresql.conf', "herm_jwt.jwks_cooldown = 1\nherm_jwt.jwks_stale_after = 0");
unlink($node->data_dir . '/herm_jwt.jwks');
$node->start;
my $refusal = raises($node, verify($good), '28000', qr/JWSError NoUsableKeys/,
	'the server starts without its provider, and refuses tokens');
is($refusal->{hint}, 'There are no keys of the jwk_url: could not connect.', 'the hint says why');
like(slurp_file($node->logfile), qr/DETAIL:  There are no keys yet/, 'and so does the log');
$issuer->answers(status => 500);
$issuer->start;
wait_until(sub { ask($node, verify($good))->{hint} =~ /status 500/ }, 'the newest reason');
$issuer->publishes($good);
wait_until(sub { verified($node, $good) }, 'the provider is up: tokens are good without a restart');
gives($node, 'SELECT keys, last_error IS NULL FROM herm_jwt.jwk_urls', '1|t',
	'and the view says so');

# ---- a provider that stays away ----

# Has the set in use expired for as long as another server allows, and have fetches failed?
sub is_long_expired
{
	return must($node, q{SELECT clock_timestamp() > expires_at + '2 s' AND failures >= 2
		FROM herm_jwt.jwk_urls}) eq 't';
}

my $short = { 'Cache-Control' => 'max-age=1' };

$issuer->answers(body => $set, headers => $short);
recover($node, 1);
$issuer->stop;
wait_until(sub { is_long_expired() }, 'the set has expired, and nobody confirms it');
ok(verified($node, $good), 'with jwks_stale_after = 0 the keys stay for ever');

my $position = log_position($node);
$node->append_conf('postgresql.conf', 'herm_jwt.jwks_stale_after = 1');
$node->reload;
wait_until(sub { must($node, 'SELECT keys FROM herm_jwt.jwk_urls') eq '0' },
	'with a limit of a second they are dropped');
$refusal = raises($node, verify($good), '28000', qr/JWSError NoUsableKeys/, 'and no longer good');
is($refusal->{hint}, 'There are no keys of the jwk_url: could not connect.', 'the hint says why');
wait_for_line($node, $position, 'HINT:.*jwks_stale_after');
my $log = log_since($node, $position);
like($log, qr/WARNING:  the keys of jwk_url "\S+" have become too old and are no longer used/,
	'the log warns');
like($log, qr/DETAIL:  The last error was: could not connect\.\n.*HINT:  .*jwks_stale_after/,
	'says why, and what the limit is');
gives($node, 'SELECT count(*) FROM herm_jwt.keys', '0', 'no key is listed');
$issuer->publishes($good);
$issuer->start;
wait_until(sub { verified($node, $good) }, 'the provider is back, and so are the keys');
is(lines($node, $position, 'have become too old'), 1, 'the warning came once');
wait_for_line($node, $position, 'has fetched');
is(lines($node, $position, 'has fetched 1 key'), 1, 'and the new set is in the log once');

# the keys of an open session go, too
$psql = session($node);
$issuer->answers(body => $set, headers => $short);
recover($node, 1);
ok(verified($psql, $good), 'a session has the keys');
$psql->set_token(token($good));
$psql->must('SELECT herm_jwt.session()');
$issuer->stop;
wait_until(sub { ask($psql, 'SELECT herm_jwt.user_id()')->{message} =~ /NoUsableKeys/ },
	'and loses them when they are too old');
$psql->close;
$node->stop;

# ---- a user name and a password in the URL ----

my $user = 'planted-user:planted-password';
my @seen;

$issuer->answers(path => '/private', status => 500);
$issuer->start;
$node = new_cluster('private',
	files => { 'secret.json' => url_config($issuer->url('/private', $user)) },
	conf  => "herm_jwt.jwt_secret_file = 'secret.json'\n"
	  . "herm_jwt.jwks_cooldown = 1\nherm_jwt.jwks_stale_after = 1\nlog_min_messages = debug5\n"
	  . "log_statement = none\nlog_min_error_statement = panic\n");
wait_until(sub { $issuer->count('/private') >= 1 }, 'the server is asked');
is(($issuer->requests)[-1]{headers}{authorization},
	'Basic ' . encode_base64($user, ''), 'with user name and password');

sub note_answer
{
	my ($sql) = @_;
	my $answer = ask($node, $sql);

	push @seen, $answer->{rows}, $answer->{text};
	return $answer;
}

my $views = 'SELECT u::text FROM herm_jwt.jwk_urls u; SELECT k::text FROM herm_jwt.keys k;'
  . 'SELECT r::text FROM herm_jwt.refresh_jwks() r';
my $foreign = url_config($issuer->url('/foreign', $user));

# an answer of each kind that names the URL or takes one
wait_until(sub { note_answer(verify($good))->{hint} =~ /status 500/ }, 'a refusal says why');
note_answer($views);
is(note_answer("SELECT herm_jwt.verify('a.b.c', '$foreign')")->{sqlstate}, '42501',
	'a foreign URL');
is(note_answer("SELECT herm_jwt.check_jwt_secret('$foreign')")->{sqlstate}, '', 'is described');
my $no_url = url_config("x y://$user\@z");
is(note_answer("SELECT herm_jwt.check_jwt_secret('$no_url')")->{sqlstate}, '22023',
	'a text that is no URL');
note_answer("SET herm_jwt.jwt_secret = '$foreign'; SHOW herm_jwt.jwt_secret; SHOW ALL;
	SELECT s::text FROM pg_settings s; SELECT herm_jwt.verify('a.b.c')");

# settings that everybody may read, and changes of which the server logs
foreach my $where ('DATABASE postgres', 'ROLE postgres', 'SYSTEM')
{
	my $answer = note_answer("ALTER $where SET herm_jwt.jwt_secret = '$foreign'");

	is($answer->{sqlstate}, '22023', "ALTER $where refuses such a URL");
	like($answer->{hint}, qr/jwt_secret_file/, 'and says where to put it');
}
my $position_of_reload = log_position($node);
$node->append_conf('postgresql.conf', setting('herm_jwt.jwt_secret', $foreign));
reload($node);
wait_for_line($node, $position_of_reload, 'parameter "herm_jwt.jwt_secret"');
$node->adjust_conf('postgresql.conf', 'herm_jwt.jwt_secret', undef);
reload($node);

$issuer->answers(path => '/private', body => $set, headers => $short);
wait_until(sub { verified($node, $good) }, 'the keys come');
note_answer($views);
$issuer->answers(path => '/private', status => 302, headers => { Location => '/private/keys' });
$issuer->answers(path => '/private/keys', body => key_set($other), headers => $short);
wait_until(sub { verified($node, $other) }, 'other keys come, by a redirect');
is(($issuer->requests)[-1]{headers}{authorization}, 'Basic ' . encode_base64($user, ''),
	'for which user name and password are sent, too');
$issuer->answers(path => '/private', status => 302,
	headers => { Location => "http://$user\@localhost/" });
wait_until(sub { note_answer($views)->{rows} =~ /redirect to another host/ }, 'an evil redirect');
wait_until(
	sub { must($node, "SELECT keys FROM herm_jwt.jwk_urls WHERE url LIKE '%/private'") eq '0' },
	'keys become too old');
note_answer($views);
note_answer(verify($good));
$node->stop;

# a damaged file is another line of the log
append_to_file($node->data_dir . '/herm_jwt.jwks', 'x');
$node->start;
$issuer->answers(path => '/private', body => $set);
wait_until(sub { verified($node, $good) }, 'the keys come again');
$node->stop;

$log = slurp_file($node->logfile);
is(join("\n", grep { /planted/ } @seen), '', 'no view, no error, no hint shows them');
ok(scalar(grep { m{/private} } @seen), 'though they show the rest of the URL');
like($log, qr/could not fetch the key set of jwk_url "\S+private"/, 'as the log does');
like($log, qr/is damaged and ignored/, 'which was searched as well');
is(join("\n", grep { /planted/ } split(/\n/, $log)), '', 'the log shows neither, at DEBUG5');

done_testing();
