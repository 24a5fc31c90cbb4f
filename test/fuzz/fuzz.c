/* SPDX-License-Identifier: PostgreSQL */
/*
 * fuzz.c: what the harnesses share.
 */
#include "compat.h"

#include <dirent.h>
#include <stdio.h>

#include "mb/pg_wchar.h"

#include "fuzz.h"

void
fuzz_fail(const char *file, int line, const char *rule)
{
	fprintf(stderr, "%s line %d: broken rule: %s\n", file, line, rule);
	abort();
}

Slice
fuzz_take_line(Slice *rest)
{
	const char *end = rest->len > 0 ? memchr(rest->data, '\n', rest->len) : NULL;
	Slice		line = *rest;

	if (end == NULL)
		*rest = slice_make("", 0);
	else
	{
		line.len = end - rest->data;
		*rest = slice_skip(*rest, line.len + 1);
	}
	return line;
}

Slice
fuzz_token(Slice input)
{
	Slice		rest = input;
	Slice		header;
	Slice		payload;
	char	   *text;

	if (!slice_starts_with(input, "{"))
		return input;
	header = fuzz_take_line(&rest);
	payload = fuzz_take_line(&rest);
	text = psprintf("%s.%s.%s", base64url_encode(header).data, base64url_encode(payload).data,
					base64url_encode(rest).data);
	return fuzz_exact(slice_cstring(text));
}

Slice
fuzz_exact(Slice bytes)
{
	char	   *copy = palloc(bytes.len);

	memcpy(copy, bytes.data, bytes.len);
	return slice_make(copy, bytes.len);
}

bool
fuzz_is_text(Slice bytes)
{
	return (bytes.len == 0 || memchr(bytes.data, '\0', bytes.len) == NULL) &&
		pg_encoding_verifymbstr(PG_UTF8, bytes.data, (int) bytes.len) == (int) bytes.len;
}

static Slice
read_file(const char *path)
{
	char	   *bytes = palloc(65536);
	FILE	   *file = fopen(path, "rb");
	size_t		len;

	FUZZ_REQUIRE(file != NULL, "a vector can be read");
	len = fread(bytes, 1, 65536, file);
	fclose(file);
	return slice_make(bytes, len);
}

static void
read_vector(const char *name, FuzzVector *vector)
{
	JsonDocument document;

	FUZZ_REQUIRE(json_parse(read_file(psprintf("%s/%s", VECTORS, name)), &document) == JSON_OK,
				 "a vector is JSON");
	vector->jwk = json_member(document.root, "jwk");
	vector->token = json_member(document.root, "token")->text;
	FUZZ_REQUIRE(jose_key_from_jwk(vector->jwk, JOSE_PUBLIC_HALF, &vector->key) == JOSE_OK,
				 "a vector's key is good");
}

int
fuzz_vectors_read(FuzzVector *vectors)
{
	DIR		   *folder = opendir(VECTORS);
	struct dirent *entry;
	int			count = 0;

	FUZZ_REQUIRE(folder != NULL, "test/vectors is there");
	while ((entry = readdir(folder)) != NULL)
	{
		if (entry->d_name[0] == '.')
			continue;
		FUZZ_REQUIRE(count < FUZZ_VECTOR_MAX, "there is room for all vectors");
		read_vector(entry->d_name, &vectors[count++]);
	}
	closedir(folder);
	return count;
}
