#!/usr/bin/perl
# SPDX-License-Identifier: PostgreSQL
#
# When a proxy is used, and whose answer counts.
#
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib $FindBin::Bin;

use Bench;
use IO::Socket::INET;
use POSIX ();
use Test::More;

my %ca = authority();
certificate('other', 'idp.example', '20200101000000Z', '20491231235959Z');
write_file('keys', response('200 OK', ['ETag: "tls"'], $KEYS));
my $other = tls_server('other');
my $target = server_saying(response('200 OK', [], $KEYS));
my $good = { status => 200, body => $KEYS };
# Answers for every host itself; CONNECT leads to the given port.
sub proxy
{
	my ($connect_port, $answer) = @_;

	return http_server(
		sub {
			my ($socket, $head) = @_;
			return syswrite $socket, $answer // response('200 OK', [], 'by proxy')
			  if $head !~ /^CONNECT/;
			my $far = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $connect_port)
			  or die "connect: $@";
			syswrite $socket,
			  "HTTP/1.1 200 Connection established\r\nETag: \"proxy\"\r\nExpires: 0\r\n\r\n";
			my ($process, $bytes) = fork // die "cannot fork: $!";
			my ($from, $to) = $process ? ($socket, $far) : ($far, $socket);
			while (sysread $from, $bytes, 4096) { syswrite $to, $bytes or last }
			shutdown $to, 1;
			POSIX::_exit(0) if !$process;
			waitpid $process, 0;
		});
}

my $proxy = proxy($other->{port});
my $proxy_url = "http://127.0.0.1:$proxy->{port}";
my %everywhere =
  map { $_ => $proxy_url } qw(http_proxy https_proxy all_proxy HTTPS_PROXY ALL_PROXY);
my %insecure = (url => elsewhere($target), 'allow-insecure' => undef);
my $proxied = { status => 200, body => 'by proxy' };

gives(fetch_text(request_text(%insecure), environment => \%everywhere),
	$good, 'a proxy of the environment is not used');
is(scalar(requests($proxy)), 0, 'really not');
gives(fetch_text(request_text(%insecure, proxy => 'environment'), environment => \%everywhere),
	$proxied, 'unless it is asked for');
gives(
	fetch_text(
		request_text(%insecure, proxy => 'environment'),
		environment => { %everywhere, no_proxy => '0.0.0.0' }),
	$good,
	'and no_proxy counts then');
gives(fetch_text(request_text(%insecure, proxy => 'environment')),
	$good, 'an environment without a proxy');
gives(fetch(%insecure, proxy => $proxy_url), $proxied, 'a proxy of the request is used');
like(
	(requests($proxy))[-1],
	qr{^GET http://0\.0\.0\.0:$target->{port}/keys HTTP},
	'for the whole address');
gives(
	fetch_text(
		request_text(%insecure, proxy => $proxy_url),
		environment => { no_proxy => '*', NO_PROXY => '*' }),
	$proxied,
	'whatever no_proxy says');
my $asked = requests($proxy);
gives(fetch(url => $target->{url}, proxy => $proxy_url),
	$good, 'this machine is asked without a proxy');
gives(
	fetch_text(
		request_text(url => $target->{url}, proxy => 'environment'),
		environment => \%everywhere),
	$good,
	'with that of the environment as well');
is(scalar(requests($proxy)), $asked, 'really without');
fails(
	fetch(url => 'http://idp.example/', proxy => $proxy_url),
	'plain http is refused, except to this machine',
	'a proxy makes plain http no better');

my $through = { status => 200, etag => '"tls"', body => $KEYS };
gives(fetch(url => 'https://idp.example/keys', proxy => $proxy_url, %ca),
	$through, 'TLS through a proxy, whose fields are not the answer\'s');
like((requests($proxy))[-1], qr{^CONNECT idp\.example:443 HTTP}, 'by CONNECT');
fails(
	fetch(url => 'https://idp2.example/keys', proxy => $proxy_url, %ca),
	'the certificate is refused: it is for another host',
	'a proxy that leads elsewhere');
my $upgrading =
  proxy($other->{port}, response('301 Moved', ['Location: https://idp.example/keys'], ''));
gives(
	fetch(
		url => 'http://idp.example/',
		'allow-insecure' => undef,
		proxy => "http://127.0.0.1:$upgrading->{port}",
		%ca),
	$through,
	'a redirect from http to https on their usual ports');

for my $proxy_answer (
	[ response('407 Authenticate', [], 'no'), 'the proxy refused with status 407' ],
	[ "HTTP/1.1 200 OK\r\n" . "X: y\r\n" x 300, 'the head of the answer has too many lines' ])
{
	my ($text, $reason) = @$proxy_answer;
	my $bad = server_saying($text);

	fails(fetch(url => 'https://idp.example/', proxy => "http://127.0.0.1:$bad->{port}"),
		$reason, "$reason, for TLS");
}
for my $address (
	'127.0.0.1:3128', 'ftp://127.0.0.1/', 'file:///etc/passwd', 'socks4://127.0.0.1/',
	'http://[')
{
	fails(
		fetch(%insecure, proxy => $address),
		qr/(?:the proxy's address cannot be understood|a proxy of this kind is not supported)/,
		"no proxy: $address");
}

done_testing();
