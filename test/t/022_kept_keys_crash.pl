# SPDX-License-Identifier: PostgreSQL
#
# The last good keys of a jwk_url are kept in a file: wherever the server is
# killed, or the disk fails, while that is written, it holds the old keys or the
# new ones, and the server starts with them while the issuer is down.
#
use strict;
use warnings FATAL => 'all';

use HermJwt;
use HermJwt::Process;
use PostgreSQL::Test::Utils;
use Test::More;

my ($compiler) = grep { -x } map { "$_/cc" } split(/:/, $ENV{PATH});

plan skip_all => 'there is no C compiler "cc" in PATH' unless defined $compiler;

# ---- a library that stands between the server and its disk ----

# It counts what is done for the file, from its being opened on, and notes each step before it is
# taken. At one of them the whole server is killed, or the disk is full; a write gets half done.
my $source = <<'C';
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_NAME "herm_jwt.jwks"
#define FILES_MAX 1024

static bool has_begun;
static int	steps;
static char names[FILES_MAX][64];	/* of open files; empty for others */

#define REAL(function) ((__typeof__(function) *) dlsym(RTLD_NEXT, #function))

static pid_t
parent_of(const char *pid)
{
	char		path[300];
	char		line[512] = "";
	char	   *end;
	FILE	   *file;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	file = fopen(path, "r");
	if (file == NULL)
		return 0;
	if (fgets(line, sizeof(line), file) == NULL)
		line[0] = '\0';
	fclose(file);
	end = strrchr(line, ')');
	return end != NULL ? atoi(end + 4) : 0;
}

static void
kill_server(void)
{
	pid_t		victims[FILES_MAX] = {getppid()};
	int			count = 1;
	DIR		   *processes = opendir("/proc");
	struct dirent *entry;

	while (processes != NULL && count < FILES_MAX && (entry = readdir(processes)) != NULL)
	{
		pid_t		pid = atoi(entry->d_name);

		if (pid > 0 && pid != getpid() && parent_of(entry->d_name) == victims[0])
			victims[count++] = pid;
	}
	for (int i = 0; i < count; i++)
		kill(victims[i], SIGKILL);
	kill(getpid(), SIGKILL);
}

static void
note(const char *what, const char *name)
{
	FILE	   *trace = fopen(getenv("FAULT_TRACE"), "a");

	if (trace == NULL)
		abort();
	fprintf(trace, "%s %s\n", what, name);
	fclose(trace);
}

/* Whether this is the step at which it shall happen. */
static bool
is_last_step(const char *what, const char *name)
{
	note(what, name);
	return ++steps == atoi(getenv("FAULT_STEP"));
}

static int
fault(void)
{
	if (strcmp(getenv("FAULT"), "kill") == 0)
		kill_server();
	errno = ENOSPC;
	return -1;
}

/* The file, its new version, and their folder. */
static bool
is_ours(const char *path)
{
	const char *name = strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : path;

	return strcmp(name, FILE_NAME) == 0 || strcmp(name, FILE_NAME ".new") == 0 ||
		strcmp(name, ".") == 0;
}

static int
open_as(__typeof__(open) *real, const char *path, int flags, mode_t mode)
{
	int			fd;

	if ((flags & O_CREAT) != 0 && strstr(path, FILE_NAME ".new") != NULL)
		has_begun = true;
	if (!has_begun || !is_ours(path))
		return real(path, flags, mode);
	if (is_last_step("open", path))
		return fault();
	fd = real(path, flags, mode);
	if (fd >= 0 && fd < FILES_MAX)
		snprintf(names[fd], sizeof(names[fd]), "%s", path);
	return fd;
}

