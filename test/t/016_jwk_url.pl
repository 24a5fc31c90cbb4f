# SPDX-License-Identifier: PostgreSQL
#
# The life of a key set that comes from a URL: the first fetch, rotations, keys
# that nobody knows, refreshes, and the places that may name the URL. Requests
# are counted at the issuer.
#
# Two servers: for the quick one a second after a fetch another one is allowed,
# for the calm one only an hour later.
#
use strict;
use warnings FATAL => 'all';

use HermJwt;
use Test::More;

my ($first, $second, $third) = map { named($_, ec_key()) } 'first', 'second', 'third';
my $stranger = named('stranger', ec_key());
my $issuer = issuer();
my $calm_issuer = issuer();
my $config = url_config($issuer->url);

# ---- questions ----

# Each way to judge a token; a good one gives 't'.
my %ways = (
	'verify()'  => sub { "SELECT herm_jwt.verify('$_[0]') IS NOT NULL" },
	'resolve()' => sub { "SELECT herm_jwt.resolve('$_[0]') IS NOT NULL" },
	'inspect()' => sub { "SELECT bool_and(status <> 'failed') FROM herm_jwt.inspect('$_[0]')" },
	'a session' => sub { "SET herm_jwt.token = '$_[0]'; SELECT herm_jwt.user_id() = 'ann'" },
	'authenticate()' => sub { "SELECT herm_jwt.authenticate('$_[0]') IS NOT NULL" },
	'verify() with a configuration' =>
	  sub { "SELECT herm_jwt.verify('$_[0]', '$config') IS NOT NULL" },
	'resolve() with a configuration' =>
	  sub { "SELECT herm_jwt.resolve('$_[0]', '$config') IS NOT NULL" },
	'inspect() with a configuration' =>
	  sub { "SELECT bool_and(status <> 'failed') FROM herm_jwt.inspect('$_[0]', '$config')" });

sub verify { return $ways{'verify()'}->(token($_[0])) }

sub accepts
{
	my ($whom, $key, $name) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return gives($whom, verify($key), 't', $name);
}

sub refuses
{
	my ($whom, $key, $name) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return raises($whom, verify($key), '28000', qr/JWSInvalidSignature/, $name);
}

# How many requests came meanwhile.
sub requests_of
{
	my ($of, $action) = @_;
	my $before = $of->count;

	$action->();
	return $of->count - $before;
}

# Until an unknown key may cause a fetch again; for the quick server.
sub wait_for_cooldown
{
	my ($node) = @_;

	wait_until(
		sub {
			must($node, q{SELECT clock_timestamp() > greatest(fetched_at, failed_at) + '1.1 s'
				FROM herm_jwt.jwk_urls}) eq 't';
		},
		'the cooldown is over');
	return;
}

sub refresh
{
	my ($node) = @_;

	return must($node, 'SELECT outcome, keys, detail FROM herm_jwt.refresh_jwks()');
}

# ---- the first set ----

$issuer->answers(how => 'hang');
$calm_issuer->publishes($first);

my $wait = "herm_jwt.jwks_wait = '10 s'\n";
my $quick = new_cluster('quick',
	conf => setting('herm_jwt.jwt_secret', $config) . "${wait}herm_jwt.jwks_cooldown = 1\n");
my $calm = new_cluster('calm',
	conf => setting('herm_jwt.jwt_secret', url_config($calm_issuer->url))
	  . "${wait}herm_jwt.jwks_cooldown = '1 h'\n");
my $psql = session($quick);

# How many sessions wait for keys.
sub waiting
{
	return must($quick, q{SELECT count(*) FROM pg_stat_activity
		WHERE state = 'active' AND wait_event = 'Extension' AND backend_type = 'client backend'});
}

wait_until(sub { $issuer->count == 1 }, 'the worker asks by itself');
$psql->send(verify($first));
wait_until(sub { waiting() == 1 }, 'the session waits for the first set');
$issuer->publishes($first);
is($psql->receive->{rows}, 't', 'the first token after the start waits for the keys, and is good');
is($issuer->count, 1, 'one request has brought them');
accepts($calm, $first, 'the first token of another server is good, too');
is($calm_issuer->count, 1, 'and that one asked once, too');

# ---- what the administrator sees ----

my $url = $issuer->url;

gives($quick, q{SELECT source, kid, kty, alg, fetched_at < clock_timestamp(),
	expires_at - fetched_at FROM herm_jwt.keys}, "$url|first|EC|ES256|t|01:00:00",
	'the key is listed, good for an hour if nobody says how long');
gives($quick, q{SELECT url, keys, expires_at - fetched_at, fetches, failures, last_error IS NULL,
	failed_at IS NULL, next_fetch_at - fetched_at BETWEEN '48 min' AND '54 min'
	FROM herm_jwt.jwk_urls}, "$url|1|01:00:00|1|0|t|t|t",
	'and so is the URL, which is asked again ahead of the expiry');
