/* SPDX-License-Identifier: PostgreSQL */
/*
 * type.h: the types of columns, as far as permissions tell them apart.
 *
 * A domain counts as what it is over.  Types of extensions are known by their
 * name and their extension, wherever that is installed.
 */
#ifndef HERM_PERMISSIONS_TYPE_H
#define HERM_PERMISSIONS_TYPE_H

typedef enum TypeClass
{
	TYPE_IS_PLAIN,				/* of the server, or an enum */
	TYPE_IS_STRING,				/* text, varchar, bpchar, citext */
	TYPE_IS_JSON,
	TYPE_IS_JSONB,
	TYPE_IS_ARRAY,
	TYPE_IS_LTREE,
	TYPE_IS_GEOMETRY,
	TYPE_IS_GEOGRAPHY,
	TYPE_IS_OPAQUE,				/* composite, or of somebody else */
} TypeClass;

extern TypeClass type_class(Oid type);

/* Whether it is geometry or geography, which are written as GeoJSON. */
extern bool type_is_spatial(Oid type);

/*
 * Whether there is a domain in the type, or it is one: to read a text of it runs the
 * domain's check, which is code of the domain's owner.
 */
extern bool type_has_domain(Oid type);

/* The schema of the type's extension, if it belongs to one; else InvalidOid. */
extern Oid	type_extension_schema(Oid type);

/* A type of the same extension as another, by its name; InvalidOid: there is none. */
extern Oid	type_of_extension(Oid type, const char *name);

/* What stands between the elements of an array of them. */
extern char type_delimiter(Oid type);

/* The name with its schema where that is needed, without a modifier; palloc'd. */
extern char *type_name(Oid type);

#endif							/* HERM_PERMISSIONS_TYPE_H */
