# SPDX-License-Identifier: PostgreSQL
#
# Several jwk_urls in one server: a database of its own issuer, several issuers
# in one configuration, and the limit. What becomes of one concerns no other.
#
use strict;
use warnings FATAL => 'all';

use HermJwt;
use PostgreSQL::Test::Utils;
use Test::More;

my ($ann, $bob, $cid, $dan) = map { issuer() } 1 .. 4;
my %key = map { $_ => named($_, ec_key()) } qw(ann bob cid dan);
my %sessions;

$ann->publishes($key{ann});
$bob->publishes($key{bob});
$cid->publishes($key{cid});
$dan->publishes($key{dan});

my $node = new_cluster('main',
	conf => setting('herm_jwt.jwt_secret', url_config($ann->url))
	  . "herm_jwt.jwks_cooldown = 1\nherm_jwt.jwks_wait = '10 s'\nherm_jwt.max_jwks_urls = 2\n"
	  . "herm_jwt.jwks_timeout = '5 min'\n");

# A session of a database, which stays open.
sub in
{
	my ($database) = @_;

	return $sessions{$database} //= session($node, database => $database);
}

sub create_database
{
	my ($database, $config) = @_;

	must($node, "CREATE DATABASE $database");
	must($node, "ALTER DATABASE $database SET herm_jwt.jwt_secret = " . quote($config));
	in($database)->must('CREATE EXTENSION herm_jwt');
	return;
}

# The key and the claims of a token.
sub verify { return "SELECT herm_jwt.verify('" . token(@_) . "') IS NOT NULL" }

sub refuses
{
	my ($whom, $key, $name) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return raises($whom, verify($key), '28000', qr/JWSInvalidSignature/, $name);
}

sub is_listed
{
	my (@issuers) = @_;
	my $name = pop(@issuers);

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return gives($node, 'SELECT url, keys FROM herm_jwt.jwk_urls ORDER BY url COLLATE "C"',
		join("\n", sort map { $_->url . '|1' } @issuers), $name);
}

