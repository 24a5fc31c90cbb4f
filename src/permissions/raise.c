/* SPDX-License-Identifier: PostgreSQL */
/*
 * raise.c: the errors that end a call, with SQLSTATE and advice.
 */
#include "compat.h"

#include "permissions/raise.h"

void
raise_bad_metadata(const char *path, const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("metadata cannot be read"),
			 errdetail("\"%s\" %s.", path, what),
			 errhint("Give the output of \"hasura metadata export -o json\", or NULL for what "
					 "hdb_catalog.hdb_metadata holds.")));
}

void
raise_other_version(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("metadata must be of version 3"),
			 errhint("Export it with Hasura 2.0 or later, as version 3.")));
}

void
raise_bad_source(const char *name, const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("source \"%s\" cannot be used", name),
			 errdetail("%s", detail),
			 errhint("The argument \"source\" names one of the sources in the metadata.")));
}

void
raise_bad_option(const char *name, const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("option \"%s\" cannot be used", name),
			 errdetail("%s", detail)));
}

void
raise_bad_option_hint(const char *name, const char *detail, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("option \"%s\" cannot be used", name),
			 errdetail("%s", detail),
			 errhint("%s", hint)));
}

void
raise_no_metadata(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_TABLE),
			 errmsg("there is no metadata in this database"),
			 errdetail("hdb_catalog.hdb_metadata is not there as Hasura makes it, or has no row with id 1."),
			 errhint("Give the metadata as the first argument: the output of \"hasura metadata "
					 "export -o json\".")));
}

void
raise_not_allowed(const char *message, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("%s", message),
			 errhint("%s", hint)));
}

void
raise_same_name(const char *object)
{
	ereport(ERROR,
			(errcode(ERRCODE_DUPLICATE_OBJECT),
			 errmsg("two objects would be %s", object),
			 errdetail("Names that are too long are cut, and these are the same then."),
			 errhint("Rename a schema, table, role or function.")));
}

void
raise_failed_query(const char *query)
{
	elog(ERROR, "could not run \"%s\"", query);
}

void
notice(const char *message, const char *detail)
{
	ereport(NOTICE, (errmsg("%s", message), errdetail("%s", detail)));
}
