/* SPDX-License-Identifier: PostgreSQL */
/*
 * uri.h: StringOrURI (RFC 7519 section 2) as Hasura reads it (HASURA-JWT 1.2).
 */
#ifndef HERM_HASURA_URI_H
#define HERM_HASURA_URI_H

#include "json/slice.h"

/*
 * Whether the text is a StringOrURI: any text without a colon, or an absolute
 * URI (RFC 3986 section 3; a fragment is allowed).  Two of them are equal when
 * their bytes are: nothing is normalised.
 */
extern bool string_or_uri_is_valid(Slice text);

/* Whether the text is an absolute URI (RFC 3986 section 4.3, a fragment allowed). */
extern bool uri_is_absolute(Slice text);

/* An absolute URI without user name and password, palloc'd: fit to be shown. */
extern Slice uri_without_user(Slice uri);

/* The same with a password, if there is one, as three dots; any other text as it is. */
extern Slice uri_with_masked_password(Slice text);

#endif							/* HERM_HASURA_URI_H */
