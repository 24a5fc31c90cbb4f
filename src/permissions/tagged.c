/* SPDX-License-Identifier: PostgreSQL */
/*
 * tagged.c: finds tagged objects, with what the catalogs say of them now.
 */
#include "compat.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "json/write.h"
#include "permissions/helper.h"
#include "permissions/metadata.h"
#include "permissions/query.h"
#include "permissions/tagged.h"

/*
 * What carries a comment that starts like a tag, with its definition as the server
 * shows it.  The end of the script that a plan is reads it in the same way, so that
 * a plan run by hand is checked like an applied one.  Comments come first, and each
 * finds its object by number: so a definition is read once, whatever the planner knows.
 *
 * Anybody may write such a comment on an object of his own.  Only those count that the caller
 * could drop: else a stranger's would end the call.
 */
#define TAGGED(class, oid, owner) \
	" JOIN pg_catalog.pg_description d ON d.classoid = '" class "'::regclass AND d.objoid = " oid \
	" AND d.objsubid = 0 AND d.description LIKE '" TAG_PREFIX "{%' AND pg_has_role(" owner ", 'USAGE')"

#define DEFINITIONS \
	"SELECT o.class::oid, o.oid, o.relation, o.object, o.description," \
	" encode(sha256(convert_to(o.definition, 'UTF8')), 'hex') AS fingerprint, o.schema\n" \
	"FROM (\n" \
	"  SELECT 'pg_policy'::regclass, p.oid, c.oid, d.description," \
	" format('policy %I on %I.%I', p.polname, n.nspname, c.relname)," \
	" concat_ws(' ', p.polcmd, p.polpermissive," \
	" ARRAY(SELECT r::regrole::text FROM unnest(p.polroles) r ORDER BY 1)," \
	" pg_get_expr(p.polqual, p.polrelid), '/', pg_get_expr(p.polwithcheck, p.polrelid)), n.oid\n" \
	"  FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid" \
	" JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace" TAGGED("pg_policy", "p.oid", "c.relowner") "\n" \
	"  UNION ALL SELECT 'pg_trigger'::regclass, t.oid, c.oid, d.description," \
	" format('trigger %I on %I.%I', t.tgname, n.nspname, c.relname)," \
	" concat_ws(' ', t.tgenabled, pg_get_triggerdef(t.oid)), n.oid\n" \
	"  FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid" \
	" JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace" TAGGED("pg_trigger", "t.oid", "c.relowner") \
	" WHERE NOT t.tgisinternal\n" \
	"  UNION ALL SELECT 'pg_class'::regclass, c.oid, c.oid, d.description," \
	" format('view %I.%I', n.nspname, c.relname)," \
	" concat_ws(' ', c.reloptions, c.relowner::regrole, ARRAY(SELECT a::text FROM unnest(c.relacl) a ORDER BY 1)," \
	" pg_get_viewdef(c.oid)), n.oid\n" \
	"  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace" \
	TAGGED("pg_class", "c.oid", "c.relowner") " WHERE c.relkind = 'v'\n" \
	"  UNION ALL SELECT 'pg_proc'::regclass, p.oid, 0, d.description," \
	" format('function %I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid))," \
	" concat_ws(' ', p.proowner::regrole, ARRAY(SELECT a::text FROM unnest(p.proacl) a ORDER BY 1)," \
	" pg_get_functiondef(p.oid)), n.oid\n" \
	"  FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace" \
	TAGGED("pg_proc", "p.oid", "p.proowner") " WHERE p.prokind = 'f'\n" \
	"  UNION ALL SELECT 'pg_namespace'::regclass, n.oid, 0, d.description, format('schema %I', n.nspname)," \
	" concat_ws(' ', n.nspowner::regrole, ARRAY(SELECT a::text FROM unnest(n.nspacl) a ORDER BY 1)), n.oid\n" \
	"  FROM pg_catalog.pg_namespace n" TAGGED("pg_namespace", "n.oid", "n.nspowner") "\n" \
	") o (class, oid, relation, description, object, definition, schema)\n" \
	"UNION ALL SELECT 'pg_authid'::regclass::oid, r.oid, 0, format('role %I', r.rolname), d.description," \
	" encode(sha256(convert_to(concat_ws(' ', r.rolsuper, r.rolinherit, r.rolcreaterole, r.rolcreatedb," \
	" r.rolcanlogin, r.rolreplication, r.rolbypassrls), 'UTF8')), 'hex'), 0\n" \
	"FROM pg_catalog.pg_roles r JOIN pg_catalog.pg_shdescription d ON d.classoid = 'pg_authid'::regclass" \
	" AND d.objoid = r.oid WHERE d.description LIKE '" TAG_PREFIX "{%'"

