/* SPDX-License-Identifier: PostgreSQL */
/*
 * typed_variable.h: session variables as values of a type.
 *
 * A type whose input function is immutable is read once a session and a name, and
 * the value found again by the next statements; of others nothing is remembered.
 */
#ifndef HERM_FUNCTIONS_TYPED_VARIABLE_H
#define HERM_FUNCTIONS_TYPED_VARIABLE_H

#include "functions/call_site.h"

/* How values of a type are read. */
typedef struct TypeReader
{
	Oid			type;
	Oid			parameter;
	FmgrInfo	input;
	bool		is_constant;	/* whether its result depends on the text alone */
	bool		by_value;
	int16_t		length;
	uint32_t	catalogs;		/* as they were when it was looked up */
} TypeReader;

/* The reader of a call's type, that of its second argument, looked up once a call site. */
extern const TypeReader *typed_variable_reader(FunctionCallInfo fcinfo, CallSite *site);

/* What of a session variable is asked for. */
typedef struct TypedVariable
{
	uint64_t	generation;		/* the session's */
	Slice		name;
	Oid			type;
} TypedVariable;

/* Its value, if it is remembered; it lives until the next call of another function of this file. */
extern bool typed_variable_recall(const TypedVariable *variable, SiteValue *value);

/*
 * Reads it from its text, in the current memory context.  The input function may be
 * any code, and end the session: neither name nor text need outlive it.
 */
extern SiteValue typed_variable_read(const TypedVariable *variable, const TypeReader *reader,
									 Slice text);

#endif							/* HERM_FUNCTIONS_TYPED_VARIABLE_H */
