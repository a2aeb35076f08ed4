/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Regions: maps of a device in this process. */
#include "internal.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* mlockall(MCL_FUTURE) locks what is mapped from then on; and the kernel counts device memory, too (mlock_future_ok() in mm/mmap.c). */
static int fail_locked(const struct uiomap_device *device, unsigned int index)
{
	return fail(EAGAIN, "%s: can't map map %u %s: its %llu bytes are more than this process may still lock, and mlockall(MCL_FUTURE) has it lock all that it maps; raise the limit (ulimit -l; of a service: LimitMEMLOCK=), or map before mlockall(2)",
		    LABEL(device->info), index, QUOTE(device->info->maps[index].name),
		    (unsigned long long)device->info->lengths[index]);
}

/* mmap(2) has failed. */
static int fail_map(const struct uiomap_device *device, unsigned int index)
{
	const struct uiomap_map_info *map = &device->info->maps[index];
	int error = errno;

	if (uiomap_device_removed(device))
		return fail_gone(device);
	/* uio_mmap_physical(): ENODEV for an address, EINVAL for a size that is not made of whole pages. */
	if (error == EINVAL || error == ENODEV)
		return fail(EINVAL, "%s: the kernel refuses to map map %u %s (addr 0x%llx, size 0x%llx); its driver %s must register whole pages",
			    LABEL(device->info), index, QUOTE(map->name), (unsigned long long)map->addr,
			    (unsigned long long)map->size, QUOTE(device->info->dev.driver));
	if (error == EAGAIN)
		return fail_locked(device, index);
	return fail(error, "%s: mmap of map %u %s, %llu bytes: %s%s", LABEL(device->info), index, QUOTE(map->name),
		    (unsigned long long)device->info->lengths[index], why(error),
		    error == ENOMEM ? "; no room in the address space (ulimit -v), or too many mappings (sysctl vm.max_map_count)" : "");
}

/* The file of a BAR can't be opened or mapped, and the kernel's UIO has no map of it. */
static int fail_bar(const struct uiomap_device *device, unsigned int index)
{
	const char *name = last_name(device->info->sources[index].file);
	const struct uiomap_info *info = device->info;
	int error = errno;

	if (uiomap_device_removed(device))
		return fail_gone(device);
	if (error == EPROTO)
		return fail(EPROTO, "%s: %s/%s is no regular file; is this really sysfs?", LABEL(info), info->dev.path, name);
	if (error == EACCES || error == EPERM)
		return fail(EACCES, "%s: can't map %s by %s/%s: %s; %s; uio_stub needs no such file", LABEL(info),
			    QUOTE(info->maps[index].name), info->dev.path, name, why(error), FILE_RIGHT(error));
	if (error == EAGAIN)
		return fail_locked(device, index);
	return fail(error, "%s: can't map %s, %llu bytes, by %s/%s: %s%s", LABEL(info), QUOTE(info->maps[index].name),
		    (unsigned long long)info->lengths[index], info->dev.path, name, why(error),
		    error == EINVAL ? "; a kernel driver claims it (/proc/iomem)" : "");
}

/* A BAR by its file in sysfs: from the page in which it begins. */
static void *map_bar(const struct uiomap_device *device, unsigned int index, int prot, int flags)
{
	void *mapping;
	int fd, error;

	fd = attr_open(device->dirfd, device->info->sources[index].file, prot & PROT_WRITE ? O_RDWR : O_RDONLY);
	if (fd < 0)
		return MAP_FAILED;
	mapping = mmap(NULL, device->info->lengths[index], prot, flags, fd, 0);
	error = errno;
	close(fd);
	errno = error;
	return mapping;
}

/* 0; or -1 with errno and its text. */
static int map_memory(struct uiomap_region *region, unsigned int index)
{
	const struct map_source *source = &region->device->info->sources[index];
	int prot = region->flags & UIOMAP_MAP_RDONLY ? PROT_READ : PROT_READ | PROT_WRITE;
	int flags = MAP_SHARED | (region->flags & UIOMAP_MAP_PREFAULT ? MAP_POPULATE : 0);

	if (*source->file) {
		region->mapping = map_bar(region->device, index, prot, flags);
		if (region->mapping != MAP_FAILED)
			return 0;
		/*
		 * Without the right, with a read-only /sys or none of such files, one may still
		 * have been given the node. Not if it is claimed by another driver (EINVAL), and
		 * limits of this process hold there as well. A reader doesn't open it (node.c).
		 */
		if (source->index < 0 || region->device->flags & UIOMAP_RDONLY ||
		    (errno != EACCES && errno != EPERM && errno != EROFS && errno != ENOENT))
			return fail_bar(region->device, index);
		if (node_need(region->device) < 0)
			return -1;
	}
	/* Which map: by the file offset, in pages. Always the whole map, from its beginning (uio_mmap() in drivers/uio/uio.c). */
	region->mapping = mmap(NULL, region->length, prot, flags, region->device->fd,
			       (off_t)source->index * sysconf(_SC_PAGESIZE));
	return region->mapping == MAP_FAILED ? fail_map(region->device, index) : 0;
}

