# SPDX-License-Identifier: PostgreSQL
#
# Random permissions on random rows: what each role sees and changes is what Hasura
# would give it by an evaluator that knows nothing of SQL, and where it is less,
# the review says so. Beside that, applying twice changes nothing, a check finds
# nothing, and a drop leaves nothing.
#
# The dice are told, and can be told:
#	HERM_SEED    the first round's seed (the time, if not given)
#	HERM_ROUNDS  how many rounds, each with the next seed (4)
#	HERM_ROLES   how many roles in each (24)
#
use strict;
use warnings FATAL => 'all';

use Encode qw(encode);
use JSON::PP;
use Test::More;

use HermJwt;
use HermJwt::Session;
use HermJwt::Permissions::Expect;
use HermJwt::Permissions::Metadata;
use HermJwt::Permissions::Rules;
use HermJwt::Permissions::Server;
use HermJwt::Permissions::Shrink;
use HermJwt::Permissions::Value;
use HermJwt::Permissions::World;

my $seed = $ENV{HERM_SEED} // time();
my $rounds = $ENV{HERM_ROUNDS} // 4;
my $role_count = $ENV{HERM_ROLES} // 24;
my $shown_at_most = 3;    # of each kind of mismatch

my $key = hmac_key();
my $node = new_cluster('main',
	conf  => "herm_jwt.jwt_secret_file = 'secret.json'\nlog_statement = none\n",
	files => { 'secret.json' => config($key) });
my $psql = session($node);
my %asked = (statements => 0, trees => 0);

$psql->must('SET client_min_messages = error');
$psql->must(probe_sql());

# ---- statements of a role, and what is to come of them ----

sub relation_names
{
	my ($table, $role) = @_;
	my $view = $table->{schema} eq 'public' ? $table->{name} : "$table->{schema}_$table->{name}";

	return ($table->{label}, role_name($role) . '.' . sql_name($view));
}

# What the role reads: the table's plain columns, and its view, where it has one.
sub reads
{
	my ($world, $rule, $table, $role, $session) = @_;
	my ($base, $view) = relation_names($table, $role);
	my @denied = map { $_->{name} } grep { !$rule || $rule->{refused} || !$rule->{columns}{ $_->{name} } }
	  @{ $table->{columns} };
	my @probes = map { { how => 'denied', sql => read_statement($base, $_), verdict => { error => ['42501'] } } }
	  $table->{is_view} || !$rule || $rule->{refused} ? 'id' : pick(@denied) // ();

	return @probes if !$rule || $rule->{refused};
	my @plain = grep { $rule->{columns}{ $_->{name} } } @{ $table->{columns} };
	my @names = map { $_->{name} } @plain;
	my @all = (sort(keys %{ $rule->{columns} }), sort(keys %{ $rule->{cells} }), sort(keys %{ $rule->{fields} }));

	push @probes, { how => 'read', names => \@names, sql => read_statement($base, @names),
		verdict => expect_read($world, $rule, $session, @names) }
	  unless $table->{is_view};
	push @probes, { how => 'view', names => \@all, sql => read_statement($view, @all),
		verdict => expect_read($world, $rule, $session, @all) }
	  if $table->{is_view} || %{ $rule->{cells} } || %{ $rule->{fields} };
	return @probes;
}

sub literal { my ($text) = @_; return defined $text ? quote($text) : 'NULL'; }

# Random texts for columns, and the row they make of another.
sub new_values
{
	my ($table, $texts, @columns) = @_;
	my %texts = (%$texts, map { ($_->{name} => !$_->{not_null} && chance(15) ? undef : text_of_type($_->{type})) }
		  @columns);

	return (\%texts, { map { ($_ => value_of_text($table->{column}{$_}{type}, $texts{$_})) } sort keys %texts });
}

# By Hasura a check fails on FALSE only, and no other permission counts.
sub both_verdicts
{
	my ($expect, @arguments) = @_;
	my %how = splice(@arguments, -1)->%*;

	return (
		verdict => $expect->(@arguments, %how),
		hasura => $expect->(@arguments, %how, reads => 0, null_passes => 1));
}

