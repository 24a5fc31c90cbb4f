# SPDX-License-Identifier: PostgreSQL
#
# Random permissions on random rows: what each role sees and changes is what Hasura
# would give it by an evaluator that knows nothing of SQL, and where it is less,
# the review says so. Beside that, applying twice changes nothing, a check finds
# nothing, and a drop leaves nothing.
#
# The dice are told, and can be told:
#	HERM_SEED    the first round's seed (1, if not given, so that a run can be had again)
#	HERM_ROUNDS  how many rounds, each with the next seed (3)
#	HERM_ROLES   how many roles in each (24)
#	HERM_SHOWN   how many mismatches of each kind are told in full (2)
#
use strict;
use warnings FATAL => 'all';

use Encode qw(encode);
use JSON::PP;
use Test::More;

use HermJwt;
use HermJwt::Session;
use HermJwt::Permissions::Compare;
use HermJwt::Permissions::Metadata;
use HermJwt::Permissions::Probes;
use HermJwt::Permissions::Rules;
use HermJwt::Permissions::Server;
use HermJwt::Permissions::Shrink;
use HermJwt::Permissions::Value;
use HermJwt::Permissions::World;

my $seed = $ENV{HERM_SEED} // 1;
my $rounds = $ENV{HERM_ROUNDS} // 3;
my $role_count = $ENV{HERM_ROLES} // 24;
my $shown_at_most = $ENV{HERM_SHOWN} // 2;

my $key = hmac_key();
my $node = new_cluster(
	'main',
	conf => "herm_jwt.jwt_secret_file = 'secret.json'\nlog_statement = none\njit = off\n",
	files => { 'secret.json' => config($key) });
my $psql = session($node);
my ($statements, $permissions) = (0, 0);

sub is_empty { my ($text, $name) = @_; return is(encode('UTF-8', $text), '', $name); }

# ---- the server ----

# Its own texts of all cells, which it is to show again.
sub read_rows
{
	my ($world) = @_;

	foreach my $table (@{ $world->{order} })
	{
		my ($rows) = ask_lines($psql, everything($table));
		my @names = map { $_->{name} } @{ $table->{columns} };

		$table->{server} = {};
		@{ $table->{server}{$_} }{@names} = @{ $rows->{$_} } foreach keys %$rows;
		$table->{label_in_review} = server_says($psql,
				"SELECT format('%I.%I', "
			  . quote($table->{schema}) . ', '
			  . quote($table->{name})
			  . ')');
	}
	return;
}

# The review, by table, role and kind.
sub apply
{
	my ($document, $options) = @_;
	my $rows =
	  JSON::PP->new->decode(server_says($psql, json_call('apply', $document, 'default', $options)));

	return { map { ("$_->{table_name} $_->{role} $_->{operation}" => $_) } @$rows };
}

sub policies_sql
{
	my ($table, $role) = @_;

	return
		"SELECT jsonb_build_object('policy', concat_ws(' ', polcmd, 'USING',"
	  . " pg_get_expr(polqual, polrelid), 'WITH CHECK', pg_get_expr(polwithcheck, polrelid)))"
	  . ' FROM pg_policy WHERE polrelid = '
	  . quote($table->{label})
	  . '::regclass AND '
	  . quote(role_name($role))
	  . "::regrole = ANY (polroles);\n";
}

# ---- what is told of a mismatch ----

my %mismatches;
my $shrunk = 'shrunk';    # the role and the source of permissions that are made smaller

