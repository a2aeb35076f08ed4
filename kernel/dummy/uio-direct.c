// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Devices with logical, virtual or coherent maps. Such memory belongs to a
 * driver and not to a device, so no driver could get it as a resource. This
 * driver is bound by the platform device's name and registers the device with
 * the UIO core, as many in-tree drivers do. The core maps the memory, so
 * mappings aren't revoked: freeing is deferred (deferred-free.c).
 */
#include <linux/dma-mapping.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "dummy.h"

struct direct {
	struct dummy *d;
	spinlock_t lock; /* protects irq_on and the line, in hook and handler */
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

/* Mask a level line at each event until write(1). An edge line is never masked. */
static irqreturn_t direct_interrupt(int irq, struct uio_info *info)
{
	struct direct *direct = info->priv;

	if (direct->d->config.irq == DUMMY_IRQ_LEVEL) {
		spin_lock(&direct->lock);
		if (direct->irq_on)
			disable_irq_nosync(irq);
		direct->irq_on = false;
		spin_unlock(&direct->lock);
	}
	return IRQ_HANDLED;
}

/* Repeated calls have no effect. */
static int direct_irqcontrol(struct uio_info *info, s32 on)
{
	struct direct *direct = info->priv;
	unsigned long flags;

	if (on != 0 && on != 1)
		return -EINVAL;
	spin_lock_irqsave(&direct->lock, flags);
	if (on && !direct->irq_on)
		enable_irq(info->irq);
	else if (!on && direct->irq_on)
		disable_irq_nosync(info->irq);
	direct->irq_on = on;
	spin_unlock_irqrestore(&direct->lock, flags);
	return 0;
}

#ifndef UIO_MEM_DMA_COHERENT
/* If info->mmap is set, the core maps nothing itself. So physical memory is mapped here, too. */
static int direct_mmap(struct uio_info *info, struct vm_area_struct *vma)
{
	const struct direct *direct = info->priv;
	const struct dummy_mem *mem = &direct->d->mem[vma->vm_pgoff];
	const unsigned long index = vma->vm_pgoff, size = vma->vm_end - vma->vm_start;
	int err;

	if (mem->kind != DUMMY_COHERENT) {
		if (mem->kind == DUMMY_PHYSICAL)
			vma->vm_page_prot = pgprot_noncached(vma->vm_page_prot);
		return remap_pfn_range(vma, vma->vm_start, PHYS_PFN(virt_to_phys(mem->base)), size,
				       vma->vm_page_prot);
	}
	vma->vm_pgoff = 0; /* for dma_mmap_coherent(): the offset in the buffer */
	err = dma_mmap_coherent(&direct->d->pdev->dev, vma, mem->base, mem->bus, size);
	vma->vm_pgoff = index;
	return err;
}

static void describe_coherent(struct dummy *d, const struct dummy_mem *mem, struct uio_info *info,
			      struct uio_mem *map)
{
	/* Any type with an address would work. With this one sysfs shows the bus address. */
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
	/*
	 * For these types the core maps whole pages only; for the others it includes the last
	 * partial page.
	 */
	if (mem->kind != DUMMY_LOGICAL && mem->kind != DUMMY_VIRTUAL)
		map->size = PAGE_ALIGN(map->size);
	switch (mem->kind) {
	case DUMMY_PREFETCHABLE:
		/*
		 * The core maps UIO_MEM_PHYS uncached. It maps UIO_MEM_IOVA with the kernel's type,
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
			.start = dummy_port_resource(d, map, n).start,
			.size = map->size,
			.porttype = UIO_PORT_X86,
		};
		n++;
	}
}

/*
 * Called for all simulated devices, since they have the driver's name. Accept
 * only those with maps to register.
 */
static int direct_probe(struct platform_device *pdev)
{
	struct uio_info *info;
	struct direct *direct;
	struct dummy *d;
	unsigned int i;

	if (!dummy_is(&pdev->dev) || !dummy_is_direct(dummy_of(&pdev->dev)))
		return -ENODEV;
	d = dummy_of(&pdev->dev);
	info = dummy_uio_info(&pdev->dev);
	direct = devm_kzalloc(&pdev->dev, sizeof(*direct), GFP_KERNEL);
	if (!direct)
		return -ENOMEM;
	direct->d = d;
	direct->irq_on = true; /* the core requests the interrupt enabled */
	spin_lock_init(&direct->lock);
	info->priv = direct;
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

struct platform_driver dummy_direct_driver = {
	.probe = direct_probe,
	.driver = {
		.name = "uio_dummy",
		/* core.c checks that the device is bound; it can't be unbound later. */
		.probe_type = PROBE_FORCE_SYNCHRONOUS,
		.suppress_bind_attrs = true,
	},
};
