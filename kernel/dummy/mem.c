// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * A device's memory. Kernel drivers that don't revoke leave mappings of it in
 * processes after the device has gone; such memory is kept until the last file
 * of the UIO device is closed, which is when its struct device has no
 * reference left but ours.
 */
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>
#ifdef CONFIG_X86
#include <asm/set_memory.h>
#endif

#include "dummy.h"

/* The largest block that the page allocator gives. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)
#define BLOCK_ORDER	(MAX_ORDER - 1)
#elif LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)
#define BLOCK_ORDER	MAX_ORDER
#else
#define BLOCK_ORDER	MAX_PAGE_ORDER
#endif
#define BLOCK_PAGES	(1UL << BLOCK_ORDER)
#define MAX_BLOCKS	128

static void free_pages_from(void *base, size_t from, size_t to)
{
	for (; from < to; from++)
		__free_page(virt_to_page(base + from * PAGE_SIZE));
}

static int by_address(const void *a, const void *b)
{
	const void *x = *(void **)a, *y = *(void **)b;

	return x < y ? -1 : x > y;
}

/* Zeroed pages side by side, single pages to the allocator; more than one block by finding adjacent ones. */
static void *alloc_run(size_t pages)
{
	size_t want = DIV_ROUND_UP(pages, BLOCK_PAGES), n = 0, i, run, keep = 0;
	unsigned int order = want > 1 ? BLOCK_ORDER : get_order(pages * PAGE_SIZE);
	void **blocks = kcalloc(MAX_BLOCKS, sizeof(*blocks), GFP_KERNEL), *found = NULL;

	while (blocks && !found && n < MAX_BLOCKS) {
		struct page *page = alloc_pages(GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN, order);

		if (!page)
			break;
		split_page(page, order);
		blocks[n++] = page_address(page);
		sort(blocks, n, sizeof(*blocks), by_address, NULL);
		for (i = run = 0; i < n && !found; i++) {
			run = i && blocks[i] == blocks[i - 1] + (PAGE_SIZE << order) ? run + 1 : 1;
			if (run == want) {
				keep = i + 1 - want;
				found = blocks[keep];
			}
		}
	}
	for (i = 0; i < n; i++)
		if (!found || i < keep || i >= keep + want)
			free_pages_from(blocks[i], 0, 1UL << order);
	if (found)
		free_pages_from(found, pages, want << order);
	kfree(blocks);
	return found;
}

struct dummy_mem *dummy_mem_add(struct dummy *d, const struct dummy_map *map)
{
	struct dummy_mem *mem = &d->mem[d->nmem];

	*mem = (struct dummy_mem) { .kind = map->kind, .size = map->size };
	mem->pages = PFN_UP(map->offset + map->size);
	strscpy(mem->name, map->name, sizeof(mem->name));
	switch (map->kind) {
	case DUMMY_PHYSICAL:
	case DUMMY_PREFETCHABLE:
		mem->base = alloc_run(mem->pages);
#ifdef CONFIG_X86
		/*
		 * So that an uncached mapping of it is one: x86 maps RAM as the
		 * kernel has it. Prefetchable memory is left as it is; who maps
		 * it write-combining reserves that type for it.
		 */
		if (mem->base && map->kind == DUMMY_PHYSICAL)
			set_memory_uc((unsigned long)mem->base, mem->pages);
#endif
		break;
	case DUMMY_LOGICAL:
		mem->base = kzalloc(mem->pages * PAGE_SIZE, GFP_KERNEL);
		break;
	case DUMMY_VIRTUAL:
		mem->base = vzalloc(mem->pages * PAGE_SIZE);
		break;
	case DUMMY_COHERENT:
		mem->base = dummy_dma_alloc(d, mem->pages * PAGE_SIZE, &mem->bus);
		break;
	case DUMMY_PORT:
		break;
	}
	if (!mem->base) {
		pr_err("uio_dummy: %s: no %zu adjacent pages of memory for map %u; use a smaller one\n",
		       dummy_name(d), mem->pages, d->nmem);
		return NULL;
	}
	mem->start = mem->base + map->offset;
	d->nmem++;
	return mem;
}

static void mem_free(const struct dummy_mem *mem)
{
	switch (mem->kind) {
	case DUMMY_PHYSICAL:
	case DUMMY_PREFETCHABLE:
#ifdef CONFIG_X86
		set_memory_wb((unsigned long)mem->base, mem->pages);
#endif
		free_pages_from(mem->base, 0, mem->pages);
		break;
	case DUMMY_LOGICAL:
		kfree(mem->base);
		break;
	case DUMMY_VIRTUAL:
		vfree(mem->base);
		break;
	default:	/* coherent memory goes with the device's IOMMU, and by reference with its mappings */
		break;
	}
}

/* Memory of a device that is gone but not forgotten. */
struct kept {
	struct list_head list;
	struct list_head users;
	struct dummy_mem mem[DUMMY_MAX_MAPS];
	unsigned int nmem;
};

struct mapper {
	struct list_head list;
	struct device *uio;
};

static LIST_HEAD(kept_list);
static DEFINE_MUTEX(kept_lock);
static void kept_look(struct work_struct *work);
static DECLARE_DELAYED_WORK(kept_work, kept_look);

void dummy_mem_user(struct dummy *d, struct device *uio)
{
	struct mapper *user = kmalloc(sizeof(*user), GFP_KERNEL | __GFP_NOFAIL);

	user->uio = uio;
	list_add(&user->list, &d->users);
}

/* Forget UIO devices that no file holds any more; true if none is left. */
static bool users_gone(struct list_head *users)
{
	struct mapper *user, *next;

	list_for_each_entry_safe(user, next, users, list) {
		if (kref_read(&user->uio->kobj.kref) > 1)
			continue;
		put_device(user->uio);
		list_del(&user->list);
		kfree(user);
	}
	return list_empty(users);
}

static void kept_look(struct work_struct *work)
{
	struct kept *kept, *next;
	unsigned int i;

	mutex_lock(&kept_lock);
	list_for_each_entry_safe(kept, next, &kept_list, list) {
		if (!users_gone(&kept->users))
			continue;
		for (i = 0; i < kept->nmem; i++)
			mem_free(&kept->mem[i]);
		list_del(&kept->list);
		kfree(kept);
		module_put(THIS_MODULE);
	}
	if (!list_empty(&kept_list))
		schedule_delayed_work(&kept_work, msecs_to_jiffies(100));
	mutex_unlock(&kept_lock);
}

void dummy_mem_remove(struct dummy *d)
{
	struct kept *kept;
	unsigned int i;

	if (users_gone(&d->users)) {
		for (i = 0; i < d->nmem; i++)
			mem_free(&d->mem[i]);
	} else {
		kept = kmalloc(sizeof(*kept), GFP_KERNEL | __GFP_NOFAIL);
		memcpy(kept->mem, d->mem, sizeof(kept->mem));
		kept->nmem = d->nmem;
		INIT_LIST_HEAD(&kept->users);
		list_splice_init(&d->users, &kept->users);
		__module_get(THIS_MODULE);
		mutex_lock(&kept_lock);
		list_add(&kept->list, &kept_list);
		schedule_delayed_work(&kept_work, msecs_to_jiffies(100));
		mutex_unlock(&kept_lock);
	}
	d->nmem = 0;
}

int dummy_mem_init(void)
{
	return 0;
}

void dummy_mem_exit(void)
{
	cancel_delayed_work_sync(&kept_work);
}
