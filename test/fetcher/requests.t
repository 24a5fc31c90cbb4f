#!/usr/bin/perl
# SPDX-License-Identifier: PostgreSQL
#
# Requests that are none.
#
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib $FindBin::Bin;

use Bench;
use Test::More;

my $target = server_saying(response('200 OK', [], $KEYS));
my $good = { status => 200, body => $KEYS };
my $before = requests($target);
my $url = $target->{url};
for my $name ('url', 'timeout', 'connect-timeout', 'max-size')
{
	fails(
		fetch_text(request_text(url => $url) =~ s/^$name .*\n//mr),
		"request has no \"$name\"",
		"a request without $name");
	fails(
		fetch_text(request_text(url => $url) =~ s/^($name .*\n)/$1$1/mr),
		"request has \"$name\" twice",
		"a request with $name twice");
	fails(
		fetch_text(request_text(url => $url) =~ s/^$name .*\n/$name\n/mr),
		"request has a bad \"$name\"",
		"a request whose $name has no value");
	fails(
		fetch_text(request_text(url => $url) =~ s/^$name .*\n/$name \n/mr),
		"request has a bad \"$name\"",
		"a request whose $name is empty");
}
for my $value ('0', '-1', '+1', ' 1', '1 ', '1k', '0x10', '600001', '99999999999999999999')
{
	fails(
		fetch(url => $url, timeout => $value),
		'request has a bad "timeout"',
		"a timeout of \"$value\"");
}
fails(
	fetch(url => $url, 'max-size' => 16 * 1024 * 1024 + 1),
	'request has a bad "max-size"',
	'a limit that is none');
gives(fetch(url => $url, 'max-size' => 16 * 1024 * 1024), $good, 'the highest limit');
for my $name ('ca-file', 'proxy', 'etag', 'last-modified', 'allow-insecure')
{
	fails(
		fetch_text(request_text(url => $url, $name => 'x') . "$name x\n"),
		qr/request has (?:"$name" twice|a bad "$name")/,
		"a request with $name twice");
	fails(
		fetch(url => $url, $name => ''),
		"request has a bad \"$name\"",
		"a request whose $name is empty");
}
for my $line ('unknown 1', 'URL http://127.0.0.1/',
	' url x', "url\tx", '', 'cookie a=b', 'allow-insecure-', 'header X: y')
{
	fails(
		fetch_text(request_text(url => $url) . "$line\n"),
		qr/request has (?:an unknown line|control characters)/,
		'an unknown line: ' . ($line =~ s/\t/?/r));
}
fails(
	fetch(url => $url, etag => "\"a\"\rX-Injected: y"),
	'request has control characters',
	'a carriage return in an ETag');
fails(
	fetch(url => $url, etag => "\"a\"\nX-Injected: y"),
	'request has an unknown line',
	'a line feed in an ETag');
fails(
	fetch(url => $url, etag => "\"a\0b\""),
	'request has control characters',
	'a NUL byte in an ETag');
fails(
	fetch(url => $url, etag => "\"caf\xc3\xa9\""),
	'request has a bad "etag"',
	'an ETag beyond ASCII');
fails(
	fetch(url => $url, etag => 'x' x 2049),
	'request has a bad "etag"',
	'an ETag that is too long');
fails(fetch(url => "$url?a b"), 'request has a bad "url"', 'a space in an address');
fails(fetch(url => "$url?caf\xc3\xa9"), 'request has a bad "url"', 'an address beyond ASCII');
fails(fetch(url => $url . 'x' x 8192), 'request has a bad "url"', 'an address that is too long');
fails(
	fetch_text("url $url\0\ntimeout 1000\n"),
	'request has control characters',
	'a NUL byte in an address');
fails(fetch_text(''), 'request is not complete', 'no request');
fails(
	fetch_text(request_text(url => $url) =~ s/\n\z//r),
	'request is not complete',
	'a request that is cut short');
fails(
	fetch_text(request_text(url => $url) . 'x' x 65536 . "\n"),
	'request is larger than 65536 bytes',
	'an endless request');
fails(fetch_text(join '', map {chr} 0 .. 255), 'request has control characters', 'any bytes');
is(scalar(requests($target)), $before + 1, 'no bad request has asked anybody');

done_testing();
