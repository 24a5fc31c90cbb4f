# SPDX-License-Identifier: PostgreSQL
#
# Bench.pm: what the tests of herm_jwt_fetch stand on: the program, its answers, and servers.
#
# FETCHER_BUILD in the environment has the programs, built by the Makefile beside this. All servers
# listen on 127.0.0.1; 0.0.0.0 leads there as well, but is no address of the loopback, so it stands
# for another machine.
#
#	my $server = server_saying(response('200 OK', [], '{}'));
#	my $result = fetch(url => $server->{url}, timeout => 2000);
#
#	gives($result, { status => 200, body => '{}' }, 'an empty set');
#	fails($result, 'timed out after 2 s', 'no answer');
#	like((requests($server))[0], qr/^GET/, 'it was asked');
#
package Bench;

use strict;
use warnings FATAL => 'all';

use Exporter qw(import);
use File::Temp qw(tempdir);
use IO::Socket::INET;
use POSIX qw(_exit sigprocmask SIG_BLOCK SIGALRM SIGPIPE);
use Socket qw(SOL_SOCKET SO_LINGER);
use Test::More;

our @EXPORT = qw($KEYS fetch fetch_text request_text gives fails work_folder write_file
  http_server server_saying fetch_from elsewhere tls_server requests response reset_connection pour
  authority certificate openssl);

our $KEYS = '{"keys":[]}';

my $folder = tempdir(CLEANUP => 1);
my $build = $ENV{FETCHER_BUILD} // die "FETCHER_BUILD has the folder of the programs\n";
my @children;
my @outputs;			# of s_server: closing one would wait for its end
my $servers = 0;
my $owner = $$;

# So that nobody waits for ever for a program that ought to end by itself.
my $PATIENCE = 60;

sub work_folder { return $folder }

# Whatever ends the test ends its servers.
$SIG{$_} = \&end foreach qw(HUP INT TERM);
sub end { exit 1 }

END
{
	if ($$ == $owner)
	{
		my $status = $?;
		kill 'KILL', @children;
		waitpid $_, 0 foreach @children;
		$? = $status;
	}
}

sub write_file
{
	my ($name, $content) = @_;

	open my $out, '>:raw', "$folder/$name" or die "$folder/$name: $!";
	print $out $content;
	close $out or die "$folder/$name: $!";
	return "$folder/$name";
}

sub read_file
{
	my ($path) = @_;

	open my $in, '<:raw', $path or return '';
	local $/;
	return scalar(<$in>) // '';
}

# ---- the program ----

my %usual = (timeout => 20_000, 'connect-timeout' => 10_000, 'max-size' => 1000);

# A request of the usual limits and these lines; undef is a line without a value.
sub request_text
{
	my (%lines) = (%usual, @_);

	return join '', map { defined $lines{$_} ? "$_ $lines{$_}\n" : "$_\n" } sort keys %lines;
}

