// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Adds and removes a simulated device. For the rest of the kernel it is a
 * platform device like any other, and any driver can be bound to it.
 */
#define pr_fmt(fmt) "uio_dummy: " fmt

#include <linux/dma-mapping.h>
#include <linux/idr.h>

#include "dummy.h"

static DEFINE_IDA(ids);

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

/*
 * The resources that a bus would report. A device that registers itself
 * (uio-direct.c) has none, so that no other driver can bind it.
 */
static int add_resources(struct dummy *d)
{
	struct resource r[DUMMY_MAX_RESOURCES + 1];
	unsigned int i, n = 0;

	static_assert(DUMMY_MAX_MAPS + DUMMY_MAX_PORTS <= DUMMY_MAX_RESOURCES);

	if (dummy_is_direct(d))
		return 0;
	for (i = 0; i < d->nmem; i++)
		r[n++] = mem_resource(&d->mem[i]);
	if (dummy_irq_line(d))
		r[n++] = irq_resource(d);
	if (d->config.model->resources)
		n += d->config.model->resources(d, r + n);
	return platform_device_add_resources(d->pdev, r, n);
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
 * The device is removed when the write returns. The device can't be deleted
 * while this file is in use, so the file removes itself first. From then on
 * only the reference keeps d allocated.
 */
static ssize_t unplug_store(struct device *dev, struct device_attribute *attr, const char *buf,
			    size_t count)
{
	struct dummy *d = dummy_of(dev);
	ssize_t ret = count;
	u64 unplug;

	if (dummy_parse(buf, 1, &unplug) || !unplug)
		return -EINVAL;
	config_item_get(&d->group.cg_item);
	get_device(dev); /* so that no other device gets its address */
	if (device_remove_file_self(dev, attr)) {
		mutex_lock(&d->lock);
		/* Don't unplug the next device, if another process was faster. */
		if (d->live && &d->pdev->dev == dev)
			dummy_unplug(d);
		mutex_unlock(&d->lock);
	} else {
		ret = -ENODEV; /* another process is unplugging it */
	}
	put_device(dev);
	config_item_put(&d->group.cg_item);
	return ret;
}
static DEVICE_ATTR(unplug, 0200, NULL, unplug_store);

static struct attribute *unplug_attrs[] = { &dev_attr_unplug.attr, NULL };
static const struct attribute_group unplug_group = { .attrs = unplug_attrs };

static int new_device(struct dummy *d)
{
	struct platform_device *pdev = dummy_platform_device_alloc(d);

	if (IS_ERR(pdev))
		return PTR_ERR(pdev);
	d->groups[0] = &dummy_stimulus_group;
	d->groups[1] = &unplug_group;
	d->groups[2] = d->config.model->group;
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
	if (model->id)
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

struct notifier_block dummy_bus_notifier = { .notifier_call = bus_event };
