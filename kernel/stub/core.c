// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * One device: registration with the UIO core, power while open, its
 * interrupt, and removal.
 *
 * The module registers with the core as nobody's (owner NULL), so that an open
 * file does not keep it loaded. That is safe because after stub_remove() the
 * core reaches nothing of ours: uio_unregister_device() sets idev->info to NULL
 * under info_lock, and every path that uses info or its hooks (open, release,
 * read, write, poll, mmap, name, version) holds that lock and looks first; the
 * interrupt is our own and freed before; and our mappings carry no vm_ops.
 */
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/module.h>
#include <linux/pm_runtime.h>
#include <linux/slab.h>

#include "stub.h"

static irqreturn_t stub_interrupt(int irq, void *data)
{
	struct stub *stub = data;

	if (!stub->irq_counted) {
		spin_lock(&stub->lock);
		if (stub->irq_on) {
			stub->irq_on = false;
			disable_irq_nosync(irq);
		}
		spin_unlock(&stub->lock);
	}
	uio_event_notify(&stub->info);
	return IRQ_HANDLED;
}

/* write(1) and write(0) on the device file; also at first open and last close. Enabling twice is enabling once. */
static int stub_irqcontrol(struct uio_info *info, s32 on)
{
	struct stub *stub = info->priv;
	unsigned long flags;
	int ret = 0;

	if (on != 0 && on != 1)
		return -EINVAL;
	spin_lock_irqsave(&stub->lock, flags);
	if (stub->gone) {
		ret = -ENODEV;
	} else if (stub->irq_on != on) {
		stub->irq_on = on;
		if (on)
			enable_irq(stub->irq);
		else
			disable_irq_nosync(stub->irq);
	}
	spin_unlock_irqrestore(&stub->lock, flags);
	return ret;
}

static int stub_open(struct uio_info *info, struct inode *inode)
{
	struct stub *stub = info->priv;
	int ret;

	ret = stub_inode_get(stub, inode);
	if (ret)
		return ret;
	if (stub->opens++)
		return 0;

	ret = pm_runtime_resume_and_get(stub->dev);
	if (ret) {
		dev_err(stub->dev, "can't be powered up: %pe\n", ERR_PTR(ret));
		goto inode_put;
	}
	ret = clk_bulk_prepare_enable(stub->nclocks, stub->clocks);
	if (ret) {
		dev_err(stub->dev, "its clocks can't be enabled: %pe\n", ERR_PTR(ret));
		goto power_put;
	}
	if (stub->dma)
		memset(stub->dma, 0, stub->dma_size);	/* nothing of the last user's */
	/* An interrupt that came while nobody listened fires now: the core has counted this listener in already. */
	if (stub->irq)
		stub_irqcontrol(info, 1);
	return 0;

power_put:
	pm_runtime_put(stub->dev);
inode_put:
	stub->opens--;
	stub_inode_put(stub, inode);
	return ret;
}

static void stub_idle(struct stub *stub)
{
	clk_bulk_disable_unprepare(stub->nclocks, stub->clocks);
	pm_runtime_put_sync(stub->dev);
}

static int stub_release(struct uio_info *info, struct inode *inode)
{
	struct stub *stub = info->priv;

	stub_inode_put(stub, inode);
	if (--stub->opens == 0) {
		if (stub->irq) {
			stub_irqcontrol(info, 0);
			synchronize_irq(stub->irq);
		}
		stub_idle(stub);
	}
	return 0;
}

static int stub_irq_add(struct stub *stub, int irq)
{
	unsigned int type = irq_get_trigger_type(irq);
	int ret;

	stub->irq_counted = type == IRQ_TYPE_EDGE_RISING || type == IRQ_TYPE_EDGE_FALLING || type == IRQ_TYPE_EDGE_BOTH;
	/* Masking a level line must reach the controller at once: it is still asserted. */
	if (!stub->irq_counted)
		irq_set_status_flags(irq, IRQ_DISABLE_UNLAZY);
	ret = request_irq(irq, stub_interrupt, IRQF_NO_AUTOEN, dev_name(stub->dev), stub);
	if (ret) {
		irq_clear_status_flags(irq, IRQ_DISABLE_UNLAZY);
		return dev_err_probe(stub->dev, ret, "interrupt %d can't be had; /proc/interrupts shows who has it\n", irq);
	}
	stub->irq = irq;
	return 0;
}

