/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Snapshots: all that sysfs has about one device, read once. */
#include "internal.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static int no_memory(unsigned int number)
{
	return uiomap_i_fail(ENOMEM, "uio%u: no memory for its description", number);
}

static int keep(unsigned int number, const char *text, char **out)
{
	*out = strdup(text);
	return *out ? 0 : no_memory(number);
}

static int read_text(int dirfd, unsigned int number, const char *path, char **out)
{
	char buffer[ATTR_SIZE];

	if (uiomap_i_attr_read(dirfd, path, buffer) < 0)
		return uiomap_i_fail_attr(dirfd, number, path);
	return keep(number, buffer, out);
}

/* Read the name of a map or port: cut to size; "" on old kernels, which had no such file. */
static int read_name(int dirfd, unsigned int number, const char *path, char *out, size_t size)
{
	char buffer[ATTR_SIZE];

	if (uiomap_i_attr_read(dirfd, path, buffer) < 0) {
		if (errno != ENOENT)
			return uiomap_i_fail_attr(dirfd, number, path);
		buffer[0] = '\0';
	}
	buffer[size - 1] = '\0';
	strcpy(out, buffer);
	return 0;
}

enum need { REQUIRED, OPTIONAL };

static int read_number(int dirfd, unsigned int number, const char *path, enum need need,
		       uint64_t *value)
{
	char buffer[ATTR_SIZE];

	*value = 0;
	if (uiomap_i_attr_read(dirfd, path, buffer) < 0)
		return need == OPTIONAL && errno == ENOENT ?
			       0 :
			       uiomap_i_fail_attr(dirfd, number, path);
	if (!uiomap_i_parse_number(buffer, true, UINT64_MAX, value))
		return uiomap_i_fail(
			EPROTO, "uio%u: %s/uio%u/%s is %s, which is not a number of up to 64 bits",
			number, UIOMAP_CLASS, number, path, QUOTE(buffer));
	return 0;
}

bool uiomap_i_parse_dev(char *text, dev_t *dev)
{
	uint64_t major_number, minor_number;
	char *colon = strchr(text, ':');

	if (colon)
		*colon = '\0';
	if (!colon || !uiomap_i_parse_number(text, false, UINT32_MAX, &major_number) ||
	    !uiomap_i_parse_number(colon + 1, false, UINT32_MAX, &minor_number))
		return false;
	*dev = makedev((unsigned int)major_number, (unsigned int)minor_number);
	return true;
}

static int read_dev(int dirfd, struct uiomap_info *info)
{
	char buffer[ATTR_SIZE];

	if (uiomap_i_attr_read(dirfd, "dev", buffer) < 0)
		return uiomap_i_fail_attr(dirfd, info->number, "dev");
	if (!uiomap_i_parse_dev(buffer, &info->rdev))
		return uiomap_i_fail(EPROTO, "uio%u: %s/uio%u/dev is not MAJOR:MINOR", info->number,
				     UIOMAP_CLASS, info->number);
	return 0;
}

/* Count the directories PREFIX0, PREFIX1, … in a directory that may be missing. */
static int count_entries(int dirfd, unsigned int number, const char *path, const char *prefix,
			 unsigned int max, unsigned int *count)
{
	unsigned int seen = 0;
	struct dirent *entry;
	uint64_t index;
	int fd, error;
	DIR *dir;

	*count = 0;
	fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : uiomap_i_fail_attr(dirfd, number, path);
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return no_memory(number);
	}
	while ((errno = 0, entry = readdir(dir))) {
		if (strncmp(entry->d_name, prefix, strlen(prefix)))
			continue;
		if (!uiomap_i_parse_number(entry->d_name + strlen(prefix), false, max - 1,
					   &index)) {
			uiomap_i_fail(
				EPROTO,
				"uio%u: %s/uio%u/%s has %s; a UIO device has %s0 to %s%u at most",
				number, UIOMAP_CLASS, number, path, QUOTE(entry->d_name), prefix,
				prefix, max - 1);
			closedir(dir);
			errno = EPROTO;
			return -1;
		}
		seen |= 1u << index;
	}
	error = errno;
	closedir(dir);
	errno = error;
	if (error)
		return uiomap_i_fail_attr(dirfd, number, path);
	while (seen & (1u << *count))
		++*count;
	if (seen >> *count)
		return uiomap_i_fail(EPROTO, "uio%u: %s/uio%u/%s has no %s%u, but a later one",
				     number, UIOMAP_CLASS, number, path, prefix, *count);
	return 0;
}

