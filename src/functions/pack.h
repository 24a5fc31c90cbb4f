/* SPDX-License-Identifier: PostgreSQL */
/*
 * pack.h: from what the rooms below know to values of SQL, and back.
 */
#ifndef HERM_FUNCTIONS_PACK_H
#define HERM_FUNCTIONS_PACK_H

#include "fmgr.h"
#include "utils/jsonb.h"

#include "session/session.h"

/* Each is palloc'd in the current memory context. */
extern Datum pack_text(Slice text);
extern Datum pack_json(const JsonNode *node);	/* jsonb */
extern Datum pack_variables(const SessionVariables *variables); /* jsonb */
extern Datum pack_text_array(const JsonNode *strings);

/* A jsonb argument, of at most 1 MB; and a jsonb value as JSON text. */
extern Jsonb *unpack_jsonb(FunctionCallInfo fcinfo, int argument);
extern Slice unpack_json(Jsonb *value);

/*
 * A token's text.  One that is larger than herm_jwt.max_token_size is refused
 * by its stored size, before it is decompressed or copied.
 */
extern Slice unpack_token(Datum value);

/* The same, but of a token that is too large its start, which is too large as well. */
extern Slice unpack_token_start(Datum value);

/* A text argument of at most 1 MB, or an empty slice for NULL. */
extern Slice unpack_text(FunctionCallInfo fcinfo, int argument);

#endif							/* HERM_FUNCTIONS_PACK_H */
