# SPDX-License-Identifier: PostgreSQL
#
# The last good key sets are kept in a file, so that a restart while the issuer
# is down signs nobody out. A file that is damaged is ignored and replaced.
#
use strict;
use warnings FATAL => 'all';

use Fcntl qw(S_IMODE);
use HermJwt;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my ($ann, $bob, $cid) = map { issuer() } 1 .. 3;
my %key = map { $_ => named($_, ec_key()) } qw(ann bob cid);

$ann->publishes($key{ann});
$bob->publishes($key{bob});
$cid->publishes($key{cid});

my $node = new_cluster('main', streaming => 1,
	conf => setting('herm_jwt.jwt_secret', url_config($ann->url))
	  . "herm_jwt.jwks_cooldown = 1\nherm_jwt.jwks_timeout = '5 min'\n");
my $file = $node->data_dir . '/herm_jwt.jwks';

must($node, 'CREATE DATABASE b');
must($node, 'ALTER DATABASE b SET herm_jwt.jwt_secret = ' . quote(url_config($bob->url)));
in_b('CREATE EXTENSION herm_jwt');

sub in_b
{
	my ($sql) = @_;
	my $psql = session($node, database => 'b');
	my $answer = $psql->ask($sql);

	$psql->close;
	return $answer->{text} eq '' ? $answer->{rows} : $answer->{text};
}

sub verify { return "SELECT herm_jwt.verify('" . token($_[0]) . "') IS NOT NULL" }

sub verified
{
	my ($whom, $key) = @_;

	return ask($whom, verify($key))->{rows} eq 't';
}

sub lines
{
	my ($position, $what) = @_;

	return scalar(() = log_since($node, $position) =~ /$what/g);
}

# Restarts, and gives the place in the log from which the new server writes.
sub restart
{
	$node->stop if defined $node->{_pid};
	my $position = log_position($node);

	$node->start;
	return $position;
}

# ---- the file ----

gives($node, verify($key{ann}), 't', 'the set of the configuration file');
is(in_b(verify($key{bob})), 't', 'and that of a database');
wait_until(sub { -f $file && slurp_file($file) =~ /\Q${\ $bob->url}\E/ }, 'both are in a file');
is(sprintf('%04o', S_IMODE((stat($file))[2])), '0600', "which others can neither read nor write");
ok(!-e "$file.new", 'nothing else is left');
my $times = 'SELECT fetched_at, expires_at FROM herm_jwt.jwk_urls WHERE url = ' . quote($ann->url);
my $before = must($node, $times);

# ---- a restart while the issuers are down ----

$ann->stop;
$bob->answers(how => 'hang');
restart();
gives($node, verify($key{ann}), 't',
	'after a restart the keys are there, though the issuer is down');
gives($node, $times, $before, 'with the times that they had');
is(in_b('SET herm_jwt.jwks_wait = 0;' . verify($key{bob})), 't',
	'those of a database for its first session, which does not wait');
wait_until(sub { $bob->count == 2 }, 'its issuer is asked meanwhile');
wait_until(sub { must($node, 'SELECT last_error IS NOT NULL FROM herm_jwt.jwk_urls WHERE url = '
	. quote($ann->url)) eq 't' }, 'the fetch from the other one fails');
gives($node, verify($key{ann}), 't', 'that changes nothing');
is(lines(0, 'is damaged'), 0, 'the file was whole');

# a crash of the whole server
$node->stop('immediate');
restart();
gives($node, verify($key{ann}), 't', 'after a crash the keys are there as well');
is(in_b(verify($key{bob})), 't', 'all of them');
$bob->publishes($key{bob});

# validators are kept, too: what has not changed is not sent again
$ann->answers(body => key_set($key{ann}), headers => { ETag => '"kept"' }, validate => 1);
$ann->start;
my $refresh = q{SELECT bool_and(outcome = 'fetched') FROM herm_jwt.refresh_jwks()};
wait_until(sub { must($node, $refresh) eq 't' }, 'both issuers are up again');
my $asked = $ann->count;
restart();
wait_until(sub { $ann->count > $asked }, 'the issuer is asked at the start');
is(($ann->requests)[$asked]{headers}{'if-none-match'}, '"kept"', 'by the ETag that was kept');
gives($node, verify($key{ann}), 't', 'and stays in use');

# ---- what is in the file, and is not asked for ----

