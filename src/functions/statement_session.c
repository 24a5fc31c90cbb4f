/* SPDX-License-Identifier: PostgreSQL */
/*
 * statement_session.c: a copy of the session for each statement that runs now.
 *
 * A statement is known by the memory context that the FmgrInfos of its expressions and
 * triggers live in: the executor's own, which is one for all of its tables and partitions.
 */
#include "compat.h"

#include "lib/ilist.h"
#include "utils/memutils.h"

#include "functions/statement_session.h"

struct StatementSession
{
	dlist_node	node;
	MemoryContext context;		/* of the statement, and of all that is here */
	MemoryContextCallback on_end;
	uint64_t	generation;		/* 0: no session */
	SessionVariables variables;
};

static dlist_head running = DLIST_STATIC_INIT(running);

static void
forget(void *statement)
{
	dlist_delete(&((StatementSession *) statement)->node);
}

static Slice
copy_slice(Slice slice)
{
	return slice_make(pnstrdup(slice.data, slice.len), slice.len);
}

static void
copy_variables(const SessionVariables *from, SessionVariables *to)
{
	session_variables_make(to, from->count);
	for (int i = 0; i < from->count; i++)
	{
		JsonNode   *value = palloc(sizeof(JsonNode));

		*value = *from->items[i].value;
		value->text = copy_slice(value->text);
		session_variables_add(to, copy_slice(from->items[i].name), value);
	}
}

static StatementSession *
remember(MemoryContext context, const Session *session)
{
	MemoryContext caller = MemoryContextSwitchTo(context);
	StatementSession *statement = palloc0(sizeof(StatementSession));

	statement->context = context;
	if (session != NULL)
	{
		statement->generation = session->generation;
		copy_variables(&session->variables, &statement->variables);
	}
	MemoryContextSwitchTo(caller);
	statement->on_end.func = forget;
	statement->on_end.arg = statement;
	MemoryContextRegisterResetCallback(context, &statement->on_end);
	dlist_push_head(&running, &statement->node);
	return statement;
}

StatementSession *
statement_session(FmgrInfo *flinfo, const Session *session)
{
	dlist_iter	iter;

	dlist_foreach(iter, &running)
	{
		StatementSession *statement = dlist_container(StatementSession, node, iter.cur);

		if (statement->context == flinfo->fn_mcxt)
			return statement;
	}
	return remember(flinfo->fn_mcxt, session);
}

static bool
has_same_variables(const SessionVariables *a, const SessionVariables *b)
{
	if (a->count != b->count)
		return false;
	for (int i = 0; i < a->count; i++)
	{
		if (!slice_equals(a->items[i].name, b->items[i].name) ||
			!slice_equals(a->items[i].value->text, b->items[i].value->text))
			return false;
	}
	return true;
}

/* A token that has been verified again gives another session with the same content. */
bool
statement_session_fits(StatementSession *statement, const Session *session)
{
	uint64_t	generation = session == NULL ? 0 : session->generation;

	if (generation == statement->generation)
		return true;
	if (session == NULL || statement->generation == 0 ||
		!has_same_variables(&session->variables, &statement->variables))
		return false;
	statement->generation = generation;
	return true;
}

Slice
statement_session_role(const StatementSession *statement)
{
	const JsonNode *role = session_variables_find(&statement->variables,
												  slice_cstring(VARIABLE_ROLE));

	return role == NULL ? slice_make("", 0) : role->text;
}

const SessionVariables *
statement_session_variables(const StatementSession *statement)
{
	return &statement->variables;
}

void
raise_session_changed(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("the session has changed within a statement"),
			 errdetail("Its rows are those of one role and its variables."),
			 errhint("Call herm_jwt.authenticate() in a statement of its own.")));
}
