/* SPDX-License-Identifier: PostgreSQL */
/*
 * write.h: JSON text from values.
 */
#ifndef HERM_JSON_WRITE_H
#define HERM_JSON_WRITE_H

#include "lib/stringinfo.h"

#include "json/json.h"

/* Appends a string of RFC 8259 section 7; what is above U+007F stands for itself. */
extern void json_append_string(StringInfo out, Slice text);

/* Appends a value, without white space; members and numbers as they were read. */
extern void json_append_node(StringInfo out, const JsonNode *node);

#endif							/* HERM_JSON_WRITE_H */
