// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* A device's memory, of each kind that UIO knows. */
#define pr_fmt(fmt) "uio_dummy: " fmt

#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <asm/set_memory.h>

#include "dummy.h"

/* The largest block that the page allocator gives in one piece. */
#define BLOCK_ORDER	KMALLOC_MAX_ORDER
#define BLOCK_PAGES	(1ul << BLOCK_ORDER)

static bool adjacent(const struct page *a, const struct page *b)
{
	return page_to_pfn(a) + BLOCK_PAGES == page_to_pfn(b);
}

/* Insert a block where it belongs; returns where. */
static size_t insert_block(struct page **blocks, size_t n, struct page *block)
{
	size_t i = n;

	for (; i > 0 && page_to_pfn(blocks[i - 1]) > page_to_pfn(block); i--)
		blocks[i] = blocks[i - 1];
	blocks[i] = block;
	return i;
}

/*
 * Pages side by side, more of them than the allocator has in one piece: take
 * blocks until `want` of them are adjacent, and give the others back. Returns
 * the first one's address; each block is split into pages.
 */
static void *alloc_blocks(size_t want)
{
	const size_t most = min_t(size_t, 32 * want, totalram_pages() / BLOCK_PAGES / 2);
	struct page **blocks = kvmalloc_array(most, sizeof(*blocks), GFP_KERNEL), *block;
	size_t n = 0, first = 0, last, i;
	void *found = NULL;

	if (!blocks)
		return NULL;
	while (n < most && !found) {
		block = alloc_pages(GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY, BLOCK_ORDER);
		if (!block)
			break;
		first = last = insert_block(blocks, n++, block);
		while (first > 0 && adjacent(blocks[first - 1], blocks[first]))
			first--;
		while (last + 1 < n && adjacent(blocks[last], blocks[last + 1]))
			last++;
		if (last - first + 1 >= want)
			found = page_address(blocks[first]);
	}
	for (i = 0; i < n; i++) {
		if (found && i >= first && i < first + want)
			split_page(blocks[i], BLOCK_ORDER);
		else
			__free_pages(blocks[i], BLOCK_ORDER);
	}
	kvfree(blocks);
	return found;
}

static void *alloc_adjacent(size_t pages)
{
	const size_t blocks = DIV_ROUND_UP(pages, BLOCK_PAGES);
	void *base;

	if (blocks == 1)
		return alloc_pages_exact(pages * PAGE_SIZE, GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN);
	base = alloc_blocks(blocks);
	if (base) {
		free_pages_exact(base + pages * PAGE_SIZE, (blocks * BLOCK_PAGES - pages) * PAGE_SIZE);
		memset(base, 0, pages * PAGE_SIZE);
	}
	return base;
}

/*
 * x86 maps RAM into a process as the kernel has it mapped, whatever a driver
 * asks for. So what drivers will map uncached is made so here. (Write-combining
 * has to be reserved by who maps it, which changes the kernel's mapping too.)
 */
static void *alloc_physical(size_t pages, bool uncached)
{
	void *base = alloc_adjacent(pages);

	if (base && uncached && set_memory_uc((unsigned long)base, pages)) {
		set_memory_wb((unsigned long)base, pages);
		free_pages_exact(base, pages * PAGE_SIZE);
		return NULL;
	}
	return base;
}

/*
 * From kmalloc, but as much as it takes from the page allocator: smaller
 * objects share their pages with others, and newer kernels keep something else
 * where such a page would be counted as mapped.
 */
static void *alloc_logical(size_t pages)
{
	return kzalloc(max(pages * PAGE_SIZE, KMALLOC_MAX_CACHE_SIZE + 1), GFP_KERNEL | __GFP_NOWARN);
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
		mem->base = alloc_physical(mem->pages, map->kind == DUMMY_PHYSICAL);
		break;
	case DUMMY_LOGICAL:
		mem->base = alloc_logical(mem->pages);
		break;
	case DUMMY_VIRTUAL:
		mem->base = vmalloc_user(mem->pages * PAGE_SIZE);
		break;
	case DUMMY_COHERENT:
		mem->base = dma_alloc_coherent(&d->pdev->dev, mem->pages * PAGE_SIZE, &mem->bus, GFP_KERNEL);
		break;
	case DUMMY_PORT:
		break;	/* no memory */
	}
	if (!mem->base) {
		pr_err("%s: map %u, %s: %zu KiB are not to be had (in one piece); take less, or free some memory\n",
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
		/* Write-combining too: its reservation does not change the kernel's mapping back. */
		set_memory_wb((unsigned long)mem->base, mem->pages);
		free_pages_exact(mem->base, mem->pages * PAGE_SIZE);
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

void dummy_mem_remove(struct dummy *d)
{
	unsigned int i;

	/* Coherent memory can go at once: what a process has mapped of it, it holds by reference (iommu.c). */
	for (i = 0; i < d->nmem; i++) {
		const struct dummy_mem *mem = &d->mem[i];

		if (mem->kind == DUMMY_COHERENT)
			dma_free_coherent(&d->pdev->dev, mem->pages * PAGE_SIZE, mem->base, mem->bus);
	}
	dummy_quarantine(d);
	d->nmem = 0;
	d->regs = NULL;
}
