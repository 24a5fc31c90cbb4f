# SPDX-License-Identifier: PostgreSQL
#
# A token's times are judged in every statement: a session that was good is not
# any more when its token has expired, and one that was too early becomes good.
#
use strict;
use warnings FATAL => 'all';

use HermJwt;
use Test::More;

my $key = ec_key();
my $node = new_cluster('main', conf => setting('herm_jwt.jwt_secret', config($key)));
my $user = 'SELECT herm_jwt.user_id()';
my $expired = qr/^Could not verify JWT: JWTExpired$/;

gives($node, q{
	CREATE ROLE lisa LOGIN;
	CREATE TABLE note (title text);
	INSERT INTO note VALUES ('hello');
	ALTER TABLE note ENABLE ROW LEVEL SECURITY;
	CREATE POLICY own ON note USING (herm_jwt.user_id() = 'ann');
	GRANT SELECT ON note TO lisa;
	CREATE FUNCTION twice(moment float8) RETURNS text LANGUAGE plpgsql AS
	$$
	DECLARE
		first text := herm_jwt.user_id();
	BEGIN
		PERFORM pg_sleep_until(to_timestamp(moment));
		RETURN first || ', ' || herm_jwt.user_id();
	END
	$$}, '', 'a table with a policy');

# Statements of a session that has a token; all must give ann, until it expires.
my %sessions = (
	'authenticate() in a transaction' =>
	  [ 'BEGIN; SELECT NULL FROM herm_jwt.authenticate(:token); SAVEPOINT s', $user ],
	'authenticate() for the session' =>
	  [ 'SELECT NULL FROM herm_jwt.authenticate(:token, is_local => false)', $user ],
	'SET' => [ 'SET herm_jwt.token = :token', $user ],
	'a prepared statement' =>
	  [ "SET herm_jwt.token = :token; PREPARE p AS $user", 'EXECUTE p' ],
	'a cursor that is open' => [
		'BEGIN; SELECT NULL FROM herm_jwt.authenticate(:token);'
		  . 'DECLARE c CURSOR FOR SELECT herm_jwt.user_id() FROM generate_series(1, 9);'
		  . 'SAVEPOINT s',
		'FETCH c' ],
	'a policy' => [ 'SET herm_jwt.token = :token', q{SELECT 'ann' FROM note} ],
	'claims of a policy with a requested role' => [
		q{BEGIN; SELECT NULL FROM herm_jwt.authenticate(:token, 'user'); SAVEPOINT s},
		q{SELECT herm_jwt.claims() #>> '{https://hasura.io/jwt/claims,x-hasura-user-id}'} ]);

# Waits for the server's clock in statements of their own.
sub wait_for_clock
{
	my ($moment) = @_;

	wait_until(
		sub {
			must($node, "SELECT pg_sleep(0.1), clock_timestamp() > to_timestamp($moment)") =~ /t$/;
		},
		'the clock has passed');
	return;
}

# What a token is refused for before that moment.
my %early = (nbf => qr/JWTNotYetValid/, iat => qr/JWTIssuedAtFuture/);

# Opens the sessions with tokens that soon expire, or become good; false when the
# machine was too slow to see them as they are before.
my (%open, %waiting);
my ($moment, $running);

sub open_sessions
{
	my ($seconds) = @_;

	$moment = time() + $seconds;
	my $token = token($key, exp => $moment);
	my $as_expected = 1;

	foreach my $what (sort keys %sessions)
	{
		my ($start, $statement) = @{ $sessions{$what} };

		$start =~ s/:token/'$token'/g;
		$open{$what} = session($node, user => 'lisa');
		$open{$what}->must($start);
		$as_expected &&= $open{$what}->ask($statement)->{rows} eq 'ann';
	}
	foreach my $claim (sort keys %early)
	{
		$waiting{$claim} = session($node);
		$waiting{$claim}->set_token(token($key, $claim => $moment));
		$as_expected &&= $waiting{$claim}->ask($user)->{message} =~ $early{$claim};
	}
	$running = session($node);
	$running->set_token($token);
	$as_expected &&= $running->ask($user)->{rows} eq 'ann';
	return $as_expected;
}

foreach my $seconds (3, 10, 30)
{
	last if open_sessions($seconds);
	diag("this machine is slow: $seconds s were too short a life for a token");
	$_->close foreach ($running, values %open, values %waiting);
}
gives($open{$_}, $sessions{$_}[1], 'ann', "$_: ann, while the token is good")
  foreach sort keys %open;
raises($waiting{$_}, $user, '28000', $early{$_}, "$_ in the future: refused")
  foreach sort keys %waiting;

# ---- while a statement runs, its verdict stays ----

$running->send('SELECT twice(' . ($moment + 1) . ')');
wait_for_clock($moment + 1);
is($running->receive->{rows}, 'ann, ann', 'a statement that began in time ends as it began');
raises($running, $user, '28000', $expired, 'the next one is refused');
$running->close;

# ---- the next statement is refused, again and again ----

foreach my $what (sort keys %open)
{
	my ($start, $statement) = @{ $sessions{$what} };
	my $psql = $open{$what};
	my $in_transaction = $start =~ /^BEGIN/;

	raises($psql, $statement, '28000', $expired, "$what: refused when the token has expired");
	$psql->must('ROLLBACK TO s') if $in_transaction;
	every_accessor_raises_again($psql, $in_transaction, $what);
	if ($in_transaction)
	{
		$psql->must('ROLLBACK');
		every_accessor_gives_nothing($psql, "$what: the transaction over, there is no session");
	}
	$psql->close;
}

sub every_accessor_raises_again
{
	my ($psql, $in_transaction, $what) = @_;

	$psql->must('\set ON_ERROR_ROLLBACK on') if $in_transaction;
	every_accessor_raises($psql, '28000', $expired, "$what: by every accessor");
	$psql->must('\set ON_ERROR_ROLLBACK off');
	return;
}

# ---- too early before, and now good ----

foreach my $claim (sort keys %waiting)
{
	gives($waiting{$claim}, $user, 'ann', "$claim has passed: the same token is good");
	$waiting{$claim}->close;
}

done_testing();