/* How definitions are shown: clients set some of these by themselves, and all must read the same. */
#define READ_WITH(X) \
	X("datestyle", "ISO") \
	X("intervalstyle", "postgres") \
	X("timezone", "UTC") \
	X("lc_monetary", "C") \
	X("extra_float_digits", "1") \
	X("bytea_output", "hex") \
	X("quote_all_identifiers", "off")

/* ---- reading ---- */

int
tagged_settings_begin(void)
{
	static const struct
	{
		const char *name;
		const char *value;
	}			settings[] = {
#define X(name, value) {name, value},
		READ_WITH(X)
#undef X
	};
	int			level = NewGUCNestLevel();

	for (int i = 0; i < COUNT_OF(settings); i++)
		(void) set_config_option(settings[i].name, settings[i].value, PGC_USERSET, PGC_S_SESSION,
								 GUC_ACTION_SAVE, true /* change it */ , 0 /* usual errors */ ,
								 false);
	return level;
}

void
tagged_settings_end(int level)
{
	AtEOXact_GUC(true /* no error */ , level);
}

static bool
has_string(const JsonNode *tag, const char *name)
{
	const JsonNode *member = json_member(tag, name);

	return member != NULL && member->kind == JSON_KIND_STRING;
}

/* The tag in a comment; NULL: it lacks what ours have, so the object is not ours. */
static const JsonNode *
parse(const char *comment, Oid class)
{
	JsonDocument document;

	if (json_parse(slice_cstring(comment + strlen(TAG_PREFIX)), &document) != JSON_OK ||
		document.root->kind != JSON_KIND_OBJECT || !has_string(document.root, "emitted") ||
		!has_string(document.root, class == AuthIdRelationId ? "role" : "source"))
		return NULL;
	return document.root;
}

static int
compare_objects(const ListCell *a, const ListCell *b)
{
	return strcmp(((const Tagged *) lfirst(a))->object, ((const Tagged *) lfirst(b))->object);
}

/* ---- whose they are ---- */

static Oid
schema_owner(Oid schema)
{
	HeapTuple	tuple = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(schema));
	Oid			owner = InvalidOid;

	if (HeapTupleIsValid(tuple))
	{
		owner = ((Form_pg_namespace) GETSTRUCT(tuple))->nspowner;
		ReleaseSysCache(tuple);
	}
	return owner;
}

/* Made by the caller, by a superuser, or by who made the source's helper schema. */
static bool
is_schema_of_ours(const Tagged *schema)
{
	const char *source = tagged_member(schema, "source");
	Oid			owner = schema_owner(schema->oid);

	return owner == GetUserId() || superuser_arg(owner) ||
		owner == schema_owner(get_namespace_oid(helper_schema(source), true /* missing is ok */ ));
}

/* Views and functions stand in schemas of ours, whose tags are of the same source. */
static bool
is_in_schema_of_ours(const List *all, const Tagged *made)
{
	const char *name = get_namespace_name(made->schema);
	const Tagged *schema = name == NULL ? NULL :
	tagged_find(all, psprintf("schema %s", quote_identifier(name)));

	return schema != NULL && is_schema_of_ours(schema) &&
		tagged_is_of(made, tagged_member(schema, "source"));
}

/*
 * Whoever owns something may write a comment like ours on it.  That of a policy or trigger
 * counts: it says something of his own table.  A view, function or schema of his does not,
 * nor does anything temporary, or he could keep others from applying or dropping.
 */
