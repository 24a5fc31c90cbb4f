/* SPDX-License-Identifier: PostgreSQL */
/*
 * store_file.h: the last good key sets, kept in a file across restarts.
 *
 * The file is written under another name and renamed when it is on the disk, so
 * that it is whole at any time.  It has a checksum; what does not fit it is
 * ignored, and replaced when the next set comes.
 */
#ifndef HERM_KEYS_STORE_FILE_H
#define HERM_KEYS_STORE_FILE_H

#include "keys/store.h"

/* In the data directory. */
#define STORE_FILE "herm_jwt.jwks"

/* Writes all sets that are in the store; *error is a line of words if it fails. */
extern bool store_file_write(const char **error);

typedef enum StoreFileState
{
	STORE_FILE_READ,
	STORE_FILE_MISSING,
	STORE_FILE_DAMAGED,
} StoreFileState;

/* Takes one set of the file. */
typedef void (*StoreFileTaker) (const KeySource *kept, Slice text);

/* Gives all sets of the file to take; in words what is wrong with one that is damaged. */
extern StoreFileState store_file_read(StoreFileTaker take, const char **damage);

#endif							/* HERM_KEYS_STORE_FILE_H */
