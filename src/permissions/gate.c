/* SPDX-License-Identifier: PostgreSQL */
/*
 * gate.c: policies judged as the server does, guards by their tags.
 */
#include "compat.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/reloptions.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_policy.h"
#include "commands/defrem.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "permissions/gate.h"
#include "permissions/name.h"
#include "permissions/tag.h"
#include "settings.h"

/* Policies of ours without a guard (docs/permissions.md, "Options"). */
#define POLICY_OF_EXEMPT_ROLES "herm_jwt_exempt"
#define POLICY_OF_OWNER "herm_jwt_owner"

/* What pg_policy has instead of a command, for FOR ALL. */
#define ALL_COMMANDS '*'

static const char *
database_role_name(Oid role)
{
	const char *name = GetUserNameFromId(role, true /* missing is fine */ );

	return name == NULL ? "?" : quote_identifier(name);
}

/* ---- guards ---- */

static bool
has_database_role(Oid role)
{
	return OidIsValid(role) && has_privs_of_role(GetUserId(), role);
}

/* Of those names the ones that the session does not have, as a list. */
static const char *
missing_variables(const AccessSession *session, const JsonNode *names)
{
	StringInfoData list;

	initStringInfo(&list);
	json_foreach(node, names)
	{
		const char *name = pnstrdup(node->text.data, node->text.len);

		if (!session->has_variable(session->variables, name))
			access_add_name(&list, psprintf("\"%s\"", name));
	}
	return list.data;
}

/* Judges the guard (docs/permissions.md, "The guard"), and whom it is for. */
static AccessVerdict
judge_guard(AccessGate *gate, const AccessSession *session, const Tag *tag)
{
	bool		is_callers = has_database_role(gate->database_role);

	gate->missing = is_callers ? missing_variables(session, tag->variables) : "";
	if (session->role == NULL)
		return ACCESS_NO_SESSION;
	if (strcmp(session->role, gate->role) != 0)
		return ACCESS_ROLE_MISMATCH;
	if (!is_callers)
		return ACCESS_DATABASE_ROLE;
	return gate->missing[0] == '\0' ? ACCESS_GUARD_FITS : ACCESS_MISSING_VARIABLE;
}

/* Whether a tag says what a guard needs. */
static bool
tag_is_of_permission(const Tag *tag, const AccessOperation *operation)
{
	return tag->role != NULL && tag->variables != NULL && tag->operation != NULL &&
		strcmp(tag->operation, operation->name) == 0;
}

/* ---- policies ---- */

/* Whom a policy is for, as the server sees it. */
typedef struct PolicyRoles
{
	Oid			only;			/* InvalidOid: several, or everybody */
	bool		has_caller;
	const char *names;
} PolicyRoles;

typedef struct Policy
{
	Form_pg_policy form;
	bool		is_tagged;
	Tag			tag;
	PolicyRoles roles;
} Policy;

static PolicyRoles
read_policy_roles(Relation catalog, HeapTuple tuple)
{
	PolicyRoles roles = {0};
	StringInfoData names;
	bool		is_null;
	ArrayType  *array = DatumGetArrayTypeP(heap_getattr(tuple, Anum_pg_policy_polroles,
														RelationGetDescr(catalog), &is_null));
	const Oid  *oids = (const Oid *) ARR_DATA_PTR(array);
	int			count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));

	initStringInfo(&names);
	for (int i = 0; i < count; i++)
	{
		access_add_name(&names, oids[i] == ACL_ID_PUBLIC ? "PUBLIC" : database_role_name(oids[i]));
		roles.has_caller |= oids[i] == ACL_ID_PUBLIC || has_database_role(oids[i]);
	}
	roles.only = count == 1 ? oids[0] : InvalidOid;
	roles.names = names.data;
	return roles;
}

/* One that differs from what its tag or name says is not as we made it, and so not ours. */
static AccessGateKind
policy_kind(const Policy *policy, const AccessOperation *operation)
{
	const char *name = NameStr(policy->form->polname);

	if (!policy->form->polpermissive)
		return GATE_RESTRICTIVE;
	if (!policy->is_tagged)
		return GATE_FOREIGN;
	if (policy->form->polcmd == operation->command && OidIsValid(policy->roles.only) &&
		tag_is_of_permission(&policy->tag, operation))
		return GATE_PERMISSION;
	if (strcmp(name, POLICY_OF_EXEMPT_ROLES) == 0 || strcmp(name, POLICY_OF_OWNER) == 0)
		return GATE_EVERYTHING;
	return GATE_FOREIGN;
}

static AccessVerdict
judge_policy(AccessGate *gate, const Access *access, const Policy *policy)
{
	if (access->security != ACCESS_RLS_ON)
		return access->security;
	if (gate->kind == GATE_PERMISSION)
		return judge_guard(gate, access->session, &policy->tag);
	if (!policy->roles.has_caller)
		return ACCESS_DATABASE_ROLE;
	if (gate->kind == GATE_RESTRICTIVE)
		return ACCESS_RESTRICTIVE;
	return gate->kind == GATE_EVERYTHING ? ACCESS_ALL_ROWS : ACCESS_NOT_JUDGED;
}

static void
add_policy(Access *access, const Policy *policy)
{
	AccessGate *gate = palloc0(sizeof(AccessGate));

	gate->kind = policy_kind(policy, access->operation);
	gate->name = pstrdup(quote_identifier(NameStr(policy->form->polname)));
	gate->object = psprintf("policy %s on %s", gate->name, access->name);
	gate->role = gate->kind == GATE_PERMISSION ? policy->tag.role : NULL;
	gate->database_role = policy->roles.only;
	gate->database_roles = policy->roles.names;
	gate->verdict = judge_policy(gate, access, policy);
	access->gates = lappend(access->gates, gate);
}

