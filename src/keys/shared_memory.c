/* SPDX-License-Identifier: PostgreSQL */
/*
 * shared_memory.c: the server's two hooks, for all areas together.
 */
#include "compat.h"

#include "miscadmin.h"
#include "storage/ipc.h"
#include "storage/shmem.h"

#include "keys/shared_memory.h"

static const SharedArea *areas[SHARED_AREAS_MAX];
static int	area_count;

static shmem_request_hook_type next_request_hook;
static shmem_startup_hook_type next_startup_hook;

static void
request_areas(void)
{
	if (next_request_hook != NULL)
		next_request_hook();
	for (int i = 0; i < area_count; i++)
	{
		RequestAddinShmemSpace(MAXALIGN(areas[i]->size));
		if (areas[i]->lock != NULL)
			RequestNamedLWLockTranche(areas[i]->name, 1);
	}
}

static void
make_area(const SharedArea *area)
{
	bool		found;
	void	   *address = ShmemInitStruct(area->name, area->size, &found);

	if (!found)
	{
		memset(address, 0, area->size);
		area->make(address);
	}
	if (area->lock != NULL)
		*area->lock = &GetNamedLWLockTranche(area->name)->lock;
	*area->address = address;
}

static void
make_areas(void)
{
	if (next_startup_hook != NULL)
		next_startup_hook();
	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	for (int i = 0; i < area_count; i++)
		make_area(areas[i]);
	LWLockRelease(AddinShmemInitLock);
}

void
shared_memory_request(const SharedArea *area)
{
	if (area_count == 0)
	{
		next_request_hook = shmem_request_hook;
		shmem_request_hook = request_areas;
		next_startup_hook = shmem_startup_hook;
		shmem_startup_hook = make_areas;
	}
	Assert(area_count < SHARED_AREAS_MAX);
	areas[area_count++] = area;
}
