/* SPDX-License-Identifier: PostgreSQL */
/*
 * answer.c: writes an answer that is complete.  The length goes before the body, so
 * that a reader notices if this program is killed meanwhile.
 */
#include "answer.h"

#include <stdio.h>

static void
write_field(HeadName name, const HeadField *field)
{
	if (head_field_shown(name) && field->state == HEAD_GIVEN && field->length > 0)
		printf("%s %s\n", head_field_text(name), field->value);
}

bool
answer_write(const Answer *answer)
{
	printf("status %ld\n", answer->status);
	for (HeadName name = 0; name < HEAD_FIELD_COUNT; name++)
		write_field(name, &answer->head.fields[name]);
	printf("length %zu\n\n", answer->length);
	fwrite(answer->body, 1, answer->length, stdout);
	return fflush(stdout) == 0 && !ferror(stdout);
}

bool
answer_write_failure(const Reason *reason)
{
	printf("error %s\n", reason->text);
	return fflush(stdout) == 0 && !ferror(stdout);
}
