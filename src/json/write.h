/* SPDX-License-Identifier: PostgreSQL */
/*
 * write.h: JSON text from values.
 */
#ifndef HERM_JSON_WRITE_H
#define HERM_JSON_WRITE_H

#include "lib/stringinfo.h"

#include "json/slice.h"

/* Appends a string of RFC 8259 section 7; what is above U+007F stands for itself. */
extern void json_append_string(StringInfo out, Slice text);

#endif							/* HERM_JSON_WRITE_H */
