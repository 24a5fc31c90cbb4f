/* SPDX-License-Identifier: PostgreSQL */
/*
 * fuzz_json.c: our reader and the server's agree on what is JSON.
 */
#include "compat.h"

#include "common/jsonapi.h"
#include "mb/pg_wchar.h"

#include "fuzz.h"
#include "json/json.h"

void
fuzz_prepare(void)
{
}

static JsonLexContext *
open_lexer(Slice text)
{
#if PG_VERSION_NUM >= 170000
	return makeJsonLexContextCstringLen(NULL, text.data, text.len, PG_UTF8, true);
#else
	return makeJsonLexContextCstringLen((char *) text.data, (int) text.len, PG_UTF8, true);
#endif
}

/* Duplicates are beyond the grammar; what is too deep the server's would not survive. */
static void
compare_with_server(Slice input, JsonStatus status)
{
	JsonParseErrorType theirs = pg_parse_json(open_lexer(input), &nullSemAction);
	bool		is_good = status == JSON_OK || status == JSON_DUPLICATE_MEMBER;

	FUZZ_REQUIRE(is_good == (theirs == JSON_SUCCESS), "both take the text, or neither");
}

static void
require_whole(const JsonNode *node)
{
	int			count = 0;

	FUZZ_REQUIRE(node->kind == JSON_KIND_NUMBER || fuzz_is_text(node->text), "texts are text");
	json_foreach(child, node)
	{
		count++;
		require_whole(child);
	}
	FUZZ_REQUIRE(count == node->count, "children are counted");
}

void
fuzz_one(Slice input)
{
	JsonDocument document;
	JsonStatus	status = json_parse(input, &document);

	FUZZ_REQUIRE((status == JSON_OK) == (document.root != NULL), "a good text has a root");
	if (status == JSON_OK)
		require_whole(document.root);
	if (status != JSON_NOT_UTF8 && status != JSON_TOO_DEEP)
		compare_with_server(input, status);
}