static mode_t
mode_of(int flags, va_list arguments)
{
	return (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
}

#define OPEN(function) \
int \
function(const char *path, int flags, ...) \
{ \
	va_list		arguments; \
	mode_t		mode; \
\
	va_start(arguments, flags); \
	mode = mode_of(flags, arguments); \
	va_end(arguments); \
	return open_as(REAL(function), path, flags, mode); \
}

OPEN(open)
OPEN(open64)

static const char *
name_of(int fd)
{
	return fd >= 0 && fd < FILES_MAX ? names[fd] : "";
}

int
close(int fd)
{
	if (name_of(fd)[0] != '\0')
		names[fd][0] = '\0';
	return REAL(close)(fd);
}

ssize_t
write(int fd, const void *data, size_t size)
{
	if (name_of(fd)[0] != '\0' && is_last_step("write", name_of(fd)))
	{
		(void) (REAL(write)(fd, data, size / 2) < 0);
		return fault();
	}
	return REAL(write)(fd, data, size);
}

int
fsync(int fd)
{
	if (name_of(fd)[0] != '\0' && is_last_step("fsync", name_of(fd)))
		return fault();
	return 0;					/* nothing here outlives the machine */
}

int
rename(const char *from, const char *to)
{
	if (has_begun && is_ours(to) && is_last_step("rename", to))
		return fault();
	return REAL(rename)(from, to);
}
C

my $folder = PostgreSQL::Test::Utils::tempdir();
my $library = "$folder/fault.so";
my $trace = "$folder/trace";

write_file("$folder/fault.c", $source);
system_or_bail($compiler, '-shared', '-fPIC', '-Wall', '-o', $library, "$folder/fault.c", '-ldl');

# ---- a server with keys ----

my $issuer = issuer();
my $first = named('first', ec_key());
my $second = named('second', ec_key());
my %token = (first => token($first), second => token($second));

$issuer->publishes($first);
my $node = new_cluster('main', conf => setting('herm_jwt.jwt_secret', url_config($issuer->url)) . q{
	include = 'fsync.conf'
	herm_jwt.jwks_timeout = 300s}, files => { 'fsync.conf' => '' });
my $file = $node->data_dir . '/herm_jwt.jwks';

sub steps
{
	return -e $trace ? split(/\n/, slurp_file($trace)) : ();
}

# The file holds what it did before, undef for no file; what a former crash has left of a new one
# lies about. Then there are two keys, and a fault at that step while they are written.
sub fetch_keys
{
	my ($before, $fault, $step) = @_;

	unlink($file, $trace);
	write_file($file, $before) if defined $before;
	write_file($node->data_dir . '/fsync.conf', 'fsync = on');
	$issuer->answers(how => 'hang');
	start_with_environment($node,
		LD_PRELOAD  => $library,
		FAULT       => $fault,
		FAULT_STEP  => $step,
		FAULT_TRACE => $trace);
	$issuer->publishes($first, $second);
	return;
}

sub keys_in_use
{
	return must($node, q{SELECT string_agg(kid, ' ' ORDER BY kid) FROM herm_jwt.keys});
}

# The keys whose tokens are good.
sub verdicts
{
	my %rows = map { $_ => ask($node, "SELECT herm_jwt.verify('$token{$_}')")->{rows} } keys %token;

	return join(', ', grep { $rows{$_} ne '' } sort keys %rows);
}

sub said_of_file
{
	my ($position) = @_;

	my $line = qr/^\S+ \S+ \S+ \[\d+\] (.*herm_jwt\.jwks.*)$/m;

	return join("\n", log_since($node, $position) =~ /$line/g);
}

# What the file keeps, seen by a server whose issuer is down.
sub check_kept_keys
{
	my ($expected, $name) = @_;
	my $position = log_position($node);

	$issuer->answers(how => 'reset');
	write_file($node->data_dir . '/fsync.conf', 'fsync = off');
	$node->start;
	wait_until(sub { must($node, 'SELECT failures > 0 FROM herm_jwt.jwk_urls') eq 't' },
		'the issuer is down');
	is(keys_in_use(), $expected, "$name: the server has these keys: " . ($expected || 'none'));
	is(verdicts(), $expected =~ s/ /, /gr, 'with which tokens are verified');
	is(said_of_file($position), '', 'the file is not damaged');
	$node->stop('immediate');
	is(sprintf('%o', (stat($file))[2] & 07777), '600', 'nobody else may read it') if $expected;
	return;
}

# The same, and no fault: gives the steps.
sub steps_after
{
	my ($before) = @_;

	$node->stop;
	fetch_keys($before, 'none', 0);
	wait_until(sub { keys_in_use() eq 'first second' }, 'the keys come');
	$node->stop;
	return steps();
}

wait_until(sub { keys_in_use() eq 'first' }, 'the first key comes');
$node->stop;
my $old = slurp_file($file);
my %steps = (other => [ steps_after($old) ], first => [ steps_after(undef) ]);

foreach my $which (sort keys %steps)
{
	like( join("\n", @{ $steps{$which} }),
		qr{^open\ herm_jwt.jwks.new\n
			write\ herm_jwt.jwks.new\n
			fsync\ herm_jwt.jwks.new\n
			(?s:.*)
			rename\ herm_jwt.jwks\n
			(?s:.*)
			fsync\ \.$}x,
		"$which keys are written beside the file, synced, renamed, and the folder synced");
}

# ---- the server is killed at each of these steps, the disk is full ----

# Whether the step comes when the new file is in its place.
sub is_in_place
{
	my ($steps, $step) = @_;

	return grep { $steps->[ $_ - 1 ] eq 'rename herm_jwt.jwks' } 1 .. $step - 1;
}

sub kill_at
{
	my ($which, $step, $before) = @_;
	my $name = "$which keys, killed at step $step, $steps{$which}[$step - 1]";
	my $is_in_place = is_in_place($steps{$which}, $step);
	my $held = $before // '';

	fetch_keys($before, 'kill', $step);
	bury($node);
	is((steps())[-1], $steps{$which}[ $step - 1 ], "$name: the server is dead");
	like(-e $file ? slurp_file($file) : '',
		$is_in_place ? qr/^herm_jwt 1 \w{8}\n.*second.*\]\n$/s : qr/^\Q$held\E$/,
		'the file is whole, with ' . ($is_in_place ? 'the new keys' : 'what it held before'));
	check_kept_keys($is_in_place ? 'first second' : defined $before ? 'first' : '', $name);
	return;
}

sub fill_disk_at
{
	my ($step) = @_;
	my $name = "disk full at step $step, $steps{other}[$step - 1]";
	my $position = log_position($node);

	fetch_keys($old, 'fail', $step);
	wait_until(sub { said_of_file($position) ne '' }, 'the file cannot be written');
	is( said_of_file($position),
		'WARNING:  could not write file "herm_jwt.jwks": No space left on device',
		"$name: the log says so");
	is(keys_in_use(), 'first second', 'the new keys are in use');
	is(verdicts(), 'first, second', 'with which tokens are verified');
	$node->stop('immediate');
	check_kept_keys(is_in_place($steps{other}, $step) ? 'first second' : 'first', $name);
	return;
}

kill_at('other', $_, $old)  foreach 1 .. @{ $steps{other} };
kill_at('first', $_, undef) foreach 1 .. @{ $steps{first} };
fill_disk_at($_)            foreach 1 .. @{ $steps{other} };

done_testing();
