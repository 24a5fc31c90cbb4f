/* SPDX-License-Identifier: PostgreSQL */
/*
 * tagged.h: the objects of the database that carry a tag, as they are now.
 */
#ifndef HERM_PERMISSIONS_TAGGED_H
#define HERM_PERMISSIONS_TAGGED_H

#include "nodes/pg_list.h"

#include "permissions/tag.h"

/* An object that carries a tag, as the catalogs have it. */
typedef struct Tagged
{
	Oid			class;			/* of its catalog */
	Oid			oid;
	Oid			relation;		/* of a policy or trigger */
	Oid			schema;			/* that it is in, or is */
	char	   *object;			/* as COMMENT ON names it: "policy p on s.t" */
	char	   *comment;
	char	   *fingerprint;	/* of its definition now */
	const JsonNode *tag;
	bool		is_wanted;		/* the plan has it */
	bool		must_go;		/* dropped before anything is made: something below it changes */
} Tagged;

/*
 * Every tagged object that is ours and that the caller owns, a superuser all of the database,
 * and every tagged role; a list of Tagged by object.
 */
extern List *tagged_list(void);

/* Whether anything in the database says to be made for a source, whoever owns it. */
extern bool tagged_is_there(const char *source);

/* The tagged object of that name; NULL: none. */
extern Tagged *tagged_find(const List *tagged, const char *object);

/* A member of its tag that is a string; NULL: there is none. */
extern const char *tagged_member(const Tagged *tagged, const char *name);

/* Whether it was made for that source; roles are of none. */
extern bool tagged_is_of(const Tagged *tagged, const char *source);

/* Whether it is as it was made: by that statement, and not altered since. */
extern bool tagged_is_current(const Tagged *tagged, const char *emitted);

/*
 * The statement that completes the tags that lack "catalog".  What it sets to read definitions
 * lasts until the end of the transaction, or of the settings below.
 */
extern char *tagged_completion(void);

/* The settings that definitions are read with, from begin to end; gives what end takes. */
extern int	tagged_settings_begin(void);
extern void tagged_settings_end(int level);

#endif							/* HERM_PERMISSIONS_TAGGED_H */
