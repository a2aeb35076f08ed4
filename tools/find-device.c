/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libkmod.h>
#include <uiomap.h>

#include "bus-devices.h"
#include "find-device.h"
#include "selector.h"
#include "uio-class.h"
#include "tool.h"

void device_file(const struct bus_device *p, const char *file, char *text, unsigned int size)
{
	char path[PATH_MAX + 64];

	snprintf(path, sizeof(path), "%s/%s", p->path, file);
	uiomap_i_attr_line(AT_FDCWD, path, text, size);
}

bool device_bars(const struct bus_device *p, struct pci_bar bars[PCI_BARS])
{
	char path[PATH_MAX + 64], text[ATTR_SIZE];

	snprintf(path, sizeof(path), "%s/resource", p->path);
	return uiomap_i_attr_read(AT_FDCWD, path, text) >= 0 && uiomap_i_pci_bars(text, bars);
}

FILE *device_open(const struct bus_device *p, const char *file)
{
	char path[PATH_MAX + 64];
	FILE *f;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", p->path, file);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	f = fd < 0 ? NULL : fdopen(fd, "r");
	if (fd >= 0 && !f)
		close(fd);
	return f;
}

bool device_map(const struct bus_device *p, unsigned int index, uint64_t *start)
{
	char path[80], text[ATTR_SIZE];
	uint64_t offset = 0;

	snprintf(path, sizeof(path), UIOMAP_CLASS "/uio%d/maps/map%u/addr", p->uio, index);
	if (uiomap_i_attr_read(AT_FDCWD, path, text) < 0 ||
	    !uiomap_i_parse_number(text, true, UINT64_MAX, start))
		return false;
	snprintf(path, sizeof(path), UIOMAP_CLASS "/uio%d/maps/map%u/offset", p->uio, index);
	if (uiomap_i_attr_read(AT_FDCWD, path, text) >= 0)
		uiomap_i_parse_number(text, true, UINT64_MAX, &offset);
	*start += offset;
	return true;
}

bool device_map_at(const struct bus_device *p, uint64_t start)
{
	uint64_t other;

	for (unsigned int i = 0; device_map(p, i, &other); i++)
		if (other == start)
			return true;
	return false;
}

bool device_is_ids(const char *text)
{
	struct selector s;
	bool yes = uiomap_i_selector_parse(text, &s) == 0 && s.form == FORM_PCI_ID &&
		   s.instance < 0;

	uiomap_i_selector_clear(&s);
	return yes;
}

size_t device_list(const char *text, struct bus_device **list)
{
	struct selector s;
	size_t count = 0;

	*list = NULL;
	errno = ENODEV;
	if (uiomap_i_selector_parse(text, &s) == 0 && uiomap_i_selector_of_bus(&s) &&
	    uiomap_i_bus_devices(&s, list, &count) == 0)
		errno = ENODEV;
	uiomap_i_selector_clear(&s);
	return count;
}

void device_list_free(struct bus_device *list, size_t count)
{
	uiomap_i_bus_devices_free(list, count);
}

/* Find a device on its bus. 0; -1 with errno: ENODEV without a text, others with it. */
static int find_on_bus(const struct selector *s, const char *text, struct bus_device *dev)
{
	char all[768];
	struct bus_device *list;
	size_t count, chosen = s->instance < 0 ? 0 : (size_t)s->instance, used = 0;

	if (uiomap_i_bus_devices(s, &list, &count) < 0)
		return -1;
	if (s->instance < 0 ? count == 1 : chosen < count) {
		*dev = list[chosen];
		list[chosen] = list[count - 1];
		uiomap_i_bus_devices_free(list, count - 1);
		return 0;
	}
	*all = '\0';
	for (size_t i = 0; i < count && used < sizeof(all); i++)
		used += (size_t)snprintf(all + used, sizeof(all) - used, " %s:%s", list[i].bus,
					 list[i].name);
	uiomap_i_bus_devices_free(list, count);
	errno = ENODEV;
	if (!count)
		return -1;
	return s->instance < 0 ? uiomap_i_fail(ENOTUNIQ, "several devices are %s:%s", text, all) :
				 uiomap_i_fail(ENOTUNIQ, "%s counts from 0, and there are %zu:%s",
					       text, count, all);
}