$node->append_conf('postgresql.conf', setting('herm_jwt.jwt_secret', url_config($cid->url)));
$ann->stop;
restart();
wait_until(sub { verified($node, $key{cid}) }, 'another URL is configured');
raises($node, verify($key{ann}), '28000', qr/JWSInvalidSignature/,
	'the keys of the former one do not count');
raises($node, verify($key{bob}), '28000', qr/JWSInvalidSignature/, 'nor do those of a database');
raises($node, "SELECT herm_jwt.verify('" . token($key{ann}) . "', '" . url_config($ann->url) . "')",
	'42501', qr/does not have this jwk_url/, 'not even for who names that URL');
is(in_b(verify($key{bob})), 't', 'which still uses them');
$node->append_conf('postgresql.conf', setting('herm_jwt.jwt_secret', url_config($ann->url)));
restart();
gives($node, verify($key{ann}), 't', 'the former URL again: its keys are still there');

# ---- damage ----

my $whole = slurp_file($file);

# CRC-32C, bit by bit: for a file that is whole, and wrong all the same.
sub checksum
{
	my $crc = 0xFFFFFFFF;

	foreach my $byte (unpack('C*', $_[0]))
	{
		$crc ^= $byte;
		$crc = $crc & 1 ? ($crc >> 1) ^ 0x82F63B78 : $crc >> 1 foreach 1 .. 8;
	}
	return $crc ^ 0xFFFFFFFF;
}

sub with_checksum { return sprintf("herm_jwt 1 %08x\n%s", checksum($_[0]), $_[0]) }

sub flipped
{
	my ($place) = @_;
	my $text = $whole;

	substr($text, $place, 1) ^= "\x01";
	return $text;
}

my ($head, $sets) = $whole =~ /^([^\n]*\n)(.*)$/s;
is(with_checksum($sets), $whole, 'the checksum of the file is that of the sets in it');

my $old = $sets =~ s/"url"/"uri"/r;
my %damage = (
	'an empty file'           => '',
	'one byte'                => 'h',
	'only its head'           => $head,
	'cut in the middle'       => substr($whole, 0, length($whole) / 2),
	'without its last byte'   => substr($whole, 0, -1),
	'with a byte more'        => "$whole ",
	'the first byte flipped'  => flipped(0),
	'the version flipped'     => flipped(9),
	'the checksum flipped'    => flipped(12),
	'a byte in it flipped'    => flipped(length($whole) / 2),
	'the last byte flipped'   => flipped(-1),
	'garbage'                 => join('', map { chr(int(rand(256))) } 1 .. 5000),
	'zeros'                   => "\0" x length($whole),
	'another kind of file'    => '{"keys":[]}',
	'a right checksum, no JSON'     => with_checksum(substr($sets, 0, -3)),
	'a right checksum, no array'    => with_checksum('{}'),
	'a right checksum, other members' => with_checksum($old));

$node->stop;
foreach my $what (sort keys %damage)
{
	write_file($file, $damage{$what});
	my $position = restart();

	wait_until(sub { lines($position, 'could not connect') > 0 }, 'the worker has begun');
	is(lines($position, 'WARNING:  file "herm_jwt.jwks" is damaged and ignored: '), 1,
		"$what: the log warns once");
	raises($node, verify($key{ann}), '28000', qr/NoUsableKeys/, "$what: no key comes of it");
	$ann->start;
	wait_until(sub { verified($node, $key{ann}) }, 'the issuer is back');
	wait_until(sub { slurp_file($file) ne $damage{$what} }, 'the file is replaced');
	$ann->stop;
	$position = restart();
	gives($node, verify($key{ann}), 't', "$what: the file is replaced by a good one");
	is(lines($position, 'is damaged'), 0, "$what: about which there is nothing to say");
	$node->stop;
}

# ---- things in its place that are no such file ----

# how to make it, whether it is told of, and whether an administrator has to remove it
my %thing = (
	'a dead link' => [ sub { symlink('nowhere/at/all', $file) or die "symlink: $!" }, 0, 0 ],
	'a pipe'      => [ sub { system_or_bail('mkfifo', $file) }, 1, 0 ],
	'a directory' => [ sub { mkdir($file) or die "mkdir: $!" }, 1, 1 ],
	'a file that nobody may read' => [ sub { write_file($file, $whole, 0000) }, 1, 1 ]);

# Makes the worker write the file, twice.
sub change_sets
{
	foreach my $keys ([ @key{qw(ann cid)} ], [ $key{ann} ])
	{
		$ann->publishes(@$keys);
		must($node, 'SELECT herm_jwt.refresh_jwks()');
	}
	return;
}

