/* SPDX-License-Identifier: PostgreSQL */
/*
 * report.h: the one place where a Rejection becomes an error of the server.
 */
#ifndef HERM_FUNCTIONS_REPORT_H
#define HERM_FUNCTIONS_REPORT_H

#include "session/session.h"

/* Raises it: MESSAGE, DETAIL, HINT and SQLSTATE as docs/errors.md lists them. */
extern void raise_rejection(const Rejection *rejection) __attribute__((noreturn));

/* The session of the current statement, NULL if there is none; raises a refusal. */
extern const Session *session_or_raise(void);

/*
 * Compiles the configuration in force in the process that starts all others, and
 * logs what is wrong with it, if anything is.
 */
extern void prepare_configuration(void);

#endif							/* HERM_FUNCTIONS_REPORT_H */
