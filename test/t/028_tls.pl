# SPDX-License-Identifier: PostgreSQL
#
# Keys that come over TLS: a server with a certificate of another name, of an
# unknown authority, or that has expired, changes no key; the last good ones stay.
#
use strict;
use warnings FATAL => 'all';

use HermJwt;
use POSIX qw(_exit strftime);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my ($first, $second) = map { named($_, ec_key()) } 'first', 'second';
my $folder = PostgreSQL::Test::Utils::tempdir();
my $port = PostgreSQL::Test::Cluster::get_free_port();
my $server;

END { kill('KILL', $server) if $server }

sub openssl_here
{
	my $status = system("cd '$folder' && openssl @_ >>openssl.log 2>&1");

	die "openssl @_\n" . slurp_file("$folder/openssl.log") if $status != 0;
	return;
}

sub date_in { return strftime('%Y%m%d%H%M%SZ', gmtime(time() + $_[0] * 86400)) }

# NAME.crt and NAME.key by an authority, for a host, from one day to another.
sub certify
{
	my ($name, $host, $from, $to, $authority) = @_;

	write_file("$folder/$authority.conf",
		"[ca]\ndefault_ca = a\n[a]\ndatabase = index\nserial = serial\nnew_certs_dir = .\n"
		  . "certificate = $authority.crt\nprivate_key = $authority.key\ndefault_md = sha256\n"
		  . "policy = p\ncopy_extensions = copy\nunique_subject = no\n[p]\ncommonName = supplied\n");
	openssl_here("req -newkey rsa:2048 -nodes -subj /CN=$host -addext subjectAltName=DNS:$host"
		  . " -keyout $name.key -out $name.csr");
	openssl_here("ca -batch -config $authority.conf -startdate " . date_in($from) . ' -enddate '
		  . date_in($to) . " -notext -in $name.csr -out $name.crt");
	return;
}

# The server speaks as that certificate's owner from now on, and publishes these keys.
sub serve
{
	my ($name, @keys) = @_;

	if ($server)
	{
		kill('KILL', $server);
		waitpid($server, 0);
	}
	write_file("$folder/keys", "HTTP/1.0 200 OK\r\nCache-Control: max-age=3600\r\n\r\n" . key_set(@keys));
	$server = fork() // die "cannot fork: $!";
	return if $server;
	chdir $folder;
	open STDIN, '<', '/dev/null' or _exit(99);
	open STDOUT, '>>', 's_server.log' or _exit(99);
	open STDERR, '>&', \*STDOUT or _exit(99);
	exec('openssl', 's_server', '-accept', "127.0.0.1:$port", '-HTTP', '-cert', "$name.crt", '-key',
		"$name.key")
	  or _exit(99);
}

write_file("$folder/index", '');
write_file("$folder/serial", "01\n");
openssl_here("req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=$_ -keyout $_.key -out $_.crt")
  foreach 'ours', 'theirs';
certify('good', 'localhost', -1, 30, 'ours');
certify('other', 'other.example', -1, 30, 'ours');
certify('expired', 'localhost', -30, -1, 'ours');
certify('unknown', 'localhost', -1, 30, 'theirs');

serve('good', $first);
my $node = new_cluster('main',
	conf => setting('herm_jwt.jwt_secret', url_config("https://localhost:$port/keys"))
	  . setting('herm_jwt.ca_file', "$folder/ours.crt"));

sub verify { return "SELECT herm_jwt.verify('" . token($_[0]) . "') IS NOT NULL" }

# What refresh_jwks() says, once the server that has just been started answers.
sub refreshed
{
	my $said;

	wait_until(
		sub {
			$said = must($node, 'SELECT outcome, keys, detail FROM herm_jwt.refresh_jwks()');
			$said !~ /could not connect/;
		},
		'the server answers');
	return $said;
}

is(refreshed(), 'fetched|1|', 'keys come over TLS, by an authority of ours');
gives($node, verify($first), 't', 'and verify');

my %refusals = (
	other   => qr/^failed\|1\|the certificate is refused: it is for another host$/,
	expired => qr/^failed\|1\|the certificate is refused: certificate has expired$/,
	unknown => qr/^failed\|1\|the certificate is refused: /);
foreach my $name (sort keys %refusals)
{
	serve($name, $second);
	like(refreshed(), $refusals{$name}, "$name: the keys are refused");
	gives($node, verify($first), 't', "$name: the last good keys stay");
	raises($node, verify($second), '28000', qr/JWSInvalidSignature/, "$name: the others do not come in");
}
serve('good', $second);
is(refreshed(), 'fetched|1|', 'the right server is believed again');
gives($node, verify($second), 't', 'with its new key');

done_testing();
