// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Deferred freeing of memory that processes may still have mapped. Mainline
 * drivers leave mappings behind when their device is removed. A mapping holds
 * its file, and the file holds the UIO device. So when this module holds the
 * only reference to the UIO device, no mapping is left. Until then the memory
 * is kept unchanged, and the module stays loaded.
 *
 * The kernel doesn't announce that moment, so a delayed work polls while there
 * is memory to free.
 */
#include <linux/dma-mapping.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "dummy.h"

#define POLL_INTERVAL msecs_to_jiffies(50)

struct holder {
	struct list_head list;
	struct device *uio;
};

/* The memory of an unplugged device, and the UIO devices that may have mappings of it. */
struct remains {
	struct list_head list;
	struct list_head holders;
	struct dummy_mem mem[DUMMY_MAX_MAPS];
	unsigned int nmem;
};

static LIST_HEAD(deferred_free);
static DEFINE_MUTEX(deferred_free_lock);

static void free_unmapped(struct work_struct *work);
static DECLARE_DELAYED_WORK(free_work, free_unmapped);

/*
 * Release the UIO devices to which only this module has a reference. They are
 * unregistered, so no new references can appear. Returns whether none is left.
 */
static bool release_unused(struct list_head *holders)
{
	struct holder *holder, *next;

	list_for_each_entry_safe(holder, next, holders, list) {
		if (kref_read(&holder->uio->kobj.kref) > 1)
			continue;
		put_device(holder->uio);
		list_del(&holder->list);
		kfree(holder);
	}
	return list_empty(holders);
}

/*
 * Called before a driver is unbound, with the device locked, or after it was
 * unbound when the device is removed.
 */
void dummy_hold(struct dummy *d, struct device *uio)
{
	struct holder *holder = kmalloc(sizeof(*holder), GFP_KERNEL | __GFP_NOFAIL);

	release_unused(&d->holders);
	holder->uio = uio;
	list_add(&holder->list, &d->holders);
}

static void free_mem(const struct dummy_mem *mem, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		dummy_mem_free(&mem[i]);
}

static void free_unmapped(struct work_struct *work)
{
	struct remains *remains, *next;

	mutex_lock(&deferred_free_lock);
	list_for_each_entry_safe(remains, next, &deferred_free, list) {
		if (!release_unused(&remains->holders))
			continue;
		free_mem(remains->mem, remains->nmem);
		list_del(&remains->list);
		kfree(remains);
		/* the module stays until dummy_deferred_free_exit() has waited for this work */
		module_put(THIS_MODULE);
	}
	if (!list_empty(&deferred_free))
		schedule_delayed_work(&free_work, POLL_INTERVAL);
	mutex_unlock(&deferred_free_lock);
}

/* Free d->mem when no process has it mapped any more. */
static void free_later(struct dummy *d)
{
	struct remains *remains;

	if (release_unused(&d->holders)) {
		free_mem(d->mem, d->nmem);
		return;
	}
	remains = kzalloc(sizeof(*remains), GFP_KERNEL | __GFP_NOFAIL);
	INIT_LIST_HEAD(&remains->holders);
	list_splice_init(&d->holders, &remains->holders);
	memcpy(remains->mem, d->mem, sizeof(remains->mem));
	remains->nmem = d->nmem;
	__module_get(THIS_MODULE);
	mutex_lock(&deferred_free_lock);
	list_add(&remains->list, &deferred_free);
	mutex_unlock(&deferred_free_lock);
	schedule_delayed_work(&free_work, POLL_INTERVAL);
}

void dummy_mem_remove(struct dummy *d)
{
	unsigned int i;

	/*
	 * Coherent memory can be freed now: processes hold their mapped pages by reference
	 * (iommu.c).
	 */
	for (i = 0; i < d->nmem; i++) {
		const struct dummy_mem *mem = &d->mem[i];

		if (mem->kind == DUMMY_COHERENT)
			dma_free_coherent(&d->pdev->dev, mem->pages * PAGE_SIZE, mem->base,
					  mem->bus);
	}
	free_later(d);
	d->nmem = 0;
	d->regs = NULL;
}

void dummy_deferred_free_exit(void)
{
	cancel_delayed_work_sync(&free_work);
}
