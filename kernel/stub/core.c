// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * One device: registration with the UIO core, power while open, removal.
 *
 * An open file keeps the module loaded, because a mapping holds its file and
 * uses our vm_ops. It doesn't keep the device: unbinding and unplugging never
 * wait for user space. After stub_remove() the core doesn't access this driver
 * any more: uio_unregister_device() sets idev->info to NULL under info_lock,
 * and every path that uses info or its hooks (open, release, read, write, poll,
 * mmap, name, version) takes that lock and checks it first. The attributes of
 * maps and ports are deleted there, which waits for their readers. The
 * interrupt belongs to this driver and is freed before. And the data that
 * mappings hold records that the device was removed.
 */
#include <linux/mutex.h>
#include <linux/pm_runtime.h>
#include <linux/property.h>

#include "stub.h"

static int stub_irqcontrol(struct uio_info *info, s32 on)
{
	if (on != 0 && on != 1)
		return -EINVAL;
	stub_irq_switch(info->priv, on);
	return 0;
}

static int stub_power_on(struct stub *stub)
{
	int ret;

	ret = pm_runtime_resume_and_get(stub->dev);
	if (ret) {
		dev_err(stub->dev, "open: can't power it up: %pe\n", ERR_PTR(ret));
		return ret;
	}
	ret = clk_bulk_prepare_enable(stub->nclocks, stub->clocks);
	if (ret) {
		dev_err(stub->dev, "open: can't enable its clocks: %pe\n", ERR_PTR(ret));
		pm_runtime_put_sync(stub->dev);
		return ret;
	}
	if (stub->bus)
		stub->bus->on(stub);
	return 0;
}

static void stub_power_off(struct stub *stub)
{
	if (stub->bus)
		stub->bus->off(stub);
	clk_bulk_disable_unprepare(stub->nclocks, stub->clocks);
	pm_runtime_put_sync(stub->dev);
}

static int stub_open(struct uio_info *info, struct inode *inode)
{
	struct stub *stub = info->priv;
	int ret;

	ret = stub_inode_get(stub, inode);
	if (ret)
		return ret;
	if (!stub->opens) {
		ret = stub_dma_clean(stub);
		if (!ret)
			ret = stub_power_on(stub);
		if (ret) {
			stub_inode_put(stub, inode);
			return ret;
		}
		/*
		 * An interrupt that was pending since before fires now. It isn't lost: the core
		 * recorded this file's event count before it called this hook.
		 */
		stub_irq_switch(stub, true);
	}
	stub->opens++;
	return 0;
}

static int stub_release(struct uio_info *info, struct inode *inode)
{
	struct stub *stub = info->priv;

	stub_inode_put(stub, inode);
	if (!--stub->opens) {
		stub_irq_switch(stub, false);
		stub_power_off(stub);
	}
	return 0;
}

/*
 * The core frees the number N before it deletes uioN. A device that is
 * registered in between gets this number and fails with EEXIST. So this driver
 * registers and unregisters one device at a time. Devices of other UIO drivers
 * can still collide.
 */
static DEFINE_MUTEX(stub_core_lock);

/* The core creates uioN before its maps and ports. A read waits until all are there. */
static ssize_t maps_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	static const char * const names[] = {
		[STUB_UNCACHED] = "uncached",
		[STUB_WRITE_COMBINING] = "write-combining",
		[STUB_DMA_COHERENT] = "dma-coherent",
	};
	struct stub *stub = dev_get_drvdata(dev);
	unsigned int i;
	int len = 0;

	mutex_lock(&stub_core_lock);
	mutex_unlock(&stub_core_lock);
	for (i = 0; i < stub->maps; i++)
		len += sysfs_emit_at(buf, len, "%u %s\n", i, names[stub->kind[i]]);
	return len;
}
static DEVICE_ATTR_RO(maps);

static ssize_t irq_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	static const char * const names[] = {
		[STUB_IRQ_NONE] = "none",
		[STUB_IRQ_COUNTED] = "counted",
		[STUB_IRQ_MASKED] = "masked",
		[STUB_IRQ_INTX] = "masked",
	};
	struct stub *stub = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%s\n", names[stub->irq_kind]);
}
static DEVICE_ATTR_RO(irq);

/* For diagnosis: a masked line fires no more until the program enables it again. */
static ssize_t irq_enabled_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct stub *stub = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%d\n", READ_ONCE(stub->irq_on));
}
static DEVICE_ATTR_RO(irq_enabled);

