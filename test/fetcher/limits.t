#!/usr/bin/perl
# SPDX-License-Identifier: PostgreSQL
#
# More than anybody needs: bodies, heads, encodings.
#
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib $FindBin::Bin;

use Bench;
use Test::More;

gives(
	fetch_from(response('200 OK', [], 'x' x 1000)),
	{ status => 200, body => 'x' x 1000 },
	'a body of the size that is allowed');
my $too_large = 'the answer is larger than 1000 bytes';
fails(fetch_from(response('200 OK', [], 'x' x 1001)), $too_large, 'a body of a byte more');
fails(fetch_from(response('200 OK', []) . 'x' x 1001), $too_large, 'which does not announce it');
fails(
	fetch_from(
		sub { syswrite $_[0], response('200 OK', ['Content-Length: 10737418240']); sleep 60 }),
	$too_large,
	'a body that announces 10 GB is not waited for');
fails(fetch_from(response('200 OK', ['Content-Length: 99999999999999999999999999'])),
	$too_large, 'nor one whose length is no number of this world');
fails(fetch_from(sub { pour($_[0], response('200 OK', [], undef) . 'x' x 999) }),
	$too_large, 'a body without an end');
fails(
	fetch_from(
		sub {
			syswrite $_[0], response('200 OK', ['Transfer-Encoding: chunked']);
			pour($_[0], "a\r\n0123456789\r\n");
		}),
	$too_large,
	'chunks without an end');
fails(
	fetch_from(
		sub {
			syswrite $_[0], "HTTP/1.1 200 OK\r\n";
			pour($_[0], 'X-Junk: ' . 'x' x 1000 . "\r\n");
		}),
	'the head of the answer is too large',
	'header fields without an end');
fails(
	fetch_from(sub { pour($_[0], "HTTP/1.1 100 Continue\r\n\r\n") }),
	'the head of the answer has too many lines',
	'interim answers without an end');
fails(
	fetch_from(response('200 OK', [ ('X: y') x 300 ], $KEYS)),
	'the head of the answer has too many lines',
	'too many header fields');
fails(
	fetch_from(
			response('200 OK', ['Transfer-Encoding: chunked'])
		  . "1\r\nx\r\n0\r\n"
		  . "X: y\r\n" x 300 . "\r\n"),
	'the head of the answer has too many lines',
	'too many trailers');
fails(
	fetch_from(sub { syswrite $_[0], "HTTP/1.1 200 OK\r\nX-Junk: "; pour($_[0], 'x' x 1000) }),
	qr/(?:a line of the head is too long, or memory is short|the head of the answer is too large)/,
	'a header field without an end');

fails(
	fetch_from(response('200 OK', ['no colon'], $KEYS)),
	'the answer is not proper HTTP',
	'a field without a colon');

for my $encoding (
	'Content-Encoding: gzip',
	'Content-Encoding: identity, gzip',
	"Content-Encoding: identity\r\nContent-Encoding: br",
	"Content-Encoding: \x{1}",
	'Transfer-Encoding: gzip, chunked')
{
	fails(
		fetch_from(response('200 OK', [$encoding], 'x')),
		'a compressed answer is refused',
		'refused: ' . ($encoding =~ s/[^ -~]+/ /gr));
}

done_testing();
