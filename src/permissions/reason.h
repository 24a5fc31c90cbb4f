/* SPDX-License-Identifier: PostgreSQL */
/*
 * reason.h: what a review says of a permission, once: codes, outcomes, details.
 *
 * The order is that of the review: worst outcome first (docs/permissions.md).
 */
#ifndef HERM_PERMISSIONS_REASON_H
#define HERM_PERMISSIONS_REASON_H

#include "lib/stringinfo.h"

/* From best to worst. */
#define OUTCOMES(X) \
	X(OUTCOME_EXACT,    "exact") \
	X(OUTCOME_STRICTER, "stricter") \
	X(OUTCOME_PARTIAL,  "partial") \
	X(OUTCOME_REFUSED,  "refused")

typedef enum Outcome
{
#define X(outcome, text) outcome,
	OUTCOMES(X)
#undef X
} Outcome;

#define REASONS(X) \
	X(REASON_BAD_PERMISSION,      OUTCOME_REFUSED,  "bad-permission") \
	X(REASON_DUPLICATE,           OUTCOME_REFUSED,  "duplicate") \
	X(REASON_UNKNOWN_KEY,         OUTCOME_REFUSED,  "unknown-key") \
	X(REASON_UNKNOWN_TABLE,       OUTCOME_REFUSED,  "unknown-table") \
	X(REASON_UNKNOWN_COLUMN,      OUTCOME_REFUSED,  "unknown-column") \
	X(REASON_UNKNOWN_OPERATOR,    OUTCOME_REFUSED,  "unknown-operator") \
	X(REASON_OPERATOR_TYPE,       OUTCOME_REFUSED,  "operator-type") \
	X(REASON_BAD_VALUE,           OUTCOME_REFUSED,  "bad-value") \
	X(REASON_RELATIONSHIP,        OUTCOME_REFUSED,  "relationship") \
	X(REASON_REMOTE_RELATIONSHIP, OUTCOME_REFUSED,  "remote-relationship") \
	X(REASON_COMPUTED_FIELD,      OUTCOME_REFUSED,  "computed-field") \
	X(REASON_ADMIN_ROLE,          OUTCOME_REFUSED,  "admin-role") \
	X(REASON_ROLE_NAME,           OUTCOME_REFUSED,  "role-name") \
	X(REASON_ROLE_MISSING,        OUTCOME_REFUSED,  "role-missing") \
	X(REASON_ROLE_UNSAFE,         OUTCOME_REFUSED,  "role-unsafe") \
	X(REASON_INHERITED_ROLE,      OUTCOME_REFUSED,  "inherited-role") \
	X(REASON_INHERITED_CONFLICT,  OUTCOME_REFUSED,  "inherited-conflict") \
	X(REASON_NOT_OWNER,           OUTCOME_REFUSED,  "not-owner") \
	X(REASON_FOREIGN_POLICY,      OUTCOME_REFUSED,  "foreign-policy") \
	X(REASON_NOT_A_TABLE,         OUTCOME_REFUSED,  "not-a-table") \
	X(REASON_VIEW_NAME,           OUTCOME_REFUSED,  "view-name") \
	X(REASON_PRESET_REACH,        OUTCOME_REFUSED,  "preset-reach") \
	X(REASON_BACKEND_ONLY,        OUTCOME_REFUSED,  "backend-only") \
	X(REASON_VALIDATE_INPUT,      OUTCOME_REFUSED,  "validate-input") \
	X(REASON_ROOT_FIELDS,         OUTCOME_REFUSED,  "root-fields") \
	X(REASON_LIMIT,               OUTCOME_PARTIAL,  "limit") \
	X(REASON_TRIGGER_ORDER,       OUTCOME_PARTIAL,  "trigger-order") \
	X(REASON_INHERITED_REFUSED,   OUTCOME_STRICTER, "inherited-refused") \
	X(REASON_NULL_CHECK,          OUTCOME_STRICTER, "null-check") \
	X(REASON_SELECT_FILTER,       OUTCOME_STRICTER, "select-filter") \
	X(REASON_RETURNING,           OUTCOME_STRICTER, "returning") \
	X(REASON_UPSERT,              OUTCOME_STRICTER, "upsert") \
	X(REASON_JOIN_KEY,            OUTCOME_STRICTER, "join-key") \
	X(REASON_NO_ROLE_VIEW,        OUTCOME_STRICTER, "no-role-view") \
	X(REASON_PRESET_ONLY,         OUTCOME_STRICTER, "preset-only") \
	X(REASON_EVENT_TRIGGER,       OUTCOME_STRICTER, "event-trigger") \
	X(REASON_ROLE_VIEW,           OUTCOME_EXACT,    "role-view")

typedef enum Reason
{
#define X(reason, outcome, code) reason,
	REASONS(X)
#undef X
	REASON_COUNT
} Reason;

/* What was found of one permission: a sentence a reason, the first one that is said. */
typedef struct Findings
{
	const char *sentences[REASON_COUNT];	/* NULL: the reason does not apply */
} Findings;

/* Notes a reason with its sentence; always returns false. */
extern bool findings_add(Findings *findings, Reason reason, const char *format,...)
			__attribute__((format(printf, 3, 4)));

/* The worst outcome of what was found; "refused" is also "nothing is emitted". */
extern Outcome findings_outcome(const Findings *findings);
extern bool findings_refuse(const Findings *findings);

extern const char *outcome_text(Outcome outcome);

/* The codes, comma-separated, and the sentences; NULL for none; palloc'd. */
extern char *findings_codes(const Findings *findings);
extern char *findings_details(const Findings *findings);

#endif							/* HERM_PERMISSIONS_REASON_H */
