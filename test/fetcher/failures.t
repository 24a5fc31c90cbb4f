#!/usr/bin/perl
# SPDX-License-Identifier: PostgreSQL
#
# Servers that are silent, slow, broken, or none.
#
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib $FindBin::Bin;

use Bench;
use IO::Socket::INET;
use Test::More;

my $second = 'timed out after 1.5 s';
sub fetch_briefly { return fetch_from($_[0], timeout => 1500) }

fails(fetch_briefly(sub { sleep 60 }), $second, 'a server that says nothing');
fails(fetch_briefly(sub { syswrite $_[0], "HTTP/1.1 200 OK\r\nX-Junk: "; pour($_[0], 'x', 0.2) }),
	$second, 'a head that drips');
fails(
	fetch_briefly(
		sub {
			syswrite $_[0], response('200 OK', ['Content-Length: 999']);
			pour($_[0], 'x', 0.2);
		}),
	$second,
	'a body that drips, however steadily');
fails(
	fetch(
		url => http_server(sub { sleep 60 }, raw => 1)->{url} =~ s/^http/https/r,
		'connect-timeout' => 300),
	'no connection after 0.3 s',
	'a server that is silent when it should speak TLS');
fails(
	fetch(
		url => http_server(sub { syswrite $_[0], "HTTP/1.1 400 Bad\r\n\r\n" }, raw => 1)->{url} =~
		  s/^http/https/r),
	qr/no TLS connection: [ -~]+/,
	'a server that speaks no TLS');
fails(
	fetch_from(sub { close $_[0] }),
	'the server closed the connection without an answer',
	'a server that hangs up');
fails(
	fetch_from(sub { reset_connection($_[0]) }),
	'the connection broke',
	'a reset before the answer');
fails(
	fetch_from(
		sub {
			syswrite $_[0], response('200 OK', ['Content-Length: 999']) . 'x' x 99;
			select undef, undef, undef, 0.2;
			reset_connection($_[0]);
		}),
	'the connection broke',
	'a reset within the body');
fails(
	fetch_from(response('200 OK', ['Content-Length: 999']) . 'x' x 998),
	'the answer broke off',
	'a body that is cut short');
fails(
	fetch_from(response('200 OK', ['Transfer-Encoding: chunked']) . "3\r\nabc\r\n5\r\nde"),
	'the answer broke off',
	'a chunk that is cut short');
fails(
	fetch_from(response('200 OK', ['Transfer-Encoding: chunked']) . "3\r\nabc\r\n"),
	'the answer broke off',
	'chunks without the last one');
fails(fetch_from(response('200 OK', ['Transfer-Encoding: chunked']) . "zzz\r\nabc\r\n"),
	qr/[ -~]+/, 'chunks of no length');
fails(fetch_from("SSH-2.0-OpenSSH_9.2\r\n"), 'the answer is not HTTP', 'a server of another kind');
fails(fetch_from("\0" x 100), 'the answer is not HTTP', 'zeros');
fails(
	fetch_from("HTTP/1.1 20000 OK\r\n\r\n"),
	qr/the answer is not (?:proper )?HTTP/,
	'a status that is none');
fails(fetch_from("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nx"), qr/[ -~]+/,
	'a negative length');
fails(
	fetch_from("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nx"),
	'the server wants to speak another protocol',
	'another protocol that nobody asked for');
{
	my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1) or die "listen: $@";
	my $port = $listener->sockport;
	close $listener;
	fails(fetch(url => "http://127.0.0.1:$port/"), 'could not connect', 'no server');
}
fails(
	fetch(url => 'https://no-such-host.invalid/', 'connect-timeout' => 5000),
	qr/(?:could not resolve host|no connection after 5 s)/,
	'no such host');

# ---- hanging ----

# The usual way out of a hanging resolver is libcurl's own; the alarm is for all else.
my $hanging = request_text(url => 'https://idp.example/', timeout => 500);
my $stuck = fetch_text($hanging, program => 'hang_resolver');
ok( ($stuck->{code} eq '1' && $stuck->{out} =~ /\Aerror timed out after 0\.5 s\n\z/)
	  || ($stuck->{code} eq '2' && $stuck->{out} eq ''),
	'a resolver that hangs') or diag("$stuck->{code} $stuck->{out} $stuck->{errors}");
$stuck = fetch_text($hanging, program => 'hang_transfer');
is("$stuck->{code}:$stuck->{out}$stuck->{errors}",
	'2:', 'a libcurl that hangs is ended by the alarm, without a word');

done_testing();
