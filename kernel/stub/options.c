// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Module parameter `options`: settings of a device beyond its resources. They
 * are read when the device is bound. A write adds entries or replaces those for
 * the same device, so that one udev rule can configure one device.
 *
 *   DEVICE,dma=SIZE,dma_bits=N,wc[=MAP],share_page[;DEVICE,…]
 *   DEVICE                                                         deletes its entry
 *
 * DEVICE is the device's name on its bus, with * ? [] as in file names. A ?
 * stands for separators in the name (, ; =). If several entries match, the last
 * one written is used. The content can be written back as it was read.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/ctype.h>
#include <linux/glob.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "stub.h"

struct stub_entry {
	struct list_head list;
	struct stub_options options;
	char device[];
};

static LIST_HEAD(entries); /* sorted by time of writing */
static DEFINE_MUTEX(entries_lock);

/* As memparse(), but a size beyond 64 bits is an error: memparse() returns a truncated size. */
static bool parse_size(char *text, unsigned long long *size)
{
	static const char units[] = "kmgt";
	const size_t length = strlen(text);
	const char last = length ? text[length - 1] : '\0';
	const char *unit = length ? strchr(units, tolower(last)) : NULL;
	bool good;

	if (unit)
		text[length - 1] = '\0';
	good = isdigit(*text) && !kstrtoull(text, 0, size) &&
	       !check_shl_overflow(*size, unit ? 10 * (unit - units + 1) : 0, size);
	if (unit) /* restore it for the error message */
		text[length - 1] = last;
	return good && *size;
}

static int parse_key(const char *device, char *key, struct stub_options *options)
{
	char *value = strchr(key, '=');
	unsigned long long size;
	unsigned int map, bits;

	if (value)
		*value++ = '\0';
	if (!strcmp(key, "dma") && value) {
		if (parse_size(value, &size) && size <= SIZE_MAX - PAGE_SIZE) {
			if (size >> PAGE_SHIFT > totalram_pages()) {
				pr_err("options of %s: 'dma=%s' is more than the %lu MiB of memory in this machine; nothing is changed\n",
				       device, value, totalram_pages() >> (20 - PAGE_SHIFT));
				return -EINVAL;
			}
			options->dma_size = size;
			return 0;
		}
	} else if (!strcmp(key, "dma_bits") && value) {
		if (!kstrtouint(value, 10, &bits) && bits >= 12 && bits <= 64) {
			options->dma_bits = bits;
			return 0;
		}
	} else if (!strcmp(key, "wc") && !value) {
		options->wc = STUB_WC_ALL;
		return 0;
	} else if (!strcmp(key, "share_page") && !value) {
		options->share_page = true;
		return 0;
	} else if (!strcmp(key, "wc") && !kstrtouint(value, 10, &map) && map < MAX_UIO_MAPS) {
		options->wc |= BIT(map);
		return 0;
	}
	pr_err("options of %s: '%s%s%s' is not one of dma=SIZE (as 64K, 1M), dma_bits=12 ... dma_bits=64, wc, wc=0 ... wc=%d, share_page; nothing is changed\n",
	       device, key, value ? "=" : "", value ?: "", MAX_UIO_MAPS - 1);
	return -EINVAL;
}

/* Parse one DEVICE,KEY,… into a new entry. An entry without keys means deletion. */
static struct stub_entry *parse_entry(char *text)
{
	char *device = strsep(&text, ","), *key;
	struct stub_entry *entry;
	int ret;

