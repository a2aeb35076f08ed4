/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Finding devices. The matching predicate (match.c) reads as little as it can
 * of each device: for a name three system calls. Only devices that match are
 * then read as a whole. A selector that is a number or a node needs no search.
 */
#include "internal.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* sysfs finds the device by the node's number; the node may have any name. */
static int scan_node(struct class_scan *scan, const struct stat *node)
{
	char path[sizeof(UIOMAP_SYSFS) + 48], link[LINK_SIZE];
	unsigned int number;

	snprintf(path, sizeof(path), UIOMAP_SYSFS "/dev/char/%u:%u", major(node->st_rdev),
		 minor(node->st_rdev));
	if (uiomap_i_attr_link(AT_FDCWD, path, link) < 0)
		return uiomap_i_fail(errno, "%s: %s", path, uiomap_i_why(errno));
	return uiomap_i_parse_uio(uiomap_i_last_name(link), &number) ?
		       uiomap_i_class_scan_add(scan, number) :
		       0;
}

/* Collect the numbers of the devices that match. */
static int scan_for(struct class_scan *scan, struct selector *s)
{
	size_t kept = 0;

	*scan = (struct class_scan){ 0 };
	if (s->form == FORM_NUMBER)
		return uiomap_i_class_scan_add(scan, s->number);
	if (s->form == FORM_PATH) {
		if (stat(s->text, &s->file) < 0)
			return errno == ENOENT || errno == ENOTDIR || errno == ELOOP ?
				       0 :
				       uiomap_i_fail(errno, "selector %s: %s", QUOTE(s->text),
						     uiomap_i_why(errno));
		if (S_ISCHR(s->file.st_mode))
			return scan_node(scan, &s->file);
	}
	if (uiomap_i_class_scan_open(scan) < 0)
		return -1;
	for (size_t i = 0; i < scan->count; i++) {
		const int match = uiomap_i_match_number(s, dirfd(scan->dir), scan->numbers[i]);

		if (match < 0) {
			uiomap_i_fail(errno, "%s/uio%u: %s", UIOMAP_CLASS, scan->numbers[i],
				      uiomap_i_why(errno));
			uiomap_i_class_scan_close(scan);
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
	const struct uiomap_info *x = *(struct uiomap_info * const *)a,
				 *y = *(struct uiomap_info * const *)b;
	int order = strverscmp(x->dev.path, y->dev.path);

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

/*
 * Take snapshots of all devices that match. A device that is removed meanwhile
 * is left out. A device with malformed sysfs content is left out if tolerant,
 * and an error otherwise.
 */
static struct uiomap_info **snapshots(struct selector *s, bool tolerant, size_t *count)
{
	struct uiomap_info **list;
	struct class_scan scan;

	*count = 0;
	if (scan_for(&scan, s) < 0)
		return NULL;
	list = calloc(scan.count + 1, sizeof(struct uiomap_info *));
	if (!list) {
		uiomap_i_fail(ENOMEM, "no memory for the list of devices");
		goto close_scan;
	}
	for (size_t i = 0; i < scan.count; i++) {
		int dirfd = uiomap_i_uio_dir(scan.numbers[i]);
		struct uiomap_info *info =
			dirfd < 0 ? NULL : uiomap_i_info_read(dirfd, scan.numbers[i], NULL);
		int error = errno;

		if (dirfd >= 0)
			close(dirfd);
		if (info && uiomap_i_match_info(s, info)) {
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
	uiomap_i_class_scan_close(&scan);
	return list;
}

static void describe_instances(char *buffer, size_t size, struct uiomap_info **list, size_t count,
			       bool instances)
{
	size_t used = 0;

	buffer[0] = '\0';
	for (size_t i = 0; i < count && used < size; i++) {
		used += (size_t)snprintf(buffer + used, size - used, "%s", i ? ", " : "");
		if (instances && used < size)
			used += (size_t)snprintf(buffer + used, size - used, "#%zu is ", i);
		if (used < size)
			used += (size_t)snprintf(
				buffer + used, size - used, "uio%u (%s)", list[i]->number,
				*list[i]->dev.path ? list[i]->dev.path : "no parent");
	}
}

/* Find the one device that the selector selects. */
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
		uiomap_i_fail_none(s, text);
	} else if (s->instance >= 0 && (size_t)s->instance >= count) {
		describe_instances(others, sizeof(others), list, count, true);
		uiomap_i_fail(ENODEV, "no UIO device matches %s; of those, %s", QUOTE(text),
			      others);
	} else if (s->instance < 0 && count > 1) {
		describe_instances(others, sizeof(others), list, count,
				   s->form == FORM_NAME || s->form == FORM_PCI_ID);
		uiomap_i_fail(ENOTUNIQ, "%zu UIO devices match %s; say which: %s", count,
			      QUOTE(text), others);
	} else {
		size_t chosen = s->instance < 0 ? 0 : (size_t)s->instance;

		found = list[chosen];
		list[chosen] = list[count - 1];
		list[count - 1] = NULL;
	}
	uiomap_list_free(list);
	return found;
}

int uiomap_i_find_number(struct selector *s, const char *text, unsigned int *number)
{
	struct uiomap_info *info;
	struct class_scan scan;

	if (s->form == FORM_NUMBER) {
		*number = s->number;
		return 0;
	}
	if (scan_for(&scan, s) < 0)
		return -1;
	if (scan.count == 1 && s->instance <= 0) {
		*number = scan.numbers[0];
		uiomap_i_class_scan_close(&scan);
		return 0;
	}
	uiomap_i_class_scan_close(&scan);
	/* None or several devices match: decide by snapshots, or fail with a list. */
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
		uiomap_i_fail(EINVAL, "uiomap_find: no selector given (NULL)");
		return NULL;
	}
	if (uiomap_i_selector_parse(selector, &s) < 0)
		return NULL;
	info = find(&s, selector);
	uiomap_i_selector_clear(&s);
	return info;
}

struct uiomap_info **uiomap_list(const char *selector, size_t *count)
{
	struct uiomap_info **list;
	struct selector s;
	size_t found;

	if (uiomap_i_selector_parse(selector, &s) < 0)
		return NULL;
	list = snapshots(&s, true, &found);
	if (list && s.instance >= 0) {
		/* Keep the Kth device and free the others. */
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
	uiomap_i_selector_clear(&s);
	return list;
}
