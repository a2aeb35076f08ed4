// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Devices with logical, virtual or coherent maps. That is memory of a driver,
 * not of a device, so no driver could be bound to it: this one is, by the
 * platform device's name, and registers it with the UIO core as many in-tree
 * drivers do. The core maps it; so it isn't revoked, but quarantined.
 */
#include <linux/dma-mapping.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "dummy.h"

struct self {
	struct dummy *d;
	spinlock_t lock; /* irq_on, and the line with it: hook and handler */
	bool irq_on;
};

bool dummy_is_direct(const struct dummy *d)
{
	unsigned int i;

	for (i = 0; i < d->nmem; i++) {
		if (d->mem[i].kind == DUMMY_LOGICAL || d->mem[i].kind == DUMMY_VIRTUAL ||
		    d->mem[i].kind == DUMMY_COHERENT)
			return true;
	}
	return false;
}

/* A level line is masked at each event, until write(1); an edge line never. */
static irqreturn_t direct_interrupt(int irq, struct uio_info *info)
{
	struct self *self = info->priv;

	if (self->d->config.irq == DUMMY_IRQ_LEVEL) {
		spin_lock(&self->lock);
		if (self->irq_on)
			disable_irq_nosync(irq);
		self->irq_on = false;
		spin_unlock(&self->lock);
	}
	return IRQ_HANDLED;
}

/* Twice the same is once. */
static int direct_irqcontrol(struct uio_info *info, s32 on)
{
	struct self *self = info->priv;
	unsigned long flags;

	if (on != 0 && on != 1)
		return -EINVAL;
	spin_lock_irqsave(&self->lock, flags);
	if (on && !self->irq_on)
		enable_irq(info->irq);
	else if (!on && self->irq_on)
		disable_irq_nosync(info->irq);
	self->irq_on = on;
	spin_unlock_irqrestore(&self->lock, flags);
	return 0;
}

#ifndef UIO_MEM_DMA_COHERENT
/*
 * With a hook the core maps nothing by itself any more: so physical memory is mapped here as well.
 */
static int direct_mmap(struct uio_info *info, struct vm_area_struct *vma)
{
	const struct self *self = info->priv;
	const struct dummy_mem *mem = &self->d->mem[vma->vm_pgoff];
	const unsigned long index = vma->vm_pgoff, size = vma->vm_end - vma->vm_start;
	int err;

	if (mem->kind != DUMMY_COHERENT) {
		if (mem->kind == DUMMY_PHYSICAL)
			vma->vm_page_prot = pgprot_noncached(vma->vm_page_prot);
		return remap_pfn_range(vma, vma->vm_start, PHYS_PFN(virt_to_phys(mem->base)), size,
				       vma->vm_page_prot);
	}
	vma->vm_pgoff = 0; /* there: the offset in the buffer */
	err = dma_mmap_coherent(&self->d->pdev->dev, vma, mem->base, mem->bus, size);
	vma->vm_pgoff = index;
	return err;
}

static void describe_coherent(struct dummy *d, const struct dummy_mem *mem, struct uio_info *info,
			      struct uio_mem *map)
{
	/* Every type that has an address would do; this one is shown, and is the bus address. */
	map->memtype = UIO_MEM_PHYS;
	map->addr = mem->bus;
	info->mmap = direct_mmap;
}
#else
static void describe_coherent(struct dummy *d, const struct dummy_mem *mem, struct uio_info *info,
			      struct uio_mem *map)
{
	map->memtype = UIO_MEM_DMA_COHERENT;
	map->addr = (uintptr_t)mem->base;
	map->dma_addr = mem->bus;
	map->dma_device = &d->pdev->dev;
}
#endif

static void describe_map(struct dummy *d, const struct dummy_mem *mem, struct uio_info *info,
			 struct uio_mem *map)
{
	map->name = mem->name;
	map->offs = mem->start - mem->base;
	map->size = map->offs + mem->size;
	/* The core maps no part of a page of these; the others' last page it does. */
	if (mem->kind != DUMMY_LOGICAL && mem->kind != DUMMY_VIRTUAL)
		map->size = PAGE_ALIGN(map->size);
	switch (mem->kind) {
	case DUMMY_PREFETCHABLE:
		/*
		 * The core maps UIO_MEM_PHYS uncached, and this type as the kernel has it:
		 * write-back.
		 */
		map->memtype = UIO_MEM_IOVA;
		map->addr = virt_to_phys(mem->base);
		break;
	case DUMMY_LOGICAL:
		map->memtype = UIO_MEM_LOGICAL;
		map->addr = (uintptr_t)mem->base;
		break;
	case DUMMY_VIRTUAL:
		map->memtype = UIO_MEM_VIRTUAL;
		map->addr = (uintptr_t)mem->base;
		break;
	case DUMMY_COHERENT:
		describe_coherent(d, mem, info, map);
		break;
	default:
		map->memtype = UIO_MEM_PHYS;
		map->addr = virt_to_phys(mem->base);
		break;
	}
}

static void describe_ports(const struct dummy *d, struct uio_info *info)
{
	const struct dummy_map *map;
	unsigned int n = 0;

	for (map = d->config.maps; map < d->config.maps + d->config.nmaps; map++) {
		if (map->kind != DUMMY_PORT)
			continue;
		info->port[n] = (struct uio_port){
			.name = map->name,
			.start = dummy_port(d, map, n),
			.size = map->size,
			.porttype = UIO_PORT_X86,
		};
		n++;
	}
}

/*
 * Asked for every device of ours, as its name is ours: only those are taken that have something to
 * register.
 */
static int direct_probe(struct platform_device *pdev)
{
	struct uio_info *info;
	struct self *self;
	struct dummy *d;
	unsigned int i;

	if (!dummy_is(&pdev->dev) || !dummy_is_direct(dummy_of(&pdev->dev)))
		return -ENODEV;
	d = dummy_of(&pdev->dev);
	info = dummy_uio_info(&pdev->dev);
	self = devm_kzalloc(&pdev->dev, sizeof(*self), GFP_KERNEL);
	if (!self)
		return -ENOMEM;
	self->d = d;
	self->irq_on = true; /* the core requests it enabled */
	spin_lock_init(&self->lock);
	info->priv = self;
	for (i = 0; i < d->nmem; i++)
		describe_map(d, &d->mem[i], info, &info->mem[i]);
	describe_ports(d, info);
	if (dummy_irq_line(d)) {
		info->irq = dummy_irq_line(d);
		info->handler = direct_interrupt;
		info->irqcontrol = direct_irqcontrol;
	}
	return devm_uio_register_device(&pdev->dev, info);
}

static struct platform_driver direct_driver = {
	.probe = direct_probe,
	.driver = {
		.name = "uio_dummy",
		.probe_type = PROBE_FORCE_SYNCHRONOUS,	/* core.c looks whether it was */
		.suppress_bind_attrs = true,		/* bound once, nothing else can be */
	},
};

int dummy_direct_init(void)
{
	return platform_driver_register(&direct_driver);
}

void dummy_direct_exit(void)
{
	platform_driver_unregister(&direct_driver);
}
