// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Adds and removes a simulated device. For the rest of the kernel it is a
 * platform device like any other, and any driver can be bound to it.
 */
#define pr_fmt(fmt) "uio_dummy: " fmt

#include <linux/dma-mapping.h>
#include <linux/idr.h>
#include <linux/module.h>
#include <linux/property.h>

#include "dummy.h"

static DEFINE_IDA(ids);

/* On old kernels uio_pdrv_genirq expects a struct uio_info here. The rest is for this module. */
struct platform_data {
	struct uio_info info;
	struct dummy *d;
};

/*
 * Real port numbers would belong to real hardware, and memory can't simulate
 * ports. So these are numbers that no I/O instruction can address, in a
 * resource tree of their own. They can only be found and listed. Each port map
 * of each device has its own window.
 */
static struct resource port_space = {
	.name = "uio_dummy",
	.start = 0x10000,
	.end = (resource_size_t)-1,
	.flags = IORESOURCE_IO,
};
#define PORT_WINDOW (DUMMY_PORTS + PAGE_SIZE)

bool dummy_is(struct device *dev)
{
	return dev->groups && dev->groups[0] == &dummy_stimulus_group;
}

struct dummy *dummy_of(struct device *dev)
{
	const struct platform_data *data = dev_get_platdata(dev);

	return data->d;
}

struct uio_info *dummy_uio_info(struct device *dev)
{
	struct platform_data *data = dev_get_platdata(dev);

	return &data->info;
}

static int is_uio(struct device *dev, void *unused)
{
	return dev->class && !strcmp(dev->class->name, "uio");
}

struct device *dummy_uio_device(struct device *dev)
{
	return device_find_child(dev, NULL, is_uio);
}

static struct resource irq_resource(const struct dummy *d)
{
	const unsigned long trigger = d->config.irq == DUMMY_IRQ_EDGE ? IORESOURCE_IRQ_HIGHEDGE :
									IORESOURCE_IRQ_HIGHLEVEL;

	return (struct resource)DEFINE_RES_NAMED(dummy_irq_line(d), 1, NULL,
						 IORESOURCE_IRQ | trigger);
}

static struct resource mem_resource(const struct dummy_mem *mem)
{
	const unsigned long prefetch = mem->kind == DUMMY_PREFETCHABLE ? IORESOURCE_PREFETCH : 0;

	return (struct resource)DEFINE_RES_NAMED(virt_to_phys(mem->start), mem->size, mem->name,
						 IORESOURCE_MEM | prefetch);
}

u64 dummy_port(const struct dummy *d, const struct dummy_map *map, unsigned int n)
{
	return port_space.start + ((u64)d->id * DUMMY_MAX_PORTS + n) * PORT_WINDOW + map->offset;
}

static struct resource port_resource(const struct dummy *d, const struct dummy_map *map,
				     unsigned int n)
{
	struct resource r =
		DEFINE_RES_NAMED(dummy_port(d, map, n), map->size, map->name, IORESOURCE_IO);

	r.parent = &port_space;
	return r;
}

/*
 * The resources that a bus would report. A device that registers itself
 * (uio-direct.c) has none, so that no other driver can bind it.
 */
static int add_resources(struct dummy *d)
{
	struct resource r[DUMMY_MAX_RESOURCES + 1];
	unsigned int i, n = 0, ports = 0;

	static_assert(DUMMY_MAX_MAPS + DUMMY_MAX_PORTS <= DUMMY_MAX_RESOURCES);

	if (dummy_is_direct(d))
		return 0;
	for (i = 0; i < d->nmem; i++)
		r[n++] = mem_resource(&d->mem[i]);
	for (i = 0; d->config.model == &dummy_memory && i < d->config.nmaps; i++) {
		if (d->config.maps[i].kind == DUMMY_PORT)
			r[n++] = port_resource(d, &d->config.maps[i], ports++);
	}
	if (dummy_irq_line(d))
		r[n++] = irq_resource(d);
	for (i = 0; d->config.model == &dummy_resources && i < d->config.nresources; i++)
		r[n++] = dummy_resource(&d->config.resources[i]);
	return platform_device_add_resources(d->pdev, r, n);
}

static int new_device(struct dummy *d)
{
	/* On newer kernels uio_pdrv_genirq expects the property linux,uio-name. */
	const struct property_entry properties[] = {
		PROPERTY_ENTRY_STRING("label", *d->config.label ? d->config.label : dummy_name(d)),
		PROPERTY_ENTRY_STRING("linux,uio-name", dummy_name(d)),
		{}
	};
	const struct platform_data data = { .d = d };
	struct platform_device *pdev;
	int err;

	pdev = platform_device_alloc("uio_dummy", d->id);
	if (!pdev)
		return -ENOMEM;
	err = platform_device_add_data(pdev, &data, sizeof(data));
	if (!err)
		err = device_create_managed_software_node(&pdev->dev, properties, NULL);
	if (err) {
		platform_device_put(pdev);
		return err;
	}
	d->groups[0] = &dummy_stimulus_group;
	d->groups[1] = d->config.model->group;
	pdev->dev.groups = d->groups;
	pdev->platform_dma_mask = DMA_BIT_MASK(64);
	pdev->dev.dma_mask = &pdev->platform_dma_mask;
	pdev->dev.coherent_dma_mask = DMA_BIT_MASK(64);
	dummy_iommu_attach(&pdev->dev);
	d->pdev = pdev;
	return 0;
}

