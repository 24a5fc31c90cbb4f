# SPDX-License-Identifier: PostgreSQL
#
# Session.pm: a psql that stays open, and what it answers.
#
# An answer is a hash: rows (psql's unaligned lines), text (all that came on
# stderr), and of the last error: sqlstate, message, detail, hint. The fields
# are '' when there is nothing; a lost or refused connection is sqlstate LOST.
#
package HermJwt::Session;

use strict;
use warnings FATAL => 'all';

use Exporter qw(import);
use IPC::Run;
use PostgreSQL::Test::Utils;

our @EXPORT = qw(quote);

my @options = qw(-XAtq -v VERBOSITY=verbose -v ON_ERROR_STOP=0 -f -);

# Options: connstr; user, a database role; pgoptions, the startup packet's
# settings; context => 1 shows the errors' CONTEXT, too.
sub new
{
	my ($class, %how) = @_;
	my $connstr = $how{connstr} . (defined $how{user} ? " user=$how{user}" : '');
	my $self = bless { in => '', out => '', err => '', asked => 0 }, $class;
	my $context = 'SHOW_CONTEXT=' . ($how{context} ? 'always' : 'never');

	local %ENV = (%ENV, defined $how{pgoptions} ? (PGOPTIONS => $how{pgoptions}) : ());
	$self->{timer} = IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default);
	$self->{psql} = IPC::Run::start([ 'psql', '-d', $connstr, '-v', $context, @options ],
		'<', \$self->{in}, '>', \$self->{out}, '2>', \$self->{err}, $self->{timer});
	return $self;
}

# Sends statements and waits for all of their answers.
sub ask
{
	my ($self, $sql) = @_;

	$self->send($sql);
	return $self->receive;
}

# Statements that prepare something: dies if they say anything but rows.
sub must
{
	my ($self, $sql) = @_;
	my $answer = $self->ask($sql);

	die "$sql\n$answer->{text}" if $answer->{text} ne '';
	return $answer->{rows};
}

# Sends statements only; receive() gets the answer. wait_until() of HermJwt
# tells from another session what has become of them.
sub send
{
	my ($self, $sql) = @_;

	$self->{asked}++;
	$self->{end} = "answer $self->{asked} ends";
	$self->{out} = $self->{err} = '';
	$self->{in} .= "$sql\n;\n\\echo $self->{end}\n\\warn $self->{end}\n";
	$self->{timer}->start;
	eval { $self->{psql}->pump_nb };
	return;
}

sub receive
{
	my ($self) = @_;
	my $end = qr/^\Q$self->{end}\E\r?\n/m;

	# pump() dies when psql has ended, or the time is up
	my $alive = eval {
		$self->{psql}->pump until $self->{out} =~ $end && $self->{err} =~ $end;
		1;
	};
	die $@ if $self->{timer}->is_expired;
	$self->{timer}->reset;
	s/$end// foreach ($self->{out}, $self->{err});
	return answer($self->{out}, $self->{err}, $alive);
}

sub answer
{
	my ($rows, $text, $alive) = @_;
	my %answer = (rows => $rows, text => $text);

	$answer{$_} = '' foreach qw(sqlstate message detail hint);
	chomp(@answer{qw(rows text)});
	@answer{qw(sqlstate message)} = ('LOST', $text) unless $alive;
	@answer{qw(sqlstate message)} = ($1, $2)
	  if $alive && $text =~ /.*(?:ERROR|FATAL):  (\w{5}): (.*)/;
	$answer{detail} = $1 if $text =~ /.*^DETAIL:  (.*)/m;
	$answer{hint} = $1 if $text =~ /.*^HINT:  (.*)/m;
	return \%answer;
}

# The token, or '' for none; for the session, as BI tools would do.
sub set_token
{
	my ($self, $token) = @_;

	$self->must('SET herm_jwt.token = ' . quote($token));
	return;
}

sub close
{
	my ($self) = @_;

	$self->{in} .= "\\q\n";
	eval { $self->{psql}->finish };
	return;
}

# Text as an SQL literal.
sub quote
{
	my ($text) = @_;

	$text =~ s/'/''/g;
	return "'$text'";
}

1;