static void stub_irq_remove(struct stub *stub)
{
	if (!stub->irq)
		return;
	free_irq(stub->irq, stub);
	irq_clear_status_flags(stub->irq, IRQ_DISABLE_UNLAZY);
}

struct stub *stub_add(struct device *dev, const char *name, struct resource *resources, unsigned int count, int irq)
{
	struct stub *stub;
	int ret;

	stub = devm_kzalloc(dev, sizeof(*stub), GFP_KERNEL);
	if (!stub)
		return ERR_PTR(-ENOMEM);
	stub->dev = dev;
	spin_lock_init(&stub->lock);
	INIT_LIST_HEAD(&stub->inodes);
	INIT_LIST_HEAD(&stub->mms);

	stub->nclocks = devm_clk_bulk_get_all(dev, &stub->clocks);
	if (stub->nclocks < 0)
		return ERR_PTR(dev_err_probe(dev, stub->nclocks, "its clocks can't be had\n"));

	ret = stub_maps_add(stub, resources, count);
	if (ret)
		return ERR_PTR(ret);

	stub->info.name = name;
	stub->info.version = "uio_stub";
	stub->info.priv = stub;
	stub->info.open = stub_open;
	stub->info.release = stub_release;
	stub->info.mmap = stub_mmap;
	if (irq) {
		/*
		 * CUSTOM: we request the line ourselves. From 6.12 the core would
		 * count in a thread, which merges events that come quickly.
		 */
		stub->info.irq = UIO_IRQ_CUSTOM;
		stub->info.irqcontrol = stub_irqcontrol;
	}
	pm_runtime_enable(dev);
	ret = __uio_register_device(NULL, dev, &stub->info);
	if (ret) {
		dev_err_probe(dev, ret, "the UIO core refused it\n");
		goto maps_remove;
	}
	/* After registration, since the handler tells the core; the line stays disabled until the first open. */
	if (irq) {
		ret = stub_irq_add(stub, irq);
		if (ret)
			goto unregister;
	}
	return stub;

unregister:
	uio_unregister_device(&stub->info);
	stub_revoke(stub);
maps_remove:
	pm_runtime_disable(dev);
	stub_maps_remove(stub);
	return ERR_PTR(ret);
}

/* No lock of ours may be held around uio_unregister_device(): our hooks run under the core's info_lock. */
void stub_remove(struct stub *stub)
{
	unsigned int opens;

	spin_lock_irq(&stub->lock);
	stub->gone = true;	/* write() no longer touches the line */
	spin_unlock_irq(&stub->lock);
	stub_irq_remove(stub);
	uio_unregister_device(&stub->info);
	opens = stub->opens;	/* settled: the core calls no hook any more */
	stub_revoke(stub);
	if (opens)
		stub_idle(stub);
	pm_runtime_disable(stub->dev);
	stub_maps_remove(stub);
}

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

	for (i = 0; i < stub->maps; i++)
		len += sysfs_emit_at(buf, len, "%u %s\n", i, names[stub->kind[i]]);
	return len;
}
static DEVICE_ATTR_RO(maps);

static ssize_t irq_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct stub *stub = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%s\n", !stub->irq ? "none" : stub->irq_counted ? "counted" : "masked");
}
static DEVICE_ATTR_RO(irq);

static struct attribute *stub_attrs[] = { &dev_attr_maps.attr, &dev_attr_irq.attr, NULL };
static const struct attribute_group stub_group = { .name = "uio_stub", .attrs = stub_attrs };
const struct attribute_group *stub_groups[] = { &stub_group, NULL };

static int __init stub_init(void)
{
	return stub_platform_init();
}
module_init(stub_init);

static void __exit stub_exit(void)
{
	stub_platform_exit();
	stub_options_free();
}
module_exit(stub_exit);

MODULE_DESCRIPTION("Hands any device's memory, ports and interrupt to user space through UIO");
MODULE_AUTHOR("The uiomap authors");
MODULE_LICENSE("GPL");
