/* SPDX-License-Identifier: PostgreSQL */
/*
 * inherit.c: unites the permissions of parents.
 *
 * Rows: those of any parent.  A column or computed field is plain if every parent
 * that has the table shows it; else it shows in the rows of those that do.
 * Insert, update and delete are inherited only if the parents agree.
 */
#include "compat.h"

#include "permissions/inherit.h"
#include "permissions/value.h"

static InheritedRole *
find_inherited(const Source *source, const char *name)
{
	ListCell   *cell;

	foreach(cell, source->inherited_roles)
	{
		InheritedRole *role = lfirst(cell);

		if (strcmp(role->name, name) == 0)
			return role;
	}
	return NULL;
}

static bool
has_permission(const Source *source, const char *name)
{
	ListCell   *cell;

	foreach(cell, source->all_roles)
	{
		if (strcmp(lfirst(cell), name) == 0)
			return true;
	}
	return false;
}

static Rule *
make_rule(Table *table, const InheritedRole *role, Operation operation, const Rule *parent)
{
	Rule	   *rule = palloc0(sizeof(Rule));

	rule->table = table;
	rule->operation = operation;
	rule->role = role->name;
	rule->path = role->path;
	rule->body = parent->body;
	rule->is_inherited = true;
	table->rules = lappend(table->rules, rule);
	return rule;
}

/* The parents' rules on a table, those left out that count as none. */
static List *
parents_rules(const Table *table, const InheritedRole *role, Operation operation)
{
	List	   *rules = NIL;
	ListCell   *cell;

	foreach(cell, role->parents)
	{
		Rule	   *rule = rule_find(table, lfirst(cell), operation);

		if (rule != NULL && rule->findings.sentences[REASON_INHERITED_CONFLICT] == NULL)
			rules = lappend(rules, rule);
	}
	return rules;
}

/* ---- select ---- */

/* The filters of a rule, of which any lets a row through; each is one that was declared. */
static List *
filters_of(const Rule *rule)
{
	return rule->is_inherited ? rule->filters : list_make1(rule->filter);
}

/* By which filters a rule shows a column or field, plainly or in a cell; NIL: it does not. */
static List *
shown_by(const Rule *rule, const Cell *wanted, bool *plain)
{
	ListCell   *cell;

	*plain = true;
	if (wanted->column != NULL && bms_is_member(table_position(rule->table, wanted->column),
												rule->columns))
		return filters_of(rule);
	if (wanted->field != NULL && list_member_ptr(rule->fields, wanted->field))
		return filters_of(rule);
	*plain = false;
	foreach(cell, rule->cells)
	{
		const Cell *shown = lfirst(cell);

		if (shown->column == wanted->column && shown->field == wanted->field)
			return shown->filters;
	}
	return NIL;
}

static void
show_plainly(Rule *rule, const Cell *shown)
{
	if (shown->column != NULL)
		rule->columns = bms_add_member(rule->columns, table_position(rule->table, shown->column));
	else
		rule->fields = lappend(rule->fields, unconstify(Field *, shown->field));
}

/*
 * Adds a column or field as far as the parents show it.  A filter that several of them
 * have from a common one is taken once: so texts do not grow with each generation.
 */
static void
unite(Rule *rule, List *parents, const Cell *wanted)
{
	List	   *filters = NIL;
	bool		all_plain = true;
	ListCell   *cell;

	foreach(cell, parents)
	{
		bool		plain;

		filters = list_concat_unique_ptr(filters, shown_by(lfirst(cell), wanted, &plain));
		all_plain = all_plain && plain;
	}
	if (all_plain)
		show_plainly(rule, wanted);
	else if (filters != NIL)
	{
		Cell	   *made = palloc(sizeof(Cell));

		*made = *wanted;
		made->filters = filters;
		made->condition = condition_combine(CONDITION_OR, filters);
		rule->cells = lappend(rule->cells, made);
		if (made->column != NULL)
			rule->nulled = bms_add_member(rule->nulled, table_position(rule->table, made->column));
	}
}

static List *
usable(Rule *rule, List *parents)
{
	List	   *kept = NIL;
	ListCell   *cell;

	foreach(cell, parents)
	{
		Rule	   *parent = lfirst(cell);

		if (findings_refuse(&parent->findings))
			findings_add(&rule->findings, REASON_INHERITED_REFUSED,
						 "What role \"%s\" may select is refused, so nothing of it is inherited.",
						 parent->role);
		else
			kept = lappend(kept, parent);
	}
	return kept;
}

/* Every computed field that some parent shows, in the parents' order. */
static List *
all_fields(List *parents)
{
	List	   *fields = NIL;
	ListCell   *cell;

	foreach(cell, parents)
	{
		const Rule *parent = lfirst(cell);
		ListCell   *inner;

		fields = list_concat_unique_ptr(fields, parent->fields);
		foreach(inner, parent->cells)
		{
			const Cell *shown = lfirst(inner);

			if (shown->field != NULL)
				fields = list_append_unique_ptr(fields, unconstify(Field *, shown->field));
		}
	}
	return fields;
}

static void
copy_findings(Rule *rule, const Rule *parent)
{
	for (int reason = 0; reason < REASON_COUNT; reason++)
	{
		if (parent->findings.sentences[reason] != NULL)
			rule->findings.sentences[reason] = parent->findings.sentences[reason];
	}
}

