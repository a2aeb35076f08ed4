// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * /sys/devices/platform/uio_dummy.N/: events and faults for a live device, and
 * its statistics. For root only.
 *
 * The device is deleted with d->lock held, and deletion waits for these files.
 * So they can't take this lock. They don't need it, since all that they use
 * exists until the device is deleted.
 */
#include <linux/device.h>
#include <linux/sched/signal.h>
#include <linux/string.h>

#include "dummy.h"

#define MAX_EVENTS   1000000u
#define MAX_DELAY_NS (3600 * (u64)NSEC_PER_SEC)

static void events(struct dummy *d, u32 n)
{
	if (d->config.model->events)
		d->config.model->events(d, n);
	else
		dummy_irq_events(d, n);
}

/* Generate events one by one: each is delivered before the next. */
static ssize_t trigger_store(struct device *dev, struct device_attribute *attr, const char *buf,
			     size_t count)
{
	struct dummy *d = dummy_of(dev);
	u64 n;

	if (dummy_parse(buf, MAX_EVENTS, &n))
		return -EINVAL;
	while (n--) {
		events(d, 1);
		dummy_irq_settle(d);
		cond_resched();
		if (fatal_signal_pending(current))
			return -EINTR;
	}
	return count;
}
static DEVICE_ATTR(trigger, 0200, NULL, trigger_store);

/* Generate all events at once. */
static ssize_t burst_store(struct device *dev, struct device_attribute *attr, const char *buf,
			   size_t count)
{
	u64 n;

	if (dummy_parse(buf, MAX_EVENTS, &n))
		return -EINVAL;
	if (n)
		events(dummy_of(dev), n);
	return count;
}
static DEVICE_ATTR(burst, 0200, NULL, burst_store);

/* Faults for the next N events; reading returns what remains of N. */
#define COUNT(_name)                                                                               \
	static ssize_t _name##_show(struct device *dev, struct device_attribute *attr, char *buf)  \
	{                                                                                          \
		return sysfs_emit(buf, "%d\n", atomic_read(&dummy_of(dev)->faults._name));         \
	}                                                                                          \
	static ssize_t _name##_store(struct device *dev, struct device_attribute *attr,            \
				     const char *buf, size_t count)                                \
	{                                                                                          \
		u64 n;                                                                             \
                                                                                                   \
		if (dummy_parse(buf, INT_MAX, &n))                                                 \
			return -EINVAL;                                                            \
		atomic_set(&dummy_of(dev)->faults._name, n);                                       \
		return count;                                                                      \
	}                                                                                          \
	static DEVICE_ATTR(_name, 0600, _name##_show, _name##_store)

COUNT(lose_irq);
COUNT(corrupt);
COUNT(error);

static ssize_t stall_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", READ_ONCE(dummy_of(dev)->faults.stall));
}

static ssize_t stall_store(struct device *dev, struct device_attribute *attr, const char *buf,
			   size_t count)
{
	u64 stall;

	if (dummy_parse(buf, 1, &stall))
		return -EINVAL;
	WRITE_ONCE(dummy_of(dev)->faults.stall, stall);
	return count;
}
static DEVICE_ATTR(stall, 0600, stall_show, stall_store);

static ssize_t delay_irq_ns_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", READ_ONCE(dummy_of(dev)->faults.delay_irq_ns));
}

static ssize_t delay_irq_ns_store(struct device *dev, struct device_attribute *attr,
				  const char *buf, size_t count)
{
	u64 ns;

	if (dummy_parse(buf, MAX_DELAY_NS, &ns))
		return -EINVAL;
	WRITE_ONCE(dummy_of(dev)->faults.delay_irq_ns, ns);
	return count;
}
static DEVICE_ATTR(delay_irq_ns, 0600, delay_irq_ns_show, delay_irq_ns_store);

static ssize_t event_count_store(struct device *dev, struct device_attribute *attr, const char *buf,
				 size_t count)
{
	struct device *uio;
	u64 value;

	if (dummy_parse(buf, U32_MAX, &value))
		return -EINVAL;
	uio = dummy_uio_device(dev);
	if (!uio)
		return -ENODEV;
	atomic_set(&((struct uio_device *)dev_get_drvdata(uio))->event, value);
	put_device(uio);
	return count;
}
static DEVICE_ATTR(event_count, 0200, NULL, event_count_store);

static ssize_t irq_stats_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return dummy_irq_stats(dummy_of(dev), buf);
}
static DEVICE_ATTR(irq_stats, 0400, irq_stats_show, NULL);

static struct attribute *stimulus_attrs[] = {
	&dev_attr_trigger.attr,	     &dev_attr_burst.attr,
	&dev_attr_lose_irq.attr,     &dev_attr_corrupt.attr,
	&dev_attr_error.attr,	     &dev_attr_stall.attr,
	&dev_attr_delay_irq_ns.attr, &dev_attr_event_count.attr,
	&dev_attr_irq_stats.attr,    NULL
};

/* mapN: the device's bytes of map N, accessed by the kernel. */
static ssize_t map_read(struct file *file, struct kobject *kobj, struct bin_attribute *attr,
			char *buf, loff_t off, size_t count)
{
	const struct dummy_mem *mem = &dummy_of(kobj_to_dev(kobj))->mem[(uintptr_t)attr->private];

	return memory_read_from_buffer(buf, count, &off, mem->start, mem->size);
}

static ssize_t map_write(struct file *file, struct kobject *kobj, struct bin_attribute *attr,
			 char *buf, loff_t off, size_t count)
{
	const struct dummy_mem *mem = &dummy_of(kobj_to_dev(kobj))->mem[(uintptr_t)attr->private];

	if (off >= mem->size)
		return -EFBIG;
	count = min_t(size_t, count, mem->size - off);
	memcpy(mem->start + off, buf, count);
	return count;
}

#define MAP(n)                                                                                     \
	static struct bin_attribute map##n = {                                                     \
		.attr = { .name = "map" #n, .mode = 0600 },                                        \
		.private = (void *)n,                                                              \
		.read = map_read,                                                                  \
		.write = map_write,                                                                \
	}

MAP(0);
MAP(1);
MAP(2);
MAP(3);
MAP(4);
static_assert(DUMMY_MAX_MAPS == 5);

static struct bin_attribute *stimulus_bin_attrs[] = { &map0, &map1, &map2, &map3, &map4, NULL };

static umode_t map_visible(struct kobject *kobj, struct bin_attribute *attr, int n)
{
	return n < dummy_of(kobj_to_dev(kobj))->nmem ? attr->attr.mode : 0;
}

const struct attribute_group dummy_stimulus_group = {
	.attrs = stimulus_attrs,
	.bin_attrs = stimulus_bin_attrs,
	.is_bin_visible = map_visible,
};
