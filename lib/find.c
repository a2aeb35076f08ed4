/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Finding devices. The matching predicate (match.c) reads as little as it can
 * of each device: for a name three system calls. Only devices that match are
 * then read as a whole. A selector that is a number or a node needs no search.
 */
#include "internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct backend * const backends[] = { &uiomap_i_uio_backend, &uiomap_i_vfio_backend };
#define BACKENDS (sizeof(backends) / sizeof(*backends))

/*
 * VFIO is asked only if no UIO device matches. So a UIO device takes precedence,
 * except for the Kth card with these ids: all of them are counted.
 */
static bool counts_all(const struct selector *s)
{
	return s->form == FORM_PCI_ID && s->instance >= 0;
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

/* Append the snapshots of one backend's devices. The list has room for them. */
static int add_snapshots(struct uiomap_info **list, size_t *count, const struct class_scan *scan,
			 const struct backend *backend, struct selector *s, bool tolerant)
{
	for (size_t i = 0; i < scan->count; i++) {
		struct uiomap_info *info = backend->snapshot(scan->numbers[i]);

		if (!info && errno != ENODEV && !(tolerant && errno == EPROTO))
			return -1;
		if (info && uiomap_i_match_info(s, info))
			list[(*count)++] = info;
		else
			uiomap_info_free(info);
		list[*count] = NULL;
	}
	return 0;
}

enum wanted { ONE, EVERY };

/*
 * Take snapshots of the devices that match. A device that is removed meanwhile
 * is left out. A device with malformed sysfs content is left out if every
 * device is wanted, and an error otherwise.
 */
static struct uiomap_info **snapshots(struct selector *s, enum wanted wanted, size_t *count)
{
	struct uiomap_info **list = calloc(1, sizeof(*list)), **grown;
	struct class_scan scan;
	int result = 0;

	*count = 0;
	for (size_t i = 0; list && result == 0 && i < BACKENDS; i++) {
		if (wanted == ONE && *count && !counts_all(s))
			break;
		result = backends[i]->scan(&scan, s);
		if (result < 0)
			break;
		grown = realloc(list, (*count + scan.count + 1) * sizeof(*list));
		list = grown ? grown : list;
		result =
			grown ? add_snapshots(list, count, &scan, backends[i], s, wanted == EVERY) :
				uiomap_i_fail(ENOMEM, "no memory for the list of devices");
		uiomap_i_class_scan_close(&scan);
	}
	if (!list)
		uiomap_i_fail(ENOMEM, "no memory for the list of devices");
	if (result == 0)
		return list;
	uiomap_list_free(list);
	return NULL;
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
				buffer + used, size - used, "%s (%s)", SHORT(list[i]),
				*list[i]->dev.path ? list[i]->dev.path : "no parent");
	}
}

/* Find the one device that the selector selects. */
static struct uiomap_info *find(struct selector *s, const char *text)
{
	struct uiomap_info **list, *found = NULL;
	char others[768];
	size_t count;

	list = snapshots(s, ONE, &count);
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

int uiomap_i_find_number(struct selector *s, const char *text, const struct backend **backend,
			 unsigned int *number)
{
	struct uiomap_info *info;
	struct class_scan scan;

	for (size_t i = 0; i < BACKENDS && !counts_all(s); i++) {
		const struct backend *b = backends[i];
		size_t found;

		if (b->scan(&scan, s) < 0)
			return -1;
		found = scan.count;
		if (found == 1 && s->instance <= 0) {
			*backend = b;
			*number = scan.numbers[0];
		}
		uiomap_i_class_scan_close(&scan);
		if (found == 1 && s->instance <= 0)
			return 0;
		if (found)
			break;
	}
	/* None or several devices match: decide by snapshots, or fail with a list. */
	info = find(s, text);
	if (!info)
		return -1;
	*backend = info->backend;
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
	list = snapshots(&s, EVERY, &found);
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
