/* SPDX-License-Identifier: PostgreSQL */
/*
 * name.c: names that fit, and stay apart.
 */
#include "compat.h"

#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "permissions/name.h"

#define DIGITS 8
#define KEPT (NAMEDATALEN - 1 - 1 - DIGITS)

char	   *
name_digest(const char *text)
{
	Datum		digest = DirectFunctionCall1(sha256_bytea, PointerGetDatum(cstring_to_text(text)));
	bytea	   *bytes = DatumGetByteaPP(digest);
	char	   *hex = palloc(2 * VARSIZE_ANY_EXHDR(bytes) + 1);

	hex[hex_encode(VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes), hex)] = '\0';
	return hex;
}

char	   *
name_bounded(const char *name)
{
	int			len = (int) strlen(name);
	int			kept;

	if (len < NAMEDATALEN)
		return pstrdup(name);
	kept = pg_mbcliplen(name, len, KEPT);
	return psprintf("%.*s_%.*s", kept, name, DIGITS, name_digest(name));
}

char	   *
name_joined(const char *schema, const char *name)
{
	if (strchr(schema, '.') != NULL || strchr(name, '.') != NULL)
		return name_bounded(quote_qualified_identifier(schema, name));
	return name_bounded(psprintf("%s.%s", schema, name));
}

char	   *
name_of_role_view(const char *schema, const char *name)
{
	return strcmp(schema, "public") == 0 ? pstrdup(name) :
		name_bounded(psprintf("%s_%s", schema, name));
}
