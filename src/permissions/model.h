/* SPDX-License-Identifier: PostgreSQL */
/*
 * model.h: all permissions of a source, understood and judged.
 *
 * In:    metadata, source, options, the catalogs.
 * Out:   every rule with its outcome; what is refused is never made.
 * Never: changes anything.
 * Rules: docs/permissions.md, "The review".
 *
 * The caller is connected to SPI; everything lives in the current memory context.
 */
#ifndef HERM_PERMISSIONS_MODEL_H
#define HERM_PERMISSIONS_MODEL_H

#include "permissions/options.h"
#include "permissions/role.h"
#include "permissions/rule.h"
#include "permissions/tagged.h"

typedef struct Model
{
	Source	   *source;
	Options		options;
	const JsonNode *options_json;
	char	   *helper_schema;	/* unquoted */
	List	   *tagged;			/* of Tagged: what is there now */
	List	   *roles;			/* of Role, by name */
	List	   *rules;			/* of Rule, in the order of the review */
	List	   *former_roles;	/* of Role: those that only policies made earlier are for */
	List	   *former_tables;	/* of Table: likewise */
	List	   *wrappers;		/* of Field: those that rules call */
	bool		for_check;
} Model;

/* What is asked for: metadata as JSON text (NULL data: that of this database). */
typedef struct Request
{
	Slice		metadata;
	char	   *source;
	Slice		options;		/* JSON text */
	bool		for_check;		/* options left out are those of the last apply; drift refuses
								 * nothing */
} Request;

extern Model *model_make(const Request *request);

static inline bool
rule_is_made(const Rule *rule)
{
	return rule->outcome != OUTCOME_REFUSED;
}

/* The role of a rule. */
extern const Role *model_role(const Model *model, const Rule *rule);

/* A table's rule for a role, if it is made; else NULL. */
extern Rule *model_rule(const Table *table, const char *role, Operation operation);

/* The oids of its tables, and of its database roles; InvalidOid for what is not there. */
extern List *model_table_oids(const Model *model);
extern List *model_role_oids(const Model *model);

/* Policies of others that add rows for everybody or a role of ours: QueryRow of table and object. */
extern List *model_foreign_policies(const Model *model);

/* ---- judge.c: what is found of the rules when they stand side by side ---- */

extern void judge_rules(Model *model);

/* judge_presets.c: the same for presets; of the tables with these oids. */
extern void judge_presets(const Model *model, const List *tables);

/* judge_keys.c: of keys; once it is settled which rules are made. */
extern void judge_keys(const Model *model, const List *tables);

#endif							/* HERM_PERMISSIONS_MODEL_H */
