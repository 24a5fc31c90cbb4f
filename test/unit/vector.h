/* SPDX-License-Identifier: PostgreSQL */
/*
 * vector.h: published examples, from files named after their section.
 */
#ifndef HERM_TEST_VECTOR_H
#define HERM_TEST_VECTOR_H

#include "json/json.h"

typedef struct Vector
{
	const JsonNode *jwk;		/* public or private, as published */
	Slice		token;
	Slice		payload;		/* decoded */
} Vector;

/* The example in test/vectors/<name>.json. */
extern Vector vector_read(const char *name);

/* An object of strings, with one member set to a JSON text, or left out (NULL). */
extern const JsonNode *vector_jwk_with(const JsonNode *jwk, const char *member, const char *json);

/* Parses a text that must be good. */
extern const JsonNode *vector_json(Slice text);

#endif							/* HERM_TEST_VECTOR_H */
