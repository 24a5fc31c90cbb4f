/* SPDX-License-Identifier: PostgreSQL */
/*
 * compat.h: the only place that knows versions of PostgreSQL and OpenSSL.
 *
 * Every C file includes it first: it opens PostgreSQL's headers, for the
 * server or (with -DFRONTEND) for programs without one.
 */
#ifndef HERM_COMPAT_H
#define HERM_COMPAT_H

#ifdef FRONTEND
/* Without a server nobody interrupts. */
#define CHECK_FOR_INTERRUPTS() ((void) 0)

/* libpgcommon's functions for encodings, not libpq's; known since PostgreSQL 16 */
#define USE_PRIVATE_ENCODING_FUNCS
#include "postgres_fe.h"
#else
#include "postgres.h"
#include "miscadmin.h"
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif
#endif

#include <openssl/opensslv.h>

#if PG_VERSION_NUM < 150001
#error "herm_jwt needs PostgreSQL 15.1 or later"
#endif
#if OPENSSL_VERSION_NUMBER < 0x30000000L
#error "herm_jwt needs OpenSSL 3.0 or later"
#endif

/*
 * The library is built with hidden symbols; what PostgreSQL looks up by name
 * is declared visible.  PostgreSQL 15 leaves PGDLLEXPORT empty.
 */
#undef PGDLLEXPORT
#define PGDLLEXPORT __attribute__((visibility("default")))

/* The number of elements of an array, as the int that counts them. */
#define COUNT_OF(array) ((int) lengthof(array))

/* A parameter that a signature shared with others demands and this one ignores. */
#define UNUSED __attribute__((unused))

/* Declares and registers a function that SQL calls by name. */
#define HERM_SQL_FUNCTION(name) \
	extern PGDLLEXPORT Datum name(PG_FUNCTION_ARGS); \
	PG_FUNCTION_INFO_V1(name)

/* A set of events to wait for belongs to a resource owner, or to none, since 17. */
#if PG_VERSION_NUM >= 170000
#define WAIT_EVENT_SET(count) CreateWaitEventSet(NULL, (count))
#else
#define WAIT_EVENT_SET(count) CreateWaitEventSet(CurrentMemoryContext, (count))
#endif

/* What a check hook hands to its assign hook, in the memory that settings live in. */
#if PG_VERSION_NUM >= 160000
#define GUC_EXTRA_ALLOCATE(size) guc_malloc(LOG, (size))
#else
#define GUC_EXTRA_ALLOCATE(size) malloc(size)
#endif

/* A membership without inheritance; before 16 the member itself has none, or all of them. */
#if PG_VERSION_NUM >= 160000
#define MEMBERSHIP_OPTIONS " WITH INHERIT FALSE, SET TRUE"
#define MEMBERSHIP_HAS_OPTIONS true
#define MEMBERSHIP_IS_OURS(grant) ((grant)->set_option && !(grant)->inherit_option)
#else
#define MEMBERSHIP_OPTIONS ""
#define MEMBERSHIP_HAS_OPTIONS false
#define MEMBERSHIP_IS_OURS(grant) OidIsValid((grant)->roleid)
#endif

/* Whether a role may drop another, for which CREATEROLE is not enough since 16. */
#if PG_VERSION_NUM >= 160000
#define MAY_DROP_ROLE(caller, role) \
	(has_createrole_privilege(caller) && is_admin_of_role((caller), (role)))
#else
#define MAY_DROP_ROLE(caller, role) (OidIsValid(role) && has_createrole_privilege(caller))
#endif

/* Whether a role owns a relation; one function for all kinds of objects since 16. */
#if PG_VERSION_NUM >= 160000
#define OWNS_RELATION(oid, role) object_ownercheck(RelationRelationId, (oid), (role))
#else
#define OWNS_RELATION(oid, role) pg_class_ownercheck((oid), (role))
#endif

/* Privileges on a schema, which are asked for as on any object since 16. */
#if PG_VERSION_NUM >= 160000
#define SCHEMA_ACLCHECK(schema, role, mode) \
	object_aclcheck(NamespaceRelationId, (schema), (role), (mode))
#else
#define SCHEMA_ACLCHECK(schema, role, mode) pg_namespace_aclcheck((schema), (role), (mode))
#endif

/* Whether SET ROLE is allowed, which a membership can be without since 16. */
#if PG_VERSION_NUM >= 160000
#define CAN_SET_ROLE(member, role) member_can_set_role((member), (role))
#else
#define CAN_SET_ROLE(member, role) is_member_of_role((member), (role))
#endif

#endif							/* HERM_COMPAT_H */