static bool
is_ours(const List *all, const Tagged *made)
{
	switch (made->class)
	{
		case AuthIdRelationId:
			return true;
		case NamespaceRelationId:
			return is_schema_of_ours(made);
		case RelationRelationId:
		case ProcedureRelationId:
			return is_in_schema_of_ours(all, made);
		default:
			return !isAnyTempNamespace(made->schema);
	}
}

static List *
keep_ours(const List *all)
{
	List	   *ours = NIL;
	ListCell   *cell;

	foreach(cell, all)
	{
		if (is_ours(all, lfirst(cell)))
			ours = lappend(ours, lfirst(cell));
	}
	return ours;
}

List	   *
tagged_list(void)
{
	int			level = tagged_settings_begin();
	List	   *rows = query_rows(DEFINITIONS, NIL, NIL);
	List	   *tagged = NIL;
	ListCell   *cell;

	tagged_settings_end(level);
	foreach(cell, rows)
	{
		const QueryRow *row = lfirst(cell);
		const JsonNode *tag = parse(row->values[4], query_oid(row, 0));
		Tagged	   *made;

		if (tag == NULL)
			continue;
		made = palloc0(sizeof(Tagged));
		made->class = query_oid(row, 0);
		made->oid = query_oid(row, 1);
		made->relation = query_oid(row, 2);
		made->object = row->values[3];
		made->comment = row->values[4];
		made->fingerprint = row->values[5];
		made->schema = query_oid(row, 6);
		made->tag = tag;
		tagged = lappend(tagged, made);
	}
	list_sort(tagged, compare_objects);
	return keep_ours(tagged);
}

/* Tags that we write begin with their source. */
bool
tagged_is_there(const char *source)
{
	StringInfoData start;

	initStringInfo(&start);
	appendStringInfoString(&start, TAG_PREFIX "{\"source\": ");
	json_append_string(&start, slice_cstring(source));
	return query_rows(psprintf("SELECT FROM pg_catalog.pg_description WHERE starts_with(description, %s) LIMIT 1",
							   quote_literal_cstr(start.data)), NIL, NIL) != NIL;
}

Tagged	   *
tagged_find(const List *tagged, const char *object)
{
	int			low = 0;
	int			high = list_length(tagged);

	while (low < high)
	{
		int			middle = (low + high) / 2;
		Tagged	   *found = list_nth(tagged, middle);
		int			order = strcmp(object, found->object);

		if (order == 0)
			return found;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const char *
tagged_member(const Tagged *tagged, const char *name)
{
	const JsonNode *member = json_member(tagged->tag, name);

	return member != NULL && member->kind == JSON_KIND_STRING ? metadata_string(member) : NULL;
}

bool
tagged_is_of(const Tagged *tagged, const char *source)
{
	const char *of = tagged_member(tagged, "source");

	return of != NULL && strcmp(of, source) == 0;
}

bool
tagged_is_current(const Tagged *tagged, const char *emitted)
{
	const char *was_emitted = tagged_member(tagged, "emitted");
	const char *was_there = tagged_member(tagged, "catalog");

	return was_emitted != NULL && strcmp(was_emitted, emitted) == 0 &&
		was_there != NULL && strcmp(was_there, tagged->fingerprint) == 0;
}

char	   *
tagged_completion(void)
{
	return pstrdup("DO $herm_jwt$\n"
				   "DECLARE\n"
				   "  made record;\n"
				   "BEGIN\n"
#define X(name, value) "  PERFORM set_config('" name "', '" value "', true);\n"
				   READ_WITH(X)
#undef X
				   "  FOR made IN SELECT * FROM (" DEFINITIONS ") s\n"
				   "    WHERE s.description ~ '\"emitted\": \"[0-9a-f]{64}\"}$'"
				   " AND NOT pg_is_other_temp_schema(s.schema)\n"
				   "  LOOP\n"
				   "    EXECUTE format('COMMENT ON %s IS %L', made.object,"
				   " left(made.description, -1) || ', \"catalog\": \"' || made.fingerprint || '\"}');\n"
				   "  END LOOP;\n"
				   "END\n"
				   "$herm_jwt$");
}