foreach my $what (sort keys %thing)
{
	my ($make, $warns, $stays) = @{ $thing{$what} };

	unlink($file);
	$make->();
	my $position = restart();
	wait_until(sub { lines($position, 'could not connect') > 0 }, 'the worker has begun');
	is(lines($position, 'is damaged and ignored'), $warns,
		"$what in its place: the log warns if it is damage");
	$ann->start;
	wait_until(sub { verified($node, $key{ann}) }, 'the issuer is back');
	wait_until(sub { lines($position, 'could not write file "herm_jwt.jwks"') }, 'the log says so')
	  if $stays;
	change_sets();
	ok(verified($node, $key{ann}), "$what: the server works");
	is(lines($position, 'could not write file'), $stays,
		"$what: the log says once if it cannot be replaced");
	if ($stays)
	{
		(-d $file ? rmdir($file) : unlink($file)) or die "could not remove $what: $!";
		change_sets();
	}
	$ann->stop;
	$position = restart();
	gives($node, verify($key{ann}), 't', "$what: a good file has come in its place");
	is(lines($position, 'is damaged'), 0, "$what: about which there is nothing to say");
	$node->stop;
}

# half a file under the other name is what a crash leaves
write_file("$file.new", substr($whole, 0, 100));
restart();
gives($node, verify($key{ann}), 't', 'the rest of a write that was cut short changes nothing');

# ---- a server whose group may read its files ----

$node->stop;
$ann->start;
chmod(0750, $node->data_dir) or die "chmod: $!";
restart();
$ann->publishes($key{ann}, named('guest', $key{cid}));
must($node, 'SELECT herm_jwt.refresh_jwks()');
wait_until(sub { slurp_file($file) =~ /guest/ }, 'the file is written');
$ann->publishes($key{ann});
must($node, 'SELECT herm_jwt.refresh_jwks()');
wait_until(sub { slurp_file($file) !~ /guest/ }, 'the file is written again');
is(sprintf('%04o', S_IMODE((stat($node->data_dir . '/postmaster.pid'))[2])), '0640',
	'the group may read others');
is(sprintf('%04o', S_IMODE((stat($file))[2])), '0600', 'but not this one');
$ann->stop;
$node->stop;
chmod(0700, $node->data_dir) or die "chmod: $!";
restart();

# ---- a copy of the server ----

$node->backup('copy');
my $copy = PostgreSQL::Test::Cluster->new('copy');
$copy->init_from_backup($node, 'copy');
is(sprintf('%04o', S_IMODE((stat($node->backup_dir . '/copy/herm_jwt.jwks'))[2])), '0600',
	'pg_basebackup copies the file with its mode');
$copy->start;
gives($copy, verify($key{ann}), 't',
	'and a server from the copy has the keys, though the issuer is down');
$copy->stop;

# ---- a set that has become too old while the server was down ----

$ann->answers(body => key_set($key{ann}), headers => { 'Cache-Control' => 'max-age=1' });
$ann->start;
must($node, 'SELECT herm_jwt.refresh_jwks()');
wait_until(sub { must($node, "SELECT expires_at - fetched_at = '1 s' FROM herm_jwt.jwk_urls
	WHERE url = " . quote($ann->url)) eq 't' }, 'a set for a second');
my $expires = must($node, 'SELECT extract(epoch FROM max(expires_at)) FROM herm_jwt.jwk_urls '
	  . 'WHERE url = ' . quote($ann->url));
$ann->stop;
$node->stop;
$node->append_conf('postgresql.conf', 'herm_jwt.jwks_stale_after = 1');
wait_until(sub { time() > $expires + 2 }, 'the set is too old');
my $position = restart();
wait_until(sub { lines($position, 'could not connect') > 0 }, 'the worker has begun');
raises($node, verify($key{ann}), '28000', qr/NoUsableKeys/,
	'a set that is too old is not taken from the file');
gives($node, 'SELECT count(*) FROM herm_jwt.keys WHERE source = ' . quote($ann->url), '0',
	'nor listed');
is(lines($position, 'is damaged|too old'), 0, 'and there is nothing to say about it');
$node->append_conf('postgresql.conf', 'herm_jwt.jwks_stale_after = 0');
restart();
gives($node, verify($key{ann}), 't', 'without a limit it is used');

done_testing();
