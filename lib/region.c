/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Regions: maps of a device that are mapped into this process. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* A hint why the name isn't that of a map. A BAR without an address is all zeroes in sysfs. */
static const char *no_map(const struct uiomap_info *info, const char *name)
{
	for (unsigned int i = 0; i < info->port_count; i++)
		if (*name && !strcmp(info->ports[i].name, name))
			return "; that is a port region, which can't be mapped: uiomap_port_open_name()";
	if (strcmp(info->dev.bus, "pci") || strncmp(name, "BAR", 3))
		return "";
	return "; if the card has it, the kernel found no address for it: see dmesg (failed to assign)";
}

struct uiomap_region *uiomap_map(struct uiomap_device *device, unsigned int index,
				 unsigned int flags)
{
	struct uiomap_region *region;
	struct names names;

	if (!device) {
		uiomap_i_fail(EINVAL, "uiomap_map: no device given (NULL)");
		return NULL;
	}
	if (flags & ~(UIOMAP_MAP_RDONLY | UIOMAP_MAP_PREFAULT)) {
		uiomap_i_fail(EINVAL, "%s: map flags 0x%x: unknown flags", LABEL(device->info),
			      flags);
		return NULL;
	}
	names = uiomap_i_names_of_maps(device->info);
	if (uiomap_i_names_index(&names, index) < 0)
		return NULL;
	if (device->flags & UIOMAP_RDONLY && !(flags & UIOMAP_MAP_RDONLY)) {
		uiomap_i_fail(EACCES, "%s was opened UIOMAP_RDONLY; map it UIOMAP_MAP_RDONLY too",
			      LABEL(device->info));
		return NULL;
	}
	region = calloc(1, sizeof(*region));
	if (!region) {
		uiomap_i_fail(ENOMEM, "%s: no memory for a region", LABEL(device->info));
		return NULL;
	}
	region->device = device;
	region->info = &device->info->maps[index];
	region->flags = flags;
	region->length = device->info->lengths[index];
	region->size = region->info->size;
	region->mapping = device->backend->map(device, index, flags);
	if (region->mapping == MAP_FAILED) {
		free(region);
		return NULL;
	}
	region->base = (volatile char *)region->mapping + region->info->offset;
	region->next = device->regions;
	device->regions = region;
	return region;
}

struct uiomap_region *uiomap_map_name(struct uiomap_device *device, const char *name,
				      unsigned int flags)
{
	struct names names;
	int index;

	if (!device || !name) {
		uiomap_i_fail(EINVAL, "uiomap_map_name: no %s given (NULL)",
			      device ? "name" : "device");
		return NULL;
	}
	names = uiomap_i_names_of_maps(device->info);
	index = uiomap_i_names_find(&names, name, no_map(device->info, name));
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

struct uiomap_region *uiomap_i_region_at(const struct uiomap_device *device, const void *addr)
{
	for (struct uiomap_region *r = device->regions; r; r = r->next)
		if ((uintptr_t)addr - (uintptr_t)r->mapping < r->length)
			return r;
	return NULL;
}

volatile void *uiomap_region_base(const struct uiomap_region *region)
{
	if (!region) {
		uiomap_i_fail(EINVAL, "uiomap_region_base: no region given (NULL)");
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
		uiomap_i_fail(EINVAL, "uiomap_region_info: no region given (NULL)");
		return NULL;
	}
	return region->info;
}
