#!/usr/bin/perl
# SPDX-License-Identifier: PostgreSQL
#
# Heads that lie, by intention and by chance.
#
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib $FindBin::Bin;

use Bench;
use Test::More;

gives(
	fetch_from(
		response(
			'200 OK',
			[   "ETag: \"a\"\rstatus 500",
				"Cache-Control: max-age=1\x1b[2J",
				"Expires: caf\xc3\xa9",
				'Age: ' . '1' x 3000,
				'Last-Modified : never',
				'Content-Type: ',
				'length 9: x',
				'Length: 9', ],
			$KEYS)),
	{ status => 200, body => $KEYS },
	'values with control characters, other characters, or too long are left out');
gives(
	fetch_from(
		response(
			'200 OK',
			[ 'ETag: "a"', 'Etag: "b"', 'Cache-Control: no-cache', "Cache-Control: x\x01" ], $KEYS)
	),
	{ status => 200, body => $KEYS },
	'two values where there is one, and a bad one among several');
gives(
	fetch_from(response('200 OK', [ 'Cache-Control: max-age=1,', ' no-store', 'Age: 2' ], $KEYS)),
	{ status => 200, age => '2', body => $KEYS },
	'a folded field');
gives(
	fetch_from(
		response('200 OK', [ 'Cache-Control: ' . 'x' x 2000, 'Cache-Control: ' . 'x' x 46 ], $KEYS)
	),
	{ status => 200, 'cache-control' => 'x' x 2000 . ', ' . 'x' x 46, body => $KEYS },
	'the longest value');
gives(
	fetch_from(
		response('200 OK', [ 'Cache-Control: ' . 'x' x 2000, 'Cache-Control: ' . 'x' x 47 ], $KEYS)
	),
	{ status => 200, body => $KEYS },
	'one that is longer');
gives(
	fetch_from("HTTP/1.1 200 OK\nETag: \"a\"\nContent-Length: 1\n\nx"),
	{ status => 200, etag => '"a"', body => 'x' },
	'lines without a carriage return');
fails(fetch_from("HTTP/1.1 200 OK\r\nETag: \"a\0b\"\r\nContent-Length: 1\r\n\r\nx"),
	qr/[ -~]+/, 'a NUL byte');

# ---- chance ----

# Broken in many ways, from a known seed; the sanitizers watch.
my $model =
  "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nETag: \"a\"\r\nCache-Control: max-age=5\r\n"
  . " age=6\r\nTransfer-Encoding: chunked\r\n\r\n"
  . "HTTP/1.1 200 OK\r\nContent-Length: 12\r\nContent-Encoding: gzip\r\n\r\n"
  . "5\r\nabcde\r\n0\r\nX: y\r\n\r\n";
my @bad;
my $chance = http_server(
	sub {
		my ($socket, $head) = @_;
		my $seed = $head =~ m{^GET /(\d+)} ? $1 : 0;
		my $text = substr $model, (0, 0, 0, index $model, 'HTTP/1.1 200')[ $seed % 4 ];

		srand $seed;
		for (1 .. 1 + rand 6)
		{
			my $at = int rand length $text;
			my $new = (
				chr(rand 256),
				'', "\r\n", ' ',
				substr($text, rand length $text, 20),
				'x' x rand 3000,
				':', "\0")[ rand 8 ];
			substr($text, $at, rand 4) = $new;
		}
		syswrite $socket, $text;
	});
for my $seed (1 .. 200)
{
	my $result = fetch(url => "http://127.0.0.1:$chance->{port}/$seed", timeout => 5000);
	my $well_formed =
		$result->{code} eq '0'
	  ? $result->{out} =~ /\Astatus \d{3}\n(?:[a-z-]+ [ -~]+\n)*length (\d+)\n\n(.*)\z/s
	  && length $2 == $1
	  : $result->{code} eq '1'
	  && $result->{out} =~ /\Aerror [ -~]+\n\z/;
	push @bad, $seed if !$well_formed || $result->{errors} ne '';
}
is("@bad", '', '200 broken answers give a whole answer or a reason');

done_testing();