static void
inherit_select(Rule *rule, List *parents)
{
	List	   *kept = usable(rule, parents);
	ListCell   *cell;

	if (kept == NIL)
	{
		copy_findings(rule, linitial(parents));
		return;
	}
	rule->all_columns = true;
	foreach(cell, kept)
	{
		const Rule *parent = lfirst(cell);

		copy_findings(rule, parent);
		rule->filters = list_concat_unique_ptr(rule->filters, filters_of(parent));
		rule->all_columns = rule->all_columns && parent->all_columns;
	}
	rule->filter = condition_combine(CONDITION_OR, rule->filters);
	for (int i = 0; i < rule->table->column_count; i++)
	{
		Cell		wanted = {.column = &rule->table->columns[i]};

		unite(rule, kept, &wanted);
	}
	foreach(cell, all_fields(kept))
	{
		Cell		wanted = {.field = lfirst(cell)};

		unite(rule, kept, &wanted);
	}
}

/* ---- insert, update, delete ---- */

/* The first of the parents that is refused; NULL: none is. */
static const Rule *
find_refused(const List *parents)
{
	ListCell   *cell;

	foreach(cell, parents)
	{
		if (findings_refuse(&((Rule *) lfirst(cell))->findings))
			return lfirst(cell);
	}
	return NULL;
}

static bool
same_condition(const Condition *a, const Condition *b, const Table *root)
{
	if (a == NULL || b == NULL)
		return a == b;
	return condition_equals(a, b, root);
}

/* Session variables have no case. */
static bool
same_preset(const JsonNode *a, const JsonNode *b)
{
	char	   *name;
	char	   *other;

	if (value_is_variable(a, &name) && value_is_variable(b, &other))
		return strcmp(name, other) == 0;
	return json_equals(a, b);
}

static bool
same_presets(const JsonNode *a, const JsonNode *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	json_foreach(preset, a)
	{
		const JsonNode *other = json_find(b, preset->name);

		if (other == NULL || !same_preset(preset, other))
			return false;
	}
	return a->count == b->count;
}

static bool
agree(const Rule *a, const Rule *b)
{
	return bms_equal(a->columns, b->columns) && same_condition(a->filter, b->filter, a->table) &&
		same_condition(a->check, b->check, a->table) && same_presets(a->presets, b->presets);
}

static void
inherit_mutation(Rule *rule, List *parents)
{
	const Rule *first = linitial(parents);
	const Rule *refused = find_refused(parents);
	ListCell   *cell;

	/* what it would be in Hasura is not known: no conflict, which would leave it to other parents */
	if (refused != NULL)
	{
		copy_findings(rule, refused);
		return;
	}
	foreach(cell, parents)
	{
		const Rule *parent = lfirst(cell);

		if (parent == first || agree(first, parent))
			continue;
		findings_add(&rule->findings, REASON_INHERITED_CONFLICT,
					 "Roles \"%s\" and \"%s\" do not agree about what may be done.", first->role,
					 parent->role);
		return;
	}
	copy_findings(rule, first);
	rule->columns = first->columns;
	rule->filter = first->filter;
	rule->check = first->check;
	rule->presets = first->presets;
}

/* ---- roles ---- */

static void
inherit_operation(Table *table, const InheritedRole *role, Operation operation)
{
	List	   *parents;
	Rule	   *rule;

	/* what the role has of its own replaces what it would inherit */
	if (rule_find(table, role->name, operation) != NULL)
		return;
	parents = parents_rules(table, role, operation);
	if (parents == NIL)
		return;
	rule = make_rule(table, role, operation, linitial(parents));
	if (role->why_not != NULL)
		findings_add(&rule->findings, REASON_INHERITED_ROLE, "%s", role->why_not);
	else if (operation == OPERATION_SELECT)
		inherit_select(rule, parents);
	else
		inherit_mutation(rule, parents);
}

static void
judge_parent(const Source *source, InheritedRole *role, const char *parent)
{
	const InheritedRole *inherited = find_inherited(source, parent);

	if (strcmp(role->name, parent) == 0)
		role->why_not = psprintf("Role \"%s\" inherits from itself.", role->name);
	else if (inherited == NULL && !has_permission(source, parent))
		role->why_not = psprintf("Role \"%s\" inherits from \"%s\", which is no role.", role->name,
								 parent);
}

/* Parents first; a role that is met again on the way is part of a cycle. */
static void
inherit_role(const Source *source, InheritedRole *role)
{
	ListCell   *cell;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	if (role->state == INHERITANCE_DONE)
		return;
	if (role->state == INHERITANCE_OPEN)
	{
		role->why_not = psprintf("Role \"%s\" inherits from itself by way of others.", role->name);
		return;
	}
	role->state = INHERITANCE_OPEN;
	foreach(cell, role->parents)
	{
		InheritedRole *parent = find_inherited(source, lfirst(cell));

		judge_parent(source, role, lfirst(cell));
		if (parent == NULL || parent == role)
			continue;
		inherit_role(source, parent);
		if (parent->state == INHERITANCE_OPEN || (parent->why_not != NULL && role->why_not == NULL))
			role->why_not = psprintf("Role \"%s\" inherits from \"%s\", which cannot be.",
									 role->name, parent->name);
	}
	foreach(cell, source->tables)
	{
		for (Operation operation = 0; operation < OPERATION_COUNT; operation++)
			inherit_operation(lfirst(cell), role, operation);
	}
	role->state = INHERITANCE_DONE;
}

void
inherit_rules(const Source *source)
{
	ListCell   *cell;

	foreach(cell, source->inherited_roles)
		inherit_role(source, lfirst(cell));
}
