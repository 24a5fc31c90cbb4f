# SPDX-License-Identifier: PostgreSQL
#
# Token.pm: keys, Hasura's configuration of them, and tokens; made by openssl
# and Perl's own modules, so that nobody judges his own work.
#
# A key is a hash: type (as in Hasura's configuration and the token's "alg"),
# public (the text for the configuration) and private (a file for openssl, or
# the secret itself). With a member kid, its tokens and its JWK have it, too:
#
#	my $key = named('2024-a', ec_key());
#
package HermJwt::Token;

use strict;
use warnings FATAL => 'all';

use Digest::SHA qw(hmac_sha256 hmac_sha384 hmac_sha512);
use Exporter qw(import);
use IPC::Run;
use JSON::PP;
use MIME::Base64 qw(encode_base64url);
use PostgreSQL::Test::Utils;

our @EXPORT = qw(certificate_key rsa_key ec_key hmac_key key_for named jwk key_set config url_config
  token signature_of);

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
	my ($bits) = @_;

	return new_key('RS256', qw(-algorithm RSA -pkeyopt), 'rsa_keygen_bits:' . ($bits // 2048));
}

# Quickly made, so it is the one that most tests take.
sub ec_key
{
	return key_for('ES256');
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
	my ($type) = @_;
	my $secret = 'hmac' . encode_base64url(openssl('', qw(rand 48)));

	return { type => $type // 'HS256', private => $secret, public => $secret };
}

my %curves = (ES256 => 'P-256', ES384 => 'P-384', ES512 => 'P-521', ES256K => 'secp256k1');
my %edwards = (EdDSA => 'ED25519', Ed25519 => 'ED25519', Ed448 => 'ED448');

# A key for any algorithm.
sub key_for
{
	my ($type) = @_;

	return hmac_key($type) if $type =~ /^HS/;
	return new_key($type, '-algorithm', $edwards{$type}) if $edwards{$type};
	return new_key($type, qw(-algorithm EC -pkeyopt), "ec_paramgen_curve:$curves{$type}")
	  if $curves{$type};
	return new_key($type, qw(-algorithm RSA -pkeyopt rsa_keygen_bits:2048));
}

# The same key by that name.
sub named
{
	my ($kid, $key) = @_;

	return { %$key, kid => $kid };
}

# ---- keys as JSON ----

# The numbers of a JWK, as bytes (RFC 7518 section 6).
sub read_numbers
{
	my ($key) = @_;

	return (k => $key->{private}) if $key->{type} =~ /^HS/;
	if ($key->{type} =~ /^ES/)
	{
		# the end of a public key in DER: both coordinates, each as long as half of the rest
		my @as_der = qw(-pubout -outform DER);
		my $point = substr(openssl('', 'pkey', '-in', $key->{private}, @as_der), -64);

		return (x => substr($point, 0, 32), y => substr($point, 32));
	}
	my ($modulus) = openssl('', 'rsa', '-in', $key->{private}, '-modulus', '-noout') =~ /=(\w+)/;
	return (n => pack('H*', $modulus), e => pack('H*', '010001'));
}

my %numbers;

sub numbers
{
	my ($key) = @_;

	return %{ $numbers{ $key->{private} } //= { read_numbers($key) } };
}

# The public half as a JSON Web Key, a hash; members are added, or replace its own, and undef
# leaves one out.
sub jwk
{
	my ($key, %members) = @_;
	my %kinds = (HS => 'oct', ES => 'EC', RS => 'RSA');
	my %own = numbers($key);
	my %jwk = (
		kty => $kinds{ substr($key->{type}, 0, 2) },
		alg => $key->{type},
		use => 'sig',
		$key->{type} =~ /^ES/ ? (crv => 'P-256') : (),
		defined $key->{kid} ? (kid => $key->{kid}) : (),
		(map { ($_ => encode_base64url($own{$_})) } keys %own),
		%members);

	delete @jwk{ grep { !defined $jwk{$_} } keys %jwk };
	return \%jwk;
}

# What an issuer publishes, of keys or of JWKs.
sub key_set
{
	my (@keys) = @_;

	return $json->encode({ keys => [ map { defined $_->{type} ? jwk($_) : $_ } @keys ] });
}

# ---- configurations ----

# Hasura's JWT configuration; newlines in the key become \n, as JSON wants it.
sub config
{
	my ($key, %members) = @_;

	return $json->encode({ type => $key->{type}, key => $key->{public}, %members });
}

# The same of an issuer, by the URL of its key set.
sub url_config
{
	my ($url, %members) = @_;

	return $json->encode({ jwk_url => $url, %members });
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
	my %header = (alg => $key->{type}, typ => 'JWT');

	$header{kid} = $key->{kid} if defined $key->{kid};
	my $signed = join('.', map { encode_base64url($json->encode($_)) } \%header, \%payload);
	return "$signed." . encode_base64url(signature($key, $signed));
}

my %macs = (HS256 => \&hmac_sha256, HS384 => \&hmac_sha384, HS512 => \&hmac_sha512);
my %halves = (ES256 => 32, ES384 => 48, ES512 => 66, ES256K => 32);

sub signature
{
	my ($key, $signed) = @_;
	my $type = $key->{type};

	return $macs{$type}->($signed, $key->{private}) if $macs{$type};
	return edwards_signature($key, $signed) if $edwards{$type};
	my ($family, $bits) = $type =~ /^(RS|PS|ES)(256|384|512)K?$/ or die "no way to sign $type";
	my @padding = $family eq 'PS'
	  ? qw(-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest)
	  : ();
	my $signature = openssl($signed, 'dgst', "-sha$bits", @padding, '-sign', $key->{private});
	return $family eq 'ES' ? concatenated($signature, $halves{$type}) : $signature;
}

# openssl takes the text for these from a file only.
sub edwards_signature
{
	my ($key, $signed) = @_;
	my $text = "$key->{private}.text";

	open(my $file, '>', $text) or die "could not create \"$text\": $!";
	print $file $signed;
	close($file) or die "could not write \"$text\": $!";
	return openssl('', qw(pkeyutl -sign -rawin -inkey), $key->{private}, '-in', $text);
}

# RFC 7518 section 3.4: R and S side by side, where openssl writes a DER sequence
# of two integers, whose length takes a second byte if it is large.
sub concatenated
{
	my ($der, $size) = @_;
	my $head = substr($der, 1, 1) eq "\x81" ? 3 : 2;
	my ($r, $s) = unpack("x$head x C/a x C/a", $der);

	return join('', map { substr(("\0" x $size) . $_, -$size) } $r, $s);
}

# The last part of a token, which nobody may learn from anywhere.
sub signature_of
{
	my ($token) = @_;

	return (split(/\./, $token))[2];
}

1;