static ssize_t left_out_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return stub_left_show(dev_get_drvdata(dev), buf);
}
static DEVICE_ATTR_RO(left_out);

/* The options in use. Later writes to the parameter affect the next binding. */
static ssize_t options_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct stub *stub = dev_get_drvdata(dev);

	return stub_options_show(&stub->options, buf);
}
static DEVICE_ATTR_RO(options);

static struct attribute *stub_attrs[] = { &dev_attr_maps.attr,	      &dev_attr_irq.attr,
					  &dev_attr_irq_enabled.attr, &dev_attr_left_out.attr,
					  &dev_attr_options.attr,     NULL };
static const struct attribute_group stub_group = { .name = "uio_stub", .attrs = stub_attrs };

/* The core no longer calls this driver: revoke all mappings and power the device down. */
static void stub_disconnect(struct stub *stub)
{
	stub_revoke(stub);
	if (stub->opens)
		stub_power_off(stub);
}

/*
 * The name that firmware gives the device; NULL if none. UIO's own property is
 * used first, as in the mainline drivers.
 */
const char *stub_label(struct device *dev)
{
	const char *label;

	if ((device_property_read_string(dev, "linux,uio-name", &label) || !*label) &&
	    (device_property_read_string(dev, "label", &label) || !*label))
		return NULL;
	return devm_kstrdup(dev, label, GFP_KERNEL);
}

/* Returns NULL without memory. devres frees it. */
struct stub *stub_new(struct device *dev, const struct stub_bus *bus)
{
	struct stub *stub = devm_kzalloc(dev, sizeof(*stub), GFP_KERNEL);

	if (!stub)
		return NULL;
	stub->dev = dev;
	stub->bus = bus;
	INIT_LIST_HEAD(&stub->left_out);
	INIT_LIST_HEAD(&stub->rests);
	INIT_LIST_HEAD(&stub->inodes);
	dev_set_drvdata(dev, stub);
	return stub;
}

int stub_add(struct stub *stub, const char *name, struct resource *resources, unsigned int count,
	     int irq, enum stub_irq kind)
{
	struct device *dev = stub->dev;
	int ret;

	stub->nclocks = devm_clk_bulk_get_all(dev, &stub->clocks);
	if (stub->nclocks < 0)
		return dev_err_probe(dev, stub->nclocks, "can't get its clocks\n");
	ret = stub_maps_add(stub, resources, count);
	if (ret)
		return ret;
	ret = stub_irq_add(stub, irq, kind);
	if (ret)
		return ret;
	/*
	 * Don't use the driver's dev_groups: the kernel adds those after probe, too late for
	 * programs that wait for uioN.
	 */
	ret = devm_device_add_group(dev, &stub_group);
	if (ret) {
		dev_err_probe(dev, ret, "can't create its sysfs directory uio_stub\n");
		goto irq_remove;
	}

	stub->info.name = name;
	stub->info.version = "uio_stub";
	stub->info.priv = stub;
	stub->info.open = stub_open;
	stub->info.release = stub_release;
	stub->info.mmap = stub_mmap;
	if (kind != STUB_IRQ_NONE) {
		stub->info.irq = UIO_IRQ_CUSTOM;
		stub->info.irqcontrol = stub_irqcontrol;
	}
	/* The device can be opened before this call returns, even if it fails. */
	mutex_lock(&stub_core_lock);
	ret = uio_register_device(dev, &stub->info);
	mutex_unlock(&stub_core_lock);
	if (ret) {
		dev_err_probe(dev, ret, "can't register it with the UIO core\n");
		goto disconnect;
	}
	stub_irq_start(stub);
	return 0;

disconnect:
	stub_disconnect(stub);
irq_remove:
	stub_irq_remove(stub);
	return ret;
}

/* The interrupt goes first: its handler calls the core. devres frees memory and resources last. */
void stub_remove(struct stub *stub)
{
	struct device *uio = get_device(&stub->info.uio_dev->dev);

	stub_irq_remove(stub);
	mutex_lock(&stub_core_lock);
	uio_unregister_device(&stub->info);
	mutex_unlock(&stub_core_lock);
	/*
	 * uio_unregister_device() wakes readers. But a reader checks for removal before it puts
	 * itself on the wait queue: if the wake-up comes in between it is lost, and the reader
	 * would sleep forever. The reader checks for events after that. So send one more event: the
	 * reader either sees it and returns (its next read fails), or is woken.
	 */
	uio_event_notify(&stub->info);
	put_device(uio);
	stub_disconnect(stub);
}