# Options of the run: program, environment (a hash). Gives exit code, output and errors.
sub fetch_text
{
	my ($text, %how) = @_;
	my $program = "$build/" . ($how{program} // 'herm_jwt_fetch');
	my @paths = (write_file('stdin', $text), "$folder/stdout", "$folder/stderr");
	my $process = fork // die "cannot fork: $!";

	if (!$process)
	{
		open STDIN, '<', $paths[0] or _exit(99);
		open STDOUT, '>', $paths[1] or _exit(99);
		open STDERR, '>', $paths[2] or _exit(99);
		delete @ENV{ grep { /proxy/i } keys %ENV };
		$ENV{ASAN_OPTIONS} //= 'detect_leaks=0:disable_coredump=0';
		%ENV = (%ENV, %{ $how{environment} // {} });
		# as a careless parent might hand them down
		$SIG{ALRM} = $SIG{PIPE} = 'IGNORE';
		sigprocmask(SIG_BLOCK, POSIX::SigSet->new(SIGALRM, SIGPIPE));
		exec $program or _exit(99);
	}
	local $SIG{ALRM} = sub { kill 'KILL', $process };
	alarm $PATIENCE;
	waitpid $process, 0;
	my $status = $?;
	alarm 0;
	return {
		code   => $status & 127 ? "signal " . ($status & 127) : $status >> 8,
		out    => read_file($paths[1]),
		errors => read_file($paths[2]),
	};
}

sub fetch { return fetch_text(request_text(@_)) }

sub explain_result
{
	my ($result) = @_;
	my $out = substr($result->{out}, 0, 500) =~ s/[^ -~\n]/?/gr;

	diag("exit code $result->{code}, it wrote:\n$out\n$result->{errors}");
	return;
}

# The whole answer: these members and no others, in their order, and the body.
sub gives
{
	my ($result, $expected, $what) = @_;
	my %members = %$expected;
	my $body = delete $members{body} // '';
	my $wanted = '';

	for my $name (qw(status etag last-modified cache-control expires age content-type))
	{
		my $value = delete $members{$name};
		$wanted .= "$name $value\n" if defined $value;
	}
	die "unknown member" if %members;
	$wanted .= 'length ' . length($body) . "\n\n$body";
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return ok($result->{code} eq '0' && $result->{out} eq $wanted && $result->{errors} eq '', $what)
	  || explain_result($result);
}

# Nothing but one line, with this text.
sub fails
{
	my ($result, $text, $what) = @_;
	my $wanted = ref $text ? qr/\Aerror $text\n\z/ : qr/\Aerror \Q$text\E\n\z/;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return ok($result->{code} eq '1' && $result->{out} =~ $wanted && $result->{errors} eq '', $what)
	  || explain_result($result);
}

# ---- servers ----

# A handler gets the socket, the head of the request, and the number of the connection.
sub handle
{
	my ($socket, $log, $handler, $number) = @_;
	my $request = '';

	while ($request !~ /\r\n\r\n\z/)
	{
		sysread $socket, $request, 1, length $request or last;
	}
	open my $out, '>>:raw', $log or die "$log: $!";
	print $out "$request\0";
	close $out or die "$log: $!";
	$handler->($socket, $request, $number);
	return;
}

# raw => 1: the handler is called without waiting for a request.
sub http_server
{
	my ($handler, %how) = @_;
	my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 50) or die "listen: $@";
	my $log = "$folder/server" . ++$servers . '.log';
	my $process = fork // die "cannot fork: $!";

	if ($process)
	{
		push @children, $process;
		my $port = $listener->sockport;
		return { port => $port, url => "http://127.0.0.1:$port/keys", log => $log, process => $process };
	}
	$SIG{PIPE} = 'IGNORE';
	$SIG{$_} = 'DEFAULT' foreach qw(HUP INT TERM);
	$listener->timeout(1);
	for (my $number = 1; getppid == $owner;)
	{
		my $socket = $listener->accept or next;
		$socket->autoflush(1);
		binmode $socket;
		$how{raw} ? $handler->($socket) : handle($socket, $log, $handler, $number++);
		close $socket;
	}
	_exit(0);
}

sub requests { return split /\0/, read_file($_[0]{log}) }

# The text of a response; a body, even an empty one, has its length.
sub response
{
	my ($status, $lines, $body) = @_;
	my @lines = ("HTTP/1.1 $status", @$lines);

	push @lines, 'Content-Length: ' . length $body if defined $body;
	return join('', map { "$_\r\n" } @lines, '') . ($body // '');
}

# A server that says the same to everybody, a text or what a handler says.
sub server_saying
{
	my ($text) = @_;

	return http_server(ref $text ? $text : sub { syswrite $_[0], $text });
}

sub fetch_from
{
	my ($text, @lines) = @_;

	return fetch(url => server_saying($text)->{url}, @lines);
}

# The server's address as if it were another machine.
sub elsewhere
{
	my ($server) = @_;

	return $server->{url} =~ s/127\.0\.0\.1/0.0.0.0/r;
}

# The other side sees a reset instead of an end.
sub reset_connection
{
	my ($socket) = @_;

	setsockopt $socket, SOL_SOCKET, SO_LINGER, pack 'll', 1, 0;
	close $socket;
	return;
}

# Writes this for ever, or until nobody listens.
sub pour
{
	my ($socket, $text, $pause) = @_;

	while (defined syswrite $socket, $text)
	{
		select undef, undef, undef, $pause if $pause;
	}
	return;
}

# ---- TLS ----

sub openssl
{
	my ($command) = @_;

	system("cd $folder && openssl $command >>openssl.log 2>&1") == 0
	  or die "openssl $command:\n" . read_file("$folder/openssl.log");
	return;
}

my $ca_conf = <<'END';
[ca]
default_ca = ours
[ours]
database = index.txt
new_certs_dir = .
certificate = ca.crt
private_key = ca.key
default_md = sha256
rand_serial = yes
policy = any
unique_subject = no
copy_extensions = copy
[any]
commonName = supplied
END

# Makes an authority, and gives the line of a request that makes it count.
sub authority
{
	write_file('ca.conf', $ca_conf);
	write_file('index.txt', '');
	openssl('req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=ours -keyout ca.key -out ca.crt');
	return ('ca-file' => "$folder/ca.crt");
}

# Makes NAME.crt and NAME.key, good for this host from one date to another.
sub certificate
{
	my ($name, $host, $from, $to) = @_;

	openssl("req -newkey rsa:2048 -nodes -subj '/CN=$host' -addext subjectAltName=DNS:$host"
		  . " -keyout $name.key -out $name.csr");
	openssl("ca -batch -config ca.conf -startdate $from -enddate $to -notext"
		  . " -in $name.csr -out $name.crt");
	return;
}

# s_server, which answers with the files of a folder as they are, head included.
sub tls_server
{
	my ($certificate, @options) = @_;
	my $process = open my $out, '-|' // die "cannot fork: $!";

	if (!$process)
	{
		chdir $folder or _exit(99);
		open STDERR, '>>', 'openssl.log' or _exit(99);
		open STDIN, '<', '/dev/null' or _exit(99);
		exec qw(openssl s_server -accept 127.0.0.1:0 -HTTP -cert), "$certificate.crt",
		  '-key', "$certificate.key", @options
		  or _exit(99);
	}
	push @children, $process;
	while (my $line = <$out>)
	{
		next unless $line =~ /^ACCEPT .*:(\d+)\s*$/;
		push @outputs, $out;
		return { port => $1, url => "https://localhost:$1/keys" };
	}
	die "s_server did not start:\n" . read_file("$folder/openssl.log");
}

1;
