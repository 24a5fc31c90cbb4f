/* SPDX-License-Identifier: PostgreSQL */
/*
 * raise.h: the errors that end a call.  Everything else is a row of the review.
 */
#ifndef HERM_PERMISSIONS_RAISE_H
#define HERM_PERMISSIONS_RAISE_H

/* 22023: the document as a whole cannot be read; the message names the path. */
extern void raise_bad_metadata(const char *path, const char *what) pg_attribute_noreturn();

/* 22023: another version of the metadata. */
extern void raise_other_version(void) pg_attribute_noreturn();

/* 22023: no source of that name, or one of another kind; detail is a sentence. */
extern void raise_bad_source(const char *name, const char *detail) pg_attribute_noreturn();

/* 22023: an option, by its name.  The second for those who can be told what to do. */
extern void raise_bad_option(const char *name, const char *detail) pg_attribute_noreturn();
extern void raise_bad_option_hint(const char *name, const char *detail, const char *hint)
			pg_attribute_noreturn();

/* 42P01: no metadata was given, and there is none in the database. */
extern void raise_no_metadata(void) pg_attribute_noreturn();

/* 42501: who calls may not do that. */
extern void raise_not_allowed(const char *message, const char *hint) pg_attribute_noreturn();

/* 42710: two objects of the plan would be one. */
extern void raise_same_name(const char *object) pg_attribute_noreturn();

/* XX000: a query of ours failed without an error of its own. */
extern void raise_failed_query(const char *query) pg_attribute_noreturn();

/* NOTICEs. */
extern void notice(const char *message, const char *detail);

#endif							/* HERM_PERMISSIONS_RAISE_H */
