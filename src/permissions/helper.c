/* SPDX-License-Identifier: PostgreSQL */
/*
 * helper.c: writes the helper views.
 */
#include "compat.h"

#include "utils/builtins.h"

#include "permissions/helper.h"
#include "permissions/name.h"

char	   *
helper_schema(const char *source)
{
	if (strcmp(source, "default") == 0)
		return pstrdup(HELPER_SCHEMA);
	return name_bounded(psprintf(HELPER_SCHEMA "_%s", source));
}

char	   *
helper_name(const Table *table, const char *schema)
{
	return table_qualified(schema, name_joined(table->schema, table->name));
}

static void
add_item(StringInfo items, const char *expression, const char *name)
{
	appendStringInfo(items, "%s%s", items->len > 0 ? ", " : "", expression);
	if (name != NULL)
		appendStringInfo(items, " AS %s", quote_identifier(name));
}

char	   *
helper_definition(const Table *table, const char *schema)
{
	StringInfoData items;
	ListCell   *cell;
	int			position = -1;

	initStringInfo(&items);
	while ((position = bms_next_member(table->helper_columns, position)) >= 0)
		add_item(&items, quote_identifier(table->columns[position].name), NULL);
	foreach(cell, table->helper_fields)
	{
		const Field *field = lfirst(cell);
		StringInfoData call;

		initStringInfo(&call);
		field_append_call(&call, field, schema, psprintf("%s.*", table->alias));
		add_item(&items, call.data, field->name);
	}
	if (table->helper_has_row)
		add_item(&items, psprintf("(%s.*)::%s", table->alias, table->label), HELPER_ROW);
	return psprintf("CREATE OR REPLACE VIEW %s AS SELECT %s FROM %s", helper_name(table, schema),
					items.data, table->label);
}
