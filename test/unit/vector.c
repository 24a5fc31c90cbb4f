/* SPDX-License-Identifier: PostgreSQL */
/*
 * vector.c: published examples, from files named after their section.
 */
#include "compat.h"

#include <stdio.h>

#include "lib/stringinfo.h"

#include "sample.h"
#include "vector.h"

static Slice
read_file(const char *path)
{
	char		bytes[16384];
	FILE	   *file = fopen(path, "rb");
	size_t		len;

	if (file == NULL)
		sample_bail_out(path);
	len = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	return sample_exact(slice_make(bytes, len));
}

const JsonNode *
vector_json(Slice text)
{
	JsonDocument document;

	if (json_parse(text, &document) != JSON_OK)
		sample_bail_out("a sample is not JSON");
	return document.root;
}

Vector
vector_read(const char *name)
{
	const JsonNode *root = vector_json(read_file(psprintf("%s/%s.json", VECTORS, name)));
	Vector		vector;

	vector.jwk = json_member(root, "jwk");
	vector.token = json_member(root, "token")->text;
	vector.payload = json_member(root, "payload")->text;
	return vector;
}

static void
append_member(StringInfo out, const char *name, const char *json)
{
	appendStringInfo(out, "%s\"%s\":%s", out->len > 1 ? "," : "", name, json);
}

const JsonNode *
vector_jwk_with(const JsonNode *jwk, const char *member, const char *json)
{
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfoChar(&out, '{');
	json_foreach(old, jwk)
	{
		if (!slice_equals_cstring(old->name, member))
			append_member(&out, pnstrdup(old->name.data, old->name.len),
						  psprintf("\"%.*s\"", (int) old->text.len, old->text.data));
	}
	if (json != NULL)
		append_member(&out, member, json);
	appendStringInfoChar(&out, '}');
	return vector_json(slice_make(out.data, out.len));
}
