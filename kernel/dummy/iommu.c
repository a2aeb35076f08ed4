// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * DMA operations of the device: a small simulated IOMMU. Drivers get coherent
 * memory at bus addresses that are nobody's physical ones, with gaps between;
 * the device reaches exactly what was given out.
 */
#include <linux/dma-map-ops.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <linux/wait.h>

#include "dummy.h"

#define FIRST_BUS_ADDRESS	0x400000000000ULL
#define GAP			(1ULL << 20)

struct window {
	struct list_head list;
	u64 bus;
	size_t size;
	void *cpu;
};

struct dummy_iommu {
	spinlock_t lock;		/* windows, next */
	struct list_head windows;
	u64 next;
	atomic_t users;			/* accesses of the device under way */
	wait_queue_head_t idle;
	atomic_t faults;
};

int dummy_iommu_add(struct dummy *d)
{
	struct dummy_iommu *iommu = kzalloc(sizeof(*iommu), GFP_KERNEL);

	if (!iommu)
		return -ENOMEM;
	spin_lock_init(&iommu->lock);
	INIT_LIST_HEAD(&iommu->windows);
	iommu->next = FIRST_BUS_ADDRESS;
	init_waitqueue_head(&iommu->idle);
	d->iommu = iommu;
	return 0;
}

/* A driver that forgot to free its memory: it goes with the device. */
void dummy_iommu_remove(struct dummy *d)
{
	struct window *w, *next;

	list_for_each_entry_safe(w, next, &d->iommu->windows, list) {
		vfree(w->cpu);
		kfree(w);
	}
	kfree(d->iommu);
	d->iommu = NULL;
}

void *dummy_dma_alloc(struct dummy *d, size_t size, dma_addr_t *bus)
{
	struct dummy_iommu *iommu = d->iommu;
	struct window *w = kmalloc(sizeof(*w), GFP_KERNEL);

	if (!w)
		return NULL;
	w->size = PAGE_ALIGN(size);
	w->cpu = vmalloc_user(w->size);
	if (!w->cpu) {
		kfree(w);
		return NULL;
	}
	spin_lock(&iommu->lock);
	w->bus = iommu->next;
	iommu->next += ALIGN(w->size, GAP) + GAP;
	list_add(&w->list, &iommu->windows);
	spin_unlock(&iommu->lock);
	*bus = w->bus;
	return w->cpu;
}

void dummy_dma_free(struct dummy *d, void *cpu, dma_addr_t bus)
{
	struct dummy_iommu *iommu = d->iommu;
	struct window *w, *found = NULL;

	spin_lock(&iommu->lock);
	list_for_each_entry(w, &iommu->windows, list) {
		if (w->bus == bus && w->cpu == cpu) {
			found = w;
			list_del(&w->list);
			break;
		}
	}
	spin_unlock(&iommu->lock);
	if (WARN_ON(!found))
		return;
	/* The device finds it no more; an access under way ends soon. */
	wait_event(iommu->idle, !atomic_read(&iommu->users));
	vfree(found->cpu);
	kfree(found);
}

void *dummy_dma_get(struct dummy *d, u64 bus, size_t len)
{
	struct dummy_iommu *iommu = d->iommu;
	struct window *w;
	void *cpu = NULL;

	spin_lock(&iommu->lock);
	list_for_each_entry(w, &iommu->windows, list) {
		if (bus >= w->bus && len <= w->size && bus - w->bus <= w->size - len) {
			cpu = w->cpu + (bus - w->bus);
			atomic_inc(&iommu->users);
			break;
		}
	}
	spin_unlock(&iommu->lock);
	if (!cpu)
		atomic_inc(&iommu->faults);
	return cpu;
}

void dummy_dma_put(struct dummy *d)
{
	if (atomic_dec_and_test(&d->iommu->users))
		wake_up_all(&d->iommu->idle);
}

u32 dummy_dma_faults(struct dummy *d)
{
	return atomic_read(&d->iommu->faults);
}

static void *op_alloc(struct device *dev, size_t size, dma_addr_t *bus, gfp_t gfp, unsigned long attrs)
{
	return dummy_dma_alloc(dummy_of(dev), size, bus);
}

static void op_free(struct device *dev, size_t size, void *cpu, dma_addr_t bus, unsigned long attrs)
{
	dummy_dma_free(dummy_of(dev), cpu, bus);
}

static int op_mmap(struct device *dev, struct vm_area_struct *vma, void *cpu, dma_addr_t bus, size_t size,
		   unsigned long attrs)
{
	return remap_vmalloc_range(vma, cpu, vma->vm_pgoff);
}

/* Streaming mappings: this device has none. */
static dma_addr_t op_map_page(struct device *dev, struct page *page, unsigned long offset, size_t size,
			      enum dma_data_direction dir, unsigned long attrs)
{
	return DMA_MAPPING_ERROR;
}

const struct dma_map_ops dummy_dma_ops = {
	.alloc = op_alloc,
	.free = op_free,
	.mmap = op_mmap,
	.map_page = op_map_page,
};