	/* Otherwise a key in its place would be stored as a name that never matches. */
	if (!*device || strchr(device, '=')) {
		pr_err("options: a device's name is missing (DEVICE,KEY,...;DEVICE,...)%s%s; nothing is changed\n",
		       *device ? " before " : "", device);
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

static void entry_drop(struct stub_entry *entry)
{
	list_del(&entry->list);
	kfree(entry);
}

/* Replace an older entry with the same name, or delete it. */
static void entry_store(struct stub_entry *entry)
{
	struct stub_entry *old, *next;

	list_for_each_entry_safe(old, next, &entries, list)
		if (!strcmp(old->device, entry->device))
			entry_drop(old);
	if (entry->options.dma_size || entry->options.dma_bits || entry->options.wc ||
	    entry->options.share_page)
		list_move_tail(&entry->list, &entries);
	else
		entry_drop(entry);
}

static int options_set(const char *value, const struct kernel_param *kp)
{
	struct stub_entry *entry, *next;
	char *copy, *text, *one;
	LIST_HEAD(fresh);
	int ret = 0;

	copy = kstrdup(value, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	text = strim(copy);
	if (!*text)
		text = NULL; /* the content of an empty list */
	while ((one = strsep(&text, ";"))) {
		entry = parse_entry(one);
		if (IS_ERR(entry)) {
			ret = PTR_ERR(entry);
			break;
		}
		list_add_tail(&entry->list, &fresh);
	}
	mutex_lock(&entries_lock);
	list_for_each_entry_safe(entry, next, &fresh, list) {
		if (ret)
			entry_drop(entry); /* one error refuses the whole write */
		else
			entry_store(entry);
	}
	mutex_unlock(&entries_lock);
	kfree(copy);
	return ret;
}

/* Print the options as they can be written, each between before and after. Returns the length. */
static int options_emit(char *buf, int len, const struct stub_options *options, const char *before,
			const char *after)
{
	unsigned int map;

	if (options->dma_size)
		len += sysfs_emit_at(buf, len, "%sdma=%zu%s", before, options->dma_size, after);
	if (options->dma_bits)
		len += sysfs_emit_at(buf, len, "%sdma_bits=%u%s", before, options->dma_bits, after);
	if (options->wc == STUB_WC_ALL)
		len += sysfs_emit_at(buf, len, "%swc%s", before, after);
	else
		for_each_set_bit(map, &options->wc, MAX_UIO_MAPS)
			len += sysfs_emit_at(buf, len, "%swc=%u%s", before, map, after);
	if (options->share_page)
		len += sysfs_emit_at(buf, len, "%sshare_page%s", before, after);
	return len;
}

ssize_t stub_options_show(const struct stub_options *options, char *buf)
{
	return options_emit(buf, 0, options, "", "\n");
}

static int options_get(char *buf, const struct kernel_param *kp)
{
	struct stub_entry *entry;
	int len = 0, before;

	mutex_lock(&entries_lock);
	list_for_each_entry(entry, &entries, list) {
		before = len;
		len += sysfs_emit_at(buf, len, "%s%s", len ? ";" : "", entry->device);
		len = options_emit(buf, len, &entry->options, ",", "");
		/* Stop at a page, before the incomplete entry: it would be a different one. */
		if (len >= PAGE_SIZE - 1) {
			len = before;
			break;
		}
	}
	mutex_unlock(&entries_lock);
	return len + sysfs_emit_at(buf, len, "\n");
}

static void options_free(void *unused)
{
	struct stub_entry *entry, *next;

	list_for_each_entry_safe(entry, next, &entries, list)
		entry_drop(entry);
}

static const struct kernel_param_ops options_ops = {
	.set = options_set,
	.get = options_get,
	.free = options_free, /* called when the module is unloaded or fails to load */
};
module_param_cb(options, &options_ops, NULL, 0644);
MODULE_PARM_DESC(
	options,
	"DEVICE,dma=SIZE,dma_bits=N,wc[=MAP],share_page[;DEVICE,...]: DMA memory, write-combining, pages shared with other devices");

void stub_options_find(const char *device, struct stub_options *options)
{
	struct stub_entry *entry;

	memset(options, 0, sizeof(*options));
	mutex_lock(&entries_lock);
	list_for_each_entry(entry, &entries, list)
		if (glob_match(entry->device, device))
			*options = entry->options;
	mutex_unlock(&entries_lock);
}
