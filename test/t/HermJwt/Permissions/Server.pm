# SPDX-License-Identifier: PostgreSQL
#
# Server.pm: asks the server what the tests of permissions want to know: a role's
# statements one after the other, each answered by a line of JSON, and what the
# catalogs hold.
#
# An answer is a hash: error and message; or rows, lists of texts; or after, the
# rows of the table after a statement that was then taken back: lists of texts by id.
#
package HermJwt::Permissions::Server;

use strict;
use warnings FATAL => 'all';

use Encode   qw(decode encode);
use Exporter qw(import);
use JSON::PP;

use HermJwt;
use HermJwt::Session;
use HermJwt::Token qw(token);
use HermJwt::Permissions::World;

our @EXPORT =
  qw(probe_sql role_name read_statement write_statement as_session ask_lines catalog_state
  everything json_call server_says);

# The functions run statements as the caller, and look on as their owner.
sub probe_sql
{
	return <<'SQL';
CREATE SCHEMA probe;
GRANT USAGE ON SCHEMA probe TO PUBLIC;
CREATE FUNCTION probe.read(query text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
	answer jsonb;
BEGIN
	EXECUTE query INTO answer;
	RETURN jsonb_build_object('rows', answer);
EXCEPTION WHEN OTHERS THEN
	RETURN jsonb_build_object('error', SQLSTATE, 'message', SQLERRM);
END
$$;
CREATE FUNCTION probe.look(query text) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
	answer jsonb;
BEGIN
	EXECUTE query INTO answer;
	RETURN answer;
END
$$;
CREATE FUNCTION probe.write(statement text, query text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
	after jsonb;
BEGIN
	EXECUTE statement;
	after := probe.look(query);
	RAISE SQLSTATE 'PROBE';
EXCEPTION
	WHEN SQLSTATE 'PROBE' THEN
		RETURN jsonb_build_object('after', after);
	WHEN OTHERS THEN
		RETURN jsonb_build_object('error', SQLSTATE, 'message', SQLERRM);
END
$$;
SQL
}

# ---- statements ----

sub role_name { my ($role) = @_; return sql_name("hasura_$role"); }

sub as_texts
{
	return 'ARRAY[' . join(', ', map { sql_name($_) . '::text' } @_) . ']';
}

# Reads the id and these columns of each row.
sub read_statement
{
	my ($relation, @names) = @_;

	return 'SELECT probe.read('
	  . quote(
		"SELECT coalesce(jsonb_agg(to_jsonb(" . as_texts('id', @names) . ")), '[]') FROM $relation")
	  . ");\n";
}

# All rows of a table, every column in order, by id.
sub everything
{
	my ($table) = @_;

	return
		"SELECT coalesce(jsonb_object_agg(id::text, to_jsonb("
	  . as_texts(map { $_->{name} } @{ $table->{columns} })
	  . ")), '{}') FROM $table->{label}";
}

sub write_statement
{
	my ($table, $statement) = @_;

	return 'SELECT probe.write(' . quote($statement) . ', ' . quote(everything($table)) . ");\n";
}

# Statements as a session: a token, and the database role of its role or of another.
sub as_session
{
	my ($key, $session, $role, @statements) = @_;
	my $name = $session->{role};
	my $token = token(
		$key,
		'https://hasura.io/jwt/claims' => {
			%{ $session->{variables} },
			'x-hasura-default-role' => $name,
			'x-hasura-allowed-roles' => [$name]
		});

	my $is_own = $role eq $name ? 'true' : 'false';

	return
		'BEGIN; SELECT herm_jwt.authenticate('
	  . quote($token)
	  . ", set_role => $is_own) IS NULL;\n"
	  . ($role eq $name ? '' : 'SET LOCAL ROLE ' . role_name($role) . ";\n")
	  . join('', @statements)
	  . "ROLLBACK;\n";
}

# The answers to these statements, one a line; the lines of as_session() itself are left out.
sub ask_lines
{
	my ($psql, $sql) = @_;
	my $answer = $psql->ask(encode('UTF-8', $sql));

	die "$answer->{text}" if $answer->{text} ne '';
	return map { JSON::PP->new->utf8->decode($_) } grep { /^\{/ } split(/\n/, $answer->{rows});
}

# What a statement says, as text of characters; dies of errors, not of notices.
sub server_says
{
	my ($psql, $sql) = @_;
	my $answer = $psql->ask(encode('UTF-8', $sql));

	die "$answer->{text}" if $answer->{sqlstate} ne '';
	return decode('UTF-8', $answer->{rows});
}

sub json_call
{
	my ($function, $document, $source, $options) = @_;

	return
		"SELECT coalesce(json_agg(to_jsonb(r)), '[]')::text FROM herm_jwt.${function}_permissions("
	  . join(', ', quote($document) . '::jsonb', quote($source), quote($options) . '::jsonb')
	  . ') r';
}

# ---- catalogs ----

# Which rows there are, and who wrote them: the same before and after what changes nothing.
my @catalogs =
  qw(pg_policy pg_class pg_attribute pg_trigger pg_rewrite pg_namespace pg_proc pg_authid
  pg_auth_members pg_description pg_shdescription pg_default_acl pg_init_privs);

my $versions = join(
	' UNION ALL ',
	map {
		"SELECT '$_ ' || coalesce(md5(string_agg(c.ctid::text || c.xmin, ',' ORDER BY c.ctid)), '')"
		  . " FROM $_ c"
	} @catalogs);

# What there is, by name; access lists with nothing left to say are as good as none.
my $contents = <<'SQL';
SELECT format('relation %s %s %s %s', c.oid::regclass, c.relkind, c.relrowsecurity,
    c.relforcerowsecurity)
  FROM pg_class c WHERE c.relnamespace <> 'pg_toast'::regnamespace
UNION ALL
SELECT format('privilege %s %s %s %s', c.oid::regclass, a.grantee::regrole, a.privilege_type,
    a.is_grantable)
  FROM pg_class c, aclexplode(coalesce(c.relacl,
    acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner))) a
UNION ALL
SELECT format('column %s %s %s %s', l.attrelid::regclass, l.attname, a.grantee::regrole,
    a.privilege_type)
  FROM pg_attribute l, aclexplode(l.attacl) a
UNION ALL
SELECT format('schema %s', oid::regnamespace) FROM pg_namespace
  WHERE nspname !~ '^pg_(toast_)?temp_'
UNION ALL
SELECT format('usage %s %s %s', n.oid::regnamespace, a.grantee::regrole, a.privilege_type)
  FROM pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
  WHERE nspname !~ '^pg_(toast_)?temp_'
UNION ALL
SELECT format('policy %s %s', polname, polrelid::regclass) FROM pg_policy
UNION ALL
SELECT format('trigger %s %s', tgname, tgrelid::regclass) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT format('function %s', oid::regprocedure) FROM pg_proc
UNION ALL
SELECT format('role %s', rolname) FROM pg_authid
UNION ALL
SELECT format('comment %s', description) FROM pg_description WHERE description LIKE 'herm_jwt {%'
UNION ALL
SELECT format('comment %s', description) FROM pg_shdescription
SQL

sub catalog_state
{
	my ($psql, $what) = @_;

	my $query = $what eq 'versions' ? $versions : $contents;

	return server_says($psql, "SELECT * FROM ($query) c (line) ORDER BY line");
}

1;