my $next_id = 1000;

sub inserts
{
	my ($world, $rule, $table, $session, %how) = @_;
	my @columns = grep { $rule->{columns}{ $_->{name} } } @{ $table->{columns} };
	my %unset = map { ($_->{name} => undef) } @{ $table->{columns} };
	my %fixed = map { $_ => $next_id } grep { $rule->{columns}{$_} } 'id', $table->{primary} ? 'k1' : ();
	my ($texts, $row) = new_values($table, { %unset, %fixed }, grep { !$fixed{ $_->{name} } } @columns);
	my $sql = "INSERT INTO $table->{label} (" . join(', ', map { sql_name($_->{name}) } @columns) . ') VALUES ('
	  . join(', ', map { literal($texts->{ $_->{name} }) } @columns) . ')';

	$next_id++;
	return map {
		my $reads = $_;
		my $statement = $sql . ($reads ? ' RETURNING id' : '');

		{ how => 'insert', reads => $reads, statement => $statement, sql => write_statement($table, $statement),
			row => $row, both_verdicts(\&expect_insert, $world, $rule, $row, $session, { %how, reads => $reads }) }
	} 0, 1;
}

sub changes
{
	my ($world, $rule, $table, $session, %how) = @_;
	my $is_update = $rule->{kind} eq 'update';
	my @columns = grep { $rule->{columns}{ $_->{name} } } writable_columns($table);
	my $one = pick(@{ $table->{rows} })->{id};
	my @probes;

	foreach my $only (undef, $one)
	{
		my %chosen = map { ($_->{name} => $_) } @columns ? map { pick(@columns) } 1 .. 2 : ();
		my ($texts, $values) = new_values($table, {}, map { $chosen{$_} } sort keys %chosen);
		my $set = join(', ', map { sql_name($_) . ' = ' . literal($texts->{$_}) } sort keys %$texts);
		my $sql = $is_update ? "UPDATE $table->{label} SET $set" : "DELETE FROM $table->{label}";
		my %all = (%how, reads => defined $only, only => $only, values => $values);

		next if $is_update && !%chosen;
		$sql .= " WHERE id = $only" if defined $only;
		push @probes, { how => $rule->{kind}, reads => $all{reads}, statement => $sql,
			sql => write_statement($table, $sql),
			both_verdicts(\&expect_change, $world, $rule, $session, \%all) };
	}
	return @probes;
}

sub writes
{
	my ($world, $rules, $table, $role, $session, %how) = @_;
	my $of_role = $rules->{ $table->{key} }{$role};

	$how{select} = $of_role->{select};
	return map {
		my $rule = $of_role->{$_};

		!$rule || $rule->{refused} ? ()
		  : map { { %$_, rule => $rule } } $_ eq 'insert'
		  ? inserts($world, $rule, $table, $session, %how)
		  : changes($world, $rule, $table, $session, %how)
	} qw(insert update delete);
}

# ---- judging the answers ----

sub cell_text
{
	my ($world, $table, $row, $name, $session) = @_;
	my $field = $table->{fields}{$name};

	return $table->{server}{ $row->{id} }{$name} unless $field;
	return $field->{value}->($row, $session);
}

sub lists_equal
{
	my ($a, $b) = @_;

	return JSON::PP->new->canonical->encode($a) eq JSON::PP->new->canonical->encode($b);
}

# As the server would have answered: the rows that are expected, by id.
sub expected_rows
{
	my ($world, $table, $probe, $session) = @_;
	my %rows;

	foreach my $row (@{ $table->{rows} })
	{
		my $shown = $probe->{verdict}{rows}{ $row->{id} } // next;

		$rows{ $row->{id} } = [ map {
			my $text = $shown->{$_} ? cell_text($world, $table, $row, $_, $session) : undef;

			defined $text ? "$text" : undef
		} @{ $probe->{names} } ];
	}
	return \%rows;
}

