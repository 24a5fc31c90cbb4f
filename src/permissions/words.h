/* SPDX-License-Identifier: PostgreSQL */
/*
 * words.h: sentences that more than one row of an explanation needs; palloc'd or
 * literals.
 */
#ifndef HERM_PERMISSIONS_WORDS_H
#define HERM_PERMISSIONS_WORDS_H

#include "permissions/access.h"

/* Names of database roles, quoted where needed. */
extern const char *words_role(Oid role);
extern const char *words_current_role(void);

/* Why no policy is applied, with ACCESS_NOT_SUBJECT. */
extern const char *words_not_subject(const Access *access);

/* What a gate does that is passed, or not judged. */
extern const char *words_gate_meaning(const AccessGate *gate);

/* What a gate's verdict means; NULL: that is said elsewhere. */
extern const char *words_gate(const AccessGate *gate, const Access *access);

#endif							/* HERM_PERMISSIONS_WORDS_H */
