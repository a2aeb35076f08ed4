// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * The device's DMA operations: a small simulated IOMMU. Drivers get coherent
 * memory at bus addresses that are not physical addresses, differ between
 * devices, have gaps, and are not reused soon. The device can access exactly
 * the memory that was allocated (dummy_dma_get()), and nothing after it was
 * freed. There are no streaming mappings: the device can't access ordinary
 * memory.
 *
 * The memory comes from vmalloc, and its pages are mapped into processes by
 * reference. So a page that a process still has mapped is not reused after the
 * memory was freed.
 */
#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>
#include <linux/wait.h>

#include "dummy.h"

#if !defined(CONFIG_DMA_OPS) && !defined(CONFIG_ARCH_HAS_DMA_OPS)
#error "uio_dummy needs a kernel in which a device can have DMA operations of its own (CONFIG_DMA_OPS)"
#endif

/*
 * The bus addresses of device N begin at FIRST_BUS + (N mod 256) × DEVICE_BUS,
 * if its DMA mask permits that.
 */
#define FIRST_BUS  (1ull << 46)
#define DEVICE_BUS (1ull << 36)
#define GUARD	   (1ull << 20)

struct window {
	struct list_head list;
	u64 bus;
	size_t size;
	void *cpu;
};

struct dummy_iommu {
	struct list_head windows; /* sorted by bus address */
	u64 next;		  /* where to search for room first */
	/* protects all members; drivers change windows, the engine reads them */
	spinlock_t lock;
	unsigned int pins; /* the device's accesses in progress */
	u32 pauses;	   /* how often pins became 0 */
	wait_queue_head_t pause;
	atomic_t faults;
};

/*
 * Find room for size bytes and a guard at both ends in [from, to]. *before: the
 * list entry behind the room.
 */
static bool find_room(struct dummy_iommu *iommu, size_t size, u64 from, u64 to, u64 *bus,
		      struct list_head **before)
{
	const u64 align = roundup_pow_of_two(size);
	u64 at = ALIGN(from, align);
	struct window *w;

	list_for_each_entry(w, &iommu->windows, list) {
		if (at + size + GUARD <= w->bus)
			break;
		if (at < w->bus + w->size + GUARD)
			at = ALIGN(w->bus + w->size + GUARD, align);
	}
	*before = &w->list;
	*bus = at;
	return at >= from && at <= to && size - 1 <= to - at;
}

/* Give the window a bus address that the device's DMA mask allows. */
static int assign_bus(struct device *dev, struct dummy_iommu *iommu, struct window *w)
{
	const u64 to = min_not_zero(dev->coherent_dma_mask, dev->bus_dma_limit);
	u64 from = FIRST_BUS + dummy_of(dev)->id % 256 * DEVICE_BUS;
	struct list_head *before;
	int err = -ENOSPC;

	if (from > to)
		from = to / 2 + 1;
	spin_lock(&iommu->lock);
	if (find_room(iommu, w->size, max(from, iommu->next), to, &w->bus, &before) ||
	    find_room(iommu, w->size, from, to, &w->bus, &before)) {
		list_add_tail(&w->list, before);
		iommu->next = w->bus + w->size + GUARD;
		err = 0;
	}
	spin_unlock(&iommu->lock);
	return err;
}

static void *iommu_alloc(struct device *dev, size_t size, dma_addr_t *bus, gfp_t gfp,
			 unsigned long attrs)
{
	struct window *w;

	/* Refuse huge sizes without a warning: vmalloc would first take all memory from others. */
	if (!gfpflags_allow_blocking(gfp) || size == 0 || PFN_UP(size) > si_mem_available() / 2)
		return NULL;
	w = kzalloc(sizeof(*w), GFP_KERNEL);
	if (!w)
		return NULL;
	w->size = PAGE_ALIGN(size);
	w->cpu = vmalloc_user(w->size);
	if (!w->cpu || assign_bus(dev, dummy_of(dev)->iommu, w)) {
		vfree(w->cpu);
		kfree(w);
		return NULL;
	}
	*bus = w->bus;
	return w->cpu;
}

/* Remove the window, and wait for an access in progress. */
static struct window *remove_window(struct dummy_iommu *iommu, u64 bus)
{
	struct window *w, *found = NULL;
	u32 pauses = 0;
	bool pinned;

