/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Snapshots: everything that sysfs tells of one device, read once. */
#include "internal.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

int info_dir(unsigned int number)
{
	char path[sizeof(UIOMAP_CLASS) + 16];
	int fd;

	snprintf(path, sizeof(path), UIOMAP_CLASS "/uio%u", number);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		return fd;
	if (errno == ENOENT || errno == ENODEV)
		return fail(ENODEV, "uio%u: there is no such device, %s does not exist", number, path);
	if (errno == ELOOP || errno == ENOTDIR)
		return fail(EPROTO, "uio%u: %s: %s; is %s really sysfs?", number, path, why(errno), UIOMAP_SYSFS);
	return fail(errno, "uio%u: %s: %s", number, path, why(errno));
}

bool info_gone(int dirfd, unsigned int number)
{
	char buffer[ATTR_SIZE], path[sizeof(UIOMAP_CLASS) + 16];
	struct stat ours, present;

	if (attr_read(dirfd, "name", buffer) >= 0)
		return false;
	/* EINVAL: the kernel is just taking it away (name_show() in drivers/uio/uio.c); ENODEV: sysfs has let go of it */
	if (errno == EINVAL || errno == ENODEV)
		return true;
	if (errno != ENOENT)
		return false;
	/* Gone, or never had a name: then it is still the one in the class. */
	snprintf(path, sizeof(path), UIOMAP_CLASS "/uio%u", number);
	return fstat(dirfd, &ours) < 0 || stat(path, &present) < 0 || ours.st_ino != present.st_ino ||
	       ours.st_dev != present.st_dev;
}

int fail_attr(int dirfd, unsigned int number, const char *path)
{
	int error = errno;

	if ((error == ENOENT || error == ENODEV || error == EINVAL) && info_gone(dirfd, number))
		return fail(ENODEV, "uio%u went away while %s was read", number, path);
	if (error == ENOENT || error == ENOTDIR)
		return fail(EPROTO, "uio%u: %s/uio%u/%s is missing; is this really sysfs?", number, UIOMAP_CLASS, number, path);
	if (error == EPROTO)
		return fail(EPROTO, "uio%u: %s/uio%u/%s is not text of at most a page; is this really sysfs?", number,
			    UIOMAP_CLASS, number, path);
	if (error == ELOOP || error == EINVAL || error == ENODEV || error == EIO)
		return fail(EPROTO, "uio%u: %s/uio%u/%s: %s", number, UIOMAP_CLASS, number, path, why(error));
	return fail(error, "uio%u: %s/uio%u/%s: %s", number, UIOMAP_CLASS, number, path, why(error));
}

static int no_memory(unsigned int number)
{
	return fail(ENOMEM, "uio%u: no memory for its description", number);
}

static int keep(unsigned int number, const char *text, char **out)
{
	*out = strdup(text);
	return *out ? 0 : no_memory(number);
}

static int read_text(int dirfd, unsigned int number, const char *path, char **out)
{
	char buffer[ATTR_SIZE];

	if (attr_read(dirfd, path, buffer) < 0)
		return fail_attr(dirfd, number, path);
	return keep(number, buffer, out);
}

/* A name of a map or port: cut to what there is room for; "" on kernels that had none. */
static int read_name(int dirfd, unsigned int number, const char *path, char *out, size_t size)
{
	char buffer[ATTR_SIZE];

	if (attr_read(dirfd, path, buffer) < 0) {
		if (errno != ENOENT)
			return fail_attr(dirfd, number, path);
		buffer[0] = '\0';
	}
	buffer[size - 1] = '\0';
	strcpy(out, buffer);
	return 0;
}

enum need { REQUIRED, OPTIONAL };

static int read_number(int dirfd, unsigned int number, const char *path, enum need need, uint64_t *value)
{
	char buffer[ATTR_SIZE];

	*value = 0;
	if (attr_read(dirfd, path, buffer) < 0)
		return need == OPTIONAL && errno == ENOENT ? 0 : fail_attr(dirfd, number, path);
	if (!parse_number(buffer, true, UINT64_MAX, value))
		return fail(EPROTO, "uio%u: %s/uio%u/%s is %s, which is no number of up to 64 bits", number, UIOMAP_CLASS,
			    number, path, QUOTE(buffer));
	return 0;
}

static int read_dev(int dirfd, struct uiomap_info *info)
{
	uint64_t major_number, minor_number;
	char buffer[ATTR_SIZE], *colon;

	if (attr_read(dirfd, "dev", buffer) < 0)
		return fail_attr(dirfd, info->number, "dev");
	colon = strchr(buffer, ':');
	if (colon)
		*colon = '\0';
	if (!colon || !parse_number(buffer, false, UINT32_MAX, &major_number) ||
	    !parse_number(colon + 1, false, UINT32_MAX, &minor_number))
		return fail(EPROTO, "uio%u: %s/uio%u/dev is no MAJOR:MINOR", info->number, UIOMAP_CLASS, info->number);
	info->rdev = makedev((unsigned int)major_number, (unsigned int)minor_number);
	return 0;
}

