/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "bus-devices.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error-text.h"
#include "paths.h"

/* The same order as by_path() in lib/find.c. */
static int by_path(const void *a, const void *b)
{
	return strverscmp(((const struct bus_device *)a)->path,
			  ((const struct bus_device *)b)->path);
}

/*
 * Does this device match? Reads no more of it than necessary. Returns 1, 0 also
 * if it was removed, or -1 with errno and text.
 */
static int matches(const struct selector *s, int devices, const char *bus, const char *name)
{
	const int dirfd = openat(devices, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct bus_device dev;
	int yes;

	if (dirfd < 0 && (errno == ENOENT || errno == ENODEV || errno == ENOTDIR))
		return 0;
	if (dirfd < 0)
		return uiomap_i_fail(errno, UIOMAP_SYSFS "/bus/%s/devices/%s: %s", bus, name,
				     uiomap_i_why(errno));
	uiomap_i_bus_device_at(&dev, dirfd, "");
	dev.bus = strdup(bus);
	dev.name = strdup(name);
	yes = dev.bus && dev.name ? uiomap_i_selector_match_bus(s, &dev) :
				    uiomap_i_fail(ENOMEM, "no memory for the list of devices");
	uiomap_i_bus_device_clear(&dev);
	close(dirfd);
	return yes;
}

static int add(struct bus_device **list, size_t *count, const char *bus, const char *name)
{
	struct bus_device *more = realloc(*list, (*count + 1) * sizeof(*more));
	char path[sizeof(UIOMAP_SYSFS) + 512];

	if (!more)
		return uiomap_i_fail(ENOMEM, "no memory for the list of devices");
	*list = more;
	snprintf(path, sizeof(path), UIOMAP_SYSFS "/bus/%s/devices/%s", bus, name);
	if (uiomap_i_bus_device_read(&more[*count], bus, path) == 0)
		++*count;
	else if (errno != ENODEV)
		return -1;
	return 0; /* not an error: the device was removed */
}

int uiomap_i_bus_devices(const struct selector *s, struct bus_device **list, size_t *count)
{
	const char *bus = s->form == FORM_PCI_ID ? "pci" :
			  s->form == FORM_BUS	 ? s->text :
						   "platform";
	const bool one = s->form == FORM_BUS && !s->pattern;
	char path[sizeof(UIOMAP_SYSFS) + 512];
	struct dirent *entry;
	int result = 0;
	DIR *dir;

	*list = NULL;
	*count = 0;
	if (*bus == '.' || strchr(bus, '/') ||
	    (one && (*s->device == '.' || strchr(s->device, '/'))))
		return 0;
	if (one)
		return add(list, count, bus, s->device);
	snprintf(path, sizeof(path), UIOMAP_SYSFS "/bus/%s/devices", bus);
	dir = opendir(path);
	while (dir && result == 0 && (errno = 0, entry = readdir(dir))) {
		if (*entry->d_name == '.')
			continue;
		result = matches(s, dirfd(dir), bus, entry->d_name);
		if (result > 0)
			result = add(list, count, bus, entry->d_name);
	}
	if (result == 0 && errno && errno != ENOENT) /* ENOENT: there is no such bus */
		result = uiomap_i_fail(errno, "%s can't be listed: %s", path, uiomap_i_why(errno));
	if (dir)
		closedir(dir);
	if (result < 0) {
		uiomap_i_bus_devices_free(*list, *count);
		*list = NULL;
		*count = 0;
		return -1;
	}
	if (*count)
		qsort(*list, *count, sizeof(**list), by_path);
	return 0;
}

void uiomap_i_bus_devices_free(struct bus_device *list, size_t count)
{
	while (count)
		uiomap_i_bus_device_clear(&list[--count]);
	free(list);
}
