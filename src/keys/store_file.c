/* SPDX-License-Identifier: PostgreSQL */
/*
 * store_file.c: from the store to the disk, and back at the next start.
 */
#include "compat.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/stringinfo.h"
#include "storage/fd.h"

#include "keys/file.h"
#include "keys/store_file.h"

#define NEW_FILE STORE_FILE ".new"

/* Every set at its limit, and escaped in the worst way. */
#define FILE_SIZE_MAX (512 * 1024 * 1024)

/* ---- writing ---- */

/* False if a set that is in use cannot be read: then the old file is the better one. */
static bool
append_sources(StringInfo out)
{
	KeySource	source;
	Slice		text;

	for (int i = 0; key_store_look(i, &source); i++)
	{
		if (source.size == 0)
			continue;
		if (!key_store_read(i, &text))
			return false;
		store_text_append(out, &source, text);
		pfree(unconstify(char *, text.data));
	}
	return true;
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
	int			fd;
	bool		written;

	/* what was left over may be a link, or have another mode */
	(void) unlink(NEW_FILE);
	fd = OpenTransientFilePerm(NEW_FILE, O_CREAT | O_EXCL | O_WRONLY | PG_BINARY,
							   S_IRUSR | S_IWUSR);
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

	initStringInfo(&text);
	store_text_begin(&text);
	if (!append_sources(&text))
	{
		*error = "a key set in use cannot be read";
		return false;
	}
	store_text_end(&text);
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

static const char *
read_file(int fd, StoreTextTaker take)
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
	return store_text_read(text, take);
}

StoreFileState
store_file_read(StoreTextTaker take, const char **damage)
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
