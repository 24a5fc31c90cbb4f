/* SPDX-License-Identifier: PostgreSQL */
/*
 * hang_resolver.c: a resolver that never answers; libcurl finds it before the real one.
 */
#include <netdb.h>
#include <unistd.h>

int
getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
			struct addrinfo **result)
{
	(void) node;
	(void) service;
	(void) hints;
	(void) result;
	for (;;)
		pause();
}
