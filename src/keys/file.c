/* SPDX-License-Identifier: PostgreSQL */
/*
 * file.c: read(2) until there is nothing more.
 */
#include "compat.h"

#include <unistd.h>

#include "keys/file.h"

bool
file_read(int fd, char *buffer, size_t wanted, Slice *bytes)
{
	size_t		len = 0;

	while (len < wanted)
	{
		ssize_t		got = read(fd, buffer + len, wanted - len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return false;
		if (got == 0)
			break;
		len += got;
	}
	*bytes = slice_make(buffer, len);
	return true;
}
