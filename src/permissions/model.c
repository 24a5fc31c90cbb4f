/* SPDX-License-Identifier: PostgreSQL */
/*
 * model.c: from metadata to judged rules, in order.
 */
#include "compat.h"

#include "catalog/pg_policy.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "permissions/helper.h"
#include "permissions/inherit.h"
#include "permissions/model.h"
#include "permissions/query.h"
#include "permissions/raise.h"
#include "permissions/stored.h"

/* ---- what was asked for ---- */

static const JsonNode *
parse_options(Slice text)
{
	JsonDocument document;

	if (json_parse(text, &document) != JSON_OK)
		raise_bad_option("options", "It must be a JSON object.");
	return document.root;
}

/* The options of the last apply, with those that are given now on top. */
static const JsonNode *
options_since_apply(const Model *model, const JsonNode *given)
{
	const Tagged *schema = tagged_find(model->tagged, psprintf("schema %s",
															   quote_identifier(model->helper_schema)));
	const JsonNode *applied = schema == NULL ? NULL : json_member(schema->tag, "options");
	JsonNode   *merged;

	if (applied == NULL || applied->kind != JSON_KIND_OBJECT || given->kind != JSON_KIND_OBJECT)
		return given;
	merged = palloc0(sizeof(JsonNode));
	merged->kind = JSON_KIND_OBJECT;
	json_foreach(member, applied)
	{
		if (json_member(given, pnstrdup(member->name.data, member->name.len)) == NULL)
			json_append_copy(merged, member, member->name);
	}
	json_foreach(member, given)
		json_append_copy(merged, member, member->name);
	return merged;
}

/* Such an option would give one of ours what no permission gives. */
static void
check_named_roles(const Model *model, const char *option, const List *names)
{
	ListCell   *cell;
	ListCell   *inner;

	foreach(cell, names)
	{
		foreach(inner, model->roles)
		{
			const Role *role = lfirst(inner);

			if (strcmp(role->database_name, lfirst(cell)) == 0)
				raise_bad_option(option, psprintf("Role \"%s\" is the database role of Hasura's role \"%s\".",
												  role->database_name, role->name));
		}
	}
}

/* ---- rules ---- */

static void
read_rules(Model *model)
{
	ListCell   *cell;

	foreach(cell, model->source->declarations)
	{
		const Declaration *declaration = lfirst(cell);
		Rule	   *other = rule_find(declaration->table, declaration->role, declaration->operation);
		Rule	   *rule = rule_read(model->source, declaration);

		if (other != NULL)
		{
			findings_add(&other->findings, REASON_DUPLICATE, "\"%s\" and \"%s\" say the same.",
						 other->path, rule->path);
			findings_add(&rule->findings, REASON_DUPLICATE, "%s",
						 other->findings.sentences[REASON_DUPLICATE]);
		}
		rule->table->rules = lappend(rule->table->rules, rule);
	}
	inherit_rules(model->source);
}

static int
compare_rules(const ListCell *a, const ListCell *b)
{
	const Rule *first = lfirst(a);
	const Rule *second = lfirst(b);
	int			order = strcmp(first->table->label, second->table->label);

	if (order == 0)
		order = strcmp(first->role, second->role);
	if (order == 0)
		order = (int) first->operation - (int) second->operation;
	return order != 0 ? order : strcmp(first->path, second->path);
}

static void
collect_rules(Model *model)
{
	ListCell   *cell;

	foreach(cell, model->source->tables)
		model->rules = list_concat(model->rules, ((Table *) lfirst(cell))->rules);
	list_sort(model->rules, compare_rules);
	foreach(cell, model->rules)
		rule_collect_variables(lfirst(cell));
}

static void
mark_helpers(Model *model, Rule *rule)
{
	ListCell   *cell;

	foreach(cell, rule_conditions(rule))
	{
		condition_mark_helpers(lfirst(cell), rule->table);
		model->wrappers = condition_fields(lfirst(cell), model->wrappers);
	}
	model->wrappers = list_concat_unique_ptr(model->wrappers, rule->fields);
	foreach(cell, rule->cells)
	{
		const Cell *shown = lfirst(cell);

		if (shown->field != NULL)
			model->wrappers = list_append_unique_ptr(model->wrappers,
													 unconstify(Field *, shown->field));
	}
}

/* ---- what queries ask for ---- */

List	   *
model_table_oids(const Model *model)
{
	List	   *oids = NIL;
	ListCell   *cell;

	foreach(cell, model->source->tables)
		oids = lappend_oid(oids, ((Table *) lfirst(cell))->oid);
	return oids;
}

