/* SPDX-License-Identifier: PostgreSQL */
/*
 * file.h: reading a file whose size is known, in one go.
 */
#ifndef HERM_KEYS_FILE_H
#define HERM_KEYS_FILE_H

#include "json/slice.h"

/*
 * Reads up to wanted bytes into the buffer; *bytes are fewer if the file has
 * become shorter.  False with errno set if reading fails.
 */
extern bool file_read(int fd, char *buffer, size_t wanted, Slice *bytes);

#endif							/* HERM_KEYS_FILE_H */
