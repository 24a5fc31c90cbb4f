/* SPDX-License-Identifier: PostgreSQL */
/*
 * summary.h: the last row of an explanation.
 */
#ifndef HERM_PERMISSIONS_SUMMARY_H
#define HERM_PERMISSIONS_SUMMARY_H

#include "permissions/access.h"

/* Whether a statement reaches rows, or else the reason why not. */
extern AccessVerdict summary_judge(const Access *access);

/* What happens to a statement, why, and what to do; palloc'd. */
extern const char *summary_text(const Access *access, AccessVerdict verdict);

#endif							/* HERM_PERMISSIONS_SUMMARY_H */
