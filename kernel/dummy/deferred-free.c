// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Memory that processes may still reach. Mainline's drivers leave mappings
 * behind when their device goes. A mapping holds its file, and the file holds
 * the UIO device: so when nobody but us holds the UIO device, no mapping is
 * left. Until then the memory is kept, untouched, and the module with it.
 *
 * Nobody tells when that is: it is looked at from time to time, while there is
 * something to look at.
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "dummy.h"

#define LOOK_AGAIN msecs_to_jiffies(50)

struct holder {
	struct list_head list;
	struct device *uio;
};

/* What is left of an unplugged device. */
struct remains {
	struct list_head list;
	struct list_head holders;
	struct dummy_mem mem[DUMMY_MAX_MAPS];
	unsigned int nmem;
};

static LIST_HEAD(deferred_free);
static DEFINE_MUTEX(deferred_free_lock);

static void look(struct work_struct *work);
static DECLARE_DELAYED_WORK(looking, look);

/*
 * Forget the UIO devices that nobody else holds. They are unregistered: nobody
 * can get hold of them any more. Returns whether all are forgotten.
 */
static bool forget(struct list_head *holders)
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
 * Called when a driver is about to go, with the device locked; or when it has gone, and the device
 * with it.
 */
void dummy_hold(struct dummy *d, struct device *uio)
{
	struct holder *holder = kmalloc(sizeof(*holder), GFP_KERNEL | __GFP_NOFAIL);

	forget(&d->holders);
	holder->uio = uio;
	list_add(&holder->list, &d->holders);
}

static void free_mem(const struct dummy_mem *mem, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		dummy_mem_free(&mem[i]);
}

static void look(struct work_struct *work)
{
	struct remains *remains, *next;

	mutex_lock(&deferred_free_lock);
	list_for_each_entry_safe(remains, next, &deferred_free, list) {
		if (!forget(&remains->holders))
			continue;
		free_mem(remains->mem, remains->nmem);
		list_del(&remains->list);
		kfree(remains);
		/* dummy_deferred_free_exit() waits for the rest of us */
		module_put(THIS_MODULE);
	}
	if (!list_empty(&deferred_free))
		schedule_delayed_work(&looking, LOOK_AGAIN);
	mutex_unlock(&deferred_free_lock);
}

void dummy_deferred_free(struct dummy *d)
{
	struct remains *remains;

	if (forget(&d->holders)) {
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
	schedule_delayed_work(&looking, LOOK_AGAIN);
}

void dummy_deferred_free_exit(void)
{
	cancel_delayed_work_sync(&looking);
}
