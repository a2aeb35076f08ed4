/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Finding devices. A glance at each (three system calls for a name), then a
 * snapshot of those that match. What is known by number costs no scan.
 */
#include "internal.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* The class directory and the devices in it that are still of interest. */
struct scan {
	DIR *dir; /* NULL: there is no class, or it isn't needed */
	unsigned int *numbers;
	size_t count;
};

static void scan_close(struct scan *scan)
{
	int error = errno;

	if (scan->dir)
		closedir(scan->dir);
	free(scan->numbers);
	errno = error;
}

static int add_number(struct scan *scan, unsigned int number)
{
	/* Powers of two: grow when the count is one. */
	if (!(scan->count & (scan->count - 1))) {
		size_t room = scan->count ? 2 * scan->count : 1;
		unsigned int *grown = realloc(scan->numbers, room * sizeof(*grown));

		if (!grown)
			return fail(ENOMEM, "no memory for the list of devices");
		scan->numbers = grown;
	}
	scan->numbers[scan->count++] = number;
	return 0;
}

int by_number(const void *a, const void *b)
{
	unsigned int x = *(const unsigned int *)a, y = *(const unsigned int *)b;

	return (x > y) - (x < y);
}

bool sysfs_mounted(void)
{
	struct stat st;

	return stat(UIOMAP_SYSFS "/class", &st) == 0 || errno != ENOENT;
}

static int scan_open(struct scan *scan)
{
	struct dirent *entry;
	unsigned int number;

	*scan = (struct scan){ 0 };
	scan->dir = opendir(UIOMAP_CLASS);
	if (!scan->dir && errno == ENOENT)
		return sysfs_mounted() ? 0 : fail(ENODEV, NO_SYSFS);
	if (!scan->dir)
		return fail(errno, "%s: %s", UIOMAP_CLASS, why(errno));
	while ((errno = 0, entry = readdir(scan->dir)))
		if (parse_uio(entry->d_name, &number) && add_number(scan, number) < 0) {
			scan_close(scan);
			return -1;
		}
	if (errno) {
		fail(errno, "%s: can't be listed: %s", UIOMAP_CLASS, why(errno));
		scan_close(scan);
		return -1;
	}
	if (scan->count)
		qsort(scan->numbers, scan->count, sizeof(*scan->numbers), by_number);
	return 0;
}

int class_numbers(unsigned int **numbers, size_t *count)
{
	struct scan scan;

	if (scan_open(&scan) < 0)
		return -1;
	*numbers = scan.numbers;
	*count = scan.count;
	scan.numbers = NULL;
	scan_close(&scan);
	return 0;
}

/* The kernel knows the device of a node's number; the name of the node may be anything. */
static int scan_node(struct scan *scan, const struct stat *node)
{
	char path[sizeof(UIOMAP_SYSFS) + 48], link[LINK_SIZE];
	unsigned int number;

	snprintf(path, sizeof(path), UIOMAP_SYSFS "/dev/char/%u:%u", major(node->st_rdev), minor(node->st_rdev));
	if (attr_link(AT_FDCWD, path, link) < 0)
		return fail(errno, "%s: %s", path, why(errno));
	return parse_uio(last_name(link), &number) ? add_number(scan, number) : 0;
}

/* All that match, as far as a glance tells. */
static int scan_for(struct scan *scan, struct selector *s)
{
	size_t kept = 0;

	*scan = (struct scan){ 0 };
	if (s->form == FORM_NUMBER)
		return add_number(scan, s->number);
	if (s->form == FORM_PATH) {
		if (stat(s->text, &s->file) < 0)
			return errno == ENOENT || errno == ENOTDIR || errno == ELOOP ?
				       0 :
				       fail(errno, "selector %s: %s", QUOTE(s->text), why(errno));
		if (S_ISCHR(s->file.st_mode))
			return scan_node(scan, &s->file);
	}
	if (scan_open(scan) < 0)
		return -1;
	for (size_t i = 0; i < scan->count; i++) {
		int match = selector_glance(s, dirfd(scan->dir), scan->numbers[i]);

		if (match < 0) {
			fail(errno, "%s/uio%u: %s", UIOMAP_CLASS, scan->numbers[i], why(errno));
			scan_close(scan);
			return -1;
		}
		if (match)
			scan->numbers[kept++] = scan->numbers[i];
	}
	scan->count = kept;
	return 0;
}

static int by_path(const void *a, const void *b)
{
	const struct uiomap_info *x = *(struct uiomap_info *const *)a, *y = *(struct uiomap_info *const *)b;
	int order = strverscmp(x->syspath, y->syspath);

	return order ? order : (x->number > y->number) - (x->number < y->number);
}

void uiomap_list_free(struct uiomap_info **list)
{
	int error = errno;

	for (size_t i = 0; list && list[i]; i++)
		uiomap_info_free(list[i]);
	free(list);
	errno = error;
}

