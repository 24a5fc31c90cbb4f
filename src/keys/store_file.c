/* SPDX-License-Identifier: PostgreSQL */
/*
 * store_file.c: one line with a checksum, then the sets as a JSON array.
 */
#include "compat.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/stringinfo.h"
#include "port/pg_crc32c.h"
#include "storage/fd.h"

#include "json/json.h"
#include "json/write.h"
#include "keys/file.h"
#include "keys/store_file.h"

#define NEW_FILE STORE_FILE ".new"
#define MAGIC "herm_jwt 1 "
#define CHECKSUM_DIGITS 8
#define HEAD_SIZE (strlen(MAGIC) + CHECKSUM_DIGITS + 1)

/* Every set at its limit, and escaped in the worst way. */
#define FILE_SIZE_MAX (512 * 1024 * 1024)

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

static void
append_source(StringInfo out, const KeySource *source, Slice text)
{
	appendStringInfo(out, "{\"keys\": %d", source->key_count);
	append_member(out, "url", slice_cstring(source->url));
	append_member(out, "etag", slice_cstring(source->etag));
	append_member(out, "last_modified", slice_cstring(source->last_modified));
	append_time(out, "fetched_at", source->times.fetched_at);
	append_time(out, "expires_at", source->times.expires_at);
	append_member(out, "set", text);
	appendStringInfoChar(out, '}');
}

static void
append_sources(StringInfo out)
{
	const char *separator = "";
	KeySource	source;
	Slice		text;

	appendStringInfoChar(out, '[');
	for (int i = 0; key_store_look(i, &source); i++)
	{
		if (!key_store_read(i, &text))
			continue;
		appendStringInfoString(out, separator);
		append_source(out, &source, text);
		pfree(unconstify(char *, text.data));
		separator = ",\n";
	}
	appendStringInfoString(out, "]\n");
}

static bool
write_all(int fd, Slice text)
{
	while (text.len > 0)
	{
		ssize_t		written = write(fd, text.data, text.len);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return false;
		text = slice_skip(text, written);
	}
	return true;
}

static bool
write_file(Slice text, const char **error)
{
	int			fd = OpenTransientFilePerm(NEW_FILE, O_CREAT | O_TRUNC | O_WRONLY | PG_BINARY,
										   S_IRUSR | S_IWUSR);
	bool		written;

	if (fd < 0)
	{
		*error = strerror(errno);
		return false;
	}
	written = write_all(fd, text) && pg_fsync(fd) == 0;
	if (!written)
		*error = strerror(errno);
	if (CloseTransientFile(fd) != 0 && written)
	{
		*error = strerror(errno);
		return false;
	}
	return written;
}

bool
store_file_write(const char **error)
{
	StringInfoData text;
	uint32_t	crc;

	initStringInfo(&text);
	appendStringInfo(&text, MAGIC "%08x\n", 0);
	append_sources(&text);
	crc = checksum(slice_make(text.data + HEAD_SIZE, text.len - HEAD_SIZE));
	snprintf(text.data + strlen(MAGIC), CHECKSUM_DIGITS + 1, "%08x", crc);
	text.data[HEAD_SIZE - 1] = '\n';

	if (!write_file(slice_make(text.data, text.len), error))
		return false;
	if (durable_rename(NEW_FILE, STORE_FILE, DEBUG1) != 0)
	{
		*error = strerror(errno);
		return false;
	}
	return true;
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

static bool
read_source(const JsonNode *object, KeySource *kept, Slice *text)
{
	const JsonNode *set = json_member(object, "set");
	int64_t		key_count;

	memset(kept, 0, sizeof(*kept));
	if (set == NULL || set->kind != JSON_KIND_STRING ||
		!read_text(object, "url", kept->url, sizeof(kept->url)) ||
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

	if (text.len < HEAD_SIZE || !slice_starts_with(text, MAGIC))
		return false;
	snprintf(expected, sizeof(expected), "%08x", checksum(slice_skip(text, HEAD_SIZE)));
	return memcmp(text.data + strlen(MAGIC), expected, CHECKSUM_DIGITS) == 0;
}

static const char *
take_sources(Slice text, StoreFileTaker take)
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

static const char *
read_file(int fd, StoreFileTaker take)
{
	struct stat status;
	Slice		text;
	char	   *buffer;

	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
		return "it is not a regular file";
	if (status.st_size > FILE_SIZE_MAX)
		return "it is too large";
	buffer = palloc(status.st_size + 1);
	if (!file_read(fd, buffer, status.st_size, &text))
		return strerror(errno);
	return take_sources(text, take);
}

StoreFileState
store_file_read(StoreFileTaker take, const char **damage)
{
	int			fd = OpenTransientFile(STORE_FILE, O_RDONLY | O_NONBLOCK | PG_BINARY);

	if (fd < 0 && errno == ENOENT)
		return STORE_FILE_MISSING;
	if (fd < 0)
	{
		*damage = strerror(errno);
		return STORE_FILE_DAMAGED;
	}
	*damage = read_file(fd, take);
	CloseTransientFile(fd);
	return *damage == NULL ? STORE_FILE_READ : STORE_FILE_DAMAGED;
}
