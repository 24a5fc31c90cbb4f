#!/usr/bin/perl
# SPDX-License-Identifier: PostgreSQL
#
# Answers as they should be, and what is asked for them.
#
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib $FindBin::Bin;

use Bench;
use Test::More;

my $plain = server_saying(response('200 OK', ['Content-Type: application/json'], $KEYS));
gives(
	fetch(url => $plain->{url}),
	{ status => 200, 'content-type' => 'application/json', body => $KEYS },
	'a key set arrives');
my ($request) = requests($plain);
like($request, qr{\AGET /keys HTTP/1\.1\r\n}, 'it is asked for with GET');
like($request, qr{^Accept: application/jwk-set\+json, application/json\r$}m, 'as JSON');
like($request, qr{^User-Agent: herm_jwt/0\.0\.0test\r$}m, 'under our name');
unlike(
	$request,
	qr/^(?:Accept-Encoding|TE|Cookie|Authorization|If-|Upgrade|Referer)/mi,
	'with nothing that was not asked for');

gives(
	fetch_from(
		response(
			'200 OK',
			[   'ETag: W/"a, b"',
				'Last-Modified: Wed, 21 Oct 2015 07:28:00 GMT',
				'CACHE-CONTROL:public',
				'Set-Cookie: a=b',
				"cache-control:\t max-age=3600 \t",
				'Expires: 0',
				'Age: 17',
				'Content-Type: application/jwk-set+json; charset=utf-8',
				'X-Other: something', ],
			$KEYS)),
	{   status => 200,
		etag => 'W/"a, b"',
		'last-modified' => 'Wed, 21 Oct 2015 07:28:00 GMT',
		'cache-control' => 'public, max-age=3600',
		expires => '0',
		age => '17',
		'content-type' => 'application/jwk-set+json; charset=utf-8',
		body => $KEYS },
	'every field that counts is told, several lines of Cache-Control as one');

my $not_modified =
  server_saying(response('304 Not Modified', [ 'ETag: "x"', 'Cache-Control: max-age=5' ]));
gives(
	fetch(
		url => $not_modified->{url},
		etag => 'W/"it\'s: \\ odd "',
		'last-modified' => 'Wed, 21 Oct 2015 07:28:00 GMT'),
	{ status => 304, etag => '"x"', 'cache-control' => 'max-age=5' },
	'nothing new: 304 with its lifetime');
like(
	(requests($not_modified))[0],
	qr{^If-None-Match: W/"it's: \\ odd "\r$}m,
	'the ETag is sent back as it was');
like(
	(requests($not_modified))[0],
	qr{^If-Modified-Since: Wed, 21 Oct 2015 07:28:00 GMT\r$}m,
	'and the date');

for my $status (
	'404 Not Found',
	'500 Internal Server Error',
	'401 Unauthorized',
	'204 No Content',
	'206 Partial Content',
	'300 Multiple Choices')
{
	my ($code) = $status =~ /(\d+)/;
	gives(
		fetch_from(
			response($status, ['Content-Type: text/html'], $code == 204 ? undef : '<h1>no</h1>')),
		{ status => $code, 'content-type' => 'text/html' },
		"status $code is told, without a body");
}
gives(
	fetch_from(sub { pour($_[0], response('503 Busy', []) . 'x' x 1000) }),
	{ status => 503 },
	'the endless body of an error page is not waited for');
gives(
	fetch_from(sub { syswrite $_[0], response('503 Busy', ['Content-Length: 5']); sleep 60 }),
	{ status => 503 },
	'nor is one that never comes');
gives(
	fetch_from("HTTP/1.1 404 Not Found\r\nContent-Length: 99999999999\r\n\r\n"),
	{ status => 404 },
	'nor is a huge one too large');

gives(fetch_from(response('200 OK', [], '')), { status => 200 }, 'an empty body');
my $bytes = join '', map {chr} 0 .. 255, 0, 10, 13, 0;
gives(
	fetch_from(response('200 OK', [], $bytes)),
	{ status => 200, body => $bytes },
	'a binary body, byte for byte');
gives(
	fetch_from("HTTP/1.0 200 OK\r\n\r\nold"),
	{ status => 200, body => 'old' },
	'a body that ends with the connection');
gives(
	fetch_from(
		response('200 OK', [ 'ETag: "head"', 'Transfer-Encoding: chunked' ])
		  . "3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n"
		  . "HTTP/1.1 304 x: y\r\nETag: \"trailer\"\r\nAge: 5\r\n\r\n"),
	{ status => 200, etag => '"head"', body => 'abcdefg' },
	'a chunked body; its trailer is no head');
gives(
	fetch_from(
		"HTTP/1.1 103 Early Hints\r\nETag: \"early\"\r\nContent-Encoding: gzip\r\n\r\n"
		  . response('200 OK', ['ETag: "late"'], 'x')),
	{ status => 200, etag => '"late"', body => 'x' },
	'an interim answer is no answer');
gives(
	fetch_from(response('200 OK', ['Content-Encoding: Identity'], 'x')),
	{ status => 200, body => 'x' },
	'an encoding that is none');

done_testing();