static int add_device(struct dummy *d)
{
	struct device *uio;
	int err;

	err = add_resources(d);
	if (!err)
		err = platform_device_add(d->pdev);
	if (err || !dummy_is_direct(d))
		return err;
	/* platform_device_add() doesn't report a failed probe. */
	uio = dummy_uio_device(&d->pdev->dev);
	if (!uio) {
		platform_device_del(d->pdev);
		return -ENXIO;
	}
	put_device(uio);
	return 0;
}

static int add_registers(struct dummy *d)
{
	static const struct dummy_map registers = {
		.kind = DUMMY_PHYSICAL,
		.size = UIO_DUMMY_REGS_SIZE,
		.name = "registers",
	};
	const struct dummy_mem *mem = dummy_mem_add(d, &registers);

	if (!mem)
		return -ENOMEM;
	d->regs = mem->start;
	dummy_write(d, UIO_DUMMY_MAGIC, UIO_DUMMY_MAGIC_VALUE);
	dummy_write(d, UIO_DUMMY_MODEL, d->config.model->id);
	dummy_write(d, UIO_DUMMY_VERSION, 1);
	return 0;
}

int dummy_plug(struct dummy *d)
{
	const struct dummy_model *model = d->config.model;
	int err;

	memset(&d->faults, 0, sizeof(d->faults));
	err = ida_alloc(&ids, GFP_KERNEL);
	if (err < 0)
		goto report;
	d->id = err;
	err = dummy_iommu_add(d);
	if (err)
		goto id_free;
	err = new_device(d);
	if (err)
		goto iommu_remove;
	err = dummy_irq_add(d);
	if (err)
		goto device_put;
	if (model != &dummy_memory && model != &dummy_resources)
		err = add_registers(d);
	if (!err)
		err = model->start(d);
	if (err)
		goto mem_remove;
	err = add_device(d);
	if (err)
		goto model_stop;
	d->live = true;
	return 0;

model_stop:
	dummy_irq_quiet(d);
	if (model->stop)
		model->stop(d);
mem_remove:
	dummy_irq_remove(d);
	dummy_mem_remove(d);
device_put:
	platform_device_put(d->pdev);
	d->pdev = NULL;
iommu_remove:
	dummy_iommu_remove(d);
id_free:
	ida_free(&ids, d->id);
report:
	pr_err("%s: can't make it live: %pe\n", dummy_name(d), ERR_PTR(err));
	return err;
}

void dummy_unplug(struct dummy *d)
{
	/* Unbinds its driver. Afterwards its sysfs files are no longer read or written. */
	platform_device_del(d->pdev);
	dummy_irq_quiet(d);
	if (d->config.model->stop)
		d->config.model->stop(d);
	dummy_irq_remove(d);
	dummy_mem_remove(d);
	platform_device_put(d->pdev);
	d->pdev = NULL;
	dummy_iommu_remove(d);
	ida_free(&ids, d->id);
	d->live = false;
}

/*
 * Drivers are bound and unbound. Before a bind, restore the initial state:
 * uio_pdrv_genirq refuses a struct uio_info that it has filled in before, and
 * the driver core may remove the DMA operations at an unbind. At an unbind,
 * mappings may remain, except with uio_stub, which revokes them.
 */
static int bus_event(struct notifier_block *nb, unsigned long action, void *data)
{
	struct device *dev = data, *uio;

	if (!dummy_is(dev))
		return NOTIFY_DONE;
	switch (action) {
	case BUS_NOTIFY_BIND_DRIVER:
		*dummy_uio_info(dev) = (struct uio_info){
			.name = dummy_name(dummy_of(dev)),
			.version = "uio_dummy",
		};
		dummy_iommu_attach(dev);
		return NOTIFY_OK;
	case BUS_NOTIFY_UNBIND_DRIVER:
		uio = dummy_uio_device(dev);
		if (uio && strcmp(dev->driver->name, "uio_stub"))
			dummy_hold(dummy_of(dev), uio);
		else
			put_device(uio);
		return NOTIFY_OK;
	}
	return NOTIFY_DONE;
}

static struct notifier_block bus_notifier = { .notifier_call = bus_event };

static int __init dummy_init(void)
{
	int err;

	err = bus_register_notifier(&platform_bus_type, &bus_notifier);
	if (err)
		return err;
	err = dummy_direct_init();
	if (err)
		goto notifier_remove;
	err = dummy_configfs_init();
	if (err)
		goto direct_exit;
	return 0;

direct_exit:
	dummy_direct_exit();
notifier_remove:
	bus_unregister_notifier(&platform_bus_type, &bus_notifier);
	return err;
}
module_init(dummy_init);

static void __exit dummy_exit(void)
{
	dummy_configfs_exit();
	dummy_direct_exit();
	bus_unregister_notifier(&platform_bus_type, &bus_notifier);
	dummy_deferred_free_exit();
	dummy_pages_exit();
	ida_destroy(&ids);
}
module_exit(dummy_exit);

MODULE_DESCRIPTION("Simulated hardware for drivers in user space");
MODULE_AUTHOR("The uiomap authors");
MODULE_LICENSE("GPL");
