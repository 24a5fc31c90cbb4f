/* SPDX-License-Identifier: PostgreSQL */
/*
 * write.c: writing JSON strings.
 */
#include "compat.h"

#include "json/write.h"

void
json_append_string(StringInfo out, Slice text)
{
	appendStringInfoChar(out, '"');
	for (size_t i = 0; i < text.len; i++)
	{
		unsigned char c = text.data[i];

		if (c < 0x20)
			appendStringInfo(out, "\\u%04x", c);
		else
		{
			if (c == '"' || c == '\\')
				appendStringInfoChar(out, '\\');
			appendStringInfoChar(out, c);
		}
	}
	appendStringInfoChar(out, '"');
}