int device_of(const struct uiomap_info *info, struct bus_device *dev)
{
	int rc = 0;

	uiomap_i_bus_device_at(dev, -1, "");
	if (*uiomap_info_syspath(info))
		rc = uiomap_i_bus_device_read(dev, NULL, uiomap_info_syspath(info));
	uiomap_i_bus_device_settle(dev);
	if (uiomap_info_backend(info) == UIOMAP_BACKEND_UIO)
		dev->uio = (int)uiomap_info_number(info);
	return rc;
}

/* Find a device on any bus by its name. 0; -1 with errno: ENODEV without a text, others with it. */
static int find_by_name(const char *name, struct bus_device *dev)
{
	DIR *dir = *name == '.' || strchr(name, '/') ? NULL : opendir("/sys/bus");
	struct dirent *entry;
	char path[PATH_MAX];
	int found = -1;

	while (dir && found < 0 && (errno = 0, entry = readdir(dir))) {
		if (*entry->d_name == '.')
			continue;
		snprintf(path, sizeof(path), "/sys/bus/%s/devices/%s", entry->d_name, name);
		found = uiomap_i_bus_device_read(dev, entry->d_name, path);
	}
	if (dir && found < 0 && errno)
		uiomap_i_fail(errno, "/sys/bus can't be listed: %s", strerror(errno));
	else
		errno = ENODEV;
	if (dir)
		closedir(dir);
	return found;
}

/* Find a device by its folder in sysfs. */
static int find_by_path(const char *path, struct bus_device *dev)
{
	if (*path != '/' || uiomap_i_bus_device_read(dev, NULL, path) < 0)
		return -1;
	if (*dev->bus && !strncmp(dev->path, "/sys/devices/", strlen("/sys/devices/")))
		return 0;
	uiomap_i_bus_device_clear(dev);
	return -1;
}

/* Find a UIO device. */
static int find_uio(const char *text, struct bus_device *dev)
{
	struct uiomap_info *info = uiomap_find(text);
	int rc;

	if (!info)
		return errno == ENOTUNIQ ? uiomap_i_fail(ENOTUNIQ, "%s", uiomap_error()) : -1;
	rc = device_of(info, dev);
	uiomap_info_free(info);
	if (rc < 0)
		uiomap_i_bus_device_clear(dev);
	return rc;
}

int device_find(const char *text, struct bus_device *dev)
{
	struct selector s;
	bool failed = false;
	int found = -1;

	if (uiomap_i_selector_parse(text, &s) == 0 && uiomap_i_selector_of_bus(&s)) {
		found = find_on_bus(&s, text, dev);
		failed = found < 0 && errno != ENODEV;
	}
	uiomap_i_selector_clear(&s);
	if (found < 0 && !failed) {
		found = find_uio(text, dev);
		failed = found < 0 && errno == ENOTUNIQ;
	}
	if (found == 0 || failed)
		return found;
	if (find_by_path(text, dev) == 0)
		return 0;
	found = find_by_name(text, dev);
	if (found == 0 || errno != ENODEV)
		return found;
	return uiomap_i_fail(ENODEV, "there is no device '%s' on any bus", text);
}

int device_config(const struct bus_device *p, unsigned int offset)
{
	char path[PATH_MAX + 64];
	unsigned char byte;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/config", p->path);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	n = fd < 0 ? -1 : pread(fd, &byte, 1, offset);
	if (fd >= 0)
		close(fd);
	return n == 1 ? byte : -1;
}

int device_capability(const struct bus_device *p, unsigned int id)
{
	int at = device_config(p, 0x34), is;

	/* Limit the steps: faulty hardware may have a list that is a circle. */
	for (int steps = 0; at >= 0x40 && steps < 48; steps++) {
		is = device_config(p, (unsigned int)at);
		if (is < 0)
			return -1;
		if (is == (int)id)
			return at;
		at = device_config(p, (unsigned int)at + 1);
	}
	return 0;
}

enum module module_state(const char *name)
{
	enum module state = MODULE_ABSENT;
	struct kmod_list *list = NULL;
	struct kmod_ctx *ctx;
	char path[128];

	snprintf(path, sizeof(path), "/sys/module/%s", name);
	if (access(path, F_OK) == 0)
		return MODULE_LOADED;
	ctx = kmod_new(NULL, NULL);
	if (ctx && kmod_module_new_from_lookup(ctx, name, &list) >= 0 && list)
		state = MODULE_INSTALLED;
	kmod_module_unref_list(list);
	kmod_unref(ctx);
	return state;
}
