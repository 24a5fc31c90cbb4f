/* SPDX-License-Identifier: PostgreSQL */
/*
 * scan.h: what must be known of JSON text before the server's parser sees it.
 *
 * That parser recurses (its stack check exists only in the server, and raises
 * there), trusts that its input is valid in the stated encoding, and converts
 * \u escapes to the database's encoding by a function that raises where it
 * cannot: in the postmaster such an error would end the server.
 */
#ifndef HERM_JSON_SCAN_H
#define HERM_JSON_SCAN_H

#include "json/json.h"

/*
 * Checks length, UTF-8 and depth, and gives a palloc'd, zero-terminated copy
 * of the text in which each \u escape above U+007F is spelled in UTF-8.
 */
extern JsonStatus json_scan(Slice text, Slice *prepared)
			__attribute__((warn_unused_result));

#endif							/* HERM_JSON_SCAN_H */
