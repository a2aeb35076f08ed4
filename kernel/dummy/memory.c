// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Model `memory`: maps of each kind, with a greeting at the start of each.
 *
 * Kernel memory (logical, virtual) and DMA memory are no resources that another
 * driver could be given: with one of those the device is bound by this module,
 * which registers it with the UIO core itself.
 */
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/mm.h>
#include <linux/dma-mapping.h>

#include "dummy.h"

static const char * const kind_names[] = { "physical", "prefetchable", "port", "logical", "virtual", "coherent" };

bool dummy_registers_itself(const struct dummy *d)
{
	unsigned int i;

	if (d->config.model != &dummy_memory)
		return false;
	for (i = 0; i < d->config.nmaps; i++)
		if (d->config.maps[i].kind >= DUMMY_LOGICAL)
			return true;
	return false;
}

int dummy_maps_check(const struct dummy_config *config)
{
	unsigned int i, maps = 0, ports = 0, coherent = 0;

	for (i = 0; i < config->nmaps; i++) {
		const struct dummy_map *map = &config->maps[i];

		if (!map->size)
			return -EINVAL;
		if (map->kind == DUMMY_PORT) {
			if (++ports > DUMMY_MAX_PORTS || map->offset + (u64)map->size > 0x10000)
				return -EINVAL;
			continue;
		}
		if (++maps > DUMMY_MAX_MAPS || map->offset >= PAGE_SIZE || map->size > 32 << 20)
			return -EINVAL;
		if (map->kind == DUMMY_LOGICAL && map->offset + map->size > KMALLOC_MAX_SIZE)
			return -EINVAL;
		coherent += map->kind == DUMMY_COHERENT;
	}
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 10, 0)
	/* This core knows no coherent maps: we map them, and then all of the device's. */
	if (coherent && coherent != maps)
		return -EINVAL;
#endif
	return config->nmaps ? 0 : -EINVAL;
}

static int memory_start(struct dummy *d)
{
	unsigned int i;

	for (i = 0; i < d->config.nmaps; i++) {
		const struct dummy_map *map = &d->config.maps[i];
		struct dummy_mem *mem;

		if (map->kind == DUMMY_PORT)
			continue;
		mem = dummy_mem_add(d, map);
		if (!mem)
			return -ENOMEM;
		snprintf(mem->start, mem->size, "uio_dummy %s map%u %s\n", dummy_name(d), d->nmem - 1,
			 kind_names[map->kind]);
	}
	return 0;
}

const struct dummy_model dummy_memory = {
	.name = "memory",
	.id = UIO_DUMMY_MODEL_MEMORY,
	.start = memory_start,
};

static int memory_irqcontrol(struct uio_info *info, s32 on)
{
	struct dummy *d = info->priv;
	int irq = dummy_irq_number(d);
	bool enabled = !irqd_irq_disabled(irq_get_irq_data(irq));

	/* Serialised by the core's info_lock; nothing else enables or disables this line. */
	if (on && !enabled)
		enable_irq(irq);
	else if (!on && enabled)
		disable_irq(irq);
	return 0;
}

static irqreturn_t memory_interrupt(int irq, struct uio_info *info)
{
	return IRQ_HANDLED;
}

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 10, 0)
static int memory_mmap(struct uio_info *info, struct vm_area_struct *vma)
{
	struct dummy *d = info->priv;

	return remap_vmalloc_range(vma, d->mem[vma->vm_pgoff].base, 0);
}
#endif

/* Every device of ours has our driver's name; only those that register themselves are taken. */
static int dummy_probe(struct platform_device *pdev)
{
	struct dummy *d = dummy_of(&pdev->dev);
	struct uio_info *info = &d->info;
	unsigned int i;

	if (!dummy_registers_itself(d))
		return -ENODEV;
	*info = (struct uio_info) { .name = dummy_name(d), .version = "uio_dummy", .priv = d };
	for (i = 0; i < d->nmem; i++) {
		struct dummy_mem *mem = &d->mem[i];
		struct uio_mem *m = &info->mem[i];

		m->name = mem->name;
		m->offs = offset_in_page(mem->start);
		m->size = m->offs + mem->size;
		switch (mem->kind) {
		case DUMMY_LOGICAL:
			m->memtype = UIO_MEM_LOGICAL;
			m->addr = (phys_addr_t)(unsigned long)mem->base;
			break;
		case DUMMY_VIRTUAL:
			m->memtype = UIO_MEM_VIRTUAL;
			m->addr = (phys_addr_t)(unsigned long)mem->base;
			break;
		case DUMMY_COHERENT:
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
			m->memtype = UIO_MEM_DMA_COHERENT;
			m->addr = (phys_addr_t)(unsigned long)mem->base;
			m->dma_addr = mem->bus;
			m->dma_device = &pdev->dev;
#else
			m->memtype = UIO_MEM_PHYS;
			m->addr = mem->bus;
			info->mmap = memory_mmap;
#endif
			break;
		default:
			m->memtype = UIO_MEM_PHYS;
			m->addr = virt_to_phys(mem->base);
			break;
		}
	}
	if (d->irq) {
		info->irq = dummy_irq_number(d);
		info->handler = memory_interrupt;
		info->irqcontrol = memory_irqcontrol;
	}
	return uio_register_device(&pdev->dev, info);
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
static void dummy_remove(struct platform_device *pdev)
{
	uio_unregister_device(&dummy_of(&pdev->dev)->info);
}
#else
static int dummy_remove(struct platform_device *pdev)
{
	uio_unregister_device(&dummy_of(&pdev->dev)->info);
	return 0;
}
#endif

struct platform_driver dummy_driver = {
	.probe = dummy_probe,
	.remove = dummy_remove,
	.driver = { .name = "uio_dummy" },
};