/* Snapshots of all that match. One that goes meanwhile is no match; one that is malformed is none if tolerant, or else an error. */
static struct uiomap_info **snapshots(struct selector *s, bool tolerant, size_t *count)
{
	struct uiomap_info **list;
	struct scan scan;

	*count = 0;
	if (scan_for(&scan, s) < 0)
		return NULL;
	list = calloc(scan.count + 1, sizeof(struct uiomap_info *));
	if (!list) {
		fail(ENOMEM, "no memory for the list of devices");
		goto close_scan;
	}
	for (size_t i = 0; i < scan.count; i++) {
		int dirfd = info_dir(scan.numbers[i]);
		struct uiomap_info *info = dirfd < 0 ? NULL : info_read(dirfd, scan.numbers[i], NULL);
		int error = errno;

		if (dirfd >= 0)
			close(dirfd);
		if (info && selector_match(s, info)) {
			list[(*count)++] = info;
		} else if (info) {
			uiomap_info_free(info);
		} else if (error != ENODEV && !(tolerant && error == EPROTO)) {
			errno = error;
			uiomap_list_free(list);
			list = NULL;
			goto close_scan;
		}
	}

close_scan:
	scan_close(&scan);
	return list;
}

static void describe_instances(char *buffer, size_t size, struct uiomap_info **list, size_t count, bool instances)
{
	size_t used = 0;

	buffer[0] = '\0';
	for (size_t i = 0; i < count && used < size; i++) {
		used += (size_t)snprintf(buffer + used, size - used, "%s", i ? ", " : "");
		if (instances && used < size)
			used += (size_t)snprintf(buffer + used, size - used, "#%zu is ", i);
		if (used < size)
			used += (size_t)snprintf(buffer + used, size - used, "uio%u (%s)", list[i]->number,
						 *list[i]->syspath ? list[i]->syspath : "no parent");
	}
}

/* The one that is meant. */
static struct uiomap_info *find(struct selector *s, const char *text)
{
	struct uiomap_info **list, *found = NULL;
	char others[768];
	size_t count;

	list = snapshots(s, false, &count);
	if (!list)
		return NULL;
	qsort(list, count, sizeof(*list), by_path);
	if (!count) {
		fail_none(s, text);
	} else if (s->instance >= 0 && (size_t)s->instance >= count) {
		describe_instances(others, sizeof(others), list, count, true);
		fail(ENODEV, "no UIO device matches %s; of those, %s", QUOTE(text), others);
	} else if (s->instance < 0 && count > 1) {
		describe_instances(others, sizeof(others), list, count, s->form == FORM_NAME || s->form == FORM_PCI_ID);
		fail(ENOTUNIQ, "%zu UIO devices match %s; say which: %s", count, QUOTE(text), others);
	} else {
		size_t chosen = s->instance < 0 ? 0 : (size_t)s->instance;

		found = list[chosen];
		list[chosen] = list[count - 1];
		list[count - 1] = NULL;
	}
	uiomap_list_free(list);
	return found;
}

int find_number(struct selector *s, const char *text, unsigned int *number)
{
	struct uiomap_info *info;
	struct scan scan;

	if (s->form == FORM_NUMBER) {
		*number = s->number;
		return 0;
	}
	if (scan_for(&scan, s) < 0)
		return -1;
	if (scan.count == 1 && s->instance <= 0) {
		*number = scan.numbers[0];
		scan_close(&scan);
		return 0;
	}
	scan_close(&scan);
	/* None or several: let the snapshots decide, or say what there is. */
	info = find(s, text);
	if (!info)
		return -1;
	*number = info->number;
	uiomap_info_free(info);
	return 0;
}

struct uiomap_info *uiomap_find(const char *selector)
{
	struct uiomap_info *info;
	struct selector s;

	if (!selector) {
		fail(EINVAL, "uiomap_find: no selector given (NULL)");
		return NULL;
	}
	if (selector_parse(selector, &s) < 0)
		return NULL;
	info = find(&s, selector);
	selector_clear(&s);
	return info;
}

struct uiomap_info **uiomap_list(const char *selector, size_t *count)
{
	struct uiomap_info **list;
	struct selector s;
	size_t found;

	if (selector_parse(selector, &s) < 0)
		return NULL;
	list = snapshots(&s, true, &found);
	if (list && s.instance >= 0) {
		/* Only the one; the others are given back. */
		qsort(list, found, sizeof(*list), by_path);
		for (size_t i = 0; i < found; i++)
			if (i != (size_t)s.instance)
				uiomap_info_free(list[i]);
		list[0] = (size_t)s.instance < found ? list[s.instance] : NULL;
		found = list[0] ? 1 : 0;
		list[found] = NULL;
	}
	if (list && count)
		*count = found;
	selector_clear(&s);
	return list;
}
