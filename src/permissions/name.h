/* SPDX-License-Identifier: PostgreSQL */
/*
 * name.h: names of the objects that are made.
 */
#ifndef HERM_PERMISSIONS_NAME_H
#define HERM_PERMISSIONS_NAME_H

/*
 * A name as it is, or, if it is longer than 63 bytes, its first 54, "_" and the first
 * 8 hexadecimal digits of the SHA-256 of the whole; palloc'd, unquoted.
 */
extern char *name_bounded(const char *name);

/* The SHA-256 of a text in hexadecimal digits; palloc'd. */
extern char *name_digest(const char *text);

/*
 * "schema.name" as one name for what is made in another schema, bounded; where a dot in one of the
 * two would let it be read in two ways, quoted inside; palloc'd.
 */
extern char *name_joined(const char *schema, const char *name);

/*
 * The name of a table's role view, whose schema is the database role's: as Hasura names
 * the root field, with the schema in front unless it is public; palloc'd, unquoted.
 */
extern char *name_of_role_view(const char *schema, const char *name);

#endif							/* HERM_PERMISSIONS_NAME_H */