	spin_lock(&iommu->lock);
	list_for_each_entry(w, &iommu->windows, list) {
		if (w->bus == bus) {
			found = w;
			list_del(&w->list);
			break;
		}
	}
	pinned = iommu->pins > 0;
	pauses = iommu->pauses;
	spin_unlock(&iommu->lock);
	/* Wait for a pause, not for pins == 0: with a busy engine this thread may never see 0. */
	if (pinned)
		wait_event(iommu->pause, READ_ONCE(iommu->pauses) != pauses);
	return found;
}

static void iommu_free(struct device *dev, size_t size, void *cpu, dma_addr_t bus,
		       unsigned long attrs)
{
	struct window *w = remove_window(dummy_of(dev)->iommu, bus);

	if (WARN(!w, "uio_dummy: %s frees DMA memory at %pad that it does not have\n",
		 dev_name(dev), &bus))
		return;
	vfree(w->cpu);
	kfree(w);
}

static int iommu_mmap(struct device *dev, struct vm_area_struct *vma, void *cpu, dma_addr_t bus,
		      size_t size, unsigned long attrs)
{
	return remap_vmalloc_range(vma, cpu, vma->vm_pgoff);
}

static dma_addr_t iommu_map_page(struct device *dev, struct page *page, unsigned long offset,
				 size_t size, enum dma_data_direction dir, unsigned long attrs)
{
	return DMA_MAPPING_ERROR;
}

static int iommu_map_sg(struct device *dev, struct scatterlist *sg, int n,
			enum dma_data_direction dir, unsigned long attrs)
{
	return -EIO;
}

static u64 iommu_required_mask(struct device *dev)
{
	return DMA_BIT_MASK(64);
}

static const struct dma_map_ops iommu_ops = {
	.alloc = iommu_alloc,
	.free = iommu_free,
	.mmap = iommu_mmap,
	.map_page = iommu_map_page,
	.map_sg = iommu_map_sg,
	.get_required_mask = iommu_required_mask,
};

void dummy_iommu_attach(struct device *dev)
{
	set_dma_ops(dev, &iommu_ops);
}

int dummy_iommu_add(struct dummy *d)
{
	struct dummy_iommu *iommu = kzalloc(sizeof(*iommu), GFP_KERNEL);

	if (!iommu)
		return -ENOMEM;
	INIT_LIST_HEAD(&iommu->windows);
	spin_lock_init(&iommu->lock);
	init_waitqueue_head(&iommu->pause);
	d->iommu = iommu;
	return 0;
}

/* The engine has stopped. Free memory that a driver has not freed. */
void dummy_iommu_remove(struct dummy *d)
{
	struct dummy_iommu *iommu = d->iommu;
	struct window *w, *next;

	list_for_each_entry_safe(w, next, &iommu->windows, list) {
		pr_warn("uio_dummy: %s: its driver did not free %zu bytes of DMA memory at 0x%llx\n",
			dummy_name(d), w->size, w->bus);
		vfree(w->cpu);
		kfree(w);
	}
	kfree(iommu);
	d->iommu = NULL;
}

void *dummy_dma_get(struct dummy *d, u64 bus, size_t len)
{
	struct dummy_iommu *iommu = d->iommu;
	void *cpu = NULL;
	struct window *w;

	spin_lock(&iommu->lock);
	list_for_each_entry(w, &iommu->windows, list) {
		if (bus >= w->bus && bus - w->bus < w->size) {
			if (len <= w->size - (bus - w->bus))
				cpu = w->cpu + (bus - w->bus);
			break;
		}
	}
	if (cpu)
		iommu->pins++;
	spin_unlock(&iommu->lock);
	if (!cpu)
		atomic_inc(&iommu->faults);
	return cpu;
}

void dummy_dma_put(struct dummy *d)
{
	struct dummy_iommu *iommu = d->iommu;
	bool pause;

	spin_lock(&iommu->lock);
	pause = --iommu->pins == 0;
	if (pause)
		WRITE_ONCE(iommu->pauses, iommu->pauses + 1);
	spin_unlock(&iommu->lock);
	if (pause)
		wake_up(&iommu->pause);
}

u32 dummy_dma_faults(struct dummy *d)
{
	return atomic_read(&d->iommu->faults);
}
