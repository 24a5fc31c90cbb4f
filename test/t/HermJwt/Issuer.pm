# SPDX-License-Identifier: PostgreSQL
#
# Issuer.pm: an identity provider's HTTP server, which answers what the test
# says at the moment, and remembers who asked what.
#
#	my $issuer = issuer();                      # runs, and ends with the test at the latest
#
#	$issuer->url                                # http://127.0.0.1:<port>/keys
#	$issuer->url('/other', 'ann:secret')        # another path; a user name and password
#	$issuer->publishes($key, ...);              # the key set of these keys, from now on
#	$issuer->answers(%answer);                  # any answer, from now on
#	$issuer->answers(path => '/other', ...);    # for this path only; then the others do not count
#	$issuer->count                              # how many requests have come, up to now
#	$issuer->count('/other')                    # for this path
#	$issuer->requests                           # each a hash: method, path, headers (a hash
#	                                            # whose names are in lower case)
#	$issuer->stop; $issuer->start;              # nobody listens; again, on the same port
#
# An answer:
#	status    200
#	headers   a hash; Content-Length and Connection are given if not here, undef leaves one out
#	body      bytes; '' without one
#	validate  1: if ETag or Last-Modified are those of the request, status 304 without either
#	how       answer   at once
#	          hang     not before there is another answer for this path; then with that one
#	          drip     a byte of the body every fifth of a second
#	          pour     the body again and again, without an end
#	          reset    a reset of the connection in place of an answer
#	          close    its end in place of an answer
#
# A request is counted before it is answered. Each connection has a process of
# its own, so that one that hangs holds up no other.
#
package HermJwt::Issuer;

use strict;
use warnings FATAL => 'all';

use Exporter qw(import);
use IO::Handle;
use IO::Select;
use IO::Socket::INET;
use JSON::PP;
use POSIX qw(_exit setpgid);
use PostgreSQL::Test::Utils;
use Socket qw(SOL_SOCKET SO_LINGER);
use Storable qw(store retrieve);
use Time::HiRes qw(usleep);

use HermJwt::Token qw(key_set);

our @EXPORT = qw(issuer);

my $PAUSE = 20_000;        # microseconds
my $DRIP_PAUSE = 200_000;
my $any_path = '*';
my $owner = $$;
my @running;

sub issuer
{
	my $self = bless { folder => PostgreSQL::Test::Utils::tempdir('issuer'), answers => {} },
	  __PACKAGE__;

	$self->answers(status => 404);
	$self->start;
	return $self;
}

# ---- what the test says ----

sub url
{
	my ($self, $path, $user) = @_;

	$user = defined $user ? "$user\@" : '';
	$path //= '/keys';
	return "http://${user}127.0.0.1:$self->{port}$path";
}

sub answers
{
	my ($self, %answer) = @_;
	my $path = delete $answer{path} // $any_path;
	my $file = "$self->{folder}/answers";

	my %usual = (status => 200, headers => {}, body => '', how => 'answer');

	$self->{answers}{$path} = { %usual, %answer };
	store($self->{answers}, "$file.new");
	rename("$file.new", $file) or die "could not rename \"$file.new\": $!";
	return;
}

sub publishes
{
	my ($self, @keys) = @_;

	$self->answers(
		headers => { 'Content-Type' => 'application/json' },
		body    => key_set(@keys));
	return;
}

# ---- what the test may know ----

sub requests
{
	my ($self) = @_;

	open(my $log, '<', "$self->{folder}/requests") or return;
	my @requests = map { decode_json($_) } <$log>;
	close($log);
	return @requests;
}

sub count
{
	my ($self, $path) = @_;

	return scalar(grep { !defined $path || $_->{path} eq $path } $self->requests);
}

# ---- its life ----

sub start
{
	my ($self) = @_;
	my $listener = IO::Socket::INET->new(
		LocalAddr => '127.0.0.1',
		LocalPort => $self->{port} // 0,
		Listen    => 100,
		ReuseAddr => 1) or die "could not listen: $@";

	$self->{port} = $listener->sockport;
	pipe(my $end_of_test, $self->{lifeline}) or die "could not make a pipe: $!";
	$self->{pid} = fork() // die "could not fork: $!";
	if ($self->{pid} == 0)
	{
		eval { serve($self, $listener, $end_of_test) };
		_exit(1);
	}
	setpgid($self->{pid}, $self->{pid});
	push @running, $self;
	return;
}

# Connections under way break.
sub stop
{
	my ($self) = @_;

	@running = grep { $_ != $self } @running;
	return unless defined $self->{pid};
	kill('KILL', -$self->{pid});
	waitpid($self->{pid}, 0);
	delete @{$self}{qw(pid lifeline)};
	return;
}

END
{
	if ($$ == $owner)
	{
		my $status = $?;

		$_->stop foreach @running;
		$? = $status;
	}
}

