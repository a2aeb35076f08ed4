// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* A device's memory, of each type that UIO supports. */
#define pr_fmt(fmt) "uio_dummy: " fmt

#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "dummy.h"

/*
 * Use kmalloc, but with a size that it takes from the page allocator. Smaller
 * objects share pages with others, and newer kernels use the map count of such
 * pages for something else.
 */
static void *alloc_logical(size_t pages)
{
	return kzalloc(max(pages * PAGE_SIZE, KMALLOC_MAX_CACHE_SIZE + 1),
		       GFP_KERNEL | __GFP_NOWARN);
}

struct dummy_mem *dummy_mem_add(struct dummy *d, const struct dummy_map *map)
{
	struct dummy_mem *mem = &d->mem[d->nmem];

	*mem = (struct dummy_mem){
		.kind = map->kind,
		.size = map->size,
		.pages = PFN_UP(map->offset + map->size),
	};
	strscpy(mem->name, map->name, sizeof(mem->name));
	switch (map->kind) {
	case DUMMY_PHYSICAL:
	case DUMMY_PREFETCHABLE:
		mem->base = dummy_pages_alloc(mem->pages, map->kind == DUMMY_PHYSICAL);
		break;
	case DUMMY_LOGICAL:
		mem->base = alloc_logical(mem->pages);
		break;
	case DUMMY_VIRTUAL:
		mem->base = vmalloc_user(mem->pages * PAGE_SIZE);
		break;
	case DUMMY_COHERENT:
		mem->base = dma_alloc_coherent(&d->pdev->dev, mem->pages * PAGE_SIZE, &mem->bus,
					       GFP_KERNEL);
		break;
	case DUMMY_PORT:
		break; /* no memory */
	}
	if (!mem->base) {
		pr_err("%s: map %u, %s: can't allocate %zu KiB; configure less, or free some memory\n",
		       dummy_name(d), d->nmem, mem->name, mem->pages * PAGE_SIZE / 1024);
		return NULL;
	}
	mem->start = mem->base + map->offset;
	d->nmem++;
	return mem;
}

void dummy_mem_free(const struct dummy_mem *mem)
{
	switch (mem->kind) {
	case DUMMY_PHYSICAL:
	case DUMMY_PREFETCHABLE:
		dummy_pages_free(mem->base, mem->pages, mem->kind == DUMMY_PHYSICAL);
		break;
	case DUMMY_LOGICAL:
		kfree(mem->base);
		break;
	case DUMMY_VIRTUAL:
		vfree(mem->base);
		break;
	case DUMMY_COHERENT:
	case DUMMY_PORT:
		break;
	}
}