/* The directories PREFIX0, PREFIX1, … of a directory that need not be there: how many. */
static int count_entries(int dirfd, unsigned int number, const char *path, const char *prefix, unsigned int max,
			 unsigned int *count)
{
	unsigned int seen = 0;
	struct dirent *entry;
	uint64_t index;
	int fd, error;
	DIR *dir;

	*count = 0;
	fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : fail_attr(dirfd, number, path);
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return no_memory(number);
	}
	while ((errno = 0, entry = readdir(dir))) {
		if (strncmp(entry->d_name, prefix, strlen(prefix)))
			continue;
		if (!parse_number(entry->d_name + strlen(prefix), false, max - 1, &index)) {
			fail(EPROTO, "uio%u: %s/uio%u/%s has %s; a UIO device has %s0 to %s%u at most", number,
			     UIOMAP_CLASS, number, path, QUOTE(entry->d_name), prefix, prefix, max - 1);
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
		return fail_attr(dirfd, number, path);
	while (seen & (1u << *count))
		++*count;
	if (seen >> *count)
		return fail(EPROTO, "uio%u: %s/uio%u/%s has no %s%u, but a later one", number, UIOMAP_CLASS, number, path,
			    prefix, *count);
	return 0;
}

static int read_map(int dirfd, struct uiomap_info *info, unsigned int index)
{
	struct uiomap_map_info *map = &info->maps[index];
	uint64_t addr, size, offset;
	struct geometry g;
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
	wrong = geometry(addr, size, offset, (uint64_t)sysconf(_SC_PAGESIZE), &g);
	if (wrong)
		return fail(EPROTO, "uio%u: map %u %s (addr 0x%llx, size 0x%llx, offset 0x%llx): %s", info->number, index,
			    QUOTE(map->name), (unsigned long long)addr, (unsigned long long)size,
			    (unsigned long long)offset, wrong);
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

/* Append a relative link to a path. In sysfs, .. after a link's end is what it says: there are no links on the way. */
static void follow(char *path, size_t size, const char *link)
{
	if (*link == '/')
		*path = '\0';
	while (*link) {
		size_t length = strcspn(link, "/");

		if (length == 2 && !strncmp(link, "..", 2)) {
			char *slash = strrchr(path, '/');

			*(slash ? slash : path) = '\0';
		} else if (length) {
			snprintf(path + strlen(path), size - strlen(path), "/%.*s", (int)length, link);
		}
		link += length;
		link += *link == '/';
	}
}

int info_driver(int dirfd, unsigned int number, char driver[LINK_SIZE])
{
	return attr_link(dirfd, "device/driver", driver) < 0 ? fail_attr(dirfd, number, "device/driver") : 0;
}

/* Who the parent is: path, bus, name on the bus, driver, device-tree node. */
static int read_parent(int dirfd, struct uiomap_info *info, const char *driver)
{
	char link[LINK_SIZE], path[4096] = UIOMAP_CLASS, entry[sizeof(UIOMAP_CLASS) + 16];

	snprintf(entry, sizeof(entry), UIOMAP_CLASS "/uio%u", info->number);
	if (attr_link(AT_FDCWD, entry, link) < 0)
		return fail_attr(dirfd, info->number, "");
	follow(path, sizeof(path), *link ? link : last_name(entry));
	if (attr_link(dirfd, "device", link) < 0)
		return fail_attr(dirfd, info->number, "device");
	if (*link)
		follow(path, sizeof(path), link);
	else
		*path = '\0';
	if (keep(info->number, path, &info->syspath) < 0 || keep(info->number, last_name(path), &info->device) < 0)
		return -1;
	if (attr_link(dirfd, "device/subsystem", link) < 0)
		return fail_attr(dirfd, info->number, "device/subsystem");
	if (keep(info->number, last_name(link), &info->bus) < 0)
		return -1;
	if (!driver && info_driver(dirfd, info->number, link) < 0)
		return -1;
	if (keep(info->number, last_name(driver ? driver : link), &info->driver) < 0)
		return -1;
	if (attr_link(dirfd, "device/of_node", link) < 0)
		return fail_attr(dirfd, info->number, "device/of_node");
	return keep(info->number, of_path(link), &info->of_path);
}

/*
 * A driver registers with UIO in its probe(), which runs under the lock of the
 * device that it binds to. The kernel reads driver_override under that lock
 * (drivers/base/platform.c, drivers/pci/pci-sysfs.c), so when it has been read the
 * probe is over. On a bus without that attribute there is nothing to wait with.
 */
void info_settle(int dirfd)
{
	char text[ATTR_SIZE];
	int error = errno;

	attr_read(dirfd, "device/driver_override", text);
	errno = error;
}

struct uiomap_info *info_read(int dirfd, unsigned int number, const char *driver)
{
	struct uiomap_info *info = calloc(1, sizeof(*info));
	unsigned int i;
	int error;

	if (!info) {
		no_memory(number);
		return NULL;
	}
	info->number = number;
	snprintf(info->node, sizeof(info->node), UIOMAP_DEV "/uio%u", number);
	if (read_text(dirfd, number, "version", &info->version) < 0 || read_dev(dirfd, info) < 0 ||
	    read_parent(dirfd, info, driver) < 0 ||
	    count_entries(dirfd, number, "maps", "map", UIO_MAX_MAPS, &info->map_count) < 0 ||
	    count_entries(dirfd, number, "portio", "port", UIO_MAX_PORTS, &info->port_count) < 0)
		goto free_info;
	for (i = 0; i < info->map_count; i++)
		if (read_map(dirfd, info, i) < 0)
			goto free_info;
	for (i = 0; i < info->port_count; i++)
		if (read_port(dirfd, info, i) < 0)
			goto free_info;
	if (info_kinds(dirfd, info) < 0 || pci_read(dirfd, info) < 0)
		goto free_info;
	/*
	 * The name last: at unregistration the kernel drops the maps, then refuses
	 * the name. So what was read, or was not there, up to here is the truth.
	 */
	if (read_text(dirfd, number, "name", &info->name) < 0)
		goto free_info;
	return info;

free_info:
	error = errno;
	uiomap_info_free(info);
	errno = error;
	return NULL;
}
