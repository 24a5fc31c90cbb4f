/* SPDX-License-Identifier: PostgreSQL */
/*
 * reason.c: what was found of a permission, and what that makes of it.
 */
#include "compat.h"

#include "permissions/reason.h"

static const struct
{
	Outcome		outcome;
	const char *code;
}			reasons[] = {
#define X(reason, outcome, code) {outcome, code},
	REASONS(X)
#undef X
};

const char *
outcome_text(Outcome outcome)
{
	static const char *const texts[] = {
#define X(outcome, text) text,
		OUTCOMES(X)
#undef X
	};

	return texts[outcome];
}

bool
findings_add(Findings *findings, Reason reason, const char *format,...)
{
	StringInfoData sentence;
	int			missing;

	if (findings->sentences[reason] != NULL)
		return false;
	initStringInfo(&sentence);
	do
	{
		va_list		arguments;

		va_start(arguments, format);
		missing = appendStringInfoVA(&sentence, format, arguments);
		va_end(arguments);
		if (missing != 0)
			enlargeStringInfo(&sentence, missing);
	} while (missing != 0);
	findings->sentences[reason] = sentence.data;
	return false;
}

Outcome
findings_outcome(const Findings *findings)
{
	Outcome		worst = OUTCOME_EXACT;

	for (int reason = 0; reason < REASON_COUNT; reason++)
	{
		if (findings->sentences[reason] != NULL)
			worst = Max(worst, reasons[reason].outcome);
	}
	return worst;
}

bool
findings_refuse(const Findings *findings)
{
	return findings_outcome(findings) == OUTCOME_REFUSED;
}

static char *
joined(const Findings *findings, bool codes, const char *between)
{
	StringInfoData out;

	initStringInfo(&out);
	for (int reason = 0; reason < REASON_COUNT; reason++)
	{
		if (findings->sentences[reason] == NULL)
			continue;
		if (out.len > 0)
			appendStringInfoString(&out, between);
		appendStringInfoString(&out, codes ? reasons[reason].code : findings->sentences[reason]);
	}
	return out.len > 0 ? out.data : NULL;
}

char	   *
findings_codes(const Findings *findings)
{
	return joined(findings, true, ",");
}

char	   *
findings_details(const Findings *findings)
{
	return joined(findings, false, " ");
}