List	   *
model_role_oids(const Model *model)
{
	List	   *oids = NIL;
	ListCell   *cell;

	foreach(cell, model->roles)
		oids = lappend_oid(oids, ((Role *) lfirst(cell))->oid);
	return oids;
}

List	   *
model_foreign_policies(const Model *model)
{
	List	   *policies = NIL;
	ListCell   *cell;

	foreach(cell, query_rows("SELECT p.polrelid, format('policy %I on %I.%I', p.polname, n.nspname, c.relname)"
							 " FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid"
							 " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
							 " WHERE p.polpermissive AND p.polrelid = ANY ($1)"
							 " AND (0 = ANY (p.polroles) OR p.polroles && $2) ORDER BY 2",
							 model_table_oids(model), model_role_oids(model)))
	{
		QueryRow   *row = lfirst(cell);

		if (tagged_find(model->tagged, row->values[1]) == NULL)
			policies = lappend(policies, row);
	}
	return policies;
}

/* ---- what was ---- */

/* The policies of the source that were made for a role. */
static List *
policies_of_roles(const Model *model)
{
	List	   *policies = NIL;
	ListCell   *cell;

	foreach(cell, model->tagged)
	{
		const Tagged *tagged = lfirst(cell);

		if (tagged->class == PolicyRelationId && tagged_is_of(tagged, model->source->name) &&
			tagged_member(tagged, "role") != NULL)
			policies = lappend_oid(policies, tagged->oid);
	}
	return policies;
}

static void
find_former_roles(Model *model, const List *policies)
{
	ListCell   *cell;

	/* an owner may call a policy ours; what people log in as, or inherit from, never was */
	foreach(cell, query_rows("SELECT DISTINCT r.oid, r.rolname, quote_ident(r.rolname)"
							 " FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_roles r ON r.oid = ANY (p.polroles)"
							 " WHERE p.oid = ANY ($1) AND r.oid <> ALL ($2)"
							 " AND NOT (r.rolcanlogin OR r.rolinherit) ORDER BY 2", policies,
							 model_role_oids(model)))
	{
		const QueryRow *row = lfirst(cell);
		Role	   *role = palloc0(sizeof(Role));

		role->oid = query_oid(row, 0);
		role->name = row->values[1];	/* no role of Hasura's any more */
		role->database_name = row->values[1];
		role->label = row->values[2];
		model->former_roles = lappend(model->former_roles, role);
	}
}

static void
find_former_tables(Model *model, const List *policies)
{
	ListCell   *cell;

	foreach(cell, query_rows("SELECT DISTINCT c.oid, n.nspname, c.relname"
							 " FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid"
							 " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
							 " WHERE p.oid = ANY ($1) ORDER BY 2, 3", policies, NIL))
	{
		const QueryRow *row = lfirst(cell);
		Table	   *table;

		if (source_table_of(model->source, query_oid(row, 0)) != NULL)
			continue;
		table = table_make(row->values[1], row->values[2]);
		table->is_former = true;
		model->former_tables = lappend(model->former_tables, table);
	}
}

Model	   *
model_make(const Request *request)
{
	Model	   *model = palloc0(sizeof(Model));
	Slice		metadata = request->metadata;
	const JsonNode *given = parse_options(request->options);
	List	   *policies;
	ListCell   *cell;

	if (metadata.data == NULL)
		metadata = stored_metadata();
	model->for_check = request->for_check;
	model->helper_schema = helper_schema(request->source);
	model->tagged = tagged_list();
	model->options_json = request->for_check ? options_since_apply(model, given) : given;
	options_read(model->options_json, &model->options);
	model->source = metadata_read(metadata, request->source);
	model->roles = role_list(model->source, &model->options);
	check_named_roles(model, "grant_to", model->options.grant_to);
	check_named_roles(model, "exempt_roles", model->options.exempt_roles);
	policies = policies_of_roles(model);
	find_former_roles(model, policies);
	find_former_tables(model, policies);
	read_rules(model);
	collect_rules(model);
	judge_rules(model);
	foreach(cell, model->rules)
	{
		if (rule_is_made(lfirst(cell)))
			mark_helpers(model, lfirst(cell));
	}
	return model;
}

const Role *
model_role(const Model *model, const Rule *rule)
{
	return role_find(model->roles, rule->role);
}

Rule	   *
model_rule(const Table *table, const char *role, Operation operation)
{
	Rule	   *rule = rule_find(table, role, operation);

	return rule != NULL && rule_is_made(rule) ? rule : NULL;
}
