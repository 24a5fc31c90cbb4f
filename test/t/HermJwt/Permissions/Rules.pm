# SPDX-License-Identifier: PostgreSQL
#
# Rules.pm: what each role may do with each table by Hasura's metadata, inherited
# roles included; from the documentation alone, like HermJwt::Permissions::Judge.
#
#	my $rules = rules($world, \@permissions, \@inherited);
#	my $rule = $rules->{$table_key}{$role}{$kind};
#
# A rule: table, role, kind; refused, the reason's code, and then nothing else;
# filter and check, trees (each is true where there is none); json, the same as in the metadata;
# columns, a hash of those that are plain or may be written; cells, trees by column or field;
# fields; presets, JSON by column; variables, the names that it needs.
#
package HermJwt::Permissions::Rules;

use strict;
use warnings FATAL => 'all';

use Exporter qw(import);

use HermJwt::Permissions::Judge;
use HermJwt::Permissions::Value;

our @EXPORT = qw(rules join_keys preset_variables);

sub each_once
{
	my %seen;
	return sort grep { !$seen{$_}++ } @_;
}

# ---- declared ----

sub effective_columns
{
	my ($table, $body) = @_;
	my $set = $body->{set} // {};
	my $columns = $body->{columns} // '*';
	my @names = ref $columns ? @$columns : map { $_->{name} } @{ $table->{columns} };

	return { map { ($_ => 1) } grep { !exists $set->{$_} } @names };
}

sub preset_variables
{
	my ($rule) = @_;

	return grep { defined $_ } map { variable_name($_) } values %{ $rule->{presets} };
}

sub finish
{
	my ($world, $rule) = @_;
	my $table = $world->{tables}{ $rule->{table} };

	foreach my $member (qw(filter check))
	{
		$rule->{json}{$member} //= {};
		$rule->{$member} = expression($world, $table, $rule->{json}{$member});
	}
	$rule->{cells}{$_} = expression($world, $table, $rule->{cells_json}{$_})
	  foreach keys %{ $rule->{cells_json} };
	$rule->{variables} =
	  [ each_once(variables($rule->{filter}), variables($rule->{check})) ];
	return $rule;
}

sub declared
{
	my ($world, $permission) = @_;
	my ($key, $body) = @{$permission}{qw(table body)};
	my $table = $world->{tables}{$key};
	my %rule = map { ($_ => $permission->{$_}) } qw(table role kind);

	return { %rule, refused => $permission->{broken} } if $permission->{broken};
	return finish(
		$world,
		{
			%rule,
			json => { filter => $body->{filter}, check => $body->{check} },
			columns => effective_columns($table, $body),
			all => $permission->{kind} eq 'select' && !ref $body->{columns},
			cells_json => {},
			fields => { map { ($_ => 1) } @{ $body->{computed_fields} // [] } },
			presets => $body->{set} // {}
		});
}

# ---- inherited ----

# The condition under which a parent shows a column or field: undef for not at all.
sub shown_json
{
	my ($rule, $kind, $name) = @_;

	return $rule->{json}{filter} if $rule->{$kind}{$name};
	my $cell = $rule->{cells_json}{$name};

	return defined $cell ? { _and => [ $cell, $rule->{json}{filter} ] } : undef;
}

sub inherit_select
{
	my ($world, $rule, @parents) = @_;
	my @kept = grep { !$_->{refused} } @parents;

	return { %$rule, refused => 'inherited' } unless @kept;
	my %made = (
		%$rule,
		inherited_refused => @kept < @parents,
		presets => {},
		columns => {},
		fields => {},
		cells_json => {},
		json => { filter => { _or => [ map { $_->{json}{filter} } @kept ] } });

	foreach my $kind (qw(columns fields))
	{
		my @names = each_once(map { keys %{ $_->{$kind} }, keys %{ $_->{cells_json} } } @kept);

		foreach my $name (grep { !$made{cells_json}{$_} } @names)
		{
			if (@kept == grep { $_->{$kind}{$name} } @kept)
			{
				$made{$kind}{$name} = 1;
				next;
			}
			next if $kind eq 'fields' && $made{columns}{$name};
			my @shown = grep { defined $_ }
			  map { shown_json($_, 'columns', $name) // shown_json($_, 'fields', $name) } @kept;

			$made{cells_json}{$name} = { _or => \@shown };
		}
	}
	$made{all} = @kept == grep { $_->{all} } @kept;
	return finish($world, \%made);
}

# A text that is the same for expressions that Hasura takes for the same.
sub same_text
{
	my ($json) = @_;

	return json_text($json) unless ref $json eq 'HASH';
	my @parts = map {
		my $key = $_;

		$key =~ /^[_\$](and|or)$/
		  ? "$1(" . join(',', sort map { same_text($_) } @{ $json->{$key} }) . ')'
		  : json_text($key =~ s/^\$/_/r) . ':'
		  . same_text($json->{$key})
	} keys %$json;

	return '{' . join(',', sort @parts) . '}';
}

sub agreement
{
	my ($rule) = @_;

	return join("\n",
		join(',', sort keys %{ $rule->{columns} }),
		json_text($rule->{presets}),
		map { same_text($rule->{json}{$_}) } qw(filter check));
}

sub inherit_mutation
{
	my ($world, $rule, @parents) = @_;
	my ($refused) = grep { $_->{refused} } @parents;

	return { %$rule, refused => $refused->{refused} } if $refused;
	return { %$rule, refused => 'inherited-conflict' } if each_once(map { agreement($_) } @parents) > 1;
	return { %{ $parents[0] }, %$rule };
}

sub inherit
{
	my ($world, $rules, $role, $key, $kind) = @_;
	my $of_table = $rules->{$key};
	my $rule = { table => $key, role => $role->{role_name}, kind => $kind, is_inherited => 1 };
	my @parents = grep { $_ && ($_->{refused} // '') ne 'inherited-conflict' }
	  map { $of_table->{$_}{$kind} } @{ $role->{role_set} };

	return if $of_table->{ $rule->{role} }{$kind} || !@parents;
	$of_table->{ $rule->{role} }{$kind} =
	  $kind eq 'select'
	  ? inherit_select($world, $rule, @parents)
	  : inherit_mutation($world, $rule, @parents);
	return;
}

# What option join_keys adds to the columns that a role may read: the keys of
# relationships between two tables of its own, but no cell that may be hidden.
sub join_keys
{
	my ($world, $rules, $role) = @_;
	my %select = map { ($_ => $rules->{$_}{$role}{select}) } keys %{ $world->{tables} };
	my %keys;

	foreach my $name (grep { $select{$_} && !$select{$_}{refused} } keys %select)
	{
		foreach my $relationship (values %{ $world->{tables}{$name}{relationships} })
		{
			my $target = $relationship->{target};

			next if !$select{$target} || $select{$target}{refused};
			foreach my $pair (@{ $relationship->{pairs} })
			{
				$keys{$name}{ $pair->[0] } = 1 unless $select{$name}{cells}{ $pair->[0] };
				$keys{$target}{ $pair->[1] } = 1 unless $select{$target}{cells}{ $pair->[1] };
			}
		}
	}
	return \%keys;
}

sub rules
{
	my ($world, $permissions, $inherited) = @_;
	my %rules;

	$rules{ $_->{table} }{ $_->{role} }{ $_->{kind} } = declared($world, $_) foreach @$permissions;
	foreach my $role (@$inherited)
	{
		foreach my $table (@{ $world->{order} })
		{
			inherit($world, \%rules, $role, $table->{key}, $_)
			  foreach qw(select insert update delete);
		}
	}
	return \%rules;
}

1;