static int read_map(int dirfd, struct uiomap_info *info, unsigned int index)
{
	struct uiomap_map_info *map = &info->maps[index];
	uint64_t addr, size, offset;
	struct uiomap_i_geometry g;
	const char *wrong;
	char path[32];

	snprintf(path, sizeof(path), "maps/map%u/name", index);
	if (read_name(dirfd, info->number, path, map->name, sizeof(map->name)) < 0)
		return -1;
	snprintf(path, sizeof(path), "maps/map%u/addr", index);
	if (read_number(dirfd, info->number, path, REQUIRED, &addr) < 0)
		return -1;
	snprintf(path, sizeof(path), "maps/map%u/size", index);
	if (read_number(dirfd, info->number, path, REQUIRED, &size) < 0)
		return -1;
	snprintf(path, sizeof(path), "maps/map%u/offset", index);
	/* The first kernels with UIO had no offset. */
	if (read_number(dirfd, info->number, path, OPTIONAL, &offset) < 0)
		return -1;
	wrong = uiomap_i_geometry(addr, size, offset, (uint64_t)sysconf(_SC_PAGESIZE), &g);
	if (wrong)
		return uiomap_i_fail(
			EPROTO, "uio%u: map %u %s (addr 0x%llx, size 0x%llx, offset 0x%llx): %s",
			info->number, index, QUOTE(map->name), (unsigned long long)addr,
			(unsigned long long)size, (unsigned long long)offset, wrong);
	map->addr = g.addr;
	map->size = g.size;
	map->offset = g.start;
	info->lengths[index] = g.length;
	info->sources[index].index = (int)index;
	return 0;
}

static int read_port(int dirfd, struct uiomap_info *info, unsigned int index)
{
	struct uiomap_port_info *port = &info->ports[index];
	char path[32];

	snprintf(path, sizeof(path), "portio/port%u/name", index);
	if (read_name(dirfd, info->number, path, port->name, sizeof(port->name)) < 0)
		return -1;
	snprintf(path, sizeof(path), "portio/port%u/porttype", index);
	if (read_name(dirfd, info->number, path, port->type, sizeof(port->type)) < 0)
		return -1;
	snprintf(path, sizeof(path), "portio/port%u/start", index);
	if (read_number(dirfd, info->number, path, REQUIRED, &port->start) < 0)
		return -1;
	snprintf(path, sizeof(path), "portio/port%u/size", index);
	return read_number(dirfd, info->number, path, REQUIRED, &port->size);
}

void uiomap_i_follow(char *path, size_t size, const char *link)
{
	if (*link == '/')
		*path = '\0';
	while (*link) {
		size_t length = strcspn(link, "/");

		if (length == 2 && !strncmp(link, "..", 2)) {
			char *slash = strrchr(path, '/');

			*(slash ? slash : path) = '\0';
		} else if (length) {
			snprintf(path + strlen(path), size - strlen(path), "/%.*s", (int)length,
				 link);
		}
		link += length;
		link += *link == '/';
	}
}

int uiomap_i_info_driver(int dirfd, unsigned int number, char driver[LINK_SIZE])
{
	return uiomap_i_attr_link(dirfd, "device/driver", driver) < 0 ?
		       uiomap_i_fail_attr(dirfd, number, "device/driver") :
		       0;
}

static int fail_parent(int dirfd, const struct uiomap_info *info, const char *link)
{
	return errno == ENOMEM ? no_memory(info->number) :
				 uiomap_i_fail_attr(dirfd, info->number, link);
}

