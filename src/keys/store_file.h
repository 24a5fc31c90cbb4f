/* SPDX-License-Identifier: PostgreSQL */
/*
 * store_file.h: the last good key sets, kept in a file across restarts.
 *
 * The file is written under another name and renamed when it is on the disk, so
 * that it is whole at any time.  What is damaged is ignored, and replaced when the
 * next set comes (store_text.h).
 */
#ifndef HERM_KEYS_STORE_FILE_H
#define HERM_KEYS_STORE_FILE_H

#include "keys/store_text.h"

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

/* Gives all sets of the file to take; in words what is wrong with one that is damaged. */
extern StoreFileState store_file_read(StoreTextTaker take, const char **damage);

#endif							/* HERM_KEYS_STORE_FILE_H */
