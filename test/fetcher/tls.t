#!/usr/bin/perl
# SPDX-License-Identifier: PostgreSQL
#
# Whom TLS makes us believe.
#
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib $FindBin::Bin;

use Bench;
use Test::More;

my %ca = authority();
openssl('req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=localhost'
	  . ' -addext subjectAltName=DNS:localhost -keyout self.key -out self.crt');
certificate('good', 'localhost', '20200101000000Z', '20491231235959Z');
certificate('other', 'idp.example', '20200101000000Z', '20491231235959Z');
certificate('old', 'localhost', '20200101000000Z', '20210101000000Z');
certificate('future', 'localhost', '20480101000000Z', '20491231235959Z');

write_file('keys', response('200 OK', ['ETag: "tls"'], $KEYS));
my $tls = tls_server('good');
gives(
	fetch(url => $tls->{url}, %ca),
	{ status => 200, etag => '"tls"', body => $KEYS },
	'over TLS, by a certificate of the given authority');
fails(
	fetch(url => $tls->{url}),
	'the certificate is refused: unable to get local issuer certificate',
	'an authority that nobody knows');
fails(
	fetch(url => tls_server('self')->{url}, %ca),
	qr/the certificate is refused: self[ -]signed certificate/,
	'a certificate that vouches for itself');
fails(
	fetch(url => tls_server('old')->{url}, %ca),
	'the certificate is refused: certificate has expired',
	'a certificate that has expired');
fails(
	fetch(url => tls_server('future')->{url}, %ca),
	'the certificate is refused: certificate is not yet valid',
	'a certificate of the future');
my $other = tls_server('other');
fails(
	fetch(url => $other->{url}, %ca),
	'the certificate is refused: it is for another host',
	'a certificate of somebody else');
fails(
	fetch(url => "https://127.0.0.1:$tls->{port}/keys", %ca),
	'the certificate is refused: it is for another host',
	'a certificate without that address');
fails(
	fetch(url => $tls->{url}, 'ca-file' => '/nonexistent/ca.crt'),
	'the file of certificate authorities cannot be read',
	'no such file of authorities');
fails(
	fetch(url => $tls->{url}, 'ca-file' => write_file('empty.crt', '')),
	qr/(?:the file of certificate authorities cannot be read|the certificate is refused: .*)/,
	'a file without authorities');

write_file('openssl.conf',
		"openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n"
	  . "[c]\nMinProtocol = TLSv1\nCipherString = DEFAULT:\@SECLEVEL=0\n");
my $old_tls = tls_server('good', '-tls1_1', '-cipher', 'ALL:@SECLEVEL=0');
my %lax = (environment => { OPENSSL_CONF => work_folder() . '/openssl.conf' });
fails(
	fetch_text(request_text(url => $old_tls->{url}, %ca), %lax),
	qr/no TLS connection: [ -~]+/,
	'TLS 1.1, even where the system allows it');
gives(
	fetch_text(request_text(url => $tls->{url}, %ca), %lax),
	{ status => 200, etag => '"tls"', body => $KEYS },
	'while TLS 1.2 and later are fine there');

write_file('down', response('302 Found', ["Location: http://localhost:$tls->{port}/keys"], ''));
fails(
	fetch(url => $tls->{url} =~ s/keys/down/r, %ca),
	'redirect from https to http refused',
	'redirect from https to http');
write_file('along', response('307 Temporary Redirect', ['Location: keys'], ''));
gives(
	fetch(url => $tls->{url} =~ s/keys/along/r, %ca),
	{ status => 200, etag => '"tls"', body => $KEYS },
	'redirect within https');

done_testing();