sub body_of
{
	my ($rule, $parts, $is_select) = @_;
	my %expressions =
		$is_select ? (filter => $parts->{select} // {})
	  : map { ($_ => $parts->{$_} // {}) } $rule->{kind} eq 'insert' ? 'check'
	  : $rule->{kind} eq 'delete' || $rule->{kind} eq 'select'       ? 'filter'
	  :                                                                qw(filter check);

	return {
		%expressions,
		$rule->{kind} eq 'delete' ? () : (columns => [ sort keys %{ $rule->{columns} } ]),
		%{ $rule->{presets} }     ? (set => $rule->{presets}) : ()
	};
}

# The same statement under permissions with these expressions: the answer, and the
# difference, '' if there is none.
sub try_parts
{
	my ($round, $table, $probe, $session, $parts) = @_;
	my ($rule, $select) = @{$probe}{qw(rule select)};
	my %as = (table => $table->{key}, role => $shrunk);
	my @permissions = { %as, kind => $rule->{kind}, body => body_of($rule, $parts) };

	push @permissions, { %as, kind => 'select', body => body_of($select, $parts, 1) }
	  if $select && !$select->{refused};
	my $rules = rules($round->{world}, \@permissions, [])->{ $table->{key} }{$shrunk};
	my $document = document($round->{world}, $shrunk, \@permissions, []);
	my $as = { %$session, role => $shrunk };
	my ($answer, @policies) = ask_lines($psql,
			"BEGIN;\n"
		  . json_call('apply', $document, $shrunk, $round->{options}) . ";\n"
		  . as_session($key, $as, $shrunk, $probe->{sql}, policies_sql($table, $shrunk)));
	my $verdict = $probe->{verdict}->($rules->{ $rule->{kind} }, $rules->{select});

	return (differs($table, $probe, $verdict, $answer, $as), map { $_->{policy} } @policies);
}

sub make_smaller
{
	my ($round, $table, $probe, $session) = @_;
	my ($rule, $select) = @{$probe}{qw(rule select)};
	my %parts =
	  (%{ $rule->{json} }, $select && $select->{json} ? (select => $select->{json}{filter}) : ());
	my $is_wrong = sub { (try_parts($round, $table, $probe, $session, $_[0]))[0] ne '' };

	return 'it is not so with a permission of this kind alone' unless eval { $is_wrong->(\%parts) };
	my $small = smallest(\%parts, $is_wrong);

	return join("\n",
		'the same with less: ' . json_text($small),
		try_parts($round, $table, $probe, $session, $small));
}

# The variables that a rule needs.
sub needed
{
	my ($probe, $session) = @_;

	return {
		map { ($_ => $session->{variables}{$_}) }
		map { ($_->{variables} // [])->@* } grep { $_ } @{$probe}{qw(rule select)}
	};
}

sub first_row
{
	my ($table, $what) = @_;
	my %ids = map { ($_ => 1) } $what =~ /^row (\d+)/mg;

	my ($first) = sort { $a <=> $b } grep { $table->{server}{$_} } keys %ids;

	return defined $first ? "row $first: " . json_text($table->{server}{$first}) : ();
}

sub report
{
	my ($round, $table, $probe, $session, $what) = @_;

	return if $mismatches{ $probe->{how} }++ >= $shown_at_most;
	diag(
		encode(
			'UTF-8',
			join("\n",
				'',
				"HERM_SEED=$round->{seed}: $probe->{how}, $table->{key}, role $session->{role}",
				$probe->{statement},
				$what,
				first_row($table, $what),
				$probe->{rule}   ? 'rule: ' . json_text($probe->{rule}{json})     : (),
				$probe->{select} ? 'select: ' . json_text($probe->{select}{json}) : (),
				'variables: ' . json_text(needed($probe, $session)),
				$probe->{how} =~ /^(?:denied|view|review|stranger)$/
				? ()
				: make_smaller($round, $table, $probe, $session))));
	return;
}

# ---- sessions ----

# Why a statement may do less than by Hasura, as the review has to say.
sub excuse
{
	my ($table, $probe, $session, $answer) = @_;
	my $is_so = sub { differs($table, $probe, $_[0]->($probe->{rule}), $answer, $session) eq '' };

	return if !$probe->{hasura} || $is_so->($probe->{hasura});
	return qr/\bnull-check\b/ if $is_so->($probe->{alone});
	return qr/\b(?:select-filter|returning)\b/;
}

# The answer is what Hasura would do; or less, and then the review says why.
sub judge_answer
{
	my ($round, $table, $probe, $session, $answer) = @_;
	my ($rule, $select) = @{$probe}{qw(rule select)};
	my $what = differs($table, $probe, $probe->{verdict}->($rule, $select), $answer, $session);

	$statements++;
	return report($round, $table, $probe, $session, $what) if $what ne '';
	my $excuse = excuse($table, $probe, $session, $answer) // return;
	my $review = $round->{review}{"$table->{label_in_review} $session->{role} $rule->{kind}"};

	report($round, $table, { %$probe, how => 'review' },
		$session, "Hasura would do more, and the review says: " . ($review->{reason} // 'exact'))
	  if ($review->{reason} // '') !~ $excuse;
	return;
}

sub try_session
{
	my ($round, $session) = @_;
	my $world = $round->{world};

	$session->{by_index} = $round->{by_index};
	my $scope = {
		world => $world,
		session => $session,
		null_passes => $round->{null_passes},
		keys => $round->{join_keys} ? join_keys($world, $round->{rules}, $session->{role}) : {}
	};
	my @probes;

	foreach my $table (@{ $world->{order} })
	{
		my $of_role = $round->{rules}{ $table->{key} }{ $session->{role} } // {};

		push @probes, map { [ $table, $_ ] } probes($scope, $table, $of_role);
	}
	my @answers =
	  ask_lines($psql, as_session($key, $session, $session->{role}, map { $_->[1]{sql} } @probes));

	die 'not as many answers as questions' if @answers != @probes;
	judge_answer($round, @{ $probes[$_] }, $session, $answers[$_]) foreach 0 .. $#probes;
	return;
}

# The database role alone gives nothing to the token of another role.
sub try_stranger
{
	my ($round, $role, $session) = @_;
	my @tables =
	  grep { !$_->{is_view} && ($round->{rules}{ $_->{key} }{$role}{select} // {})->{columns} }
	  @{ $round->{world}{order} };
	my @answers = ask_lines($psql,
		as_session($key, $session, $role, map { read_statement($_->{label}, 'id') } @tables));

	foreach my $place (0 .. $#tables)
	{
		my $answer = $answers[$place];

		next if ($answer->{error} // '') eq '42704' || lists_equal($answer->{rows} // 0, []);
		report($round, $tables[$place], { how => 'stranger', statement => "as $role" },
			$session, json_text($answer));
	}
	return;
}

# Texts that are no value of their type.
sub spoil
{
	my ($session) = @_;
	my @names = grep { !/user-id|-text-|-varchar-|-bpchar-/ } sort keys %{ $session->{variables} };

	foreach my $name (some_of(30, @names))
	{
		$session->{variables}{$name} = '{';
		$session->{bad}{$name} = 1;
	}
	return $session;
}

# A role that may do nothing does not come to be.
sub is_made
{
	my ($round, $role) = @_;

	return scalar grep { $_ && !$_->{refused} }
	  map { values %{ $round->{rules}{ $_->{key} }{$role} // {} } } @{ $round->{world}{order} };
}

sub try_roles
{
	my ($round, @roles) = @_;
	my @made = grep { is_made($round, $_) } @roles;

	%mismatches = ();
	foreach my $role (@made)
	{
		try_session($round, new_session($role, 0));
		try_session($round, new_session($role, 15));
		try_session($round, spoil(new_session($role, 0)));
		try_stranger($round, $role, new_session(pick(grep { $_ ne $role } @made), 0));
	}
	is(join(', ', map { "$_: $mismatches{$_}" } sort keys %mismatches),
		'',
		"seed $round->{seed}: statements do what Hasura would, or less where the review says so");
	return;
}

# ---- the review ----

# What the evaluator does not know: an update that may move a row to another
# partition, where an insert has presets.
sub is_reach
{
	my ($table, $row) = @_;
	return $table->{is_partitioned} && $row->{reason} =~ /\bpreset-reach\b/;
}

sub judge_row
{
	my ($table, $rule, $row) = @_;

	return 'there is no row of it' unless $row;
	my $is_refused = $row->{outcome} eq 'refused';

	$rule->{refused} //= 'preset-reach' if $is_refused && is_reach($table, $row);
	return json_text($row) if $is_refused xor $rule->{refused};
	return json_text($row)
	  if $is_refused
	  && $rule->{refused} ne 'inherited'
	  && $row->{reason} !~ /\b\Q$rule->{refused}\E\b/;
	return;
}

sub judge_review
{
	my ($round) = @_;
	my %unread = %{ $round->{review} };
	my @wrong;

	foreach my $table (@{ $round->{world}{order} })
	{
		my $of_table = $round->{rules}{ $table->{key} };

		foreach my $role (sort keys %$of_table)
		{
			foreach my $kind (grep { $of_table->{$role}{$_} } kinds())
			{
				my $row = delete $unread{"$table->{label_in_review} $role $kind"};

				$permissions++;
				push @wrong,
				  map { "$table->{key} $role $kind: $_" }
				  judge_row($table, $of_table->{$role}{$kind}, $row);
			}
		}
	}
	return join("\n", @wrong, map { "not expected: $_" } sort keys %unread);
}

# ---- a round ----

my @odd_names = ('Two Words', "quote's", 'double"q', 'x' x 50, "umlaut \x{fc}");

sub new_round
{
	my ($seed) = @_;
	my $world = new_world();
	my @roles = (@odd_names, map { "role_$_" } 1 .. $role_count);
	my @permissions = new_permissions($world, @roles);
	my @heirs = map { "heir $_" } 1 .. 2 + $role_count / 4;
	my @inherited = new_inherited(\@heirs, @roles);
	my %options = (
		null_check => pick('strict', 'strict', 'hasura'),
		join_keys => chance(30) ? $true : $false,
		force_rls => chance(20) ? $true : $false);

	return {
		seed => $seed,
		world => $world,
		roles => [ @roles, @heirs ],
		rules => rules($world, \@permissions, \@inherited),
		document => document($world, 'default', \@permissions, \@inherited),
		options => json_text(\%options),
		by_index => $seed % 2,
		join_keys => $options{join_keys},
		null_passes => $options{null_check} eq 'hasura'
	};
}

# The lines of one text that the other does not have.
sub difference
{
	my ($before, $after) = map {
		{
			map { ($_ => 1) } split /\n/
		}
	} @_;

	return join("\n",
		(map { "- $_" } sort grep { !$after->{$_} } keys %$before),
		map { "+ $_" } sort grep { !$before->{$_} } keys %$after);
}

sub apply_twice
{
	my ($round) = @_;
	my ($name, $document, $options) = ("seed $round->{seed}", @{$round}{qw(document options)});

	$round->{review} = apply($document, $options);
	is_empty(judge_review($round), "$name: the review refuses what it must, and nothing else");
	my $versions = catalog_state($psql, 'versions');

	ok( lists_equal(apply($document, $options), $round->{review}),
		"$name: applied again, the review is the same");
	is(catalog_state($psql, 'versions'), $versions, "$name: and nothing is written");
	is_empty(
		server_says(
			$psql,
			'SELECT object, difference, detail FROM herm_jwt.check_permissions('
			  . quote($document) . ')'),
		"$name: a check finds nothing");
	return;
}

sub run_round
{
	my ($seed) = @_;

	srand($seed);
	my $round = new_round($seed);

	server_says($psql, world_sql($round->{world}));
	server_says($psql, "SET enable_${_}scan = " . ($round->{by_index} ? 'on' : 'off'))
	  foreach qw(index bitmap indexonly);
	read_rows($round->{world});
	my $before = catalog_state($psql, 'contents');

	apply_twice($round);
	try_roles($round, @{ $round->{roles} });
	server_says($psql, 'SELECT herm_jwt.drop_permissions()');
	is_empty(difference($before, catalog_state($psql, 'contents')),
		"seed $seed: a drop leaves nothing");
	server_says($psql, 'DROP SCHEMA zoo, public CASCADE; CREATE SCHEMA public');
	return;
}

note("HERM_SEED=$seed");
$psql->must('SET client_min_messages = error');
$psql->must(probe_sql());
run_round($seed + $_) foreach 0 .. $rounds - 1;
note("$statements statements on $permissions permissions");
$psql->close;
done_testing();
