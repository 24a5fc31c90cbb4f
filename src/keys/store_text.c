/* SPDX-License-Identifier: PostgreSQL */
/*
 * store_text.c: writing and reading that text.
 */
#include "compat.h"

#include "port/pg_crc32c.h"

#include "json/json.h"
#include "json/write.h"
#include "keys/store_text.h"

#define MAGIC "herm_jwt 1 "
#define CHECKSUM_DIGITS 8
#define HEAD_SIZE (strlen(MAGIC) + CHECKSUM_DIGITS + 1)

static uint32_t
checksum(Slice text)
{
	pg_crc32c	crc;

	INIT_CRC32C(crc);
	COMP_CRC32C(crc, text.data, text.len);
	FIN_CRC32C(crc);
	return crc;
}

/* ---- writing ---- */

static void
append_member(StringInfo out, const char *name, Slice value)
{
	appendStringInfo(out, ", \"%s\": ", name);
	json_append_string(out, value);
}

static void
append_time(StringInfo out, const char *name, int64_t time)
{
	appendStringInfo(out, ", \"%s\": %lld", name, (long long) time);
}

void
store_text_begin(StringInfo out)
{
	appendStringInfo(out, MAGIC "%08x\n[", 0);
}

void
store_text_append(StringInfo out, const KeySource *source, Slice text)
{
	if (out->data[out->len - 1] != '[')
		appendStringInfoString(out, ",\n");
	appendStringInfo(out, "{\"keys\": %d", source->key_count);
	append_member(out, "url", slice_cstring(source->url));
	append_member(out, "etag", slice_cstring(source->etag));
	append_member(out, "last_modified", slice_cstring(source->last_modified));
	append_time(out, "fetched_at", source->times.fetched_at);
	append_time(out, "expires_at", source->times.expires_at);
	append_member(out, "set", text);
	appendStringInfoChar(out, '}');
}

void
store_text_end(StringInfo out)
{
	uint32_t	crc;

	appendStringInfoString(out, "]\n");
	crc = checksum(slice_make(out->data + HEAD_SIZE, out->len - HEAD_SIZE));
	snprintf(out->data + strlen(MAGIC), CHECKSUM_DIGITS + 1, "%08x", crc);
	out->data[HEAD_SIZE - 1] = '\n';
}

/* ---- reading ---- */

static bool
read_text(const JsonNode *object, const char *name, char *text, size_t size)
{
	const JsonNode *member = json_member(object, name);

	if (member == NULL || member->kind != JSON_KIND_STRING || member->text.len >= size)
		return false;
	memcpy(text, member->text.data, member->text.len);
	text[member->text.len] = '\0';
	return true;
}

static bool
read_number(const JsonNode *object, const char *name, int64_t *number)
{
	const JsonNode *member = json_member(object, name);

	if (member == NULL || member->kind != JSON_KIND_NUMBER || member->text.len > 20)
		return false;
	*number = strtoll(pnstrdup(member->text.data, member->text.len), NULL, 10);
	return true;
}

/* Without a URL it would belong to nobody. */
static bool
read_source(const JsonNode *object, KeySource *kept, Slice *text)
{
	const JsonNode *set = json_member(object, "set");
	int64_t		key_count;

	memset(kept, 0, sizeof(*kept));
	if (set == NULL || set->kind != JSON_KIND_STRING ||
		!read_text(object, "url", kept->url, sizeof(kept->url)) || kept->url[0] == '\0' ||
		!read_text(object, "etag", kept->etag, sizeof(kept->etag)) ||
		!read_text(object, "last_modified", kept->last_modified, sizeof(kept->last_modified)) ||
		!read_number(object, "fetched_at", &kept->times.fetched_at) ||
		!read_number(object, "expires_at", &kept->times.expires_at) ||
		!read_number(object, "keys", &key_count))
		return false;
	kept->key_count = (int) key_count;
	*text = set->text;
	return true;
}

/* Whether the checksum is right. */
static bool
is_whole(Slice text)
{
	char		expected[CHECKSUM_DIGITS + 1];

	if (text.len < HEAD_SIZE || !slice_starts_with(text, MAGIC) || text.data[HEAD_SIZE - 1] != '\n')
		return false;
	snprintf(expected, sizeof(expected), "%08x", checksum(slice_skip(text, HEAD_SIZE)));
	return memcmp(text.data + strlen(MAGIC), expected, CHECKSUM_DIGITS) == 0;
}

const char *
store_text_read(Slice text, StoreTextTaker take)
{
	JsonDocument document;

	if (!is_whole(text))
		return "its checksum is wrong";
	if (json_parse(slice_skip(text, HEAD_SIZE), &document) != JSON_OK ||
		document.root->kind != JSON_KIND_ARRAY)
		return "it holds no JSON array";
	json_foreach(object, document.root)
	{
		KeySource	kept;
		Slice		set;

		if (!read_source(object, &kept, &set))
			return "one of its key sets is not complete";
		take(&kept, set);
	}
	return NULL;
}