# Until an unknown key may cause a fetch of that URL again.
sub wait_for_cooldown
{
	my ($issuer) = @_;

	wait_until(
		sub {
			must($node, "SELECT clock_timestamp() > greatest(fetched_at, failed_at) + '1.1 s'
				FROM herm_jwt.jwk_urls WHERE url = '" . $issuer->url . "'") eq 't';
		},
		'the cooldown is over');
	return;
}

# ---- a URL for each database ----

gives(in('postgres'), verify($key{ann}), 't', 'the server has an issuer');
create_database('b', url_config($bob->url));
is($bob->count, 0, 'that of a database is not asked before somebody needs it');
gives(in('b'), verify($key{bob}), 't', "that database accepts its issuer's tokens");
is($bob->count, 1, 'after one request');
refuses(in('b'), $key{ann}, 'and not those of the server');
refuses(in('postgres'), $key{bob}, 'as the others do not accept its own');
is_listed($ann, $bob, 'both are listed');
gives($node, 'SELECT source, kid FROM herm_jwt.keys ORDER BY kid',
	join("\n", $ann->url . '|ann', $bob->url . '|bob'), 'with their keys');

# ---- the same URL again ----

create_database('again', url_config($bob->url, audience => 'herm'));
my ($before, $before_bob) = ($ann->count, $bob->count);
gives(in('again'), verify($key{bob}, aud => 'herm'), 't', 'another database with the same URL');
raises(in('again'), verify($key{bob}, aud => 'others'), '28000', qr/JWTNotInAudience/,
	'and other rules');
is($bob->count, $before_bob, 'needs no request');
is_listed($ann, $bob, 'and has no place of its own');
gives($node, 'SELECT outcome, keys FROM herm_jwt.refresh_jwks()', "fetched|1\nfetched|1",
	'a refresh fetches all of them');
is($ann->count - $before, 1, 'the one');
is($bob->count - $before_bob, 1, 'and the other');

# ---- several in one configuration ----

# What a configuration is for one of several issuers.
sub one_of { return url_config($_[0]->url, issuer => $_[1]) }

create_database('pair', '[' . one_of($ann, 'of ann') . ',' . one_of($bob, 'of bob') . ']');
gives(in('pair'), verify($key{ann}, iss => 'of ann'), 't', 'one issuer of an array');
gives(in('pair'), verify($key{bob}, iss => 'of bob'), 't', 'and the other');
raises(in('pair'), verify($key{ann}, iss => 'of bob'), '28000', qr/JWSInvalidSignature/,
	'each with its own keys only');

# ---- one of them is down ----

my $new_ann = named('new ann', ec_key());
my $position = log_position($node);

$bob->stop;
like(must($node, 'SELECT outcome, keys FROM herm_jwt.refresh_jwks() ORDER BY 1'),
	qr/^failed\|1\nfetched\|1$/, 'one of two issuers is down');
gives(in('pair'), verify($key{bob}, iss => 'of bob'), 't', 'its keys stay');
$ann->publishes($new_ann);
wait_for_cooldown($ann);
gives(in('pair'), verify($new_ann, iss => 'of ann'), 't', 'the other one may change its own');
gives($node, 'SELECT last_error IS NULL FROM herm_jwt.jwk_urls ORDER BY url = ' . quote($bob->url),
	"t\nf", 'the view tells them apart');
is(scalar(() = log_since($node, $position) =~ /WARNING:.* could not fetch/g), 1, 'as does the log');

$bob->answers(how => 'hang');
$bob->start;
$before = $bob->count;
wait_until(sub { $bob->count > $before }, 'an issuer hangs');
$ann->publishes($key{ann});
wait_for_cooldown($ann);
gives(in('pair'), verify($key{ann}, iss => 'of ann'), 't', 'while the other one has a new key');
is($bob->count, $before + 1, 'and it hangs on');
$bob->publishes($key{bob});
wait_until(sub { must($node, 'SELECT count(last_error) FROM herm_jwt.jwk_urls') eq '0' },
	'both are up again');

# ---- too many ----

create_database('c', url_config($cid->url));
my $refusal = raises(in('c'), verify($key{cid}), '53400',
	qr/^there are more than 2 different jwk_urls$/, 'a third URL is one too many');
like($refusal->{hint}, qr/herm_jwt\.max_jwks_urls/, 'the hint names the setting');
in('c')->set_token(token($key{cid}));
every_accessor_raises(in('c'), '53400', qr/more than 2/, 'its sessions say the same');
is($cid->count, 0, 'and nobody asks that issuer');
is_listed($ann, $bob, 'nor is it listed');
gives(in('postgres'), verify($key{ann}), 't', 'the others go on');
gives(in('pair'), verify($key{bob}, iss => 'of bob'), 't', 'one as the other');

$node->append_conf('postgresql.conf', 'herm_jwt.max_jwks_urls = 3');
reload($node, in('c'));
gives(in('c'), verify($key{cid}), 't', 'with a higher limit it works, in the session that failed');
is($cid->count, 1, 'after one request');
create_database('d', url_config($dan->url));
raises(in('d'), verify($key{dan}), '53400', qr/more than 3/, 'the next one is too many again');

# an array is refused as a whole: which issuer would be the one to go without?
create_database('e', '[' . one_of($ann, 'of ann') . ',' . one_of($dan, 'of dan') . ']');
raises(in('e'), verify($key{ann}, iss => 'of ann'), '53400', qr/more than 3/,
	'one too many in an array');
is($dan->count, 0, 'is not asked either');

# ---- a URL that is not in use any longer ----

$_->close foreach values %sessions;
%sessions = ();
$node->restart;
gives(in('d'), verify($key{dan}), 't', 'after a restart others get the places');
gives(in('c'), verify($key{cid}), 't', 'and the keys that were kept');
raises(in('b'), verify($key{bob}), '53400', qr/more than 3/, 'who comes last is refused');
gives(in('postgres'), verify($key{ann}), 't', 'the URL of the configuration file has its place');
$_->close foreach values %sessions;
%sessions = ();

# ---- long URLs ----

my $longest = $ann->url('/' . 'x' x (2048 - length($ann->url('/'))));

must($node, 'ALTER DATABASE c SET herm_jwt.jwt_secret = ' . quote(url_config("${longest}x")));
raises(in('c'), verify($key{ann}), '22023', qr/^the jwk_url is longer than 2048 bytes$/,
	'a URL of 2049 bytes is refused');
$sessions{c}->close;
delete $sessions{c};
must($node, 'ALTER DATABASE c SET herm_jwt.jwt_secret = ' . quote(url_config($longest)));
$node->append_conf('postgresql.conf', 'herm_jwt.max_jwks_urls = 64');
reload($node);
gives(in('c'), verify($key{ann}), 't', 'one of 2048 bytes works');
is($ann->count(substr($longest, length($ann->url('')))), 1, 'and is asked for as a whole');
$_->close foreach values %sessions;
$node->stop;

# ---- without the library in shared_preload_libraries ----

my $lazy = new_cluster('lazy', preload => 0,
	conf => setting('herm_jwt.jwt_secret', url_config($cid->url)));
my $calls = $cid->count;
my $psql = session($lazy);

foreach my $call ('verify', 'resolve', 'authenticate')
{
	$refusal = raises($psql, "SELECT herm_jwt.$call('" . token($key{cid}) . "')", '55000',
		qr/^a jwk_url needs the background worker of herm_jwt$/, "without the worker: $call()");
	like($refusal->{hint}, qr/shared_preload_libraries/, 'the hint says what to do');
}
$psql->set_token(token($key{cid}));
every_accessor_raises($psql, '55000', qr/background worker/, 'and so says every accessor');
$psql->must('RESET herm_jwt.token');
like($psql->must("SELECT detail FROM herm_jwt.inspect('" . token($key{cid}) . "')
	WHERE status = 'failed'"), qr/background worker/, 'and inspect()');
raises($psql, 'SELECT herm_jwt.refresh_jwks()', '55000', qr/background worker/,
	'and refresh_jwks()');
foreach my $view (qw(keys jwk_urls stats))
{
	gives($psql, "SELECT count(*) FROM herm_jwt.$view", '0', "the view $view is empty");
}
my $with_key = quote(config($key{ann}));
gives($psql, "SELECT herm_jwt.verify('" . token($key{ann}) . "', $with_key) IS NOT NULL", 't',
	'a configuration with a key works');
my $with_url = quote(url_config($cid->url));
gives($psql, "SELECT herm_jwt.check_jwt_secret($with_url) ->> 'jwk_url'", $cid->url,
	'one with a URL can be described');
$psql->must("SET herm_jwt.jwt_secret = $with_key");
$psql->set_token(token($key{ann}));
gives($psql, 'SELECT herm_jwt.user_id()', 'ann', 'a session by a key works as well');
gives($psql, 'SELECT kty, alg FROM herm_jwt.keys', 'EC|ES256', 'and that key is listed');
is($cid->count, $calls, 'nobody has asked the issuer');
$psql->close;

done_testing();
