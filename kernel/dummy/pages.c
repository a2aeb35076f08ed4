// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Physical memory for devices: contiguous pages, also more than the page
 * allocator can allocate at once, and uncached pages.
 *
 * x86 maps RAM into a process with the kernel's own memory type, whatever a
 * driver requests. So memory that drivers will map uncached must be made
 * uncached here. The kernel maps its memory in pages of 2 MiB. Making less than
 * that uncached splits such a page permanently and costs a page table, which is
 * allocated nearby. After a few hundred devices no large block of memory would
 * be left. So the type is changed for 2 MiB at a time, and small pieces are cut
 * from these chunks, which are kept until the module is unloaded. Small pieces
 * that drivers may reserve as write-combining have separate chunks, for the
 * same reason.
 */
#include <linux/bitmap.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <asm/set_memory.h>

#include "dummy.h"

/* The largest block that the page allocator can allocate. */
#define BLOCK_ORDER KMALLOC_MAX_ORDER
#define BLOCK_PAGES (1ul << BLOCK_ORDER)

#define CHUNK_PAGES (PMD_SIZE / PAGE_SIZE)
/* Larger pieces are not cut from a chunk. */
#define MAX_CUT	    (CHUNK_PAGES / 8)

struct chunk {
	struct list_head list;
	void *base;
	bool uncached;
	DECLARE_BITMAP(used, CHUNK_PAGES);
};

static LIST_HEAD(chunks);
static DEFINE_MUTEX(chunks_lock);

static bool adjacent(const struct page *a, const struct page *b)
{
	return page_to_pfn(a) + BLOCK_PAGES == page_to_pfn(b);
}

/* Insert a block into the sorted array. Returns its index. */
static size_t insert_block(struct page **blocks, size_t n, struct page *block)
{
	size_t i = n;

	for (; i > 0 && page_to_pfn(blocks[i - 1]) > page_to_pfn(block); i--)
		blocks[i] = blocks[i - 1];
	blocks[i] = block;
	return i;
}

/*
 * Allocate blocks until `want` of them are adjacent, and free the others.
 * Returns the first one's address; the blocks are split into pages.
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

/* The result is aligned to its size or to the largest block, and not zeroed. */
static void *alloc_adjacent(size_t pages)
{
	const size_t blocks = DIV_ROUND_UP(pages, BLOCK_PAGES);
	void *base;

	if (blocks == 1)
		return alloc_pages_exact(pages * PAGE_SIZE, GFP_KERNEL | __GFP_NOWARN);
	base = alloc_blocks(blocks);
	if (base)
		free_pages_exact(base + pages * PAGE_SIZE,
				 (blocks * BLOCK_PAGES - pages) * PAGE_SIZE);
	return base;
}

/*
 * Restore write-back also after write-combining: a driver that has reserved it
 * doesn't undo it in the kernel's own mapping.
 */
static void free_adjacent(void *base, size_t pages)
{
	set_memory_wb((unsigned long)base, pages);
	free_pages_exact(base, pages * PAGE_SIZE);
}

static void *alloc_large(size_t pages, bool uncached)
{
	void *base = alloc_adjacent(ALIGN(pages, CHUNK_PAGES));

	if (base && uncached && set_memory_uc((unsigned long)base, ALIGN(pages, CHUNK_PAGES))) {
		free_adjacent(base, ALIGN(pages, CHUNK_PAGES));
		return NULL;
	}
	return base;
}

static struct chunk *new_chunk(bool uncached)
{
	struct chunk *chunk = kzalloc(sizeof(*chunk), GFP_KERNEL);

	if (!chunk)
		return NULL;
	chunk->uncached = uncached;
	chunk->base = alloc_large(CHUNK_PAGES, uncached);
	if (!chunk->base) {
		kfree(chunk);
		return NULL;
	}
	list_add_tail(&chunk->list, &chunks);
	return chunk;
}

static void *cut_from(struct chunk *chunk, size_t pages)
{
	const size_t at = bitmap_find_next_zero_area(chunk->used, CHUNK_PAGES, 0, pages, 0);

	if (at >= CHUNK_PAGES)
		return NULL;
	bitmap_set(chunk->used, at, pages);
	return chunk->base + at * PAGE_SIZE;
}

static void *cut(size_t pages, bool uncached)
{
	struct chunk *chunk;
	void *base = NULL;

	mutex_lock(&chunks_lock);
	list_for_each_entry(chunk, &chunks, list) {
		if (chunk->uncached == uncached)
			base = cut_from(chunk, pages);
		if (base)
			break;
	}
	if (!base) {
		chunk = new_chunk(uncached);
		if (chunk)
			base = cut_from(chunk, pages);
	}
	mutex_unlock(&chunks_lock);
	return base;
}

static void put_back(void *base, size_t pages, bool uncached)
{
	struct chunk *chunk;

	if (!uncached)
		set_memory_wb((unsigned long)base, pages);
	mutex_lock(&chunks_lock);
	list_for_each_entry(chunk, &chunks, list) {
		if (base >= chunk->base && base < chunk->base + PMD_SIZE) {
			bitmap_clear(chunk->used, (base - chunk->base) / PAGE_SIZE, pages);
			break;
		}
	}
	mutex_unlock(&chunks_lock);
}

void *dummy_pages_alloc(size_t pages, bool uncached)
{
	void *base = pages <= MAX_CUT ? cut(pages, uncached) : alloc_large(pages, uncached);

	if (base)
		memset(base, 0, pages * PAGE_SIZE);
	return base;
}

void dummy_pages_free(void *base, size_t pages, bool uncached)
{
	if (pages <= MAX_CUT)
		put_back(base, pages, uncached);
	else
		free_adjacent(base, ALIGN(pages, CHUNK_PAGES));
}

void dummy_pages_exit(void)
{
	struct chunk *chunk, *next;

	list_for_each_entry_safe(chunk, next, &chunks, list) {
		free_adjacent(chunk->base, CHUNK_PAGES);
		kfree(chunk);
	}
}
