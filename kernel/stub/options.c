// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Module parameter `options`: what a device is to get beyond its resources.
 * Looked at when the device is bound. Every write adds to or replaces what is
 * there, so that one udev rule can speak for one device.
 *
 *   DEVICE,dma=SIZE,wc[=MAP][;DEVICE,…]     DEVICE alone forgets it
 *
 * DEVICE is the device's name on its bus, with * ? [] as in file names.
 */
#include <linux/glob.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "stub.h"

struct entry {
	struct list_head list;
	struct stub_options options;
	char device[];
};

static LIST_HEAD(entries);		/* newest first */
static DEFINE_MUTEX(entries_lock);

static int parse_key(const char *device, char *key, struct stub_options *options)
{
	char *value = strchr(key, '='), *end;
	unsigned long long size;
	unsigned int map;

	if (value)
		*value++ = '\0';
	if (!strcmp(key, "dma") && value) {
		size = memparse(value, &end);
		if (end != value && !*end && size && size <= INT_MAX) {
			options->dma_size = size;
			return 0;
		}
	} else if (!strcmp(key, "wc") && !value) {
		options->wc = ~0UL;
		return 0;
	} else if (!strcmp(key, "wc") && !kstrtouint(value, 10, &map) && map < MAX_UIO_MAPS) {
		options->wc |= BIT(map);
		return 0;
	}
	pr_err("uio_stub: options of %s: '%s%s%s': want dma=SIZE (up to 2G), wc or wc=0…%d\n", device, key,
	       value ? "=" : "", value ?: "", MAX_UIO_MAPS - 1);
	return -EINVAL;
}

/* One DEVICE,KEY,… into a new entry; one without keys stands for "forget". */
static struct entry *parse_entry(char *text)
{
	char *device = strsep(&text, ","), *key;
	struct entry *entry;
	int ret;

	if (!*device) {
		pr_err("uio_stub: options: a device's name is missing\n");
		return ERR_PTR(-EINVAL);
	}
	entry = kzalloc(struct_size(entry, device, strlen(device) + 1), GFP_KERNEL);
	if (!entry)
		return ERR_PTR(-ENOMEM);
	strcpy(entry->device, device);
	while ((key = strsep(&text, ","))) {
		ret = parse_key(device, key, &entry->options);
		if (ret) {
			kfree(entry);
			return ERR_PTR(ret);
		}
	}
	return entry;
}

static void entry_free(struct entry *entry)
{
	list_del(&entry->list);
	kfree(entry);
}

static void entries_free(struct list_head *list)
{
	struct entry *entry, *next;

	list_for_each_entry_safe(entry, next, list, list)
		entry_free(entry);
}

static int options_set(const char *value, const struct kernel_param *kp)
{
	struct entry *entry, *next, *old, *old_next;
	char *copy, *text, *one;
	LIST_HEAD(fresh);
	int ret = 0;

	copy = kstrdup(value, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	text = strim(copy);
	while ((one = strsep(&text, ";"))) {
		entry = parse_entry(one);
		if (IS_ERR(entry)) {
			ret = PTR_ERR(entry);
			break;
		}
		list_add_tail(&entry->list, &fresh);
	}
	/* All or nothing. */
	if (!ret) {
		mutex_lock(&entries_lock);
		list_for_each_entry_safe(entry, next, &fresh, list) {
			list_for_each_entry_safe(old, old_next, &entries, list)
				if (!strcmp(old->device, entry->device))
					entry_free(old);
			if (entry->options.dma_size || entry->options.wc)
				list_move(&entry->list, &entries);
		}
		mutex_unlock(&entries_lock);
	}
	entries_free(&fresh);
	kfree(copy);
	return ret;
}

static int options_get(char *buf, const struct kernel_param *kp)
{
	struct entry *entry;
	unsigned int map;
	int len = 0;

	mutex_lock(&entries_lock);
	list_for_each_entry(entry, &entries, list) {
		len += scnprintf(buf + len, PAGE_SIZE - len, "%s%s", len ? ";" : "", entry->device);
		if (entry->options.dma_size)
			len += scnprintf(buf + len, PAGE_SIZE - len, ",dma=%zu", entry->options.dma_size);
		for (map = 0; map < MAX_UIO_MAPS && entry->options.wc != ~0UL; map++)
			if (entry->options.wc & BIT(map))
				len += scnprintf(buf + len, PAGE_SIZE - len, ",wc=%u", map);
		if (entry->options.wc == ~0UL)
			len += scnprintf(buf + len, PAGE_SIZE - len, ",wc");
	}
	mutex_unlock(&entries_lock);
	len += scnprintf(buf + len, PAGE_SIZE - len, "\n");
	return len;
}

static const struct kernel_param_ops options_ops = { .set = options_set, .get = options_get };
module_param_cb(options, &options_ops, NULL, 0644);
MODULE_PARM_DESC(options, "DEVICE,dma=SIZE,wc[=MAP][;DEVICE,...]: DMA memory and write-combining, device by device");

/* The newest entry that matches. */
void stub_options_find(const char *device, struct stub_options *options)
{
	struct entry *entry;

	memset(options, 0, sizeof(*options));
	mutex_lock(&entries_lock);
	list_for_each_entry(entry, &entries, list) {
		if (glob_match(entry->device, device)) {
			*options = entry->options;
			break;
		}
	}
	mutex_unlock(&entries_lock);
}

void stub_options_free(void)
{
	entries_free(&entries);
}