# ---- the server, in processes of its own ----

# Nothing of the test stays open here: sessions, or the pipes of other issuers.
sub close_others
{
	my %kept = map { fileno($_) => 1 } @_;

	POSIX::close($_) foreach grep { !$kept{$_} } 3 .. 1023;
	return;
}

# A test that is killed runs no END; its end of the pipe closes all the same.
sub serve
{
	my ($self, $listener, $end_of_test) = @_;

	setpgid(0, 0);
	close_others($listener, $end_of_test);
	open(STDIN, '<', '/dev/null');
	open(STDOUT, '>', '/dev/null');
	$SIG{$_} = 'DEFAULT' foreach qw(TERM INT HUP __DIE__ __WARN__);
	$SIG{PIPE} = $SIG{CHLD} = 'IGNORE';
	my $select = IO::Select->new($listener, $end_of_test);

	while (1)
	{
		my @ready = $select->can_read;

		kill('KILL', -$$) if grep { $_ == $end_of_test } @ready;
		my $connection = $listener->accept or next;
		if (fork() // die "could not fork: $!")
		{
			# not by close(): Perl believes that files of close_others() are still open
			POSIX::close(fileno($connection));
			next;
		}
		eval { handle($self, $connection) };
		_exit(0);
	}
}

sub handle
{
	my ($self, $connection) = @_;
	my $request = read_request($connection) // return;

	note_request($self, $request);
	give_answer($connection, $request, wait_for_answer($self, $request->{path}, $connection));
	return;
}

sub read_request
{
	my ($connection) = @_;
	my $text = '';

	while ($text !~ /\r\n\r\n/)
	{
		sysread($connection, $text, 4096, length($text)) or return;
	}
	my ($first, @lines) = split(/\r\n/, $text);
	my ($method, $path) = split(/ /, $first);
	my %headers = map { /^([^:]+): *(.*)$/ ? (lc($1) => $2) : () } @lines;
	return { method => $method, path => $path, headers => \%headers };
}

# One write, so that lines of several processes do not mix.
sub note_request
{
	my ($self, $request) = @_;

	open(my $log, '>>', "$self->{folder}/requests") or die "could not open the log: $!";
	syswrite($log, encode_json($request) . "\n");
	close($log);
	return;
}

sub current_answer
{
	my ($self, $path) = @_;
	my $answers = retrieve("$self->{folder}/answers");

	return $answers->{$path} // $answers->{$any_path};
}

# Waits as long as the answer is to hang; ends with the client.
sub wait_for_answer
{
	my ($self, $path, $connection) = @_;
	my $select = IO::Select->new($connection);
	my $answer;

	while (($answer = current_answer($self, $path))->{how} eq 'hang')
	{
		_exit(0) if $select->can_read($PAUSE / 1_000_000);
	}
	return $answer;
}

sub is_known
{
	my ($request, $headers) = @_;
	my %conditions = ('if-none-match' => 'ETag', 'if-modified-since' => 'Last-Modified');

	foreach my $condition (keys %conditions)
	{
		my $value = $request->{headers}{$condition};

		return 1 if defined $value && $value eq ($headers->{ $conditions{$condition} } // '');
	}
	return 0;
}

sub give_answer
{
	my ($connection, $request, $answer) = @_;
	my ($status, $body, $how) = @{$answer}{qw(status body how)};
	my $is_known = $answer->{validate} && is_known($request, $answer->{headers});

	return if $how eq 'close';
	return setsockopt($connection, SOL_SOCKET, SO_LINGER, pack('ll', 1, 0)) if $how eq 'reset';
	($status, $body) = (304, '') if $is_known;

	my %headers = (
		Connection => 'close',
		$how eq 'pour' || $is_known ? () : ('Content-Length' => length($body)),
		%{ $answer->{headers} });
	delete @headers{qw(ETag Last-Modified)} if $is_known;
	my @lines = map { "$_: $headers{$_}" } grep { defined $headers{$_} } sort keys %headers;

	write_all($connection, join("\r\n", "HTTP/1.1 $status Said", @lines, '', ''));
	write_body($connection, $body, $how);
	return;
}

sub write_body
{
	my ($connection, $body, $how) = @_;

	if ($how eq 'drip')
	{
		write_all($connection, $_), usleep($DRIP_PAUSE) foreach split(//, $body);
	}
	elsif ($how eq 'pour')
	{
		write_all($connection, $body) while 1;
	}
	else
	{
		write_all($connection, $body);
	}
	return;
}

# Dies when nobody listens any longer.
sub write_all
{
	my ($connection, $text) = @_;

	while (length($text))
	{
		my $written = syswrite($connection, $text) // die "nobody listens: $!";

		$text = substr($text, $written);
	}
	return;
}

1;