gives($quick, q{SELECT counter, value FROM herm_jwt.stats WHERE counter LIKE 'jwks%' ORDER BY 1},
	"jwks failures|0\njwks fetches|1", 'and fetches are counted');

# ---- a rotation ----

$issuer->publishes($first, $second);
wait_for_cooldown($quick);
is(requests_of($issuer, sub { accepts($psql, $second, 'a new key is good at once') }),
	1, 'after one request');
is( requests_of(
		$issuer,
		sub {
			accepts($psql, $second, 'and again, in the session that asked');
			accepts($quick, $second, 'and in another one');
			accepts($quick, $first, 'the former key is good as long as it is published');
		}),
	0, 'without another request');
gives($quick, 'SELECT kid FROM herm_jwt.keys ORDER BY 1', "first\nsecond", 'both are listed');

$issuer->publishes($second);
is(refresh($quick), 'fetched|1|', 'the former key is no longer published');
refuses($psql, $first, 'and no longer good in the session that used it');
$psql->set_token(token($second));
gives($psql, 'SELECT herm_jwt.user_id()', 'ann', 'a session by the key that is left');
$issuer->publishes($third);
is(refresh($quick), 'fetched|1|', 'that key goes, too');
every_accessor_raises($psql, '28000', qr/JWSInvalidSignature/, 'and its sessions end with it');
$psql->must('RESET herm_jwt.token');

# ---- two rotations, one right after the other ----

my $fourth = named('fourth', ec_key());
my $fifth = named('fifth', ec_key());
my $before = $issuer->count;

$issuer->publishes($fourth);
wait_for_cooldown($quick);
accepts($quick, $fourth, 'a rotation');
$issuer->publishes($fifth);
wait_until(sub { ask($quick, verify($fifth))->{rows} eq 't' }, 'the fifth key is good');
is($issuer->count - $before, 2, 'the next rotation is found after the cooldown, by one request');

is( requests_of(
		$calm_issuer,
		sub {
			$calm_issuer->publishes($second);
			refuses($calm, $second, 'within the cooldown a new key has to wait') foreach 1 .. 3;
			refuses($calm, $stranger, 'and a strange one');
			accepts($calm, $first, 'while the known one is good');
		}),
	0, 'and nobody asks the issuer');
is(requests_of($calm_issuer, sub { is(refresh($calm), 'fetched|1|', 'an operator need not wait') }),
	1, 'that is a request');
accepts($calm, $second, 'the new key is good then');

# ---- every way to judge a token ----

foreach my $way (sort keys %ways)
{
	my $new = named("for $way", ec_key());
	my $other = session($quick);

	$issuer->publishes($new);
	wait_for_cooldown($quick);
	$before = $issuer->count;
	gives($other, $ways{$way}->(token($new)), 't', "a new key: $way");
	is($issuer->count - $before, 1, "after one request: $way");
	$other->close;
}

# ---- tokens that make no request ----

my $current = named('current', ec_key());
my $nameless = ec_key();
my $rsa = { %{ rsa_key() }, kid => 'current' };

$issuer->publishes($current, $nameless);
is(refresh($quick), 'fetched|2|', 'a key with a name, and one without');
wait_for_cooldown($quick);
is( requests_of(
		$issuer,
		sub {
			foreach my $way (sort keys %ways)
			{
				my $answer = ask($quick, $ways{$way}->(token(named('current', $stranger))));

				ok($answer->{message} =~ /JWSInvalidSignature/ || $answer->{rows} eq 'f',
					"a known key, a wrong signature: $way");
			}
			accepts($quick, { %$current, kid => undef }, 'a good token without a kid');
			accepts($quick, named('elsewhere', $nameless), 'a good token with an unknown kid');
			raises($quick, "SELECT herm_jwt.verify('a.b.c')", '28000', qr/./, 'no token at all');
			refuses($quick, $rsa, 'another algorithm under a known name');
		}),
	0, 'no fetch could help them, and none is made');

# a token without a kid may be signed by any key, so also by a new one
my $unnamed = ec_key();

$issuer->publishes($current, $unnamed);
is(requests_of($issuer, sub { accepts($quick, $unnamed, 'a nameless new key is good at once') }),
	1, 'after one request');

# ---- sessions that do not want to wait ----

$issuer->publishes($current);
is(refresh($quick), 'fetched|1|', 'before a slow answer');
wait_for_cooldown($quick);
$issuer->answers(how => 'hang');
$before = $issuer->count;
$psql->send(verify($second));
wait_until(sub { $issuer->count == $before + 1 && waiting() == 1 }, 'a session waits for it');

