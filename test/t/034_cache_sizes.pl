# SPDX-License-Identifier: PostgreSQL
#
# The caches grow without end; or a token in steady use is pushed out by a stream
# of new ones, while one that nobody uses stays.
#
use strict;
use warnings FATAL => 'all';

use HermJwt;
use Test::More;

my $key = ec_key();
my $conf = setting('herm_jwt.jwt_secret', config($key));
my $node = new_cluster('main', conf => $conf . 'herm_jwt.shared_cache_size = 0');
my %tokens;

sub token_of
{
	my ($user) = @_;

	return $tokens{$user} //= token($key, user => $user);
}

# What the counters say of users' tokens, used one after the other: N new, H hits.
sub uses
{
	my ($psql, @users) = @_;
	my %letters = ('verified +1' => 'N', 'cache hits +1' => 'H', 'shared cache hits +1' => 'H');
	my $before = counters($psql);
	my $fates = '';

	foreach my $user (@users)
	{
		$psql->set_token(token_of($user));
		$psql->must('SELECT herm_jwt.user_id()');
		my $after = counters($psql);
		my ($moved) = map { "$_ +" . ($after->{$_} - $before->{$_}) }
		  grep { $after->{$_} != $before->{$_} } keys %$after;

		$fates .= $letters{$moved} // "($moved)";
		$before = $after;
	}
	return $fates;
}

sub numbered
{
	my ($from, $to) = @_;

	return map { "user$_" } $from .. $to;
}

# ---- of a backend: the least recently used one leaves ----

# The contexts of remembered tokens; the one in force is held beside them.
my $held = q{SELECT count(*) FROM pg_backend_memory_contexts WHERE name = 'herm_jwt token'};
my $psql = session($node);

$psql->must('SET herm_jwt.token_cache_size = 3');
is(uses($psql, qw(ann bob cat ann bob cat)), 'NNNHHH', 'three tokens fit');
is(uses($psql, qw(ann dan)), 'HN', 'a fourth one comes');
is(uses($psql, qw(ann cat dan)), 'HHH', 'those stay that were used last');
is(uses($psql, 'bob'), 'N', 'the one that was used least recently has left');
is(uses($psql, qw(cat dan bob ann)), 'HHHN', 'for which another one left in turn');
is(uses($psql, map { ($_, 'bob') } numbered(1, 100)), 'NH' x 100,
	'a token in steady use survives a stream of new ones');
is(uses($psql, qw(cat dan ann)), 'NNN', 'and nobody else does');
cmp_ok($psql->must($held), '<=', 4, 'no more is held than that');

$psql->must('SET herm_jwt.token_cache_size = 50');
is(uses($psql, numbered(101, 150), numbered(101, 150)), 'N' x 50 . 'H' x 50, 'fifty fit into fifty');
cmp_ok($psql->must($held), '>=', 50, 'and are held');
$psql->must('SET herm_jwt.token_cache_size = 5');
is(uses($psql, 'eve'), 'N', 'made smaller, it takes another one');
cmp_ok($psql->must($held), '<=', 6, 'and lets go of the others');
is(uses($psql, 'eve', numbered(147, 150)), 'HHHHH', 'but of those that were used last');
is(uses($psql, 'user146'), 'N', 'and of no more than it may');

$psql->must('SET herm_jwt.token_cache_size = 0');
is(uses($psql, qw(eve eve eve)), 'NNN', 'size 0: none is remembered');
cmp_ok($psql->must($held), '<=', 1, 'none is held but the one in force');
$psql->must('RESET herm_jwt.token_cache_size');
is(uses($psql, qw(eve eve)), 'NH', 'switched on again, it starts anew');
$psql->close;

# ---- of the server: one that nobody asked for leaves ----

# A session that remembers nothing itself: as good as a new backend for each token.
sub restart_with
{
	my ($size) = @_;

	$psql->close if defined $psql;
	$node->append_conf('postgresql.conf', "herm_jwt.shared_cache_size = $size");
	$node->restart;
	$psql = session($node);
	$psql->must('SET herm_jwt.token_cache_size = 0');
	return;
}

sub shared_bytes
{
	return must($node, q{SELECT coalesce(sum(allocated_size), 0) FROM pg_shmem_allocations
		WHERE name = 'herm_jwt shared cache'});
}

sub hits { return uses($psql, @_) =~ tr/H//; }

undef $psql;
restart_with(7);
my $bytes = shared_bytes();
is(uses($psql, qw(ann bob), 'ann', map { ($_, 'ann') } numbered(1, 100)), 'NNH' . 'NH' x 100,
	'a token in steady use survives a stream of new ones in the server');
is(uses($psql, 'bob'), 'N', 'one that nobody asks for leaves');
is(shared_bytes(), $bytes, 'its memory does not grow');
uses($psql, numbered(101, 150));
my $newest_first = hits(reverse(numbered(101, 150)));
cmp_ok($newest_first, '<=', 7, 'seven tokens of fifty at most are remembered');
cmp_ok($newest_first, '>', 0, 'and some are');

my $other = session($node);
$other->must('SET herm_jwt.token_cache_size = 0');
is(uses($other, 'user101'), 'H', 'by all backends');
$other->close;

restart_with(70);
uses($psql, 'ann', 'ann');
is(uses($psql, map { ($_, 'ann') } numbered(1, 150)) =~ tr/H//, 150,
	'so it is with more room');
cmp_ok(hits(numbered(1, 150)), '<=', 70, 'which is bounded, too');
cmp_ok(shared_bytes(), '<', 10 * $bytes, 'and no larger than it need be');

restart_with(0);
is(uses($psql, qw(ann ann ann)), 'NNN', 'size 0: none is remembered in the server');
is(shared_bytes(), 0, 'and there is no room for any');
$psql->close;

done_testing();
