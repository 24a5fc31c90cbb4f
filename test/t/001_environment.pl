# SPDX-License-Identifier: PostgreSQL
#
# The configuration comes from the server's environment, as Hasura's does, and
# the setting and the file go before it.
#
use strict;
use warnings FATAL => 'all';

use HermJwt;
use Test::More;

my $certificate = certificate_key();
my $other = ec_key();
my $secret = hmac_key();
my $ann = token($certificate, user => 'ann');
my $bob = token($other, user => 'bob');
my $eve = token($secret, user => 'eve');
my $node = new_cluster('main',
	environment => { HASURA_GRAPHQL_JWT_SECRET => config($certificate) });

sub user_of
{
	my ($token) = @_;

	return 'SET herm_jwt.token = ' . quote($token) . '; SELECT herm_jwt.user_id()';
}

# ---- the variable ----

like(config($certificate), qr/"key":"-----BEGIN CERTIFICATE-----\\n.*\\n"/,
	'the configuration looks as in the lesson');
gives($node, user_of($ann), 'ann', 'RS512 with a certificate in HASURA_GRAPHQL_JWT_SECRET');
raises($node, user_of($bob), '28000', qr/JWSInvalidSignature/,
	'a token of another key is refused');

start_with_environment($node,
	HASURA_GRAPHQL_JWT_SECRET  => config($certificate),
	HASURA_GRAPHQL_JWT_SECRETS => config($other));
gives($node, user_of($bob), 'bob', 'the plural variable wins');
raises($node, user_of($ann), '28000', qr/JWSInvalidSignature/, 'and the singular one is ignored');

start_with_environment($node,
	HASURA_GRAPHQL_JWT_SECRET  => config($certificate),
	HASURA_GRAPHQL_JWT_SECRETS => '');
gives($node, user_of($ann), 'ann', 'an empty plural variable counts as unset');

start_with_environment($node, HASURA_GRAPHQL_JWT_SECRET => config($secret));
gives($node, user_of($eve), 'eve', 'the environment may hold a symmetric key');

start_with_environment($node, HASURA_GRAPHQL_JWT_SECRET => '');
my $answer = raises($node, user_of($ann), '55000', qr/JWT authentication is not configured/,
	'an empty variable: not configured');
like($answer->{hint}, qr/HASURA_GRAPHQL_JWT_SECRET/, 'the hint says where to configure it');
every_accessor_gives_nothing($node, 'not configured and no token: no session');

# ---- bad values ----

my %bad = (
	'not JSON'           => '{"type": "RS512", "key": "-----BEGIN',
	'an unknown type'    => '{"type": "RS1024", "key": "x"}',
	'a short secret'     => '{"type": "HS256", "key": "planted-short"}',
	'a key that is none' => '{"type": "RS256", "key": "planted-nonsense"}');
foreach my $what (sort keys %bad)
{
	start_with_environment($node, HASURA_GRAPHQL_JWT_SECRET => $bad{$what});
	my $psql = session($node);

	every_accessor_gives_nothing($psql, "$what: the server starts, and asks for nothing more");
	$psql->set_token($ann);
	every_accessor_raises($psql, '22023',
		qr/environment variable HASURA_GRAPHQL_JWT_SECRET$/,
		"$what: every accessor raises and names the variable");
	unlike($psql->ask('SELECT herm_jwt.role()')->{text}, qr/planted/,
		"$what: the value is not shown");
	$psql->close;
}

start_with_environment($node,
	HASURA_GRAPHQL_JWT_SECRET  => config($certificate),
	HASURA_GRAPHQL_JWT_SECRETS => '{');
raises($node, user_of($ann), '22023', qr/environment variable HASURA_GRAPHQL_JWT_SECRETS/,
	'a bad plural variable does not fall back to the singular one');

# ---- the order of the places ----

write_file($node->data_dir . '/jwt_secret.json', config($other));
$node->append_conf('postgresql.conf', "herm_jwt.jwt_secret_file = 'jwt_secret.json'");
start_with_environment($node, HASURA_GRAPHQL_JWT_SECRET => config($certificate));
gives($node, user_of($bob), 'bob', 'a file goes before the environment');
raises($node, user_of($ann), '28000', qr/JWSInvalidSignature/,
	'and the environment does not count any more');

replace_file($node->data_dir . '/jwt_secret.json', '{}');
raises($node, user_of($ann), '22023', qr/herm_jwt\.jwt_secret_file/,
	'a bad file does not fall back to the environment');

my $third = ec_key();
my $cat = token($third, user => 'cat');
my $psql = session($node);
$psql->must('SET herm_jwt.jwt_secret = ' . quote(config($third)));
gives($psql, user_of($cat), 'cat', 'the setting goes before the file');
replace_file($node->data_dir . '/jwt_secret.json', config($other));
raises($psql, user_of($bob), '28000', qr/JWSInvalidSignature/,
	'and the file does not count any more');
$psql->must('RESET herm_jwt.jwt_secret');
gives($psql, user_of($bob), 'bob', 'an empty setting gives way to the file again');
$psql->close;

done_testing();
