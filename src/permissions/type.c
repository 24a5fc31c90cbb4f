/* SPDX-License-Identifier: PostgreSQL */
/*
 * type.c: the types of columns, as far as permissions tell them apart.
 */
#include "compat.h"

#include "access/htup_details.h"
#include "catalog/dependency.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "permissions/type.h"

/* Types of extensions that Hasura has operators for. */
static const struct
{
	const char *extension;
	const char *type;
	TypeClass	class;
}			known_types[] = {
	{"citext", "citext", TYPE_IS_STRING},
	{"ltree", "ltree", TYPE_IS_LTREE},
	{"postgis", "geometry", TYPE_IS_GEOMETRY},
	{"postgis", "geography", TYPE_IS_GEOGRAPHY},
};

/* The type's row of pg_type, copied: short enough for a value. */
static bool
read_type(Oid type, FormData_pg_type *form)
{
	HeapTuple	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));

	if (!HeapTupleIsValid(tuple))
		return false;
	*form = *(Form_pg_type) GETSTRUCT(tuple);
	ReleaseSysCache(tuple);
	return true;
}

static TypeClass
class_in_extension(Oid type, const char *name)
{
	Oid			extension = getExtensionOfObject(TypeRelationId, type);
	const char *extension_name = OidIsValid(extension) ? get_extension_name(extension) : NULL;

	for (int i = 0; extension_name != NULL && i < COUNT_OF(known_types); i++)
	{
		if (strcmp(known_types[i].extension, extension_name) == 0 &&
			strcmp(known_types[i].type, name) == 0)
			return known_types[i].class;
	}
	return TYPE_IS_OPAQUE;
}

static TypeClass
class_of_server(Oid type)
{
	switch (type)
	{
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
			return TYPE_IS_STRING;
		case JSONOID:
			return TYPE_IS_JSON;
		case JSONBOID:
			return TYPE_IS_JSONB;
		default:
			return TYPE_IS_PLAIN;
	}
}

TypeClass
type_class(Oid type)
{
	FormData_pg_type form;

	if (!read_type(getBaseType(type), &form))
		return TYPE_IS_OPAQUE;
	if (IsTrueArrayType(&form))
		return TYPE_IS_ARRAY;
	if (form.typtype == TYPTYPE_ENUM)
		return TYPE_IS_PLAIN;
	if (form.typtype != TYPTYPE_BASE && form.typtype != TYPTYPE_RANGE &&
		form.typtype != TYPTYPE_MULTIRANGE)
		return TYPE_IS_OPAQUE;
	return form.typnamespace == PG_CATALOG_NAMESPACE ? class_of_server(form.oid) :
		class_in_extension(form.oid, NameStr(form.typname));
}

static bool
row_has_domain(Oid type)
{
	TupleDesc	description = lookup_rowtype_tupdesc(type, -1 /* no modifier */ );
	bool		found = false;

	for (int i = 0; i < description->natts && !found; i++)
		found = !TupleDescAttr(description, i)->attisdropped &&
			type_has_domain(TupleDescAttr(description, i)->atttypid);
	ReleaseTupleDesc(description);
	return found;
}

bool
type_has_domain(Oid type)
{
	FormData_pg_type form;

	check_stack_depth();
	if (!read_type(type, &form))
		return false;
	switch (form.typtype)
	{
		case TYPTYPE_DOMAIN:
			return true;
		case TYPTYPE_COMPOSITE:
			return row_has_domain(type);
		case TYPTYPE_RANGE:
			return type_has_domain(get_range_subtype(type));
		case TYPTYPE_MULTIRANGE:
			return type_has_domain(get_multirange_range(type));
		default:
			return OidIsValid(form.typelem) && type_has_domain(form.typelem);
	}
}

bool
type_is_spatial(Oid type)
{
	TypeClass	class = type_class(type);

	return class == TYPE_IS_GEOMETRY || class == TYPE_IS_GEOGRAPHY;
}

Oid
type_extension_schema(Oid type)
{
	FormData_pg_type form;

	if (!read_type(getBaseType(type), &form) || form.typnamespace == PG_CATALOG_NAMESPACE ||
		!OidIsValid(getExtensionOfObject(TypeRelationId, form.oid)))
		return InvalidOid;
	return form.typnamespace;
}

Oid
type_of_extension(Oid type, const char *name)
{
	return GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum(name),
						   ObjectIdGetDatum(type_extension_schema(type)));
}

char
type_delimiter(Oid type)
{
	FormData_pg_type form;

	return read_type(type, &form) ? form.typdelim : ',';
}

/* With a modifier of -1: without any, "character" would be one letter long. */
char	   *
type_name(Oid type)
{
	return format_type_extended(type, -1, FORMAT_TYPE_TYPEMOD_GIVEN);
}
