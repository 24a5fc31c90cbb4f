/* SPDX-License-Identifier: PostgreSQL */
/*
 * provider.h: configurations for the usual issuers of tokens.
 */
#ifndef HERM_HASURA_PROVIDER_H
#define HERM_HASURA_PROVIDER_H

#include "lib/stringinfo.h"

#include "hasura/rejection.h"

/* In bytes: a host may have 253 (RFC 1035 section 2.3.4). */
#define PROVIDER_DOMAIN_MAX 255

/*
 * Appends a provider's configuration, as one JSON object that Hasura and
 * hasura_configs_parse() both take.  What the domain is differs from provider to
 * provider (docs/providers.md): none is a URL.  A provider that is not known, and a
 * domain that is not exactly what the provider calls for, are REJECT_BAD_CONFIG; then
 * nothing is appended.
 */
extern bool hasura_provider_config(Slice provider, Slice domain, StringInfo out,
								   Rejection *rejection) HASURA_VERDICT;

/* The name of a known provider, and a domain that fits it; false if there are not so many. */
extern bool hasura_provider_example(int number, Slice *provider, Slice *domain);

#endif							/* HERM_HASURA_PROVIDER_H */
