// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* sysfs, on the live device: what is done to it, and what it saw. Root's alone. */
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/slab.h>

#include "dummy.h"

#define MAX_EVENTS 1000000

static ssize_t events(struct device *dev, const char *buf, size_t count, bool burst)
{
	struct dummy *d = dummy_of(dev);
	u32 n;
	int ret = kstrtou32(buf, 0, &n);

	if (ret)
		return ret;
	if (!n || n > MAX_EVENTS)
		return -EINVAL;
	while (n--) {
		if (d->config.model->event)
			d->config.model->event(d);
		else
			dummy_irq_event(d);
		if (!burst && n)
			usleep_range(200, 300);
	}
	return count;
}

static ssize_t trigger_store(struct device *dev, struct device_attribute *attr, const char *buf, size_t count)
{
	return events(dev, buf, count, false);
}
static DEVICE_ATTR_WO(trigger);

static ssize_t burst_store(struct device *dev, struct device_attribute *attr, const char *buf, size_t count)
{
	return events(dev, buf, count, true);
}
static DEVICE_ATTR_WO(burst);

#define FAULT_COUNT(field)								\
static ssize_t field##_show(struct device *dev, struct device_attribute *attr, char *buf)	\
{											\
	return sysfs_emit(buf, "%d\n", atomic_read(&dummy_of(dev)->faults.field));	\
}											\
static ssize_t field##_store(struct device *dev, struct device_attribute *attr, const char *buf, size_t count)	\
{											\
	u32 n;										\
	int ret = kstrtou32(buf, 0, &n);						\
											\
	if (ret)									\
		return ret;								\
	if (n > INT_MAX)								\
		return -EINVAL;								\
	atomic_set(&dummy_of(dev)->faults.field, n);					\
	return count;									\
}											\
static DEVICE_ATTR(field, 0600, field##_show, field##_store)

FAULT_COUNT(lose_irq);
FAULT_COUNT(corrupt);
FAULT_COUNT(error);

static ssize_t stall_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", dummy_of(dev)->faults.stall);
}

static ssize_t stall_store(struct device *dev, struct device_attribute *attr, const char *buf, size_t count)
{
	bool stall;
	int ret = kstrtobool(buf, &stall);

	if (ret)
		return ret;
	WRITE_ONCE(dummy_of(dev)->faults.stall, stall);
	return count;
}
static DEVICE_ATTR(stall, 0600, stall_show, stall_store);

static ssize_t delay_irq_ns_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", dummy_of(dev)->faults.delay_irq_ns);
}

static ssize_t delay_irq_ns_store(struct device *dev, struct device_attribute *attr, const char *buf, size_t count)
{
	u64 ns;
	int ret = kstrtou64(buf, 0, &ns);

	if (ret)
		return ret;
	if (ns > 60ULL * NSEC_PER_SEC)
		return -EINVAL;
	WRITE_ONCE(dummy_of(dev)->faults.delay_irq_ns, ns);
	return count;
}
static DEVICE_ATTR(delay_irq_ns, 0600, delay_irq_ns_show, delay_irq_ns_store);

/* Lets go of its own attribute first: removing the device waits for all others that are in use. */
static ssize_t unplug_store(struct device *dev, struct device_attribute *attr, const char *buf, size_t count)
{
	struct dummy *d = dummy_of(dev);
	struct platform_device *pdev = to_platform_device(dev);
	struct kernfs_node *node;
	bool unplug;
	int ret = kstrtobool(buf, &unplug);

	if (ret)
		return ret;
	if (!unplug)
		return -EINVAL;
	config_item_get(&d->group.cg_item);
	get_device(dev);
	node = sysfs_break_active_protection(&dev->kobj, &attr->attr);
	mutex_lock(&d->lock);
	if (d->live && d->pdev == pdev)
		dummy_stop(d);
	mutex_unlock(&d->lock);
	if (node)
		sysfs_unbreak_active_protection(node);
	put_device(dev);
	config_item_put(&d->group.cg_item);
	return count;
}
static DEVICE_ATTR_WO(unplug);

static ssize_t event_count_store(struct device *dev, struct device_attribute *attr, const char *buf, size_t count)
{
	struct uio_device *uio;
	u32 value;
	int ret = kstrtou32(buf, 0, &value);

	if (ret)
		return ret;
	uio = dummy_uio(dummy_of(dev));
	if (!uio)
		return -ENODEV;
	atomic_set(&uio->event, value);
	put_device(&uio->dev);
	return count;
}
static DEVICE_ATTR_WO(event_count);

static ssize_t irq_stats_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return dummy_irq_stats(dummy_of(dev), buf);
}
static DEVICE_ATTR(irq_stats, 0400, irq_stats_show, NULL);

static struct attribute *dummy_attrs[] = {
	&dev_attr_trigger.attr, &dev_attr_burst.attr, &dev_attr_lose_irq.attr, &dev_attr_corrupt.attr,
	&dev_attr_error.attr, &dev_attr_stall.attr, &dev_attr_delay_irq_ns.attr, &dev_attr_unplug.attr,
	&dev_attr_event_count.attr, &dev_attr_irq_stats.attr,
	NULL
};

/* mapN: the device's memory from the kernel's side. */
static ssize_t map_read(struct file *file, struct kobject *kobj, struct bin_attribute *attr, char *buf, loff_t at,
			size_t count)
{
	struct dummy_mem *mem = &dummy_of(kobj_to_dev(kobj))->mem[(long)attr->private];

	return memory_read_from_buffer(buf, count, &at, mem->start, mem->size);
}

static ssize_t map_write(struct file *file, struct kobject *kobj, struct bin_attribute *attr, char *buf, loff_t at,
			 size_t count)
{
	struct dummy_mem *mem = &dummy_of(kobj_to_dev(kobj))->mem[(long)attr->private];

	if (at >= mem->size)
		return -ENOSPC;
	count = min_t(size_t, count, mem->size - at);
	memcpy(mem->start + at, buf, count);
	return count;
}

#define MAP(n) static struct bin_attribute map##n = {					\
	.attr = { .name = "map" #n, .mode = 0600 }, .private = (void *)n, .read = map_read, .write = map_write }
MAP(0);
MAP(1);
MAP(2);
MAP(3);
MAP(4);

static struct bin_attribute *dummy_bin_attrs[] = { &map0, &map1, &map2, &map3, &map4, NULL };

static umode_t map_visible(struct kobject *kobj, struct bin_attribute *attr, int n)
{
	return n < dummy_of(kobj_to_dev(kobj))->nmem ? attr->attr.mode : 0;
}

const struct attribute_group dummy_group = {
	.attrs = dummy_attrs,
	.bin_attrs = dummy_bin_attrs,
	.is_bin_visible = map_visible,
};
