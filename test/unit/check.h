/* SPDX-License-Identifier: PostgreSQL */
/*
 * check.h: a test program prints one TAP line a check and its plan at the end.
 *
 *		CHECK(slice_equals(a, b), "copies are equal");
 *		return check_done();
 */
#ifndef HERM_TEST_CHECK_H
#define HERM_TEST_CHECK_H

#include <stdarg.h>
#include <stdio.h>

#include <openssl/err.h>

#include "jose/status.h"
#include "json/json.h"

static int	check_count;
static int	check_failures;

/* The rest of the arguments is the name, as for printf. */
#define CHECK(condition, ...) \
	check_note((condition), __FILE__, __LINE__, #condition, __VA_ARGS__)

/* A verdict of jose; on failure it says which one came instead. */
#define CHECK_JOSE(actual, wanted, ...) \
	check_verdict((actual), (wanted), jose_text, __FILE__, __LINE__, __VA_ARGS__)

/* The same for json. */
#define CHECK_JSON(actual, wanted, ...) \
	check_verdict((actual), (wanted), json_text, __FILE__, __LINE__, __VA_ARGS__)

static inline const char *
jose_text(int status)
{
	return jose_status_text((JoseStatus) status);
}

static inline const char *
json_text(int status)
{
	return json_status_text((JsonStatus) status);
}

static inline void
check_print(bool passed, const char *name, va_list arguments)
{
	check_count++;
	check_failures += !passed;
	printf("%s %d - ", passed ? "ok" : "not ok", check_count);
	vprintf(name, arguments);
	printf("\n");
	fflush(stdout);				/* seen even if the next check crashes */
}

__attribute__((format(printf, 5, 6)))
static inline bool
check_note(bool passed, const char *file, int line, const char *condition, const char *name,...)
{
	va_list		arguments;

	va_start(arguments, name);
	check_print(passed, name, arguments);
	va_end(arguments);
	if (!passed)
		printf("# %s line %d: %s\n", file, line, condition);
	return passed;
}

__attribute__((format(printf, 6, 7)))
static inline bool
check_verdict(int actual, int wanted, const char *(*text) (int), const char *file, int line,
			  const char *name,...)
{
	va_list		arguments;

	va_start(arguments, name);
	check_print(actual == wanted, name, arguments);
	va_end(arguments);
	if (actual != wanted)
		printf("# %s line %d: got \"%s\", wanted \"%s\"\n", file, line, text(actual), text(wanted));
	return actual == wanted;
}

/* The server's TLS code reads the same queue: whatever runs leaves it empty. */
static inline void
check_no_openssl_error(const char *name)
{
	CHECK(ERR_peek_error() == 0, "no OpenSSL error is left behind: %s", name);
	ERR_clear_error();
}

/* Prints the plan; its result is the program's exit status. */
static inline int
check_done(void)
{
	printf("1..%d\n", check_count);
	return check_failures == 0 ? 0 : 1;
}

#endif							/* HERM_TEST_CHECK_H */