# What is wrong with rows that were read; '' if nothing is.
sub judge_rows
{
	my ($world, $table, $probe, $answer, $session) = @_;
	my $expected = expected_rows($world, $table, $probe, $session);
	my %seen = map { my ($id, @cells) = @$_; ($id => \@cells) } @{ $answer->{rows} };
	my @wrong;

	foreach my $id (sort { $a <=> $b } keys %{ { %seen, %$expected } })
	{
		push @wrong, !$seen{$id} ? "row $id is not seen, and should be"
		  : !$expected->{$id} ? "row $id is seen, and should not be"
		  : lists_equal($seen{$id}, $expected->{$id}) ? ()
		  : "row $id has other cells: " . json_text($seen{$id}) . ', should be ' . json_text($expected->{$id});
	}
	return join("\n", @wrong);
}

# What is different in a table from before, in words; values stand for what they mean.
sub judge_effect
{
	my ($table, $verdict, $answer) = @_;
	my ($before, $after) = ($table->{server}, $answer->{after});
	my @wrong;

	foreach my $id (sort { $a <=> $b } keys %{ { %$before, %$after, %{ $verdict->{rows} } } })
	{
		my $is_expected = exists $verdict->{rows}{$id} ? defined $verdict->{rows}{$id} : exists $before->{$id};
		my $new = $verdict->{rows}{$id};

		if (!$is_expected || !$after->{$id})
		{
			push @wrong, $is_expected ? "row $id is gone, and should not be" : "row $id is there, and should not be"
			  if $is_expected xor $after->{$id};
			next;
		}
		foreach my $place (0 .. $#{ $table->{columns} })
		{
			my ($name, $type) = @{ $table->{columns}[$place] }{qw(name type)};
			my $text = $after->{$id}[$place];
			my $value = value_of_text($type, $text);
			my $wanted = $new ? $new->{$name} : value_of_text($type, $before->{$id}{$name});
			my $same = defined $value && defined $wanted
			  ? values_equal($type, $value, $wanted) : !defined $value && !defined $wanted;

			push @wrong, "row $id, column $name: " . ($text // 'NULL') unless $same;
		}
	}
	return join("\n", @wrong);
}

sub is_one_of
{
	my ($code, $list) = @_;

	return scalar grep { index($code, $_) == 0 } @{ $list // [] };
}

# '' if the answer is as the verdict says.
sub differs
{
	my ($world, $table, $probe, $verdict, $answer, $session) = @_;
	my $error = $answer->{error};

	if (defined $error)
	{
		return '' if is_one_of($error, $verdict->{error}) || is_one_of($error, $verdict->{may_fail});
		return "error $error: $answer->{message}";
	}
	return 'no error, and there should be: ' . join(' or ', @{ $verdict->{error} }) if $verdict->{error};
	return judge_effect($table, $verdict, $answer) if $answer->{after};
	return judge_rows($world, $table, $probe, $answer, $session);
}

# ---- a round ----

sub read_server
{
	my ($world) = @_;

	foreach my $table (@{ $world->{order} })
	{
		my ($rows) = ask_lines($psql, everything($table));
		my @names = map { $_->{name} } @{ $table->{columns} };

		$table->{server} = {};
		foreach my $id (keys %$rows)
		{
			my %row;

			@row{@names} = @{ $rows->{$id} };
			$table->{server}{$id} = \%row;
		}
	}
	return;
}

sub apply
{
	my ($document, $options) = @_;
	my $rows = JSON::PP->new->decode(server_says($psql, json_call('apply', $document, $options)));

	return map { ("$_->{table_name} $_->{role} $_->{operation}" => $_) } @$rows;
}

sub policy_text
{
	my ($table, $role) = @_;

	return server_says($psql,
		"SELECT polcmd, 'USING ', pg_get_expr(polqual, polrelid), 'WITH CHECK ', pg_get_expr(polwithcheck, polrelid)"
		  . ' FROM pg_policy WHERE polrelid = ' . quote($table->{label}) . '::regclass AND '
		  . quote(role_name($role)) . '::regrole = ANY (polroles)');
}

my %mismatches;

# What a person needs to see why: the permission as small as can be, the policy, row and verdicts.
sub report
{
	my ($round, $table, $probe, $role, $session, $what) = @_;
	my $sort = $probe->{how};

	return if $mismatches{$sort}++ >= $shown_at_most;
	diag(encode('UTF-8', join("\n", "", "seed $round->{seed}: $sort on $table->{key} as $role", $what,
		$probe->{statement} // $probe->{sql},
		defined $probe->{rule} ? 'the permission: ' . json_text($probe->{rule}{json}) : (),
		'the session: ' . json_text($session->{variables}),
		'the policies: ' . policy_text($table, $role))));
	return unless $sort =~ /^(?:read|view)$/;
	diag(encode('UTF-8', smallest($psql, $key, $round, $probe->{rule}, $session)));
	return;
}

sub judge_probe
{
	my ($round, $table, $probe, $role, $session, $answer) = @_;
	my ($world, $rule) = ($round->{world}, $probe->{rule});
	my $what = differs($world, $table, $probe, $probe->{verdict}, $answer, $session);

	$asked{statements}++;
	return report($round, $table, $probe, $role, $session, $what) if $what ne '';
	return unless $probe->{hasura};
	return if differs($world, $table, $probe, $probe->{hasura}, $answer, $session) eq '';
	my $review = $round->{review}{"$table->{label_in_review} $role $rule->{kind}"};

	return if $review && $review->{outcome} ne 'exact';
	$probe->{how} = 'exact';
	report($round, $table, $probe, $role, $session, 'Hasura does otherwise, and the review says exact');
	return;
}

sub try_session
{
	my ($round, $role, $session) = @_;
	my ($world, $rules) = @{$round}{qw(world rules)};
	my @probes;

	foreach my $table (@{ $world->{order} })
	{
		my $rule = $rules->{ $table->{key} }{$role}{select};

		push @probes, map { [ $table, { rule => $rule, %$_ } ] } reads($world, $rule, $table, $role, $session);
		push @probes, map { [ $table, $_ ] }
		  writes($world, $rules, $table, $role, $session, null_passes => $round->{null_passes})
		  unless %{ $session->{bad} };
	}
	my @answers = ask_lines($psql, as_session($key, $session, $role, map { $_->[1]{sql} } @probes));

	die 'not as many answers as questions' if @answers != @probes;
	judge_probe($round, @{ $probes[$_] }, $role, $session, $answers[$_]) foreach 0 .. $#probes;
	return;
}

# The database role alone gives nothing to the token of another role.
sub try_stranger
{
	my ($round, $role, $session) = @_;
	my @tables = grep { !$_->{is_view} && ($round->{rules}{ $_->{key} }{$role}{select} // { refused => 1 })->{columns} }
	  @{ $round->{world}{order} };
	my @answers = ask_lines($psql,
		as_session($key, $session, $role, map { read_statement($_->{label}, 'id') } @tables));

	foreach my $place (0 .. $#tables)
	{
		my $answer = $answers[$place];

		next if ($answer->{error} // '') eq '42704' || lists_equal($answer->{rows} // 0, []);
		report($round, $tables[$place], { how => 'stranger', sql => '' }, $role, $session, json_text($answer->{rows}));
	}
	return;
}

# Texts that are no value of their type; a list of two reads as none.
sub spoil_session
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

sub judge_review
{
	my ($round) = @_;
	my @wrong;

	foreach my $table (@{ $round->{world}{order} })
	{
		my $of_table = $round->{rules}{ $table->{key} };

		foreach my $role (sort keys %$of_table)
		{
			foreach my $kind (grep { $of_table->{$role}{$_} } kinds())
			{
				my $rule = $of_table->{$role}{$kind};
				my $row = delete $round->{unread}{"$table->{label_in_review} $role $kind"};
				my $refused = $row ? $row->{outcome} eq 'refused' : 'missing';

				$asked{trees}++;
				push @wrong, "$table->{key} $role $kind: " . json_text($row)
				  if !$row || ($refused xor $rule->{refused})
				  || ($rule->{refused} // '') =~ /^(?!inherited$)./ && $row->{reason} !~ /\b\Q$rule->{refused}\E\b/;
			}
		}
	}
	return join("\n", @wrong, map { "not expected: $_" } sort keys %{ $round->{unread} });
}

# A role that may do nothing does not come to be.
sub is_made
{
	my ($round, $role) = @_;

	return scalar grep { $_ && !$_->{refused} }
	  map { values %{ $round->{rules}{ $_->{key} }{$role} // {} } } @{ $round->{world}{order} };
}

my @role_names = ('plain', 'Two Words', "quote's", 'double"q', 'x' x 50, "umlaut \x{fc}");

sub is_empty { my ($text, $name) = @_; return is(encode('UTF-8', $text), '', $name); }

sub round
{
	my ($seed) = @_;

	srand($seed);
	my $world = new_world();
	my @names = (@role_names, map { "role_$_" } 1 .. $role_count);
	my @parents = splice(@names, 0, $role_count);
	my @inherited_names = @names[ 0 .. 5 ];
	my @permissions = new_permissions($world, @parents);
	my @inherited = new_inherited(\@inherited_names, @parents);
	my %options = (
		null_check => pick('strict', 'strict', 'hasura'),
		join_keys  => chance(30) ? $true : $false,
		force_rls  => chance(20) ? $true : $false);
	my $options = json_text(\%options);
	my $document = document($world, \@permissions, \@inherited);
	my %round = (seed => $seed, world => $world, rules => rules($world, \@permissions, \@inherited),
		options => $options, null_passes => $options{null_check} eq 'hasura');

	server_says($psql, world_sql($world));
	$_->{label_in_review} = server_says($psql, 'SELECT format(' . quote('%I.%I') . ', ' . quote($_->{schema}) . ', ' . quote($_->{name}) . ')')
	  foreach @{ $world->{order} };
	read_server($world);
	my $before = catalog_state($psql, 'contents');

	$round{review} = { apply($document, $options) };
	$round{unread} = { %{ $round{review} } };
	is_empty(judge_review(\%round), "seed $seed: the review refuses what it must, and nothing else");
	my $versions = catalog_state($psql, 'versions');
	my %again = apply($document, $options);

	ok(lists_equal(\%again, $round{review}), "seed $seed: applied again, the review is the same");
	is(catalog_state($psql, 'versions'), $versions, "seed $seed: and nothing is written");
	is_empty(server_says($psql, 'SELECT object, difference, detail FROM herm_jwt.check_permissions('
			  . quote($document) . ')'), "seed $seed: a check finds nothing");

	%mismatches = ();
	foreach my $role (grep { is_made(\%round, $_) } @parents, @inherited_names)
	{
		try_session(\%round, $role, new_session($role, 0));
		try_session(\%round, $role, new_session($role, 15));
		try_session(\%round, $role, spoil_session(new_session($role, 0)));
		try_stranger(\%round, $role, new_session(pick(grep { $_ ne $role } @parents), 0));
	}
	is(json_text({ map { ($_ => number($mismatches{$_})) } keys %mismatches }), '{}',
		"seed $seed: every statement does what Hasura would, or less where the review says so");

	server_says($psql, 'SELECT herm_jwt.drop_permissions()');
	is_empty(difference($before, catalog_state($psql, 'contents')), "seed $seed: a drop leaves nothing");
	server_says($psql, 'DROP SCHEMA zoo CASCADE; DROP TABLE public.person, public._1, public.event CASCADE;'
		  . ' DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public');
	return;
}

# The lines of one text that the other does not have.
sub difference
{
	my ($before, $after) = map { { map { ($_ => 1) } split /\n/ } } @_;

	return join("\n", (map { "- $_" } sort grep { !$after->{$_} } keys %$before),
		map { "+ $_" } sort grep { !$before->{$_} } keys %$after);
}

note("HERM_SEED=$seed");
round($seed + $_) foreach 0 .. $rounds - 1;
note("$asked{statements} statements on $asked{trees} permissions");
$psql->close;
done_testing();
