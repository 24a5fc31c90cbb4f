#!/usr/bin/perl
# SPDX-License-Identifier: PostgreSQL
#
# Where a redirect may lead.
#
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib $FindBin::Bin;

use Bench;
use Test::More;

# Redirects /keys to these places one after the other, then gives the keys.
sub redirecting
{
	my (@places) = @_;

	return http_server(
		sub {
			my ($socket, $head, $number) = @_;
			my $place = $places[ $number - 1 ];
			my $host = $head =~ /^Host: (\S+)/m ? $1 : '';
			my @field = ref $place ? @$place : 'Location: ' . ($place // '');

			s/<host>/$host/ foreach @field;
			syswrite $socket,
			  $number <= @places
			  ? response('302 Found', [ 'ETag: "no"', @field ], 'elsewhere')
			  : response('200 OK', [], $KEYS);
		});
}

sub refuses_redirect
{
	my ($place, $text, $what) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return fails(fetch(url => redirecting($place)->{url}), $text, $what // "redirect to $place");
}

my $good = { status => 200, body => $KEYS };
my $three = redirecting('/a?b', 'http://<host>/c', '//<host>/d/e');
gives(fetch(url => $three->{url} =~ s{//}{//u:p\@}r, etag => '"x"'),
	$good, 'three redirects on the same host');
is(join(' ', map {m{^GET (\S+)}} requests($three)), '/keys /a?b /c /d/e', 'each to its path');
is(scalar(grep {m{^Authorization: Basic dTpw\r$}m} requests($three)),
	4, 'each with the credentials');
is(scalar(grep {m{^If-None-Match: "x"\r$}m} requests($three)), 4, 'each with the ETag');
my $strange = redirecting('http://mallory:m@<host>/c');
gives(fetch(url => $strange->{url}), $good, 'a redirect with other credentials');
unlike((requests($strange))[1], qr/^Authorization/m, 'is followed without them');
my $four = redirecting('/1', '/2', '/3', '/4');
fails(fetch(url => $four->{url}), 'too many redirects', 'four redirects');
is(scalar(requests($four)), 4, 'of which the fourth is not followed');
fails(
	fetch(url => redirecting(('/') x 50)->{url}),
	'too many redirects',
	'redirects without an end');
fails(
	fetch_from(
		sub {
			my ($socket, $head, $number) = @_;

			sleep 60 if $number > 1;
			select undef, undef, undef, 1.2;
			syswrite $socket, response('302 Found', ['Location: /'], '');
		},
		timeout => 1500),
	'timed out after 1.5 s',
	'a redirect has only the time that is left');

my $bystander = server_saying(response('200 OK', [], 'stolen'));
refuses_redirect('https://idp.invalid/', 'redirect to another host refused');
refuses_redirect(
	"http://localhost:$bystander->{port}/",
	'redirect to another host refused',
	'redirect to another name of this machine');
refuses_redirect('//idp.invalid/', 'redirect to another host refused');
refuses_redirect('http://<host>@idp.invalid/', 'redirect to another host refused');
refuses_redirect($bystander->{url}, 'redirect to another port refused', 'redirect to another port');
refuses_redirect(
	'https://<host>/',
	'redirect from http to https on the same port refused',
	'redirect to TLS on the same port');
refuses_redirect(
	'https://127.0.0.1/',
	'redirect to another port refused',
	'redirect to TLS on another port');
refuses_redirect(
	'http://127.0.0.1/',
	'redirect to another port refused',
	'redirect to the usual port');

for my $place (
	'file:///etc/passwd', 'file://127.0.0.1/etc/passwd',
	'ftp://<host>/', 'gopher://<host>/',
	'unknown://<host>/', 'dict://<host>/d:x')
{
	refuses_redirect($place, 'redirect to something else than http and https refused');
}
for my $place (
	'data:application/json,{}', 'http://', 'http://[::1/', "/a\tb",
	"/caf\xc3\xa9", '/' . 'x' x 3000)
{
	refuses_redirect(
		$place,
		qr/redirect to (?:an address that cannot be understood|something else .* refused)/,
		'redirect to ' . substr($place =~ s/[^ -~]/?/gr, 0, 20));
}
refuses_redirect(
	[ 'Location: /a', 'Location: /b' ],
	'redirect to an address that cannot be understood',
	'redirect to two places');
is(scalar(requests($bystander)), 0, 'nobody else was asked');
gives(
	fetch(url => redirecting(['X: y'])->{url}),
	{ status => 302, etag => '"no"' },
	'a redirect to nowhere is an answer like any other');
gives(
	fetch_from(response('304 Not Modified', ['Location: https://idp.invalid/'])),
	{ status => 304 },
	'a Location without a redirect means nothing');

done_testing();