/* It can be there and be no map. For a BAR without an address, sysfs has nothing but zeroes. */
static const char *no_map(const struct uiomap_info *info, const char *name)
{
	for (unsigned int i = 0; i < info->port_count; i++)
		if (*name && !strcmp(info->ports[i].name, name))
			return "; that is a port region, which can't be mapped: uiomap_port_open_name()";
	if (strcmp(info->dev.bus, "pci") || strncmp(name, "BAR", 3))
		return "";
	return "; if the card has it, the kernel found no address for it: dmesg tells (failed to assign)";
}

struct uiomap_region *uiomap_map(struct uiomap_device *device, unsigned int index, unsigned int flags)
{
	struct uiomap_region *region;
	struct names names;

	if (!device) {
		fail(EINVAL, "uiomap_map: no device given (NULL)");
		return NULL;
	}
	if (flags & ~(UIOMAP_MAP_RDONLY | UIOMAP_MAP_PREFAULT)) {
		fail(EINVAL, "%s: map flags 0x%x: unknown flags", LABEL(device->info), flags);
		return NULL;
	}
	names = names_of_maps(device->info);
	if (names_index(&names, index) < 0)
		return NULL;
	if (device->flags & UIOMAP_RDONLY && !(flags & UIOMAP_MAP_RDONLY)) {
		fail(EACCES, "%s was opened UIOMAP_RDONLY; map it UIOMAP_MAP_RDONLY too", LABEL(device->info));
		return NULL;
	}
	region = calloc(1, sizeof(*region));
	if (!region) {
		fail(ENOMEM, "%s: no memory for a region", LABEL(device->info));
		return NULL;
	}
	region->device = device;
	region->info = &device->info->maps[index];
	region->flags = flags;
	region->length = device->info->lengths[index];
	region->size = region->info->size;
	if (map_memory(region, index) < 0) {
		free(region);
		return NULL;
	}
	region->base = (volatile char *)region->mapping + region->info->offset;
	region->next = device->regions;
	device->regions = region;
	return region;
}

struct uiomap_region *uiomap_map_name(struct uiomap_device *device, const char *name, unsigned int flags)
{
	struct names names;
	int index;

	if (!device || !name) {
		fail(EINVAL, "uiomap_map_name: no %s given (NULL)", device ? "name" : "device");
		return NULL;
	}
	names = names_of_maps(device->info);
	index = names_find(&names, name, no_map(device->info, name));
	return index < 0 ? NULL : uiomap_map(device, (unsigned int)index, flags);
}

void uiomap_unmap(struct uiomap_region *region)
{
	struct uiomap_region **link;
	int error = errno;

	if (!region)
		return;
	for (link = &region->device->regions; *link; link = &(*link)->next)
		if (*link == region) {
			*link = region->next;
			break;
		}
	munmap(region->mapping, region->length);
	free(region);
	errno = error;
}

struct uiomap_region *region_at(const struct uiomap_device *device, const void *addr)
{
	for (struct uiomap_region *r = device->regions; r; r = r->next)
		if ((uintptr_t)addr - (uintptr_t)r->mapping < r->length)
			return r;
	return NULL;
}

volatile void *uiomap_region_base(const struct uiomap_region *region)
{
	if (!region) {
		fail(EINVAL, "uiomap_region_base: no region given (NULL)");
		return NULL;
	}
	return region->base;
}

size_t uiomap_region_size(const struct uiomap_region *region)
{
	return region ? region->size : 0;
}

const struct uiomap_map_info *uiomap_region_info(const struct uiomap_region *region)
{
	if (!region) {
		fail(EINVAL, "uiomap_region_info: no region given (NULL)");
		return NULL;
	}
	return region->info;
}
