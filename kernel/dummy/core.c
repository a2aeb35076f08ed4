// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * A simulated device appears and disappears. To the kernel it is a platform
 * device like any other; drivers are bound to it by who wants them.
 */
#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>
#include <linux/idr.h>
#include <linux/module.h>
#include <linux/property.h>
#include <linux/slab.h>

#include "dummy.h"

static DEFINE_IDA(ids);

/* uio_pdrv_genirq wants a struct uio_info; what follows it is ours. */
struct dummy_platform_data {
	struct uio_info info;
	struct dummy *d;
};

struct dummy *dummy_of(struct device *dev)
{
	struct dummy_platform_data *data = dev_get_platdata(dev);

	return data->d;
}

/* Every model but memory has registers, as its first map. */
static int add_registers(struct dummy *d)
{
	struct dummy_map map = { .kind = DUMMY_PHYSICAL, .size = UIO_DUMMY_REGS_SIZE, .name = "registers" };
	struct dummy_mem *mem;

	if (d->config.model == &dummy_memory)
		return 0;
	mem = dummy_mem_add(d, &map);
	if (!mem)
		return -ENOMEM;
	d->regs = mem->start;
	dummy_write(d, UIO_DUMMY_MAGIC, UIO_DUMMY_MAGIC_VALUE);
	dummy_write(d, UIO_DUMMY_MODEL, d->config.model->id);
	dummy_write(d, UIO_DUMMY_VERSION, 1);
	return 0;
}

static int is_uio(struct device *dev, void *unused)
{
	return dev->class && !strcmp(dev->class->name, "uio");
}

struct uio_device *dummy_uio(struct dummy *d)
{
	struct device *dev = device_find_child(&d->pdev->dev, NULL, is_uio);

	return dev ? dev_get_drvdata(dev) : NULL;
}

/* What the bus would tell of the device: its resources. */
static int add_resources(struct dummy *d, struct platform_device *pdev)
{
	struct resource r[DUMMY_MAX_MAPS + DUMMY_MAX_PORTS + 1] = { };
	unsigned int i, n = 0;

	if (!dummy_registers_itself(d)) {
		for (i = 0; i < d->nmem; i++) {
			const struct dummy_mem *mem = &d->mem[i];

			r[n++] = (struct resource) {
				.start = virt_to_phys(mem->start),
				.end = virt_to_phys(mem->start) + mem->size - 1,
				.flags = IORESOURCE_MEM | (mem->kind == DUMMY_PREFETCHABLE ? IORESOURCE_PREFETCH : 0),
				.name = mem->name,
			};
		}
	}
	for (i = 0; d->config.model == &dummy_memory && i < d->config.nmaps; i++) {
		const struct dummy_map *map = &d->config.maps[i];

		if (map->kind == DUMMY_PORT)
			r[n++] = (struct resource) {
				.start = map->offset, .end = map->offset + map->size - 1,
				.flags = IORESOURCE_IO, .name = map->name,
			};
	}
	if (d->irq) {
		int irq = dummy_irq_number(d);

		r[n++] = (struct resource) {
			.start = irq, .end = irq,
			.flags = IORESOURCE_IRQ |
				 (d->config.irq == DUMMY_IRQ_EDGE ? IORESOURCE_IRQ_HIGHEDGE : IORESOURCE_IRQ_HIGHLEVEL),
		};
	}
	return platform_device_add_resources(pdev, r, n);
}

static int add_device(struct dummy *d)
{
	struct dummy_platform_data data = { .info = { .name = dummy_name(d), .version = "uio_dummy" }, .d = d };
	struct property_entry properties[] = { PROPERTY_ENTRY_STRING("label", dummy_name(d)), { } };
	struct platform_device *pdev;
	int ret;

	pdev = platform_device_alloc("uio_dummy", d->id);
	if (!pdev)
		return -ENOMEM;
	ret = add_resources(d, pdev);
	if (!ret)
		ret = platform_device_add_data(pdev, &data, sizeof(data));
	if (!ret)
		ret = device_create_managed_software_node(&pdev->dev, properties, NULL);
	if (ret)
		goto put;
	d->groups[0] = &dummy_group;
	d->groups[1] = d->config.model->group;
	pdev->dev.groups = d->groups;
	pdev->dev.coherent_dma_mask = DMA_BIT_MASK(64);
	pdev->platform_dma_mask = DMA_BIT_MASK(64);
	pdev->dev.dma_mask = &pdev->platform_dma_mask;
	set_dma_ops(&pdev->dev, &dummy_dma_ops);

	d->pdev = pdev;
	ret = platform_device_add(pdev);
	if (!ret)
		return 0;
	d->pdev = NULL;
put:
	platform_device_put(pdev);
	return ret;
}

