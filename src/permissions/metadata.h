/* SPDX-License-Identifier: PostgreSQL */
/*
 * metadata.h: Hasura's permission metadata, read for one source.
 *
 * In:    the document as JSON text, the name of a source.
 * Out:   its tables (looked up in the catalogs), their permissions as declared,
 *        the roles.
 * Never: skips what it does not understand; judges a permission's body.
 * Rules: docs/permissions.md, "What goes in".
 *
 *		Source	   *source = metadata_read(text, "default");
 *
 * What is no metadata at all raises 22023 with the path in the document; what is
 * wrong with one permission is a finding of that permission.
 */
#ifndef HERM_PERMISSIONS_METADATA_H
#define HERM_PERMISSIONS_METADATA_H

#include "permissions/table.h"

/* Hasura's four kinds, in the order of the review. */
#define OPERATIONS(X) \
	X(OPERATION_SELECT, "select") \
	X(OPERATION_INSERT, "insert") \
	X(OPERATION_UPDATE, "update") \
	X(OPERATION_DELETE, "delete")

typedef enum Operation
{
#define X(operation, text) operation,
	OPERATIONS(X)
#undef X
	OPERATION_COUNT
} Operation;

/* How far a role's inheritance has been worked out (inherit.c). */
typedef enum InheritanceState
{
	INHERITANCE_NEW,
	INHERITANCE_OPEN,
	INHERITANCE_DONE,
} InheritanceState;

typedef struct InheritedRole
{
	char	   *name;
	List	   *parents;		/* of char * */
	const char *path;
	InheritanceState state;
	const char *why_not;		/* a sentence; NULL: it can inherit */
} InheritedRole;

/* A permission as it is declared. */
typedef struct Declaration
{
	Table	   *table;
	Operation	operation;
	char	   *role;
	const JsonNode *body;		/* NULL: there is none */
	const char *path;
} Declaration;

typedef struct Source
{
	char	   *name;
	char	   *resource_version;	/* JSON text; NULL: the document does not say */
	List	   *tables;			/* of Table, in the order of the document */
	List	   *declarations;	/* of Declaration */
	List	   *inherited_roles;	/* of InheritedRole */
	List	   *all_roles;		/* of char *: who has a permission, in any source or outside of
								 * them */
	struct HTAB *by_label;		/* of the tables */
	struct HTAB *by_oid;
} Source;

extern Source *metadata_read(Slice text, const char *source);

/* A tracked table by its name in the document ("t" or {schema, name}), or by its oid; else NULL. */
extern Table *source_table(const Source *source, const JsonNode *name);
extern Table *source_table_of(const Source *source, Oid oid);

/* A table's name in the document; false if it is none.  Both are palloc'd. */
extern bool metadata_table_name(const JsonNode *node, char **schema, char **name);

extern const char *operation_text(Operation operation);

/* A string of the document as a C string, palloc'd. */
extern char *metadata_string(const JsonNode *node);

#endif							/* HERM_PERMISSIONS_METADATA_H */
