// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Names of links. A name in sysfs comes from the kernel driver and may contain
 * any bytes. It is encoded so that it is a valid file name, or there is no link
 * for it.
 */
#include "link-names.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attribute.h"
#include "number.h"
#include "selector.h"
#include "uio-class.h"

/* Room for #K after a name. */
#define INSTANCE_ROOM sizeof("#4294967295")

static bool is_plain(unsigned char c)
{
	return c < 0x80 && (isalnum(c) || (c && strchr("#+-.:=@_", c)));
}

void name_encode(const char *raw, char encoded[NAME_SIZE])
{
	char *p = encoded, *end = encoded + NAME_SIZE - INSTANCE_ROOM;

	for (const char *from = raw; *from; from++) {
		if (p + 4 > end) {
			*encoded = '\0';
			return;
		}
		if (is_plain(*from) && !(from == raw && *from == '.'))
			*p++ = *from;
		else
			p += sprintf(p, "\\x%02x", (unsigned char)*from);
	}
	*p = '\0';
}

bool name_unit(const char *prefix, const char *name, const char *suffix, char *unit, size_t size)
{
	size_t at = snprintf(unit, size, "%s", prefix);

	for (; *name && at + 5 < size; name++) {
		if (isalnum((unsigned char)*name) || strchr(":_.", *name))
			unit[at++] = *name;
		else
			at += sprintf(unit + at, "\\x%02x", (unsigned char)*name);
	}
	if (*name || at + strlen(suffix) >= size)
		return false;
	strcpy(unit + at, suffix);
	return true;
}

/*
 * Encode BUS:DEVICE; "" if it doesn't fit. If a device has several nodes, #K is
 * appended. A BUS:DEVICE that itself ends with #K would be another device's
 * link, so its # is encoded.
 */
static void encode_place(struct name_device *dev)
{
	char raw[2 * NAME_SIZE];
	const char *hash;

	snprintf(raw, sizeof(raw), "%s:%s", dev->parent.bus, dev->parent.name);
	name_encode(raw, dev->place);
	hash = uiomap_i_selector_instance(dev->place);
	if (!hash)
		return;
	if (snprintf(raw, sizeof(raw), "%.*s\\x23%s", (int)(hash - dev->place), dev->place,
		     hash + 1) <= (int)(NAME_SIZE - INSTANCE_ROOM))
		strcpy(dev->place, raw);
	else
		dev->place[0] = '\0';
}

int name_read(const char *uio, struct name_device *dev)
{
	char raw[ATTR_SIZE], path[64];
	int dirfd, result;

	memset(dev, 0, sizeof(*dev));
	if (!uiomap_i_parse_uio(uio, &dev->number))
		return errno = EINVAL, -1;
	dirfd = uiomap_i_uio_dir(dev->number);
	if (dirfd < 0)
		return -1;
	result = uiomap_i_attr_read(dirfd, "name", raw) < 0 ? -1 : 0;
	uiomap_i_bus_device_at(&dev->parent, dirfd, "device/");
	uiomap_i_bus_device_bus(&dev->parent);
	close(dirfd);
	dev->parent.dirfd = -1;
	snprintf(path, sizeof(path), UIOMAP_CLASS "/%s/device", uio);
	dev->parent.path = realpath(path, NULL);
	if (result < 0 || uiomap_i_bus_device_settle(&dev->parent) < 0) {
		name_clear(dev);
		return -1;
	}
	name_encode(raw, dev->name);
	/* If the bus's name contained a colon, BUS:DEVICE would be ambiguous. No bus has one. */
	if (*dev->parent.bus && !strchr(dev->parent.bus, ':'))
		encode_place(dev);
	return 0;
}

void name_clear(struct name_device *dev)
{
	uiomap_i_bus_device_clear(&dev->parent);
}

/* The same order as by_path() in lib/find.c. */
static int compare_devices(const void *a, const void *b)
{
	const struct name_device *x = a, *y = b;
	const int order = strverscmp(x->parent.path, y->parent.path);

	return order ? order : (x->number > y->number) - (x->number < y->number);
}

struct name_device *name_list(size_t *count)
{
	struct name_device *list = NULL;
	unsigned int *numbers = NULL;
	char uio[16];
	size_t found;

	*count = 0;
	if (uiomap_i_class_numbers(&numbers, &found) == 0)
		list = calloc(found + 1, sizeof(*list));
	for (size_t i = 0; list && i < found; i++) {
		snprintf(uio, sizeof(uio), "uio%u", numbers[i]);
		if (name_read(uio, &list[*count]) == 0)
			++*count;
	}
	free(numbers);
	if (*count)
		qsort(list, *count, sizeof(*list), compare_devices);
	return list;
}

void name_list_free(struct name_device *list, size_t count)
{
	while (count)
		name_clear(&list[--count]);
	free(list);
}

static void add_instance(char link[NAME_SIZE], const char *name, unsigned int k)
{
	snprintf(link, NAME_SIZE, "%.*s#%u", (int)(NAME_SIZE - INSTANCE_ROOM), name, k);
}

void name_links(const struct name_device *list, size_t count, const struct name_device *dev,
		struct name_links *links)
{
	unsigned int names = 0, before = 0, places = 0, places_before = 0;

	memset(links, 0, sizeof(*links));
	for (size_t i = 0; i < count; i++) {
		const bool earlier = compare_devices(&list[i], dev) < 0;

		if (!strcmp(list[i].name, dev->name)) {
			names++;
			before += earlier;
		}
		if (!strcmp(list[i].parent.path, dev->parent.path)) {
			places++;
			places_before += earlier;
		}
	}
	if (*dev->name) {
		add_instance(links->instance, dev->name, before);
		/* A name that itself ends with #K would be another device's link. */
		if (names == 1 && !uiomap_i_selector_instance(dev->name))
			strcpy(links->name, dev->name);
	}
	if (*dev->place && places == 1)
		strcpy(links->path, dev->place);
	else if (*dev->place)
		add_instance(links->path, dev->place, places_before);
}

int name_find(const char *path, struct name_device *dev)
{
	struct name_links links;
	size_t count;
	struct name_device *list = name_list(&count);
	bool found = false;

	for (size_t i = 0; i < count && !found; i++) {
		name_links(list, count, &list[i], &links);
		found = *path && !strcmp(links.path, path);
		if (found) {
			*dev = list[i];
			list[i].parent = (struct bus_device){ .dirfd = -1 };
		}
	}
	name_list_free(list, count);
	return found ? 0 : (errno = ENODEV, -1);
}