int dummy_start(struct dummy *d)
{
	int ret;

	memset(&d->faults, 0, sizeof(d->faults));
	ret = ida_alloc(&ids, GFP_KERNEL);
	if (ret < 0)
		return ret;
	d->id = ret;
	ret = dummy_iommu_add(d);
	if (ret)
		goto id_free;
	ret = dummy_irq_add(d);
	if (ret)
		goto iommu_remove;
	ret = add_registers(d);
	if (!ret)
		ret = d->config.model->start(d);
	if (ret)
		goto mem_remove;
	ret = add_device(d);
	if (ret) {
		pr_err("uio_dummy: %s: the device can't be added: %pe\n", dummy_name(d), ERR_PTR(ret));
		goto model_stop;
	}
	d->live = true;
	return 0;

model_stop:
	if (d->config.model->stop)
		d->config.model->stop(d);
mem_remove:
	dummy_mem_remove(d);
	d->regs = NULL;
	dummy_irq_remove(d);
iommu_remove:
	dummy_iommu_remove(d);
id_free:
	ida_free(&ids, d->id);
	return ret;
}

void dummy_stop(struct dummy *d)
{
	platform_device_unregister(d->pdev);	/* its driver lets go of everything here */
	if (d->config.model->stop)
		d->config.model->stop(d);
	d->pdev = NULL;
	dummy_irq_remove(d);
	dummy_mem_remove(d);
	d->regs = NULL;
	dummy_iommu_remove(d);
	ida_free(&ids, d->id);
	d->live = false;
}

/* A driver was bound that leaves mappings behind when it goes: remember its UIO device. */
static int bus_event(struct notifier_block *nb, unsigned long action, void *data)
{
	struct device *dev = data, *uio;

	if (action != BUS_NOTIFY_BOUND_DRIVER || strncmp(dev_name(dev), "uio_dummy.", 10) || !dev_get_platdata(dev))
		return NOTIFY_DONE;
	/* The one driver that is known to take its mappings away. */
	if (!strcmp(dev->driver->name, "uio_stub"))
		return NOTIFY_DONE;
	uio = device_find_child(dev, NULL, is_uio);
	if (uio)
		dummy_mem_user(dummy_of(dev), uio);
	return NOTIFY_DONE;
}

static struct notifier_block bus_notifier = { .notifier_call = bus_event };

static int __init dummy_init(void)
{
	int ret;

	ret = dummy_mem_init();
	if (ret)
		return ret;
	ret = bus_register_notifier(&platform_bus_type, &bus_notifier);
	if (ret)
		goto mem_exit;
	ret = platform_driver_register(&dummy_driver);
	if (ret)
		goto notifier_remove;
	ret = dummy_config_init();
	if (ret)
		goto driver_remove;
	return 0;

driver_remove:
	platform_driver_unregister(&dummy_driver);
notifier_remove:
	bus_unregister_notifier(&platform_bus_type, &bus_notifier);
mem_exit:
	dummy_mem_exit();
	return ret;
}
module_init(dummy_init);

static void __exit dummy_exit(void)
{
	dummy_config_exit();
	platform_driver_unregister(&dummy_driver);
	bus_unregister_notifier(&platform_bus_type, &bus_notifier);
	dummy_mem_exit();
}
module_exit(dummy_exit);

MODULE_DESCRIPTION("Simulated hardware for user-space drivers");
MODULE_AUTHOR("The uiomap authors");
MODULE_LICENSE("GPL");
