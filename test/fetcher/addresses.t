#!/usr/bin/perl
# SPDX-License-Identifier: PostgreSQL
#
# Which addresses are asked, and that no credentials are shown.
#
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib $FindBin::Bin;

use Bench;
use Test::More;

for my $url (
	'file:///etc/passwd', 'ftp://127.0.0.1/keys',
	'gopher://127.0.0.1/keys', 'dict://127.0.0.1/d:x',
	'unknown://127.0.0.1/', 'FILE:///etc/passwd')
{
	fails(fetch(url => $url), 'only http and https addresses can be fetched', "$url is refused");
}
for my $url (
	'data:application/json,{}', 'keys.json',
	'http://', 'http:///keys',
	'http://[::1', 'http://127.0.0.1:99999/',
	'http://a%00b/')
{
	fails(
		fetch(url => $url),
		qr/(?:the address cannot be understood|plain http is refused.*)/,
		"$url is refused");
}
my $target = server_saying(response('200 OK', [], $KEYS));
my $port = $target->{port};
my $good = { status => 200, body => $KEYS };
for my $host ('127.0.0.1', 'localhost', 'LOCALHOST', 'user:password@127.0.0.1')
{
	gives(fetch(url => "http://$host:$port/keys"), $good, "plain http to $host");
}
for my $host ('[::1]', '[0:0:0:0:0:0:0:1]', '127.255.255.254')
{
	fails(
		fetch(url => "http://$host:$port/keys"),
		'could not connect',
		"plain http to $host is permitted, if only there were a server");
}
for my $host (
	'0.0.0.0', '[::ffff:127.0.0.1]', '127.0.0.1.invalid', 'localhost.invalid',
	'localhost.', '127.0.0.1@0.0.0.0', 'localhost:80@0.0.0.0', '[::]',
	'[::1:1]')
{
	fails(
		fetch(url => "http://$host:$port/keys"),
		'plain http is refused, except to this machine',
		"plain http to $host is refused");
}
is(scalar(requests($target)), 4, 'whatever is refused is not asked');
gives(fetch(url => elsewhere($target), 'allow-insecure' => undef),
	$good, 'plain http to another machine, where that is allowed');
gives(fetch(url => "http://127.0.0.1:$port/a/../b?c=d%20e&f#g"),
	$good, 'an address with all its parts');
like((requests($target))[-1], qr{^GET /b\?c=d%20e&f HTTP}, 'of which the fragment stays here');

my $secret = 'http://herm:s3cret%0d%0aX:y@127.0.0.1';
gives(fetch(url => "$secret:$port/keys?key=s3cret"), $good, 'credentials in the address');
like((requests($target))[-1], qr{^Authorization: Basic aGVybTpzM2NyZXQNClg6eQ==\r$}m, 'are sent');
for my $url (
	"$secret:1/keys?s3cret", 'http://herm:s3cret@0.0.0.0/?s3cret',
	'ftp://herm:s3cret@127.0.0.1/?s3cret', 'https://herm:s3cret@127.0.0.1:1/?s3cret',
	"https://herm:s3cret\@127.0.0.1:$port/?s3cret", 'http://herm:s3cret@[/?s3cret',
	'http://herm:s3cret@no-such-host.invalid/?s3cret')
{
	my $result = fetch(url => $url, 'connect-timeout' => 5000);

	ok( $result->{code} eq '1' && "$result->{out}$result->{errors}" !~ /herm|s3cret/,
		'but never shown, whatever is wrong with ' . ($url =~ s/herm:s3cret/.../r));
}

done_testing();
