/* SPDX-License-Identifier: PostgreSQL */
/*
 * answer.h: what came back, and how it is written; herm_jwt_fetch.c describes the lines.
 */
#ifndef HERM_FETCHER_ANSWER_H
#define HERM_FETCHER_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include "head.h"
#include "reason.h"

typedef struct Answer
{
	long		status;
	Head		head;
	char	   *body;			/* room for as many bytes as may come */
	size_t		length;
} Answer;

/* Each writes to the standard output, all or as much as the reader takes; false if not all. */
extern bool answer_write(const Answer *answer);
extern bool answer_write_failure(const Reason *reason);

#endif							/* HERM_FETCHER_ANSWER_H */
