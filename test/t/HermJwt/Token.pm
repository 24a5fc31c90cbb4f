# SPDX-License-Identifier: PostgreSQL
#
# Token.pm: keys, Hasura's configuration of them, and tokens; made by openssl
# and Perl's own modules, so that nobody judges his own work.
#
# A key is a hash: type (as in Hasura's configuration and the token's "alg"),
# public (the text for the configuration) and private (a file for openssl, or
# the secret itself).
#
package HermJwt::Token;

use strict;
use warnings FATAL => 'all';

use Digest::SHA qw(hmac_sha256);
use Exporter qw(import);
use IPC::Run;
use JSON::PP;
use MIME::Base64 qw(encode_base64url);
use PostgreSQL::Test::Utils;

our @EXPORT = qw(certificate_key rsa_key ec_key hmac_key config token signature_of);

my $json = JSON::PP->new->canonical->utf8;
my $folder;
my $keys = 0;

sub openssl
{
	my ($input, @arguments) = @_;
	my ($output, $error) = ('', '');

	IPC::Run::run([ 'openssl', @arguments ], '<', \$input, '>', \$output, '2>', \$error)
	  or die "openssl @arguments: $error";
	return $output;
}

# ---- keys ----

sub new_key
{
	my ($type, @genpkey) = @_;

	$folder //= PostgreSQL::Test::Utils::tempdir('keys');
	my $private = "$folder/" . ++$keys . '.pem';
	openssl('', 'genpkey', '-quiet', @genpkey, '-out', $private);
	return {
		type    => $type,
		private => $private,
		public  => openssl('', 'pkey', '-in', $private, '-pubout')
	};
}

sub rsa_key
{
	return new_key('RS256', qw(-algorithm RSA -pkeyopt rsa_keygen_bits:2048));
}

# Quickly made, so it is the one that most tests take.
sub ec_key
{
	return new_key('ES256', qw(-algorithm EC -pkeyopt ec_paramgen_curve:P-256));
}

# As in Hasura's lessons: RS512, and the public key inside an X.509 certificate.
sub certificate_key
{
	my $key = new_key('RS512', qw(-algorithm RSA -pkeyopt rsa_keygen_bits:2048));

	$key->{public} = openssl('', qw(req -new -x509 -days 365 -subj /CN=herm.auth0.com -key),
		$key->{private});
	return $key;
}

sub hmac_key
{
	my $secret = 'hmac' . encode_base64url(openssl('', qw(rand 36)));

	return { type => 'HS256', private => $secret, public => $secret };
}

# Hasura's JWT configuration; newlines in the key become \n, as JSON wants it.
sub config
{
	my ($key, %members) = @_;

	return $json->encode({ type => $key->{type}, key => $key->{public}, %members });
}

# ---- tokens ----

# user and role are what Hasura's claims say; other names are claims themselves,
# and undef leaves one out.
sub token
{
	my ($key, %claims) = @_;
	my $user = delete $claims{user} // 'ann';
	my $role = delete $claims{role} // 'user';
	my $roles = delete $claims{roles} // [$role];
	my %payload = (
		exp => time() + 3600,
		'https://hasura.io/jwt/claims' => {
			'x-hasura-user-id'       => $user,
			'x-hasura-default-role'  => $role,
			'x-hasura-allowed-roles' => $roles,
		},
		%claims);

	delete @payload{ grep { !defined $payload{$_} } keys %payload };
	my $signed = join('.',
		map { encode_base64url($json->encode($_)) } { alg => $key->{type}, typ => 'JWT' },
		\%payload);
	return "$signed." . encode_base64url(signature($key, $signed));
}

sub signature
{
	my ($key, $signed) = @_;

	return hmac_sha256($signed, $key->{private}) if $key->{type} eq 'HS256';
	my ($family, $bits) = $key->{type} =~ /^(RS|ES)(\d+)$/ or die "no way to sign $key->{type}";
	my $signature = openssl($signed, 'dgst', "-sha$bits", '-sign', $key->{private});
	return $family eq 'ES' ? concatenated($signature, $bits / 8) : $signature;
}

# RFC 7518 section 3.4: R and S side by side, where openssl writes a DER sequence
# of two integers.
sub concatenated
{
	my ($der, $size) = @_;
	my ($r, $s) = unpack('x2 x C/a x C/a', $der);

	return join('', map { substr(("\0" x $size) . $_, -$size) } $r, $s);
}

# The last part of a token, which nobody may learn from anywhere.
sub signature_of
{
	my ($token) = @_;

	return (split(/\./, $token))[2];
}

1;
