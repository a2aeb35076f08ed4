// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Names for links. What is in sysfs is the kernel driver's and may be anything:
 * a name is encoded until it can be nothing but one file's name, or there is no
 * link by it.
 */
#include "name.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CLASS UIOMAP_SYSFS "/class/uio"

/* #K behind a name. */
#define INSTANCE_ROOM sizeof("#4294967295")

static bool plain(unsigned char c)
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
		if (plain(*from) && !(from == raw && *from == '.'))
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

/* An instance, by the library's grammar: digits after the last #. Its place, or NULL. */
static const char *instance_of(const char *name)
{
	const char *hash = strrchr(name, '#');

	return hash && hash[1] && !hash[1 + strspn(hash + 1, "0123456789")] ? hash : NULL;
}

static int read_name(int dirfd, char raw[NAME_RAW])
{
	const int fd = openat(dirfd, "name", O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = read(fd, raw, NAME_RAW - 1);
	close(fd);
	if (n < 0)
		return -1;
	if (n && raw[n - 1] == '\n')
		n--;
	raw[n] = '\0';
	return 0;
}

/*
 * BUS:DEVICE; "" if it has no room. A device that has several nodes has #K behind:
 * what reads so by itself would be another device's link, and is written otherwise.
 */
static void encode_place(struct name_device *dev)
{
	char raw[sizeof(dev->bus) + sizeof(dev->device)];
	const char *hash;

	snprintf(raw, sizeof(raw), "%s:%s", dev->bus, dev->device);
	name_encode(raw, dev->place);
	hash = instance_of(dev->place);
	if (!hash)
		return;
	if (snprintf(raw, sizeof(raw), "%.*s\\x23%s", (int)(hash - dev->place), dev->place, hash + 1) <= (int)(NAME_SIZE - INSTANCE_ROOM))
		strcpy(dev->place, raw);
	else
		dev->place[0] = '\0';
}

/* Its parent's path and name; there may be none. */
static void read_parent(const char *uio, struct name_device *dev)
{
	char path[PATH_MAX], link[PATH_MAX], *real;
	const char *bus, *device;
	ssize_t n;

	snprintf(path, sizeof(path), CLASS "/%s/device", uio);
	real = realpath(path, NULL);
	if (!real)
		return;
	snprintf(dev->parent, sizeof(dev->parent), "%s", real);
	free(real);
	snprintf(path, sizeof(path), CLASS "/%s/device/subsystem", uio);
	n = readlink(path, link, sizeof(link) - 1);
	link[n < 0 ? 0 : n] = '\0';
	bus = strrchr(link, '/');
	device = strrchr(dev->parent, '/');
	/* With a colon in the bus' name, BUS:DEVICE could be read in two ways; no bus has one. */
	if (!bus || !device || strchr(bus, ':') || strlen(bus + 1) >= sizeof(dev->bus) || strlen(device + 1) >= sizeof(dev->device))
		return;
	strcpy(dev->bus, bus + 1);
	strcpy(dev->device, device + 1);
	encode_place(dev);
}

int name_read(const char *uio, struct name_device *dev)
{
	char path[PATH_MAX], raw[NAME_RAW];
	int dirfd, result;

	memset(dev, 0, sizeof(*dev));
	if (sscanf(uio, "uio%u", &dev->number) != 1)
		return errno = EINVAL, -1;
	snprintf(path, sizeof(path), CLASS "/%s", uio);
	dirfd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dirfd < 0)
		return -1;
	result = read_name(dirfd, raw);
	close(dirfd);
	if (result < 0)
		return -1;
	name_encode(raw, dev->name);
	read_parent(uio, dev);
	return 0;
}

/* As by_path() in lib/find.c has it. */
static int in_order(const void *a, const void *b)
{
	const struct name_device *x = a, *y = b;
	const int order = strverscmp(x->parent, y->parent);

	return order ? order : (x->number > y->number) - (x->number < y->number);
}

struct name_device *name_list(size_t *count)
{
	struct name_device *list = NULL, *grown;
	struct dirent *entry;
	DIR *dir = opendir(CLASS);

	*count = 0;
	while (dir && (entry = readdir(dir))) {
		if (strncmp(entry->d_name, "uio", 3))
			continue;
		/* Powers of two: grow when the count is one. */
		if (!(*count & (*count - 1))) {
			grown = realloc(list, (*count ? 2 * *count : 1) * sizeof(*list));
			if (!grown)
				break;
			list = grown;
		}
		if (name_read(entry->d_name, &list[*count]) == 0)
			++*count;
	}
	if (dir)
		closedir(dir);
	if (*count)
		qsort(list, *count, sizeof(*list), in_order);
	return list;
}

static void add_instance(char link[NAME_SIZE], const char *name, unsigned int k)
{
	snprintf(link, NAME_SIZE, "%.*s#%u", (int)(NAME_SIZE - INSTANCE_ROOM), name, k);
}

void name_links(const struct name_device *list, size_t count, const struct name_device *dev, struct name_links *links)
{
	unsigned int names = 0, before = 0, places = 0, places_before = 0;

	memset(links, 0, sizeof(*links));
	for (size_t i = 0; i < count; i++) {
		const bool earlier = in_order(&list[i], dev) < 0;

		if (!strcmp(list[i].name, dev->name)) {
			names++;
			before += earlier;
		}
		if (!strcmp(list[i].parent, dev->parent)) {
			places++;
			places_before += earlier;
		}
	}
	if (*dev->name) {
		add_instance(links->instance, dev->name, before);
		/* Where the name itself reads as an instance, it would be another device's link. */
		if (names == 1 && !instance_of(dev->name))
			strcpy(links->name, dev->name);
	}
	if (*dev->place && places == 1)
		strcpy(links->path, dev->place);
	else if (*dev->place)
		add_instance(links->path, dev->place, places_before);
}