static void
read_policy(Access *access, Relation catalog, HeapTuple tuple)
{
	Policy		policy = {.form = (Form_pg_policy) GETSTRUCT(tuple)};

	policy.is_tagged = tag_read(policy.form->oid, PolicyRelationId, &policy.tag);
	access->is_managed |= policy.is_tagged;
	if (policy.form->polcmd != access->operation->command && policy.form->polcmd != ALL_COMMANDS)
		return;
	policy.roles = read_policy_roles(catalog, tuple);
	add_policy(access, &policy);
}

void
gate_read_policies(Access *access)
{
	Relation	catalog = table_open(PolicyRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key, Anum_pg_policy_polrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(access->relation));
	scan = systable_beginscan(catalog, PolicyPolrelidPolnameIndexId, true /* use the index */ ,
							  NULL /* newest snapshot */ , 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		read_policy(access, catalog, tuple);
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
}

/* ---- views ---- */

/* The gate of a view that its tag says to be a role's. */
static AccessGate *
role_view_gate(const AccessSession *session, const Tag *tag, const char *schema, const char *name)
{
	AccessGate *gate = palloc0(sizeof(AccessGate));

	gate->kind = GATE_ROLE_VIEW;
	gate->name = quote_qualified_identifier(schema, name);
	gate->object = psprintf("view %s", gate->name);
	gate->role = tag->role;
	gate->database_role = get_role_oid(schema, true /* missing is fine */ );
	gate->database_roles = pstrdup(quote_identifier(schema));
	gate->verdict = judge_guard(gate, session, tag);
	return gate;
}

static bool
is_invoker_view(HeapTuple tuple)
{
	bool		is_null;
	Datum		options = SysCacheGetAttr(RELOID, tuple, Anum_pg_class_reloptions, &is_null);
	ListCell   *cell;

	if (is_null)
		return false;
	foreach(cell, untransformRelOptions(options))
	{
		DefElem    *option = lfirst(cell);

		if (strcmp(option->defname, "security_invoker") == 0)
			return defGetBoolean(option);
	}
	return false;
}

static AccessGate *
plain_view_gate(const Access *access, HeapTuple tuple)
{
	AccessGate *gate = palloc0(sizeof(AccessGate));

	gate->kind = is_invoker_view(tuple) ? GATE_INVOKER_VIEW : GATE_VIEW;
	gate->verdict = ACCESS_NOT_JUDGED;
	gate->name = access->name;
	gate->database_roles = database_role_name(((Form_pg_class) GETSTRUCT(tuple))->relowner);
	return gate;
}

AccessGate *
gate_of_view(Access *access, HeapTuple tuple)
{
	AccessGate *gate;
	Tag			tag;

	access->is_managed = tag_read(access->relation, RelationRelationId, &tag);
	gate = access->is_managed && tag_is_of_permission(&tag, access->operation) ?
		role_view_gate(access->session, &tag, access->schema, access->table) :
		plain_view_gate(access, tuple);
	gate->object = psprintf("query of %s", access->name);
	return gate;
}

/* Whether a tag is of that table, whether or not it quotes names. */
static bool
tag_is_of_table(const Tag *tag, const Access *access)
{
	return tag->table != NULL &&
		(strcmp(tag->table, access->name) == 0 ||
		 strcmp(tag->table, psprintf("%s.%s", access->schema, access->table)) == 0);
}

/* InvalidOid: there is no such view. */
static Oid
view_named(const char *schema, const char *name)
{
	Oid			place = get_namespace_oid(schema, true /* missing is fine */ );
	Oid			view = OidIsValid(place) ? get_relname_relid(name, place) : InvalidOid;

	return OidIsValid(view) && get_rel_relkind(view) == RELKIND_VIEW ? view : InvalidOid;
}

static bool
may_read_view(Oid view)
{
	return access_may_use(get_rel_namespace(view)) &&
		pg_class_aclcheck(view, GetUserId(), ACL_SELECT) == ACLCHECK_OK;
}

void
gate_find_role_view(Access *access)
{
	const AccessSession *session = access->session;
	const char *schema;
	const char *name;
	Oid			view;
	Tag			tag;

	if (session->role == NULL)
		return;
	schema = psprintf("%s%s", settings.database_role_prefix, session->role);
	name = name_of_role_view(access->schema, access->table);
	view = view_named(schema, name);
	if (!OidIsValid(view) || !tag_read(view, RelationRelationId, &tag) ||
		!tag_is_of_permission(&tag, access->operation) || !tag_is_of_table(&tag, access))
		return;
	access->is_managed = true;
	access->role_view = role_view_gate(session, &tag, schema, name);
	if (access->role_view->verdict == ACCESS_GUARD_FITS && !may_read_view(view))
		access->role_view->verdict = ACCESS_MISSING_GRANT;
}

/* ---- looking for one ---- */

static bool
is_nearer(const AccessGate *gate, const AccessGate *nearest)
{
	return gate->role != NULL && gate->verdict >= ACCESS_NO_SESSION &&
		(nearest == NULL || gate->verdict > nearest->verdict);
}

const AccessGate *
gate_nearest(const Access *access)
{
	const AccessGate *nearest = NULL;
	ListCell   *cell;

	foreach(cell, access->gates)
	{
		if (is_nearer(lfirst(cell), nearest))
			nearest = lfirst(cell);
	}
	if (access->role_view != NULL && is_nearer(access->role_view, nearest))
		nearest = access->role_view;
	return nearest;
}

const AccessGate *
gate_find(const Access *access, AccessVerdict verdict)
{
	ListCell   *cell;

	foreach(cell, access->gates)
	{
		const AccessGate *gate = lfirst(cell);

		if (gate->verdict == verdict)
			return gate;
	}
	return NULL;
}
