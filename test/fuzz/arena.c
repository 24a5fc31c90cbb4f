/* SPDX-License-Identifier: PostgreSQL */
/*
 * arena.c: the allocator of programs without a server, instead of libpgcommon's
 * (fe_memutils.c): it remembers what it gave, so that all of it can be freed.
 * Each block is malloc's own, so that the address sanitizer knows its ends.
 */
#include "compat.h"

#include <sanitizer/asan_interface.h>

#include "common/fe_memutils.h"

#include "fuzz.h"

/* What stands before each block, poisoned while the block is in use. */
typedef struct Link
{
	struct Link *next;
	struct Link *previous;
	size_t		size;
	size_t		unused;			/* keeps the block aligned */
} Link;

static Link blocks =
{
	&blocks, &blocks, 0, 0
};

static void
hide(Link *link)
{
	ASAN_POISON_MEMORY_REGION(link, sizeof(Link));
}

static void
show(Link *link)
{
	ASAN_UNPOISON_MEMORY_REGION(link, sizeof(Link));
}

static void
join(Link *left, Link *right)
{
	show(left);
	show(right);
	left->next = right;
	right->previous = left;
	hide(left);
	hide(right);
}

static Link *
neighbour(Link *link, bool after)
{
	Link	   *found;

	show(link);
	found = after ? link->next : link->previous;
	hide(link);
	return found;
}

static void *
give(size_t size, bool zeroed)
{
	Link	   *link = malloc(sizeof(Link) + size);

	if (link == NULL || size > MaxAllocSize)
		fuzz_fail(__FILE__, __LINE__, "palloc() of what no server would give");
	link->size = size;
	join(link, neighbour(&blocks, true));
	join(&blocks, link);
	if (zeroed)
		memset(link + 1, 0, size);
	return link + 1;
}

void	   *
palloc(Size size)
{
	return give(size, false);
}

void	   *
palloc0(Size size)
{
	return give(size, true);
}

void
pfree(void *pointer)
{
	Link	   *link = (Link *) pointer - 1;

	join(neighbour(link, false), neighbour(link, true));
	show(link);
	free(link);
}

void	   *
repalloc(void *pointer, Size size)
{
	Link	   *link = (Link *) pointer - 1;
	void	   *larger = palloc(size);

	show(link);
	memcpy(larger, pointer, Min(link->size, size));
	hide(link);
	pfree(pointer);
	return larger;
}

char	   *
pnstrdup(const char *text, Size size)
{
	size_t		len = strnlen(text, size);
	char	   *copy = palloc(len + 1);

	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

char	   *
pstrdup(const char *text)
{
	return pnstrdup(text, strlen(text));
}

void
arena_free(void)
{
	for (Link *link = neighbour(&blocks, true); link != &blocks; link = neighbour(&blocks, true))
		pfree(link + 1);
}

/* The blocks stay linked, where the leak sanitizer finds them if it looks at poisoned bytes. */
void
arena_keep(void)
{
	static Link kept =
	{
		&kept, &kept, 0, 0
	};
	Link	   *first = neighbour(&blocks, true);
	Link	   *last = neighbour(&blocks, false);

	if (first == &blocks)
		return;
	join(last, neighbour(&kept, true));
	join(&kept, first);
	join(&blocks, &blocks);
}
