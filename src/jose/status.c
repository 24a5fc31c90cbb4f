/* SPDX-License-Identifier: PostgreSQL */
/*
 * status.c: the texts of the statuses.
 */
#include "compat.h"

#include "jose/status.h"

const char *
jose_status_text(JoseStatus status)
{
	static const char *const texts[] = {
#define X(status, text) text,
		JOSE_STATUSES(X)
#undef X
	};

	return texts[status];
}