/* Read the parent device: path, bus, name on the bus, driver, device-tree node. */
static int read_parent(int dirfd, struct uiomap_info *info, const char *driver)
{
	char link[LINK_SIZE], path[4096] = UIOMAP_CLASS, entry[sizeof(UIOMAP_CLASS) + 16];

	snprintf(entry, sizeof(entry), UIOMAP_CLASS "/uio%u", info->number);
	if (uiomap_i_attr_link(AT_FDCWD, entry, link) < 0)
		return uiomap_i_fail_attr(dirfd, info->number, "");
	uiomap_i_follow(path, sizeof(path), *link ? link : uiomap_i_last_name(entry));
	if (uiomap_i_attr_link(dirfd, "device", link) < 0)
		return uiomap_i_fail_attr(dirfd, info->number, "device");
	if (*link)
		uiomap_i_follow(path, sizeof(path), link);
	else
		*path = '\0';
	if (keep(info->number, path, &info->dev.path) < 0 ||
	    keep(info->number, uiomap_i_last_name(path), &info->dev.name) < 0)
		return -1;
	if (driver && keep(info->number, uiomap_i_last_name(driver), &info->dev.driver) < 0)
		return -1;
	if (!uiomap_i_bus_device_bus(&info->dev))
		return fail_parent(dirfd, info, "device/subsystem");
	if (!uiomap_i_bus_device_driver(&info->dev))
		return fail_parent(dirfd, info, "device/driver");
	return uiomap_i_bus_device_of_path(&info->dev) ? 0 :
							 fail_parent(dirfd, info, "device/of_node");
}

/*
 * A driver registers with UIO in its probe(), which runs with the device lock
 * held. Kernels up to the first releases of 6.12 read driver_override with that
 * lock held (drivers/base/platform.c, drivers/pci/pci-sysfs.c), so a read of it
 * returns only after probe() has finished. Newer kernels, and buses without that
 * attribute, offer nothing to wait for; but see wait_for_maps().
 */
void uiomap_i_info_settle(int dirfd)
{
	char text[ATTR_SIZE];
	int error = errno;

	uiomap_i_attr_read(dirfd, "device/driver_override", text);
	errno = error;
}

/*
 * The kernel creates uioN before its maps and ports. With uio_stub, a read of
 * this file blocks until all are there.
 */
static void wait_for_maps(int dirfd, const struct uiomap_info *info)
{
	char text[ATTR_SIZE];

	if (!strcmp(info->dev.driver, "uio_stub"))
		uiomap_i_attr_read(dirfd, "device/uio_stub/maps", text);
}

struct uiomap_info *uiomap_i_info_read(int dirfd, unsigned int number, const char *driver)
{
	struct uiomap_info *info = calloc(1, sizeof(*info));
	unsigned int i;
	int error;

	if (!info) {
		no_memory(number);
		return NULL;
	}
	info->backend = &uiomap_i_uio_backend;
	info->number = number;
	uiomap_i_bus_device_at(&info->dev, dirfd, "device/");
	snprintf(info->node, sizeof(info->node), UIOMAP_DEV "/uio%u", number);
	if (read_text(dirfd, number, "version", &info->version) < 0 || read_dev(dirfd, info) < 0 ||
	    read_parent(dirfd, info, driver) < 0)
		goto free_info;
	wait_for_maps(dirfd, info);
	if (count_entries(dirfd, number, "maps", "map", UIO_MAX_MAPS, &info->map_count) < 0 ||
	    count_entries(dirfd, number, "portio", "port", UIO_MAX_PORTS, &info->port_count) < 0)
		goto free_info;
	for (i = 0; i < info->map_count; i++)
		if (read_map(dirfd, info, i) < 0)
			goto free_info;
	for (i = 0; i < info->port_count; i++)
		if (read_port(dirfd, info, i) < 0)
			goto free_info;
	if (uiomap_i_info_memtypes(dirfd, info) < 0 || uiomap_i_pci_read(dirfd, info) < 0)
		goto free_info;
	/*
	 * Read the name last. When a device is unregistered, the kernel removes the maps first and
	 * then fails reads of the name. So if the name can be read, all that was read before, or
	 * was missing, was valid.
	 */
	if (read_text(dirfd, number, "name", &info->name) < 0)
		goto free_info;
	info->dev.dirfd = -1;
	return info;

free_info:
	error = errno;
	uiomap_info_free(info);
	errno = error;
	return NULL;
}
