/* SPDX-License-Identifier: PostgreSQL */
/*
 * reason.c: the one place where a text for people is made, and made harmless.
 */
#include "reason.h"

#include <stdarg.h>
#include <stdio.h>

bool
reason_set(Reason *reason, const char *format,...)
{
	va_list		args;

	va_start(args, format);
	vsnprintf(reason->text, sizeof(reason->text), format, args);
	va_end(args);
	for (char *c = reason->text; *c != '\0'; c++)
	{
		if (*c < ' ' || *c > '~')
			*c = '?';
	}
	return false;
}