my $hasty = session($quick);
my $joined = session($quick);

$hasty->must('SET herm_jwt.jwks_wait = 0');
refuses($hasty, $second, 'with jwks_wait = 0 the new key is not waited for');
is(waiting(), 1, 'the other session still waits');
accepts($hasty, $current, 'a known key is good meanwhile');

$joined->send(verify($second));
wait_until(sub { waiting() == 2 }, 'a third session waits for the same answer');
must($quick, "SELECT pg_cancel_backend(pid) FROM pg_stat_activity
	WHERE wait_event = 'Extension' AND backend_type = 'client backend'
	ORDER BY backend_start DESC LIMIT 1");
is($joined->receive->{sqlstate}, '57014', 'who waits can be cancelled');
$issuer->publishes($current, $second);
is($psql->receive->{rows}, 't', 'who has waited gets the new key');
accepts($hasty, $second, 'and so do the others, now that it is there');
is($issuer->count, $before + 1, 'all that was one request');
$_->close foreach ($hasty, $joined);

# ---- a URL that the server does not have ----

my $foreign = issuer();
$foreign->publishes($first);
my $foreign_config = url_config($foreign->url);

foreach my $function ('verify', 'resolve')
{
	my $call = "herm_jwt.$function('" . token($first) . "', '$foreign_config')";
	my $answer = raises($quick, "SELECT $call", '42501',
		qr/^the server's configuration does not have this jwk_url$/,
		"$function() with another URL is refused");
	like($answer->{hint}, qr/jwks/, 'with a hint');
}
like(ask($quick, "SELECT detail FROM herm_jwt.inspect('" . token($first) . "', '$foreign_config')
	WHERE status = 'failed'")->{rows}, qr/does not have this jwk_url/, 'and inspect() says so');
gives($quick, "SELECT herm_jwt.check_jwt_secret('$foreign_config')->>'jwk_url'", $foreign->url,
	'a configuration may still be described');
is($foreign->count, 0, 'nobody has asked that server');
gives($quick, 'SELECT url FROM herm_jwt.jwk_urls', $url, 'nor is it registered');

# ---- strict mode ----

my $weak = named('weak', rsa_key(1024));
my $strong = named('strong', rsa_key());
my $symmetric = named('symmetric', hmac_key());
my $twin = named('strong', ec_key());

$issuer->publishes($weak, $strong, $twin, $symmetric);
is(refresh($quick), 'fetched|4|', 'a set with weak keys');
accepts($quick, $_, "without strict mode: $_->{kid}") foreach ($weak, $strong, $twin, $symmetric);

my $strict = session($quick);
$strict->must('SET herm_jwt.strict = on');
accepts($strict, $strong, 'strict mode keeps the good key');
raises($strict, verify($weak), '28000', qr/kid names no key/, 'and leaves out a short RSA key');
raises($strict, verify($twin), '28000', qr/strict: alg/, 'the second key of a name');
raises($strict, verify($symmetric), '28000', qr/kid names no key/, 'and a symmetric key');
gives($strict, 'SELECT kid FROM herm_jwt.keys', 'strong', 'it lists what is left');
gives($quick, 'SELECT count(*) FROM herm_jwt.keys', '4', 'others see all');

$issuer->publishes($weak, $symmetric);
is(refresh($quick), 'fetched|2|', 'a set without a good key');
my $answer = raises($strict, verify($weak), '28000', qr/JWSError NoUsableKeys/,
	'strict mode is left without a key');
like($answer->{hint}, qr/no key that strict mode allows/, 'and the hint says why');
accepts($quick, $weak, 'others go on with it');
$strict->close;

# ---- validators ----

sub publish
{
	my ($key, %headers) = @_;

	$calm_issuer->answers(body => key_set($key), headers => \%headers, validate => 1);
	return;
}

sub last_validators
{
	my ($headers) = map { $_->{headers} } ($calm_issuer->requests)[-1];

	return join('|', map { $headers->{$_} // '-' } qw(if-none-match if-modified-since));
}

my $date = 'Sun, 06 Nov 1994 08:49:37 GMT';

publish($first, ETag => '"one"', 'Last-Modified' => $date);
is(refresh($calm), 'fetched|1|', 'a set with validators');
is(last_validators(), '-|-', 'which are not known yet');
foreach my $time ('the next', 'the third')
{
	is(refresh($calm), 'fetched|1|', "$time time: status 304");
	is(last_validators(), qq("one"|$date), 'for the validators that it came with');
	accepts($calm, $first, 'the set stays');
}
gives($calm, 'SELECT failures, last_error IS NULL FROM herm_jwt.jwk_urls', '0|t',
	'that is no failure');

publish($second, ETag => '"two"');
is(refresh($calm), 'fetched|1|', 'another set');
is(last_validators(), qq("one"|$date), 'instead of the former one');
accepts($calm, $second, 'it counts');
refuses($calm, $first, 'the former one does not');
is(refresh($calm), 'fetched|1|', 'status 304 again');
is(last_validators(), '"two"|-', 'for the new validator');

# ---- lifetimes ----

# A set that says how long it may be kept.
sub publish_for
{
	my ($of, $key, $control) = @_;

	$of->answers(body => key_set($key), headers => { 'Cache-Control' => $control });
	return;
}

publish_for($calm_issuer, $first, 'no-cache, no-store');
is(refresh($calm), 'fetched|1|', 'a set that may not be kept');
is( requests_of(
		$calm_issuer,
		sub {
			accepts($calm, $first, 'it is kept') foreach 1 .. 3;
			refuses($calm, $stranger, 'a strange key') foreach 1 .. 3;
		}),
	0, 'all the same no token causes a request');
gives($calm, q{SELECT expires_at - fetched_at, next_fetch_at - fetched_at FROM herm_jwt.jwk_urls},
	'01:00:00|01:00:00', 'and the next one comes after the cooldown');
publish_for($calm_issuer, $first, 'max-age=99999999');
is(refresh($calm), 'fetched|1|', 'a set for three years');
gives($calm, q{SELECT expires_at - fetched_at, next_fetch_at < expires_at FROM herm_jwt.jwk_urls},
	'1 day|t', 'is asked for within a day');

publish_for($issuer, $first, 'max-age=2');
is(refresh($quick), 'fetched|1|', 'a set for two seconds');
gives($quick, q{SELECT next_fetch_at < expires_at FROM herm_jwt.jwk_urls}, 't',
	'is to be fetched again before they are over');
publish_for($issuer, $second, 'max-age=1');
my $kid = 'SELECT kid FROM herm_jwt.keys';
wait_until(sub { must($quick, $kid) eq 'second' }, 'that happens by itself');
$issuer->publishes($first);
wait_until(sub { must($quick, $kid) eq 'first' }, 'and again');
accepts($quick, $first, 'so a key that nobody has used yet is there');

# ---- refresh_jwks() ----

$issuer->answers(status => 503);
is(refresh($quick), 'failed|1|the server answered with status 503', 'a failed fetch is reported');
$issuer->publishes($first, $second);
wait_until(sub { refresh($quick) eq 'fetched|2|' }, 'and one that works');
raises($quick, 'SET ROLE pg_read_all_data; SELECT herm_jwt.refresh_jwks()', '42501',
	qr/permission denied/, 'not everybody may ask for it');
gives($quick, "SET ROLE pg_monitor; SELECT url, outcome, keys, detail FROM herm_jwt.refresh_jwks()",
	"$url|fetched|2|", 'who watches over the server may');

# ---- another URL ----

my $next_issuer = issuer();
$next_issuer->publishes($third);
$psql->close;
$quick->append_conf('postgresql.conf',
	setting('herm_jwt.jwt_secret', url_config($next_issuer->url)));
$quick->reload;
wait_until(sub { $next_issuer->count == 1 }, 'the worker asks the new URL before any session does');
accepts($quick, $third, 'its key is good');
refuses($quick, $first, 'the key of the old URL is not');
$quick->stop;
$calm->stop;

# ---- the other places of the configuration ----

my ($file_issuer, $other_file_issuer, $environment_issuer) = map { issuer() } 1 .. 3;
$file_issuer->publishes($first);
$other_file_issuer->publishes($second);
$environment_issuer->publishes($third);

my $node = new_cluster('places',
	conf        => "herm_jwt.jwt_secret_file = 'secret.json'\n",
	files       => { 'secret.json' => url_config($file_issuer->url) },
	environment => { HASURA_GRAPHQL_JWT_SECRET => url_config($environment_issuer->url) });

wait_until(sub { $file_issuer->count == 1 }, 'the URL of a file is asked at the start');
accepts($node, $first, 'a configuration from a file');
replace_file($node->data_dir . '/secret.json', url_config($other_file_issuer->url));
$node->reload;
wait_until(sub { $other_file_issuer->count == 1 }, 'and a new one after a reload');
accepts($node, $second, 'a new configuration from the file');
is($environment_issuer->count, 0, 'the environment does not count as long as there is a file');

$node->append_conf('postgresql.conf', "herm_jwt.jwt_secret_file = ''");
start_with_environment($node, HASURA_GRAPHQL_JWT_SECRET => url_config($environment_issuer->url));
wait_until(sub { $environment_issuer->count == 1 }, 'the URL of the environment is asked');
accepts($node, $third, 'a configuration from the environment');

done_testing();
